"""Every sentence a respondent can be told when something is wrong or asked about.

Each is an instruction or a plain observation, in Swedish as written here and in English
through the catalogue. Nothing a person typed is repeated unless it is a number.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask_babel import gettext, ngettext

from forms.checks.balance import Balance
from forms.checks.declarations import Fired
from forms.checks.field_messages import missing, out_of_range
from forms.checks.review_messages import REVIEW_SENTENCES
from forms.checks.suggested_corrections import Mend
from forms.questionnaire.question import Question
from forms.questionnaire.questionnaire import Questionnaire


def _(sentence: str, **values: Any) -> str:
    return str(gettext(sentence, **values))


def unreadable(check: str, question: Question, language: str) -> str:
    """What to do about an answer that cannot be read."""
    return UNREADABLE[check](question.short(language))


UNREADABLE: dict[str, Callable[[str], str]] = {
    "not_a_number": lambda _label: _("Skriv ett heltal, till exempel 7"),
    "not_whole": lambda _label: _("Skriv ett helt antal utan decimaler, till exempel 12"),
    "not_a_date": lambda _label: _("Skriv datumet som år-månad-dag, till exempel 2021-10-01"),
    "not_a_choice": lambda _label: _("Välj ett av svaren i listan"),
    "org_number": lambda _label: _(
        "Kontrollera organisationsnumret. Det har tio siffror, till exempel 556000-4615"
    ),
    "personal_number": lambda label: _(
        "Ta bort personnumret i ”%(label)s”. Vi har inte sparat det", label=label
    ),
}


def say(fired: Fired, questionnaire: Questionnaire, language: str) -> str:
    """What a check that fired tells the respondent."""
    if fired.id in REVIEW_SENTENCES:
        return REVIEW_SENTENCES[fired.id](fired.parameters)
    sentence = SENTENCES.get(fired.id) or SENTENCES[fired.rule]
    return sentence(fired.parameters, questionnaire[fired.fields[0]], questionnaire, language)


def stands_in_box(fired: Fired) -> bool:
    """Whether the balance box already says it, so that the fields need not."""
    return fired.kind == "balance"


Parameters = Any
Sentence = Callable[[Parameters, Question, Questionnaire, str], str]


def _balance(found: Parameters, _question: Question, inventory: Questionnaire, lang: str) -> str:
    total = inventory[found["of"]]
    return _(
        "Delarna blir tillsammans %(sum)s, men ni har angett %(total)s",
        sum=found["sum"],
        total=total.counted(found["total"], lang),
    )


def _employees_balance(
    found: Parameters, _question: Question, inventory: Questionnaire, lang: str
) -> str:
    return _(
        "Kvinnor och män blir tillsammans %(sum)s, men ni har angett %(total)s",
        sum=found["sum"],
        total=inventory[found["of"]].counted(found["total"], lang),
    )


def _change(found: Parameters, question: Question, _q: Questionnaire, language: str) -> str:
    return _(
        "Ni hade %(before)s förra året och %(now)s i år.",
        before=question.counted(found["before"], language),
        now=found["now"],
    )


def _gone(found: Parameters, _question: Question, inventory: Questionnaire, lang: str) -> str:
    status = inventory["status"].show(found["status"], lang)
    return _(
        "Ta bort antalen eller ändra företagets läge. Ni har angett läget ”%(status)s”",
        status=status,
    )


def _at_most(found: Parameters, _question: Question, inventory: Questionnaire, lang: str) -> str:
    return _(
        "Skriv högst %(whole)s. Ni har angett %(total)s",
        whole=found["whole"],
        total=inventory[found["of"]].counted(found["whole"], lang),
    )


def _number_and_reason(_f: Parameters, question: Question, q: Questionnaire, lang: str) -> str:
    return _(
        "Ta bort antalet, eller välj bort svaret om varför det saknas, för ”%(label)s”",
        label=q[question.blank_of].short(lang),
    )


def _plain(sentence: Callable[[Parameters], str]) -> Sentence:
    return lambda found, _question, _questionnaire, _language: sentence(found)


SENTENCES: dict[str, Sentence] = {
    "missing": missing,
    "out_of_range": out_of_range,
    "employees_add_up": _employees_balance,
    "balance": _balance,
    "rows_match": _balance,
    "at_most": _at_most,
    "number_and_reason": _number_and_reason,
    "change": _change,
    "gone": _gone,
    "contact": _plain(
        lambda _f: _("Skriv en e-postadress eller ett telefonnummer, till exempel 026-12 34 56")
    ),
    "needs": _plain(lambda _f: _("Fyll i vilket år ni blev certifierade")),
    "nobody_employed": _plain(
        lambda _f: _("Ni har angett att företaget är verksamt men att ingen är anställd.")
    ),
    "many_employed": _plain(
        lambda f: _("Ni har angett %(now)s anställda. Det är ovanligt många.", now=f["now"])
    ),
    "many_placed_per_employee": _plain(
        lambda f: _(
            "Ni har angett %(now)s placerade och %(other)s anställda.",
            now=f["now"],
            other=f["other"],
        )
    ),
    "af_fell_to_zero": _plain(
        lambda f: _(
            "Förra året var %(before)s placerade av Arbetsförmedlingen, i år ingen.",
            before=f["before"],
        )
    ),
    "kommun_fell_to_zero": _plain(
        lambda f: _(
            "Förra året var %(before)s placerade av kommunen, i år ingen.", before=f["before"]
        )
    ),
}


def balance_sentence(balance: Balance, language: str) -> str:
    """How the parts stand to the total, in words."""
    return balance_sentences(balance.total, language, balance.terms, balance.sum, balance.target)[
        f"{balance.state}{_way(balance)}"
    ]


def _way(balance: Balance) -> str:
    if balance.state != "differs" or balance.target is None:
        return ""
    difference = balance.sum - balance.target
    return f"_{'more' if difference > 0 else 'fewer'}{'' if abs(difference) > 1 else '_one'}"


def balance_sentences(
    total: Question, language: str, terms: str, together: int | str, target: int | str | None
) -> dict[str, str]:
    """Every sentence of the balance box; also the page's templates for live sums."""
    numbers: dict[str, Any] = {"terms": terms, "sum": together}
    if not total.typed:
        return {
            "neutral": _("Fyll i delarna, så räknar vi ihop dem."),
            "adds_up": _("%(terms)s = %(sum)s. Vi räknar ut summan åt er.", **numbers),
        }
    number = target if isinstance(target, str) else total.counted(target or 0, language)
    difference = (
        abs(together - target)
        if isinstance(together, int) and isinstance(target, int)
        else "{difference}"
    )
    numbers |= {"total": number, "difference": difference}
    return {
        "neutral": _("Fyll i alla delar, så ser ni om de stämmer med summan."),
        "adds_up": _("%(terms)s = %(sum)s. Det stämmer med antalet anställda.", **numbers),
        "differs_more_one": _("%(terms)s = %(sum)s. Det är en mer än %(total)s.", **numbers),
        "differs_more": _("%(terms)s = %(sum)s. Det är %(difference)s fler än %(total)s.",
                          **numbers),
        "differs_fewer_one": _("%(terms)s = %(sum)s. Det är en färre än %(total)s.", **numbers),
        "differs_fewer": _("%(terms)s = %(sum)s. Det är %(difference)s färre än %(total)s.",
                           **numbers),
    }  # fmt: skip


def balance_templates(balance: Balance, language: str) -> dict[str, str]:
    """The sentences with places left open, for the live sum; the same words as the server's."""
    return balance_sentences(balance.total, language, "{terms}", "{sum}", "{total}")


def mend_question(balance: Balance, language: str) -> str:
    """What the balance box asks: did you mean this, or that?"""
    total = balance.total.name
    asked = [
        _("Är ni %(what)s?", what=_result(m, balance, language))
        if m.names == {total}
        else _("Menade ni %(what)s?", what=_result(m, balance, language))
        for m in balance.mends
    ]
    if len(asked) == 2 and balance.mends[1].names == {total}:
        what = _result(balance.mends[1], balance, language)
        asked[1] = _("Eller är ni %(what)s?", what=what)
    return " ".join([*(SLIPS[m.kind]() for m in balance.mends[:1] if m.kind in SLIPS), *asked])


# What may have happened, where the figures tell.
SLIPS: dict[str, Callable[[], str]] = {
    "swapped": lambda: _("Två av talen kan ha bytt plats."),
    "digits": lambda: _("Två siffror kan ha bytt plats i ett av talen."),
    "tenfold": lambda: _("Det kan vara en nolla för mycket eller för lite."),
    "forgotten": lambda: _("En del kan vara glömd."),
}


def mend_button(mend: Mend, balance: Balance, language: str) -> str:
    """What a mend's button says it will do."""
    return _("Ändra till %(what)s", what=_result(mend, balance, language))


def _result(mend: Mend, balance: Balance, language: str) -> str:
    changed = dict(mend.changes)
    total = balance.total.name
    whole = [balance.total.counted(changed.pop(total), language)] if total in changed else []
    counted = [
        part.counted(changed.get(part.name, number or 0), language)
        for part, number in zip(balance.parts, balance.numbers, strict=True)
        if changed and (number is not None or part.name in changed)
    ]
    named = [*whole, *counted]
    return _(" och ").join([", ".join(named[:-1]), named[-1]] if len(named) > 1 else named)


def too_much(number: int | str) -> str:
    """The legend of the red piece of the bar."""
    return _("%(number)s för mycket", number=number)


def not_saved() -> str:
    """The heading when the disk or the database refused what was typed."""
    return _("Inte sparat. Försök igen.")


def not_handed_in() -> str:
    """The same when it was being handed in."""
    return _("Inte inlämnat. Försök igen.")


def things_to_mend(number: int) -> str:
    """The heading of the error summary."""
    return str(ngettext("En sak att rätta", "%(num)d saker att rätta", number))

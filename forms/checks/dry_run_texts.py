"""What each check is called before it has fired, and what it would do, in words."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import ngettext

from forms.checks import check_words, messages
from forms.checks.declarations import Check, Fired
from forms.checks.dry_run import Effect, Hit, Outcome
from forms.questionnaire.questionnaire import Questionnaire
from survey_data.review.check_results import FiredCheck


def name_of(check: Check) -> str:
    """What a check is called before it has fired on anyone."""
    own = {
        "contact_can_be_used": _("E-post eller telefon går att använda"),
        "nobody_counted_when_gone": _("Ingen räknas i ett företag som inte finns kvar"),
        "certified_when": _("Certifierade anger vilket år"),
        "employees_add_up": _("Kvinnor och män blir antalet anställda"),
        "employees_changed": _("Stor ändring av anställda"),
        "placed_changed": _("Stor ändring av placerade"),
    }
    return str(own.get(check.id) or check_words.HEADINGS[check.id]({}))


def effect_words() -> dict[Effect, tuple[str, str]]:
    """Each effect's chip and word."""
    return {
        "stops": ("returned", _("Stoppar")),
        "asks": ("review", _("Frågar")),
        "reviewed": ("not_opened", _("Bara i granskningen")),
    }


def limit_of(check: Check) -> str:
    """Where the check's limit is, in words."""
    said = check_words.limit(
        _kept(Fired(check.id, check.rule, check.kind, check.fields, {}), check)
    )
    return said or _("Ingen gräns: svaret stämmer eller stämmer inte.")


def would(outcome: Outcome, count: int, total: int) -> str:
    """What the check would do: "Kontroll 7 skulle stoppa 11 av 30."."""
    numbers = {"number": outcome.number, "total": total}
    words = {
        "stops": ngettext(
            "Kontroll %(number)s skulle stoppa %(num)s av %(total)s.",
            "Kontroll %(number)s skulle stoppa %(num)s av %(total)s.",
            count,
            **numbers,
        ),
        "asks": ngettext(
            "Kontroll %(number)s skulle fråga %(num)s av %(total)s.",
            "Kontroll %(number)s skulle fråga %(num)s av %(total)s.",
            count,
            **numbers,
        ),
        "reviewed": ngettext(
            "Kontroll %(number)s skulle visas för granskaren hos %(num)s av %(total)s.",
            "Kontroll %(number)s skulle visas för granskaren hos %(num)s av %(total)s.",
            count,
            **numbers,
        ),
    }
    return str(words[outcome.effect])


def seen(hit: Hit, check: Check, asked: Questionnaire, language: str) -> str:
    """What the check would say of one enterprise."""
    if hit.fired.asked:
        return messages.say(hit.fired, asked, language)
    return check_words.seen(_kept(hit.fired, check), asked, language)


def _kept(fired: Fired, check: Check) -> FiredCheck:
    return FiredCheck(
        fired.id, fired.rule, fired.kind, fired.asked, fired.fields, fired.parameters,
        dict(check.parameters),
    )  # fmt: skip

"""What each check is called, what it saw and where its limit is, as the reviewer reads it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import format_decimal, format_percent, gettext, ngettext

from forms.checks import messages
from forms.checks.declarations import BLANK_REASONS, Fired
from forms.checks.review_messages import REVIEW_SENTENCES
from forms.questionnaire.questionnaire import Questionnaire
from survey_data.review.check_results import FiredCheck

Found = Mapping[str, Any]


def _(sentence: str, **values: Any) -> str:
    return str(gettext(sentence, **values))


def heading(fired: FiredCheck) -> str:
    """What a check that fired is called."""
    named = HEADINGS.get(fired.check_id)
    return named(fired.parameters) if named else _("Svaret behöver rättas")


def seen(fired: FiredCheck, asked: Questionnaire, language: str) -> str:
    """What the check saw, in a sentence about the enterprise."""
    sentence = SEEN.get(fired.check_id) or REVIEW_SENTENCES.get(fired.check_id)
    if sentence is not None:
        return sentence(fired.parameters)
    # A check that must be put right says to the reviewer what it would have said in the form.
    kind: Any = fired.kind
    found = Fired(fired.check_id, fired.rule, kind, fired.fields, fired.parameters, fired.asked)
    return messages.say(found, asked, language)


def limit(fired: FiredCheck) -> str:
    """Where the limit of the check is, with the numbers that applied when it fired."""
    said = LIMITS_OF_ITS_OWN.get(fired.check_id) or LIMITS.get(fired.rule)
    return said(fired.limits) if said else ""


def _rises(found: Found) -> bool:
    return bool(found["now"] > found["before"])


HEADINGS: dict[str, Callable[[Found], str]] = {
    "employees_changed": lambda f: (
        _("Stor ökning av anställda") if _rises(f) else _("Stor minskning av anställda")
    ),
    "placed_changed": lambda f: (
        _("Stor ökning av placerade") if _rises(f) else _("Stor minskning av placerade")
    ),
    "nobody_employed": lambda _f: _("Ingen anställd"),
    "many_employed": lambda _f: _("Ovanligt många anställda"),
    "many_placed_per_employee": lambda _f: _("Många placerade för varje anställd"),
    "af_fell_to_zero": lambda _f: _("Ingen placerad av Arbetsförmedlingen längre"),
    "kommun_fell_to_zero": lambda _f: _("Ingen placerad av kommunen längre"),
    "mostly_unpaid": lambda _f: _("De flesta placerade är utan ersättning"),
    "more_placed_than_places": lambda _f: _("Fler placerade än platser"),
    "women_share_shifted": lambda _f: _("Andelen kvinnor har ändrats mycket"),
    "employees_exactly_the_same": lambda _f: _("Anställda exakt som förra året"),
    "placed_exactly_the_same": lambda _f: _("Placerade exakt som förra året"),
    "gender_not_stated_used": lambda _f: _("Kön är inte angivet för alla"),
    "paid_others_used": lambda _f: _("Övriga med ersättning är räknade"),
    "another_day": lambda _f: _("En annan dag än räknedagen"),
    "name_changed": lambda _f: _("Företaget har bytt namn"),
    "municipality_changed": lambda _f: _("Företaget har bytt kommun"),
    "start_year_changed": lambda _f: _("Ett annat startår"),
    "form_fits_number": lambda _f: _("Juridisk form och organisationsnummer går inte ihop"),
    "purpose_in_doubt": lambda _f: _("Osäkert om ändamålet"),
    "participation_in_doubt": lambda _f: _("Osäkert om delaktigheten"),
    "reinvestment_in_doubt": lambda _f: _("Osäkert om vinsten"),
    "independence_in_doubt": lambda _f: _("Osäkert om självständigheten"),
    "placed_without_services": lambda _f: _("Placerade utan tjänster"),
    "support_matches": lambda _f: _("Stödformerna blir antalet anställda"),
    "placed_genders_match": lambda _f: _("Placerade kvinnor och män blir antalet placerade"),
    "placed_services_match": lambda _f: _("Insatserna blir antalet placerade"),
    "target_group_within": lambda _f: _("Målgruppen är högst så stor som antalet anställda"),
    "supervisors_within": lambda _f: _("Handledarna är högst så många som de anställda"),
    "nobody_without_support": lambda _f: _("Ingen anställd utan stöd"),
    "small_target_group": lambda _f: _("Målgruppen är en liten del"),
    "many_into_work_here": lambda _f: _("Många från placering till anställning"),
    "many_unknown": lambda _f: _("Många övergångar är okända"),
    "turnover_changed": lambda _f: _("Omsättningen har ändrats mycket"),
    "turnover_per_employee": lambda _f: _("Liten omsättning för varje anställd"),
    "industry_changed": lambda _f: _("Företaget har bytt bransch"),
    "partnership_with_company": lambda _f: _("IOP med ett aktiebolag"),
    **{
        f"{name}_twice": lambda _f: _("Både ett antal och ett svar om varför det saknas")
        for name in BLANK_REASONS
    },
}


def _changed(noun: Callable[[int], str]) -> Callable[[Found], str]:
    def sentence(found: Found) -> str:
        now, before = found["now"], found["before"]
        more = now - before
        way = (
            ngettext("%(num)s fler", "%(num)s fler", more)
            if more > 0
            else ngettext("%(num)s färre", "%(num)s färre", -more)
        )
        start = _("%(now)s mot %(before)s förra året", now=noun(now), before=before)
        share = f", {format_percent(abs(more) / before)}" if before else ""
        return f"{start}: {way}{share}."

    return sentence


SEEN: dict[str, Callable[[Found], str]] = {
    "employees_changed": _changed(
        lambda n: str(ngettext("%(num)s anställd", "%(num)s anställda", n))
    ),
    "placed_changed": _changed(lambda n: str(ngettext("%(num)s placerad", "%(num)s placerade", n))),
    "nobody_employed": lambda _f: _("Företaget är verksamt men ingen är anställd."),
    "many_employed": lambda f: _("%(now)s anställda.", now=f["now"]),
    "many_placed_per_employee": lambda f: _(
        "%(now)s placerade och %(other)s anställda.", now=f["now"], other=f["other"]
    ),
    "af_fell_to_zero": lambda f: _(
        "Förra året var %(before)s placerade av Arbetsförmedlingen, i år ingen.",
        before=f["before"],
    ),
    "kommun_fell_to_zero": lambda f: _(
        "Förra året var %(before)s placerade av kommunen, i år ingen.", before=f["before"]
    ),
}

_SOMEBODY: Callable[[Found], str] = lambda _p: _(  # noqa: E731
    "Kontrollen slår till så snart någon har räknats där."
)
LIMITS_OF_ITS_OWN: dict[str, Callable[[Found], str]] = {
    "gender_not_stated_used": _SOMEBODY,
    "paid_others_used": _SOMEBODY,
    "turnover_changed": lambda p: _(
        "Gränsen är %(share)s och minst %(amount)s tkr.",
        share=format_percent(p["share"]),
        amount=p["persons"],
    ),
}
LIMITS: dict[str, Callable[[Found], str]] = {
    "change": lambda p: _(
        "Gränsen är %(share)s och minst %(persons)s personer.",
        share=format_percent(p["share"]),
        persons=p["persons"],
    ),
    "above": lambda p: _("Gränsen är %(limit)s.", limit=p["limit"]),
    "ratio": lambda p: _("Gränsen är %(times)s gånger så många.", times=format_decimal(p["times"])),
    "fell_to_zero": lambda p: _(
        "Kontrollen slår till när minst %(persons)s har blivit noll.", persons=p["from"]
    ),
    "share_of": lambda p: _(
        "Gränsen är mer än %(share)s och minst %(persons)s personer.",
        share=format_percent(p["share"]),
        persons=p["persons"],
    ),
    "share_shift": lambda p: _(
        "Gränsen är %(points)s procentenheter och minst %(persons)s personer.",
        points=round(100 * p["points"]),
        persons=p["persons"],
    ),
    "unchanged": lambda _p: _(
        "Det kan stämma, men kan också vara förra årets svar som har skickats en gång till."
    ),
    "not_reference_date": lambda _p: _("Alla ska räkna på samma dag för att kunna jämföras."),
    "differs": lambda _p: _("Kontrollen slår till när svaret är ett annat än förra året."),
    "small_share": lambda p: _("Gränsen är %(share)s.", share=format_percent(p["share"])),
    "little_each": lambda p: _("Gränsen är %(least)s tkr för varje anställd.", least=p["least"]),
    "one_of": lambda _p: _("Kriteriet hör till det som gör ett företag till ASF."),
}

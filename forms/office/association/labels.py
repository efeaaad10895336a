"""What the association's series are called, and what is said of a wrong or unusual entry."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlite_utils import Database

from forms.office.register.labels import RegisterWords
from forms.translations import language
from survey_data.association.entries import EntryEvent
from survey_data.association.supervised_places import GENDERS, OUTCOMES

WHOLE_COUNTY = "lanet"
PRINTED = "tryckt"


def activity_words() -> dict[str, str]:
    """What each kind of activity is called."""
    return {
        "meeting": _("Informationsmöte"),
        "breakfast": _("Frukostmöte"),
        "seminar": _("Seminarium"),
        "workshop": _("Workshop"),
        "dialogue": _("Dialog"),
        "education": _("Utbildning"),
        "conference": _("Konferens"),
        "visit": _("Studiebesök"),
        "individual": _("Enskilt samtal"),
        "digital": _("Digital kanal, till exempel nyhetsbrev"),
        "film": _("Film"),
        "podcast": _("Podd (lyssnare räknas för sig)"),
        "other": _("Annat"),
    }


def audience_words() -> dict[str, str]:
    """Whom an activity was for: the target group first, then those outside it."""
    return {
        "officials": _("Tjänstepersoner hos parterna"),
        "staff": _("Medarbetare hos parterna"),
        "politicians": _("Politiker"),
        "target_group": _("Flera av dessa"),
        "employers": _("Arbetsgivare"),
        "enterprises": _("Sociala företag"),
        "public": _("Allmänheten"),
        "mixed": _("Både i målgruppen och utanför"),
    }


def audience_choices() -> dict[str, list[tuple[str, str]]]:
    """Whom an activity was for, those of the target group apart from the others."""
    words = list(audience_words().items())
    return {
        "": [("", _("Välj"))],
        _("Målgruppen"): words[:4],
        _("Utanför målgruppen"): words[4:],
    }


def party_words() -> dict[str, str]:
    """Whose a milestone is, where it is not a municipality's."""
    return {
        "af": _("Arbetsförmedlingen i länet"),
        "fk": _("Försäkringskassan i länet"),
        "region": _("Regionen"),
        "association": _("Samordningsförbundet"),
        "enterprise": _("Ett socialt företag"),
        "other": _("Någon annan"),
    }


def target_group_words() -> dict[str, str]:
    """Whom a supervised place was granted for."""
    return {
        "sick_listed": _("Sjukskrivna"),
        "activity_compensation": _("Unga med aktivitetsersättning"),
        "long_term_unemployed": _("Långtidsarbetslösa"),
        "income_support": _("Personer med försörjningsstöd"),
        "other": _("En annan grupp"),
        "not_stated": _("Inte känt"),
    }


def grants_in_words(grants: Iterable[tuple[str, int, int]]) -> str:
    """Granted places by target group and months, as one line."""
    words = target_group_words()
    return "; ".join(
        ngettext("%(num)s plats", "%(num)s platser", places)
        + f", {words[group].lower()}, "
        + ngettext("%(num)s månad", "%(num)s månader", months)
        for group, months, places in grants
    )


def outcome_words() -> dict[str, str]:
    """What can come of a supervised place."""
    return {
        "to_work": _("Till arbete"),
        "to_af": _("Till Arbetsförmedlingen"),
        "returned": _("Åter i offentlig försörjning"),
        "extended": _("Förlängd"),
        "not_stated": _("Utfallet är inte känt"),
    }


def gender_words() -> dict[str, str]:
    """The genders that outcomes are counted by."""
    return {"women": _("Kvinnor"), "men": _("Män"), "not_stated": _("Ej angivet")}


def milestone_words() -> dict[str, str]:
    """What each kind of milestone is called."""
    return {
        "policy": _("Policy"),
        "action_plan": _("Handlingsplan"),
        "collaboration_group": _("Samverkansgrupp"),
        "procurement": _("Reserverad upphandling"),
        "context": _("Händelse i omvärlden"),
        "conference": _("Konferens"),
        "education": _("Utbildning"),
        "project": _("Projekt"),
        "media": _("Film, podd eller annan media"),
        "award": _("Utmärkelse"),
        "national": _("Nationell händelse"),
        "anchoring": _("Förankring"),
        "staffing": _("Bemanning"),
        "audit": _("Revision"),
    }


def fact_words() -> dict[str, str]:
    """What each fact of an entry is called in its history."""
    cells = {
        f"{outcome} {gender}": f"{outcome_words()[outcome]}, {gender_words()[gender].lower()}"
        for outcome in OUTCOMES
        for gender in GENDERS
    }
    return cells | {
        "held_on": _("Dag"),
        "kind": _("Slag"),
        "audience": _("Målgrupp"),
        "municipality_code": _("Kommun"),
        "persons": _("Antal personer"),
        "note": _("Anteckning"),
        "partner": _("Tillsammans med"),
        "party": _("Part"),
        "grants": _("För vem och hur länge"),
        "year": _("År"),
        "granted": _("Beviljade"),
        "used": _("Nyttjade"),
        "individuals": _("Personer"),
        "period": _("När på året"),
        "label_sv": _("Vad som hände"),
        "label_en": _("Samma på engelska"),
        "reference": _("Var det står"),
        "mark_sv": _("Märke i diagrammen"),
        "mark_en": _("Märke på engelska"),
    }


def event_words() -> dict[str, str]:
    """What happened to an entry or a year."""
    return {
        "activity added": _("En informationsinsats lades till"),
        "activity changed": _("En informationsinsats ändrades"),
        "activity removed": _("En informationsinsats togs bort"),
        "place added": _("Handledarstödda platser lades till"),
        "place changed": _("Handledarstödda platser ändrades"),
        "place removed": _("Handledarstödda platser togs bort"),
        "milestone added": _("En händelse lades till"),
        "milestone changed": _("En händelse ändrades"),
        "milestone removed": _("En händelse togs bort"),
        "year completed": _("Ett år i en av förbundets serier markerades som klart"),
        "year reopened": _("Ett år i en av förbundets serier öppnades igen"),
    }


def doubt_words() -> dict[str, str]:
    """What is asked before an entry is kept, by its name in survey_data."""
    return {
        "reached twice": _("Det finns redan en insats av samma slag den dagen på samma plats."),
        "reached nobody": _("Antalet är noll. En insats som ingen nåddes av räknas inte."),
        "reached many": _(
            "Det är mer än tre gånger så många som någon annan insats har nått."
        ),
        "places more persons": _(
            "Det är fler personer än nyttjade platser: har någon plats haft flera efter varandra?"
        ),
        "places fewer persons": _(
            "Det är färre personer än nyttjade platser: har någon haft flera platser?"
        ),
        "milestones twice": _(
            "Det finns redan en händelse av samma slag för kommunen det året."
        ),
    }  # fmt: skip


class SeriesWords(RegisterWords):
    """Tells an entry's history in words; `kinds` are the words of its kind."""

    def __init__(self, db: Database, kinds: Mapping[str, str]) -> None:
        super().__init__(db)
        self.facts, self.events = fact_words(), event_words()
        self.choices = {
            "municipality_code": {**self.choices["municipality_code"], "": _("Hela länet")},
            "kind": dict(kinds),
            "audience": audience_words(),
            "party": party_words(),
        }

    def value(self, fact: str, value: Any) -> str:
        """A value of a fact in words, also where none means the whole county."""
        if fact == "grants":
            return grants_in_words(value) or "–"
        text = "" if value is None else str(value)
        return str(self.choices.get(fact, {}).get(text, text) or "–")

    def entry(self, entry_facts: EntryEvent) -> str:
        """Which entry a line of the trail is about, also when it is gone."""
        facts = entry_facts.facts
        if "label_sv" in facts:
            return str(facts["label_en" if language() == "en" else "label_sv"])
        if "held_on" in facts:
            return f"{self.value('kind', facts['kind'])}, {facts['held_on']}"
        if "granted" in facts:
            town = self.value("municipality_code", facts["municipality_code"])
            return f"{town} {facts['year']}"
        return entry_facts.entry.rpartition(" ")[2]

"""Persons reached with information, at the office: every activity, and the years it makes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import render_template
from flask_babel import format_decimal
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms import SelectField, StringField
from wtforms.validators import InputRequired

from forms.office import blueprint
from forms.office.association.labels import (
    PRINTED,
    WHOLE_COUNTY,
    activity_words,
    audience_choices,
    audience_words,
)
from forms.office.association.series import (
    CountField,
    EntryForm,
    edit_entry,
    in_years,
    longest,
    remove_entry,
    tidy,
    towns,
    years_facts,
)
from forms.office.data_table import Listing, Table, among, coded, number, search, text
from forms.office.table_downloads import as_file
from forms.office.typed_fields import Day, no_personal_number
from forms.translations import language
from forms.web.request_context import survey_db
from survey_data.association import entries, reach
from survey_data.association.entries import REACHED
from survey_data.association.reach import LONGEST_NOTE, LONGEST_PARTNER, Activity
from survey_data.history.printed_series import SeriesValue, published


class ActivityForm(EntryForm):
    """One activity that reached someone."""

    held_on = Day()
    kind = SelectField()
    audience = SelectField()
    municipality_code = SelectField()
    persons = CountField()
    partner = StringField()
    note = StringField()
    store = reach
    entry_kind, series = "activity", REACHED
    endpoint, template, needed_at = "office.show_reach", "activity", "held_on"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose = ("", _("Välj"))
        self.kind.choices = [choose, *activity_words().items()]
        self.audience.choices = audience_choices()
        self.municipality_code.choices = [("", _("Hela länet")), *towns().items()]
        self.held_on.validators = [InputRequired(_("Skriv vilken dag det var, ÅÅÅÅ-MM-DD."))]
        self.kind.validators = [InputRequired(_("Välj vad det var för slags insats."))]
        self.audience.validators = [InputRequired(_("Välj vem insatsen var till för."))]
        self.persons.if_empty = _("Skriv hur många som fick informationen.")
        self.note.validators = [longest(LONGEST_NOTE), no_personal_number]
        self.partner.validators = [longest(LONGEST_PARTNER), no_personal_number]

    def entry(self, entry_id: int) -> Activity:
        """What was typed."""
        return Activity(
            self.held_on.data.isoformat(), self.kind.data, self.audience.data,
            self.municipality_code.data or None, self.persons.number, tidy(self.note.data),
            entry_id, tidy(self.partner.data),
        )  # fmt: skip

    @classmethod
    def fields_of(cls, known: Activity) -> dict[str, Any]:
        """What the fields hold of an activity that is known."""
        return vars(known) | {
            "held_on": date.fromisoformat(known.held_on),
            "municipality_code": known.municipality_code or "",
            "persons": str(known.persons),
        }

    def fault_words(self) -> dict[tuple[str, str], str]:
        """What is said of each fault."""
        year = entries.first_open_year(REACHED)
        return {
            ("held_on", "to come"): _(
                "Dagen har inte varit än. Skriv in insatsen när den är gjord."
            ),
            ("held_on", "printed"): _(
                "Åren före %(year)s är tryckta och ändras inte."
                " Skriv en dag från och med %(year)s.",
                year=year,
            ),
            ("persons", "out of range"): _("Skriv ett antal från 0 till 1 000 000."),
        }

    def words(self) -> dict[str, str]:
        """What is said of one that is saved, removed or needed."""
        return {
            "saved": _("Insatsen är sparad. Året går ut med en utgåva när det är klart."),
            "removed": _("Insatsen är borttagen. Det som stod om den finns kvar i historiken."),
            "needed": _(
                "Det är årets enda insats och året är klart. Skriv 0 personer om ingen nåddes."
            ),
        }

    def facts(self, known: Activity | None) -> dict[str, Any]:
        """The words of its kinds."""
        return {"kinds": activity_words()}


@blueprint.get("/serier/information")
def show_reach() -> str:
    """Every activity, what the years add up to, and which of them are complete."""
    sums = {of_year.year: of_year for of_year in reach.sums(survey_db())}
    return render_template(
        "office/association/reach.html",
        listing=activity_list(),
        sums=sums,
        printed=printed(),
        **years_facts(REACHED, "activity", activity_words()),
    )


@blueprint.route("/serier/information/ny", methods=["GET", "POST"])
def add_activity() -> str | Response:
    """Register an activity."""
    return edit_entry(ActivityForm)


@blueprint.route("/serier/information/<int:activity_id>", methods=["GET", "POST"])
def change_activity(activity_id: int) -> str | Response:
    """Change an activity, and why."""
    return edit_entry(ActivityForm, activity_id)


@blueprint.post("/serier/information/<int:activity_id>/ta-bort")
def remove_activity(activity_id: int) -> str | Response:
    """Remove an activity, and why."""
    return remove_entry(ActivityForm, activity_id)


@dataclass(frozen=True)
class ActivityRow:
    """One activity, or a printed year; of that only the sum is known."""

    when: str
    kind: str
    audience: str
    code: str
    town: str
    persons: int
    note: str
    partner: str = ""
    id: int = 0

    @property
    def is_locked(self) -> bool:
        """Whether it is printed and stays as it is."""
        return self.kind == PRINTED


def printed() -> list[SeriesValue]:
    """The printed years, the latest first."""
    return [v for v in reversed(published()) if v.indicator == "reached"]


@as_file("information")
def activity_list() -> Listing[ActivityRow]:
    """Every activity and printed year, as the address asks for it."""
    names, whole = towns(), _("Hela länet")
    found = [
        ActivityRow(a.held_on, a.kind, a.audience, a.municipality_code or WHOLE_COUNTY,
                    names[a.municipality_code] if a.municipality_code else whole,
                    a.persons, a.note, a.partner, a.id)
        for a in reach.everyone(survey_db())
    ]  # fmt: skip
    found += [
        ActivityRow(str(v.year), PRINTED, PRINTED, WHOLE_COUNTY, whole, v.value,
                    v.note_en if language() == "en" else v.note_sv)
        for v in printed()
    ]  # fmt: skip
    kinds = activity_words() | {PRINTED: _("Hela året, ur slutrapporten")}
    audiences = audience_words()
    table: Table[ActivityRow] = Table(
        "information", "office.show_reach",
        [
            text("when", _("När"), lambda f: f.when, largest_first=True, look="nowrap"),
            coded("kind", _("Slag"), lambda f: f.kind, kinds, look="plain"),
            text("audience", _("Målgrupp"), lambda f: audiences.get(f.audience, ""), look="plain"),
            text("town", _("Kommun"), lambda f: f.town, look="plain"),
            number("persons", _("Antal personer"), lambda f: f.persons,
                   shown=lambda f: format_decimal(f.persons)),
            text("partner", _("Tillsammans med"), lambda f: f.partner, look="plain"),
            text("note", _("Anteckning"), lambda f: f.note, sorts=False, look="plain own-line"),
        ],
        [
            search(lambda f: [f.when, f.town, f.partner, f.note]),
            among("ar", _("År"), lambda f: f.when[:4], in_years(line.when[:4] for line in found)),
            among("slag", _("Slag"), lambda f: f.kind, kinds),
            among("malgrupp", _("Målgrupp"), lambda f: f.audience,
                  audiences | {PRINTED: _("Inte angiven")}),
            among("kommun", _("Kommun"), lambda f: f.code, {WHOLE_COUNTY: whole} | names),
        ],
        "when", "asf-information",
    )  # fmt: skip
    return table.of(found)

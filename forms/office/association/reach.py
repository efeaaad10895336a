"""Persons reached with information, at the office: every activity, and the years it makes."""

from datetime import date
from typing import Any

from flask import render_template
from flask_babel import format_decimal
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import SelectField
from wtforms.validators import InputRequired

from forms.office import as_file, blueprint
from forms.office.association import series
from forms.office.association.labels import (
    PRINTED,
    WHOLE_COUNTY,
    activity_words,
    audience_choices,
    audience_words,
)
from forms.office.data_table import Listing, Table, among, coded, number, search, text
from forms.office.register.labels import towns
from forms.office.typed_fields import Choice, Day, ShortText
from forms.translations import language
from forms.web.request_context import survey_db
from survey_data.association import entries, reach
from survey_data.association.entries import REACHED
from survey_data.association.reach import LONGEST_NOTE, LONGEST_PARTNER, Activity
from survey_data.geography import HAS_PRINTED
from survey_data.history.printed_series import SeriesValue, published


class ActivityForm(series.EntryForm):
    """One activity that reached someone."""

    held_on = Day(_l("Skriv vilken dag det var, ÅÅÅÅ-MM-DD."))
    kind = Choice(activity_words, _l("Välj vad det var för slags insats."))
    audience = SelectField(
        choices=audience_choices, validators=[InputRequired(_l("Välj vem insatsen var till för."))]
    )
    municipality_code = Choice(towns, first=_l("Hela länet"))
    persons = series.CountField(_l("Skriv hur många som fick informationen."))
    partner = ShortText(LONGEST_PARTNER)
    note = ShortText(LONGEST_NOTE)
    store = reach
    kinds = staticmethod(activity_words)
    entry_kind, series_name = "activity", REACHED
    page, template, needed_at = "show_reach", "activity", "held_on"
    saved = _l("Insatsen är sparad. Året går ut med en utgåva när det är klart.")
    removed = _l("Insatsen är borttagen. Det som stod om den finns kvar i historiken.")
    needed = _l("Det är årets enda insats och året är klart. Skriv 0 personer om ingen nåddes.")

    def entry(self, entry_id: int) -> Activity:
        """What was typed."""
        return Activity(
            self.held_on.data.isoformat(), self.kind.data, self.audience.data,
            self.municipality_code.data or None, self.persons.number, self.note.data,
            entry_id, self.partner.data,
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
            )
            if HAS_PRINTED
            else _("Skriv en dag från och med %(year)s.", year=year),
            ("persons", "out of range"): _("Skriv ett antal från 0 till 1 000 000."),
        }


@blueprint.get("/serier/information")
def show_reach() -> str:
    """Every activity, what the years add up to, and which of them are complete."""
    sums = {of_year.year: of_year for of_year in reach.sums(survey_db())}
    return render_template(
        "office/association/reach.html",
        listing=activity_list(),
        sums=sums,
        printed=printed(),
        **series.years_facts(REACHED, "activity", activity_words()),
    )


@blueprint.route("/serier/information/ny", methods=["GET", "POST"], endpoint="add_activity")
@blueprint.route("/serier/information/<int:activity_id>", methods=["GET", "POST"])
def change_activity(activity_id: int = 0) -> str | Response:
    """Register an activity, or change one, and why."""
    return series.edit_entry(ActivityForm, activity_id)


@blueprint.post("/serier/information/<int:activity_id>/ta-bort")
def remove_activity(activity_id: int) -> str | Response:
    """Remove an activity, and why."""
    return series.remove_entry(ActivityForm, activity_id)


def printed() -> list[SeriesValue]:
    """The printed years, the latest first."""
    return [v for v in reversed(published()) if v.indicator == "reached"]


@as_file("information")
def activity_list() -> Listing[Activity]:
    """Every activity and printed year, of which only the sum is known, as the address asks."""
    names, whole = towns(), _("Hela länet")
    found = reach.everyone(survey_db())
    found += [
        Activity(str(v.year), PRINTED, PRINTED, None, v.value,
                 v.note_en if language() == "en" else v.note_sv)
        for v in printed()
    ]  # fmt: skip

    def town(each: Activity) -> str:
        return names.get(each.municipality_code or "", whole)

    kinds = activity_words() | {PRINTED: _("Hela året, ur slutrapporten")}
    audiences = audience_words()
    table: Table[Activity] = Table(
        "information", "office.show_reach",
        [
            text("when", _("När"), lambda f: f.held_on, largest_first=True, look="nowrap"),
            coded("kind", _("Slag"), lambda f: f.kind, kinds, look="plain"),
            text("audience", _("Målgrupp"), lambda f: audiences.get(f.audience, ""), look="plain"),
            text("town", _("Kommun"), town, look="plain"),
            number("persons", _("Antal personer"), lambda f: f.persons,
                   shown=lambda f: format_decimal(f.persons)),
            text("partner", _("Tillsammans med"), lambda f: f.partner, look="plain"),
            text("note", _("Anteckning"), lambda f: f.note, sorts=False, look="plain own-line"),
        ],
        [
            search(lambda f: [f.held_on, town(f), f.partner, f.note]),
            among("ar", _("År"), lambda f: f.held_on[:4],
                  series.in_years(f.held_on[:4] for f in found)),
            among("slag", _("Slag"), lambda f: f.kind, kinds),
            among("malgrupp", _("Målgrupp"), lambda f: f.audience,
                  audiences | {PRINTED: _("Inte angiven")}),
            among("kommun", _("Kommun"), lambda f: f.municipality_code or WHOLE_COUNTY,
                  {WHOLE_COUNTY: whole} | names),
        ],
        "when", "asf-information",
    )  # fmt: skip
    return table.of(found)

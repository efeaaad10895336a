"""Persons reached with information, at the office: every activity, and the years it makes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import format_decimal
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms import SelectField, StringField
from wtforms.validators import InputRequired

from forms.office import blueprint
from forms.office.association.entry import (
    CountField,
    EntryForm,
    ReasonForm,
    in_years,
    longest,
    tidy,
    towns,
)
from forms.office.association.labels import (
    PRINTED,
    WHOLE_COUNTY,
    SeriesWords,
    activity_words,
    audience_words,
)
from forms.office.association.year_card import years_facts
from forms.office.data_table import (
    Listing,
    Table,
    among,
    coded,
    number,
    search,
    text,
)
from forms.office.register.contacts import no_personal_number
from forms.office.typed_fields import Day
from forms.translations import language
from forms.web.request_context import actor, survey_db
from survey_data import clock
from survey_data.association import complete_years, entries, reach
from survey_data.association.complete_years import REACHED
from survey_data.association.errors import StillNeeded
from survey_data.association.reach import LONGEST_NOTE, Activity
from survey_data.history.printed_series import SeriesValue, published


class ActivityForm(EntryForm):
    """One activity that reached someone."""

    held_on = Day()
    kind = SelectField()
    audience = SelectField()
    municipality_code = SelectField()
    persons = CountField()
    note = StringField()
    series = REACHED

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose = ("", _("Välj"))
        self.kind.choices = [choose, *activity_words().items()]
        self.audience.choices = [choose, *audience_words().items()]
        self.municipality_code.choices = [("", _("Hela länet")), *towns().items()]
        self.held_on.validators = [InputRequired(_("Skriv vilken dag det var, ÅÅÅÅ-MM-DD."))]
        self.kind.validators = [InputRequired(_("Välj vad det var för slags insats."))]
        self.audience.validators = [InputRequired(_("Välj vem insatsen var till för."))]
        self.persons.if_empty = _("Skriv hur många som fick informationen.")
        self.note.validators = [longest(LONGEST_NOTE), no_personal_number]

    def activity(self, activity_id: int) -> Activity:
        """What was typed."""
        return Activity(
            self.held_on.data.isoformat(),
            self.kind.data,
            self.audience.data,
            self.municipality_code.data or None,
            self.persons.number,
            tidy(self.note.data),
            activity_id,
        )


def fault_words() -> dict[tuple[str, str], str]:
    """What is said of each fault."""
    year = complete_years.first_open_year(REACHED)
    return {
        ("held_on", "to come"): _("Dagen har inte varit än. Skriv in insatsen när den är gjord."),
        ("held_on", "printed"): _(
            "Åren före %(year)s är tryckta och ändras inte. Skriv en dag från och med %(year)s.",
            year=year,
        ),
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
        **years_facts(REACHED, "activity", activity_words()),
    )


@blueprint.route("/serier/information/ny", methods=["GET", "POST"])
def add_activity() -> str | Response:
    """Register an activity."""
    return _edit(ActivityForm(), None)


@blueprint.route("/serier/information/<int:activity_id>", methods=["GET", "POST"])
def change_activity(activity_id: int) -> str | Response:
    """Change an activity, and why."""
    known = _known(activity_id)
    return _edit(ActivityForm(data=_typed(known), is_new=False), known)


def _known(activity_id: int) -> Activity:
    known = reach.find(survey_db(), activity_id)
    if known is None:
        abort(404)
    return known


def _typed(known: Activity) -> dict[str, Any]:
    return {
        "held_on": date.fromisoformat(known.held_on),
        "kind": known.kind,
        "audience": known.audience,
        "municipality_code": known.municipality_code or "",
        "persons": str(known.persons),
        "note": known.note,
    }


def _edit(form: ActivityForm, known: Activity | None) -> str | Response:
    if form.validate_on_submit():
        typed, db = form.activity(known.id if known else 0), survey_db()
        is_wrong = form.refuse(reach.faults(typed), fault_words())
        if not is_wrong and not form.asks(reach.doubts(db, typed)) and _saved(form, typed):
            flash(_("Insatsen är sparad. Året går ut med en utgåva när det är klart."))
            return redirect(url_for("office.show_reach"))
    return _page(form, known)


def _saved(form: ActivityForm, typed: Activity) -> bool:
    try:
        reach.save(survey_db(), typed, form.why, actor())
    except StillNeeded:
        form.held_on.errors = [_still_needed()]
        return False
    return True


def _still_needed() -> str:
    return str(_("Det är årets enda insats och året är klart. Skriv 0 personer om ingen nåddes."))


def _page(form: ActivityForm, known: Activity | None, removal: ReasonForm | None = None) -> str:
    db = survey_db()
    return render_template(
        "office/association/activity.html",
        form=form,
        known=known,
        removal=removal or ReasonForm(formdata=None),
        history=entries.history(db, "activity", known.id) if known else [],
        words=SeriesWords(db, activity_words()),
        local=clock.local,
    )


@blueprint.post("/serier/information/<int:activity_id>/ta-bort")
def remove_activity(activity_id: int) -> str | Response:
    """Remove an activity, and why."""
    known, removal = _known(activity_id), ReasonForm()
    if removal.validate():
        try:
            reach.remove(survey_db(), known.id, tidy(removal.removal_reason.data), actor())
        except StillNeeded:
            removal.removal_reason.errors = [_still_needed()]
        else:
            flash(_("Insatsen är borttagen. Vad den sade finns kvar i historiken."))
            return redirect(url_for("office.show_reach"))
    return _page(ActivityForm(formdata=None, data=_typed(known), is_new=False), known, removal)


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
    id: int = 0

    @property
    def is_locked(self) -> bool:
        """Whether it is printed and stays as it is."""
        return self.kind == PRINTED


def printed() -> list[SeriesValue]:
    """The printed years, the latest first."""
    return [v for v in reversed(published()) if v.indicator == "reached"]


def activity_list() -> Listing[ActivityRow]:
    """Every activity and printed year, as the address asks for it."""
    names, whole = towns(), _("Hela länet")
    found = [
        ActivityRow(a.held_on, a.kind, a.audience, a.municipality_code or WHOLE_COUNTY,
                    names[a.municipality_code] if a.municipality_code else whole,
                    a.persons, a.note, a.id)
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
            text("note", _("Anteckning"), lambda f: f.note, sorts=False, look="plain own-line"),
        ],
        [
            search(lambda f: [f.when, f.town, f.note]),
            among("ar", _("År"), lambda f: f.when[:4], in_years(line.when[:4] for line in found)),
            among("slag", _("Slag"), lambda f: f.kind, kinds),
            among("malgrupp", _("Målgrupp"), lambda f: f.audience,
                  audiences | {PRINTED: _("Inte angiven")}),
            among("kommun", _("Kommun"), lambda f: f.code, {WHOLE_COUNTY: whole} | names),
        ],
        "when", "asf-information",
    )  # fmt: skip
    return table.of(found)

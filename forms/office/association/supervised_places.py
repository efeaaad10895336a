"""Supervised places by municipality and year: granted, used, and what came of them."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms import SelectField, StringField
from wtforms.validators import InputRequired

from forms.office import blueprint
from forms.office.association.entry import (
    CountField,
    EntryForm,
    ReasonForm,
    longest,
    tidy,
    towns,
    year_choices,
)
from forms.office.association.labels import SeriesWords, gender_words, outcome_words
from forms.office.association.place_table import place_list
from forms.office.association.year_card import years_facts
from forms.office.register.contacts import no_personal_number
from forms.web.request_context import actor, survey_db
from survey_data import clock
from survey_data.association import complete_years, entries, outcomes
from survey_data.association import supervised_places as places
from survey_data.association.complete_years import PLACES
from survey_data.association.errors import StillNeeded
from survey_data.association.supervised_places import GENDERS, LONGEST_NOTE, OUTCOMES, Places
from survey_data.history.printed_series import place_outcomes

CELLS = [(outcome, gender) for outcome in OUTCOMES for gender in GENDERS]
FIRST_CELL = "to_work_women"


class PlacesForm(EntryForm):
    """The places of one municipality in one year; each outcome and gender has a field."""

    year = SelectField(coerce=int)
    municipality_code = SelectField()
    granted = CountField()
    used = CountField()
    individuals = CountField()
    note = StringField()
    series = PLACES

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.year.choices = year_choices(complete_years.first_open_year(PLACES), clock.today().year)
        self.municipality_code.choices = [("", _("Välj kommun")), *towns().items()]
        self.municipality_code.validators = [InputRequired(_("Välj kommun."))]
        self.granted.if_empty = _("Skriv hur många platser som beviljades, 0 om inga.")
        self.used.if_empty = _("Skriv hur många platser som användes, 0 om inga.")
        self.individuals.if_empty = _("Skriv hur många personer som hade en plats, 0 om ingen.")
        self.note.validators = [longest(LONGEST_NOTE), no_personal_number]

    @property
    def total(self) -> int:
        """All outcomes together."""
        return sum(self[f"{outcome}_{gender}"].number for outcome, gender in CELLS)

    def places(self, place_id: int) -> Places:
        """What was typed."""
        return Places(
            self.year.data,
            self.municipality_code.data,
            self.granted.number,
            self.used.number,
            self.individuals.number,
            {cell: n for cell in CELLS if (n := self[f"{cell[0]}_{cell[1]}"].number)},
            tidy(self.note.data),
            place_id,
        )

    def refuse_places(self, typed: Places) -> bool:
        """Say what is wrong with it; whether anything was."""
        faults = [*places.faults(survey_db(), typed)]
        for fault in faults:
            # The sum is nobody's field: its message stands by the first of its parts.
            fault.field = FIRST_CELL if fault.field == "outcomes" else fault.field
        return self.refuse(faults, self._fault_words())

    def _fault_words(self) -> dict[tuple[str, str], str]:
        most = _("Skriv ett antal från 0 till 10 000.")
        return {
            ("year", "no such year"): _("Välj ett år som inte är tryckt och som har börjat."),
            ("municipality_code", "twice"): _(
                "Kommunen har redan uppgifter för det året. Ändra dem i stället."
            ),
            ("used", "more than granted"): _(
                "Fler platser används än som beviljats. En plats som förlängs räknas som beviljad"
                " även i år."
            ),
            ("individuals", "nobody"): _("Platser används. Skriv hur många personer som hade dem."),
            ("individuals", "no place"): _("Ingen plats används, så ingen kan ha haft den."),
            (FIRST_CELL, "does not add up"): _(
                "Utfallen blir tillsammans %(n)s, men personerna är %(of)s. De ska bli lika. Det"
                " som inte är känt skrivs på raden för det.",
                n=self.total,
                of=self.individuals.number,
            ),
            **{(name, "out of range"): most for name in ("granted", "used", "individuals")},
        }  # fmt: skip


for _outcome, _gender in CELLS:
    setattr(PlacesForm, f"{_outcome}_{_gender}", CountField(blank=0))


@blueprint.get("/serier/platser")
def show_places() -> str:
    """The places of every municipality and year, and what is published of the outcomes."""
    db = survey_db()
    basis = outcomes.basis_of(db)
    return render_template(
        "office/association/supervised_places.html",
        listing=place_list(),
        published=(published := outcomes.next_table(db)),
        waits=bool(basis.cells) and (published is None or published.basis != basis),
        basis=basis,
        printed=place_outcomes(),
        outcomes=outcome_words(),
        genders=gender_words(),
        **years_facts(PLACES, "place", {}),
    )


@blueprint.route("/serier/platser/ny", methods=["GET", "POST"])
def add_places() -> str | Response:
    """Add the places of a municipality in a year."""
    return _edit(PlacesForm(), None)


@blueprint.route("/serier/platser/<int:place_id>", methods=["GET", "POST"])
def change_places(place_id: int) -> str | Response:
    """Change the places of a municipality in a year, and why."""
    known = _known(place_id)
    return _edit(PlacesForm(data=_typed(known), is_new=False), known)


def _known(place_id: int) -> Places:
    known = places.find(survey_db(), place_id)
    if known is None:
        abort(404)
    return known


def _typed(known: Places) -> dict[str, Any]:
    cells = {f"{o}_{g}": str(n) for (o, g), n in known.outcomes.items()}
    counts = {n: str(getattr(known, n)) for n in ("granted", "used", "individuals")}
    return {"year": known.year, "municipality_code": known.municipality_code, "note": known.note,
            **counts, **cells}  # fmt: skip


def _edit(form: PlacesForm, known: Places | None) -> str | Response:
    if form.validate_on_submit():
        typed = form.places(known.id if known else 0)
        is_wrong = form.refuse_places(typed)
        if not is_wrong and not form.asks(places.doubts(typed)) and _saved(form, typed):
            flash(_("Platserna är sparade. Året går ut med en utgåva när det är klart."))
            return redirect(url_for("office.show_places"))
    return _page(form, known)


def _saved(form: PlacesForm, typed: Places) -> bool:
    try:
        places.save(survey_db(), typed, form.why, actor())
    except StillNeeded:
        form.year.errors = [_still_needed()]
        return False
    return True


def _still_needed() -> str:
    return str(_("Året är klart eller publicerat och behöver raden. Skriv 0 platser i stället."))


def _page(form: PlacesForm, known: Places | None, removal: ReasonForm | None = None) -> str:
    db = survey_db()
    return render_template(
        "office/association/supervised_place.html",
        form=form,
        known=known,
        town=towns()[known.municipality_code] if known else "",
        removal=removal or ReasonForm(formdata=None),
        outcomes=outcome_words(),
        genders=gender_words(),
        history=entries.history(db, "place", known.id) if known else [],
        words=SeriesWords(db, {}),
        local=clock.local,
    )


@blueprint.post("/serier/platser/<int:place_id>/ta-bort")
def remove_places(place_id: int) -> str | Response:
    """Remove the places of a municipality in a year, and why."""
    known, removal = _known(place_id), ReasonForm()
    if removal.validate():
        try:
            places.remove(survey_db(), known.id, tidy(removal.removal_reason.data), actor())
        except StillNeeded:
            removal.removal_reason.errors = [_still_needed()]
        else:
            flash(_("Platserna är borttagna. Vad raden sade finns kvar i historiken."))
            return redirect(url_for("office.show_places"))
    return _page(PlacesForm(formdata=None, data=_typed(known), is_new=False), known, removal)

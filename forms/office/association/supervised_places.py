"""Supervised places by municipality and year: granted, used, and what came of them."""

from collections import Counter
from collections.abc import Iterator
from functools import partial
from typing import Any

from flask import render_template
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import SelectField

from forms.office import as_file, blueprint
from forms.office.association import labels, series
from forms.office.data_table import Listing, Table, among, file_only, number, search, text
from forms.office.register.labels import towns
from forms.office.typed_fields import Choice, ShortText
from forms.web.request_context import survey_db
from survey_data import clock
from survey_data.association import entries, outcomes
from survey_data.association import supervised_places as places
from survey_data.association.entries import PLACES, BadEntry
from survey_data.association.supervised_places import GENDERS, OUTCOMES, Grants, Places
from survey_data.history.printed_series import place_outcomes, published

CELLS = [(outcome, gender) for outcome in OUTCOMES for gender in GENDERS]
FIRST_CELL = "to_work_women"
# Where a sum that is wrong is said.
FIRST_FIELDS = {"outcomes": FIRST_CELL, "grants": "places_1"}
# So many target groups and lengths have a row each.
GRANT_ROWS = range(1, 5)


class PlacesForm(series.EntryForm):
    """The places of one municipality in one year; each outcome and gender has a field."""

    year = SelectField(
        coerce=int,
        # The latest first.
        choices=lambda: [
            (year, str(year))
            for year in range(clock.today().year, entries.first_open_year(PLACES) - 1, -1)
        ],
    )
    municipality_code = Choice(towns, _l("Välj kommun."), _l("Välj kommun"))
    granted = series.CountField(_l("Skriv hur många platser som beviljades, 0 om inga."))
    used = series.CountField(_l("Skriv hur många platser som användes, 0 om inga."))
    individuals = series.CountField(_l("Skriv hur många personer som hade en plats, 0 om ingen."))
    note = ShortText(places.LONGEST_NOTE)
    store = places
    entry_kind, series_name = "place", PLACES
    page, template, needed_at = "show_places", "supervised_place", "year"
    saved = _l("Platserna är sparade. Året går ut med en utgåva när det är klart.")
    removed = _l("Platserna är borttagna. Det som stod på raden finns kvar i historiken.")
    needed = _l("Året är klart eller publicerat och behöver raden. Skriv 0 platser i stället.")

    @property
    def grants(self) -> Grants:
        """The places of each target group and length; two rows of one kind are one."""
        found: Counter[tuple[str, int]] = Counter()
        for row in GRANT_ROWS:
            kind = self[f"group_{row}"].data, self[f"months_{row}"].number
            found[kind] += self[f"places_{row}"].number
        return {kind: places for kind, places in found.items() if places}

    @property
    def total(self) -> int:
        """All outcomes together."""
        return sum(self[f"{outcome}_{gender}"].number for outcome, gender in CELLS)

    def entry(self, entry_id: int) -> Places:
        """What was typed."""
        outcomes = {cell: n for cell in CELLS if (n := self[f"{cell[0]}_{cell[1]}"].number)}
        return Places(self.year.data, self.municipality_code.data, self.granted.number,
                      self.used.number, self.individuals.number, outcomes,
                      self.note.data, entry_id, self.grants)  # fmt: skip

    @classmethod
    def fields_of(cls, known: Places) -> dict[str, Any]:
        """What the fields hold of places that are known."""
        cells = {f"{o}_{g}": str(n) for (o, g), n in known.outcomes.items()}
        counts = {n: str(getattr(known, n)) for n in ("granted", "used", "individuals")}
        return vars(known) | counts | cells | cls._grant_rows(known.grants)

    @staticmethod
    def _grant_rows(grants: Grants) -> dict[str, str]:
        parts = enumerate(sorted(grants.items()), 1)
        return {
            f"{name}_{row}": str(value)
            for row, ((group, months), number) in parts
            for name, value in (("group", group), ("months", months), ("places", number))
        }

    def faults(self, typed: Places) -> Iterator[BadEntry]:
        """What is wrong, each beside a field: a sum that is wrong by the first of its parts."""
        for fault in places.faults(survey_db(), typed):
            fault.field = FIRST_FIELDS.get(fault.field, fault.field)
            yield fault
        for row in GRANT_ROWS:
            yield from self._grant_faults(row)

    def _grant_faults(self, row: int) -> Iterator[BadEntry]:
        number, months = self[f"places_{row}"].number, self[f"months_{row}"].number
        group = self[f"group_{row}"].data
        is_right = {
            "group": bool(group),
            "months": 1 <= months <= places.MOST_MONTHS,
            "places": 1 <= number <= places.MOST,
        }
        for name, right in is_right.items():
            # A row that says nothing is no row.
            if not right and (number or months or group):
                yield BadEntry(f"{name}_{row}", "incomplete")

    def doubts(self, typed: Places) -> Iterator[str]:
        """What is unusual about the numbers."""
        return places.doubts(typed)

    def fault_words(self) -> dict[tuple[str, str], str]:
        """What is said of each fault, by field and rule."""
        most = _("Skriv ett antal från 0 till 10 000.")
        said = {
            "group": _("Välj för vem platserna beviljades."),
            "months": _("Skriv hur många månader platserna gäller, 1 till 36."),
            "places": _("Skriv hur många platser raden gäller."),
        }
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
                n=self.total, of=self.individuals.number,
            ),
            ("places_1", "does not add up"): _(
                "Platserna för vem och hur länge blir tillsammans %(n)s, men %(of)s beviljades."
                " De ska bli lika, eller alla lämnas tomma.",
                n=sum(self.grants.values()), of=self.granted.number,
            ),
            **{(name, "out of range"): most for name in ("granted", "used", "individuals")},
            **{(f"{name}_{row}", "incomplete"): said[name] for row in GRANT_ROWS for name in said},
        }  # fmt: skip

    def facts(self, known: Places | None) -> dict[str, Any]:
        """The place, and the outcomes and genders by which people are counted."""
        town = towns()[known.municipality_code] if known else ""
        counted = {"outcomes": labels.outcome_words(), "genders": labels.gender_words()}
        return {"town": town, "grant_rows": GRANT_ROWS, **counted}


for _row in GRANT_ROWS:
    setattr(PlacesForm, f"places_{_row}", series.CountField())
    setattr(PlacesForm, f"group_{_row}", Choice(labels.target_group_words))
    setattr(PlacesForm, f"months_{_row}", series.CountField())
for _name, _gender in CELLS:
    setattr(PlacesForm, f"{_name}_{_gender}", series.CountField())


@blueprint.get("/serier/platser")
def show_places() -> str:
    """The places of every municipality and year, and what is published of the outcomes."""
    db = survey_db()
    basis = outcomes.basis_of(db)
    return render_template(
        "office/association/supervised_places.html",
        listing=place_list(),
        towns=towns(),
        published=(published := outcomes.next_table(db)),
        waits=bool(basis.cells) and (published is None or published.basis != basis),
        basis=basis,
        printed=place_outcomes(),
        outcomes=labels.outcome_words(),
        genders=labels.gender_words(),
        **series.years_facts(PLACES, "place", {}),
    )


@blueprint.route("/serier/platser/ny", methods=["GET", "POST"], endpoint="add_places")
@blueprint.route("/serier/platser/<int:place_id>", methods=["GET", "POST"])
def change_places(place_id: int = 0) -> str | Response:
    """Add the places of a municipality in a year, or change them, and why."""
    return series.edit_entry(PlacesForm, place_id)


@blueprint.post("/serier/platser/<int:place_id>/ta-bort")
def remove_places(place_id: int) -> str | Response:
    """Remove the places of a municipality in a year, and why."""
    return series.remove_entry(PlacesForm, place_id)


@as_file("platser")
def place_list() -> Listing[Places]:
    """Every municipality and year, as the address asks for it.

    The printed report has no persons or outcomes by place.
    """
    names = towns()
    found = [*places.everyone(survey_db(), with_grants=True), *_printed_places(names)]

    def town(each: Places) -> str:
        return names[each.municipality_code]

    table: Table[Places] = Table(
        "platser", "office.show_places",
        [
            text("town", _("Kommun"), town),
            number("year", _("År"), lambda f: f.year, look="plain"),
            number("granted", _("Beviljade"), lambda f: f.granted),
            number("used", _("Nyttjade"), lambda f: f.used),
            number("individuals", _("Personer"), lambda f: f.individuals if f.id else None),
            *(
                file_only(name, words, partial(_outcome, name))
                for name, words in labels.outcome_words().items()
            ),
            file_only("grants", _("För vem och hur länge"), _grants),
            text("note", _("Anteckning"), lambda f: f.note, sorts=False, look="plain own-line"),
        ],
        [
            search(lambda f: [town(f), f.note]),
            among("ar", _("År"), lambda f: str(f.year), series.in_years(f.year for f in found)),
            among("kommun", _("Kommun"), lambda f: f.municipality_code, names),
            series.by_origin(),
        ],
        "year", "asf-platser",
    )  # fmt: skip
    return table.of(found)


def _outcome(name: str, each: Places) -> int | None:
    return sum(each.outcomes.get((name, g), 0) for g in GENDERS) if each.id else None


def _grants(each: Places) -> str:
    kinds = sorted(each.grants.items())
    return labels.grants_in_words((*kind, number) for kind, number in kinds)


def _printed_places(names: dict[str, str]) -> Iterator[Places]:
    values = {(v.year, v.area_code, v.indicator): v.value for v in published()}
    for (year, code, indicator), granted in values.items():
        if indicator == "places_granted" and code in names:
            used = values[year, code, "places_used"]
            yield Places(year, code, granted, used, individuals=0)

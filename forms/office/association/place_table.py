"""Supervised places as a table: the printed ones and those entered here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial

from flask_babel import gettext as _

from forms.office.association.entry import by_origin, in_years, towns
from forms.office.association.labels import outcome_words
from forms.office.data_table import Listing, Table, among, file_only, number, search, text
from forms.web.request_context import survey_db
from survey_data.association import supervised_places
from survey_data.association.supervised_places import GENDERS, Places
from survey_data.history.printed_series import published


@dataclass(frozen=True)
class PlaceRow:
    """One municipality in one year; the printed report has no persons or outcomes by place."""

    year: int
    code: str
    town: str
    granted: int
    used: int
    individuals: int | None = None
    outcomes: dict[str, int] = field(default_factory=dict)
    note: str = ""
    id: int = 0

    @property
    def is_locked(self) -> bool:
        """Whether it is printed and stays as it is."""
        return not self.id


def place_list() -> Listing[PlaceRow]:
    """Every municipality and year, as the address asks for it."""
    names = towns()
    found = [_row(each, names) for each in supervised_places.everyone(survey_db())]
    found += _printed(names)
    table: Table[PlaceRow] = Table(
        "platser", "office.show_places",
        [
            text("town", _("Kommun"), lambda f: f.town),
            number("year", _("År"), lambda f: f.year, look="plain"),
            number("granted", _("Beviljade"), lambda f: f.granted),
            number("used", _("Nyttjade"), lambda f: f.used),
            number("individuals", _("Personer"), lambda f: f.individuals),
            *(
                file_only(name, words, partial(_outcome, name))
                for name, words in outcome_words().items()
            ),
            text("note", _("Anteckning"), lambda f: f.note, sorts=False, look="plain own-line"),
        ],
        [
            search(lambda f: [f.town, f.note]),
            among("ar", _("År"), lambda f: str(f.year), in_years(row.year for row in found)),
            among("kommun", _("Kommun"), lambda f: f.code, names),
            by_origin(),
        ],
        "year", "asf-platser",
    )  # fmt: skip
    return table.of(found)


def _outcome(name: str, row: PlaceRow) -> int | None:
    return row.outcomes.get(name)


def _row(each: Places, names: dict[str, str]) -> PlaceRow:
    sums = {o: sum(each.outcomes.get((o, g), 0) for g in GENDERS) for o in outcome_words()}
    return PlaceRow(each.year, each.municipality_code, names[each.municipality_code], each.granted,
                each.used, each.individuals, sums, each.note, each.id)  # fmt: skip


def _printed(names: dict[str, str]) -> Iterator[PlaceRow]:
    values = {(v.year, v.area_code, v.indicator): v.value for v in published()}
    for (year, code, indicator), granted in values.items():
        if indicator == "places_granted" and code in names:
            used = values[year, code, "places_used"]
            yield PlaceRow(year, code, names[code], granted, used)

"""Supervised places as a table: the printed ones and those entered here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from flask_babel import gettext as _

from forms.office.association.entry import towns
from forms.office.association.labels import outcome_words
from forms.office.data_table import Column, Filter, Listing, Table, alphabetical, holds
from forms.web.request_context import survey_db
from survey_data.association import supervised_places
from survey_data.association.supervised_places import GENDERS, Places
from survey_data.history.printed_series import published


@dataclass(frozen=True)
class Line:
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


def listing() -> Listing[Line]:
    """Every municipality and year, as the address asks for it."""
    names = towns()
    found = [_line(each, names) for each in supervised_places.everyone(survey_db())]
    found += _printed(names)
    table = Table("platser", "office.show_places", _columns(), _filters(found, names), "year",
                  "asf-platser")  # fmt: skip
    return table.of(found)


def _line(each: Places, names: dict[str, str]) -> Line:
    sums = {o: sum(each.outcomes.get((o, g), 0) for g in GENDERS) for o in outcome_words()}
    return Line(each.year, each.municipality_code, names[each.municipality_code], each.granted,
                each.used, each.individuals, sums, each.note, each.id)  # fmt: skip


def _printed(names: dict[str, str]) -> Iterator[Line]:
    values = {(v.year, v.area_code, v.indicator): v.value for v in published()}
    for (year, code, indicator), granted in values.items():
        if indicator == "places_granted" and code in names:
            used = values[year, code, "places_used"]
            yield Line(year, code, names[code], granted, used)


def _filters(found: list[Line], names: dict[str, str]) -> list[Filter[Line]]:
    years = sorted({line.year for line in found}, reverse=True)
    origin = {"tryckt": _("Ur slutrapporten"), "egen": _("Inskrivet här")}
    return [
        Filter("sok", _("Sök"), lambda f, s: holds(s, f.town, f.note)),
        Filter("ar", _("År"), lambda f, y: str(f.year) == y, {str(y): str(y) for y in years}),
        Filter("kommun", _("Kommun"), lambda f, c: f.code == c, names),
        Filter("varifran", _("Varifrån"), lambda f, o: f.is_locked == (o == "tryckt"), origin),
    ]


def _columns() -> list[Column[Line]]:
    return [
        Column("town", _("Kommun"), lambda f: alphabetical(f.town), lambda f: f.town),
        Column("year", _("År"), lambda f: f.year, lambda f: f.year, largest_first=True),
        Column("granted", _("Beviljade"), lambda f: f.granted, lambda f: f.granted,
               largest_first=True, look="number"),
        Column("used", _("Nyttjade"), lambda f: f.used, lambda f: f.used, largest_first=True,
               look="number"),
        Column("individuals", _("Personer"), lambda f: f.individuals, lambda f: f.individuals,
               largest_first=True, look="number"),
        *(
            Column(name, words, None, _outcome(name), on_page=False)
            for name, words in outcome_words().items()
        ),
        Column("note", _("Anteckning"), None, lambda f: f.note),
    ]  # fmt: skip


def _outcome(name: str) -> Callable[[Line], int | None]:
    return lambda line: line.outcomes.get(name)

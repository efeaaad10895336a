"""Milestones as a table: the printed ones and those entered here."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _

from forms.office.association.entry import towns
from forms.office.association.labels import WHOLE_COUNTY, milestone_words
from forms.office.data_table import Column, Filter, Listing, Table, alphabetical, holds
from forms.web.request_context import survey_db
from forms.web.translations import language
from survey_data.association import milestones


@dataclass(frozen=True)
class Line:
    """One thing that happened, in the reader's language."""

    label: str
    year: int
    period: str
    code: str
    town: str
    kind: str
    reference: str
    mark: str
    id: int = 0

    @property
    def is_locked(self) -> bool:
        """Whether it is printed and stays as it is."""
        return not self.id


def listing() -> Listing[Line]:
    """Every milestone, as the address asks for it."""
    names, end = towns(), "en" if language() == "en" else "sv"
    found = [vars(each) for each in milestones.everyone(survey_db())]
    report = _("Slutrapporten 2016–2020")
    found += [line | {"kind": line["type"], "reference": report} for line in milestones.printed()]
    lines = [_line(each, names, end) for each in found]
    table = Table("handelser", "office.show_milestones", _columns(), _filters(lines, names),
                  "year", "asf-handelser")  # fmt: skip
    return table.of(lines)


def _line(each: dict[str, object], names: dict[str, str], end: str) -> Line:
    code = str(each["municipality_code"] or WHOLE_COUNTY)
    return Line(
        label=str(each[f"label_{end}"]),
        year=int(str(each["year"])),
        period=str(each["period"]),
        code=code,
        town=names.get(code, ""),
        kind=str(each["kind"]),
        reference=str(each["reference"]),
        mark=str(each[f"mark_{end}"]),
        id=int(str(each.get("id", 0))),
    )


def _filters(found: list[Line], names: dict[str, str]) -> list[Filter[Line]]:
    years = sorted({line.year for line in found}, reverse=True)
    origin = {"tryckt": _("Ur slutrapporten"), "egen": _("Inskrivet här")}
    return [
        Filter("sok", _("Sök"), lambda f, s: holds(s, f.label, f.town, f.reference)),
        Filter("ar", _("År"), lambda f, y: str(f.year) == y, {str(y): str(y) for y in years}),
        Filter("slag", _("Slag"), lambda f, k: f.kind == k, milestone_words()),
        Filter("kommun", _("Kommun"), lambda f, c: f.code == c,
               {WHOLE_COUNTY: _("Ingen särskild kommun")} | names),
        Filter("varifran", _("Varifrån"), lambda f, o: f.is_locked == (o == "tryckt"), origin),
    ]  # fmt: skip


def _columns() -> list[Column[Line]]:
    kinds = milestone_words()
    return [
        Column("label", _("Händelse"), lambda f: alphabetical(f.label), lambda f: f.label),
        Column("year", _("År"), lambda f: f.year, lambda f: f.year, largest_first=True),
        Column("period", _("När på året"), None, lambda f: f.period, on_page=False),
        Column("town", _("Kommun"), lambda f: alphabetical(f.town) or None, lambda f: f.town),
        Column("kind", _("Slag"), lambda f: alphabetical(kinds[f.kind]), lambda f: kinds[f.kind]),
        Column("mark", _("Märke i diagrammen"), lambda f: alphabetical(f.mark) or None,
               lambda f: f.mark),
        Column("reference", _("Var det står"), None, lambda f: f.reference),
    ]  # fmt: skip

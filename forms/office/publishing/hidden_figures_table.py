"""The figures that the next release hides, as a table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from forms.office.data_table import Column, Filter, Listing, Table, alphabetical, holds
from forms.office.publishing.figure_labels import (
    area_names,
    figure_words,
    indicator_words,
    rule_words,
    wish_words,
)
from forms.web.request_context import survey_db
from survey_data.protection.protection_report import HiddenFigure, Report, report
from survey_data.publishing import release_preview
from survey_data.statistics import population
from survey_data.statistics.indicators import BY_NAME

ORDER = {name: place for place, name in enumerate(BY_NAME)}
LEVELS = ("county", "province", "municipality")


@dataclass(frozen=True)
class Line:
    """A hidden figure of a year, with its names."""

    year: int
    figure: HiddenFigure
    area: str
    indicator: str
    protects: str


def reports() -> list[Report]:
    """Each year that the next release would tell of; raises NotProtected."""
    db = survey_db()
    county = population.county(db)
    return [report(db, each.protected, county) for each in release_preview.coming_figures(db)]


def listing(found: Iterable[Report] | None = None) -> Listing[Line]:
    """Every hidden figure, as the address asks for it; raises NotProtected."""
    lines = _lines(reports() if found is None else found)
    table = Table(
        "skydd", "office.show_protection", _columns(), _filters(lines), "area", "asf-skydd",
        page_size=60,
    )  # fmt: skip
    return table.of(lines)


def _lines(found: Iterable[Report]) -> list[Line]:
    names = area_names()
    return [
        Line(
            each.plan.year, f, names[f.spot[:2]], indicator_words(f.spot[2]),
            "; ".join(figure_words(s, names) for s in f.protects),
        )
        for each in found
        for f in each.hidden
    ]  # fmt: skip


def _filters(lines: Sequence[Line]) -> list[Filter[Line]]:
    areas = {line.area: line.area for line in sorted(lines, key=lambda n: alphabetical(n.area))}
    return [
        Filter("sok", _("Sök"), lambda n, search: holds(search, n.area, n.indicator)),
        Filter("omrade", _("Område"), lambda n, area: n.area == area, areas),
        Filter("skal", _("Varför"), lambda n, rule: n.figure.rule == rule, rule_words()),
    ]


def _columns() -> list[Column[Line]]:
    why, wished = rule_words(), wish_words()
    return [
        Column("area", _("Område"), _place, lambda n: n.area),
        Column("indicator", _("Mått"), lambda n: ORDER[n.figure.spot[2]], lambda n: n.indicator),
        Column("year", _("År"), lambda n: n.year, lambda n: n.year, look="number"),
        Column("value", _("Värde"), lambda n: n.figure.value, lambda n: n.figure.value,
               largest_first=True, look="number"),
        Column("why", _("Varför"), lambda n: alphabetical(why[n.figure.rule]),
               lambda n: why[n.figure.rule]),
        Column("reader", _("En läsare kan veta"), lambda n: _width(n.figure.low, n.figure.high),
               None, look="number"),
        Column("inside", _("Ett företag kan veta"),
               lambda n: _width(n.figure.inside_low, n.figure.inside_high), None, look="number"),
        Column("low", _("Minst"), None, lambda n: n.figure.low, on_page=False),
        Column("high", _("Högst"), None, lambda n: n.figure.high, on_page=False),
        Column("inside_low", _("Ett företag: minst"), None, lambda n: n.figure.inside_low,
               on_page=False),
        Column("inside_high", _("Ett företag: högst"), None, lambda n: n.figure.inside_high,
               on_page=False),
        Column("protects", _("Skyddar"), None, lambda n: n.protects, on_page=False),
        Column("wished", _("Behålls"), None, lambda n: wished[n.figure.factor], on_page=False),
    ]  # fmt: skip


def _place(line: Line) -> tuple[int, str, int]:
    """Larger areas first, each by name, their indicators as they are published."""
    level, _code, indicator = line.figure.spot
    return LEVELS.index(level), alphabetical(line.area), ORDER[indicator]


def _width(low: int, high: int | None) -> int | None:
    """How uncertain a figure stays; None where nothing sets a limit."""
    return None if high is None else high - low

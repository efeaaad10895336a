"""The years and parts of a chart that an address asks for."""

from dataclasses import dataclass
from urllib.parse import urlencode

from flask import request

from reports.charts.cards import PANELS, charts_of
from reports.data.chart_model import Part
from reports.data.model import OpenData
from reports.request import made_once


@dataclass(frozen=True)
class Chosen:
    """What is chosen of a chart: of some its years and parts, of others the one year they show.

    All of its years and parts, or its latest year, where an address says nothing.
    """

    years: tuple[int, ...]
    parts: tuple[Part, ...]
    first: int
    last: int
    columns: tuple[str, ...] = ()
    is_one_year: bool = False

    @property
    def address(self) -> str:
        """The choice as the query of an address; "" for the chart as it is."""
        first = self.years[-1] if self.is_one_year else self.years[0]
        is_all = (self.first, self.last) == (first, self.years[-1])
        if is_all and len(self.columns) in (0, len(self.parts)):
            return ""
        pairs = [] if self.is_one_year else [("fran", str(self.first))]
        return urlencode([*pairs, ("till", str(self.last)), *(("del", c) for c in self.columns)])


def asked_of(key: str) -> Chosen | None:
    """What is asked of a chart; None of one that has no two years to choose between."""
    numbers = made_once(charts_of).get(key)
    if numbers is None:
        every = made_once(_years_of, key)
        return _years_asked(every, is_one_year=PANELS[key].is_one_year) if every[1:] else None
    if not numbers.years:
        return None
    known = numbers.chart.parts
    wanted = tuple(p.column for p in known if p.column in request.args.getlist("del"))
    return _years_asked(numbers.years, known, wanted)


def _years_of(data: OpenData, key: str) -> tuple[int, ...]:
    years = PANELS[key].years if key in PANELS else None
    return tuple(sorted(set(years(data)))) if years else ()


def _years_asked(
    every: tuple[int, ...],
    parts: tuple[Part, ...] = (),
    columns: tuple[str, ...] = (),
    *,
    is_one_year: bool = False,
) -> Chosen:
    last = _year("till", every, every[-1])
    first = last if is_one_year else _year("fran", every, every[0])
    first, last = min(first, last), max(first, last)
    return Chosen(every, parts, first, last, columns, is_one_year)


def _year(name: str, every: tuple[int, ...], otherwise: int) -> int:
    year = request.args.get(name, otherwise, type=int)
    return year if year in every else otherwise

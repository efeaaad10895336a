"""Numbers as an index: each against the same year, and words for which year that is."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from reports.data.chart_model import Point, Words
from reports.data.ratios import divided

BASE_YEAR = 2016
OF_ITS_FIRST = Words(
    "index, första året med uppgift över noll = 100",
    "index, first year with a figure above zero = 100",
)


def index(points: Sequence[Point], first: int) -> tuple[Point, ...]:
    """Each value against that of the base year = 100; what is hidden has no index."""
    base = base_of(points, first)
    if base is None:
        return ()
    size = base.value or 1
    return tuple(
        replace(p, value=None if p.value is None else divided(100 * p.value, size)) for p in points
    )


def base_of(points: Sequence[Point], first: int) -> Point | None:
    """The year that is 100: 2016, or the first from `first` on with a figure to divide by.

    None where every figure is hidden or zero.
    """
    possible = [p for p in points if p.value and p.year >= min(first, BASE_YEAR)]
    return next((p for p in possible if p.year == BASE_YEAR), possible[0] if possible else None)


def base_year(points: Sequence[Point], first: int) -> int:
    """The year that is 100, 0 where there is none."""
    base = base_of(points, first)
    return base.year if base else 0


def unit(bases: Collection[int]) -> Words:
    """Which year is 100, where it is one and the same for every line; a line without one is 0."""
    found = {year for year in bases if year}
    if len(found) > 1:
        return OF_ITS_FIRST
    year = next(iter(found), BASE_YEAR)
    return Words(f"index, {year} = 100", f"index, {year} = 100")

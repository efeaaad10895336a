"""Shares and ratios of published values; what is hidden in either stays hidden in both."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import floor

from reports.data.chart_model import COUNTY, Part, Point, YearCoverage

# A derived value has every sign of those it is made of, the most doubtful first.
DOUBTFUL_FIRST = ("x", "p", "e", "s", "r", "n")


def ratios(
    part: Part,
    above: Sequence[Point],
    below: Sequence[Sequence[Point]],
    coverage: Mapping[int, YearCoverage],
) -> tuple[Point, ...]:
    """One point for each year that has every value needed; a year that lacks one is a gap.

    Where the source says how many answered, a figure per enterprise is per enterprise that is in
    the sum: those that answered, and those estimated. Where the number of these is hidden, so is
    the figure.
    """
    by_year = [{point.year: point for point in points} for points in below]
    found: list[Point] = []
    for point in above:
        others = [points[point.year] for points in by_year if point.year in points]
        if len(others) == len(by_year):
            found += _ratio(part, point, others, coverage.get(point.year))
    return tuple(found)


def is_answered(part: Part) -> bool:
    """Whether it is a sum of answers whose number is known: those of the county as a whole."""
    return part.area == COUNTY and part.indicator.startswith(("employees", "placed"))


def _ratio(
    part: Part, above: Point, below: Sequence[Point], coverage: YearCoverage | None
) -> list[Point]:
    if above.value is None or any(point.value is None for point in below):
        return [Point(above.year, None, "x")]
    total = sum(point.value or 0 for point in below)
    if part.of == ("enterprises",) and coverage and coverage.answered is not None:
        if coverage.estimated is None:
            return [Point(above.year, None, "x")]
        total = coverage.answered + coverage.estimated
    if not total:
        return []
    letters = {sign for point in (above, *below) for sign in point.letters}
    signs = "".join(sign for sign in DOUBTFUL_FIRST if sign in letters) or "n"
    value = divided(part.factor * above.value, total, part.decimals)
    return [Point(above.year, value, signs[0], signs=signs)]


def divided(above: float, below: float, decimals: int = 0) -> float:
    """A ratio rounded as people and SQL do it: a half goes up, and nothing is lost before that."""
    step: int = 10**decimals
    return floor(Fraction(above) / Fraction(below) * step + Fraction(1, 2)) / step

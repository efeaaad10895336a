"""What happened: the largest change among enterprises, employees and placed, found by one rule.

A change since last year of at least a fifth and at least five speaks, the largest first. Where
there is none, the latest year is set against each series' highest and lowest of the five years
before. What the stated totals and the sums of their parts do not both bear out is not said, and
of a change that comes mostly from who answered only the number of answers is. Nor does a change
speak that goes over a break in the series, where the years are not counted alike.

Nor is a hidden figure passed over (`hidden`): a reader would take an older one for the latest.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log

from reports.data.chart_model import ChartNumbers, Language, Point
from reports.data.chart_numbers import breaks_between
from reports.data.model import OpenData
from reports.text.grammar import broken, change_words, joined, noun, upper_first

FOLLOWED = ("enterprises", "employees", "placed")
SHARE, FEWEST, YEARS_BEFORE = 0.2, 5, 5


@dataclass(frozen=True)
class LargestChange:
    """A series' change between two years, with the numbers that it was found in."""

    numbers: ChartNumbers
    before: Point
    after: Point

    @property
    def key(self) -> str:
        """What changed: "enterprises", "employees" or "placed"."""
        return self.numbers.chart.key

    @property
    def size(self) -> float:
        """The natural logarithm of the ratio, so that a doubling is as large as a halving."""
        return _ratio(self.before.number, self.after.number)

    @property
    def share(self) -> float | None:
        """What it is of the first number, 0.25 for a quarter more; None where that is zero."""
        first = self.before.number
        return (self.after.number - first) / first if first else None

    @property
    def summed(self) -> tuple[float, float]:
        """Both years as the sum of their parts, where the source states another total."""
        return summed(self.numbers, self.before), summed(self.numbers, self.after)

    @property
    def is_one_way(self) -> bool:
        """Whether the stated totals and the sums of the parts went the same way."""
        first, last = self.summed
        return (last - first) * (self.after.number - self.before.number) > 0

    @property
    def is_of_who_answered(self) -> bool:
        """Whether less than half of it is left when every answer stands for its share of all."""
        real = _ratio(_of_all(self.numbers, self.before), _of_all(self.numbers, self.after))
        return real * self.size <= 0 or abs(real) < abs(self.size) / 2

    @property
    def steps(self) -> list[tuple[Point, Point]]:
        """Each pair of neighbouring years in it that went its way; a gap has no step."""
        return [(a, b) for a, b in self._pairs if b.year == a.year + 1]

    @property
    def largest_step(self) -> tuple[Point, Point] | None:
        """The largest of its steps; None where more happened over a gap, nobody knows when."""
        largest = max(self._pairs, key=lambda ab: abs(ab[1].number - ab[0].number), default=None)
        return largest if largest in self.steps else None

    @property
    def _pairs(self) -> list[tuple[Point, Point]]:
        points = [p for p in self.numbers.main.visible if self.before.year <= p.year]
        return [(a, b) for a, b in pairwise(points) if (b.number - a.number) * self.size > 0]


def largest_change(charts: Mapping[str, ChartNumbers]) -> LargestChange | None:
    """The change that speaks; None where nothing can be set against the latest year."""
    real = [charts[key].without_examples() for key in FOLLOWED if key in charts]
    latest = max((p.year for each in real for p in each.main.points), default=0)
    found = [change for each in real for change in _since_last_year(each, latest)]
    found = found or [change for each in real for change in _since_extremes(each, latest)]
    return max(found, key=lambda change: abs(change.size), default=None)


def _since_last_year(numbers: ChartNumbers, year: int) -> Iterator[LargestChange]:
    before, after = numbers.main.at(year - 1), numbers.main.at(year)
    if before is None or after is None or None in (before.value, after.value):
        return
    if year - 1 < _counted_alike(numbers, year):
        return
    step = abs(after.number - before.number)
    change = LargestChange(numbers, before, after)
    if step >= FEWEST and step >= SHARE * before.number and change.is_one_way:
        yield change


def _since_extremes(numbers: ChartNumbers, year: int) -> Iterator[LargestChange]:
    after = numbers.main.at(year)
    start = max(year - YEARS_BEFORE, _counted_alike(numbers, year))
    every = [p for p in numbers.main.points if start <= p.year < year]
    earlier = [p for p in every if p.value is not None]
    # The highest of a minority that may be shown is not known to be the highest.
    if after is None or after.value is None or 2 * len(earlier) < max(len(every), 1):
        return
    for extreme in (
        max(reversed(earlier), key=lambda point: point.number),
        min(reversed(earlier), key=lambda point: point.number),
    ):
        change = LargestChange(numbers, extreme, after)
        if change.is_one_way:
            yield change


def _counted_alike(numbers: ChartNumbers, year: int) -> int:
    """The first year that is counted as a year is: what is set against it is no earlier one."""
    found = breaks_between(numbers.main.part.indicator, 0, year)
    return max((each.year for each in found), default=0)


def _ratio(before: float, after: float) -> float:
    """The logarithm of a ratio; zero counts as a half, as it has none."""
    return log((after or 0.5) / (before or 0.5))


def summed(numbers: ChartNumbers, point: Point) -> float:
    """A year as the sum of its parts, where the source states another total; else as published."""
    main = numbers.main.part.indicator
    found = (
        row.parts_sum
        for row in numbers.discrepancies
        if (row.indicator, row.period) == (main, str(point.year))
    )
    return next(found, point.number)


def _of_all(numbers: ChartNumbers, point: Point) -> float:
    """The number as it would be if those who did not answer were as those who did."""
    row = next((row for row in numbers.coverage if row.year == point.year), None)
    if not (numbers.chart.from_answers and row and row.asked and row.answered is not None):
        return point.number
    counted = row.answered + (row.estimated or 0)
    return point.number * row.asked / counted if counted else 0


def compared(data: OpenData, year: int, language: Language) -> str:
    """What rose, fell or stood still since the year before."""
    groups: dict[str, list[str]] = {}
    for indicator in FOLLOWED:
        before, after = data.value(indicator, year - 1), data.value(indicator, year)
        if before is not None and after is not None:
            things = noun(indicator, 2, language) + broken(indicator, year - 1, year, language)
            groups.setdefault(change_words(before, after, language), []).append(things)
    if not groups:
        return ""
    clauses = [f"{number_of(each, language)} {verb}" for verb, each in groups.items()]
    if language == "en":
        return f"Compared with {year - 1}, {joined(clauses, language)}."
    # The verb comes first right after "jämfört med …".
    verb, moved = next(iter(groups.items()))
    said, _, rest = verb.partition(" ")
    clauses[0] = f"{said} {number_of(moved, language)} {rest}".strip()
    return f"Jämfört med {year - 1} {joined(clauses, language)}."


def number_of(things: list[str], language: Language) -> str:
    """ "antalet företag och anställda"."""
    return f"{'antalet' if language == 'sv' else 'the number of'} {joined(things, language)}"


def hidden(keys: Sequence[str], year: int | None, language: Language) -> str:
    """That these are hidden and why, in one sentence; "" where none is."""
    things = [noun(key, 2, language) for key in FOLLOWED if key in keys]
    if not things:
        return ""
    what = upper_first(number_of(things, language))
    when = {"sv": f" {year}", "en": f" in {year}"}[language] if year else ""
    return {
        "sv": f"{what}{when} är dolt för att skydda enskilda.",
        "en": f"{what}{when} is hidden to protect individuals.",
    }[language]


def hidden_in(data: OpenData, year: int) -> list[str]:
    """Which of the three are published for the year, but hidden."""
    points = {key: data.point(key, year) for key in FOLLOWED}
    return [key for key, point in points.items() if point and point.value is None]

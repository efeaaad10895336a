"""The shapes that charts and their numbers come in."""

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from operator import attrgetter
from typing import Literal

from survey_data import geography

Language = Literal["sv", "en"]
Kind = Literal["lines", "stack", "bars"]

COUNTY = geography.COUNTY.code


@dataclass(frozen=True)
class Words:
    """The same words in Swedish and in English."""

    sv: str
    en: str

    def in_(self, language: Language) -> str:
        """The words in one language; Swedish where the English is missing."""
        return self.en if language == "en" and self.en else self.sv


PEOPLE, PERSON = Words("personer", "people"), Words("person", "person")
TOTAL = Words("Totalt", "Total")


@dataclass(frozen=True)
class Part:
    """One line or one layer of bars: which published numbers, under which name and colour."""

    column: str
    indicator: str
    label: Words
    colour: str
    area: str = COUNTY
    short: Words | None = None
    # A place or an authority keeps its capital in the middle of a sentence.
    proper: bool = False
    # A derived part: the indicator divided by the sum of these, times the factor.
    of: tuple[str, ...] = ()
    factor: int = 1
    decimals: int = 0

    def name(self, language: Language, *, narrow: bool = False) -> str:
        """The label, in its short form where the page is narrow and there is one."""
        return (self.short or self.label if narrow else self.label).in_(language)


@dataclass(frozen=True)
class YearChart:
    """One chart: what it measures, in which unit, drawn how, from which parts.

    `from_answers` tells sums of what enterprises answered, where a missing answer matters,
    from counts that the association makes itself.
    """

    key: str
    name: Words
    kind: Kind
    subtitle: Words
    parts: tuple[Part, ...]
    unit: Words = PEOPLE
    unit_one: Words = PERSON
    total: Part | None = None
    draw_total: bool = True
    table_only: tuple[Part, ...] = ()
    from_answers: bool = False
    # A row of values under the years: a share that would need an axis of its own.
    strip: Part | None = None
    # Its finding in words, from two years or more; the view that a reader chooses has its own rule.
    title: Callable[["ChartNumbers", Language], str] | None = None
    # The last year that its title speaks of, where that need not be its main line's; 0 for none.
    title_until: Callable[["ChartNumbers"], int] | None = None

    @property
    def columns(self) -> tuple[Part, ...]:
        """Every series in the order of the table: parts, what only the table has, total, share."""
        last = (part for part in (self.total, self.strip) if part)
        return (*self.parts, *self.table_only, *last)

    def of_parts(self, parts: tuple[Part, ...], kind: Kind) -> "YearChart":
        """The same chart of these parts alone, without what it says of the others."""
        return replace(
            self, parts=parts, kind=kind, total=None, table_only=(), strip=None, title=None,
            title_until=None,
        )  # fmt: skip

    @property
    def indicators(self) -> list[str]:
        """The published indicators that it draws on."""
        return sorted({name for part in self.columns for name in (part.indicator, *part.of)})

    def unit_for(self, value: float, language: Language) -> str:
        """The unit's word, singular for exactly one."""
        return (self.unit_one if value == 1 else self.unit).in_(language)


@dataclass(frozen=True)
class Point:
    """One published value: a number or None (hidden), its status letter and its note.

    `signs` are all its letters where it has several, the most doubtful, its status, first.
    Only a value derived from two published ones (a share, a ratio) has decimals.
    """

    year: int
    value: float | None
    status: str = "n"
    note: Words = Words("", "")
    signs: str = ""

    @property
    def number(self) -> float:
        """The value to reckon with; 0 for a hidden one, so ask first."""
        return self.value or 0

    @property
    def letters(self) -> str:
        """Every sign that is more than "collected and reviewed"."""
        letters = self.signs if self.signs.startswith(self.status) else self.status
        return letters.replace("n", "")

    @property
    def is_kept(self) -> bool:
        """Whether it only stands as in an earlier release: nothing is worked out from it."""
        return self.status == "k"

    @property
    def is_current(self) -> bool:
        """Whether it has a number, and not only as in an earlier release."""
        return self.value is not None and not self.is_kept


@dataclass(frozen=True)
class Series:
    """The points of one part, oldest first; a year without a point is a gap."""

    part: Part
    points: tuple[Point, ...]

    def at(self, year: int) -> Point | None:
        """The point of that year, if anything is published for it."""
        return next((point for point in self.points if point.year == year), None)

    def between(self, first: int, last: int) -> tuple[float, float] | None:
        """The numbers of two years; None unless both can be shown."""
        found = [self.at(year) for year in (first, last)]
        values = [point.value for point in found if point and point.value is not None]
        return (values[0], values[1]) if len(values) == 2 else None

    def of_years(self, years: Container[int]) -> "Series":
        """The points of some years."""
        return replace(self, points=tuple(p for p in self.points if p.year in years))

    @property
    def visible(self) -> tuple[Point, ...]:
        """The points that have a number to show."""
        return tuple(point for point in self.points if point.value is not None)

    @property
    def current(self) -> tuple[Point, ...]:
        """The visible points that do not only stand as in an earlier release."""
        return tuple(point for point in self.points if point.is_current)

    @property
    def peak(self) -> Point:
        """The highest of these, the first of several."""
        return max(self.visible, key=attrgetter("number"))


@dataclass(frozen=True)
class Status:
    """A letter that stands beside a value, and what it means."""

    code: str
    symbol: str
    label: Words
    explanation: Words


@dataclass(frozen=True)
class OutsideEvent:
    """Something that changed the conditions from the start of a year."""

    year: int
    label: Words
    two_lines: Words


@dataclass(frozen=True)
class Break:
    """From this year on, some indicators are counted in another way than before."""

    year: int
    indicators: frozenset[str]
    label: Words
    note: Words


@dataclass(frozen=True)
class SumDiscrepancy:
    """A stated total that differs from the sum of its parts, kept as stated."""

    indicator: str
    period: str
    stated: int
    parts_sum: int


@dataclass(frozen=True)
class YearCoverage:
    """How many were asked and answered in a year; None where the source does not say.

    `estimated` are those whose numbers are in the sums though they did not answer; None where
    they are so few that their number is hidden.
    """

    year: int
    asked: int | None
    answered: int | None
    is_example: bool
    estimated: int | None = 0
    reference_day: date | None = None

    @property
    def is_partial(self) -> bool:
        """Whether it is known that fewer answered than were asked."""
        return bool(self.asked and self.answered is not None and self.answered < self.asked)


@dataclass(frozen=True)
class ChartNumbers:
    """Everything one chart is drawn, described and tabulated from."""

    chart: YearChart
    series: Mapping[str, Series]
    coverage: tuple[YearCoverage, ...] = ()
    discrepancies: tuple[SumDiscrepancy, ...] = ()
    statuses: Mapping[str, Status] = field(default_factory=dict)
    drawn_until: int | None = None
    breaks: tuple[Break, ...] = ()
    # What is marked in it; None: the events that are known to all.
    events: tuple[OutsideEvent, ...] | None = None

    @property
    def parts(self) -> tuple[Series, ...]:
        """The series that are drawn as lines or layers."""
        return tuple(self.series[part.column] for part in self.chart.parts)

    @property
    def total(self) -> Series | None:
        """The series of stated totals, if the chart has one."""
        return self.series[self.chart.total.column] if self.chart.total else None

    @property
    def main(self) -> Series:
        """The stated totals, or the first part of a chart that has none."""
        return self.total or self.parts[0]

    @property
    def columns(self) -> tuple[Series, ...]:
        """Every series that has something published, in the order of the table."""
        every = (self.series[part.column] for part in self.chart.columns)
        return tuple(series for series in every if series.points)

    @property
    def years(self) -> tuple[int, ...]:
        """The years with anything published, oldest first."""
        return tuple(sorted({p.year for s in self.series.values() for p in s.points}))

    @property
    def examples(self) -> frozenset[int]:
        """The years whose numbers are invented, to show how the product works."""
        return frozenset(row.year for row in self.coverage if row.is_example)

    @property
    def strip(self) -> Series | None:
        """The share under the years, if the chart has one."""
        return self.series[self.chart.strip.column] if self.chart.strip else None

    def without_examples(self) -> "ChartNumbers":
        """The same numbers without invented years, unless nothing else is there."""
        if not (real := set(self.years) - self.examples):
            return self
        kept = {column: series.of_years(real) for column, series in self.series.items()}
        return replace(self, series=kept, drawn_until=self.years[-1])

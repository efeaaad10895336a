"""Everything published, as the shapes that the board's pages, documents and slides read."""

import re
from collections.abc import Collection, Mapping, Set
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from reports.data.chart_model import (
    COUNTY,
    Language,
    OutsideEvent,
    Point,
    Status,
    SumDiscrepancy,
    Words,
    YearCoverage,
)

STANDING = ("policy", "action_plan", "collaboration_group", "procurement")
SWEDEN = ZoneInfo("Europe/Stockholm")
NO_WORDS = Words("", "")


@dataclass(frozen=True)
class PublishedRelease:
    """The numbered edition that every published value belongs to."""

    id: str
    published_at: str
    kind: str
    includes_examples: bool
    note: Words

    @property
    def day(self) -> date:
        """The day it was published as it was in Sweden, not in UTC."""
        moment = datetime.fromisoformat(self.published_at)
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(SWEDEN).date()


@dataclass(frozen=True)
class PublishedSource:
    """A source that published figures name: its title, who publishes it, and where."""

    key: str
    title: Words
    publisher: str
    url: str


@dataclass(frozen=True)
class PublishedMilestone:
    """Something that happened in the county: a plan adopted, a group founded."""

    year: int
    period: str
    municipality: str
    label: Words
    kind: str = ""
    code: str = ""
    source: str = ""
    # Its few words in the charts; empty where they do not mark it.
    mark: Words = NO_WORDS


@dataclass(frozen=True)
class National:
    """One national figure with its own population and source; never comparable by itself."""

    year: str
    value: int
    unit: Words
    definition: Words
    source: Words
    url: str


@dataclass(frozen=True)
class PublishedArea:
    """The county, a province or a municipality."""

    kind: str
    code: str
    name: str
    official_name: str

    @property
    def label(self) -> Words:
        """The name as it is written; only the county's differs between the languages."""
        english = f"{self.name.removesuffix('s län')} County"
        return Words(self.name, english if self.kind == "county" else self.name)


@dataclass(frozen=True)
class PublishedIndicator:
    """What is measured, in words, and in which unit."""

    name: str
    label: Words
    unit: Words
    definition: Words


@dataclass(frozen=True)
class Outcome:
    """What became of the used places in a whole period."""

    period: str
    label: Words
    value: int
    code: str = ""
    source: str = ""


@dataclass(frozen=True)
class ChangePart:
    """A part of a change since last year; `enterprises` is None for the two sums."""

    name: str
    value: int
    enterprises: int | None


@dataclass(frozen=True)
class PublishedChange:
    """One indicator from one year to the next."""

    indicator: str
    year: int
    components: tuple[ChangePart, ...]
    is_example: bool

    @property
    def sums(self) -> dict[int, ChangePart]:
        """The two years' own sums."""
        return {self.year - 1: self.components[0], self.year: self.components[-1]}

    @property
    def parts(self) -> tuple[ChangePart, ...]:
        """What lies between the sums."""
        return self.components[1:-1]


@dataclass(frozen=True)
class SameEnterprises:
    """The enterprises that answered both years: their sum in each."""

    indicator: str
    year: int
    before: int
    after: int
    enterprises: int
    is_example: bool


@dataclass(frozen=True)
class Estimate:
    """How many enterprises of a total are estimated, and their share of it in per cent."""

    indicator: str
    year: int
    share: int
    enterprises: int


@dataclass(frozen=True)
class ChartComment:
    """The coordinator's words beside a chart, signed and dated."""

    year: int
    chart: str
    text: Words
    signed: str
    written_on: str


@dataclass(frozen=True)
class ReportChapter:
    """What a person has written of a period; `source` is where it was printed, or its writer's."""

    first_year: int
    last_year: int
    chapter: str
    text: Words
    signed: str
    written_on: str
    source: str


@dataclass(frozen=True)
class OpenData:
    """Everything published, as the board's pages need it."""

    release: PublishedRelease | None = None
    coverage: tuple[YearCoverage, ...] = ()
    discrepancies: tuple[SumDiscrepancy, ...] = ()
    statuses: Mapping[str, Status] = field(default_factory=dict)
    sources: tuple[PublishedSource, ...] = ()
    milestones: tuple[PublishedMilestone, ...] = ()
    national: tuple[National, ...] = ()
    source_keys: Mapping[str, Set[str]] = field(default_factory=dict)
    points: Mapping[tuple[str, str], list[Point]] = field(default_factory=dict)
    areas: tuple[PublishedArea, ...] = ()
    indicators: Mapping[str, PublishedIndicator] = field(default_factory=dict)
    outcomes: tuple[Outcome, ...] = ()
    changes: tuple[PublishedChange, ...] = ()
    same: tuple[SameEnterprises, ...] = ()
    estimates: tuple[Estimate, ...] = ()
    comments: tuple[ChartComment, ...] = ()
    chapters: tuple[ReportChapter, ...] = ()
    events: tuple[OutsideEvent, ...] | None = None

    def sources_for(self, *indicators: str) -> list[PublishedSource]:
        """The sources that the values of some indicators come from."""
        keys = {key for name in indicators for key in self.source_keys.get(name, ())}
        return [source for source in self.sources if source.key in keys]

    def point(self, indicator: str, year: int, area: str = COUNTY) -> Point | None:
        """What is published of a measure in a year and an area, if anything."""
        points = self.points.get((area, indicator), [])
        return next((point for point in points if point.year == year), None)

    def value(self, indicator: str, year: int, area: str = COUNTY) -> int | None:
        """The number published, None where it is hidden or there is none."""
        point = self.point(indicator, year, area)
        return None if point is None or point.value is None else int(point.value)

    def point_named(self, name: str, year: int, area: str | None) -> Point | None:
        """What is published of a measure and a place, both by their names in either language."""
        wanted, place = name.strip().lower(), (area or "").strip().lower()
        found = (
            i.name
            for i in self.indicators.values()
            if wanted in (i.name, i.label.sv.lower(), i.label.en.lower())
        )
        codes = (each.code for each in self.areas if each.name.lower() == place)
        return self.point(next(found, ""), year, next(codes, "") if place else COUNTY)

    def milestones_by_year(self, language: Language) -> dict[int, dict[str, list[str]]]:
        """By year: what happened, and where it did; the same thing in five places is one line."""
        by_year: dict[int, dict[str, list[str]]] = {}
        for milestone in self.milestones:
            label = milestone.label.in_(language)
            places = by_year.setdefault(milestone.year, {}).setdefault(label, [])
            if milestone.municipality and milestone.municipality not in places:
                places.append(milestone.municipality)
        return by_year

    def area(self, code: str) -> PublishedArea | None:
        """An area by its code; None where nothing is published of it."""
        return next((area for area in self.areas if area.code == code), None)

    @property
    def municipalities(self) -> tuple[PublishedArea, ...]:
        """The county's municipalities."""
        return tuple(area for area in self.areas if area.kind == "municipality")

    @property
    def examples(self) -> frozenset[int]:
        """The years whose enterprises are invented."""
        return frozenset(row.year for row in self.coverage if row.is_example)


# Some of the years of what is published: a report of one year, of five, of any.


def within(data: OpenData, first: int, last: int) -> OpenData:
    """What is published of these years, both ends with them; of a span only where it is inside."""
    years = range(first, last + 1)
    points = {key: [p for p in found if p.year in years] for key, found in data.points.items()}
    return replace(
        data,
        points={key: found for key, found in points.items() if found},
        coverage=tuple(row for row in data.coverage if row.year in years),
        # What a municipality has decided stands until it decides otherwise.
        milestones=tuple(
            each
            for each in data.milestones
            if each.year in years or (each.year < first and each.kind in STANDING)
        ),
        discrepancies=tuple(row for row in data.discrepancies if _is_inside(row.period, years)),
        outcomes=tuple(each for each in data.outcomes if _is_inside(each.period, years)),
        national=tuple(each for each in data.national if _is_inside(each.year, years)),
        # A change is from the year before.
        changes=tuple(c for c in data.changes if {c.year - 1, c.year} <= set(years)),
        same=tuple(each for each in data.same if {each.year - 1, each.year} <= set(years)),
        estimates=tuple(each for each in data.estimates if each.year in years),
        comments=tuple(each for each in data.comments if each.year in years),
        chapters=tuple(c for c in data.chapters if {c.first_year, c.last_year} <= set(years)),
    )


def _is_inside(period: str, years: Collection[int]) -> bool:
    """Whether every year that a period names ("2016–2020", "2022, Hälsingland") is among them."""
    return all(int(year) in years for year in re.findall(r"\b\d{4}\b", period))

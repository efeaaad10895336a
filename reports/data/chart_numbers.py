"""The numbers of a chart over years: what is published of its parts, and what is known of it.

Shares and ratios are worked out here; what is hidden in either value stays hidden in both. So does
what stands as in an earlier release, which is not the number of now. So is an index, and which
events outside and which breaks fall within a chart's years.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from math import floor

from reports.data.chart_model import (
    COUNTY,
    Break,
    ChartNumbers,
    OutsideEvent,
    Part,
    Point,
    Series,
    Words,
    YearChart,
    YearCoverage,
)
from reports.data.model import OpenData, PublishedMilestone

EVENTS = (
    OutsideEvent(
        2019,
        Words("Arbetsförmedlingen reformeras", "The Employment Service is reformed"),
        Words("Arbetsförmedlingen<br>reformeras, 2019", "Employment Service<br>reformed, 2019"),
    ),
    OutsideEvent(
        2020, Words("Pandemin", "The pandemic"), Words("Pandemin<br>2020", "Pandemic<br>2020")
    ),
)
# Until 2020 the source counted only those placed by others without compensation.
BREAKS = (
    Break(
        2021,
        frozenset({"placed", "placed_other"}),
        Words("Brott i serien", "Break in series"),
        Words(
            "Till och med 2020 räknas övriga placerade bara utan ersättning, därefter även med.",
            "Until 2020 those placed by others are counted only without compensation,"
            " afterwards also with.",
        ),
    ),
)
# What the printed report says twice and differently, told where its subject stands. Of persons no
# more than the county: by municipality they would be single ones.
PRINTED_PLACES = (
    Words(
        "Källans sammanfattning anger åtta som återgick till offentlig försörjning, raderna sju:"
        " för en använd plats anges inget utfall.",
        "The source's summary states eight who went back to public income support, its rows seven:"
        " for one place used no outcome is stated.",
    ),
    Words(
        "11 platser användes av 10 personer. Källan säger inte vem som räknas två gånger.",
        "11 places were used by 10 persons. The source does not say who is counted twice.",
    ),
    Words(
        "Om kön motsäger källan sig: utfallen nämner en man mer än som använde platser, en person"
        " anges både som man och som kvinna, och de åtta sägs alla vara kvinnor fast minst en var"
        " man. Därför visas inget kön.",
        "On gender the source contradicts itself: the outcomes name one man more than used places,"
        " one person is given both as a man and as a woman, and the eight are all said to be women"
        " though at least one was a man. So no gender is shown.",
    ),
)
PRINTED_STEPS = (
    Words(
        "Källan skriver att flertalet parter har antagit policyer, men namnger tre av länets tio"
        " kommuner.",
        "The source writes that most of the parties have adopted policies, but names three of the"
        " county's ten municipalities.",
    ),
    Words(
        "Sex samverkansgrupper bildades 2017. Fyra av dem nämns 2019; om de andra två säger källan"
        " inget.",
        "Six collaboration groups were founded in 2017. Four of them are named in 2019; of the"
        " other two the source says nothing.",
    ),
)
# A derived value has every sign of those it is made of, the most doubtful first.
DOUBTFUL_FIRST = ("x", "k", "p", "u", "e", "s", "r", "n")
BASE_YEAR = 2016
OF_ITS_FIRST = Words(
    "index, första året med uppgift över noll = 100",
    "index, first year with a figure above zero = 100",
)


def numbers_of(chart: YearChart, data: OpenData) -> ChartNumbers:
    """Everything published of one chart; without years where there is nothing."""
    answered = {row.year: row for row in data.coverage}
    series = {part.column: _series(part, data, answered) for part in chart.columns}
    years = {point.year for each in series.values() for point in each.points}
    return ChartNumbers(
        chart,
        series,
        tuple(row for row in data.coverage if row.year in years),
        tuple(row for row in data.discrepancies if row.indicator in chart.indicators),
        data.statuses,
        breaks=tuple(b for b in BREAKS if b.indicators & {*chart.indicators} and _spans(b, years)),
        events=data.events,
    )


def breaks_between(indicator: str, first: int, last: int) -> tuple[Break, ...]:
    """The breaks in a series that lie between two years, so that these are not counted alike."""
    return tuple(b for b in BREAKS if indicator in b.indicators and first < b.year <= last)


def _spans(found: Break, years: set[int]) -> bool:
    """Whether there is something on both sides of a break."""
    return min(years, default=found.year) < found.year <= max(years, default=0)


def _series(part: Part, data: OpenData, coverage: Mapping[int, YearCoverage]) -> Series:
    above = data.points.get((part.area, part.indicator), [])
    if not part.of:
        return Series(part, tuple(above))
    below = [data.points.get((part.area, name), []) for name in part.of]
    return Series(part, ratios(part, above, below, coverage))


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
    if any(point.value is None for point in (above, *below)):
        return [Point(above.year, None, "x")]
    if kept := next((point for point in (above, *below) if point.is_kept), None):
        return [_not_of_now(kept)]
    total = sum(point.number for point in below)
    if part.of == ("enterprises",) and coverage and coverage.answered is not None:
        if coverage.estimated is None:
            return [Point(above.year, None, "x")]
        total = coverage.answered + coverage.estimated
    if not total:
        return []
    letters = {sign for point in (above, *below) for sign in point.letters}
    signs = "".join(sign for sign in DOUBTFUL_FIRST if sign in letters) or "n"
    value = divided(part.factor * above.number, total, part.decimals)
    # It builds on what its first figure says of itself: a stated total, how many answered.
    return [Point(above.year, value, signs[0], above.note, signs)]


def divided(above: float, below: float, decimals: int = 0) -> float:
    """A ratio rounded as people and SQL do it: a half goes up, and nothing is lost before that."""
    step: int = 10**decimals
    return floor(Fraction(above) / Fraction(below) * step + Fraction(1, 2)) / step


def seen_in_both(one: Series, other: Series) -> list[tuple[int, float, float]]:
    """The years in which both have a number to show, with these."""
    values = {point.year: point.value for point in other.visible}
    return [
        (point.year, point.number, values[point.year] or 0)
        for point in one.visible
        if point.year in values
    ]


def events_of(milestones: Iterable[PublishedMilestone]) -> tuple[OutsideEvent, ...]:
    """Every marked milestone, oldest first; in a file that marks none, the two known ones."""
    known = {(event.year, event.label.sv): event for event in EVENTS}
    marked = sorted((m for m in milestones if m.mark.sv), key=lambda m: m.year)
    found = []
    for year, mark in ((milestone.year, milestone.mark) for milestone in marked):
        lines = Words(two_lines(mark.sv, year), two_lines(mark.en, year))
        found.append(known.get((year, mark.sv)) or OutsideEvent(year, mark, lines))
    return tuple(dict.fromkeys(found)) or EVENTS


def two_lines(words: str, year: int) -> str:
    """The words and the year, parted where the lines come out most alike."""
    pieces = f"{words} {year}".split(" ")
    cuts = ((" ".join(pieces[:place]), " ".join(pieces[place:])) for place in range(1, len(pieces)))
    first, second = min(cuts, key=lambda lines: max(map(len, lines)))
    return f"{first}<br>{second}"


def events_in(numbers: ChartNumbers) -> tuple[OutsideEvent, ...]:
    """The events that fall inside a chart's years."""
    years, known = numbers.years, EVENTS if numbers.events is None else numbers.events
    return tuple(event for event in known if years and years[0] < event.year <= years[-1])


def _not_of_now(kept: Point) -> Point:
    """Nothing worked out, with the sign that says why: no small number is hidden here."""
    return Point(kept.year, None, "k", kept.note)


def index(points: Sequence[Point], first: int) -> tuple[Point, ...]:
    """Each value against that of the base year = 100; what is hidden has no index."""
    base = base_of(points, first)
    if base is None:
        return ()
    size = base.value or 1
    return tuple(
        _not_of_now(p)
        if p.is_kept
        else replace(p, value=None if p.value is None else divided(100 * p.value, size))
        for p in points
    )


def base_of(points: Sequence[Point], first: int) -> Point | None:
    """The year that is 100: 2016, or the first from `first` on with a figure to divide by.

    None where every figure is hidden or zero.
    """
    possible = [p for p in points if p.value and not p.is_kept and p.year >= min(first, BASE_YEAR)]
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

"""Explore: any indicator, years and areas, as numbers, per enterprise or as an index."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from reports.data import chart_numbers, equivalent_sql
from reports.data.chart_model import (
    COUNTY,
    ChartNumbers,
    Language,
    Part,
    Point,
    Series,
    Words,
    YearChart,
)
from reports.data.model import OpenData, PublishedArea
from reports.text.grammar import (
    answered,
    between,
    joined,
    kept,
    lower_first,
    upper_first,
    written,
)

NUMBER, PER, INDEX = "antal", "per", "index"
SHOWN = (NUMBER, PER, INDEX)
MOST_AREAS = 6
# Never purple with navy; beyond the colours that can be seen apart, grey.
COLOURS = ("navy", "orange", "teal", "ink", "muted", "muted")
KEY = "utforska"
PER_UNIT = Words("per företag", "per enterprise")
# What stands beside the county where a reader asks for it, by what its name ends with.
SAME_QUERY = """SELECT year, (SELECT name FROM areas WHERE area_type = 'county'),
  '{indicator}_same', value, 'n', ''
FROM (WITH RECURSIVE chain(year, value) AS (SELECT {start}, 100.0 UNION ALL
  SELECT s.year, round(c.value * s.value / s.value_before) FROM chain c
  JOIN same_enterprises s ON s.year = c.year + 1 AND s.indicator = '{indicator}')
  SELECT * FROM chain) WHERE year BETWEEN {first} AND {last}
"""
INDEXED = """SELECT o.year, a.name, o.indicator || '_index' AS indicator,
  round(100.0 * {value} / b.value) AS value, o.status, o.note
FROM observations o JOIN areas a USING (area_type, area_code)
JOIN observations b ON (b.area_code, b.indicator) = (o.area_code, o.indicator)
{where}  AND (b.area_code, b.year) IN (VALUES {bases})
"""
Asked = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class ExploreChoice:
    """A view of the data, as its address holds it."""

    indicator: str
    areas: tuple[str, ...]
    first: int
    last: int
    shown: str = NUMBER
    same: bool = False

    @property
    def address(self) -> str:
        """The choice as the query of an address."""
        pairs = [("matt", self.indicator), *(("omrade", code) for code in self.areas)]
        pairs += [("fran", str(self.first)), ("till", str(self.last)), ("visa", self.shown)]
        if self.same:
            pairs.append(("samma", "1"))
        return urlencode(pairs)


def indicators(data: OpenData) -> list[str]:
    """The indicators that have anything published, in the order of the open data."""
    found = {indicator for _, indicator in data.points}
    return [name for name in data.indicators if name in found]


def areas(data: OpenData, indicator: str) -> list[PublishedArea]:
    """The areas that an indicator is published for: the county, provinces, municipalities."""
    order = {"county": 0, "province": 1, "municipality": 2}
    found = [area for area in data.areas if (area.code, indicator) in data.points]
    return sorted(found, key=lambda area: (order[area.kind], area.name))


def years(data: OpenData) -> list[int]:
    """Every year with anything published."""
    return sorted({point.year for points in data.points.values() for point in points})


def choice(asked: Asked, data: OpenData) -> ExploreChoice | None:
    """What an address asks for, as {name: values}; gaps are filled; None without data."""
    known, every = indicators(data), years(data)
    if not known or not every:
        return None
    indicator = _one(asked, "matt")
    if indicator not in known:
        indicator = "employees" if "employees" in known else known[0]
    here = [area.code for area in areas(data, indicator)]
    wanted = [code for code in asked.get("omrade", ()) if code in here] or here[:1]
    first, last = sorted(
        (_year(_one(asked, "fran"), every, every[0]), _year(_one(asked, "till"), every, every[-1]))
    )
    shown = _one(asked, "visa")
    return ExploreChoice(
        indicator,
        tuple(dict.fromkeys(wanted))[:MOST_AREAS],
        first,
        last,
        shown if shown in SHOWN else NUMBER,
        bool(_one(asked, "samma")),
    )


def _one(asked: Asked, key: str) -> str:
    return next(iter(asked.get(key, ())), "")


def _year(text: str, every: list[int], otherwise: int) -> int:
    return next((year for year in every if str(year) == text), otherwise)


def numbers(chosen: ExploreChoice, data: OpenData) -> ChartNumbers:
    """The chosen values as a chart's numbers; what is hidden stays hidden in every view."""
    found = [Series(part, _points(chosen, part, data)) for part in _parts(chosen, data)]
    if run := chain(chosen, data):
        words = Words("Samma företag", "Same enterprises")
        part = Part(f"{chosen.indicator}_same", chosen.indicator, words, "teal")
        found.append(Series(part, run))
    years = range(chosen.first, chosen.last + 1)
    every = {each.part.column: each.of_years(years) for each in found}
    shown = {point.year for each in every.values() for point in each.points}
    return ChartNumbers(
        _chart(chosen, data, tuple(each.part for each in found)),
        every,
        tuple(row for row in data.coverage if row.year in shown),
        statuses=data.statuses,
        events=data.events,
    )


def _parts(chosen: ExploreChoice, data: OpenData) -> Iterator[Part]:
    for code, colour in zip(chosen.areas, COLOURS, strict=False):
        area = data.area(code)
        name = area.label if area else Words(code, code)
        part = Part(f"{chosen.indicator}_{code.lower()}", chosen.indicator, name,
                    colour, code, proper=True)  # fmt: skip
        yield replace(part, of=("enterprises",), decimals=1) if chosen.shown == PER else part


def _points(chosen: ExploreChoice, part: Part, data: OpenData) -> tuple[Point, ...]:
    points = data.points.get((part.area, part.indicator), [])
    if chosen.shown == INDEX:
        return chart_numbers.index(points, chosen.first)
    if part.of:
        below = [data.points.get((part.area, name), []) for name in part.of]
        coverage = (
            {row.year: row for row in data.coverage} if chart_numbers.is_answered(part) else {}
        )
        return chart_numbers.ratios(part, points, below, coverage)
    return tuple(points)


def chain(chosen: ExploreChoice, data: OpenData) -> tuple[Point, ...]:
    """Year upon year among those that answered both: an unbroken run, its first year = 100.

    Where it is asked for: beside the county's index.
    """
    if not (chosen.same and chosen.shown == INDEX and COUNTY in chosen.areas):
        return ()
    steps = {s.year: s for s in data.same if s.indicator == chosen.indicator and s.before}
    run: list[Point] = []
    for year in sorted(steps):
        if not run or run[-1].year != year - 1:
            run = [Point(year - 1, 100.0)]
        step = steps[year]
        so_far = run[-1].number
        run.append(Point(year, chart_numbers.divided(so_far * step.after, step.before)))
    return tuple(run)


def _chart(chosen: ExploreChoice, data: OpenData, parts: tuple[Part, ...]) -> YearChart:
    measure = data.indicators[chosen.indicator]
    unit = said = PER_UNIT if chosen.shown == PER else measure.unit
    if chosen.shown == INDEX:
        bases = {*_bases(chosen, data).values(), *(p.year for p in chain(chosen, data)[:1])}
        unit, said = Words("", ""), chart_numbers.unit(bases)
    subtitle = Words(f"{measure.label.sv}, {said.sv}", f"{measure.label.en}, {said.en}")
    return YearChart(KEY, measure.label, "lines", subtitle, parts, unit, unit)


def _bases(chosen: ExploreChoice, data: OpenData) -> dict[str, int]:
    """The year that is 100 in each area, 0 where there is none."""
    points = {code: data.points.get((code, chosen.indicator), []) for code in chosen.areas}
    return {code: chart_numbers.base_year(each, chosen.first) for code, each in points.items()}


def title(found: ChartNumbers, chosen: ExploreChoice, data: OpenData, language: Language) -> str:
    """What happened from the first to the last visible year, area by area, by one rule."""
    label = data.indicators[chosen.indicator].label.in_(language)
    real = found.without_examples()
    clauses = [_course(series, language) for series in real.parts if series.current]
    if not clauses:
        none = {"sv": "inget att visa", "en": "nothing to show"}[language]
        return f"{label}: {none}"
    # How many answered in the last year of the county's own line, where not all did.
    lasts = [s.visible[-1] for s in real.parts if s.part.area == COUNTY and s.visible]
    years = {point.year for point in lasts if "u" in point.letters}
    row = next((row for row in data.coverage if row.year in years), None)
    few = answered(row, language, str(row.year)) if row else ""
    return f"{label}: {'; '.join(clauses[:2])}{f' ({few})' if few else ''}"


def _course(series: Series, language: Language) -> str:
    """ "från 5 till 7 i Hälsingland (2016–2020)", and "bland samma företag": that is no place."""
    first, last = series.current[0], series.current[-1]
    decimals = series.part.decimals
    a, b = (written(p.number, language, decimals) for p in (first, last))
    preposition = {"sv": ("bland", "i"), "en": ("among", "in")}[language][series.part.proper]
    where = f"{preposition} {_named(series, language)}"
    if first is last:
        return f"{b} {where} ({last.year})"
    return f"{between(a, b, language)} {where} ({first.year}–{last.year})"


def summary(found: ChartNumbers, language: Language) -> str:
    """Every visible line from its first to its last value."""
    parts = [_ends(series, language) for series in found.parts if series.visible]
    if not parts:
        return {"sv": "Inget att visa.", "en": "Nothing to show."}[language]
    return f"{upper_first(joined(parts, language))}."


def _ends(series: Series, language: Language) -> str:
    """ "Bollnäs 5 (2016), 7 (2020)"; one year once."""
    ends = dict.fromkeys((series.visible[0], series.visible[-1]))
    decimals = series.part.decimals
    said = (f"{written(p.number, language, decimals)} ({p.year}{kept(p, language)})"
            for p in ends)  # fmt: skip
    return f"{_named(series, language)} {', '.join(said)}"


def _named(series: Series, language: Language) -> str:
    """The line's name inside a sentence; a place keeps its capital."""
    name = series.part.name(language)
    return name if series.part.proper else lower_first(name)


def query(chosen: ExploreChoice, data: OpenData) -> str:
    """Every figure of the view, in the columns of the open data."""
    return equivalent_sql.together(_queries(chosen, data))


def _queries(chosen: ExploreChoice, data: OpenData) -> Iterator[str]:
    indicator, years = chosen.indicator, (chosen.first, chosen.last)
    pairs = sorted((code, indicator) for code in chosen.areas)
    bases = sorted(_bases(chosen, data).items())
    known = ", ".join(f"('{code}', {year})" for code, year in bases if year)
    if chosen.shown == PER:
        for part in _parts(chosen, data):
            yield equivalent_sql.ratio(part, f"{indicator}_per", years)
    elif chosen.shown == INDEX and known:
        value = equivalent_sql.current(chosen.areas)
        where = equivalent_sql.where(pairs, years)
        yield INDEXED.format(value=value, where=where, bases=known)
    else:
        yield equivalent_sql.values(pairs, years)
    if run := chain(chosen, data):
        yield SAME_QUERY.format(
            indicator=indicator, start=run[0].year, first=chosen.first, last=chosen.last
        )

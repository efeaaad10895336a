"""The SQL behind a view that a reader has chosen: the figures it shows, as it shows them."""

from collections.abc import Iterator

from reports.data import equivalent_sql
from reports.data.model import OpenData
from reports.pages.explore import INDEX, PER, ExploreChoice, chain, numbers
from reports.text import index_labels

# What stands beside the county where a reader asks for it, by what its name ends with.
SAME = """SELECT year, (SELECT name FROM areas WHERE area_type = 'county'),
  '{indicator}_same', value, 'n', ''
FROM (WITH RECURSIVE chain(year, value) AS (SELECT {start}, 100.0 UNION ALL
  SELECT s.year, round(c.value * s.value / s.value_before) FROM chain c
  JOIN same_enterprises s ON s.year = c.year + 1 AND s.indicator = '{indicator}')
  SELECT * FROM chain) WHERE year BETWEEN {first} AND {last}
"""
INDEXED = """SELECT o.year, a.name, o.indicator || '_index' AS indicator,
  round(100.0 * o.value / b.value) AS value, o.status, o.note
FROM observations o JOIN areas a USING (area_type, area_code)
JOIN observations b ON (b.area_code, b.indicator) = (o.area_code, o.indicator)
{where}  AND (b.area_code, b.year) IN (VALUES {bases})
"""


def query(chosen: ExploreChoice, data: OpenData) -> str:
    """Every figure of the view, in the columns of the open data."""
    return equivalent_sql.together([*_lines(chosen, data), *_beside(chosen, data)])


def _lines(chosen: ExploreChoice, data: OpenData) -> Iterator[str]:
    years = chosen.first, chosen.last
    pairs = sorted((code, chosen.indicator) for code in chosen.areas)
    bases = {
        code: index_labels.base_year(data.points[code, name], years[0]) for code, name in pairs
    }
    known = ", ".join(f"('{code}', {year})" for code, year in bases.items() if year)
    if chosen.shown == PER:
        parts = [part for part in numbers(chosen, data).chart.parts if part.of]
        yield from (equivalent_sql.ratio(part, f"{part.indicator}_per", years) for part in parts)
    elif chosen.shown == INDEX and known:
        yield INDEXED.format(where=equivalent_sql.where(pairs, years), bases=known)
    else:
        yield equivalent_sql.values(pairs, years)


def _beside(chosen: ExploreChoice, data: OpenData) -> Iterator[str]:
    first, last, indicator = chosen.first, chosen.last, chosen.indicator
    shown = {part.column.removeprefix(indicator) for part in numbers(chosen, data).chart.parts}
    if "_same" in shown:
        start = chain(chosen, data)[0].year
        yield SAME.format(indicator=indicator, start=start, first=first, last=last)

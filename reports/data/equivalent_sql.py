"""The SQL behind each chart, as a reader can run it in the open data: the same figures again."""

from collections.abc import Iterable, Sequence
from urllib.parse import urlencode

from reports.data.chart_model import Part, YearChart
from reports.data.chart_numbers import is_answered
from survey_data.geography import MUNICIPALITIES

DATA = "/data/open"
COLUMNS = "SELECT o.year, a.name, o.indicator, o.value, o.status, o.note\n"
FROM = "FROM observations o JOIN areas a USING (area_type, area_code)\n"
# Those that are in a sum of answers; where too few are estimated to be shown, there is no ratio.
COUNTED = "c.answered + coalesce(q.value, 0)"
# By measure, area and year, whichever way they came about.
ORDER = "ORDER BY 3, 2, 1"


def of_chart(chart: YearChart) -> str:
    """Every published value that a chart over the years is made of, and what it divides them to."""
    wanted = {(part.area, name) for part in chart.columns for name in (part.indicator, *part.of)}
    divided = [ratio(part, part.column) for part in chart.columns if part.of]
    return together([values(sorted(wanted)), *divided])


def together(queries: Iterable[str]) -> str:
    """Several queries with the same columns as one."""
    return "UNION ALL\n".join(queries) + ORDER


def values(pairs: Sequence[tuple[str, str]], years: tuple[int, int] | None = None) -> str:
    """Every published value of some (area, indicator) pairs."""
    return COLUMNS + FROM + where(pairs, years)


def where(pairs: Sequence[tuple[str, str]], years: tuple[int, int] | None = None) -> str:
    """Some (area, indicator) pairs and, if given, the years from one to another."""
    listed = ", ".join(f"('{area}', '{indicator}')" for area, indicator in pairs)
    found = f"WHERE (o.area_code, o.indicator) IN (VALUES {listed})\n"
    return found + (f"  AND o.year BETWEEN {years[0]} AND {years[1]}\n" if years else "")


def ratio(part: Part, name: str, years: tuple[int, int] | None = None) -> str:
    """A derived part: the indicator against the sum of others, as `derived.ratios` has it."""
    value, below = current([part.area]), "sum(b.value)"
    known = f"count(b.value) = {len(part.of)}"
    if part.of == ("enterprises",) and is_answered(part):
        below, known = f"coalesce({COUNTED}, {below})", f"{known} AND coalesce(q.status, '') <> 'x'"
    others = ", ".join(f"'{each}'" for each in part.of)
    return (
        f"SELECT o.year, a.name, '{name}' AS indicator,\n"
        f"  round({part.factor}.0 * {value} / {below}, {part.decimals}) AS value, o.status, ''\n"
        f"{FROM}JOIN observations b ON (b.area_code, b.year) = (o.area_code, o.year)\n"
        f"  AND b.indicator IN ({others})\n"
        "LEFT JOIN coverage c ON c.year = o.year\n"
        "LEFT JOIN quality q ON (q.year, q.measure) = (o.year, 'imputed')\n"
        f"{where([(part.area, part.indicator)], years)}"
        f"GROUP BY o.year HAVING {known}\n"
    )


def current(areas: Iterable[str]) -> str:
    """A value to calculate with; a municipality's may be an earlier release's, and is left out."""
    if {area.code for area in MUNICIPALITIES}.isdisjoint(areas):
        return "o.value"
    return "iif(o.status <> 'k', o.value, NULL)"


def address(query: str) -> str:
    """Where the query runs in the open data."""
    return f"{DATA}?{urlencode({'sql': query})}"

"""The SQL behind each chart, as a reader can run it in the open data."""

from urllib.parse import urlencode

from reports.charts import Chart

DATA = "/data/open"


def of_chart(chart: Chart) -> str:
    """Every published value that a chart over the years is made of."""
    wanted = {(part.area, name) for part in chart.columns for name in (part.indicator, *part.of)}
    return of_pairs(sorted(wanted))


def of_pairs(pairs: list[tuple[str, str]]) -> str:
    """Every published value of some (area, indicator) pairs, oldest first."""
    values = ", ".join(f"('{area}', '{indicator}')" for area, indicator in pairs)
    return (
        "SELECT o.year, a.name, o.indicator, o.value, o.status, o.note\n"
        "FROM observations o JOIN areas a USING (area_type, area_code)\n"
        f"WHERE (o.area_code, o.indicator) IN (VALUES {values})\n"
        "ORDER BY o.indicator, a.name, o.year"
    )


def address(query: str) -> str:
    """Where the query runs in the open data."""
    return f"{DATA}?{urlencode({'sql': query})}"

"""The numbers of a chart over years: what is published of its parts, and what is known of it."""

from collections.abc import Mapping

from reports.data import ratios
from reports.data.chart_model import Break, ChartNumbers, Part, Series, YearChart, YearCoverage
from reports.data.events import BREAKS
from reports.data.model import OpenData


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


def _spans(found: Break, years: set[int]) -> bool:
    """Whether there is something on both sides of a break."""
    return min(years, default=found.year) < found.year <= max(years, default=0)


def _series(part: Part, data: OpenData, coverage: Mapping[int, YearCoverage]) -> Series:
    above = data.points.get((part.area, part.indicator), [])
    if not part.of:
        return Series(part, tuple(above))
    below = [data.points.get((part.area, name), []) for name in part.of]
    return Series(part, ratios.ratios(part, above, below, coverage))

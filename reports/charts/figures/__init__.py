"""Numbers in, plain Plotly dicts out: no SQL, no Flask, no plotly import."""

from collections.abc import Callable, Mapping
from typing import Any

from reports.charts.figures.axes import Figure
from reports.charts.figures.bars import bars
from reports.charts.figures.lines import lines
from reports.data.chart_model import ChartNumbers, Kind, Language

__all__ = ["Figure", "figure"]

DRAWN: Mapping[Kind, Callable[[ChartNumbers, Language], Figure]] = {
    "lines": lines,
    "stack": bars,
    "bars": bars,
}


def figure(numbers: ChartNumbers, language: Language = "sv") -> dict[str, Any] | None:
    """One chart as {data, layout, narrow}, or None where nothing is published yet.

    `layout` is for the wide card and `narrow` for a phone; both show the same data.
    """
    if not any(series.visible for series in numbers.columns):
        return None
    return DRAWN[numbers.chart.kind](numbers, language)

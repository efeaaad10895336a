"""Numbers in, plotly figures out: no SQL, no Flask, and plotly itself only when one is made."""

from collections.abc import Callable, Mapping
from typing import Any

from reports.charts import theme
from reports.charts.figures.axes import Plain
from reports.charts.figures.bars import bars
from reports.charts.figures.lines import lines
from reports.data.chart_model import ChartNumbers, Kind, Language

DRAWN: Mapping[Kind, Callable[..., tuple[list[Plain], Plain]]] = {
    "lines": lines,
    "stack": bars,
    "bars": bars,
}


def drawn(
    numbers: ChartNumbers, language: Language = "sv", size: theme.Size = theme.CARD_SIZE
) -> tuple[list[Plain], Plain] | None:
    """The traces and the layout of one chart over years; None with nothing to show."""
    if not any(series.visible for series in numbers.columns):
        return None
    return DRAWN[numbers.chart.kind](numbers, language, size)


def figure(
    numbers: ChartNumbers, language: Language = "sv", size: theme.Size = theme.CARD_SIZE
) -> theme.Figure | None:
    """One chart over years for a card, a phone or a page of its own; None with nothing to show."""
    made = drawn(numbers, language, size)
    return theme.figure(*made, language) if made else None


def for_page(wide: theme.Figure, narrow: theme.Figure) -> dict[str, Any]:
    """Both widths of a chart as plain data with one set of traces, without the template.

    A page has the template once, for all of its charts.
    """
    first, second = wide.to_plotly_json(), narrow.to_plotly_json()
    for each in (first, second):
        del each["layout"]["template"]
    return {**first, "narrow": second["layout"]}


def resolved(figure: theme.Figure) -> Plain:
    """The figure's data and layout with what its template says filled in, as plotly.js reads it."""
    plain: Plain = figure.to_plotly_json()
    template = plain["layout"].pop("template")
    layout = filled(template["layout"], plain["layout"])
    for kind in ("shapes", "annotations"):
        default = layout.pop(f"{kind[:-1]}defaults")
        layout[kind] = [filled(default, each) for each in layout.get(kind, ())]
    traces = [filled(template["data"][each["type"]][0], each) for each in plain["data"]]
    return {"data": traces, "layout": layout}


def filled(default: Mapping[str, Any], given: Mapping[str, Any]) -> Plain:
    """What is given, and the default where nothing is."""
    return {
        key: filled(default[key], value)
        if isinstance(value, Mapping) and isinstance(default.get(key), Mapping)
        else value
        for key, value in {**default, **given}.items()
    }

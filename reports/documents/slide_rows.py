"""Charts of one bar a row as PowerPoint's own, from the figure that the page draws."""

from dataclasses import dataclass
from typing import Any

from pptx.chart.chart import Chart as SlideChart
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION, XL_TICK_LABEL_POSITION
from pptx.util import Pt

from reports.charts import theme
from reports.documents.slide_charts import add_label, place_plot, rgb

Figure = dict[str, Any]
PLOT = (0.27, 0.02, 0.7, 0.96)
# How far the unseen bar that carries a number reaches, as a share of all.
CARRIER = 0.14
# More rows than this are a table on slides.
MOST = 18
# So few rows would become thick beams.
FEW = 6


@dataclass(frozen=True)
class SlideBar:
    """One bar: where it begins and ends, its colour, and whether it is an outline."""

    start: float
    end: float
    colour: str
    is_hollow: bool


@dataclass(frozen=True)
class SlideRow:
    """One row of the chart: its name, its bars and the number at their end."""

    name: str
    bars: tuple[SlideBar, ...]
    number: str


def rows_of(figure: Figure) -> list[SlideRow]:
    """The figure's rows from above; a heading that its rows repeat is left out."""
    keys: list[str] = figure["layout"]["yaxis"]["categoryarray"]
    numbers = {
        note["y"]: note["text"]
        for note in figure["layout"]["annotations"]
        if note["xref"] == "x" and note["yref"] == "y"
    }
    found = [
        SlideRow(key.strip(), _bars(figure, key), numbers.get(row, ""))
        for row, key in enumerate(keys)
    ]
    following = [row.name for row in found[1:]] + [""]
    return [
        row
        for row, after in zip(found, following, strict=True)
        if row.bars or not after.startswith(row.name)
    ]


def can_be_drawn(figure: Figure) -> bool:
    """Whether the rows are few, and each has a name of its own: the axis shows nothing else."""
    names = [row.name for row in rows_of(figure)]
    return len(set(names)) == len(names) <= MOST


def _bars(figure: Figure, key: str) -> tuple[SlideBar, ...]:
    found = []
    for trace in figure["data"]:
        if key in trace["y"]:
            at = trace["y"].index(key)
            start, marker = trace["base"][at], trace["marker"]
            edge = marker["line"]["color"][at]
            hollow = marker["color"][at] != edge or bool(marker["pattern"]["shape"][at])
            found.append(SlideBar(start, start + trace["x"][at], edge, hollow))
    return tuple(found)


def chart_of(figure: Figure) -> tuple[Any, CategoryChartData]:
    """The kind of chart and its numbers: bars that float stand on an unseen foot."""
    rows = rows_of(figure)
    data = CategoryChartData(number_format="#,##0")
    data.categories = [row.name for row in rows]
    if is_floating(rows):
        data.add_series("", [min(_ends(row), default=None) for row in rows])
        data.add_series(" ", [_length(row) for row in rows])
        reach = CARRIER * max(end for row in rows for end in _ends(row))
        data.add_series("  ", [reach if row.bars else None for row in rows])
        return XL_CHART_TYPE.BAR_STACKED, data
    for layer in range(max(len(row.bars) for row in rows)):
        lengths = (row.bars[layer].end if len(row.bars) > layer else None for row in rows)
        data.add_series(" " * layer, list(lengths))
    return XL_CHART_TYPE.BAR_CLUSTERED, data


def is_floating(rows: list[SlideRow]) -> bool:
    """Whether any bar begins elsewhere than at zero."""
    return any(bar.start for row in rows for bar in row.bars)


def _ends(row: SlideRow) -> tuple[float, ...]:
    return tuple(end for bar in row.bars[:1] for end in (bar.start, bar.end))


def _length(row: SlideRow) -> float | None:
    return abs(row.bars[0].end - row.bars[0].start) if row.bars else None


def dress(chart: SlideChart, figure: Figure) -> None:
    """Rows from above, no axis of values, each bar in its colour with its number beside it."""
    rows = rows_of(figure)
    chart.font.size, chart.font.color.rgb = Pt(14), rgb(theme.INK)
    chart.has_title = chart.has_legend = False
    names, values = chart.category_axis, chart.value_axis
    names.reverse_order, names.has_major_gridlines = True, False
    names.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    names.format.line.color.rgb = rgb(theme.AXIS)
    values.visible = values.has_major_gridlines = False
    place_plot(chart, PLOT)
    plot = chart.plots[0]
    plot.gap_width, plot.overlap = 60 if len(rows) > FEW else 120, 100
    floating = is_floating(rows)
    if floating:
        values.minimum_scale = 0
        for unseen in (plot.series[0], plot.series[2]):
            unseen.format.fill.background()
            unseen.format.line.fill.background()
    for number, series in enumerate([plot.series[1]] if floating else plot.series):
        _colour(series, rows, number)
    carrier = plot.series[2] if floating else plot.series[0]
    side = XL_LABEL_POSITION.INSIDE_BASE if floating else XL_LABEL_POSITION.OUTSIDE_END
    for index, row in enumerate(rows):
        if row.number:
            add_label(carrier.points[index], row.number, row.bars[0].colour, side)


def _colour(series: Any, rows: list[SlideRow], layer: int) -> None:
    series.invert_if_negative = False
    for index, row in enumerate(rows):
        if len(row.bars) > layer:
            bar, shape = row.bars[layer], series.points[index].format
            shape.fill.solid()
            shape.fill.fore_color.rgb = rgb(theme.CARD if bar.is_hollow else bar.colour)
            shape.line.color.rgb = rgb(bar.colour)

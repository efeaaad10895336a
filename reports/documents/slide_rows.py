"""Charts of one bar a row as PowerPoint's own, from the rows that the page draws."""

from collections.abc import Sequence
from typing import Any

from pptx.chart.chart import Chart as SlideChart
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION, XL_TICK_LABEL_POSITION
from pptx.util import Pt

from reports.charts import theme
from reports.charts.figures.rows import BarRow
from reports.documents.slide_charts import add_label, place_plot, rgb

PLOT = (0.27, 0.02, 0.7, 0.96)
# How far the unseen bar that carries a number reaches, as a share of all.
CARRIER = 0.14
# More rows than this are a table on slides.
MOST = 18
# So few rows would become thick beams.
FEW = 6


def shown(rows: Sequence[BarRow]) -> list[BarRow]:
    """The rows from above; a heading that its rows repeat is left out."""
    following = [*(row.key for row in rows[1:]), ""]
    return [
        row
        for row, after in zip(rows, following, strict=False)
        if row.bars or not after.startswith(row.key)
    ]


def can_be_drawn(rows: Sequence[BarRow]) -> bool:
    """Whether the rows are few, and each has a name of its own: the axis shows nothing else."""
    return 0 < len(rows) == len({row.key.strip() for row in rows}) <= MOST


def chart_of(rows: Sequence[BarRow]) -> tuple[Any, CategoryChartData]:
    """The kind of chart and its numbers: bars that float stand on an unseen foot."""
    data = CategoryChartData(number_format="#,##0")
    data.categories = [row.key.strip() for row in rows]
    if is_floating(rows):
        firsts = [row.bars[0] if row.bars else None for row in rows]
        data.add_series("", [min(bar.start, bar.end) if bar else None for bar in firsts])
        data.add_series(" ", [abs(bar.end - bar.start) if bar else None for bar in firsts])
        reach = CARRIER * max(max(bar.start, bar.end) for bar in firsts if bar)
        data.add_series("  ", [reach if bar else None for bar in firsts])
        return XL_CHART_TYPE.BAR_STACKED, data
    for layer in range(max(len(row.bars) for row in rows)):
        lengths = (row.bars[layer].end if len(row.bars) > layer else None for row in rows)
        data.add_series(" " * layer, list(lengths))
    return XL_CHART_TYPE.BAR_CLUSTERED, data


def is_floating(rows: Sequence[BarRow]) -> bool:
    """Whether any bar begins elsewhere than at zero."""
    return any(bar.start for row in rows for bar in row.bars)


def dress(chart: SlideChart, rows: Sequence[BarRow]) -> None:
    """Rows from above, no axis of values, each bar in its colour with its number beside it."""
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
    for layer, series in enumerate([plot.series[1]] if floating else plot.series):
        _colour(series, rows, layer)
    carrier = plot.series[2] if floating else plot.series[0]
    side = XL_LABEL_POSITION.INSIDE_BASE if floating else XL_LABEL_POSITION.OUTSIDE_END
    for index, row in enumerate(rows):
        if row.number:
            add_label(carrier.points[index], row.number, row.bars[0].colour, side)


def _colour(series: Any, rows: Sequence[BarRow], layer: int) -> None:
    series.invert_if_negative = False
    for index, row in enumerate(rows):
        if len(row.bars) > layer:
            bar, shape = row.bars[layer], series.points[index].format
            shape.fill.solid()
            shape.fill.fore_color.rgb = rgb(bar.colour if bar.look == "full" else theme.CARD)
            shape.line.color.rgb = rgb(bar.colour)

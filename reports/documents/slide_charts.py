"""PowerPoint's own charts from our numbers: the board can edit them, and they stay sharp."""

import io
from collections.abc import Iterator
from typing import Any

from lxml import etree
from openpyxl import load_workbook
from pptx.chart.chart import Chart as SlideChart
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION, XL_LEGEND_POSITION, XL_MARKER_STYLE
from pptx.enum.dml import MSO_LINE
from pptx.oxml.ns import qn
from pptx.util import Pt

from reports.charts import theme
from reports.charts.card import ChartCard, number_with_signs
from reports.charts.figures.axes import highest, tentative
from reports.charts.figures.bars import stack_height
from reports.data.chart_model import ChartNumbers, Language, Point, Series
from reports.documents.texts import WORDS
from reports.text.grammar import once

TYPES = {
    "lines": XL_CHART_TYPE.LINE_MARKERS,
    "stack": XL_CHART_TYPE.COLUMN_STACKED,
    "bars": XL_CHART_TYPE.COLUMN_CLUSTERED,
}
# The share of the height that a layer needs before a number fits inside it.
ROOM = 0.08
# Two lines nearer than this share of the height want their numbers on either side.
CLOSE = 0.16
# Where the plot stands in its frame (x, y, width, height): names go to the right of lines.
LEFT, TOP, WITH_NAMES, WITHOUT_NAMES = 0.05, 0.05, 0.78, 0.93
WITH_ROW, WITHOUT_ROW = 0.77, 0.84


def drawn(numbers: ChartNumbers) -> tuple[Series, ...]:
    """The series of a slide's chart: a stack's total is written under its years instead."""
    with_total = numbers.total and numbers.chart.draw_total and numbers.chart.kind == "lines"
    total = (numbers.total,) if with_total and numbers.total else ()
    return tuple(series for series in (*total, *numbers.parts) if series.visible)


def span_of(numbers: ChartNumbers) -> range:
    """Every year from the first to the last: one without data is an empty place."""
    return range(numbers.years[0], numbers.years[-1] + 1)


def under_years(numbers: ChartNumbers) -> Series | None:
    """What is written under each year: the total of a stack, or a share."""
    found = numbers.total if numbers.chart.kind == "stack" else numbers.strip
    return found if found and found.visible else None


def chart_data(numbers: ChartNumbers, language: Language) -> CategoryChartData:
    """The numbers as PowerPoint keeps them, in a workbook behind the chart."""
    decimals = numbers.parts[0].part.decimals
    data = CategoryChartData(number_format="0." + "0" * decimals if decimals else "#,##0")
    data.categories = [_category(numbers, year, language) for year in span_of(numbers)]
    for series in drawn(numbers):
        points = [series.at(year) for year in span_of(numbers)]
        data.add_series(series.part.name(language), [p.value if p else None for p in points])
    return data


def _category(numbers: ChartNumbers, year: int, language: Language) -> str:
    below = under_years(numbers)
    if below is None or (point := below.at(year)) is None:
        return str(year)
    return f"{year}\n{number_with_signs(point, language, below.part.decimals)}"


def annotate(chart: SlideChart, card: ChartCard, language: Language) -> None:
    """Put what a bare number does not say into the chart's workbook, beside its own columns.

    Every value of the card with its signs and notes, and below them what the signs mean: who edits
    the chart sees which totals are stated and what their parts come to.
    """
    kept = chart.part.chart_workbook
    book = load_workbook(io.BytesIO(kept.xlsx_part.blob))
    sheet = book.active
    notes = [[note.line] for note in card.notes]
    for row, line in enumerate([*_noted(card, language), [], *notes], start=1):
        for column, value in enumerate(line, start=chart_width(chart) + 2):
            cell = sheet.cell(row, column, value)
            if isinstance(value, str):
                # A text by its type is never worked out, whatever it begins with.
                cell.data_type = "s"
    out = io.BytesIO()
    book.save(out)
    kept.update_from_xlsx_blob(out.getvalue())


def chart_width(chart: SlideChart) -> int:
    """How many columns of its workbook a chart is drawn from: names, then one for each series."""
    return 1 + len(chart.plots[0].series)


def _noted(card: ChartCard, language: Language) -> list[list[Any]]:
    """The card's table with a column of signs after each of values, and one of notes."""
    numbers, table = card.numbers, card.table
    if numbers is None:
        rows = [[row.heading, *(c.with_sign for c in row.cells)] for row in table.rows]
        return [[table.corner, *table.headings], *rows]
    sign, note = WORDS["sign"].in_(language), WORDS["note"].in_(language)
    names = [series.part.name(language) for series in numbers.columns]
    heads = [column for name in names for column in (name, f"{sign}, {name}")]
    lines: list[list[Any]] = [[table.corner, *heads, note]]
    for year in numbers.years:
        points = [series.at(year) for series in numbers.columns]
        values = [found for p in points for found in ((p.value, p.letters) if p else (None, ""))]
        lines.append([year, *values, once(p.note.in_(language) for p in points if p)])
    return lines


def dress(chart: SlideChart, numbers: ChartNumbers, language: Language) -> None:
    """Give a new chart our colours, labels and faint lines."""
    chart.font.size = Pt(14)
    chart.font.color.rgb = rgb(theme.MUTED)
    chart.has_title = False
    stacked = numbers.chart.kind == "stack"
    chart.has_legend = stacked
    if stacked:
        chart.legend.position = XL_LEGEND_POSITION.RIGHT
        chart.legend.include_in_layout = False
    _axes(chart)
    named = numbers.chart.kind == "lines" or stacked
    wide = WITH_NAMES if named else WITHOUT_NAMES
    place_plot(chart, (LEFT, TOP, wide, WITH_ROW if under_years(numbers) else WITHOUT_ROW))
    for shape, series in zip(chart.plots[0].series, drawn(numbers), strict=True):
        if numbers.chart.kind == "lines":
            _line(shape, series, numbers, language)
        else:
            _bar(shape, series, numbers, language)
    if numbers.chart.kind != "lines":
        chart.plots[0].gap_width = 50
        chart.plots[0].overlap = 100 if stacked else 0


def _axes(chart: SlideChart) -> None:
    values, years = chart.value_axis, chart.category_axis
    values.minimum_scale = 0
    values.major_gridlines.format.line.color.rgb = rgb(theme.LINE)
    values.format.line.fill.background()
    years.format.line.color.rgb = rgb(theme.AXIS)
    years.has_major_gridlines = False


def place_plot(chart: SlideChart, box: tuple[float, float, float, float]) -> None:
    """Fix the plot's place; left alone, PowerPoint gives the names no room."""
    area = chart._chartSpace.chart.plotArea
    for old in area.findall(qn("c:layout")):
        area.remove(old)
    layout = etree.Element(qn("c:layout"))
    manual = etree.SubElement(layout, qn("c:manualLayout"))
    values = {"layoutTarget": "inner", "xMode": "edge", "yMode": "edge"}
    values |= dict(zip("xywh", map(str, box), strict=True))
    for name, value in values.items():
        etree.SubElement(manual, qn(f"c:{name}")).set("val", value)
    area.insert(0, layout)


def _line(shape: Any, series: Series, numbers: ChartNumbers, language: Language) -> None:
    colour = rgb(theme.SERIES[series.part.colour])
    is_total = series is numbers.total
    shape.smooth = False
    shape.format.line.color.rgb = colour
    shape.format.line.width = Pt(2 if is_total else 2.75)
    shape.marker.style = XL_MARKER_STYLE.CIRCLE
    shape.marker.size = 7 if is_total else 9
    shape.marker.format.fill.solid()
    shape.marker.format.fill.fore_color.rgb = colour
    shape.marker.format.line.color.rgb = rgb(theme.CARD)
    broken = {each.year for each in numbers.breaks if series.part.indicator in each.indicators}
    for index, point in _shown(series, numbers):
        if tentative(numbers, point):
            _hollow(shape.points[index], colour)
        if point.year in broken:
            # No line leads over a break in the series.
            shape.points[index].format.line.fill.background()
    _line_labels(shape, series, numbers, language)


def _hollow(point: Any, colour: RGBColor) -> None:
    point.marker.style = XL_MARKER_STYLE.CIRCLE
    point.marker.format.fill.solid()
    point.marker.format.fill.fore_color.rgb = rgb(theme.CARD)
    point.marker.format.line.color.rgb = colour
    point.format.line.color.rgb = colour
    point.format.line.dash_style = MSO_LINE.ROUND_DOT


def _line_labels(shape: Any, series: Series, numbers: ChartNumbers, language: Language) -> None:
    """The first value, the last with the series' name, and every value with a sign."""
    visible = list(_shown(series, numbers))
    last = visible[-1][0]
    for index, point in visible:
        value = number_with_signs(point, language, series.part.decimals)
        words = f"{series.part.name(language)} {value}" if index == last else value
        if index in (visible[0][0], last) or set(point.letters) & {"s", "e", "r", "u"}:
            place = _beside(series, point, numbers, is_last=index == last)
            add_label(shape.points[index], words, theme.SERIES[series.part.colour], place)


def _beside(
    series: Series, point: Point, numbers: ChartNumbers, *, is_last: bool
) -> XL_LABEL_POSITION:
    """To the right of the last; else above, or below where another line runs close above."""
    if is_last:
        return XL_LABEL_POSITION.RIGHT
    others = (other.at(point.year) for other in drawn(numbers) if other is not series)
    away = [p.number - point.number for p in others if p and p.value is not None]
    close = CLOSE * highest(drawn(numbers))
    above = any(0 < step < close for step in away)
    return XL_LABEL_POSITION.BELOW if above else XL_LABEL_POSITION.ABOVE


def _bar(shape: Any, series: Series, numbers: ChartNumbers, language: Language) -> None:
    colour = rgb(theme.SERIES[series.part.colour])
    stacked = numbers.chart.kind == "stack"
    shape.format.fill.solid()
    shape.format.fill.fore_color.rgb = colour
    shape.format.line.color.rgb = rgb(theme.CARD)
    room = ROOM * max(stack_height(numbers, year) for year in numbers.years)
    for index, point in _shown(series, numbers):
        if tentative(numbers, point):
            _outlined(shape.points[index], colour)
        if not stacked or point.number >= room:
            inside = theme.CARD if stacked and not tentative(numbers, point) else theme.INK
            place = XL_LABEL_POSITION.CENTER if stacked else XL_LABEL_POSITION.OUTSIDE_END
            add_label(shape.points[index], number_with_signs(point, language), inside, place)


def _outlined(point: Any, colour: RGBColor) -> None:
    point.format.fill.solid()
    point.format.fill.fore_color.rgb = rgb(theme.CARD)
    point.format.line.color.rgb = colour
    point.format.line.dash_style = MSO_LINE.DASH


def add_label(point: Any, words: str, colour: str, place: XL_LABEL_POSITION) -> None:
    """Words beside a point or a bar, in one of the theme's colours and on one line."""
    label = point.data_label
    label.position = place
    label.text_frame.word_wrap = False
    run = label.text_frame.paragraphs[0].add_run()
    run.text = words
    run.font.size, run.font.bold = Pt(14), True
    run.font.color.rgb = rgb(colour)


def _shown(series: Series, numbers: ChartNumbers) -> Iterator[tuple[int, Point]]:
    first = numbers.years[0]
    return ((point.year - first, point) for point in series.visible)


def rgb(colour: str) -> RGBColor:
    """One of our colours as PowerPoint takes it."""
    return RGBColor.from_string(colour.removeprefix("#"))

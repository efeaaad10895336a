"""The report as slides: one chart a slide, its finding as title, the paragraph in the notes.

And a municipality on one of its own. Charts of one bar a row are made here as PowerPoint's own,
from the rows that the page draws; those over years in `slide_charts.py`.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from pptx.chart.chart import Chart as SlideChart
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION, XL_TICK_LABEL_POSITION
from pptx.util import Inches, Pt

from reports.charts import theme
from reports.charts.card import ChartCard
from reports.charts.cards import charts_of
from reports.charts.figures.rows import BarRow
from reports.data.chart_model import Language
from reports.data.model import OpenData
from reports.documents import slide_charts
from reports.documents import slide_pages as pages
from reports.documents.content import (
    Published,
    comments,
    cut,
    declaration,
    publisher,
    row_heads,
    sign,
    source_line,
    subtitle,
)
from reports.documents.municipality import facts_of
from reports.documents.slide_charts import add_label, place_plot, rgb
from reports.documents.slide_pages import EDGE, INNER, SUBTITLE, UNDER, Grid
from reports.documents.texts import WORDS, in_
from reports.text.key_figures import counts
from reports.text.paragraph import paragraphs

# More rows than this and a table goes on, on the next slide.
ROWS = 12
# More slides than this of one table and nobody looks any more.
MOST_SLIDES = 3
# What is left of a slide for a chart, at least; longer notes are in the speaker's.
LEAST = 3.4
# What the slide of a municipality has room for beside its table.
MOST_LINES = 6


def report_slides(about: Published) -> bytes:
    """The slides of one release in one language; the same release gives the same bytes."""
    show = pages.new_show()
    _cover(show, about)
    for card in about.cards:
        if draw := _draws(about, card):
            _chart_slide(show, about, card, draw)
        else:
            _table_slides(show, about, card)
    _quality(show, about)
    sign(show.core_properties, about)
    show.core_properties.keywords = show.core_properties.comments = ""
    return pages.finished(show, about.language, about.day)


def _foot(about: Published, *said: str) -> str:
    return " ".join(filter(None, (*said, about.edition)))


def _cover(show: Any, about: Published) -> None:
    years = [f"{year}. {text}" for year, text in paragraphs(about.data, about.language)]
    headline = counts(charts_of(about.data), about.language)
    slide = pages.new_slide(show, about.title, [headline, *years])
    head = slide.shapes.title
    head.top, head.height = Inches(0.8), Inches(1.5)
    pages.look(head.text_frame.paragraphs[0], 44, theme.INK, bold=True)
    pages.words(slide, about.subtitle, 2.35, 24, theme.MUTED)
    finding = about.what_happened.headline if about.cards else ""
    pages.words(slide, finding, 3.1, 22, theme.NAVY, bold=True)
    figures = about.key_figures
    width = INNER / max(len(figures), 1)
    below = max((pages.height(each.thing, 20, width - 0.2) for each in figures), default=0)
    for index, figure in enumerate(figures):
        place = {"left": EDGE + index * width, "width": width - 0.2}
        value = f"{figure.value} {figure.mark}".strip()
        under = pages.words(slide, value, 4.0, 40, theme.INK, bold=True, **place)
        pages.words(slide, figure.thing, under, 20, theme.INK, **place)
        changes = "\n".join(figure.changes)
        pages.words(slide, changes, under + below, 16, theme.MUTED, **place)
    pages.foot(slide, _foot(about, f"{publisher(about.data)}."))


def _spoken(card: ChartCard, about: Published) -> list[str]:
    """What is said to a chart: its paragraph, what must be known with it, and its source."""
    why, notes = comments(card, about.language), (note.line for note in card.notes)
    return [card.summary, *why, *notes, source_line(card, about.language)]


Draw = tuple[Any, Any, Callable[[Any], None]]


def _draws(about: Published, card: ChartCard) -> Draw | None:
    """The kind, the numbers and the dress of a card's chart; None for what is a table here."""
    numbers = card.numbers
    if numbers and slide_charts.drawn(numbers):
        data = slide_charts.chart_data(numbers, about.language)
        dress = partial(slide_charts.dress, numbers=numbers, language=about.language)
        return slide_charts.TYPES[numbers.chart.kind], data, dress
    rows = rows_shown(card.bars)
    if can_draw_rows(rows):
        return *chart_of_rows(rows), partial(dress_rows, rows=rows)
    return None


def _chart_slide(show: Any, about: Published, card: ChartCard, draw: Draw) -> None:
    kind, data, dress = draw
    slide = pages.new_slide(show, card.title, _spoken(card, about))
    top = pages.words(slide, subtitle(card, about.language), UNDER, SUBTITLE, theme.MUTED)
    source = _foot(about, source_line(card, about.language))
    end = pages.foot(slide, source, _notes(card, about, pages.room(top, source) - LEAST))
    place = map(Inches, (EDGE, top, INNER, end - top))
    frame = slide.shapes.add_chart(kind, *place, data)
    pages.describe(frame, card.summary, card.title)
    dress(frame.chart)
    slide_charts.annotate(frame.chart, card, about.language)


def _notes(card: ChartCard, about: Published, room: float) -> str:
    """What must be known with the chart, as much of it as there is room for."""
    language, found = about.language, list[str]()
    numbers = card.numbers
    below = slide_charts.under_years(numbers) if numbers else None
    events = "; ".join(f"{event.year} {event.label.in_(language)}" for event in card.events)
    lines = [
        WORDS["under_years"].in_(language).format(below.part.label.in_(language)) if below else "",
        f"{events}." if events else "",
        *(note.line for note in card.notes),
    ]
    for line in filter(None, lines):
        if pages.height("\n".join([*found, line]), pages.NOTE) <= room:
            found.append(line)
    return "\n".join(found)


def _table_slides(show: Any, about: Published, card: ChartCard) -> None:
    card, left_out = cut(card, ROWS * MOST_SLIDES, about.language)
    heads = row_heads(card, about.language)
    rows = [
        (head, *(cell.with_sign for cell in row.cells))
        for head, row in zip(heads, card.table.rows, strict=True)
    ]
    numeric = (False, *card.table.numeric)
    for start in range(0, len(rows), ROWS):
        slide = pages.new_slide(show, card.title, _spoken(card, about))
        top = pages.words(slide, subtitle(card, about.language), UNDER, SUBTITLE, theme.MUTED)
        head = (card.table.corner, *card.table.headings)
        grid = Grid(head, rows[start : start + ROWS], numeric)
        table = pages.add_table(slide, grid, EDGE, top + 0.1, INNER)
        pages.describe(table, card.summary, card.title)
        source = _foot(about, left_out, source_line(card, about.language))
        room = pages.room(top + 0.1, source) - table.height / Inches(1)
        pages.foot(slide, source, _notes(card, about, room))


def _quality(show: Any, about: Published) -> None:
    said, quality = in_(WORDS, about.language), declaration(about)
    lines = (quality["hidden"], *quality["discrepancies"])
    slide = pages.new_slide(show, said["quality"], [said["quality_lead"], *lines])
    names = ("year", "asked", "answered", "share", "reference_day", "values", "hidden")
    # The newest years: a slide holds no more, and the PDF has them all.
    rows = [tuple(row) for row in quality["coverage"][-ROWS:]]
    grid = Grid(tuple(said[name] for name in names), rows, (False, *(True,) * 6))
    frame = pages.add_table(slide, grid, EDGE, 1.55, INNER)
    pages.describe(frame, quality["hidden"], said["answers"])
    top = 1.55 + frame.height / Inches(1) + 0.15
    for line in lines:
        top = pages.words(slide, line, top, 15, theme.INK)
    pages.foot(slide, _foot(about, f"{publisher(about.data)}."))


def municipality_slide(data: OpenData, name: str, language: Language, address: str) -> bytes:
    """A municipality on one slide; raises `KeyError` when there is no such one."""
    facts, about = facts_of(data, name, language), Published(data, language)
    show = pages.new_show()
    lines = [f"{year}  {text}" for year, text in (*facts.decided, *facts.done)]
    page = pages.new_slide(show, facts.title, [facts.lead, *lines, *facts.protected])
    top = pages.words(page, facts.lead, UNDER, SUBTITLE, theme.MUTED) + 0.2
    half = INNER / 2 - 0.2
    pages.words(page, "\n".join(lines[:MOST_LINES]), top, SUBTITLE, theme.INK, width=half)
    table = facts.table
    rows = [(row.heading, *(cell.with_sign for cell in row.cells)) for row in table.rows]
    grid = Grid((table.corner, *table.headings), rows, (False, *(True,) * len(table.headings)))
    frame = pages.add_table(page, grid, EDGE + INNER - half, top + 0.1, half)
    pages.describe(frame, facts.protected[0], table.corner)
    pages.foot(
        page,
        " ".join(filter(None, (facts.source, about.edition, address))),
        " ".join(dict.fromkeys(filter(None, (facts.note, facts.protected[0], *facts.kept)))),
    )
    sign(show.core_properties, about)
    show.core_properties.title = facts.title
    return pages.finished(show, language, about.day)


ROWS_PLOT = (0.27, 0.02, 0.7, 0.96)
# How far the unseen bar that carries a number reaches, as a share of all.
CARRIER = 0.14
# More rows than this are a table on slides.
MOST_BARS = 18
# So few rows would become thick beams.
FEW_BARS = 6


def rows_shown(rows: Sequence[BarRow]) -> list[BarRow]:
    """The rows from above; a heading that its rows repeat is left out."""
    following = [*(row.key for row in rows[1:]), ""]
    return [
        row
        for row, after in zip(rows, following, strict=False)
        if row.bars or not after.startswith(row.key)
    ]


def can_draw_rows(rows: Sequence[BarRow]) -> bool:
    """Whether the rows are few, and each has a name of its own: the axis shows nothing else."""
    return 0 < len(rows) == len({row.key.strip() for row in rows}) <= MOST_BARS


def chart_of_rows(rows: Sequence[BarRow]) -> tuple[Any, CategoryChartData]:
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


def dress_rows(chart: SlideChart, rows: Sequence[BarRow]) -> None:
    """Rows from above, no axis of values, each bar in its colour with its number beside it."""
    chart.font.size, chart.font.color.rgb = Pt(14), rgb(theme.INK)
    chart.has_title = chart.has_legend = False
    names, values = chart.category_axis, chart.value_axis
    names.reverse_order, names.has_major_gridlines = True, False
    names.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    names.format.line.color.rgb = rgb(theme.AXIS)
    values.visible = values.has_major_gridlines = False
    place_plot(chart, ROWS_PLOT)
    plot = chart.plots[0]
    plot.gap_width, plot.overlap = 60 if len(rows) > FEW_BARS else 120, 100
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

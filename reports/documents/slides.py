"""The report as slides: one chart a slide, its finding as title, the paragraph in the notes.

And a municipality on one of its own.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from pptx import Presentation
from pptx.util import Inches

from reports.charts import theme
from reports.charts.card import ChartCard
from reports.data.chart_model import Language
from reports.data.model import OpenData
from reports.documents import slide_charts, slide_rows
from reports.documents.content import (
    Published,
    comments,
    content,
    cut,
    declaration,
    publisher,
    row_heads,
    sign,
    source_line,
    subtitle,
)
from reports.documents.municipality import facts_of
from reports.documents.slide_pages import (
    BOTTOM,
    EDGE,
    FOOT,
    HIGH,
    INNER,
    NOTE,
    SUBTITLE,
    UNDER,
    WIDE,
    Grid,
    add_table,
    finished,
    foot,
    height,
    look,
    new_slide,
    words,
)
from reports.documents.texts import WORDS
from reports.text import summaries

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
    show = Presentation()
    show.slide_width, show.slide_height = Inches(WIDE), Inches(HIGH)
    _cover(show, about)
    for card in about.cards:
        if draw := _draws(about, card):
            _chart_slide(show, about, card, draw)
        else:
            _table_slides(show, about, card)
    _quality(show, about)
    _properties(show, about)
    return finished(show, about.language, about.day)


def _foot(about: Published, source: str) -> str:
    return " ".join(filter(None, (source, about.edition)))


def _cover(show: Any, about: Published) -> None:
    report = content(about)
    years = [f"{year['head']}. {year['text']}" for year in report["years"]]
    slide = new_slide(show, about.title, [report["headline"], *years])
    head = slide.shapes.title
    head.top, head.height = Inches(0.8), Inches(1.5)
    look(head.text_frame.paragraphs[0], 44, theme.INK, bold=True)
    words(slide, about.subtitle, 2.35, 24, theme.MUTED)
    words(slide, report["finding"], 3.1, 22, theme.NAVY, bold=True)
    width = INNER / max(len(report["figures"]), 1)
    things = [height(figure["thing"], 20, width - 0.2) for figure in report["figures"]]
    for index, figure in enumerate(report["figures"]):
        place = {"left": EDGE + index * width, "width": width - 0.2}
        value = f"{figure['value']} {figure['mark']}".strip()
        under = words(slide, value, 4.0, 40, theme.INK, bold=True, **place)
        words(slide, figure["thing"], under, 20, theme.INK, **place)
        changes = "\n".join(figure["changes"])
        words(slide, changes, under + max(things), 16, theme.MUTED, **place)
    foot(slide, _foot(about, f"{publisher(about.data)}."))


def _spoken(card: ChartCard, about: Published) -> list[str]:
    """What is said to a chart: its paragraph, what must be known with it, and its source."""
    notes = [f"{note.mark}: {note.text}" if note.mark else note.text for note in card.notes]
    why = comments(card, about.language)
    return [card.summary, *why, *notes, source_line(card, about.language)]


Draw = tuple[Any, Any, Callable[[Any], None]]


def _draws(about: Published, card: ChartCard) -> Draw | None:
    """The kind, the numbers and the dress of a card's chart; None for what is a table here."""
    numbers = card.numbers
    if numbers and slide_charts.drawn(numbers):
        data = slide_charts.chart_data(numbers, about.language)
        dress = partial(slide_charts.dress, numbers=numbers, language=about.language)
        return slide_charts.TYPES[numbers.chart.kind], data, dress
    if card.figure and card.steps == "rows" and slide_rows.can_be_drawn(card.figure):
        return *slide_rows.chart_of(card.figure), partial(slide_rows.dress, figure=card.figure)
    return None


def _chart_slide(show: Any, about: Published, card: ChartCard, draw: Draw) -> None:
    kind, data, dress = draw
    slide = new_slide(show, card.title, _spoken(card, about))
    top = words(slide, subtitle(card, about.language), UNDER, SUBTITLE, theme.MUTED)
    source = _foot(about, source_line(card, about.language))
    end = foot(slide, source, _notes(card, about, BOTTOM - height(source, FOOT) - top - LEAST))
    place = map(Inches, (EDGE, top, INNER, end - top))
    frame = slide.shapes.add_chart(kind, *place, data)
    _described(frame, card)
    dress(frame.chart)
    slide_charts.annotate(frame.chart, card, about.language)


def _notes(card: ChartCard, about: Published, room: float) -> str:
    """What must be known with the chart, as much of it as there is room for."""
    language, found = about.language, list[str]()
    numbers = card.numbers
    below = slide_charts.under_years(numbers) if numbers else None
    events = "; ".join(f"{event.year} {event.label.in_(language)}" for event in card.events)
    lines = [
        WORDS["under_years"][language].format(below.part.label.in_(language)) if below else "",
        f"{events}." if events else "",
        *(f"{note.mark}: {note.text}" if note.mark else note.text for note in card.notes),
    ]
    for line in filter(None, lines):
        if height("\n".join([*found, line]), NOTE) <= room:
            found.append(line)
    return "\n".join(found)


def _described(frame: Any, card: ChartCard) -> None:
    """The text that is read out instead of a picture."""
    properties = frame._element.nvGraphicFramePr.cNvPr
    properties.set("descr", card.summary)
    properties.set("title", card.title)
    frame.name = card.title


def _table_slides(show: Any, about: Published, card: ChartCard) -> None:
    card, left_out = cut(card, ROWS * MOST_SLIDES, about.language)
    heads = row_heads(card, about.language)
    rows = [
        (head, *(f"{cell.text} {cell.sign}".strip() for cell in row.cells))
        for head, row in zip(heads, card.table.rows, strict=True)
    ]
    numeric = (False, *card.table.numeric)
    for start in range(0, len(rows), ROWS):
        slide = new_slide(show, card.title, _spoken(card, about))
        top = words(slide, subtitle(card, about.language), UNDER, SUBTITLE, theme.MUTED)
        head = (card.table.corner, *card.table.headings)
        grid = Grid(head, rows[start : start + ROWS], numeric)
        table = add_table(slide, grid, Inches(EDGE), Inches(top + 0.1), Inches(INNER))
        _described(table, card)
        source = " ".join(filter(None, (left_out, source_line(card, about.language))))
        source = _foot(about, source)
        room = BOTTOM - height(source, FOOT) - top - 0.1 - table.height / Inches(1)
        foot(slide, source, _notes(card, about, room))


def _quality(show: Any, about: Published) -> None:
    said = {key: value[about.language] for key, value in WORDS.items()}
    quality = declaration(about)
    notes = [summaries.discrepancy_note(row, about.language) for row in about.data.discrepancies]
    spoken = [said["quality_lead"], quality["hidden"], *notes]
    slide = new_slide(show, said["quality"], spoken)
    names = ("year", "asked", "answered", "share", "reference_day", "values", "hidden")
    # The newest years: a slide holds no more, and the PDF has them all.
    rows = [tuple(row) for row in quality["coverage"][-ROWS:]]
    grid = Grid(tuple(said[name] for name in names), rows, (False, *(True,) * 6))
    frame = add_table(slide, grid, Inches(EDGE), Inches(1.55), Inches(INNER))
    frame._element.nvGraphicFramePr.cNvPr.set("descr", quality["hidden"])
    frame.name = said["answers"]
    top = 1.55 + frame.height / Inches(1) + 0.15
    for line in (quality["hidden"], *notes):
        top = words(slide, line, top, 15, theme.INK)
    foot(slide, _foot(about, f"{publisher(about.data)}."))


def _properties(show: Any, about: Published) -> None:
    sign(show.core_properties, about)
    show.core_properties.keywords = show.core_properties.comments = ""


def municipality_slide(data: OpenData, name: str, language: Language, address: str) -> bytes:
    """A municipality on one slide; raises `KeyError` when there is no such one."""
    facts, about = facts_of(data, name, language), Published(data, language)
    show = Presentation()
    show.slide_width, show.slide_height = Inches(WIDE), Inches(HIGH)
    lines = [f"{year}  {text}" for year, text in (*facts.decided, *facts.done)]
    page = new_slide(show, facts.title, [facts.lead, *lines, *facts.protected])
    top = words(page, facts.lead, UNDER, SUBTITLE, theme.MUTED) + 0.2
    half = INNER / 2 - 0.2
    words(page, "\n".join(lines[:MOST_LINES]), top, SUBTITLE, theme.INK, width=half)
    table = facts.table
    rows = [
        (row.heading, *(f"{cell.text} {cell.sign}".strip() for cell in row.cells))
        for row in table.rows
    ]
    grid = Grid((table.corner, *table.headings), rows, (False, *(True,) * len(table.headings)))
    place = (Inches(EDGE + INNER - half), Inches(top + 0.1), Inches(half))
    frame = add_table(page, grid, *place)
    frame.name = table.corner
    frame._element.nvGraphicFramePr.cNvPr.set("descr", facts.protected[0])
    foot(
        page,
        " ".join(filter(None, (facts.source, about.edition, address))),
        " ".join(filter(None, (facts.note, facts.protected[0]))),
    )
    core = show.core_properties
    core.title, core.subject = facts.title, about.edition
    core.author = core.last_modified_by = publisher(data)
    return finished(show, language, about.day)

"""The report as slides: one chart a slide, its finding as title, the paragraph in the notes."""

from datetime import datetime, time
from typing import Any

from pptx import Presentation
from pptx.enum.text import MSO_ANCHOR
from pptx.util import Inches, Pt

from reports import summaries, theme
from reports.cards import Card
from reports.charts import ChartNumbers
from reports.documents import slide_charts
from reports.documents.content import (
    Published,
    comments,
    content,
    cut,
    declaration,
    is_numeric,
    publisher,
    row_heads,
    source_line,
    subtitle,
)
from reports.documents.slide_charts import rgb
from reports.documents.slide_file import finished
from reports.documents.slide_tables import Grid, add_table
from reports.documents.words import WORDS

WIDE, HIGH = Inches(13.333), Inches(7.5)
EDGE, TOP, FOOT = Inches(0.6), Inches(0.4), Inches(6.95)
INNER = WIDE - 2 * EDGE
TITLE_ONLY = 5
# More rows than this and a table goes on, on the next slide.
ROWS = 12
# More slides than this of one table and nobody looks any more.
MOST_SLIDES = 3


def report_slides(about: Published) -> bytes:
    """The slides of one release in one language; the same release gives the same bytes."""
    show = Presentation()
    show.slide_width, show.slide_height = WIDE, HIGH
    _cover(show, about)
    for card in about.cards:
        numbers = about.data.charts.get(card.key)
        if numbers is not None and slide_charts.drawn(numbers):
            _chart_slide(show, about, card, numbers)
        else:
            _table_slides(show, about, card)
    _quality(show, about)
    _properties(show, about)
    return finished(show, about.language, about.day)


def _slide(show: Any, about: Published, title: str, spoken: list[str]) -> Any:
    """A slide with a title, the source's foot and what is said to it."""
    slide = show.slides.add_slide(show.slide_layouts[TITLE_ONLY])
    head = slide.shapes.title
    head.left, head.top, head.width, head.height = EDGE, TOP, INNER, Inches(0.95)
    head.text_frame.text = title
    head.text_frame.word_wrap = True
    head.text_frame.vertical_anchor = MSO_ANCHOR.BOTTOM
    _look(head.text_frame.paragraphs[0], 28, theme.INK, bold=True)
    slide.notes_slide.notes_text_frame.text = "\n\n".join(line for line in spoken if line)
    return slide


def _look(paragraph: Any, size: float, colour: str, *, bold: bool = False) -> None:
    paragraph.alignment = 1  # left: the template centres its titles
    paragraph.font.size, paragraph.font.bold = Pt(size), bold
    paragraph.font.color.rgb = rgb(colour)


def _words(slide: Any, text: str, top: Any, size: float, colour: str, **place: Any) -> Any:
    left, width = place.get("left", EDGE), place.get("width", INNER)
    box = slide.shapes.add_textbox(left, top, width, Inches(0.4))
    box.name = place.get("name", text[:40])
    box.text_frame.word_wrap = True
    box.text_frame.text = text
    for paragraph in box.text_frame.paragraphs:
        _look(paragraph, size, colour, bold=place.get("bold", False))
    return box


def _foot(slide: Any, about: Published, source: str) -> None:
    _words(slide, " ".join(filter(None, (source, about.edition))), FOOT, 12, theme.MUTED)


def _cover(show: Any, about: Published) -> None:
    told = content(about)
    years = [f"{year['head']}. {year['text']}" for year in told["years"]]
    slide = _slide(show, about, about.title, [told["headline"], *years])
    head = slide.shapes.title
    head.top, head.height = Inches(1.0), Inches(1.4)
    _look(head.text_frame.paragraphs[0], 44, theme.INK, bold=True)
    _words(slide, about.subtitle, Inches(2.45), 24, theme.MUTED)
    _words(slide, told["finding"], Inches(3.2), 22, theme.NAVY, bold=True)
    width = int(INNER / max(len(told["figures"]), 1))
    for index, figure in enumerate(told["figures"]):
        place = {"left": EDGE + index * width, "width": width - Inches(0.2)}
        value = f"{figure['value']} {figure['mark']}".strip()
        _words(slide, value, Inches(4.2), 40, theme.INK, bold=True, **place)
        _words(slide, figure["thing"], Inches(4.95), 20, theme.INK, **place)
        _words(slide, "\n".join(figure["changes"]), Inches(5.45), 16, theme.MUTED, **place)
    _foot(slide, about, f"{publisher(about.data)}.")


def _spoken(card: Card, about: Published) -> list[str]:
    """What is said to a chart: its paragraph, what must be known with it, and its source."""
    notes = [f"{note.mark}: {note.text}" if note.mark else note.text for note in card.notes]
    why = comments(card, about.language)
    return [card.summary, *why, *notes, source_line(card, about.language)]


def _chart_slide(show: Any, about: Published, card: Card, numbers: ChartNumbers) -> None:
    slide = _slide(show, about, card.title, _spoken(card, about))
    _words(slide, subtitle(card, about.language), Inches(1.35), 18, theme.MUTED)
    data = slide_charts.chart_data(numbers, about.language)
    kind = slide_charts.TYPES[numbers.chart.kind]
    frame = slide.shapes.add_chart(kind, EDGE, Inches(1.85), INNER, Inches(4.55), data)
    _described(frame, card)
    slide_charts.dress(frame.chart, numbers, about.language)
    if below := slide_charts.under_years(numbers):
        name = below.part.label.in_(about.language)
        words = WORDS["under_years"][about.language].format(name)
        _words(slide, words, Inches(6.38), 14, theme.MUTED)
    _foot(slide, about, source_line(card, about.language))


def _described(frame: Any, card: Card) -> None:
    """The text that is read out instead of a picture."""
    properties = frame._element.nvGraphicFramePr.cNvPr
    properties.set("descr", card.summary)
    properties.set("title", card.title)
    frame.name = card.title


def _table_slides(show: Any, about: Published, card: Card) -> None:
    card, left_out = cut(card, ROWS * MOST_SLIDES, about.language)
    heads = row_heads(card, about.language)
    rows = [
        (head, *(f"{cell.text} {cell.sign}".strip() for cell in row.cells))
        for head, row in zip(heads, card.table.rows, strict=True)
    ]
    numeric = (False, *(is_numeric(card, n) for n in range(len(card.table.headings))))
    for start in range(0, len(rows), ROWS):
        slide = _slide(show, about, card.title, _spoken(card, about))
        _words(slide, subtitle(card, about.language), Inches(1.35), 18, theme.MUTED)
        head = (card.table.corner, *card.table.headings)
        grid = Grid(head, rows[start : start + ROWS], numeric)
        _described(add_table(slide, grid, EDGE, Inches(1.95), INNER), card)
        _foot(slide, about, " ".join(filter(None, (left_out, source_line(card, about.language)))))


def _quality(show: Any, about: Published) -> None:
    words = {key: value[about.language] for key, value in WORDS.items()}
    told = declaration(about)
    notes = [summaries.discrepancy_note(row, about.language) for row in about.data.discrepancies]
    spoken = [words["quality_lead"], told["hidden"], *notes]
    slide = _slide(show, about, words["quality"], spoken)
    names = ("year", "asked", "answered", "share", "reference_day", "values", "hidden")
    # The newest years: a slide holds no more, and the PDF has them all.
    rows = [tuple(row) for row in told["coverage"][-ROWS:]]
    grid = Grid(tuple(words[name] for name in names), rows, (False, *(True,) * 6))
    frame = add_table(slide, grid, EDGE, Inches(1.55), INNER)
    frame._element.nvGraphicFramePr.cNvPr.set("descr", told["hidden"])
    frame.name = words["answers"]
    _words(slide, told["hidden"], Inches(6.4), 16, theme.INK)
    _foot(slide, about, f"{publisher(about.data)}.")


def _properties(show: Any, about: Published) -> None:
    noon = datetime.combine(about.day, time(12))
    core = show.core_properties
    core.title, core.subject = about.title, about.edition
    core.author = core.last_modified_by = publisher(about.data)
    core.language = "sv-SE" if about.language == "sv" else "en-GB"
    core.created = core.modified = noon
    core.keywords = core.comments = ""

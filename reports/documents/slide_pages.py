"""A page of the slides: the room its words take (in inches), its tables, the finished file."""

import io
import math
import re
import zipfile
from dataclasses import dataclass
from datetime import date
from typing import Any

from pptx import Presentation
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.util import Inches, Pt

from reports.charts import theme
from reports.documents.slide_charts import rgb

WIDE, HIGH = 13.333, 7.5
EDGE, TOP, HEAD, UNDER = 0.6, 0.4, 0.95, 1.35
INNER = WIDE - 2 * EDGE
BOTTOM = HIGH - 0.2
TITLE_ONLY = 5
TITLE, SUBTITLE, NOTE, FOOT = 28, 17, 13, 12
# A line's height for its size in points, and what PowerPoint leaves around the words of a box.
LEADING, INSET, POINTS = 1.25, 0.1, 72


def new_show() -> Any:
    """A presentation without slides, as wide as a screen."""
    show = Presentation()
    show.slide_width, show.slide_height = Inches(WIDE), Inches(HIGH)
    return show


def new_slide(show: Any, title: str, spoken: list[str]) -> Any:
    """A slide with a title, and what is said to it in its notes."""
    slide = show.slides.add_slide(show.slide_layouts[TITLE_ONLY])
    head = slide.shapes.title
    head.left, head.top, head.width, head.height = map(Inches, (EDGE, TOP, INNER, HEAD))
    head.text_frame.text = title
    head.text_frame.word_wrap = True
    head.text_frame.vertical_anchor = MSO_ANCHOR.BOTTOM
    look(head.text_frame.paragraphs[0], TITLE, theme.INK, bold=True)
    slide.notes_slide.notes_text_frame.text = "\n\n".join(line for line in spoken if line)
    return slide


def look(paragraph: Any, size: float, colour: str, *, bold: bool = False) -> None:
    """Size, colour and weight of a paragraph, to the left: the template centres its titles."""
    paragraph.alignment = 1
    paragraph.font.size, paragraph.font.bold = Pt(size), bold
    paragraph.font.color.rgb = rgb(colour)


def height(text: str, size: float, width: float = INNER) -> float:
    """How high a box of words becomes, reckoned from its letters; 0 without words."""
    if not text:
        return 0
    room = (width - 2 * INSET) * POINTS
    lines = sum(max(1, math.ceil(theme.text_width(line, size) / room)) for line in text.split("\n"))
    return lines * size * LEADING / POINTS + INSET


def words(slide: Any, text: str, top: float, size: float, colour: str, **place: Any) -> float:
    """Words in a box of their own; returns where the room below it begins."""
    left, width = place.get("left", EDGE), place.get("width", INNER)
    high = height(text, size, width)
    box = slide.shapes.add_textbox(*map(Inches, (left, top, width, high)))
    box.name = place.get("name", text[:40])
    box.text_frame.word_wrap = True
    box.text_frame.text = text
    for paragraph in box.text_frame.paragraphs:
        look(paragraph, size, colour, bold=place.get("bold", False))
    return float(top + high)


def foot(slide: Any, text: str, notes: str = "") -> float:
    """The source at the foot with what must be known above it; returns where they begin."""
    top = BOTTOM - height(text, FOOT)
    words(slide, text, top, FOOT, theme.MUTED)
    if notes:
        top -= height(notes, NOTE)
        words(slide, notes, top, NOTE, theme.MUTED)
    return top


def room(top: float, source: str) -> float:
    """How much there is between a place and the source at the foot."""
    return BOTTOM - height(source, FOOT) - top


def describe(frame: Any, words: str, title: str) -> None:
    """The text that is read out instead of a chart or a table."""
    frame.name = title
    properties = frame._element.nvGraphicFramePr.cNvPr
    properties.set("descr", words)
    properties.set("title", title)


# PowerPoint's "No Style, Table Grid" without its grid: hairlines are ours.
PLAIN = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"


@dataclass(frozen=True)
class Grid:
    """The words of a table, its head first."""

    headings: tuple[str, ...]
    rows: list[tuple[str, ...]]
    numeric: tuple[bool, ...]

    @property
    def shares(self) -> list[float]:
        """How much of the width each column wants, by its longest words."""
        columns = zip(self.headings, *self.rows, strict=True)
        longest = [min(30, max(6, *map(len, column))) for column in columns]
        return [each / sum(longest) for each in longest]


def add_table(slide: Any, grid: Grid, left: float, top: float, width: float) -> Any:
    """A table with a marked head and a leading first column."""
    high, size = Inches(0.36), (len(grid.rows) + 1, len(grid.headings))
    frame = slide.shapes.add_table(*size, *map(Inches, (left, top, width)), high * size[0])
    table = frame.table
    table.first_row, table.first_col, table.horz_banding = True, True, False
    table._tbl.tblPr.find(qn("a:tableStyleId")).text = PLAIN
    for column, share in zip(table.columns, grid.shares, strict=True):
        column.width = int(Inches(width) * share)
    for index, words in enumerate((grid.headings, *grid.rows)):
        table.rows[index].height = high
        for column, text in enumerate(words):
            place = PP_ALIGN.RIGHT if grid.numeric[column] else PP_ALIGN.LEFT
            cell = table.cell(index, column)
            _cell(cell, text, place, bold=column == 0 or index == 0, head=index == 0)
    return frame


def _cell(cell: Any, text: str, place: PP_ALIGN, *, bold: bool, head: bool) -> None:
    cell.text_frame.text = text
    cell.vertical_anchor = MSO_ANCHOR.MIDDLE
    cell.margin_top = cell.margin_bottom = Pt(2)
    paragraph = cell.text_frame.paragraphs[0]
    paragraph.alignment = place
    paragraph.font.size, paragraph.font.bold = Pt(14), bold
    paragraph.font.color.rgb = rgb(theme.INK)
    _underline(cell, theme.EDGE if head else theme.LINE)


def _underline(cell: Any, colour: str) -> None:
    """A hairline below; the library has no word for the borders of a cell."""
    properties = cell._tc.get_or_add_tcPr()
    line = properties.makeelement(qn("a:lnB"), {"w": "9525"})
    fill = line.makeelement(qn("a:solidFill"), {})
    fill.append(fill.makeelement(qn("a:srgbClr"), {"val": colour.removeprefix("#")}))
    line.append(fill)
    properties.insert(0, line)


TAGS = {"sv": "sv-SE", "en": "en-GB"}
WRITTEN = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*")


def finished(show: Any, language: str, day: date) -> bytes:
    """The presentation as a file: its language on every word, and no time but the release's."""
    for slide in show.slides:
        for part in (slide._element, slide.notes_slide._element):
            _speak(part, TAGS[language])
    out = io.BytesIO()
    show.save(out)
    return frozen(out.getvalue(), day)


def _speak(part: Any, tag: str) -> None:
    """Name the language of every run, so that a screen reader does not read Swedish in English."""
    for run in part.iter(qn("a:r")):
        run.get_or_add_rPr().set("lang", tag)


def frozen(package: bytes, day: date) -> bytes:
    """The same package with the time of every part set to `day`, workbooks inside included."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as old, zipfile.ZipFile(out, "w") as new:
        for name in sorted(old.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            entry = zipfile.ZipInfo(name, (day.year, day.month, day.day, 12, 0, 0))
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            new.writestr(entry, _part(name, old.read(name), day))
    return out.getvalue()


def _part(name: str, content: bytes, day: date) -> bytes:
    if name.endswith(".xlsx"):
        return frozen(content, day)
    if name == "docProps/core.xml":
        return WRITTEN.sub(rb"\g<1>" + f"{day.isoformat()}T12:00:00Z".encode(), content)
    return content

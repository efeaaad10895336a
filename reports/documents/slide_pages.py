"""A page of the slides: its title, words and foot, each with the room it takes (in inches)."""

import math
from typing import Any

from pptx.enum.text import MSO_ANCHOR
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

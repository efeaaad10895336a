"""A chart as a file of its own: title, measure, notes, source and release travel with it."""

import base64
import re
from functools import cache
from pathlib import Path

from reports.charts.cards import Card
from reports.charts.drawing import theme
from reports.charts.drawing.canvas import Canvas, fitted

EDGE, TITLE, SMALL = 22, 20, 13
VIEW = re.compile(r'<svg xmlns="[^"]+" viewBox="0 0 ([\d.]+) ([\d.]+)"')


def picture(card: Card, foot: list[str], font: str = "") -> str:
    """The whole picture as SVG; `foot` are the lines below, `font` a data URL of the typeface."""
    sheet = Canvas(theme.WIDTH + 2 * EDGE, f"{card.key}-file")
    room = theme.WIDTH
    y = _lines(sheet, fitted(card.title, room, TITLE, 650), EDGE + 14, TITLE, theme.INK, 650)
    y = _lines(sheet, fitted(card.subtitle, room, 15), y, 15, theme.MUTED, 400)
    found = VIEW.match(card.wide)
    if found:
        wide, high = found.groups()
        place = f'<svg x="{EDGE}" y="{y - 8:g}" width="{wide}" height="{high}"'
        # As plain text: Markup would escape what is put in.
        sheet.elements.append(str(card.wide).replace("<svg", place, 1))
        y += float(high) + 16
    lines = [line for each in foot for line in fitted(each, room, SMALL)]
    y = _lines(sheet, lines, y, SMALL, theme.MUTED, 400)
    body = sheet.render(y, f"{card.title}. {card.summary}")
    face = f'@font-face{{font-family:"Source Sans 3";font-weight:200 900;src:url({font})}}'
    style = f"<style>{face}</style>" if font else ""
    ground = f'<rect width="100%" height="100%" fill="{theme.CARD}"/>'
    head, _, rest = body.partition(">")
    sized = head.replace("viewBox", f'width="{sheet.width}" height="{y:g}" viewBox')
    return f"{sized}>{style}{ground}{rest}"


def _lines(
    sheet: Canvas, lines: list[str], y: float, size: float, colour: str, weight: int
) -> float:
    for line in lines:
        sheet.text(EDGE, y, line, size=size, colour=colour, weight=weight)
        y += size * 1.35
    return y + 6


@cache
def font_data(folder: str) -> str:
    """The typeface as a data URL, for a file on disk cannot see the page's; "" without it."""
    path = Path(folder) / "vendor" / "source-sans-3.woff2"
    if not path.exists():
        return ""
    return f"data:font/woff2;base64,{base64.b64encode(path.read_bytes()).decode()}"

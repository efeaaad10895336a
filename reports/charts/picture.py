"""A chart as a file of its own: title, measure, notes, source and release travel with it."""

import base64
from functools import cache
from pathlib import Path

from reports.charts import theme
from reports.charts.card import ChartCard
from reports.charts.figures.elements import opened, words_at

EDGE, TITLE, SUBTITLE, SMALL = 22, 20, 15, 13


def picture(card: ChartCard, foot: list[str], font: str = "") -> str:
    """The whole picture as SVG; `foot` are the lines below, `font` a data URL of the typeface."""
    title = theme.font(TITLE, theme.INK, 650)
    head, y = _lines([card.title], title, EDGE + 14)
    measure, y = _lines([card.subtitle], theme.font(SUBTITLE, theme.MUTED), y)
    chart = ""
    if card.figure:
        high = card.figure.layout.height
        place = f'<svg x="{EDGE}" y="{y - 8:g}" width="{theme.WIDTH}" height="{high:g}"'
        # As plain text: Markup would escape what is put in.
        chart = str(card.wide).replace("<svg", place, 1)
        y += high + 16
    notes, y = _lines(foot, theme.font(SMALL, theme.MUTED), y)
    width = theme.WIDTH + 2 * EDGE
    start = opened(width, y, f"{card.title}. {card.summary}")
    start = start.replace("viewBox", f'width="{width}" height="{y:g}" viewBox', 1)
    face = f'@font-face{{font-family:"Source Sans 3";font-weight:200 900;src:url({font})}}'
    style = f"<style>{face}</style>" if font else ""
    ground = f'<rect width="100%" height="100%" fill="{theme.CARD}"/>'
    return f"{start}{style}{ground}{head}{measure}{chart}{notes}</svg>"


def _lines(every: list[str], font: dict[str, float], y: float) -> tuple[str, float]:
    """Words broken to the width of a chart, and where the next thing begins."""
    size, weight = font["size"], int(font["weight"])
    lines = [line for each in every for line in theme.fitted(each, theme.WIDTH, size, weight)]
    placed = [(y + index * size * 1.35, line) for index, line in enumerate(lines)]
    return words_at(EDGE, placed, font), y + len(lines) * size * 1.35 + 6


@cache
def font_data(folder: str) -> str:
    """The typeface as a data URL, for a file on disk cannot see the page's; "" without it."""
    path = Path(folder) / "vendor" / "source-sans-3.woff2"
    if not path.exists():
        return ""
    return f"data:font/woff2;base64,{base64.b64encode(path.read_bytes()).decode()}"

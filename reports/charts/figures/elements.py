"""Pieces of inline SVG: numbers, colours, lines and words as attributes and elements."""

from collections.abc import Iterable, Mapping
from html import escape
from itertools import groupby
from operator import itemgetter
from typing import Any

from reports.charts import theme

# What an element looks like, as attributes, and the element without them.
Piece = tuple[str, str]
DASHES = {"dot": "3 4", "solid": ""}
LINE_HEIGHT = 1.3


def number(value: float) -> str:
    """A coordinate with at most two decimals and no trailing zeros."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def paint(kind: str, colour: str) -> str:
    """A fill or stroke as an attribute, and as the class that the dark scheme recolours."""
    return f'{kind}="{colour}" class="{kind}-{theme.TOKENS[colour]}"'


def stroke(line: Mapping[str, Any]) -> str:
    """The attributes of a line: colour, width and dashes; nothing for a line without width."""
    if not line.get("width"):
        return ""
    dash = line.get("dash", "solid")
    dashes = DASHES.get(dash, dash.replace("px", "").replace(",", " "))
    look = f'{paint("stroke", line["color"])} stroke-width="{number(line["width"])}"'
    return look + (f' stroke-dasharray="{dashes}"' if dashes else "")


def merged(first: str, second: str) -> str:
    """Two looks on one element, which can carry only one class attribute."""
    if not second:
        return first
    before, _, rest = second.partition('class="')
    classes, _, after = rest.partition('"')
    return f'{first[:-1]} {classes}" {before}{after.strip()}'


def together(pieces: Iterable[Piece]) -> str:
    """Elements in their order; what neighbours share stands once, on a group around them.

    A browser pays for every element and every attribute that a page has.
    """
    drawn = []
    for look, found in groupby(pieces, key=itemgetter(0)):
        same = [element for _, element in found]
        if look and len(same) > 2:
            drawn.append(f"<g {look}>{''.join(same)}</g>")
        else:
            drawn += [each.replace(" ", f" {look} ", 1) if look else each for each in same]
    return "".join(drawn)


def words_at(
    placed: Iterable[tuple[float, float, str]], font: Mapping[str, Any], anchor: str = "start"
) -> list[Piece]:
    """Lines of words: x, the baseline, and what each says."""
    look = f'font-size="{number(font["size"])}" {paint("fill", font["color"])}'
    if anchor != "start":
        look += f' text-anchor="{anchor}"'
    if font.get("weight", 400) != 400:
        look += f' font-weight="{font["weight"]}"'
    return [
        (look, f'<text x="{number(x)}" y="{number(y)}">{escape(line)}</text>')
        for x, y, line in placed
    ]


def opened(width: float, height: float, label: str, name: str = "") -> str:
    """The start of an <svg> element with its size, typeface and what is read out for it."""
    family = escape(theme.FONT, quote=True)
    said = f'role="img" aria-label="{escape(label, quote=True)}"' if label else 'aria-hidden="true"'
    named = f' class="{name}"' if name else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {number(width)} {number(height)}" '
        f'font-family="{family}" {said}{named}>'
    )

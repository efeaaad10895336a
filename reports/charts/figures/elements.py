"""Pieces of inline SVG: numbers, colours, lines and words as attributes and elements."""

from collections.abc import Mapping
from html import escape
from typing import Any

from reports.charts import theme

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


def words_at(
    x: float, baselines: list[tuple[float, str]], font: Mapping[str, Any], anchor: str = "start"
) -> str:
    """Lines of words as one <text>, each on its own baseline."""
    spans = "".join(
        f'<tspan x="{number(x)}" y="{number(y)}">{escape(line)}</tspan>' for y, line in baselines
    )
    weight = f' font-weight="{font["weight"]}"' if font.get("weight", 400) != 400 else ""
    return (
        f'<text font-size="{number(font["size"])}" {paint("fill", font["color"])} '
        f'text-anchor="{anchor}"{weight}>{spans}</text>'
    )


def opened(width: float, height: float, label: str, name: str = "") -> str:
    """The start of an <svg> element with its size, typeface and what is read out for it."""
    family = escape(theme.FONT, quote=True)
    said = f'role="img" aria-label="{escape(label, quote=True)}"' if label else 'aria-hidden="true"'
    named = f' class="{name}"' if name else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {number(width)} {number(height)}" '
        f'font-family="{family}" {said}{named}>'
    )

"""A blank sheet for charts that are not drawn over years: text, boxes and lines as inline SVG."""

from collections.abc import Iterator
from contextlib import contextmanager
from html import escape

from reports.charts.drawing import theme
from reports.charts.drawing.svg import number as pixel
from reports.charts.drawing.svg import paint, stroke


class Canvas:
    """Collects elements in drawing order; colours are those of the theme, as classes too."""

    def __init__(self, width: int, uid: str) -> None:
        self.width, self.uid = width, uid
        self.elements: list[str] = []
        self.hatches: set[str] = set()

    def text(
        self,
        x: float,
        y: float,
        words: str,
        *,
        size: float = theme.VALUE,
        colour: str = theme.INK,
        weight: int = 400,
        anchor: str = "start",
    ) -> None:
        """One line of words, its foot at y."""
        heavy = f' font-weight="{weight}"' if weight != 400 else ""
        self.elements.append(
            f'<text x="{pixel(x)}" y="{pixel(y)}" font-size="{pixel(size)}"'
            f' {paint("fill", colour)} text-anchor="{anchor}"{heavy}>{escape(words)}</text>'
        )

    def box(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        fill: str,
        *,
        edge: str = "",
        dash: str = "",
        radius: float = 0,
        hatched: bool = False,
    ) -> None:
        """A rectangle, filled or hatched, with an edge where one is named."""
        look = f'fill="url(#{self._hatch(fill)})"' if hatched else paint("fill", fill)
        if edge:
            line = stroke({"color": edge, "width": 1.25, "dash": dash or "solid"})
            look = _one_class(look, line)
        corner = f' rx="{pixel(radius)}"' if radius else ""
        self.elements.append(
            f'<rect x="{pixel(x)}" y="{pixel(y)}" width="{pixel(max(width, 0))}"'
            f' height="{pixel(height)}"{corner} {look}/>'
        )

    def line(
        self,
        x0: float,
        y0: float,
        x1: float,
        y1: float,
        colour: str,
        *,
        width: float = 1,
        dash: str = "solid",
    ) -> None:
        """A straight line."""
        path = f"M{pixel(x0)} {pixel(y0)}L{pixel(x1)} {pixel(y1)}"
        look = stroke({"color": colour, "width": width, "dash": dash})
        self.elements.append(f'<path d="{path}" {look}/>')

    @contextmanager
    def row(self, number: int, x: float, y: float, width: float, height: float) -> Iterator[None]:
        """What is drawn inside belongs to a row of the table, and can be pointed at as one."""
        self.elements.append(f'<g data-row="{number}">')
        yield
        at = f'x="{pixel(x)}" y="{pixel(y)}" width="{pixel(width)}" height="{pixel(height)}"'
        self.elements.append(f'<rect {at} rx="6" fill="none" class="row-edge"/></g>')

    def render(self, height: float, label: str) -> str:
        """The whole sheet; `label` is what a screen reader says for it."""
        family = escape(theme.FONT, quote=True)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width} {pixel(height)}" '
            f'font-family="{family}" role="img" aria-label="{escape(label, quote=True)}">'
            f"{''.join(self.elements)}</svg>"
        )

    def _hatch(self, colour: str) -> str:
        name = f"{self.uid}-hatch-{theme.TOKENS[colour]}"
        if name not in self.hatches:
            self.hatches.add(name)
            self.elements.append(
                f'<defs><pattern id="{name}" width="6" height="6" patternUnits="userSpaceOnUse" '
                f'patternTransform="rotate(45)">'
                f'<rect width="6" height="6" {paint("fill", theme.CARD)}/>'
                f'<rect width="2" height="6" {paint("fill", colour)}/></pattern></defs>'
            )
        return name


def _one_class(first: str, second: str) -> str:
    """Fill and stroke on one element, which can carry only one class attribute."""
    before, _, rest = second.partition(' class="')
    classes, _, after = rest.partition('"')
    if 'class="' in first:
        return f'{first[:-1]} {classes}" {before}{after}'
    return f'{first} {before} class="{classes}"{after}'


def fitted(words: str, width: float, size: float, weight: int = 400) -> list[str]:
    """The words broken into lines that fit a width."""
    lines: list[str] = [""]
    # At plain spaces only: a no-break space keeps a number with its unit.
    for word in words.split(" "):
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and theme.text_width(longer, size, weight) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines

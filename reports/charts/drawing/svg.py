"""The first view of a chart as inline SVG, drawn from the same dict that plotly mounts.

Only what our figures use is drawn. No style attributes: the content policy forbids
them. Every colour is written twice, as a plain attribute (for paper and for files) and
as a class such as ``fill-navy``, through which the page's dark scheme recolours it.
"""

from collections import defaultdict
from html import escape
from typing import Any

from reports.charts.drawing import theme
from reports.text.grammar import NB

Figure = dict[str, Any]

DASHES = {"dot": "3 4", "solid": ""}
ANCHORS = {"left": "start", "right": "end", "center": "middle"}
LINE_HEIGHT = 1.3


def draw(figure: Figure, label: str, *, narrow: bool = False, uid: str = "chart") -> str:
    """One chart as an <svg> element; `label` is what a screen reader says for it."""
    layout = figure["narrow" if narrow else "layout"]
    return Drawing(layout, theme.NARROW_WIDTH if narrow else theme.WIDTH, uid).render(
        figure["data"], label
    )


def number(value: float) -> str:
    """A coordinate with at most two decimals and no trailing zeros."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def paint(kind: str, colour: str) -> str:
    """A fill or stroke as an attribute, and as the class that the dark scheme recolours."""
    return f'{kind}="{colour}" class="{kind}-{theme.TOKENS[colour]}"'


def stroke(line: Figure) -> str:
    """The attributes of a line: colour, width and dashes."""
    dash = line.get("dash", "solid")
    dashes = DASHES.get(dash, dash.replace("px", "").replace(",", " "))
    look = f'{paint("stroke", line["color"])} stroke-width="{number(line["width"])}"'
    return look + (f' stroke-dasharray="{dashes}"' if dashes else "")


def each(value: Any, index: int) -> Any:
    """Plotly takes one value for all points or a list with one for each."""
    return value[index] if isinstance(value, list | tuple) else value


class Drawing:
    """Turns years and values into pixels and collects the elements in drawing order."""

    def __init__(self, layout: Figure, width: int, uid: str) -> None:
        self.layout, self.width, self.height, self.uid = layout, width, layout["height"], uid
        self.margin = layout["margin"]
        self.plot_width = width - self.margin["l"] - self.margin["r"]
        self.plot_height = self.height - self.margin["t"] - self.margin["b"]
        self.elements: list[str] = []
        self.hatches: set[str] = set()

    def render(self, traces: list[Figure], label: str) -> str:
        """Every layer in plotly's own order: below, grid, data, axis, above, words."""
        self._shapes("below")
        self._grid()
        self._bars([trace for trace in traces if trace["type"] == "bar"])
        for trace in traces:
            if trace["type"] == "scatter":
                self._scatter(trace)
        self._shapes("above")
        self._axis()
        for annotation in self.layout["annotations"]:
            self._annotation(annotation)
        return self._element(label)

    def _element(self, label: str) -> str:
        family = escape(self.layout["font"]["family"], quote=True)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width} {self.height}" '
            f'font-family="{family}" role="img" aria-label="{escape(label, quote=True)}">'
            f"{''.join(self.elements)}</svg>"
        )

    def x(self, year: float, reference: str = "x") -> float:
        """The pixel of a year, or of a share of the plot's width."""
        if reference == "paper":
            return float(self.margin["l"] + year * self.plot_width)
        first, last = self.layout["xaxis"]["range"]
        return float(self.margin["l"] + (year - first) / (last - first) * self.plot_width)

    def y(self, value: float, reference: str = "y") -> float:
        """The pixel of a value, or of a share of the plot's height."""
        top = 1.0 if reference == "paper" else self.layout["yaxis"]["range"][1]
        return float(self.margin["t"] + self.plot_height * (1 - value / top))

    def _text(
        self, x: float, y: float, words: str, font: Figure, *, anchor: str, side: str
    ) -> None:
        size = font["size"]
        lines = words.split("<br>")
        step = LINE_HEIGHT * size
        rise = (len(lines) - 1) * step
        first = {
            "middle": y - rise / 2 + 0.35 * size,
            "bottom": y - rise - 0.25 * size,
            "top": y + 0.95 * size,
        }[side]
        spans = "".join(
            f'<tspan x="{number(x)}" y="{number(first + index * step)}">{escape(line)}</tspan>'
            for index, line in enumerate(lines)
        )
        weight = f' font-weight="{font["weight"]}"' if font.get("weight", 400) != 400 else ""
        self.elements.append(
            f'<text font-size="{number(size)}" {paint("fill", font["color"])} '
            f'text-anchor="{ANCHORS[anchor]}"{weight}>{spans}</text>'
        )

    def _shapes(self, layer: str) -> None:
        for shape in self.layout["shapes"]:
            if shape["layer"] == layer:
                self._shape(shape)

    def _shape(self, shape: Figure) -> None:
        x0, x1 = self.x(shape["x0"]), self.x(shape["x1"])
        y0, y1 = (self.y(shape[end], shape["yref"]) for end in ("y0", "y1"))
        if shape["type"] == "rect":
            self._rect(x0, y1, x1 - x0, y0 - y1, paint("fill", shape["fillcolor"]))
            return
        path = f"M{number(x0)} {number(y0)}L{number(x1)} {number(y1)}"
        self.elements.append(f'<path d="{path}" {stroke(shape["line"])}/>')

    def _rect(self, x: float, y: float, width: float, height: float, look: str) -> None:
        self.elements.append(
            f'<rect x="{number(x)}" y="{number(y)}" width="{number(width)}" '
            f'height="{number(height)}" {look}/>'
        )

    def _grid(self) -> None:
        axis = self.layout["yaxis"]
        language = "sv" if self.layout["separators"] == f",{NB}" else "en"
        for value in range(0, int(axis["range"][1]) + 1, axis["dtick"]):
            y = self.y(value)
            if value:
                line = {"color": axis["gridcolor"], "width": 1}
                path = f"M{self.margin['l']} {number(y)}h{number(self.plot_width)}"
                self.elements.append(f'<path d="{path}" {stroke(line)}/>')
            words = f"{value:,}".replace(",", NB if language == "sv" else ",")
            self._text(
                self.margin["l"] - 4, y, words, axis["tickfont"], anchor="right", side="middle"
            )

    def _axis(self) -> None:
        axis, foot = self.layout["xaxis"], self.margin["t"] + self.plot_height
        line = {"color": axis["linecolor"], "width": 1}
        path = f"M{self.margin['l']} {number(foot)}h{number(self.plot_width)}"
        self.elements.append(f'<path d="{path}" {stroke(line)}/>')
        for year in range(axis["tick0"], int(axis["range"][1]) + 1, axis["dtick"]):
            tick = f"M{number(self.x(year))} {number(foot)}v{axis['ticklen']}"
            self.elements.append(f'<path d="{tick}" {stroke(line)}/>')
            self._text(
                self.x(year), foot + 7, str(year), axis["tickfont"], anchor="center", side="top"
            )

    def _bars(self, traces: list[Figure]) -> None:
        first, last = self.layout["xaxis"]["range"]
        width = self.plot_width / (last - first) * (1 - self.layout.get("bargap", 0.2))
        feet: defaultdict[int, float] = defaultdict(float)
        for trace in traces:
            for index, (year, value) in enumerate(zip(trace["x"], trace["y"], strict=True)):
                head = feet[year] + value
                y, height = self.y(head), self.y(feet[year]) - self.y(head)
                look = self._bar_paint(trace["marker"], index)
                self._rect(self.x(year) - width / 2, y, width, height, look)
                feet[year] = head

    def _bar_paint(self, marker: Figure, index: int) -> str:
        colour, edge = marker["color"], each(marker["line"]["width"], index)
        line = (
            stroke({"color": each(marker["line"]["color"], index), "width": edge}) if edge else ""
        )
        if each(marker["pattern"]["shape"], index):
            # The hatch is a url, which a class would override: its own lines carry the classes.
            return f'fill="url(#{self._hatch(colour)})" {line}'
        return merged(paint("fill", colour), line)

    def _hatch(self, colour: str) -> str:
        name = f"{self.uid}-hatch-{theme.TOKENS[colour]}"
        if name not in self.hatches:
            self.hatches.add(name)
            self.elements.append(
                f'<defs><pattern id="{name}" width="6" height="6" patternUnits="userSpaceOnUse" '
                f'patternTransform="rotate(45)">'
                f'<rect width="6" height="6" {paint("fill", theme.CARD)}/>'
                f'<rect width="2.6" height="6" {paint("fill", colour)}/></pattern></defs>'
            )
        return name

    def _scatter(self, trace: Figure) -> None:
        if trace["mode"] == "lines":
            self._line(trace)
        elif trace["marker"].get("opacity", 1):
            self._markers(trace)

    def _line(self, trace: Figure) -> None:
        """One path; a None in the data lifts the pen."""
        steps, pen = [], "M"
        for year, value in zip(trace["x"], trace["y"], strict=True):
            if value is None:
                pen = "M"
                continue
            steps.append(f"{pen}{number(self.x(year))} {number(self.y(value))}")
            pen = "L"
        if steps:
            look = f'fill="none" stroke-linejoin="round" {stroke(trace["line"])}'
            self.elements.append(f'<path d="{"".join(steps)}" {look}/>')

    def _markers(self, trace: Figure) -> None:
        marker = trace["marker"]
        for index, (year, value) in enumerate(zip(trace["x"], trace["y"], strict=True)):
            edge = {key: each(marker["line"][key], index) for key in ("color", "width")}
            look = merged(paint("fill", each(marker["color"], index)), stroke(edge))
            at = f'cx="{number(self.x(year))}" cy="{number(self.y(value))}"'
            radius = number(each(marker["size"], index) / 2)
            self.elements.append(f'<circle {at} r="{radius}" {look}/>')

    def _annotation(self, note: Figure) -> None:
        x = self.x(note["x"], note["xref"]) + note.get("xshift", 0)
        y = self.y(note["y"], note["yref"]) - note.get("yshift", 0)
        if ground := note.get("bgcolor"):
            high = note["font"]["size"] + 6
            wide = max(18.0, theme.text_width(note["text"], note["font"]["size"]) + 4)
            y -= 0 if note["yanchor"] == "middle" else high / 2
            self._rect(x - wide / 2, y - high / 2, wide, high, paint("fill", ground))
            note = note | {"yanchor": "middle"}
        place = {"anchor": note["xanchor"], "side": note["yanchor"]}
        self._text(x, y, note["text"], note["font"], **place)


def merged(first: str, second: str) -> str:
    """Two looks on one element; an element can carry only one class attribute."""
    if not second:
        return first
    before, _, rest = second.partition('class="')
    classes, _, after = rest.partition('"')
    return f'{first[:-1]} {classes}" {before}{after.strip()}'

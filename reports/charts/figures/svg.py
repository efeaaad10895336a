"""The first view of a chart as inline SVG, drawn from the data and layout of its plotly figure.

Only what our figures use is drawn. No style attributes: the content policy forbids
them. Every colour is written twice, as a plain attribute (for paper and for files) and
as a class such as ``fill-navy``, through which the page's dark scheme recolours it.

A shape or an annotation named "row-3" belongs to the third row of the chart's table (from 0), and
all of a row's stand in one group that the page can mark.
"""

import re
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from reports.charts import theme
from reports.charts.figures import resolved
from reports.charts.figures.elements import (
    LINE_HEIGHT,
    Piece,
    merged,
    number,
    opened,
    paint,
    stroke,
    together,
    words_at,
)
from reports.charts.theme import Figure
from reports.text.grammar import NB

Plain = dict[str, Any]

ANCHORS = {"left": "start", "right": "end", "center": "middle"}
ROW = "row-"
# A point in a path: its two numbers, as plotly takes them.
PATH_POINT = re.compile(r"(-?[\d.]+),(-?[\d.]+)")


def draw(
    figure: Figure, label: str, *, width: int = theme.WIDTH, uid: str = "chart", name: str = ""
) -> str:
    """A figure as an <svg> element as wide as it was made for; `label` is what is read out for it.

    Without a label a screen reader passes over it. `uid` keeps the names inside apart on a page.
    """
    return Drawing(resolved(figure), width, uid).render(label, name)


class Drawing:
    """Turns values into pixels and collects the elements in drawing order."""

    def __init__(self, figure: Plain, width: int, uid: str) -> None:
        self.traces, self.layout = figure["data"], figure["layout"]
        self.width, self.height, self.uid = width, self.layout["height"], uid
        margin = self.layout["margin"]
        self.left, self.top = margin["l"], margin["t"]
        self.plot_width = width - self.left - margin["r"]
        self.plot_height = self.height - self.top - margin["b"]
        self.elements: list[Piece] = []
        self.hatches: set[str] = set()

    def render(self, label: str, name: str) -> str:
        """Every layer in plotly's own order: below, grid, data, above, axis, words; then rows."""
        self._shapes(lambda shape: shape["layer"] == "below")
        self._grid()
        self._bars()
        for trace in (each for each in self.traces if each["type"] == "scatter"):
            if trace["mode"] == "lines":
                self._line(trace)
            elif trace["marker"].get("opacity", 1):
                self._markers(trace)
        self._shapes(lambda shape: shape["layer"] == "above")
        self._axis()
        for annotation in self.layout["annotations"]:
            if not _row_of(annotation):
                self._annotation(annotation)
        self._rows()
        start = opened(self.width, self.height, label, name)
        return f"{start}{together(self.elements)}</svg>"

    def _add(self, look: str, element: str) -> None:
        self.elements.append((look, element))

    def x(self, value: Any, reference: str = "x") -> float:
        """The pixel of a value, or of a share of the plot's width."""
        share = value if reference == "paper" else _share(self.layout["xaxis"], value)
        return float(self.left + share * self.plot_width)

    def y(self, value: Any, reference: str = "y") -> float:
        """The pixel of a value or a row, or of a share of the plot's height."""
        share = value if reference == "paper" else _share(self.layout["yaxis"], value)
        return float(self.top + self.plot_height * (1 - share))

    def _rows(self) -> None:
        """What belongs to a row of the table, in a group that has its number."""
        groups: defaultdict[str, tuple[list[Plain], list[Plain]]] = defaultdict(lambda: ([], []))
        for place, kind in enumerate(("shapes", "annotations")):
            for part in self.layout[kind]:
                if row := _row_of(part):
                    groups[row][place].append(part)
        for row, (shapes, words) in groups.items():
            self._add("", f'<g data-row="{row}">')
            for shape in (shape for shape in shapes if shape.get("opacity") != 0):
                self._shape(shape)
            for annotation in words:
                self._annotation(annotation)
            for shape in (shape for shape in shapes if shape.get("opacity") == 0):
                self._rect(*self._box(shape), 'rx="6" fill="none" class="row-edge"')
            self._add("", "</g>")

    def _text(self, x: float, y: float, words: str, font: Plain, *, anchor: str, side: str) -> None:
        size, lines = font["size"], words.split("<br>")
        step = LINE_HEIGHT * size
        rise = (len(lines) - 1) * step
        first = {
            "middle": y - rise / 2 + 0.35 * size,
            "bottom": y - rise - 0.25 * size,
            "top": y + 0.95 * size,
        }[side]
        placed = [(x, first + index * step, line) for index, line in enumerate(lines)]
        self.elements += words_at(placed, font, ANCHORS[anchor])

    def _shapes(self, wanted: Callable[[Plain], bool]) -> None:
        for shape in self.layout["shapes"]:
            if wanted(shape) and not _row_of(shape):
                self._shape(shape)

    def _shape(self, shape: Plain) -> None:
        if shape["type"] == "rect":
            self._rect(*self._box(shape), paint("fill", shape["fillcolor"]))
        elif shape["type"] == "path":
            look = merged(paint("fill", shape["fillcolor"]), stroke(shape["line"]))
            path = PATH_POINT.sub(
                lambda at: f"{number(self.x(float(at[1])))} {number(self.y(float(at[2])))}",
                shape["path"],
            )
            self._add(look, f'<path d="{path}"/>')
        else:
            x, y, width, height = self._box(shape)
            path = f"M{number(x)} {number(y + height)}L{number(x + width)} {number(y)}"
            self._add(stroke(shape["line"]), f'<path d="{path}"/>')

    def _box(self, shape: Plain) -> tuple[float, float, float, float]:
        x0, x1 = self.x(shape["x0"]), self.x(shape["x1"])
        y0, y1 = (self.y(shape[end], shape.get("yref", "y")) for end in ("y0", "y1"))
        return x0, y1, x1 - x0, y0 - y1

    def _rect(self, x: float, y: float, width: float, height: float, look: str) -> None:
        at = f'x="{number(x)}" y="{number(y)}"'
        self._add(look, f'<rect {at} width="{number(width)}" height="{number(height)}"/>')

    def _line_to(self, path: str, colour: str) -> None:
        self._add(stroke({"color": colour, "width": 1}), f'<path d="{path}"/>')

    def _grid(self) -> None:
        axis, lines = self.layout["yaxis"], ""
        if not axis.get("visible", True) or not axis["showgrid"]:
            return
        parted = NB if self.layout["separators"].endswith(NB) else ","
        for value in range(0, int(axis["range"][1]) + 1, axis["dtick"]):
            y = self.y(value)
            if value:
                lines += f"M{self.left} {number(y)}h{number(self.plot_width)}"
            words = f"{value:,}".replace(",", parted)
            self._text(self.left - 4, y, words, axis["tickfont"], anchor="right", side="middle")
        self._line_to(lines, axis["gridcolor"])

    def _axis(self) -> None:
        axis, foot = self.layout["xaxis"], self.top + self.plot_height
        if not axis.get("visible", True):
            return
        lines = f"M{self.left} {number(foot)}h{number(self.plot_width)}"
        if axis.get("showticklabels", True):
            for year in range(axis["tick0"], int(axis["range"][1]) + 1, axis["dtick"]):
                x = self.x(year)
                lines += f"M{number(x)} {number(foot)}v{axis['ticklen']}"
                self._text(x, foot + 7, str(year), axis["tickfont"], anchor="center", side="top")
        self._line_to(lines, axis["linecolor"])

    def _bars(self) -> None:
        feet: defaultdict[Any, float] = defaultdict(float)
        for trace in (trace for trace in self.traces if trace["type"] == "bar"):
            lying = trace.get("orientation") == "h"
            for index, (x, y) in enumerate(zip(trace["x"], trace["y"], strict=True)):
                look = self._bar_paint(trace["marker"], index)
                if lying:
                    self._lying_bar(trace["base"][index], x, y, look)
                else:
                    self._standing_bar(feet[x], y, x, look)
                    feet[x] += y

    def _standing_bar(self, foot: float, value: float, year: int, look: str) -> None:
        first, last = self.layout["xaxis"]["range"]
        width = self.plot_width / (last - first) * (1 - self.layout["bargap"])
        top = self.y(foot + value)
        self._rect(self.x(year) - width / 2, top, width, self.y(foot) - top, look)

    def _lying_bar(self, start: float, length: float, row: str, look: str) -> None:
        foot, head = self.layout["yaxis"]["range"]
        high = self.plot_height / (foot - head) * (1 - self.layout["bargap"])
        left, right = sorted((self.x(start), self.x(start + length)))
        self._rect(left, self.y(row) - high / 2, right - left, high, look)

    def _bar_paint(self, marker: Plain, index: int) -> str:
        edge = {key: _each(marker["line"][key], index) for key in ("color", "width")}
        if _each(marker["pattern"]["shape"], index):
            # The hatch is a url, which a class would override: its own lines carry the classes.
            hatch = self._hatch(_each(marker["pattern"]["fgcolor"], index))
            return f'fill="url(#{hatch})" {stroke(edge)}'
        return merged(paint("fill", _each(marker["color"], index)), stroke(edge))

    def _hatch(self, colour: str) -> str:
        name = f"{self.uid}-hatch-{theme.TOKENS[colour]}"
        if name not in self.hatches:
            self.hatches.add(name)
            self._add(
                "",
                f'<defs><pattern id="{name}" width="6" height="6" patternUnits="userSpaceOnUse" '
                f'patternTransform="rotate(45)">'
                f'<rect width="6" height="6" {paint("fill", theme.CARD)}/>'
                f'<rect width="2.6" height="6" {paint("fill", colour)}/></pattern></defs>',
            )
        return name

    def _line(self, trace: Plain) -> None:
        """One path; a None in the data lifts the pen."""
        steps, pen = [], "M"
        for x, y in zip(trace["x"], trace["y"], strict=True):
            if y is None:
                pen = "M"
                continue
            steps.append(f"{pen}{number(self.x(x))} {number(self.y(y))}")
            pen = "L"
        if steps:
            look = f'fill="none" stroke-linejoin="round" {stroke(trace["line"])}'
            self._add(look, f'<path d="{"".join(steps)}"/>')

    def _markers(self, trace: Plain) -> None:
        marker = trace["marker"]
        for index, (x, y) in enumerate(zip(trace["x"], trace["y"], strict=True)):
            edge = {key: _each(marker["line"][key], index) for key in ("color", "width")}
            look = merged(paint("fill", _each(marker["color"], index)), stroke(edge))
            at = f'cx="{number(self.x(x))}" cy="{number(self.y(y))}"'
            radius = number(_each(marker["size"], index) / 2)
            self._add(look, f'<circle {at} r="{radius}"/>')

    def _annotation(self, note: Plain) -> None:
        x = self.x(note["x"], note.get("xref", "x")) + note.get("xshift", 0)
        y = self.y(note["y"], note.get("yref", "y")) - note.get("yshift", 0)
        side, font = note["yanchor"], note["font"]
        if ground := note.get("bgcolor"):
            high = font["size"] + 6
            wide = max(18.0, theme.text_width(note["text"], font["size"]) + 4)
            y -= 0 if side == "middle" else high / 2
            self._rect(x - wide / 2, y - high / 2, wide, high, paint("fill", ground))
            side = "middle"
        self._text(x, y, note["text"], font, anchor=note["xanchor"], side=side)


def _each(value: Any, index: int) -> Any:
    """Plotly takes one value for all points or a list with one for each."""
    return value[index] if isinstance(value, list | tuple) else value


def _row_of(part: Plain) -> str:
    """The row of the table that a shape or an annotation belongs to; "" for none."""
    name = part.get("name", "")
    return name.removeprefix(ROW) if name.startswith(ROW) else ""


def _share(axis: Plain, value: Any) -> float:
    """Where on an axis a value or a named row is, from 0 to 1."""
    first, last = axis["range"]
    at = axis["categoryarray"].index(value) if isinstance(value, str) else value
    return float((at - first) / (last - first))

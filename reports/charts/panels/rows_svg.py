"""The first view of a chart of rows as inline SVG, from the same dict that plotly mounts."""

from typing import Any

from reports.charts.drawing import theme
from reports.charts.drawing.svg import Drawing, each, merged, paint, stroke

Figure = dict[str, Any]


class RowDrawing(Drawing):
    """Bars that lie down: values run to the right, rows downwards from 0."""

    def y(self, value: float, reference: str = "y") -> float:
        """The pixel of a row's middle, or of a share of the plot's height."""
        if reference == "paper":
            return float(self.margin["t"] + self.plot_height * (1 - value))
        foot, head = self.layout["yaxis"]["range"]
        return float(self.margin["t"] + (value - head) / (foot - head) * self.plot_height)

    def _grid(self) -> None:
        """There is none: each bar carries its number."""

    def _axis(self) -> None:
        """There is none: each row carries its name."""

    def _bars(self, traces: list[Figure]) -> None:
        keys = self.layout["yaxis"]["categoryarray"]
        high = (self.y(1) - self.y(0)) * (1 - self.layout["bargap"])
        for trace in traces:
            for index, (key, length) in enumerate(zip(trace["y"], trace["x"], strict=True)):
                start = trace["base"][index]
                left, right = sorted((self.x(start), self.x(start + length)))
                top = self.y(keys.index(key)) - high / 2
                look = self._bar_paint(trace["marker"], index)
                self._rect(left, top, right - left, high, look)

    def _bar_paint(self, marker: Figure, index: int) -> str:
        edge = {key: each(marker["line"][key], index) for key in ("color", "width")}
        if each(marker["pattern"]["shape"], index):
            return f'fill="url(#{self._hatch(edge["color"])})" {stroke(edge)}'
        return merged(paint("fill", each(marker["color"], index)), stroke(edge))


def draw(figure: Figure, label: str, *, narrow: bool = False, uid: str = "chart") -> str:
    """One chart of rows as an <svg> element; `label` is what a screen reader says for it."""
    layout = figure["narrow" if narrow else "layout"]
    width = theme.NARROW_WIDTH if narrow else theme.WIDTH
    return RowDrawing(layout, width, uid).render(figure["data"], label)

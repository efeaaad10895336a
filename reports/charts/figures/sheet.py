"""A chart that is mostly words, laid out in pixels: a grid, or a map of tiles.

What belongs to a row of the chart's table is named "row-3", so that a page can mark it, and has an
unseen point in its middle that plotly's hover box answers to.
"""

from reports.charts import theme
from reports.charts.card import ChartTable
from reports.charts.figures.annotations import text
from reports.charts.figures.axes import Plain
from reports.data.chart_model import Language


class Sheet:
    """Collects boxes, lines and words on a sheet of one width, from above."""

    def __init__(self, language: Language, size: theme.Size) -> None:
        self.language, self.width = language, size.width
        self.shapes: list[Plain] = []
        self.annotations: list[Plain] = []
        self.points: list[tuple[float, float, str]] = []

    def words(
        self, x: float, baseline: float, words: str, *, size: float = theme.VALUE,
        colour: str = theme.INK, weight: int = 400, side: str = "left", row: int | None = None,
    ) -> None:  # fmt: skip
        """One line of words that begins, ends or is centred at x."""
        font = theme.font(size, colour, weight)
        middle = round(baseline - 0.35 * size, 2)
        self.annotations.append(text(x, middle, words, font, xanchor=side, **_named(row)))

    def box(
        self, room: tuple[float, float, float, float], fill: str, edge: str, dash: str = "solid",
        *, radius: float, row: int,
    ) -> None:  # fmt: skip
        """A filled rectangle with round corners, in its room: x, y, width and height."""
        x, y, width, height = room
        path = _rounded(x, y, x + width, y + height, radius)
        self.path(path, fill, edge, dash, row=row)

    def path(
        self, path: str, fill: str, edge: str, dash: str = "solid", *, row: int | None = None
    ) -> None:
        """Any filled form, as an SVG path of "x,y" in pixels."""
        line = {"color": edge, "width": 1.25, "dash": dash}
        shape = {"type": "path", "path": path, "fillcolor": fill, "line": line}
        self.shapes.append(shape | _named(row))

    def across(self, y: float) -> None:
        """A faint line from side to side."""
        ends = {"x0": 0, "x1": self.width, "y0": y, "y1": y}
        self.shapes.append({"type": "line", "line": {"color": theme.LINE, "width": 1}} | ends)

    def row(self, row: int, room: tuple[float, float, float, float], table: ChartTable) -> None:
        """The room of a row of the table, which can be pointed at and says what the table has."""
        x, y, width, height = room
        ends = {"x0": x, "x1": x + width, "y0": y + height, "y1": y, **_named(row)}
        self.shapes.append({"type": "rect", "opacity": 0, "line": {"width": 0}} | ends)
        says = [table.rows[row].heading]
        for heading, cell in zip(table.headings, table.rows[row].cells, strict=True):
            says.append(f"{heading}: {cell.meaning if cell.text in '–x' else cell.text}")
        self.points.append((x + width / 2, y + height / 2, "<br>".join(says)))

    def figure(self, height: float) -> theme.Figure:
        """The sheet as a figure of this height."""
        layout = {
            "height": height,
            "margin": {"l": 0, "r": 0, "t": 0, "b": 0},
            "hovermode": "closest",
            "hoverdistance": 100,
            "xaxis": {**theme.HIDDEN_AXIS, "range": [0, self.width]},
            "yaxis": {**theme.HIDDEN_AXIS, "range": [height, 0]},
            "shapes": self.shapes,
            "annotations": self.annotations,
        }
        x, y, says = ([point[part] for point in self.points] for part in range(3))
        unseen = {"type": "scatter", "mode": "markers", "marker": {"opacity": 0},
                  "hovertemplate": "%{customdata}<extra></extra>"}  # fmt: skip
        return theme.figure([{**unseen, "x": x, "y": y, "customdata": says}], layout, self.language)


def _named(row: int | None) -> Plain:
    return {} if row is None else {"name": f"row-{row}"}


def _rounded(x0: float, y0: float, x1: float, y1: float, radius: float) -> str:
    """A rectangle with round corners as a path in the axes' own numbers."""
    r = radius
    corners = (
        ((x1 - r, y0), (x1, y0), (x1, y0 + r)),
        ((x1, y1 - r), (x1, y1), (x1 - r, y1)),
        ((x0 + r, y1), (x0, y1), (x0, y1 - r)),
        ((x0, y0 + r), (x0, y0), (x0 + r, y0)),
    )
    sides = "".join(
        f"L{a[0]:.2f},{a[1]:.2f}Q{b[0]:.2f},{b[1]:.2f} {c[0]:.2f},{c[1]:.2f}" for a, b, c in corners
    )
    return f"M{x0 + r:.2f},{y0:.2f}{sides}Z"

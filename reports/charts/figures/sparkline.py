"""The small line of a headline figure: no numbers on its axis, only its course and its two ends."""

from typing import TYPE_CHECKING

from reports.charts import theme
from reports.charts.figures.annotations import text
from reports.charts.figures.axes import Plain
from reports.data.chart_model import Language, Point
from reports.text.grammar import written

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

WIDTH, HEIGHT = 280, 80
EDGE, TOP, BOTTOM = 8, 11.6, 24


def sparkline(points: tuple[Point, ...], colour: str, language: Language = "sv") -> "Figure | None":
    """The stated values as one line from zero; hidden and missing years leave a gap.

    None where there is no value to show.
    """
    shown = [point for point in points if point.value is not None]
    if not shown:
        return None
    ends = [_end(shown[0], 0, "left", language)]
    if len(shown) > 1:
        ends.append(_end(shown[-1], 1, "right", language))
    first, last = shown[0].year, shown[-1].year
    edge = EDGE / (WIDTH - 2 * EDGE) * (last - first or 1)
    layout = {
        "height": HEIGHT,
        "margin": {"l": 0, "r": 0, "t": TOP, "b": BOTTOM},
        "hovermode": False,
        "xaxis": {
            "range": [(first if last > first else last - 1) - edge, last + edge],
            "showticklabels": False,
            "ticks": "",
            "linecolor": theme.EDGE,
        },
        "yaxis": {"range": [0, max(point.value or 0 for point in shown) or 1], "visible": False},
        "annotations": ends,
    }
    return theme.figure([_line(shown, colour), _marker(shown[-1], colour)], layout, language)


def _end(point: Point, x: int, side: str, language: Language) -> Plain:
    words = f"{point.year}: {written(point.value or 0, language)}"
    place = {"xref": "paper", "yref": "paper", "xanchor": side, "yanchor": "bottom", "yshift": -24}
    return text(x, 0, words, theme.font(theme.VALUE, theme.MUTED), **place)


def _line(shown: list[Point], colour: str) -> Plain:
    values = {point.year: point.value for point in shown}
    years = list(range(shown[0].year, shown[-1].year + 1))
    line = {"color": colour, "width": 2.75}
    return {"type": "scatter", "mode": "lines", "line": line, "connectgaps": False,
            "x": years, "y": [values.get(year) for year in years]}  # fmt: skip


def _marker(last: Point, colour: str) -> Plain:
    hollow = "p" in last.letters
    edge = {"color": colour, "width": 2.5} if hollow else {"color": theme.CARD, "width": 2}
    marker = {"size": 11, "color": theme.CARD if hollow else colour, "line": edge}
    return {"type": "scatter", "mode": "markers", "marker": marker,
            "x": [last.year], "y": [last.value]}  # fmt: skip

"""Charts of one bar a row: names to the left, numbers at the bars' ends."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, Literal

from reports.charts import theme
from reports.charts.figures.annotations import text
from reports.charts.figures.axes import Plain
from reports.data.chart_model import Language
from reports.text.grammar import NB

Look = Literal["full", "outlined", "hatched"]
GAP, BESIDE, BELOW, HOVER = 8, 10, 3, 240


@dataclass(frozen=True)
class Bar:
    """A bar from one value to another."""

    start: float
    end: float
    colour: str
    look: Look = "full"


@dataclass(frozen=True)
class BarRow:
    """One row: its name, its bars, the number at their end and what the hover box says.

    `key` is the row's name in the hover box and to a screen reader, so no two are alike; a row
    without bars is a heading. `under` stands below the name, `below` below the bars.
    """

    key: str
    name: str
    bars: tuple[Bar, ...] = ()
    number: str = ""
    says: str = ""
    colour: str = theme.INK
    under: str = ""
    below: str = ""
    strong: bool = False
    brief: str = ""

    @property
    def ends(self) -> tuple[float, float]:
        """The lowest and the highest value that its bars reach."""
        reached = [value for bar in self.bars for value in (bar.start, bar.end)]
        return min(reached, default=0), max(reached, default=0)

    @property
    def is_leftwards(self) -> bool:
        """Whether the bars point to the left of zero, and the number stands there."""
        return self.ends[0] < 0

    def number_at(self, *, narrow: bool) -> str:
        """The number beside the bars, in its brief form where the page is narrow."""
        return (self.brief or self.number) if narrow else self.number


@dataclass(frozen=True)
class Style:
    """The measures of one such chart, wide and narrow: room for names, and a row's height."""

    left: tuple[int, int]
    pitch: int
    bar: int


def figure(
    rows: Sequence[BarRow],
    style: Style,
    language: Language,
    size: theme.Size,
    *,
    shapes: Sequence[Plain] = (),
) -> theme.Figure:
    """The rows from above; the first trace holds what the hover box says of each."""
    deepest = list(zip_longest(*(row.bars for row in rows)))
    layers = [_layer(rows, bars) for bars in deepest]
    layers[0] |= {
        "hoverinfo": "all",
        "customdata": ["<br>".join(_wrapped(row.says)) for row in rows if row.bars],
        "hovertemplate": "%{customdata}<extra></extra>",
    }
    layout = _layout(rows, style, size) | {"shapes": list(shapes)}
    return theme.figure(layers, layout, language)


def _layer(lines: Sequence[BarRow], bars: Sequence[Bar | None]) -> Plain:
    drawn = [(line, bar) for line, bar in zip(lines, bars, strict=True) if bar]
    return {
        "type": "bar",
        "orientation": "h",
        "name": "",
        "y": [line.key for line, _ in drawn],
        "x": [bar.end - bar.start for _, bar in drawn],
        "base": [bar.start for _, bar in drawn],
        "hoverinfo": "skip",
        "marker": _marker([bar for _, bar in drawn]),
    }


def _marker(bars: Sequence[Bar]) -> Plain:
    colours = [bar.colour for bar in bars]
    return {
        "color": [theme.CARD if bar.look == "outlined" else bar.colour for bar in bars],
        "line": {"color": colours, "width": [1.25] * len(bars)},
        "pattern": {
            "shape": ["/" if bar.look == "hatched" else "" for bar in bars],
            "size": 6,
            "fgcolor": colours,
        },
    }


def _wrapped(words: str, width: float = HOVER, size: float = theme.VALUE) -> list[str]:
    return theme.fitted(words.replace(" %", f"{NB}%"), width, size)


def _layout(lines: Sequence[BarRow], style: Style, size: theme.Size) -> Plain:
    narrow = size.is_narrow
    left = style.left[narrow]
    leftwards = max((_wide(line, narrow) for line in lines if line.is_leftwards), default=0)
    rightwards = max((_wide(line, narrow) for line in lines if not line.is_leftwards), default=0)
    room = size.width - left - GAP
    below = {line.key: _wrapped(line.below, room, theme.TICK) for line in lines if line.below}
    tallest = max((len(words) for words in below.values()), default=0)
    pitch = style.pitch + (theme.TICK + 4) * tallest
    keys, lift = [line.key for line in lines], (1 - style.pitch / pitch) / 2
    layout: Plain = {
        "height": pitch * len(lines),
        "margin": {"t": 0, "b": 0, "l": left + leftwards, "r": rightwards + 2},
        "barmode": "overlay",
        "bargap": round(1 - style.bar / pitch, 4),
        "hovermode": "y unified",
        "hoverdistance": pitch,
        "xaxis": {**theme.HIDDEN_AXIS, "range": _range(lines)},
        # Lifted within their rows where words stand below the bars.
        "yaxis": {
            **theme.ROWS_AXIS,
            "categoryarray": keys,
            "range": [len(keys) - 0.5 + lift, -0.5 + lift],
        },
        "annotations": [],
    }
    for row, line in enumerate(lines):
        layout["annotations"] += _words(line, row, layout["margin"]["l"], narrow=narrow)
        layout["annotations"] += _foot(below.get(line.key), row, style)
    return layout


def _wide(line: BarRow, narrow: bool) -> int:
    words = line.number_at(narrow=narrow)
    return round(theme.text_width(words, theme.LABEL, 600)) + BESIDE if words else 0


def _range(lines: Sequence[BarRow]) -> list[float]:
    low = min((line.ends[0] for line in lines), default=0)
    high = max((line.ends[1] for line in lines), default=0)
    return [min(low, 0), high if high > min(low, 0) else min(low, 0) + 1]


def _words(line: BarRow, row: int, left: int, *, narrow: bool) -> list[Plain]:
    lead: dict[str, Any] = {"xref": "paper", "xanchor": "left", "align": "left", "xshift": -left}
    size, weight = (theme.LABEL, 650) if line.strong else (theme.VALUE, 400)
    up = 8 if line.under else 0
    name = text(0, row, line.name, theme.font(size, theme.INK, weight), **lead, yshift=up)
    found = [name] if line.name else []
    if line.under:
        font = theme.font(theme.TICK, theme.MUTED)
        found.append(text(0, row, line.under, font, **lead, yshift=-up))
    if words := line.number_at(narrow=narrow):
        font = theme.font(theme.VALUE, line.colour, 600 if line.colour != theme.MUTED else 400)
        side, at, shift = ("right", 0, -GAP) if line.is_leftwards else ("left", 1, GAP)
        found.append(text(line.ends[at], row, words, font, xanchor=side, xshift=shift))
    return found


def _foot(words: list[str] | None, row: int, style: Style) -> list[Plain]:
    """Small words under a row's bar."""
    if not words:
        return []
    place = {"xref": "paper", "xanchor": "left", "align": "left", "yanchor": "top"}
    font = theme.font(theme.TICK, theme.MUTED)
    return [text(0, row, "<br>".join(words), font, yshift=-style.bar / 2 - BELOW, **place)]


def upright(value: float, first: float, last: float, colour: str, dash: str = "solid") -> Plain:
    """A line down across rows `first` to `last` at one value."""
    return {
        "type": "line",
        "xref": "x",
        "yref": "y",
        "x0": value,
        "x1": value,
        "y0": first,
        "y1": last,
        "line": {"color": colour, "width": 1, "dash": dash},
        "layer": "below",
    }

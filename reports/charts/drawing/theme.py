"""The look of every chart: colours, type, margins. Colours stand nowhere else in the reports."""

from typing import Any

from reports.text.grammar import NB

INK, MUTED, CARD = "#1F2933", "#52606D", "#FFFFFF"
LINE, EDGE, AXIS = "#E4E7EB", "#7B8794", "#9AA5B1"
NAVY, ORANGE, TEAL, PURPLE, WARM = "#12436D", "#C2500A", "#0F7F76", "#7A3E9D", "#FDF6EC"
TINT, TINT_LINE, TEAL_TINT, TEAL_LINE = "#EAF1F7", "#C9DBEA", "#E6F3F1", "#B5DAD6"

# The page's own token for each colour: what makes the charts follow the dark scheme.
TOKENS = {
    INK: "ink",
    MUTED: "muted",
    CARD: "card",
    LINE: "line",
    EDGE: "edge",
    AXIS: "edge",
    NAVY: "navy",
    ORANGE: "orange",
    TEAL: "teal",
    PURPLE: "purple",
    WARM: "warm",
    TINT: "tint",
    TINT_LINE: "tint-line",
    TEAL_TINT: "teal-tint",
    TEAL_LINE: "teal-line",
}
SERIES = {
    "navy": NAVY,
    "orange": ORANGE,
    "teal": TEAL,
    "purple": PURPLE,
    "muted": MUTED,
    "ink": INK,
}

# The quotes matter: a bare 3 is no name in CSS, and the whole list would be dropped.
FONT = "'Source Sans 3', system-ui, -apple-system, 'Segoe UI', Roboto, Arial, sans-serif"

# The widths the charts are drawn for; the page scales between them.
WIDTH, NARROW_WIDTH = 562, 358
HEIGHT, NARROW_HEIGHT = 340, 300
TOP, NARROW_TOP, BOTTOM = 50, 28, 28
EXAMPLE_LINE = 18
STRIP = 40

TICK, EVENT, VALUE, LABEL, NARROW_LABEL, MARK = 13, 13, 14, 14.5, 14, 12


def font(size: float, colour: str, weight: int = 400) -> dict[str, Any]:
    """A plotly font; weight rather than <b>, which strict content policies drop."""
    return {"size": size, "color": colour, "weight": weight}


def text_width(text: str, size: float = LABEL, weight: int = 600) -> float:
    """About how many pixels the longest line of a label takes in Source Sans 3."""
    longest = max(len(line) for line in text.split("<br>"))
    return longest * size * (0.51 if weight >= 600 else 0.47)


def layout(*, narrow: bool, language: str) -> dict[str, Any]:
    """The template: everything that is the same in every chart."""
    return {
        "template": None,
        "autosize": True,
        "height": NARROW_HEIGHT if narrow else HEIGHT,
        "margin": {"t": NARROW_TOP if narrow else TOP, "b": BOTTOM, "pad": 0},
        "paper_bgcolor": CARD,
        "plot_bgcolor": CARD,
        "font": {"family": FONT, "size": VALUE, "color": INK},
        "separators": f",{NB}" if language == "sv" else ".,",
        "showlegend": False,
        # Anything else than False would stop a finger from scrolling the page.
        "dragmode": False,
        "hovermode": "x unified",
        "hoversort": "value descending",
        "hoverdistance": 60,
        "hoverlabel": {
            "bgcolor": CARD,
            "bordercolor": AXIS,
            "font": {"family": FONT, "size": VALUE, "color": INK},
            "namelength": -1,
        },
        "shapes": [],
        "annotations": [],
    }


def x_axis(first: int, last: int, pad: tuple[float, float], step: int) -> dict[str, Any]:
    """A linear axis of years, so that a year without data is an empty place."""
    return {
        "type": "linear",
        "range": [first - pad[0], last + pad[1]],
        "tickmode": "linear",
        "tick0": first,
        "dtick": step,
        "tickformat": "d",
        "hoverformat": "d",
        "unifiedhovertitle": {"text": "%{x}"},
        "showgrid": False,
        "zeroline": False,
        "showline": True,
        "linecolor": AXIS,
        "linewidth": 1,
        "ticks": "outside",
        "ticklen": 4,
        "tickcolor": AXIS,
        "tickfont": font(TICK, MUTED),
        "fixedrange": True,
    }


SPIKE = {
    "showspikes": True,
    "spikemode": "across",
    "spikesnap": "hovered data",
    "spikethickness": 1,
    "spikecolor": EDGE,
    "spikedash": "solid",
}


def y_axis(top: float, step: int) -> dict[str, Any]:
    """A value axis from zero with few, faint lines."""
    return {
        "range": [0, top],
        "tickmode": "linear",
        "tick0": 0,
        "dtick": step,
        "tickformat": ",d",
        "showgrid": True,
        "gridcolor": LINE,
        "gridwidth": 1,
        "zeroline": False,
        "showline": False,
        "ticks": "",
        "tickfont": font(TICK, MUTED),
        "fixedrange": True,
    }


def hidden_axis(reach: list[float]) -> dict[str, Any]:
    """An axis of values that is not drawn, for charts that write each number."""
    return {"range": reach, "visible": False, "fixedrange": True}


def rows_axis(keys: list[str], lift: float) -> dict[str, Any]:
    """An axis of named rows from above; `lift` moves the bars up within their rows."""
    return {
        "type": "category",
        "categoryorder": "array",
        "categoryarray": keys,
        "range": [len(keys) - 0.5 + lift, -0.5 + lift],
        "showticklabels": False,
        "showgrid": False,
        "zeroline": False,
        "showline": False,
        "ticks": "",
        "fixedrange": True,
        **SPIKE,
        # A dot at the row's foot: a line across would strike out its number.
        "spikemode": "marker",
        "spikethickness": 4,
    }

"""The look of every chart: colours, type, margins, and the plotly template "asf" made of them.

Colours stand nowhere else in the reports.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias

from reports.data.chart_model import Language
from reports.text.grammar import NB

# Plotly's class of that name; who names it here need not load plotly.
Figure: TypeAlias = Any

INK, MUTED, CARD = "#1F2933", "#52606D", "#FFFFFF"
LINE, EDGE, AXIS = "#E4E7EB", "#7B8794", "#9AA5B1"
NAVY, ORANGE, TEAL, PURPLE, WARM = "#12436D", "#C2500A", "#0F7F76", "#7A3E9D", "#FDF6EC"
TINT, TINT_LINE, TEAL_TINT, TEAL_LINE = "#EAF1F7", "#C9DBEA", "#E6F3F1", "#B5DAD6"

# The page's own token for each colour: what makes the charts follow the dark scheme.
TOKENS = {
    INK: "ink", MUTED: "muted", CARD: "card", LINE: "line", EDGE: "edge", AXIS: "edge",
    NAVY: "navy", ORANGE: "orange", TEAL: "teal", PURPLE: "purple", WARM: "warm",
    TINT: "tint", TINT_LINE: "tint-line", TEAL_TINT: "teal-tint", TEAL_LINE: "teal-line",
}  # fmt: skip
# What a chart's declaration calls them.
SERIES = {name: colour for colour, name in TOKENS.items()}

# The quotes matter: a bare 3 is no name in CSS, and the whole list would be dropped.
FONT = "'Source Sans 3', system-ui, -apple-system, 'Segoe UI', Roboto, Arial, sans-serif"

# The widths the charts are drawn for; the page scales between them.
WIDTH, NARROW_WIDTH = 562, 358
HEIGHT, NARROW_HEIGHT = 340, 240
TOP, NARROW_TOP, BOTTOM = 50, 28, 28


@dataclass(frozen=True)
class Size:
    """How large a chart over years is drawn, in pixels, and how many years it has room to name."""

    width: int
    height: int
    top: int
    years: int
    is_narrow: bool = False


CARD_SIZE = Size(WIDTH, HEIGHT, TOP, 12)
PHONE_SIZE = Size(NARROW_WIDTH, NARROW_HEIGHT, NARROW_TOP, 7, is_narrow=True)
# A chart on a page of its own.
PAGE_SIZE = Size(1034, 430, TOP, 24)
SIZES = (CARD_SIZE, PHONE_SIZE, PAGE_SIZE)
EXAMPLE_LINE = 18
STRIP = 40

SEPARATORS: dict[Language, str] = {"sv": f",{NB}", "en": ".,"}

TICK, EVENT, VALUE, LABEL, NARROW_LABEL, MARK = 13, 13, 14, 14.5, 14, 12


def font(size: float, colour: str, weight: int = 400) -> dict[str, Any]:
    """A plotly font; weight rather than <b>, which strict content policies drop."""
    return {"size": size, "color": colour, "weight": weight}


def text_width(text: str, size: float = LABEL, weight: int = 600) -> float:
    """About how many pixels the longest line of a label takes in Source Sans 3."""
    longest = max(len(line) for line in text.split("<br>"))
    return longest * size * (0.51 if weight >= 600 else 0.47)


def fitted(words: str, width: float, size: float, weight: int = 400) -> list[str]:
    """The words broken into lines that fit a width."""
    lines: list[str] = [""]
    # At plain spaces only: a no-break space keeps a number with its unit.
    for word in words.split(" "):
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and text_width(longer, size, weight) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


HATCH = {"solidity": 0.35, "fillmode": "replace", "bgcolor": CARD}
# What is the same in every chart. Charts over years have both axes; others hide what they lack.
TEMPLATE: dict[str, Any] = {
    "layout": {
        "autosize": True,
        "height": HEIGHT,
        "margin": {"t": TOP, "b": BOTTOM, "pad": 0},
        "paper_bgcolor": CARD,
        "plot_bgcolor": CARD,
        "font": {"family": FONT, "size": VALUE, "color": INK},
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
        "annotationdefaults": {"xanchor": "center", "yanchor": "middle", "showarrow": False},
        "shapedefaults": {"layer": "below"},
        "xaxis": {
            "type": "linear",
            "tickmode": "linear",
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
        },
        "yaxis": {
            "tickmode": "linear",
            "tick0": 0,
            "tickformat": ",d",
            "showgrid": True,
            "gridcolor": LINE,
            "gridwidth": 1,
            "zeroline": False,
            "showline": False,
            "ticks": "",
            "tickfont": font(TICK, MUTED),
            "fixedrange": True,
        },
    },
    "data": {
        "scatter": [{"cliponaxis": False}],
        "bar": [{"marker": {"pattern": HATCH}}],
    },
}

SPIKE = {
    "showspikes": True,
    "spikemode": "across",
    "spikesnap": "hovered data",
    "spikethickness": 1,
    "spikecolor": EDGE,
    "spikedash": "solid",
}
HIDDEN_AXIS = {"visible": False, "fixedrange": True}
ROWS_AXIS = {
    "type": "category",
    "categoryorder": "array",
    "showticklabels": False,
    "showgrid": False,
    **SPIKE,
    # A dot at the row's foot: a line across would strike out its number.
    "spikemode": "marker",
    "spikethickness": 4,
}


def figure(traces: list[dict[str, Any]], layout: dict[str, Any], language: Language) -> Figure:
    """A plotly figure in our look. Raises `ValueError` where plotly knows no such attribute."""
    named = {"template": template(), "separators": SEPARATORS[language]}
    return graph_objects().Figure(data=traces, layout=named | layout)


def graph_objects() -> Any:
    """Plotly's classes; 0.3 s and 30 MB, so the first chart that is made loads them."""
    import plotly.graph_objects

    return plotly.graph_objects


@cache
def template() -> str:
    """The name of our template, which plotly knows from then on."""
    import plotly.io

    plotly.io.templates["asf"] = graph_objects().layout.Template(TEMPLATE)
    return "asf"

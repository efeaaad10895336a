"""The county in outline with one municipality marked, for its page and its A4.

The outlines are okfse/sweden-geojson's, a simplification of Valmyndigheten's boundaries; `SOURCE`
stands where the map does.
"""

import json
from functools import cache
from itertools import pairwise
from math import cos, radians

from reports.charts import theme
from reports.charts.figures.sheet import Sheet
from reports.charts.figures.svg import draw
from reports.data.chart_model import Language, Words
from survey_data import packaged_text
from survey_data.geography import COUNTY, MUNICIPALITIES, Area

SOURCE = Words(
    "Karta: okfse/sweden-geojson, efter Valmyndighetens gränser.",
    "Map: okfse/sweden-geojson, after the boundaries of Valmyndigheten.",
)
SIZE = theme.Size(300, 0, 0, 0)
EDGE = 1
XY = tuple[float, float]


def label(area: Area, language: Language) -> str:
    """What is read out for the map."""
    return {
        "sv": f"Karta över {COUNTY.official_name} där {area.name} är markerat.",
        "en": f"Map of {COUNTY.name} county with {area.name} marked.",
    }[language]


def drawn(area: Area, language: Language) -> str:
    """The map with this municipality marked, as an SVG element; "" where it has no outline."""
    sheet, (outlines, height) = Sheet(language, SIZE), _placed()
    if area.code not in outlines:
        return ""
    known = [each for each in MUNICIPALITIES if each.code in outlines]
    # The marked one last: its edge lies over its neighbours'.
    for each in sorted(known, key=lambda other: other == area):
        fill = theme.NAVY if each == area else theme.TINT
        path = "L".join(f"{x:.1f},{y:.1f}" for x, y in outlines[each.code])
        sheet.path(f"M{path}Z", fill, theme.EDGE)
    for each in known:
        _name(sheet, each, outlines[each.code], marked=outlines[area.code])
    return draw(sheet.figure(height), label(area, language), width=SIZE.width)


@cache
def _placed() -> tuple[dict[str, list[XY]], float]:
    """Each municipality's outline in pixels by its code, and how high the map is."""
    found = json.loads(packaged_text("municipalities.geojson"))["features"]
    rings = {each["id"]: each["geometry"]["coordinates"][0] for each in found}
    longs, lats = zip(*(point for ring in rings.values() for point in ring), strict=True)
    # A degree of longitude is shorter than one of latitude, so far north.
    short = cos(radians((min(lats) + max(lats)) / 2))
    scale = (SIZE.width - 2 * EDGE) / ((max(longs) - min(longs)) * short)
    outlines = {
        code: [
            (EDGE + (long - min(longs)) * short * scale, EDGE + (max(lats) - lat) * scale)
            for long, lat in ring
        ]
        for code, ring in rings.items()
    }
    return outlines, round(2 * EDGE + (max(lats) - min(lats)) * scale)


def _name(sheet: Sheet, area: Area, outline: list[XY], marked: list[XY]) -> None:
    """The municipality's name where there is most room for it.

    A little too long a name lies over a border, but never over the dark of the marked one.
    """
    is_marked = outline is marked
    size, weight = theme.TICK, 600 if is_marked else 400
    low, high = (edge(y for _, y in outline) for edge in (min, max))
    heights = (low + size / 2 + step for step in range(0, round(high - low - size), 4))
    rooms = ((_room(outline, y, size / 2), y) for y in heights)
    (left, right), y = max(rooms, key=lambda place: place[0][1] - place[0][0])
    fits = theme.text_width(area.name, size, weight) < right - left
    if fits or not set(outline) & set(marked):
        colour = theme.CARD if is_marked else theme.INK
        at = (left + right) / 2, y + 0.35 * size
        sheet.words(*at, area.name, size=size, colour=colour, weight=weight, side="center")


def _room(outline: list[XY], y: float, half: float) -> XY:
    """From where to where a line of words around this height is inside the outline."""
    lefts, rights = zip(*(_widest(outline, at) for at in (y - half, y, y + half)), strict=True)
    return max(lefts), min(rights)


def _widest(outline: list[XY], y: float) -> XY:
    """Where the longest stretch inside the outline begins and ends at this height."""
    crossings = sorted(
        x0 + (y - y0) / (y1 - y0) * (x1 - x0)
        for (x0, y0), (x1, y1) in pairwise([*outline, outline[0]])
        if (y0 > y) != (y1 > y)
    )
    stretches = zip(crossings[::2], crossings[1::2], strict=True)
    return max(stretches, key=lambda ends: ends[1] - ends[0], default=(0, 0))

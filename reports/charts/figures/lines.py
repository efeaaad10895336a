"""Lines over the years: parts with their total, and the small line beside a headline figure."""

from collections.abc import Iterator
from itertools import pairwise

from reports.charts import theme
from reports.charts.figures import annotations
from reports.charts.figures.annotations import text
from reports.charts.figures.axes import (
    ChartFrame,
    Plain,
    highest,
    hover_words,
    is_crowded,
    line_scale,
    tentative,
    years_of,
)
from reports.charts.theme import Figure
from reports.data.chart_model import ChartNumbers, Language, Point, Series
from reports.text.grammar import NB, written

ROOMY_YEARS = 20
CLEAR = 26
STEEP = 0.8
WIDTH, HEIGHT = 280, 80
EDGE, TOP, BOTTOM = 8, 11.6, 24


def lines(numbers: ChartNumbers, language: Language, size: theme.Size) -> tuple[list[Plain], Plain]:
    """A line for each part, the stated total as a thinner one behind them; traces and layout."""
    traces = []
    for series in drawn(numbers):
        dotted = _line(numbers, series, dotted=True)
        traces += [dotted] if dotted["x"] else []
        traces += [_line(numbers, series, dotted=False), _markers(numbers, series, language)]
    return traces, _layout(numbers, drawn(numbers), language, size)


def drawn(numbers: ChartNumbers) -> tuple[Series, ...]:
    """The series that have a value to show, the total first where it is drawn."""
    total = (numbers.total,) if numbers.total and numbers.chart.draw_total else ()
    return tuple(series for series in (*total, *numbers.parts) if series.visible)


def _line(numbers: ChartNumbers, series: Series, *, dotted: bool) -> Plain:
    """The steps between neighbouring years; a hidden or missing year, or a break, leaves a gap."""
    xs: list[int] = []
    ys: list[float | None] = []
    broken = {each.year for each in numbers.breaks if series.part.indicator in each.indicators}
    for before, after in pairwise(series.visible):
        open_end = tentative(numbers, before) or tentative(numbers, after)
        if after.year - before.year != 1 or open_end != dotted or after.year in broken:
            continue
        if not xs or xs[-1] != before.year:
            xs += [before.year, before.year]
            ys += [None, before.value]
        xs.append(after.year)
        ys.append(after.value)
    return {
        "type": "scatter",
        "mode": "lines",
        "x": xs,
        "y": ys,
        "line": {
            "color": theme.SERIES[series.part.colour],
            "width": 2 if _is_total(numbers, series) else 2.75,
            "dash": "dot" if dotted else "solid",
        },
        "hoverinfo": "skip",
        "connectgaps": False,
    }


def _markers(numbers: ChartNumbers, series: Series, language: Language) -> Plain:
    colour = theme.SERIES[series.part.colour]
    points = series.visible
    hollow = [tentative(numbers, point) for point in points]
    form = f",.{series.part.decimals}f" if series.part.decimals else ",d"
    # A white edge would cut a line of close markers into dashes.
    edge = 0 if is_crowded(numbers) else 1.5
    return {
        "type": "scatter",
        "mode": "markers",
        "name": series.part.name(language),
        "x": [point.year for point in points],
        "y": [point.value for point in points],
        "marker": {
            "size": _size(numbers, 7 if _is_total(numbers, series) else 9),
            "color": [theme.CARD if is_hollow else colour for is_hollow in hollow],
            "line": {
                "width": [edge + 0.75 if is_hollow else edge for is_hollow in hollow],
                "color": [colour if is_hollow else theme.CARD for is_hollow in hollow],
            },
        },
        "customdata": [hover_words(numbers, point, language) for point in points],
        "hovertemplate": f"{series.part.name(language)}: %{{y:{form}}} %{{customdata}}"
        "<extra></extra>",
    }


def _size(numbers: ChartNumbers, full: int) -> int:
    """A marker's width in pixels: smaller where many years would run together."""
    return 3 if is_crowded(numbers) else full - 4 if years_of(numbers) > ROOMY_YEARS else full


def _is_total(numbers: ChartNumbers, series: Series) -> bool:
    return series is numbers.total


def _layout(
    numbers: ChartNumbers, drawn: tuple[Series, ...], language: Language, size: theme.Size
) -> Plain:
    top, step = line_scale(highest(drawn))
    letters = theme.NARROW_LABEL if size.is_narrow else theme.LABEL
    ends = [_end_label(numbers, series, language) for series in drawn]
    right = round(max((theme.text_width(words, letters) for _, words, _ in ends), default=0)) + 12
    frame = ChartFrame(numbers, language, size, top, step, _pad(numbers, size), right)
    layout = frame.layout()
    layout["xaxis"] |= theme.SPIKE
    layout["annotations"] += _first_labels(frame, drawn)
    layout["annotations"] += annotations.end_labels(frame, ends, frame.last, 9)
    layout["annotations"] += _letters(frame, drawn)
    annotations.add_events(layout, frame)
    annotations.add_breaks(layout, frame)
    annotations.add_examples(layout, frame)
    annotations.add_strip(layout, frame)
    return layout


def _pad(numbers: ChartNumbers, size: theme.Size) -> tuple[float, float]:
    """Years of air before the first marker and after the last: room for half a label."""
    years = years_of(numbers)
    if years == 1:
        return 0.5, 0.5
    return max(0.25, years * (0.06 if size.is_narrow else 0.03)), 0.08


def _end_label(numbers: ChartNumbers, series: Series, language: Language) -> tuple[float, str, str]:
    """Height, words and colour: the name with the last year's value, or what stands instead."""
    last = series.at(numbers.years[-1])
    if last is None:
        value = ""
    elif last.value is None:
        value = f" {last.status}"
    else:
        mark = annotations.letter(last)
        value = f" {written(last.value, language, series.part.decimals)}{NB + mark if mark else ''}"
    height = float(series.visible[-1].number)
    return height, series.part.name(language) + value, theme.SERIES[series.part.colour]


def _first_labels(frame: ChartFrame, drawn: tuple[Series, ...]) -> Iterator[Plain]:
    """The first value over its marker, or under it where a line is in the way."""
    for series in drawn:
        first = series.visible[0]
        if first.year == frame.last:
            continue  # the end label says it
        above, below = _neighbours(frame, series, drawn, first)
        up = not above and (below or not _steep(frame, series))
        place = {"yanchor": "bottom", "yshift": 6} if up else {"yanchor": "top", "yshift": -6}
        font = theme.font(theme.VALUE, theme.SERIES[series.part.colour], 600)
        words = written(first.number, frame.language, series.part.decimals)
        yield annotations.text(first.year, first.number, words, font, **place)


def _neighbours(
    frame: ChartFrame, series: Series, drawn: tuple[Series, ...], first: Point
) -> tuple[bool, bool]:
    """Whether another line's marker stands close above, and close below."""
    here = frame.height_of(first.number)
    others = (other.at(first.year) for other in drawn if other is not series)
    away = [frame.height_of(p.value) - here for p in others if p and p.value is not None]
    return any(0 <= d < CLEAR for d in away), any(-CLEAR < d < 0 for d in away)


def _steep(frame: ChartFrame, series: Series) -> bool:
    """Whether the line rises so fast from its first point that it would cross a label above."""
    first, *rest = series.visible[:2]
    if not rest or rest[0].year != first.year + 1:
        return False
    return frame.height_of(rest[0].number - first.number) > STEEP * frame.slot


def _letters(frame: ChartFrame, drawn: tuple[Series, ...]) -> list[Plain]:
    """Status letters by the markers; the last year's stands in its label already."""
    return [
        annotations.raised(point.year, point.number, mark, right=5, up=3)
        for series in drawn
        for point in series.visible
        if point.year != frame.last and (mark := annotations.letter(point))
    ]


def sparkline(points: tuple[Point, ...], colour: str, language: Language = "sv") -> Figure | None:
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
        "yaxis": {"range": [0, max(point.number for point in shown) or 1], "visible": False},
        "annotations": ends,
    }
    return theme.figure([_course(shown, colour), _marker(shown[-1], colour)], layout, language)


def _end(point: Point, x: int, side: str, language: Language) -> Plain:
    words = f"{point.year}: {written(point.number, language)}"
    place = {"xref": "paper", "yref": "paper", "xanchor": side, "yanchor": "bottom", "yshift": -24}
    return text(x, 0, words, theme.font(theme.VALUE, theme.MUTED), **place)


def _course(shown: list[Point], colour: str) -> Plain:
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

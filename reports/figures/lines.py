"""Lines over the years: provinces with their total, women and men."""

from itertools import pairwise

from reports import theme
from reports.charts import ChartNumbers, Language, Point, Series
from reports.figures import marks
from reports.figures.frame import (
    LINE_PAD,
    LONE_PAD,
    Figure,
    Frame,
    highest,
    hover_words,
    line_scale,
    tentative,
    written,
)

CLEAR_ABOVE = 26


def lines(numbers: ChartNumbers, language: Language) -> Figure:
    """A line for each part, the stated total as a thinner one behind them."""
    drawn = _drawn(numbers)
    traces = [trace for series in drawn for trace in _traces(numbers, series, language)]
    wide, narrow = (_layout(numbers, drawn, language, narrow=on) for on in (False, True))
    return {"data": traces, "layout": wide, "narrow": narrow}


def _drawn(numbers: ChartNumbers) -> tuple[Series, ...]:
    total = (numbers.total,) if numbers.total and numbers.chart.draw_total else ()
    return tuple(series for series in (*total, *numbers.parts) if series.visible)


def _traces(numbers: ChartNumbers, series: Series, language: Language) -> list[Figure]:
    dotted = _line(numbers, series, dotted=True)
    solid = _line(numbers, series, dotted=False)
    return [*([dotted] if dotted["x"] else []), solid, _markers(numbers, series, language)]


def _line(numbers: ChartNumbers, series: Series, *, dotted: bool) -> Figure:
    """The steps between neighbouring years; a hidden or missing year leaves a gap."""
    xs: list[int] = []
    ys: list[int | None] = []
    for before, after in pairwise(series.visible):
        open_end = tentative(numbers, before) or tentative(numbers, after)
        if after.year - before.year != 1 or open_end != dotted:
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
        "showlegend": False,
    }


def _markers(numbers: ChartNumbers, series: Series, language: Language) -> Figure:
    colour = theme.SERIES[series.part.colour]
    points = series.visible
    hollow = [tentative(numbers, point) for point in points]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": series.part.name(language),
        "x": [point.year for point in points],
        "y": [point.value for point in points],
        "cliponaxis": False,
        "marker": {
            "size": 7 if _is_total(numbers, series) else 9,
            "color": [theme.CARD if is_hollow else colour for is_hollow in hollow],
            "line": {
                "width": [2.25 if is_hollow else 1.5 for is_hollow in hollow],
                "color": [colour if is_hollow else theme.CARD for is_hollow in hollow],
            },
        },
        "customdata": [hover_words(numbers, point, language) for point in points],
        "hovertemplate": f"{series.part.name(language)}: %{{y:,d}} %{{customdata}}<extra></extra>",
    }


def _is_total(numbers: ChartNumbers, series: Series) -> bool:
    return numbers.chart.total is not None and series.part is numbers.chart.total


def _layout(
    numbers: ChartNumbers, drawn: tuple[Series, ...], language: Language, *, narrow: bool
) -> Figure:
    top, step = line_scale(highest(drawn))
    size = theme.NARROW_LABEL if narrow else theme.LABEL
    ends = [_end_label(numbers, series, language) for series in drawn]
    right = round(max((theme.text_width(words, size) for _, words, _ in ends), default=0)) + 12
    pad = LINE_PAD if numbers.years[0] != numbers.years[-1] else LONE_PAD
    frame = Frame(numbers, language, narrow, top, step, pad, right)
    layout = frame.layout()
    layout["xaxis"] |= theme.SPIKE
    layout["annotations"] += _first_labels(frame, drawn)
    layout["annotations"] += marks.end_labels(frame, ends, frame.last, 9)
    layout["annotations"] += _letters(frame, drawn)
    marks.add_events(layout, frame)
    marks.add_examples(layout, frame)
    return layout


def _end_label(numbers: ChartNumbers, series: Series, language: Language) -> tuple[float, str, str]:
    """Height, words and colour: the name with the last year's value, or what stands instead."""
    last = series.at(numbers.years[-1])
    if last is None:
        value = ""
    elif last.value is None:
        value = f" {last.status}"
    else:
        mark = marks.letter(last)
        value = f" {written(last.value, language)}{theme.NB + mark if mark else ''}"
    height = float(series.visible[-1].value or 0)
    return height, series.part.name(language) + value, theme.SERIES[series.part.colour]


def _first_labels(frame: Frame, drawn: tuple[Series, ...]) -> list[Figure]:
    """The first value over its marker, or under it where a neighbour is in the way."""
    labels = []
    for series in drawn:
        first = series.visible[0]
        if first.year == frame.last:
            continue  # the end label says it
        up = not _crowded(frame, series, drawn, first)
        font = theme.font(theme.VALUE, theme.SERIES[series.part.colour], 600)
        place = {"yanchor": "bottom", "yshift": 6} if up else {"yanchor": "top", "yshift": -6}
        words = written(first.value or 0, frame.language)
        labels.append(marks.text(first.year, first.value or 0, words, font, **place))
    return labels


def _crowded(frame: Frame, series: Series, drawn: tuple[Series, ...], first: Point) -> bool:
    here = frame.height_of(first.value or 0)
    others = (other.at(first.year) for other in drawn if other is not series)
    heights = (frame.height_of(point.value) for point in others if point and point.value)
    return any(0 <= height - here < CLEAR_ABOVE for height in heights)


def _letters(frame: Frame, drawn: tuple[Series, ...]) -> list[Figure]:
    """Status letters by the markers; the last year's stands in its label already."""
    special = [
        (point, marks.letter(point))
        for series in drawn
        for point in series.visible
        if point.year != frame.last and marks.letter(point)
    ]
    return [
        marks.raised(point.year, point.value or 0, mark, right=5, up=3) for point, mark in special
    ]

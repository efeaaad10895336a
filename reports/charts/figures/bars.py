"""Bars over the years: layers with a stated total on top, or one bar a year."""

from dataclasses import dataclass, replace

from reports.charts import theme
from reports.charts.figures import annotations
from reports.charts.figures.axes import (
    BAR_PAD,
    ChartFrame,
    Plain,
    bar_scale,
    highest,
    hover_words,
    is_crowded,
    tentative,
)
from reports.data.chart_model import ChartNumbers, Language, Point, Series
from reports.text.grammar import NB, written

STACK_GAP, BAR_GAP = 0.34, 0.42
LEAST_INSIDE = 20
NAME_START, NAME_SHIFT = 0.33, 6
EXAMPLE_MARGIN = 18
DIGIT = 7.2


@dataclass(frozen=True)
class Layer:
    """One part's piece of one year's bar, from its foot up."""

    series: Series
    point: Point
    foot: float

    @property
    def middle(self) -> float:
        """The height of the layer's centre, in units of the value axis."""
        return self.foot + self.point.number / 2


def bars(numbers: ChartNumbers, language: Language, size: theme.Size) -> tuple[list[Plain], Plain]:
    """Bars of the parts, as traces and layout.

    The number on top is the stated total, never a sum of ours.
    """
    traces = []
    for series in (each for each in numbers.parts if each.visible):
        bar = {"type": "bar", "marker": _paint(numbers, series)}
        traces.append(bar | _values(numbers, series, language))
    if total := numbers.total:
        # An unseen point at the stated total, so that the hover box can name it.
        unseen = {"size": 1, "opacity": 0, "color": theme.SERIES[total.part.colour]}
        point = {"type": "scatter", "mode": "markers", "marker": unseen}
        traces.append(point | _values(numbers, total, language))
    return traces, _layout(numbers, language, size)


def _values(numbers: ChartNumbers, series: Series, language: Language) -> Plain:
    points, name = series.visible, series.part.name(language)
    return {
        "name": name,
        "x": [point.year for point in points],
        "y": [point.value for point in points],
        "customdata": [hover_words(numbers, point, language) for point in points],
        "hovertemplate": f"{name}: %{{y:,d}} %{{customdata}}<extra></extra>",
    }


def _paint(numbers: ChartNumbers, series: Series) -> Plain:
    """The colour of a part's bars, hatched where a value is tentative, with seams in a stack."""
    colour = theme.SERIES[series.part.colour]
    hatched = [tentative(numbers, point) for point in series.visible]
    seam = numbers.chart.kind == "stack"
    thin = 0.5 if is_crowded(numbers) else 1.5
    edge = {
        "color": [theme.CARD if seam else colour] * len(hatched),
        "width": [thin if seam or is_hatched else 0 for is_hatched in hatched],
    }
    shapes = ["/" if is_hatched else "" for is_hatched in hatched]
    pattern = {"shape": shapes, "size": 7, "fgcolor": colour}
    return {"color": colour, "line": edge, "pattern": pattern}


def layers(numbers: ChartNumbers, year: int) -> list[Layer]:
    """The visible pieces of one year's bar, lowest first."""
    pieces: list[Layer] = []
    foot = 0.0
    for series in numbers.parts:
        if (point := series.at(year)) and point.value is not None:
            pieces.append(Layer(series, point, foot))
            foot += point.value
    return pieces


def stack_height(numbers: ChartNumbers, year: int) -> float:
    """The sum of the visible parts of a year."""
    return sum(layer.point.number for layer in layers(numbers, year))


def _layout(numbers: ChartNumbers, language: Language, size: theme.Size) -> Plain:
    frame = _frame(numbers, language, size)
    stacked = numbers.chart.kind == "stack"
    layout = frame.layout() | {"barmode": "stack", "bargap": STACK_GAP if stacked else BAR_GAP}
    layout["xaxis"]["showspikes"] = False
    layout["shapes"] += _stated_ticks(frame)
    for year in numbers.years:
        layout["annotations"] += [*_on_top(frame, year), *_inside(frame, year)]
    if stacked:
        layout["annotations"] += annotations.end_labels(
            frame, _names(frame), frame.last + NAME_START, NAME_SHIFT
        )
    annotations.add_events(layout, frame)
    annotations.add_breaks(layout, frame)
    annotations.add_examples(layout, frame)
    return layout


def _frame(numbers: ChartNumbers, language: Language, size: theme.Size) -> ChartFrame:
    stacks = (stack_height(numbers, year) for year in numbers.years)
    top, step = bar_scale(max(highest(numbers.columns), *stacks, 0))
    if numbers.chart.kind != "stack":
        right = EXAMPLE_MARGIN if numbers.years[-1] in numbers.examples else 6
        frame = ChartFrame(numbers, language, size, top, step, BAR_PAD, right)
        return replace(frame, right=max(right, annotations.room_for_caption(frame)))
    # The margin depends on which numbers do not fit inside, and that on the margin: two rounds.
    frame = ChartFrame(numbers, language, size, top, step, BAR_PAD, 0)
    for _ in range(2):
        frame = replace(frame, right=_room_for_names(frame))
    return frame


def _room_for_names(frame: ChartFrame) -> int:
    names = (words for _, words, _ in _names(frame))
    widest = max(theme.text_width(words, frame.label_size()) for words in names)
    # The width is a mean over letters: a name of wide ones takes some pixels more.
    # Beside the bar of a single year there is room already.
    return max(0, round(widest + NAME_SHIFT + 12 - (BAR_PAD[1] - NAME_START) * frame.slot))


def _on_top(frame: ChartFrame, year: int) -> list[Plain]:
    # The stated total, or the only part.
    point = frame.numbers.main.at(year)
    if point is None or not _has_room(frame, year):
        return []
    words = point.status if point.value is None else written(point.value, frame.language)
    height = max(point.number, stack_height(frame.numbers, year))
    font = theme.font(theme.VALUE, theme.INK, 650)
    label = annotations.text(year, height, words, font, yanchor="bottom", yshift=2)
    overhang = len(words) * DIGIT / 2 - frame.slot / 2
    if year == frame.first and overhang > 0:
        label["xshift"] = round(overhang, 1)  # clear of the axis' own numbers
    if point.value is None or not (mark := annotations.letter(point)):
        return [label]
    beside = len(words) * DIGIT / 2 + 2
    return [label, annotations.raised(year, height, mark, right=beside, up=8)]


def _has_room(frame: ChartFrame, year: int) -> bool:
    """In a crowd of years only the last, the highest and the first are numbered, if well apart."""
    widest = len(str(int(frame.top))) * DIGIT + 8
    if frame.slot >= widest:
        return True
    tallest = max(frame.numbers.years, key=lambda each: stack_height(frame.numbers, each))
    kept: list[int] = []
    for wanted in (frame.last, tallest, frame.first):
        if all(abs(wanted - other) * frame.slot >= widest for other in kept):
            kept.append(wanted)
    return year in kept


def _inside(frame: ChartFrame, year: int) -> list[Plain]:
    found = []
    for layer in layers(frame.numbers, year) if frame.numbers.chart.kind == "stack" else ():
        if _fits_inside(frame, layer):
            # A hatched layer is too restless for white digits.
            is_pale = tentative(frame.numbers, layer.point)
            font = theme.font(theme.TICK, theme.INK if is_pale else theme.CARD)
            ground = {"bgcolor": theme.CARD} if is_pale else {}
            words = _with_letter(frame, layer.point)
            found.append(annotations.text(year, layer.middle, words, font, **ground))
    return found


def _fits_inside(frame: ChartFrame, layer: Layer) -> bool:
    wide = len(_with_letter(frame, layer.point)) * DIGIT + 2
    value = layer.point.number
    return frame.height_of(value) >= LEAST_INSIDE and frame.slot * (1 - STACK_GAP) >= wide


def _with_letter(frame: ChartFrame, point: Point) -> str:
    mark = annotations.letter(point)
    return written(point.number, frame.language) + (NB + mark if mark else "")


def _names(frame: ChartFrame) -> list[tuple[float, str, str]]:
    """Names beside the last bar, with the value where it did not fit inside."""
    year = frame.last
    pieces = {layer.series.part.column: layer for layer in layers(frame.numbers, year)}
    names = []
    for series in frame.numbers.parts:
        layer, point = pieces.get(series.part.column), series.at(year)
        words, colour = frame.name(series.part), theme.SERIES[series.part.colour]
        if layer and not _fits_inside(frame, layer):
            words += f" {_with_letter(frame, layer.point)}"
        elif point and point.value is None:
            words += f" {point.status}"
        names.append((layer.middle if layer else 0.0, words, colour))
    return names


def _stated_ticks(frame: ChartFrame) -> list[Plain]:
    """A dashed line at the stated total where the layers do not reach it, or pass it."""
    half, stated = (1 - STACK_GAP) / 2, frame.numbers.total
    look = {"color": theme.MUTED, "width": 1.5, "dash": "3px,2px"}
    return [
        {"type": "line", "xref": "x", "yref": "y", "x0": point.year - half, "x1": point.year + half,
         "y0": point.value, "y1": point.value, "line": look, "layer": "above"}
        for point in (stated.visible if stated else ())
        if point.value != stack_height(frame.numbers, point.year)
    ]  # fmt: skip

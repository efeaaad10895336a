"""What stands around the data: names, letters for special values, events, invented years."""

from itertools import pairwise
from typing import Any

from reports.charts import theme
from reports.charts.figures.axes import ChartFrame, Plain
from reports.data.chart_model import OutsideEvent, Point
from reports.data.chart_numbers import events_in
from reports.text.grammar import runs

LETTERS = ("k", "u", "e", "r", "s")
LABEL_GAP, LABEL_LINE = 19, 15
EVENT_RISE, PIN_RISE, PIN_WIDTH = 40, 6, 22
CAPTION_GAP = 4
PIN = "event"


def text(x: float, y: float, words: str, font: dict[str, Any], **place: Any) -> Plain:
    """An annotation without an arrow, centred on its point unless placed otherwise."""
    at = {"x": x, "xref": "x", "y": y, "yref": "y"}
    return {**at, "text": words, "font": font, **place}


def letter(point: Point) -> str:
    """The raised mark of a value: its letters, or nothing; a preliminary one is drawn hollow.

    Notes get no mark: they name their year below the chart, and a star on every bar says nothing.
    """
    return "".join(sign for sign in point.letters if sign in LETTERS)


def raised(x: float, y: float, mark: str, *, right: float, up: float) -> Plain:
    """A small letter to the upper right of a number."""
    return text(
        x,
        y,
        mark,
        theme.font(theme.MARK, theme.MUTED, 600),
        xanchor="left",
        yanchor="bottom",
        xshift=right,
        yshift=up,
    )


def end_labels(
    frame: ChartFrame, labels: list[tuple[float, str, str]], x: float, shift: int
) -> list[Plain]:
    """Names at the end of lines or bars, moved apart until each can be read."""
    placed = spread([(frame.height_of(y), _tall(words)) for y, words, _ in labels])
    return [
        text(
            x,
            y,
            words,
            theme.font(frame.label_size(), colour, 600),
            xanchor="left",
            align="left",
            xshift=shift,
            yshift=round(pixel - frame.height_of(y), 1),
        )
        for (y, words, colour), pixel in zip(labels, placed, strict=True)
    ]


def _tall(words: str) -> float:
    return LABEL_GAP + LABEL_LINE * words.count("<br>")


def spread(labels: list[tuple[float, float]]) -> list[float]:
    """Move (centre, height) apart as little as it takes, in their given order of entry.

    Pairs that overlap are pushed apart by equal halves until nothing overlaps.
    """
    order = sorted(range(len(labels)), key=lambda index: labels[index][0])
    centres = [labels[index][0] for index in order]
    heights = [labels[index][1] for index in order]
    for _ in range(200):
        if not _push_apart(centres, heights):
            break
    return [centres[order.index(index)] for index in range(len(labels))]


def _push_apart(centres: list[float], heights: list[float]) -> bool:
    moved = False
    for lower, upper in pairwise(range(len(centres))):
        short = (heights[lower] + heights[upper]) / 2 - (centres[upper] - centres[lower])
        if short > 0.01:
            centres[lower] -= short / 2
            centres[upper] += short / 2
            moved = True
    return moved


def has_pins(layout: Plain) -> bool:
    """Whether a drawing numbers its events instead of naming them."""
    return any(each.get("name") == PIN for each in layout["annotations"])


def add_events(layout: Plain, frame: ChartFrame) -> None:
    """A dotted line where each event begins; its words stand above the plot, clear of the data.

    Where there is no room for them all, each has a number there and its words below the chart.
    """
    events = list(events_in(frame.numbers))
    pinned = frame.size.is_narrow or _is_crowded(frame, events)
    rise = PIN_RISE if pinned else EVENT_RISE
    shifts = pin_shifts(frame, events)
    for number, (event, shift) in enumerate(zip(events, shifts, strict=True), start=1):
        layout["shapes"].append(
            {
                "type": "line",
                "xref": "x",
                "yref": "paper",
                "x0": event.year - 0.5,
                "x1": event.year - 0.5,
                "y0": 0,
                "y1": round(1 + rise / frame.plot_height, 4),
                "line": {"color": theme.EDGE, "width": 1, "dash": "2px,3px"},
                "layer": "below",
            }
        )
        sign = _pin(event, number, shift) if pinned else _caption(frame, event, events)
        layout["annotations"].append(sign)


def pin_shifts(frame: ChartFrame, events: list[OutsideEvent]) -> list[float]:
    """How far each pin is moved aside, so that those of neighbouring years stand apart."""
    wanted = [event.year * frame.slot for event in events]
    placed = spread([(x, PIN_WIDTH) for x in wanted])
    return [round(x - was, 1) for x, was in zip(placed, wanted, strict=True)]


def room_for_caption(frame: ChartFrame) -> int:
    """The right margin that the last event's sign needs; 0 where it stands over the plot."""
    if not (events := list(events_in(frame.numbers))):
        return 0
    words = events[-1].two_lines.in_(frame.language)
    wide = PIN_WIDTH if frame.size.is_narrow else theme.text_width(words, theme.EVENT, 400) + 14
    return round(wide - (frame.last + frame.pad[1] - events[-1].year + 0.5) * frame.slot)


def _pin(event: OutsideEvent, number: int, shift: float) -> Plain:
    return text(
        event.year - 0.5,
        1,
        str(number),
        theme.font(12, theme.CARD, 600),
        yref="paper",
        yanchor="bottom",
        yshift=5,
        xshift=shift,
        bgcolor=theme.MUTED,
        borderpad=2,
        width=14,
        name=PIN,
    )


def _line_of(frame: ChartFrame, event: OutsideEvent) -> float:
    """Pixels from the left edge to an event's line."""
    return frame.left + (event.year - 0.5 - frame.first + frame.pad[0]) * frame.slot


def _goes_right(frame: ChartFrame, event: OutsideEvent, events: list[OutsideEvent]) -> bool:
    """Neighbours would collide, so the last event's words go to the right of its line."""
    return event is events[-1] or _line_of(frame, event) < _width(frame, event)


def _width(frame: ChartFrame, event: OutsideEvent) -> float:
    return theme.text_width(event.two_lines.in_(frame.language), theme.EVENT, 400)


def _is_crowded(frame: ChartFrame, events: list[OutsideEvent]) -> bool:
    """Whether some event's words would run into another's, or out of the picture."""
    ends = []
    for event in events:
        line, width = _line_of(frame, event), _width(frame, event) + CAPTION_GAP
        ends.append((line, line + width) if _goes_right(frame, event, events)
                    else (line - width, line))  # fmt: skip
    outside = bool(ends) and ends[-1][1] > frame.size.width
    return outside or any(after[0] < before[1] for before, after in pairwise(ends))


def _caption(frame: ChartFrame, event: OutsideEvent, events: list[OutsideEvent]) -> Plain:
    words = event.two_lines.in_(frame.language)
    rightwards = _goes_right(frame, event, events)
    side = "left" if rightwards else "right"
    return text(
        event.year - 0.5,
        1,
        words,
        theme.font(theme.EVENT, theme.MUTED),
        yref="paper",
        yanchor="bottom",
        yshift=6,
        xanchor=side,
        align=side,
        xshift=4 if rightwards else -4,
    )


def add_breaks(layout: Plain, frame: ChartFrame) -> None:
    """A solid line where the way of counting changes; its words stand at the plot's foot."""
    for each in frame.numbers.breaks:
        line = {"type": "line", "xref": "x", "yref": "paper", "y0": 0, "y1": 1, "layer": "below"}
        across = {"x0": each.year - 0.5, "x1": each.year - 0.5}
        layout["shapes"].append(line | across | {"line": {"color": theme.EDGE, "width": 2}})
        words = each.label.in_(frame.language)
        font = theme.font(theme.EVENT, theme.MUTED)
        place = {"yref": "paper", "yanchor": "bottom", "yshift": 2, "xshift": -4}
        layout["annotations"].append(
            text(each.year - 0.5, 0.86, words, font, xanchor="right", align="right", **place)
        )


def add_strip(layout: Plain, frame: ChartFrame) -> None:
    """A share for each year in a row under the years, with its name above the row."""
    if not (strip := frame.numbers.strip) or not strip.points:
        return
    colour = theme.SERIES[strip.part.colour]
    below = {"yref": "paper", "yanchor": "top"}
    top = frame.bottom - theme.STRIP
    name = strip.part.name(frame.language)
    first = {"xref": "paper", "xanchor": "left", "xshift": -frame.left + 2, "yshift": -top}
    layout["annotations"].append(text(0, 0, name, theme.font(theme.TICK, colour), **below | first))
    for point in strip.points:
        if (point.year - frame.first) % layout["xaxis"]["dtick"] == 0:
            row = {"yshift": -top - theme.STRIP / 2 + 2}
            words = point.status if point.value is None else f"{point.value:.0f}"
            font = theme.font(theme.TICK, colour, 600)
            layout["annotations"].append(text(point.year, 0, words, font, **below | row))


def add_examples(layout: Plain, frame: ChartFrame) -> None:
    """A warm band behind invented years, named below the axis."""
    for first, last in runs(sorted(frame.numbers.examples & set(frame.numbers.years))):
        axis = layout["xaxis"]["range"]
        x0, x1 = max(first - 0.5, axis[0]), min(last + 0.5, axis[1])
        band = {"type": "rect", "xref": "x", "yref": "paper", "x0": x0, "x1": x1, "y0": 0, "y1": 1}
        paint = {"fillcolor": theme.WARM, "line": {"width": 0}, "layer": "below"}
        layout["shapes"].insert(0, band | paint)
        words = "exempel" if frame.language == "sv" else "example"
        below = {"yref": "paper", "yanchor": "top", "yshift": -theme.BOTTOM + 4}
        font = theme.font(theme.TICK, theme.MUTED)
        layout["annotations"].append(text((first + last) / 2, 0, words, font, **below))

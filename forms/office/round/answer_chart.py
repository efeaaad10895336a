"""The curve of answers day by day: numbers in, places to draw out. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

TOP, FLOOR = 16.0, 190.0
STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000)


@dataclass(frozen=True)
class Size:
    """Where the drawing begins and ends, across, and how many days are named."""

    width: int
    left: int
    right: int
    marks: int


WIDE = Size(760, 40, 650, 4)
NARROW = Size(340, 34, 252, 2)


@dataclass(frozen=True)
class Line:
    """One round's line, and where its last point and its label stand."""

    path: str
    x: float
    y: float
    label_y: float
    number: int


@dataclass(frozen=True)
class Chart:
    """Grid, days and lines for one width; the line of the year before may be missing."""

    size: Size
    grid: tuple[tuple[int, float], ...]
    days: tuple[tuple[int, float], ...]
    this: Line
    before: Line | None


def chart(size: Size, this: Sequence[int], before: Sequence[int] | None, due_day: int) -> Chart:
    """Lay out answers in hand by day over the days up to the due date, or further if need be."""
    last = max(1, due_day, len(this) - 1, len(before or ()) - 1)
    largest = max(1, *this, *(before or ()))
    step = next((s for s in STEPS if largest <= 4 * s), -(-largest // 4))
    top = step * -(-largest // step)
    lines = [_line(size, counts, last, top) for counts in (this, before) if counts]
    apart = _apart(lines)
    every = max(1, -(-last // size.marks))
    return Chart(
        size,
        tuple((value, _down(value, top)) for value in range(0, top + 1, step)),
        tuple((day, _across(size, day, last)) for day in range(0, last + 1, every)),
        apart[0],
        apart[1] if len(apart) > 1 else None,
    )


def _across(size: Size, day: int, last: int) -> float:
    return round(size.left + (size.right - size.left) * day / last, 1)


def _down(value: int, top: int) -> float:
    return round(FLOOR - (FLOOR - TOP) * value / top, 1)


def _line(size: Size, counts: Sequence[int], last: int, top: int) -> Line:
    places = [(_across(size, day, last), _down(n, top)) for day, n in enumerate(counts)]
    x, y = places[-1]
    path = "M" + "L".join(f"{across} {down}" for across, down in places)
    return Line(path, x, y, y + 5, counts[-1])


def _apart(lines: list[Line]) -> list[Line]:
    """Keep the labels of two lines that end together from standing on one another."""
    if len(lines) < 2 or abs(lines[0].x - lines[1].x) > 60:
        return lines
    if abs(lines[0].label_y - lines[1].label_y) >= 18:
        return lines
    middle = (lines[0].label_y + lines[1].label_y) / 2
    sign = -1 if lines[0].y <= lines[1].y else 1
    return [
        Line(each.path, each.x, each.y, middle + 9 * way, each.number)
        for each, way in zip(lines, (sign, -sign), strict=True)
    ]

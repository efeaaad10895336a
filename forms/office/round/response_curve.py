"""The curve of answers on the overview, beside that of the year before: words and drawing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask_babel import format_date, ngettext
from flask_babel import gettext as _
from sqlite_utils import Database

from survey_data.follow_up import response_curve
from survey_data.follow_up.response_curve import Curves
from survey_data.rounds.rounds import Round

TOP, FLOOR = 16.0, 190.0
STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000)


@dataclass(frozen=True)
class CurveSize:
    """Where the drawing begins and ends, across, and how many days are named."""

    width: int
    left: int
    right: int
    marks: int


WIDE = CurveSize(760, 40, 650, 4)


@dataclass(frozen=True)
class CurveLine:
    """One round's line, and where its last point and its label stand."""

    path: str
    x: float
    y: float
    label_y: float
    number: int


@dataclass(frozen=True)
class CurveDrawing:
    """Grid, days and lines for one width; the line of the year before may be missing."""

    size: CurveSize
    grid: tuple[tuple[int, float], ...]
    days: tuple[tuple[int, float], ...]
    this: CurveLine
    before: CurveLine | None


def drawing(
    size: CurveSize, this: Sequence[int], before: Sequence[int] | None, due_day: int
) -> CurveDrawing:
    """Lay out answers in hand by day over the days up to the due date, or further if need be."""
    last = max(1, due_day, len(this) - 1, len(before or ()) - 1)
    largest = max(1, *this, *(before or ()))
    step = next((s for s in STEPS if largest <= 4 * s), -(-largest // 4))
    top = step * -(-largest // step)
    lines = [_line(size, counts, last, top) for counts in (this, before) if counts]
    apart = _apart(lines)
    every = max(1, -(-last // size.marks))
    return CurveDrawing(
        size,
        tuple((value, _down(value, top)) for value in range(0, top + 1, step)),
        tuple((day, _across(size, day, last)) for day in range(0, last + 1, every)),
        apart[0],
        apart[1] if len(apart) > 1 else None,
    )


def _across(size: CurveSize, day: int, last: int) -> float:
    return round(size.left + (size.right - size.left) * day / last, 1)


def _down(value: int, top: int) -> float:
    return round(FLOOR - (FLOOR - TOP) * value / top, 1)


def _line(size: CurveSize, counts: Sequence[int], last: int, top: int) -> CurveLine:
    places = [(_across(size, day, last), _down(n, top)) for day, n in enumerate(counts)]
    x, y = places[-1]
    path = "M" + "L".join(f"{across} {down}" for across, down in places)
    return CurveLine(path, x, y, y + 5, counts[-1])


def _apart(lines: list[CurveLine]) -> list[CurveLine]:
    """Keep the labels of two lines that end together from standing on one another."""
    if len(lines) < 2 or abs(lines[0].x - lines[1].x) > 60:
        return lines
    if abs(lines[0].label_y - lines[1].label_y) >= 18:
        return lines
    middle = (lines[0].label_y + lines[1].label_y) / 2
    sign = -1 if lines[0].y <= lines[1].y else 1
    return [
        CurveLine(each.path, each.x, each.y, middle + 9 * way, each.number)
        for each, way in zip(lines, (sign, -sign), strict=True)
    ]


def curve_facts(db: Database, survey_round: Round) -> dict[str, Any]:
    """The curve in words, drawn, and day by day; no drawing of a single day."""
    curves = response_curve.of_round(db, survey_round)
    before = curves.before.counts if curves.before else None
    return {
        "curves": curves,
        "curve_heading": heading(curves),
        "curve_words": in_words(curves, survey_round.is_open),
        "curve_day": lambda day: format_date(curves.this.start + timedelta(days=day), "d MMM"),
        "curve_wide": drawing(WIDE, curves.this.counts, before, curves.due_day)
        if curves.day
        else None,
    }


def heading(curves: Curves) -> str:
    """What the comparison comes to."""
    if curves.then is None:
        return str(_("Svar dag för dag"))
    more = curves.this.now - curves.then
    if more == 0:
        return str(_("Lika många svar som samma dag i fjol"))
    if more > 0:
        return str(
            ngettext(
                "%(num)s svar fler än samma dag i fjol",
                "%(num)s svar fler än samma dag i fjol",
                more,
            )
        )
    return str(
        ngettext(
            "%(num)s svar färre än samma dag i fjol",
            "%(num)s svar färre än samma dag i fjol",
            -more,
        )
    )


def in_words(curves: Curves, is_open: bool) -> str:
    """How many of how many, now and then."""
    now = {"n": curves.this.now, "total": curves.this.asked}
    said = _("%(n)s av %(total)s i dag", **now) if is_open else _(
        "%(n)s av %(total)s när insamlingen stängde", **now
    )  # fmt: skip
    if curves.before is None:
        return f"{said}."
    then = _("samma dag i fjol %(n)s av %(total)s", n=curves.then, total=curves.before.asked)
    return f"{said}; {then}."

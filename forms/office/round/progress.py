"""How far the round has come, on the overview and again every so often while it is looked at.

The states of the enterprises, and the answers day by day beside those of the year before.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from flask import abort, make_response, render_template, request
from flask_babel import format_date
from flask_babel import gettext as _
from sqlite_utils import Database
from werkzeug.wrappers import Response

from forms.office import blueprint
from forms.respondent.trend_chart import STEPS, ChartSize
from forms.web.request_context import survey_db
from survey_data.follow_up import progress, response_curve
from survey_data.follow_up.progress import Standing
from survey_data.rounds import rounds
from survey_data.rounds.rounds import Round

# In the seconds between two looks no more than this happens.
MOST_RECENT = 30
# Of each state: the card is looked at again every so often, and the table below has them all.
MOST_LISTED = 100
# The colour of a state in the bar, and the order of its parts: what is done comes first.
COLOURS = {
    "checked": "part-teal", "handed_in": "part-navy", "returned": "part-orange",
    "started": "part-blue", "opened": "part-blue", "invited": "part-grey",
    "not_invited": "part-grey", "no_contact": "part-grey", "refused": "part-grey",
    "mail_failed": "part-red", "bad_address": "part-red",
    "out_of_scope": "part-none", "ceased": "part-none",
}  # fmt: skip
TOP, FLOOR = 16.0, 190.0
WIDE = ChartSize(760, 40, 650, 4)


def state_words() -> dict[str, tuple[str, str]]:
    """Each state's chip and word."""
    return {
        "not_invited": ("not_opened", _("Inte inbjuden")),
        "invited": ("not_opened", _("Inte öppnad")),
        "bad_address": ("bounced", _("Adressen fungerar inte")),
        "mail_failed": ("bounced", _("Mejlet kom inte fram")),
        "opened": ("started", _("Öppnad")),
        "started": ("started", _("Påbörjad")),
        "handed_in": ("review", _("Att granska")),
        "checked": ("done", _("Godkänd")),
        "returned": ("returned", _("Skickad tillbaka")),
        "refused": ("refused", _("Avböjt")),
        "no_contact": ("no_contact", _("Svarar inte i telefon")),
        "out_of_scope": ("left_out", _("Hör inte hit")),
        "ceased": ("left_out", _("Upphört")),
    }


@dataclass(frozen=True)
class StateGroup:
    """The enterprises in one state, and their part of the bar, in per cent of all."""

    state: str
    enterprises: tuple[Standing, ...]
    x: float
    width: float

    @property
    def colour(self) -> str:
        """The class of its part."""
        return COLOURS[self.state]

    @property
    def names(self) -> str:
        """Who they are, cut off by the page where they do not fit."""
        return ", ".join(s.name for s in self.listed)

    @property
    def listed(self) -> tuple[Standing, ...]:
        """The first of them."""
        return self.enterprises[:MOST_LISTED]


def groups_of(everyone: Sequence[Standing]) -> list[StateGroup]:
    """Every state that some enterprise is in."""
    found, x = list[StateGroup](), 0.0
    for state in COLOURS:
        theirs = tuple(s for s in everyone if s.state == state)
        if theirs:
            width = 100 * len(theirs) / len(everyone)
            found.append(StateGroup(state, theirs, round(x, 2), round(width, 2)))
            x += width
    return found


def state_facts(survey_round: Round, everyone: list[Standing]) -> dict[str, Any]:
    """What the state card says, and what enterprises did last."""
    acted = [s for s in everyone if s.acted_at]
    return {
        "round": survey_round,
        "rates": progress.rates(everyone),
        "counts": Counter(s.state for s in everyone),
        "groups": groups_of(everyone),
        "states": state_words(),
        "towns": progress.by_municipality(everyone),
        "recent": sorted(acted, key=lambda s: s.acted_at or "", reverse=True)[:MOST_RECENT],
    }


def newest_round() -> Round:
    """The open round, or the latest; aborts with 404 before the first."""
    survey_round = rounds.current(survey_db()) or rounds.latest(survey_db())
    if survey_round is None:
        abort(404)
    return survey_round


@blueprint.get("/laget")
def show_state() -> Response:
    """The state card alone; 304 when nothing in it has changed."""
    survey_round = newest_round()
    facts = state_facts(survey_round, progress.standings(survey_db(), survey_round))
    reply = make_response(render_template("office/round/_status.html", **facts))
    reply.add_etag()
    return reply.make_conditional(request)


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

    size: ChartSize
    grid: tuple[tuple[int, float], ...]
    days: tuple[tuple[int, float], ...]
    this: CurveLine
    before: CurveLine | None


def drawing(
    size: ChartSize, this: Sequence[int], before: Sequence[int] | None, due_day: int
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


def _across(size: ChartSize, day: int, last: int) -> float:
    return round(size.left + (size.right - size.left) * day / last, 1)


def _down(value: int, top: int) -> float:
    return round(FLOOR - (FLOOR - TOP) * value / top, 1)


def _line(size: ChartSize, counts: Sequence[int], last: int, top: int) -> CurveLine:
    places = [(_across(size, day, last), _down(n, top)) for day, n in enumerate(counts)]
    x, y = places[-1]
    path = "M" + "L".join(f"{across} {down}" for across, down in places)
    return CurveLine(path, x, y, y + 5, counts[-1])


def _apart(lines: list[CurveLine]) -> list[CurveLine]:
    """Keep each label from standing on the other's, or on the line that goes on beside it."""
    if len(lines) < 2:
        return lines
    if abs(lines[0].x - lines[1].x) > 60:
        return [replace(each, label_y=each.y - 12) for each in lines]
    if abs(lines[0].label_y - lines[1].label_y) >= 18:
        return lines
    middle = (lines[0].label_y + lines[1].label_y) / 2
    sign = -1 if lines[0].y <= lines[1].y else 1
    return [
        replace(each, label_y=middle + 9 * way)
        for each, way in zip(lines, (sign, -sign), strict=True)
    ]


def curve_facts(db: Database, survey_round: Round) -> dict[str, Any]:
    """The curve in words, drawn, and day by day; no drawing of a single day."""
    curves = response_curve.of_round(db, survey_round)
    before = curves.before.counts if curves.before else None
    return {
        "curves": curves,
        "curve_day": lambda day: format_date(curves.this.start + timedelta(days=day), "d MMM"),
        "curve_wide": drawing(WIDE, curves.this.counts, before, curves.due_day)
        if curves.day
        else None,
    }

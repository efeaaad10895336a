"""The desk's curve: how many have answered, and how many had on the same day last year."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask_babel import format_date, ngettext
from flask_babel import gettext as _
from sqlite_utils import Database

from forms.office.round.answer_chart import NARROW, WIDE, chart
from survey_data.follow_up import response_curve
from survey_data.follow_up.response_curve import Curves
from survey_data.rounds.rounds import Round


def curve_facts(db: Database, survey_round: Round) -> dict[str, Any]:
    """The curve in words, drawn for two widths, and day by day; no drawing of a single day."""
    curves = response_curve.of_round(db, survey_round)
    before = curves.before.counts if curves.before else None
    drawn = {
        name: chart(size, curves.this.counts, before, curves.due_day) if curves.day else None
        for name, size in (("curve_wide", WIDE), ("curve_narrow", NARROW))
    }
    return {
        "curves": curves,
        "curve_heading": heading(curves),
        "curve_words": in_words(curves, survey_round.is_open),
        "curve_day": lambda day: format_date(curves.this.start + timedelta(days=day), "d MMM"),
        **drawn,
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

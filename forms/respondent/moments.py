"""When something was saved or handed in, in words: an hour today, else the day too."""

from __future__ import annotations

from datetime import datetime

from flask_babel import format_datetime, gettext

from survey_data import clock


def saved(at: datetime) -> str:
    """When the answers were saved; `at` is Swedish time."""
    time = at.strftime("%H:%M")
    if at.date() == clock.today():
        return str(gettext("Sparat %(time)s", time=time))
    day = str(format_datetime(at, "d MMMM", rebase=False))
    return str(gettext("Sparat %(day)s %(time)s", day=day, time=time))


def handed_in(moment: str) -> str:
    """When a response was handed in; `moment` is as stored."""
    return str(format_datetime(clock.local(moment), "d MMMM HH:mm", rebase=False))

"""Time as the survey keeps it: UTC in the database, Swedish time in front of people."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

SWEDEN = ZoneInfo("Europe/Stockholm")


def now() -> str:
    """This moment in UTC as ISO 8601 with milliseconds, which sorts as text."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def from_now(**delta: float) -> str:
    """A moment before or after this one, in the form of `now`."""
    return (datetime.now(UTC) + timedelta(**delta)).isoformat(timespec="milliseconds")


def local(moment: str) -> datetime:
    """A stored moment as Swedish time."""
    return datetime.fromisoformat(moment).astimezone(SWEDEN)


def today() -> date:
    """The date in Sweden."""
    return datetime.now(SWEDEN).date()

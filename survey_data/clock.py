"""Time as the survey keeps it: UTC in the database, Swedish time in front of people.

There are two clocks. The inventory's says which day it is in the round: what was answered, done
and published when, and what the calendar does next. A test or the demonstration can set it to
another day. The machine's is for what must not be moved with it: how long a session, a link, a
code or a claimed mail is good for.
"""

import time as system_time
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from threading import Lock
from zoneinfo import ZoneInfo

SWEDEN = ZoneInfo("Europe/Stockholm")
LEAST_LEAP = timedelta(minutes=2)


class Clock:
    """A clock that goes as fast as another one, and shows the same until it is set."""

    def __init__(self, other: Callable[[], datetime]) -> None:
        self._other, self.ahead = other, timedelta()

    def read(self) -> datetime:
        """This moment, in UTC."""
        return self._other() + self.ahead

    def set_to(self, moment: datetime | None) -> None:
        """Let it be this moment now, and go on from there; None shows the other clock's again."""
        self.ahead = moment - self._other() if moment else timedelta()

    def now(self) -> str:
        """This moment in UTC as ISO 8601 with milliseconds, which sorts as text."""
        return self.read().isoformat(timespec="milliseconds")

    def from_now(self, **delta: float) -> str:
        """A moment before or after this one, in the form of `now`; takes what timedelta takes."""
        return (self.read() + timedelta(**delta)).isoformat(timespec="milliseconds")

    def today(self) -> date:
        """The date in Sweden."""
        return self.read().astimezone(SWEDEN).date()


machine = Clock(lambda: datetime.now(UTC))


def since_boot() -> float:
    """Seconds that the machine has been on, asleep or awake, which nobody can set."""
    kind = getattr(system_time, "CLOCK_BOOTTIME", system_time.CLOCK_MONOTONIC)
    return system_time.clock_gettime(kind)


class LeapWatch:
    """Sees a clock leap, as when somebody sets it, by one that nobody can set."""

    def __init__(self) -> None:
        self._started, self.lock = self._start(), Lock()

    @staticmethod
    def _start() -> datetime:
        return machine.read() - timedelta(seconds=since_boot())

    def leap(self) -> timedelta:
        """How far the machine's clock has leapt, until that is noted; negative where it went back.

        Nothing for what a time server puts right from day to day.
        """
        leap = self._start() - self._started
        if abs(leap) < LEAST_LEAP:
            self.note(leap)
            return timedelta()
        return leap

    def note(self, leap: timedelta) -> None:
        """Go on from a leap that has been seen to."""
        self._started += leap


inventory = Clock(machine.read)
now, from_now, today = inventory.now, inventory.from_now, inventory.today


def at(day: date, hour: time = time()) -> str:
    """A Swedish date and time of day, midnight unless said, as a stored moment."""
    wanted = datetime.combine(day, hour, SWEDEN)
    return wanted.astimezone(UTC).isoformat(timespec="milliseconds")


def times_shown(day: date, hour: time) -> int:
    """How often clocks in Sweden show an hour that day: once, but never or twice as they change."""
    before = datetime.combine(day, hour, SWEDEN).utcoffset()
    after = datetime.combine(day, hour.replace(fold=1), SWEDEN).utcoffset()
    assert before is not None
    assert after is not None
    return 1 if before == after else (2 if before > after else 0)


def local(moment: str) -> datetime:
    """A stored moment as Swedish time."""
    return datetime.fromisoformat(moment).astimezone(SWEDEN)


def date_of(moment: str) -> date:
    """The date in Sweden of a stored moment."""
    return local(moment).date()

"""What nobody has any use for once its time is out: it goes by itself, and the trail says so."""

from __future__ import annotations

from sqlite_utils import Database

from survey_data import audit_trail, clock
from survey_data.automation import retention
from survey_data.database import run, scalar, writing
from survey_data.staff.sessions import LONGEST

LONGEST_HOURS = max(LONGEST.values()).total_seconds() / 3600


def _conditions(db: Database) -> dict[str, tuple[str, str]]:
    """Each table with what has expired in it, and the moment that is the limit."""
    now = clock.machine.now()
    days = retention.periods(db).sessions
    ended = clock.machine.from_now(days=-days)
    return {
        "import_preview": ("expires_at <= ?", now),
        "earlier_draft": ("expires_at <= ?", now),
        "sign_in_link": ("expires_at <= ?", ended),
        "setup_link": ("expires_at <= ?", ended),
        "device_check": ("asked_at <= ?", ended),
        # In a closed round no link is claimed any more.
        "known_browser": ("invitation_id IN (SELECT i.id FROM invitation i"
                          " JOIN round r ON r.id = i.round_id WHERE r.closed_at <= ?"
                          " AND i.open_until IS NULL)",
                          clock.from_now(days=-days)),
        # A session that nobody ended is over when it has become too old.
        "session": ("coalesce(ended_at, started_at) <= ?",
                    clock.machine.from_now(days=-days, hours=-LONGEST_HOURS)),
    }  # fmt: skip


def expired(db: Database) -> dict[str, int]:
    """How much has expired in each table; deletes nothing."""
    return {
        table: int(scalar(db, f"SELECT count(*) FROM {table} WHERE {condition}", (limit,)))
        for table, (condition, limit) in _conditions(db).items()
    }


def tidy(db: Database) -> dict[str, int]:
    """Delete what has expired; returns how much of each, and notes it where there was any."""
    if not any(expired(db).values()):
        return {}
    with writing(db):
        gone = {
            table: run(db, f"DELETE FROM {table} WHERE {condition}", (limit,))
            for table, (condition, limit) in _conditions(db).items()
        }
        counts = {table: count for table, count in gone.items() if count}
        if counts:
            audit_trail.record(db, "scheduler", "expired removed", after=counts)
    return counts

"""Sessions of respondents and staff: kept here, so that they can be ended here."""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlite_utils import Database

from survey_data import clock
from survey_data.database import first, run
from survey_data.tokens import hashed, new_token

# A respondent is interrupted by a working day; staff sit at shared desks.
LONGEST = {"respondent": timedelta(hours=24), "staff": timedelta(hours=12)}
IDLE = {"respondent": timedelta(hours=8), "staff": timedelta(hours=2)}
# Writing "seen" at every click would cost a disk flush each; once in a while is enough.
SEEN_EVERY = timedelta(minutes=5)


@dataclass(frozen=True)
class Session:
    """Who is on the other side: a respondent's invitation, or a member of staff.

    `by_staff_id` is the coordinator who fills in for the respondent on the telephone,
    `delegation_id` the colleague who answers a part.
    """

    id_hash: str
    invitation_id: int | None
    staff_id: int | None
    by_staff_id: int | None = None
    delegation_id: int | None = None


def start(
    db: Database,
    *,
    invitation_id: int | None = None,
    staff_id: int | None = None,
    by_staff_id: int | None = None,
    delegation_id: int | None = None,
) -> str:
    """Begin a session and return its id, of which only the hash is kept."""
    raw = new_token()
    now = clock.machine.now()
    db.table("session").insert(
        {
            "id_hash": hashed(raw),
            "invitation_id": invitation_id,
            "staff_id": staff_id,
            "by_staff_id": by_staff_id,
            "delegation_id": delegation_id,
            "started_at": now,
            "seen_at": now,
        }
    )
    return raw


def find(db: Database, raw: str) -> Session | None:
    """The live session with that id, or None when unknown, ended, too old or too long idle."""
    row = first(db, "SELECT * FROM session WHERE id_hash = ? AND ended_at IS NULL", (hashed(raw),))
    if row is None:
        return None
    kind = "staff" if row["staff_id"] else "respondent"
    at = clock.machine.read()
    started, seen = (datetime.fromisoformat(row[name]) for name in ("started_at", "seen_at"))
    if at - started > LONGEST[kind] or at - seen > IDLE[kind]:
        return None
    if at - seen > SEEN_EVERY:
        # A busy or full disk must not cost anyone what they typed: it is noted next time.
        with suppress(sqlite3.OperationalError):
            _mark_seen(db, row["id_hash"])
    names = ("id_hash", "invitation_id", "staff_id", "by_staff_id", "delegation_id")
    return Session(*(row[name] for name in names))


def _mark_seen(db: Database, id_hash: str) -> None:
    run(db, "UPDATE session SET seen_at = ? WHERE id_hash = ?", (clock.machine.now(), id_hash))


def end(db: Database, raw: str) -> None:
    """End a session for good."""
    run(db, "UPDATE session SET ended_at = ? WHERE id_hash = ?", (clock.machine.now(), hashed(raw)))


def end_all_of_staff(db: Database, staff_id: int) -> None:
    """End every session of a member of staff."""
    run(
        db,
        "UPDATE session SET ended_at = ? WHERE ? IN (staff_id, by_staff_id) AND ended_at IS NULL",
        (clock.machine.now(), staff_id),
    )

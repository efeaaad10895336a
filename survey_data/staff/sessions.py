"""Sessions of respondents and staff: kept here, so that they can be ended here."""

import sqlite3
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlite_utils import Database

from survey_data import audit_trail, clock
from survey_data.database import first, insert, read_all, read_row, run, writing
from survey_data.tokens import hashed, new_token

# A respondent is interrupted by a working day; staff sit at shared desks.
LONGEST = {"respondent": timedelta(hours=24), "staff": timedelta(hours=12)}
IDLE = {"respondent": timedelta(hours=8), "staff": timedelta(hours=2)}
# At a time, of one of the staff: the oldest ends when one more begins.
MOST_OF_STAFF = 10
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
    factor_at: str | None = None
    is_confirmed: bool = False

    @property
    def writer(self) -> str:
        """Who saves, as a draft names it: never a name."""
        if self.delegation_id is not None:
            return f"colleague {self.delegation_id}"
        if self.by_staff_id is not None:
            return f"staff {self.by_staff_id}"
        return f"session {self.id_hash[:12]}"


def start(
    db: Database, *, invitation_id: int | None = None, staff_id: int | None = None,
    by_staff_id: int | None = None, delegation_id: int | None = None, device: str = "",
    browser: str = "",
) -> str:  # fmt: skip
    """Begin a session and return its id, of which only the hash is kept, as of its `browser`."""
    raw, now = new_token(), clock.machine.now()
    insert(db, "session", {
        "id_hash": hashed(raw), "invitation_id": invitation_id, "staff_id": staff_id,
        "by_staff_id": by_staff_id, "delegation_id": delegation_id, "started_at": now,
        "seen_at": now, "device": device[:40],
        "browser_hash": hashed(browser) if browser else None,
    })  # fmt: skip
    if staff_id is not None:
        sql = """UPDATE session SET ended_at = ? WHERE staff_id = ? AND ended_at IS NULL AND rowid
            NOT IN (SELECT rowid FROM session WHERE staff_id = ? AND ended_at IS NULL
            ORDER BY rowid DESC LIMIT ?)"""
        run(db, sql, (now, staff_id, staff_id, MOST_OF_STAFF))
    return raw


COLUMNS = "s.*, coalesce(k.confirmed, 0) AS is_confirmed"
TABLES = """session s LEFT JOIN known_browser k ON k.browser_hash = :browser
    AND k.invitation_id = s.invitation_id AND k.delegation_id = coalesce(s.delegation_id, 0)"""
LIVE = "s.id_hash = :session AND s.ended_at IS NULL"


def find(db: Database, raw: str) -> Session | None:
    """The live session with that id, or None when unknown, ended, too old or too long idle."""
    row = first(db, f"SELECT s.* FROM session s WHERE {LIVE}", {"session": hashed(raw)})
    return usable(db, row) if row else None


def usable(db: Database, row: Mapping[str, Any]) -> Session | None:
    """The session of a row, unless it is too old or too long idle; notes that it was seen."""
    kind = "staff" if row["staff_id"] else "respondent"
    at = clock.machine.read()
    started, seen = (datetime.fromisoformat(row[name]) for name in ("started_at", "seen_at"))
    if at - started > LONGEST[kind] or at - seen > IDLE[kind]:
        return None
    if at - seen > SEEN_EVERY:
        # A busy or full disk must not cost anyone what they typed: it is noted next time.
        with suppress(sqlite3.OperationalError):
            sql = "UPDATE session SET seen_at = ? WHERE id_hash = ?"
            run(db, sql, (clock.machine.now(), row["id_hash"]))
    return read_row(Session, row)


@dataclass(frozen=True)
class OpenSession:
    """A session as its owner is shown it; `handle` names it, and opens nothing."""

    handle: str
    started_at: str
    seen_at: str
    device: str


def usable_since(kind: str) -> tuple[str, str]:
    """From when a kind of session must have begun, and have been seen, to be usable now."""
    longest, idle = (-limit[kind].total_seconds() for limit in (LONGEST, IDLE))
    return clock.machine.from_now(seconds=longest), clock.machine.from_now(seconds=idle)


def _open(db: Database, kind: str, column: str, owner: int) -> list[OpenSession]:
    sql = f"""SELECT substr(id_hash, 1, 16) AS handle, started_at, seen_at, device FROM session
        WHERE {column} = ? AND ended_at IS NULL AND started_at > ? AND seen_at > ?
        ORDER BY started_at DESC"""
    return read_all(db, OpenSession, sql, (owner, *usable_since(kind)))


def open_of_staff(db: Database, staff_id: int) -> list[OpenSession]:
    """The sessions of a member of staff that could still be used, newest first."""
    return _open(db, "staff", "staff_id", staff_id)


def open_of_invitation(db: Database, invitation_id: int) -> list[OpenSession]:
    """The sessions in which an enterprise's form is open, newest first."""
    return _open(db, "respondent", "invitation_id", invitation_id)


def handle_of(raw: str) -> str:
    """What a session is called where it is listed."""
    return hashed(raw)[:16]


def note_factor(db: Database, raw: str) -> str:
    """Note that a session has shown its second factor now; it goes on with the id returned."""
    renewed = new_token()
    sql = "UPDATE session SET factor_at = ?, id_hash = ? WHERE id_hash = ?"
    run(db, sql, (clock.machine.now(), hashed(renewed), hashed(raw)))
    return renewed


def end_one_of_staff(db: Database, staff_id: int, handle: str) -> bool:
    """End one session of a member of staff; tells whether there was one."""
    sql = """UPDATE session SET ended_at = ? WHERE staff_id = ? AND substr(id_hash, 1, 16) = ?
        AND ended_at IS NULL"""
    return bool(run(db, sql, (clock.machine.now(), staff_id, handle)))


def end_all_of_invitation(db: Database, invitation_id: int, actor: str) -> int:
    """Close an enterprise's form wherever it is open, and know none of its browsers any more."""
    with writing(db):
        sql = "UPDATE session SET ended_at = ? WHERE invitation_id = ? AND ended_at IS NULL"
        ended = run(db, sql, (clock.machine.now(), invitation_id))
        run(db, "DELETE FROM known_browser WHERE invitation_id = ?", (invitation_id,))
        audit_trail.record(db, actor, "sessions ended", f"invitation {invitation_id}")
    return ended


def end(db: Database, raw: str) -> None:
    """End a session for good."""
    run(db, "UPDATE session SET ended_at = ? WHERE id_hash = ?", (clock.machine.now(), hashed(raw)))


def end_all_of_staff(db: Database, staff_id: int) -> None:
    """End every session of a member of staff."""
    sql = "UPDATE session SET ended_at = ? WHERE ? IN (staff_id, by_staff_id) AND ended_at IS NULL"
    run(db, sql, (clock.machine.now(), staff_id))

"""What a database that came out of a copy needs before anything happens by itself again.

A copy does not know what was done after it was made: which mails left, which acts of the calendar
were carried out, who was erased. So sending is paused, what may have been sent is marked as
uncertain, acts whose time has passed wait for a person, and erasures are carried out again.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from sqlite_utils import Database

from survey_data import audit_trail, clock, erasures, outbox, sending_pause, tokens
from survey_data.automation.personal_data import KINDS
from survey_data.database import run, scalar, writing
from survey_data.erasures import Erasure
from survey_data.register import contacts
from survey_data.rounds import calendar
from survey_data.staff import staff

ACTOR = "restore"
# Kept in the database and in a file beside it: apart, they tell that one of them was brought here.
MARK = "data_folder"
MARK_FILE = "data_folder.mark"


def take_over(db: Database, folder: Path) -> bool:
    """Carry out listed erasures, and tell whether the database was brought here from a copy.

    One that was is treated as restored. Call at each start, before anything is sent.
    """
    known = scalar(db, "SELECT value FROM setting WHERE name = ?", (MARK,))
    file = folder / MARK_FILE
    is_brought = known is not None and (not file.exists() or file.read_text("ascii") != known)
    if is_brought:
        prepare(db)
    if known is None or is_brought:
        mark(db, folder)
    replay_erasures(db)
    return is_brought


def mark(db: Database, folder: Path) -> None:
    """Let a database belong to a folder from now on."""
    value = tokens.new_token()
    path = folder / MARK_FILE
    path.write_text(value, "ascii")
    path.chmod(0o600)
    run(db, "INSERT OR REPLACE INTO setting (name, value) VALUES (?, ?)", (MARK, value))


def prepare(db: Database, copied_at: str = "") -> None:
    """Let nothing that the copy of that moment would do again happen by itself."""
    with writing(db):
        known_until = copied_at or scalar(db, "SELECT max(at) FROM audit") or clock.now()
        sending_pause.begin(db, known_until, ACTOR)
        outbox.doubt_waiting(db)
        pause_overdue(db, ACTOR)


def resume(db: Database, actor: str) -> bool:
    """Send again, as a person has compared; tells whether it was paused.

    What the calendar would have done meanwhile still waits for a person.
    """
    with writing(db):
        if sending_pause.current(db):
            pause_overdue(db, actor)
        return sending_pause.end(db, actor)


def pause_overdue(db: Database, actor: str) -> None:
    """Let every act whose time has passed wait until someone decides about it."""
    for act in calendar.due(db, clock.now()):
        calendar.pause(db, act.id, actor, reason="restored from a copy")


def replay_erasures(db: Database) -> int:
    """Carry out what the list beside the database has and it has not; returns how many."""
    path = erasures.path_beside(db)
    if path is None:
        return 0
    with writing(db):
        known = erasures.carried_out(db)
        missed = [each for each in erasures.read(path) if each.number > known]
        for each in missed:
            _erase(db, each)
        if missed:
            erasures.set_carried_out(db, missed[-1].number)
            audit_trail.record(db, ACTOR, "erasures repeated", after={"count": len(missed)})
    return len(missed)


def _erase(db: Database, erasure: Erasure) -> None:
    if erasure.kind == "contact":
        owner = scalar(db, "SELECT enterprise_id FROM contact WHERE id = ?", (erasure.subject_id,))
        contacts.erase(db, owner or 0, erasure.subject_id)
    elif erasure.kind == "staff":
        staff.shut_out(db, erasure.subject_id)
    elif erasure.kind in KINDS:
        KINDS[erasure.kind].remove(db, erasure.subject_id, date.fromisoformat(erasure.before))

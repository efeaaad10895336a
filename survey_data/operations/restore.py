"""Restoring a data folder on a new machine: out of a backup, or of a database that was copied.

A copy does not know what was done after it was made: which mails left, which acts of the calendar
were carried out, who was erased. So sending is paused, what may have been sent is marked as
uncertain, acts whose time has passed wait for a person, and erasures are carried out again. A
database that somebody copied into place by hand is treated the same (`take_over`).
"""

import secrets
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlite_utils import Database

from survey_data import audit_trail, clock, erasures, outbox, sending, tokens
from survey_data.automation.personal_data import KINDS
from survey_data.database import connect, keep_setting, scalar, setting, writing
from survey_data.erasures import Erasure
from survey_data.errors import DataFolderTooNew, DataFolderTooOld
from survey_data.migrations import bring_up_to_date
from survey_data.operations import backup_file
from survey_data.operations.backup import RELEASES, SECRET, copy_database
from survey_data.operations.backup_file import SEALED, SURVEY, BackupDamaged, Manifest
from survey_data.register import contacts
from survey_data.rounds import calendar
from survey_data.staff import staff

# Everything is made ready in here first, so that nothing is in place before all of it can be.
STAGED = ".restoring"
SQLITE = b"SQLite format 3\0"
ACTOR = "restore"
# Kept in the database and in a file beside it: apart, they tell that one of them was brought here.
MARK = "data_folder"
MARK_FILE = "data_folder.mark"


@dataclass(frozen=True)
class Restored:
    """What was restored: the moment the copy knows everything up to (UTC), and what came along."""

    copied_at: str
    address: str
    releases: tuple[str, ...]
    has_secret: bool
    erased: int


def is_database(file: Path) -> bool:
    """Whether a file is a bare database, as Litestream restores it, and no backup."""
    with file.open("rb") as opened:
        return opened.read(len(SQLITE)) == SQLITE


def has_secret(file: Path) -> bool:
    """Whether a backup has a sealed secret; raises BackupDamaged or BackupTooNew."""
    return not is_database(file) and backup_file.check(file).has_secret


def must_be_empty(data: Path) -> None:
    """Let nothing be restored over what is there; raises FolderNotEmpty."""
    # What a file system puts in its own root is nobody's data.
    if data.exists() and {path.name for path in data.iterdir()} - {"lost+found"}:
        raise backup_file.FolderNotEmpty(data)


def restore(
    file: Path, data: Path, *, passphrase: str = "", erased: Path | None = None,
    releases: Path | None = None,
) -> Restored:  # fmt: skip
    """Put a copy in place in an empty data folder, after everything in it has been checked.

    `erased` is a list of erasures kept apart, newer than the copy's own; `releases` a folder of
    releases for a bare database. Without a passphrase a new secret is made. Raises
    FolderNotEmpty, BackupDamaged, BackupTooNew, BackupTooOld, WrongPassphrase or OSError; then
    the folder is as it was.
    """
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    must_be_empty(data)
    place = data / STAGED
    place.mkdir(mode=0o700)
    try:
        manifest = _stage(file, place, releases)
        had_secret = _place_secret(place, passphrase)
        if erased is not None:
            _add_erasures(place / erasures.FILE, erased)
        found = _prepare(place, file.name, manifest, had_secret)
        # The database last: a folder without it is seen to be no whole one.
        for path in sorted(place.iterdir(), key=lambda p: p.name == SURVEY):
            path.rename(data / path.name)
    finally:
        shutil.rmtree(place, ignore_errors=True)
    return found


def _stage(file: Path, place: Path, releases: Path | None) -> Manifest | None:
    if is_database(file):
        try:
            copy_database(file, place / SURVEY)
        except sqlite3.DatabaseError:
            raise BackupDamaged(file.name) from None
        if releases is not None:
            shutil.copytree(releases, place / RELEASES)
        return None
    manifest = backup_file.check(file)
    backup_file.unpack(file, place, manifest)
    return manifest


def _place_secret(place: Path, passphrase: str) -> bool:
    """Write the secret of the copy, or a new one; tells whether it is the copy's."""
    sealed = place / SEALED
    is_kept = sealed.exists() and bool(passphrase)
    secret = backup_file.unseal(sealed.read_bytes(), passphrase) if is_kept else ""
    sealed.unlink(missing_ok=True)
    (place / SECRET).touch(mode=0o600)
    (place / SECRET).write_text(secret or secrets.token_hex(32), "ascii")
    return is_kept


def _add_erasures(path: Path, apart: Path) -> None:
    # Another file by mistake would bring back those who were erased, and say nothing.
    if apart.stat().st_size and not erasures.read(apart):
        raise backup_file.NoErasures(apart.name)
    known = {each.number for each in erasures.read(path)}
    erasures.append(path, [each for each in erasures.read(apart) if each.number not in known])


def _prepare(place: Path, name: str, manifest: Manifest | None, had_secret: bool) -> Restored:
    """Let nothing of the copy happen by itself, before it is in place."""
    with closing(sqlite3.connect(place / SURVEY)) as raw:
        try:
            if raw.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
                raise BackupDamaged(name)
        except sqlite3.DatabaseError:
            raise BackupDamaged(name) from None
    db = connect(place / SURVEY)
    try:
        bring_up_to_date(db)
        prepare(db, manifest.made_at if manifest else "")
        erased = replay_erasures(db)
        mark(db, place)
        pause = sending.pause(db)
        assert pause is not None
        numbers = tuple(row[0] for row in db.execute("SELECT id FROM release"))
        address = manifest.address if manifest else ""
        return Restored(pause.copied_at, address, numbers, had_secret, erased)
    except DataFolderTooNew:
        raise backup_file.BackupTooNew(name) from None
    except DataFolderTooOld:
        raise backup_file.BackupTooOld(name) from None
    finally:
        db.close()


def take_over(db: Database, folder: Path) -> bool:
    """Carry out listed erasures, and tell whether the database was brought here from a copy.

    One that was is treated as restored. Call at each start, before anything is sent.
    """
    known = setting(db, MARK)
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
    keep_setting(db, MARK, value)


def prepare(db: Database, copied_at: str = "") -> None:
    """Let nothing that the copy of that moment would do again happen by itself."""
    with writing(db):
        known_until = copied_at or scalar(db, "SELECT max(at) FROM audit") or clock.now()
        sending.begin_pause(db, known_until, ACTOR)
        outbox.doubt_waiting(db)
        pause_overdue(db, ACTOR)


def resume(db: Database, actor: str) -> bool:
    """Send again, as a person has compared; tells whether it was paused.

    What the calendar would have done meanwhile still waits for a person.
    """
    with writing(db):
        if sending.pause(db):
            pause_overdue(db, actor)
        return sending.end_pause(db, actor)


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

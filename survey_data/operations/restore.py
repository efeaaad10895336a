"""Restoring a data folder on a new machine: out of a backup, or of a database that was copied."""

from __future__ import annotations

import secrets
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sqlite_utils import Database

from survey_data import erasures, sending_pause
from survey_data.database import connect
from survey_data.errors import DataFolderTooNew, DataFolderTooOld
from survey_data.migrations import bring_up_to_date
from survey_data.operations import after_restore, sealed_secret
from survey_data.operations.backup import RELEASES, SECRET, copy_database
from survey_data.operations.backup_file import SEALED, SURVEY, Manifest, check, unpack
from survey_data.operations.errors import (
    BackupDamaged,
    BackupTooNew,
    BackupTooOld,
    FolderNotEmpty,
)

# Everything is made ready in here first, so that nothing is in place before all of it can be.
STAGED = ".restoring"
SQLITE = b"SQLite format 3\0"


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
    return not is_database(file) and check(file).has_secret


def restore(
    file: Path,
    data: Path,
    *,
    passphrase: str = "",
    erased: Path | None = None,
    releases: Path | None = None,
) -> Restored:
    """Put a copy in place in an empty data folder, after everything in it has been checked.

    `erased` is a list of erasures kept apart, newer than the copy's own; `releases` a folder of
    releases for a bare database. Without a passphrase a new secret is made. Raises
    FolderNotEmpty, BackupDamaged, BackupTooNew, BackupTooOld, WrongPassphrase or OSError; then
    the folder is as it was.
    """
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    # What a file system puts in its own root is nobody's data.
    if {path.name for path in data.iterdir()} - {"lost+found"}:
        raise FolderNotEmpty(data)
    place = data / STAGED
    place.mkdir(mode=0o700)
    try:
        manifest = _stage(file, place, releases)
        had_secret = _place_secret(place, passphrase)
        if erased is not None:
            _merge(place / erasures.FILE, erased)
        found = _prepare(place, file.name, manifest, had_secret)
        _move(place, data)
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
    manifest = check(file)
    unpack(file, place, manifest)
    return manifest


def _bring_up_to_date(db: Database, name: str) -> None:
    try:
        bring_up_to_date(db)
    except DataFolderTooNew:
        raise BackupTooNew(name) from None
    except DataFolderTooOld:
        raise BackupTooOld(name) from None


def _place_secret(place: Path, passphrase: str) -> bool:
    """Write the secret of the copy, or a new one; tells whether it is the copy's."""
    sealed = place / SEALED
    is_kept = sealed.exists() and bool(passphrase)
    secret = sealed_secret.unseal(sealed.read_bytes(), passphrase) if is_kept else ""
    sealed.unlink(missing_ok=True)
    (place / SECRET).touch(mode=0o600)
    (place / SECRET).write_text(secret or secrets.token_hex(32), "ascii")
    return is_kept


def _merge(path: Path, apart: Path) -> None:
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
        _bring_up_to_date(db, name)
        after_restore.prepare(db, manifest.made_at if manifest else "")
        erased = after_restore.replay_erasures(db)
        after_restore.mark(db, place)
        pause = sending_pause.current(db)
        assert pause is not None
        numbers = tuple(row[0] for row in db.execute("SELECT id FROM release"))
        address = manifest.address if manifest else ""
        return Restored(pause.copied_at, address, numbers, had_secret, erased)
    finally:
        db.close()


def _move(place: Path, data: Path) -> None:
    """Everything into place, the database last: a folder without it is seen to be no whole one."""
    for path in sorted(place.iterdir(), key=lambda p: p.name == SURVEY):
        path.rename(data / path.name)

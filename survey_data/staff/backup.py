"""Copies of survey.db, made while it is in use, checked, and readable by their owner alone."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlite_utils import Database

from survey_data import audit_trail, clock
from survey_data.errors import SurveyError


class BackupDamaged(SurveyError):
    """The copy of the database did not pass its check, and was thrown away."""


@dataclass(frozen=True)
class Backup:
    """One copy."""

    name: str
    at: str
    size: int


def make(db: Database, folder: Path, actor: str) -> Backup:
    """Copy the whole database; a copy that is not whole is thrown away (BackupDamaged)."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    at = clock.machine.read()
    path = folder / f"survey-{at:%Y-%m-%d-%H%M%S-%f}.db"
    # Under its own name only once it is whole, so that no half copy is ever taken for one.
    unfinished = path.with_suffix(".part")
    unfinished.touch(mode=0o600)
    try:
        _copy(db, unfinished)
        unfinished.rename(path)
    finally:
        unfinished.unlink(missing_ok=True)
    audit_trail.record(db, actor, "backup made", path.name)
    return _of(path)


def _copy(db: Database, target: Path) -> None:
    with closing(sqlite3.connect(target)) as copy:
        db.conn.backup(copy)
        # A copy is one file: it must not depend on a journal beside it.
        copy.execute("PRAGMA journal_mode = DELETE")
        if copy.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
            raise BackupDamaged


def every(folder: Path) -> list[Backup]:
    """The copies there are, the newest first."""
    return [_of(path) for path in sorted(folder.glob("survey-*.db"), reverse=True)]


def _of(path: Path) -> Backup:
    facts = path.stat()
    at = datetime.fromtimestamp(facts.st_mtime, UTC).isoformat(timespec="milliseconds")
    return Backup(path.name, at, facts.st_size)

"""Whether everything works: what a monitor asks for, and `flask status` says in words."""

import os
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryFile

from sqlite_utils import Database

from survey_data import clock, sending
from survey_data.database import scalar
from survey_data.operations import backup
from survey_data.releases import archive

# Touched by the scheduler, so that other processes can see that it is alive.
HEARTBEAT = "scheduler.alive"
MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """What is still well: free megabytes, and ages in seconds."""

    free_mb: int = 500
    heartbeat: int = 60
    mail: int = 6 * 3600
    backup: int = 2 * 24 * 3600
    lock: float = 2.0


@dataclass(frozen=True)
class Check:
    """One thing that was looked at: its name, whether it is well, in Swedish words, as a number."""

    name: str
    is_well: bool
    words: str
    value: float | None = None


def checks(
    db: Database, data: Path, backups: Path, limits: Limits | None = None
) -> tuple[Check, ...]:
    """Everything that is looked at; holds nothing secret, and no name of a file or person."""
    given = limits or Limits()
    return (
        _write(data, given),
        _disk(data, given),
        _scheduler(data, given),
        _mail(db, given),
        _sending(db),
        _backup(db, backups, given),
        _releases(data / backup.RELEASES),
    )


def note_alive(data: Path) -> None:
    """Let others see that the scheduler is alive."""
    (data / HEARTBEAT).touch(mode=0o600)


def _write(data: Path, limits: Limits) -> Check:
    try:
        with TemporaryFile(dir=data) as file:
            file.write(b"x" * 4096)
            file.flush()
            os.fsync(file.fileno())
        database = f"{(data / 'survey.db').absolute().as_uri()}?mode=rw"
        with closing(sqlite3.connect(database, uri=True, timeout=limits.lock)) as other:
            other.execute("BEGIN IMMEDIATE")
            other.rollback()
    except (OSError, sqlite3.Error):
        return Check("write", False, "Det går inte att skriva i datamappen.")
    return Check("write", True, "Det går att skriva i datamappen.")


def _disk(data: Path, limits: Limits) -> Check:
    free = shutil.disk_usage(data).free // MEGABYTE
    is_well = free >= limits.free_mb
    needed = "" if is_well else f": minst {limits.free_mb} MB behövs"
    return Check("disk", is_well, f"{free} MB ledigt på disken{needed}.", free)


def _scheduler(data: Path, limits: Limits) -> Check:
    file = data / HEARTBEAT
    if not file.exists():
        words = "Schemaläggaren har aldrig gått: flask serve är inte igång."
        return Check("scheduler", False, words)
    age = round(max(0.0, datetime.now(UTC).timestamp() - file.stat().st_mtime))
    if age > limits.heartbeat:
        words = f"Schemaläggaren står still sedan {_ago(age)}: flask serve är inte igång."
        return Check("scheduler", False, words, age)
    return Check("scheduler", True, "Schemaläggaren går.", age)


def _mail(db: Database, limits: Limits) -> Check:
    sql = """SELECT count(*), min(created_at) FROM outbox
        WHERE state IN ('queued', 'sending') AND due_at <= ?"""
    count, oldest = db.conn.execute(sql, (clock.now(),)).fetchone()
    if not count:
        return Check("mail", True, "Inga mejl väntar.", 0)
    age = _age(oldest)
    words = f"{count} mejl väntar, det äldsta sedan {_ago(age)}."
    return Check("mail", age <= limits.mail, words, age)


def _sending(db: Database) -> Check:
    if sending.pause(db):
        words = "Utskicken är pausade efter en återställning, tills någon jämfört på översikten."
        return Check("sending", False, words)
    trouble = sending.trouble(db)
    if trouble and trouble.kind == "refused":
        words = "Utskicken är stoppade: mejlservern släpper inte in oss. Översikten säger varför."
        return Check("sending", False, words)
    return Check("sending", True, "Utskicken är inte pausade.")


def _backup(db: Database, folder: Path, limits: Limits) -> Check:
    found = backup.every(folder)
    if not backup.to_keep(db):
        return Check("backup", True, "Inga dagliga säkerhetskopior görs (så är det inställt).")
    if found:
        age = _age(found[0].at)
        return Check("backup", age <= limits.backup,
                     f"Den senaste säkerhetskopian är {_ago(age)} gammal.", age)  # fmt: skip
    # In the first days of a data folder none has to be there yet. The trail does not know when it
    # was made: a demonstration's begins on a day of its own.
    made = scalar(db, "SELECT min(applied_at) FROM _sqlite_migrations")
    is_new = not made or _age(made) <= limits.backup
    return Check("backup", is_new, "Ingen säkerhetskopia är gjord än.")


def _releases(folder: Path) -> Check:
    damaged = [n for n in archive.standing(folder) if not archive.is_intact(folder, n, "open.db")]
    words = f"Utgåva {', '.join(damaged)} är skadad på disken: ta mappen ur en säkerhetskopia."
    return Check("releases", not damaged, words if damaged else "Utgåvorna är hela.", len(damaged))


def _age(moment: str) -> int:
    return max(0, round((datetime.now(UTC) - datetime.fromisoformat(moment)).total_seconds()))


def _ago(seconds: int) -> str:
    if seconds < 120:
        return f"{seconds} sekunder"
    return f"{seconds // 60} minuter" if seconds < 7200 else f"{seconds // 3600} timmar"

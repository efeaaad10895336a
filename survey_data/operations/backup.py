"""Making backups: now and then by a person, each day by the scheduler, while all is in use."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlite_utils import Database

from survey_data import audit_trail, clock, erasures
from survey_data.database import keep_setting, setting, writing
from survey_data.operations import backup_file
from survey_data.operations.backup_file import SEALED, SURVEY
from survey_data.staff import logo

DATABASES = (SURVEY, "open.db", "analysts.db")
RELEASES, SECRET = "releases", "secret_key"
# So often a copy begun while a release goes out is begun anew.
TRIES = 3
EVERY = timedelta(days=1)
TO_KEEP = "backups_to_keep"
TO_KEEP_DEFAULT, MOST_TO_KEEP = 7, 365
BY_ITSELF = "scheduler"


@dataclass(frozen=True)
class Backup:
    """One backup: its name, when it was made (UTC), and its size in bytes."""

    name: str
    at: str
    size: int


def make(
    db: Database, data: Path, target: Path, actor: str, *, passphrase: str = "", address: str = ""
) -> Backup:
    """Copy a data folder into one new file that only its owner can read.

    With a passphrase the secret comes along, sealed. `address` is where the product is reached.
    Raises AlreadyThere, BackupDamaged, PublishingMeanwhile, or OSError where there is no room;
    no half a file is left behind.
    """
    if target.exists():
        raise backup_file.AlreadyThere(target)
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Under its own name only once it is whole, so that no half copy is ever taken for one.
    unfinished = target.with_name(f"{target.name}.part")
    unfinished.touch(mode=0o600)
    try:
        with TemporaryDirectory(prefix=".copy-", dir=target.parent) as place:
            made_at = clock.machine.now()
            _snapshot(data, Path(place), passphrase)
            files = dict(_files(Path(place), data))
            backup_file.pack(unfinished, files, made_at=made_at, address=address)
        unfinished.rename(target)
    finally:
        unfinished.unlink(missing_ok=True)
    audit_trail.record(db, actor, "backup made", target.name)
    return _of(target)


def make_in(
    db: Database, data: Path, folder: Path, actor: str, *, passphrase: str = "", address: str = ""
) -> Backup:
    """Make a backup under the name of this moment in the folder of backups; raises as `make`."""
    name = f"asf-{datetime.now(UTC):%Y-%m-%d-%H%M%S-%f}.zip"
    return make(db, data, folder / name, actor, passphrase=passphrase, address=address)


def _snapshot(data: Path, place: Path, passphrase: str) -> None:
    """Copy what changes: the databases, all of one and the same release, and the small files."""
    for _ in range(TRIES):
        for name in DATABASES:
            (place / name).unlink(missing_ok=True)
            if (data / name).exists():
                copy_database(data / name, place / name)
        if _releases(place / SURVEY) == _releases(data / SURVEY):
            break
    else:
        raise backup_file.PublishingMeanwhile
    for name in (logo.NAME, erasures.FILE):
        if (data / name).exists():
            shutil.copyfile(data / name, place / name)
    if passphrase:
        secret = (data / SECRET).read_text("ascii")
        (place / SEALED).write_bytes(backup_file.seal(secret, passphrase))


def copy_database(source: Path, target: Path) -> None:
    """Copy a database that may be in use as one file without a journal; raises BackupDamaged."""
    with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(target)) as made:
        target.chmod(0o600)
        live.backup(made)
        # A copy is one file: it must not depend on a journal beside it.
        made.execute("PRAGMA journal_mode = DELETE")
        if made.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
            raise backup_file.BackupDamaged(source.name)


def _releases(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as db:
        return [row[0] for row in db.execute("SELECT id FROM release ORDER BY published_at")]


def _files(place: Path, data: Path) -> Iterator[tuple[str, Path]]:
    yield from ((path.name, path) for path in sorted(place.iterdir()))
    for number in _releases(place / SURVEY):
        folder = data / RELEASES / number
        if folder.is_dir():
            yield from ((f"{RELEASES}/{number}/{p.name}", p) for p in sorted(folder.iterdir()))


def every(folder: Path) -> list[Backup]:
    """The backups of a folder, the newest first, and last those with a time to come.

    These were made before the clock was put back: nobody knows when, so they are the first to go.
    """
    found, now = map(_of, folder.glob("asf-*.zip")), datetime.now(UTC).isoformat()
    return sorted(found, key=lambda each: (each.at <= now, each.name), reverse=True)


def _of(path: Path) -> Backup:
    facts = path.stat()
    at = datetime.fromtimestamp(facts.st_mtime, UTC).isoformat(timespec="milliseconds")
    return Backup(path.name, at, facts.st_size)


def to_keep(db: Database) -> int:
    """How many of the daily backups are kept; 0 where none are made."""
    found = setting(db, TO_KEEP)
    return TO_KEEP_DEFAULT if found is None else int(found)


def keep(db: Database, count: int, actor: str) -> None:
    """Keep so many daily backups from now on; 0 makes none."""
    with writing(db):
        before = to_keep(db)
        keep_setting(db, TO_KEEP, str(count))
        if before != count:
            audit_trail.record(db, actor, "backups to keep changed", "settings",
                               before={TO_KEEP: before}, after={TO_KEEP: count})  # fmt: skip


def make_daily(
    db: Database, data: Path, folder: Path, *, passphrase: str = "", address: str = ""
) -> Backup | None:
    """Make today's backup unless it is made, and let the oldest go; None where nothing was due.

    A backup that a person made in the folder counts: it is as good.
    """
    count, found = to_keep(db), every(folder)
    if not count:
        return None
    if found:
        age = datetime.now(UTC) - datetime.fromisoformat(found[0].at)
        # One with a time to come was made before the clock was put back, and proves nothing.
        if timedelta(0) <= age < EVERY:
            return None
    made = make_in(db, data, folder, BY_ITSELF, passphrase=passphrase, address=address)
    for old in every(folder)[count:]:
        (folder / old.name).unlink(missing_ok=True)
    return made

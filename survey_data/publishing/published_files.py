"""The files that readers have: what is in them, whether they are whole, and putting others there.

What is open is always one of the release folders' `open.db`, byte for byte but for the counters
that SQLite keeps in each file's first page. So whether it is damaged is seen by comparing.
"""

import errno
import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from survey_data.database import read_row
from survey_data.releases import archive
from survey_data.releases.open_db import Release
from survey_data.statistics.published_tables import fresh

# Where SQLite counts how often a file and its schema have changed, and by which version of it.
COUNTERS = (slice(24, 28), slice(40, 44), slice(92, 100))
SIDE_FILES = ("-journal", "-wal", "-shm")
LOCK = "publishing.lock"
# Beside what is known to be written: journals, and what others write meanwhile.
MARGIN = 2 * 1024 * 1024


# An open.db lists all releases, its own among them; another file that lies there does not.
OPEN = "SELECT * FROM release WHERE id IN (SELECT id FROM releases)"
ANALYSTS = "SELECT * FROM release"


def release_in(path: Path, chosen: str = OPEN) -> Release | None:
    """The release that open.db, or analysts.db if so `chosen`, is of; None: lost or damaged.

    Opened for writing, as only a writer can roll back what a killed process left half written.
    """
    if not path.exists():
        return None
    with closing(sqlite3.connect(path)) as db:
        db.row_factory = sqlite3.Row
        try:
            if db.execute("PRAGMA quick_check").fetchone()[0] != "ok":
                return None
            return read_row(Release, dict(db.execute(chosen).fetchone()))
        except (sqlite3.DatabaseError, TypeError):
            return None


def newest_intact(folder: Path, but: str = "") -> str | None:
    """The newest release that is not withdrawn and whose open.db is as it was written, or None."""
    standing = (number for number in archive.standing(folder) if number != but)
    return next((n for n in standing if archive.is_intact(folder, n, "open.db")), None)


def is_same(path: Path, other: Path) -> bool:
    """Whether two database files have the same bytes, but for SQLite's own counters."""
    return path.exists() and other.exists() and _content(path) == _content(other)


def _content(path: Path) -> bytes:
    found = bytearray(path.read_bytes())
    for place in COUNTERS:
        found[place] = bytes(len(found[place]))
    return bytes(found)


def replace(new: sqlite3.Connection, path: Path) -> None:
    """Put new content into a published file in one transaction.

    Through SQLite's backup, never by copying over the file: whoever has it open sees the
    old content or the new, and no restart is needed.
    """
    try:
        _copy(new, path)
    except sqlite3.OperationalError:
        raise
    except sqlite3.DatabaseError:
        # The same file, for those who have it open, but nothing in it.
        for side in SIDE_FILES:
            path.with_name(path.name + side).unlink(missing_ok=True)
        os.truncate(path, 0)
        _copy(new, path)


def _copy(new: sqlite3.Connection, path: Path) -> None:
    with closing(sqlite3.connect(path, timeout=30)) as target:
        # Whatever lies there: a published file is one file, with no journal that outlives a write.
        target.execute("PRAGMA journal_mode = DELETE")
        target.execute("PRAGMA secure_delete = ON")
        new.backup(target)


def replace_with_file(source: Path, path: Path) -> None:
    """The same with the content of another database file."""
    with closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as new:
        replace(new, path)


def read_from(kept: bytes) -> sqlite3.Connection:
    """A database in memory from its bytes."""
    db = sqlite3.connect(":memory:")
    db.deserialize(kept)
    return db


def blank(path: Path) -> None:
    """Leave nothing in a published file, so that pages say that there is no release."""
    if path.exists():
        replace(fresh().conn, path)


@contextmanager
def alone(opened: Path) -> Iterator[None]:
    """Be the only one who publishes or repairs beside this file; waits for the one before.

    The lock is the open file's: a killed process leaves none behind.
    """
    file = os.open(opened.with_name(LOCK), os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
    finally:
        os.close(file)


@contextmanager
def room_for(opened: Path, size: int) -> Iterator[None]:
    """Have so many bytes free on the disk afterwards, or raise OSError.

    What is decided can then be carried out: a full disk is met before the decision.
    """
    path = opened.with_name(".room")
    try:
        with path.open("wb") as file:
            _allocate(file.fileno(), size + MARGIN)
        yield
    finally:
        path.unlink(missing_ok=True)


def _allocate(file: int, size: int) -> None:
    try:
        os.posix_fallocate(file, 0, size)
    except OSError as fault:
        # A disk that cannot reserve: there, only what is full already is met.
        if fault.errno not in (errno.EOPNOTSUPP, errno.EINVAL):
            raise

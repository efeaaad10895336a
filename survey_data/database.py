"""How SQLite is opened here: durable, checked, and one connection for each thread."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlite_utils import Database

Parameters = Sequence[Any] | Mapping[str, Any]

# Long enough to wait out a publish or a burst of hand-ins on a slow disk.
BUSY_TIMEOUT_MS = 10_000


def connect(path: Path) -> Database:
    """Open `path` in WAL with full durability, foreign keys enforced and a busy timeout."""
    connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
    for pragma in (
        f"busy_timeout = {BUSY_TIMEOUT_MS}",
        "journal_mode = WAL",
        # FULL: an answer is acknowledged only when it would survive a power cut.
        "synchronous = FULL",
        "foreign_keys = ON",
    ):
        connection.execute(f"PRAGMA {pragma}")
    return Database(connection, execute_plugins=False)


class Store:
    """One database file; hands each thread a connection of its own."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._local = threading.local()
        self._opened: list[Database] = []
        self._lock = threading.Lock()

    @property
    def db(self) -> Database:
        """This thread's connection, opened at first use."""
        database: Database | None = getattr(self._local, "db", None)
        if database is None:
            database = self._local.db = connect(self.path)
            with self._lock:
                self._opened.append(database)
        return database

    def db_if_there(self) -> Database | None:
        """The same, or None where there is no such file."""
        if self.path.exists():
            return self.db
        # Deleted, perhaps by another process: let go of what is left of it.
        self.close()
        return None

    def close(self) -> None:
        """Close every connection handed out."""
        with self._lock:
            while self._opened:
                self._opened.pop().close()
        self._local = threading.local()


def path_of(db: Database) -> Path:
    """The file a connection has open; an empty path for a database in memory."""
    return Path(db.conn.execute("PRAGMA database_list").fetchone()[2])


@contextmanager
def writing(db: Database) -> Iterator[Database]:
    """One transaction that takes the write lock at once; rolls back on any exception.

    BEGIN IMMEDIATE, so that two writers queue instead of one failing half way through.
    """
    if db.conn.in_transaction:
        yield db
        return
    db.conn.execute("BEGIN IMMEDIATE")
    try:
        yield db
        # A commit that fails can leave its transaction open, and the next writer would join
        # it and believe to have saved.
        db.conn.execute("COMMIT")
    except BaseException:
        db.rollback()
        raise


@contextmanager
def survives_a_crash_only(db: Database) -> Iterator[None]:
    """Commit without waiting for the disk: kept if the process dies, not if the power does.

    Only for what is safe to forget.
    """
    db.conn.execute("PRAGMA synchronous = NORMAL")
    try:
        yield
    finally:
        db.conn.execute("PRAGMA synchronous = FULL")


def rows(db: Database, sql: str, parameters: Parameters = ()) -> list[dict[str, Any]]:
    """Every row of a query as a dictionary."""
    cursor = db.conn.execute(sql, parameters)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def first(db: Database, sql: str, parameters: Parameters = ()) -> dict[str, Any] | None:
    """The first row of a query, or None."""
    found = rows(db, sql, parameters)
    return found[0] if found else None


def scalar(db: Database, sql: str, parameters: Parameters = ()) -> Any:
    """The first column of the first row, or None where there is no row."""
    row = db.conn.execute(sql, parameters).fetchone()
    return row[0] if row else None


def run(db: Database, sql: str, parameters: Parameters = ()) -> int:
    """Run one writing statement and return how many rows it touched."""
    return db.conn.execute(sql, parameters).rowcount


def insert(db: Database, table: str, row: Mapping[str, Any]) -> int:
    """Insert one row and return the id it got."""
    # The library's own insert asks the schema twice first and takes a savepoint.
    names, marks = ", ".join(f'"{name}"' for name in row), ", ".join("?" for _ in row)
    sql = f'INSERT INTO "{table}" ({names}) VALUES ({marks})'
    row_id = db.conn.execute(sql, tuple(row.values())).lastrowid
    assert isinstance(row_id, int)
    return row_id


def columns(table: str, names: Iterable[str]) -> str:
    """The columns of one table in a query of several, each under its name after the table's."""
    return ", ".join(f'{table}.{name} AS "{table}.{name}"' for name in names)


def setting(db: Database, name: str) -> str | None:
    """What is kept under a name in the table of settings, or None."""
    found: str | None = scalar(db, "SELECT value FROM setting WHERE name = ?", (name,))
    return found


def keep_setting(db: Database, name: str, value: str) -> None:
    """Keep a value under a name in the table of settings, in place of what was there."""
    run(db, "INSERT OR REPLACE INTO setting (name, value) VALUES (?, ?)", (name, value))


def references(db: Database, target: str) -> list[tuple[str, str, str]]:
    """Every (table, column, column referred to) that refers to a table, as the schema says."""
    found = rows(
        db,
        'SELECT m.name AS referring, f."from" AS ours, f."to" AS theirs FROM sqlite_master m,'
        " pragma_foreign_key_list(m.name) f WHERE m.type = 'table' AND f.\"table\" = ?",
        (target,),
    )
    return [(row["referring"], row["ours"], row["theirs"]) for row in found]

"""How SQLite is opened here: durable, checked, and one connection for each thread."""

import fcntl
import json
import os
import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import fields
from datetime import date
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar, cast, get_origin, get_type_hints

from sqlite_utils import Database

Parameters = Sequence[Any] | Mapping[str, Any]
Record = TypeVar("Record")

# Long enough to wait out a publish or a burst of hand-ins on a slow disk.
BUSY_TIMEOUT_MS = 10_000


class Turn:
    """Whose turn it is to write in the database of a folder, in whichever thread and process.

    Each is woken when the one before is done. SQLite would let them sleep, longer and longer, and
    whoever comes meanwhile go first.
    """

    def __init__(self, folder: Path) -> None:
        self.folder, self.threads = folder, Lock()

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Wait for it; for the other threads as long as for SQLite's own lock."""
        if not self.threads.acquire(timeout=BUSY_TIMEOUT_MS / 1000):
            raise sqlite3.OperationalError("database is locked")
        try:
            with _locked(self.folder):
                yield
        finally:
            self.threads.release()


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    try:
        opened = os.open(folder, os.O_RDONLY)
    except OSError as fault:
        raise sqlite3.OperationalError(str(fault)) from fault
    try:
        # A process that dies lets go of it.
        fcntl.flock(opened, fcntl.LOCK_EX)
        yield
    finally:
        os.close(opened)


_turns: dict[Path, Turn] = {}


class FileDatabase(Database):
    """A connection to a file, where those who write take turns."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        super().__init__(connection, execute_plugins=False)
        folder = path.resolve().parent
        self.turn = _turns.setdefault(folder, Turn(folder))


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
    return FileDatabase(connection, path)


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
    with _turn_of(db):
        db.conn.execute("BEGIN IMMEDIATE")
        try:
            yield db
            # A commit that fails can leave its transaction open, and the next writer would join
            # it and believe to have saved.
            db.conn.execute("COMMIT")
        except BaseException:
            db.rollback()
            raise


def _turn_of(db: Database) -> AbstractContextManager[None]:
    """The turn to write; whoever is in a transaction has it already, and one in memory is alone."""
    if isinstance(db, FileDatabase) and not db.conn.in_transaction:
        return db.turn.taken()
    return nullcontext()


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
    return next(iter(rows(db, sql, parameters)), None)


def read_row(kind: Callable[..., Record], row: Mapping[str, Any], table: str = "") -> Record:
    """A row as a dataclass: each field from the column of its name, other columns left out.

    SQLite has no truth values, days or lists: those are read as the fields say. `table` is whose
    columns they are, as `columns` names them.
    """
    return kind(**{
        name: read(row[column]) if read else row[column]
        for name, column, read in _readers(kind, table)
        if column in row
    })  # fmt: skip


@cache
def _readers(
    kind: Callable[..., Any], table: str
) -> list[tuple[str, str, Callable[[Any], Any] | None]]:
    """Each field, its column (its own name unless it says another), and how that is read.

    None where it is as it stands.
    """
    before, form = f"{table}." if table else "", cast(Any, kind)
    hints = get_type_hints(form)
    return [(f.name, before + f.metadata.get("column", f.name), _reader(hints[f.name]))
            for f in fields(form)]  # fmt: skip


def _reader(hint: Any) -> Callable[[Any], Any] | None:
    if hint is bool:
        return bool
    if hint is date:
        return date.fromisoformat
    if get_origin(hint) is tuple:
        return lambda text: tuple(json.loads(text))
    return json.loads if get_origin(hint) in (dict, Mapping) else None


def read_all(
    db: Database, kind: Callable[..., Record], sql: str, parameters: Parameters = ()
) -> list[Record]:
    """Every row of a query as a dataclass."""
    return [read_row(kind, row) for row in rows(db, sql, parameters)]


def read_one(
    db: Database, kind: Callable[..., Record], sql: str, parameters: Parameters = ()
) -> Record | None:
    """The first row of a query as a dataclass, or None."""
    row = first(db, sql, parameters)
    return read_row(kind, row) if row else None


def scalar(db: Database, sql: str, parameters: Parameters = ()) -> Any:
    """The first column of the first row, or None where there is no row."""
    row = db.conn.execute(sql, parameters).fetchone()
    return row[0] if row else None


def run(db: Database, sql: str, parameters: Parameters = ()) -> int:
    """Run one writing statement and return how many rows it touched."""
    with _turn_of(db):
        return db.conn.execute(sql, parameters).rowcount


def insert(db: Database, table: str, row: Mapping[str, Any]) -> int:
    """Insert one row and return the id it got."""
    row_id = _insert(db, "INSERT", table, row).lastrowid
    assert isinstance(row_id, int)
    return row_id


def insert_new(db: Database, table: str, row: Mapping[str, Any]) -> bool:
    """Insert one row unless one with the same key is there; tells whether it was inserted."""
    return bool(_insert(db, "INSERT OR IGNORE", table, row).rowcount)


def _insert(db: Database, how: str, table: str, row: Mapping[str, Any]) -> sqlite3.Cursor:
    # The library's own insert asks the schema twice first and takes a savepoint.
    names, marks = ", ".join(f'"{name}"' for name in row), ", ".join("?" for _ in row)
    sql = f'{how} INTO "{table}" ({names}) VALUES ({marks})'
    with _turn_of(db):
        return db.conn.execute(sql, tuple(row.values()))


def columns(table: str, kind: Callable[..., Any]) -> str:
    """The columns of one table in a query of several, each under its name after the table's."""
    return ", ".join(f'{table}.{name} AS "{table}.{name}"' for _, name, _ in _readers(kind, ""))


def as_json(value: Any) -> str:
    """A value as it is kept in a column of JSON: å, ä and ö as they are."""
    return json.dumps(value, ensure_ascii=False)


def settings(db: Database) -> dict[str, str]:
    """All that is kept in the table of settings."""
    return dict(db.conn.execute("SELECT name, value FROM setting").fetchall())


def setting(db: Database, name: str) -> str | None:
    """What is kept under a name in the table of settings, or None."""
    found: str | None = scalar(db, "SELECT value FROM setting WHERE name = ?", (name,))
    return found


def keep_setting(db: Database, name: str, value: str) -> None:
    """Keep a value under a name in the table of settings, in place of what was there."""
    run(db, "INSERT OR REPLACE INTO setting (name, value) VALUES (?, ?)", (name, value))


def references(db: Database, target: str) -> list[tuple[str, str, str]]:
    """Every (table, column, column referred to) that refers to a table, as the schema says."""
    keys = (key for table in db.tables for key in table.foreign_keys)
    found = (key for key in keys if key.other_table == target)
    return [(key.table, str(key.column), str(key.other_column)) for key in found]

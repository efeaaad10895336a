"""What a release holds, read from a finished open.db in one transaction and nothing else."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Table:
    """A table or view: its columns, their types ("integer", "number", "string"), its rows."""

    name: str
    columns: tuple[str, ...]
    types: tuple[str, ...]
    keys: tuple[str, ...]
    rows: tuple[Row, ...]
    ddl: str
    is_view: bool

    def records(self) -> list[dict[str, Any]]:
        """Its rows as dictionaries."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


@dataclass(frozen=True)
class Content:
    """One release's tables by name, in the order they were made."""

    tables: dict[str, Table]

    def records(self, name: str) -> list[dict[str, Any]]:
        """A table's rows; none where an older open.db lacks it."""
        return self.tables[name].records() if name in self.tables else []

    @property
    def release(self) -> dict[str, Any]:
        """Number, moment, kind and notes."""
        return self.records("release")[0]

    @property
    def publisher(self) -> dict[str, Any]:
        """Name, e-mail, telephone, web address, licence."""
        return self.records("publisher")[0]


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    """A published file, read only and as it is at one moment."""
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as db:
        db.execute("BEGIN")
        yield db


def read(path: Path) -> Content:
    """Everything in a published file."""
    with opened(path) as db:
        return content(db)


def content(db: sqlite3.Connection) -> Content:
    """Everything in an open database, rows sorted so that the same data reads the same."""
    found = db.execute(
        "SELECT name, type, sql FROM sqlite_master WHERE type IN ('table', 'view')"
        " AND name NOT LIKE 'sqlite_%' ORDER BY type, rowid"
    ).fetchall()
    return Content({name: _table(db, name, kind == "view", sql) for name, kind, sql in found})


def _table(db: sqlite3.Connection, name: str, is_view: bool, sql: str) -> Table:
    about = db.execute(f'PRAGMA table_info("{name}")').fetchall()
    rows = db.execute(f'SELECT * FROM "{name}"').fetchall()
    columns = tuple(column[1] for column in about)
    types = tuple(_type(column[2], [r[place] for r in rows]) for place, column in enumerate(about))
    keys = tuple(c[1] for c in sorted(about, key=lambda c: c[5]) if c[5])
    # What has no key stands as it was written: milestones in the order of their year.
    if keys or is_view:
        rows.sort(key=_order)
    return Table(name, columns, types, keys, tuple(map(tuple, rows)), sql, is_view)


def _order(row: Row) -> list[tuple[bool, Any]]:
    return [(value is not None, value) for value in row]


def _type(declared: str, values: list[Any]) -> str:
    if declared in ("INTEGER", "REAL", "TEXT"):
        return {"INTEGER": "integer", "REAL": "number", "TEXT": "string"}[declared]
    # A view's calculated column declares nothing.
    kinds = {type(value) for value in values if value is not None}
    if kinds and kinds <= {int}:
        return "integer"
    return "number" if kinds and kinds <= {int, float} else "string"

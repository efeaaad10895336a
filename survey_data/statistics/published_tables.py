"""What is published: the tables of open.db, and what its and analysts.db's columns mean.

A new table of open.db is one declaration in published/open_tables.sql, with why it may be public,
its words in published/codebook.csv, and a call of `write` with its rows. The gate lets no other
table out. The files of a release, the catalogue and the data pages follow from what is in the file,
read in one transaction (`read`).
"""

import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from survey_data import packaged_text
from survey_data.database import rows
from survey_data.geography import named_lines

FLAGS = re.MULTILINE | re.DOTALL
# Before what else is said of a figure that rests on invented enterprises.
EXAMPLE = ("Exempel: företagen är påhittade.", "Example: the enterprises are fictitious.")


@cache
def open_tables() -> dict[str, str]:
    """The tables that open.db may have, as SQL by name."""
    found = re.findall(r"^(CREATE TABLE (\w+).*?);$", packaged_text("open_tables.sql"), FLAGS)
    return {name: sql for sql, name in found}


def fresh() -> Database:
    """An empty database in memory, whose pages become the published file's."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.execute("PRAGMA foreign_keys = ON")
    # What is taken out again before the file is finished is overwritten.
    connection.execute("PRAGMA secure_delete = ON")
    return Database(connection, execute_plugins=False)


def create(db: Database, *names: str) -> None:
    """Make empty tables of open.db."""
    for name in names:
        db.conn.execute(open_tables()[name])


def insert(db: Database, name: str, records: Iterable[Mapping[str, Any]]) -> None:
    """Put records, each with every column by name, into a table that is there."""
    columns = [row["name"] for row in rows(db, f"PRAGMA table_info({name})")]
    marks = ", ".join(f":{column}" for column in columns)
    db.conn.executemany(f"INSERT INTO {name} VALUES ({marks})", [dict(r) for r in records])


def write(db: Database, name: str, records: Iterable[Mapping[str, Any]]) -> None:
    """Make a table of open.db and fill it."""
    create(db, name)
    insert(db, name, records)


@dataclass(frozen=True)
class Entry:
    """One row of the codebook; column "" describes the table itself."""

    table_name: str
    column_name: str
    label_sv: str
    label_en: str
    definition_sv: str
    definition_en: str
    unit_sv: str
    unit_en: str


@cache
def entries(database: str) -> tuple[Entry, ...]:
    """The codebook of "open" or "analysts", in the order of its tables' columns."""
    lines = [line for line in named_lines("codebook") if line.pop("database") == database]
    return tuple(Entry(**line) for line in lines)


def columns_of(database: str, table: str) -> tuple[str, ...]:
    """The columns of a table that the codebook knows, in order."""
    found = (e for e in entries(database) if e.table_name == table)
    return tuple(e.column_name for e in found if e.column_name)


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
        rows.sort(key=lambda row: [(value is not None, value) for value in row])
    return Table(name, columns, types, keys, tuple(map(tuple, rows)), sql, is_view)


def _type(declared: str, values: list[Any]) -> str:
    if declared in ("INTEGER", "REAL", "TEXT"):
        return {"INTEGER": "integer", "REAL": "number", "TEXT": "string"}[declared]
    # A view's calculated column declares nothing.
    kinds = {type(value) for value in values if value is not None}
    if kinds and kinds <= {int}:
        return "integer"
    return "number" if kinds and kinds <= {int, float} else "string"

"""What is published: the tables of open.db, and what its and analysts.db's columns mean.

A new table of open.db is one declaration in published/open_tables.sql, with why it may be public,
its words in published/codebook.csv, and a call of `write` with its rows. The gate lets no other
table out. The files of a release, the catalogue and the data pages follow from what is in the file.
"""

import re
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlite_utils import Database

from survey_data import packaged_lines, packaged_text
from survey_data.database import rows

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
    lines = [line for line in packaged_lines("codebook") if line.pop("database") == database]
    return tuple(Entry(**line) for line in lines)


def columns_of(database: str, table: str) -> tuple[str, ...]:
    """The columns of a table that the codebook knows, in order."""
    found = (e for e in entries(database) if e.table_name == table)
    return tuple(e.column_name for e in found if e.column_name)

"""What each database says of its tables and columns (its codebook), and its ready questions."""

# `datasette` here is the installed package. The folder this file lies in has the same name
# and must never become a package itself.
from __future__ import annotations

import sqlite3
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from datasette import hookimpl

FOLDER = Path(__file__).parents[1]
QUESTIONS = yaml.safe_load((FOLDER / "questions.yaml").read_text("utf-8"))
TABLES = yaml.safe_load((FOLDER / "tables.yaml").read_text("utf-8"))
QUERY = "SELECT table_name, column_name, label_sv, definition_sv, unit_sv FROM codebook"


class Entry(NamedTuple):
    """One row of the codebook, in Swedish; column "" is the table itself."""

    table: str
    column: str
    label: str
    definition: str
    unit: str

    @property
    def description(self) -> str:
        """The definition with its unit, for the column's description."""
        found = self.definition or self.label
        return f"{found} Enhet: {self.unit}." if self.unit else found


@hookimpl
def canned_queries(database: str) -> dict[str, Any]:
    """The ready questions of a database."""
    return {name: dict(known) for name, known in QUESTIONS.get(database, {}).items()}


@hookimpl
def get_metadata(datasette: Any, key: str | None) -> dict[str, Any]:
    """What codebooks and tables.yaml say of tables, in the shape of metadata.yaml."""
    if key not in {None, "databases"}:
        # Datasette asks dozens of times a page for what they have nothing to say of.
        return {}
    files = {name: Path(db.path) for name, db in datasette.databases.items() if db.path}
    return {
        "databases": {
            # Fresh, as Datasette writes into what it is given.
            name: {"tables": {t: dict(said) for t, said in _tables(name, path, _stamp(path))}}
            for name, path in files.items()
        }
    }


def _stamp(path: Path) -> tuple[int, ...]:
    """Changes when the file or its write-ahead log does, so that a new release is seen at once."""
    beside = (path, path.with_name(path.name + "-wal"))
    return tuple(p.stat().st_mtime_ns for p in beside if p.exists())


@lru_cache(maxsize=8)
def _tables(
    database: str, path: Path, stamp: tuple[int, ...]
) -> tuple[tuple[str, dict[str, Any]], ...]:
    """In the order of tables.yaml, those it does not name last."""
    shown = TABLES.get(database, {})
    found: dict[str, Any] = {t: {"columns": {}, "column_labels": {}, **shown[t]} for t in shown}
    for entry in _entries(path):
        table = found.setdefault(entry.table, {"columns": {}, "column_labels": {}})
        if entry.column:
            table["columns"][entry.column] = entry.description
            table["column_labels"][entry.column] = entry.label
        else:
            table |= {"title": entry.label, "description": entry.definition}
    return tuple(found.items())


def _entries(path: Path) -> tuple[Entry, ...]:
    connection = sqlite3.connect(path.absolute().as_uri() + "?mode=ro", uri=True)
    try:
        return tuple(Entry(*row) for row in connection.execute(QUERY))
    except sqlite3.OperationalError:
        # A database without a codebook (nothing published yet) has nothing to say.
        return ()
    finally:
        connection.close()

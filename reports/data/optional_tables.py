"""The tables of open.db that came after its first shape: read where they are, else empty."""

import sqlite3
from typing import TypedDict

from reports.data.chart_model import Words
from reports.data.model import Change, Comment, Component, Estimate, Outcome, Same


class Later(TypedDict):
    """What they hold, by the names of OpenData."""

    outcomes: tuple[Outcome, ...]
    changes: tuple[Change, ...]
    same: tuple[Same, ...]
    estimates: tuple[Estimate, ...]
    comments: tuple[Comment, ...]
    without_estimates: dict[tuple[str, int], int]


def tables(db: sqlite3.Connection) -> Later:
    """Outcomes, changes, same enterprises, what is estimated, and comments."""
    return {
        "outcomes": _outcomes(db),
        "changes": _changes(db),
        "same": _same(db),
        "estimates": _estimates(db),
        "comments": _comments(db),
        "without_estimates": {
            (row["subject"], row["year"]): int(row["value"])
            for row in _rows(db, "quality", "year")
            if row["measure"] == "total_without_imputation" and row["value"] is not None
        },
    }


def estimated(db: sqlite3.Connection) -> dict[int, int | None]:
    """By year, how many enterprises are estimated; None where the number is hidden."""
    return {
        row["year"]: None if row["value"] is None else int(row["value"])
        for row in _rows(db, "quality", "year")
        if row["measure"] == "imputed"
    }


def _rows(db: sqlite3.Connection, table: str, order: str) -> list[sqlite3.Row]:
    # A file published before the table existed stays readable until the next release.
    if not db.execute("select 1 from sqlite_master where name = ?", (table,)).fetchone():
        return []
    return db.execute(f"select * from {table} order by {order}").fetchall()


def _outcomes(db: sqlite3.Connection) -> tuple[Outcome, ...]:
    return tuple(
        Outcome(
            row["period"],
            Words(row["label_sv"], row["label_en"]),
            row["value"],
            row["outcome"],
            row["source"],
        )
        for row in _rows(db, "place_outcomes", "period, rowid")
    )


def _changes(db: sqlite3.Connection) -> tuple[Change, ...]:
    found: dict[tuple[str, int], list[Component]] = {}
    examples = set()
    for row in _rows(db, "changes", "indicator, year, sort_order"):
        key = row["indicator"], row["year"]
        each = Component(row["component"], row["value"], row["enterprises"])
        found.setdefault(key, []).append(each)
        if row["is_example"]:
            examples.add(key)
    return tuple(Change(*key, tuple(parts), key in examples) for key, parts in found.items())


def _same(db: sqlite3.Connection) -> tuple[Same, ...]:
    return tuple(
        Same(
            row["indicator"],
            row["year"],
            row["value_before"],
            row["value"],
            row["enterprises"],
            bool(row["is_example"]),
        )
        for row in _rows(db, "same_enterprises", "indicator, year")
    )


def _estimates(db: sqlite3.Connection) -> tuple[Estimate, ...]:
    return tuple(
        Estimate(row["indicator"], row["year"], row["value"], row["enterprises"])
        for row in _rows(db, "estimates", "indicator, year")
    )


def _comments(db: sqlite3.Connection) -> tuple[Comment, ...]:
    return tuple(
        Comment(
            row["year"],
            row["chart"],
            Words(row["text_sv"], row["text_en"]),
            row["signed"],
            row["written_on"],
        )
        for row in _rows(db, "comments", "year desc, chart")
    )

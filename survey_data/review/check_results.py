"""What the edit checks said of each version that was handed in, kept as it was said."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from sqlite_utils import Database

from survey_data import clock
from survey_data.database import rows, run, scalar, writing
from survey_data.review.fired_check import FiredCheck


def was_run(db: Database, response_id: int) -> bool:
    """Whether the checks have been run on a response; then what they said is stored."""
    return bool(scalar(db, "SELECT 1 FROM check_run WHERE response_id = ?", (response_id,)))


def keep(db: Database, response_id: int, fired: Iterable[FiredCheck]) -> None:
    """Store what the checks said of a response; the first time counts."""
    with writing(db):
        if was_run(db, response_id):
            return
        run(db, "INSERT INTO check_run VALUES (?, ?)", (response_id, clock.now()))
        db.conn.executemany(
            "INSERT INTO fired_check VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [_row(response_id, place, each) for place, each in enumerate(fired)],
        )


def _row(response_id: int, place: int, each: FiredCheck) -> tuple[Any, ...]:
    asked, explained = int(each.asked), int(each.explained)
    found = (json.dumps(part, ensure_ascii=False) for part in (each.parameters, each.limits))
    fields = json.dumps(each.fields)
    return (
        *(response_id, each.check_id, place, each.rule, each.kind, asked, fields),
        *(*found, explained),
    )


def of_response(db: Database, response_id: int) -> list[FiredCheck]:
    """The checks that fired on a response, in reading order."""
    sql = "SELECT * FROM fired_check WHERE response_id = ? ORDER BY place"
    return [_fired(row) for row in rows(db, sql, (response_id,))]


def _fired(row: Mapping[str, Any]) -> FiredCheck:
    return FiredCheck(
        row["check_id"],
        row["rule"],
        row["kind"],
        bool(row["asked"]),
        tuple(json.loads(row["fields"])),
        json.loads(row["parameters"]),
        json.loads(row["limits"]),
        bool(row["explained"]),
    )

"""What the edit checks said of each version that was handed in, kept as it was said."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from sqlite_utils import Database

from survey_data import clock
from survey_data.database import rows, scalar, writing
from survey_data.review.fired_check import FiredCheck


def was_run(db: Database, response_id: int) -> bool:
    """Whether the checks have been run on a response; then what they said is stored."""
    return bool(scalar(db, "SELECT 1 FROM check_run WHERE response_id = ?", (response_id,)))


def keep(db: Database, response_id: int, fired: Iterable[FiredCheck]) -> None:
    """Store what the checks said of a response; the first time counts."""
    with writing(db):
        if was_run(db, response_id):
            return
        db.table("check_run").insert({"response_id": response_id, "run_at": clock.now()})
        db.table("fired_check").insert_all(
            _row(each) | {"response_id": response_id, "place": place}
            for place, each in enumerate(fired)
        )


def _row(each: FiredCheck) -> dict[str, Any]:
    return {
        "check_id": each.check_id,
        "rule": each.rule,
        "kind": each.kind,
        "asked": each.asked,
        "fields": json.dumps(each.fields),
        "parameters": json.dumps(each.parameters, ensure_ascii=False),
        "limits": json.dumps(each.limits, ensure_ascii=False),
        "explained": each.explained,
    }


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

"""What the edit checks said of each version handed in, and how often each met a respondent.

What they said is kept as it was said. How often a check met someone and whether it changed a value
keeps checks honest: one that fires often and changes nothing only costs people time. Kept is the
first meeting of an enterprise with a check in a round, with the values that stood there then.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlite_utils import Database

from survey_data import clock
from survey_data.database import as_json, insert, read_all, rows, run, scalar, writing
from survey_data.responses.drafts import Value
from survey_data.responses.responses import stored
from survey_data.review import FiredCheck

MET = """SELECT m.check_id, m.times, m.values_then, p.*
    FROM check_met m JOIN invitation i ON i.id = m.invitation_id
    JOIN round r ON r.id = i.round_id
    LEFT JOIN latest_response p ON p.invitation_id = i.id
    WHERE r.year = ? ORDER BY m.check_id"""


@dataclass(frozen=True)
class Met:
    """A check that a page met, and the values it spoke of."""

    check_id: str
    values: Mapping[str, Value]


@dataclass(frozen=True)
class CheckRecord:
    """What a check did in a round: enterprises it met, pages it stood on, values it changed."""

    check_id: str
    enterprises: int
    times: int
    handed_in: int
    changed: int


def was_run(db: Database, response_id: int) -> bool:
    """Whether the checks have been run on a response; then what they said is stored."""
    return bool(scalar(db, "SELECT 1 FROM check_run WHERE response_id = ?", (response_id,)))


def keep(db: Database, response_id: int, fired: Iterable[FiredCheck]) -> None:
    """Store what the checks said of a response, unless that is stored: see `was_run`."""
    with writing(db):
        sql = "INSERT OR IGNORE INTO check_run (response_id, run_at) VALUES (?, ?)"
        if not run(db, sql, (response_id, clock.now())):
            return
        for place, each in enumerate(fired):
            lists = {name: as_json(getattr(each, name))
                     for name in ("fields", "parameters", "limits")}  # fmt: skip
            row = {"response_id": response_id, "place": place} | vars(each) | lists
            insert(db, "fired_check", row)


def of_response(db: Database, response_id: int) -> list[FiredCheck]:
    """The checks that fired on a response, in reading order."""
    sql = "SELECT * FROM fired_check WHERE response_id = ? ORDER BY place"
    return read_all(db, FiredCheck, sql, (response_id,))


def note(db: Database, invitation_id: int, met: Iterable[Met]) -> None:
    """Remember that a page met these checks; to be called inside a transaction or by itself."""
    db.conn.executemany(
        "INSERT INTO check_met (invitation_id, check_id, values_then, first_at)"
        " VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET times = times + 1",
        [(invitation_id, m.check_id, json.dumps(dict(m.values)), clock.now()) for m in met],
    )


def of_year(db: Database, year: int) -> list[CheckRecord]:
    """What each check that met someone did in a year, by its name."""
    found = groupby(rows(db, MET, (year,)), key=lambda row: str(row["check_id"]))
    return [_record(check_id, list(met)) for check_id, met in found]


def _record(check_id: str, met: list[dict[str, Any]]) -> CheckRecord:
    ended = [row for row in met if row["id"] is not None]
    times, changed = sum(row["times"] for row in met), sum(map(_changed, ended))
    return CheckRecord(check_id, len(met), times, len(ended), changed)


def _changed(row: Mapping[str, Any]) -> bool:
    then = json.loads(row["values_then"])
    return any(row.get(name) != stored(value) for name, value in then.items())

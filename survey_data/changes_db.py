"""The tables of open.db that tell change apart: county level only, and protected."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from sqlite_utils import Database

from survey_data import calls, reviewed
from survey_data.changes import FOLLOWED, Change, change
from survey_data.database import rows
from survey_data.rounds import Round
from survey_data.tables import COUNTY_CODE, Answered

TABLES = (
    """CREATE TABLE changes (year INTEGER NOT NULL, indicator TEXT NOT NULL
        REFERENCES indicators(name), component TEXT NOT NULL, value INTEGER NOT NULL,
        enterprises INTEGER, sort_order INTEGER NOT NULL, is_example INTEGER NOT NULL,
        PRIMARY KEY (year, indicator, component))""",
    """CREATE TABLE same_enterprises (year INTEGER NOT NULL, indicator TEXT NOT NULL
        REFERENCES indicators(name), value_before INTEGER NOT NULL, value INTEGER NOT NULL,
        enterprises INTEGER NOT NULL, is_example INTEGER NOT NULL,
        PRIMARY KEY (year, indicator))""",
    """CREATE TABLE estimates (year INTEGER NOT NULL, indicator TEXT NOT NULL
        REFERENCES indicators(name), value INTEGER NOT NULL, enterprises INTEGER NOT NULL,
        is_example INTEGER NOT NULL, PRIMARY KEY (year, indicator))""",
)
INSERT = {
    "changes": "INSERT INTO changes VALUES (:year, :indicator, :component, :value, :enterprises,"
    " :sort_order, :is_example)",
    "same_enterprises": "INSERT INTO same_enterprises VALUES (:year, :indicator, :value_before,"
    " :value, :enterprises, :is_example)",
    "estimates": "INSERT INTO estimates VALUES (:year, :indicator, :value, :enterprises,"
    " :is_example)",
}
Totals = Mapping[tuple[int, str], int | None]


def write_changes(
    db: Database, survey: Database, closed: Iterable[Round], observations: Iterable[Any]
) -> None:
    """Fill the three tables from the closed rounds.

    `observations` are what the same release publishes: where a county total is hidden, nothing
    of its change is shown.
    """
    for statement in TABLES:
        db.conn.execute(statement)
    totals = {
        (o.year, o.indicator): o.value
        for o in observations
        if (o.area_type, o.area_code) == ("county", COUNTY_CODE)
    }
    for table, record in _records(survey, sorted(closed, key=lambda r: r.year), totals):
        db.conn.execute(INSERT[table], record)


def _records(
    survey: Database, closed: Sequence[Round], totals: Totals
) -> Iterator[tuple[str, dict[str, Any]]]:
    answers = {each.year: answered_by_enterprise(survey, each) for each in closed}
    for before, after in pairwise(closed):
        if after.year - before.year != 1:
            continue
        is_example = int(before.is_example or after.is_example)
        for indicator in FOLLOWED:
            if any(totals.get((r.year, indicator)) is None for r in (before, after)):
                continue
            found = change(answers[before.year], answers[after.year], indicator)
            if found:
                frame = {"year": after.year, "indicator": indicator, "is_example": is_example}
                yield from ((table, frame | row) for table, row in _rows_of(found))


def _rows_of(found: Change) -> Iterator[tuple[str, dict[str, Any]]]:
    lines: list[tuple[str, int, int | None]] = [
        ("before", found.before, None),
        *((c.name, c.value, c.enterprises) for c in found.components),
        ("after", found.after, None),
    ]
    for order, (name, value, count) in enumerate(lines, 1):
        record = {"component": name, "value": value, "enterprises": count, "sort_order": order}
        yield "changes", record
    if same := found.same:
        record = {"value_before": same.before, "value": same.after, "enterprises": same.enterprises}
        yield "same_enterprises", record
    if missing := found.no_answer:
        # Last year's numbers, carried forward: the plainest estimate, and easy to explain.
        yield "estimates", {"value": -missing.value, "enterprises": missing.enterprises}


def answered_by_enterprise(survey: Database, held: Round) -> dict[int, Answered]:
    """Every enterprise that a round asked, with its numbers where it answered."""
    given = {
        each.enterprise_id: each.response
        for each in reviewed.responses_as_reviewed(survey, held.year)
    }
    outside = calls.outside(survey, held.id)
    found = {}
    for row in rows(
        survey, "SELECT id, enterprise_id FROM invitation WHERE round_id = ?", (held.id,)
    ):
        response = given.get(row["enterprise_id"])
        if response is None:
            status = "no_longer_asf" if row["id"] in outside else None
            found[row["enterprise_id"]] = Answered(row["enterprise_id"], "", None, status)
        else:
            numbers = {n: v for n, v in response.answers.items() if isinstance(v, int)}
            status = str(response.answers.get("status") or "")
            found[row["enterprise_id"]] = Answered(row["enterprise_id"], "", numbers, status)
    return found

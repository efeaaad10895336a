"""The tables of open.db that tell change apart: county level only, and protected."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from sqlite_utils import Database

from survey_data.geography import COUNTY
from survey_data.rounds.rounds import Round
from survey_data.statistics import population
from survey_data.statistics.indicators import parts_of
from survey_data.statistics.tabulation import Answered
from survey_data.statistics.year_on_year import FOLLOWED, Change, change

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

    `observations` are what the same release publishes: where a county total is hidden, or is not
    what the answers add up to, nothing of its change is shown.
    """
    for statement in TABLES:
        db.conn.execute(statement)
    totals = {
        (o.year, o.indicator): o.value
        for o in observations
        if (o.area_type, o.area_code) == COUNTY.key
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
            found = change(answers[before.year], answers[after.year], indicator)
            if found and _is_told(found, before.year, after.year, indicator, totals):
                frame = {"year": after.year, "indicator": indicator, "is_example": is_example}
                yield from ((table, frame | row) for table, row in _rows_of(found))


def _is_told(found: Change, before: int, after: int, indicator: str, totals: Totals) -> bool:
    """Whether a reader has both sums from the published figures already.

    Any other sum, set beside the published one, would show what few enterprises make up: those
    whose answers an archive lacks, or what one has corrected of a year that stays as printed.
    """
    return found.before in _sums(before, indicator, totals) and found.after in _sums(
        after, indicator, totals
    )


def _sums(year: int, indicator: str, totals: Totals) -> set[int]:
    """A published total, and what its published parts add up to, where all is open."""
    total = totals.get((year, indicator))
    if total is None:
        return set()
    parts = [totals[year, name] for name in parts_of(indicator) if (year, name) in totals]
    shown = [part for part in parts if part is not None]
    return {total, sum(shown)} if shown and len(shown) == len(parts) else {total}


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


def answered_by_enterprise(survey: Database, survey_round: Round) -> dict[int, Answered]:
    """Every enterprise that a round asked, with its numbers where it answered or is estimated."""
    return {each.enterprise: each for each in population.answered(survey, survey_round)}

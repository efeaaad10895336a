"""Rounds that were held before there was a product: stored from a file, with where it all stood.

Such a round is a closed one with a questionnaire of its own. Until it is part of a release it
can be undone, and then nothing of it is left but the trail. A file on its way in, of a round or of
stated totals, is kept while somebody says what it is, and let go of after a day.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from sqlite_utils import Database

from survey_data import audit_trail, clock
from survey_data.database import (
    as_json,
    first,
    insert,
    read_all,
    references,
    rows,
    run,
    scalar,
    writing,
)
from survey_data.errors import NoSuchRound, OfYear, PreviewGone, RoundExists
from survey_data.register import enterprises
from survey_data.register.enterprises import Enterprise
from survey_data.responses import responses
from survey_data.responses.drafts import Value
from survey_data.review.decisions import STANDING_DECISION
from survey_data.rounds import rounds
from survey_data.rounds.rounds import Questionnaire, Round

REASON = "import"


class EarlierReleased(OfYear):
    """An imported round that is part of a release cannot be undone."""

    says = "Omgången {} är med i en utgåva och kan inte ångras."


@dataclass(frozen=True)
class Line:
    """One line of a file: who, where it was then, what it answered (None: nothing), its cells.

    An enterprise without an id is one that the register lacks and that is added as history.
    """

    number: int
    enterprise: Enterprise
    municipality_code: str | None
    answers: Mapping[str, Value] | None
    cells: Mapping[str, str]


@dataclass(frozen=True)
class Found:
    """A round as a file has it; `columns` are all questions there could be, for their columns."""

    year: int
    reference_date: date
    questionnaire: Questionnaire
    columns: Questionnaire
    lines: Sequence[Line]
    frame_is_known: bool
    file_name: str
    sha256: str
    mapping: Sequence[Mapping[str, str]]


def refuse(db: Database, year: int) -> None:
    """Raise RoundExists for a year that has a round."""
    if rounds.of_year(db, year):
        raise RoundExists(year)


def store(db: Database, found: Found, actor: str) -> Round:
    """Store a round with all its lines, or nothing of it; raises RoundExists."""
    with writing(db):
        refuse(db, found.year)
        responses.ensure_columns(db, found.columns)
        now = clock.now()
        round_id = insert(db, "round", {
            "year": found.year, "reference_date": found.reference_date.isoformat(),
            # Nobody waits for an answer: the day is there because a round has one.
            "due_date": (found.reference_date + timedelta(days=1)).isoformat(),
            "questionnaire": as_json(list(found.questionnaire)),
            "is_example": all(line.enterprise.is_example for line in found.lines),
            "frame_is_known": found.frame_is_known, "opened_at": now, "closed_at": now,
        })  # fmt: skip
        insert(db, "earlier_round", {
            "round_id": round_id, "file_name": found.file_name, "sha256": found.sha256,
            "mapping": as_json(found.mapping), "actor": actor, "imported_at": now,
        })  # fmt: skip
        for line in found.lines:
            _insert_line(db, round_id, found.year, line, actor)
        audit_trail.record(
            db, actor, "earlier round imported", f"round {found.year}",
            after={"file": found.file_name, "sha256": found.sha256, "lines": len(found.lines),
                   "answers": sum(line.answers is not None for line in found.lines)},
        )  # fmt: skip
    return rounds.find(db, found.year)


def _insert_line(db: Database, round_id: int, year: int, line: Line, actor: str) -> None:
    enterprise_id = _in_register(db, round_id, year, line.enterprise, actor)
    invited = {"round_id": round_id, "enterprise_id": enterprise_id, "created_at": clock.now()}
    invitation_id = insert(db, "invitation", invited)
    if line.answers is not None:
        responses.insert_version(db, invitation_id, 1, line.answers, "sv", "import")
    insert(db, "earlier_line", {
        "invitation_id": invitation_id, "line": line.number, "cells": as_json(line.cells),
        "municipality_code": line.municipality_code,
    })  # fmt: skip


def _in_register(db: Database, round_id: int, year: int, known: Enterprise, actor: str) -> int:
    """The enterprise's id: added as history, or made to cover the year if it is only history."""
    start, end = f"{year}-01-01", f"{year}-12-31"
    if not known.id:
        wanted = replace(known, active_from=start, active_to=end)
        enterprise_id = enterprises.save_enterprise(db, wanted, None, actor, REASON)
        _note(db, round_id, replace(wanted, id=enterprise_id), was_added=True)
        return enterprise_id
    history = "SELECT 1 FROM earlier_enterprise WHERE enterprise_id = ? AND was_added"
    if scalar(db, history, (known.id,)):
        until = max(known.active_to, end) if known.active_to else None
        wider = replace(known, active_from=min(known.active_from, start), active_to=until)
        if wider != known:
            enterprises.save_enterprise(db, wider, None, actor, REASON)
            _note(db, round_id, known, was_added=False)
    return known.id


def _note(db: Database, round_id: int, known: Enterprise, *, was_added: bool) -> None:
    insert(db, "earlier_enterprise", {
        "round_id": round_id, "enterprise_id": known.id, "was_added": was_added,
        "active_from": known.active_from, "active_to": known.active_to,
    })  # fmt: skip


@dataclass(frozen=True)
class Imported:
    """Where an imported round came from, and whether a release has it."""

    year: int
    file_name: str
    sha256: str
    mapping: tuple[dict[str, str], ...]
    actor: str
    imported_at: str
    is_released: bool


def imported(db: Database) -> dict[int, Imported]:
    """Every imported round by its year."""
    sql = """SELECT r.year, x.*, EXISTS (SELECT 1 FROM earlier_release e
        WHERE e.round_id = r.id) AS is_released
        FROM earlier_round x JOIN round r ON r.id = x.round_id ORDER BY r.year"""
    return {each.year: each for each in read_all(db, Imported, sql)}


def lines(db: Database, year: int) -> list[dict[str, Any]]:
    """Every line of an imported round: its number, cells and enterprise, and its answer if any."""
    sql = f"""SELECT l.line, l.cells, e.id AS enterprise_id, e.name, e.unit_name,
        i.id AS invitation_id, p.id AS response_id,
        (SELECT count(*) FROM fired_check f WHERE f.response_id = p.id) AS checks,
        {STANDING_DECISION} AS decision
        FROM earlier_line l JOIN invitation i ON i.id = l.invitation_id
        JOIN round r ON r.id = i.round_id JOIN enterprise e ON e.id = i.enterprise_id
        LEFT JOIN response p ON p.invitation_id = i.id WHERE r.year = ? ORDER BY l.line"""
    found = rows(db, sql, (year,))
    return [row | {"cells": json.loads(row["cells"])} for row in found]


def note_released(db: Database, release_id: str, closed: Iterable[Round]) -> None:
    """Remember which imported rounds a release has: those can no longer be undone."""
    sql = "INSERT INTO earlier_release SELECT ?, round_id FROM earlier_round WHERE round_id = ?"
    db.conn.executemany(sql, [(release_id, survey_round.id) for survey_round in closed])


def undo(db: Database, year: int, actor: str) -> None:
    """Take an imported round away with all that hangs on it, reviews too.

    Raises NoSuchRound, or EarlierReleased where a release has it.
    """
    with writing(db):
        known = imported(db).get(year)
        if known is None:
            raise NoSuchRound(year)
        if known.is_released:
            raise EarlierReleased(year)
        survey_round = rounds.find(db, year)
        sql = "SELECT * FROM earlier_enterprise WHERE round_id = ?"
        touched = rows(db, sql, (survey_round.id,))
        _delete(db, "round", "id = ?", survey_round.id)
        for row in touched:
            _put_back(db, row, actor)
        before = {"file": known.file_name, "sha256": known.sha256}
        audit_trail.record(db, actor, "earlier round undone", f"round {year}", before=before)


def _delete(db: Database, table: str, condition: str, value: int) -> None:
    """Delete rows, and before them whatever refers to them, wherever the schema says so."""
    for referring, ours, theirs in references(db, table):
        _delete(db, referring, f'"{ours}" IN (SELECT "{theirs}" FROM "{table}" WHERE {condition})',
                value)  # fmt: skip
    run(db, f'DELETE FROM "{table}" WHERE {condition}', (value,))


def _put_back(db: Database, row: Mapping[str, Any], actor: str) -> None:
    known = enterprises.enterprise(db, row["enterprise_id"])
    assert known is not None
    if not row["was_added"]:
        wanted = replace(known, active_from=row["active_from"], active_to=row["active_to"])
        enterprises.save_enterprise(db, wanted, None, actor, REASON)
    elif scalar(db, "SELECT 1 FROM invitation WHERE enterprise_id = ?", (known.id,)) is None:
        _delete(db, "enterprise", "id = ?", known.id)
        subject, before = f"enterprise {known.id}", {"name": known.name}
        audit_trail.record(db, actor, "enterprise removed", subject, before=before)
    else:
        # Another file has it too, and takes it away if that one is undone.
        sql = "UPDATE earlier_enterprise SET was_added = 1 WHERE enterprise_id = ?"
        run(db, sql, (known.id,))


# That a file is kept.
HOURS = 24


def keep_upload(db: Database, kind: str, content: dict[str, Any], actor: str) -> int:
    """Keep a file's content for a day and return its number; "round" or "totals"."""
    # Files that nobody has finished in time go first.
    run(db, "DELETE FROM earlier_draft WHERE expires_at <= ?", (clock.machine.now(),))
    until = clock.machine.from_now(hours=HOURS)
    kept = {"kind": kind, "content": as_json(content), "actor": actor, "expires_at": until}
    return insert(db, "earlier_draft", kept)


def find_upload(
    db: Database, kind: str, draft_id: int, actor: str
) -> tuple[dict[str, Any], dict[str, Any]]:
    """A kept file's content, and what has been chosen about it; raises PreviewGone."""
    sql = """SELECT content, choices FROM earlier_draft WHERE id = ? AND kind = ? AND actor = ?
        AND expires_at > ?"""
    row = first(db, sql, (draft_id, kind, actor, clock.machine.now()))
    if row is None:
        raise PreviewGone
    return json.loads(row["content"]), json.loads(row["choices"])


def keep_choices(db: Database, draft_id: int, choices: dict[str, Any]) -> None:
    """Keep what has been chosen about a file."""
    sql = "UPDATE earlier_draft SET choices = ? WHERE id = ?"
    run(db, sql, (as_json(choices), draft_id))


def forget_upload(db: Database, draft_id: int) -> None:
    """Let go of a file."""
    run(db, "DELETE FROM earlier_draft WHERE id = ?", (draft_id,))

"""What has been decided about each version of an answer: the decisions, the edits, the trail."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

from sqlite_utils import Database

from survey_data.database import first, rows
from survey_data.responses import responses
from survey_data.responses.drafts import Value
from survey_data.responses.responses import Response

# The decisions after which a response is done with.
CHECKED = ("accepted", "corrected")


@dataclass(frozen=True)
class Decision:
    """What was decided about one version of an answer, by whom and when."""

    id: int
    response_id: int
    kind: str
    message: str
    fields: tuple[str, ...]
    note: str
    checks: Mapping[str, str]
    names_nobody: bool
    actor: str
    decided_at: str


@dataclass(frozen=True)
class Edit:
    """A corrected value beside the one that was handed in."""

    question: str
    raw: Value
    edited: Value
    reason: str
    actor: str
    edited_at: str


def newest_decision(db: Database, response_id: int) -> Decision | None:
    """The decision that stands about a version, or None."""
    sql = "SELECT * FROM decision WHERE response_id = ? ORDER BY id DESC LIMIT 1"
    row = first(db, sql, (response_id,))
    return _decision(row) if row else None


def newest_return(db: Database, response_id: int) -> Decision | None:
    """The newest return of a version, whatever was decided after it, or None."""
    sql = "SELECT * FROM decision WHERE response_id = ? AND kind = 'returned' ORDER BY id DESC"
    row = first(db, sql, (response_id,))
    return _decision(row) if row else None


def open_return(db: Database, invitation_id: int) -> Decision | None:
    """What the enterprise has been asked about and has not answered yet, or None."""
    newest = responses.latest(db, invitation_id)
    decision = newest_decision(db, newest.id) if newest else None
    return decision if decision and decision.kind == "returned" else None


def _decision(row: Mapping[str, Any]) -> Decision:
    return Decision(
        **{
            **row,
            "fields": tuple(json.loads(row["fields"])),
            "checks": json.loads(row["checks"]),
            "names_nobody": bool(row["names_nobody"]),
        }
    )


def edits_of(db: Database, response_id: int) -> dict[str, Edit]:
    """What stands in the place of what was handed in, by question; not what was put back."""
    sql = "SELECT * FROM edit WHERE response_id = ? ORDER BY id"
    found = {row["question"]: edit_from(row) for row in rows(db, sql, (response_id,))}
    return {name: edit for name, edit in found.items() if edit.edited != edit.raw}


def left_behind(db: Database, response_id: int) -> dict[str, Edit]:
    """Corrections of earlier versions that this version does not have, by question.

    A hand-in replaces the one before it, and with it what the coordinator had corrected there.
    What the enterprise has since put right itself, or was corrected anew, is not among them.
    """
    response = responses.by_id(db, response_id)
    if response is None:
        return {}
    # A computed total is worked out anew from its parts, so only these are looked at.
    sql = """SELECT x.* FROM edit x JOIN response o ON o.id = x.response_id
        JOIN invitation i ON i.id = o.invitation_id JOIN round r ON r.id = i.round_id
        WHERE o.invitation_id = ? AND o.version < ? AND EXISTS (
            SELECT 1 FROM json_each(r.questionnaire) q WHERE q.value ->> 'name' = x.question
            AND q.value ->> 'kind' <> 'computed') ORDER BY o.version, x.id"""
    parameters = (response.invitation_id, response.version)
    earlier = {row["question"]: edit_from(row) for row in rows(db, sql, parameters)}
    now, again = as_reviewed(db, response).answers, edits_of(db, response_id)
    return {
        name: edit
        for name, edit in earlier.items()
        if edit.edited not in (edit.raw, now.get(name)) and name not in again
    }


def edit_from(row: Mapping[str, Any]) -> Edit:
    """An Edit from a row of its table."""
    raw, edited = (cast(Value, json.loads(row[name])) for name in ("raw", "edited"))
    return Edit(row["question"], raw, edited, row["reason"], row["actor"], row["edited_at"])


def as_reviewed(db: Database, response: Response) -> Response:
    """A response with the corrected values in the place of those handed in."""
    edits = edits_of(db, response.id)
    return replace(response, answers=response.answers | {n: e.edited for n, e in edits.items()})


def trail(db: Database, invitation_id: int) -> list[dict[str, Any]]:
    """Every line of the trail about any version an enterprise has handed in, newest first."""
    return rows(
        db,
        "SELECT a.*, p.version FROM audit a JOIN response p ON a.subject = 'response ' || p.id"
        " WHERE p.invitation_id = ? ORDER BY a.id DESC",
        (invitation_id,),
    )

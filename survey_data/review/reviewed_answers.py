"""Answers as they stand after the review: what is published, and what next year compares with."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import Any

from sqlite_utils import Database

from survey_data.database import rows
from survey_data.responses import responses
from survey_data.responses.drafts import Answers
from survey_data.responses.responses import Response
from survey_data.review import decisions
from survey_data.review.decisions import CHECKED, Edit
from survey_data.rounds.invitations import Invitation

NEWEST_OF_YEAR = """FROM latest_response p JOIN invitation i ON i.id = p.invitation_id
    JOIN round r ON r.id = i.round_id
    WHERE r.year = ?"""


@dataclass(frozen=True)
class Reviewed:
    """A newest response with corrected values in it, what they are, and if its text may be read."""

    enterprise_id: int
    response: Response
    edits: tuple[Edit, ...]
    text_is_open: bool


def responses_as_reviewed(db: Database, year: int) -> list[Reviewed]:
    """Every enterprise's newest response of a year with the corrected values in it."""
    edits, opened = _edits_of_year(db, year), _open_texts(db, year)
    return [
        Reviewed(enterprise_id, _edited(each, edits[each.id]), edits[each.id], each.id in opened)
        for enterprise_id, each in responses.of_year(db, year)
    ]


def _edited(response: Response, edits: tuple[Edit, ...]) -> Response:
    if not edits:
        return response
    return replace(response, answers=response.answers | {e.question: e.edited for e in edits})


def _edits_of_year(db: Database, year: int) -> dict[int, tuple[Edit, ...]]:
    sql = f"SELECT x.* FROM edit x WHERE x.response_id IN (SELECT p.id {NEWEST_OF_YEAR})"
    standing: dict[int, dict[str, Edit]] = defaultdict(dict)
    for row in rows(db, f"{sql} ORDER BY x.id", (year,)):
        standing[row["response_id"]][row["question"]] = decisions.edit_from(row)
    found: dict[int, tuple[Edit, ...]] = defaultdict(tuple)
    for response_id, edits in standing.items():
        found[response_id] = tuple(e for e in edits.values() if e.edited != e.raw)
    return found


def _open_texts(db: Database, year: int) -> set[int]:
    """The responses whose free text someone has read and found to name no person."""
    sql = f"""SELECT d.response_id FROM decision d WHERE d.names_nobody AND d.kind IN {CHECKED}
        AND d.id = (SELECT max(id) FROM decision l WHERE l.response_id = d.response_id)
        AND d.response_id IN (SELECT p.id {NEWEST_OF_YEAR})"""
    return {row["response_id"] for row in rows(db, sql, (year,))}


def checks_fired(db: Database, year: int) -> list[dict[str, Any]]:
    """Every check that fired on a newest response of a year, and what was decided about it."""
    return rows(
        db,
        f"""SELECT r.year, i.enterprise_id, f.check_id, f.explained,
            coalesce((SELECT json_extract(d.checks, '$.' || json_quote(f.check_id))
                FROM decision d WHERE d.response_id = p.id ORDER BY d.id DESC LIMIT 1), '')
                AS decision
            {NEWEST_OF_YEAR.replace("WHERE", "JOIN fired_check f ON f.response_id = p.id WHERE", 1)}
            ORDER BY i.enterprise_id, f.place""",
        (year,),
    )


def last_year(db: Database, invitation: Invitation) -> Answers:
    """What stands of the year before for the invited enterprise; empty when it did not answer."""
    before = [
        r
        for r in responses.history(db, invitation.enterprise.id)
        if r.year == invitation.round.year - 1
    ]
    return decisions.as_reviewed(db, before[-1]).answers if before else {}


def history(db: Database, enterprise_id: int) -> list[Response]:
    """The newest version of each year as it stands after the review, oldest year first."""
    return [decisions.as_reviewed(db, each) for each in responses.history(db, enterprise_id)]

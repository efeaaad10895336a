"""What has been decided about each version of an answer, and the answers as they stand after it.

The latter is what is published, and what next year compares with.
"""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from sqlite_utils import Database

from survey_data.database import read_one, rows
from survey_data.responses import responses
from survey_data.responses.drafts import Answers, Value
from survey_data.responses.responses import Response
from survey_data.rounds.invitations import Invitation

# The decisions after which a response is done with.
CHECKED = ("accepted", "corrected")
# Of a response `p`, the kind of the decision that stands; nothing where none was made.
STANDING_DECISION = """(SELECT d.kind FROM decision d WHERE d.response_id = p.id
    ORDER BY d.id DESC LIMIT 1)"""
NEWEST_OF_YEAR = """FROM latest_response p JOIN invitation i ON i.id = p.invitation_id
    JOIN round r ON r.id = i.round_id
    WHERE r.year = ?"""


@dataclass(frozen=True)
class Decision:
    """What was decided about one version of an answer, and by whom."""

    id: int
    response_id: int
    kind: str
    message: str
    fields: tuple[str, ...]
    note: str
    checks: Mapping[str, str]
    names_nobody: bool
    actor: str


@dataclass(frozen=True)
class Edit:
    """A corrected value beside the one that was handed in."""

    question: str
    raw: Value
    edited: Value
    reason: str
    actor: str
    edited_at: str


@dataclass(frozen=True)
class Reviewed:
    """A newest response with corrected values in it, what they are, and if its text may be read."""

    enterprise_id: int
    response: Response
    edits: tuple[Edit, ...]
    text_is_open: bool


def newest_decision(db: Database, response_id: int) -> Decision | None:
    """The decision that stands about a version, or None."""
    sql = "SELECT * FROM decision WHERE response_id = ? ORDER BY id DESC LIMIT 1"
    return read_one(db, Decision, sql, (response_id,))


def newest_return(db: Database, response_id: int) -> Decision | None:
    """The newest return of a version, whatever was decided after it, or None."""
    sql = "SELECT * FROM decision WHERE response_id = ? AND kind = 'returned' ORDER BY id DESC"
    return read_one(db, Decision, sql, (response_id,))


def open_return(db: Database, newest: Response | None) -> Decision | None:
    """What is asked about what was handed in last and has not been answered yet, or None."""
    decision = newest_decision(db, newest.id) if newest else None
    return decision if decision and decision.kind == "returned" else None


def edits_of(db: Database, response_id: int) -> dict[str, Edit]:
    """What stands in the place of what was handed in, by question; not what was put back."""
    sql = "SELECT * FROM edit WHERE response_id = ? ORDER BY id"
    return standing({row["question"]: edit_from(row) for row in rows(db, sql, (response_id,))})


def standing(found: Mapping[str, Edit]) -> dict[str, Edit]:
    """Those corrections that were not put back."""
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
    return edited(response, edits_of(db, response.id))


def edits_of_all(db: Database, found: Sequence[Response]) -> dict[int, dict[str, Edit]]:
    """What was last said of each question of several responses, by response and question."""
    if not found:
        return {}
    sql = "SELECT * FROM edit WHERE response_id IN (SELECT value FROM json_each(?)) ORDER BY id"
    edits: dict[int, dict[str, Edit]] = defaultdict(dict)
    for row in rows(db, sql, (json.dumps([each.id for each in found]),)):
        edits[row["response_id"]][row["question"]] = edit_from(row)
    return edits


def edited(response: Response, edits: Mapping[str, Edit]) -> Response:
    """A response with what these edits say in it."""
    if not edits:
        return response
    new = {name: edit.edited for name, edit in edits.items()}
    return replace(response, answers=response.answers | new)


def trail(db: Database, invitation_id: int) -> list[dict[str, Any]]:
    """Every line of the trail about any version an enterprise has handed in, newest first."""
    sql = """SELECT a.*, p.version FROM audit a JOIN response p ON a.subject = 'response ' || p.id
        WHERE p.invitation_id = ? ORDER BY a.id DESC"""
    return rows(db, sql, (invitation_id,))


def responses_as_reviewed(db: Database, year: int) -> list[Reviewed]:
    """Every enterprise's newest response of a year with the corrected values in it."""
    found, opened = responses.of_year(db, year), _open_texts(db, year)
    edits = edits_of_all(db, [response for _, response in found])
    stands = {each: standing(of_one) for each, of_one in edits.items()}
    return [
        Reviewed(enterprise_id, edited(response, stands.get(response.id, {})),
                 tuple(stands.get(response.id, {}).values()), response.id in opened)
        for enterprise_id, response in found
    ]  # fmt: skip


def _open_texts(db: Database, year: int) -> set[int]:
    """The responses whose free text someone has read and found to name no person."""
    sql = f"""SELECT d.response_id FROM decision d WHERE d.names_nobody AND d.kind IN {CHECKED}
        AND d.id = (SELECT max(id) FROM decision l WHERE l.response_id = d.response_id)
        AND d.response_id IN (SELECT p.id {NEWEST_OF_YEAR})"""
    return {row["response_id"] for row in rows(db, sql, (year,))}


def checks_fired(db: Database, year: int) -> list[dict[str, Any]]:
    """Every check that fired on a newest response of a year, and what was decided about it."""
    sql = f"""SELECT r.year, i.enterprise_id, f.check_id, f.explained,
            coalesce((SELECT json_extract(d.checks, '$.' || json_quote(f.check_id))
                FROM decision d WHERE d.response_id = p.id ORDER BY d.id DESC LIMIT 1), '')
                AS decision
            {NEWEST_OF_YEAR.replace("WHERE", "JOIN fired_check f ON f.response_id = p.id WHERE", 1)}
            ORDER BY i.enterprise_id, f.place"""
    return rows(db, sql, (year,))


def of_last_year(db: Database, invitation: Invitation) -> Response | None:
    """What stands of the year before for the invited enterprise, or None."""
    wanted = invitation.round.year - 1
    found = [r for r in responses.history(db, invitation.enterprise.id) if r.year == wanted]
    return as_reviewed(db, found[-1]) if found else None


def last_year(db: Database, invitation: Invitation) -> Answers:
    """Its answers; empty when it did not answer."""
    response = of_last_year(db, invitation)
    return response.answers if response else {}


def history(db: Database, enterprise_id: int) -> list[Response]:
    """The newest version of each year as it stands after the review, oldest year first."""
    found = responses.history(db, enterprise_id)
    edits = edits_of_all(db, found)
    return [edited(each, edits.get(each.id, {})) for each in found]

"""Last year's figure was wrong: an enterprise proposes the right one, the coordinator decides.

Nothing of an earlier year changes by a proposal. Accepted, it becomes a correction like any
other: the value that was handed in is kept beside the one that stands.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from sqlite_utils import Database

from survey_data import audit_trail, clock
from survey_data.database import insert, read_all, read_one, run, writing
from survey_data.errors import ChangedMeanwhile
from survey_data.responses import responses
from survey_data.responses.drafts import Value
from survey_data.responses.responses import Response
from survey_data.review import check_results, decisions, review
from survey_data.review.review import Ruling
from survey_data.rounds.invitations import Invitation

WAITING = """SELECT p.*, e.name AS enterprise, e.unit_name, r.year - 1 AS year
    FROM revision_proposal p JOIN invitation i ON i.id = p.invitation_id
    JOIN round r ON r.id = i.round_id JOIN enterprise e ON e.id = i.enterprise_id
    WHERE p.decision IS NULL"""


@dataclass(frozen=True)
class Revision:
    """A proposal to revise last year's answer: only the questions it changes, and why."""

    id: int
    invitation_id: int
    response_id: int
    enterprise: str
    unit_name: str
    year: int
    answers: Mapping[str, Value]
    standing: Mapping[str, Value]
    reason: str
    proposed_at: str


def propose(
    db: Database, invitation: Invitation, answers: Mapping[str, Value], reason: str
) -> None:
    """Propose other figures for last year; one that waits already is replaced.

    Figures equal to what stands withdraw the proposal. Raises RoundClosed, or LookupError
    where there is no answer of last year.
    """
    with writing(db):
        invitation.round.must_be_open()
        before = decisions.of_last_year(db, invitation)
        if before is None:
            raise LookupError
        actor = f"invitation {invitation.id}"
        withdraw = """UPDATE revision_proposal SET decision = 'withdrawn', decided_by = ?,
            decided_at = ? WHERE invitation_id = ? AND decision IS NULL"""
        run(db, withdraw, (actor, clock.now(), invitation.id))
        changed = {n: v for n, v in answers.items() if before.answers.get(n) != v}
        if not changed:
            return
        standing = {name: before.answers.get(name) for name in changed}
        insert(db, "revision_proposal", {
            "invitation_id": invitation.id, "response_id": before.id,
            "answers": json.dumps(changed), "standing": json.dumps(standing), "reason": reason,
            "proposed_at": clock.now(),
        })  # fmt: skip
        audit_trail.record(db, actor, "revision proposed", f"response {before.id}",
                           before=standing, after=changed, reason=reason)  # fmt: skip


def waiting(db: Database) -> list[Revision]:
    """Every proposal that nobody has decided on, by enterprise."""
    return read_all(db, Revision, f"{WAITING} ORDER BY e.name, e.unit_name")


def of_invitation(db: Database, invitation_id: int) -> Revision | None:
    """The proposal of one enterprise that waits, or None."""
    return read_one(db, Revision, f"{WAITING} AND p.invitation_id = ?", (invitation_id,))


def find(db: Database, revision_id: int) -> Revision | None:
    """One proposal that waits, or None."""
    return read_one(db, Revision, f"{WAITING} AND p.id = ?", (revision_id,))


def accept(db: Database, shown: Revision, actor: str) -> None:
    """Correct last year's answer as proposed.

    Raises ChangedMeanwhile where the proposal or that answer is no longer what was shown, and
    ReviewedMeanwhile where someone else decides about the answer at the same moment.
    """
    with writing(db):
        response = _still(db, shown)
        newest = decisions.newest_decision(db, response.id)
        fired = check_results.of_response(db, response.id)
        accepted = {each.check_id: "accept" for each in fired}
        ruling = Ruling(actor, newest.id if newest else 0, accepted)
        review.correct(db, response.id, shown.answers, shown.reason, ruling)
        _decide(db, shown, "accepted", "", actor)


def decline(db: Database, shown: Revision, reason: str, actor: str) -> None:
    """Leave last year's answer as it stands, and say why; raises ChangedMeanwhile."""
    with writing(db):
        _still(db, shown)
        _decide(db, shown, "declined", reason, actor)


def _still(db: Database, shown: Revision) -> Response:
    now = find(db, shown.id)
    response = responses.by_id(db, shown.response_id)
    if now is None or response is None:
        raise ChangedMeanwhile
    standing = decisions.as_reviewed(db, response).answers
    if any(standing.get(name) != value for name, value in shown.standing.items()):
        raise ChangedMeanwhile
    return response


def _decide(db: Database, what: Revision, decision: str, reason: str, actor: str) -> None:
    sql = """UPDATE revision_proposal SET decision = ?, decision_reason = ?, decided_by = ?,
        decided_at = ? WHERE id = ?"""
    run(db, sql, (decision, reason, actor, clock.now(), what.id))
    audit_trail.record(
        db, actor, f"revision {decision}", f"response {what.response_id}",
        after=dict(what.answers), reason=reason,
    )  # fmt: skip

"""What respondents propose: changes of the register, and of their answers the year before.

A change of the register is computed: an answer of the newest round that says another thing than
the register, and that nobody has decided on. Only decisions are kept. A revision is an answer of
last year that the enterprise proposes to put right: nothing of an earlier year changes by that.
Accepted, it becomes a correction like any other: the value that was handed in is kept beside the
one that stands.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlite_utils import Database

from survey_data import audit_trail, clock
from survey_data.database import insert, read_all, read_one, read_row, rows, run, writing
from survey_data.errors import ChangedMeanwhile
from survey_data.register import enterprises
from survey_data.register.enterprises import Enterprise
from survey_data.responses import responses
from survey_data.responses.drafts import Value
from survey_data.responses.responses import Response
from survey_data.review import check_results, decisions, review
from survey_data.review.review import Ruling
from survey_data.rounds.invitations import Invitation

# The question that proposes, and the fact of the register that it is about.
FIELDS = {"enterprise_name": "name", "org_number": "org_number", "unit_name": "unit_name",
          "municipality_code": "municipality_code"}  # fmt: skip
STATUS = "status"
# What an answer about the enterprise's state means for the register.
CLOSED_BY = {"closed": "ceased", "moved_away": "moved", "no_longer_asf": "not_asf",
             "dormant": "dormant"}  # fmt: skip
ASKED = (*FIELDS, STATUS, "as_of_date")


@dataclass(frozen=True)
class Proposal:
    """One fact that an answer gives another value than the register."""

    invitation_id: int
    enterprise: Enterprise
    field: str
    known: str
    value: str
    year: int
    as_of: str
    handed_in_at: str


def waiting(db: Database) -> list[Proposal]:
    """Every proposal that nobody has decided on, by enterprise."""
    decided = {
        (row["invitation_id"], row["field"], row["value"])
        for row in rows(db, "SELECT invitation_id, field, value FROM proposal_decision")
    }
    return [
        each
        for row in _answers(db)
        for each in _differences(row)
        if (each.invitation_id, each.field, each.value) not in decided
    ]


def _answers(db: Database) -> list[dict[str, Any]]:
    columns = responses.response_columns(db)
    asked = [name for name in ASKED if name in columns]
    if not asked:
        return []
    answers = ", ".join(f'p."{name}" AS "answer_{name}"' for name in asked)
    # What an old file says of an enterprise is no news to the register.
    sql = f"""SELECT {answers}, e.*, i.id AS invitation_id, p.handed_in_at, r.year, r.reference_date
        FROM latest_response p JOIN invitation i ON i.id = p.invitation_id
        JOIN round r ON r.id = i.round_id JOIN enterprise e ON e.id = i.enterprise_id
        WHERE p.mode <> 'import' AND r.id = (SELECT id FROM round ORDER BY year DESC LIMIT 1)
        AND ({_may_differ(asked)}) ORDER BY e.name, e.unit_name"""
    return rows(db, sql)


def _may_differ(asked: Iterable[str]) -> str:
    """SQL that leaves out answers that say what the register says: nearly all of them."""
    facts = [f'p."{name}" IS NOT e."{FIELDS[name]}"' for name in asked if name in FIELDS]
    closed = ", ".join(f"'{said}'" for said in CLOSED_BY)
    status = [f"p.status IN ({closed}) OR e.active_to IS NOT NULL"] if STATUS in asked else []
    return " OR ".join([*facts, *status]) or "1"


def _differences(row: dict[str, Any]) -> Iterator[Proposal]:
    for question, fact in FIELDS.items():
        said = " ".join(str(row.get(f"answer_{question}") or "").split())
        # A blank is no statement: an enterprise that leaves its unit out has not lost it.
        if said and said != row[fact]:
            yield _proposal(row, question, row[fact], said)
    # Why the register says that the enterprise is closed; empty while it is not.
    known = (row["closed_reason"] or "ceased") if row["active_to"] else ""
    said = row.get(f"answer_{STATUS}") or ""
    if said and CLOSED_BY.get(said, "") != known:
        yield _proposal(row, STATUS, known, said)


def _proposal(row: dict[str, Any], field: str, known: str, value: str) -> Proposal:
    as_of = row.get("answer_as_of_date") or row["reference_date"]
    facts = {"field": field, "known": known, "value": value, "as_of": as_of}
    return read_row(Proposal, row | facts | {"enterprise": read_row(Enterprise, row)})


def find(db: Database, invitation_id: int, field: str, value: str) -> Proposal | None:
    """One waiting proposal as it was shown, or None."""
    wanted = (invitation_id, field, value)
    found = waiting(db)
    return next((p for p in found if (p.invitation_id, p.field, p.value) == wanted), None)


def accept(db: Database, shown: Proposal, actor: str) -> None:
    """Change the register as proposed.

    Raises ChangedMeanwhile where the answer or the register is no longer what was shown, and
    what the register itself refuses.
    """
    with writing(db):
        now = _still(db, shown)
        reason = f"proposal {now.year}"
        if now.field != STATUS:
            changed: dict[str, Any] = {FIELDS[now.field]: now.value}
            wanted = replace(now.enterprise, **changed)
            enterprises.save_enterprise(db, wanted, None, actor, reason)
        elif now.value in CLOSED_BY:
            day = date.fromisoformat(now.as_of)
            enterprises.close(db, now.enterprise.id, CLOSED_BY[now.value], day, reason, actor)
        else:
            enterprises.reopen(db, now.enterprise.id, reason, actor)
        _decide(db, now, True, "", actor)


def decline(db: Database, shown: Proposal, reason: str, actor: str) -> None:
    """Leave the register as it is, and say why; raises ChangedMeanwhile."""
    with writing(db):
        now = _still(db, shown)
        _decide(db, now, False, reason, actor)
        after, subject = {"field": now.field, "declined": now.value}, now.enterprise.id
        audit_trail.record(db, actor, "proposal declined", f"enterprise {subject}", after=after,
                           reason=reason)  # fmt: skip


def _still(db: Database, shown: Proposal) -> Proposal:
    now = find(db, shown.invitation_id, shown.field, shown.value)
    if now is None or now.known != shown.known:
        raise ChangedMeanwhile
    return now


def _decide(db: Database, what: Proposal, accepted: bool, reason: str, actor: str) -> None:
    insert(db, "proposal_decision", {
        "enterprise_id": what.enterprise.id, "invitation_id": what.invitation_id,
        "field": what.field, "value": what.value, "accepted": accepted, "reason": reason,
        "actor": actor, "decided_at": clock.now(),
    })  # fmt: skip


REVISIONS = """SELECT p.*, e.name AS enterprise, e.unit_name, r.year - 1 AS year
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


def propose_revision(
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


def waiting_revisions(db: Database) -> list[Revision]:
    """Every proposal that nobody has decided on, by enterprise."""
    return read_all(db, Revision, f"{REVISIONS} ORDER BY e.name, e.unit_name")


def revision_of(db: Database, invitation_id: int) -> Revision | None:
    """The proposal of one enterprise that waits, or None."""
    return read_one(db, Revision, f"{REVISIONS} AND p.invitation_id = ?", (invitation_id,))


def find_revision(db: Database, revision_id: int) -> Revision | None:
    """One proposal that waits, or None."""
    return read_one(db, Revision, f"{REVISIONS} AND p.id = ?", (revision_id,))


def accept_revision(db: Database, shown: Revision, actor: str) -> None:
    """Correct last year's answer as proposed.

    Raises ChangedMeanwhile where the proposal or that answer is no longer what was shown, and
    ReviewedMeanwhile where someone else decides about the answer at the same moment.
    """
    with writing(db):
        response = _still_as_shown(db, shown)
        newest = decisions.newest_decision(db, response.id)
        fired = check_results.of_response(db, response.id)
        accepted = {each.check_id: "accept" for each in fired}
        ruling = Ruling(actor, newest.id if newest else 0, accepted)
        review.correct(db, response.id, shown.answers, shown.reason, ruling)
        _decide_revision(db, shown, "accepted", "", actor)


def decline_revision(db: Database, shown: Revision, reason: str, actor: str) -> None:
    """Leave last year's answer as it stands, and say why; raises ChangedMeanwhile."""
    with writing(db):
        _still_as_shown(db, shown)
        _decide_revision(db, shown, "declined", reason, actor)


def _still_as_shown(db: Database, shown: Revision) -> Response:
    now = find_revision(db, shown.id)
    response = responses.by_id(db, shown.response_id)
    if now is None or response is None:
        raise ChangedMeanwhile
    standing = decisions.as_reviewed(db, response).answers
    if any(standing.get(name) != value for name, value in shown.standing.items()):
        raise ChangedMeanwhile
    return response


def _decide_revision(db: Database, what: Revision, decision: str, reason: str, actor: str) -> None:
    sql = """UPDATE revision_proposal SET decision = ?, decision_reason = ?, decided_by = ?,
        decided_at = ? WHERE id = ?"""
    run(db, sql, (decision, reason, actor, clock.now(), what.id))
    audit_trail.record(
        db, actor, f"revision {decision}", f"response {what.response_id}",
        after=dict(what.answers), reason=reason,
    )  # fmt: skip

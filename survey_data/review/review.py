"""Reviewing what was handed in: accept, correct or return; the response itself never changes."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlite_utils import Database

from survey_data import audit_trail, clock, outbox
from survey_data.database import as_json, insert, scalar, writing
from survey_data.errors import ReviewedMeanwhile, SurveyError
from survey_data.register.contacts import main_address
from survey_data.responses import responses
from survey_data.responses.drafts import Value
from survey_data.responses.responses import Response
from survey_data.review import check_results
from survey_data.review.decisions import as_reviewed, left_behind, newest_decision
from survey_data.rounds import invitations


class DecisionIncomplete(SurveyError):
    """A decision lacks what it needs: checks, values, reason, message or fields."""

    def __init__(self, lacks: str) -> None:
        super().__init__(lacks)
        self.lacks = lacks


@dataclass(frozen=True)
class Ruling:
    """What comes with every decision; `seen` is the newest decision its maker had seen.

    `checks` says what was decided about each check that fired, `names_nobody` that the free
    text was read and mentions no person.
    """

    actor: str
    seen: int = 0
    checks: Mapping[str, str] = field(default_factory=dict)
    note: str = ""
    names_nobody: bool = False


def accept(db: Database, response_id: int, ruling: Ruling) -> None:
    """Accept an answer as it is; every check that fired must have been accepted by itself.

    Raises DecisionIncomplete or ReviewedMeanwhile.
    """
    with writing(db):
        _refuse_undecided(db, response_id, ruling, ())
        _decide(db, response_id, "accepted", ruling, reason=ruling.note)


def correct(
    db: Database, response_id: int, values: Mapping[str, Value], reason: str, ruling: Ruling
) -> None:
    """Put other values in the place of what was handed in; both are kept, with the reason.

    Raises DecisionIncomplete or ReviewedMeanwhile.
    """
    with writing(db):
        handed_in = _handed_in(db, response_id)
        standing = as_reviewed(db, handed_in).answers
        changed = {n: v for n, v in values.items() if standing.get(n) != v}
        if not changed:
            raise DecisionIncomplete("values")
        if not reason.strip():
            raise DecisionIncomplete("reason")
        _refuse_undecided(db, response_id, ruling, changed)
        decision_id = _decide(
            db, response_id, "corrected", _marking(db, response_id, ruling, changed, "correct"),
            before={n: standing.get(n) for n in changed}, after=changed, reason=reason.strip(),
        )  # fmt: skip
        about = {"decision_id": decision_id, "response_id": response_id, "reason": reason.strip(),
                 "actor": ruling.actor, "edited_at": clock.now()}  # fmt: skip
        for name, value in changed.items():
            raw = as_json(handed_in.answers.get(name))
            insert(db, "edit", about | {"question": name, "raw": raw, "edited": as_json(value)})


def send_back(
    db: Database, response_id: int, message: str, fields: Sequence[str], ruling: Ruling
) -> bool:
    """Ask the enterprise about some of its answers; tells whether there was anyone to mail.

    Raises DecisionIncomplete, ReviewedMeanwhile or RoundClosed.
    """
    with writing(db):
        response = _handed_in(db, response_id)
        invitation = invitations.by_id(db, response.invitation_id)
        invitation.round.must_be_open()
        if not message.strip():
            raise DecisionIncomplete("message")
        if not fields:
            raise DecisionIncomplete("fields")
        decision_id = _decide(
            db, response_id, "returned", _marking(db, response_id, ruling, fields, "ask"),
            message=message.strip(), fields=fields,
            after={"fields": list(fields)}, reason=message.strip(),
        )  # fmt: skip
        return _queue_mail(db, response, decision_id)


def accept_unquestioned(db: Database, response_ids: Iterable[int], actor: str) -> int:
    """Accept those of these answers that nobody has decided about and nothing is said about.

    That is, no check fired and no earlier correction is left behind.
    """
    with writing(db):
        found = [each for each in response_ids if _is_unquestioned(db, each)]
        for response_id in found:
            _decide(db, response_id, "accepted", Ruling(actor))
    return len(found)


def _is_unquestioned(db: Database, response_id: int) -> bool:
    fired = check_results.of_response(db, response_id)
    undecided = newest_decision(db, response_id) is None and _is_newest(db, response_id)
    quiet = check_results.was_run(db, response_id) and not fired
    return undecided and quiet and not left_behind(db, response_id)


def _handed_in(db: Database, response_id: int) -> Response:
    response = responses.by_id(db, response_id)
    if response is None:
        raise ReviewedMeanwhile
    return response


def _refuse_undecided(
    db: Database, response_id: int, ruling: Ruling, changed: Iterable[str]
) -> None:
    """Every check must be accepted by itself, or speak of what is being corrected."""
    for fired in check_results.of_response(db, response_id):
        accepted = ruling.checks.get(fired.check_id) == "accept"
        if not accepted and set(fired.fields).isdisjoint(changed):
            raise DecisionIncomplete("checks")


def _marking(
    db: Database, response_id: int, ruling: Ruling, names: Iterable[str], as_what: str
) -> Ruling:
    """The ruling with the checks that speak of these questions decided about too."""
    fired = check_results.of_response(db, response_id)
    touched = {f.check_id: as_what for f in fired if not set(f.fields).isdisjoint(names)}
    return replace(ruling, checks={**ruling.checks, **touched})


def _is_newest(db: Database, response_id: int) -> bool:
    sql = """SELECT 1 FROM response p JOIN response n ON n.invitation_id = p.invitation_id
        AND n.version > p.version WHERE p.id = ?"""
    return not scalar(db, sql, (response_id,))


def _decide(
    db: Database, response_id: int, kind: str, ruling: Ruling, *, message: str = "",
    fields: Sequence[str] = (), **facts: Any,
) -> int:  # fmt: skip
    newest = newest_decision(db, response_id)
    if not _is_newest(db, response_id) or (newest.id if newest else 0) != ruling.seen:
        raise ReviewedMeanwhile
    facts.setdefault("reason", ruling.note)
    audit_trail.record(db, ruling.actor, f"answer {kind}", f"response {response_id}", **facts)
    return insert(db, "decision", {
        "response_id": response_id, "kind": kind, "message": message, "note": ruling.note,
        "fields": json.dumps(list(fields)), "checks": json.dumps(dict(ruling.checks)),
        "names_nobody": ruling.names_nobody, "actor": ruling.actor, "decided_at": clock.now(),
    })  # fmt: skip


def _queue_mail(db: Database, response: Response, decision_id: int) -> bool:
    email = main_address(db, response.invitation_id)
    return bool(email) and outbox.queue(
        db, "returned", email or "", once=f"returned {decision_id}", response_id=response.id,
        invitation_id=response.invitation_id, language=response.language,
    )  # fmt: skip

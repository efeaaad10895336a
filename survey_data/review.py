"""Reviewing what was handed in: accept, correct or return; the response itself never changes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

from sqlite_utils import Database

from survey_data import audit, clock, fired_checks, invitations, outbox, responses
from survey_data.database import first, rows, scalar, writing
from survey_data.errors import DecisionIncomplete, ReviewedMeanwhile, RoundClosed
from survey_data.responses import Response, Value

# The decisions after which a response is done with.
CHECKED = ("accepted", "corrected")
FOR_A_CHECK = ("accept", "correct", "ask")


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
            db, response_id, "corrected", _with_corrected(db, response_id, ruling, changed),
            before={n: standing.get(n) for n in changed}, after=changed, reason=reason.strip(),
        )  # fmt: skip
        raw = {n: handed_in.answers.get(n) for n in changed}
        _keep_edits(db, response_id, decision_id, raw, changed, reason.strip(), ruling.actor)


def send_back(
    db: Database, response_id: int, message: str, fields: Sequence[str], ruling: Ruling
) -> bool:
    """Ask the enterprise about some of its answers; tells whether there was anyone to mail.

    Raises DecisionIncomplete, ReviewedMeanwhile or RoundClosed.
    """
    with writing(db):
        response = _handed_in(db, response_id)
        invitation = invitations.by_id(db, response.invitation_id)
        if not invitation.round.is_open:
            raise RoundClosed(invitation.round.year)
        if not message.strip():
            raise DecisionIncomplete("message")
        if not fields:
            raise DecisionIncomplete("fields")
        decision_id = _decide(
            db, response_id, "returned", ruling, message=message.strip(), fields=fields,
            after={"fields": list(fields)}, reason=message.strip(),
        )  # fmt: skip
        return _queue_mail(db, response, invitation.enterprise.id, decision_id)


def accept_unquestioned(db: Database, response_ids: Iterable[int], actor: str) -> int:
    """Accept those of these answers that no check fired on and nobody has decided about."""
    with writing(db):
        found = [each for each in response_ids if _is_unquestioned(db, each)]
        for response_id in found:
            _decide(db, response_id, "accepted", Ruling(actor))
    return len(found)


def _is_unquestioned(db: Database, response_id: int) -> bool:
    fired = fired_checks.of_response(db, response_id)
    undecided = newest_decision(db, response_id) is None and _is_newest(db, response_id)
    return undecided and fired_checks.was_run(db, response_id) and not fired


def _handed_in(db: Database, response_id: int) -> Response:
    response = responses.by_id(db, response_id)
    if response is None:
        raise ReviewedMeanwhile
    return response


def _refuse_undecided(
    db: Database, response_id: int, ruling: Ruling, changed: Iterable[str]
) -> None:
    """Every check must be accepted by itself, or speak of what is being corrected."""
    corrected = set(changed)
    for fired in fired_checks.of_response(db, response_id):
        accepted = ruling.checks.get(fired.check_id) == "accept"
        if not accepted and not corrected.intersection(fired.fields):
            raise DecisionIncomplete("checks")


def _with_corrected(
    db: Database, response_id: int, ruling: Ruling, changed: Iterable[str]
) -> Ruling:
    touched = {
        fired.check_id: "correct"
        for fired in fired_checks.of_response(db, response_id)
        if set(changed).intersection(fired.fields)
    }
    return replace(ruling, checks={**ruling.checks, **touched})


def _is_newest(db: Database, response_id: int) -> bool:
    return not scalar(
        db,
        "SELECT 1 FROM response p JOIN response n ON n.invitation_id = p.invitation_id"
        " AND n.version > p.version WHERE p.id = ?",
        (response_id,),
    )


def _decide(
    db: Database,
    response_id: int,
    kind: str,
    ruling: Ruling,
    *,
    message: str = "",
    fields: Sequence[str] = (),
    **told: Any,
) -> int:
    newest = newest_decision(db, response_id)
    if not _is_newest(db, response_id) or (newest.id if newest else 0) != ruling.seen:
        raise ReviewedMeanwhile
    told.setdefault("reason", ruling.note)
    audit.record(db, ruling.actor, f"answer {kind}", f"response {response_id}", **told)
    return int(
        scalar(
            db,
            "INSERT INTO decision (response_id, kind, message, fields, note, checks, names_nobody,"
            " actor, decided_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
            (
                *(response_id, kind, message, json.dumps(list(fields)), ruling.note),
                *(json.dumps(dict(ruling.checks)), int(ruling.names_nobody)),
                *(ruling.actor, clock.now()),
            ),
        )
    )


def _keep_edits(
    db: Database,
    response_id: int,
    decision_id: int,
    raw: Mapping[str, Value],
    changed: Mapping[str, Value],
    reason: str,
    actor: str,
) -> None:
    db.conn.executemany(
        "INSERT INTO edit (decision_id, response_id, question, raw, edited, reason, actor,"
        " edited_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (decision_id, response_id, name, _json(raw[name]), _json(value), reason, actor,
             clock.now())
            for name, value in changed.items()
        ],
    )  # fmt: skip


def _json(value: Value) -> str:
    return json.dumps(value, ensure_ascii=False)


def _queue_mail(
    db: Database, response: Response, enterprise_id: int, decision_id: int
) -> bool:  # fmt: skip
    email = scalar(
        db,
        "SELECT email FROM contact WHERE enterprise_id = ? ORDER BY is_main DESC, id LIMIT 1",
        (enterprise_id,),
    )
    return bool(email) and outbox.queue(
        db,
        "returned",
        email,
        once=f"returned {decision_id}",
        invitation_id=response.invitation_id,
        response_id=response.id,
        language=response.language,
    )


def newest_decision(db: Database, response_id: int) -> Decision | None:
    """The decision that stands about a version, or None."""
    sql = "SELECT * FROM decision WHERE response_id = ? ORDER BY id DESC LIMIT 1"
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

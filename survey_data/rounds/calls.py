"""The call log: who was phoned, what came of it, and what follows from that."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlite_utils import Database

from survey_data import audit_trail, clock
from survey_data.database import insert, read_all, rows, run, writing
from survey_data.errors import PersonalIdentityNumber, SurveyError
from survey_data.register.enterprises import FULL_NAME
from survey_data.responses.responses import Response
from survey_data.typed_text import has_personal_number

# What a call can lead to. A conversation decides; nobody answering decides nothing by itself.
TALKED = ("will_hand_in", "answered_by_phone", "call_later", "refuses", "out_of_scope", "ceased")
OUTCOMES = (*TALKED, "no_answer", "wrong_number")
# An enterprise that must not be asked again, and what its state is then called.
ENDS = {"refuses": "refused", "out_of_scope": "out_of_scope", "ceased": "ceased"}
GIVEN_UP_AFTER = 3
NOBODY_ANSWERS = ["no_answer"] * GIVEN_UP_AFTER
MAY_TRY_AGAIN = ("will_hand_in", "call_later", "no_answer", "wrong_number")
LONGEST_NOTE = 1000


class TryAgainInThePast(SurveyError):
    """The next time to try has passed already."""


@dataclass(frozen=True)
class Call:
    """One call, or one attempt."""

    id: int
    invitation_id: int
    called_at: str
    actor: str
    outcome: str
    try_again_at: str | None
    note: str


@dataclass(frozen=True)
class Called:
    """What the calls to one enterprise come to: the state they give, if any, and since when."""

    state: str | None
    since: str
    called_at: str
    try_again_at: str | None
    count: int


def record(
    db: Database, invitation_id: int, outcome: str, actor: str, *, try_again_at: str | None = None,
    note: str = "",
) -> None:  # fmt: skip
    """Note a call; mail that waits to someone who must not be asked again is cancelled.

    Raises PersonalIdentityNumber or TryAgainInThePast, and then stores nothing.
    """
    if has_personal_number(note):
        raise PersonalIdentityNumber
    if try_again_at is not None and try_again_at <= clock.now():
        raise TryAgainInThePast
    wanted = try_again_at if outcome in MAY_TRY_AGAIN else None
    with writing(db):
        insert(db, "call", {
            "invitation_id": invitation_id, "called_at": clock.now(), "actor": actor,
            "outcome": outcome, "try_again_at": wanted, "note": note.strip()[:LONGEST_NOTE],
        })  # fmt: skip
        if outcome in ENDS:
            # A receipt, and a link that someone asked for, are still theirs.
            sql = """UPDATE outbox SET state = 'cancelled' WHERE state = 'queued'
                AND invitation_id = ?
                AND kind NOT IN ('receipt', 'new_link', 'delegation', 'device_code')"""
            run(db, sql, (invitation_id,))
        after = {"outcome": outcome, "try_again_at": wanted}
        audit_trail.record(db, actor, "call noted", f"invitation {invitation_id}", after=after)


def note_hand_in(db: Database, stored: Response, actor: str) -> None:
    """Note that answers were handed in by telephone, in the transaction that stores them."""
    with writing(db):
        record(db, stored.invitation_id, "answered_by_phone", actor)
        after = {"version": stored.version, "mode": stored.mode}
        subject = f"invitation {stored.invitation_id}"
        audit_trail.record(db, actor, "answers handed in by phone", subject, after=after)


def note_begun(db: Database, invitation_id: int, actor: str) -> None:
    """Note that a coordinator has opened an enterprise's form to fill it in by telephone."""
    audit_trail.record(db, actor, "phone mode begun", f"invitation {invitation_id}")


def history(db: Database, invitation_id: int) -> list[Call]:
    """Every call to an enterprise in a round, newest first."""
    sql = "SELECT * FROM call WHERE invitation_id = ? ORDER BY id DESC"
    return read_all(db, Call, sql, (invitation_id,))


def of_round(db: Database, round_id: int) -> list[Call]:
    """Every call of a round, newest first."""
    sql = """SELECT c.* FROM call c JOIN invitation i ON i.id = c.invitation_id
        WHERE i.round_id = ? ORDER BY c.id DESC"""
    return read_all(db, Call, sql, (round_id,))


def names(db: Database, round_id: int) -> dict[int, str]:
    """What each invited enterprise of a round is called, by invitation."""
    sql = f"""SELECT i.id, {FULL_NAME} AS name FROM invitation i
        JOIN enterprise e ON e.id = i.enterprise_id WHERE i.round_id = ?"""
    return {row["id"]: row["name"] for row in rows(db, sql, (round_id,))}


def outcomes(db: Database, round_id: int) -> dict[int, Called]:
    """What the calls to each phoned enterprise of a round come to, by invitation."""
    found = sorted(of_round(db, round_id), key=lambda c: c.invitation_id)
    return {
        invitation_id: _come_to(list(calls))
        for invitation_id, calls in groupby(found, key=lambda c: c.invitation_id)
    }


def _come_to(newest_first: list[Call]) -> Called:
    decisive = next((c for c in newest_first if c.outcome in TALKED), None)
    newest = newest_first[0]
    state = ENDS.get(decisive.outcome) if decisive else None
    since = decisive.called_at if decisive and state else newest.called_at
    if state is None and [c.outcome for c in newest_first][:GIVEN_UP_AFTER] == NOBODY_ANSWERS:
        state = "no_contact"
    again = None if state in ENDS.values() else newest.try_again_at
    return Called(state, since, newest.called_at, again, len(newest_first))


def state_after(called: Called | None, happened: Mapping[str, Any]) -> str | None:
    """The state that the calls give, unless the enterprise itself has done something since.

    A refusal stands until something is handed in; "nobody answers" until anyone opens or saves.
    """
    if called is None or called.state is None or happened["handed_in_at"]:
        return None
    if called.state in ENDS.values():
        return called.state
    since = max((happened[name] for name in OWN_ACTS if happened[name]), default="")
    return called.state if called.since > since else None


OWN_ACTS = ("handed_in_at", "saved_at", "opened_at")


def not_to_ask(db: Database, round_id: int) -> set[int]:
    """The invitations whose enterprise refuses, is out of scope or has ceased: no more mail.

    Who has handed in since has thought better of it.
    """
    ended = {i: c for i, c in outcomes(db, round_id).items() if c.state in ENDS.values()}
    sql = """SELECT invitation_id, max(handed_in_at) FROM response
        WHERE invitation_id IN (SELECT value FROM json_each(?)) GROUP BY 1"""
    handed_in = dict(db.conn.execute(sql, (json.dumps(list(ended)),)).fetchall())
    return {each for each, called in ended.items() if called.since > handed_in.get(each, "")}


def outside(db: Database, round_id: int) -> set[int]:
    """The invitations whose enterprise, as was said on the telephone, is none to count."""
    outside = ("out_of_scope", "ceased")
    return {each for each, found in outcomes(db, round_id).items() if found.state in outside}

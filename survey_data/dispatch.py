"""Whom to write to: the invitations and reminders of a round, queued in the outbox."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from survey_data import audit, calls, clock, outbox, rounds
from survey_data.database import rows, writing
from survey_data.errors import RoundClosed
from survey_data.rounds import Round

ADDRESSEES = """SELECT i.id AS invitation_id, e.id AS enterprise_id, e.name,
    (SELECT c.email FROM contact c WHERE c.enterprise_id = e.id
        ORDER BY c.is_main DESC, c.id LIMIT 1) AS email,
    EXISTS (SELECT 1 FROM response p WHERE p.invitation_id = i.id) AS answered
    FROM invitation i JOIN enterprise e ON e.id = i.enterprise_id
    WHERE i.round_id = ? ORDER BY e.name"""


@dataclass(frozen=True)
class Queued:
    """How many mails were put in the outbox, and which enterprises have no address."""

    mails: int
    without_address: tuple[str, ...]


def queue_invitations(db: Database, year: int, actor: str) -> Queued:
    """Queue one invitation for each enterprise of the round that was not sent one before.

    Raises NoSuchRound or RoundClosed.
    """
    with writing(db):
        held = _open_round(db, year)
        everyone = rows(db, ADDRESSEES, (held.id,))
        sent = _queue(db, "invitation", everyone, lambda a: f"invitation {a['invitation_id']}")
        audit.record(db, actor, "invitations queued", f"round {year}", after={"mails": sent.mails})
    return sent


def queue_reminders(db: Database, year: int, actor: str) -> Queued:
    """Queue a reminder for each enterprise that has not handed in, at most one a day each.

    Raises NoSuchRound or RoundClosed.
    """
    with writing(db):
        held = _open_round(db, year)
        missing = to_remind(db, held)
        day = clock.today().isoformat()
        sent = _queue(db, "reminder", missing, lambda a: f"reminder {a['invitation_id']} {day}")
        audit.record(db, actor, "reminders queued", f"round {year}", after={"mails": sent.mails})
    return sent


def to_remind(db: Database, held: Round) -> list[dict[str, Any]]:
    """The enterprises of a round that have not handed in, but for those not to ask again."""
    refused = calls.not_to_ask(db, held.id)
    missing = [a for a in rows(db, ADDRESSEES, (held.id,)) if not a["answered"]]
    return [a for a in missing if a["invitation_id"] not in refused]


def _open_round(db: Database, year: int) -> Round:
    held = rounds.find(db, year)
    if not held.is_open:
        raise RoundClosed(year)
    return held


def _queue(db: Database, kind: str, addressees: list[dict[str, Any]], once: Any) -> Queued:
    reachable = [a for a in addressees if a["email"]]
    count = sum(
        outbox.queue(db, kind, a["email"], once=once(a), invitation_id=a["invitation_id"])
        for a in reachable
    )
    return Queued(count, tuple(a["name"] for a in addressees if not a["email"]))

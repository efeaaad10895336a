"""Whom to write to: the invitations and reminders of a round, queued in the outbox."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlite_utils import Database

from survey_data import audit_trail, clock, outbox
from survey_data.database import first, rows, writing
from survey_data.errors import RoundClosed
from survey_data.follow_up import bounces
from survey_data.mail_kinds import MAIL_KINDS
from survey_data.rounds import calendar, calls, rounds
from survey_data.rounds.rounds import Round

ADDRESSEES = f"""SELECT i.id AS invitation_id, e.id AS enterprise_id, e.name,
    (SELECT c.email FROM contact c WHERE c.enterprise_id = e.id
        ORDER BY c.is_main DESC, c.id LIMIT 1) AS email,
    (SELECT {bounces.IS_DEAD.format("c.email")} FROM contact c WHERE c.enterprise_id = e.id
        ORDER BY c.is_main DESC, c.id LIMIT 1) AS is_dead,
    EXISTS (SELECT 1 FROM outbox o WHERE o.invitation_id = i.id
        AND o.kind = 'invitation') AS invited,
    EXISTS (SELECT 1 FROM draft d WHERE d.invitation_id = i.id) AS begun,
    EXISTS (SELECT 1 FROM response p WHERE p.invitation_id = i.id) AS answered,
    (SELECT d.kind FROM latest_response p JOIN decision d ON d.response_id = p.id
        WHERE p.invitation_id = i.id
        ORDER BY d.id DESC LIMIT 1) = 'returned' AS returned
    FROM invitation i JOIN enterprise e ON e.id = i.enterprise_id
    WHERE i.round_id = ? ORDER BY e.name"""
# The others of a large round are many, and nobody asks for their addresses.
MISSING = ADDRESSEES.replace(
    "WHERE i.round_id = ?",
    """WHERE i.round_id = ? AND (NOT EXISTS (SELECT 1 FROM response p WHERE p.invitation_id = i.id)
    OR 'returned' = (SELECT d.kind FROM latest_response p JOIN decision d ON d.response_id = p.id
        WHERE p.invitation_id = i.id
        ORDER BY d.id DESC LIMIT 1))""",
)
ONE_ADDRESSEE = ADDRESSEES.replace("i.round_id = ?", "i.id = ?")


@dataclass(frozen=True)
class Queued:
    """How many mails were put in the outbox, and who got none: no address, or a dead one."""

    mails: int
    without_address: tuple[str, ...]
    bad_address: tuple[str, ...] = ()


def queue_invitations(db: Database, year: int, actor: str) -> Queued:
    """Queue one invitation for each enterprise of the round that was not sent one before.

    Raises NoSuchRound or RoundClosed.
    """
    return queue_mails(db, year, "invitation", actor)


def queue_reminders(db: Database, year: int, actor: str) -> Queued:
    """Queue a reminder for each enterprise that has not handed in, at most one a day each.

    Raises NoSuchRound or RoundClosed.
    """
    return queue_mails(db, year, "reminder", actor)


def queue_mails(db: Database, year: int, kind: str, actor: str, now: str | None = None) -> Queued:
    """Queue a kind of mail for exactly those whom `to_write` names at this moment.

    Raises NoSuchRound or RoundClosed.
    """
    with writing(db):
        survey_round = _open_round(db, year)
        audience = _audience(db, survey_round, kind)
        without = tuple(a["name"] for a in audience if not a["email"])
        dead = tuple(a["name"] for a in audience if a["is_dead"])
        chosen = to_write(db, survey_round, kind, now)
        count = sum(
            outbox.queue(db, kind, a["email"], once=a["once"], invitation_id=a["invitation_id"])
            for a in chosen
        )
        if kind == "invitation":
            calendar.note_done(db, survey_round.id, kind, count, now)
        audit_trail.record(db, actor, f"{kind} queued", f"round {year}", after={"mails": count})
    return Queued(count, without, dead)


def to_write(
    db: Database, survey_round: Round, kind: str, now: str | None = None
) -> list[dict[str, Any]]:
    """Who would get a kind of mail now: with an address that works, not sent the same before."""
    chosen = [a for a in _audience(db, survey_round, kind) if a["email"] and not a["is_dead"]]
    day = clock.local(now or clock.now()).date()
    for one in chosen:
        one["once"] = _once(kind, one["invitation_id"], day)
    queued = {
        row["once"]
        for row in rows(
            db,
            "SELECT o.once FROM outbox o JOIN invitation i ON i.id = o.invitation_id"
            " WHERE i.round_id = ? AND o.kind = ?",
            (survey_round.id, kind),
        )
    }
    # Nobody is reminded twice in a day, be it by hand, by the calendar or as a last call.
    spared = reminded_on(db, survey_round, day) if _reminds(kind) else set()
    return [
        one for one in chosen if one["once"] not in queued and one["invitation_id"] not in spared
    ]


def reminded_on(db: Database, survey_round: Round, day: date) -> set[int]:
    """The invitations of a round to which a reminder or the last call was queued on a day."""
    start, end = clock.at(day), clock.at(day + timedelta(1))
    found = rows(
        db,
        "SELECT i.id FROM outbox o JOIN invitation i ON i.id = o.invitation_id"
        " WHERE i.round_id = :round AND (o.once = 'reminder ' || i.id || ' ' || :day"
        " OR (o.kind = 'last_call' AND EXISTS (SELECT 1 FROM act a WHERE a.round_id = i.round_id"
        " AND a.kind = 'last_call' AND a.done_at >= :start AND a.done_at < :end)))",
        {"round": survey_round.id, "day": day.isoformat(), "start": start, "end": end},
    )
    return {row["id"] for row in found}


def _reminds(kind: str) -> bool:
    return MAIL_KINDS[kind].audience == "unanswered"


def _once(kind: str, invitation_id: int, day: date) -> str:
    return f"{kind} {invitation_id}" + (f" {day.isoformat()}" if kind == "reminder" else "")


def _audience(db: Database, survey_round: Round, kind: str) -> list[dict[str, Any]]:
    if _reminds(kind):
        return to_remind(db, survey_round)
    refused = calls.not_to_ask(db, survey_round.id)
    everyone = [
        a for a in rows(db, ADDRESSEES, (survey_round.id,)) if a["invitation_id"] not in refused
    ]
    not_invited = MAIL_KINDS[kind].audience == "not_invited"
    return [a for a in everyone if not (not_invited and a["invited"])]


def to_remind(db: Database, survey_round: Round) -> list[dict[str, Any]]:
    """Those of a round that have not handed in, or got their answer back; none that refused."""
    refused = calls.not_to_ask(db, survey_round.id)
    missing = rows(db, MISSING, (survey_round.id,))
    return [a for a in missing if a["invitation_id"] not in refused]


def reminder_words(db: Database, invitation_id: int) -> str:
    """Which of the three reminders fits an enterprise now, by what it has done."""
    row = first(db, ONE_ADDRESSEE, (invitation_id,))
    assert row is not None
    if row["returned"]:
        return "reminder_returned"
    return "reminder_half_done" if row["begun"] else "reminder_not_started"


def _open_round(db: Database, year: int) -> Round:
    survey_round = rounds.find(db, year)
    if not survey_round.is_open:
        raise RoundClosed(year)
    return survey_round

"""Whom to write to: the invitations and reminders of a round, queued in the outbox."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlite_utils import Database

from survey_data import audit_trail, clock, outbox, settings
from survey_data.database import first, rows, writing
from survey_data.errors import RoundClosed
from survey_data.follow_up import bounces
from survey_data.mail_kinds import MAIL_KINDS
from survey_data.rounds import (
    calendar,
    calls,
    invitations,
    round_changes,
    rounds,
)
from survey_data.rounds.rounds import Round

ADDRESSEES = f"""SELECT i.id AS invitation_id, e.id AS enterprise_id, e.name,
    (SELECT c.email FROM contact c WHERE c.enterprise_id = e.id
        ORDER BY c.is_main DESC, c.id LIMIT 1) AS email,
    (SELECT c.language FROM contact c WHERE c.enterprise_id = e.id
        ORDER BY c.is_main DESC, c.id LIMIT 1) AS language,
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


NEW_DUE_DATE = "new_due_date"
# What may be sent anew another day.
DAILY = ("reminder", NEW_DUE_DATE)


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

    Raises NoSuchRound, RoundClosed or PlaceholdersLeft.
    """
    with writing(db):
        survey_round = _open_round(db, year)
        refuse_placeholders(db, survey_round)
        audience = _audience(db, survey_round, kind)
        without = tuple(a["name"] for a in audience if not a["email"])
        dead = tuple(a["name"] for a in audience if a["is_dead"])
        chosen = to_write(db, survey_round, kind, now)
        count = sum(
            outbox.queue(
                db,
                kind,
                a["email"],
                once=a["once"],
                invitation_id=a["invitation_id"],
                language=a["language"],
            )
            for a in chosen
        )
        if kind == "invitation":
            calendar.note_done(db, survey_round.id, kind, count, now)
        audit_trail.record(db, actor, f"{kind} queued", f"round {year}", after={"mails": count})
    return Queued(count, without, dead)


def made_up_facts(db: Database, survey_round: Round) -> list[str]:
    """Which facts must be made real before a real mail of a round; none for examples or files."""
    is_exempt = survey_round.is_example or rounds.is_trial(db)
    return [] if is_exempt or not settings.mail_leaves(db) else settings.placeholders(db)


def refuse_placeholders(db: Database, survey_round: Round) -> None:
    """Raise PlaceholdersLeft where a real mail would state facts that are made up."""
    if names := made_up_facts(db, survey_round):
        raise settings.PlaceholdersLeft(names)


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
    # A new last day is another thing to say.
    reminds = _reminds(kind) and kind != NEW_DUE_DATE
    spared = reminded_on(db, survey_round, day) if reminds else set()
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
    return f"{kind} {invitation_id}" + (f" {day.isoformat()}" if kind in DAILY else "")


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


def queue_for_one(db: Database, invitation_id: int, kind: str, actor: str) -> Queued:
    """Queue a kind of mail for one enterprise, at most once a day; told by whether it was.

    Its round must take its answers, which one that was opened again for it does. Raises
    UnknownLink, RoundClosed or PlaceholdersLeft.
    """
    with writing(db):
        invitation = invitations.by_id(db, invitation_id)
        if not invitation.round.is_open:
            raise RoundClosed(invitation.round.year)
        refuse_placeholders(db, invitation.round)
        one = first(db, ONE_ADDRESSEE, (invitation_id,))
        assert one is not None
        name = invitation.enterprise.full_name
        if not one["email"] or one["is_dead"]:
            return Queued(0, () if one["email"] else (name,), (name,) if one["is_dead"] else ())
        day = clock.today()
        # The first invitation is the one that the round's own sending would have made.
        again = kind != "invitation" or one["invited"]
        once = f"{kind} {invitation_id} {day.isoformat()}" if again else f"{kind} {invitation_id}"
        queued = outbox.queue(
            db, kind, one["email"], once=once, invitation_id=invitation_id, language=one["language"]
        )
        if queued:
            audit_trail.record(
                db, actor, f"{kind} queued", f"enterprise {invitation.enterprise.id}",
                after={"mails": 1},
            )  # fmt: skip
    return Queued(int(queued), ())


def invite_late(db: Database, year: int, enterprise_id: int, actor: str) -> Queued:
    """Ask one more enterprise in an open round, and queue its invitation.

    Raises NoSuchRound, RoundClosed or NotToInvite.
    """
    with writing(db):
        invitation_id = round_changes.add(db, year, enterprise_id, actor)
        return queue_for_one(db, invitation_id, "invitation", actor)


def tell_reopened(db: Database, year: int, actor: str, only: int | None = None) -> Queued:
    """Queue the new last day to those of a round that lack an answer and may give it.

    With `only`, to that enterprise alone. Raises NoSuchRound.
    """
    with writing(db):
        survey_round = rounds.find(db, year)
        if survey_round.is_open:
            return queue_mails(db, year, NEW_DUE_DATE, actor)
        again = {only} if only else set(round_changes.reopened(db, survey_round))
        missing = [a for a in to_remind(db, survey_round) if a["enterprise_id"] in again]
        each = [queue_for_one(db, a["invitation_id"], NEW_DUE_DATE, actor) for a in missing]
    return Queued(
        sum(q.mails for q in each),
        tuple(name for q in each for name in q.without_address),
        tuple(name for q in each for name in q.bad_address),
    )


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

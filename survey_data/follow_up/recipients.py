"""Whom to write to, and whether a mail that has waited is still wanted when its turn comes.

A mail can wait for days when a server is away. Nobody is reminded of what they have handed in
since, and no link goes to a contact that has been replaced.

    reminder, queued Monday; answer handed in Tuesday; server back Wednesday  ->  "answered"
    invitation to anna@, queued Monday; contact changed to bo@ on Tuesday     ->  "contact"
"""

from datetime import date, timedelta
from typing import Any

from sqlite_utils import Database

from survey_data import clock
from survey_data.database import first, rows, scalar
from survey_data.follow_up import bounces
from survey_data.mail_kinds import BRING_LINK, MAIL_KINDS, MailKind
from survey_data.outbox import Mail
from survey_data.register.enterprises import MAIN_CONTACT
from survey_data.review.decisions import STANDING_DECISION
from survey_data.rounds import calendar, calls, invitations
from survey_data.rounds.rounds import Round

ADDRESSEES = f"""SELECT i.id AS invitation_id, i.round_id, e.id AS enterprise_id, e.name,
    c.email, c.language, {bounces.IS_DEAD.format("c.email")} AS is_dead,
    EXISTS (SELECT 1 FROM outbox o WHERE o.invitation_id = i.id
        AND o.kind = 'invitation') AS invited,
    EXISTS (SELECT 1 FROM outbox o WHERE o.invitation_id = i.id
        AND o.kind IN {BRING_LINK}) AS has_link,
    EXISTS (SELECT 1 FROM draft d WHERE d.invitation_id = i.id) AS begun,
    EXISTS (SELECT 1 FROM response p WHERE p.invitation_id = i.id) AS answered,
    (SELECT {STANDING_DECISION} FROM latest_response p WHERE p.invitation_id = i.id) = 'returned'
        AS returned
    FROM invitation i JOIN enterprise e ON e.id = i.enterprise_id {MAIN_CONTACT}
    WHERE i.round_id = ? ORDER BY e.name"""
MISSING = f"SELECT * FROM ({ADDRESSEES}) WHERE NOT answered OR returned ORDER BY name"
ONE_ADDRESSEE = ADDRESSEES.replace("i.round_id = ?", "i.id = ?")


NEW_DUE_DATE = "new_due_date"
# What may be sent anew another day.
DAILY = ("reminder", NEW_DUE_DATE)
# Who asked for a code or a link to sign in has given up by then, or has asked again.
PATIENCE_HOURS = 1


def to_write(
    db: Database, survey_round: Round, kind: str, now: str | None = None, *, anew: bool = False
) -> list[dict[str, Any]]:
    """Who would get a kind of mail now: with an address that works, not sent the same before.

    Each row says as `kind` which mail it would be: the invitation where the enterprise was to be
    reminded of what it has never been asked. `anew`: of a last day that is still to be set.
    """
    chosen = [a for a in audience(db, survey_round, kind) if a["email"] and not a["is_dead"]]
    moment = now or clock.now()
    day = clock.date_of(moment)
    said = said_on(db, kind, day)
    for one in chosen:
        one["kind"] = kind_for(one, kind)
        one["once"] = f"{one['kind']} {one['invitation_id']}"
        if one["kind"] in DAILY:
            one["once"] += f" {said}"
    sql = """SELECT o.once FROM outbox o JOIN invitation i ON i.id = o.invitation_id
        WHERE i.round_id = ? AND o.kind IN (?, 'invitation')"""
    queued = set() if anew else {r["once"] for r in rows(db, sql, (survey_round.id, kind))}
    # Nobody is reminded twice in a day, be it by hand, by the calendar or as a last call, nor on
    # the day of the invitation. A new last day is another thing to say.
    spared = spared_on(db, survey_round, day) if is_reminder(kind) else set()
    # Invitations that a person lets wait leave by no other way.
    wait = _reminds(kind) and _invitations_wait(db, survey_round, moment)
    return [
        one
        for one in chosen
        if one["once"] not in queued
        and one["invitation_id"] not in spared
        and not (wait and one["kind"] == "invitation")
    ]


def said_on(db: Database, kind: str, day: date) -> str:
    """What tells a mail from one of its kind before: the day, and which new last day it says."""
    sql = "SELECT max(id) FROM audit WHERE action IN ('due date moved', 'round reopened')"
    moved = scalar(db, sql) if kind == NEW_DUE_DATE else None
    return f"{day.isoformat()} {moved}" if moved else day.isoformat()


def kind_for(one: dict[str, Any], kind: str) -> str:
    """Which mail one of the addressees gets where a kind is sent: nobody is reminded uninvited."""
    return "invitation" if _reminds(kind) and not (one["has_link"] or one["returned"]) else kind


def is_reminder(kind: str) -> bool:
    """Whether a kind of mail says anew only what the invitation said."""
    return _reminds(kind) and kind != NEW_DUE_DATE


def _invitations_wait(db: Database, survey_round: Round, moment: str) -> bool:
    acts = (a for a in calendar.of_round(db, survey_round.id) if a.kind == "invitation")
    return any(a.state == "paused" or (a.is_waiting and a.due_at > moment) for a in acts)


def spared_on(db: Database, survey_round: Round, day: date) -> set[int]:
    """The invitations of a round that no reminder goes to on a day: reminded or invited then."""
    start, end = clock.at(day), clock.at(day + timedelta(1))
    sql = """SELECT i.id FROM outbox o JOIN invitation i ON i.id = o.invitation_id
        WHERE i.round_id = :round AND (o.once = 'reminder ' || i.id || ' ' || :day
        OR (o.kind = 'invitation' AND o.created_at >= :start AND o.created_at < :end)
        OR (o.kind = 'last_call' AND EXISTS (SELECT 1 FROM act a WHERE a.round_id = i.round_id
        AND a.kind = 'last_call' AND a.done_at >= :start AND a.done_at < :end)))"""
    about = {"round": survey_round.id, "day": day.isoformat(), "start": start, "end": end}
    return {row["id"] for row in rows(db, sql, about)}


def _reminds(kind: str) -> bool:
    return MAIL_KINDS[kind].audience == "unanswered"


def audience(db: Database, survey_round: Round, kind: str) -> list[dict[str, Any]]:
    """Those of a round whom a kind of mail is for, whatever their addresses."""
    if _reminds(kind):
        return to_remind(db, survey_round)
    everyone = _willing(db, ADDRESSEES, survey_round)
    not_invited = MAIL_KINDS[kind].audience == "not_invited"
    return [a for a in everyone if not (not_invited and a["invited"])]


def to_remind(db: Database, survey_round: Round) -> list[dict[str, Any]]:
    """Those of a round that have not handed in, or got their answer back; none that refused."""
    return _willing(db, MISSING, survey_round)


def _willing(db: Database, sql: str, survey_round: Round) -> list[dict[str, Any]]:
    refused = calls.not_to_ask(db, survey_round.id)
    return [a for a in rows(db, sql, (survey_round.id,)) if a["invitation_id"] not in refused]


def reminder_words(db: Database, invitation_id: int) -> str:
    """Which of the three reminders fits an enterprise now, by what it has done."""
    row = first(db, ONE_ADDRESSEE, (invitation_id,))
    assert row is not None
    if row["returned"]:
        return "reminder_returned"
    return "reminder_half_done" if row["begun"] else "reminder_not_started"


def why_not(db: Database, mail: Mail) -> str:
    """Why a mail is not to be sent any more, as a key; "" where it is.

    closed: its round is closed. answered: the enterprise has handed in, or answered the
    question. left_out: it is not to be asked any more. contact: its contact has another address
    now. revoked: the colleague's part has been taken back. late: nobody waits for it any more.
    """
    kind = MAIL_KINDS[mail.kind]
    is_waited_for = kind.to in ("browser", "staff") and kind.urgent
    if is_waited_for and "" < mail.waits_since < clock.machine.from_now(hours=-PATIENCE_HOURS):
        return "late"
    if mail.invitation_id is None or kind.after_closing:
        return ""
    if not invitations.by_id(db, mail.invitation_id).round.is_open:
        return "closed"
    if kind.to == "colleague":
        sql = "SELECT 1 FROM delegation WHERE id = ? AND revoked_at IS NOT NULL"
        return "revoked" if first(db, sql, (mail.delegation_id,)) else ""
    if kind.to != "enterprise":
        return ""
    return _of_enterprise(db, mail, kind)


def _of_enterprise(db: Database, mail: Mail, kind: MailKind) -> str:
    asked = first(db, ONE_ADDRESSEE, (mail.invitation_id,))
    assert asked is not None
    is_done = asked["answered"] and not asked["returned"]
    # A new link was asked for, and a question is put because there is an answer.
    if (
        (kind.audience and is_done)
        or (kind.key == "returned" and not asked["returned"])
        or (kind.audience == "not_invited" and asked["invited"])
    ):
        return "answered"
    if kind.audience and mail.invitation_id in calls.not_to_ask(db, asked["round_id"]):
        return "left_out"
    contacts = "SELECT email FROM contact WHERE enterprise_id = ?"
    known = {row["email"].casefold() for row in rows(db, contacts, (asked["enterprise_id"],))}
    return "" if mail.recipient.casefold() in known else "contact"

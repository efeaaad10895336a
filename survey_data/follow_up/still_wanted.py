"""Whether a mail that has waited is still wanted when its turn comes.

A mail can wait for days when a server is away. Nobody is reminded of what they have handed in
since, and no link goes to a contact that has been replaced.

    reminder, queued Monday; answer handed in Tuesday; server back Wednesday  ->  "answered"
    invitation to anna@, queued Monday; contact changed to bo@ on Tuesday     ->  "contact"
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlite_utils import Database

from survey_data import clock
from survey_data.database import first, rows, scalar
from survey_data.follow_up.recipients import ONE_ADDRESSEE
from survey_data.mail_kinds import MAIL_KINDS, MailKind
from survey_data.outbox import Mail
from survey_data.rounds import calls, invitations

# Who asked for a code or a link to sign in has given up by then, or has asked again.
PATIENCE = timedelta(hours=1)


def why_not(db: Database, mail: Mail) -> str:
    """Why a mail is not to be sent any more, as a key; "" where it is.

    closed: its round is closed. answered: the enterprise has handed in, or answered the
    question. left_out: it is not to be asked any more. contact: its contact has another address
    now. revoked: the colleague's part has been taken back. late: nobody waits for it any more.
    """
    kind = MAIL_KINDS[mail.kind]
    if kind.to in ("browser", "staff") and kind.urgent and _is_late(mail):
        return "late"
    if mail.invitation_id is None or kind.after_closing:
        return ""
    if _is_closed(db, mail.invitation_id):
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
    if kind.audience and is_done:
        return "answered"
    if kind.key == "returned" and not asked["returned"]:
        return "answered"
    if kind.audience == "not_invited" and asked["invited"]:
        return "answered"
    if kind.audience and mail.invitation_id in calls.not_to_ask(db, _round_of(db, mail)):
        return "left_out"
    known = {row["email"].casefold() for row in rows(db, CONTACTS, (asked["enterprise_id"],))}
    return "" if mail.recipient.casefold() in known else "contact"


CONTACTS = "SELECT email FROM contact WHERE enterprise_id = ?"


def _is_late(mail: Mail) -> bool:
    since = mail.waits_since or clock.machine.now()
    return datetime.fromisoformat(since).astimezone(UTC) < clock.machine.read() - PATIENCE


def _is_closed(db: Database, invitation_id: int) -> bool:
    return not invitations.by_id(db, invitation_id).round.is_open


def _round_of(db: Database, mail: Mail) -> int:
    return int(scalar(db, "SELECT round_id FROM invitation WHERE id = ?", (mail.invitation_id,)))

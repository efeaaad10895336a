"""What the overview says of those whom the mails do not reach."""

from __future__ import annotations

from typing import Any

from forms.mail import imap
from forms.office.mail.bounce_texts import cause
from forms.web.request_context import survey_db
from survey_data import clock, outbox, sending
from survey_data.follow_up import bounces, undelivered
from survey_data.follow_up.undelivered import Undelivered
from survey_data.register import contacts
from survey_data.rounds import rounds
from survey_data.rounds.rounds import Round

# More than these are on the page of the mails.
MOST_ON_OVERVIEW = 4


def undelivered_facts(wrong: dict[int, tuple[str, str]] | None = None) -> dict[str, Any]:
    """Everyone in the open round whom the mails do not reach, and how the reports come in.

    `wrong`: what was typed and what is wrong with it, by invitation.
    """
    survey_round = rounds.current(survey_db())
    found: list[Undelivered] = (
        undelivered.of_round(survey_db(), survey_round) if survey_round else []
    )
    return {
        "undelivered": [u for u in found if not u.is_delayed],
        "delayed": [u for u in found if u.is_delayed],
        "cause": cause,
        "wrong": wrong or {},
        "local": clock.local,
        **mailbox_facts(),
    }


def trouble_facts() -> dict[str, Any]:
    """What stands in the way of all mail, and how many wait for it."""
    db = survey_db()
    return {"mail_trouble": sending.trouble(db), "mails_waiting": outbox.waiting(db)}


def mailbox_facts() -> dict[str, Any]:
    """Which mailbox the reports come to, and how the last reading went."""
    where = imap.configured()
    read = bounces.last_reading(survey_db(), where.name) if where else None
    return {"mailbox": where, "mailbox_read": read}


def bounced_facts(enterprise_id: int) -> dict[str, Any]:
    """What came back of the mails to one enterprise, and which of its addresses are dead."""
    db = survey_db()
    dead, listed = bounces.dead(db), contacts.of(db, enterprise_id)
    return {
        "bounced": bounces.of_enterprise(db, enterprise_id),
        "dead": dead,
        "is_dead": bool(listed) and listed[0].contact.email.lower() in dead,
        "cause": cause,
    }


def short_facts(survey_round: Round) -> dict[str, Any]:
    """The same in short, for the overview."""
    found = undelivered.of_round(survey_db(), survey_round) if survey_round.is_open else []
    waiting = [u for u in found if not u.is_delayed]
    return {
        "undelivered": waiting[:MOST_ON_OVERVIEW],
        "undelivered_count": len(waiting),
        "delayed_count": len(found) - len(waiting),
        "cause": cause,
    }

"""Whom the mails do not reach, and why, in words: on the page of the mails and on the overview."""

import re
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from forms.mail import imap
from forms.web.request_context import survey_db
from survey_data import outbox, sending
from survey_data.follow_up import bounces, undelivered
from survey_data.follow_up.bounces import Tally
from survey_data.follow_up.refusals import fault_of
from survey_data.follow_up.undelivered import Undelivered
from survey_data.register import contacts
from survey_data.rounds import rounds
from survey_data.rounds.rounds import Round

# More than these are on the page of the mails.
MOST_ON_OVERVIEW = 2


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
        "is_dead": bool(listed) and listed[0].email.lower() in dead,
        "cause": cause,
    }


def short_facts(survey_round: Round) -> dict[str, Any]:
    """The same in short, for the overview."""
    found = undelivered.of_round(survey_db(), survey_round) if survey_round.is_open else []
    waiting = [u for u in found if not u.is_delayed]
    return {
        "undelivered": waiting if len(waiting) <= MOST_ON_OVERVIEW else [],
        "undelivered_count": len(waiting),
        "undelivered_failed": sum(u.mail_state == "failed" for u in waiting),
        "delayed_count": len(found) - len(waiting),
        "cause": cause,
    }


def cause(status: str, state: str = "", *, is_dead: bool = False, words: str = "") -> str:
    """What a status (RFC 3463) and a server's words mean to whoever has to act on them."""
    is_refusal = status.startswith("5") or re.match(r"5\d\d\b", words)
    if is_refusal and not is_dead and fault_of(status, words) == "us":
        return _("Mottagarens server släpper inte in våra mejl. Adressen kan vara rätt.")
    meanings = (
        (r"5\.1\.3", _("Adressen är felskriven.")),
        (r"5\.1\.2|5\.4\.4", _("Det som står efter @ tar inte emot mejl.")),
        (r"5\.1\.|5\.4\.1", _("Ingen har den adressen.")),
        (r"5\.2\.1", _("Brevlådan är avstängd.")),
        (r"[45]\.2\.2", _("Brevlådan är full.")),
        (r"4\.", _("Mottagarens server gick inte att nå, eller tog inte emot just då.")),
    )
    for pattern, meaning in meanings:
        if re.match(pattern, status):
            return str(meaning)
    if state == "uncertain":
        return _("Det är osäkert om mejlet gick iväg.")
    if is_dead or state == "bounced":
        return _("Mottagarens server tar inte emot mejl till adressen.")
    return _("Mejlet gick inte att skicka.")


def cancelled_words() -> dict[str, str]:
    """Why a mail that waited was not sent after all."""
    return {
        "closed": _("Omgången är stängd."),
        "answered": _("Företaget har redan svarat."),
        "left_out": _("Företaget ska inte tillfrågas mer."),
        "contact": _("Kontakten har fått en annan adress."),
        "revoked": _("Kollegans länk är återkallad."),
        "late": _("Ingen väntade på det längre."),
    }


def tally_words(tally: Tally) -> str:
    """What was found, in one or two sentences."""
    if not tally.reports:
        return _("Inga leveransrapporter hittades.")
    new, known, foreign = tally.new, tally.known, tally.foreign
    parts = (
        (True, ngettext("%(num)s ny leveransrapport.", "%(num)s nya leveransrapporter.", new)),
        (known, ngettext("%(num)s var redan läst.", "%(num)s var redan lästa.", known)),
        (foreign, ngettext("%(num)s gällde ingen av våra adresser.",
                           "%(num)s gällde ingen av våra adresser.", foreign)),
    )  # fmt: skip
    return " ".join(str(words) for is_said, words in parts if is_said)

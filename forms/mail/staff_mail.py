"""Mails to staff: how a newly invited person signs in, and a mail to see whether mail works."""

from __future__ import annotations

import smtplib
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr, make_msgid
from typing import Any

from flask import current_app, render_template
from flask_babel import gettext as _
from sqlite_utils import Database

from forms.web.translations import language
from survey_data import clock, settings
from survey_data.email_addresses import ascii_address
from survey_data.outbox import Mail
from survey_data.staff import staff
from survey_data.staff.roles import labels


def write_invited(db: Database, mail: Mail) -> tuple[str, str]:
    """Subject and text for someone who has been invited; it holds no link that signs in."""
    who = staff.by_id(db, mail.staff_id or 0)
    text = render_template(
        "mail/staff_invited.txt",
        link=f"{current_app.config['BASE_URL']}/logga-in",
        email=mail.recipient,
        minutes=staff.LINK_MINUTES,
        role=labels(language())[who.role] if who else "",
        association=settings.association(db),
    )
    return _("Du kan logga in i ASF-inventeringen"), text


def trial(db: Database, recipient: str) -> EmailMessage:
    """A mail that says only that mail works."""
    about = settings.association(db)
    message = EmailMessage()
    message["Subject"] = _("Provmejl från ASF-inventeringen")
    message["From"] = formataddr((about.name, ascii_address(about.email)))
    message["To"] = ascii_address(recipient)
    message["Date"] = format_datetime(clock.machine.read())
    message["Message-ID"] = make_msgid(domain=current_app.config["MAIL_DOMAIN"])
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(_("Kan du läsa det här fungerar mejlen från inventeringen.") + "\n")
    return message


def hand_over(connection: smtplib.SMTP, message: EmailMessage, sender: str, to: str) -> str:
    """Hand one message to a server and return its own words; raises SMTPException or OSError."""
    sender, to = ascii_address(sender), ascii_address(to)
    _expect(connection.mail(sender), smtplib.SMTPSenderRefused, sender)
    code, words = connection.rcpt(to)
    if code not in (250, 251):
        raise smtplib.SMTPRecipientsRefused({to: (code, words)})
    return _expect(connection.data(message.as_bytes(policy=SMTP)), smtplib.SMTPDataError)


def _expect(reply: tuple[int, bytes], refusal: Any, *about: str) -> str:
    code, words = reply
    if code != 250:
        raise refusal(code, words, *about)
    return answer(code, words)


def answer(code: int, words: bytes | str) -> str:
    """What a server said, on one line."""
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return f"{code} {' '.join(text.split())}"[:300]


def refused(fault: Exception) -> str:
    """Why a mail did not leave, with the server's own words where it said any."""
    if isinstance(fault, smtplib.SMTPAuthenticationError):
        words = answer(fault.smtp_code, fault.smtp_error)
        return str(_("Servern tog inte emot namnet och lösenordet. Den svarade: %(w)s", w=words))
    if isinstance(fault, smtplib.SMTPRecipientsRefused):
        code, said = next(iter(fault.recipients.values()))
        return str(_("Servern avvisade mottagaren. Den svarade: %(w)s", w=answer(code, said)))
    if isinstance(fault, smtplib.SMTPResponseException):
        words = answer(fault.smtp_code, fault.smtp_error)
        return str(_("Servern avvisade mejlet. Den svarade: %(w)s", w=words))
    return str(_("Servern gick inte att nå (%(w)s).", w=type(fault).__name__))

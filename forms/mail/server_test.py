"""A mail to oneself that shows whether the mail server works, and the server's own words."""

from __future__ import annotations

import smtplib
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr, make_msgid
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from sqlite_utils import Database

from forms.mail.smtp import NotEncrypted, reply_line
from survey_data import clock, settings
from survey_data.typed_text import ascii_address


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
    return reply_line(code, words)


def refused(fault: Exception) -> str:
    """Why a mail did not leave, with the server's own words where it said any."""
    if isinstance(fault, NotEncrypted):
        return str(_("Servern erbjuder ingen kryptering (STARTTLS), så inget skickades."))
    if isinstance(fault, smtplib.SMTPAuthenticationError):
        words = reply_line(fault.smtp_code, fault.smtp_error)
        return str(_("Servern tog inte emot namnet och lösenordet. Den svarade: %(w)s", w=words))
    if isinstance(fault, smtplib.SMTPRecipientsRefused):
        code, said = next(iter(fault.recipients.values()))
        return str(_("Servern avvisade mottagaren. Den svarade: %(w)s", w=reply_line(code, said)))
    if isinstance(fault, smtplib.SMTPResponseException):
        words = reply_line(fault.smtp_code, fault.smtp_error)
        return str(_("Servern avvisade mejlet. Den svarade: %(w)s", w=words))
    return str(_("Servern gick inte att nå (%(w)s).", w=type(fault).__name__))

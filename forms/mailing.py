"""What the mails say, and their delivery: to a server, or to files where none is set."""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP, default
from email.utils import formataddr, formatdate
from functools import cache
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

from flask import current_app, render_template
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlite_utils import Database

from forms import asking, board_mail, return_mail, staff_mail
from forms import questionnaire as questionnaires
from forms.receipt import Reading
from forms.words import LOCALES
from survey_data import clock, invitations, outbox, responses, settings, staff
from survey_data.board_mail import KIND as BOARD_MAIL
from survey_data.database import writing
from survey_data.outbox import Mail

SMTP_TIMEOUT_SECONDS = 20


class ReplyLost(smtplib.SMTPServerDisconnected):
    """The connection broke while a message was handed over: nobody knows whether it was taken."""


class Transport(Protocol):
    """Something that takes a message; raises OSError or SMTPException when it does not."""

    def send(self, mail: Mail, message: EmailMessage) -> None:
        """Deliver one message."""


@dataclass(frozen=True)
class Files:
    """Mails as .eml files in a folder, for a start without a mail server."""

    folder: Path

    def send(self, mail: Mail, message: EmailMessage) -> None:
        """Write the message under a name that sorts by time."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = eml_path(self.folder, mail)
        path.write_bytes(message.as_bytes(policy=SMTP))
        path.chmod(0o600)


@dataclass(frozen=True)
class Server:
    """An open connection to a mail server."""

    connection: smtplib.SMTP

    def send(self, mail: Mail, message: EmailMessage) -> None:
        """Hand the message to the server."""
        self.connection.send_message(message)


def eml_path(folder: Path, mail: Mail) -> Path:
    """Where a mail is written when there is no mail server."""
    return folder / f"{mail.id:06}-{mail.kind}.eml"


class _TellsWhenInDoubt(smtplib.SMTP):
    """An SMTP connection that tells a broken hand-over from a broken connection."""

    def data(self, msg: Any) -> tuple[int, bytes]:
        try:
            return super().data(msg)
        except smtplib.SMTPResponseException:
            raise
        except OSError as fault:
            raise ReplyLost(str(fault)) from fault


class _OverTls(_TellsWhenInDoubt, smtplib.SMTP_SSL):
    """The same from the first byte in TLS."""


@contextmanager
def open_transport(smtp_url: str, folder: Path) -> Iterator[Transport]:
    """The mail server of ASF_SMTP_URL (smtp:// or smtps://), or files where it is empty."""
    if not smtp_url:
        yield Files(folder)
        return
    with _connect(smtp_url) as connection:
        yield Server(connection)


def _connect(smtp_url: str) -> smtplib.SMTP:
    url = urlsplit(smtp_url)
    host = url.hostname or "localhost"
    if url.scheme == "smtps":
        secure = _OverTls(host, url.port or 465, timeout=SMTP_TIMEOUT_SECONDS, context=_tls())
        return _log_in(secure, url.username, url.password)
    connection = _TellsWhenInDoubt(host, url.port or 25, timeout=SMTP_TIMEOUT_SECONDS)
    connection.ehlo()
    if connection.has_extn("starttls"):
        connection.starttls(context=_tls())
        connection.ehlo()
    return _log_in(connection, url.username, url.password)


@cache
def _tls() -> ssl.SSLContext:
    # Reading the machine's certificates takes longer than sending a mail.
    return ssl.create_default_context()


def _log_in(connection: smtplib.SMTP, name: str | None, password: str | None) -> smtplib.SMTP:
    if name:
        connection.login(unquote(name), unquote(password or ""))
    return connection


def deliver(db: Database) -> int:
    """Send everything that is due and return how many left; call inside an app context.

    What fails is tried again later, or given up where everyone can see it.
    """
    config = current_app.config
    batches = outbox.batches(db, config["MAIL_DOMAIN"], size=20)
    batch = next(batches, [])
    sent = 0
    try:
        # No connection is made for nothing, and one serves every batch.
        if batch:
            with open_transport(config["SMTP_URL"], config["OUTBOX_DIR"]) as transport:
                while batch:
                    sent += _send_batch(db, transport, batch)
                    batch = next(batches, [])
    except (OSError, smtplib.SMTPException) as fault:
        # The server is not there: every mail of the batch waits for its next try.
        for mail in batch:
            _give_back(db, mail, fault)
    return sent


def _send_batch(db: Database, transport: Transport, batch: list[Mail]) -> int:
    sent = 0
    for mail, message in _compose_batch(db, batch):
        try:
            transport.send(mail, message)
        except ReplyLost:
            outbox.mark_uncertain(db, mail)
            raise
        except smtplib.SMTPServerDisconnected:
            raise
        except smtplib.SMTPRecipientsRefused as refusal:
            code, words = next(iter(refusal.recipients.values()))
            outbox.mark_failed(db, mail, f"{code} {words!r}", for_good=code >= 500)
        except smtplib.SMTPResponseException as refusal:
            permanent = refusal.smtp_code >= 500
            outbox.mark_failed(db, mail, f"{refusal.smtp_code}", for_good=permanent)
        except (smtplib.SMTPException, ValueError) as fault:
            # Nothing is wrong with the server, so the mails behind this one must not wait for it.
            outbox.mark_failed(db, mail, type(fault).__name__, for_good=True)
        else:
            outbox.mark_sent(db, mail.id)
            sent += 1
    return sent


def _give_back(db: Database, mail: Mail, fault: Exception) -> None:
    if outbox.is_on_its_way(db, mail.id):
        outbox.mark_failed(db, mail, type(fault).__name__)


def _compose_batch(db: Database, batch: list[Mail]) -> list[tuple[Mail, EmailMessage]]:
    # One transaction for all the links of a batch: a disk flush each would be most of the time.
    with writing(db):
        return [(mail, text) for mail in batch if (text := _compose_or_give_up(db, mail))]


def _compose_or_give_up(db: Database, mail: Mail) -> EmailMessage | None:
    try:
        return compose(db, mail)
    except ValueError as fault:
        # An address that no header can hold.
        outbox.mark_failed(db, mail, type(fault).__name__, for_good=True)
        return None


def compose(db: Database, mail: Mail) -> EmailMessage:
    """The whole message, with a personal link made for it where it carries one."""
    about = settings.association(db)
    with force_locale(LOCALES[mail.language]):
        subject, text = WRITERS[mail.kind](db, mail)
    message = EmailMessage()
    message["Subject"] = subject
    message["From"] = _sender("From", about.name, about.email)
    message["To"] = mail.recipient
    message["Reply-To"] = _sender("Reply-To", "", about.email)
    message["Date"] = formatdate()
    message["Message-ID"] = mail.message_id
    # So that no holiday reply comes back to a list of thirty.
    message["Auto-Submitted"] = "auto-generated"
    # What the templates leave out leaves blank lines behind.
    plain = re.sub(r"\n{3,}", "\n\n", text)
    message.set_content(plain)
    if mail.kind in asking.KINDS:
        message.add_alternative(asking.html_part(plain, mail.language), subtype="html")
    if mail.kind == BOARD_MAIL:
        message["List-Unsubscribe"] = f"<{board_mail.decline_link(mail.staff_id or 0)}>"
        message.add_alternative(board_mail.html_part(plain), subtype="html")
    return message


@cache
def _sender(header: str, name: str, email: str) -> Any:
    # Reading an address into a header is the dearest part of a mail, and ours is always the same.
    return default.header_factory(header, formataddr((name, email)))


def _new_link(db: Database, mail: Mail) -> tuple[str, str]:
    assert mail.invitation_id is not None
    invitation = invitations.by_id(db, mail.invitation_id)
    token = invitations.new_link(db, invitation.id)
    text = render_template(
        "mail/new_link.txt",
        invitation=invitation,
        link=f"{current_app.config['BASE_URL']}/s/{token}",
        association=settings.association(db),
    )
    return _("Er nya länk till inventeringen %(year)s", year=invitation.round.year), text


def _receipt(db: Database, mail: Mail) -> tuple[str, str]:
    assert mail.response_id is not None
    assert mail.invitation_id is not None
    response = responses.by_id(db, mail.response_id)
    assert response is not None
    invitation = invitations.by_id(db, mail.invitation_id)
    asked = questionnaires.of_round(invitation.round.id, invitation.round.questionnaire)
    reading = Reading(asked, response.answers, {}, mail.language)
    text = render_template(
        "mail/receipt.txt",
        invitation=invitation,
        response=response,
        handed_in=clock.local(response.handed_in_at),
        groups=[group for group in reading.groups() if group.begun],
        association=settings.association(db),
    )
    return _("Kvitto: %(reference)s", reference=response.reference), text


def _sign_in(db: Database, mail: Mail) -> tuple[str, str]:
    assert mail.staff_id is not None
    token = staff.new_sign_in_link(db, mail.staff_id, mail.browser_hash)
    link = f"{current_app.config['BASE_URL']}/logga-in/{token}"
    if current_app.config["SHOW_SIGN_IN_LINKS"]:
        print(f"\n  Inloggningslänk för {mail.recipient}: {link}\n", flush=True)
    text = render_template("mail/sign_in.txt", link=link, minutes=staff.LINK_MINUTES)
    return _("Logga in i ASF-inventeringen"), text


WRITERS = {
    "returned": return_mail.write,
    **dict.fromkeys(asking.KINDS, asking.write),
    "new_link": _new_link,
    "receipt": _receipt,
    "sign_in": _sign_in,
    "staff_invited": staff_mail.write_invited,
    BOARD_MAIL: board_mail.write,
}

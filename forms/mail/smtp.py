"""How a message leaves: to a mail server, or to files where none is set; and a mail to try it."""

import smtplib
import socket
import ssl
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.utils import make_msgid
from functools import cache
from ipaddress import ip_address
from pathlib import Path
from threading import Timer
from typing import Protocol
from urllib.parse import unquote, urlsplit

from flask import current_app
from flask_babel import gettext as _
from sqlite_utils import Database

from forms.mail import as_bytes
from survey_data import settings
from survey_data.outbox import Mail
from survey_data.typed_text import ascii_address

SMTP_TIMEOUT_SECONDS = 20
# One mail, from its envelope to the last word about it.
MAIL_DEADLINE_SECONDS = 120
Reply = tuple[int, bytes]


class ReplyLost(smtplib.SMTPServerDisconnected):
    """The connection broke while a message was handed over: nobody knows whether it was taken."""


class NotEncrypted(smtplib.SMTPException):
    """The server offers no encryption, and the password and the mails would go in clear."""


def reply_line(code: int, words: bytes | str) -> str:
    """What a server said, on one line."""
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return f"{code} {' '.join(text.split())}"[:300]


class Transport(Protocol):
    """Something that takes a message; raises OSError or SMTPException when it does not."""

    def send(self, mail: Mail, message: Callable[[], bytes]) -> None:
        """Deliver one message, which is asked for when its first byte is about to leave."""


@dataclass(frozen=True)
class Files:
    """Mails as .eml files in a folder, for a start without a mail server."""

    folder: Path

    def send(self, mail: Mail, message: Callable[[], bytes]) -> None:
        """Write the message under a name that sorts by time."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = eml_path(self.folder, mail)
        path.write_bytes(message())
        path.chmod(0o600)


def eml_path(folder: Path, mail: Mail) -> Path:
    """Where a mail is written when there is no mail server."""
    return folder / f"{mail.id:06}-{mail.kind}.eml"


class Server:
    """An open connection to a mail server, and the address that mails come from."""

    def __init__(self, connection: smtplib.SMTP, sender: str) -> None:
        self.connection = connection
        connection.ehlo_or_helo_if_needed()
        self._in_one_go = connection.has_extn("pipelining")
        self._sender = ascii_address(sender)

    def send(self, mail: Mail, message: Callable[[], bytes]) -> None:
        """Hand the message to the server; raises ReplyLost where its last word is not heard."""
        self.hand_over(mail.recipient, message)

    def hand_over(self, to: str, message: Callable[[], bytes]) -> str:
        """The same to any address; returns the server's last word."""
        # A server that answers one letter at a time keeps within every timeout of its own.
        with self._ended_after(MAIL_DEADLINE_SECONDS):
            try:
                self._envelope(ascii_address(to))
            except (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused):
                # What it said counts, also where it hangs up on this.
                with suppress(OSError, smtplib.SMTPException):
                    self.connection.rset()
                raise
            try:
                content = message()
            except BaseException:
                # It waits for a message that does not come: only hanging up ends that.
                self.connection.close()
                raise
            return self._content(content)

    @contextmanager
    def _ended_after(self, seconds: float) -> Iterator[None]:
        timer = Timer(seconds, self._hang_up)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _hang_up(self) -> None:
        if self.connection.sock is not None:
            with suppress(OSError):
                self.connection.sock.shutdown(socket.SHUT_RDWR)

    def _envelope(self, to: str) -> None:
        lines = (self._from(to), f"RCPT TO:<{to}>", "DATA")
        began, recipient, data = self._replies(lines)
        refused = began[0] != 250 or recipient[0] not in (250, 251)
        if refused and data[0] == 354:
            # Offered all the same, as pipelining allows: nothing is sent.
            self._put(b".\r\n")
            self.connection.getreply()
        if began[0] != 250:
            raise smtplib.SMTPSenderRefused(*began, self._sender)
        if refused:
            raise smtplib.SMTPRecipientsRefused({to: recipient})
        if data[0] != 354:
            raise smtplib.SMTPDataError(*data)

    def _from(self, to: str) -> str:
        begin = f"MAIL FROM:<{self._sender}>"
        if to.isascii():
            return begin
        if not self.connection.has_extn("smtputf8"):
            raise smtplib.SMTPNotSupportedError("SMTPUTF8")
        return f"{begin} BODY=8BITMIME SMTPUTF8"

    def _replies(self, lines: Iterable[str]) -> list[Reply]:
        """The answers to several commands: sent together where the server allows it (RFC 2920)."""
        if self._in_one_go:
            said = [line.encode() for line in lines]
            self._put(b"\r\n".join(said) + b"\r\n")
            return [self.connection.getreply() for _ in said]
        found: list[Reply] = []
        for line in lines:
            self._put(line.encode() + b"\r\n")
            found.append(self.connection.getreply())
            if found[-1][0] >= 400:
                break
        return found + [(503, b"")] * (3 - len(found))

    def _content(self, message: bytes) -> str:
        # A line that begins with a dot would end the message.
        content = message.replace(b"\r\n.", b"\r\n..")
        end = b".\r\n" if content.endswith(b"\r\n") else b"\r\n.\r\n"
        # Broken off here, its end has not left, and without that no server takes a message.
        self._put(content + end)
        try:
            reply = self.connection.getreply()
        except OSError as fault:
            raise ReplyLost(str(fault)) from fault
        if reply[0] != 250:
            raise smtplib.SMTPDataError(*reply)
        return reply_line(*reply)

    def _put(self, content: bytes) -> None:
        if self.connection.sock is None:
            raise smtplib.SMTPServerDisconnected
        self.connection.sock.sendall(content)


@contextmanager
def open_transport(smtp_url: str, folder: Path, sender: str) -> Iterator[Transport]:
    """The mail server of ASF_SMTP_URL, or files where it is empty.

    smtps:// speaks TLS from the start, smtp:// by STARTTLS, smtp+insecure:// where offered.
    Raises NotEncrypted.
    """
    if not smtp_url:
        yield Files(folder)
        return
    with _connect(smtp_url) as connection:
        yield Server(connection, sender)


def _connect(smtp_url: str) -> smtplib.SMTP:
    url = urlsplit(smtp_url)
    host = url.hostname or "localhost"
    if url.scheme == "smtps":
        secure: smtplib.SMTP = smtplib.SMTP_SSL(
            host, url.port or 465, timeout=SMTP_TIMEOUT_SECONDS, context=tls()
        )
        return _log_in(secure, url.username, url.password)
    connection = smtplib.SMTP(host, url.port or 25, timeout=SMTP_TIMEOUT_SECONDS)
    connection.ehlo()
    if connection.has_extn("starttls"):
        connection.starttls(context=tls())
        connection.ehlo()
    elif not may_be_in_clear(url.scheme, host):
        connection.close()
        raise NotEncrypted("STARTTLS")
    return _log_in(connection, url.username, url.password)


def may_be_in_clear(scheme: str, host: str) -> bool:
    """Whether nothing need be encrypted: on this machine, or where +insecure says so in words."""
    if scheme.endswith("+insecure") or host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


@cache
def tls() -> ssl.SSLContext:
    """What this machine trusts; reading its certificates takes longer than sending a mail."""
    return ssl.create_default_context()


def _log_in(connection: smtplib.SMTP, name: str | None, password: str | None) -> smtplib.SMTP:
    if name:
        connection.login(unquote(name), unquote(password or ""))
    return connection


def send_trial(db: Database, to: str) -> str:
    """Send a mail that says only that mail works, and tell what the server said."""
    about, config = settings.association(db), current_app.config
    try:
        message = as_bytes(
            subject=_("Provmejl från ASF-inventeringen"), sender=(about.name, about.email), to=to,
            message_id=make_msgid(domain=config["MAIL_DOMAIN"]),
            text=_("Kan du läsa det här fungerar mejlen från inventeringen.") + "\n",
        )  # fmt: skip
        with _connect(config["SMTP_URL"]) as connection:
            said = Server(connection, about.email).hand_over(to, lambda: message)
    except (OSError, smtplib.SMTPException, ValueError) as fault:
        return refused(fault)
    return _("Provmejlet till %(to)s är skickat. Servern svarade: %(w)s", to=to, w=said)


def refused(fault: Exception) -> str:
    """Why a mail did not leave, with the server's own words where it said any."""
    if isinstance(fault, NotEncrypted):
        return _("Servern erbjuder ingen kryptering (STARTTLS), så inget skickades.")
    if isinstance(fault, smtplib.SMTPAuthenticationError):
        words = reply_line(fault.smtp_code, fault.smtp_error)
        return _("Servern tog inte emot namnet och lösenordet. Den svarade: %(w)s", w=words)
    if isinstance(fault, smtplib.SMTPRecipientsRefused):
        code, said = next(iter(fault.recipients.values()))
        return _("Servern avvisade mottagaren. Den svarade: %(w)s", w=reply_line(code, said))
    if isinstance(fault, smtplib.SMTPResponseException):
        words = reply_line(fault.smtp_code, fault.smtp_error)
        return _("Servern avvisade mejlet. Den svarade: %(w)s", w=words)
    return _("Servern gick inte att nå (%(w)s).", w=type(fault).__name__)

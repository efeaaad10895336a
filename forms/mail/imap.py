"""The mailbox that delivery reports come to, read over IMAP.

Only reports are opened, marked as read, and never deleted; what people write is left untouched.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from imaplib import IMAP4
from urllib.parse import unquote, urlsplit

from flask import current_app
from imap_tools import AND, BaseMailBox, MailBox, MailBoxUnencrypted, MailMessageFlags
from imap_tools.errors import ImapToolsError
from sqlite_utils import Database

from forms.mail.smtp import NotEncrypted, may_be_in_clear, tls
from survey_data.follow_up import bounces
from survey_data.follow_up.bounces import Tally
from survey_data.follow_up.delivery_reports import is_by_a_machine

IMAP_TIMEOUT_SECONDS = 20
# No more than this at a time; the rest comes the next time.
MOST_AT_ONCE = 500
FAULTS = (OSError, IMAP4.error, ImapToolsError)


@dataclass(frozen=True)
class Where:
    """What ASF_IMAP_URL says: imaps:// (TLS from the start) or imap:// (STARTTLS), folder last.

    imap+insecure:// uses STARTTLS only where it is offered; so does loopback.
    """

    host: str
    port: int
    is_tls: bool
    user: str
    password: str
    folder: str
    may_be_in_clear: bool = False

    @classmethod
    def of(cls, url: str) -> Where | None:
        """The mailbox of an address, None where none is set."""
        if not url:
            return None
        parts = urlsplit(url)
        is_tls, host = parts.scheme == "imaps", parts.hostname or "localhost"
        return cls(
            host,
            parts.port or (993 if is_tls else 143),
            is_tls,
            unquote(parts.username or ""),
            unquote(parts.password or ""),
            unquote(parts.path.strip("/")) or "INBOX",
            may_be_in_clear(parts.scheme, host),
        )

    @property
    def name(self) -> str:
        """What tells one mailbox from another; never the password."""
        return f"{self.user}@{self.host}:{self.port}/{self.folder}"


def configured() -> Where | None:
    """The mailbox that is set, if any."""
    return Where.of(current_app.config["IMAP_URL"])


def look(db: Database) -> Tally | None:
    """Read what has come since the last time, where a mailbox is set; a fault is remembered.

    None where none is set, or it could not be read.
    """
    where = configured()
    if where is None:
        return None
    try:
        return read(db, where)
    except FAULTS as fault:
        bounces.note_fault(db, where.name, words_of(fault))
        return None


def read(db: Database, where: Where) -> Tally:
    """Read what has come since the last time; raises one of FAULTS."""
    with _open(where) as box:
        validity = box.folder.status(where.folder, ["UIDVALIDITY"])["UIDVALIDITY"]
        last = bounces.last_reading(db, where.name)
        # Another validity: the server has numbered its mails anew.
        begun = last.last_uid if last and last.validity == validity else 0
        uids = _new_uids(db, box, begun)
        tally, reports = Tally(), []
        for uid in _written_by_machines(box, uids):
            found = _take(db, box, uid)
            if found.reports:
                reports.append(uid)
            tally += found
        if reports:
            box.flag(reports, MailMessageFlags.SEEN, True)
        bounces.note_read(db, where.name, validity, max((begun, *map(int, uids))))
    return tally


def _open(where: Where) -> BaseMailBox:
    if where.is_tls:
        box: BaseMailBox = MailBox(where.host, where.port, IMAP_TIMEOUT_SECONDS, ssl_context=tls())
    else:
        box = MailBoxUnencrypted(where.host, where.port, IMAP_TIMEOUT_SECONDS)
        if "STARTTLS" in box.client.capabilities:
            box.client.starttls(tls())
        elif not where.may_be_in_clear:
            box.client.shutdown()
            raise NotEncrypted("STARTTLS")
    try:
        # LOGIN is for ASCII alone; the other way is not known to every server.
        is_plain = f"{where.user}{where.password}".isascii()
        log_in = box.login if is_plain else box.login_utf8
        return log_in(where.user, where.password, where.folder)
    except BaseException:
        box.client.shutdown()
        raise


def _new_uids(db: Database, box: BaseMailBox, begun: int) -> list[str]:
    """What has come since, oldest first; nothing from before our first mail."""
    earliest = bounces.first_mail_at(db)
    if earliest is None:
        return []
    # A mail server compares days on its own clock, which may lie as much as half a day behind UTC.
    # A day too many costs nothing: a report about somebody else's mail is left where it is.
    since = datetime.fromisoformat(earliest).astimezone(UTC).date() - timedelta(days=1)
    # "5:*" holds the last mail there is, also where its number is 3.
    found = box.uids(AND(uid=f"{begun + 1}:*", date_gte=since))
    return sorted((uid for uid in found if int(uid) > begun), key=int)[:MOST_AT_ONCE]


def _written_by_machines(box: BaseMailBox, uids: list[str]) -> list[str]:
    if not uids:
        return []
    heads = box.fetch(AND(uid=uids), mark_seen=False, headers_only=True, bulk=True)
    return [mail.uid for mail in heads if mail.uid and is_by_a_machine(mail.obj)]


def _take(db: Database, box: BaseMailBox, uid: str) -> Tally:
    mails = box.fetch(AND(uid=uid), mark_seen=False)
    whole = [mail.obj.as_bytes() for mail in mails]
    return bounces.take(db, whole, "mailbox", bounces.ACTOR)


def words_of(fault: Exception) -> str:
    """A fault on one line, as the server said it; never with the password in it."""
    return " ".join((str(fault) or type(fault).__name__).split())[:200]

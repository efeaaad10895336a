"""The delivery of mails: each taken when the server is there for it, and none sent twice.

What a server says is about one of three things. About itself (away, busy, no more today): the
mail waits and loses nothing. About us (our sender, our password, our domain): every mail waits
until a person has mended it. About the mailbox: that mail alone is given up, and shown.
"""

import smtplib
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

from flask import current_app
from sqlite_utils import Database

from forms.mail import check_address
from forms.mail.smtp import NotEncrypted, ReplyLost, Transport, open_transport, reply_line
from forms.mail.survey_mails import MailWriter
from forms.web.request_context import trial_store
from survey_data import outbox, sending
from survey_data.database import path_of, survives_a_crash_only, writing
from survey_data.follow_up import bounces, recipients
from survey_data.follow_up.refusals import alike, fault_of, status_in
from survey_data.outbox import Mail, TakenByAnother
from survey_data.rounds import rounds
from survey_data.typed_text import ascii_address

# So many mails refused because of us stop the sending: in a row, or in the same words.
MOST_REFUSALS = 3
# A server that wants no more in this session, or closes it.
SESSION_IS_FULL = (421, 452)
Dropped = (OSError, smtplib.SMTPException)


def deliver(db: Database, stop: Event | None = None) -> int:
    """Send everything that is due and return how many left; call inside an app context.

    What fails is tried again later, or given up where everyone can see it. The mail under way
    when `stop` is set is the last.
    """
    return Delivery(db, stop or Event()).run()


def outbox_folder(db: Database) -> Path:
    """Where mails become files when there is no mail server; those of a trial go with it."""
    if rounds.is_trial(db):
        return path_of(db).parent / "outbox"
    return Path(current_app.config["OUTBOX_DIR"])


def deliver_trial(stop: Event | None = None) -> int:
    """Send what waits in the outbox of the trial round there is, and return how many left."""
    db = trial_store().db_if_there()
    if db is None:
        return 0
    outbox.settle_abandoned(db)
    return deliver(db, stop)


@dataclass
class Session:
    """One connection to the mail server, and how many mails have gone through it."""

    opened: AbstractContextManager[Transport]
    transport: Transport = field(init=False)
    sent: int = 0

    def __post_init__(self) -> None:
        self.transport = self.opened.__enter__()

    def close(self) -> None:
        """Say goodbye; a server that has hung up already is no fault."""
        with suppress(*Dropped):
            self.opened.__exit__(None, None, None)


class Delivery:
    """The sending of everything that is due, over as many connections as it takes."""

    def __init__(self, db: Database, stop: Event) -> None:
        self.db, self.stop = db, stop
        self.trouble = sending.trouble(db)
        # One who has mended the server signs in with a mailed link.
        self.urgent_only = self.trouble is not None and self.trouble.kind == "refused"
        self.sent, self.refusals, self.last_refusal = 0, 0, ""
        self.in_same_words = Counter[tuple[str, str]]()
        self.session: Session | None = None
        self.writer: MailWriter | None = None

    def run(self) -> int:
        """Send until nothing is due, the server stands in the way, or `stop` is set."""
        if sending.must_wait(self.trouble):
            return 0
        try:
            while not self.stop.is_set() and outbox.is_due(self.db, urgent_only=self.urgent_only):
                if not self._send_next():
                    break
            if self.refusals and not self.sent:
                self._stop_sending(self.last_refusal)
        finally:
            if self.session:
                self.session.close()
        return self.sent

    def _send_next(self) -> bool:
        """Send one mail; tells whether to go on."""
        if not self._connected():
            return False
        domain = current_app.config["MAIL_DOMAIN"]
        # Nothing has left yet: one that is forgotten is taken once more.
        with survives_a_crash_only(self.db):
            mail = outbox.take(self.db, domain, urgent_only=self.urgent_only)
        if mail is None:
            return False
        why = recipients.why_not(self.db, mail)
        if why:
            outbox.end(self.db, mail, "cancelled", why)
            return True
        # Of what follows, only the claim must be on disk; `_leaving` sees to that.
        with survives_a_crash_only(self.db):
            return self._hand_over(mail)

    def _connected(self) -> bool:
        if self.session:
            return True
        self.writer = self.writer or MailWriter(self.db)
        sender, folder = self.writer.association.email, outbox_folder(self.db)
        try:
            self.session = Session(open_transport(current_app.config["SMTP_URL"], folder, sender))
        except Dropped as fault:
            self._could_not_connect(fault)
        return self.session is not None

    def _could_not_connect(self, fault: Exception) -> None:
        if isinstance(fault, NotEncrypted | smtplib.SMTPNotSupportedError):
            return self._stop_sending(str(fault))
        if isinstance(fault, smtplib.SMTPResponseException) and fault.smtp_code >= 500:
            return self._stop_sending(reply_line(fault.smtp_code, fault.smtp_error))
        return self._away(fault)

    def _hand_over(self, mail: Mail) -> bool:
        assert self.session is not None
        try:
            check_address(ascii_address(mail.recipient))
            self.session.transport.send(mail, self._leaving(mail))
        except ReplyLost as fault:
            outbox.end(self.db, mail, "uncertain", "svaret gick förlorat")
            return self._lost(fault)
        except (smtplib.SMTPNotSupportedError, ValueError, TakenByAnother) as fault:
            # An address that this server, or any, cannot be told; or no text to send; or another
            # sender has it. The server may wait for a message by now, so this session is over.
            self._hang_up()
            return isinstance(fault, TakenByAnother) or self._unwritable(mail, fault)
        except smtplib.SMTPRecipientsRefused as refusal:
            code, words = next(iter(refusal.recipients.values()))
            return self._refused(mail, code, reply_line(code, words))
        except smtplib.SMTPResponseException as refusal:
            said = reply_line(refusal.smtp_code, refusal.smtp_error)
            is_about_us = isinstance(refusal, smtplib.SMTPSenderRefused)
            return self._refused(mail, refusal.smtp_code, said, is_about_us=is_about_us)
        except Dropped as fault:
            outbox.put_back(self.db, mail)
            return self._lost(fault)
        return self._gone(mail)

    def _leaving(self, mail: Mail) -> Callable[[], bytes]:
        def message() -> bytes:
            assert self.writer is not None
            # Each answer has one, and it makes no link: nobody who saves waits for its words.
            receipt = self.writer.message(mail) if mail.kind == "receipt" else None
            # In one transaction with the link it carries, and on disk before the first byte.
            self.db.conn.execute("PRAGMA synchronous = FULL")
            with writing(self.db):
                outbox.mark_sending(self.db, mail)
                content = receipt or self.writer.message(mail)
            self.db.conn.execute("PRAGMA synchronous = NORMAL")
            return content

        return message

    def _gone(self, mail: Mail) -> bool:
        assert self.session is not None
        outbox.mark_sent(self.db, mail.id)
        self.session.sent += 1
        self.sent += 1
        self.refusals = 0
        if self.trouble and self.trouble.kind == "away":
            sending.clear_trouble(self.db)
            self.trouble = None
        return True

    def _refused(self, mail: Mail, code: int, said: str, *, is_about_us: bool = False) -> bool:
        status = status_in(said)
        if code < 500:
            return self._later(mail, code, status, said)
        fault = "us" if is_about_us else fault_of(status, said)
        if fault == "us":
            return self._not_let_in(mail, said, at_once=is_about_us)
        with writing(self.db):
            outbox.end(self.db, mail, "failed", said)
            bounces.note_refusal(self.db, mail, said)
        return True

    def _later(self, mail: Mail, code: int, status: str, said: str) -> bool:
        assert self.session is not None
        # x.2.x speaks of the mailbox, whatever the number before it.
        if code in SESSION_IS_FULL and not status[1:].startswith(".2.") and self.session.sent:
            outbox.put_back(self.db, mail)
            self._hang_up()
            return True
        outbox.postpone(self.db, mail, said)
        if code == 421:
            return self._lost(smtplib.SMTPServerDisconnected(said))
        return True

    def _not_let_in(self, mail: Mail, said: str, *, at_once: bool) -> bool:
        outbox.postpone(self.db, mail, said)
        self.refusals += 1
        self.last_refusal = said
        same = alike(status_in(said), said)
        self.in_same_words[same] += 1
        if at_once or max(self.refusals, self.in_same_words[same]) >= MOST_REFUSALS:
            self._stop_sending(said)
            return False
        return True

    def _unwritable(self, mail: Mail, fault: Exception) -> bool:
        with writing(self.db):
            outbox.end(self.db, mail, "failed", type(fault).__name__)
            bounces.note_refusal(self.db, mail, "", bounces.UNWRITABLE)
        return True

    def _lost(self, fault: Exception) -> bool:
        """The connection is gone: a new one at once where this one was of use, else later."""
        was_of_use = self.session is not None and self.session.sent > 0
        self._hang_up()
        if not was_of_use:
            self._away(fault)
        return was_of_use

    def _hang_up(self) -> None:
        if self.session:
            self.session.close()
        self.session = None

    def _away(self, fault: Exception) -> None:
        words = " ".join(str(fault).split())[:200] or type(fault).__name__
        sending.note_away(self.db, words)
        outbox.give_up_waiting(self.db, words)

    def _stop_sending(self, said: str) -> None:
        sending.note_refused(self.db, said)

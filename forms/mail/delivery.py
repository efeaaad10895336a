"""The delivery of mails: each claimed before it leaves, and none twice."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from pathlib import Path

from flask import current_app
from sqlite_utils import Database

from forms.mail.smtp import ReplyLost, Transport, open_transport, reply_line
from forms.mail.survey_mails import MailWriter
from forms.web.request_context import trial_store
from survey_data import outbox
from survey_data.database import survives_a_crash_only, writing
from survey_data.follow_up import bounces
from survey_data.outbox import Mail
from survey_data.rounds import trial_folder

# Few enough to look through if the sender dies among them.
BATCH = 20


def deliver(db: Database) -> int:
    """Send everything that is due and return how many left; call inside an app context.

    What fails is tried again later, or given up where everyone can see it.
    """
    config = current_app.config
    batches = outbox.batches(db, config["MAIL_DOMAIN"], size=BATCH)
    batch = next(batches, [])
    sent = 0
    try:
        # No connection is made for nothing, and one serves every batch.
        if batch:
            writer = MailWriter(db)
            folder, sender = outbox_folder(db), writer.association.email
            with open_transport(config["SMTP_URL"], folder, sender) as transport:
                while batch:
                    sent += _send_batch(db, transport, writer, batch)
                    batch = next(batches, [])
    except (OSError, smtplib.SMTPException) as fault:
        # The server is not there: every mail of the batch waits for its next try.
        for mail in batch:
            _give_back(db, mail, fault)
    return sent


def outbox_folder(db: Database) -> Path:
    """Where mails become files when there is no mail server; those of a trial go with it."""
    if trial_folder.is_trial(db):
        return trial_folder.path_of(db).parent / "outbox"
    return Path(current_app.config["OUTBOX_DIR"])


def deliver_trial() -> int:
    """Send what waits in the outbox of the trial round there is, and return how many left."""
    db = trial_store().db_if_there()
    if db is None:
        return 0
    outbox.settle_abandoned(db)
    return deliver(db)


def _send_batch(db: Database, transport: Transport, writer: MailWriter, batch: list[Mail]) -> int:
    written = _compose_batch(db, writer, batch)
    # The claims have waited for the disk. Of what follows, no more than the outcome can be lost.
    with survives_a_crash_only(db):
        return sum(_send(db, transport, mail, message) for mail, message in written)


def _send(db: Database, transport: Transport, mail: Mail, message: bytes) -> bool:
    try:
        transport.send(mail, message)
    except ReplyLost:
        outbox.mark_uncertain(db, mail)
        raise
    except smtplib.SMTPServerDisconnected:
        raise
    except smtplib.SMTPRecipientsRefused as refusal:
        code, words = next(iter(refusal.recipients.values()))
        _refused(db, mail, code, words)
    except smtplib.SMTPResponseException as refusal:
        permanent = refusal.smtp_code >= 500
        outbox.mark_failed(db, mail, f"{refusal.smtp_code}", for_good=permanent)
    except smtplib.SMTPNotSupportedError as fault:
        # Nothing is wrong with the server, so the mails behind this one must not wait for it.
        _unwritable(db, mail, fault)
    else:
        outbox.mark_sent(db, mail.id)
        return True
    return False


def _refused(db: Database, mail: Mail, code: int, words: bytes) -> None:
    said = reply_line(code, words)
    with writing(db):
        outbox.mark_failed(db, mail, said, for_good=code >= 500)
        if code >= 500:
            bounces.note_refusal(db, mail, code, said)


def _unwritable(db: Database, mail: Mail, fault: Exception) -> None:
    with writing(db):
        outbox.mark_failed(db, mail, type(fault).__name__, for_good=True)
        bounces.note_unwritable(db, mail)


def _give_back(db: Database, mail: Mail, fault: Exception) -> None:
    if outbox.is_on_its_way(db, mail.id):
        outbox.mark_failed(db, mail, type(fault).__name__)


def _compose_batch(db: Database, writer: MailWriter, batch: list[Mail]) -> list[tuple[Mail, bytes]]:
    # One transaction for all the links of a batch: a disk flush each would be most of the time.
    with writing(db):
        return list(_composed(db, writer, batch))


def _composed(db: Database, writer: MailWriter, batch: list[Mail]) -> Iterator[tuple[Mail, bytes]]:
    for mail in batch:
        try:
            yield mail, writer.message(mail)
        except ValueError as fault:
            # An address that no header can hold.
            _unwritable(db, mail, fault)

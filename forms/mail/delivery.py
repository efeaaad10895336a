"""What the mails say, and their delivery: each claimed before it leaves, and none twice."""

from __future__ import annotations

import re
import smtplib
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import make_msgid

from flask import current_app, render_template
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlite_utils import Database

from forms.mail import (
    board_mail,
    delegation_mail,
    mime,
    return_mail,
    staff_mail,
    survey_mails,
    trial_mail,
)
from forms.mail.mail_merge import Written, document
from forms.mail.smtp import ReplyLost, Transport, open_transport
from forms.mail.survey_mails import Letters
from forms.questionnaire import questionnaire as questionnaires
from forms.respondent import delegation_texts
from forms.respondent.receipt import Reading
from forms.respondent.respondent import Respondent
from forms.web.request_context import trial_store
from forms.web.translations import LOCALES
from survey_data import clock, outbox, settings
from survey_data.automation import trial_round
from survey_data.database import survives_a_crash_only, writing
from survey_data.follow_up import bounces
from survey_data.outbox import Mail
from survey_data.publishing.board_mail import KIND as BOARD_MAIL
from survey_data.responses import responses
from survey_data.rounds import invitations
from survey_data.staff import staff

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
            writer = Writer(db)
            folder, sender = trial_mail.folder(db), writer.sender[1]
            with open_transport(config["SMTP_URL"], folder, sender) as transport:
                while batch:
                    sent += _send_batch(db, transport, writer, batch)
                    batch = next(batches, [])
    except (OSError, smtplib.SMTPException) as fault:
        # The server is not there: every mail of the batch waits for its next try.
        for mail in batch:
            _give_back(db, mail, fault)
    return sent


def deliver_trial() -> int:
    """Send what waits in the outbox of the trial round there is, and return how many left."""
    db = trial_round.live(trial_store())
    if db is None:
        return 0
    outbox.settle_abandoned(db)
    return deliver(db)


def _send_batch(db: Database, transport: Transport, writer: Writer, batch: list[Mail]) -> int:
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
    said = staff_mail.answer(code, words)
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


def _compose_batch(db: Database, writer: Writer, batch: list[Mail]) -> list[tuple[Mail, bytes]]:
    # One transaction for all the links of a batch: a disk flush each would be most of the time.
    with writing(db):
        return list(_composed(db, writer, batch))


def _composed(db: Database, writer: Writer, batch: list[Mail]) -> Iterator[tuple[Mail, bytes]]:
    for mail in batch:
        try:
            yield mail, writer.message(mail)
        except ValueError as fault:
            # An address that no header can hold.
            _unwritable(db, mail, fault)


class Writer:
    """Writes mails; what they have in common is looked up once."""

    def __init__(self, db: Database) -> None:
        self.db = db
        about = settings.association(db)
        self.sender = (about.name, about.email)
        self.letters = Letters(db)

    def message(self, mail: Mail) -> bytes:
        """The whole message, with a personal link made for it where it carries one.

        Raises ValueError for an address that no header can hold.
        """
        assert mail.message_id is not None
        subject, text, html, decline = self._written(mail)
        return mime.as_bytes(
            subject=subject, sender=self.sender, to=mail.recipient, message_id=mail.message_id,
            text=text, html=html, decline=decline,
        )  # fmt: skip

    def _written(self, mail: Mail) -> Written:
        if mail.kind in survey_mails.KINDS:
            written = self.letters.write(mail)
            return written._replace(html=document(written.html, mail.language))
        if mail.kind == BOARD_MAIL:
            return board_mail.written(self.db, mail)
        with force_locale(LOCALES[mail.language]):
            subject, text = trial_mail.marked(self.db, *WRITERS[mail.kind](self.db, mail))
        # What the templates leave out leaves blank lines behind.
        return Written(subject, re.sub(r"\n{3,}", "\n\n", text))


def compose(db: Database, mail: Mail) -> EmailMessage:
    """One mail as the message that its recipient reads."""
    # One that waits has no name yet.
    named = replace(mail, message_id=mail.message_id or make_msgid())
    return message_from_bytes(Writer(db).message(named), policy=policy.default)


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
        explanation=reading.explanation(),
        filled_in=delegation_texts.filled_in(Respondent(db, invitation)),
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


# Those whose texts belong to a round are written by its letters.
WRITERS = {
    "returned": return_mail.write,
    "new_link": _new_link,
    "delegation": delegation_mail.write_part,
    "device_code": delegation_mail.write_code,
    "receipt": _receipt,
    "sign_in": _sign_in,
    "staff_invited": staff_mail.write_invited,
}
KINDS = (*survey_mails.KINDS, *WRITERS, BOARD_MAIL)

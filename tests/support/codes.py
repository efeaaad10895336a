"""The code that a link opened in a second browser asks for, as it is mailed."""

import re
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import make_msgid

from flask import Flask
from sqlite_utils import Database

from forms.mail.survey_mails import MailWriter
from survey_data import outbox
from survey_data.outbox import Mail
from survey_data.responses import devices
from survey_data.responses.devices import Opened
from tests.support.http_visitor import Visitor
from tests.support.mail_server import text_of


def mailed_code(app: Flask, db: Database) -> str:
    """What the newest mail with a code says, as if it left now."""
    newest = next(mail for mail in outbox.newest(db) if mail.kind == "device_code")
    with app.app_context():
        return code_in(text_of(compose(db, newest)))


def code_in(text: str) -> str:
    """The code that a mail holds."""
    found = re.search(r"^(\d{3}) (\d{3})\r?$", text, re.MULTILINE)
    assert found, text
    return found[1] + found[2]


def at_home(visitor: Visitor, db: Database, invitation_id: int) -> Visitor:
    """Let a visitor sit at the browser in which an enterprise has opened its link before."""
    visitor.client.cookies.set("asf-browser", "known")
    devices.remember(db, Opened(invitation_id), "known")
    return visitor


def compose(db: Database, mail: Mail) -> EmailMessage:
    """One mail as the message that its recipient reads."""
    # One that waits has no name yet.
    named = replace(mail, message_id=mail.message_id or make_msgid())
    return message_from_bytes(MailWriter(db).message(named), policy=policy.default)

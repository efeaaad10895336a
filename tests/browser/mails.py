"""The mails that the served product has sent, as the files it writes without a mail server."""

import time
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from survey_data.database import first, scalar
from tests.browser.look import PATIENCE_SECONDS
from tests.browser.served import Served
from tests.support.mail_server import text_of


def mailed(served: Served, kind: str) -> str:
    """The text of the newest mail of a kind, once the server has sent it."""
    newest = "SELECT id, state FROM outbox WHERE kind = ? ORDER BY id DESC LIMIT 1"
    until = time.monotonic() + PATIENCE_SECONDS
    while (mail := first(served.db, newest, (kind,)) or {}).get("state") != "sent":
        assert time.monotonic() < until, kind
        time.sleep(0.2)
    folder = Path(str(scalar(served.db, "SELECT file FROM pragma_database_list"))).parent
    file = folder / "outbox" / f"{mail['id']:06}-{kind}.eml"
    message = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert isinstance(message, EmailMessage)
    return text_of(message)

"""Invitations, beside a bare loop over `smtplib` on one connection in the same run."""

import smtplib
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlsplit

from app import create_app
from forms.mail.delivery import deliver
from forms.mail.survey_mails import MailWriter
from forms.web.request_context import survey_db
from survey_data import outbox
from survey_data.database import run
from survey_data.follow_up import mailings
from tests.bench.answers import fill
from tests.bench.meter import Meter
from tests.support.five_autumns import links_to
from tests.support.mail_server import Inbox, mail_server


def mail_server_process() -> None:
    """A mail server until standard input ends; its address on standard output first."""
    inbox = Inbox()
    with mail_server(inbox) as smtp_url:
        print(smtp_url, flush=True)
        sys.stdin.read()
        links = {link for who in inbox.count() for link in links_to(inbox, who)}
        print(len(inbox.mails), len(inbox.count()), len(links), flush=True)


# Each receives in a process of its own. The second is a widely used one written in Python.
RECEIVERS = {
    "a quick server with PIPELINING": ["tests.bench.fast_mail_server"],
    "aiosmtpd": ["tests.bench", "mail-server"],
}


@contextmanager
def receiving(command: list[str], expected: int | None) -> Iterator[str]:
    """A mail server's address; at the end everything must have arrived, and nothing twice."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen([sys.executable, "-m", *command], **pipes) as mails:
        yield mails.stdout.readline().strip()
        got = [int(number) for number in mails.communicate()[0].split()]
        assert expected is None or got[0] == got[2] == expected, got


def bench_mail(count: int = 400, times: int = 3) -> None:
    """So many invitations written and sent on one connection, by turns with a bare loop."""
    print(f"\n{count} invitations on one SMTP connection, median of {times}; bare is smtplib with"
          " the standard library's message classes, and no database")  # fmt: skip
    for name, command in RECEIVERS.items():
        with tempfile.TemporaryDirectory() as folder, receiving(command, None) as url:
            app = create_app({"DATA_DIR": Path(folder) / "data", "SMTP_URL": url})
            with app.app_context():
                fill(count)
                mailings.queue_invitations(survey_db(), 2021, "bench")
                turns = [(_deliver_all(count), _bare(url, count)) for _ in range(times)]
            app.extensions["store"].close()
        ours, bare = zip(*turns, strict=True)
        wall, cost = (statistics.median(getattr(m, w) for m in ours) for w in ("wall", "cpu"))
        limit, plain = (statistics.median(getattr(m, w) for m in bare) for w in ("wall", "cpu"))
        print(f"{name}: {wall:.2f} s, bare {limit:.2f} s, ratio {wall / limit:.2f};"
              f" CPU {1000 * cost:.0f} ms, bare {1000 * plain:.0f} ms;"
              f" {len(ours[0].statements)} SQL statements, {ours[0].commits} commits")  # fmt: skip


def _deliver_all(count: int) -> Meter:
    db = survey_db()
    run(db, "UPDATE outbox SET state = 'queued', message_id = NULL, attempts = 0")
    with Meter(db.conn) as meter:
        sent = deliver(db)
    assert sent == count
    return meter


def _bare(url: str, count: int) -> Meter:
    """As many mails of the same words, each with a link of its own."""
    writer = MailWriter(survey_db())
    like = message_from_bytes(
        writer.message(outbox.newest(survey_db(), 1)[0]), policy=policy.default
    )
    texts = [like.get_body((kind,)).get_content() for kind in ("plain", "html")]
    where = urlsplit(url)
    with Meter() as meter, smtplib.SMTP(where.hostname, where.port) as connection:
        for number in range(count):
            message = EmailMessage()
            message["Subject"], message["From"] = like["Subject"], like["From"]
            message["To"] = f"{number}@example.org"
            message.set_content(texts[0].replace("/s/", f"/s/{number}"))
            message.add_alternative(texts[1].replace("/s/", f"/s/{number}"), subtype="html")
            connection.send_message(message)
    return meter

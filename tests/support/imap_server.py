"""A real IMAP server on a loopback port, in a process of its own."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from imaplib import IMAP4
from urllib.parse import quote, urlsplit

from imap_tools import MailBoxUnencrypted, MailMessage

from tests.support.processes import free_port, start, wait_until

USER, PASSWORD = "retur@example.org", "hemligt lösen/ord"
# Half a million rounds at each sign-in protect nobody's password here.
PYMAP = (
    "from functools import partial; from pymap import config;"
    " config.BuiltinHash = partial(config.BuiltinHash, rounds=1);"
    " from pymap.main import main; main()"
)


@contextmanager
def imap_server() -> Iterator[str]:
    """Run until the end of the block; gives the address to set as IMAP_URL."""
    port = free_port()
    process = start(
        sys.executable, "-c", PYMAP, "--host", "127.0.0.1", "--port", str(port), "--no-tls",
        "dict", "--demo-user", USER, "--demo-password", PASSWORD,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        wait_until(lambda: _greets(port), process)
        yield f"imap://{quote(USER)}:{quote(PASSWORD, safe='')}@127.0.0.1:{port}/INBOX"
    finally:
        process.kill()
        process.wait()


def _greets(port: int) -> bool:
    try:
        IMAP4("127.0.0.1", port).shutdown()
    except OSError:
        return False
    return True


@contextmanager
def owners_box(url: str) -> Iterator[MailBoxUnencrypted]:
    """The mailbox as its owner sees it."""
    with MailBoxUnencrypted("127.0.0.1", urlsplit(url).port or 0, 10) as box:
        box.login_utf8(USER, PASSWORD, "INBOX")
        yield box


def put(url: str, *contents: bytes) -> None:
    """Let mails arrive."""
    with owners_box(url) as box:
        for content in contents:
            box.append(content, "INBOX")


def mails_in(url: str) -> list[MailMessage]:
    """Every mail, without touching it."""
    with owners_box(url) as box:
        return list(box.fetch("ALL", mark_seen=False))

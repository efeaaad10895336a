"""Delivery reports as mail servers write them: which mail to whom did not arrive, and why."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from email.utils import parseaddr

from flufl.bounce import all_failures

STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.]*\d)")
VAGUE = ("", "5.0.0", "4.0.0")
MESSAGE_ID = re.compile(r"<[^<>\s]+@[^<>\s]+>")
COPIED_ID = re.compile(r"^Message-ID:\s*(<[^<>\s]+>)", re.IGNORECASE | re.MULTILINE)
# These say that a mail did not get through, not that nobody can be reached at the address:
# a full mailbox, a mail too large, a rule against the sender.
NOT_THE_ADDRESS = re.compile(r"5\.(2\.[2-9]|3|4\.[0-35-9]|5|6|7)")
# A relay that does not let us pass says nothing of the recipient.
ABOUT_THE_MAILBOX = (550, 551, 553, 556)
LONGEST_WORDS = 300


@dataclass(frozen=True)
class DeliveryReport:
    """What one report says of one recipient; `originals` may hold our mail's Message-ID."""

    key: str
    recipient: str
    kind: str
    status: str
    words: str
    originals: tuple[str, ...]


def read(content: bytes, *, forwarded: bool = False) -> list[DeliveryReport]:
    """What a mail reports; nothing for any other mail.

    `forwarded`: the report may stand inside a mail that a person wrote.
    """
    message = message_from_bytes(content)
    if not (forwarded or is_by_a_machine(message)):
        return []
    delayed, failed = _failures(message)
    fields = dict(_fields_by_recipient(message))
    originals = tuple(dict.fromkeys(_originals(message)))
    key = _key(message, content)
    found = []
    for address in sorted(delayed | failed):
        status, words = _cause(fields.get(address), message)
        kind = kind_of(status, failed=address in failed)
        found.append(DeliveryReport(f"{key} {address}", address, kind, status, words, originals))
    return found


def split(content: bytes) -> list[bytes]:
    """The mails of a file: one of an .eml file, every one of an .mbox file."""
    if not content.startswith(b"From "):
        return [content]
    parts = re.split(rb"(?:\A|\r?\n\r?\n)From [^\n]*\n", content)
    return [part for part in parts if part.strip()]


def about_refusal(code: int, words: str) -> tuple[str, str]:
    """What a server's refusal of a recipient for good means: its kind and its status."""
    status = _first_status(words)
    if status:
        return kind_of(status, failed=True), status
    return ("dead" if code in ABOUT_THE_MAILBOX else "refused"), ""


def kind_of(status: str, *, failed: bool) -> str:
    """What a status means where the sending side has given up (`failed`) or still tries."""
    if not failed:
        return "delayed"
    return "refused" if status.startswith("4") or NOT_THE_ADDRESS.match(status) else "dead"


def is_by_a_machine(message: Message) -> bool:
    """Whether a mail server wrote a mail, as far as its head tells."""
    sender = parseaddr(str(message.get("From", "")))[1].lower()
    return (
        message.get_content_type() == "multipart/report"
        or "X-Failed-Recipients" in message
        or str(message.get("Return-Path", "")).strip() == "<>"
        or sender.split("@")[0] in ("mailer-daemon", "postmaster")
    )


def _failures(message: Message) -> tuple[set[str], set[str]]:
    try:
        found = all_failures(message)
    except Exception:
        # Mails are strangers' work, and one that no detector bears must not stop the others.
        return set(), set()
    delayed, failed = ({a.decode("ascii").lower() for a in each} for each in found)
    return delayed - failed, failed


def _fields_by_recipient(message: Message) -> Iterator[tuple[str, Message]]:
    """Each recipient of a machine-readable report (RFC 3464) with the fields about it."""
    for part in message.walk():
        if part.get_content_type() != "message/delivery-status" or not part.is_multipart():
            continue
        for block in (each for each in part.get_payload() if isinstance(each, Message)):
            for name in ("Original-Recipient", "Final-Recipient"):
                address = str(block.get(name, "")).rpartition(";")[2].strip(" <>").lower()
                if address:
                    yield address, block


def _cause(fields: Message | None, message: Message) -> tuple[str, str]:
    """The status and the receiving server's own words."""
    if fields is None:
        words = _line_with_a_code(_plain(message))
        return _first_status(words), words
    words = str(fields.get("Diagnostic-Code", ""))
    words = _one_line(words.partition(";")[2] or words)
    status = _first_status(str(fields.get("Status", "")))
    return (_first_status(words) if status in VAGUE else "") or status, words


def _first_status(text: str) -> str:
    found = STATUS.search(text)
    return found[1] if found else ""


def _line_with_a_code(text: str) -> str:
    lines = (_one_line(line) for line in text.splitlines())
    return next((line for line in lines if re.search(r"\b[45]\d\d[ -]", line)), "")


def _one_line(text: str) -> str:
    return " ".join(text.split())[:LONGEST_WORDS]


def _plain(message: Message) -> str:
    for part in message.walk():
        if part.get_content_type() == "text/plain":
            content = part.get_payload(decode=True)
            return content.decode("utf-8", "replace") if isinstance(content, bytes) else ""
    return ""


def _originals(message: Message) -> Iterator[str]:
    """Message-IDs that the report may be about, the surest first."""
    for part in message.walk():
        if part.get_content_type() == "message/rfc822" and part.is_multipart():
            yield from _ids(part.get_payload(0))
        elif part.get_content_type() == "text/rfc822-headers":
            content = part.get_payload(decode=True)
            if isinstance(content, bytes):
                yield from _ids(message_from_bytes(content))
    yield from COPIED_ID.findall(_plain(message))
    for name in ("In-Reply-To", "References"):
        yield from MESSAGE_ID.findall(str(message.get(name, "")))


def _ids(message: object) -> list[str]:
    if not isinstance(message, Message):
        return []
    return MESSAGE_ID.findall(str(message.get("Message-ID", "")))


def _key(message: Message, content: bytes) -> str:
    """The same for the same report, whichever way it came."""
    own = MESSAGE_ID.search(str(message.get("Message-ID", "")))
    return own[0] if own else hashlib.sha256(b"\n".join(content.split())).hexdigest()

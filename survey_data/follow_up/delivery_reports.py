"""Delivery reports as mail servers write them: which mail to whom did not arrive, and why."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parseaddr

from flufl.bounce import all_failures

from survey_data.follow_up.refusals import kind_of, status_in

VAGUE = ("", "5.0.0", "4.0.0")
MESSAGE_ID = re.compile(r"<[^<>\s]+@[^<>\s]+>")
COPIED_ID = re.compile(r"^Message-ID:\s*(<[^<>\s]+>)", re.IGNORECASE | re.MULTILINE)
# What stands for + = and whatever else a server chose to write so.
XTEXT = re.compile(r"\+([0-9A-F]{2})")
REPLIES = ("X-Autoreply", "X-Autorespond", "X-Auto-Response-Suppress")
AWAY = re.compile(
    r"(autosvar|automatiskt svar|frånvaro|auto(matic)? ?-?reply|out of (the )?office)", re.I
)
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
        about = fields.get(address)
        status, words = _cause(about, message)
        kind = kind_of(status, words, failed=address in failed)
        ours = _as_we_wrote_it(about) or address
        found.append(DeliveryReport(f"{key} {ours}", ours, kind, status, words, originals))
    return found


def split(content: bytes) -> list[bytes]:
    """The mails of a file: one of an .eml file, every one of an .mbox file."""
    if not content.startswith(b"From "):
        return [content]
    parts = re.split(rb"(?:\A|\r?\n\r?\n)From [^\n]*\n", content)
    return [part for part in parts if part.strip()]


def is_by_a_machine(message: Message) -> bool:
    """Whether a mail server wrote a mail, as far as its head tells.

    An automatic reply of a person who is away comes from a server too, and may quote an old
    report; its head says that it is a reply.
    """
    if message.get_content_type() == "multipart/report":
        return message.get_param("report-type") != "disposition-notification"
    if "X-Failed-Recipients" in message:
        return True
    sender = parseaddr(str(message.get("From", "")))[1].lower()
    if sender.split("@")[0] in ("mailer-daemon", "postmaster"):
        return True
    return not _is_automatic_reply(message) and str(message.get("Return-Path", "")).strip() == "<>"


def _is_automatic_reply(message: Message) -> bool:
    return (
        str(message.get("Auto-Submitted", "")).lower().startswith("auto-replied")
        or any(
            name in message for name in ("X-Autoreply", "X-Autorespond", "X-Auto-Response-Suppress")
        )
        or str(message.get("Precedence", "")).lower() == "auto_reply"
        or AWAY.match(str(make_header(decode_header(str(message.get("Subject", "")))))) is not None
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
                address = _address_in(block, name)
                if address:
                    yield address, block


def _address_in(block: Message, name: str) -> str:
    return str(block.get(name, "")).rpartition(";")[2].strip(" <>").lower()


def _as_we_wrote_it(block: Message | None) -> str:
    """The recipient before anybody passed the mail on; xtext is undone (RFC 3461, section 4)."""
    if block is None or "Original-Recipient" not in block:
        return ""
    written = str(block["Original-Recipient"]).rpartition(";")[2].strip(" <>")
    return XTEXT.sub(lambda code: chr(int(code[1], 16)), written).lower()


def _cause(fields: Message | None, message: Message) -> tuple[str, str]:
    """The status and the receiving server's own words."""
    if fields is None:
        words = _line_with_a_code(_plain(message))
        return status_in(words), words
    words = str(fields.get("Diagnostic-Code", ""))
    words = _one_line(words.partition(";")[2] or words)
    status = status_in(str(fields.get("Status", "")))
    return (status_in(words) if status in VAGUE else "") or status, words


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

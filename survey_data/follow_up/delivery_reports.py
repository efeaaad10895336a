"""Delivery reports as mail servers write them: which mail did not arrive, and whose fault it is.

An address is dead only on clear evidence about the mailbox itself. Everything about the sender
(SPF, spam, relaying, a policy) is a refusal of us, and so is a refusal that gives no reason.

    550 5.1.1 User unknown                                   the mailbox
    550 5.4.1 Recipient address rejected: Access denied      the mailbox, as one large host says it
    550 5.1.8 Access denied, bad outbound sender             us
    550 Message rejected: SPF check failed                   us
    552 5.2.2 Mailbox full                                   this mail, another day
    550                                                      us, as far as anybody can tell

Sources: RFC 3463 and the IANA registry of enhanced status codes; what the large hosts document.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parseaddr
from typing import Literal

from flufl.bounce import all_failures

VAGUE = ("", "5.0.0", "4.0.0")
MESSAGE_ID = re.compile(r"<[^<>\s]+@[^<>\s]+>")
COPIED_ID = re.compile(r"^Message-ID:\s*(<[^<>\s]+>)", re.IGNORECASE | re.MULTILINE)
# What stands for + = and whatever else a server chose to write so.
XTEXT = re.compile(r"\+([0-9A-F]{2})")
AWAY = re.compile(
    r"(autosvar|automatiskt svar|frånvaro|auto(matic)? ?-?reply|out of (the )?office)", re.I
)
LONGEST_WORDS = 300
REPLIES = ("X-Autoreply", "X-Autorespond", "X-Auto-Response-Suppress")


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
        or any(name in message for name in REPLIES)
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


# Whose fault a refusal for good is: the mailbox does not exist, we are not let in, or this mail
# did not fit (full, too large), though the address may be right.
Fault = Literal["mailbox", "us", "mail"]
STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.]*\d)")
MAILBOX_GONE = re.compile(r"5\.(1\.(1|2|3|6|10)|2\.1|4\.4)$")
WE_ARE_REFUSED = re.compile(r"5\.(1\.[78]|7\.\d+)$")
MAIL_DOES_NOT_FIT = re.compile(r"5\.(2\.[2-9]|3\.\d+|6\.\d+)$")
OF_US = re.compile(
    r"\bspf\b|\bdkim\b|\bdmarc\b|spam|\brbl\b|black ?list|block ?list|blocked|blockerad|relay"
    r"|\bpolicy\b|\bpolicies\b|reputation|sender|avsändare|not authori[sz]ed|authenticat"
    r"|rate limit|too many|banned|reverse dns|\bptr\b|helo|content rejected|suspicious",
    re.IGNORECASE,
)
OF_THE_MAILBOX = re.compile(
    r"recipient (address )?rejected|(user|recipient|address|mailbox|account)s?( name)?"
    r" (is )?(unknown|not found|not known|invalid|inactive|disabled|unavailable for delivery)"
    r"|(unknown|invalid|no such|nonexistent|non-existent|inactive|disabled) "
    r"(local )?(user|recipient|address|mailbox|account|person)"
    r"|no (mailbox|user|account)( here)? by that name|not our customer|unrouteable address"
    r"|(does not|doesn't|do not) (exist|have (an?|any)? ?\S* ?account)|recipientnotfound"
    # Swedish, Norwegian, Danish, Finnish.
    r"|okänd (användare|mottagare|adress)|(finns|existerar) inte"
    r"|ukjent (bruker|mottaker)|finnes ikke|ukendt (bruger|modtager)|findes ikke|eksisterer ikke"
    r"|tuntematon (käyttäjä|vastaanottaja)|ei ole olemassa"
    # German, Dutch, French, Spanish, Italian, Portuguese, Polish.
    r"|unbekannter? (benutzer|empfänger)|(benutzer|empfänger|postfach) (ist )?unbekannt"
    r"|existiert nicht|onbekende (gebruiker|ontvanger)|bestaat niet"
    r"|(utilisateur|destinataire|adresse) inconnue?|n'existe pas|usuario desconocido|no existe"
    r"|(utente|destinatario) sconosciuto|non esiste|usuário desconhecido|não existe"
    r"|nieznany (użytkownik|odbiorca)|nie istnieje",
    re.IGNORECASE,
)
# One large host answers so for every mailbox it does not have.
LARGE_HOST = re.compile(r"5\.4\.1\b.*recipient address rejected: access denied", re.IGNORECASE)


def status_in(words: str) -> str:
    """The first enhanced status code of a text, "" where it has none."""
    found = STATUS.search(words)
    return found[1] if found else ""


def fault_of(status: str, words: str) -> Fault:
    """Whose fault a refusal for good is; `status` is RFC 3463's, "" where none was given."""
    if LARGE_HOST.search(f"{status} {words}"):
        return "mailbox"
    if WE_ARE_REFUSED.match(status) or OF_US.search(words):
        return "us"
    if MAIL_DOES_NOT_FIT.match(status):
        return "mail"
    if MAILBOX_GONE.match(status) or OF_THE_MAILBOX.search(words):
        return "mailbox"
    return "us"


def kind_of(status: str, words: str, *, failed: bool) -> str:
    """How a report is kept: dead, refused, or delayed while the sending side still tries."""
    if not failed:
        return "delayed"
    # Given up after trying for days: nothing was ever said about the mailbox.
    if status.startswith("4"):
        return "refused"
    return "dead" if fault_of(status, words) == "mailbox" else "refused"

"""Delivery reports as mail servers write them: which mail to whom did not arrive, and why."""

import hashlib
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parseaddr

from survey_data.follow_up import refusals
from survey_data.follow_up.refusals import kind_of, one_line, status_in, telling_line
from survey_data.typed_text import WRITTEN, is_address, readable_address

VAGUE = ("", "5.0.0", "4.0.0")
MESSAGE_ID = re.compile(r"<[^<>\s]+@[^<>\s]+>")
COPIED_ID = re.compile(r"^Message-ID:\s*(<[^<>\s]+>)", re.IGNORECASE | re.MULTILINE)
# What stands for + = and whatever else a server chose to write so.
XTEXT = re.compile(r"\+([0-9A-F]{2})", re.IGNORECASE)
# The same where an address may have any letter (RFC 6533, section 3).
ANY_LETTER = re.compile(r"\\x\{([0-9A-F]{2,5})\}", re.IGNORECASE)
STATUSES = ("message/delivery-status", "message/global-delivery-status")
# Whom a report asks to write to, and who wrote it.
ROLES = ("postmaster", "mailer-daemon", "abuse", "support", "helpdesk", "hostmaster", "webmaster")
DAEMON = re.compile(
    r"daemon|postmaster|mail ?(delivery|system)|microsoftexchange|no-?reply|bounce", re.I
)
AWAY = re.compile(
    r"(autosvar|automatiskt svar|frånvaro|auto(matic)? ?-?reply|out of (the )?office)", re.I
)
REPLIES = ("X-Autoreply", "X-Autorespond", "X-Auto-Response-Suppress")


@dataclass(frozen=True)
class DeliveryReport:
    """What one report says of one recipient.

    `originals` may hold our mail's Message-ID; `names` are what else the recipient may be called.
    """

    key: str
    recipient: str
    kind: str
    status: str
    words: str
    originals: tuple[str, ...]
    names: tuple[str, ...] = ()


def read(content: bytes, *, forwarded: bool = False) -> list[DeliveryReport]:
    """What a mail reports; nothing for any other mail.

    `forwarded`: the report may stand inside a mail that a person wrote.
    """
    message = message_from_bytes(content)
    may_be_inside = forwarded and not _is_automatic_reply(message)
    if not (may_be_inside or is_by_a_machine(message)):
        return []
    delayed, failed = _failures(message)
    fields = {address: block for block in _blocks(message) for address in _recipients(block)}
    originals = tuple(dict.fromkeys(_originals(message)))
    key = _key(message, content)
    found = []
    for address in sorted(delayed | failed):
        about = fields.get(address)
        status, words = _cause(about, message, address)
        kind = kind_of(status, words, failed=address in failed)
        names = tuple(dict.fromkeys(_names(about, address)))
        found.append(DeliveryReport(f"{key} {names[0]}", names[0], kind, status, words, originals,
                                    names[1:]))  # fmt: skip
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
    sender = parseaddr(_head(message, "From"))[1]
    is_servers = sender.split("@")[0] in ("mailer-daemon", "postmaster")
    if is_servers or "X-Failed-Recipients" in message:
        return True
    # A person's mailbox answers without a return path too.
    is_daemon = DAEMON.search(_head(message, "From")) is not None
    has_no_return = _head(message, "Return-Path").strip() == "<>"
    return has_no_return and is_daemon and not _is_automatic_reply(message)


def _head(message: Message, name: str) -> str:
    return str(message.get(name, "")).lower()


def _is_automatic_reply(message: Message) -> bool:
    return (
        _is_away(message)
        or _head(message, "Auto-Submitted").startswith("auto-replied")
        or any(name in message for name in REPLIES)
        or _head(message, "Precedence") == "auto_reply"
    )


def _has_no_author(message: Message) -> bool:
    """Whether nobody wrote a mail; a postmaster is a person too."""
    return (
        parseaddr(_head(message, "From"))[1].startswith("mailer-daemon@")
        or _head(message, "Return-Path").strip() == "<>"
        or _head(message, "Auto-Submitted") not in ("", "no")
    )


def _is_away(message: Message) -> bool:
    return AWAY.match(_decoded(message, "Subject").strip()) is not None


def _failures(message: Message) -> tuple[set[str], set[str]]:
    """The addresses that a mail is late to, and those that it never came to."""
    stated = [(str(block.get("Action", "")).strip().lower(), address)
              for block in _blocks(message) for address in _recipients(block)[:1]]  # fmt: skip
    delayed = {address for action, address in stated if action.startswith("delayed")}
    failed = {address for action, address in stated if action.startswith(("fail", "error"))}
    if not (delayed or failed):
        delayed, failed = _detected(message)
        text = refusals.above_the_copy(_plain(message))
        if refusals.is_still_tried(text) and not refusals.is_refusal(text):
            delayed, failed = delayed | failed, set()
    if not (stated or delayed or failed):
        delayed, failed = _in_text(message)
    return delayed - failed, failed


def _detected(message: Message) -> tuple[set[str], set[str]]:
    from flufl.bounce import all_failures

    try:
        found = all_failures(message)
    except Exception:
        # Mails are strangers' work, and one that no detector bears must not stop the others.
        return set(), set()
    delayed, failed = ({a.decode("ascii").lower() for a in each} for each in found)
    return delayed, failed


def _in_text(message: Message) -> tuple[set[str], set[str]]:
    """Whom a report in words alone is about: the one address beside what was wrong with it."""
    text = refusals.above_the_copy(_plain(message))
    is_another = (message.get_content_type() == "multipart/report" or _is_away(message)
                  or not _has_no_author(message))  # fmt: skip
    if is_another or not refusals.is_refusal(text):
        return set(), set()
    heads = (str(message.get(name, "")) for name in ("From", "To", "Reply-To", "Return-Path"))
    ours = {address.lower() for head in heads for address in WRITTEN.findall(head)}
    named = {found.strip(".").lower() for found in WRITTEN.findall(text)} - ours
    named = {each for each in named if is_address(each) and each.split("@")[0] not in ROLES}
    if len(named) != 1:
        return set(), set()
    return (named, set()) if refusals.is_still_tried(text) else (set(), named)


def _blocks(message: Message) -> Iterator[Message]:
    """What a machine-readable report (RFC 3464, RFC 6533) says of each recipient."""
    for part in message.walk():
        if part.get_content_type() not in STATUSES or not part.is_multipart():
            continue
        blocks = [each for each in part.get_payload() if isinstance(each, Message)]
        if part.get_content_type() != STATUSES[0]:
            # Python takes it for a mail, whose head is what is said of the report as a whole.
            whole = Message()
            whole.set_payload(blocks[0].as_bytes().decode("utf-8", "surrogateescape"))
            whole["Content-Transfer-Encoding"] = str(part.get("Content-Transfer-Encoding", "8bit"))
            content = whole.get_payload(decode=True)
            texts = re.split(rb"\r?\n\s*\r?\n", content if isinstance(content, bytes) else b"")
            blocks = [message_from_bytes(text.strip()) for text in texts]
        yield from blocks


def _recipients(block: Message) -> list[str]:
    """The recipient before anybody passed the mail on, and the last one, where they are stated."""
    named = (_address_in(block, name) for name in ("Original-Recipient", "Final-Recipient"))
    return [address for address in named if address]


def _address_in(block: Message, name: str) -> str:
    written = _decoded(block, name).rpartition(";")[2].strip(" <>\t\r\n")
    return ANY_LETTER.sub(_letter, written).lower()


def _names(block: Message | None, address: str) -> Iterator[str]:
    """What the recipient is called: before anybody passed the mail on, and without xtext.

    A server may write a plus as it is, so both are kept (RFC 3461, section 4); and the domain is
    in its ASCII form, as we sent it, where the register has it with å, ä and ö.
    """
    for written in (_address_in(block, "Original-Recipient") if block else "", address):
        for name in (XTEXT.sub(_letter, written), written):
            yield from (readable_address(name), name) if is_address(name) else ()
    yield address


def _letter(code: re.Match[str]) -> str:
    return chr(int(code[1], 16))


def _cause(fields: Message | None, message: Message, address: str) -> tuple[str, str]:
    """The status and the receiving server's own words, whose own status goes before ours."""
    if fields is None:
        words = telling_line(_plain(message), address)
        return status_in(words), words
    # One maker of mail gateways has a field of its own.
    words = _decoded(fields, "Diagnostic-Code") or _decoded(fields, "X-Supplementary-Info")
    words = one_line(words.partition(";")[2] or words) or telling_line(_plain(message), address)
    own, stated = status_in(words), status_in(str(fields.get("Status", "")))
    return (own if own not in VAGUE else stated) or own, words


def _decoded(block: Message, name: str) -> str:
    """A field in the letters that its server wrote, which ought to be ASCII and are not always."""
    found = next((text for key, text in block.raw_items() if key.lower() == name.lower()), "")
    text = _letters(str(found).encode("utf-8", "surrogateescape"))
    try:
        return str(make_header(decode_header(text)))
    except (ValueError, LookupError):
        return text


def _plain(message: Message) -> str:
    """What a report says to people, from its web page where it has no plain text."""
    texts = {part.get_content_type(): part for part in reversed([*message.walk()])}
    if "text/plain" in texts:
        return _text_of(texts["text/plain"])
    page = re.sub(r"(?i)<(?:br|/p|/div|/tr|/li)[^>]*>", "\n", _text_of(texts.get("text/html")))
    return html.unescape(re.sub(r"<[^>]*>", " ", page))


def _text_of(part: Message | None) -> str:
    content = part.get_payload(decode=True) if part else b""
    return _letters(content.replace(b"\r\n", b"\n")) if isinstance(content, bytes) else ""


def _letters(raw: bytes) -> str:
    """What ought to be UTF-8, and is Windows' own letters where it is not."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def _originals(message: Message) -> Iterator[str]:
    """Message-IDs that the report may be about, the surest first."""
    for part in message.walk():
        if part.get_content_type() == "message/rfc822" and part.is_multipart():
            yield from _ids(part.get_payload(0))
        elif part.get_content_type() == "text/rfc822-headers":
            content = part.get_payload(decode=True)
            yield from _ids(message_from_bytes(content) if isinstance(content, bytes) else None)
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

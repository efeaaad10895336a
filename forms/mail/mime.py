"""Messages as bytes, made without the email package's objects: four hundred of them take long.

Both texts are quoted-printable, which every server passes on unchanged.
"""

from __future__ import annotations

import binascii
from email.header import Header
from email.utils import format_datetime, formataddr
from functools import lru_cache

from survey_data import clock
from survey_data.typed_text import ascii_address

# "=" is always written =3D in the texts, so this can stand in none of them.
BOUNDARY = "=_asf_part"
TEXT = (
    'Content-Type: text/{}; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n'
)
FORBIDDEN = frozenset("\r\n\0\t <>,;")


def as_bytes(
    *,
    subject: str,
    sender: tuple[str, str],
    to: str,
    message_id: str,
    text: str,
    html: str = "",
    decline: str = "",
    follows: str = "",
) -> bytes:
    """One whole message; raises ValueError for an address that no header can hold.

    `decline` is where the recipient says no to such mails, when they may. `follows` is the
    Message-ID of the mail that this one belongs under.
    """
    to, sender = ascii_address(to), (sender[0], ascii_address(sender[1]))
    check_address(to)
    head = (
        f"Subject: {_header(subject)}\r\nFrom: {formatted(*sender)}\r\nTo: {to}\r\n"
        f"Reply-To: {sender[1]}\r\nDate: {format_datetime(clock.machine.read())}\r\n"
        f"Message-ID: {message_id}\r\n"
        # So that no holiday reply comes back to a list of thirty.
        "Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n"
        + (f"List-Unsubscribe: <{decline}>\r\n" if decline else "")
        + (f"In-Reply-To: {follows}\r\nReferences: {follows}\r\n" if follows else "")
    ).encode()
    return head + (_both(text, html) if html else _part("plain", text))


def check_address(address: str) -> None:
    """Raise ValueError for an address that would break its header, or holds none."""
    if "@" not in address or not FORBIDDEN.isdisjoint(address):
        raise ValueError(address)


@lru_cache(maxsize=64)
def formatted(name: str, address: str) -> str:
    """A name and its address as a header says them."""
    check_address(address)
    return formataddr((" ".join(name.split()), address))


@lru_cache(maxsize=256)
def _header(text: str) -> str:
    one_line = " ".join(text.split())
    if one_line.isascii() and len(one_line) < 900:
        return one_line
    return Header(one_line, "utf-8", header_name="Subject").encode(linesep="\r\n")


def _part(kind: str, text: str) -> bytes:
    lines = text.replace("\r\n", "\n").replace("\n", "\r\n").encode()
    return TEXT.format(kind).encode() + binascii.b2a_qp(lines, istext=True)


def _both(text: str, html: str) -> bytes:
    between = f"\r\n--{BOUNDARY}\r\n".encode()
    return b"".join(
        (
            f'Content-Type: multipart/alternative; boundary="{BOUNDARY}"\r\n'.encode(),
            between,
            _part("plain", text),
            between,
            _part("html", html),
            f"\r\n--{BOUNDARY}--\r\n".encode(),
        )
    )

"""E-mail addresses as people write them, and as a mail server takes them."""

from __future__ import annotations

import re

import idna

from survey_data.visible_text import visible

LONGEST = 200
# What a browser's own e-mail field takes, so that one address is one and every server takes it.
EMAIL = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@(?:localhost|(?:[A-Za-z0-9-]+\.)+[A-Za-z0-9-]{2,})"
)
WITH_NAME = re.compile(r"[^<>@]*<\s*([^<>]*?)\s*>")
AROUND = " \t\n.,;:'\"()[]<>«»”“’‘"


def tidy_address(text: str) -> str:
    """An address without what stands about it: `mailto:`, a name before <…>, unseen characters."""
    seen = visible(text).strip()
    found = WITH_NAME.fullmatch(seen.rstrip(",;. "))
    inner = (found[1] if found else seen).strip()
    return re.sub(r"(?i)^mailto:\s*", "", inner).partition("?subject=")[0].strip(AROUND)


def is_address(text: str) -> bool:
    """Whether one whole address is written, also with å, ä or ö in its domain."""
    try:
        return len(text) <= LONGEST and bool(EMAIL.fullmatch(ascii_address(text)))
    except ValueError:
        return False


def ascii_address(address: str) -> str:
    """The address as it is sent, its domain in ASCII form; raises ValueError for no domain name."""
    if address.isascii():
        return address
    local, _at, domain = address.rpartition("@")
    return f"{local}@{idna.encode(domain, uts46=True).decode()}"

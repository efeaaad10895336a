"""Text as people type it, taken as a reader sees it: plain texts and e-mail addresses.

A text copied from a web page, a PDF or a mail brings soft hyphens, zero-width spaces and marks of
direction with it. Two names that look the same must be the same, and a number stays a number. An
address is taken out of what stands about it, and is one that a mail server takes.
"""

import re
import unicodedata

import idna

# Drawn as a hyphen by every typeface. Dashes and the minus sign are other signs and stay.
HYPHENS = dict.fromkeys(map(ord, "\u2010\u2011\u2043\u02d7\ufe58\ufe63\uff0d"), "-")
# Unseen although Unicode counts them as letters, marks or symbols.
UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2065\u2800\u3164\ufe00-\ufe0f\uffa0"
    "\U000e0000-\U000e0fff]"
)
BREAKS = re.compile("\r\n?|[\v\f\x1c-\x1e\x85\u2028\u2029]")
# XML has none of these: what holds one is no workbook, no Word file and no slides.
NO_XML_HAS = re.compile("[\x00-\x08\v\f\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
KEPT = "\t\n"
LONGEST_ADDRESS = 200
# What a browser's own e-mail field takes, so that one address is one and every server takes it.
EMAIL = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@(?:localhost|(?:[A-Za-z0-9-]+\.)+[A-Za-z0-9-]{2,})"
)
WITH_NAME = re.compile(r"[^<>@]*<\s*([^<>]*?)\s*>")
# An address among other words, what may stand about it left out.
APART = r"\s<>()\[\]:;,\"'"
WRITTEN = re.compile(rf"(?<![^{APART}])[^{APART}]+@[^{APART}?]+")
AROUND = " \t\n.,;:'\"()[]<>«»”“’‘"


def for_any_file(text: str) -> str:
    """A text that every file can hold: odd breaks of lines as ordinary ones, the rest left out."""
    return NO_XML_HAS.sub("", re.sub("[\v\f\x1c-\x1e]", "\n", text))


def visible(text: str) -> str:
    """A text without unseen characters, letters composed (NFC), odd spaces as ordinary ones."""
    if text.isascii() and text.isprintable():
        return text
    whole = unicodedata.normalize("NFC", UNSEEN.sub("", for_any_file(BREAKS.sub("\n", text))))
    seen = "".join(_seen(letter) for letter in whole.translate(HYPHENS))
    # What stood on either side of something unseen may be one letter now.
    return unicodedata.normalize("NFC", seen)


def _seen(letter: str) -> str:
    kind = unicodedata.category(letter)
    if kind == "Zs":
        return " "
    return "" if kind in ("Cf", "Cc") and letter not in KEPT else letter


def tidy_address(text: str) -> str:
    """An address without what stands about it: `mailto:`, a name before <…>, unseen characters."""
    seen = visible(text).strip()
    found = WITH_NAME.fullmatch(seen.rstrip(",;. "))
    inner = (found[1] if found else seen).strip()
    if re.match(r"(?i)mailto:", inner):
        inner = inner[7:].partition("?")[0]
    # A name that is the address itself, and a link to it: "a@example.org <a@example.org>".
    said = {each.casefold(): each for each in WRITTEN.findall(inner)}
    is_one = len(said) == 1 and re.search(r"(?i)<|mailto:|\(", inner)
    return (next(iter(said.values())) if is_one else inner).strip(AROUND)


def is_address(text: str) -> bool:
    """Whether one whole address is written, also with å, ä or ö in its domain."""
    try:
        return len(text) <= LONGEST_ADDRESS and bool(EMAIL.fullmatch(ascii_address(text)))
    except ValueError:
        return False


def ascii_address(address: str) -> str:
    """The address as it is sent, its domain in ASCII form; raises ValueError for no domain name."""
    if address.isascii():
        return address
    local, _at, domain = address.rpartition("@")
    return f"{local}@{idna.encode(domain, uts46=True).decode()}"


def readable_address(address: str) -> str:
    """The address with its domain in the letters that it was written in, not in its ASCII form."""
    local, _at, domain = address.rpartition("@")
    try:
        return f"{local}@{idna.decode(domain)}" if "xn--" in domain else address
    except idna.IDNAError:
        return address

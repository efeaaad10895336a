"""Text as a reader sees it: characters that cannot be seen are taken out, every hyphen is one.

A text copied from a web page, a PDF or a mail brings soft hyphens, zero-width spaces and marks of
direction with it. Two names that look the same must be the same, and a number stays a number.
"""

from __future__ import annotations

import re
import unicodedata

# Drawn as a hyphen by every typeface. Dashes and the minus sign are other signs and stay.
HYPHENS = dict.fromkeys(map(ord, "\u2010\u2011\ufe58\ufe63\uff0d"), "-")
# Unseen although Unicode counts them as letters, marks or symbols.
UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2065\u2800\u3164\ufe00-\ufe0f\uffa0"
    "\U000e0000-\U000e0fff]"
)
BREAKS = re.compile("\r\n?|[\v\f\x1c-\x1e\x85\u2028\u2029]")
KEPT = "\t\n"


def visible(text: str) -> str:
    """A text without unseen characters, letters composed (NFC), odd spaces as ordinary ones."""
    if text.isascii() and text.isprintable():
        return text
    whole = unicodedata.normalize("NFC", UNSEEN.sub("", BREAKS.sub("\n", text)))
    seen = "".join(_seen(letter) for letter in whole.translate(HYPHENS))
    # What stood on either side of something unseen may be one letter now.
    return unicodedata.normalize("NFC", seen)


def _seen(letter: str) -> str:
    kind = unicodedata.category(letter)
    if kind == "Zs":
        return " "
    return "" if kind in ("Cf", "Cc") and letter not in KEPT else letter

"""Personal identity numbers in free text: found, so that they are never stored."""

from __future__ import annotations

import re

from stdnum.luhn import is_valid as luhn_is_valid

from survey_data.visible_text import visible

# A telephone may write a dash for the hyphen, and people put spaces about it.
BETWEEN = r"\s?[-+\u2010-\u2015\u2212]?\s?"
PERSONAL_NUMBER = re.compile(rf"(?<!\d)(?:19|20)?(\d{{6}}){BETWEEN}(\d{{4}})(?!\d)")


def has_personal_number(text: str) -> bool:
    """Whether a Swedish personal identity number (right date, right check digit) is in it."""
    return any(
        _is_birthday(found[1]) and luhn_is_valid(found[1] + found[2])
        for found in PERSONAL_NUMBER.finditer(visible(text))
    )


def _is_birthday(digits: str) -> bool:
    # A co-ordination number has 60 added to its day.
    month, day = int(digits[2:4]), int(digits[4:6]) % 60
    return 1 <= month <= 12 and 1 <= day <= 31


def begins_with_birthday(text: str) -> bool:
    """Whether a text may be the beginning of a personal number; no organisation number is."""
    digits = re.sub(r"[-+\s\u2010-\u2015\u2212]", "", visible(text))
    return bool(re.match(r"(?:19|20)?\d\d(?:0\d|1[0-2])[0-9]\d", digits))

"""Personal identity numbers, found so that they are never stored, and organisation numbers."""

from __future__ import annotations

import re

from stdnum.exceptions import ValidationError
from stdnum.luhn import is_valid as luhn_is_valid
from stdnum.se import orgnr

from survey_data.errors import InvalidOrgNumber, PersonalIdentityNumber
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


def check_org_number(text: str) -> str:
    """The organisation number as NNNNNN-NNNN.

    Raises PersonalIdentityNumber where the third digit is 0 or 1, or a century
    stands first (a sole trader's number is a person's), InvalidOrgNumber for
    anything else that is not ten digits with a right check digit.
    """
    digits = re.sub(r"[\s\-–—−+]", "", visible(text))
    if re.fullmatch(r"(18|19|20)[0-9]{10}", digits):
        raise PersonalIdentityNumber
    # 16 is the century that the tax agency writes before an organisation's number.
    digits = digits[2:] if len(digits) == 12 and digits.startswith("16") else digits
    if not re.fullmatch(r"[0-9]{10}", digits):
        raise InvalidOrgNumber
    if digits[2] in "01":
        raise PersonalIdentityNumber
    try:
        compact = orgnr.validate(digits)
    except ValidationError as fault:
        raise InvalidOrgNumber from fault
    if compact[0] in "01":
        raise InvalidOrgNumber
    return f"{compact[:6]}-{compact[6:]}"

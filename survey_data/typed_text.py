"""Text as people type it, taken as a reader sees it: plain texts, addresses and numbers.

A text copied from a web page, a PDF or a mail brings soft hyphens, zero-width spaces and marks of
direction with it. Two names that look the same must be the same, and a number stays a number. An
address is taken out of what stands about it, and is one that a mail server takes. A personal
identity number is found so that it is never stored, an organisation number so that it is.
"""

import re
import unicodedata

import idna
from stdnum.exceptions import ValidationError
from stdnum.luhn import is_valid as luhn_is_valid
from stdnum.se import orgnr

from survey_data.errors import InvalidOrgNumber, PersonalIdentityNumber

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


# A telephone may write a dash for the hyphen, and people put spaces, dots or slashes about it.
DASHES = r"\-+\u2010-\u2015\u2212"
WITHIN, BEFORE_LAST = rf"[\s._/{DASHES}]{{0,2}}", rf"[\s._/:()\[\]·•'*\\{DASHES}]{{0,5}}"
# Looked for at every place, as one that is none may begin in the middle of one that is.
PERSONAL_NUMBER = re.compile(
    r"(?<!\d)(?=(18|19|20|)\s?"
    rf"(\d\d)({WITHIN})(\d\d){WITHIN}(\d\d)({BEFORE_LAST})(\d\d)([ {DASHES}]?)(\d\d)(?!\d))"
)
# Begins with 0 or +, and is not written as a personal number is.
TELEPHONE = re.compile(rf"(?<!\d)(?!\d{{6}}[{DASHES}]\d{{4}}(?!\d))[+0][\d\s/()\-\u2010-\u2015]+")


def has_personal_number(text: str) -> bool:
    """Whether a Swedish personal identity number (right date, right check digit) is in it."""
    return any(_is_one(found) for found in PERSONAL_NUMBER.finditer(_western_digits(text)))


def is_in_contact(text: str) -> bool:
    """The same of what may be a telephone number, which has as many digits."""
    return has_personal_number(TELEPHONE.sub("", _western_digits(text)))


def _western_digits(text: str) -> str:
    """A text with full-width and other digits of Unicode as 0 to 9."""
    seen = visible(text)
    if seen.isascii():
        return seen
    return "".join(str(unicodedata.digit(c)) if c.isdigit() else c for c in seen)


def _is_one(found: re.Match[str]) -> bool:
    century, year, between, month, day, before_last, last, amid, ending = found.groups()
    # 2026-10-01 1200 is a day and a number of something; who works was born before 2010.
    may_be_lately = century in ("", "20") and 10 <= int(year) < 50
    is_date_alone = between.strip() and not before_last.strip(" \t\n:()[]") and may_be_lately
    # 0701-23 45 69 is a telephone number.
    is_telephone = amid and not century and year[0] == "0"
    birthday, last = year + month + day, last + ending
    is_other = is_date_alone or is_telephone
    return not is_other and _is_birthday(birthday) and luhn_is_valid(birthday + last)


def _is_birthday(digits: str) -> bool:
    # A co-ordination number has 60 added to its day.
    month, day = int(digits[2:4]), int(digits[4:6]) % 60
    return 1 <= month <= 12 and 1 <= day <= 31


def begins_with_birthday(text: str) -> bool:
    """Whether a text may be the beginning of a personal number; no organisation number is."""
    digits = re.sub(r"[-+\s\u2010-\u2015\u2212]", "", visible(text))
    return bool(re.match(r"(?:19|20)?\d\d(?:0\d|1[0-2])[0-9]\d", digits))


def _plain_org_number(text: str) -> str:
    """The digits of an organisation number, and whatever else stands there that is not about it."""
    seen = re.sub(rf"[\s{DASHES}\u2043\u02d7']", "", visible(text))
    bare = re.sub(r"(?i)^org(?:\.|anisations)?n(?:umme)?r[.:]*", "", seen)
    whole = re.sub(r"^([0-9]{10})[.,]0+$|^([0-9]{6})[./]([0-9]{4})$", r"\1\2\3", bare)
    # A VAT number is the organisation number between SE and 01.
    return re.sub(r"(?i)^SE(\d{10})01$", r"\1", whole)


def check_org_number(text: str) -> str:
    """The organisation number as NNNNNN-NNNN.

    Raises PersonalIdentityNumber where the third digit is 0 or 1, or a century
    stands first (a sole trader's number is a person's), InvalidOrgNumber for
    anything else that is not ten digits with a right check digit. What people and spreadsheets
    put about the digits is passed over: "Org.nr 402000–0016", "SE402000001601", "4020000016.0".
    """
    digits = _plain_org_number(text)
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

"""How each kind of question is stored, read from a form and shown: one table, no if chains."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from flask_babel import format_date
from stdnum.luhn import is_valid as luhn_is_valid

from survey_data.errors import InvalidOrgNumber, PersonalIdentityNumber
from survey_data.register import check_org_number

if TYPE_CHECKING:
    from forms.question import Question

Value = int | str | bool | list[str] | None

# Ordinary, no-break, narrow no-break and thin spaces all group thousands somewhere.
SPACES = re.compile(r"[\s\u00a0\u202f\u2009]+")
WHOLE = re.compile(r"[-\u2212]?(\d+|\d{1,3}( \d{3})+)")
DECIMAL = re.compile(r"[-\u2212]?[\d ]*[.,]\d+")
PERSONAL_NUMBER = re.compile(r"(?<!\d)(?:19|20)?(\d{6})[-+ ]?(\d{4})(?!\d)")
SLOPPY_DATE = re.compile(r"(\d{4})[-/. ]?(\d{1,2})[-/. ]?(\d{1,2})")


class Unreadable(ValueError):
    """What was typed cannot be read as an answer; `check` says why, for forms.messages."""

    def __init__(self, check: str) -> None:
        super().__init__(check)
        self.check = check


def read_whole_number(text: str) -> int | None:
    """A whole number as people write it ("1 200"), None when blank; raises Unreadable."""
    cleaned = SPACES.sub(" ", text).strip()
    if not cleaned:
        return None
    if DECIMAL.fullmatch(cleaned):
        raise Unreadable("not_whole")
    if not WHOLE.fullmatch(cleaned) or len(cleaned) > 20:
        raise Unreadable("not_a_number")
    return int(cleaned.replace(" ", "").replace("\u2212", "-"))


def has_personal_number(text: str) -> bool:
    """Whether a Swedish personal identity number (right date, right check digit) is in it."""
    return any(
        _is_birthday(found[1]) and luhn_is_valid(found[1] + found[2])
        for found in PERSONAL_NUMBER.finditer(text)
    )


def _is_birthday(digits: str) -> bool:
    # A co-ordination number has 60 added to its day.
    month, day = int(digits[2:4]), int(digits[4:6]) % 60
    return 1 <= month <= 12 and 1 <= day <= 31


def _text(_: Question, texts: Sequence[str]) -> Value:
    text = SPACES.sub(" ", "".join(texts)).strip()
    if has_personal_number(text):
        raise Unreadable("personal_number")
    return text or None


def _long_text(_: Question, texts: Sequence[str]) -> Value:
    text = "".join(texts).replace("\r\n", "\n").strip()
    if has_personal_number(text):
        raise Unreadable("personal_number")
    return text or None


def _contact(_: Question, texts: Sequence[str]) -> Value:
    # A telephone number has as many digits as a personal number, so none is looked for here.
    return SPACES.sub(" ", "".join(texts)).strip() or None


def _number(_: Question, texts: Sequence[str]) -> Value:
    return read_whole_number("".join(texts))


def _org_number(_: Question, texts: Sequence[str]) -> Value:
    text = "".join(texts).strip()
    if not text:
        return None
    try:
        return check_org_number(text)
    except PersonalIdentityNumber:
        raise Unreadable("personal_number") from None
    except InvalidOrgNumber:
        raise Unreadable("org_number") from None


def _date(_: Question, texts: Sequence[str]) -> Value:
    text = "".join(texts).strip()
    found = SLOPPY_DATE.fullmatch(text)
    if not text:
        return None
    try:
        return date(*(int(part) for part in found.groups())).isoformat() if found else _no_date()
    except ValueError:
        return _no_date()


def _no_date() -> str:
    raise Unreadable("not_a_date")


def _choice(question: Question, texts: Sequence[str]) -> Value:
    text = "".join(texts)
    if text and text not in {choice.code for choice in question.choices}:
        raise Unreadable("not_a_choice")
    return text or None


def _several(question: Question, texts: Sequence[str]) -> Value:
    chosen = [choice.code for choice in question.choices if choice.code in texts]
    return chosen or None


def _yes_no(_: Question, texts: Sequence[str]) -> Value:
    return {"yes": True, "no": False}.get("".join(texts))


def _computed(_: Question, __: Sequence[str]) -> Value:
    return None


def _plain(_: Question, value: Any, __: str) -> str:
    return str(value)


def _in_words(question: Question, value: Any, language: str) -> str:
    codes = value if isinstance(value, list) else [value]
    return ", ".join(
        (c.label_en if language == "en" else c.label_sv)
        for c in question.choices
        if c.code in codes
    )


def _yes_or_no(_: Question, value: Any, language: str) -> str:
    return {"en": ("No", "Yes")}.get(language, ("Nej", "Ja"))[bool(value)]


def _day(_: Question, value: Any, __: str) -> str:
    return str(format_date(date.fromisoformat(value), "long"))


def _once(value: Any) -> list[str]:
    return [] if value is None else [str(value)]


def _each(value: Any) -> list[str]:
    return list(value or [])


def _ticked(value: Any) -> list[str]:
    return [] if value is None else ["yes" if value else "no"]


@dataclass(frozen=True)
class QuestionType:
    """The handlers of one kind: `read` form texts, `write` them back, `show` in words."""

    macro: str
    read: Callable[[Question, Sequence[str]], Value]
    show: Callable[[Question, Any, str], str] = _plain
    write: Callable[[Any], list[str]] = field(default=_once)
    sql_type: str = "TEXT"
    value_type: str = "plain"


TYPES = {
    "whole_number": QuestionType("number_row", _number, sql_type="INTEGER"),
    "year": QuestionType("short_field", _number, sql_type="INTEGER"),
    "computed": QuestionType("computed_row", _computed, sql_type="INTEGER"),
    "text": QuestionType("text_field", _text),
    "contact": QuestionType("text_field", _contact),
    "long_text": QuestionType("long_field", _long_text),
    "org_number": QuestionType("short_field", _org_number),
    "date": QuestionType("date_field", _date, show=_day),
    "choice": QuestionType("choice_field", _choice, show=_in_words),
    "municipality": QuestionType("select_field", _choice, show=_in_words),
    "several": QuestionType(
        "several_field", _several, show=_in_words, write=_each, value_type="list"
    ),
    "yes_no": QuestionType(
        "yes_no_field", _yes_no, _yes_or_no, _ticked, "INTEGER", "boolean"
    ),
}

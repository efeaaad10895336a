"""How what stands in a form field is read as an answer: one reader for each kind."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import NoReturn

from forms.questionnaire.question import Question
from forms.questionnaire.types import Value
from survey_data.errors import InvalidOrgNumber, PersonalIdentityNumber
from survey_data.personal_numbers import has_personal_number
from survey_data.register.enterprises import check_org_number
from survey_data.visible_text import visible

Reader = Callable[[Question, Sequence[str]], Value]

# Ordinary, no-break, narrow no-break and thin spaces all group thousands somewhere.
SPACES = re.compile(r"[\s\u00a0\u202f\u2009]+")
WHOLE = re.compile(r"[-\u2212\u2013]?(\d+|\d{1,3}( \d{3})+)")
DECIMAL = re.compile(r"[-\u2212\u2013]?[\d ]*[.,]\d+")
SLOPPY_DATE = re.compile(r"(\d{4})[-/. ]?(\d{1,2})[-/. ]?(\d{1,2})")


class Unreadable(ValueError):
    """What was typed cannot be read as an answer; `check` says why, for forms.checks.messages."""

    def __init__(self, check: str) -> None:
        super().__init__(check)
        self.check = check


def read_whole_number(text: str) -> int | None:
    """A whole number as people write it ("1 200"), None when blank; raises Unreadable."""
    cleaned = SPACES.sub(" ", visible(text)).strip()
    if not cleaned:
        return None
    if DECIMAL.fullmatch(cleaned):
        raise Unreadable("not_whole")
    if not WHOLE.fullmatch(cleaned) or len(cleaned) > 20:
        raise Unreadable("not_a_number")
    return int(cleaned.replace(" ", "").replace("\u2212", "-").replace("\u2013", "-"))


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
        year, month, day = (int(part) for part in found.groups()) if found else _no_date()
        return date(year, month, day).isoformat()
    except ValueError:
        _no_date()


def _no_date() -> NoReturn:
    raise Unreadable("not_a_date") from None


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


READERS: dict[str, Reader] = {
    "whole_number": _number,
    "year": _number,
    "computed": _computed,
    "text": _text,
    "contact": _contact,
    "long_text": _long_text,
    "org_number": _org_number,
    "date": _date,
    "choice": _choice,
    "municipality": _choice,
    "list_choice": _choice,
    "blank_reason": _choice,
    "several": _several,
    "yes_no": _yes_no,
}


def read(question: Question, texts: Sequence[str]) -> Value:
    """The answer that the texts of a field stand for; raises Unreadable."""
    # A comment may hold signs that are joined by unseen ones; everything else is one line.
    seen = texts if question.kind == "long_text" else [visible(text) for text in texts]
    return READERS[question.kind](question, seen)

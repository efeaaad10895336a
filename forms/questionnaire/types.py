"""How each kind of question is read, stored and shown: one table, no if chains."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from babel.dates import format_date

from survey_data.errors import InvalidOrgNumber, PersonalIdentityNumber
from survey_data.typed_text import check_org_number, has_personal_number, is_in_contact, visible

if TYPE_CHECKING:
    from forms.questionnaire.question import Question

Value = int | str | bool | list[str] | None

# Ordinary, no-break, narrow no-break and thin spaces all group thousands somewhere.
SPACES = re.compile(r"[\s\u00a0\u202f\u2009]+")
WHOLE = re.compile(r"[-\u2212\u2013]?(\d+|\d{1,3}( \d{3})+)")
DECIMAL = re.compile(r"[-\u2212\u2013]?[\d ]*[.,]\d+")
SLOPPY_DATE = re.compile(r"(\d{4})[-/. ]?(\d{1,2})[-/. ]?(\d{1,2})")


class Unreadable(ValueError):
    """What was typed cannot be read as an answer; `check` says why."""

    def __init__(self, check: str) -> None:
        super().__init__(check)
        self.check = check


def in_language(name: str) -> Callable[[Any, str], str]:
    """A method that gives its object's `name_en` for "en", else its `name_sv`."""
    sv, en = f"{name}_sv", f"{name}_en"

    def said(of: Any, language: str) -> str:
        return str(getattr(of, en if language == "en" else sv))

    return said


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


def _unless_personal(text: str, is_personal: Callable[[str], bool] = has_personal_number) -> Value:
    if is_personal(text):
        raise Unreadable("personal_number")
    return text or None


def _text(_: Question, texts: Sequence[str]) -> Value:
    return _unless_personal(SPACES.sub(" ", "".join(texts)).strip())


def _long_text(_: Question, texts: Sequence[str]) -> Value:
    return _unless_personal("".join(texts).replace("\r\n", "\n").strip())


def _contact(_: Question, texts: Sequence[str]) -> Value:
    return _unless_personal(SPACES.sub(" ", "".join(texts)).strip(), is_in_contact)


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
    if not text:
        return None
    if found := SLOPPY_DATE.fullmatch(text):
        with suppress(ValueError):
            return date(*map(int, found.groups())).isoformat()
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
    return ", ".join(c.label(language) for c in question.choices if c.code in codes)


def _yes_or_no(_: Question, value: Any, language: str) -> str:
    return {"en": ("No", "Yes")}.get(language, ("Nej", "Ja"))[bool(value)]


def _day(_: Question, value: Any, language: str) -> str:
    return str(format_date(date.fromisoformat(value), "d MMMM yyyy", locale=language))


def _once(value: Any) -> list[str]:
    return [] if value is None else [str(value)]


def _each(value: Any) -> list[str]:
    return list(value or [])


def _ticked(value: Any) -> list[str]:
    return [] if value is None else ["yes" if value else "no"]


@dataclass(frozen=True)
class QuestionType:
    """One kind: the macro that draws it, how it is read, shown, put back in a field, and stored.

    `said_*` is what the codebook calls it.
    """

    macro: str
    read: Callable[[Question, Sequence[str]], Value]
    show: Callable[[Question, Any, str], str] = _plain
    write: Callable[[Any], list[str]] = _once
    sql_type: str = "TEXT"
    value_type: str = "plain"
    said_sv: str = ""
    said_en: str = ""


# Kept as a table that can be read through, not one argument a line.
# fmt: off
TYPES = {
    "whole_number": QuestionType("number_row", _number, sql_type="INTEGER",
                                 said_sv="Heltal", said_en="Whole number"),
    "year": QuestionType("short_field", _number, sql_type="INTEGER",
                         said_sv="Årtal", said_en="Year"),
    "computed": QuestionType("computed_row", _computed, sql_type="INTEGER",
                             said_sv="Heltal, uträknat", said_en="Whole number, worked out"),
    "text": QuestionType("text_field", _text, said_sv="Text", said_en="Text"),
    "contact": QuestionType("text_field", _contact, said_sv="Text", said_en="Text"),
    "long_text": QuestionType("long_field", _long_text, said_sv="Text", said_en="Text"),
    "org_number": QuestionType("short_field", _org_number, said_sv="Text", said_en="Text"),
    "date": QuestionType("short_field", _date, _day, said_sv="Datum", said_en="Date"),
    "choice": QuestionType("choice_field", _choice, _in_words,
                           said_sv="Ett val", said_en="One choice"),
    "municipality": QuestionType("select_field", _choice, _in_words,
                                 said_sv="Ett val", said_en="One choice"),
    "list_choice": QuestionType("select_field", _choice, _in_words,
                                said_sv="Ett val", said_en="One choice"),
    "blank_reason": QuestionType("blank_reason", _choice, _in_words,
                                 said_sv="Ett val", said_en="One choice"),
    "several": QuestionType("several_field", _several, _in_words, _each, value_type="list",
                            said_sv="Flera val, som JSON-lista",
                            said_en="Several choices, as a JSON list"),
    "yes_no": QuestionType("yes_no_field", _yes_no, _yes_or_no, _ticked, "INTEGER", "boolean",
                           "Ja eller nej, 1 eller 0", "Yes or no, 1 or 0"),
}
# fmt: on


def read(question: Question, texts: Sequence[str]) -> Value:
    """The answer that the texts of a field stand for; raises Unreadable."""
    # A comment may hold signs that are joined by unseen ones; everything else is one line.
    seen = texts if question.kind == "long_text" else [visible(text) for text in texts]
    return question.type.read(question, seen)

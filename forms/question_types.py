"""How each kind of question is stored and shown: one table, no if chains."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from babel.dates import format_date

if TYPE_CHECKING:
    from forms.question import Question

Value = int | str | bool | list[str] | None


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
    """One kind: the macro that draws it, how it is shown, put back in a field, and stored."""

    macro: str
    show: Callable[[Question, Any, str], str] = _plain
    write: Callable[[Any], list[str]] = _once
    sql_type: str = "TEXT"
    value_type: str = "plain"


TYPES = {
    "whole_number": QuestionType("number_row", sql_type="INTEGER"),
    "year": QuestionType("short_field", sql_type="INTEGER"),
    "computed": QuestionType("computed_row", sql_type="INTEGER"),
    "text": QuestionType("text_field"),
    "contact": QuestionType("text_field"),
    "long_text": QuestionType("long_field"),
    "org_number": QuestionType("short_field"),
    "date": QuestionType("short_field", _day),
    "choice": QuestionType("choice_field", _in_words),
    "municipality": QuestionType("select_field", _in_words),
    "list_choice": QuestionType("select_field", _in_words),
    "blank_reason": QuestionType("blank_reason", _in_words),
    "several": QuestionType("several_field", _in_words, _each, value_type="list"),
    "yes_no": QuestionType("yes_no_field", _yes_or_no, _ticked, "INTEGER", "boolean"),
}

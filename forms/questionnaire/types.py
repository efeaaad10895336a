"""How each kind of question is stored and shown: one table, no if chains."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from babel.dates import format_date

if TYPE_CHECKING:
    from forms.questionnaire.question import Question

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
    """One kind: the macro that draws it, how it is shown, put back in a field, and stored.

    `said_*` is what the codebook calls it.
    """

    macro: str
    show: Callable[[Question, Any, str], str] = _plain
    write: Callable[[Any], list[str]] = _once
    sql_type: str = "TEXT"
    value_type: str = "plain"
    said_sv: str = ""
    said_en: str = ""


# Kept as a table that can be read through, not one argument a line.
# fmt: off
TYPES = {
    "whole_number": QuestionType("number_row", sql_type="INTEGER",
                                 said_sv="Heltal", said_en="Whole number"),
    "year": QuestionType("short_field", sql_type="INTEGER", said_sv="Årtal", said_en="Year"),
    "computed": QuestionType("computed_row", sql_type="INTEGER",
                             said_sv="Heltal, uträknat", said_en="Whole number, worked out"),
    "text": QuestionType("text_field", said_sv="Text", said_en="Text"),
    "contact": QuestionType("text_field", said_sv="Text", said_en="Text"),
    "long_text": QuestionType("long_field", said_sv="Text", said_en="Text"),
    "org_number": QuestionType("short_field", said_sv="Text", said_en="Text"),
    "date": QuestionType("short_field", _day, said_sv="Datum", said_en="Date"),
    "choice": QuestionType("choice_field", _in_words, said_sv="Ett val", said_en="One choice"),
    "municipality": QuestionType("select_field", _in_words,
                                 said_sv="Ett val", said_en="One choice"),
    "list_choice": QuestionType("select_field", _in_words,
                                said_sv="Ett val", said_en="One choice"),
    "blank_reason": QuestionType("blank_reason", _in_words,
                                 said_sv="Ett val", said_en="One choice"),
    "several": QuestionType("several_field", _in_words, _each, value_type="list",
                            said_sv="Flera val, som JSON-lista",
                            said_en="Several choices, as a JSON list"),
    "yes_no": QuestionType("yes_no_field", _yes_or_no, _ticked, "INTEGER", "boolean",
                           "Ja eller nej, 1 eller 0", "Yes or no, 1 or 0"),
}
# fmt: on

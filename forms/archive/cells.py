"""How a cell of an old file is read: as a form field, and as people once wrote in spreadsheets."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from flask_babel import gettext as _

from forms.archive.file_rows import person_words
from forms.checks import messages
from forms.questionnaire.question import Question
from forms.questionnaire.types import Unreadable, Value, read

# What people write where they have no answer; a nought is an answer.
NO_ANSWER = frozenset({
    "", "-", "–", "—", ".", "..", "...", "?", "vet ej", "vet inte", "okänt", "uppgift saknas",
    "saknas", "ej svar", "inget svar", "na", "n/a", "null", "none", "unknown", "not known",
    "don't know", "missing", "no answer",
})  # fmt: skip
# A spreadsheet's whole number with noughts for decimals; three could as well be thousands.
NO_DECIMALS = re.compile(r"([\d\s]+)[.,]0{1,2}")
YES = frozenset({"ja", "j", "yes", "y", "1", "x", "true", "sant"})
NO = frozenset({"nej", "n", "no", "0", "false", "falskt"})
MANY = re.compile(r"\s*[;|]\s*")


def is_blank(text: str) -> bool:
    """Whether a cell says that there is no answer."""
    return " ".join(text.casefold().split()).rstrip(".") in NO_ANSWER or text.strip(".") == ""


def read_cell(question: Question, text: str) -> Value:
    """The answer that a cell stands for, None where it says there is none; raises Unreadable."""
    if is_blank(text):
        return None
    if "\n" in text and question.kind != "long_text":
        # Two values, or a row that a quotation mark has swallowed.
        raise Unreadable("line_break")
    reader = READERS.get(question.kind)
    return reader(question, text) if reader else read(question, [text])


def _number(question: Question, text: str) -> Value:
    found = NO_DECIMALS.fullmatch(text.strip())
    value = read(question, [found[1] if found else text])
    # What nobody can have meant is no answer that a review could let stand.
    if isinstance(value, int) and question.kind != "computed":
        least = question.minimum if question.kind == "whole_number" else None
        if isinstance(least, int) and value < least:
            raise Unreadable("below")
        if isinstance(question.maximum, int) and value > question.maximum:
            raise Unreadable("above")
    return value


def _choice(question: Question, text: str) -> Value:
    return _code(question, text)


def _municipality(question: Question, text: str) -> Value:
    name = re.sub(r"(?i)\s+kommun$", "", text.strip())
    try:
        return _code(question, name)
    except Unreadable:
        # "Ovanåkers kommun" is the municipality of Ovanåker.
        return _code(question, name.removesuffix("s"))


def _code(question: Question, text: str) -> str:
    wanted = " ".join(text.casefold().split())
    for choice in question.choices:
        if wanted in (
            choice.code.casefold(),
            choice.label_sv.casefold(),
            choice.label_en.casefold(),
        ):
            return choice.code
    raise Unreadable("not_a_choice")


def _several(question: Question, text: str) -> Value:
    try:
        parts = json.loads(text) if text.startswith("[") else MANY.split(text)
    except ValueError:
        raise Unreadable("not_a_choice") from None
    codes = {_code(question, str(part)) for part in parts if str(part).strip()}
    return [choice.code for choice in question.choices if choice.code in codes] or None


def _yes_no(_question: Question, text: str) -> Value:
    said = text.strip().casefold()
    if said not in YES | NO:
        raise Unreadable("not_a_choice")
    return said in YES


READERS: dict[str, Callable[[Question, str], Value]] = {
    "whole_number": _number,
    "year": _number,
    "computed": _number,
    "choice": _choice,
    "municipality": _municipality,
    "list_choice": _choice,
    "blank_reason": _choice,
    "several": _several,
    "yes_no": _yes_no,
}


def unreadable_words(fault: Unreadable, question: Question, code: str) -> str:
    """What to do about a cell that cannot be read."""
    if fault.check == "personal_number":
        return person_words()
    if fault.check in ("below", "above"):
        bound = question.minimum if fault.check == "below" else question.maximum
        return messages.out_of_range(question.kind, fault.check, bound, code)
    if fault.check == "line_break":
        return str(_("Cellen har en radbrytning i sig. Skriv ett värde på en rad."))
    if fault.check == "not_a_choice":
        return str(_("Skriv svaret som det heter i formuläret, eller dess kod"))
    return messages.unreadable(fault.check, question, code)

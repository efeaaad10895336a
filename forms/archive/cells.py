"""How a cell of an old file is read: as a form field, and as people once wrote in spreadsheets."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from flask_babel import gettext as _

from forms.checks import messages
from forms.questionnaire.question import Question
from forms.questionnaire.types import Unreadable, Value, read
from forms.web.translations import language
from survey_data.errors import BadImport, BadLine
from survey_data.personal_numbers import has_personal_number
from survey_data.spreadsheet_rows import cells, clean

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


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong in a file: where, and what to do, in the reader's language."""

    line: int
    column: str
    words: str


@dataclass(frozen=True)
class Sheet:
    """A file's header and every line below it that says something, with its number."""

    header: tuple[str, ...]
    lines: tuple[tuple[int, tuple[str, ...]], ...]


def sheet(content: bytes) -> tuple[Sheet, list[Fault]]:
    """A file as cells, and the faults that keep it from being read at all.

    A cell that seems to hold a personal identity number is a fault and is emptied here, so that
    its text goes no further.
    """
    try:
        found = [(number, [clean(cell) for cell in line]) for number, line in cells(content)]
    except BadImport as fault:
        return Sheet((), ()), [Fault(f.line, f.column, bad_line(f)) for f in fault.faults]
    said = [(number, line) for number, line in found if any(line)]
    if len(said) < 2 or len([cell for cell in said[0][1] if cell]) < 2:
        return Sheet((), ()), [Fault(1, "", _("Filen behöver en rad med kolumnernas namn och minst"
                                              " en rad med svar."))]  # fmt: skip
    (top, header), *below = said
    faults = [*_persons(top, header, header)]
    lines = []
    for number, line in below:
        faults += _persons(number, line, header)
        lines.append((number, tuple(line[: len(header)])))
    return Sheet(tuple(header), tuple(lines)), faults


def bad_line(fault: BadLine) -> str:
    """What is wrong with a file, with a capital first letter."""
    text = fault.en if language() == "en" else fault.sv
    return text[:1].upper() + text[1:]


def _persons(number: int, line: list[str], header: list[str]) -> Iterable[Fault]:
    for place, cell in enumerate(line):
        if has_personal_number(cell):
            line[place] = ""
            name = header[place] if place < len(header) else ""
            yield Fault(number, name, person_words())


def person_words() -> str:
    """That a personal identity number is in the way, and is not kept."""
    return str(_("Det här ser ut som ett personnummer. Vi har inte sparat det."
                 " Ta bort det ur filen och läs in den igen."))  # fmt: skip


def is_blank(text: str) -> bool:
    """Whether a cell says that there is no answer."""
    return " ".join(text.casefold().split()).rstrip(".") in NO_ANSWER or text.strip(".") == ""


def read_cell(question: Question, text: str) -> Value:
    """The answer that a cell stands for, None where it says there is none; raises Unreadable."""
    if is_blank(text):
        return None
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
    if fault.check == "not_a_choice":
        return str(_("Skriv svaret som det heter i formuläret, eller dess kod"))
    return messages.unreadable(fault.check, question, code)

"""Which column of an old file is which question, and which answer a cell stands for.

Columns are proposed by name and decided by a person; cells are read as a form field, and as people
once wrote in spreadsheets.
"""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from flask_babel import gettext as _

from forms.archive import NO, YES, folded, is_blank, person_words
from forms.checks import messages
from forms.questionnaire.inventory import questionnaire
from forms.questionnaire.question import Question
from forms.questionnaire.questionnaire import Questionnaire
from forms.questionnaire.types import Unreadable, Value, read

YEAR = "year"
ORG_NUMBER, NAME, UNIT, MUNICIPALITY = (
    "org_number", "enterprise_name", "unit_name", "municipality_code",
)  # fmt: skip
# Of the columns that say who answers, none is an answer by itself.
IDENTITY = frozenset({ORG_NUMBER, NAME, UNIT, MUNICIPALITY})
# Who answered, and that they had checked it, is nothing that an archive is needed for.
LEFT_OUT = frozenset({"certify"})
# What the column of the year has been called; each question says what its own has been.
YEAR_NAMES = ("år", "year", "inventeringsår", "årtal")

A_YEAR = r"(?:19|20)\d\d"
MONTHS = (
    "januari/january", "februari/february", "mars/march", "april", "maj/may", "juni/june",
    "juli/july", "augusti/august", "september", "oktober/october", "november", "december",
)  # fmt: skip


def asked(year: int) -> Questionnaire:
    """Every question that a column can be, as it is asked in a year."""
    everything = questionnaire(year).questions
    return Questionnaire(tuple(q for q in everything if not q.private and q.name not in LEFT_OUT))


def propose(header: Sequence[str], year: int) -> list[str]:
    """For each column the question it seems to be, or ""; no question twice."""
    words = {word: name for name, word in reversed([*_words(asked(year))])}
    found: list[str] = []
    for column in header:
        name = words.get(plain(column)) or words.get(_without_year(plain(column))) or ""
        found.append("" if name in found else name)
    return found


def knows(year: int) -> Callable[[str], bool]:
    """Whether a heading is one that says what a column is."""
    words = {word for _name, word in _words(asked(year))}
    return lambda text: plain(text) in words or _without_year(plain(text)) in words


def _words(known: Questionnaire) -> Iterator[tuple[str, str]]:
    """Every (question, what it may be called), the surest first."""
    for question in known.questions:
        yield question.name, plain(question.name)
    yield from ((YEAR, plain(word)) for word in YEAR_NAMES)
    for question in known.questions:
        yield from ((question.name, plain(word)) for word in question.column_names)
    for question in known.questions:
        own = (question.label_sv, question.label_en, question.short_sv, question.short_en)
        yield from ((question.name, plain(word)) for word in own if word)


def plain(text: str) -> str:
    """A heading without capitals, marks and double spaces."""
    return " ".join(re.sub(r"[^\w\s]|_", " ", text.casefold()).split())


def _without_year(text: str) -> str:
    return " ".join(re.sub(r"\b(?:19|20)\d\d\b", "", text).split())


def subset(year: int, mapped: Sequence[str]) -> Questionnaire:
    """The round's own questionnaire: what the file has, and the totals that follow from it."""
    known, names = asked(year), set(mapped)
    totals = {q.part_of for q in known.questions if q.part_of and q.name in names}
    names |= {name for name in totals if not known[name].typed}
    names -= {q.name for q in known.questions if not q.typed and q.name not in totals}
    # Who it is has been settled another way, so no line lacks it.
    return Questionnaire(
        tuple(
            replace(q, required=q.required and q.name not in IDENTITY)
            for q in known.questions
            if q.name in names
        )
    )


# A spreadsheet's whole number with zeros for decimals; three could as well be thousands.
NO_DECIMALS = re.compile(r"([\d\s]+)[.,]0{1,2}")
MANY = re.compile(r"\s*[;|]\s*")


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
        least = question.minimum if question.kind == "whole_number" else 1000
        if isinstance(least, int) and value < least:
            raise Unreadable("below")
        if isinstance(question.maximum, int) and value > question.maximum:
            raise Unreadable("above")
    return value


def _municipality(question: Question, text: str) -> Value:
    name = town_words(text)
    try:
        return _code(question, name)
    except Unreadable:
        # "Ovanåkers kommun" is the municipality of Ovanåker.
        return _code(question, name.removesuffix("s"))


def town_words(text: str) -> str:
    """A municipality without what people put about its name: "2180 GÄVLE kommun" is "gävle"."""
    about = r"\(.*?\)|^\d{4}\s*[-–,:]?\s+(?=\D)|^kommun:|\s*\b(?:kommun|kn|stad)\b\.?|[.,]0$"
    return " ".join(re.sub(about, " ", text.casefold()).split()).strip(" ,.-")


def _code(question: Question, text: str) -> str:
    for choice in question.choices:
        names = (choice.code, choice.label_sv, choice.label_en)
        if folded(text) in (name.casefold() for name in names):
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
    "choice": _code,
    "municipality": _municipality,
    "list_choice": _code,
    "blank_reason": _code,
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
        return _("Cellen har en radbrytning i sig. Skriv ett värde på en rad.")
    if fault.check == "not_a_choice":
        return _("Skriv svaret som det heter i formuläret, eller dess kod")
    return messages.unreadable(fault.check, question, code)


def day_in_order(text: str) -> str:
    """A date as year, month and day, where it can be meant in one way only; else as it stands."""
    said = re.sub(r"^den |(?<=\d):?(?:e|a|st|nd|rd|th)\b|,", "", text.casefold())
    if found := re.fullmatch(rf"({A_YEAR})[-/. ](\d\d?)(?:[-/. ](\d\d?))?", said):
        return "-".join(part.zfill(2) for part in found.groups() if part)
    if found := re.fullmatch(rf"(?:(\d\d?) )?([^\W\d_]{{3,}})\.? (?:(\d\d?) )?({A_YEAR})", said):
        days = [day.zfill(2) for day in found.group(1, 3) if day]
        names = (number for number, names in enumerate(MONTHS, 1)
                 if any(name.startswith(found[2]) for name in names.split("/")))  # fmt: skip
        month = next(names, 0)
        return "-".join((found[4], f"{month:02}", *days)) if month and len(days) < 2 else text
    # "1/9 2014" is Swedish; "3/4/2014" may be American.
    if found := re.fullmatch(rf"(\d\d?)[-/.] ?(\d\d?)([-/.]|\.? )({A_YEAR})", said):
        day, month = int(found[1]), int(found[2])
        if " " in found[3] or day > len(MONTHS) or day == month:
            return f"{found[4]}-{month:02}-{day:02}"
        return f"{found[4]}-{day:02}-{month:02}" if month > len(MONTHS) else text
    return text

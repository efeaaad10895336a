"""Which column of an old file is which question: proposed by name, decided by a person."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from forms.questionnaire.inventory import questionnaire
from forms.questionnaire.question import Question
from forms.questionnaire.questionnaire import Questionnaire

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
        yield from ((question.name, plain(word)) for word in _own(question) if word)


def _own(question: Question) -> tuple[str, ...]:
    return question.label_sv, question.label_en, question.short_sv, question.short_en


def plain(text: str) -> str:
    """A heading without capitals, marks and double spaces."""
    return " ".join(re.sub(r"[^\w\s]|_", " ", text.casefold()).split())


def _without_year(text: str) -> str:
    return " ".join(re.sub(r"\b(?:19|20)\d\d\b", "", text).split())


def subset(year: int, mapped: Sequence[str]) -> Questionnaire:
    """The round's own questionnaire: what the file has, and the totals that follow from it."""
    known, names = asked(year), set(mapped)
    names |= {
        q.part_of for q in known.questions if q.part_of and q.name in names and _sums(known, q)
    }
    names -= {
        q.name for q in known.questions if not q.typed and q.name not in _summed(known, names)
    }
    # Who it is has been settled another way, so no line lacks it.
    return Questionnaire(
        tuple(
            replace(q, required=q.required and q.name not in IDENTITY)
            for q in known.questions
            if q.name in names
        )
    )


def _sums(known: Questionnaire, part: Question) -> bool:
    return not known[part.part_of].typed


def _summed(known: Questionnaire, names: set[str]) -> set[str]:
    """The totals that have at least one part in the file."""
    return {q.part_of for q in known.questions if q.part_of and q.name in names}

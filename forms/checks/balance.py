"""Parts that must add up to a total: where they stand, and how a slip may be mended. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from forms.checks.suggested_corrections import Mend, Slip, mends
from forms.questionnaire.question import Question
from forms.questionnaire.questionnaire import Answers, Questionnaire

State = Literal["neutral", "adds_up", "differs"]
BAR_WIDTH, GAP = 600, 2
COLOURS = ("bar-one", "bar-two", "bar-three", "bar-men")
GENDERS = {"employees_women": "bar-women", "employees_men": "bar-men"}


@dataclass(frozen=True)
class Piece:
    """One coloured piece of the bar: a part, or what is too much or too little."""

    colour: str
    number: int
    x: int
    width: int
    question: Question | None = None


@dataclass(frozen=True)
class Balance:
    """The parts of a total as they stand."""

    total: Question
    parts: tuple[Question, ...]
    numbers: tuple[int | None, ...]
    target: int | None
    state: State
    mends: tuple[Mend, ...] = ()

    @property
    def sum(self) -> int:
        """What the parts come to so far, blank counting as nothing."""
        return sum(number or 0 for number in self.numbers)

    @property
    def terms(self) -> str:
        """The addition in words: "7 + 5 + 0"."""
        return " + ".join(str(number or 0) for number in self.numbers)

    def pieces(self) -> list[Piece]:
        """The bar, drawn to the larger of the total and the sum."""
        target = self.sum if self.target is None else self.target
        whole = max(self.sum, target)
        filled: list[Coloured] = [
            (_colour(q, place), number, q)
            for place, (q, number) in enumerate(zip(self.parts, self.numbers, strict=True))
            if number
        ]
        excess: list[Coloured] = (
            [("bar-excess", self.sum - target, None)] if self.sum > target else []
        )
        return _laid_out([*filled, *excess], min(self.sum, target), whole)


def _colour(question: Question, place: int) -> str:
    return GENDERS.get(question.name, COLOURS[place % len(COLOURS)])


Coloured = tuple[str, int, Question | None]


def _laid_out(coloured: list[Coloured], room: int, whole: int) -> list[Piece]:
    """Parts keep their number for the legend but are drawn no further than the room."""
    drawn: list[Piece] = []
    x = 0.0
    for colour, number, question in coloured:
        shown = number if question is None else min(number, room)
        room -= 0 if question is None else shown
        width = BAR_WIDTH * shown / whole
        drawn.append(Piece(colour, number, round(x), max(round(width) - GAP, 0), question))
        x += width
    return drawn


def balance_of(
    questionnaire: Questionnaire,
    total: str,
    answers: Answers,
    last_typed: str = "",
    last_year: Answers | None = None,
) -> Balance:
    """How the parts of a total stand to it, with what was perhaps meant when they differ."""
    question, parts = questionnaire[total], questionnaire.parts_of(total)
    numbers = tuple(_number(answers.get(part.name)) for part in parts)
    target = _number(answers.get(total)) if question.typed else None
    together = questionnaire.sum_of(total, answers)
    if together is None or (question.typed and target is None):
        return Balance(question, parts, numbers, target, "neutral")
    if target is None or together == target:
        return Balance(question, parts, numbers, target, "adds_up")
    slip = Slip(
        (total, target),
        {part.name: number for part, number in zip(parts, numbers, strict=True)},
        {name: _number((last_year or {}).get(name)) for name in (total, *(p.name for p in parts))},
        last_typed,
    )
    return Balance(question, parts, numbers, target, "differs", mends(slip))


def _number(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None

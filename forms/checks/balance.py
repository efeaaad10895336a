"""Parts that must add up to a total: where they stand, what is suggested, and its words. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from forms.checks import Wording
from forms.checks.rules import whole
from forms.checks.suggested_corrections import Imbalance, Suggestion, suggested_corrections
from forms.questionnaire.question import Question
from forms.questionnaire.questionnaire import Answers, Questionnaire

State = Literal["neutral", "adds_up", "differs"]
BAR_WIDTH, GAP = 600, 2
COLOURS = ("bar-one", "bar-two", "bar-three", "bar-men")
GENDERS = {"employees_women": "bar-women", "employees_men": "bar-men"}
# Kept as a table that can be read through, not one argument a line.
# fmt: off
COMPUTED = {
    "neutral": Wording("Fyll i delarna, så räknar vi ihop dem.",
                       "Fill in the parts and we will add them up."),
    "adds_up": Wording("{terms} = {sum}. Vi räknar ut summan åt er.",
                       "{terms} = {sum}. We work out the total for you."),
}
TYPED = {
    "neutral": Wording("Fyll i alla delar, så ser ni om de stämmer med summan.",
                       "Fill in all the parts to see whether they match the total."),
    "adds_up": Wording("{terms} = {sum}. Det stämmer med antalet anställda.",
                       "{terms} = {sum}. That matches the number of employees."),
    "differs_more_one": Wording("{terms} = {sum}. Det är en mer än {total}.",
                                "{terms} = {sum}. That is one more than {total}."),
    "differs_more": Wording("{terms} = {sum}. Det är {difference} fler än {total}.",
                            "{terms} = {sum}. That is {difference} more than {total}."),
    "differs_fewer_one": Wording("{terms} = {sum}. Det är en färre än {total}.",
                                 "{terms} = {sum}. That is one fewer than {total}."),
    "differs_fewer": Wording("{terms} = {sum}. Det är {difference} färre än {total}.",
                             "{terms} = {sum}. That is {difference} fewer than {total}."),
}
# What may have happened, where the figures tell.
ERRORS = {
    "swapped": Wording("Två av talen kan ha bytt plats.",
                       "Two of the numbers may have changed places."),
    "digits": Wording("Två siffror kan ha bytt plats i ett av talen.",
                      "Two digits may have changed places in one of the numbers."),
    "tenfold": Wording("Det kan vara en nolla för mycket eller för lite.",
                       "There may be a zero too many or too few."),
    "forgotten": Wording("En del kan vara glömd.", "A part may have been forgotten."),
}
MEANT = Wording("Menade ni {what}?", "Did you mean {what}?")
TOTAL_IS = Wording("Är ni {what}?", "Do you have {what}?")
OR_TOTAL_IS = Wording("Eller är ni {what}?", "Or do you have {what}?")
CHANGE_TO = Wording("Ändra till {what}", "Change to {what}")
AND = Wording(" och ", " and ")
# fmt: on


@dataclass(frozen=True)
class BarPiece:
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
    suggestions: tuple[Suggestion, ...] = ()

    @property
    def sum(self) -> int:
        """What the parts come to so far, blank counting as nothing."""
        return sum(number or 0 for number in self.numbers)

    @property
    def terms(self) -> str:
        """The addition in words: "7 + 5 + 0"."""
        return " + ".join(str(number or 0) for number in self.numbers)

    def sentence(self, language: str) -> str:
        """How the parts stand to the total, in words."""
        return self._sentences[self._standing].say(
            language,
            terms=self.terms,
            sum=self.sum,
            total=self.total.counted(self.target or 0, language),
            difference=abs(self.sum - (self.target or 0)),
        )

    @property
    def _sentences(self) -> dict[str, Wording]:
        return TYPED if self.total.typed else COMPUTED

    @property
    def _standing(self) -> str:
        if self.state != "differs" or self.target is None:
            return self.state
        difference = self.sum - self.target
        one = "_one" if abs(difference) == 1 else ""
        return f"differs_{'more' if difference > 0 else 'fewer'}{one}"

    def templates(self, language: str) -> dict[str, str]:
        """Every sentence with its figures left open, for the page to fill in while one types."""
        places = {name: f"{{{name}}}" for name in ("terms", "sum", "total", "difference")}
        return {name: said.say(language, **places) for name, said in self._sentences.items()}

    def question(self, language: str) -> str:
        """What the box asks: did you mean this, or that?"""
        asked = [self._asks(each, place, language) for place, each in enumerate(self.suggestions)]
        known = [ERRORS[s.kind] for s in self.suggestions[:1] if s.kind in ERRORS]
        return " ".join([*(error.say(language) for error in known), *asked])

    def _asks(self, suggestion: Suggestion, place: int, language: str) -> str:
        of_total = OR_TOTAL_IS if place else TOTAL_IS
        asks = of_total if suggestion.names == {self.total.name} else MEANT
        return asks.say(language, what=self._result(suggestion, language))

    def button(self, suggestion: Suggestion, language: str) -> str:
        """What the button of a suggested correction says it will do."""
        return CHANGE_TO.say(language, what=self._result(suggestion, language))

    def _result(self, suggestion: Suggestion, language: str) -> str:
        changed, total = dict(suggestion.changes), self.total
        whole = [total.counted(changed.pop(total.name), language)] if total.name in changed else []
        counted = [
            part.counted(changed.get(part.name, number or 0), language)
            for part, number in zip(self.parts, self.numbers, strict=True)
            if changed and (number is not None or part.name in changed)
        ]
        *first, last = [*whole, *counted]
        return AND.say(language).join([", ".join(first), last] if first else [last])

    def pieces(self) -> list[BarPiece]:
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


def _laid_out(coloured: list[Coloured], room: int, whole: int) -> list[BarPiece]:
    """Parts keep their number for the legend but are drawn no further than the room."""
    drawn: list[BarPiece] = []
    x = 0.0
    for colour, number, question in coloured:
        shown = number if question is None else min(number, room)
        room -= 0 if question is None else shown
        width = BAR_WIDTH * shown / whole
        drawn.append(BarPiece(colour, number, round(x), max(round(width) - GAP, 0), question))
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
    numbers = tuple(whole(answers.get(part.name)) for part in parts)
    target = whole(answers.get(total)) if question.typed else None
    together = questionnaire.sum_of(total, answers)
    if together is None or (question.typed and target is None):
        return Balance(question, parts, numbers, target, "neutral")
    if target is None or together == target:
        return Balance(question, parts, numbers, target, "adds_up")
    imbalance = Imbalance(
        (total, target),
        {part.name: number for part, number in zip(parts, numbers, strict=True)},
        {name: whole((last_year or {}).get(name)) for name in (total, *(p.name for p in parts))},
        last_typed,
    )
    return Balance(question, parts, numbers, target, "differs", suggested_corrections(imbalance))

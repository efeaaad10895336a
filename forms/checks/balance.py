"""Parts that must add up to a total: where they stand, what is suggested, and its words. Pure."""

from dataclasses import dataclass
from typing import Literal

from babel.lists import format_list

from forms.checks import Wording
from forms.checks.rules import whole
from forms.checks.suggested_corrections import Imbalance, Suggestion, suggested_corrections
from forms.questionnaire.question import Question
from forms.questionnaire.questionnaire import Answers, Questionnaire

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
    state: Literal["neutral", "adds_up", "differs"]
    suggestions: tuple[Suggestion, ...] = ()

    @property
    def sum(self) -> int:
        """What the parts come to so far, blank counting as nothing."""
        return sum(number or 0 for number in self.numbers)

    def sentence(self, language: str) -> str:
        """How the parts stand to the total, in words."""
        difference = self.sum - (self.target or 0)
        standing: str = self.state
        if standing == "differs":
            standing += "_more" if difference > 0 else "_fewer"
            standing += "_one" if abs(difference) == 1 else ""
        return self._sentences[standing].say(
            language,
            terms=" + ".join(str(number or 0) for number in self.numbers),
            sum=self.sum,
            total=self.total.counted(self.target or 0, language),
            difference=abs(difference),
        )

    @property
    def _sentences(self) -> dict[str, Wording]:
        return TYPED if self.total.typed else COMPUTED

    def templates(self, language: str) -> dict[str, str]:
        """Every sentence with its figures left open, for the page to fill in while one types."""
        places = {name: f"{{{name}}}" for name in ("terms", "sum", "total", "difference")}
        return {name: said.say(language, **places) for name, said in self._sentences.items()}

    def question(self, language: str) -> str:
        """What the box asks: did you mean this, or that?"""
        said = [ERRORS[s.kind].say(language) for s in self.suggestions[:1] if s.kind in ERRORS]
        for place, suggestion in enumerate(self.suggestions):
            of_total = OR_TOTAL_IS if place else TOTAL_IS
            asks = of_total if suggestion.names == {self.total.name} else MEANT
            said.append(asks.say(language, what=self._result(suggestion, language)))
        return " ".join(said)

    def button(self, suggestion: Suggestion, language: str) -> str:
        """What the button of a suggested correction says it will do."""
        return CHANGE_TO.say(language, what=self._result(suggestion, language))

    def _result(self, suggestion: Suggestion, language: str) -> str:
        changed, total = dict(suggestion.changes), self.total
        whole = [total.counted(changed.pop(total.name), language)] if total.name in changed else []
        parts = [
            part.counted(changed.get(part.name, number or 0), language)
            for part, number in zip(self.parts, self.numbers, strict=True)
            if changed and (number is not None or part.name in changed)
        ]
        return format_list([*whole, *parts], locale="sv" if language == "sv" else "en_GB")

    def pieces(self) -> list[BarPiece]:
        """The bar, drawn to the larger of the total and the sum.

        Parts keep their number for the legend but are drawn no further than the total.
        """
        target = self.sum if self.target is None else self.target
        width = BAR_WIDTH / max(self.sum, target, 1)
        full = room = min(self.sum, target)
        pieces: list[BarPiece] = []

        def add(colour: str, number: int, drawn: int, question: Question | None = None) -> None:
            begins, wide = round(width * (full - room)), max(round(width * drawn) - GAP, 0)
            pieces.append(BarPiece(colour, number, begins, wide, question))

        for place, (part, number) in enumerate(zip(self.parts, self.numbers, strict=True)):
            if number:
                drawn = min(number, room)
                add(GENDERS.get(part.name, COLOURS[place % len(COLOURS)]), number, drawn, part)
                room -= drawn
        if self.sum > target:
            add("bar-excess", self.sum - target, self.sum - target)
        return pieces


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

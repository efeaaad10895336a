"""A questionnaire: the questions of one round, found by name, section, module and total."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from forms.questionnaire.question import Question
from forms.questionnaire.types import Value, in_language

Answers = Mapping[str, Value]


@dataclass(frozen=True)
class Section:
    """One page of the form; an `optional` one may be left out altogether.

    `one_word_*` is its name where room is short, `lead_*` the sentence under the title, `spoken_*`
    what the coordinator begins with when it is filled in on the telephone.
    """

    key: str
    title_sv: str
    title_en: str
    one_word_sv: str
    one_word_en: str
    lead_sv: str = ""
    lead_en: str = ""
    spoken_sv: str = ""
    spoken_en: str = ""
    optional: bool = False
    # The groups of questions that stand on it, where it is not the one it is named for.
    holds: tuple[str, ...] = ()

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups of questions that stand on the page, in order."""
        return self.holds or (self.key,)

    # Each in the language that it is asked for.
    title = in_language("title")
    one_word = in_language("one_word")
    lead = in_language("lead")
    spoken = in_language("spoken")


@dataclass(frozen=True)
class Module:
    """A group of questions that can be skipped as a whole, with the reason it is asked."""

    key: str
    title_sv: str
    title_en: str
    why_sv: str = ""
    why_en: str = ""

    title = in_language("title")
    why = in_language("why")


@dataclass(frozen=True, eq=False)
class Questionnaire:
    """Every question of a round, in the order a person reads them.

    Compared by identity, so that what is built from it (form classes) can be kept.
    """

    questions: tuple[Question, ...]

    @cached_property
    def by_name(self) -> dict[str, Question]:
        """Each question under its name."""
        return {question.name: question for question in self.questions}

    @cached_property
    def places(self) -> dict[str, int]:
        """Where each question stands in the order they are read."""
        return {name: place for place, name in enumerate(self.by_name)}

    @cached_property
    def computed(self) -> tuple[str, ...]:
        """The totals that nobody types."""
        return tuple(question.name for question in self.questions if not question.typed)

    @cached_property
    def required(self) -> tuple[Question, ...]:
        """The questions that must be answered, as they are asked now."""
        return tuple(q for q in self.questions if q.required and q.typed and not q.withdrawn)

    @cached_property
    def bounded(self) -> tuple[Question, ...]:
        """The questions whose answers have a least or a most, as they are asked now."""
        bounds = ((q, (q.minimum, q.maximum)) for q in self.questions if not q.withdrawn)
        return tuple(q for q, both in bounds if both != (None, None))

    def __getitem__(self, name: str) -> Question:
        return self.by_name[name]

    def __contains__(self, name: object) -> bool:
        return name in self.by_name

    @cached_property
    def _grouped(self) -> dict[str, dict[str, tuple[Question, ...]]]:
        # A page looks its questions up some two hundred times.
        found: dict[str, dict[str, tuple[Question, ...]]] = {}
        for by in ("section", "module", "part_of", "blank_of", "read_with"):
            group = found[by] = {}
            for question in self.questions:
                name = getattr(question, by)
                if by != "section" or not question.withdrawn:
                    group[name] = (*group.get(name, ()), question)
        return found

    def in_section(self, section: str) -> tuple[Question, ...]:
        """The questions of one page, as they are asked now."""
        return self._grouped["section"].get(section, ())

    def on_page(self, page: Section) -> tuple[Question, ...]:
        """The questions of a page, whichever groups they are of."""
        return tuple(q for group in page.groups for q in self.in_section(group))

    def in_module(self, module: str) -> tuple[Question, ...]:
        """The questions of one module."""
        return self._grouped["module"].get(module, ())

    def parts_of(self, total: str) -> tuple[Question, ...]:
        """The parts that a total is the sum of."""
        return self._grouped["part_of"].get(total, ())

    def blank_reason_of(self, name: str) -> Question | None:
        """The question that says why a number, or the total with its parts, is not given."""
        return next(iter(self._grouped["blank_of"].get(name, ())), None)

    def read_with(self, name: str) -> tuple[Question, ...]:
        """The questions whose answers stand on the line of another in the review."""
        return self._grouped["read_with"].get(name, ())

    @cached_property
    def totals(self) -> tuple[str, ...]:
        """The names of the questions that have parts."""
        return tuple(name for name in self._grouped["part_of"] if name)

    def with_computed(self, answers: Answers) -> dict[str, Value]:
        """The answers with each computed total worked out anew from its parts."""
        known = {name: value for name, value in answers.items() if name in self.by_name}
        for name in self.computed:
            known[name] = self.sum_of(name, known)
        return known

    def sum_of(self, total: str, answers: Answers) -> int | None:
        """The sum of the parts of a total, None until the required ones, or any, are given."""
        numbers = []
        for question in self.parts_of(total):
            number = answers.get(question.name)
            if isinstance(number, int):
                numbers.append(number)
            elif number is None and question.required:
                return None
        return sum(numbers) if numbers else None

    def begun(self, answers: Answers) -> frozenset[str]:
        """The modules in which anything is answered."""
        given = {name for name, value in answers.items() if value is not None}
        return frozenset(self.by_name[name].module for name in given & self.by_name.keys())


_read: dict[int, tuple[Sequence[Mapping[str, Any]], Questionnaire]] = {}


def of_round(round_id: int, source: Sequence[Mapping[str, Any]]) -> Questionnaire:
    """The questionnaire a round was asked with; the same object while the round's is the same."""
    known = _read.get(round_id)
    if known is None or known[0] != source:
        known = _read[round_id] = (source, from_dicts(source))
    return known[1]


def from_dicts(source: Iterable[Mapping[str, Any]]) -> Questionnaire:
    """A questionnaire as a round keeps it."""
    return Questionnaire(tuple(Question.from_dict(entry) for entry in source))

"""What has been answered, as lines to read in the review and on the receipt."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flask_babel import ngettext

from forms.questionnaire.inventory import CORE, MODULES, OPTIONAL
from forms.questionnaire.inventory import NUMBERS as NUMBERS_PAGE
from forms.questionnaire.question import Question
from forms.questionnaire.questionnaire import Questionnaire, Section
from forms.respondent.steps import FILLED_IN, as_asked
from forms.translations import language
from survey_data.responses.drafts import Value
from survey_data.rounds import EXTRA, SECTION

Answers = Mapping[str, Value]
NUMBERS = ("whole_number", "computed")
# Numbers as they are said on the telephone.
SMALL = {
    "sv": "noll ett två tre fyra fem sex sju åtta nio tio elva tolv tretton fjorton femton sexton"
    " sjutton arton nitton",
    "en": "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
    " fifteen sixteen seventeen eighteen nineteen",
}
TENS = {
    "sv": "tjugo trettio fyrtio femtio sextio sjuttio åttio nittio",
    "en": "twenty thirty forty fifty sixty seventy eighty ninety",
}
HYPHEN = {"sv": "", "en": "-"}


@dataclass(frozen=True)
class AnswerLine:
    """One answer: `look` says whether it is a total, a part of one, or neither."""

    name: str
    label: str
    value: str
    before: str
    look: str
    missing: bool = False


@dataclass(frozen=True)
class AnswerGroup:
    """The answers of one section or module; `module` is empty where it is the whole section."""

    section: Section
    title: str
    lines: tuple[AnswerLine, ...]
    text: bool
    begun: bool
    module: str = ""

    @property
    def place(self) -> str:
        """Where it stands in the review."""
        return self.module or self.section.key

    @property
    def skipped(self) -> bool:
        """Whether it is voluntary and nothing in it was answered."""
        return self.section.optional and not self.begun


@dataclass(frozen=True)
class Reading:
    """Answers beside last year's, in one language."""

    questionnaire: Questionnaire
    answers: Answers
    last_year: Answers
    language: str

    def groups(self) -> list[AnswerGroup]:
        """Every section with what was answered in it."""
        pages = (as_asked(section, self.questionnaire) for section in FILLED_IN)
        return [group for page in pages for group in self._section(page)]

    def counted(self) -> list[AnswerGroup]:
        """The sections of numbers alone."""
        return [group for group in self.groups() if not group.text]

    def skipped(self) -> list[tuple[Section, list[str]]]:
        """The voluntary sections of which something was skipped, and what that is called."""
        found: dict[Section, list[str]] = {}
        for group in self.groups():
            if group.skipped:
                found.setdefault(group.section, []).append(group.title)
        return list(found.items())

    def _section(self, section: Section) -> list[AnswerGroup]:
        asked = [
            q
            for q in self.questionnaire.questions
            if q.section == section.key
            # Not one that was withdrawn before it was answered here.
            and not (q.withdrawn and self.answers.get(q.name) is None)
        ]
        modules = list(dict.fromkeys(q.module for q in asked))
        return [
            self._group(section, module, [q for q in asked if q.module == module], len(modules))
            for module in modules
        ]

    def _group(
        self, section: Section, module: str, asked: Sequence[Question], modules: int
    ) -> AnswerGroup:
        own = modules > 1 or module in OPTIONAL
        title = MODULES[module].title(self.language) if own else section.title(self.language)
        begun = any(self.answers.get(q.name) is not None for q in asked)
        shown = [q for q in asked if not q.read_with and self._worth_showing(q)]
        counting = not section.optional and module != EXTRA
        numbers = counting and any(q.kind in NUMBERS for q in asked)
        lines = tuple(map(self._line, shown))
        return AnswerGroup(section, title, lines, not numbers, begun, module if own else "")

    def _worth_showing(self, question: Question) -> bool:
        if question.blank_of:
            return False
        begun = question.module in CORE or question.module in self._begun
        expected = question.required and begun
        count = question.module in CORE and question.kind in NUMBERS
        return expected or count or bool(self._shown(question))

    @cached_property
    def _begun(self) -> frozenset[str]:
        return self.questionnaire.begun(self.answers)

    def _line(self, question: Question) -> AnswerLine:
        beside = self.questionnaire.read_with(question.name)
        shown = [self._shown(each) for each in (question, *beside)]
        value = ", ".join(text for text in shown if text)
        before = self.last_year.get(question.name)
        is_total = question.name in self.questionnaire.totals
        return AnswerLine(
            question.name,
            question.short(self.language),
            value,
            "" if before is None else question.show(before, self.language),
            "answer-part" if question.part_of else "answer-total" if is_total else "",
            question.required and not value,
        )

    def _shown(self, question: Question) -> str:
        """The answer in words; where a number is not given, the reason that was chosen."""
        value = self.answers.get(question.name)
        reason = self.questionnaire.blank_reason_of(question.name) if value is None else None
        asked = reason or question
        return asked.show(self.answers.get(asked.name), self.language)

    def explanation(self) -> tuple[str, str]:
        """The reasons ticked and the sentence written about a change."""
        names = ("change_reasons", "comment_changes")
        reasons, comment = (self._shown(self.questionnaire[name]) for name in names)
        return reasons, comment


def to_hand_in(questionnaire: Questionnaire, answers: Answers) -> dict[str, Any]:
    """The whole response: every question of the round, unanswered ones as None."""
    known = questionnaire.with_computed(answers)
    return {question.name: known.get(question.name) for question in questionnaire.questions}


def minutes_of(questionnaire: Questionnaire, modules: Sequence[str]) -> int:
    """How long these modules take, a quarter of a minute a question, in whole minutes."""
    return _minutes([q for module in modules for q in questionnaire.in_module(module)])


def _minutes(asked: Sequence[Question]) -> int:
    return -(-sum(q.typed and not q.withdrawn for q in asked) // 4)


def answering_time(questionnaire: Questionnaire, *, with_optional: bool = True) -> str:
    """How long a round's form takes, as one or two sentences: the same in mails and on pages.

    What we know of the enterprise and of who answers is filled in, so the numbers and the round's
    own questions are what takes time.
    """
    asked = [*questionnaire.on_page(NUMBERS_PAGE), *questionnaire.in_section(SECTION)]
    minutes, spoken = _minutes(asked), language()
    said = ngettext("Det tar ungefär en minut.", "Det tar ungefär %(n)s minuter.", minutes,
                    n=in_words(minutes, spoken))  # fmt: skip
    more = minutes_of(questionnaire, OPTIONAL)
    if not (more and with_optional):
        return str(said)
    optional = ngettext("Frivilliga frågor efteråt: ungefär en minut.",
                        "Frivilliga frågor efteråt: ungefär %(n)s minuter.", more,
                        n=in_words(more, spoken))  # fmt: skip
    return f"{said} {optional}"


def in_words(number: int, language: str) -> str:
    """A number from 0 to 99 in words: "fyrtiosju", "forty-seven"."""
    small, tens, hyphen = SMALL[language].split(), TENS[language].split(), HYPHEN[language]
    if number < 20:
        return small[number]
    unit = number % 10
    return tens[number // 10 - 2] + (hyphen + small[unit] if unit else "")


def reference_in_words(reference: str, language: str) -> str:
    """A receipt reference as it is said: "Hassel 47 09" is "hassel, fyrtiosju, noll nio"."""
    word, *pairs = reference.split()
    return ", ".join([word.lower(), *(_pair(pair, language) for pair in pairs)])


def _pair(pair: str, language: str) -> str:
    if pair.startswith("0"):
        return f"{in_words(0, language)} {in_words(int(pair[1]), language)}"
    return in_words(int(pair), language)

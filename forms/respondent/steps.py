"""The steps of the form: where the respondent is, what is done, and where to go on."""

from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Literal

from forms.checks import checking
from forms.questionnaire.inventory import NUMBERS, SECTIONS
from forms.questionnaire.questionnaire import Questionnaire, Section
from forms.respondent.respondent import Respondent
from survey_data.rounds import SECTION

BY_KEY = {section.key: section for section in (*SECTIONS, NUMBERS)}
FILLED_IN = SECTIONS[:-1]
REVIEW = SECTIONS[-1]


def as_asked(section: Section, questionnaire: Questionnaire) -> Section:
    """A section as a round has it: that of the extra questions is voluntary when all are."""
    if section.key != SECTION:
        return section
    required = any(q.required for q in questionnaire.in_section(section.key))
    return replace(section, optional=not required)


@lru_cache(maxsize=64)
def pages_of(questionnaire: Questionnaire) -> tuple[Section, ...]:
    """The pages that an enterprise goes through: the core on one, then what else is asked."""
    together = {*NUMBERS.groups, *REVIEW.groups}
    rest = (s for s in sections_of(questionnaire) if s.key not in together)
    return (NUMBERS, *rest)


@lru_cache(maxsize=64)
def sections_of(questionnaire: Questionnaire) -> tuple[Section, ...]:
    """The parts of a round's form, as a colleague may be asked for one of them."""
    return tuple(
        as_asked(section, questionnaire)
        for section in SECTIONS
        if questionnaire.in_section(section.key)
    )


@dataclass(frozen=True)
class Step:
    """One section in the list; a "waiting" one cannot be opened from there yet."""

    section: Section
    state: Literal["done", "current", "open", "waiting"]
    questions: int


@dataclass
class Progress:
    """How far a respondent has come."""

    respondent: Respondent

    @property
    def sections(self) -> tuple[Section, ...]:
        """The pages of this round's form that are the respondent's."""
        asked, part = self.respondent.questionnaire, self.respondent.delegation
        every = sections_of(asked) if part else pages_of(asked)
        return tuple(section for section in every if self.respondent.may_open(section.key))

    @property
    def _filled_in(self) -> list[Section]:
        return [section for section in self.sections if section is not REVIEW]

    @property
    def _required(self) -> list[Section]:
        # A colleague who was asked for what is voluntary was asked for it.
        asked = self.respondent.delegation is not None
        return [section for section in self._filled_in if asked or not section.optional]

    @cached_property
    def _wrong(self) -> set[str]:
        fired = checking.run(self.respondent.questionnaire, self.respondent.answers)
        return {name for f in checking.must_be_put_right(fired) for name in f.fields}

    @cached_property
    def _done(self) -> set[str]:
        """The pages that have been saved, and on which nothing must be put right."""
        who, found = self.respondent, set()
        for section in self._filled_in:
            names = {q.name for q in who.questionnaire.on_page(section)}
            saved = any(who.saved.get(name) is not None for name in names)
            nobody_to_count = who.gone and not section.optional
            if (saved or nobody_to_count) and not names & self._wrong:
                found.add(section.key)
        return found

    @property
    def done(self) -> int:
        """How many required sections are done."""
        return sum(section.key in self._done for section in self._required)

    @property
    def of(self) -> int:
        """How many steps must be done, the review among them where it is theirs."""
        return len(self._required) + (REVIEW in self.sections)

    def steps(self, current: str) -> list[Step]:
        """Every section, the review last."""
        return [self._step(section, current) for section in self.sections]

    def _step(self, section: Section, current: str) -> Step:
        questions = self.respondent.questionnaire.on_page(section)
        number = sum(question.typed for question in questions)
        if section.key == current:
            return Step(section, "current", number)
        if section is REVIEW:
            # It can be handed in once all is there that must be.
            is_ready = self.done == len(self._required)
            return Step(section, "open" if is_ready else "waiting", number)
        return Step(section, "done" if section.key in self._done else "open", number)

    def next_section(self) -> Section:
        """Where to go on: the first required section that is not done, else the review."""
        last = REVIEW if REVIEW in self.sections else self.sections[0]
        return next((s for s in self._required if s.key not in self._done), last)

    def after(self, key: str) -> Section | None:
        """The section that follows; None after a colleague's last.

        The optional modules are offered on the receipt, and no step on the way to it.
        """
        pages = [s for s in self.sections if not BY_KEY[s.key].optional or s.key == key]
        if key not in [section.key for section in pages]:
            # One part by itself, as a colleague or an older link has it.
            pages = list(sections_of(self.respondent.questionnaire))
        elif self.respondent.delegation:
            pages = list(self.sections)
        keys = [section.key for section in pages]
        return next(iter(pages[keys.index(key) + 1 :]), None)


def find_section(key: str, questionnaire: Questionnaire) -> Section | None:
    """A page or part of the form; None where the round has none such, or no longer."""
    every = (NUMBERS, *sections_of(questionnaire))
    return next((s for s in every if s.key == key), None)


def section_after(key: str, questionnaire: Questionnaire) -> Section:
    """The page that follows in a preview, which shows all there is."""
    pages = pages_of(questionnaire)
    if key not in [section.key for section in pages]:
        pages = sections_of(questionnaire)
    keys = [section.key for section in pages]
    return pages[keys.index(key) + 1]

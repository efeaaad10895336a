"""A section page as a request asks for it: its fields, what is wrong and what is asked."""

import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from flask import request

from forms.checks import checking, messages
from forms.checks.balance import Balance, balance_of
from forms.questionnaire.inventory import MODULES
from forms.questionnaire.question import Choice, Question
from forms.questionnaire.questionnaire import Module, Questionnaire, Section
from forms.respondent.respondent import LAST, Respondent
from forms.respondent.section_form import (
    AnswerField,
    SectionForm,
    filled_by_button,
    form_class,
    with_filled,
)
from survey_data.responses.drafts import DraftAnswer, Value
from survey_data.review import FiredCheck

# Sent with what a review shows of the enterprise, so that it is known to have been there.
ABOUT = "about"
WINDOW = re.compile(r"[0-9a-f]{8}")
# Back to the review, and to the place in it that one came from.
BACK = re.compile(r"granska(-[A-Za-z-]{1,20})?")


@dataclass(frozen=True)
class FieldProblem:
    """One thing to put right: the field to go to, the fields it may be in, what to do."""

    name: str
    text: str
    names: tuple[str, ...]
    # The same in the list of all that is wrong on the page, where it must name its field.
    in_summary: str
    in_box: bool = False


@dataclass(frozen=True)
class ModuleCard:
    """The questions of one module; one that may be skipped is shown folded until it is begun."""

    module: Module
    questions: tuple[Question, ...]
    fields: tuple[AnswerField, ...]
    balances: tuple[Balance, ...]
    begun: bool
    opened: bool
    group: str

    def balance(self, total: str) -> Balance:
        """The parts of one of its totals."""
        return next(b for b in self.balances if b.total.name == total)

    def blank_reason(self, number: str) -> AnswerField | None:
        """The field that says why a number, or a total with its parts, is not given."""
        return next((f for f in self.fields if f.question.blank_of == number), None)

    @property
    def alone(self) -> list[Question]:
        """The questions with a place of their own: no parts, and no reasons beside a number."""
        return [q for q in self.questions if not q.part_of and not q.blank_of]


@dataclass
class SectionPage:
    """A section as one respondent sees it now.

    `revision` is what the person has seen of what is saved, `window` which page of which browser
    this is, `stale` what others have answered otherwise meanwhile, `offered` the reasons for a
    change that stood on the page, `stopped` says that a button was pressed and the page held back,
    `not_saved` that the disk or the database refused what was typed, `go` where to go next.
    """

    section: Section
    respondent: Respondent
    form: SectionForm
    language: str
    problems: list[FieldProblem] = field(default_factory=list)
    asking: list[FiredCheck] = field(default_factory=list)
    stale: Mapping[str, DraftAnswer] = field(default_factory=dict)
    revision: int = 0
    window: str = ""
    offered: frozenset[str] = frozenset()
    last_typed: str = ""
    back: str = ""
    stopped: bool = False
    not_saved: bool = False
    go: str = "next"
    asked_now: bool = False

    @property
    def questionnaire(self) -> Questionnaire:
        """The questionnaire of the round."""
        return self.respondent.questionnaire

    @cached_property
    def answers(self) -> dict[str, Value]:
        """Everything saved, and over it what stands in this page's fields."""
        return self.questionnaire.with_computed(self.respondent.answers | self.form.answers)

    @cached_property
    def cards(self) -> list[ModuleCard]:
        """The questions of the page, a card for each module."""
        asked = self.questionnaire.on_page(self.section)
        kinds = dict.fromkeys((q.section, q.module) for q in asked)
        return [self._card(group, module) for group, module in kinds]

    def _card(self, group: str, module: str) -> ModuleCard:
        asked = self.questionnaire.on_page(self.section)
        mine = tuple(q for q in asked if (q.section, q.module) == (group, module))
        own = [self.form[q.name] for q in mine if q.typed]
        begun = any(field.texts not in ([], [""]) for field in own)
        return ModuleCard(
            MODULES[module],
            mine,
            tuple(field for field in own if not field.question.part_of),
            tuple(b for b in self.balances if b.total in mine),
            begun,
            begun or bool(self.wrong.intersection(q.name for q in mine)),
            group,
        )

    @cached_property
    def balances(self) -> list[Balance]:
        """The totals of this page with their parts."""
        return [
            balance_of(
                self.questionnaire,
                total,
                self.answers,
                self._typed_last(total),
                self.respondent.last_year,
            )
            for total in self.questionnaire.totals
            if self.questionnaire[total].section in self.section.groups
        ]

    def _typed_last(self, total: str) -> str:
        """Which of a total and its parts was typed last; "" where nobody knows."""
        mine = {total, *(q.name for q in self.questionnaire.parts_of(total))}
        return next((n for n in reversed(self.last_typed.split()) if n in mine), "")

    @cached_property
    def errors(self) -> dict[str, str]:
        """What stands beside each field that can be put right by itself."""
        return {p.name: p.text for p in reversed(self.problems) if not p.in_box}

    @cached_property
    def wrong(self) -> set[str]:
        """Every field that may be wrong."""
        return {name for problem in self.problems for name in problem.names}

    @property
    def was_refused(self) -> bool:
        """Whether something went wrong when a button was pressed."""
        return self.stopped or bool(self.stale) or self.not_saved

    @property
    def reasons(self) -> list[Choice]:
        """The reasons that fit what is asked about."""
        fits = {f.parameters.get("fits", "") for f in self.asking}
        choices = self.questionnaire["change_reasons"].choices
        return [c for c in choices if not c.fits or fits.intersection(c.fits)]

    def run_checks(self) -> list[FiredCheck]:
        """The checks that fire on what the page asks."""
        names = [q.name for q in self.questionnaire.on_page(self.section)]
        return checking.run(
            self.questionnaire,
            self.answers,
            self.respondent.last_year,
            reference_date=self.respondent.invitation.round.reference_date.isoformat(),
            # What the whole says is asked about before it is handed in.
            only=None if self.section.key == LAST else [*names, *self.form.data],
        )

    @property
    def asks(self) -> bool:
        """Whether a change is asked about here, and not on the review."""
        return "change_reasons" in self.form and self.section.key != LAST

    def opens(self, name: str) -> bool:
        """Whether a field that is folded away must be seen: it says something, or has to."""
        field = self.form[name]
        known = self.respondent.last_year.get(name)
        return bool(field.text or known or name in self.wrong)

    @property
    def change_limit(self) -> dict[str, float] | None:
        """How much must have changed since last year for a question that is asked about it."""
        rules = (f.parameters for f in self.asking if f.rule == "change")
        return next(({"share": r["share"], "persons": r["persons"]} for r in rules), None)

    def as_of(self) -> date:
        """The day the figures are of; the reference date where that is left open."""
        day = self.answers.get("as_of_date")
        if isinstance(day, str):
            return date.fromisoformat(day)
        return self.respondent.invitation.round.reference_date

    def seen(self) -> list[str]:
        """What the soft checks saw, in words."""
        return [messages.say(f, self.questionnaire, self.language) for f in self.asking]


def find_problems(page: SectionPage, fired: Iterable[FiredCheck]) -> list[FieldProblem]:
    """What must be put right on a page, in the order of its fields."""
    form, language = page.form, page.language
    found = []
    for name, why in form.unreadable.items():
        text = messages.unreadable(why, form[name].question, language)
        line = messages.unreadable_in_summary(why, form[name].question, language)
        found.append(FieldProblem(name, text, (name,), line))
    for f in checking.must_be_put_right(fired):
        is_here = any(name in form for name in f.fields)
        if is_here and form.unreadable.keys().isdisjoint(f.fields):
            found.append(_problem(f, page))
    places = list(form._fields)
    return sorted(found, key=lambda problem: places.index(problem.name))


def _problem(fired: FiredCheck, page: SectionPage) -> FieldProblem:
    here = tuple(name for name in fired.fields if name in page.form)
    text = messages.say(fired, page.questionnaire, page.language)
    # The box of the balance says it already, so that the fields need not.
    in_box = fired.kind == "balance"
    suspects = tuple(n for n in here if n != fired.parameters.get("of")) if in_box else here
    line = messages.in_summary(fired, page.questionnaire, page.language)
    return FieldProblem(here[0], text, suspects, line, in_box)


def asked_for(section: Section, respondent: Respondent, language: str) -> SectionPage:
    """The page of a section, filled in with what the request says of it."""
    made = form_class(respondent.questionnaire, section, language)
    is_sent = request.method == "POST" and (section.key != LAST or ABOUT in request.form)
    sent = with_filled(request.form) if is_sent else None
    form = made(sent, data=respondent.answers)
    if sent is None:
        form.bring_back(respondent.typed)
    elif "offered" not in sent:
        form.leave_explanation(respondent.answers)
    return SectionPage(
        section,
        respondent,
        form,
        language,
        revision=request.form.get("revision", respondent.draft.revision, type=int),
        window=_window(),
        stale=_unsettled(respondent),
        offered=frozenset(request.form.getlist("offered")),
        last_typed=request.form.get("last_typed", ""),
        back=_back(),
        go="later" if request.form.get("go") == "later" else "next",
    )


def _window() -> str:
    """Which window this is; a new one unless the page has said so."""
    sent = request.form.get("window", "")
    return sent if WINDOW.fullmatch(sent) else secrets.token_hex(4)


def _back() -> str:
    """The place in the review to come back to, "" for none."""
    asked = request.values.get("till", "")
    return asked if BACK.fullmatch(asked) else ""


def _unsettled(respondent: Respondent) -> dict[str, DraftAnswer]:
    """The conflicts that a pressed button leaves for the person to settle."""
    if "fill" not in request.form:
        return {}
    settled = filled_by_button(request.form)
    names = [n for n in request.form.getlist("unsettled") if n not in settled]
    return {n: respondent.draft.kept[n] for n in names if n in respondent.draft.kept}

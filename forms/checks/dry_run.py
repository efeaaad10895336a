"""Earlier answers run through this year's questions and checks, before a round is opened.

Pure: answers in, what each check would do out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from forms.checks import declarations
from forms.checks.check import Check
from forms.questionnaire.question import Question
from forms.questionnaire.questionnaire import Answers, Questionnaire
from survey_data.review.fired_check import FiredCheck

Effect = Literal["stops", "asks", "reviewed"]
Scenario = Literal["unchanged", "changed"]
GENERIC = ("missing", "out_of_range")


@dataclass(frozen=True)
class Earlier:
    """What one enterprise answered in the latest round, and in the one before that."""

    name: str
    answers: Answers
    before: Answers


@dataclass(frozen=True)
class Hit:
    """A check that would act on one enterprise's answers."""

    name: str
    fired: FiredCheck


@dataclass
class CheckOutcome:
    """What one check would do, by scenario; `number` is its place in the list of checks."""

    number: int
    check: Check
    unchanged: list[Hit] = field(default_factory=list)
    changed: list[Hit] = field(default_factory=list)

    @property
    def effect(self) -> Effect:
        """Whether it stops a hand-in, asks a question, or only tells the reviewer."""
        if self.check.kind != "soft":
            return "stops"
        return "asks" if self.check.asked else "reviewed"


@dataclass(frozen=True)
class Unanswered:
    """A question that must be answered, and those whose earlier answers do not answer it."""

    question: Question
    names: tuple[str, ...]


@dataclass(frozen=True)
class ChecksDryRun:
    """Everything that was found; `compared` of `total` have a year before to change from."""

    total: int
    compared: int
    outcomes: tuple[CheckOutcome, ...]
    unanswered: tuple[Unanswered, ...]
    out_of_range: tuple[Hit, ...]


def dry_run(asked: Questionnaire, everyone: Iterable[Earlier], reference_date: str) -> ChecksDryRun:
    """Hand in every enterprise's earlier answers, unchanged and as they changed the year before."""
    known = list(everyone)
    outcomes = {c.id: CheckOutcome(n, c) for n, c in enumerate(declarations.CHECKS, 1)}
    generic: list[Hit] = []
    for each in known:
        now = as_this_year(each.answers, reference_date)
        for fired in declarations.run(asked, now, each.answers, reference_date=reference_date):
            kept = generic if fired.rule in GENERIC else outcomes[fired.check_id].unchanged
            kept.append(Hit(each.name, fired))
        if each.before:
            _compare(asked, each, now, reference_date, outcomes)
    return ChecksDryRun(
        len(known),
        sum(bool(each.before) for each in known),
        tuple(outcomes.values()),
        tuple(_unanswered(asked, generic)),
        tuple(hit for hit in generic if hit.fired.rule == "out_of_range"),
    )


def as_this_year(answers: Answers, reference_date: str) -> Answers:
    """Earlier answers as the form would hold them: it fills in this year's day by itself."""
    return {**answers, "as_of_date": reference_date, "certify": True}


def _compare(
    asked: Questionnaire,
    each: Earlier,
    now: Answers,
    reference_date: str,
    outcomes: Mapping[str, CheckOutcome],
) -> None:
    for fired in declarations.run(asked, now, each.before, reference_date=reference_date):
        if fired.rule not in GENERIC:
            outcomes[fired.check_id].changed.append(Hit(each.name, fired))


def _unanswered(asked: Questionnaire, generic: Iterable[Hit]) -> Iterable[Unanswered]:
    lacking: dict[str, list[str]] = {}
    for hit in generic:
        if hit.fired.rule == "missing":
            lacking.setdefault(hit.fired.fields[0], []).append(hit.name)
    for question in asked.questions:
        if question.name in lacking:
            yield Unanswered(question, tuple(lacking[question.name]))

"""The edit checks run: on a set of answers, or on earlier answers before a round is opened. Pure.

Answers in; out comes which checks fire, and with what figures.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Literal

from forms.checks import Check, declarations
from forms.checks.rules import Situation, missing, out_of_range
from forms.questionnaire.question import Question
from forms.questionnaire.questionnaire import Answers, Questionnaire
from survey_data.review import FiredCheck

Effect = Literal["stops", "asks", "reviewed"]


def find(check_id: str) -> Check | None:
    """The check of an id; None for one that this release does not have."""
    return next((check for check in declarations.CHECKS if check.id == check_id), None)


def run(
    questionnaire: Questionnaire,
    answers: Answers,
    last_year: Answers | None = None,
    *,
    reference_date: str = "",
    only: Iterable[str] | None = None,
) -> list[FiredCheck]:
    """Every check that fires on these answers, hard ones first, in reading order.

    `only` keeps those that point at one of these questions. `last_year` is what the
    same enterprise answered the year before.
    """
    known = questionnaire.with_computed(answers)
    situation = Situation(questionnaire, known, last_year or {}, reference_date)
    fired = [*_generic(situation), *_declared(situation)]
    wanted = None if only is None else set(only)
    kept = [f for f in fired if wanted is None or wanted.intersection(f.fields)]
    order = questionnaire.places
    return sorted(kept, key=lambda f: (f.kind == "soft", order.get(f.fields[0], 0)))


def _generic(situation: Situation) -> Iterable[FiredCheck]:
    asked = situation.questionnaire
    for rule, questions in ((missing, asked.required), (out_of_range, asked.bounded)):
        for question in questions:
            found, name = rule(situation, question), rule.__name__
            if found is not None:
                check_id = f"{name} {question.name}"
                yield FiredCheck(check_id, name, "hard", True, (question.name,), found)


def _declared(situation: Situation) -> Iterable[FiredCheck]:
    for check in _checks_of(situation.questionnaire):
        found = check.rule(situation, check.fields, check.parameters)
        if found is not None:
            fields, limits = tuple(found.pop("fields", check.fields)), dict(check.parameters)
            name = check.rule.__name__
            yield FiredCheck(check.id, name, check.kind, check.asked, fields, found, limits)


@lru_cache(maxsize=16)
def _checks_of(questionnaire: Questionnaire) -> tuple[Check, ...]:
    """The checks of what is asked."""
    return tuple(check for check in declarations.CHECKS if check.fields[0] in questionnaire)


def must_be_put_right(fired: Iterable[FiredCheck]) -> list[FiredCheck]:
    """The hard checks and the balances among them."""
    return [f for f in fired if f.kind != "soft"]


def to_ask(fired: Iterable[FiredCheck]) -> list[FiredCheck]:
    """The soft checks that are put to the respondent."""
    return [f for f in fired if f.kind == "soft" and f.asked]


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
        # As the form would hold them: it fills in this year's day by itself.
        now = asked.with_computed({**each.answers, "as_of_date": reference_date, "certify": True})
        situation = Situation(asked, now, each.answers, reference_date)
        generic += [Hit(each.name, fired) for fired in _generic(situation)]
        for fired in _declared(situation):
            outcomes[fired.check_id].unchanged.append(Hit(each.name, fired))
        if each.before:
            for fired in _declared(replace(situation, last_year=each.before)):
                outcomes[fired.check_id].changed.append(Hit(each.name, fired))
    return ChecksDryRun(
        len(known),
        sum(bool(each.before) for each in known),
        tuple(outcomes.values()),
        tuple(_unanswered(asked, generic)),
        tuple(hit for hit in generic if hit.fired.rule == "out_of_range"),
    )


def _unanswered(asked: Questionnaire, generic: Iterable[Hit]) -> Iterable[Unanswered]:
    lacking: dict[str, list[str]] = {}
    for hit in generic:
        if hit.fired.rule == "missing":
            lacking.setdefault(hit.fired.fields[0], []).append(hit.name)
    for question in asked.questions:
        if question.name in lacking:
            yield Unanswered(question, tuple(lacking[question.name]))

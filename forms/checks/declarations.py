"""Every edit check, run on a set of answers: which fire, and with what figures. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from forms.checks.check import Check
from forms.checks.core import CORE_CHECKS
from forms.checks.modules import MODULE_CHECKS
from forms.checks.rules import GENERIC, Situation
from forms.questionnaire.core import GONE
from forms.questionnaire.questionnaire import Answers, Questionnaire
from survey_data.review.fired_check import FiredCheck

CHECKS: tuple[Check, ...] = (*CORE_CHECKS, *MODULE_CHECKS)


def find(check_id: str) -> Check | None:
    """The check of an id; None for one that this release does not have."""
    return next((check for check in CHECKS if check.id == check_id), None)


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
    situation = Situation(questionnaire, known, last_year or {}, reference_date, GONE)
    fired = [*_generic(situation), *_declared(situation)]
    wanted = None if only is None else set(only)
    kept = [f for f in fired if wanted is None or wanted.intersection(f.fields)]
    order = {name: place for place, name in enumerate(questionnaire.by_name)}
    return sorted(kept, key=lambda f: (f.kind == "soft", order.get(f.fields[0], 0)))


def _generic(situation: Situation) -> Iterable[FiredCheck]:
    for question in situation.questionnaire.questions:
        if question.withdrawn:
            continue
        for name, rule in GENERIC.items():
            found = rule(situation, question)
            if found is not None:
                check_id = f"{name} {question.name}"
                yield FiredCheck(check_id, name, "hard", True, (question.name,), found)
                break


def _declared(situation: Situation) -> Iterable[FiredCheck]:
    for check in CHECKS:
        if check.fields[0] not in situation.questionnaire:
            continue
        found = check.rule(situation, check.fields, check.parameters)
        if found is not None:
            fields, limits = tuple(found.pop("fields", check.fields)), dict(check.parameters)
            name = check.rule.__name__
            yield FiredCheck(check.id, name, check.kind, check.asked, fields, found, limits)


def must_be_put_right(fired: Iterable[FiredCheck]) -> list[FiredCheck]:
    """The hard checks and the balances among them."""
    return [f for f in fired if f.kind != "soft"]


def to_ask(fired: Iterable[FiredCheck]) -> list[FiredCheck]:
    """The soft checks that are put to the respondent."""
    return [f for f in fired if f.kind == "soft" and f.asked]

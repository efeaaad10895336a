"""The versions an enterprise has handed in: when, and what changed from one to the next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from forms.questionnaire.question import Question
from forms.respondent.respondent import Respondent
from survey_data import clock
from survey_data.responses import responses
from survey_data.responses.responses import Response


@dataclass(frozen=True)
class Change:
    """One answer that differs from the version before, in words; "–" where there is none."""

    label: str
    before: str
    now: str


@dataclass(frozen=True)
class Version:
    """One hand-in; the newest one is what counts."""

    number: int
    handed_in_at: datetime
    by_phone: bool
    counts: bool
    changes: tuple[Change, ...]


def versions(respondent: Respondent, language: str) -> list[Version]:
    """Every version of the round, newest first."""
    every = responses.versions(respondent.db, respondent.invitation.id)
    asked = [q for q in respondent.questionnaire.questions if q.name != "certify"]
    return [
        Version(
            each.version,
            clock.local(each.handed_in_at),
            each.mode == "phone",
            each is every[-1],
            tuple(_changes(before, each, asked, language)) if before else (),
        )
        for before, each in reversed(list(zip([None, *every], every, strict=False)))
    ]


def _changes(before: Response, now: Response, asked: list[Question], language: str) -> list[Change]:
    return [
        Change(
            question.short(language),
            question.show(before.answers.get(question.name), language) or "–",
            question.show(now.answers.get(question.name), language) or "–",
        )
        for question in asked
        if before.answers.get(question.name) != now.answers.get(question.name)
    ]

"""When answers were saved or handed in, in words, and what changed from one version to the next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask_babel import format_datetime, gettext

from forms.questionnaire.question import Question
from forms.respondent.respondent import Respondent
from survey_data import clock
from survey_data.responses import responses
from survey_data.responses.responses import Response


def day_and_time(at: datetime) -> tuple[str, str]:
    """The day of a moment in Swedish time, "" for today, and its time of day."""
    day = "" if at.date() == clock.today() else format_datetime(at, "d MMMM", rebase=False)
    return str(day), at.strftime("%H:%M")


def saved_words(at: datetime) -> str:
    """When the answers were saved; `at` is Swedish time."""
    day, time = day_and_time(at)
    if not day:
        return str(gettext("Sparat %(time)s", time=time))
    return str(gettext("Sparat %(day)s %(time)s", day=day, time=time))


def handed_in_words(moment: str) -> str:
    """When a response was handed in; `moment` is as stored."""
    return str(format_datetime(clock.local(moment), "d MMMM HH:mm", rebase=False))


@dataclass(frozen=True)
class AnswerChange:
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
    changes: tuple[AnswerChange, ...]


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


def _changes(
    before: Response, now: Response, asked: list[Question], language: str
) -> list[AnswerChange]:
    return [
        AnswerChange(
            question.short(language),
            question.show(before.answers.get(question.name), language) or "–",
            question.show(now.answers.get(question.name), language) or "–",
        )
        for question in asked
        if before.answers.get(question.name) != now.answers.get(question.name)
    ]

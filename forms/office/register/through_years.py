"""One enterprise through the years: its answers beside each other, its mails and its calls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from forms.office.mail.mails import kind_words, mail_state_words
from forms.office.round.calls import callers, outcome_words
from forms.questionnaire.questionnaire import Questionnaire
from forms.respondent.respondent import Respondent
from forms.respondent.trend_chart import trend_of
from forms.translations import language
from forms.web.request_context import survey_db
from survey_data import outbox
from survey_data.responses.responses import Response
from survey_data.review import decisions
from survey_data.rounds import calls, invitations

# The years that fit beside each other; the trend has them all.
MOST_YEARS = 6


@dataclass(frozen=True)
class NumberThroughYears:
    """One number of the core: what it is called, and what was answered each year."""

    label: str
    is_part: bool
    values: tuple[object, ...]


def years_facts(enterprise_id: int) -> dict[str, Any]:
    """What an enterprise's page says of every year; nothing where it was never asked."""
    db = survey_db()
    asked = invitations.ids_of(db, enterprise_id)
    if not asked:
        return {"numbers": [], "trend": None, "mails": [], "phoned": []}
    respondent = Respondent(db, invitations.by_id(db, asked[0]))
    history = decisions.history(db, enterprise_id)
    shown = history[-MOST_YEARS:]
    return {
        "years": [each.year for each in shown],
        "numbers": _numbers(respondent.questionnaire, shown),
        "trend": trend_of(respondent, history, language()),
        "invitation": respondent.invitation,
        "round": respondent.invitation.round,
        "mails": outbox.mails_to(db, enterprise_id),
        "phoned": _calls(db, asked),
        "mail_kinds": kind_words(),
        "mail_states": mail_state_words(),
        "outcomes": outcome_words(),
        "callers": callers(),
    }


def _numbers(asked: Questionnaire, shown: Sequence[Response]) -> list[NumberThroughYears]:
    wholes = ("employees_total", "placed_total")
    chosen = [q for q in asked.questions if q.name in wholes or q.part_of in wholes]
    return [
        NumberThroughYears(
            q.short(language()), bool(q.part_of), tuple(r.answers.get(q.name) for r in shown)
        )
        for q in chosen
        if shown
    ]


def _calls(db: Database, asked: Sequence[int]) -> list[calls.Call]:
    return [call for invitation_id in asked for call in calls.history(db, invitation_id)]

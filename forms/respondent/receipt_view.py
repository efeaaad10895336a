"""What the receipt page shows beside the answers: the reference as said, and the own trend."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext, ngettext

from forms.respondent import delegation_texts
from forms.respondent.receipt import Reading, trend
from forms.respondent.respondent import Respondent
from forms.respondent.spoken import in_words, reference_in_words
from forms.respondent.trend_chart import NARROW, WIDE, chart
from forms.respondent.versions import versions
from survey_data import clock, outbox
from survey_data.responses.responses import Response
from survey_data.review import decisions, reviewed_answers

SHOWN = {"employees_total": "series-one", "placed_total": "series-two"}


def facts(respondent: Respondent, response: Response, language: str) -> dict[str, Any]:
    """Everything the receipt's template needs."""
    questionnaire = respondent.questionnaire
    reading = Reading(questionnaire, response.answers, respondent.last_year, language)
    return {
        "reading": reading,
        "respondent": respondent,
        "edits": decisions.edits_of(respondent.db, response.id),
        "response": response,
        "invitation": respondent.invitation,
        "handed_in_at": clock.local(response.handed_in_at),
        "said": reference_in_words(response.reference, language),
        "is_mailed": outbox.is_queued(respondent.db, "receipt", response.id),
        "filled_in": delegation_texts.filled_in(respondent),
        "trend": own_trend(respondent, response, language),
        "versions": versions(respondent, language),
    }


def own_trend(respondent: Respondent, response: Response, language: str) -> dict[str, Any] | None:
    """The enterprise's own numbers up to a response; None before there are two years."""
    history = reviewed_answers.history(respondent.db, respondent.invitation.enterprise.id)
    found = trend_of(respondent, [r for r in history if r.year <= response.year], language)
    return found and found | {"title": title(respondent, response, language)}


def trend_of(
    respondent: Respondent, history: Sequence[Response], language: str
) -> dict[str, Any] | None:
    """The numbers of some years as lines, charts and a title; None before there are two years."""
    lines = {}
    for name in SHOWN:
        question = respondent.questionnaire[name]
        lines[question.short(language)] = trend(history, question)
    years = sorted({year for line in lines.values() for year in line})
    if len(years) < 2 or not all(lines.values()):
        return None
    colours = tuple(SHOWN.values())
    return {
        "title": gettext("Era siffror genom åren"),
        "lines": lines,
        "years": years,
        "charts": {
            "wide-only": chart(WIDE, lines, colours),
            "narrow-only": chart(NARROW, lines, colours),
        },
    }


def title(respondent: Respondent, response: Response, language: str) -> str:
    """The change in employees since last year, in words."""
    now = response.answers.get("employees_total")
    before = respondent.last_year.get("employees_total")
    if not isinstance(now, int) or not isinstance(before, int):
        return str(gettext("Era siffror genom åren"))
    difference = abs(now - before)
    words = {"number": _word(difference, language)}
    if now == before:
        return str(gettext("Lika många anställda som i fjol"))
    return (_more if now > before else _fewer)(difference, words)


def _more(number: int, words: dict[str, str]) -> str:
    # fmt: off
    return str(ngettext("En fler anställd än i fjol", "%(number)s fler anställda än i fjol",
                        number, **words))
    # fmt: on


def _fewer(number: int, words: dict[str, str]) -> str:
    # fmt: off
    return str(ngettext("En färre anställd än i fjol", "%(number)s färre anställda än i fjol",
                        number, **words))
    # fmt: on


def _word(number: int, language: str) -> str:
    return in_words(number, language).capitalize() if number <= 12 else str(number)

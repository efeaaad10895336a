"""What a field by itself is told: an answer is missing, or outside what it may be."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from flask_babel import format_date, gettext

from forms.questionnaire.question import Question
from forms.questionnaire.questionnaire import Questionnaire
from survey_data.rounds.extra_module import EXTRA

Parameters = Any


def _(sentence: str, **values: Any) -> str:
    return str(gettext(sentence, **values))


def missing(_p: Parameters, question: Question, _q: Questionnaire, language: str) -> str:
    """What to fill in or choose where a required answer is missing."""
    if said := question.missing(language):
        return said
    label = question.nouns(language)[1] or question.short(language)
    if question.kind == "whole_number" and question.module != EXTRA:
        return _("Fyll i antalet %(label)s. Skriv 0 om det inte är någon", label=label)
    return _("Svara på frågan ”%(label)s”", label=label)


def out_of_range(found: Parameters, _question: Question, _q: Questionnaire, _l: str) -> str:
    """How far a number, year or date may go, or a text be long."""
    kind = found["kind"] if found["kind"] in ("date", "year", "whole_number") else "text"
    return RANGES[kind, found["way"]](found["limit"])


RANGES: dict[tuple[str, str], Callable[[Any], str]] = {
    ("whole_number", "below"): lambda limit: _("Skriv 0 eller mer"),
    ("whole_number", "above"): lambda limit: _(
        "Kontrollera antalet. Det kan vara högst %(limit)s", limit=limit
    ),
    ("year", "below"): lambda limit: _("Skriv ett årtal från %(limit)s och framåt", limit=limit),
    ("year", "above"): lambda limit: _("Skriv ett årtal till och med %(limit)s", limit=limit),
    ("date", "below"): lambda limit: _("Välj en dag från och med %(day)s", day=_day(limit)),
    ("date", "above"): lambda limit: _("Välj en dag till och med %(day)s", day=_day(limit)),
    ("text", "above"): lambda limit: _("Korta texten till högst %(limit)s tecken", limit=limit),
}


def _day(iso: str) -> str:
    return str(format_date(date.fromisoformat(iso), "long"))

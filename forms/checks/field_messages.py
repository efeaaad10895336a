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
    by_kind = MISSING.get(question.kind) if question.module != EXTRA else None
    ask = MISSING.get(question.name) or by_kind
    label = question.nouns(language)[1] or question.short(language)
    return ask(label) if ask else _("Svara på frågan ”%(label)s”", label=label)


MISSING: dict[str, Callable[[str], str]] = {
    "whole_number": lambda label: _(
        "Fyll i antalet %(label)s. Skriv 0 om det inte är någon", label=label
    ),
    "employees_total": lambda _label: _(
        "Fyll i antalet anställda. Skriv 0 om ni inte har någon anställd"
    ),
    "placed_af": lambda _label: _(
        "Fyll i antalet placerade av Arbetsförmedlingen. Skriv 0 om det inte är någon"
    ),
    "placed_kommun": lambda _label: _(
        "Fyll i antalet placerade av kommunen. Skriv 0 om det inte är någon"
    ),
    "placed_other_unpaid": lambda _label: _(
        "Fyll i antalet övriga utan ersättning. Skriv 0 om det inte är någon"
    ),
    "enterprise_name": lambda _label: _("Fyll i företagets namn"),
    "org_number": lambda _label: _("Fyll i företagets organisationsnummer"),
    "municipality_code": lambda _label: _("Välj den kommun där de flesta arbetar"),
    "status": lambda _label: _("Välj företagets läge på räknedagen"),
    "as_of_date": lambda _label: _("Fyll i vilken dag uppgifterna avser"),
    "respondent_name": lambda _label: _("Fyll i ert namn"),
    "respondent_contact": lambda _label: _("Fyll i er e-postadress eller ert telefonnummer"),
    "certify": lambda _label: _("Kryssa i att uppgifterna är kontrollerade"),
}


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

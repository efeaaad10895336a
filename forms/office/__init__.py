"""What the coordinator sees: the desk, the register, the mails, the releases."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("office", __name__, url_prefix="/samordna")

# The views register themselves on the blueprint above.
from forms.office import association, table_downloads
from forms.office.history import earlier_years, import_round, stated_totals
from forms.office.mail import board_mail, bounces, call_table, calls, mail_texts, mails
from forms.office.publishing import approval, comments, hidden_figures, releases
from forms.office.register import closing, contacts, enterprises, imports, merging, proposals
from forms.office.review import previous_year_corrections, review
from forms.office.round import (
    answers,
    answers_export,
    calendar,
    dry_run,
    extra_questions,
    overview,
    question_preview,
    round_steps,
    status_poll,
)
from forms.office.settings import logo, retention, settings, staff

__all__ = [
    "answers",
    "answers_export",
    "approval",
    "association",
    "board_mail",
    "bounces",
    "calendar",
    "call_table",
    "calls",
    "closing",
    "comments",
    "contacts",
    "dry_run",
    "earlier_years",
    "enterprises",
    "extra_questions",
    "hidden_figures",
    "import_round",
    "imports",
    "logo",
    "mail_texts",
    "mails",
    "merging",
    "overview",
    "previous_year_corrections",
    "proposals",
    "question_preview",
    "releases",
    "retention",
    "review",
    "round_steps",
    "settings",
    "staff",
    "stated_totals",
    "status_poll",
    "table_downloads",
]

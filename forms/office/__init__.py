"""What the coordinator sees: the desk, the register, the mails, the releases."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("office", __name__, url_prefix="/samordna")

# The views register themselves on the blueprint above.
from forms.office import (
    answers,
    answers_export,
    approval,
    bounces,
    calendar,
    call_table,
    calls,
    closing,
    contacts,
    desk,
    exports,
    imports,
    logo,
    mail_texts,
    mails,
    merging,
    people,
    proposals,
    question_preview,
    questions,
    register,
    rehearse,
    releases,
    retention,
    review,
    revisions,
    round_steps,
    settings,
    state,
)

__all__ = [
    "answers",
    "answers_export",
    "approval",
    "blueprint",
    "bounces",
    "calendar",
    "call_table",
    "calls",
    "closing",
    "contacts",
    "desk",
    "exports",
    "imports",
    "logo",
    "mail_texts",
    "mails",
    "merging",
    "people",
    "proposals",
    "question_preview",
    "questions",
    "register",
    "rehearse",
    "releases",
    "retention",
    "review",
    "revisions",
    "round_steps",
    "settings",
    "state",
]

"""What the coordinator sees: the desk, the register, the mails, the releases."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("office", __name__, url_prefix="/samordna")

# The views register themselves on the blueprint above.
from forms.office import (
    answers,
    calendar,
    calls,
    closing,
    contacts,
    desk,
    exports,
    imports,
    mail_texts,
    mails,
    merging,
    people,
    proposals,
    protection,
    register,
    releases,
    review,
    round_steps,
    settings,
    state,
)

__all__ = [
    "answers",
    "blueprint",
    "calendar",
    "calls",
    "closing",
    "contacts",
    "desk",
    "exports",
    "imports",
    "mail_texts",
    "mails",
    "merging",
    "people",
    "proposals",
    "protection",
    "register",
    "releases",
    "review",
    "round_steps",
    "settings",
    "state",
]

"""The mails of a trial round: marked as such, and written to a folder of their own."""

from __future__ import annotations

from pathlib import Path

from flask import current_app
from flask_babel import gettext as _
from sqlite_utils import Database

from survey_data.rounds import trial_folder


def folder(db: Database) -> Path:
    """Where mails become files when there is no mail server; those of a trial go with it."""
    if trial_folder.is_trial(db):
        return trial_folder.path_of(db).parent / "outbox"
    return Path(current_app.config["OUTBOX_DIR"])


def marked(db: Database, subject: str, text: str) -> tuple[str, str]:
    """A mail's subject and text, with what says that it is a trial where it is one."""
    if not trial_folder.is_trial(db):
        return subject, text
    said = _("Det här är ett prov. Inget av det som fylls i räknas.")
    return _("Prov: %(subject)s", subject=subject), f"{said}\n\n{text.lstrip()}"

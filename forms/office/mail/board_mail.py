"""The board's yearly mail as it would go out now, and who gets it."""

from __future__ import annotations

from typing import Any

from flask import current_app, render_template
from sqlite_utils import Database

from forms.mail import as_html
from forms.mail import board_mail as letters
from forms.office import blueprint
from forms.office.mail.mail_texts import language_words
from forms.web.request_context import survey_db
from survey_data import clock
from survey_data.publishing import board_mail


@blueprint.get("/utskick/styrelsen")
def show_board_mail() -> str:
    """Preview the mail in both languages; it goes out by itself with a final release."""
    db = survey_db()
    sent = board_mail.last_sent(db)
    return render_template(
        "office/mail/board_mail.html",
        previews=[_preview(db, code) for code in letters.LANGUAGES] if letters.brief("sv") else [],
        recipients=board_mail.recipients(db),
        sent=clock.local(sent) if sent else None,
    )


def _preview(db: Database, code: str) -> dict[str, Any]:
    # Each gets a link of her own when the mail leaves.
    link = f"{current_app.config['BASE_URL']}/arsmejl/…"
    made = letters.in_language(db, code, link)
    return {
        "code": code,
        "name": language_words()[code],
        "subject": made.subject,
        "text": made.body,
        "html": as_html(made.body),
    }

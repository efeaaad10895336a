"""The mark that a browser keeps of itself, so that a personal link knows it when it comes back."""

from __future__ import annotations

import flask
from flask import current_app
from sqlite_utils import Database
from werkzeug.wrappers import Response

from forms.web.request_context import browser_mark, browser_mark_name
from survey_data.responses import devices
from survey_data.responses.devices import Opened
from survey_data.staff import sessions
from survey_data.tokens import new_token

# An inventory lasts an autumn.
KEPT_SECONDS = 180 * 24 * 3600


def remember(db: Database, opened: Opened, response: Response) -> Response:
    """Let a link know this browser from now on."""
    known = browser_mark() or new_token()
    devices.remember(db, opened, known)
    response.set_cookie(
        browser_mark_name(), known, max_age=KEPT_SECONDS, path="/", httponly=True, samesite="Lax",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
    )  # fmt: skip
    return response


def forget(db: Database) -> None:
    """Let the form that is open here know this browser no longer."""
    found = sessions.find(db, flask.session.get("sid", ""))
    if found and found.invitation_id is not None and found.by_staff_id is None:
        devices.forget(db, Opened(found.invitation_id, found.delegation_id), browser_mark())

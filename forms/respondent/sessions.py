"""Beginning and ending the session in which somebody answers, and the browser it is known by."""

from __future__ import annotations

import flask
from flask import current_app
from sqlite_utils import Database
from werkzeug.wrappers import Response

from forms.web.request_context import browser_mark, browser_mark_name, device
from survey_data.responses import delegations, devices
from survey_data.responses.delegations import Delegation
from survey_data.responses.devices import Opened
from survey_data.rounds import calls, invitations
from survey_data.rounds.invitations import Invitation
from survey_data.staff import sessions
from survey_data.tokens import new_token

# An inventory lasts an autumn.
KEPT_SECONDS = 180 * 24 * 3600


def claim_session(db: Database, invitation: Invitation) -> None:
    """Begin a session of its own for a respondent; whatever session there was is over."""
    leave_session(db)
    invitations.mark_opened(db, invitation.id)
    flask.session["sid"] = sessions.start(db, invitation_id=invitation.id, device=device())


def claim_part(db: Database, part: Delegation) -> None:
    """Begin a session in which a colleague answers a part."""
    leave_session(db)
    delegations.mark_opened(db, part.id)
    flask.session["sid"] = sessions.start(
        db, invitation_id=part.invitation_id, delegation_id=part.id, device=device()
    )


def claim_phone_session(db: Database, invitation: Invitation, staff_id: int) -> None:
    """Begin a session in which a coordinator fills in for the respondent, who opens nothing."""
    leave_session(db)
    calls.note_begun(db, invitation.id, f"staff {staff_id}")
    flask.session["sid"] = sessions.start(
        db, invitation_id=invitation.id, by_staff_id=staff_id, device=device()
    )


def leave_session(db: Database) -> None:
    """End the session, here and in the browser."""
    old = flask.session.pop("sid", None)
    if old:
        sessions.end(db, old)


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

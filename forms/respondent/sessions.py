"""Beginning and ending the session in which somebody answers, and the browser it is known by."""

from contextlib import suppress
from typing import cast

import flask
from flask import current_app
from sqlite_utils import Database
from werkzeug.http import dump_cookie
from werkzeug.wrappers import Response

from forms.respondent.respondent import guest_in
from forms.web.request_context import (
    browser_mark,
    browser_mark_name,
    device,
    signed_in,
    survey_db,
)
from survey_data.errors import UnknownLink
from survey_data.responses import delegations, devices
from survey_data.responses.delegations import Delegation
from survey_data.responses.devices import Opened
from survey_data.rounds import calls, invitations
from survey_data.rounds.invitations import Invitation
from survey_data.staff import sessions

# Until the next autumn's inventory, and the longest that browsers keep one.
KEPT_SECONDS = 400 * 24 * 3600


def behind_link(db: Database, token: str) -> tuple[Invitation, Delegation | None]:
    """What a link leads to: the whole form, or with a colleague's a part; raises UnknownLink."""
    with suppress(UnknownLink):
        return invitations.by_token(db, token), None
    part = delegations.by_token(db, token)
    if part is None:
        raise UnknownLink
    return invitations.by_id(db, part.invitation_id), part


def claim_session(
    db: Database, invitation: Invitation, part: Delegation | None, browser: str
) -> bool:
    """Begin a session of one's own for a respondent, or for a colleague who answers a part.

    Whatever session there was is over. Tells whether it is the first: its browser is the form's.
    """
    leave_session(db)
    is_first = (
        delegations.mark_opened(db, part.id) if part else invitations.mark_opened(db, invitation.id)
    )
    flask.session["sid"] = sessions.start(
        db, invitation_id=invitation.id, delegation_id=part.id if part else None, device=device(),
        browser=browser,
    )  # fmt: skip
    return is_first


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


def marked(response: Response, browser: str) -> Response:
    """An answer with the mark that the browser is known by from now on."""
    cookie = dump_cookie(
        browser_mark_name(), browser, max_age=KEPT_SECONDS, httponly=True, samesite="Lax",
        secure=current_app.config["SESSION_COOKIE_SECURE"], sync_expires=False,
    )  # fmt: skip
    response.headers.add("Set-Cookie", cookie)
    return response


def forget(db: Database) -> None:
    """Let the form that is open here know this browser no longer."""
    found = sessions.find(db, flask.session.get("sid", ""))
    if found and found.invitation_id is not None and found.by_staff_id is None:
        devices.forget(db, Opened(found.invitation_id, found.delegation_id), browser_mark())


def unconfirmed() -> Opened | None:
    """Whose form is open in this browser, where a code is lacking to see what is not its own."""
    session = sessions.find(survey_db(), flask.session.get("sid", ""))
    return guest_in(survey_db(), session) if session else None


def on_phone() -> Invitation | None:
    """The invitation that the coordinator behind this request is filling in, looked up once."""
    if "on_phone" not in flask.g:
        flask.g.on_phone = None
        who, raw = signed_in(), flask.session.get("sid")
        found = sessions.find(survey_db(), raw) if who and raw else None
        if who and found and found.invitation_id is not None and found.by_staff_id == who.id:
            flask.g.on_phone = invitations.by_id(survey_db(), found.invitation_id)
    return cast(Invitation | None, flask.g.on_phone)

"""Beginning and ending the session in which somebody answers."""

from __future__ import annotations

import flask
from sqlite_utils import Database

from forms.web.request_context import device
from survey_data.responses import delegations
from survey_data.responses.delegations import Delegation
from survey_data.rounds import calls, invitations
from survey_data.rounds.invitations import Invitation
from survey_data.staff import sessions


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

"""Phone mode: the coordinator fills in an enterprise's form while its manager speaks."""

from __future__ import annotations

from typing import cast

from flask import g, session

from forms.web.request_context import signed_in, survey_db
from survey_data.rounds import invitations
from survey_data.rounds.invitations import Invitation
from survey_data.staff import sessions


def on_phone() -> Invitation | None:
    """The invitation that the coordinator behind this request is filling in, looked up once."""
    if "on_phone" not in g:
        g.on_phone = _find()
    return cast(Invitation | None, g.on_phone)


def _find() -> Invitation | None:
    who, raw = signed_in(), session.get("sid")
    found = sessions.find(survey_db(), raw) if who and raw else None
    if who is None or found is None or found.invitation_id is None:
        return None
    is_theirs = found.by_staff_id == who.id
    return invitations.by_id(survey_db(), found.invitation_id) if is_theirs else None

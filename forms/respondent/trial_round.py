"""Requests that belong to a trial round see its database alone."""

from __future__ import annotations

import sqlite3
from contextlib import suppress

from flask import g, request, session
from sqlite_utils import Database

from forms.web.request_context import trial_store
from survey_data.automation import trial_round
from survey_data.responses import devices
from survey_data.rounds import invitations
from survey_data.staff import sessions


def enter() -> None:
    """Let a request that belongs to the trial see the trial's database alone."""
    # It may be deleted at this very moment, and then the request belongs to no trial.
    with suppress(sqlite3.Error):
        db = trial_round.live(trial_store())
        if db is not None and _belongs(db):
            g.trial = db


def _belongs(db: Database) -> bool:
    token = (request.view_args or {}).get("token")
    if token is None:
        # One that opened a link may still be asked for a code.
        raw = session.get("check", "")
        asked = devices.find(db, raw) is not None
        return asked or sessions.find(db, session.get("sid", "")) is not None
    return invitations.is_ours(db, token)

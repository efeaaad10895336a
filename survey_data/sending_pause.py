"""The pause of all sending after a restore, until a person has compared.

A copy does not know what was sent after it was made. Until somebody has looked, nothing that it
would send again may leave, by the scheduler or at the terminal.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from sqlite_utils import Database

from survey_data import audit_trail, clock
from survey_data.database import keep_setting, run, setting, writing

NAME = "sending_paused"


@dataclass(frozen=True)
class Pause:
    """Since when nothing is sent, and the moment that the restored copy knows everything up to."""

    since: str
    copied_at: str


def current(db: Database) -> Pause | None:
    """The pause there is, or None."""
    found = setting(db, NAME)
    return Pause(**json.loads(found)) if found else None


def begin(db: Database, copied_at: str, actor: str) -> None:
    """Send nothing from now on, as the database is a copy made at `copied_at`."""
    pause = Pause(clock.now(), copied_at)
    with writing(db):
        keep_setting(db, NAME, json.dumps(vars(pause)))
        audit_trail.record(db, actor, "sending paused", after={"copied_at": copied_at})


def end(db: Database, actor: str) -> bool:
    """Send again; tells whether there was a pause to end."""
    with writing(db):
        ended = bool(run(db, "DELETE FROM setting WHERE name = ?", (NAME,)))
        if ended:
            audit_trail.record(db, actor, "sending resumed")
    return ended

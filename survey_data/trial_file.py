"""Where a trial round lies: in a folder of its own, so that nothing of it can be counted."""

from __future__ import annotations

import shutil
from pathlib import Path

from sqlite_utils import Database

FOLDER = "trial"


def path_of(db: Database) -> Path:
    """The file a connection has open."""
    return Path(db.conn.execute("PRAGMA database_list").fetchone()[2])


def is_trial(db: Database) -> bool:
    """Whether this is the database of a trial round."""
    return path_of(db).parent.name == FOLDER


def remove_beside(survey: Database) -> None:
    """Delete the trial round that lies beside a database, with its mails, if there is one."""
    if not is_trial(survey):
        shutil.rmtree(path_of(survey).parent / FOLDER, ignore_errors=True)

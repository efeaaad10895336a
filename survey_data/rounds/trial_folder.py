"""Where a trial round lies: in a folder of its own, so that nothing of it can be counted."""

from __future__ import annotations

import shutil
from pathlib import Path

from sqlite_utils import Database

FOLDER = "trial"
# A trial comes and goes in one step: nobody ever meets half of one.
NEW, OLD = f"{FOLDER}.new", f"{FOLDER}.old"


def path_of(db: Database) -> Path:
    """The file a connection has open."""
    return Path(db.conn.execute("PRAGMA database_list").fetchone()[2])


def is_trial(db: Database) -> bool:
    """Whether this is the database of a trial round."""
    return path_of(db).parent.name in (FOLDER, NEW)


def remove_beside(survey: Database) -> None:
    """Delete the trial round that lies beside a database, with its mails, if there is one."""
    if not is_trial(survey):
        remove(path_of(survey).parent / FOLDER)


def remove(folder: Path) -> None:
    """Delete the folder of a trial, if it is there."""
    old = folder.with_name(OLD)
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
        shutil.rmtree(old, ignore_errors=True)

"""Editions that readers have, and a database restored from an older copy does not know.

A release made without them would take a number that is out already, and say nothing of what it
revises. So nothing is published while there are such.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlite_utils import Database

from survey_data import sending
from survey_data.database import rows, run, scalar
from survey_data.publishing.errors import EditionsMissing
from survey_data.releases import archive

# Those that were missing while the database was known to be an older copy.
NOTED = "editions_missing"


def missing(survey: Database, opened: Path, folder: Path | None) -> set[str]:
    """The editions in the release folders and in open.db that survey.db does not know."""
    seen = set(archive.numbers(folder)) if folder is not None and folder.is_dir() else set()
    known = {row["id"] for row in rows(survey, "SELECT id FROM release")}
    return (seen | _published(opened)) - known


def _published(opened: Path) -> set[str]:
    if not opened.exists():
        return set()
    with closing(sqlite3.connect(opened)) as db:
        try:
            return {row[0] for row in db.execute("SELECT id FROM releases")}
        except sqlite3.DatabaseError:
            return set()


def check(survey: Database, opened: Path, folder: Path | None) -> None:
    """Refuse to publish while editions are missing; raises EditionsMissing."""
    if found := missing(survey, opened, folder):
        raise EditionsMissing(found)


def by_restore(survey: Database, opened: Path, folder: Path | None) -> set[str]:
    """The missing editions, where an older copy and no publication cut short explains them.

    Remembered after the pause of sending has ended, as long as they are missing.
    """
    found = missing(survey, opened, folder)
    if found and sending.pause(survey):
        sql = "INSERT OR REPLACE INTO setting (name, value) VALUES (?, ?)"
        run(survey, sql, (NOTED, json.dumps(sorted(found))))
    noted = scalar(survey, "SELECT value FROM setting WHERE name = ?", (NOTED,))
    return found & set(json.loads(noted or "[]"))

"""Files on their way in: kept while somebody says what they are, and let go of after a day."""

import json
from typing import Any

from sqlite_utils import Database

from survey_data import clock
from survey_data.database import as_json, first, insert, run
from survey_data.errors import PreviewGone

HOURS = 24


def keep(db: Database, kind: str, content: dict[str, Any], actor: str) -> int:
    """Keep a file's content for a day and return its number; "round" or "totals"."""
    forget_old(db)
    until = clock.machine.from_now(hours=HOURS)
    kept = {"kind": kind, "content": as_json(content), "actor": actor, "expires_at": until}
    return insert(db, "earlier_draft", kept)


def find(
    db: Database, kind: str, draft_id: int, actor: str
) -> tuple[dict[str, Any], dict[str, Any]]:
    """A kept file's content, and what has been chosen about it; raises PreviewGone."""
    sql = """SELECT content, choices FROM earlier_draft WHERE id = ? AND kind = ? AND actor = ?
        AND expires_at > ?"""
    row = first(db, sql, (draft_id, kind, actor, clock.machine.now()))
    if row is None:
        raise PreviewGone
    return json.loads(row["content"]), json.loads(row["choices"])


def choose(db: Database, draft_id: int, choices: dict[str, Any]) -> None:
    """Keep what has been chosen about a file."""
    sql = "UPDATE earlier_draft SET choices = ? WHERE id = ?"
    run(db, sql, (as_json(choices), draft_id))


def forget(db: Database, draft_id: int) -> None:
    """Let go of a file."""
    run(db, "DELETE FROM earlier_draft WHERE id = ?", (draft_id,))


def forget_old(db: Database) -> None:
    """Let go of files that nobody has finished in time."""
    run(db, "DELETE FROM earlier_draft WHERE expires_at <= ?", (clock.machine.now(),))

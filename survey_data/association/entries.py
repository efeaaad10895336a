"""How an entry of the association's series is kept: added, changed and removed, with its trail."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from survey_data import audit_trail
from survey_data.audit_trail import HistoryLine, history_line
from survey_data.database import first, rows, run, scalar, writing

TABLES = {"activity": "reach_activity", "place": "supervised_place", "milestone": "milestone"}
LATEST = 12

Facts = Mapping[str, Any]


@dataclass(frozen=True)
class Told:
    """One line of the trail, the entry it is about, and what that said."""

    entry: str
    event: HistoryLine
    facts: Facts


def find(db: Database, kind: str, entry_id: int) -> dict[str, Any] | None:
    """An entry's facts, or None."""
    return first(db, f"SELECT * FROM {TABLES[kind]} WHERE id = ?", (entry_id,))


def add(db: Database, kind: str, facts: Facts, actor: str, about: Facts | None = None) -> int:
    """Add an entry and return its number; `about` is what the trail says where it says more."""
    names = list(facts)
    marks = ", ".join(f":{name}" for name in names)
    with writing(db):
        run(db, f"INSERT INTO {TABLES[kind]} ({', '.join(names)}) VALUES ({marks})", facts)
        entry_id = int(scalar(db, "SELECT last_insert_rowid()"))
        audit_trail.record(
            db, actor, f"{kind} added", _subject(kind, entry_id), after=about or facts
        )
    return entry_id


def change(
    db: Database,
    kind: str,
    entry_id: int,
    facts: Facts,
    reason: str,
    actor: str,
    about: tuple[Facts, Facts] | None = None,
) -> None:
    """Change an entry; the trail keeps the old values and the new ones, and why."""
    with writing(db):
        before, after = about or (find(db, kind, entry_id), facts)
        pairs = ", ".join(f"{name} = :{name}" for name in facts)
        run(db, f"UPDATE {TABLES[kind]} SET {pairs} WHERE id = :id", {**facts, "id": entry_id})
        if before and any(before[name] != value for name, value in after.items()):
            audit_trail.record(
                db,
                actor,
                f"{kind} changed",
                _subject(kind, entry_id),
                before={name: before[name] for name in after},
                after=after,
                reason=reason,
            )


def remove(
    db: Database, kind: str, entry_id: int, reason: str, actor: str, about: Facts | None = None
) -> None:
    """Remove an entry; what it said stays in the trail."""
    with writing(db):
        before = about or find(db, kind, entry_id)
        if run(db, f"DELETE FROM {TABLES[kind]} WHERE id = ?", (entry_id,)):
            subject = _subject(kind, entry_id)
            audit_trail.record(db, actor, f"{kind} removed", subject, before=before, reason=reason)


def _subject(kind: str, entry_id: int) -> str:
    return f"{kind} {entry_id}"


def history(db: Database, kind: str, entry_id: int) -> list[HistoryLine]:
    """Everything that happened to an entry, the newest first."""
    sql = "SELECT * FROM audit WHERE subject = ? ORDER BY id DESC"
    return [history_line(line) for line in rows(db, sql, (_subject(kind, entry_id),))]


def latest(db: Database, *kinds: str) -> list[Told]:
    """What happened last to any entry of some kinds, those that are gone too."""
    marks = " OR ".join("subject LIKE ?" for _ in kinds)
    sql = f"SELECT * FROM audit WHERE {marks} ORDER BY id DESC LIMIT {LATEST}"
    found = rows(db, sql, [f"{kind} %" for kind in kinds])
    return [Told(line["subject"], history_line(line), _facts(line)) for line in found]


def _facts(line: Facts) -> dict[str, Any]:
    return dict(json.loads(line["after"] or line["before"] or "{}"))

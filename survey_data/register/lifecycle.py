"""How an enterprise leaves the register's living part, comes back, and what its history says."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlite_utils import Database

from survey_data import audit_trail
from survey_data.database import first, rows, run, writing
from survey_data.errors import ClosedTooEarly

REASONS = ("ceased", "moved", "not_asf", "dormant")


@dataclass(frozen=True)
class Closing:
    """Why and since when an enterprise is no longer asked."""

    reason: str
    last_day: str
    note: str


@dataclass(frozen=True)
class HistoryLine:
    """One line of an enterprise's history: who did what, and which values it changed."""

    at: str
    actor: str
    action: str
    changes: dict[str, tuple[Any, Any]]
    reason: str


def closing(db: Database, enterprise_id: int) -> Closing | None:
    """Why an enterprise is closed, None where it is not (or nobody said why)."""
    row = first(
        db,
        "SELECT closed_reason, active_to, closed_note FROM enterprise WHERE id = ?"
        " AND active_to IS NOT NULL AND closed_reason <> ''",
        (enterprise_id,),
    )
    return Closing(*row.values()) if row else None


def close(
    db: Database, enterprise_id: int, reason: str, last_day: date, note: str, actor: str
) -> None:
    """Close an enterprise from a day on, with a reason and a sentence.

    Raises ClosedTooEarly where the day is before the enterprise began, ValueError for a reason
    that is none.
    """
    if reason not in REASONS:
        raise ValueError(reason)
    after = {"closed_reason": reason, "active_to": last_day.isoformat()}
    with writing(db):
        before = _state(db, enterprise_id)
        if last_day.isoformat() < before.pop("active_from"):
            raise ClosedTooEarly
        _set(db, enterprise_id, after | {"closed_note": note})
        _record(db, "enterprise closed", enterprise_id, before, after, note, actor)


def reopen(db: Database, enterprise_id: int, note: str, actor: str) -> None:
    """Take an enterprise back among those that are asked."""
    after = {"closed_reason": "", "active_to": None}
    with writing(db):
        before = _state(db, enterprise_id)
        before.pop("active_from")
        if before["active_to"] is None:
            return
        _set(db, enterprise_id, after | {"closed_note": ""})
        _record(db, "enterprise reopened", enterprise_id, before, after, note, actor)


def _state(db: Database, enterprise_id: int) -> dict[str, Any]:
    row = first(
        db,
        "SELECT active_from, closed_reason, active_to FROM enterprise WHERE id = ?",
        (enterprise_id,),
    )
    if row is None:
        raise KeyError(enterprise_id)
    return row


def _set(db: Database, enterprise_id: int, values: dict[str, Any]) -> None:
    run(
        db,
        "UPDATE enterprise SET closed_reason = :closed_reason, active_to = :active_to,"
        " closed_note = :closed_note WHERE id = :id",
        values | {"id": enterprise_id},
    )


def _record(
    db: Database, action: str, enterprise_id: int, before: Any, after: Any, note: str, actor: str
) -> None:
    subject = f"enterprise {enterprise_id}"
    audit_trail.record(db, actor, action, subject, before=before, after=after, reason=note)


def history(db: Database, enterprise_id: int) -> list[HistoryLine]:
    """Everything that happened to an enterprise and those merged into it, the newest first."""
    found: list[dict[str, Any]] = []
    waiting, seen = [enterprise_id], {enterprise_id}
    while waiting:
        lines = rows(db, "SELECT * FROM audit WHERE subject = ?", (f"enterprise {waiting.pop()}",))
        found += lines
        merged = {_gone(line) for line in lines} - seen - {None}
        waiting += [each for each in merged if each is not None]
        seen |= set(waiting)
    return [event(line) for line in sorted(found, key=lambda line: -int(line["id"]))]


def _gone(line: dict[str, Any]) -> int | None:
    if line["action"] != "enterprises merged":
        return None
    return int(json.loads(line["before"])["id"])


def event(line: dict[str, Any]) -> HistoryLine:
    """A line of the trail as it is shown: only the values that it changed."""
    before, after = (json.loads(line[name]) if line[name] else {} for name in ("before", "after"))
    changes = {
        name: (before[name], after[name])
        for name in after
        if name in before and name != "id" and (before[name] or None) != (after[name] or None)
    }
    changes = changes if line["action"] != "enterprises merged" else {}
    return HistoryLine(line["at"], line["actor"], line["action"], changes, line["reason"])

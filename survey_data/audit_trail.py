"""The append-only trail of who did what, when, from what to what, and why."""

from __future__ import annotations

import json
from typing import Any

from sqlite_utils import Database

from survey_data import clock


def record(
    db: Database,
    actor: str,
    action: str,
    subject: str = "",
    *,
    before: Any = None,
    after: Any = None,
    reason: str = "",
) -> None:
    """Add one line to the trail, in the transaction of what it tells of.

    `before` and `after` are stored as JSON; never put tokens or answers of persons in them.
    """
    db.conn.execute(
        "INSERT INTO audit (at, actor, action, subject, before, after, reason)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (clock.now(), actor, action, subject, _json(before), _json(after), reason),
    )


def _json(value: Any) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False, sort_keys=True)

"""The append-only trail of who did what, when, from what to what, and why: written, and read."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from survey_data import clock
from survey_data.database import insert, read_all, rows

HANDED_IN = "handed in"
QUIET = "('signed in', 'proven', 'expired removed', 'backup made', 'act carried out')"
# Which enterprise a subject of the trail is about: "invitation 7" is the one invited by it.
_INVITED = "SELECT i.enterprise_id FROM invitation i"
EVENTS = f"""SELECT e.at, e.actor, e.action, e.reason, e.subject, e.facts, n.id AS enterprise_id,
    coalesce(n.name || iif(n.unit_name = '', '', ' – ' || n.unit_name), '') AS name FROM (
    SELECT at, id, actor, action, reason, subject, coalesce(after, before, '{{}}') AS facts,
    CASE substr(subject, 1, instr(subject, ' ') - 1)
        WHEN 'enterprise' THEN CAST(substr(subject, 12) AS INTEGER)
        WHEN 'invitation' THEN ({_INVITED} WHERE i.id = CAST(substr(subject, 12) AS INTEGER))
        WHEN 'response' THEN ({_INVITED} JOIN response p ON p.invitation_id = i.id
            WHERE p.id = CAST(substr(subject, 10) AS INTEGER))
        WHEN 'mail' THEN ({_INVITED} JOIN outbox o ON o.invitation_id = i.id
            WHERE o.id = CAST(substr(subject, 6) AS INTEGER)) END AS enterprise_id
    FROM audit
    UNION ALL SELECT p.handed_in_at, 0, 'enterprise', '{HANDED_IN}', '', '', '{{}}', i.enterprise_id
    FROM response p JOIN invitation i ON i.id = p.invitation_id WHERE p.mode <> 'phone'
    ) e LEFT JOIN enterprise n ON n.id = e.enterprise_id"""


def record(
    db: Database, actor: str, action: str, subject: str = "", *, before: Any = None,
    after: Any = None, reason: str = "",
) -> None:  # fmt: skip
    """Add one line to the trail, in the transaction of what it tells of.

    `before` and `after` are stored as JSON; never put tokens or answers of persons in them.
    """
    insert(db, "audit", {
        "at": clock.now(), "actor": actor, "action": action, "subject": subject,
        "before": _json(before), "after": _json(after), "reason": reason,
    })  # fmt: skip


def _json(value: Any) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False, sort_keys=True)


@dataclass(frozen=True)
class Event:
    """One thing that happened: when (a stored moment), by whom, and about which enterprise.

    `subject` is what it is about as the trail has it ("round 2021"), `facts` its values.
    """

    at: str
    actor: str
    action: str
    reason: str
    enterprise_id: int | None
    name: str
    subject: str
    facts: Mapping[str, Any]


def newest(
    db: Database, limit: int, enterprise_id: int | None = None, *, brief: bool = False
) -> list[Event]:
    """The newest events first, of everything or of one enterprise.

    A `brief` list leaves out what only the whole log needs.
    """
    sql = f"""{EVENTS} WHERE (e.enterprise_id = :enterprise OR :enterprise IS NULL)
        AND (NOT :brief OR e.action NOT IN {QUIET})
        ORDER BY e.at DESC, e.id DESC LIMIT :limit"""
    about = {"enterprise": enterprise_id, "limit": limit, "brief": brief}
    return read_all(db, Event, sql, about)


@dataclass(frozen=True)
class HistoryLine:
    """One line of an enterprise's history: who did what, and which values it changed."""

    at: str
    actor: str
    action: str
    changes: dict[str, tuple[Any, Any]]
    reason: str


def history(db: Database, enterprise_id: int) -> list[HistoryLine]:
    """Everything that happened to an enterprise and those merged into it, the newest first."""
    sql = """WITH RECURSIVE known(subject) AS (VALUES (:subject) UNION
            SELECT 'enterprise ' || (a.before ->> 'id') FROM known
            JOIN audit a ON a.subject = known.subject AND a.action = 'enterprises merged')
        SELECT * FROM audit WHERE subject IN known ORDER BY id DESC"""
    found = rows(db, sql, {"subject": f"enterprise {enterprise_id}"})
    return [history_line(line) for line in found]


def history_line(line: dict[str, Any]) -> HistoryLine:
    """A line of the trail as it is shown: only the values that it changed."""
    before, after = (json.loads(line[name]) if line[name] else {} for name in ("before", "after"))
    changes = {
        name: (before[name], after[name])
        for name in after
        if name in before and name != "id" and (before[name] or None) != (after[name] or None)
        if line["action"] != "enterprises merged"
    }
    return HistoryLine(line["at"], line["actor"], line["action"], changes, line["reason"])

"""What has happened and to whom: the trail, with what enterprises handed in."""

from __future__ import annotations

from dataclasses import dataclass

from sqlite_utils import Database

from survey_data import outbox
from survey_data.database import rows
from survey_data.outbox import Mail

HANDED_IN = "handed in"
QUIET = "('signed in', 'proven', 'expired removed', 'backup made', 'act carried out')"
# Which enterprise a subject of the trail is about: "invitation 7" is the one invited by it.
_INVITED = "SELECT i.enterprise_id FROM invitation i"
LINES = f"""SELECT e.at, e.actor, e.action, e.reason, e.enterprise_id, n.name, n.unit_name FROM (
    SELECT at, id, actor, action, reason, CASE substr(subject, 1, instr(subject, ' ') - 1)
        WHEN 'enterprise' THEN CAST(substr(subject, 12) AS INTEGER)
        WHEN 'invitation' THEN ({_INVITED} WHERE i.id = CAST(substr(subject, 12) AS INTEGER))
        WHEN 'response' THEN ({_INVITED} JOIN response p ON p.invitation_id = i.id
            WHERE p.id = CAST(substr(subject, 10) AS INTEGER))
        WHEN 'mail' THEN ({_INVITED} JOIN outbox o ON o.invitation_id = i.id
            WHERE o.id = CAST(substr(subject, 6) AS INTEGER)) END AS enterprise_id
    FROM audit
    UNION ALL SELECT p.handed_in_at, 0, 'enterprise', '{HANDED_IN}', '', i.enterprise_id
    FROM response p JOIN invitation i ON i.id = p.invitation_id WHERE p.mode <> 'phone'
    ) e LEFT JOIN enterprise n ON n.id = e.enterprise_id"""


@dataclass(frozen=True)
class Event:
    """One thing that happened: when (a stored moment), by whom, and about which enterprise."""

    at: str
    actor: str
    action: str
    reason: str
    enterprise_id: int | None
    name: str


def newest(
    db: Database, limit: int, enterprise_id: int | None = None, *, brief: bool = False
) -> list[Event]:
    """The newest events first, of everything or of one enterprise.

    A `brief` list leaves out what only the whole log needs.
    """
    found = rows(
        db,
        f"{LINES} WHERE (e.enterprise_id = :enterprise OR :enterprise IS NULL)"
        f" AND (NOT :brief OR e.action NOT IN {QUIET})"
        " ORDER BY e.at DESC, e.id DESC LIMIT :limit",
        {"enterprise": enterprise_id, "limit": limit, "brief": brief},
    )
    return [
        Event(
            row["at"], row["actor"], row["action"], row["reason"],
            row["enterprise_id"] if row["name"] else None,
            " – ".join(part for part in (row["name"], row["unit_name"]) if part),
        )
        for row in found
    ]  # fmt: skip


def invitations_of(db: Database, enterprise_id: int) -> list[int]:
    """The invitations of an enterprise, the newest year's first."""
    found = rows(
        db,
        "SELECT i.id FROM invitation i JOIN round r ON r.id = i.round_id"
        " WHERE i.enterprise_id = ? ORDER BY r.year DESC",
        (enterprise_id,),
    )
    return [row["id"] for row in found]


def mails_to(db: Database, enterprise_id: int, limit: int = 10) -> list[Mail]:
    """The newest mails about an enterprise's invitations, the newest first."""
    found = rows(
        db,
        f"SELECT {outbox.SHOWN} FROM outbox WHERE invitation_id IN"
        " (SELECT id FROM invitation WHERE enterprise_id = ?) ORDER BY outbox.id DESC LIMIT ?",
        (enterprise_id, limit),
    )
    return [Mail(**row) for row in found]

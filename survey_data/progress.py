"""Who has answered: each enterprise's state, computed from what has happened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from survey_data.database import rows
from survey_data.rounds import Round

STATES = ("not_invited", "invited", "mail_failed", "opened", "started", "handed_in")

PROGRESS = """SELECT i.id AS invitation_id, e.id AS enterprise_id, e.name, e.unit_name,
    e.is_example, m.name AS municipality, i.opened_at,
    (SELECT max(saved_at) FROM draft d WHERE d.invitation_id = i.id) AS saved_at,
    p.version, p.handed_in_at, p.employees_total AS employees, p.placed_total AS placed,
    (SELECT q.employees_total FROM response q JOIN invitation j ON j.id = q.invitation_id
        JOIN round s ON s.id = j.round_id
        WHERE j.enterprise_id = e.id AND s.year = r.year - 1
        ORDER BY q.version DESC LIMIT 1) AS employees_before,
    (SELECT o.state FROM outbox o WHERE o.invitation_id = i.id
        AND o.kind IN ('invitation', 'reminder', 'new_link') ORDER BY o.id DESC LIMIT 1) AS mail,
    (SELECT max(coalesce(o.sent_at, o.created_at)) FROM outbox o
        WHERE o.invitation_id = i.id) AS mailed_at,
    c.email, c.phone, c.name AS contact_name
    FROM invitation i JOIN enterprise e ON e.id = i.enterprise_id
    JOIN round r ON r.id = i.round_id
    JOIN municipality m ON m.code = e.municipality_code
    LEFT JOIN contact c ON c.enterprise_id = e.id AND c.is_main = 1
    LEFT JOIN response p ON p.invitation_id = i.id AND p.version =
        (SELECT max(version) FROM response n WHERE n.invitation_id = i.id)
    WHERE i.round_id = ? ORDER BY e.name, e.unit_name"""


@dataclass(frozen=True)
class Standing:
    """Where one enterprise stands in a round; counts are persons, None when not known."""

    invitation_id: int
    enterprise_id: int
    name: str
    municipality: str
    is_example: bool
    state: str
    employees: int | None
    employees_before: int | None
    placed: int | None
    last_happened: str | None
    mailed_at: str | None
    email: str
    phone: str
    contact_name: str


@dataclass(frozen=True)
class Rates:
    """Two response rates, each with its denominator; the weighted one by last year's employees."""

    answered: int
    asked: int
    employees_answered: int
    employees_asked: int

    @property
    def plain(self) -> int:
        """Per cent of the enterprises."""
        return round(100 * self.answered / self.asked) if self.asked else 0

    @property
    def weighted(self) -> int | None:
        """Per cent of last year's employees, None when nobody answered last year."""
        if not self.employees_asked:
            return None
        return round(100 * self.employees_answered / self.employees_asked)


def standings(db: Database, held: Round) -> list[Standing]:
    """Every enterprise of a round and where it stands, by name."""
    return [_standing(row) for row in rows(db, PROGRESS, (held.id,))]


def _standing(row: dict[str, Any]) -> Standing:
    moments = [row[n] for n in ("handed_in_at", "saved_at", "opened_at", "mailed_at") if row[n]]
    return Standing(
        invitation_id=row["invitation_id"],
        enterprise_id=row["enterprise_id"],
        name=" – ".join(n for n in (row["name"], row["unit_name"]) if n),
        municipality=row["municipality"],
        is_example=bool(row["is_example"]),
        state=_state(row),
        employees=row["employees"],
        employees_before=row["employees_before"],
        placed=row["placed"],
        last_happened=max(moments, default=None),
        mailed_at=row["mailed_at"],
        email=row["email"] or "",
        phone=row["phone"] or "",
        contact_name=row["contact_name"] or "",
    )


def _state(row: dict[str, Any]) -> str:
    happened = (
        (row["handed_in_at"], "handed_in"),
        (row["saved_at"], "started"),
        (row["opened_at"], "opened"),
        (row["mail"] in ("failed", "uncertain"), "mail_failed"),
        (row["mail"], "invited"),
    )
    return next((state for fact, state in happened if fact), "not_invited")


def rates(everyone: list[Standing]) -> Rates:
    """Both response rates of a round."""
    answered = [s for s in everyone if s.state == "handed_in"]
    return Rates(
        len(answered),
        len(everyone),
        sum(s.employees_before or 0 for s in answered),
        sum(s.employees_before or 0 for s in everyone),
    )

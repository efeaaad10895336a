"""Contacts of enterprises that closed long ago: kept, until a person decides to delete them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date

from sqlite_utils import Database

from survey_data import audit, bounces, clock
from survey_data.database import rows, run, writing
from survey_data.errors import ChangedMeanwhile

DUE = """SELECT e.id, e.name, e.unit_name, e.active_to, count(c.id) AS contacts,
    group_concat(c.id) AS ids
    FROM enterprise e JOIN contact c ON c.enterprise_id = e.id
    WHERE e.active_to IS NOT NULL AND e.active_to < ?
    GROUP BY e.id ORDER BY e.active_to, e.name"""


@dataclass(frozen=True)
class Due:
    """One closed enterprise whose contacts could go."""

    enterprise_id: int
    name: str
    closed: str
    contacts: int


@dataclass(frozen=True)
class DryRun:
    """What a deletion would take, and a mark that changes when that does."""

    before: date
    due: tuple[Due, ...]
    mark: str

    @property
    def contacts(self) -> int:
        """How many contacts in all."""
        return sum(each.contacts for each in self.due)


def dry_run(db: Database, years: int) -> DryRun:
    """The contacts of enterprises closed more than so many years ago; deletes nothing."""
    before = _years_ago(years)
    found = rows(db, DUE, (before.isoformat(),))
    due = tuple(
        Due(
            row["id"],
            " – ".join(n for n in (row["name"], row["unit_name"]) if n),
            row["active_to"],
            row["contacts"],
        )
        for row in found
    )
    facts = repr([(row["id"], row["active_to"], row["ids"]) for row in found])
    return DryRun(before, due, hashlib.sha256(facts.encode()).hexdigest()[:16])


def _years_ago(years: int) -> date:
    today = clock.today()
    # 29 February has no counterpart in most years.
    return today.replace(year=today.year - years, day=min(today.day, 28))


def delete(db: Database, years: int, mark: str, decision: str, actor: str) -> int:
    """Delete what the dry run showed, by a decision; returns how many contacts.

    Raises ChangedMeanwhile where it would take something else than what was shown.
    """
    with writing(db):
        now = dry_run(db, years)
        if now.mark != mark:
            raise ChangedMeanwhile
        for each in now.due:
            run(db, "DELETE FROM contact WHERE enterprise_id = ?", (each.enterprise_id,))
            bounces.forget(db, each.enterprise_id)
            subject = f"enterprise {each.enterprise_id}"
            audit.record(
                db, actor, "contacts deleted", subject,
                after={"contacts": each.contacts}, reason=decision,
            )  # fmt: skip
    return now.contacts

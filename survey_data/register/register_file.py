"""The register as a file: written so that it can be read in again, and read in.

What a file would change is looked at before it happens, and then exactly that happens. A file on
its way in holds persons, so it is kept for a day at most, for the one who chose it.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from survey_data import audit_trail, clock
from survey_data.database import as_json, insert, rows, run, scalar, writing
from survey_data.errors import PreviewGone
from survey_data.register import enterprises
from survey_data.register.enterprises import Contact, Enterprise, main_contact
from survey_data.tables_to_files import Cell
from survey_data.tokens import hashed, new_token

CONTACT_COLUMNS = ("contact_name", "contact_role", "contact_email", "contact_phone")
COLUMNS = (
    "org_number", "name", "unit_name", "municipality_code", "legal_form", "active_from",
    "active_to", *CONTACT_COLUMNS,
    # 1 for a fictitious enterprise, so that an example never comes back as a real one.
    "is_example",
)  # fmt: skip
PREVIEW_HOURS = 24
FACTS = ("name", "municipality_code", "legal_form", "active_from", "active_to", "is_example")
CONTACT_FACTS = ("email", "name", "role", "phone")


def register_rows(db: Database) -> list[list[Cell]]:
    """Every enterprise with its main contact, in the order of `COLUMNS`."""
    sql = """SELECT e.*, c.name AS contact_name, c.role AS contact_role, c.email AS contact_email,
        c.phone AS contact_phone FROM enterprise e
        LEFT JOIN contact c ON c.enterprise_id = e.id AND c.is_main = 1 ORDER BY e.name"""
    found = rows(db, sql)
    return [[str(row[name] or "") for name in COLUMNS] for row in found]


@dataclass(frozen=True)
class RegisterChange:
    """One line of a file as the register would have it, and each fact that changes: from, to."""

    line: int
    wanted: Enterprise
    contact: Contact | None
    facts: tuple[tuple[str, str, str], ...]

    @property
    def is_new(self) -> bool:
        """Whether the enterprise is not in the register yet."""
        return not self.wanted.id


def change(db: Database, line: int, wanted: Enterprise, contact: Contact | None) -> RegisterChange:
    """What a line would change in the register as it is now; nothing is stored."""
    known = enterprises.enterprise(db, wanted.id) if wanted.id else None
    if known is None:
        return RegisterChange(line, wanted, contact, ())
    old, new = _facts(known, main_contact(db, known.id)), _facts(wanted, contact)
    facts = tuple((name, old[name], new[name]) for name in new if old[name] != new[name])
    return RegisterChange(line, wanted, contact, facts)


def _facts(enterprise: Enterprise, contact: Contact | None) -> dict[str, str]:
    facts = {name: _text(getattr(enterprise, name)) for name in FACTS}
    of_contact = {f"contact_{name}": getattr(contact, name, "") for name in CONTACT_FACTS}
    return facts | of_contact


def _text(value: object) -> str:
    return str(int(value)) if isinstance(value, bool) else str(value or "")


def mark_of(changes: Iterable[RegisterChange]) -> str:
    """A mark that is another one when something else would be stored."""
    return hashed(repr(tuple(changes)))[:32]


def store(db: Database, changes: Iterable[RegisterChange], actor: str) -> int:
    """Store what is new or changed, all of it or nothing, and return how many enterprises."""
    wanted = [each for each in changes if each.is_new or each.facts]
    with writing(db):
        for each in wanted:
            enterprises.save_enterprise(db, each.wanted, each.contact, actor, reason="import")
        added = sum(each.is_new for each in wanted)
        counts = {"added": added, "changed": len(wanted) - added}
        audit_trail.record(db, actor, "register imported", after=counts)
    return len(wanted)


def keep(db: Database, kept: dict[str, Any], actor: str) -> str:
    """Keep a file that is being looked at for a day, and return the key to it."""
    # Files that nobody confirmed in time go first.
    run(db, "DELETE FROM import_preview WHERE expires_at <= ?", (clock.machine.now(),))
    key = new_token()
    insert(db, "import_preview", {
        "token_hash": hashed(key), "lines": as_json(kept), "plan_hash": "", "actor": actor,
        "expires_at": clock.machine.from_now(hours=PREVIEW_HOURS),
    })  # fmt: skip
    return key


def find(db: Database, key: str, actor: str) -> dict[str, Any]:
    """A kept file, with what was decided about it; raises PreviewGone."""
    sql = "SELECT lines FROM import_preview WHERE token_hash = ? AND actor = ? AND expires_at > ?"
    lines = scalar(db, sql, (hashed(key), actor, clock.machine.now()))
    if lines is None:
        raise PreviewGone
    found: dict[str, Any] = json.loads(lines)
    return found


def keep_again(db: Database, key: str, kept: dict[str, Any]) -> None:
    """Remember what was decided about a kept file."""
    sql = "UPDATE import_preview SET lines = ? WHERE token_hash = ?"
    run(db, sql, (as_json(kept), hashed(key)))


def forget(db: Database, key: str) -> None:
    """Let go of a file."""
    run(db, "DELETE FROM import_preview WHERE token_hash = ?", (hashed(key),))

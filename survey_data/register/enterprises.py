"""The register: municipalities, enterprises from first to last day, and apart their contacts."""

from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any

from sqlite_utils import Database

from survey_data import audit_trail, clock
from survey_data.database import first, insert, read_all, read_one, run, writing
from survey_data.errors import ClosedTooEarly, DataFolderOfAnotherCounty, DuplicateEnterprise
from survey_data.geography import COUNTY, MUNICIPALITIES
from survey_data.typed_text import check_org_number

# Why an enterprise is no longer asked.
CLOSING_REASONS = ("ceased", "moved", "not_asf", "dormant")


@dataclass(frozen=True)
class Enterprise:
    """One ASF, or one ASF unit of a larger organisation."""

    org_number: str
    name: str
    municipality_code: str
    active_from: str
    unit_name: str = ""
    legal_form: str = ""
    active_to: str | None = None
    is_example: bool = False
    id: int = 0

    @property
    def full_name(self) -> str:
        """The name, with the unit's where there is one."""
        return " – ".join(name for name in (self.name, self.unit_name) if name)


@dataclass(frozen=True)
class Contact:
    """Someone to write to at an enterprise."""

    email: str
    name: str = ""
    role: str = ""
    phone: str = ""
    is_main: bool = True
    language: str = "sv"
    enterprise_id: int = field(default=0, compare=False)
    # The number it is changed by.
    id: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Closing:
    """Why and since when an enterprise is no longer asked."""

    reason: str
    last_day: str
    note: str


# What an enterprise `e` is called: the name, with the unit's where there is one.
FULL_NAME = "e.name || iif(e.unit_name = '', '', ' – ' || e.unit_name)"
# Of an enterprise `e`, the contact `c` that mails go to, where there is one.
MAIN_CONTACT = """LEFT JOIN contact c ON c.id = (SELECT id FROM contact
    WHERE enterprise_id = e.id ORDER BY is_main DESC, id LIMIT 1)"""


def load_municipalities(db: Database) -> None:
    """Keep the municipalities as geography has them.

    Raises DataFolderOfAnotherCounty where others are kept: no figure of theirs could be published.
    """
    if first(db, "SELECT 1 FROM municipality WHERE county_code <> ?", (COUNTY.code,)):
        raise DataFolderOfAnotherCounty
    names = ("code", "name", "official_name", "county_code", "province")
    found = ((m.code, m.name, m.official_name, COUNTY.code, m.part_of) for m in MUNICIPALITIES)
    lines = (dict(zip(names, each, strict=True)) for each in found)
    db.table("municipality").upsert_all(lines, pk="code")


def enterprises(db: Database, *, active_on: date | None = None) -> list[Enterprise]:
    """Every enterprise by name, or those active on a date."""
    sql = """SELECT * FROM enterprise WHERE :day IS NULL OR (active_from <= :day
        AND (active_to IS NULL OR active_to >= :day)) ORDER BY name, unit_name"""
    return read_all(db, Enterprise, sql, {"day": active_on and active_on.isoformat()})


def enterprise(db: Database, enterprise_id: int) -> Enterprise | None:
    """One enterprise, or None."""
    return read_one(db, Enterprise, "SELECT * FROM enterprise WHERE id = ?", (enterprise_id,))


def by_org_number(db: Database, org_number: str) -> list[Enterprise]:
    """The enterprises and units that have an organisation number, also one without its hyphen."""
    sql = "SELECT * FROM enterprise WHERE replace(org_number, '-', '') = ?"
    return read_all(db, Enterprise, sql, (org_number.replace("-", ""),))


def main_contact(db: Database, enterprise_id: int) -> Contact | None:
    """The contact that mails go to, or None."""
    sql = "SELECT * FROM contact WHERE enterprise_id = ? ORDER BY is_main DESC, id"
    return read_one(db, Contact, sql, (enterprise_id,))


def main_contacts(db: Database) -> dict[int, Contact]:
    """The main contact of each enterprise that has one, by enterprise."""
    found = read_all(db, Contact, "SELECT * FROM contact WHERE is_main = 1")
    return {each.enterprise_id: each for each in found}


def facts_of(contact: Contact, enterprise_id: int) -> dict[str, Any]:
    """The columns of an enterprise's contact, but for its number."""
    facts = asdict(replace(contact, enterprise_id=enterprise_id))
    del facts["id"]
    return facts


def save_enterprise(
    db: Database, wanted: Enterprise, contact: Contact | None, actor: str, reason: str = ""
) -> int:
    """Store a new or changed enterprise with its main contact, and return its id.

    Raises InvalidOrgNumber or PersonalIdentityNumber for a bad number and
    DuplicateEnterprise where number and unit name are taken.
    """
    wanted = replace(wanted, org_number=check_org_number(wanted.org_number))
    with writing(db):
        same = "SELECT name FROM enterprise WHERE org_number = ? AND unit_name = ? AND id <> ?"
        if taken := first(db, same, (wanted.org_number, wanted.unit_name, wanted.id)):
            raise DuplicateEnterprise(taken["name"])
        before = enterprise(db, wanted.id) if wanted.id else None
        enterprise_id = _write_enterprise(db, wanted)
        if contact is not None:
            _write_main_contact(db, enterprise_id, contact)
        audit_trail.record(
            db, actor, "enterprise changed" if before else "enterprise added",
            f"enterprise {enterprise_id}", before=asdict(before) if before else None,
            after=asdict(wanted), reason=reason,
        )  # fmt: skip
    return enterprise_id


def _write_enterprise(db: Database, wanted: Enterprise) -> int:
    values = asdict(wanted) | {"active_to": wanted.active_to or None}
    del values["id"]
    if wanted.id:
        # Fictitious or not is settled when it is added.
        del values["is_example"]
        db.table("enterprise").update(wanted.id, values)
        return wanted.id
    return insert(db, "enterprise", values | {"created_at": clock.now()})


def _write_main_contact(db: Database, enterprise_id: int, contact: Contact) -> None:
    before = main_contact(db, enterprise_id)
    run(db, "DELETE FROM contact WHERE enterprise_id = ? AND is_main = 1", (enterprise_id,))
    # A list of enterprises says nothing of the language: what was chosen stays.
    language = before.language if before else contact.language
    wanted = facts_of(replace(contact, is_main=True, language=language), enterprise_id)
    db.table("contact").insert(wanted, replace=True)


def closing(db: Database, enterprise_id: int) -> Closing | None:
    """Why an enterprise is closed, None where it is not (or nobody said why)."""
    sql = """SELECT closed_reason AS reason, active_to AS last_day, closed_note AS note
        FROM enterprise WHERE id = ? AND active_to IS NOT NULL AND closed_reason <> ''"""
    return read_one(db, Closing, sql, (enterprise_id,))


def close(
    db: Database, enterprise_id: int, reason: str, last_day: date, note: str, actor: str
) -> None:
    """Close an enterprise from a day on, with a reason and a sentence.

    Raises ClosedTooEarly where the day is before the enterprise began, ValueError for a reason
    that is none.
    """
    if reason not in CLOSING_REASONS:
        raise ValueError(reason)
    with writing(db):
        before = _lifetime(db, enterprise_id)
        if last_day.isoformat() < before["active_from"]:
            raise ClosedTooEarly
        after = {"closed_reason": reason, "active_to": last_day.isoformat()}
        _set_closing(db, enterprise_id, "enterprise closed", before, after, note, actor)


def reopen(db: Database, enterprise_id: int, note: str, actor: str) -> None:
    """Take an enterprise back among those that are asked."""
    with writing(db):
        before = _lifetime(db, enterprise_id)
        if before["active_to"] is not None:
            after = {"closed_reason": "", "active_to": None}
            _set_closing(db, enterprise_id, "enterprise reopened", before, after, note, actor)


def _lifetime(db: Database, enterprise_id: int) -> dict[str, Any]:
    sql = "SELECT active_from, closed_reason, active_to FROM enterprise WHERE id = ?"
    row = first(db, sql, (enterprise_id,))
    if row is None:
        raise KeyError(enterprise_id)
    return row


def _set_closing(
    db: Database, enterprise_id: int, action: str, before: dict[str, Any], after: dict[str, Any],
    note: str, actor: str,
) -> None:  # fmt: skip
    sql = """UPDATE enterprise SET closed_reason = :closed_reason, active_to = :active_to,
        closed_note = iif(:active_to IS NULL, '', :note) WHERE id = :id"""
    run(db, sql, {**after, "note": note, "id": enterprise_id})
    old, subject = {name: before[name] for name in after}, f"enterprise {enterprise_id}"
    audit_trail.record(db, actor, action, subject, before=old, after=after, reason=note)

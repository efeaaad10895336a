"""The register: municipalities, enterprises from first to last day, and apart their contacts."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from sqlite_utils import Database

from survey_data import audit_trail, clock
from survey_data.database import first, insert, rows, run, writing
from survey_data.errors import ClosedTooEarly, DuplicateEnterprise
from survey_data.geography import COUNTY, MUNICIPALITIES
from survey_data.personal_numbers import check_org_number

# The codes that the questionnaire's choices of legal form have.
LEGAL_FORMS = (
    "economic_association",
    "nonprofit_association",
    "limited_company",
    "limited_company_svb",
    "foundation",
    "partnership",
    "other",
)
# Why an enterprise is no longer asked.
CLOSING_REASONS = ("ceased", "moved", "not_asf", "dormant")


@dataclass(frozen=True)
class Municipality:
    """A municipality with the province it is reported under."""

    code: str
    name: str
    official_name: str
    province: str


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


@dataclass(frozen=True)
class Closing:
    """Why and since when an enterprise is no longer asked."""

    reason: str
    last_day: str
    note: str


ENTERPRISE_COLUMNS = tuple(Enterprise.__dataclass_fields__)
CONTACT_COLUMNS = tuple(Contact.__dataclass_fields__)
CONTACT_SQL = ", ".join(CONTACT_COLUMNS)
# Of an enterprise `e`, the contact `c` that mails go to, where there is one.
MAIN_CONTACT = """LEFT JOIN contact c ON c.id = (SELECT id FROM contact
    WHERE enterprise_id = e.id ORDER BY is_main DESC, id LIMIT 1)"""


def load_municipalities(db: Database) -> None:
    """Keep the municipalities as geography has them."""
    db.table("municipality").upsert_all(
        (
            {
                "code": m.code,
                "name": m.name,
                "official_name": m.official_name,
                "county_code": COUNTY.code,
                "province": m.part_of,
            }
            for m in MUNICIPALITIES
        ),
        pk="code",
    )


def municipalities(db: Database) -> list[Municipality]:
    """Every municipality, by name."""
    found = rows(db, "SELECT code, name, official_name, province FROM municipality ORDER BY name")
    return [Municipality(**row) for row in found]


def enterprises(db: Database, *, active_on: date | None = None) -> list[Enterprise]:
    """Every enterprise by name, or those active on a date."""
    where, parameters = "1", ()
    if active_on is not None:
        where = "active_from <= :day AND (active_to IS NULL OR active_to >= :day)"
    sql = f"SELECT * FROM enterprise WHERE {where} ORDER BY name, unit_name"
    found = rows(db, sql, {"day": active_on.isoformat()} if active_on else parameters)
    return [enterprise_from(row) for row in found]


def enterprise_from(row: dict[str, Any]) -> Enterprise:
    """An Enterprise from a row of its table (other columns are ignored)."""
    values = {name: row[name] for name in ENTERPRISE_COLUMNS}
    return Enterprise(**{**values, "is_example": bool(row["is_example"])})


def enterprise(db: Database, enterprise_id: int) -> Enterprise | None:
    """One enterprise, or None."""
    row = first(db, "SELECT * FROM enterprise WHERE id = ?", (enterprise_id,))
    return enterprise_from(row) if row else None


def by_org_number(db: Database, org_number: str) -> list[Enterprise]:
    """The enterprises and units that have an organisation number, also one without its hyphen."""
    sql = "SELECT * FROM enterprise WHERE replace(org_number, '-', '') = ?"
    return [enterprise_from(row) for row in rows(db, sql, (org_number.replace("-", ""),))]


def main_contact(db: Database, enterprise_id: int) -> Contact | None:
    """The contact that mails go to, or None."""
    sql = f"SELECT {CONTACT_SQL} FROM contact WHERE enterprise_id = ? ORDER BY is_main DESC, id"
    row = first(db, sql, (enterprise_id,))
    return contact_from(row) if row else None


def contact_from(row: dict[str, Any]) -> Contact:
    """A Contact from the columns of its table."""
    return Contact(**{**row, "is_main": bool(row["is_main"])})


def main_contacts(db: Database) -> dict[int, Contact]:
    """The main contact of each enterprise that has one, by enterprise."""
    sql = f"SELECT {CONTACT_SQL} FROM contact WHERE is_main = 1"
    return {row["enterprise_id"]: contact_from(row) for row in rows(db, sql)}


def save_enterprise(
    db: Database, wanted: Enterprise, contact: Contact | None, actor: str, reason: str = ""
) -> int:
    """Store a new or changed enterprise with its main contact, and return its id.

    Raises InvalidOrgNumber or PersonalIdentityNumber for a bad number and
    DuplicateEnterprise where number and unit name are taken.
    """
    number = check_org_number(wanted.org_number)
    with writing(db):
        _refuse_duplicate(db, number, wanted)
        before = enterprise(db, wanted.id) if wanted.id else None
        enterprise_id = _write_enterprise(db, number, wanted)
        if contact is not None:
            _write_main_contact(db, enterprise_id, contact)
        audit_trail.record(
            db,
            actor,
            "enterprise changed" if before else "enterprise added",
            f"enterprise {enterprise_id}",
            before=asdict(before) if before else None,
            after=asdict(wanted) | {"org_number": number},
            reason=reason,
        )
    return enterprise_id


def _refuse_duplicate(db: Database, number: str, wanted: Enterprise) -> None:
    sql = "SELECT name FROM enterprise WHERE org_number = ? AND unit_name = ? AND id <> ?"
    taken = first(db, sql, (number, wanted.unit_name, wanted.id))
    if taken:
        raise DuplicateEnterprise(taken["name"])


def _write_enterprise(db: Database, number: str, wanted: Enterprise) -> int:
    values = asdict(wanted) | {"org_number": number, "active_to": wanted.active_to or None}
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
    wanted = asdict(contact) | {"enterprise_id": enterprise_id, "is_main": True}
    # A list of enterprises says nothing of the language: what was chosen stays.
    wanted["language"] = before.language if before else contact.language
    db.table("contact").insert(wanted, replace=True)


def closing(db: Database, enterprise_id: int) -> Closing | None:
    """Why an enterprise is closed, None where it is not (or nobody said why)."""
    sql = """SELECT closed_reason, active_to, closed_note FROM enterprise WHERE id = ?
        AND active_to IS NOT NULL AND closed_reason <> ''"""
    row = first(db, sql, (enterprise_id,))
    return Closing(*row.values()) if row else None


def close(
    db: Database, enterprise_id: int, reason: str, last_day: date, note: str, actor: str
) -> None:
    """Close an enterprise from a day on, with a reason and a sentence.

    Raises ClosedTooEarly where the day is before the enterprise began, ValueError for a reason
    that is none.
    """
    if reason not in CLOSING_REASONS:
        raise ValueError(reason)
    after = {"closed_reason": reason, "active_to": last_day.isoformat()}
    with writing(db):
        before = _lifetime(db, enterprise_id)
        if last_day.isoformat() < before.pop("active_from"):
            raise ClosedTooEarly
        _set_closing(db, enterprise_id, after | {"closed_note": note})
        subject = f"enterprise {enterprise_id}"
        audit_trail.record(
            db, actor, "enterprise closed", subject, before=before, after=after, reason=note
        )


def reopen(db: Database, enterprise_id: int, note: str, actor: str) -> None:
    """Take an enterprise back among those that are asked."""
    after = {"closed_reason": "", "active_to": None}
    with writing(db):
        before = _lifetime(db, enterprise_id)
        before.pop("active_from")
        if before["active_to"] is None:
            return
        _set_closing(db, enterprise_id, after | {"closed_note": ""})
        subject = f"enterprise {enterprise_id}"
        audit_trail.record(
            db, actor, "enterprise reopened", subject, before=before, after=after, reason=note
        )


def _lifetime(db: Database, enterprise_id: int) -> dict[str, Any]:
    sql = "SELECT active_from, closed_reason, active_to FROM enterprise WHERE id = ?"
    row = first(db, sql, (enterprise_id,))
    if row is None:
        raise KeyError(enterprise_id)
    return row


def _set_closing(db: Database, enterprise_id: int, values: dict[str, Any]) -> None:
    sql = """UPDATE enterprise SET closed_reason = :closed_reason, active_to = :active_to,
        closed_note = :closed_note WHERE id = :id"""
    run(db, sql, values | {"id": enterprise_id})

"""The register as a CSV file, out and in; a file with one bad line changes nothing."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlite_utils import Database

from survey_data.database import first, rows, writing
from survey_data.errors import BadImport, BadLine, InvalidOrgNumber, PersonalIdentityNumber
from survey_data.personal_numbers import check_org_number, has_personal_number
from survey_data.register.enterprises import (
    LEGAL_FORMS,
    Contact,
    Enterprise,
    contacts,
    municipalities,
    save_enterprise,
)
from survey_data.spreadsheet_rows import COLUMNS, REQUIRED, Line, defuse, lines

__all__ = ["COLUMNS", "EMAIL", "REQUIRED", "ReadFile", "defuse", "export_csv", "import_csv",
           "main_contact", "read_csv", "read_file"]  # fmt: skip

# What a browser's own e-mail field takes, so that one address is one and every server takes it.
EMAIL = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@(?:localhost|(?:[A-Za-z0-9-]+\.)+[A-Za-z0-9-]{2,})"
)


def export_csv(db: Database) -> str:
    """The whole register with main contacts as CSV text, one line an enterprise."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    for row in rows(
        db,
        "SELECT e.*, c.name AS contact_name, c.role AS contact_role, c.email AS contact_email,"
        " c.phone AS contact_phone FROM enterprise e"
        " LEFT JOIN contact c ON c.enterprise_id = e.id AND c.is_main = 1 ORDER BY e.name",
    ):
        writer.writerow({name: defuse(str(row[name] or "")) for name in COLUMNS})
    return out.getvalue()


@dataclass(frozen=True)
class ReadFile:
    """Every line of a register file: the good ones as enterprises, the bad ones by name."""

    found: tuple[tuple[Enterprise, Contact], ...]
    faults: tuple[BadLine, ...]


def read_file(db: Database, content: bytes) -> ReadFile:
    """Every line of an import, nothing stored yet; the header is line 1.

    Known enterprises (same organisation number and unit name) keep their id.
    """
    codes = {m.code for m in municipalities(db)}
    faults: list[BadLine] = []
    seen: dict[tuple[str, str], int] = {}
    found = []
    try:
        for number, line in lines(content):
            wrong = [*_faults(number, line, codes)]
            if not wrong:
                key = (check_org_number(line["org_number"]), line["unit_name"])
                wrong = [*_repeated(number, key, seen)]
                found.append(_read(db, line, key[0]))
            faults += wrong
    except BadImport as fault:
        return ReadFile((), fault.faults)
    return ReadFile(tuple(found), tuple(faults))


def read_csv(db: Database, content: bytes) -> list[tuple[Enterprise, Contact]]:
    """Every line of an import as an enterprise and its contact; raises BadImport."""
    read = read_file(db, content)
    if read.faults:
        raise BadImport(read.faults)
    return list(read.found)


def import_csv(db: Database, content: bytes, actor: str) -> int:
    """Store every line of a CSV or XLSX file in one transaction and return how many.

    Raises BadImport, and then stores nothing.
    """
    with writing(db):
        found = read_csv(db, content)
        for wanted, contact in found:
            save_enterprise(db, wanted, contact, actor, reason="CSV")
    return len(found)


def _faults(number: int, line: Line, codes: set[str]) -> Iterator[BadLine]:
    for name in REQUIRED:
        if not line[name]:
            yield BadLine(number, name, f"{name} saknas", f"{name} is missing")
    yield from _org_number_faults(number, line["org_number"])
    if line["municipality_code"] and line["municipality_code"] not in codes:
        yield BadLine(
            number,
            "municipality_code",
            "kommunkoden finns inte i länet (till exempel 2180 för Gävle)",
            "the municipality code is not in the county (for example 2180 for Gävle)",
        )
    if line["legal_form"] and line["legal_form"] not in LEGAL_FORMS:
        yield BadLine(
            number,
            "legal_form",
            "legal_form ska vara tom eller en av " + ", ".join(LEGAL_FORMS),
            "legal_form must be empty or one of " + ", ".join(LEGAL_FORMS),
        )
    if line["contact_email"] and not EMAIL.fullmatch(line["contact_email"]):
        yield BadLine(
            number, "contact_email", "e-postadressen är inte hel", "the email address is incomplete"
        )
    if len(line["name"]) > 200:
        yield BadLine(
            number,
            "name",
            "namnet är längre än 200 tecken",
            "the name is longer than 200 characters",
        )
    yield from _person_faults(number, line)
    yield from _date_faults(number, line)


def _org_number_faults(number: int, text: str) -> Iterator[BadLine]:
    # The number itself is never repeated: it may be a person's.
    try:
        check_org_number(text) if text else None
    except PersonalIdentityNumber:
        yield BadLine(
            number,
            "org_number",
            "det ser ut som ett personnummer och sparas inte; ange ett organisationsnummer",
            "this looks like a personal identity number and is not stored; "
            "give an organisation number",
        )
    except InvalidOrgNumber:
        yield BadLine(
            number,
            "org_number",
            "organisationsnumret ska ha tio siffror med rätt kontrollsiffra",
            "the organisation number must be ten digits with a right check digit",
        )


def _person_faults(number: int, line: Line) -> Iterator[BadLine]:
    for name in ("name", "unit_name", "contact_name", "contact_role", "contact_phone"):
        if has_personal_number(line[name]):
            yield BadLine(
                number,
                name,
                f"{name} ser ut att hålla ett personnummer, som inte sparas",
                f"{name} seems to hold a personal identity number, which is not stored",
            )


def _date_faults(number: int, line: Line) -> Iterator[BadLine]:
    days = {}
    for name in ("active_from", "active_to"):
        try:
            days[name] = date.fromisoformat(line[name]) if line[name] else None
        except ValueError:
            yield BadLine(
                number,
                name,
                f"{name} ska skrivas ÅÅÅÅ-MM-DD",
                f"{name} must be written YYYY-MM-DD",
            )
    start, end = days.get("active_from"), days.get("active_to")
    if start and end and end < start:
        yield BadLine(
            number, "active_to", "active_to ligger före active_from", "active_to is too early"
        )


def _repeated(
    number: int, key: tuple[str, str], seen: dict[tuple[str, str], int]
) -> Iterator[BadLine]:
    if key in seen:
        yield BadLine(
            number,
            "org_number",
            f"samma organisationsnummer och enhetsnamn som på rad {seen[key]}",
            f"same organisation number and unit name as on line {seen[key]}",
        )
    seen.setdefault(key, number)


def _read(db: Database, line: Line, number: str) -> tuple[Enterprise, Contact]:
    known = first(
        db,
        "SELECT id, is_example FROM enterprise WHERE org_number = ? AND unit_name = ?",
        (number, line["unit_name"]),
    )
    wanted = Enterprise(
        id=known["id"] if known else 0,
        is_example=line["is_example"] == "1" or bool(known and known["is_example"]),
        org_number=number,
        name=line["name"],
        unit_name=line["unit_name"],
        municipality_code=line["municipality_code"],
        legal_form=line["legal_form"],
        active_from=_day(line["active_from"]),
        active_to=_day(line["active_to"]) if line["active_to"] else None,
    )
    contact = Contact(
        email=line["contact_email"],
        name=line["contact_name"],
        role=line["contact_role"],
        phone=line["contact_phone"],
    )
    return wanted, contact


def _day(text: str) -> str:
    # 20210101 is a date as well, but only 2021-01-01 sorts among the others as text.
    return date.fromisoformat(text).isoformat()


def main_contact(db: Database, enterprise_id: int) -> Contact | None:
    """The contact that mails go to, or None."""
    found = contacts(db, enterprise_id)
    return found[0] if found else None

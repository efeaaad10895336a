"""The register as a file that can be read in again: its columns, and a line for each enterprise."""

from __future__ import annotations

from sqlite_utils import Database

from survey_data.database import rows
from survey_data.tables_to_files import Cell

CONTACT_COLUMNS = ("contact_name", "contact_role", "contact_email", "contact_phone")
COLUMNS = (
    "org_number", "name", "unit_name", "municipality_code", "legal_form", "active_from",
    "active_to", *CONTACT_COLUMNS,
    # 1 for a fictitious enterprise, so that an example never comes back as a real one.
    "is_example",
)  # fmt: skip


def register_rows(db: Database) -> list[list[Cell]]:
    """Every enterprise with its main contact, in the order of `COLUMNS`."""
    found = rows(
        db,
        "SELECT e.*, c.name AS contact_name, c.role AS contact_role, c.email AS contact_email,"
        " c.phone AS contact_phone FROM enterprise e"
        " LEFT JOIN contact c ON c.enterprise_id = e.id AND c.is_main = 1 ORDER BY e.name",
    )
    return [[str(row[name] or "") for name in COLUMNS] for row in found]

"""What every table and column of the two published databases means, in both languages.

The words stand in published/codebook.csv; what the questions' columns mean follows from
the questionnaire.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from survey_data import packaged_lines


@dataclass(frozen=True)
class Entry:
    """One row of the codebook; column "" describes the table itself."""

    table_name: str
    column_name: str
    label_sv: str
    label_en: str
    definition_sv: str
    definition_en: str
    unit_sv: str
    unit_en: str


@cache
def entries(database: str) -> tuple[Entry, ...]:
    """The codebook of "open" or "analysts", in the order of its tables' columns."""
    lines = [line for line in packaged_lines("codebook") if line.pop("database") == database]
    return tuple(Entry(**line) for line in lines)


def columns_of(database: str, table: str) -> tuple[str, ...]:
    """The columns of a table that the codebook knows, in order."""
    found = (e for e in entries(database) if e.table_name == table)
    return tuple(e.column_name for e in found if e.column_name)

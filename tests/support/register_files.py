"""Lists of enterprises as files, and what the register would make of them."""

from __future__ import annotations

import csv
import io

from sqlite_utils import Database

from forms.archive import register_import
from forms.archive.register_import import RegisterProposal
from survey_data.automation.fictitious_enterprises import examples
from survey_data.register import import_preview
from survey_data.register.register_file import COLUMNS


def fictitious_csv() -> str:
    """Every fictitious enterprise as a register file."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for each in examples():
        e, c = each.enterprise, each.contact
        line = {name: getattr(e, name, "") or "" for name in COLUMNS}
        contact = {f"contact_{n}": getattr(c, n) for n in ("name", "role", "email", "phone")}
        writer.writerow(line | contact | {"is_example": "1"})
    return out.getvalue()


def looked_at(db: Database, content: bytes) -> RegisterProposal:
    """What a file would do; raises UnreadableFile."""
    return register_import.proposed(db, register_import.opened(content, "register.csv"))


def taken_in(db: Database, content: bytes) -> int:
    """Store every line of a file that can be, and return how many; raises UnreadableFile."""
    return import_preview.store(db, looked_at(db, content).reading.changes, "test")

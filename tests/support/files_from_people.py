"""Files as the programs people use write them, and as people leave them."""

import csv
import io
import re
import zipfile
from collections.abc import Callable, Sequence
from typing import Any

import xlsxwriter
from openpyxl import Workbook
from sqlite_utils import Database

from forms.archive import register_import
from forms.archive.register_import import RegisterProposal
from survey_data.automation.fictitious_enterprises import examples
from survey_data.register import register_file
from survey_data.register.register_file import COLUMNS

Rows = Sequence[Sequence[Any]]


def csv_of(rows: Rows, separator: str = ";", encoding: str = "utf-8", **ways: Any) -> bytes:
    """Rows as Python's csv writes them."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=separator, **ways).writerows(rows)
    return out.getvalue().encode(encoding)


def openpyxl_of(rows: Rows, change: Callable[[Any], None] | None = None) -> bytes:
    """Rows in the first sheet of a workbook by openpyxl, changed before it is saved."""
    book, out = Workbook(), io.BytesIO()
    for row in rows:
        book.worksheets[0].append(list(row))
    if change:
        change(book)
    book.save(out)
    return out.getvalue()


def xlsxwriter_of(rows: Rows, top: int = 0, left: int = 0, **options: Any) -> bytes:
    """Rows in a workbook by xlsxwriter (which pandas writes with), from a cell on."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet("Data")
        for at, row in enumerate(rows):
            for place, value in enumerate(row):
                if value not in ("", None):
                    sheet.write(top + at, left + place, value)
    return out.getvalue()


def rewritten(book: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    """A workbook with the text of its parts changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    return out.getvalue()


def with_stated_range(book: bytes, stated: str) -> bytes:
    """A workbook whose sheets state another range than they have."""
    return rewritten(book, lambda name, part: re.sub(
        rb'<dimension ref="[^"]*"', f'<dimension ref="{stated}"'.encode(), part))  # fmt: skip


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
    return register_file.store(db, looked_at(db, content).reading.changes, "test")

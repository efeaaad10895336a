"""Files as the programs people use write them, and as people leave them."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable, Sequence
from typing import Any

import xlsxwriter
from openpyxl import Workbook

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

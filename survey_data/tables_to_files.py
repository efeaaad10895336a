"""A table as a file: CSV for programs, XLSX for people; no cell is ever taken for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Literal

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from survey_data import clock
from survey_data.spreadsheet_rows import defuse

Format = Literal["csv", "xlsx"]
Cell = str | int | float | None
MEDIA_TYPES: dict[str, str] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
WIDEST = 60


def moment_cell(moment: str | None) -> str:
    """A stored moment as a spreadsheet reads it, in Swedish time."""
    return clock.local(moment).strftime("%Y-%m-%d %H:%M") if moment else ""


def table_file(columns: Sequence[str], rows: Iterable[Sequence[Cell]], format: Format) -> bytes:
    """The table as a file of the format: numbers as numbers, texts as texts."""
    safe = [[_safe(cell) for cell in row] for row in rows]
    return _xlsx(columns, safe) if format == "xlsx" else _csv(columns, safe)


def _safe(cell: Cell) -> Cell:
    return defuse(cell) if isinstance(cell, str) else cell


def _csv(columns: Sequence[str], rows: list[list[Cell]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows(rows)
    # The byte order mark makes Excel read å, ä and ö right.
    return out.getvalue().encode("utf-8-sig")


def _xlsx(columns: Sequence[str], rows: list[list[Cell]]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("ASF")
    sheet.freeze_panes = "A2"
    for place, name in enumerate(columns):
        texts = [name, *(str(row[place] or "") for row in rows)]
        width = min(WIDEST, 2 + max(map(len, texts)))
        sheet.column_dimensions[get_column_letter(place + 1)].width = width
    head = [WriteOnlyCell(sheet, name) for name in columns]
    for cell in head:
        cell.font = Font(bold=True)
    sheet.append(head)
    for row in rows:
        sheet.append([_printable(cell) for cell in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _printable(cell: Cell) -> Cell:
    # A control character makes a file that Excel says is damaged.
    return ILLEGAL_CHARACTERS_RE.sub("", cell) if isinstance(cell, str) else cell

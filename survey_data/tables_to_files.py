"""A table as a file, CSV or XLSX; no cell is ever taken for a formula.

One rule for every CSV: the one that a Swedish Excel, LibreOffice and Numbers open right. Where
programs read it too there is a choice of the other, which R and pandas read without being told.
The library of workbooks is loaded by the first who asks for one.
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from survey_data import clock
from survey_data.typed_text import for_any_file

Format = Literal["csv", "xlsx"]
Cell = str | int | float | None
WIDEST = 60
MEDIA_TYPES: dict[str, str] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
# Where a cell may begin that a spreadsheet calculates: also inside a text, for one that has another
# sign between cells than the file, as Excel has in another country, begins a new cell there.
_BEGINS, _FORMULA = r"(^|[,;\t\r\n])", r"(?=[\"']*[=+\-@\t\r])"
_BARE, _DEFUSED = re.compile(_BEGINS + _FORMULA), re.compile(f"{_BEGINS}'{_FORMULA}")


def defuse(text: str) -> str:
    """A text of which no spreadsheet takes anything for a formula, by an apostrophe before each."""
    return _BARE.sub(r"\1'", text)


def as_meant(text: str) -> str:
    """A text as it was before it was defused."""
    return _DEFUSED.sub(r"\1", text)


def moment_cell(moment: str | None) -> str:
    """A stored moment as a spreadsheet reads it, in Swedish time."""
    return clock.local(moment).strftime("%Y-%m-%d %H:%M") if moment else ""


@dataclass(frozen=True)
class CsvRule:
    """How a CSV file is written: what stands between cells and before decimals, and its start."""

    separator: str
    decimal: str
    begins: str


# The byte order mark makes Excel read å, ä and ö right; R would take it for a letter.
FOR_SPREADSHEETS = CsvRule(";", ",", "\ufeff")
FOR_PROGRAMS = CsvRule(",", ".", "")


def table_file(
    columns: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    format: Format,
    rule: CsvRule = FOR_SPREADSHEETS,
) -> bytes:
    """The table as a file of the format: numbers as numbers, texts as texts."""
    if format == "xlsx":
        return workbook([("ASF", [columns, *rows])])
    return csv_text([columns, *rows], rule).encode()


def csv_text(rows: Iterable[Sequence[Cell]], rule: CsvRule = FOR_SPREADSHEETS) -> str:
    """Rows as a CSV text by the rule, the header among them."""
    out = io.StringIO(newline="")
    out.write(rule.begins)
    writer = csv.writer(out, delimiter=rule.separator, lineterminator="\r\n")
    writer.writerows([_cell(cell, rule) for cell in row] for row in rows)
    return out.getvalue()


def _cell(cell: Cell, rule: CsvRule) -> Cell:
    if isinstance(cell, float):
        return str(cell).replace(".", rule.decimal)
    return defuse(cell) if isinstance(cell, str) else cell


def workbook(
    sheets: Iterable[tuple[str, Sequence[Sequence[Any]]]], created: datetime | None = None
) -> bytes:
    """Sheets of rows by their titles, the first row of each a heading that stays in sight."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    if created is not None:
        book.properties.created = created
    for title, rows in sheets:
        _add_sheet(book, title, rows)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _add_sheet(book: Any, title: str, rows: Sequence[Sequence[Any]]) -> None:
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    for place in range(len(rows[0])):
        widest = max(len(str(row[place])) for row in rows if len(row) > place)
        letter = get_column_letter(place + 1)
        sheet.column_dimensions[letter].width = min(WIDEST, 2 + widest)
    for number, row in enumerate(rows):
        cells = [_sheet_cell(sheet, value) for value in row]
        for cell in cells if number == 0 else ():
            cell.font = Font(bold=True)
        sheet.append(cells)


def _sheet_cell(sheet: Any, value: Any) -> Any:
    from openpyxl.cell import WriteOnlyCell

    if not isinstance(value, str):
        return WriteOnlyCell(sheet, value)
    cell = WriteOnlyCell(sheet, for_any_file(value))
    # A text by its type is never worked out, whatever it begins with.
    cell.data_type = "s"
    return cell

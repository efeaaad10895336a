"""A workbook of tables; no cell is ever taken for a formula.

Apart from what else makes files, so that its library is loaded by the first who asks for one.
"""

import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from survey_data.typed_text import for_any_file

WIDEST = 60
BOLD = Font(bold=True)
Sheet = tuple[str, Sequence[Sequence[Any]]]


def workbook(sheets: Iterable[Sheet], created: datetime | None = None) -> bytes:
    """Sheets of rows by their titles, the first row of each a heading that stays in sight."""
    book = Workbook(write_only=True)
    if created is not None:
        book.properties.created = created
    for title, rows in sheets:
        _add_sheet(book, title, rows)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _add_sheet(book: Any, title: str, rows: Sequence[Sequence[Any]]) -> None:
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    for place in range(len(rows[0])):
        widest = max(len(str(row[place])) for row in rows if len(row) > place)
        letter = get_column_letter(place + 1)
        sheet.column_dimensions[letter].width = min(WIDEST, 2 + widest)
    for number, row in enumerate(rows):
        cells = [_cell(sheet, value) for value in row]
        if number == 0:
            for cell in cells:
                cell.font = BOLD
        sheet.append(cells)


def _cell(sheet: Any, value: Any) -> Any:
    if not isinstance(value, str):
        return WriteOnlyCell(sheet, value)
    cell = WriteOnlyCell(sheet, for_any_file(value))
    # A text by its type is never worked out, whatever it begins with.
    cell.data_type = "s"
    return cell

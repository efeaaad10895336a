"""Every table and answer as an Excel file, in which no cell is ever a formula."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from typing import Any

from datasette import Response, hookimpl
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
WIDEST = 60
BOLD = Font(bold=True)
# More than any table here has, and less than would fill the memory.
MOST_ROWS = 50_000
MORE = "Fler rader finns. Hämta som CSV för att få alla."


@hookimpl
def register_output_renderer() -> dict[str, Any]:
    """Offer .xlsx beside .csv and .json."""
    return {"extension": "xlsx", "render": render}


async def render(
    datasette: Any, database: str, table: str | None, columns: Sequence[str], rows: Any, data: Any
) -> Response:
    """The table with every row of its selection, or the answer of a question."""
    found, is_cut = [tuple(row) for row in rows], bool(data.get("truncated"))
    query = data.get("query") or {}
    if table and query.get("sql"):
        # Without the limit of a page.
        sql = re.sub(r"\s+limit \d+\s*$", f" limit {MOST_ROWS}", query["sql"])
        whole = await datasette.get_database(database).execute(sql, query.get("params"))
        found, is_cut = [tuple(row) for row in whole.rows], whole.truncated
    name = f"asf-{table or data.get('canned_query') or 'svar'}.xlsx"
    return Response(
        workbook(columns, found, MORE if is_cut else ""),
        content_type=MEDIA_TYPE,
        headers={"content-disposition": f'attachment; filename="{name}"'},
    )


def workbook(columns: Sequence[str], rows: Iterable[Sequence[Any]], last: str = "") -> bytes:
    """Rows under a heading that stays in sight; `last` is said after them."""
    lines = [list(columns), *map(list, rows), *([[last]] if last else [])]
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Data")
    sheet.freeze_panes = "A2"
    for place in range(len(columns)):
        widest = max(len(str(line[place])) for line in lines if len(line) > place)
        sheet.column_dimensions[get_column_letter(place + 1)].width = min(WIDEST, 2 + widest)
    for number, line in enumerate(lines):
        cells = [_cell(sheet, value) for value in line]
        for cell in cells if number == 0 else ():
            cell.font = BOLD
        sheet.append(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _cell(sheet: Any, value: Any) -> Any:
    if value is None or isinstance(value, (int, float)):
        return WriteOnlyCell(sheet, value)
    text = ILLEGAL_CHARACTERS_RE.sub("", str(value))
    cell = WriteOnlyCell(sheet, f"'{text}" if text.startswith(FORMULA_STARTS) else text)
    cell.data_type = "s"
    return cell

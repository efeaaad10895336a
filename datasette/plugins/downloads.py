"""Downloads: open.db as one file, and any table for Excel; CSV has a file of its own."""

import io
import re
import sqlite3
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any
from unicodedata import normalize

from datasette import Response, hookimpl
from datasette.plugins import pm

# As survey_data/typed_text.py has it: what holds one of these is no workbook.
NO_XML_HAS = re.compile("[\x00-\x08\v\f\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDEST = 60
# More than any table here has, and less than would fill the memory.
MOST_ROWS = 50_000


@hookimpl
def register_routes() -> list[tuple[str, Callable[..., Awaitable[Response]]]]:
    """Offer open.db; Datasette's own download is off, as the files change in place."""
    return [(r"^/open\.db$", download)]


async def download(datasette: Any, request: Any) -> Response:
    """The whole open database as it is at this moment, read in one transaction."""
    await datasette.ensure_permissions(request.actor, [("view-database", "open"), "view-instance"])
    name, content = await datasette.get_database("open").execute_fn(_file)
    return Response(
        content,
        content_type="application/vnd.sqlite3",
        headers={"content-disposition": f'attachment; filename="{name}"'},
    )


def _file(connection: sqlite3.Connection) -> tuple[str, bytes]:
    """What the file is called, by its county as the other files are, and what is in it."""
    [county] = connection.execute("SELECT name FROM areas WHERE area_type = 'county'").fetchone()
    plain = normalize("NFD", county.removesuffix(" län").removesuffix("s")).lower()
    stem = plain.encode("ascii", "ignore").decode()
    return f"asf-{stem}-open.db", connection.serialize()


@hookimpl
def register_output_renderer() -> dict[str, Any]:
    """Offer .xlsx beside .csv and .json."""
    return {"extension": "xlsx", "render": render}


async def render(
    datasette: Any,
    request: Any,
    database: str,
    table: str | None,
    columns: Sequence[str],
    rows: Any,
    data: Any,
) -> Response:
    """The table with every row of its selection, or the answer of a question."""
    found, is_cut = [tuple(row) for row in rows], bool(data.get("truncated"))
    query = data.get("query") or {}
    if table and query.get("sql"):
        # Without the limit of a page.
        sql = re.sub(r"\s+limit \d+\s*$", f" limit {MOST_ROWS}", query["sql"])
        whole = await datasette.get_database(database).execute(sql, query.get("params"))
        found, is_cut = [tuple(row) for row in whole.rows], whole.truncated
    name = f"asf-{request.url_vars.get('table', 'svar')}.xlsx"
    return Response(
        workbook(columns, found, more() if is_cut else ""),
        content_type=MEDIA_TYPE,
        headers={"content-disposition": f'attachment; filename="{name}"'},
    )


def more() -> str:
    """That a file is cut, and how to get it all."""
    _ = pm.get_plugin("language.py").gettext
    return str(_("Fler rader finns. Välj ett smalare urval, eller hämta allt som SQLite-fil."))


def workbook(columns: Sequence[str], rows: Iterable[Sequence[Any]], last: str = "") -> bytes:
    """Rows under a heading that stays in sight; `last` is said after them."""
    from openpyxl import Workbook
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

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
            cell.font = Font(bold=True)
        sheet.append(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _cell(sheet: Any, value: Any) -> Any:
    from openpyxl.cell import WriteOnlyCell

    if value is None or isinstance(value, (int, float)):
        return WriteOnlyCell(sheet, value)
    text = NO_XML_HAS.sub("", str(value))
    cell = WriteOnlyCell(sheet, text)
    # A text by its type is never worked out, whatever it begins with.
    cell.data_type = "s"
    return cell

"""Downloads: open.db as one file, any table for Excel, and CSV, in which no cell is a formula."""

from __future__ import annotations

import csv
import io
import re
import sqlite3
from collections.abc import Awaitable, Callable, Iterable, MutableMapping, Sequence
from typing import Any
from unicodedata import normalize

from datasette import Response, hookimpl
from datasette.plugins import pm
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDEST = 60
BOLD = Font(bold=True)
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


# Inside what compresses.
@hookimpl(tryfirst=True)
def asgi_wrapper() -> Callable[[App], App]:
    """Defuse every CSV on its way out."""

    def wrap(app: App) -> App:
        async def defusing(scope: Message, receive: Receive, send: Send) -> None:
            is_csv = scope["type"] == "http" and scope["path"].endswith(".csv")
            await app(scope, receive, _defused(send) if is_csv else send)

        return defusing

    return wrap


def _defused(send: Send) -> Send:
    async def send_defused(message: Message) -> None:
        if message["type"] == "http.response.body" and message.get("body"):
            # Datasette sends a CSV one row at a time, so a message is a row.
            message = {**message, "body": defuse(message["body"].decode()).encode()}
        await send(message)

    return send_defused


def defuse(row: str) -> str:
    """A CSV row with an apostrophe before each cell that a spreadsheet would calculate."""
    cells = next(csv.reader(io.StringIO(row, newline="")), [])
    if not any(_is_formula(cell) for cell in cells):
        return row
    written = io.StringIO(newline="")
    csv.writer(written).writerow(f"'{c}" if _is_formula(c) else c for c in cells)
    return written.getvalue()


def _is_formula(cell: str) -> bool:
    return cell.startswith(FORMULA_STARTS) and not _is_number(cell)


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


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
        workbook(columns, found, _more() if is_cut else ""),
        content_type=MEDIA_TYPE,
        headers={"content-disposition": f'attachment; filename="{name}"'},
    )


def _more() -> str:
    _ = pm.get_plugin("language.py").gettext
    return str(_("Fler rader finns. Hämta som CSV för att få alla."))


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
    cell = WriteOnlyCell(sheet, text)
    # A text by its type is never worked out, whatever it begins with.
    cell.data_type = "s"
    return cell

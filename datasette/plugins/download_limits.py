"""Downloads: the open database as one file, and CSV that no spreadsheet takes for a formula."""

from __future__ import annotations

import csv
import io
import sqlite3
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from unicodedata import normalize

from datasette import Response, hookimpl

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


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

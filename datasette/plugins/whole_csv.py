"""CSV with every row, in which no cell is a formula.

What a page of a query costs is not paid for its file too: the query is asked once.
"""

import csv
import io
import re
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from contextvars import ContextVar
from functools import partial, wraps
from typing import Any
from urllib.parse import parse_qsl, urlencode

from datasette import NotFound, Response, hookimpl
from datasette.database import QueryInterrupted, Results
from datasette.plugins import pm
from datasette.utils import sqlite_timelimit

App = Callable[..., Awaitable[None]]

# Where a cell may begin that a spreadsheet calculates: also inside a text, since Excel begins a new
# cell at a semicolon in Sweden and at a comma elsewhere.
FORMULA = re.compile(r"(^|[,;\t\r\n])(?=[\"']*[=+\-@\t\r])")
# What every such cell has somewhere: most have it nowhere, which is sooner seen.
RISKY = re.compile(r"[=+\-@\t\r]")

# The extension under which a whole CSV goes by Datasette's renderers.
WHOLE = "whole_csv"
# The least that Datasette needs to do on the way there.
ONE_ROW = {"_nocount": "1", "_nofacet": "1", "_size": "1"}
FILE_MS = 5000
# Whether the answer that is made is a whole CSV.
is_whole: ContextVar[bool] = ContextVar("is_whole", default=False)


# Inside what compresses.
@hookimpl(tryfirst=True)
def asgi_wrapper() -> Callable[[App], App]:
    """Give every row of a CSV, and no cell in it that a spreadsheet would calculate.

    Datasette's own ends at 2,000 rows of a query without a word. Of a table it asks for page
    after page, and loses rows where they are sorted falling by the first column of a key, as the
    first page is not in the order of the others. Only a page that was asked for is left to it.
    """

    return lambda app: partial(_whole, app)


async def _whole(app: App, scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] != "http" or not scope["path"].endswith(".csv"):
        await app(scope, receive, send)
        return
    asked = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    if _is_a_page(dict(asked)):
        await app(scope, receive, partial(_send_defused, send))
        return
    # By the way of the other renderers, which Datasette does not do for CSV.
    if not any(name == "sql" for name, _ in asked):
        asked = [(k, v) for k, v in asked if k not in ONE_ROW] + list(ONE_ROW.items())
    path = scope["path"].removesuffix("csv") + WHOLE
    inside = {"path": path, "raw_path": path.encode(), WHOLE: True}
    inside["query_string"] = urlencode(asked).encode()
    token = is_whole.set(True)
    try:
        await app({**scope, **inside}, receive, send)
    finally:
        is_whole.reset(token)


@hookimpl
def startup() -> None:
    """Ask a question once where its whole CSV is wanted, not for a page too; once in a process."""
    from datasette.app import Datasette

    if hasattr(Datasette.execute, "__wrapped__"):
        return
    execute = Datasette.execute

    @wraps(execute)
    async def once(datasette: Any, database: str, sql: str, *rest: Any, **more: Any) -> Any:
        if is_whole.get() and more.get("truncate"):
            return Results([], False, ())
        return await execute(datasette, database, sql, *rest, **more)

    Datasette.execute = once


def _is_a_page(asked: dict[str, str]) -> bool:
    """Whether one page of rows is asked for, or Datasette's table of debugging."""
    is_short = asked.get("_size", "max") != "max" and "_stream" not in asked
    return is_short or "_next" in asked or "_trace" in asked


async def _send_defused(send: Any, message: Any) -> None:
    if message["type"] == "http.response.body" and message.get("body"):
        # Datasette sends a CSV one row at a time, so a message is a row.
        message = {**message, "body": defuse(message["body"].decode()).encode()}
    await send(message)


def defuse(row: str) -> str:
    """A CSV row with an apostrophe before each cell that a spreadsheet would calculate."""
    cells = next(csv.reader(io.StringIO(row, newline="")), [])
    safe = [_safe(cell) for cell in cells]
    if safe == cells:
        return row
    written = io.StringIO(newline="")
    csv.writer(written).writerow(safe)
    return written.getvalue()


@hookimpl
def register_output_renderer() -> dict[str, Any]:
    """Offer the whole CSV that takes the place of .csv."""
    return {"extension": WHOLE, "render": render_csv, "can_render": lambda: False}


async def render_csv(
    datasette: Any, request: Any, database: str, table: str | None, data: Any
) -> Response:
    """Every row of a table's selection or of a query, up to what one file may hold."""
    if WHOLE not in request.scope:
        # Nobody takes anything home under a name that is not looked for.
        raise NotFound("No such format")
    query = data["query"]
    sql = re.sub(r"\s+limit \d+\s*$", "", query["sql"]) if table else query["sql"]
    most = datasette.setting("max_csv_mb") * 1024 * 1024
    db, params = datasette.get_database(database), query.get("params") or {}
    labels = await _labels(datasette, database, table, data)
    has_head = request.args.get("_header") != "off"
    # Here, as another thread does not know the reader's language.
    last = pm.get_plugin("downloads.py").more()
    first_ms = datasette.setting("sql_time_limit_ms")
    text = await db.execute_fn(
        lambda c: _csv(c, sql, params, labels, most, last, has_head, first_ms)
    )
    name = f"asf-{request.url_vars.get('table', 'svar')}.csv"
    is_file = bool(request.args.get("_dl"))
    return Response(
        text,
        content_type=f"text/{'csv' if is_file else 'plain'}; charset=utf-8",
        headers={"content-disposition": f'attachment; filename="{name}"'} if is_file else {},
    )


async def _labels(
    datasette: Any, database: str, table: str | None, data: Any
) -> dict[str, dict[Any, str]]:
    """What stands beside each key that was asked for with its label."""
    found: dict[str, dict[Any, str]] = {}
    db = datasette.get_database(database)
    for column in data.get("expanded_columns") or ():
        keys = (await db.execute(f'SELECT DISTINCT "{column}" FROM "{table}"')).rows
        values = [key for (key,) in keys if key is not None]
        known = await datasette.expand_foreign_keys(database, table, column, values)
        found[column] = {value: label for (_, value), label in known.items()}
    return found


def _csv(
    connection: sqlite3.Connection,
    sql: str,
    params: Any,
    labels: dict[str, dict[Any, str]],
    most: int,
    last: str,
    has_head: bool,
    first_ms: int,
) -> str:
    out, cursor = io.StringIO(newline=""), connection.cursor()
    # What one file may hold is its own bound; that of a page counts every cell.
    cursor.row_factory = None
    writer = csv.writer(out)
    try:
        with sqlite_timelimit(connection, first_ms):
            # To its first row, as a page of it might take.
            cursor.execute(sql, params)
        with sqlite_timelimit(connection, FILE_MS):
            columns = [described[0] for described in cursor.description]
            if has_head:
                # A question names its columns itself, in an address that anyone can hand out.
                writer.writerow(map(_safe, _beside(columns, columns, labels, head=True)))
            for row in cursor:
                writer.writerow([_safe(v) for v in _beside(columns, row, labels)])
                if out.tell() > most:
                    writer.writerow([last])
                    break
    except sqlite3.OperationalError as stopped:
        if str(stopped) == "interrupted":
            raise QueryInterrupted(stopped, sql, params) from None
        raise
    return out.getvalue()


def _beside(
    columns: Sequence[str],
    row: Sequence[Any],
    labels: dict[str, dict[Any, str]],
    head: bool = False,
) -> list[Any]:
    """A row with the label of each key that has one after it, or the row of the headings."""
    if not labels:
        return list(row)
    found = []
    for column, value in zip(columns, row, strict=True):
        found.append(value)
        if column in labels:
            found.append(f"{column}_label" if head else labels[column].get(value, ""))
    return found


def _safe(value: Any) -> Any:
    if not isinstance(value, str) or not RISKY.search(value):
        return value
    with suppress(ValueError):
        float(value)
        return value
    return FORMULA.sub(r"\1'", value)

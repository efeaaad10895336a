"""What one answer and one visitor may cost, so that nobody who reads can hold up the others.

A question is stopped when it has given more cells or letters than any page or file here needs, as
one is that takes too long. A page of many cells lets others' answers go on while it is made. An
address has two answers made at a time; what it asks for meanwhile waits in line, and a line that
grows too long is told to come back.
"""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from itertools import count
from typing import Any
from weakref import WeakKeyDictionary

from datasette import Request, Response, hookimpl
from datasette.plugins import pm

App = Callable[..., Awaitable[None]]

# Ten autumns of a county's answers, a column for each question.
MOST_CELLS = 60_000
MOST_LETTERS = 5_000_000
CELLS_AT_ONCE = 500
AT_A_TIME = 2
IN_LINE = 30
SECONDS = 20.0
WAIT = {"retry-after": "10"}


@hookimpl
def prepare_connection(conn: sqlite3.Connection) -> None:
    """Count what each question gives, and stop it where that is too much."""
    given: WeakKeyDictionary[sqlite3.Cursor, list[int]] = WeakKeyDictionary()

    def counted(cursor: sqlite3.Cursor, row: tuple[Any, ...]) -> sqlite3.Row:
        so_far = given.setdefault(cursor, [0, 0])
        so_far[0] += len(row)
        so_far[1] += sum(len(value) for value in row if isinstance(value, (str, bytes)))
        if so_far[0] > MOST_CELLS or so_far[1] > MOST_LETTERS:
            # As SQLite says when the time is out, which Datasette knows what to do with.
            raise sqlite3.OperationalError("interrupted")
        return sqlite3.Row(cursor, row)

    conn.row_factory = counted


cells = count(1)


# First, so that it is always waited for; it leaves the cell to the others.
@hookimpl(tryfirst=True)
def render_cell() -> Awaitable[None] | None:
    """Give others their turn after so many cells of a page."""
    return None if next(cells) % CELLS_AT_ONCE else asyncio.sleep(0)


class Line:
    """Those of one address whose answers are being made, and those who wait."""

    def __init__(self) -> None:
        self.turns = asyncio.Semaphore(AT_A_TIME)
        self.length = 0


lines: dict[str, Line] = {}


@asynccontextmanager
async def _in_line(address: str) -> Any:
    """One's turn; gives whether there was room in the line."""
    line = lines.setdefault(address, Line())
    if line.length >= IN_LINE:
        yield False
        return
    line.length += 1
    try:
        async with line.turns:
            yield True
    finally:
        line.length -= 1
        if not line.length:
            lines.pop(address, None)


@hookimpl
def asgi_wrapper(datasette: Any) -> Callable[[App], App]:
    """Let each address wait for its turn, and no answer be made for ever."""
    return lambda app: partial(_bounded, datasette, app)


async def _bounded(datasette: Any, app: App, scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] != "http":
        await app(scope, receive, send)
        return
    async with _in_line((scope.get("client") or ("",))[0]) as is_let_in:
        if not is_let_in:
            # Words alone: a page for each of them would be what its sender wants.
            words = pm.get_plugin("language.py").gettext(
                "För många frågor på en gång. Vänta tills de är besvarade och försök igen."
            )
            refused = Response.text(f"{words}\n", status=429, headers=WAIT)
            await refused.asgi_send(send)
            return
        try:
            async with asyncio.timeout(SECONDS):
                await app(scope, receive, send)
        except TimeoutError:
            asked = Request(scope, receive)
            refused = await pm.get_plugin("hardening.py").page(datasette, asked, 503)
            refused.headers |= WAIT
            await refused.asgi_send(send)

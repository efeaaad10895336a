"""A page is of one release: it asks several questions, and a release may come between two of them.

SQLite gives each question the old content or the new, never both. Here the same holds for the
whole answer: when a published file has changed while it was being made, it is made again.

An answer that is of one release can be kept by who got it until the next: it carries the release's
mark (ETag), and who shows it back is told that nothing has changed, without any question asked.

No row is lost between two pages of a table either. Datasette sorts the pages after the first by the
table's key too, and the first by what was asked alone, so that equal rows could stand in another
order there: of 7,000 rows read page by page, 6,199 came. Here every page is sorted alike. Datasette
has no setting or hook for it.
"""

import asyncio
import gzip
import hashlib
import os
import re
import sqlite3
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import closing, suppress
from contextvars import ContextVar
from functools import lru_cache, partial, wraps
from pathlib import Path
from typing import Any, NamedTuple

from datasette import hookimpl
from datasette.database import Database
from datasette.utils import escape_sqlite, tilde_decode
from datasette.version import __version__
from datasette.views.table import TableView

Message = dict[str, Any]
App = Callable[..., Awaitable[None]]
Stamp = tuple[bytes | int, ...]
# Of each database that can change, what changes with it.
State = dict[str, Stamp]

# Releases are hours apart; this many in the time of one answer is somebody's test.
TRIES = 20
# Where SQLite counts, in its file's first page, how often the content has changed.
COUNTER = slice(24, 28)
MICRODATA = re.compile(r"/analysts\b")
VARY = (b"vary", b"Accept-Encoding, Cookie, Authorization")
COMPRESSED = re.compile(rb"text/|application/(json|vnd\.sqlite3)")
SMALLEST = 1000
# Up to here it costs less than handing it to a thread.
AT_ONCE = 100_000
# The cheap end: most answers are made for one reader.
LEVEL = 3


@hookimpl
def asgi_wrapper(datasette: Any) -> Callable[[App], App]:
    """Hold each answer back until it is known to be of one release; mark and compress it."""
    return lambda app: partial(_whole, datasette, app)


async def _whole(datasette: Any, app: App, scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] != "http" or scope["method"] != "GET":
        await app(scope, receive, send)
        return
    asked = {name.lower(): value for name, value in scope["headers"]}
    state = _state(datasette)
    language = str(scope.get("language", ""))
    mark = _mark(datasette, state, language) if _is_for_all(scope, asked) else b""
    if mark and mark in asked.get(b"if-none-match", b""):
        headers = [(b"etag", mark), (b"cache-control", b"max-age=60"), VARY]
        await send({"type": "http.response.start", "status": 304, "headers": headers})
        await send({"type": "http.response.body", "body": b""})
        return
    kept, is_of_state = await _answer(datasette, app, scope, receive, state)
    if mark and is_of_state and kept[0].get("status") == 200:
        kept[0]["headers"] = [*kept[0]["headers"], (b"etag", mark)]
    if b"gzip" in asked.get(b"accept-encoding", b""):
        kept = await _compressed(kept)
    for message in kept:
        await send(message)


def _is_for_all(scope: Any, asked: dict[bytes, bytes]) -> bool:
    """Whether the answer is the same whoever asks."""
    is_personal = scope.get("actor") or b"cookie" in asked or b"authorization" in asked
    return not is_personal and not MICRODATA.search(scope["path"])


def _mark(datasette: Any, state: State, language: str) -> bytes:
    """The same on every server that shows the same release with the same pages, in a language."""
    if not state.get("open"):
        return b""
    release = _digest(str(datasette.databases["open"].path), state["open"])
    return f'W/"{release}-{_pages()}-{language}"'.encode()


@lru_cache(maxsize=4)
def _digest(path: str, stamp: Stamp) -> str:
    found = (Path(path), Path(path + "-wal"))
    content = b"".join(file.read_bytes() for file in found if file.exists())
    return hashlib.sha256(content).hexdigest()[:16]


@lru_cache(maxsize=1)
def _pages() -> str:
    """What the pages are made with, which changes with the product."""
    folder = Path(__file__).parents[1]
    words = folder.with_name("forms").joinpath("translations").rglob("*.mo")
    made = sorted(p for p in folder.rglob("*.*") if p.suffix in {".html", ".py", ".yaml", ".json"})
    every = b"".join(p.read_bytes() for p in (*made, *sorted(words))) + __version__.encode()
    return hashlib.sha256(every).hexdigest()[:8]


async def _compressed(kept: list[Message]) -> list[Message]:
    """The same answer in one piece and smaller, where that is worth it."""
    start, body = kept[0], b"".join(message.get("body", b"") for message in kept[1:])
    headers = {name.lower(): value for name, value in start.get("headers", ())}
    is_text = COMPRESSED.match(headers.get(b"content-type", b""))
    if not is_text or len(body) < SMALLEST or b"content-encoding" in headers:
        return kept
    if len(body) <= AT_ONCE:
        small = gzip.compress(body, LEVEL, mtime=0)
    else:
        small = await asyncio.to_thread(gzip.compress, body, LEVEL, mtime=0)
    replaced = {b"content-length", b"vary"}
    others = [each for each in start["headers"] if each[0].lower() not in replaced]
    start = {**start, "headers": [*others, VARY, (b"content-encoding", b"gzip")]}
    return [start, {"type": "http.response.body", "body": small}]


async def _answer(
    datasette: Any, app: App, scope: Any, receive: Any, state: State
) -> tuple[list[Message], bool]:
    """An answer of one release, and whether that is the one of the state it began in."""
    kept, before = list[Message](), state

    async def keep(message: Message) -> None:
        kept.append(message)

    for _ in range(TRIES):
        kept.clear()
        await app(dict(scope), receive, keep)
        if (after := _state(datasette)) == before:
            break
        before = after
    return kept, before is state


def _state(datasette: Any) -> State:
    found = ((name, db.path) for name, db in datasette.databases.items() if db.is_mutable)
    return {name: stamp(Path(path)) for name, path in found if path}


def stamp(path: Path) -> Stamp:
    """Changes when the file or its write-ahead log does; empty where there is none."""
    try:
        with path.open("rb", buffering=0) as file:
            counted = file.read(COUNTER.stop)[COUNTER]
            changed = os.fstat(file.fileno()).st_mtime_ns
    except FileNotFoundError:
        return ()
    with suppress(FileNotFoundError):
        return counted, changed, path.with_name(path.name + "-wal").stat().st_mtime_ns
    return counted, changed


class Content(NamedTuple):
    """What a database says of itself: rows in each table, and the tables that every page shows."""

    counts: Mapping[str, int]
    release: Sequence[Any] = ()
    publisher: Sequence[Any] = ()
    statuses: Sequence[Any] = ()
    areas: Sequence[Any] = ()
    has_examples: bool = False


def content(datasette: Any, name: str) -> Content:
    """What is kept of a database, read anew when its file has changed."""
    db = datasette.databases.get(name)
    path = Path(db.path) if db and db.path else None
    changed = stamp(path) if path else ()
    return _read(path, changed) if path and changed else Content({})


@lru_cache(maxsize=4)
def _read(path: Path, changed: Stamp) -> Content:
    with closing(sqlite3.connect(path.absolute().as_uri() + "?mode=ro", uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        sql = "SELECT name FROM sqlite_master WHERE type IN ('table', 'view')"
        present = {name for (name,) in connection.execute(sql)}
        # The names are the file's own.
        counts = {n: connection.execute(f'SELECT count(*) FROM "{n}"').fetchone()[0]
                  for n in present}  # fmt: skip
        whole = {n: connection.execute(f"SELECT * FROM {n}").fetchall()
                 for n in {"release", "publisher", "statuses", "areas"} & present}  # fmt: skip
        return Content(counts, **whole, has_examples=_has_examples(connection, present))


def _has_examples(connection: sqlite3.Connection, present: set[str]) -> bool:
    """Whether it holds fictitious enterprises, or figures that rest on them."""
    asked = {"enterprises": "is_example", "release": "includes_examples"}
    for table, column in asked.items():
        if table in present:
            found = connection.execute(f"SELECT max({column}) FROM {table}").fetchone()
            return bool(found[0])
    return False


# The table whose page is made, and the end of the question for its first page.
page_of: ContextVar[str] = ContextVar("page_of", default="")
SORTED = re.compile(r"(order by [^,]+)( limit \d+)\Z")


@hookimpl
def startup() -> None:
    """Sort every page of a table alike; once in a process."""
    if hasattr(TableView.data, "__wrapped__"):
        return
    data, execute = TableView.data, Database.execute

    @wraps(data)
    async def of_a_table(view: Any, request: Any, *rest: Any, **more: Any) -> Any:
        token = page_of.set(tilde_decode(request.url_vars["table"]))
        try:
            return await data(view, request, *rest, **more)
        finally:
            page_of.reset(token)

    @wraps(execute)
    async def in_order(db: Database, sql: str, *rest: Any, **more: Any) -> Any:
        table = page_of.get()
        if table and more.get("truncate") and SORTED.search(sql):
            sql = SORTED.sub(rf"\1{await _then_by_key(db, table)}\2", sql)
        return await execute(db, sql, *rest, **more)

    TableView.data, Database.execute = of_a_table, in_order


async def _then_by_key(db: Database, table: str) -> str:
    """What rows that are equal are sorted by; nothing for a view, which has no key."""
    keys = await db.primary_keys(table)
    if not keys and table in await db.view_names():
        return ""
    return "".join(f", {escape_sqlite(key)}" for key in keys or ["rowid"])

"""Nothing about the machine, the settings or the visitor leaves through the data browser."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from datasette import NotFound, Response, hookimpl
from datasette.version import __version__

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]

# Every page under /-/ tells of the machine, settings, threads, databases or actors, or hands out
# a session; only files for the pages themselves are left, and Datasette's version, which
# programs that read Datasette ask for first.
INTERNAL_PAGES = r"^/-/(?!static/|static-plugins/).*$"

# The pages have no script and no inline style, so the rule can be the strictest there is.
HEADERS = (
    (
        b"content-security-policy",
        b"default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self';"
        b" img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
)
NOT_KEPT = ((b"cache-control", b"no-store"),)
# What anyone may read, any web page may. Datasette's own setting would say so of microdata too.
READ_FROM_ANYWHERE = (
    (b"access-control-allow-origin", b"*"),
    (b"access-control-allow-methods", b"GET, HEAD, OPTIONS"),
    (b"access-control-expose-headers", b"Link"),
)
MICRODATA = re.compile(r"/analysts\b")

# Larger values than any table holds are only good for filling the memory.
LONGEST_VALUE = 5_000_000
TELLTALE_FUNCTIONS = {
    "sqlite_version",
    "sqlite_source_id",
    "sqlite_compileoption_get",
    "sqlite_compileoption_used",
    "load_extension",
    "readfile",
    "writefile",
}


@hookimpl
def register_routes() -> list[tuple[str, Callable[..., Response]]]:
    """Take the internal pages before Datasette's own routes do."""
    return [(r"^/-/versions(\.json)?$", versions), (INTERNAL_PAGES, refuse)]


def versions() -> Response:
    """Which Datasette this is; nothing about the machine, its Python or its SQLite."""
    return Response.json({"datasette": {"version": __version__}})


def refuse() -> Response:
    """Such a page does not exist here, whoever asks."""
    raise NotFound("Sidan finns inte")


@hookimpl
def prepare_connection(conn: sqlite3.Connection) -> None:
    """Let a visitor's SQL read the published tables and nothing about where they lie."""
    conn.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST_VALUE)
    conn.set_authorizer(_authorize)


def _authorize(
    action: int, first: str | None, second: str | None, database: str | None, trigger: str | None
) -> int:
    if action == sqlite3.SQLITE_ATTACH:
        return sqlite3.SQLITE_DENY
    if action == sqlite3.SQLITE_PRAGMA and first == "database_list":
        # It would give the path of the file. Datasette's own page asks too: no rows, no error.
        return sqlite3.SQLITE_IGNORE
    if action == sqlite3.SQLITE_FUNCTION and (second or "").lower() in TELLTALE_FUNCTIONS:
        return sqlite3.SQLITE_DENY
    return sqlite3.SQLITE_OK


# Outermost, so that no answer goes without.
@hookimpl(trylast=True)
def asgi_wrapper() -> Callable[[App], App]:
    """Set the security headers on every answer, errors too."""

    def wrap(app: App) -> App:
        async def guarded(scope: Message, receive: Receive, send: Send) -> None:
            async def send_with_headers(message: Message) -> None:
                if message["type"] == "http.response.start":
                    found = list(message.get("headers", ()))
                    # A page that names who is signed in is nobody else's.
                    more = NOT_KEPT if scope.get("actor") else _for_other_sites(scope, found)
                    ours = (*HEADERS, *more)
                    names = {name for name, _ in ours}
                    kept = [h for h in found if h[0].lower() not in names]
                    message = {**message, "headers": [*kept, *ours]}
                await send(message)

            await app(scope, receive, send_with_headers)

        return guarded

    return wrap


def _for_other_sites(scope: Message, headers: list[tuple[bytes, bytes]]) -> Any:
    """What lets any web page read an answer; nothing for microdata and what is of one visitor."""
    # Datasette says so of whatever was asked for with a cookie.
    is_personal = any(n.lower() == b"cache-control" and b"private" in v for n, v in headers)
    is_open = not is_personal and not MICRODATA.search(scope.get("path", ""))
    return READ_FROM_ANYWHERE if is_open else ()

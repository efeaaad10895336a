"""Nothing about the machine, the settings or the visitor leaves through the data browser."""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from datasette import NotFound, Response, hookimpl

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]

# Every page under /-/ tells of versions, settings, threads, databases or actors, or hands out
# a session; only files for the pages themselves are left.
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
    return [(INTERNAL_PAGES, refuse)]


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


@hookimpl
def asgi_wrapper() -> Callable[[App], App]:
    """Set the security headers on every answer, errors too."""

    def wrap(app: App) -> App:
        async def guarded(scope: Message, receive: Receive, send: Send) -> None:
            async def send_with_headers(message: Message) -> None:
                if message["type"] == "http.response.start":
                    # A page that names who is signed in is nobody else's.
                    ours = (*HEADERS, *(NOT_KEPT if scope.get("actor") else ()))
                    names = {name for name, _ in ours}
                    kept = [h for h in message.get("headers", ()) if h[0].lower() not in names]
                    message = {**message, "headers": [*kept, *ours]}
                await send(message)

            await app(scope, receive, send_with_headers)

        return guarded

    return wrap

"""A page is of one release: it asks several questions, and a release may come between two of them.

SQLite gives each question the old content or the new, never both. Here the same holds for the
whole answer: when a published file has changed while it was being made, it is made again.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any

from datasette import hookimpl

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]

# Releases are hours apart; this many in the time of one answer is somebody's test.
TRIES = 20
# Where SQLite counts, in its file's first page, how often the content has changed.
COUNTER = slice(24, 28)


@hookimpl
def asgi_wrapper(datasette: Any) -> Callable[[App], App]:
    """Hold each answer back until it is known to be of one release."""

    def wrap(app: App) -> App:
        async def whole(scope: Message, receive: Receive, send: Send) -> None:
            if scope["type"] != "http" or scope["method"] != "GET":
                await app(scope, receive, send)
                return
            for message in await _answer(datasette, app, scope, receive):
                await send(message)

        return whole

    return wrap


async def _answer(datasette: Any, app: App, scope: Message, receive: Receive) -> list[Message]:
    kept: list[Message] = []
    for _ in range(TRIES):
        kept = []
        before = _state(datasette)
        await app(dict(scope), receive, _keeping(kept))
        if _state(datasette) == before:
            break
    return kept


def _keeping(kept: list[Message]) -> Send:
    async def keep(message: Message) -> None:
        kept.append(message)

    return keep


def _state(datasette: Any) -> list[bytes]:
    paths = (db.path for db in datasette.databases.values() if db.is_mutable and db.path)
    return [_counted(Path(path)) for path in paths]


def _counted(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(COUNTER.stop)[COUNTER]
    except FileNotFoundError:
        return b""

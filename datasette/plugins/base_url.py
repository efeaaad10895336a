"""Being mounted under a path that nobody strips.

Datasette 0.65 expects the proxy in front of it to take `base_url` away; where none does, its
redirects and filter links get the path twice. Here the path is taken away on the way in.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from datasette import hookimpl

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]


@hookimpl
def asgi_wrapper(datasette: Any) -> Callable[[App], App]:
    """Strip `base_url` from requests, and put it on redirects that lack it."""
    base = str(datasette.setting("base_url"))

    def wrap(app: App) -> App:
        async def mounted(scope: Message, receive: Receive, send: Send) -> None:
            if scope["type"] != "http" or base == "/":
                await app(scope, receive, send)
                return

            async def send_under_base(message: Message) -> None:
                if message["type"] == "http.response.start":
                    headers = [_under(base.encode(), *h) for h in message.get("headers", ())]
                    message = {**message, "headers": headers}
                await send(message)

            await app(_stripped(scope, base), receive, send_under_base)

        return mounted

    return wrap


def _stripped(scope: Message, base: str) -> Message:
    path, raw = scope["path"], scope.get("raw_path") or scope["path"].encode()
    if not path.startswith(base):
        return scope
    return {**scope, "path": path[len(base) - 1 :], "raw_path": raw[len(base) - 1 :]}


def _under(base: bytes, name: bytes, value: bytes) -> tuple[bytes, bytes]:
    if name.lower() != b"location" or not value.startswith(b"/") or value.startswith(base):
        return name, value
    return name, base + value[1:]

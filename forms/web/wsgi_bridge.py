"""Flask inside the one ASGI process: each request is one trip to a worker thread and back.

The libraries for this stream a response piece by piece, and wait for the event loop at each
piece; with several clients that waiting was most of the time of a request (`make bench`).
Pages here are small and made whole, so this does without.
"""

from __future__ import annotations

import asyncio
import io
import sys
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
WSGI = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

# More threads than this only pass the interpreter's lock between them.
WORKERS = 6


class Bridge:
    """An ASGI application that answers HTTP requests with a WSGI one."""

    def __init__(self, wsgi: WSGI, body_limit: int) -> None:
        self.wsgi = wsgi
        self.body_limit = body_limit
        self.pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="page")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        body = await self._body(receive)
        if body is None:
            return
        loop = asyncio.get_running_loop()
        # Unlike asyncio.to_thread this carries no context over, so no request sees another's.
        status, headers, content = await loop.run_in_executor(
            self.pool, self._answer, environ(scope, body)
        )
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": content})

    async def _body(self, receive: Receive) -> bytes | None:
        """The request's body, None when the line broke before all of it came.

        Half a form must never be taken for a whole one: 12 cut short is 1. Past the limit the
        rest is read and dropped; one byte over is kept, so that the application sees that it
        was too much.
        """
        kept = bytearray()
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return None
            room = self.body_limit + 1 - len(kept)
            kept += message.get("body", b"")[:room]
            if not message.get("more_body"):
                return bytes(kept)

    def _answer(self, given: dict[str, Any]) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
        started: list[Any] = []

        def start_response(status: str, headers: list[tuple[str, str]], _: Any = None) -> None:
            started[:] = [status, headers]

        chunks = self.wsgi(given, start_response)
        try:
            content = b"".join(chunks)
        finally:
            if hasattr(chunks, "close"):
                chunks.close()
        status, headers = started
        encoded = [(n.lower().encode("latin-1"), v.encode("latin-1")) for n, v in headers]
        return int(status.split(" ", 1)[0]), encoded, content


def environ(scope: Scope, body: bytes) -> dict[str, Any]:
    """The WSGI environment (PEP 3333) of an ASGI request."""
    server = scope.get("server") or ("localhost", 80)
    client = scope.get("client") or ("", 0)
    given: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": scope["path"].encode("utf-8").decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": str(server[0]),
        "SERVER_PORT": str(server[1]),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": str(client[0]),
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "asf.request": scope.get("asf.request"),
    }
    for raw_name, raw_value in scope["headers"]:
        _add_header(given, raw_name.decode("latin-1"), raw_value.decode("latin-1"))
    return given


def _add_header(given: dict[str, Any], name: str, value: str) -> None:
    # The length is what was read, and a name with an underscore could pose as another header.
    if name == "content-length" or "_" in name:
        return
    key = "CONTENT_TYPE" if name == "content-type" else f"HTTP_{name.upper().replace('-', '_')}"
    joint = "; " if name == "cookie" else ","
    given[key] = f"{given[key]}{joint}{value}" if key in given else value

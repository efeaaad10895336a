"""One ASGI application of two: /data/ to Datasette, everything else to Flask.

Flask inside the one process: each request is one trip to a worker thread and back. The libraries
for this stream a response piece by piece, and wait for the event loop at each piece; with several
clients that waiting was most of the time of a request (`make bench`). Pages here are small and made
whole, so this does without.
"""

from __future__ import annotations

import asyncio
import io
import json
import sys
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlencode

from flask import Flask, session
from flask_wtf.csrf import generate_csrf

from forms.translations import LOCALES
from forms.web import logs
from forms.web.page_setup import demo_day
from forms.web.request_context import has_shown_factor_lately, signed_in
from forms.web.site_pages import taken_home
from survey_data.database import Store
from survey_data.microdata.package import note_download
from survey_data.staff.staff import ROLES

if TYPE_CHECKING:
    from datasette.app import Datasette

DATA = "/data/"
# A database without a table is a page at the most.
EMPTY = 4096


def create_datasette(app: Flask) -> Datasette:
    """Datasette over the two published databases, configured by the folder `datasette/`."""
    # A third of all import time.
    from datasette.app import Datasette

    folder = Path(app.root_path) / "datasette"
    # Datasette leaves settings.json unread when it is given settings, so both are merged here.
    kept = json.loads((folder / "settings.json").read_text("utf-8"))
    return Datasette(
        [str(app.config["OPEN_DB"]), str(app.config["ANALYSTS_DB"])],
        config_dir=folder,
        settings=kept | {"base_url": DATA},
        secret=app.config["DATA_KEY"],
    )


async def _ready_datasette(app: Flask) -> Any:
    datasette = create_datasette(app)
    # Datasette does so at its first request, and lets a second one that comes meanwhile fail.
    await datasette.invoke_startup()
    return datasette.app()


class Beside:
    """An ASGI application in a thread and event loop of its own.

    However long it computes, the loop it is called from has others' requests to attend to. It is
    made by the first who asks.
    """

    def __init__(self, make: Callable[[], Awaitable[Any]]) -> None:
        self.make, self.app, self.making = make, None, asyncio.Lock()
        self.loop = asyncio.new_event_loop()
        Thread(target=self.loop.run_forever, name="data", daemon=True).start()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one scope there; what comes and goes is handed over here."""
        here = asyncio.get_running_loop()

        def handed_over(call: Any) -> Any:
            async def over(*message: Any) -> Any:
                return await asyncio.wrap_future(
                    asyncio.run_coroutine_threadsafe(call(*message), here)
                )

            return over

        async def answer() -> None:
            app = await self.made()
            await app(scope, handed_over(receive), handed_over(send))

        await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(answer(), self.loop))

    async def made(self) -> Any:
        """The application; who comes while it is made waits for it."""
        async with self.making:
            self.app = self.app or await self.make()
        return self.app


class Dispatcher:
    """The whole product, or `only` its forms (and report) or its data pages.

    The session is looked up here for both, so one sign-in serves both, and signing out
    ends both at once, also where they run apart.
    """

    def __init__(self, app: Flask, only: str | None = None) -> None:
        self.flask = app
        app.config["HAS_DATA_PAGES"] = only != "forms"
        self.files = [Path(app.config[name]) for name in ("OPEN_DB", "ANALYSTS_DB")]
        self.data = None if only == "forms" else Beside(lambda: _ready_datasette(app))
        if self.data is not None and only == "data":
            # Here all ask for it, and whoever starts it is to hear what is wrong with it.
            asyncio.run_coroutine_threadsafe(self.data.made(), self.data.loop).result()
        self.web = (
            None if only == "data" else Bridge(app, body_limit=app.config["MAX_CONTENT_LENGTH"])
        )

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one ASGI scope."""
        if self.data is not None and self._is_for_data(scope):
            who, token, is_fresh = self._actor(scope)
            if who and not is_fresh and taken_home(scope["path"], scope["query_string"]):
                await _ask_again(scope, send)
                return
            days = {language: demo_day(language) for language in LOCALES}
            given = {**scope, "actor": who, "sign_out_token": token, "demo_days": days}
            await self.data(given, receive, self._noting(scope, who, send))
        elif self.web is not None:
            await self.web(scope, receive, send)
        else:
            # A server of the data pages alone has nothing else.
            kind = "text/plain; charset=utf-8"
            await respond(send, 404, "Här finns bara /data/.\n", content_type=kind)

    def _is_for_data(self, scope: Any) -> bool:
        # Where nothing is published, or its files are lost, the other pages say so.
        return scope["path"].startswith(DATA) and (
            self.web is None or all(f.exists() and f.stat().st_size > EMPTY for f in self.files)
        )

    def _noting(self, scope: Any, who: dict[str, Any] | None, send: Any) -> Any:
        """Write in the trail who takes microdata home from the data browser."""
        what = taken_home(scope["path"], scope.get("query_string", b"")) if who else ""

        async def noting(message: Any) -> None:
            status = message.get("status")
            if status == 403:
                self._note(scope, "forbidden")
            if what and status == 200:
                store = cast(Store, self.flask.extensions["store"])
                note_download(store.db, who["id"] if who else "", what)
                self._note(scope, "microdata_taken")
            await send(message)

        return noting

    def _note(self, scope: Any, kind: str) -> None:
        """Leave a line in the log of security events about a request that Flask does not see."""
        client = (scope.get("client") or ("", 0))[0]
        cookie = next((v for k, v in scope["headers"] if k == b"cookie"), b"").decode("latin-1")
        about = {"REMOTE_ADDR": client, "asf.request": scope.get("asf.request")}
        with self.flask.test_request_context(headers={"Cookie": cookie}, environ_overrides=about):
            logs.note_event(kind)

    def _actor(self, scope: Any) -> tuple[dict[str, Any] | None, str, bool]:
        """Who asks, what the button that signs them out must send along, and whether they
        have shown their second factor lately.
        """
        cookie = next((v for k, v in scope["headers"] if k == b"cookie"), b"")
        with self.flask.test_request_context(headers={"Cookie": cookie.decode("latin-1")}):
            who = signed_in()
            if who is None:
                return None, "", False
            # Only a token that the session holds already would be accepted.
            token = generate_csrf() if "csrf_token" in session else ""
            is_fresh = has_shown_factor_lately()
        may = sorted(ROLES[who.role].may)
        return {"id": f"staff {who.id}", "email": who.email, "may": may}, token, is_fresh


async def _ask_again(scope: Any, send: Any) -> None:
    """Ask for the second factor before a file of microdata, which is then opened anew."""
    wanted = scope["path"] + ("?" + scope["query_string"].decode("latin-1")).rstrip("?")
    where = "/tva-steg/igen?" + urlencode({"next": wanted})
    await respond(send, 302, location=where, cache_control="no-store")


async def respond(send: Any, status: int, body: str = "", **headers: str) -> None:
    """Answer in a few words, without asking any page."""
    named = {"x_content_type_options": "nosniff", **headers}
    pairs = [(name.replace("_", "-").encode(), value.encode()) for name, value in named.items()]
    await send({"type": "http.response.start", "status": status, "headers": pairs})
    await send({"type": "http.response.body", "body": body.encode()})


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
        # The server says the date, and once is what HTTP allows.
        kept = ((n, v) for n, v in headers if n != "Date")
        encoded = [(n.lower().encode("latin-1"), v.encode("latin-1")) for n, v in kept]
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

"""Errors in plain Swedish; what Datasette or SQLite said stands beside where it helps."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from datasette import Request, Response, hookimpl
from datasette.plugins import pm
from datasette.utils.asgi import Base400
from datasette.views.base import DatasetteError

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]

log = logging.getLogger("datasette.errors")

READING = ("GET", "HEAD", "OPTIONS")
# What Datasette raises on an address it cannot read: `_timelimit=x`, a row with half its key.
NOT_UNDERSTOOD = (ValueError, LookupError, sqlite3.OperationalError, sqlite3.ProgrammingError)

WORDS = {
    400: ("Frågan gick inte att köra", "Kontrollera vad du skrev och försök igen."),
    403: ("Du har inte tillgång", "Logga in som analytiker eller samordnare för att se sidan."),
    404: ("Sidan finns inte", "Adressen kan vara fel, eller så har sidan flyttat."),
    405: ("Det går inte", "Här går det bara att läsa."),
    500: ("Något gick fel hos oss", "Försök igen om en stund."),
}
# What is said most often, in our words.
SAID = {"Statement must be a SELECT": "Frågan måste börja med SELECT: här går det bara att läsa."}
TOO_SLOW = "Frågan tog för lång tid. Välj ett smalare urval och försök igen."


@hookimpl
def startup() -> None:
    """Put Datasette's own handler aside: it prints every request, cookies too, to the log."""
    if pm.get_plugin("datasette.handle_exception"):
        pm.unregister(name="datasette.handle_exception")


# Innermost, so that the answer gets the headers of all others.
@hookimpl(tryfirst=True)
def asgi_wrapper(datasette: Any) -> Callable[[App], App]:
    """Refuse every method but the reading ones, on every path."""

    def wrap(app: App) -> App:
        async def reading(scope: Message, receive: Receive, send: Send) -> None:
            if scope["type"] != "http" or scope["method"] in READING:
                await app(scope, receive, send)
                return
            # The page has no form to send, but Datasette's template wants what such a form holds.
            request = Request({**scope, "csrftoken": str}, receive)
            refused = await _page(datasette, request, 405, "")
            refused.headers["allow"] = ", ".join(READING)
            await refused.asgi_send(send)

        return reading

    return wrap


@hookimpl
def forbidden(datasette: Any, request: Any) -> Any:
    """403, with the way to sign in."""
    return lambda: _page(datasette, request, 403, "")


@hookimpl
def handle_exception(datasette: Any, request: Any, exception: Exception) -> Any:
    """Any other error; an unexpected one says nothing about its cause."""
    status = _status(exception)
    if status >= 500:
        log.error("data page failed: %s", request.path, exc_info=exception)
    elif isinstance(exception, NOT_UNDERSTOOD):
        # Could be a fault of ours after all.
        log.warning("address not understood: %s", request.path, exc_info=exception)
    return lambda: _page(datasette, request, status, _detail(exception, status))


def _status(exception: Exception) -> int:
    if isinstance(exception, (Base400, DatasetteError)):
        # Datasette says 500 of a column it cannot sort by; all it raises so is the visitor's.
        return 400 if exception.status == 500 else int(exception.status)
    return 400 if isinstance(exception, NOT_UNDERSTOOD) else 500


def _detail(exception: Exception, status: int) -> str:
    if getattr(exception, "title", None) == "SQL Interrupted":
        return TOO_SLOW
    if status != 400 or not isinstance(exception, (Base400, DatasetteError, sqlite3.Error)):
        return ""
    said = str(getattr(exception, "message", None) or exception)
    return SAID.get(said, said)


async def _page(datasette: Any, request: Any, status: int, detail: str) -> Response:
    title, words = WORDS.get(status, WORDS[500] if status >= 500 else WORDS[400])
    if request.path.endswith((".json", ".jsono")):
        content = {"ok": False, "error": detail or words, "status": status, "title": title}
        return Response.json(content, status=status)
    context = {"title": title, "words": words, "detail": detail, "status": status}
    # What was typed comes back, to be put right.
    context |= {"asked": request.args.get("sql", "") if status == 400 else ""}
    context |= {"is_ours": detail in {*SAID.values(), TOO_SLOW}, "path": request.path}
    page = await datasette.render_template("error.html", context, request=request)
    return Response.html(page, status=status)

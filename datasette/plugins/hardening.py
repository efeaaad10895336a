"""What surrounds every page: nothing of the machine, the settings or the visitor leaves.

Errors are said in plain words; what Datasette or SQLite said stands beside where it helps.
Datasette 0.65 expects the proxy in front of it to take `base_url` away; where none does, its
redirects and filter links get the path twice. Here the path is taken away on the way in.
"""

import logging
import re
import sqlite3
from collections.abc import Awaitable, Callable
from functools import partial
from inspect import unwrap
from typing import Any

from datasette import NotFound, Request, Response, hookimpl
from datasette.app import Datasette
from datasette.database import Database, QueryInterrupted
from datasette.plugins import pm
from datasette.utils.asgi import Base400
from datasette.version import __version__
from datasette.views.base import DatasetteError

App = Callable[..., Awaitable[None]]

# Every page under /-/ tells of the machine, settings, threads, databases or actors, or hands out
# a session; only files for the pages themselves are left, and Datasette's version, which
# programs that read Datasette ask for first.
INTERNAL_PAGES = r"^/-/(?!static/|static-plugins/).*$"

# The pages have no inline script or style, and ask nobody else, so the rule can be strict.
HEADERS = (
    (
        b"content-security-policy",
        b"default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self';"
        b" img-src 'self' data:; connect-src 'self'; form-action 'self';"
        b" base-uri 'none'; frame-ancestors 'none'",
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
    "sqlite_version", "sqlite_source_id", "sqlite_compileoption_get", "sqlite_compileoption_used",
    "load_extension", "readfile", "writefile",
}  # fmt: skip

log = logging.getLogger("datasette.errors")

READING = ("GET", "HEAD", "OPTIONS")
# What Datasette raises on an address it cannot read: `_timelimit=x`, `_through=1`, half a key, a
# number that no column holds.
NOT_UNDERSTOOD = (
    ValueError, LookupError, TypeError, sqlite3.OperationalError, sqlite3.ProgrammingError,
    sqlite3.DataError, OverflowError,
)  # fmt: skip


def _(sentence: str) -> str:
    return str(pm.get_plugin("language.py").gettext(sentence))


def _words(status: int) -> tuple[str, str]:
    """What a kind of error is called, and what to do about it."""
    known = {
        400: (_("Frågan gick inte att köra"), _("Kontrollera vad du skrev och försök igen.")),
        403: (
            _("Du har inte tillgång"),
            _("Logga in som analytiker eller samordnare för att se sidan."),
        ),
        404: (_("Sidan finns inte"), _("Adressen kan vara fel, eller så har sidan flyttat.")),
        405: (_("Det går inte"), _("Här går det bara att läsa.")),
        503: (_("Svaret tog för lång tid att göra"),
              _("Välj ett smalare urval och försök igen om en stund.")),
        500: (_("Något gick fel hos oss"), _("Försök igen om en stund.")),
    }  # fmt: skip
    return known.get(status, known[500] if status >= 500 else known[400])


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
@hookimpl(trylast=True, specname="asgi_wrapper")
def with_security_headers() -> Callable[[App], App]:
    """Set the security headers on every answer, errors too."""

    def wrap(app: App) -> App:
        # Defined as a function: uvicorn takes a partial one for an application of the old kind.
        async def guarded(scope: Any, receive: Any, send: Any) -> None:
            async def send_with_headers(message: Any) -> None:
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


def _for_other_sites(scope: Any, headers: list[tuple[bytes, bytes]]) -> Any:
    """What lets any web page read an answer; nothing for microdata and what is of one visitor."""
    # Datasette says so of whatever was asked for with a cookie.
    is_personal = any(n.lower() == b"cache-control" and b"private" in v for n, v in headers)
    is_open = not is_personal and not MICRODATA.search(scope.get("path", ""))
    return READ_FROM_ANYWHERE if is_open else ()


@hookimpl
def startup() -> None:
    """Put Datasette's own handler aside: it prints every request, cookies too, to the log.

    What somebody asked in SQL is in no log either.
    """
    for each in map(unwrap, (Database.execute, Datasette.execute)):
        *kept, _log_sql_errors = each.__defaults__
        each.__defaults__ = (*kept, False)
    if pm.get_plugin("datasette.handle_exception"):
        pm.unregister(name="datasette.handle_exception")


# Innermost, so that the answer gets the headers of all others.
@hookimpl(tryfirst=True, specname="asgi_wrapper")
def only_reading(datasette: Any) -> Callable[[App], App]:
    """Refuse every method but the reading ones, on every path."""
    return lambda app: partial(_reading, datasette, app)


async def _reading(datasette: Any, app: App, scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] != "http" or scope["method"] in READING:
        await app(scope, receive, send)
        return
    refused = await page(datasette, Request(scope, receive), 405)
    refused.headers["allow"] = ", ".join(READING)
    await refused.asgi_send(send)


@hookimpl
def forbidden(datasette: Any, request: Any) -> Any:
    """403, with the way to sign in."""
    return lambda: page(datasette, request, 403)


@hookimpl
def handle_exception(datasette: Any, request: Any, exception: Exception) -> Any:
    """Any other error; an unexpected one says nothing about its cause."""
    status = _status(exception)
    if status >= 500:
        log.error("data page failed: %s", request.path, exc_info=exception)
    elif isinstance(exception, NOT_UNDERSTOOD):
        # Could be a fault of ours after all.
        log.warning("address not understood: %s", request.path, exc_info=exception)
    return lambda: page(datasette, request, status, exception)


def _status(exception: Exception) -> int:
    if isinstance(exception, (Base400, DatasetteError)):
        # Datasette says 500 of a column it cannot sort by; all it raises so is the visitor's.
        return 400 if exception.status == 500 else int(exception.status)
    is_theirs = isinstance(exception, (*NOT_UNDERSTOOD, QueryInterrupted))
    return 400 if is_theirs else 500


def _is_stopped(found: Exception | None) -> bool:
    return isinstance(found, QueryInterrupted) or getattr(found, "title", "") == "SQL Interrupted"


def _detail(exception: Exception | None, status: int) -> tuple[str, str]:
    """What is known of a visitor's error: in our words, or in those of Datasette or SQLite."""
    if _is_stopped(exception):
        return _(
            "Frågan tog för lång tid eller gav ett för stort svar. Välj ett smalare urval och"
            " försök igen."
        ), ""
    if status != 400 or not isinstance(exception, (Base400, DatasetteError, sqlite3.Error)):
        return "", ""
    said = str(getattr(exception, "message", None) or exception)
    if said == "Statement must be a SELECT":
        return _("Frågan måste börja med SELECT: här går det bara att läsa."), ""
    return "", said


async def page(
    datasette: Any, request: Any, status: int, exception: Exception | None = None
) -> Response:
    """An error in plain words, as a page or as JSON."""
    title, words = _words(status)
    ours, theirs = _detail(exception, status)
    if request.path.endswith((".json", ".jsono")):
        said = ours or theirs or words
        content = {"ok": False, "error": said, "status": status, "title": title}
        return Response.json(content, status=status)
    # What was typed comes back, to be put right.
    asked = request.args.get("sql", "") if status == 400 else ""
    context = {"title": title, "words": words, "ours": ours, "theirs": theirs, "asked": asked}
    # Of the open data there is all in one file, however large an answer would be.
    is_too_much = status == 503 or _is_stopped(exception)
    offers_file = is_too_much and not MICRODATA.search(request.path)
    context |= {"status": status, "path": request.path, "offers_file": offers_file}
    # What is refused on the way in has no form's mark yet; the page has no form to send either.
    request.scope.setdefault("csrftoken", str)
    page = await datasette.render_template("error.html", context, request=request)
    return Response.html(page, status=status)


@hookimpl(specname="asgi_wrapper")
def without_base_url(datasette: Any) -> Callable[[App], App]:
    """Strip `base_url` from requests, and put it on redirects that lack it."""
    base = str(datasette.setting("base_url"))
    return lambda app: app if base == "/" else partial(_mounted, base, app)


async def _mounted(base: str, app: App, scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] != "http":
        await app(scope, receive, send)
        return

    async def send_under_base(message: Any) -> None:
        if message["type"] == "http.response.start":
            headers = [_under(base.encode(), *h) for h in message.get("headers", ())]
            message = {**message, "headers": headers}
        await send(message)

    path, raw = scope["path"], scope.get("raw_path") or scope["path"].encode()
    if path.startswith(base):
        scope = {**scope, "path": path[len(base) - 1 :], "raw_path": raw[len(base) - 1 :]}
    await app(scope, receive, send_under_base)


def _under(base: bytes, name: bytes, value: bytes) -> tuple[bytes, bytes]:
    if name.lower() != b"location" or not value.startswith(b"/") or value.startswith(base):
        return name, value
    return name, base + value[1:]

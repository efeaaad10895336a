"""The two logs: of requests and faults, and of security events; never a token, a code or an answer.

The log has one line for each request and fault, with the request's id. A request is named by its
route (`/s/<token>`), never by its address. Of a fault the log has its type and where in the code it
was; its own words, which may repeat what somebody typed, only where the operating system or SQLite
said them.

Security events, who tried what, are in `security.log` beside the database: one line of JSON an
event, with its kind, when, from which address, on which route, who of the staff, and the request's
id. It lies outside `survey.db`, so that whoever changes the one has not changed the other.
"""

import json
import logging
import re
import secrets
import sqlite3
import sys
import time
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from itertools import chain
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, g, has_request_context, request

from forms.web.request_context import holder_of_link
from survey_data import clock

log = logging.getLogger("asf")
# Of a request that Flask does not answer; one that it does has its own in the environment.
_number: ContextVar[str] = ContextVar("request", default="")
GIVEN = re.compile(rb"[A-Za-z0-9-]{8,64}")
# Tokens are longer than any word of ours, and nearly all have a digit.
LIKE_A_TOKEN = re.compile(r"(?=[\w-]*\d)[\w-]{20,}")
SAID_BY_THE_SYSTEM = (OSError, sqlite3.Error)


class Logged:
    """An ASGI application that gives each request an id, and notes how it was answered.

    Behind a proxy the proxy's id (`X-Request-ID`) is kept, so that its log and ours can be read
    together.
    """

    def __init__(self, asgi: Any, *, behind_proxy: bool) -> None:
        self.asgi, self.behind_proxy = asgi, behind_proxy

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one ASGI scope."""
        if scope["type"] != "http":
            await self.asgi(scope, receive, send)
            return
        begun = time.perf_counter()
        about = {"id": self._id(scope), "route": _before_any_route(scope["path"])}
        token = _number.set(about["id"])

        async def noting(message: Any) -> None:
            if message["type"] == "http.response.start":
                about["status"] = message["status"]
                headers = [*message.get("headers", ()), (b"x-request-id", about["id"].encode())]
                message = {**message, "headers": headers}
            await send(message)

        try:
            await self.asgi({**scope, "asf.request": about}, receive, noting)
        finally:
            took = round(1000 * (time.perf_counter() - begun))
            fields = {"method": scope["method"], "ms": took, **about}
            log.info("request", extra={"fields": fields})
            _number.reset(token)

    def _id(self, scope: Any) -> str:
        given = next((v for k, v in scope["headers"] if k == b"x-request-id"), b"")
        if self.behind_proxy and GIVEN.fullmatch(given):
            return str(given.decode("ascii"))
        return secrets.token_hex(8)


def _before_any_route(path: str) -> str:
    """What a request is called until Flask knows its route, or where it never gets there."""
    return path if path.startswith("/data/") else "/".join(path.split("/", 2)[:2])


def install(app: Flask) -> None:
    """Let the log name requests by their routes."""

    @app.after_request
    def name_route(response: Response) -> Response:
        about = request.environ.get("asf.request")
        if about is not None:
            about["route"] = request.url_rule.rule if request.url_rule else "none"
        return response


def configure(form: str) -> None:
    """Write the log on stderr: `json` or `text` with each request, else faults alone as text."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if form == "json" else TextLines())
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    log.setLevel(logging.INFO if form else logging.WARNING)


class JsonLines(logging.Formatter):
    """Each record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """The line of a record."""
        return json.dumps(_facts(record), ensure_ascii=False)


class TextLines(logging.Formatter):
    """Each record as one line of text, and one for each step of a fault."""

    def format(self, record: logging.LogRecord) -> str:
        """The lines of a record."""
        facts = _facts(record)
        steps = facts.pop("where", [])
        first = " ".join(f"{n}={v}" if n in _fields(record) else str(v) for n, v in facts.items())
        return "\n    ".join([first, *steps])


def _fields(record: logging.LogRecord) -> dict[str, Any]:
    found: dict[str, Any] = getattr(record, "fields", {})
    # An id is as long as a token, and none.
    return {n: _masked(v) if isinstance(v, str) and n != "id" else v for n, v in found.items()}


def _facts(record: logging.LogRecord) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname.lower(),
        "message": _masked(record.getMessage().strip()),
        **_fields(record),
    }
    if "id" not in facts and (number := _current()):
        facts["id"] = number
    if record.exc_info and record.exc_info[1]:
        facts |= _fault(record.exc_info[1])
    return facts


def _current() -> str:
    if has_request_context():
        return str((request.environ.get("asf.request") or {}).get("id", ""))
    return _number.get()


def _fault(fault: BaseException) -> dict[str, Any]:
    said = f": {_masked(str(fault))}" if isinstance(fault, SAID_BY_THE_SYSTEM) else ""
    steps = traceback.extract_tb(fault.__traceback__)
    return {
        "fault": f"{type(fault).__name__}{said}",
        "where": [f"{step.filename}:{step.lineno} {step.name}" for step in steps],
    }


def _masked(text: str) -> str:
    return LIKE_A_TOKEN.sub("…", text)


SECURITY_LOG = "security.log"
MOST_BYTES, FILES_KEPT = 1_000_000, 5
security = logging.getLogger("asf.security")

# What an answer of a view says about what happened there.
BY_ANSWER = {
    ("sign_in.send", 200): "sign_in_asked",
    ("sign_in.enter", 302): "signed_in",
    ("sign_in.enter", 410): "sign_in_refused",
    ("sign_in.leave", 302): "signed_out",
    ("set_up.begin", 410): "sign_in_refused",
    ("office.invite_staff", 302): "role_changed",
    ("office.remove_staff", 302): "role_changed",
    ("office.end_staff_sessions", 302): "sessions_ended",
    ("office.end_respondents_sessions", 302): "sessions_ended",
    ("factor.end_session", 302): "sessions_ended",
    ("office.end_links", 302): "links_ended",
    ("office.reset_factor", 302): "factor_reset",
    ("answer.landing", 404): "link_refused",
    ("answer.begin", 404): "link_refused",
}
# Done by those who are signed in: anybody else was sent to sign in, and nothing was changed.
STAFF_PAGES = ("office.", "factor.")
OF_STAFF = {kind for (view, _), kind in BY_ANSWER.items() if view.startswith(STAFF_PAGES)}
# Wherever it happens; a wrong token of a form is noted by its error page.
BY_STATUS = {403: "forbidden", 429: "too_many"}
NOTED = (
    "code_refused", "factor_enrolled", "factor_reset", "factor_refused", "factor_locked",
    "recovery_code_used", "recovery_codes_made", "csrf", "secret_changed", "microdata_taken",
)  # fmt: skip
KINDS = tuple(dict.fromkeys([*BY_ANSWER.values(), *BY_STATUS.values(), *NOTED]))


def note_event(kind: str) -> None:
    """Add a line about something that happened just now."""
    assert kind in KINDS, kind
    facts = {"at": clock.machine.now(), "kind": kind, **_circumstances()}
    line = json.dumps(facts, ensure_ascii=False)
    record = logging.LogRecord("asf.security", logging.INFO, "", 0, line, None, None)
    # Opened for each: events are rare, and two processes may write to it.
    file = RotatingFileHandler(
        _path(), maxBytes=MOST_BYTES, backupCount=FILES_KEPT, encoding="utf-8", delay=True
    )
    file.emit(record)
    file.close()
    if current_app.config["LOG"]:
        security.info("security", extra={"fields": facts})


def _circumstances() -> dict[str, Any]:
    if not has_request_context():
        return {"who": "terminal", "address": "", "route": "", "id": ""}
    who = g.get("signed_in") or holder_of_link()
    return {
        "who": f"staff {who.id}" if who else "",
        "address": request.remote_addr or "",
        "route": request.url_rule.rule if request.url_rule else "",
        "id": _current(),
    }


def _path() -> Path:
    return Path(current_app.config["DATA_DIR"]) / SECURITY_LOG


def latest_events(limit: int = 500) -> list[dict[str, str]]:
    """The newest events first."""
    path = _path()
    files = (path, path.with_name(f"{SECURITY_LOG}.1"))
    lines = chain.from_iterable(
        reversed(file.read_text("utf-8").splitlines()) for file in files if file.exists()
    )
    return [json.loads(line) for _place, line in zip(range(limit), lines, strict=False)]

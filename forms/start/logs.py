"""The log: one line for each request and fault with the request's id, never a token or an answer.

A request is named by its route (`/s/<token>`), never by its address. Of a fault the log has its
type and where in the code it was; its own words, which may repeat what somebody typed, only where
the operating system or SQLite said them.
"""

from __future__ import annotations

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
from typing import Any

from flask import Flask, Response, has_request_context, request

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
        about = {"id": self._id(scope), "route": scope["path"]}
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

"""/healthz and /readyz, for whoever watches over the machine: answered before any page is."""

from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path
from typing import Any

from flask import Flask

from forms.web.request_context import survey_db
from survey_data.operations import readiness

# A look costs a write to the disk, and the addresses are open to all.
LOOK_EVERY_SECONDS = 2.0


class Health:
    """An ASGI application that answers the two addresses, and leaves all else to another.

    `/healthz` says that the process is alive. `/readyz` says what works, with 503 where
    something does not. Neither holds anything secret.
    """

    def __init__(self, app: Flask, asgi: Any) -> None:
        self.flask, self.asgi = app, asgi
        self._found: tuple[readiness.Check, ...] = ()
        self._looked_at = float("-inf")
        self._looking = asyncio.Lock()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one ASGI scope."""
        path = scope.get("path") if scope.get("method") in ("GET", "HEAD") else None
        if path == "/healthz":
            await _send(send, 200, {"alive": True})
        elif path == "/readyz":
            found = await self._checks()
            is_ready = all(each.is_well for each in found)
            await _send(send, 200 if is_ready else 503, as_json(found))
        else:
            await self.asgi(scope, receive, send)

    async def _checks(self) -> tuple[readiness.Check, ...]:
        async with self._looking:
            if time.monotonic() - self._looked_at > LOOK_EVERY_SECONDS:
                self._found = await asyncio.to_thread(look, self.flask)
                self._looked_at = time.monotonic()
            return self._found


def look(app: Flask) -> tuple[readiness.Check, ...]:
    """Look at everything now."""
    with app.app_context():
        data, backups = Path(app.config["DATA_DIR"]), Path(app.config["BACKUP_DIR"])
        return readiness.checks(survey_db(), data, backups)


def as_json(found: tuple[readiness.Check, ...]) -> dict[str, Any]:
    """What was looked at, without words: a number is seconds, or megabytes of the disk."""
    looked_at = {each.name: {"ok": each.is_well, "value": each.value} for each in found}
    return {"ready": all(each.is_well for each in found), "checks": looked_at}


async def _send(send: Any, status: int, body: dict[str, Any]) -> None:
    content = json.dumps(body).encode()
    headers = [
        (b"content-length", str(len(content)).encode()),
        (b"content-type", b"application/json"),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
        (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": content})

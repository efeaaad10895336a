"""The log of security events: who tried what, in `security.log` beside the database.

One line of JSON an event: its kind, when, from which address, on which route, who of the staff,
and the request's id, as in the other log. Never a token, a code, an answer or an e-mail address.
It lies outside `survey.db`, so that whoever changes the one has not changed the other.
"""

from __future__ import annotations

import json
import logging
from itertools import chain
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

from flask import current_app, g, has_request_context, request

from forms.web.request_context import holder_of_link
from survey_data import clock

NAME = "security.log"
MOST_BYTES, FILES_KEPT = 1_000_000, 5
log = logging.getLogger("asf.security")

# What an answer of a view says about what happened there.
BY_ANSWER = {
    ("sign_in.send", 200): "sign_in_asked",
    ("sign_in.enter", 302): "signed_in",
    ("sign_in.enter", 410): "sign_in_refused",
    ("sign_in.leave", 302): "signed_out",
    ("set_up.begin", 410): "sign_in_refused",
    ("set_up.coordinator", 302): "role_changed",
    ("office.invite_staff", 302): "role_changed",
    ("office.remove_staff", 302): "role_changed",
    ("office.end_staff_sessions", 302): "sessions_ended",
    ("office.end_respondents_sessions", 302): "sessions_ended",
    ("factor.end_session", 302): "sessions_ended",
    ("office.reset_factor", 302): "factor_reset",
    ("answer.landing", 404): "link_refused",
    ("answer.begin", 404): "link_refused",
}
# Wherever it happens; a wrong token of a form is noted by its error page.
BY_STATUS = {403: "forbidden", 429: "too_many"}
NOTED = (
    "code_refused", "factor_enrolled", "factor_reset", "factor_refused", "factor_locked",
    "recovery_code_used", "recovery_codes_made", "csrf", "secret_changed", "microdata_taken",
)  # fmt: skip
KINDS = tuple(dict.fromkeys([*BY_ANSWER.values(), *BY_STATUS.values(), *NOTED]))


def note(kind: str) -> None:
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
        log.info("security", extra={"fields": facts})


def _circumstances() -> dict[str, Any]:
    if not has_request_context():
        return {"who": "terminal", "address": "", "route": "", "id": ""}
    who = g.get("signed_in") or holder_of_link()
    return {
        "who": f"staff {who.id}" if who else "",
        "address": request.remote_addr or "",
        "route": request.url_rule.rule if request.url_rule else "",
        "id": str((request.environ.get("asf.request") or {}).get("id", "")),
    }


def _path() -> Path:
    return Path(current_app.config["DATA_DIR"]) / NAME


def latest(limit: int = 500) -> list[dict[str, str]]:
    """The newest events first."""
    path = _path()
    files = (path, path.with_name(f"{NAME}.1"))
    lines = chain.from_iterable(
        reversed(file.read_text("utf-8").splitlines()) for file in files if file.exists()
    )
    return [json.loads(line) for _place, line in zip(range(limit), lines, strict=False)]

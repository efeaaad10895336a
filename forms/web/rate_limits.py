"""How often one address may try where guessing would pay."""

from __future__ import annotations

import hashlib

from flask import Flask, Response, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

# Whole offices share an address, so these are far above what people do.
GUESSES = "60 per minute"
REQUESTS = "20 per minute"
# Each takes a second of typesetting.
PAPERS = "60 per minute"
# To one address, whoever asks: nobody can fill another's inbox.
MAILS = "10 per hour"


def protect(app: Flask) -> None:
    """Limit wrong links, wrong sign-in links, and how often mails and codes can be tried."""
    limiter = Limiter(get_remote_address, app=app)
    # What is wrapped below refers to it weakly, and it keeps itself only while it is enabled.
    app.extensions["limits"] = limiter
    for endpoint in ("answer.landing", "answer.begin", "sign_in.enter", "set_up.begin"):
        _wrap(app, limiter.limit(GUESSES, deduct_when=_was_wrong), endpoint)
    for endpoint in ("answer.worksheet_of_link", "answer.easy_landing"):
        _wrap(app, limiter.limit(GUESSES, deduct_when=_was_wrong), endpoint)
    for endpoint in ("worksheet_of_link", "worksheet_of_session", "receipt_file", "one_page"):
        _wrap(app, limiter.limit(PAPERS), f"answer.{endpoint}")
    mailed = ("sign_in.send", "answer.new_link", "answer.ask_colleague", "answer.another_code")
    for endpoint in (*mailed, "answer.use_code"):
        _wrap(app, limiter.limit(REQUESTS, methods=["POST"]), endpoint)
    # Counted together, and for unknown addresses too: the reply tells nothing.
    to_one = limiter.shared_limit(MAILS, "mails", key_func=_recipient, methods=["POST"])
    for endpoint in ("sign_in.send", "answer.new_link", "answer.ask_colleague"):
        _wrap(app, to_one, endpoint)


def _wrap(app: Flask, limit: object, endpoint: str) -> None:
    app.view_functions[endpoint] = limit(app.view_functions[endpoint])  # type: ignore[operator]


def _recipient() -> str:
    typed = request.form.get("email", "").strip().casefold()
    return hashlib.sha256(typed.encode()).hexdigest()


def _was_wrong(response: Response) -> bool:
    return response.status_code in (404, 410)

"""Which language a page is in, and the address of the same page in another."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from flask import current_app, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Rule

from forms.translations import LOCALES

ONE_YEAR = 365 * 24 * 3600


def _language_cookie() -> str:
    """As the session's: no other site of the domain can set one with this beginning."""
    return "__Host-language" if current_app.config["SESSION_COOKIE_SECURE"] else "language"


def chosen_locale() -> str:
    """What the address or the cookie asks for, else Swedish."""
    asked = request.args.get("lang") or request.cookies.get(_language_cookie()) or ""
    return LOCALES.get(asked, LOCALES["sv"])


def remember(response: Any) -> Any:
    """Keep what the address asks for in a cookie; for `after_request`."""
    if request.args.get("lang") in LOCALES:
        response.set_cookie(
            _language_cookie(), request.args["lang"], max_age=ONE_YEAR, samesite="Lax",
            secure=current_app.config["SESSION_COOKIE_SECURE"], httponly=True,
        )  # fmt: skip
    return response


def url_for_language(code: str) -> str:
    """This page in a language; "" where a button alone leads to it, and nothing says from where."""
    path, query = request.path, request.query_string.decode(errors="replace")
    if request.method == "POST" and not _can_be_opened(request.url_rule):
        path, query = _came_from()
    kept = [(k, v) for k, v in parse_qsl(query, keep_blank_values=True) if k != "lang"]
    return path and f"{path}?{urlencode([*kept, ('lang', code)])}"


def _can_be_opened(rule: Rule | None) -> bool:
    same = (r for r in current_app.url_map.iter_rules() if rule and r.rule == rule.rule)
    return any("GET" in (r.methods or ()) for r in same)


def _came_from() -> tuple[str, str]:
    """Path and query of the page of ours that held the button; empty where that is not told."""
    adapter = current_app.create_url_adapter(request)
    assert adapter is not None
    try:
        before = urlsplit(request.referrer or "")
        adapter.match(unquote(before.path), "GET")
    except (HTTPException, ValueError):
        return "", ""
    return (before.path, before.query) if before.netloc == request.host else ("", "")

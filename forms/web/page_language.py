"""The address of the same page in another language."""

from __future__ import annotations

from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from flask import current_app, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Rule


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

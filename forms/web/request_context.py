"""One request: its connection to survey.db, who is on the other side, what page, which language."""

import re
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from functools import wraps
from typing import Any, cast
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from babel import Locale
from flask import abort, current_app, g, redirect, request, session, url_for
from sqlite_utils import Database
from werkzeug.exceptions import HTTPException
from werkzeug.routing import BaseConverter, Rule
from werkzeug.wrappers import Response as BaseResponse

from forms.translations import LOCALES
from survey_data.database import Store
from survey_data.publishing.publish import Places
from survey_data.responses import devices
from survey_data.rounds import invitations
from survey_data.staff import second_factor, sessions, staff


class LinkToken(BaseConverter):
    """The secret of a mailed link; what a mail program left at its ends is no part of it."""

    part_isolating = False
    regex = r"[^A-Za-z0-9_-]*[A-Za-z0-9_-]+[^A-Za-z0-9_-]*"

    def to_python(self, value: str) -> str:
        """The secret alone."""
        return re.sub(r"[^A-Za-z0-9_-]", "", value)


def survey_db() -> Database:
    """This thread's connection to the private database; on a trial's pages to the trial's."""
    return cast(Database, g.trial) if "trial" in g else _kept()


def _kept() -> Database:
    return cast(Store, current_app.extensions["store"]).db


def trial_store() -> Store:
    """The file that a trial round has while there is one."""
    return cast(Store, current_app.extensions["trial"])


def enter_trial() -> None:
    """Let a request that belongs to the trial see the trial's database alone."""
    # It may be deleted at this very moment, and then the request belongs to no trial.
    with suppress(sqlite3.Error):
        db = trial_store().db_if_there()
        if db is not None and _belongs_to_trial(db):
            g.trial = db


def _belongs_to_trial(db: Database) -> bool:
    token = (request.view_args or {}).get("token")
    if token is None:
        # One that opened a link may still be asked for a code.
        raw = session.get("check", "")
        asked = devices.find(db, raw) is not None
        return asked or sessions.find(db, session.get("sid", "")) is not None
    return invitations.is_ours(db, token)


def places() -> Places:
    """Where the published databases lie."""
    return cast(Places, current_app.extensions["places"])


def signed_in() -> staff.Staff | None:
    """The member of staff behind this request, looked up once; all that was asked for is shown."""
    if "signed_in" not in g:
        who = holder_of_link()
        needs_more = who is not None and staff.needs_factor(who.role) and asks_for_factor()
        is_in = not needs_more or second_factor.is_let_in(_kept(), session["staff"])
        g.signed_in = who if is_in else None
    return cast(staff.Staff | None, g.signed_in)


def holder_of_link() -> staff.Staff | None:
    """Who used a sign-in link in this browser, perhaps without a second factor yet."""
    raw = session.get("staff")
    return staff.by_session(_kept(), raw) if raw else None


def asks_for_factor() -> bool:
    """Whether a second factor is asked for; not in a demonstration on one's own machine."""
    return bool(current_app.config["SECOND_FACTOR"])


def has_shown_factor_lately() -> bool:
    """Whether whoever is signed in need not show the second factor again before what matters.

    Also of one whose recovery codes are not saved yet. Who has shown none at all is let in nowhere.
    """
    who = holder_of_link()
    if who is None or not asks_for_factor() or not staff.needs_factor(who.role):
        return True
    return not second_factor.is_to_show_again(_kept(), session["staff"])


DEVICES = (("tablet", r"iPad|Tablet|Android(?!.*Mobile)"), ("phone", r"Mobi|iPhone|Android"))
BROWSERS = ("Edg", "OPR", "Firefox", "Chrome", "Safari")


def device() -> str:
    """The kind of device and browser that asks, as "phone Safari"; nothing that tells it apart."""
    said = request.headers.get("User-Agent", "")
    kind = next((name for name, words in DEVICES if re.search(words, said)), "computer")
    return f"{kind} {next((name for name in BROWSERS if name in said), '')}".strip()


def actor() -> str:
    """Who acts, as the audit trail names it: never a name or an address."""
    who = signed_in()
    return f"staff {who.id}" if who else "unknown"


def turned_away(what: str) -> BaseResponse | None:
    """Where someone who may not do `what` (survey_data.staff.staff) is sent; None: let in.

    Who is not signed in is asked to; who is, and has another role, gets 403.
    """
    who = signed_in()
    if who is None and holder_of_link() is not None:
        session["next"] = request.full_path.rstrip("?") if request.method == "GET" else ""
        return redirect(url_for("factor.show"))
    if who is None:
        after = request.full_path.rstrip("?") if request.method == "GET" else None
        return redirect(url_for("sign_in.ask", next=after))
    if not staff.may(who.role, what):
        abort(403)
    return None


# What a view gives back: a page, an answer made by Flask, or a page with its status.
Reply = str | BaseResponse | tuple[str | BaseResponse, int]
View = Callable[..., Any]


def only_for(what: str) -> Callable[[View], View]:
    """Let only those in whose role allows `what`."""

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            return turned_away(what) or view(*args, **kwargs)

        return guarded

    return guard


def browser_mark_name() -> str:
    """What the cookie is called that a personal link knows its browser by."""
    return f"{current_app.config['SESSION_COOKIE_NAME']}-browser"


def browser_mark() -> str:
    """The mark that the browser keeps of itself; nothing where it has none."""
    return request.cookies.get(browser_mark_name(), "")


def _language_cookie() -> str:
    """As the session's: no other site of the domain can set one with this beginning."""
    return "__Host-language" if current_app.config["SESSION_COOKIE_SECURE"] else "language"


def chosen_language() -> str:
    """What the address or the cookie asks for; "" where nothing has been chosen."""
    return request.args.get("lang") or request.cookies.get(_language_cookie()) or ""


def chosen_locale() -> Locale:
    """The locale of the page: of the language that is chosen, or Swedish."""
    return Locale.parse(LOCALES.get(chosen_language(), LOCALES["sv"]))


def remember_language(response: Any) -> Any:
    """Keep what the address asks for in a cookie; for `after_request`."""
    if request.args.get("lang") in LOCALES:
        response.set_cookie(
            _language_cookie(), request.args["lang"], max_age=timedelta(days=365), samesite="Lax",
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

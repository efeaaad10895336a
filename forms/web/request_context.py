"""This thread's connection to survey.db, and who is on the other side of the request."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from flask import abort, current_app, g, redirect, request, session, url_for
from sqlite_utils import Database

from survey_data.database import Store
from survey_data.publishing.publish import Places
from survey_data.staff import staff


def survey_db() -> Database:
    """This thread's connection to the private database; on a trial's pages to the trial's."""
    return cast(Database, g.trial) if "trial" in g else _kept()


def _kept() -> Database:
    return cast(Store, current_app.extensions["store"]).db


def trial_store() -> Store:
    """The file that a trial round has while there is one."""
    return cast(Store, current_app.extensions["trial"])


def places() -> Places:
    """Where the published databases lie."""
    return cast(Places, current_app.extensions["places"])


def signed_in() -> staff.Staff | None:
    """The member of staff behind this request, looked up once."""
    if "signed_in" not in g:
        raw = session.get("staff")
        g.signed_in = staff.by_session(_kept(), raw) if raw else None
    return cast(staff.Staff | None, g.signed_in)


def actor() -> str:
    """Who acts, as the audit trail names it: never a name or an address."""
    who = signed_in()
    return f"staff {who.id}" if who else "unknown"


View = Callable[..., Any]


def for_role(*roles: str) -> Callable[[View], View]:
    """Let only these roles in; others are asked to sign in, or told that it is not for them."""

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            who = signed_in()
            if who is None:
                after = request.full_path.rstrip("?") if request.method == "GET" else None
                return redirect(url_for("sign_in.ask", next=after))
            if who.role not in roles:
                abort(403)
            return view(*args, **kwargs)

        return guarded

    return guard

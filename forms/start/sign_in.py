"""Staff sign-in: a mailed link, ten minutes, used once, in the browser that asked."""

import re
import secrets

from flask import Blueprint, current_app, g, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response

from forms.respondent.sessions import leave_session
from forms.translations import language
from forms.web.page_setup import never_stored
from forms.web.request_context import device, holder_of_link, signed_in, survey_db
from survey_data.staff import sessions
from survey_data.staff.sign_in import SignInLinkSpent, request_sign_in, sign_in
from survey_data.staff.staff import COORDINATE, MICRODATA, Staff, may
from survey_data.typed_text import tidy_address

blueprint = Blueprint("sign_in", __name__, template_folder="templates")

# The first that someone may open is where they land; the report is for everyone.
HOMES = ((COORDINATE, "office.overview"), (MICRODATA, "sign_in.data"))


blueprint.after_request(never_stored)


@blueprint.get("/logga-in")
def ask() -> str | Response:
    """Ask for the address to send a sign-in link to."""
    if who := signed_in():
        return redirect(home_of(who))
    if holder_of_link():
        return redirect(url_for("factor.show"))
    wanted = request.args.get("next", "")
    if is_own_path(wanted):
        session["next"] = wanted.rstrip("?")
    return render_template("sign_in/ask.html", email="", error="")


@blueprint.post("/logga-in")
def send() -> str:
    """Queue the link; says the same whether the address is known or not."""
    email = tidy_address(request.form.get("email", ""))
    if "@" not in email or len(email) > 200:
        error = _("Skriv hela e-postadressen, till exempel namn@exempel.se.")
        return render_template("sign_in/ask.html", email=email, error=error)
    browser = session.setdefault("browser", secrets.token_urlsafe(16))
    config = current_app.config
    request_sign_in(
        survey_db(), email, browser, language(),
        issuer=config["OIDC_ISSUER"], groups_decide=bool(config.get("OIDC_GROUPS")),
    )  # fmt: skip
    return render_template("sign_in/sent.html", email=email)


@blueprint.get("/logga-in/<link:token>")
def confirm(token: str) -> str:
    """A page with a button: opening a link changes nothing, for mail scanners open links."""
    return render_template("sign_in/confirm.html", token=token)


@blueprint.post("/logga-in/<link:token>")
def enter(token: str) -> str | Response | tuple[str, int]:
    """Use the link up and begin a session with a new id."""
    try:
        who, raw = sign_in(survey_db(), token, session.get("browser", ""), device())
    except SignInLinkSpent:
        return render_template("sign_in/spent.html"), 410
    after = session.get("next", "")
    _end_session()
    g.pop("signed_in", None)
    # A fresh cookie, so that nothing planted before sign-in lives on after it.
    session.clear()
    session["staff"] = raw
    # Those who land in the data browser sign out from there, before any form of ours is shown.
    generate_csrf()
    if signed_in() is None:
        session["next"] = after
        return redirect(url_for("factor.show"))
    return redirect(after or home_of(who))


@blueprint.get("/till-data")
def data() -> Response:
    """Where analysts land."""
    return redirect("/data/analysts")


@blueprint.post("/logga-ut")
def leave() -> Response:
    """End the session here and on the server, and a form that was filled in by telephone."""
    leave_session(survey_db())
    _end_session()
    session.clear()
    reply = redirect(url_for("board.start"))
    # Nothing that was seen or typed while signed in stays in the browser.
    reply.headers["Clear-Site-Data"] = '"cache", "storage"'
    return reply


def _end_session() -> None:
    raw = session.get("staff")
    if raw:
        sessions.end(survey_db(), raw)


def home_of(who: Staff) -> str:
    """Where somebody lands who asked for nothing else."""
    return url_for(next((page for what, page in HOMES if may(who.role, what)), "board.report.show"))


def is_own_path(address: str) -> bool:
    """Whether an address is a path of our own: a sign-in page must not send people elsewhere.

    Browsers take a backslash for a slash and leave control characters out, so neither may be there.
    """
    return bool(re.fullmatch(r"/(?![/\\])[^\\\x00-\x20]*", address))

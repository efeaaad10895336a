"""Sign-in through the municipality's identity provider (OpenID Connect), where one is configured.

It begins with a link, since the content policy stops a form that is redirected elsewhere. The
provider must say that a second factor was shown (`acr` or `amr`); it says who somebody is, and by
its groups what the person may do. Before what matters it is asked to let the person show it anew.
"""

import time
from typing import Any, cast
from urllib.parse import urlsplit

import click
from flask import (
    Blueprint,
    Flask,
    current_app,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_babel import gettext as _
from flask_wtf.csrf import generate_csrf

from forms.start.sign_in import home_of, is_own_path
from forms.web import logs
from forms.web.page_setup import never_stored
from forms.web.request_context import Reply, device, holder_of_link, survey_db
from survey_data.database import writing
from survey_data.staff import sessions, staff
from survey_data.staff.sign_in import PROVIDER, begin_session, bind_account
from survey_data.staff.staff import ROLES, LastCoordinator, Staff, needs_factor
from survey_data.typed_text import is_address, tidy_address

blueprint = Blueprint("provider", __name__)
blueprint.after_request(never_stored)
NAME = "provider"
# How old a sign-in at the provider may be that was asked for anew, with its clock a bit off.
ANEW_SECONDS = 120


class Refused(Exception):
    """The provider let somebody in whom we do not; `why` names a sentence of its page."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def install(app: Flask) -> None:
    """Know the provider that the settings name; refuses one that others could listen to."""
    config = app.config
    if not config["OIDC_ISSUER"]:
        return
    url = urlsplit(config["OIDC_ISSUER"])
    if url.scheme != "https" and url.hostname not in ("127.0.0.1", "localhost", "::1"):
        raise click.ClickException("ASF_OIDC_ISSUER ska börja med https://.")
    config["OIDC_GROUPS"] = _groups(config["OIDC_ROLES"])
    # A seventh of all import time, and most have no provider.
    from authlib.integrations.flask_client import OAuth

    oauth = OAuth(app)
    oauth.oauth2_client_cls = _client_of(config["OIDC_ISSUER"])
    oauth.register(
        NAME,
        client_id=config["OIDC_CLIENT_ID"],
        client_secret=config["OIDC_CLIENT_SECRET"],
        server_metadata_url=f"{config['OIDC_ISSUER']}/.well-known/openid-configuration",
        client_kwargs={
            "scope": "openid email profile", "code_challenge_method": "S256", "timeout": 10,
        },
    )  # fmt: skip
    app.extensions["identity_provider"] = oauth


def _client_of(issuer: str) -> type:
    """What asks the provider, follows it to no other place, and takes it for no other."""
    from authlib.integrations.flask_client.apps import FlaskOAuth2App
    from authlib.integrations.requests_client import OAuth2Session

    class OneHost(OAuth2Session):  # type: ignore[misc]
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self.max_redirects = 0

    class Client(FlaskOAuth2App):  # type: ignore[misc]
        client_cls = OneHost

        def load_server_metadata(self) -> dict[str, Any]:
            found = cast(dict[str, Any], super().load_server_metadata())
            if str(found.get("issuer", "")).rstrip("/") != issuer:
                raise ValueError("issuer")
            return found

    return Client


def _faults() -> tuple[type[Exception], ...]:
    """What may go wrong between here and the provider."""
    from authlib.integrations.base_client.errors import OAuthError
    from joserfc.errors import JoseError
    from requests import RequestException

    return RequestException, OAuthError, JoseError, ValueError, KeyError


def _groups(text: str) -> dict[str, str]:
    """Which group gives which role: "coordinator=group,analyst=group"."""
    pairs = [pair.partition("=") for pair in text.split(",") if pair.strip()]
    if any(role.strip() not in ROLES or not group.strip() for role, _sign, group in pairs):
        raise click.ClickException(
            f"ASF_OIDC_ROLES ska vara roll=grupp,… med rollerna {', '.join(ROLES)}."
        )
    # Where somebody is in several, the role that stands first.
    return {role.strip(): group.strip() for role, _sign, group in pairs}


def _client() -> Any:
    return current_app.extensions["identity_provider"].create_client(NAME)


@blueprint.app_template_global("identity_provider")
def name() -> str:
    """What the provider is called, "" where there is none."""
    if not current_app.config["OIDC_ISSUER"]:
        return ""
    return str(current_app.config["OIDC_NAME"] or _("kommunens inloggning"))


@blueprint.get("/logga-in/tjanst")
def begin() -> Reply:
    """Send the browser to the provider; `igen` to show anew who it is."""
    if not current_app.config["OIDC_ISSUER"]:
        return redirect(url_for("sign_in.ask"))
    again = bool(request.args.get("igen")) and holder_of_link() is not None
    wanted = request.args.get("next", "")
    if is_own_path(wanted):
        session["next"] = wanted
    session["provider_again"] = again
    back = f"{current_app.config['BASE_URL']}{url_for('provider.come_back')}"
    more: dict[str, Any] = {"acr_values": current_app.config["OIDC_FACTORS"]}
    if again:
        more |= {"max_age": 0, "prompt": "login"}
    try:
        return cast(Reply, _client().authorize_redirect(back, **more))
    except _faults():
        return render_template("sign_in/provider_refused.html", why="down"), 503


@blueprint.get("/logga-in/tjanst/svar")
def come_back() -> Reply:
    """Let in whom the provider vouches for, with what the groups give; or say why not."""
    if not current_app.config["OIDC_ISSUER"]:
        return redirect(url_for("sign_in.ask"))
    try:
        claims = _client().authorize_access_token()["userinfo"]
        again = bool(session.pop("provider_again", False))
        return _confirmed(claims) if again else _let_in(claims)
    except Refused as refused:
        why = refused.why
    except _faults():
        why = "failed"
    logs.note_event("sign_in_refused")
    return render_template("sign_in/provider_refused.html", why=why), 403


def _let_in(claims: dict[str, Any]) -> Reply:
    db, after = survey_db(), session.get("next", "")
    # In one, so that whoever is refused at the end has got no place and no role on the way.
    with writing(db):
        who, has_new_role = _person(claims)
        if needs_factor(who.role) and not _has_shown_factor(claims):
            raise Refused("factor")
        if not _is_theirs(who, claims):
            raise Refused("account")
        if old := session.get("staff"):
            sessions.end(db, old)
        raw = begin_session(db, who, device())
        if _has_shown_factor(claims):
            raw = sessions.note_factor(db, raw)
    if has_new_role:
        logs.note_event("role_changed")
    session.clear()
    session["staff"], session["provider"] = raw, True
    generate_csrf()
    logs.note_event("signed_in")
    return redirect(after or home_of(who))


def _confirmed(claims: dict[str, Any]) -> Reply:
    who, after = holder_of_link(), session.pop("next", "")
    if who is None or _address(claims) != who.email.casefold():
        raise Refused("other")
    if not _has_shown_factor(claims):
        raise Refused("factor")
    if not _is_theirs(who, claims):
        raise Refused("other")
    if int(claims.get("auth_time", 0)) < time.time() - ANEW_SECONDS:
        raise Refused("stale")
    session["staff"] = sessions.note_factor(survey_db(), session["staff"])
    return redirect(after) if after else render_template("sign_in/provider_confirmed.html")


def _is_theirs(who: Staff, claims: dict[str, Any]) -> bool:
    # An address may have got another owner since; `sub` never has.
    issuer, subject = current_app.config["OIDC_ISSUER"], str(claims["sub"])
    return bind_account(survey_db(), who.id, issuer, subject)


def _has_shown_factor(claims: dict[str, Any]) -> bool:
    accepted = set(current_app.config["OIDC_FACTORS"].split())
    methods = claims.get("amr") or []
    said = {claims.get("acr"), *(methods if isinstance(methods, list) else [methods])}
    return bool(accepted & said)


def _address(claims: dict[str, Any]) -> str:
    # An address that the provider has not confirmed may be anybody's.
    if claims.get("email_verified", True) is not True:
        raise Refused("unknown")
    return tidy_address(str(claims.get("email", ""))).casefold()


def _person(claims: dict[str, Any]) -> tuple[Staff, bool]:
    """Who somebody is here, and whether with a new role, which the groups may decide."""
    db, email = survey_db(), _address(claims)
    known, groups = staff.by_email(db, email), current_app.config["OIDC_GROUPS"]
    if not is_address(email) or (known is None and not groups):
        raise Refused("unknown")
    if not groups:
        return cast(Staff, known), False
    theirs = claims.get(current_app.config["OIDC_GROUP_CLAIM"]) or []
    theirs = theirs if isinstance(theirs, list) else [theirs]
    role = next((role for role, group in groups.items() if group in theirs), None)
    if role is None:
        raise Refused("unknown")
    if known is not None and known.role == role:
        return known, False
    try:
        return staff.add(db, email, role, PROVIDER), True
    except LastCoordinator:
        raise Refused("unknown") from None

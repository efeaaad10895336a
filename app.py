"""The whole product: the Flask application, its commands, and one ASGI process with Datasette."""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

import click
from flask import Flask, current_app, redirect, session
from flask.cli import with_appcontext
from flask_wtf.csrf import generate_csrf

import forms.mail.board_mail
import forms.office
import forms.papers.views
import forms.respondent.autosave
import forms.respondent.colleagues
import forms.respondent.easy_swedish
import forms.respondent.personal_link
import forms.respondent.previous_year
import forms.respondent.views
import forms.start.commands
import forms.start.demo
import forms.start.set_up
import forms.start.sign_in
import forms.web.error_pages
import forms.web.microdata_pages
import forms.web.page_setup
import forms.web.rate_limits
import forms.web.site_pages
import reports.catalogue.pages
import reports.catalogue.robots
import reports.charts.cards
import reports.documents.mail_summary
import reports.pages.views
from forms.web.microdata_pages import taken_home
from forms.web.request_context import signed_in, survey_db
from forms.web.wsgi_bridge import Bridge
from survey_data.automation import fictitious_enterprises
from survey_data.database import Store
from survey_data.errors import DataFolderTooNew, DataFolderTooOld
from survey_data.microdata.package import note_download
from survey_data.migrations import bring_up_to_date
from survey_data.publishing.publish import Places, settle
from survey_data.register import enterprises
from survey_data.rounds import calendar
from survey_data.rounds.trial_folder import FOLDER
from survey_data.staff import setup_link
from survey_data.staff.roles import ROLES

if TYPE_CHECKING:
    from datasette.app import Datasette

ROOT = Path(__file__).parent
MEGABYTE = 1024 * 1024


def create_app(config: dict[str, Any] | None = None) -> Flask:
    """Build the application; `config` overrides what the environment says (see README)."""
    app = Flask(__name__, static_folder="forms/static", template_folder="forms/templates")
    app.config.from_mapping(_settings() | (config or {}))
    prepare_data(app)
    forms.web.page_setup.install(app)
    for blueprint in (
        forms.respondent.views.blueprint,
        forms.mail.board_mail.blueprint,
        forms.web.microdata_pages.blueprint,
        forms.office.blueprint,
        forms.start.set_up.blueprint,
        forms.start.sign_in.blueprint,
        forms.web.site_pages.blueprint,
        reports.pages.views.board,
        reports.catalogue.pages.open_data,
        reports.catalogue.robots.catalogue,
    ):
        app.register_blueprint(blueprint)
    forms.web.rate_limits.protect(app)
    forms.start.commands.register(app)
    app.cli.add_command(serve_command)
    forms.web.error_pages.register(app)
    app.extensions["chart_names"] = reports.charts.cards.names()
    app.extensions["brief"] = reports.documents.mail_summary.brief
    app.add_url_rule("/data", "data_root", lambda: redirect("/data/"))
    return app


def _settings() -> dict[str, Any]:
    data = Path(os.environ.get("ASF_DATA_DIR", "instance")).resolve()
    port = os.environ.get("PORT", "8000")
    base_url = os.environ.get("ASF_BASE_URL", f"http://127.0.0.1:{port}").rstrip("/")
    return {
        "DATA_DIR": data,
        "PORT": _port(port),
        "BASE_URL": base_url,
        "SMTP_URL": os.environ.get("ASF_SMTP_URL", ""),
        "IMAP_URL": os.environ.get("ASF_IMAP_URL", ""),
        "DEMO": os.environ.get("ASF_DEMO", "1") != "0",
        "BEHIND_PROXY": os.environ.get("ASF_BEHIND_PROXY", "0") != "0",
        "SHOW_SIGN_IN_LINKS": False,
        "MAX_CONTENT_LENGTH": 2 * MEGABYTE,
        "MAX_FORM_MEMORY_SIZE": MEGABYTE // 2,
        "RATELIMIT_STORAGE_URI": "memory://",
        "RATELIMIT_HEADERS_ENABLED": True,
        # One form can lie open over a lunch, a night, a week of sick leave.
        "WTF_CSRF_TIME_LIMIT": None,
        # The cheap end of each: pages are small and made for one reader.
        "COMPRESS_ALGORITHM": ["br", "gzip"],
        "COMPRESS_BR_LEVEL": 3,
        "COMPRESS_LEVEL": 3,
        "BABEL_DEFAULT_LOCALE": "sv",
        "BABEL_DEFAULT_TIMEZONE": "Europe/Stockholm",
        "BABEL_TRANSLATION_DIRECTORIES": str(ROOT / "forms" / "translations"),
    }


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65_535:
        raise click.ClickException(f"PORT ska vara ett tal mellan 0 och 65535, inte {text!r}.")
    return int(text)


def prepare_data(app: Flask) -> None:
    """Make the data folder, its secret and its database, whatever of them is missing."""
    data = Path(app.config["DATA_DIR"])
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    store = _store(data / "survey.db")
    app.config["SECRET_KEY"] = app.config.get("SECRET_KEY") or _secret(data / "secret_key")
    app.config["OPEN_DB"] = data / "open.db"
    app.config["ANALYSTS_DB"] = data / "analysts.db"
    app.config["RELEASES_DIR"] = data / "releases"
    app.config["OUTBOX_DIR"] = data / "outbox"
    url = urlsplit(app.config["BASE_URL"])
    app.config["MAIL_DOMAIN"] = url.hostname or "localhost"
    secure = url.scheme == "https"
    app.config["SESSION_COOKIE_SECURE"] = secure
    # Browsers take the __Host- prefix only with TLS, so loopback goes without.
    app.config["SESSION_COOKIE_NAME"] = "__Host-asf" if secure else "asf"
    app.config["SESSION_COOKIE_SAMESITE"] = "Lax"
    enterprises.load_municipalities(store.db)
    calendar.plan_missing(store.db)
    app.extensions["store"] = store
    trial = data / FOLDER / "survey.db"
    # A trial round, too, may be from before an upgrade.
    app.extensions["trial"] = _store(trial) if trial.exists() else Store(trial)
    app.extensions["places"] = Places(
        app.config["ANALYSTS_DB"],
        app.config["OPEN_DB"],
        app.config["RELEASES_DIR"],
        app.config["BASE_URL"],
    )


def _store(path: Path) -> Store:
    """The private database, with the tables of this version; refuses that of another one."""
    store = Store(path)
    try:
        bring_up_to_date(store.db)
    except (DataFolderTooOld, DataFolderTooNew) as refused:
        store.close()
        raise click.ClickException(str(refused)) from None
    path.chmod(0o600)
    return store


def _secret(path: Path) -> str:
    """The secret in a file only its owner can read, made at first use."""
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return path.read_text("ascii")
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_hex(32))
    return path.read_text("ascii")


def create_datasette(app: Flask) -> Datasette:
    """Datasette over the two published databases, configured by the folder `datasette/`."""
    # Half of all import time, and only the server needs it.
    from datasette.app import Datasette

    folder = ROOT / "datasette"
    # Datasette leaves settings.json unread when it is given settings, so both are merged here.
    kept = json.loads((folder / "settings.json").read_text("utf-8"))
    return Datasette(
        [str(app.config["OPEN_DB"]), str(app.config["ANALYSTS_DB"])],
        config_dir=folder,
        settings=kept | {"base_url": "/data/"},
        secret=app.config["SECRET_KEY"],
    )


class Dispatcher:
    """One ASGI application: /data/ to Datasette, everything else to Flask.

    The session is looked up here for both, so one sign-in serves both, and signing out
    ends both at once.
    """

    def __init__(self, app: Flask) -> None:
        self.flask = app
        self.data = create_datasette(app).app()
        self.web = Bridge(app, body_limit=app.config["MAX_CONTENT_LENGTH"])

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one ASGI scope."""
        if scope["type"] == "lifespan":
            await self.data(scope, receive, send)
        elif scope["path"].startswith("/data/"):
            who, token = self._actor(scope)
            given = {**scope, "actor": who, "sign_out_token": token}
            await self.data(given, receive, self._noting(scope, who, send))
        else:
            await self.web(scope, receive, send)

    def _noting(self, scope: Any, who: dict[str, Any] | None, send: Any) -> Any:
        """Write in the trail who takes microdata home from the data browser."""
        what = taken_home(scope["path"], scope.get("query_string", b"")) if who else ""

        async def noting(message: Any) -> None:
            if message["type"] == "http.response.start" and message["status"] == 200:
                store = cast(Store, self.flask.extensions["store"])
                note_download(store.db, who["id"] if who else "", what)
            await send(message)

        return noting if what else send

    def _actor(self, scope: Any) -> tuple[dict[str, Any] | None, str]:
        """Who asks, and what the button that signs them out must send along."""
        cookie = next((v for k, v in scope["headers"] if k == b"cookie"), b"")
        with self.flask.test_request_context(headers={"Cookie": cookie.decode("latin-1")}):
            who = signed_in()
            if who is None:
                return None, ""
            # Only a token that the session holds already would be accepted.
            token = generate_csrf() if "csrf_token" in session else ""
        may = sorted(ROLES[who.role].may)
        return {"id": f"staff {who.id}", "email": who.email, "may": may}, token


LOOPBACK = "127.0.0.1"


@click.command("serve")
@click.option("--host", default=LOOPBACK, show_default=True, help="Address to listen on.")
@with_appcontext
def serve_command(host: str) -> None:
    """Serve forms, office, report and data in one process, and deliver the mail."""
    from forms.start.server import serve

    app = cast(Flask, current_app._get_current_object())  # type: ignore[attr-defined]
    db = survey_db()
    if app.config["DEMO"] and forms.start.demo.is_empty(db):
        click.echo("Datamappen är tom: lägger in demonstrationen (ASF_DEMO=0 om du inte vill).")
        forms.start.demo.set_up(db)
    settle(db, app.extensions["places"])
    is_demo = fictitious_enterprises.exist_in(db)
    app.config["SHOW_SIGN_IN_LINKS"] = is_demo and host == LOOPBACK
    addresses = forms.start.demo.addresses if is_demo else first_addresses
    serve(app, Dispatcher(app), host, lambda: addresses(db))


def first_addresses(db: Any) -> dict[str, str]:
    """Where to begin when there is no demonstration."""
    base = current_app.config["BASE_URL"]
    found = {"Startsida": f"{base}/", "Logga in": f"{base}/logga-in"}
    if setup_link.is_needed(db):
        token = setup_link.new_link(db)
        found["Kom igång (en gång)"] = f"{base}/kom-igang/lank/{token}"
    return found

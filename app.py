"""The whole product: the Flask application, its commands, and one ASGI process with Datasette."""

import gc
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

# What is imported is there for good: to look for garbage among it is a quarter of a start.
gc.disable()
# sqlite-utils loads it wherever it is installed, and only protecting needs it.
NUMPY: Any = sys.modules.setdefault("numpy", None)  # type: ignore[arg-type]

import click
from flask import Flask, current_app, redirect
from flask.cli import with_appcontext

import forms.mail.board_mail
import forms.office
import forms.papers.views
import forms.respondent.colleagues
import forms.respondent.personal_link
import forms.respondent.previous_year
import forms.respondent.review_page
import forms.respondent.views
import forms.start.commands
import forms.start.demo
import forms.start.identity_provider
import forms.start.operations
import forms.start.second_factor
import forms.start.set_up
import forms.start.sign_in
import forms.web.guards
import forms.web.logs
import forms.web.page_setup
import forms.web.site_pages
import reports.catalogue.pages
import reports.charts.cards
import reports.documents.content
import reports.pages.views
from forms.start import data_folder
from forms.start.demo import LOOPBACKS
from forms.start.dispatcher import Dispatcher, create_datasette
from forms.web.request_context import survey_db
from survey_data.automation import fictitious_enterprises
from survey_data.database import Store
from survey_data.errors import DataFolderOfAnotherCounty, DataFolderTooNew, DataFolderTooOld
from survey_data.migrations import bring_up_to_date
from survey_data.operations import restore
from survey_data.publishing.publish import Places, publish, repair
from survey_data.register import enterprises
from survey_data.rounds import calendar
from survey_data.rounds.rounds import TRIAL
from survey_data.settings import note_mail_leaves, wind_clock

if NUMPY is None:
    del sys.modules["numpy"]
gc.freeze()
gc.enable()

ROOT = Path(__file__).parent
MEGABYTE = 1024 * 1024


def create_app(config: dict[str, Any] | None = None) -> Flask:
    """Build the application; `config` overrides what the environment says (see README)."""
    app = Flask(__name__, static_folder="forms/static", template_folder="forms/templates")
    app.config.from_mapping(_settings() | (config or {}))
    # A backup is restored into an empty folder, which any other command would fill.
    if not forms.start.operations.is_restoring():
        prepare_data(app)
    forms.web.page_setup.install(app)
    forms.web.logs.install(app)
    forms.start.identity_provider.install(app)
    for blueprint in (
        forms.respondent.views.blueprint,
        forms.mail.board_mail.blueprint,
        forms.web.site_pages.microdata,
        forms.office.blueprint,
        forms.start.set_up.blueprint,
        forms.start.sign_in.blueprint,
        forms.start.second_factor.blueprint,
        forms.start.identity_provider.blueprint,
        forms.web.site_pages.blueprint,
        reports.pages.views.board,
        reports.catalogue.pages.open_data,
        reports.catalogue.pages.catalogue,
    ):
        app.register_blueprint(blueprint)
    forms.web.guards.protect(app)
    forms.start.commands.register(app)
    forms.start.operations.register(app)
    app.cli.add_command(serve_command)
    forms.web.site_pages.register_errors(app)
    app.extensions["chart_names"] = reports.charts.cards.names()
    app.extensions["brief"] = reports.documents.content.brief
    app.add_url_rule("/data", "data_root", lambda: redirect("/data/"))
    return app


def _settings() -> dict[str, Any]:
    data = Path(os.environ.get("ASF_DATA_DIR", "instance")).resolve()
    port = os.environ.get("PORT", "8000")
    base_url = os.environ.get("ASF_BASE_URL", f"http://127.0.0.1:{port}").rstrip("/")
    return {
        "DATA_DIR": data,
        "PORT": _number("PORT", port, 65_535),
        "BASE_URL": base_url,
        "SMTP_URL": os.environ.get("ASF_SMTP_URL", ""),
        "IMAP_URL": os.environ.get("ASF_IMAP_URL", ""),
        "DEMO": _may_begin_with_examples(),
        "PROXIES": _number("ASF_BEHIND_PROXY", os.environ.get("ASF_BEHIND_PROXY", "0"), 10),
        "OWN_BACKUP_DIR": os.environ.get("ASF_BACKUP_DIR", ""),
        "BACKUP_PASSPHRASE": os.environ.get("ASF_BACKUP_PASSPHRASE", ""),
        "LOG": os.environ.get("ASF_LOG", ""),
        "SHOW_SIGN_IN_LINKS": False,
        "SECOND_FACTOR": True,
        "PROOF_APART": True,
        "OIDC_ISSUER": os.environ.get("ASF_OIDC_ISSUER", "").rstrip("/"),
        "OIDC_CLIENT_ID": os.environ.get("ASF_OIDC_CLIENT_ID", ""),
        "OIDC_CLIENT_SECRET": os.environ.get("ASF_OIDC_CLIENT_SECRET", ""),
        "OIDC_NAME": os.environ.get("ASF_OIDC_NAME", ""),
        "OIDC_ROLES": os.environ.get("ASF_OIDC_ROLES", ""),
        "OIDC_GROUP_CLAIM": os.environ.get("ASF_OIDC_GROUP_CLAIM", "groups"),
        "OIDC_FACTORS": os.environ.get("ASF_OIDC_FACTORS", "mfa"),
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


def _number(name: str, text: str, most: int) -> int:
    if not text.isdecimal() or int(text) > most:
        raise click.ClickException(f"{name} ska vara ett tal mellan 0 och {most}, inte {text!r}.")
    return int(text)


def _may_begin_with_examples() -> bool | None:
    """Whether an empty folder gets the demonstration; None: only where no one else can reach it."""
    asked = os.environ.get("ASF_DEMO", "")
    if not asked:
        return False if os.environ.get("ASF_BASE_URL") else None
    return asked != "0"


def prepare_data(app: Flask) -> None:
    """Make the data folder, its secret and its database, whatever of them is missing."""
    data = Path(app.config["DATA_DIR"])
    # What is written from here on is for this account alone.
    os.umask(0o077)
    with data_folder.in_plain_words(data):
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        data_folder.keep_private(data)
        data_folder.begin(data)
        _open_stores(app, data)
        note_mail_leaves(app.extensions["store"].db, bool(app.config["SMTP_URL"]))
        if not app.config.get("SECRET_KEY"):
            app.config |= data_folder.keys_of(data_folder.read_secrets(data))
    app.config["BACKUP_DIR"] = Path(app.config["OWN_BACKUP_DIR"] or data / "backups")
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
    app.extensions["places"] = Places(
        app.config["ANALYSTS_DB"],
        app.config["OPEN_DB"],
        app.config["RELEASES_DIR"],
        app.config["BASE_URL"],
        app.config["PROOF_APART"],
    )


def _open_stores(app: Flask, data: Path) -> None:
    store = _store(data / "survey.db")
    try:
        enterprises.load_municipalities(store.db)
    except DataFolderOfAnotherCounty as refused:
        store.close()
        raise click.ClickException(str(refused)) from None
    wind_clock(store.db)
    calendar.plan_missing(store.db)
    app.extensions["store"] = store
    trial = data / TRIAL / "survey.db"
    # A trial round, too, may be from before an upgrade.
    app.extensions["trial"] = _store(trial) if trial.exists() else Store(trial)


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


__all__ = ["Dispatcher", "create_app", "create_datasette", "prepare_data"]
LOOPBACK = "127.0.0.1"


@click.command("serve")
@click.option("--host", default=LOOPBACK, show_default=True, help="Address to listen on.")
@click.option(
    "--only",
    type=click.Choice(data_folder.PARTS),
    help="The forms (with office, report, mail and calendar) or the data pages alone.",
)
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="How many processes answer; with --only forms.",
)
@with_appcontext
def serve_command(host: str, only: str | None, workers: int) -> None:
    """Serve forms, office, report and data in one process, and deliver the mail."""
    from forms.start.server import serve, take_port

    if workers > 1 and only != "forms":
        raise click.ClickException(
            "Flera processer svarar bara för formulären: flask serve --only forms --workers"
            f" {workers}, och datasidorna för sig med flask serve --only data."
        )

    app = cast(Flask, current_app._get_current_object())  # type: ignore[attr-defined]
    data = Path(app.config["DATA_DIR"])
    forms.web.logs.configure(app.config["LOG"])
    with data_folder.locked(data, only):
        # Before a folder is filled that nobody could then be shown.
        listener = take_port(host, app.config["PORT"])
        with data_folder.in_plain_words(data):
            addresses = _data_addresses() if only == "data" else _repaired(app, host)
            _spare_the_demonstration(app, host)
            asgi = Dispatcher(app, only)
        serve(app, asgi, listener, addresses, with_scheduler=only != "data", processes=workers)


def _data_addresses() -> Callable[[], dict[str, str]]:
    """Where the data pages are; refuses to start before there is anything to show."""
    config = current_app.config
    if not all(Path(config[name]).exists() for name in ("OPEN_DB", "ANALYSTS_DB")):
        raise click.ClickException(
            "Det finns inga öppna data än. Starta först: flask serve --only forms"
        )
    return lambda: {"Data": f"{config['BASE_URL']}/data/"}


def _spare_the_demonstration(app: Flask, host: str) -> None:
    """Ask for no second factor where all is invented and nobody else can come."""
    config = app.config
    is_alone = host in LOOPBACKS and forms.start.demo.is_alone()
    if is_alone and fictitious_enterprises.exist_in(survey_db()):
        config["SECOND_FACTOR"] = False
        click.echo("Demonstrationen på den här datorn frågar inte efter någon andra faktor.")


def _repaired(app: Flask, host: str) -> Callable[[], dict[str, str]]:
    """Mend what a restore or a kill left; tells what addresses to print."""
    db, data = survey_db(), Path(app.config["DATA_DIR"])
    if restore.take_over(db, data):
        click.echo("Databasen kommer från en kopia: utskicken är pausade tills någon jämfört.")
    wants_examples = host in LOOPBACKS if app.config["DEMO"] is None else app.config["DEMO"]
    if wants_examples and forms.start.demo.is_empty(db):
        click.echo("Datamappen är tom: lägger in demonstrationen (ASF_DEMO=0 om du inte vill).")
        forms.start.demo.set_up(db)
        publish(db, app.extensions["places"], forms.start.demo.ACTOR)
    if repair(db, app.extensions["places"]) is None:
        click.echo("Ingen utgåva finns att visa: en samordnare publicerar på sidan Publicering.")
    is_demo = fictitious_enterprises.exist_in(db)
    app.config["SHOW_SIGN_IN_LINKS"] = is_demo and host == LOOPBACK
    if is_demo and forms.start.demo.is_alone():
        click.echo("Inloggningslänken gäller ett dygn. Adresserna igen: .venv/bin/flask demo")
    addresses = forms.start.demo.addresses if is_demo else forms.start.set_up.first_addresses
    return lambda: addresses(db)

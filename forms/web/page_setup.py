"""What surrounds every page: its facts, icons and safety headers, and the static files.

Static files are compressed once and sent to be kept for good, at addresses that change with them.
Icons are functions and not template macros: a page holds some thirty, and calling a macro for each
was a tenth of the time it took to make the page.
"""

import gzip
import hashlib
import os
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote

import brotli
from babel.dates import format_date
from flask import Flask, Response, current_app, g, has_request_context, request, url_for
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from flask_babel import Babel
from flask_compress import Compress
from flask_wtf.csrf import CSRFProtect
from itsdangerous import Signer
from markupsafe import Markup, escape
from werkzeug.routing import IntegerConverter, Map
from whitenoise import WhiteNoise

from forms.translations import LOCALES, TemplatesByLanguage, language
from forms.web import logs
from forms.web.request_context import (
    LinkToken,
    chosen_locale,
    remember_language,
    signed_in,
    survey_db,
    url_for_language,
)
from survey_data import clock, geography, settings
from survey_data.staff import logo

ROOT = Path(__file__).parents[2]
ONE_YEAR = 365 * 24 * 3600
# The pages that a search may find; the first part of a blueprint's name.
FOUND_BY_SEARCH = ("board", "open_data", "site")


class RowId(IntegerConverter):
    """A whole number in an address that SQLite can look up; a larger one is no address of ours."""

    regex = r"\d{1,19}"

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, max=2**63 - 1)


CONTENT_SECURITY_POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none';"
    " form-action 'self'; frame-ancestors 'none'"
)


class Sessions(SecureCookieSessionInterface):
    """Flask's session cookie, signed with SHA-256 instead of SHA-1."""

    salt = "asf-session"
    digest_method = staticmethod(hashlib.sha256)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Send the cookie where it has changed; what no cache may keep need not say by what."""
        super().save_session(app, session, response)
        if response.cache_control.no_store:
            del response.headers["Vary"]


def install(app: Flask) -> None:
    """Give the application all of it."""
    app.jinja_environment = TemplatesByLanguage  # type: ignore[assignment]
    templates = cast(TemplatesByLanguage, app.jinja_env)
    templates.fixed |= {"icon": icon, "landscape": landscape, "url_for": _fixed_address}
    app.url_map.converters["link"] = LinkToken
    # Of whatever else is signed, such as the tokens of open forms: the library's own is SHA-1.
    Signer.default_digest_method = staticmethod(hashlib.sha256)
    app.session_interface = Sessions()
    Babel(app, locale_selector=chosen_locale)
    Compress(app)
    CSRFProtect(app)
    install_icons(app)
    app.context_processor(_page_facts)
    app.jinja_env.globals.update(geography.WORDS)
    app.url_defaults(_version_static)
    app.url_map.converters["int"] = RowId
    _serve_static(app)
    app.after_request(_note_security_event)
    app.after_request(_secure)
    app.after_request(remember_language)


def _note_security_event(response: Any) -> Any:
    """Let every answer that tells of an event leave its line."""
    endpoint, status = request.endpoint or "", response.status_code
    is_change = request.method == "POST" or status >= 400
    kind = logs.BY_STATUS.get(status) or (is_change and logs.BY_ANSWER.get((endpoint, status)))
    if kind and not (kind in logs.OF_STAFF and signed_in() is None):
        logs.note_event(kind)
    return response


def _page_facts() -> dict[str, Any]:
    """What every page and mail may say."""
    if not has_request_context():
        return {"language": language()}
    about, is_demo = _stated()
    return {
        "language": language(),
        "association": about,
        "signed_in": signed_in(),
        "on_trial": "trial" in g,
        "demo": is_demo,
        "demo_day": demo_day(language()),
        "logo": logo.find(Path(current_app.config["DATA_DIR"])),
        "url_for_language": url_for_language,
        "standing_addresses": _standing_addresses(),
    }


def _stated() -> tuple[settings.Association, bool]:
    # A page may be put together from several templates.
    if "stated" not in g:
        g.stated = settings.page_facts(survey_db())
    return cast(tuple[settings.Association, bool], g.stated)


def demo_day(locale: str) -> str:
    """Which day it is in a demonstration's inventory, in words; "" where that is the machine's."""
    is_own = bool(clock.inventory.ahead)
    day = clock.today()
    return format_date(day, "EEEE d MMMM y", locale=LOCALES[locale]) if is_own else ""


def _fixed_address(endpoint: str, **values: Any) -> str | None:
    """An address that is the same on every page, as none is that holds the host's name."""
    is_fixed = has_request_context() and "_external" not in values
    return url_for(endpoint, **values) if is_fixed else None


def _standing_addresses() -> dict[str, str]:
    """By language, the one address of a page whatever is chosen on it; {} of one not for all."""
    if (request.blueprint or "").partition(".")[0] not in FOUND_BY_SEARCH:
        return {}
    bare = f"{current_app.config['BASE_URL']}{quote(request.path)}"
    return {"sv": bare, "en": f"{bare}?lang=en", "x-default": bare}


def never_stored(response: Any) -> Any:
    """Keep a page, and a link in its address, out of every cache; for `after_request`."""
    response.headers["Cache-Control"] = "no-store"
    return response


def _secure(response: Any) -> Any:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    if response.location is None:
        # It is of a document, and a browser shows none of what only leads on.
        headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
    if signed_in() is not None:
        headers["Cache-Control"] = "no-store"
    return response


def _version_static(endpoint: str, values: dict[str, Any]) -> None:
    """Give static files an address that changes with them, so that they can be kept for good."""
    if not endpoint.endswith("static") or "filename" not in values:
        return
    package = "reports" if endpoint == "board.static" else "forms"
    values.setdefault("v", _static_version(package, values["filename"]))


@cache
def _static_version(package: str, name: str) -> str | None:
    path = ROOT / package / "static" / name
    return format(path.stat().st_mtime_ns, "x") if path.exists() else None


def _serve_static(app: Flask) -> None:
    """Static files go out compressed and to be kept: their addresses carry their version."""
    folders = {"static/": ROOT / "forms/static", "static/reports/": ROOT / "reports/static"}
    # Before they are looked up: the lengths that are found then are those that are promised.
    with suppress(OSError):
        for path in (path for folder in folders.values() for path in folder.iterdir()):
            if path.suffix in (".css", ".js", ".svg"):
                _compress(path)
    static = WhiteNoise(app.wsgi_app, max_age=ONE_YEAR)
    for prefix, folder in folders.items():
        static.add_files(str(folder), prefix=prefix)
    app.wsgi_app = static  # type: ignore[method-assign]


def _compress(path: Path) -> None:
    """Write one of our static files compressed beside it, unless that is done already."""
    content, changed = path.read_bytes(), path.stat().st_mtime_ns
    ways: dict[str, Callable[[bytes], bytes]] = {".gz": gzip.compress, ".br": brotli.compress}
    for suffix, compress in ways.items():
        beside = path.with_name(path.name + suffix)
        if beside.exists() and beside.stat().st_mtime_ns == changed:
            continue
        # Another server may be sending the old file: it is replaced whole.
        fresh = beside.with_name(f"{beside.name}.{os.getpid()}")
        fresh.write_bytes(compress(content))
        # Another account may serve what was made at the installation.
        fresh.chmod(0o644)
        os.utime(fresh, ns=(changed, changed))
        fresh.replace(beside)


DRAWINGS = Path(__file__).parent / "drawings"

# Each chip says one thing three ways: colour, icon and word.
CHIPS = {
    "not_opened": ("chip-outline", "ring"),
    "started": ("", "half"),
    "review": ("chip-review", "eye"),
    "done": ("chip-done", "tick"),
    "returned": ("chip-warm", "return"),
    "bounced": ("chip-alert", "triangle"),
    "question": ("chip-warm", "ask"),
    "refused": ("chip-warm", "phone"),
    "no_contact": ("chip-alert", "phone"),
    "left_out": ("chip-outline", "same"),
    "example": ("chip-outline", "info"),
    "locked": ("chip-outline", "lock"),
}
SIGNS = {
    "e": "chip-review",
    "u": "chip-review",
    "r": "chip-warm",
    "s": "chip-warm",
    "p": "chip-outline",
    "k": "chip-outline",
}


def install_icons(app: Flask) -> None:
    """Give every template icon(), chip(), sign() and landscape()."""
    app.jinja_env.globals.update(icon=icon, chip=chip, sign=sign, landscape=landscape)


@cache
def icon(name: str, label: str = "") -> Markup:
    """A line icon in the colour and size of the words beside it; decoration without a label."""
    spoken = Markup('role="img" aria-label="{}"').format(label) if label else 'aria-hidden="true"'
    drawing = _drawings()[name]
    return Markup(f'<svg class="icon" viewBox="0 0 24 24" {spoken}>{drawing}</svg>')  # noqa: S704


def chip(kind: str, text: str) -> Markup:
    """What state something is in."""
    look, picture = CHIPS[kind]
    return Markup('<span class="chip {}">{}{}</span>').format(look, icon(picture), text)


def sign(symbol: str, text: str = "") -> Markup:
    """The sign of a value in a round chip, followed by its word."""
    look = SIGNS.get(symbol, "")
    word = f" {escape(text)}" if text else ""
    shown = Markup('<span class="chip chip-sign {}">{}</span>').format(look, symbol)
    return shown + Markup(word)  # noqa: S704


@cache
def landscape() -> Markup:
    """Hills, spruce, cottages and the sea: where people arrive and are thanked, never at work."""
    return Markup((DRAWINGS / "landscape.svg").read_text("utf-8").strip())  # noqa: S704


@cache
def _drawings() -> dict[str, str]:
    lines = (DRAWINGS / "icons.txt").read_text("utf-8").splitlines()
    return dict(line.split(" ", 1) for line in lines if line)

"""The pages in their reader's language, chosen as everywhere else: `?lang=en`, then a cookie.

Swedish as written, English from the product's own catalogue; data say both in `_sv` and `_en`.
Other plugins reach what is public here by `pm.get_plugin("language.py")`.
"""

import re
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from functools import cache, partial
from gettext import GNUTranslations, NullTranslations
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

import yaml
from datasette import hookimpl
from markupsafe import Markup

App = Callable[..., Awaitable[None]]

ROOT = Path(__file__).parents[2]
CATALOGUE = ROOT / "forms" / "translations" / "en" / "LC_MESSAGES" / "messages.mo"
# Codes by column, each with its words in Swedish and English.
QUESTIONS = yaml.safe_load((ROOT / "datasette" / "questions.yaml").read_text("utf-8"))
WORDS = yaml.safe_load((ROOT / "datasette" / "words.yaml").read_text("utf-8"))
# A question in Swedish, where it names what is said in both languages.
IN_SWEDISH = re.compile(r"_sv\b|\bnote(?= AS\b)")
LANGUAGES = ("sv", "en")
CHOSEN = re.compile(r"(?:^|;)\s*language=(sv|en)\s*(?=;|$)")
ONE_YEAR = 365 * 24 * 3600

speaking: ContextVar[str] = ContextVar("speaking", default="sv")


# Outermost, as everything else is said in the language it finds.
@hookimpl(trylast=True)
def asgi_wrapper() -> Callable[[App], App]:
    """Find the reader's language, and keep it where it was asked for."""

    def wrap(app: App) -> App:
        # Defined as a function: uvicorn takes a partial one for an application of the old kind.
        async def spoken(scope: Any, receive: Any, send: Any) -> None:
            if scope["type"] != "http":
                await app(scope, receive, send)
                return
            scope, asked = _chosen(scope)
            speaking.set(scope["language"])
            await app(scope, receive, partial(_remember, send, scope, asked))

        return spoken

    return wrap


async def _remember(send: Any, scope: Any, asked: str, message: Any) -> None:
    if message["type"] == "http.response.start" and "/static/" not in scope["path"]:
        headers = list(message.get("headers", ()))
        if not any(name.lower() == b"vary" for name, _ in headers):
            headers.append((b"vary", b"Accept-Encoding, Cookie, Authorization"))
        headers.append((b"content-language", scope["language"].encode()))
        if asked:
            headers.append((b"set-cookie", _cookie(asked, scope)))
        message = {**message, "headers": headers}
    await send(message)


def _chosen(scope: Any) -> tuple[Any, str]:
    """The request with its language beside it and taken out of it, and what its address asks for.

    Without it Datasette takes `lang` for a column, and the cookie for a visitor's own page.
    """
    pairs = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    asked = next((v for k, v in reversed(pairs) if k == "lang" and v in LANGUAGES), "")
    cookie = b"; ".join(v for k, v in scope["headers"] if k == b"cookie").decode("latin-1")
    kept = CHOSEN.search(cookie)
    language = asked or (kept[1] if kept else LANGUAGES[0])
    scope = {**scope, "language": language}
    if asked:
        others = urlencode([(k, v) for k, v in pairs if k != "lang"])
        scope["query_string"] = others.encode("latin-1")
    if kept:
        rest = CHOSEN.sub("", cookie).strip("; ").encode("latin-1")
        headers = [each for each in scope["headers"] if each[0] != b"cookie"]
        scope["headers"] = [*headers, *([(b"cookie", rest)] if rest else [])]
    return scope, asked


def _cookie(asked: str, scope: Any) -> bytes:
    # The one that the other pages set and read.
    secure = " Secure;" if scope.get("scheme") == "https" else ""
    return f"language={asked}; Max-Age={ONE_YEAR};{secure} HttpOnly; Path=/; SameSite=Lax".encode()


@cache
def _catalogue() -> NullTranslations:
    if not CATALOGUE.exists():
        return NullTranslations()
    with CATALOGUE.open("rb") as file:
        return GNUTranslations(file)


def gettext(sentence: str, /, **variables: Any) -> Markup:
    """A Swedish sentence in the reader's language, its %(names)s filled in."""
    found = sentence if speaking.get() == "sv" else _catalogue().gettext(sentence)
    # The sentences are ours; what fills them in is escaped by Markup itself.
    return Markup(found) % variables  # noqa: S704


def ngettext(one: str, many: str, number: int, /, **variables: Any) -> Markup:
    """A Swedish sentence about a number in the reader's language; %(num)s is the number."""
    if speaking.get() == "sv":
        found = one if number == 1 else many
    else:
        found = _catalogue().ngettext(one, many, number)
    variables.setdefault("num", number)
    return Markup(found) % variables  # noqa: S704


def said(known: Any, name: str) -> Any:
    """What something says of itself under a name: `name_en`, `name_sv`, or `name` for both."""
    known = known or {}
    keys = (f"{name}_{speaking.get()}", name, f"{name}_sv")
    return next((known[key] for key in keys if key in known.keys() and known[key]), "")  # noqa: SIM118


def word(column: str, code: Any) -> str:
    """A code in words where words.yaml has them, or the code itself."""
    found = WORDS.get(column, {}).get(code)
    return str(code) if found is None else str(found[LANGUAGES.index(speaking.get())])


@hookimpl
def prepare_jinja2_environment(env: Any) -> None:
    """Give the templates their words."""
    env.globals.update(_=gettext, ngettext=ngettext, said=said, word=word, language=speaking.get)


@hookimpl
def canned_queries(database: str) -> dict[str, Any]:
    """The ready questions of a database."""
    found = QUESTIONS.get(database, {})
    if speaking.get() == "en":
        found = {name: _in_english(database, name) for name in found}
    return {name: dict(known) for name, known in found.items()}


@cache
def _in_english(database: str, name: str) -> dict[str, Any]:
    """The same question, with the words of its rows in English; its columns keep their names."""
    known = QUESTIONS[database][name]
    sql = in_english(known["sql"])
    for words, english in known.get("texts_en", {}).items():
        sql = sql.replace(f"'{words}'", f"'{english}'")
    return {**known, "sql": sql}


def in_english(sql: str) -> str:
    """The same SQL, reading the English of each column that there is in both languages."""
    return IN_SWEDISH.sub(lambda found: found[0].removesuffix("_sv") + "_en", sql)


@hookimpl
def extra_template_vars(request: Any) -> dict[str, Any]:
    """The way to the same page in the other language."""
    if request is None:
        return {}
    other = LANGUAGES[speaking.get() == "sv"]
    query = urlencode([*parse_qsl(request.query_string, keep_blank_values=True), ("lang", other)])
    return {"other_language": other, "in_other_language": f"{request.path}?{query}"}

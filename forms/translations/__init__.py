"""The page in its reader's language: Swedish as written, English from the catalogue.

Gettext for templates is looked up once a request: a page says some eighty sentences, and
flask-babel finds the catalogue anew for each, which was a fifth of the time of a page.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask, g, has_request_context
from flask_babel import force_locale, get_locale, get_translations
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

# Dates in British English: "22 November 2026", as Europeans write them.
LOCALES = {"sv": "sv", "en": "en_GB"}


def language() -> str:
    """The language of the page or mail being written: "sv" or "en"."""
    return "en" if str(get_locale() or "").startswith("en") else "sv"


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Write a mail's words in its own language, also in the middle of a page in another."""
    of_the_page = g.pop("catalogue", None)
    try:
        with force_locale(LOCALES[language]):
            yield
    finally:
        g.pop("catalogue", None)
        if of_the_page is not None:
            g.catalogue = of_the_page


def install(app: Flask) -> None:
    """Give the application's templates their gettext and ngettext.

    Jinja's own go through three calls for each sentence; a page says some eighty.
    """
    environment = app.jinja_env
    environment.newstyle_gettext = True  # type: ignore[attr-defined]
    environment.globals.update(_=_one, gettext=_one, ngettext=_counted)


@pass_eval_context
def _one(context: EvalContext, sentence: str, /, **variables: Any) -> str:
    """A Swedish sentence in the reader's language, its %(names)s filled in."""
    found = _catalogue().ugettext(sentence)
    # The sentences are ours; what fills them in is escaped by Markup itself.
    text = Markup(found) if context.autoescape else str(found)  # noqa: S704
    return text % variables if "%" in text else text


@pass_eval_context
def _counted(context: EvalContext, one: str, many: str, number: int, /, **variables: Any) -> str:
    """A Swedish sentence about a number in the reader's language; %(num)s is the number."""
    found = str(_catalogue().ungettext(one, many, number))
    variables.setdefault("num", number)
    # The sentences are ours; what fills them in is escaped by Markup itself.
    return (Markup(found) if context.autoescape else found) % variables  # noqa: S704


def _catalogue() -> Any:
    if not has_request_context():
        # A mail: several languages may be written in one turn of the scheduler.
        return get_translations()
    found = g.get("catalogue")
    if found is None:
        found = g.catalogue = get_translations()
    return found

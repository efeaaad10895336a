"""The page in its reader's language: Swedish as written, English from the catalogue.

A page says some eighty sentences, the same every time. So a template is compiled once for each
language, with its sentences, icons and fixed addresses in it as if they had been written there.
"""

from collections.abc import Callable, Iterator, MutableMapping
from contextlib import contextmanager
from functools import cache, wraps
from typing import Any, TypeVar

import flask_babel
from flask import Flask
from flask.templating import Environment
from flask_babel import force_locale, get_locale, get_translations
from jinja2 import Template, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.visitor import NodeTransformer

# Dates in British English: "22 November 2026", as Europeans write them.
LOCALES = {"sv": "sv", "en": "en_GB"}
GETTEXT = ("_", "gettext")
# Functions besides gettext that say the same of the same each time; or None, where they do not.
Fixed = dict[str, Callable[..., str | None]]
Words = TypeVar("Words")


def language() -> str:
    """The language of the page or mail being written: "sv" or "en"."""
    spoken = get_locale()
    return "en" if spoken is not None and spoken.language == "en" else "sv"


def gettext(sentence: str, **values: Any) -> str:
    """A sentence in the language of what is being written."""
    return str(flask_babel.gettext(sentence, **values))


def once_per_language(words: Callable[[], Words]) -> Callable[[], Words]:
    """Words that depend on the language alone, looked up once in each: a list says them a row."""
    said = cache(lambda _language: words())
    return wraps(words)(lambda: said(language()))


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Write a mail's words in its own language, also in the middle of a page in another."""
    with force_locale(LOCALES[language]):
        yield


class TemplatesByLanguage(Environment):
    """Flask's templates, compiled for each language with all that is `fixed` written out."""

    def __init__(self, app: Flask, **options: Any) -> None:
        super().__init__(app, **options)
        self.language = ""
        self.by_language: dict[str, TemplatesByLanguage] = {}
        self.fixed: Fixed = {}

    def get_template(
        self,
        name: str | Template,
        parent: str | None = None,
        globals: MutableMapping[str, Any] | None = None,
    ) -> Template:
        """A template in the language of what is being written, as are all that it is made of."""
        if self.language:
            return super().get_template(name, parent, globals)
        wanted = language()
        if wanted not in self.by_language:
            own = self.overlay()
            own.language = wanted
            self.by_language[wanted] = own
        return self.by_language[wanted].get_template(name, parent, globals)


class _WrittenOut(CodeGenerator):
    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:
        assert isinstance(self.environment, TemplatesByLanguage)
        super().visit_Template(_Said(self.environment.fixed).visit(node), frame)


TemplatesByLanguage.code_generator_class = _WrittenOut


class _Said(NodeTransformer):
    """Puts what is said in the place of the call that says it."""

    def __init__(self, fixed: Fixed) -> None:
        self.fixed = fixed

    def visit_Call(self, node: nodes.Call) -> nodes.Expr:
        self.generic_visit(node)
        name = node.node.name if isinstance(node.node, nodes.Name) else ""
        given = [each.value for each in node.args if isinstance(each, nodes.Const)]
        if len(given) < len(node.args) or node.dyn_args or node.dyn_kwargs:
            return node
        if name in GETTEXT:
            # Sentences are ours; what fills them in differs, and is escaped as anywhere.
            text = nodes.Const(get_translations().ugettext(*given))
            filled = [nodes.Pair(nodes.Const(each.key), each.value) for each in node.kwargs]
            return nodes.Mod(nodes.MarkSafeIfAutoescape(text), nodes.Dict(filled))
        named = {e.key: e.value.value for e in node.kwargs if isinstance(e.value, nodes.Const)}
        if name not in self.fixed or len(named) < len(node.kwargs):
            return node
        said = self.fixed[name](*given, **named)
        return node if said is None else nodes.Const(said)

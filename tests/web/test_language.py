"""Swedish and English: nothing untranslated, nothing left over, no language in the other."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Message
from flask import Flask
from sqlite_utils import Database

from forms.translations import __main__ as catalogue
from survey_data.follow_up.mail_texts import PLACEHOLDERS
from survey_data.settings import Association
from tests.support.http_visitor import Visitor
from tests.web import languages
from tests.web.languages import Tour, words_of

[PO] = catalogue.catalogues()
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")
# A shorter piece of a sentence may well be a word of the other language too.
TELLING = 12


@pytest.fixture(autouse=True, scope="module")
def _compiled() -> None:
    catalogue.compile_catalogues()


def forms_of(words: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return (words,) if isinstance(words, str) else tuple(words)


def sentences(source: Any) -> dict[str, Message]:
    return {forms_of(message.id)[0]: message for message in source if message.id}


KNOWN = sentences(catalogue.read(PO))


@pytest.fixture(scope="module")
def extracted() -> Any:
    """Every sentence of the sources; to read all of them takes seconds."""
    return catalogue.extract()


def test_every_sentence_of_the_sources_is_in_the_catalogue_and_no_other(extracted: Any) -> None:
    assert sentences(extracted).keys() == KNOWN.keys()
    assert not catalogue.read(PO).obsolete


def test_every_sentence_is_translated_with_the_same_placeholders() -> None:
    for message in KNOWN.values():
        swedish, english = forms_of(message.id), forms_of(message.string)
        assert not message.fuzzy
        assert len(english) == len(swedish), message.id
        for one, other in zip(swedish, english, strict=True):
            assert other.strip(), message.id
            assert set(PLACEHOLDER.findall(one)) == set(PLACEHOLDER.findall(other)), message.id
            assert one[:1].isspace() == other[:1].isspace(), message.id
            assert one[-1:].isspace() == other[-1:].isspace(), message.id


def test_nothing_in_a_translation_could_break_an_attribute() -> None:
    for message in KNOWN.values():
        assert not set('"<>&') & set("".join(forms_of(message.string))), message.id


def test_updating_a_catalogue_that_is_up_to_date_changes_nothing(
    tmp_path: Path, extracted: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalogue, "extract", lambda: extracted)
    copy = tmp_path / PO.relative_to(catalogue.FOLDER)
    copy.parent.mkdir(parents=True)
    copy.write_bytes(PO.read_bytes())
    catalogue.update(tmp_path)
    assert copy.read_text("utf-8") == PO.read_text("utf-8")


def pieces(words: str | tuple[str, ...] | list[str]) -> set[str]:
    """The parts of a sentence between its placeholders that are long enough to tell."""
    found = (p.strip(" .,:;()") for form in forms_of(words) for p in PLACEHOLDER.split(form))
    return {piece for piece in found if len(piece) > TELLING}


def foreign_pieces(language: str) -> list[str]:
    swedish = {p for message in KNOWN.values() for p in pieces(message.id)}
    english = {p for message in KNOWN.values() for p in pieces(message.string)}
    wrong, right = (english, swedish) if language == "sv" else (swedish, english)
    all_right = "\n".join(right)
    return [p for p in sorted(wrong) if p not in all_right]


# Words of one language that are none of the other.
SMALL_WORDS = {
    "en": r"och|inte|att|som|av|till|med|eller|är|på|från|ni|vi|ert|era|den|det|ett|för|vid|om",
    "sv": r"the|and|of|to|with|or|is|are|you|your|we|not|from|which|that|this|been|has|have",
}


@pytest.fixture(params=["en", "sv"])
def tour(
    request: Any, demonstration: Flask, db: Database, new_visitor: Callable[[], Visitor]
) -> Tour:
    """Everywhere, in one language."""
    tour = Tour(demonstration, db, new_visitor, request.param)
    languages.public_pages(tour)
    languages.respondent_pages(tour)
    languages.staff_pages(tour)
    languages.closed_pages(tour)
    return tour


# Publishers and titles as their owners write them.
SOURCES = {"Tillväxtverket"}


# What is written in a mail's text in either language.
FILLED_IN = {f"{{{name}}}" for name in PLACEHOLDERS}


def names(db: Database) -> set[str]:
    """Names, which are the same in every language."""
    queries = ("SELECT name FROM enterprise", "SELECT name FROM municipality",
               "SELECT official_name FROM municipality", "SELECT name FROM contact",
               # Words that people have written are in the language they wrote.
               "SELECT message FROM decision", "SELECT comment_changes FROM response")  # fmt: skip
    found = {row[0] for query in queries for row in db.conn.execute(query) if row[0]}
    return (
        found
        | {Association().name, "Hälsingland", "Gästrikland", "Gävleborg"}
        | SOURCES
        | FILLED_IN
    )


def without_names(text: str, known: set[str]) -> str:
    return re.sub("|".join(map(re.escape, sorted(known, key=len, reverse=True))), "", text)


def foreign_words(text: str, language: str, known: set[str]) -> set[str]:
    """Each line of a page that holds a word, or a letter, of the other language."""
    small = re.compile(rf"\b({SMALL_WORDS[language]})\b", re.IGNORECASE)
    swedish_letters = re.compile("[åäö]", re.IGNORECASE)
    lines = without_names(text, known).splitlines()
    return {
        line
        for line in lines
        if small.search(line) or (language == "en" and swedish_letters.search(line))
    }


def test_no_page_holds_words_of_the_other_language(tour: Tour, db: Database) -> None:
    # Most of a page is said on others too, and is looked at once.
    said: dict[str, str] = {}
    for name, page in tour.pages.items():
        assert f'<html lang="{tour.language}">' in page.text, name
        assert page.status != 500, name
        for line in words_of(page.text).splitlines():
            said.setdefault(line, name)
    text = "\n".join(said)
    left = [piece for piece in foreign_pieces(tour.language) if piece in text]
    assert [(name, line) for line, name in said.items() if any(p in line for p in left)] == []
    assert foreign_words(text, tour.language, names(db)) == set()
    assert len(tour.pages) > 60


@pytest.mark.parametrize("language", ["en", "sv"])
def test_no_mail_holds_words_of_the_other_language(
    demonstration: Flask, db: Database, language: str
) -> None:
    known, foreign = names(db) | {"verksamhetschef"}, foreign_pieces(language)
    for kind, text in languages.mails(demonstration, db, language).items():
        # A personal link is chance, and may hold anything.
        said = without_names(re.sub(r"https?://\S+", "", text), known)
        assert not {piece for piece in foreign if piece in said}, kind
        assert not foreign_words(said, language, known), kind


def test_a_template_has_its_sentences_written_in_by_language(app: Flask) -> None:
    source = "{{ _('Kontakt') }} {{ _('Svarsdag %(n)s', n=day) }} {{ icon('arrow') }}"
    for language, words in (("sv", "Kontakt"), ("en", "Contact")):
        with app.test_request_context(f"/?lang={language}"):
            code = app.jinja_env.compile(source, raw=True)
            page = app.jinja_env.from_string(source).render(day="<b>")
        assert words in code
        assert "gettext" not in code
        assert "&lt;b&gt;" in page
        assert "<svg" in page

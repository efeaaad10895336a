"""The coordinator's comments: written at the office, shown at the chart from the next release."""

import re

from flask import Flask
from sqlite_utils import Database

from reports.charts.cards import KEYS
from survey_data.database import scalar
from survey_data.publishing.comments import standing
from survey_data.publishing.publish import Places, publish
from tests.conftest import BASE
from tests.support.http_visitor import Visitor

PAGE = f"{BASE}/samordna/kommentarer"


def release(app: Flask, db: Database) -> None:
    publish(db, Places(app.config["ANALYSTS_DB"], app.config["OPEN_DB"]), "test")


def write(visitor: Visitor, **filled: str) -> str:
    page = visitor.open(PAGE)
    form = next(f for f in page.forms() if "text_sv" in dict(f.fields))
    return visitor.submit(page, form, {"chart": "placed", "year": "2020", **filled}).text


def test_every_chart_of_the_report_can_be_commented_and_nothing_else(
    coordinator: Visitor,
) -> None:
    page = coordinator.open(PAGE).text
    choices = page[page.index('name="chart"') :].partition("</select>")[0]
    assert tuple(re.findall(r'value="(\w+)"', choices)) == KEYS


def test_a_comment_stands_at_its_chart_from_the_next_release(
    app: Flask, db: Database, coordinator: Visitor, visitor: Visitor
) -> None:
    release(app, db)
    said = "Pandemin stoppade många placeringar."
    assert said in write(coordinator, text_sv=said, signed="Anna Ek, samordnare")
    assert said not in visitor.open(f"{BASE}/rapport/").text
    release(app, db)
    for path in ("/rapport/", "/rapport/placed"):
        page = visitor.open(f"{BASE}{path}").text
        assert said in page
        assert "Anna Ek, samordnare" in page
    assert said not in visitor.open(f"{BASE}/rapport/employees").text
    english = visitor.open(f"{BASE}/rapport/placed?lang=en").text
    assert f'<span lang="sv">{said}</span>' in english


def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    db: Database, coordinator: Visitor
) -> None:
    page = write(coordinator, text_sv="Ring 811218-9876.", text_en="Call.", signed="")
    assert "Skriv vem som undertecknar." in page
    assert "811218-9876" not in page, "a personal number is not even sent back"
    assert "Call." in page
    assert 'href="#text_sv"' in page
    assert standing(db) == []
    assert "Skriv vad som förklarar siffran." in write(coordinator, text_sv="", signed="A")


def test_a_comment_is_changed_and_taken_away(db: Database, coordinator: Visitor) -> None:
    write(coordinator, text_sv="Ett.", signed="A")
    page = coordinator.open(f"{PAGE}?diagram=placed&ar=2020")
    form = next(f for f in page.forms() if "text_sv" in dict(f.fields))
    assert dict(form.fields)["text_sv"][0].strip() == "Ett."
    coordinator.submit(page, form, {"text_sv": "Två."})
    assert [c.text_sv for c in standing(db)] == ["Två."]
    page = coordinator.open(PAGE)
    away = next(f for f in page.forms() if f.action.endswith("/ta-bort"))
    assert "Inga ännu." in coordinator.submit(page, away).text
    assert standing(db) == []
    assert scalar(db, "SELECT count(*) FROM comment") == 3

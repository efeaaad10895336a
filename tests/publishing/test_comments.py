"""The coordinator's comments: written at the office, shown at the chart from the next release."""

import re

from flask import Flask
from sqlite_utils import Database

from reports.charts.cards import KEYS
from survey_data.database import scalar
from survey_data.publishing.comments import standing, standing_chapters
from survey_data.publishing.publish import publish
from tests.conftest import BASE
from tests.support.http_visitor import Visitor

PAGE = f"{BASE}/samordna/kommentarer"


def release(app: Flask, db: Database) -> None:
    publish(
        db,
        app.extensions["places"],
        "test",
    )


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


# --- The chapters of the report ---

CHAPTERS = f"{BASE}/samordna/rapportkapitel"
ANALYSIS = f"{CHAPTERS}/2019-2020/analysis"


def write_chapter(visitor: Visitor, page: str = ANALYSIS, **filled: str) -> str:
    form = next(f for f in visitor.open(page).forms() if "text_sv" in dict(f.fields))
    return visitor.submit(visitor.open(page), form, filled).text


def test_a_chapter_is_written_beside_the_earlier_text_and_the_figures(
    app: Flask, db: Database, coordinator: Visitor, visitor: Visitor
) -> None:
    release(app, db)
    page = coordinator.open(ANALYSIS).text
    assert "Så stod det 2016–2020" in page or "Ingen tidigare text" in page
    assert "<b>123</b> <code>{placerade 2020}</code>" in page
    assert "utgåva 2020-1" in page
    said = "Det blev {placerade 2020} placerade.\r\n\r\nSamma företag som förut."
    page = write_chapter(coordinator, text_sv=said, signed="Anna Ek, samordnare")
    assert "Kapitlet är sparat." in page
    where = f"{BASE}/rapport/hela?fran=2019&till=2020"
    assert "Samma företag som förut." not in visitor.open(where).text
    release(app, db)
    page = visitor.open(where).text
    assert 'Det blev <span class="figure-of-release">123</span>' in page
    assert "Samma företag som förut." in page
    assert "Anna Ek, samordnare" in page
    assert "Samma företag" not in visitor.open(f"{BASE}/rapport/hela").text, "another period"


def test_what_is_wrong_with_a_chapter_is_said_and_nothing_typed_is_lost(
    db: Database, coordinator: Visitor
) -> None:
    page = write_chapter(coordinator, text_sv="Hela {plaserade 2020} stycken.", signed="")
    assert "{plaserade 2020} är inget tal i inventeringen." in page
    assert "Skriv vem som undertecknar." in page
    assert "Hela {plaserade 2020} stycken." in page
    assert "personnummer" in write_chapter(coordinator, text_sv="811218-9876", signed="A")
    assert "Skriv högst 6000 tecken." in write_chapter(coordinator, text_sv="a" * 6001, signed="A")
    assert scalar(db, "SELECT count(*) FROM report_chapter") == 0


def test_a_chapter_can_be_taken_away_and_all_that_stood_is_kept(
    db: Database, coordinator: Visitor
) -> None:
    write_chapter(coordinator, text_sv="Ett.", signed="A")
    write_chapter(coordinator, text_sv="Två.", signed="A")
    assert "Två." in coordinator.open(ANALYSIS).text
    write_chapter(coordinator, text_sv="", signed="")
    assert [c.text_sv for c in standing_chapters(db)] == []
    assert scalar(db, "SELECT count(*) FROM report_chapter") == 3


def test_the_list_has_every_chapter_of_the_period_and_no_other_place_exists(
    coordinator: Visitor,
) -> None:
    page = coordinator.open(f"{CHAPTERS}?fran=2016&till=2020").text
    assert page.count("/done") == 5, "one for each year"
    assert "Ur den tryckta rapporten" in page
    for place in ("2016-2020/nothing", "2020-2016/analysis", "2016-2020/done", "1990-1991/now"):
        assert coordinator.client.get(f"{CHAPTERS}/{place}").status_code == 404

"""The coordinator chooses which optional modules a year asks; what is made of the round follows."""

import io
import json
from collections.abc import Callable
from datetime import date

import openpyxl
import pytest
from flask import Flask
from sqlite_utils import Database

from forms.questionnaire.inventory import CORE, OPTIONAL, as_dicts
from survey_data.database import connect, rows, scalar
from survey_data.errors import RoundExists
from survey_data.publishing.publish import publish
from survey_data.responses import responses
from survey_data.rounds import extra_questions, invitations, optional_modules, rounds
from tests.conftest import BASE
from tests.office.round.test_extra_questions import add_question
from tests.support.answers import COMPANY, EMPLOYED, PLACED
from tests.support.http_visitor import Page, Visitor
from tests.support.pdf_reader import Pdf

QUESTIONS = "/samordna/fragor"
ANSWERS = {**COMPANY, **EMPLOYED, **PLACED, "certify": "yes"}
New = Callable[[], Visitor]


def choose(coordinator: Visitor, *modules: str) -> Page:
    page = coordinator.open(QUESTIONS)
    form = next(f for f in page.forms() if f.action == f"{QUESTIONS}/delar")
    return coordinator.submit(page, form, {"module": list(modules)})


def ticked(coordinator: Visitor) -> list[str]:
    form = next(f for f in coordinator.open(QUESTIONS).forms() if f.action.endswith("/delar"))
    return list(form.fields.get("module", []))


def open_round(db: Database, year: int) -> list[str]:
    """Open a year's round; the modules it asks, in order."""
    days = date(year, 10, 1), date(year, 11, 15)
    survey_round = rounds.open_round(db, year, *days, as_dicts(year), "test")
    return list(dict.fromkeys(entry["module"] for entry in survey_round.questionnaire))


def manager(db: Database, visitor: Visitor) -> Page:
    newest = scalar(db, "SELECT max(id) FROM invitation")
    page = visitor.open(f"{BASE}/s/{invitations.new_link(db, newest)}")
    return visitor.submit(page, page.forms()[-1])


def sections(page: Page) -> list[str]:
    keys = ("siffror", "arets-fragor", "fler-fragor", "granska")
    return [key for key in keys if f'href="/svara/{key}"' in page.text]


def hand_in(visitor: Visitor, page: Page) -> Page:
    """Go through every page of the form with the core's answers."""
    while not page.path.endswith("kvitto"):
        before = page.path
        form = page.form_with("revision")
        assert form is not None
        named = {name: text for name, text in ANSWERS.items() if f'name="{name}"' in page.text}
        page = visitor.submit(page, form, {"go": "next", **named})
        assert page.path != before, page.text
    return page


@pytest.fixture
def chosen(db: Database, examples: list[int], coordinator: Visitor) -> Visitor:
    """A coordinator who has opened a round that asks about industry and finances only."""
    choose(coordinator, "B", "I")
    assert open_round(db, extra_questions.plan(db).year) == [*CORE, "B", "I"]
    return coordinator


def test_the_first_year_asks_the_core_until_someone_chooses(
    db: Database, examples: list[int], coordinator: Visitor
) -> None:
    assert ticked(coordinator) == []
    page = coordinator.open("/samordna/omgang/oppna")
    assert "0 av 10 frivilliga delar frågas." in page.text
    year = extra_questions.plan(db).year
    form = page.form_with("reference_date")
    assert form is not None
    coordinator.submit(page, form, {"though_passed": "y"})
    found = rounds.find(db, year)
    assert {entry["module"] for entry in found.questionnaire} == set(CORE)
    rounds.close_round(db, year, "test")
    # What was asked is what the next year begins with.
    assert ticked(coordinator) == []
    assert optional_modules.left_out(db, year + 1) == set(OPTIONAL)


def test_what_someone_has_chosen_is_asked_and_then_as_last_year(
    db: Database, examples: list[int], coordinator: Visitor
) -> None:
    year = extra_questions.plan(db).year
    page = choose(coordinator, "B", "I")
    assert f"Formuläret {year} har 2 av 10 frivilliga delar." in page.text
    assert "får serien en lucka" in page.text
    assert ticked(coordinator) == ["B", "I"]
    assert "2 av 10 frivilliga delar frågas." in coordinator.open("/samordna/omgang/oppna").text
    assert open_round(db, year) == ["0", "1", "B", "I"]
    rounds.close_round(db, year, "test")
    assert ticked(coordinator) == ["B", "I"]
    text = coordinator.open(QUESTIONS).text
    assert f"Frågades inte {year}." in text
    assert f"{year} svarade 0 företag på något i den." in text
    choose(coordinator, "B", "I", "J")
    assert open_round(db, year + 1) == ["0", "1", "B", "I", "J"]
    assert optional_modules.left_out(db, year) == set(OPTIONAL) - {"B", "I"}
    [first, second] = rows(db, "SELECT before, after FROM audit WHERE action = 'modules chosen'")
    assert json.loads(first["before"]) == {"left_out": []}
    assert json.loads(second["after"]) == {"left_out": list("ACDEFGH")}


def test_the_core_cannot_be_left_out_and_an_open_round_not_changed(
    db: Database, chosen: Visitor
) -> None:
    text = chosen.open(QUESTIONS).text
    assert "är öppen, så delarna ligger fast" in text
    assert (text.count("Frågas i år"), text.count("Frågas inte i år")) == (2, 8)
    survey_round = rounds.latest(db)
    assert survey_round is not None
    with pytest.raises(RoundExists):
        optional_modules.choose(db, survey_round.year, ["B"], "test")
    form = chosen.open(f"{QUESTIONS}/ny").form_with("label_sv")
    assert form is not None
    form.action = f"{QUESTIONS}/delar"
    page = chosen.submit(chosen.open(f"{QUESTIONS}/ny"), form, {"module": ["A"]})
    assert "är öppen, så delarna ligger fast" in page.text
    assert rounds.find(db, survey_round.year).questionnaire == survey_round.questionnaire
    core = [q["name"] for q in as_dicts(survey_round.year) if q["module"] in CORE]
    asked = [q["name"] for q in survey_round.questionnaire]
    assert [name for name in asked if name in core] == core


def test_the_form_the_review_the_worksheet_and_the_preview_follow(
    db: Database, chosen: Visitor, visitor: Visitor
) -> None:
    manager(db, visitor)
    page = visitor.open("/svara/fler-fragor")
    assert [m for m in OPTIONAL if f'id="module-{m}"' in page.text] == ["B", "I"]
    sheet = visitor.client.get(f"{BASE}/svara/arbetsblad.xlsx").content
    words = {
        str(cell.value)
        for row in openpyxl.load_workbook(io.BytesIO(sheet)).worksheets[0].iter_rows()
        for cell in row
    }
    assert any("Nettoomsättning" in each for each in words)
    assert not any("Juridisk form" in each for each in words)
    review = visitor.open("/svara/granska").text
    assert "Frivilligt: Bransch, Ekonomi." in review
    preview = chosen.open(f"{QUESTIONS}/forhandsvisning/sv/fler-fragor").text
    assert [m for m in OPTIONAL if f'id="module-{m}"' in preview] == ["B", "I"]


def test_a_round_that_asks_the_core_alone_can_be_answered_and_shown(
    db: Database, examples: list[int], coordinator: Visitor, visitor: Visitor
) -> None:
    choose(coordinator)
    assert open_round(db, extra_questions.plan(db).year) == ["0", "1"]
    page = manager(db, visitor)
    assert sections(page) == ["siffror"]
    receipt = hand_in(visitor, page)
    assert receipt.status == 200
    for path in ("kvitto/1.pdf", "ert-foretag", "ert-foretag.pdf", "arbetsblad.pdf"):
        assert visitor.client.get(f"{BASE}/svara/{path}").status_code == 200, path
    assert visitor.open("/svara/fler-fragor").status == 404
    newest = scalar(db, "SELECT max(id) FROM response")
    assert coordinator.open(f"/samordna/granska/{newest}").status == 200


def test_a_question_of_ones_own_comes_before_the_review_where_no_module_is_asked(
    db: Database, examples: list[int], coordinator: Visitor, visitor: Visitor
) -> None:
    choose(coordinator)
    add_question(db, "extra_bikes")
    open_round(db, extra_questions.plan(db).year)
    page = manager(db, visitor)
    assert sections(page) == ["siffror", "arets-fragor"]
    survey_round = rounds.latest(db)
    assert survey_round is not None
    assert [q["name"] for q in survey_round.questionnaire][-2:] == ["extra_bikes", "certify"]
    hand_in(visitor, page)


def test_one_module_alone_is_folded_with_its_reason_and_named_on_the_receipt(
    db: Database, examples: list[int], coordinator: Visitor, visitor: Visitor
) -> None:
    choose(coordinator, "I")
    open_round(db, extra_questions.plan(db).year)
    page = manager(db, visitor)
    page = visitor.open("/svara/fler-fragor")
    assert 'id="module-I"' in page.text
    assert "Varför vi frågar" in page.text
    form = page.form_with("revision")
    assert form is not None
    visitor.submit(page, form, {"turnover": "1 200"})
    assert ">Ekonomi</h2>" in visitor.open("/svara/granska").text


def test_what_is_sent_for_a_module_that_is_off_is_neither_stored_nor_shown(
    db: Database, chosen: Visitor, visitor: Visitor
) -> None:
    page = manager(db, visitor)
    form = visitor.open("/svara/fler-fragor").form_with("revision")
    assert form is not None
    off = {"legal_form": "limited_company", "start_year": "1999", "services": ["work_training"]}
    # A page left open from a trial, or a forged one, names questions that it never asks.
    data = form.fields | off | {"field": [*off, "turnover"], "turnover": "1 200"}
    saved = visitor.client.post(f"{BASE}/svara/fler-fragor/spara", data=data)
    assert saved.status_code == 200
    visitor.submit(page, form, off | {"turnover": "1 200"})
    kept = {r["question"] for r in rows(db, "SELECT question FROM draft")}
    assert ("turnover" in kept, kept & set(off)) == (True, set())
    receipt = hand_in(visitor, visitor.open("/svara/foretaget"))
    response = rows(db, "SELECT * FROM response ORDER BY id DESC LIMIT 1")[0]
    assert (response["turnover"], *(response[name] for name in off)) == (1200, None, None, None)
    assert "Nettoomsättning" in receipt.text
    pdf = Pdf(visitor.client.get(f"{BASE}/svara/kvitto/1.pdf").content).text
    sheet = Pdf(visitor.client.get(f"{BASE}/svara/arbetsblad.pdf").content).text
    for read in (receipt.text, pdf, sheet):
        assert [each for each in ("Juridisk form", "Startår", "Mer om") if each in read] == []


def test_a_module_skipped_for_a_year_keeps_its_columns_and_answers_and_has_a_gap(
    app: Flask, db: Database, examples: list[int], coordinator: Visitor
) -> None:
    year = extra_questions.plan(db).year
    for step, modules in enumerate((OPTIONAL, ("B",), OPTIONAL)):
        choose(coordinator, *modules)
        open_round(db, year + step)
        newest = scalar(db, "SELECT max(id) FROM invitation")
        responses.hand_in(db, newest, {"employees_total": 5, "turnover": 100 + step}, "sv")
        rounds.close_round(db, year + step, "test")
    publish(
        db,
        app.extensions["places"],
        "test",
    )
    analysts = connect(app.config["ANALYSTS_DB"])
    found = rows(analysts, "SELECT turnover FROM answers WHERE employees_total = 5 ORDER BY year")
    assert [row["turnover"] for row in found] == [100, None, 102]
    asked = rows(analysts, "SELECT DISTINCT year FROM questions WHERE name = 'turnover'")
    assert [row["year"] for row in asked] == [year, year + 2]

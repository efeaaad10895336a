"""What a respondent can print or keep: worksheet, receipts, and one page about the enterprise."""

import io
import json
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import httpx
import openpyxl
import pypdfium2  # type: ignore[import-untyped]
import pytest
from sqlite_utils import Database

from forms.questionnaire.inventory import as_dicts
from survey_data.automation import fictitious_enterprises
from survey_data.database import rows, run, scalar
from survey_data.register import enterprises
from survey_data.register.enterprises import Contact, Enterprise
from survey_data.responses import responses
from survey_data.rounds import invitations, rounds
from survey_data.tokens import hashed
from tests.conftest import BASE
from tests.support.http_visitor import Visitor
from tests.support.pdf_reader import Pdf
from tests.web.test_routes import contents

Answers = dict[str, Any]
LAST_YEAR: Answers = {
    "employees_total": 7, "employees_women": 4, "employees_men": 3,
    "placed_af": 5, "placed_kommun": 1, "placed_other_unpaid": 0, "placed_total": 6,
    "respondent_name": "Anna Hemlig", "respondent_contact": "hemlig@example.org",
}  # fmt: skip
THIS_YEAR: Answers = LAST_YEAR | {
    "as_of_date": "2021-10-01", "status": "active", "municipality_code": "2180",
    "employees_total": 41, "employees_women": 22, "employees_men": 19,
    "emp_target_group": 9, "change_reasons": ["hired"], "comment_changes": "Ett kafé till.",
}  # fmt: skip
NUMBERS = {"Björken": "556000-4615", "Granen": "402000-0016"}
MADE_UP = "Exempel. Företaget och siffrorna är påhittade."


def _open(db: Database, year: int) -> None:
    rounds.open_round(db, year, date(year, 10, 1), date(year, 11, 15), as_dicts(year), "test")


@pytest.fixture
def ids(db: Database) -> dict[str, int]:
    """The invitations of two enterprises that answered last year, in an open round."""
    for name, number in NUMBERS.items():
        wanted = Enterprise(number, name, "2180", "2015-01-01")
        enterprises.save_enterprise(db, wanted, Contact(f"{number[-4:]}@example.org"), "test")
    _open(db, 2020)
    for row in rows(db, "SELECT id FROM invitation"):
        responses.hand_in(db, row["id"], LAST_YEAR, "sv")
    rounds.close_round(db, 2020, "test")
    _open(db, 2021)
    found = rows(
        db,
        "SELECT e.name, max(i.id) AS id FROM invitation i"
        " JOIN enterprise e ON e.id = i.enterprise_id GROUP BY e.name",
    )
    return {row["name"]: row["id"] for row in found}


@pytest.fixture
def link(db: Database, ids: dict[str, int]) -> str:
    """The link of the first enterprise, that has not begun."""
    return f"{BASE}/s/{invitations.new_link(db, ids['Björken'])}"


@pytest.fixture
def one(new_visitor: Callable[[], Visitor], link: str) -> Visitor:
    """The first enterprise, with the form open."""
    visitor = new_visitor()
    page = visitor.open(link)
    visitor.submit(page, page.forms()[-1])
    return visitor


@pytest.fixture
def handed_in(db: Database, ids: dict[str, int], one: Visitor) -> Visitor:
    """The first enterprise when it has handed in, and corrected, its answers."""
    responses.hand_in(db, ids["Björken"], THIS_YEAR | {"employees_total": 40}, "sv")
    responses.hand_in(db, ids["Björken"], THIS_YEAR, "sv")
    return one


def get(visitor: Visitor, path: str, language: str = "sv") -> httpx.Response:
    address = path if "://" in path else f"{BASE}{path}"
    reply = visitor.client.get(address, params={"lang": language})
    assert reply.status_code == 200, reply.text[:200]
    assert reply.headers["Cache-Control"] == "no-store"
    return reply


def pdf(visitor: Visitor, path: str, language: str = "sv") -> Pdf:
    reply = get(visitor, path, language)
    assert reply.headers["Content-Type"] == "application/pdf"
    found = Pdf(reply.content)
    assert str(found.root["/Lang"]).startswith(language)
    assert found.root["/MarkInfo"]["/Marked"]
    assert "<pdfuaid:part>1</pdfuaid:part>" in found.metadata
    assert_nothing_runs_out(reply.content)
    return found


def assert_nothing_runs_out(content: bytes) -> None:
    """Every page has ink, and none within a centimetre of its right edge."""
    for page in pypdfium2.PdfDocument(content):
        grey = page.render(scale=1).to_pil().convert("L")
        assert grey.getextrema()[0] < 100
        assert grey.crop((grey.width - 28, 0, grey.width, grey.height)).getextrema()[0] > 250


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_worksheet_asks_every_question_and_shows_last_year_without_changing_anything(
    db: Database, visitor: Visitor, link: str, language: str
) -> None:
    before = contents(db)
    found = pdf(visitor, f"{link}/arbetsblad.pdf", language)
    for question in as_dicts(2021):
        if question["name"] != "certify" and not question["blank_of"]:
            label = " ".join(question[f"label_{language}"].split())
            # A line may end at a hyphen.
            assert label in found.text.replace("- ", "-"), label
    assert "Björken, Gävle" in found.text
    assert len(found.tags.all("Table")) == len(found.tags.all("H2"))
    assert "hemlig" not in found.text.lower()  # who answered last year
    assert contents(db) == before
    assert "asf" not in visitor.client.cookies


def cells(content: bytes) -> dict[str, list[Any]]:
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    return {str(row[0].value): list(row) for row in sheet.iter_rows()}


def test_the_spreadsheet_has_last_years_numbers_empty_boxes_and_no_lock(
    one: Visitor, link: str
) -> None:
    reply = get(one, f"{link}/arbetsblad.xlsx")
    assert 'filename="asf-2021-arbetsblad.xlsx"' in reply.headers["Content-Disposition"]
    book = openpyxl.load_workbook(io.BytesIO(reply.content))
    sheet = book.worksheets[0]
    assert not sheet.protection.sheet
    widths = [sheet.column_dimensions[letter].width for letter in "ABCD"]
    assert all(20 <= width <= 70 for width in widths)
    found = cells(reply.content)
    for name in ("employees_total", "employees_women", "placed_af"):
        [question] = [q for q in as_dicts(2021) if q["name"] == name]
        _label, help_text, before, answer = found[question["label_sv"]]
        assert before.value == LAST_YEAR[name]
        assert question["help_sv"] in help_text.value
        assert answer.value is None
        assert answer.border.left.style == "thin"
    assert not any(cell.data_type == "f" for row in found.values() for cell in row)


def test_what_someone_wrote_is_no_formula_in_the_spreadsheet(
    db: Database, visitor: Visitor, link: str
) -> None:
    question = {
        "name": "extra_x", "kind": "text", "section": "arets-fragor", "module": "X",
        "label_sv": "=HYPERLINK(1)", "label_en": "+1", "sql_type": "TEXT", "value_type": "plain",
        "help_sv": "@SUM(1)", "help_en": "-1",
    }  # fmt: skip
    [round_id] = [r["id"] for r in rows(db, "SELECT id FROM round WHERE year = 2021")]
    extra = [*as_dicts(2021), question]
    db.conn.execute(
        "UPDATE round SET questionnaire = ? WHERE id = ?", (json.dumps(extra), round_id)
    )
    responses.ensure_columns(db, extra)
    db.conn.commit()
    found = cells(get(visitor, f"{link}/arbetsblad.xlsx").content)
    # In a workbook a text is one by its type, whatever it begins with.
    row = found["=HYPERLINK(1)"]
    assert row[1].value == "@SUM(1)"
    assert {cell.data_type for cell in row if cell.value} == {"s"}
    assert "=HYPERLINK(1)" in pdf(visitor, f"{link}/arbetsblad.pdf").text


def test_a_worksheet_opened_where_the_form_was_not_begun_keeps_last_year_to_itself(
    db: Database, visitor: Visitor, handed_in: Visitor, ids: dict[str, int]
) -> None:
    link = f"{BASE}/s/{invitations.new_link(db, ids['Björken'])}"
    stranger, known = (
        cells(get(who, f"{link}/arbetsblad.xlsx").content)["Antal anställda personer"][2].value
        for who in (visitor, handed_in)
    )
    assert (stranger, known) == (None, 7)
    assert "Förra årets svar står inte här" in pdf(visitor, f"{link}/arbetsblad.pdf").text


@pytest.mark.parametrize("kind", ["pdf", "xlsx"])
def test_a_link_that_is_not_ours_or_was_revoked_opens_no_worksheet(
    db: Database, visitor: Visitor, link: str, kind: str
) -> None:
    assert visitor.client.get(f"{BASE}/s/okand/arbetsblad.{kind}").status_code == 404
    run(db, "UPDATE link SET revoked_at = '2021-10-02' WHERE token_hash = ?",
        (hashed(link.rsplit("/", 1)[1]),))  # fmt: skip
    reply = visitor.client.get(f"{link}/arbetsblad.{kind}")
    assert reply.status_code == 404
    assert "Anställda" not in reply.text


def test_guessing_links_through_the_worksheet_is_stopped(visitor: Visitor, link: str) -> None:
    codes = [visitor.client.get(f"{BASE}/s/{n}/arbetsblad.pdf").status_code for n in range(62)]
    assert codes[0] == 404
    assert codes[-1] == 429


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_receipt_holds_every_answer_last_year_and_the_reason(
    db: Database, handed_in: Visitor, language: str
) -> None:
    found = pdf(handed_in, "/svara/kvitto/2.pdf", language)
    reference = scalar(db, "SELECT max(reference) FROM response WHERE version = 2")
    for text in (
        reference,
        "Version 2",
        "Björken",
        "41",
        "22",
        "19",
        "Ett kafé till.",
        "000-00 00 00",
    ):
        assert text in found.text
    assert len(found.tags.all("TR")) > 12
    women = {"sv": "varav kvinnor", "en": "of whom women"}[language]
    assert re.search(rf"{women} 22 4\b", found.text)
    assert "<dc:title>" in found.metadata


def test_each_version_is_kept_and_the_page_says_what_changed(handed_in: Visitor) -> None:
    page = get(handed_in, "/svara/kvitto").text
    words = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    assert "Ni har lämnat in 2 gånger" in words
    assert "Anställda 40 har blivit 41" in words
    assert re.search(r"Anställda 40 7\b", pdf(handed_in, "/svara/kvitto/1.pdf").text)
    assert re.search(r"Anställda 41 7\b", pdf(handed_in, "/svara/kvitto/2.pdf").text)
    assert handed_in.client.get(f"{BASE}/svara/kvitto/3.pdf").status_code == 404


@pytest.mark.parametrize("language", ["sv", "en"])
def test_one_page_holds_the_figures_the_share_its_caveat_and_the_source(
    handed_in: Visitor, language: str
) -> None:
    found = pdf(handed_in, "/svara/ert-foretag.pdf", language)
    assert len(found.reader.pages) == 1
    # (9 + 6) of (41 + 6) is 31.9 per cent, and is never rounded up.
    said = {
        "sv": ("15 av 47 personer", "31 %", "9 av 41, 21 %", "inte ett juridiskt besked",
               "Egna uppgifter, lämnade i inventeringen", "Andelen här når dit", "1 oktober 2021"),
        "en": ("15 of 47 persons", "31%", "9 of 41, 21%", "not legal advice",
               "The enterprise’s own figures", "The share here reaches that", "1 October 2021"),
    }  # fmt: skip
    for text in ("Björken", "41", "2020", *said[language]):
        assert text in found.text
    [figure] = found.tags.all("Figure")
    assert "2020 7, 2021 41" in figure.alt


def test_without_a_session_or_a_hand_in_there_is_nothing_to_read(
    visitor: Visitor, one: Visitor
) -> None:
    for path in ("kvitto/1.pdf", "ert-foretag", "ert-foretag.pdf", "arbetsblad.xlsx"):
        assert visitor.client.get(f"{BASE}/svara/{path}").status_code == 403
    assert one.open("/svara/kvitto/1.pdf").path == "/svara/granska"


def test_another_enterprises_session_reads_its_own_papers_only(
    db: Database, ids: dict[str, int], handed_in: Visitor, new_visitor: Callable[[], Visitor]
) -> None:
    other = new_visitor()
    page = other.open(f"{BASE}/s/{invitations.new_link(db, ids['Granen'])}")
    other.submit(page, page.forms()[-1])
    reply = other.client.get(f"{BASE}/svara/kvitto/2.pdf")
    assert reply.url.path == "/svara/granska"
    assert reply.headers["content-type"].startswith("text/html")
    found = pdf(other, "/svara/ert-foretag.pdf")
    assert "Granen" in found.text
    assert "Björken" not in found.text
    # The reference of the answer is two numbers by chance.
    assert "41" not in re.sub(r"[A-ZÅÄÖ]\w+ \d\d \d\d\b", "", found.text)


def test_a_closed_round_leads_the_known_browser_to_its_receipt(
    db: Database, visitor: Visitor, handed_in: Visitor, ids: dict[str, int]
) -> None:
    rounds.close_round(db, 2021, "test")
    link = f"{BASE}/s/{invitations.new_link(db, ids['Björken'])}"
    page = handed_in.open(link)
    assert handed_in.submit(page, page.forms()[-1]).path == "/svara/kvitto"
    assert not visitor.open(link).forms()
    assert visitor.open(f"{link}/arbetsblad.pdf").status == 410


def test_examples_are_called_examples_on_every_paper(visitor: Visitor, db: Database) -> None:
    fictitious_enterprises.add_to_register(db, "test")
    _open(db, 2021)
    link = f"{BASE}/s/{invitations.new_link(db, scalar(db, 'SELECT min(id) FROM invitation'))}"
    assert MADE_UP in pdf(visitor, f"{link}/arbetsblad.pdf").text
    assert MADE_UP in cells(get(visitor, f"{link}/arbetsblad.xlsx").content)

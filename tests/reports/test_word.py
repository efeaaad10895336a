"""The report as Word: its structure, what is read out of its pictures, and the years chosen."""

import io
from dataclasses import replace
from pathlib import Path

import pytest
from docx import Document
from docx.oxml.ns import qn
from openpyxl import load_workbook
from pptx import Presentation

from reports.charts.cards import cards, years_named
from reports.data.chart_model import Language, SumDiscrepancy, Words
from reports.data.model import ChartComment, within
from reports.data.reader import read
from reports.documents.content import Published
from reports.documents.slides import report_slides
from reports.documents.word import report_word
from tests.reports.test_board_pages import small_app
from tests.support.open_example import build_open_db


@pytest.fixture(scope="module")
def open_db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The open file of the printed series."""
    return build_open_db(tmp_path_factory.mktemp("open") / "open.db")


@pytest.mark.parametrize("language", ["sv", "en"])
def test_headings_captions_tables_and_pictures_are_real(open_db: Path, language: Language) -> None:
    data = read(open_db)
    body = report_word(Published(data, language))
    assert body == report_word(Published(data, language))
    made, every = Document(io.BytesIO(body)), cards(data, language)
    styles: dict[str, list[str]] = {}
    for paragraph in made.paragraphs:
        styles.setdefault(paragraph.style.name, []).append(paragraph.text)
    assert {card.title for card in every} <= set(styles["Heading 2"])
    numbered = [p for p in made.paragraphs if p.style.name == "Caption"]
    names = [p.text.partition(" ")[0] for p in numbered]
    assert names.count({"sv": "Figur", "en": "Figure"}[language]) == len(every)
    assert names.count({"sv": "Tabell", "en": "Table"}[language]) == len(made.tables)
    assert all("SEQ" in p._p.find(qn("w:fldSimple")).get(qn("w:instr")) for p in numbered)
    assert len(styles["Heading 1"]) >= 6
    assert styles["Title"]
    drawn = [card for card in every if card.figure]
    assert len(made.inline_shapes) == len(drawn)
    for shape, card in zip(made.inline_shapes, drawn, strict=True):
        assert shape._inline.docPr.get("descr") == card.summary
    placed = next(t for t in made.tables if len(t.columns) > 4 and t.cell(1, 4).text == "156")
    assert placed.cell(3, 4).text == "244 s"
    heads = [table.rows[0]._tr.trPr.find(qn("w:tblHeader")) for table in made.tables]
    assert None not in heads


def test_a_period_holds_nothing_of_other_years(open_db: Path) -> None:
    every = read(open_db)
    place = SumDiscrepancy("enterprises", "2018, Hälsingland + Gästrikland", 30, 31)
    data = within(replace(every, discrepancies=(*every.discrepancies, place)), 2017, 2018)
    assert years_named(data) == "2017–2018"
    # The sum of the whole period is of years that are not all here.
    assert [row.period for row in data.discrepancies] == ["2018", place.period]
    made = Document(io.BytesIO(report_word(Published(data, "sv"))))
    text = "\n".join(p.text for p in made.paragraphs if p.style.name != "List Bullet")
    assert "Hösten 2018" in text
    for year in ("Hösten 2016", "Hösten 2019", "Hösten 2020", "1\u00a0257"):
        assert year not in text


def test_the_address_chooses_the_years(open_db: Path) -> None:
    client = small_app(open_db).test_client()
    reply = client.get("/rapport/rapport-2020-1-sv.docx?fran=2019&till=2020")
    assert reply.status_code == 200
    assert "2020-1-2019-2020-sv.docx" in reply.headers["Content-Disposition"]
    assert client.get("/rapport/rapport-2020-1-sv.docx?fran=1999&till=2000").status_code == 404


WRITTEN = ('=HYPERLINK("http://evil.example")', "<script>alert(1)</script>", "\u202ebakvänt",
           "HYPERLINK http://evil.example", "å" * 5_000)  # fmt: skip


def test_what_people_wrote_stands_as_words_and_does_nothing(open_db: Path) -> None:
    data = read(open_db)
    said = [
        ChartComment(2018, "placed", Words(text, text), text[:80], "2019-01-01") for text in WRITTEN
    ]
    about = Published(replace(data, comments=tuple(said)), "sv")
    made = Document(io.BytesIO(report_word(about)))
    quoted = "\n".join(p.text for p in made.paragraphs if p.style.name == "Quote")
    assert all(text in quoted for text in WRITTEN)
    fields = made.element.findall(f".//{qn('w:fldSimple')}")
    assert {each.get(qn("w:instr")).split()[0] for each in fields} == {"TOC", "SEQ"}
    outside = [r.target_ref for r in made.part.rels.values() if r.is_external]
    assert not [address for address in outside if "evil" in address]
    for slide in Presentation(io.BytesIO(report_slides(about))).slides:
        for shape in slide.shapes:
            if shape.has_chart:
                book = load_workbook(io.BytesIO(shape.chart.part.chart_workbook.xlsx_part.blob))
                cells = [cell for row in book.active.iter_rows() for cell in row]
                assert "f" not in {cell.data_type for cell in cells}

"""The whole report: its chapters, the figures that they name, its periods and its three shapes."""

import io
import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest
from docx import Document
from flask import Flask

from app import create_app
from reports.data.chart_model import Language, Words
from reports.data.model import OpenData, ReportChapter, within
from reports.data.reader import read
from reports.documents.annual_report import MOST_LINES, Report, report_pdf
from reports.documents.content import Published, of_years
from reports.documents.municipality import MunicipalityFacts
from reports.documents.word import report_word
from survey_data import packaged_lines
from survey_data.geography import MUNICIPALITIES
from survey_data.publishing.publish import publish
from survey_data.releases.texts import CHAPTERS
from tests.support.open_example import build_open_db
from tests.support.pdf_reader import Pdf

LANGUAGES: tuple[Language, ...] = ("sv", "en")
# Every sentence of the report of the real series that sentences.txt does not have, to be read;
# `python -m tests.reports.test_annual_report OPEN.DB` writes it anew.
SENTENCES = Path(__file__).with_name("report_sentences.txt")
SECTIONS = (
    "Bakgrund och uppdrag", "Parter", "Mål och utfall", "Så arbetade vi",
    "Vad som gjordes, år för år", "Handledarstödda platser", "Inventeringen i diagram",
    "Kommunerna", "Analys", "Slutsatser", "Vad nu?", "Metod och kvalitet", "Källor och utgåva",
    "Tabeller till diagrammen",
)  # fmt: skip


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application with the printed series published as its first release."""
    folder = tmp_path_factory.mktemp("report")
    given = {"TESTING": True, "SECOND_FACTOR": False, "PROOF_APART": False}
    built = create_app({"DATA_DIR": folder, **given})
    store = built.extensions["store"]
    publish(store.db, built.extensions["places"], "test")
    yield built
    store.close()


@pytest.fixture(scope="module")
def data(app: Flask) -> OpenData:
    return read(app.config["OPEN_DB"])


def words_of(report: Report) -> str:
    """Every paragraph and list of a report as one text."""
    found = []
    for block in (block for section in report.sections for block in section["blocks"]):
        lines = [block["runs"]] if block["kind"] == "text" else block.get("items", [])
        found += ["".join(run["text"] for run in line) for line in lines]
    return "\n".join(found)


def test_the_printed_final_report_can_be_made_with_the_tool(data: OpenData) -> None:
    report = Report(Published(data, "sv"))
    titles = tuple(section["title"].partition(". ")[2] for section in report.sections)
    assert titles == SECTIONS
    assert report.subtitle == "Slutrapport för insatsen augusti 2016 – december 2020"
    assert len(report.summary) == MOST_LINES
    assert report.summary[0][0]["text"].startswith("Placeringarna har halverats")
    assert "Kunskapsmålet" in report.summary[-1][0]["text"]
    text = words_of(report)
    for said in (
        "Fyra kriterier",
        "årlig handlingsplan",
        "temadag",
        "reserverat kontrakt",
        "Arbetsförmedlingen gjordes om under året.",
        "tio program",
        "Hösten 2019 fanns 28",
        "säger emot varandra",
        "namnger tre kommuner",
        "brukarorganisationerna",
    ):
        assert said in text, said


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_chapter_is_there_in_both_languages_and_names_known_figures(
    data: OpenData, language: Language
) -> None:
    assert {line["chapter"] for line in packaged_lines("report_chapters_2016_2020")} == {*CHAPTERS}
    report = Report(Published(data, language))
    text = words_of(report)
    assert "{" not in text
    assert "from 244 people placed in 2018" in text or "från 244 placerade 2018" in text
    aims = next(
        b for s in report.sections for b in s["blocks"] if b.get("caption") in SECTIONS_AIMS
    )
    assert len(aims["rows"]) == 4
    assert "244" in aims["rows"][-1][1]["text"]


SECTIONS_AIMS = ("Mål och utfall", "Aims and outcome")


def with_text(data: OpenData, text: str, first: int = 2016, last: int = 2020) -> Report:
    chapter = ReportChapter(first, last, "analysis", Words(text, ""), "Anna Ek", "2026-11-30", "f")
    return Report(Published(replace(data, chapters=(chapter,)), "sv"))


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("{placerade 2018}", "244"),
        ("{Persons placed 2018}", "244"),
        ("{placed_af 2019}", "93"),
        ("{företag 2020 Hälsingland}", "17"),
        ("{företag 1999}", "–"),
        ("{företag 2020 Stockholm}", "–"),
    ],
)
def test_a_figure_in_a_chapter_is_the_release_s_own(
    data: OpenData, written: str, read_as: str
) -> None:
    [figure] = with_text(data, written).said("analysis")[0]["runs"]
    assert figure["text"] == read_as
    assert figure["is_figure"] is (read_as != "–")


def test_a_corrected_figure_is_corrected_in_the_text_too_and_a_hidden_one_stays_hidden(
    data: OpenData,
) -> None:
    key = ("21", "placed")
    for value, shown in ((231, "231"), (None, "x")):
        points = [replace(p, value=value) if p.year == 2017 else p for p in data.points[key]]
        corrected = replace(data, points={**data.points, key: points})
        said = with_text(corrected, "Vi räknade {placerade 2017}.").said("analysis")[0]["runs"]
        assert "".join(run["text"] for run in said) == f"Vi räknade {shown}."


def test_a_chapter_stands_in_the_report_of_its_own_period_only(data: OpenData) -> None:
    report = Report(Published(within(data, 2019, 2019), "sv"))
    titles = [section["title"].partition(". ")[2] for section in report.sections]
    assert "Analys" not in titles
    text = words_of(report)
    assert "Arbetsförmedlingen gjordes om under året." in text, "a year's own chapter is there"
    assert "Hösten 2019" in text
    assert "Hösten 2018 fanns" not in text
    assert report.subtitle == "Rapport 2019"
    written = with_text(within(data, 2019, 2020), "Eget.", 2019, 2020)
    assert "Analys" in [s["title"].partition(". ")[2] for s in written.sections]


def test_a_year_nobody_has_written_of_is_told_by_its_milestones(data: OpenData) -> None:
    text = words_of(Report(Published(replace(data, chapters=()), "sv")))
    assert "Kommunfullmäktige antog en handlingsplan i oktober (Bollnäs)." in text
    assert "Pandemin kom, och placeringarna minskade." in text


def test_a_release_from_before_there_were_chapters_has_a_report(tmp_path: Path) -> None:
    report = Report(Published(read(build_open_db(tmp_path / "open.db")), "sv"))
    titles = [section["title"].partition(". ")[2] for section in report.sections]
    assert "Analys" not in titles
    assert "Inventeringen i diagram" in titles


def test_two_charts_stand_on_a_page_and_no_page_is_half_empty(data: OpenData) -> None:
    """Each page is filled to more than two thirds, but for the very last."""
    body = report_pdf(Published(data, "sv"))
    pdf = Pdf(body)
    figures = [len(re.findall(r"Figur \d+\.", page.extract_text())) for page in pdf.reader.pages]
    assert max(figures) == 2
    assert figures.count(1) <= 1, figures
    assert sum(figures) == len(Published(data, "sv").cards)
    document = pypdfium2.PdfDocument(body)
    for number in range(2, len(document) - 1):
        page = document[number].render(scale=1).to_pil().convert("L")
        width, height = page.size
        rows = [
            y
            for y in range(round(height * 0.92))
            if min(page.crop((0, y, width, y + 1)).tobytes()) < 200
        ]
        assert max(rows) > height * 0.7, f"page {number + 1}"


def test_the_web_page_marks_the_figures_and_chooses_the_years(app: Flask) -> None:
    client = app.test_client()
    page = client.get("/rapport/hela").text
    for title in SECTIONS:
        assert f". {title}</h2>" in page, title
    assert '<span class="figure-of-release">244</span>' in page
    year = client.get("/rapport/hela?fran=2019&till=2019").text
    assert "Arbetsförmedlingen gjordes om" in year
    assert ". Analys</h2>" not in year
    assert client.get("/rapport/hela?fran=1990&till=1991").status_code == 200
    assert '<html lang="en"' in client.get("/rapport/hela?lang=en").text


def test_word_has_the_same_chapters_as_the_page(data: OpenData) -> None:
    made = Document(io.BytesIO(report_word(Published(data, "sv"))))
    heads = [p.text.partition(". ")[2] for p in made.paragraphs if p.style.name == "Heading 1"]
    assert tuple(heads) == SECTIONS
    numbered = [p.text for p in made.paragraphs if p.style.name == "List Number"]
    assert len(numbered) == MOST_LINES


def test_what_now_stands_last_on_the_report_s_first_page_signed_and_with_its_release(
    app: Flask,
) -> None:
    page = app.test_client().get("/rapport/").text
    now = page[page.index('id="now"') : page.index('id="deeper"')]
    assert "bredare samverkan med civilsamhället" in now
    assert "I sammandrag ur Slutrapport" in now
    assert "utgåva 2020-1" in now


def sentences(data: OpenData, language: Language) -> Iterator[str]:
    """The summary, every finding that is not over years, the timeline and the municipalities."""
    report = Report(Published(data, language))
    yield language
    for line in report.summary:
        yield f"summary: {''.join(run['text'] for run in line)}"
    for card in report.about.cards:
        if not card.is_over_years:
            yield f"{card.key}: {card.title}"
            yield f"{card.key}: {card.summary}"
    for year, happened in data.milestones_by_year(language).items():
        for label, places in happened.items():
            where = f" ({', '.join(places)})" if places else ""
            yield f"{year}: {label}{where}."
    for area in MUNICIPALITIES:
        facts = MunicipalityFacts(data, area, language)
        yield f"{area.name}: {facts.title} | {facts.lead}"
        yield from (f"{area.name}: {text}" for _, text in facts.decided)
        yield from (f"{area.name}: {text}" for text in facts.protected[:1])


def listed(data: OpenData) -> str:
    plain = (line.replace("\u00a0", " ") for code in LANGUAGES for line in sentences(data, code))
    return "\n".join(plain) + "\n"


def test_every_sentence_is_as_it_was_read(data: OpenData) -> None:
    assert listed(data) == SENTENCES.read_text("utf-8")


def test_every_milestone_of_the_printed_report_is_a_sentence(data: OpenData) -> None:
    verbs = re.compile(
        r"\b(hölls|antog|gjorde|gjordes|bildade|bildades|blev|kom|var|fick|ledde|reformerades|"
        r"utsågs|utbildades|prisades|granskade|avslutades|fortsatte|rekryterades|förankrades|"
        r"visades|berättade|minskades|gav ut)\b"
    )
    for milestone in data.milestones:
        assert verbs.search(milestone.label.sv), milestone.label.sv
        assert milestone.label.en


def test_a_report_of_one_year_says_what_changed_since_the_year_before(data: OpenData) -> None:
    report = Report(of_years(data, "sv", (2019, 2019)))
    assert report.subtitle == "Rapport 2019"
    assert report.summary[0][0]["text"].startswith("Placeringarna har nästan halverats")
    text = words_of(report)
    assert "Hösten 2019 fanns" in text
    assert "Hösten 2018 fanns" not in text
    assert "Jämfört med 2018" in text
    assert "Hösten 2020 fanns" not in text
    steps = next(
        block
        for section in report.sections
        for block in section["blocks"]
        if block["kind"] == "table" and block["caption"].startswith("Beslut")
    )
    groups = {row[0]["text"]: row[2]["text"] for row in steps["rows"]}
    assert groups["Bollnäs"] == "2017, fortsatte 2019"
    assert groups["Gävle"] == "2017, nämns inte därefter"
    assert not Report(of_years(data, "sv", (1999, 1999))).about.cards


if __name__ == "__main__":
    SENTENCES.write_text(listed(read(sys.argv[1])), "utf-8")

"""The report as PDF and slides: tagged, spoken, complete, and the very figures of open.db."""

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from PIL import ImageChops
from pptx import Presentation

from app import create_app
from reports.charts.cards import charts_of
from reports.data.chart_model import Language
from reports.data.reader import read
from reports.documents import slide_charts, slide_pages, slides
from reports.documents.annual_report import report_pdf
from reports.documents.content import Published, cut, declaration, hidden_sentence
from reports.documents.slides import report_slides
from reports.text.grammar import NB, written
from reports.text.paragraph import paragraphs
from survey_data import typesetting
from survey_data.database import connect
from survey_data.publishing.publish import publish
from survey_data.typesetting import FontsMissing, compile_pdf
from tests.support.open_example import build_open_db, published_rows
from tests.support.pdf_reader import Pdf, Tag

LANGUAGES: tuple[Language, ...] = ("sv", "en")
A4 = (595, 842)
MILLIMETRE = 72 / 25.4
# PowerPoint's units in an inch, and how many of them an edge may touch its neighbour's.
EMU, SLIP = 914400, 20000
CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application with the printed series published as its first release."""
    folder = tmp_path_factory.mktemp("documents")
    given = {"BASE_URL": "http://127.0.0.1", "TESTING": True, "PROOF_APART": False}
    built = create_app({"DATA_DIR": folder, **given})
    store = built.extensions["store"]
    publish(store.db, built.extensions["places"], "test")
    yield built
    store.close()


@pytest.fixture(scope="module")
def abouts(app: Flask) -> dict[str, Published]:
    path = Path(app.config["OPEN_DB"])
    return {
        language: Published(read(path), language, "http://127.0.0.1/rapport/")
        for language in LANGUAGES
    }


@pytest.fixture(scope="module")
def files(abouts: dict[str, Published]) -> dict[str, bytes]:
    return {language: report_pdf(about) for language, about in abouts.items()}


@pytest.fixture(scope="module")
def pdfs(files: dict[str, bytes]) -> dict[str, Pdf]:
    return {language: Pdf(content) for language, content in files.items()}


@pytest.fixture(scope="module")
def shows(abouts: dict[str, Published]) -> dict[str, bytes]:
    return {language: report_slides(about) for language, about in abouts.items()}


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> Language:
    found: Language = request.param
    return found


def words(text: str) -> str:
    """With one kind of space, as a PDF's text is read."""
    return " ".join(text.split())


# --- The PDF ---


def test_the_pdf_says_its_language_title_and_that_it_is_accessible(
    pdfs: dict[str, Pdf], abouts: dict[str, Published], language: Language
) -> None:
    pdf = pdfs[language]
    assert pdf.root["/Lang"] == {"sv": "sv-SE", "en": "en-GB"}[language]
    assert pdf.root["/MarkInfo"]["/Marked"]
    assert pdf.root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert pdf.reader.metadata
    assert pdf.reader.metadata.title == abouts[language].title
    assert "<pdfuaid:part>1</pdfuaid:part>" in pdf.metadata


def test_every_page_is_a4(pdfs: dict[str, Pdf]) -> None:
    boxes = {(round(p.mediabox.width), round(p.mediabox.height)) for p in pdfs["sv"].reader.pages}
    assert boxes == {A4}


def test_headings_lead_through_the_report_and_skip_no_level(
    pdfs: dict[str, Pdf], abouts: dict[str, Published], language: Language
) -> None:
    headings = pdfs[language].tags.all("H1", "H2", "H3")
    chapters = [tag.title for tag in headings if tag.kind == "H1"]
    assert chapters[:2] in (["Sammanfattning", "Innehåll"], ["Summary", "Contents"]), chapters
    assert chapters[-1] in ("14. Tabeller till diagrammen", "14. Tables to the charts")
    levels = [0, *(int(tag.kind[1]) for tag in headings)]
    assert all(after <= before + 1 for before, after in pairwise(levels))
    sections = {words(tag.title) for tag in headings if tag.kind == "H2"}
    assert {words(card.title) for card in abouts[language].cards} <= sections


def test_the_contents_lead_to_every_chart(
    pdfs: dict[str, Pdf], abouts: dict[str, Published]
) -> None:
    tags = pdfs["sv"].tags
    headings = [
        tag for tag in tags.all("H1", "H2") if tag.title not in ("Innehåll", "Sammanfattning")
    ]
    assert len(tags.all("TOCI")) == len(headings)
    assert all(entry.all("Link") for entry in tags.all("TOCI"))


def test_each_chart_is_a_vector_with_words_instead_of_it(
    pdfs: dict[str, Pdf], abouts: dict[str, Published], language: Language
) -> None:
    drawn = [card for card in abouts[language].cards if card.wide]
    assert len(drawn) >= 4
    figures = [words(tag.alt) for tag in pdfs[language].tags.all("Figure")]
    assert figures == [words(card.summary) for card in drawn]
    assert not [image for page in pdfs[language].reader.pages for image in page.images]


def cells(row: Tag) -> int:
    return len([tag for tag in row.children if tag.kind in ("TH", "TD")])


def test_every_table_has_a_head_and_even_rows(pdfs: dict[str, Pdf]) -> None:
    tables = pdfs["sv"].tags.all("Table")
    assert len(tables) >= 8
    for table in tables:
        heads = [cell for head in table.all("THead") for cell in head.all("TH")]
        assert heads
        assert {cell.scope for cell in heads} == {"Column"}
        assert {cells(row) for row in table.all("TR")} == {len(heads)}


def test_the_tables_hold_what_the_page_holds(
    pdfs: dict[str, Pdf], abouts: dict[str, Published], language: Language
) -> None:
    text = re.sub(r"\W", "", pdfs[language].text)
    for card in abouts[language].cards:
        for row in card.table.rows:
            line = row.heading + "".join(f"{cell.text}{cell.sign}" for cell in row.cells)
            assert re.sub(r"\W", "", line) in text, (card.key, row)


def test_every_county_figure_of_the_open_file_is_in_the_pdf(
    pdfs: dict[str, Pdf], abouts: dict[str, Published]
) -> None:
    values = {
        point.value
        for chart in charts_of(abouts["sv"].data).values()
        for series in chart.columns
        for point in series.visible
        if not series.part.of
    }
    assert len(values) > 20
    text = pdfs["sv"].text
    for value in values:
        assert re.search(rf"(?<!\d){written(value or 0, 'sv').replace(NB, ' ')}(?!\d)", text), value


def test_every_year_has_its_paragraph(
    pdfs: dict[str, Pdf], abouts: dict[str, Published], language: Language
) -> None:
    found = paragraphs(abouts[language].data, language)
    assert [year for year, _ in found] == [2020, 2019, 2018, 2017, 2016]
    # A paragraph may run on over the foot of a page.
    foot = re.escape(words(f"{abouts[language].title}. {abouts[language].edition}"))
    text = re.sub(rf"{foot} \w+ \d+ \w+ \d+ ", "", pdfs[language].text)
    for year, paragraph in found:
        assert f"{year} {words(paragraph)}" in text


def test_the_declaration_counts_what_the_open_file_holds(
    app: Flask, pdfs: dict[str, Pdf], abouts: dict[str, Published]
) -> None:
    declared = declaration(abouts["sv"])
    db = connect(app.config["OPEN_DB"])
    counted = "SELECT count(*), count(value) FROM observations JOIN coverage USING (year)"
    [(values, shown)] = db.execute(counted)
    assert values == shown
    assert [row[0] for row in declared["coverage"]] == ["2016", "2017", "2018", "2019", "2020"]
    assert sum(int(row[-2]) for row in declared["coverage"]) == values
    text = pdfs["sv"].text
    assert f"Inget av de {values} publicerade värdena är dolt." in text
    assert "källan anger 244 placerade, men delarna summerar till 243" in text
    defined = db.execute(
        "SELECT label_sv FROM indicators i JOIN observations o ON i.name = indicator"
    )
    for [label] in defined:
        assert words(label) in text


@pytest.mark.parametrize(
    ("hidden", "swedish", "english"),
    [
        (0, "Inget av de 9 publicerade värdena är dolt.", "None of the 9 published values is"),
        (1, "Ett av de 9 publicerade värdena är dolt.", "One of the 9 published values is hidden."),
        (2, "2 av de 9 publicerade värdena är dolda.", "2 of the 9 published values are hidden."),
    ],
)
def test_hidden_values_are_counted_in_grammatical_sentences(
    hidden: int, swedish: str, english: str
) -> None:
    assert hidden_sentence(9, hidden, "sv") == swedish
    assert hidden_sentence(9, hidden, "en").startswith(english)


def test_what_is_hidden_is_a_letter_in_every_document(tmp_path: Path) -> None:
    rows = [
        (*row[:4], None, "x", *row[6:]) if row[0] == 2020 and row[3] == "placed_kommun" else row
        for row in published_rows()
    ]
    path = build_open_db(tmp_path / "open.db", rows)
    about = Published(read(path), "sv")
    assert "2020 81 x 10" in Pdf(report_pdf(about)).text
    assert "Ett av de" in declaration(about)["hidden"]
    placed = charts_of(about.data)["placed"]
    data = slide_charts.chart_data(placed, "sv")
    kommun = next(series for series in data if series.name == "Kommunerna")
    assert list(kommun.values)[-1] is None


def test_pages_are_numbered_to_the_last(pdfs: dict[str, Pdf], language: Language) -> None:
    pages = pdfs[language].pages
    form = {"sv": "Sida {} av {}", "en": "Page {} of {}"}[language]
    assert form.format(1, len(pages)) not in pages[0], "a cover has no number"
    for number, page in enumerate(pages[1:], start=2):
        assert form.format(number, len(pages)) in page


def test_no_page_is_empty_and_nothing_runs_into_the_margins(
    files: dict[str, bytes], language: Language
) -> None:
    document = pypdfium2.PdfDocument(files[language])
    for number in range(1, len(document)):
        page = document[number].render(scale=1).to_pil().convert("L")
        inked = ImageChops.invert(page).getbbox()
        assert inked, f"page {number + 1} is empty"
        left, top, right, bottom = inked
        assert left >= 20 * MILLIMETRE, number
        assert right <= A4[0] - 20 * MILLIMETRE, number
        assert top >= 15 * MILLIMETRE, number
        assert bottom <= A4[1] - 8 * MILLIMETRE, number


def test_the_same_release_gives_the_same_bytes(
    abouts: dict[str, Published], files: dict[str, bytes], shows: dict[str, bytes]
) -> None:
    assert report_pdf(abouts["sv"]) == files["sv"]
    assert report_slides(abouts["sv"]) == shows["sv"]


def test_a_name_in_a_script_we_have_no_type_for_costs_nobody_the_document() -> None:
    source = Path(__file__).parents[1] / "support" / "data" / "letter.typ"
    made = Pdf(compile_pdf(source, {"name": "Exempel 🦉"}, "sv", date(2026, 11, 22)))
    assert made.root["/MarkInfo"]["/Marked"]
    assert "pdfuaid" not in made.metadata
    good = Pdf(compile_pdf(source, {"name": "Čeština Łódź Ærø"}, "sv", date(2026, 11, 22)))
    assert "<pdfuaid:part>1</pdfuaid:part>" in good.metadata
    assert "Čeština Łódź Ærø" in good.text
    assert good.reader.metadata
    assert str(good.reader.metadata.creation_date).startswith("2026-11-22 12:00")


def test_without_its_typeface_no_document_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(typesetting, "FONTS", tmp_path)
    typesetting._fonts.cache_clear()
    with pytest.raises(FontsMissing, match="make setup"):
        typesetting._fonts()
    typesetting._fonts.cache_clear()


# --- The slides ---


def presentation(content: bytes) -> Any:
    return Presentation(io.BytesIO(content))


def test_each_chart_has_a_slide_titled_with_its_finding(
    shows: dict[str, bytes], abouts: dict[str, Published], language: Language
) -> None:
    titles = [slide.shapes.title.text for slide in presentation(shows[language]).slides]
    wanted = [abouts[language].title, *(card.title for card in abouts[language].cards)]
    assert list(dict.fromkeys(titles))[:-1] == wanted
    assert titles[-1] in ("Kvalitetsdeklaration", "Quality declaration")


def test_every_slide_has_notes_and_a_foot_with_the_release(
    shows: dict[str, bytes], abouts: dict[str, Published], language: Language
) -> None:
    about = abouts[language]
    summaries = {card.title: card.summary for card in about.cards}
    for slide in presentation(shows[language]).slides:
        notes = slide.notes_slide.notes_text_frame.text
        assert notes
        assert summaries.get(slide.shapes.title.text, "") in notes
        texts = [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]
        assert any(about.edition in text for text in texts)


def test_every_chart_and_table_has_words_instead_of_it(
    shows: dict[str, bytes], language: Language
) -> None:
    frames = [
        shape
        for slide in presentation(shows[language]).slides
        for shape in slide.shapes
        if shape.has_chart or shape.has_table
    ]
    assert len(frames) >= 5
    for frame in frames:
        assert len(frame._element.nvGraphicFramePr.cNvPr.get("descr")) > 20


def test_the_charts_are_powerpoints_own_and_hold_the_open_files_figures(
    shows: dict[str, bytes], abouts: dict[str, Published]
) -> None:
    charts = charts_of(abouts["sv"].data)
    by_title = {card.title: charts.get(card.key) for card in abouts["sv"].cards}
    seen = 0
    for slide in presentation(shows["sv"]).slides:
        for shape in slide.shapes:
            if not shape.has_chart:
                continue
            numbers = by_title[slide.shapes.title.text]
            if numbers is None:
                continue  # a chart of rows
            seen += 1
            for plot, series in zip(
                shape.chart.plots[0].series, slide_charts.drawn(numbers), strict=True
            ):
                years = slide_charts.span_of(numbers)
                points = [series.at(year) for year in years]
                assert list(plot.values) == [p.value if p else None for p in points]
    assert seen >= 4


@pytest.fixture
def every_kind(shown: Path, language: Language) -> Published:
    """The demonstration's release, which has every chart there is."""
    path = shown / "open.db"
    return Published(read(path), language, "https://example.org/rapport/")


def test_nothing_on_a_slide_overlaps_or_leaves_it(every_kind: Published) -> None:
    show = presentation(report_slides(every_kind))
    for slide in show.slides:
        boxes = []
        for shape in slide.shapes:
            right, bottom = shape.left + shape.width, shape.top + shape.height
            if shape.has_text_frame and shape != slide.shapes.title:
                size = shape.text_frame.paragraphs[0].font.size.pt
                needed = slide_pages.height(shape.text_frame.text, size, shape.width / EMU)
                bottom = max(bottom, shape.top + round(needed * EMU))
            assert 0 <= shape.left < right <= show.slide_width
            assert 0 <= shape.top < bottom <= show.slide_height
            boxes.append((shape.left, shape.top, right, bottom))
        for one, other in combinations(boxes, 2):
            apart = one[2] <= other[0] or other[2] <= one[0]
            above = one[3] <= other[1] + SLIP or other[3] <= one[1] + SLIP
            assert apart or above, slide.shapes.title.text


def test_charts_of_rows_are_powerpoints_own_too_and_hold_the_same_bars(
    every_kind: Published,
) -> None:
    by_title = {card.title: card for card in every_kind.cards}
    seen = set()
    for slide in presentation(report_slides(every_kind)).slides:
        card = by_title.get(slide.shapes.title.text)
        for shape in slide.shapes:
            if card is None or not shape.has_chart or card.key in charts_of(every_kind.data):
                continue
            assert card.bars
            seen.add(card.key)
            rows = slides.rows_shown(card.bars)
            plot = shape.chart.plots[0]
            assert list(plot.categories) == [row.key for row in rows]
            bars = [series.values for series in plot.series]
            for index, row in enumerate(rows):
                if slides.is_floating(rows):
                    [bar] = row.bars
                    assert bars[0][index] == min(bar.start, bar.end)
                    assert bars[1][index] == abs(bar.end - bar.start)
                else:
                    drawn = [values[index] for values in bars]
                    ends = [bar.end for bar in row.bars]
                    assert [value for value in drawn if value is not None] == ends
    assert seen == {"same_employees", "same_placed", "change_employees", "change_placed", "places"}


def test_what_must_be_known_with_a_chart_stands_on_its_slide(shows: dict[str, bytes]) -> None:
    [placed] = [
        slide
        for slide in presentation(shows["sv"]).slides
        if slide.shapes.title.text.startswith("Kommunerna placerar")
    ]
    text = "\n".join(shape.text_frame.text for shape in placed.shapes if shape.has_text_frame)
    assert "Under åren: Totalt." in text
    assert "2019 Arbetsförmedlingen reformeras; 2020 Pandemin." in text
    assert "s: 2018: källan anger 244 placerade, men delarna summerar till 243." in text


def test_the_workbook_behind_a_chart_says_what_is_stated_and_what_the_parts_come_to(
    shows: dict[str, bytes], abouts: dict[str, Published], language: Language
) -> None:
    by_title = {card.title: card for card in abouts[language].cards}
    sign, note, stated = {
        "sv": (
            "Tecken, Totalt",
            "Anmärkning",
            "källan anger 244 placerade, men delarna summerar till 243",
        ),
        "en": ("Sign, Total", "Note", "source states 244 placed, but the parts add up to 243"),
    }[language]
    seen = 0
    for slide in presentation(shows[language]).slides:
        for shape in slide.shapes:
            if not shape.has_chart:
                continue
            seen += 1
            card = by_title[slide.shapes.title.text]
            book = load_workbook(io.BytesIO(shape.chart.part.chart_workbook.xlsx_part.blob))
            own = slide_charts.chart_width(shape.chart)
            # PowerPoint's own columns stand as they stood, and one is empty between.
            head, *rows = book.active.iter_rows(values_only=True)
            drawn = [series.name for series in shape.chart.plots[0].series]
            assert [name or "" for name in head[1:own]] == drawn
            beside = [row[own:] for row in (head, *rows)]
            assert {row[0] for row in beside} == {None}
            said = "\n".join(str(row[1]) for row in beside)
            assert all(n.text in said for n in card.notes)
            if card.key == "placed":
                known = [dict(zip(beside[0], row, strict=True)) for row in beside]
                [row] = [each for each in known if each[beside[0][1]] == 2018]
                assert (row[sign.split(", ")[1]], row[sign]) == (244, "s")
                assert stated in row[note].lower()
    assert seen >= 5


def test_a_year_without_figures_is_a_gap_on_a_slide(tmp_path: Path) -> None:
    rows = [row for row in published_rows() if row[0] != 2018]
    path = build_open_db(tmp_path / "open.db", rows)
    data = slide_charts.chart_data(charts_of(read(path))["enterprises"], "sv")
    assert [category.label for category in data.categories] == [str(y) for y in range(2016, 2021)]
    assert [list(series.values)[2] for series in data] == [None, None, None]


def test_no_line_leads_over_a_break_in_the_series_on_a_slide(tmp_path: Path) -> None:
    more = [(2021, *row[1:]) for row in published_rows() if row[0] == 2020]
    path = build_open_db(tmp_path / "open.db", [*published_rows(), *more])
    show = report_slides(Published(read(path), "sv"))
    [chart] = [
        shape.chart
        for slide in Presentation(io.BytesIO(show)).slides
        for shape in slide.shapes
        if shape.has_chart and [s.name for s in shape.chart.series] == ["Anställda", "Placerade"]
    ]
    unseen = {
        series.name: [
            point.get("val")
            for dot in series._element.iterfind(f".//{CHART}dPt")
            for point in dot.iterfind(f"{CHART}idx")
            if dot.find(f"{CHART}spPr/{DRAWING}ln/{DRAWING}noFill") is not None
        ]
        for series in chart.series
    }
    assert unseen == {"Anställda": [], "Placerade": ["5"]}


def test_a_screen_reader_is_told_the_language_of_every_word(
    shows: dict[str, bytes], language: Language
) -> None:
    tag = {"sv": "sv-SE", "en": "en-GB"}[language]
    with zipfile.ZipFile(io.BytesIO(shows[language])) as package:
        for name in package.namelist():
            if re.fullmatch(r"ppt/(slides|notesSlides)/[^/]+\.xml", name):
                xml = package.read(name).decode()
                runs = re.findall(r"<a:r>.*?</a:r>", xml, re.DOTALL)
                assert runs
                assert all(f'lang="{tag}"' in run for run in runs), name


def test_nothing_in_the_slides_tells_when_or_where_they_were_made(shows: dict[str, bytes]) -> None:
    with zipfile.ZipFile(io.BytesIO(shows["sv"])) as package:
        assert len({info.date_time for info in package.infolist()}) == 1
        core = package.read("docProps/core.xml").decode()
    assert "python-pptx" not in core
    assert "Steve" not in core


def test_a_table_too_long_to_read_says_what_it_leaves_out(abouts: dict[str, Published]) -> None:
    card = abouts["sv"].cards[0]
    shorter, left_out = cut(card, 2, "sv")
    assert [row.heading for row in shorter.table.rows] == ["2016", "2017"]
    assert left_out == "3 rader till finns i diagrammets CSV-fil."
    assert cut(card, 5, "en") == (card, "")


# --- Over HTTP ---


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.mark.parametrize("kind", ["pdf", "pptx"])
def test_the_page_links_to_files_that_are_there(client: FlaskClient, kind: str) -> None:
    html = client.get("/rapport/?lang=en").get_data(as_text=True)
    [path] = re.findall(rf'href="(/rapport/rapport-2020-1-en\.{kind})"', html)
    reply = client.get(path)
    assert reply.status_code == 200
    assert reply.mimetype in ("application/pdf", PPTX)
    assert f"asf-gavleborg-2020-1-en.{kind}" in reply.headers["Content-Disposition"]
    again = client.get(path, headers={"If-None-Match": reply.headers["ETag"]})
    assert again.status_code == 304


PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"


@pytest.mark.parametrize("name", ["2019-1-sv.pdf", "2020-1-de.pdf", "2020-1-sv.doc", "..-sv.pdf"])
def test_what_was_never_published_is_not_there(client: FlaskClient, name: str) -> None:
    assert client.get(f"/rapport/rapport-{name}").status_code == 404


def test_the_file_served_is_the_one_made(client: FlaskClient, pdfs: dict[str, Pdf]) -> None:
    served = client.get("/rapport/rapport-2020-1-sv.pdf").data
    assert Pdf(served).text.replace("?lang=sv", "") == pdfs["sv"].text

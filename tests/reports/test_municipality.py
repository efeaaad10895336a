"""A municipality's page, its A4 and its slide: what is said, and what may never be."""

import io
import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from pptx import Presentation

from reports.charts import outline_map, theme
from reports.data.chart_model import Language
from reports.data.model import OpenData
from reports.data.reader import read
from reports.documents.municipality import MunicipalityFacts, by_slug, sheet
from reports.documents.slides import municipality_slide
from survey_data.geography import MUNICIPALITIES, Area
from tests.reports.test_board_pages import page, small_app
from tests.support.open_example import build_open_db, published_rows
from tests.support.pdf_reader import Pdf


def facts(data: OpenData, name: str, language: Language = "sv") -> MunicipalityFacts:
    """What is known of a municipality by the name in its address."""
    area = by_slug(name)
    assert area
    return MunicipalityFacts(data, area, language)


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The open file of the printed series."""
    return build_open_db(tmp_path_factory.mktemp("open") / "open.db")


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("name", [area.slug for area in MUNICIPALITIES])
def test_every_municipality_has_its_page_sheet_and_slide(
    printed: Path, name: str, language: Language
) -> None:
    html = page(small_app(printed).test_client(), f"/kommun/{name}?lang={language}")
    known = facts(read(printed), name, language)
    assert known.title in html
    assert '<meta name="description"' in html
    # The source never had these by municipality: a dash, and not a hidden figure.
    assert not re.search(r'class="number">x<', html)
    text = " ".join(Pdf(sheet(read(printed), name, language, "")).text.split())
    assert known.title in text
    assert ("Sida 1 av 1" if language == "sv" else "Page 1 of 1") in text
    [only] = Presentation(io.BytesIO(municipality_slide(read(printed), name, language, ""))).slides
    assert only.shapes.title.text == known.title


@pytest.mark.parametrize("area", MUNICIPALITIES, ids=lambda area: area.slug)
def test_the_map_marks_the_municipality_alone_and_names_its_source(
    printed: Path, area: Area
) -> None:
    html = page(small_app(printed).test_client(), f"/kommun/{area.slug}")
    drawn = ElementTree.fromstring(outline_map.drawn(area, "sv"))
    # What neighbours share stands once, on the group around them.
    fills = [
        each.get("fill", around.get("fill"))
        for around in drawn.iter()
        for each in around
        if each.tag == "{http://www.w3.org/2000/svg}path"
    ]
    assert sorted(fills) == sorted([theme.NAVY, *[theme.TINT] * (len(MUNICIPALITIES) - 1)])
    assert drawn.get("aria-label") in html
    assert "okfse/sweden-geojson" in html
    text = Pdf(sheet(read(printed), area.slug, "sv", "")).text
    assert "okfse/sweden-geojson" in text


def test_a_municipality_without_an_outline_has_a_page_without_a_map() -> None:
    assert outline_map.drawn(replace(MUNICIPALITIES[0], code="2199"), "sv") == ""


def test_a_name_as_it_is_written_leads_to_its_address(printed: Path) -> None:
    client = small_app(printed).test_client()
    assert client.get("/kommun/Ovanåker").headers["Location"] == "/kommun/ovanaker"
    assert client.get("/kommun/falun").status_code == 404
    assert client.get("/kommun/falun-sv.pdf").status_code == 404


def test_before_the_first_release_no_year_and_no_source_is_made_up(tmp_path: Path) -> None:
    client = small_app(tmp_path / "none.db").test_client()
    html = page(client, "/kommun/hudiksvall")
    assert "Hudiksvall: inga beslut är publicerade" in html
    assert "källan" not in html
    assert "per kommun 0" not in html
    assert client.get("/kommun/hudiksvall-sv.pdf").status_code == 404


def test_figures_stand_beside_the_province_and_the_county(printed: Path) -> None:
    table = facts(read(printed), "hudiksvall").table
    assert table.headings == ("Hudiksvall", "Hälsingland", "Länet")
    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        ["–", "17", "28"],
        ["–", "–", "209"],
        ["–", "–", "123"],
    ]


def test_a_hidden_figure_is_hidden_everywhere_and_the_page_says_why(tmp_path: Path) -> None:
    rows = [
        *published_rows(),
        (2020, "municipality", "2184", "enterprises", 4, "n", "", ""),
        (2020, "municipality", "2184", "employees", None, "x", "", ""),
    ]
    data = read(build_open_db(tmp_path / "open.db", rows))
    known = facts(data, "hudiksvall")
    assert [row.cells[0].text for row in known.table.rows] == ["4", "x", "–"]
    assert known.protected[0] == "– betyder att källan inte redovisar placerade per kommun 2020."
    assert known.protected[1].startswith("x betyder att antalet anställda är dolt")


def test_a_figure_of_an_earlier_release_has_its_sign_and_says_which_one(tmp_path: Path) -> None:
    note = ("Talet står som i utgåva 2020-1.", "The figure stands as in release 2020-1.")
    rows = [
        *published_rows(),
        (2020, "municipality", "2184", "enterprises", 4, "n", "", ""),
        (2020, "municipality", "2184", "employees", 34, "k", *note),
        (2020, "municipality", "2184", "placed", None, "x", "", ""),
    ]
    data = read(build_open_db(tmp_path / "open.db", rows))
    known = facts(data, "hudiksvall")
    assert [(row.cells[0].text, row.cells[0].sign) for row in known.table.rows] == [
        ("4", ""), ("34", "k"), ("x", ""),
    ]  # fmt: skip
    said = (
        "k betyder att antalet anställda kan ha ändrats men att det inte kan visas ännu."
        " Talet står som i utgåva 2020-1."
    )
    assert known.protected[0].startswith("x betyder att antalet placerade är dolt")
    assert known.protected[1] == said
    text = " ".join(Pdf(sheet(data, "hudiksvall", "sv", "")).text.split())
    assert said in text
    [only] = Presentation(io.BytesIO(municipality_slide(data, "hudiksvall", "sv", ""))).slides
    assert said in " ".join(s.text_frame.text for s in only.shapes if s.has_text_frame)
    english = page(small_app(tmp_path / "open.db").test_client(), "/kommun/hudiksvall?lang=en")
    assert "The figure stands as in release 2020-1." in english


def test_decisions_stand_with_their_years_and_what_is_not_known_is_said(printed: Path) -> None:
    data = read(printed)
    bollnas = facts(data, "bollnas")
    assert bollnas.title.startswith("Bollnäs: policy 2018")
    assert bollnas.decided[-1][1].endswith("källan nämner inget för Bollnäs.")
    assert facts(data, "ockelbo").title == "Ockelbo: källan nämner inga beslut"

"""The yearly paragraph carries every printed figure, in good Swedish and English."""

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reports.charts.cards import cards, charts_of
from reports.data.chart_model import Language, Point, YearCoverage
from reports.data.model import OpenData
from reports.data.reader import read
from reports.documents.annual_report import report_pdf
from reports.documents.content import Published
from reports.documents.slides import report_slides
from reports.text import titles
from reports.text.key_figures import counts, headlines, key_figures, since
from reports.text.paragraph import paragraph, paragraphs
from survey_data import packaged_lines
from survey_data.database import Store
from survey_data.geography import MUNICIPALITIES
from survey_data.migrations import bring_up_to_date
from survey_data.publishing.publish import Places, publish
from survey_data.register import enterprises
from tests.reports.test_board_pages import small_app
from tests.support.open_example import build_open_db, published_rows
from tests.support.pdf_reader import Pdf

YEARS = (2016, 2017, 2018, 2019, 2020)
LANGUAGES = pytest.mark.parametrize("language", ["sv", "en"])


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> OpenData:
    """What an association that has printed its series and nothing more publishes."""
    folder = tmp_path_factory.mktemp("published")
    survey = Store(folder / "survey.db")
    bring_up_to_date(survey.db)
    enterprises.load_municipalities(survey.db)
    places = Places(folder / "analysts.db", folder / "open.db", folder / "releases")
    publish(survey.db, places, "test")
    survey.close()
    return read(places.open)


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


@LANGUAGES
@pytest.mark.parametrize("year", YEARS)
def test_every_figure_of_the_printed_report_is_in_the_paragraph(
    data: OpenData, year: int, language: Language
) -> None:
    text = plain(paragraph(data, year, language))
    numbers = set(re.findall(r"\d+", text))
    line = next(x for x in packaged_lines("inventory_2016_2020") if int(x["year"]) == year)
    for column, value in line.items():
        if column != "source":
            assert value in numbers, column
    [reached] = [
        x["persons"]
        for x in packaged_lines("information_reach_2016_2020")
        if x["row_type"] == "year" and int(x["year"]) == year
    ]
    assert reached in numbers
    for place in packaged_lines("supervised_places_2016_2018"):
        if int(place["year"]) == year:
            of = "av" if language == "sv" else "of"
            [name] = (m.name for m in MUNICIPALITIES if m.code == place["kommunkod"])
            assert f"{name} {place['places_used']} {of} {place['places_granted']}" in text


@pytest.mark.parametrize(("year", "stated", "parts"), [(2018, 244, 243), (2020, 123, 117)])
def test_both_numbers_of_a_discrepancy_are_said(
    data: OpenData, year: int, stated: int, parts: int
) -> None:
    assert f"Källan anger {stated}, men delarna summerar till {parts}." in paragraph(data, year)
    english = paragraph(data, year, "en")
    assert f"The source states {stated}, but the parts add up to {parts}." in english


def test_the_paragraph_of_2020_reads_so(data: OpenData) -> None:
    assert plain(paragraph(data, 2020)) == (
        "Hösten 2020 fanns 28 registrerade arbetsintegrerande sociala företag i länet: 17 i"
        " Hälsingland och 11 i Gästrikland. De hade 209 anställda: 111 kvinnor och 98 män."
        " 123 personer var placerade hos dem: 81 av Arbetsförmedlingen, 26 av kommunerna och 10 av"
        " övriga utan ersättning. (Källan anger 123, men delarna summerar till 117.) Jämfört med"
        " 2019 var antalet företag oförändrat, antalet anställda var i stort sett oförändrat och"
        " antalet placerade minskade. Under året nåddes 176 personer med information."
        " Poddlyssnare är inte medräknade. Källan säger inte hur många av företagen som svarade."
    )


def test_every_printed_year_has_a_paragraph_newest_first(data: OpenData) -> None:
    assert [year for year, _ in paragraphs(data, "sv")] == sorted(YEARS, reverse=True)
    assert paragraph(data, 2015) == ""


def made(values: dict[str, int | None], **more: object) -> OpenData:
    """One year of county figures."""
    points = {
        ("21", name): [Point(2030, value, "n" if value is not None else "x")]
        for name, value in values.items()
    }
    return OpenData(points=points, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("count", "swedish", "english"),
    [
        (0, "inga registrerade arbetsintegrerande sociala företag", "were no registered"),
        (1, "1 registrerat arbetsintegrerande socialt företag", "was 1 registered"),
        (2, "2 registrerade arbetsintegrerande sociala företag", "were 2 registered"),
        (1234, "1 234 registrerade arbetsintegrerande", "1,234 registered"),
    ],
)
def test_grammar_at_none_one_and_many_enterprises(count: int, swedish: str, english: str) -> None:
    data = made({"enterprises": count})
    assert swedish in plain(paragraph(data, 2030))
    assert english in plain(paragraph(data, 2030, "en"))


def test_grammar_at_none_and_one_person() -> None:
    numbers: dict[str, int | None] = {
        "enterprises": 1,
        "employees": 1,
        "employees_women": 1,
        "employees_men": 0,
        "placed": 1,
        "placed_af": 1,
        "reached": 1,
    }
    data = made(numbers)
    swedish, english = (plain(paragraph(data, 2030, each)) for each in ("sv", "en"))
    assert "Företaget hade 1 anställd: 1 kvinna och inga män." in swedish
    assert "1 person var placerad hos företaget: 1 av Arbetsförmedlingen." in swedish
    assert "Under året nåddes 1 person med information." in swedish
    assert "It had 1 employee: 1 woman and no men." in english
    assert "1 person was placed with it: 1 by the Employment Service." in english
    none = made({"enterprises": 1, "employees": 0, "placed": 0, "reached": 0})
    assert "Företaget hade inga anställda. Ingen var placerad hos företaget." in paragraph(
        none, 2030
    )
    assert "nåddes ingen med information" in paragraph(none, 2030)
    assert "It had no employees. Nobody was placed with it." in paragraph(none, 2030, "en")


def test_a_hidden_figure_is_said_to_be_hidden() -> None:
    data = made({"enterprises": 30, "employees": None, "placed": 12, "placed_af": None})
    text = plain(paragraph(data, 2030))
    assert "Antalet anställda är dolt för att skydda enskilda." in text
    assert "12 personer var placerade hos dem." in text


def test_parts_that_are_not_all_of_them_are_called_some() -> None:
    data = made(
        {"enterprises": 30, "employees": 40, "employees_women": 25, "employees_men": None}
        | {"placed": 12, "placed_af": 9, "placed_kommun": None, "placed_other": None}
    )
    text, english = plain(paragraph(data, 2030)), plain(paragraph(data, 2030, "en"))
    assert "De hade 40 anställda, varav 25 kvinnor." in text
    assert "12 personer var placerade hos dem, varav 9 av Arbetsförmedlingen." in text
    assert "They had 40 employees, of them 25 women." in english


@pytest.mark.parametrize(
    ("values", "swedish", "english"),
    [
        ({"enterprises": None, "employees": None, "placed": None},
         "Antalet företag, anställda och placerade 2030 är dolt för att skydda enskilda.",
         "The number of enterprises, employees and people placed in 2030 is hidden to protect"
         " individuals."),
        ({"enterprises": None, "employees": 40, "placed": None},
         "Antalet företag och placerade 2030 är dolt för att skydda enskilda. Företagen hade 40"
         " anställda.",
         "The number of enterprises and people placed in 2030 is hidden to protect individuals."
         " The enterprises had 40 employees."),
        ({"enterprises": 4, "employees": None, "placed": None},
         "Hösten 2030 fanns 4 registrerade arbetsintegrerande sociala företag i länet. Antalet"
         " anställda och placerade är dolt för att skydda enskilda.",
         "In autumn 2030 there were 4 registered work-integrating social enterprises in the"
         " county. The number of employees and people placed is hidden to protect individuals."),
        ({"enterprises": 0, "employees": 0, "placed": 0},
         "Hösten 2030 fanns inga registrerade arbetsintegrerande sociala företag i länet.",
         "In autumn 2030 there were no registered work-integrating social enterprises in the"
         " county."),
    ],
)  # fmt: skip
def test_a_county_that_hides_much_reads_well(
    values: dict[str, int | None], swedish: str, english: str
) -> None:
    data = made(values)
    tail, english_tail = "Källan säger inte", "The source does not say"
    assert plain(paragraph(data, 2030)).split(f" {tail}")[0] == swedish
    assert plain(paragraph(data, 2030, "en")).split(f" {english_tail}")[0] == english


def with_2020(tmp_path: Path, hide: set[str]) -> OpenData:
    """The printed series, where some of the latest year's figures are hidden."""
    rows = [
        (*row[:4], None, "x", "", "") if row[0] == 2020 and row[3] in hide else row
        for row in published_rows()
    ]
    return read(build_open_db(tmp_path / "open.db", rows))


EVERY = {name for _, _, _, name, *_ in published_rows()}


@pytest.mark.parametrize(
    ("hide", "swedish", "english"),
    [
        (EVERY,
         "Antalet företag, anställda och placerade 2020 är dolt för att skydda enskilda. Senast"
         " de kunde visas var 2019: 28 företag, 206 anställda och 130 placerade.",
         "The number of enterprises, employees and people placed in 2020 is hidden to protect"
         " individuals. They could last be shown in 2019: 28 enterprises, 206 employees and 130"
         " people placed."),
        ({"employees", "employees_women", "employees_men"},
         "2020: 28 företag och 123 placerade. Antalet anställda är dolt för att skydda enskilda.",
         "2020: 28 enterprises and 123 people placed. The number of employees is hidden to"
         " protect individuals."),
    ],
)  # fmt: skip
def test_the_head_never_takes_an_older_year_for_the_latest(
    tmp_path: Path, hide: set[str], swedish: str, english: str
) -> None:
    data = with_2020(tmp_path, hide)
    assert plain(counts(charts_of(data), "sv")) == swedish
    assert plain(counts(charts_of(data), "en")) == english
    found = {figure.key: figure for figure in key_figures(charts_of(data), "sv")}
    assert found["employees"].value == "x"
    assert found["employees"].changes == ("Dolt 2020 för att skydda enskilda", "2019: 206")
    for key in hide & {"enterprises", "employees", "placed"}:
        said = titles.title(charts_of(data)[key], "sv")
        assert "2020" not in said
        assert "2019" in said
    [start, *_] = [h for h in headlines(charts_of(data)) if h.key == "employees"]
    assert start.year == 2019
    assert "Antalet anställda 2020 är dolt för att skydda enskilda." in start.details


def test_where_everything_is_hidden_the_report_says_so_everywhere(tmp_path: Path) -> None:
    rows = [(*row[:4], None, "x", "", "") for row in published_rows() if row[0] == 2020]
    data = read(build_open_db(tmp_path / "open.db", rows))
    sentence = "Antalet företag, anställda och placerade 2020 är dolt för att skydda enskilda."
    assert counts(charts_of(data), "sv") == sentence
    assert {figure.value for figure in key_figures(charts_of(data), "sv")} == {"x"}
    for card in cards(data, "sv"):
        if card.key in charts_of(data):
            assert card.title == "Alla värden är dolda för att skydda enskilda"
            assert card.summary == f"{card.title}."
    client = small_app(tmp_path / "open.db").test_client()
    assert sentence in client.get("/rapport/").get_data(as_text=True)
    start = client.get("/").get_data(as_text=True)
    assert "Alla värden är dolda för att skydda enskilda." in start
    assert "Inga siffror att visa" not in start
    assert client.get("/rapport/mote").status_code == 200
    about = Published(data, "sv")
    assert sentence in " ".join(Pdf(report_pdf(about)).text.split())
    assert report_slides(about)


def test_how_many_answered_is_said_where_it_is_known() -> None:
    data = made({"enterprises": 30}, coverage=(YearCoverage(2030, 30, 28, False),))
    assert paragraph(data, 2030).endswith("28 av 30 företag svarade.")
    assert paragraph(data, 2030, "en").endswith("28 of 30 enterprises answered.")


@given(st.integers(0, 500), st.integers(0, 500))
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_words_of_change_never_contradict_the_numbers(before: int, after: int) -> None:
    points = {("21", "enterprises"): [Point(2029, before), Point(2030, after)]}
    text = paragraph(OpenData(points=points), 2030)  # type: ignore[arg-type]
    assert ("ökade" in text) <= (after > before)
    assert ("minskade" in text) <= (after < before)
    assert ("företag oförändrat" in text) == (after == before)


@given(st.integers(0, 1000), st.integers(0, 1000))
def test_the_change_of_a_key_figure_never_points_the_wrong_way(now: int, then: int) -> None:
    text = since(now, then, "2019", "sv")
    assert text.startswith({1: "↑", -1: "↓", 0: "="}[(now > then) - (now < then)])
    assert ("fler" in text) == (now > then)
    assert ("färre" in text) == (now < then)


def test_the_head_of_the_report_is_the_latest_year(data: OpenData) -> None:
    assert (
        plain(counts(charts_of(data), "sv")) == "2020: 28 företag, 209 anställda och 123 placerade."
    )
    found = {figure.key: figure for figure in key_figures(charts_of(data), "sv")}
    assert found["placed"].mark == "s"
    assert [plain(each) for each in found["placed"].changes] == [
        "↓ 7 färre än 2019 (angivna totaler; delarna ger 13 färre)",
        "↓ 121 färre än toppåret 2018 (angivna totaler; delarna ger 126 färre)",
    ]
    assert found["employees"].changes == ("↑ 3 fler än 2019", "↑ 30 fler än första året 2016")
    assert found["enterprises"].changes == ("= oförändrat sedan 2019", "↓ 6 färre än toppåret 2017")
    assert counts({}, "sv") == ""


def test_nothing_published_has_no_paragraph(tmp_path: Path) -> None:
    assert paragraphs(read(tmp_path / "none.db"), "sv") == []

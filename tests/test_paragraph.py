"""The yearly paragraph carries every printed figure, in good Swedish and English."""

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reports.charts import Coverage, Language, Point
from reports.key_figures import headline, key_figures, since
from reports.open_data import OpenData
from reports.paragraph import paragraph, paragraphs
from reports.series import read
from survey_data import register, shipped
from survey_data.database import Store
from survey_data.migrations import migrate
from survey_data.publish import Places, publish

YEARS = (2016, 2017, 2018, 2019, 2020)
LANGUAGES = pytest.mark.parametrize("language", ["sv", "en"])


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> OpenData:
    """What an association that has printed its series and nothing more publishes."""
    folder = tmp_path_factory.mktemp("published")
    survey = Store(folder / "survey.db")
    migrate.apply(survey.db)
    register.load_municipalities(survey.db)
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
    line = next(x for x in shipped.lines("inventory_2016_2020") if int(x["year"]) == year)
    for column, value in line.items():
        if column != "source":
            assert value in numbers, column
    [reached] = [
        x["persons"]
        for x in shipped.lines("information_reach_2016_2020")
        if x["row_type"] == "year" and int(x["year"]) == year
    ]
    assert reached in numbers
    for place in shipped.lines("supervised_places_2016_2018"):
        if int(place["year"]) == year:
            of = "av" if language == "sv" else "of"
            name = next(
                m["official_name"]
                for m in shipped.lines("municipalities")
                if m["municipality_code"] == place["kommunkod"]
            )
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
        " 123 personer var placerade hos dem: 81 av Arbetsförmedlingen, 26 av kommunen och 10 av"
        " övriga utan ersättning. (Källan anger 123, men delarna summerar till 117.) Jämfört med"
        " 2019 var antalet företag oförändrat, var antalet anställda i stort sett oförändrat och"
        " minskade antalet placerade. Under året nåddes 176 personer med information."
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
    assert "De hade 1 anställd: 1 kvinna och inga män." in swedish
    assert "1 person var placerad hos dem: 1 av Arbetsförmedlingen." in swedish
    assert "Under året nåddes 1 person med information." in swedish
    assert "They had 1 employee: 1 woman and no men." in english
    assert "1 person was placed with them: 1 by the Employment Service." in english
    none = made({"enterprises": 1, "employees": 0, "placed": 0, "reached": 0})
    assert "De hade inga anställda. Ingen var placerad hos dem." in paragraph(none, 2030)
    assert "nåddes ingen med information" in paragraph(none, 2030)
    assert "They had no employees. Nobody was placed with them." in paragraph(none, 2030, "en")


def test_a_hidden_figure_is_said_to_be_hidden() -> None:
    data = made({"enterprises": 30, "employees": None, "placed": 12, "placed_af": None})
    text = plain(paragraph(data, 2030))
    assert "Antalet anställda är dolt för att skydda enskilda." in text
    assert "12 personer var placerade hos dem." in text


def test_how_many_answered_is_said_where_it_is_known() -> None:
    data = made({"enterprises": 30}, coverage=(Coverage(2030, 30, 28, False),))
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
    text = since(now, then, 2019, 0, "sv")
    assert text.startswith({1: "↑", -1: "↓", 0: "="}[(now > then) - (now < then)])
    assert ("fler" in text) == (now > then)
    assert ("färre" in text) == (now < then)


def test_the_head_of_the_report_is_the_latest_year(data: OpenData) -> None:
    assert (
        plain(headline(data.charts, "sv")) == "2020: 28 företag, 209 anställda och 123 placerade."
    )
    found = {figure.key: figure for figure in key_figures(data.charts, "sv")}
    assert found["placed"].mark == "s"
    assert found["placed"].changes == ("↓ 7 färre än 2019", "↓ 33 färre än 2016")
    assert found["enterprises"].changes == ("= oförändrat sedan 2019", "↓ 6 färre än 2016")
    assert found["placed_per_enterprise"].value == "4,4"
    assert headline({}, "sv") == ""


def test_nothing_published_has_no_paragraph(tmp_path: Path) -> None:
    assert paragraphs(read(tmp_path / "none.db"), "sv") == []

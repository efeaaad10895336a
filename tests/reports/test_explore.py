"""The explorer: the address holds the choice, and what it shows is what is published."""

import csv
import io
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from reports.charts.figures.annotations import letter
from reports.charts.figures.axes import tentative
from reports.data import chart_numbers
from reports.data.chart_model import Part, Point, Words, YearCoverage
from reports.data.model import (
    OpenData,
    PublishedArea,
    PublishedIndicator,
    SameEnterprises,
)
from reports.data.reader import read
from reports.pages import explore
from reports.pages.explore import INDEX, NUMBER, PER, ExploreChoice, query
from reports.text import summaries
from reports.text.grammar import written
from survey_data.database import rows


def made(
    employees: list[Point], enterprises: list[Point] | None = None, **more: object
) -> OpenData:
    words = Words("Anställda", "Employees")
    survey_round = {
        name: PublishedIndicator(name, words, Words("personer", "persons"), words)
        for name in ("employees", "enterprises")
    }
    points = {("21", "employees"): employees}
    if enterprises:
        points["21", "enterprises"] = enterprises
    areas = (PublishedArea("county", "21", "Gävleborgs län", "Gävleborgs län"),)
    return OpenData(points=points, areas=areas, indicators=survey_round, **more)  # type: ignore[arg-type]


def chosen(shown: str = NUMBER, **more: bool) -> ExploreChoice:
    return ExploreChoice("employees", ("21",), 2016, 2020, shown, **more)


def values(
    choice: ExploreChoice, data: OpenData, column: str = "employees_21"
) -> dict[int, float | None]:
    series = explore.numbers(choice, data).series[column]
    return {point.year: point.value for point in series.points}


SQLITE = sqlite3.connect(":memory:", check_same_thread=False)
YEARLY = [Point(2016, 50), Point(2017, 75), Point(2019, None, "x"), Point(2020, 40)]


def test_numbers_are_those_published_and_a_missing_year_stays_missing() -> None:
    assert values(chosen(), made(YEARLY)) == {2016: 50, 2017: 75, 2019: None, 2020: 40}


def test_an_index_has_2016_as_100_and_never_shows_what_is_hidden() -> None:
    assert values(chosen(INDEX), made(YEARLY)) == {2016: 100, 2017: 150, 2019: None, 2020: 80}


def test_an_index_without_2016_says_which_year_is_100() -> None:
    data = made([Point(2018, 50), Point(2020, 60)])
    found = explore.numbers(chosen(INDEX), data)
    assert values(chosen(INDEX), data) == {2018: 100, 2020: 120}
    assert "index, 2018 = 100" in found.chart.subtitle.sv
    assert "2016 = 100" in explore.numbers(chosen(INDEX), made(YEARLY)).chart.subtitle.sv


def subtitle(data: OpenData, first: int = 2016) -> str:
    choice = ExploreChoice("employees", ("21",), first, 2020, INDEX)
    return explore.numbers(choice, data).chart.subtitle.sv


def test_the_base_is_named_also_where_its_year_is_not_shown() -> None:
    choice = ExploreChoice("employees", ("21",), 2017, 2020, INDEX)
    assert values(choice, made(YEARLY)) == {2017: 150, 2019: None, 2020: 80}
    assert subtitle(made(YEARLY), 2017).endswith("index, 2016 = 100")


def test_a_year_with_nobody_cannot_be_the_base() -> None:
    data = made([Point(2016, 0), Point(2017, 5), Point(2018, 10)])
    assert values(chosen(INDEX), data) == {2016: 0, 2017: 100, 2018: 200}
    assert subtitle(data).endswith("index, 2017 = 100")
    nobody = made([Point(2016, 0), Point(2017, None, "x")])
    assert values(chosen(INDEX), nobody) == {}


def test_lines_with_a_base_each_say_so() -> None:
    data = made(YEARLY, same=(SameEnterprises("employees", 2018, 50, 60, 10, False),))
    assert explore.numbers(chosen(INDEX), data).chart.subtitle.sv.endswith("2016 = 100")
    both = explore.numbers(chosen(INDEX, same=True), data).chart.subtitle
    assert "första året" in both.sv
    assert "first year" in both.en


def test_per_enterprise_divides_by_those_that_answered_where_it_is_known() -> None:
    data = made(
        [Point(2019, 60), Point(2020, 60)],
        [Point(2019, 30), Point(2020, 30)],
        coverage=(YearCoverage(2019, None, None, False), YearCoverage(2020, 30, 24, False)),
    )
    assert values(chosen(PER), data) == {2019: 2.0, 2020: 2.5}


def test_what_enterprises_do_not_answer_is_divided_by_all_of_them() -> None:
    data = made([], [Point(2020, 30)], coverage=(YearCoverage(2020, 30, 24, False),))
    choice = ExploreChoice("enterprises", ("21",), 2016, 2020, PER)
    assert values(choice, data, "enterprises_21") == {2020: 1.0}


def test_same_enterprises_are_chained_year_upon_year() -> None:
    same = (
        SameEnterprises("employees", 2018, 50, 60, 10, False),
        SameEnterprises("employees", 2019, 55, 44, 9, False),
    )
    found = values(chosen(INDEX, same=True), made(YEARLY, same=same), "employees_same")
    assert found == {2017: 100, 2018: 120, 2019: 96}


@given(
    st.dictionaries(st.integers(2016, 2030), st.one_of(st.none(), st.integers(0, 900)), min_size=1),
    st.sampled_from([NUMBER, INDEX]),
)
def test_titles_never_contradict_the_numbers(found: dict[int, int | None], shown: str) -> None:
    points = [Point(y, v, "n" if v is not None else "x") for y, v in sorted(found.items())]
    data = made(points)
    choice = ExploreChoice("employees", ("21",), 2016, 2030, shown)
    numbers = explore.numbers(choice, data)
    visible = [p.value for p in numbers.series["employees_21"].visible]
    title = explore.title(numbers, choice, data, "sv")
    if len(visible) > 1:
        a, b = (written(value or 0, "sv") for value in (visible[0], visible[-1]))
        said = f"oförändrat {a}" if a == b else f"från {a} till {b}"
        assert f": {said} i Gävleborgs län" in title


@given(
    st.dictionaries(
        st.sampled_from(["matt", "omrade", "fran", "till", "visa", "samma", "skattning", "x"]),
        st.lists(st.text(max_size=8) | st.sampled_from(["employees", "21", "2018"]), max_size=3),
    )
)
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_any_address_gives_a_view_that_its_own_address_gives_again(
    asked: dict[str, list[str]],
) -> None:
    from urllib.parse import parse_qs

    data = made(YEARLY)
    choice = explore.choice(asked, data)
    assert choice is not None
    assert explore.choice(parse_qs(choice.address), data) == choice


@given(st.integers(0, 9999), st.integers(1, 999), st.sampled_from([0, 1]))
def test_a_ratio_is_rounded_as_the_data_browser_rounds_it(
    above: int, below: int, decimals: int
) -> None:
    found = chart_numbers.divided(above, below, decimals)
    [[asked]] = SQLITE.execute(f"SELECT round(1.0 * {above} / {below}, {decimals})")
    assert found == asked
    assert chart_numbers.divided(1, 8, 1) == 0.1
    assert chart_numbers.divided(17, 4, 1) == 4.3


def test_ratios_inherit_the_most_doubtful_mark_and_hide_what_is_hidden() -> None:
    part = Part("x", "placed", Words("", ""), "navy", of=("enterprises",), decimals=1)
    above = [Point(2018, 9, "s"), Point(2019, None, "x"), Point(2020, 9, "p"), Point(2021, 9)]
    below = [Point(2018, 3), Point(2019, 3), Point(2020, 2, "e"), Point(2021, 0)]
    found = chart_numbers.ratios(part, above, [below], {})
    assert [(p.year, p.value, p.status) for p in found] == [
        (2018, 3.0, "s"),
        (2019, None, "x"),
        (2020, 4.5, "p"),
    ]


@pytest.mark.parametrize("way", [NUMBER, PER, INDEX])
@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_page_shows_the_choice_without_javascript(
    demonstration: Flask, way: str, language: str
) -> None:
    address = f"/rapport/utforska?matt=placed&omrade=21&fran=2017&till=2019&visa={way}"
    html = demonstration.test_client().get(f"{address}&lang={language}").get_data(as_text=True)
    assert '<option value="placed" selected>' in html
    assert re.search(r'value="21" checked', html)
    assert re.search(rf'value="{way}" checked', html)
    assert html.count("data-year=") == 3
    assert "<svg" in html


def test_the_files_hold_what_open_db_holds(demonstration: Flask, db: Database) -> None:
    client = demonstration.test_client()
    address = "matt=enterprises&omrade=HALSINGLAND&omrade=GASTRIKLAND&fran=2016&till=2020"
    text = client.get(f"/rapport/utforska.csv?{address}").data.decode("utf-8-sig")
    table = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    expected = rows(
        Database(demonstration.config["OPEN_DB"]),
        "SELECT year, area_code, value FROM observations WHERE indicator = 'enterprises'"
        " AND area_type = 'province'",
    )
    found = {row["year"]: row for row in table}
    assert len(expected) == 10
    for row in expected:
        column = f"enterprises_{row['area_code'].lower()}"
        assert found[str(row["year"])][column] == str(row["value"])
    assert client.get(f"/rapport/utforska.svg?{address}").data.startswith(b"<svg")


# A municipality whose figure of 2020 stands as in an earlier release.
STANDS = ("Talet står som i utgåva 2020-1.", "The figure stands as in release 2020-1.")
KEPT = [
    *((year, "municipality", "2184", "enterprises", 4, "n", "", "") for year in (2018, 2019, 2020)),
    (2018, "municipality", "2184", "employees", 20, "n", "", ""),
    (2019, "municipality", "2184", "employees", 22, "n", "", ""),
    (2020, "municipality", "2184", "employees", 90, "k", *STANDS),
]


@pytest.fixture
def incomplete(demonstration: Flask) -> Path:
    """The demonstration's open file, with years that not all answered and some are estimated."""
    path = Path(demonstration.config["OPEN_DB"])
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(
            "INSERT INTO quality VALUES"
            " (2020, 'imputed', '', 4, 'n', '', ''), (2019, 'imputed', '', NULL, 'x', '', '')"
        )
        db.execute("UPDATE coverage SET asked = 28, answered = 20 WHERE year > 2018")
        db.executemany(
            "INSERT INTO observations VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6, ?7, ?8, 'inventering')",
            KEPT,
        )
    return path


def test_nothing_is_calculated_from_a_figure_of_an_earlier_release(incomplete: Path) -> None:
    data = read(incomplete)
    views = {
        shown: ExploreChoice("employees", ("2184",), 2018, 2020, shown) for shown in explore.SHOWN
    }
    found = {shown: values(view, data, "employees_2184") for shown, view in views.items()}
    assert found == {
        NUMBER: {2018: 20, 2019: 22, 2020: 90},
        PER: {2018: 5, 2019: 5.5, 2020: None},
        INDEX: {2018: 100, 2019: 110, 2020: None},
    }
    # Nothing is hidden there: it says that the figure it would be made of is an earlier one.
    for shown in (PER, INDEX):
        [part] = explore.numbers(views[shown], data).parts
        [last] = [point for point in part.points if point.year == 2020]
        assert (last.status, last.note.in_("sv")) == ("k", STANDS[0])
        marks = {note.mark for note in summaries.notes(explore.numbers(views[shown], data))}
        assert ("k" in marks, "x" in marks) == (True, False)
    # The picture has it with its sign, the words about what happened do without it.
    numbers = explore.numbers(views[NUMBER], data)
    assert explore.title(numbers, views[NUMBER], data, "sv").endswith("(2018–2019)")
    assert "90 (2020, kvar från en tidigare utgåva)" in explore.summary(numbers, "sv")
    [last] = [point for point in numbers.parts[0].points if point.year == 2020]
    assert (letter(last), tentative(numbers, last)) == ("k", True)
    notes = {note.mark: note.text for note in summaries.notes(numbers)}
    assert notes["k"].startswith("Kvar från tidigare utgåva.")
    assert f"2020: {STANDS[0]}" in notes.values()


def test_the_query_behind_every_view_gives_its_figures(incomplete: Path) -> None:
    data = read(incomplete)
    views = [
        ExploreChoice(indicator, codes, first, 2020, shown, same=True)
        for indicator in explore.indicators(data)
        for codes in codes_of(data, indicator)
        for first in (2016, 2018)
        for shown in explore.SHOWN
    ]
    assert len(views) > 100
    beside = set()
    with closing(sqlite3.connect(incomplete)) as db:
        for view in views:
            found = db.execute(query(view, data)).fetchall()
            every = explore.numbers(view, data).series.values()
            shown = [(p.year, p.value) for series in every for p in series.visible]
            assert sorted((r[0], r[3]) for r in found if r[3] is not None) == sorted(shown), view
            beside |= {row[2] for row in found}
    assert "employees_same" in beside


def codes_of(data: OpenData, indicator: str) -> list[tuple[str, ...]]:
    """Each area alone, and the first few together."""
    codes = tuple(area.code for area in explore.areas(data, indicator))
    return [*((code,) for code in codes), codes[: explore.MOST_AREAS]]


def test_the_explorer_lives_without_data(app: Flask) -> None:
    client = app.test_client()
    assert "Inga siffror att visa" in client.get("/rapport/utforska").get_data(as_text=True)
    assert client.get("/rapport/utforska.csv").status_code == 404

"""Honest trends: all and the same enterprises, with and without estimates, said out loud."""

from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from reports.charts import same_enterprises, waterfall
from reports.charts.cards import ChartCard, card_of
from reports.charts.county_change import pairs_of
from reports.data import chart_numbers
from reports.data.chart_model import Part, Point, Words, YearCoverage
from reports.data.model import ChangePart, Estimate, OpenData, PublishedChange, SameEnterprises
from reports.data.reader import read


@pytest.fixture
def data(demonstration: Flask) -> OpenData:
    return read(demonstration.config["OPEN_DB"])


def with_changes(data: OpenData, signs: str = "n", **more: Any) -> OpenData:
    """Employees from 50 to 40 in 2030, published as 40 with these signs."""
    ends = ChangePart("before", 50, None), ChangePart("after", 40, None)
    changes = (
        PublishedChange("employees", 2030, (ends[0], ChangePart("stayed", -10, 9), ends[1]), False),
    )
    totals = [Point(2029, 50), Point(2030, 40, signs[0], signs=signs)]
    points = {("21", "employees"): totals}
    return replace(data, changes=changes, points=points, **more)


FEW = (SameEnterprises("employees", 2030, 40, 41, 12, False),)


def texts(card: ChartCard | None) -> tuple[dict[str, list[str]], str]:
    """The table's cells by year, and all notes."""
    assert card is not None
    cells = {row.heading: [c.text + c.sign for c in row.cells] for row in card.table.rows}
    return cells, " ".join(f"{note.mark} {note.text}" for note in card.notes)


def picture(card: ChartCard | None) -> str:
    """The drawing, as it stands in the page."""
    return str(card.wide) if card else ""


def test_a_published_sum_with_estimates_says_so_and_how_much_where_that_is_published(
    data: OpenData,
) -> None:
    found = with_changes(data, "pe", same=FEW)
    cells, notes = texts(card_of("same_employees", found, "sv"))
    assert cells == {"2030": ["−10pe", "+1", "12"]}
    assert "framskrivna" in notes
    assert "procent av summan" not in notes
    known = replace(found, estimates=(Estimate("employees", 2030, 7, 3),))
    _, notes = texts(card_of("same_employees", known, "sv"))
    assert "2030: 3\u00a0företag är skattade, 7 procent av summan." in notes


def test_thousands_stand_whole_in_a_sentence_and_without_a_letter(data: OpenData) -> None:
    found = with_changes(data, "s", same=FEW)
    totals = [Point(2029, 50_000), Point(2030, 40_000, "s")]
    card = card_of("same_employees", replace(found, points={("21", "employees"): totals}), "sv")
    assert card is not None
    assert "alla företag −10\u00a0000, samma 12 företag +1, de 12 räknade före" in card.summary


def test_a_year_whose_same_enterprises_are_hidden_stands_with_its_sign(data: OpenData) -> None:
    """Years before are no reason to be silent about the latest."""
    card = card_of("same_employees", data, "sv")
    cells, notes = texts(card)
    assert len(cells["2019"]) == 3
    assert cells["2019"][-2:] == ["x", "x"]
    assert cells["2020"][-2:] == ["+3", "28"]
    assert "x Dold" in notes
    last = [each for each in data.same if each.year == 2018]
    title = same_enterprises.title(
        pairs_of(replace(data, same=tuple(last)), "employees")[-1], "employees", "sv"
    )
    assert title == "Fler anställda 2020 bland alla – bland samma företag är det dolt"


def test_sums_that_are_not_the_stated_ones_are_explained_at_both_charts(data: OpenData) -> None:
    for key in ("same_placed", "change_placed"):
        _, notes = texts(card_of(key, data, "sv"))
        assert "s 2020: källan anger 123, men svaren summerar till 117." in notes


def test_the_sums_of_a_bridge_have_the_signs_of_the_published_totals(data: OpenData) -> None:
    card = card_of("change_employees", with_changes(data, "pe"), "sv")
    cells, notes = texts(card)
    assert cells["2030"][0] == "40pe"
    assert "40\u00a0pe" in picture(card)
    assert "e Skattad" in notes
    assert "p Preliminär" in notes


def test_an_estimated_part_is_no_reason_for_a_change(data: OpenData) -> None:
    """It says what is guessed, not what has happened."""
    parts = (ChangePart("before", 40, None), ChangePart("non_response", 9, 3))
    change = PublishedChange("employees", 2030, (*parts, ChangePart("after", 49, None)), False)
    assert waterfall.title(change, "sv") == "Nio fler anställda 2030 än året innan"
    card = card_of("change_employees", replace(data, changes=(change,)), "sv")
    assert "Svar saknas något av åren" in texts(card)[0]


@pytest.mark.parametrize(
    ("estimated", "per"), [(0, 6.0), (5, 4.0), (None, None)], ids=["none", "five", "few"]
)
def test_placed_per_enterprise_counts_those_that_are_in_the_sum(
    estimated: int | None, per: float | None
) -> None:
    part = Part("x", "placed", Words("", ""), "navy", of=("enterprises",), decimals=1)
    coverage = {2030: YearCoverage(2030, 20, 10, False, estimated)}
    [point] = chart_numbers.ratios(part, [Point(2030, 60)], [[Point(2030, 20)]], coverage)
    assert (point.value, point.status) == (per, "n" if per else "x")


def test_a_change_that_is_not_of_the_latest_year_says_so(data: OpenData) -> None:
    points = {**data.points, ("21", "employees"): [*data.points["21", "employees"], Point(2021, 9)]}
    for key in ("same_employees", "change_employees"):
        assert "Förändringen till" not in texts(card_of(key, data, "sv"))[1]
        _, notes = texts(card_of(key, replace(data, points=points), "sv"))
        assert "Förändringen till 2021 visas inte" in notes

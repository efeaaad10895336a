"""What an enterprise gets back: itself beside the county's median, and its share."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlite_utils import Database

from forms.respondent.trend_chart import (
    FLOOR,
    NARROW,
    WIDE,
    ChartSize,
    TrendChart,
    TrendPoint,
    chart,
)
from survey_data.database import scalar
from survey_data.rounds import invitations
from survey_data.statistics.enterprise_comparison import (
    FEWEST,
    Share,
    compare,
    employed_share,
    safe_median,
    target_share,
)
from tests.conftest import BASE
from tests.support.http_visitor import Visitor


@pytest.mark.parametrize(
    ("values", "digits", "shown"),
    [
        ([4, 5, 5, 6, 6, 6, 7, 9], 0, 6),
        ([4, 5, 5, 6, 6, 6, 7], 0, None),  # too few answered
        ([1, 1, 1, 2, 12, 13, 13, 13], 0, None),  # (2 + 12) / 2 would tell one from the other
        ([1, 2, 3, 4, 40, 70, 90, 95, 99], 0, None),  # 40 is one enterprise's own number
        ([1, 2, 3, 4, 5, 6, 7, 8, 99], 0, None),  # only three are near
        ([1, 2, 3, 4, 5, 6, 6, 8, 99], 0, 5),
        ([0.5, 0.52, 0.48, 0.55, 1.0, 0.2, 0.9, 0.1], 1, 0.5),
        ([0.1, 0.3, 0.5, 0.7, 0.9, 1.1, 1.3, 1.5], 1, None),
        ([], 0, None),
    ],
)
def test_a_median_is_shown_where_it_points_at_nobody(
    values: list[float], digits: int, shown: float | None
) -> None:
    assert safe_median(values, digits) == shown


def test_whoever_owns_one_middle_value_cannot_work_out_the_other() -> None:
    """Every other value that fits what is shown, with mine known, leaves several to choose from."""
    mine, others = 6, [3, 4, 5, 6, 7, 8, 9]
    shown = safe_median([mine, *others])
    fits = {
        guess
        for guess in range(20)
        if safe_median([mine, guess, *others[:3], *others[4:]]) == shown
    }
    assert len(fits) >= 3


@pytest.mark.parametrize(
    ("answers", "share"),
    [
        ({"employees_total": 10, "placed_total": 5, "emp_target_group": 4}, Share(9, 15)),
        ({"employees_total": 0, "placed_total": 3, "emp_target_group": 0}, Share(3, 3)),
        ({"employees_total": 0, "placed_total": 0, "emp_target_group": 0}, None),
        ({"employees_total": 3, "placed_total": 0, "emp_target_group": 4}, None),
        ({"employees_total": 10, "placed_total": 5}, None),
        ({"employees_total": True, "placed_total": 5, "emp_target_group": 1}, None),
    ],
)
def test_the_share_is_that_of_everybody_who_works_there(
    answers: dict[str, int | None], share: Share | None
) -> None:
    assert target_share(answers) == share


def test_a_share_just_under_the_bound_is_neither_rounded_up_nor_called_enough() -> None:
    assert (Share(299, 1000).percent, Share(299, 1000).is_enough) == (29, False)
    assert (Share(3, 10).percent, Share(3, 10).is_enough) == (30, True)
    assert employed_share({"employees_total": 8, "emp_target_group": 3}) == Share(3, 8)
    assert employed_share({"employees_total": 0, "emp_target_group": 0}) is None


@given(*[st.integers(0, 60)] * 4, st.sampled_from([WIDE, NARROW]))
def test_no_number_of_a_trend_stands_on_another_or_on_a_point(
    employed: int, placed: int, later: int, last: int, size: ChartSize
) -> None:
    lines = {"Anställda": {2020: employed, 2021: later}, "Placerade": {2020: placed, 2021: last}}
    drawn = chart(size, lines, ("one", "two"))
    tops = [line.first_y for line in drawn.series]
    assert round(abs(tops[0] - tops[1]), 1) >= 14
    for y in tops:
        # Letters are 11 high, a point has a radius of 5.
        assert all(point.y + 5 <= y - 11 or point.y - 5 >= y for point in _first(drawn))
        assert y <= FLOOR
    # Tenths of a point, and no more exact than that.
    assert round(abs(drawn.series[0].label_y - drawn.series[1].label_y), 1) >= 18


def _first(drawn: TrendChart) -> list[TrendPoint]:
    return [line.points[0] for line in drawn.series]


def test_nothing_is_compared_before_a_release(db: Database, tmp_path: Path) -> None:
    assert compare(db, tmp_path / "analysts.db", 1) is None


def test_the_page_shows_the_county_beside_the_enterprise_as_released(
    demonstration: Flask, db: Database, new_visitor: Callable[[], Visitor]
) -> None:
    row = db.conn.execute(
        "SELECT i.id, i.enterprise_id FROM invitation i JOIN round r ON r.id = i.round_id"
        " WHERE r.closed_at IS NULL AND i.id NOT IN (SELECT invitation_id FROM response)"
        " AND i.id NOT IN (SELECT invitation_id FROM draft) ORDER BY i.id LIMIT 1"
    ).fetchone()
    found = compare(db, Path(demonstration.config["ANALYSTS_DB"]), row[1])
    assert found is not None
    assert found.answered >= FEWEST
    own = scalar(
        db,
        "SELECT p.employees_total FROM response p JOIN invitation i ON i.id = p.invitation_id"
        " JOIN round r ON r.id = i.round_id WHERE r.year = ? AND i.enterprise_id = ?"
        " ORDER BY p.version DESC LIMIT 1",
        [found.year, row[1]],
    )
    employees = found.measures[0]
    assert employees.own == own
    visitor = new_visitor()
    page = visitor.open(f"{BASE}/s/{invitations.new_link(db, row[0])}")
    visitor.submit(page, page.forms()[-1])
    words = " ".join(re.sub(r"<[^>]+>", " ", visitor.open("/svara/ert-foretag").text).split())
    assert f"Ni och länet {found.year}" in words
    county = "x" if employees.county is None else int(employees.county)
    assert f"Anställda {own} {county}" in words
    assert "(exempel)" in words
    assert "Exempel. Företaget och siffrorna är påhittade." in words

"""What stands beside the county's figures: changes that add up, comments, and outcomes."""

import pytest
from sqlite_utils import Database

from survey_data.database import rows, scalar
from survey_data.publishing import comments
from survey_data.publishing.publish import Places, publish
from survey_data.rounds import rounds
from survey_data.statistics import population


@pytest.fixture
def places(demonstration: object, app: object) -> Places:
    config = app.config  # type: ignore[attr-defined]
    return Places(config["ANALYSTS_DB"], config["OPEN_DB"], config["RELEASES_DIR"])


def test_the_published_changes_add_up_to_the_sums_of_the_answers(
    db: Database, places: Places
) -> None:
    open_db = Database(places.open)
    found = rows(open_db, "SELECT * FROM changes WHERE indicator = 'employees' ORDER BY year")
    years = sorted({row["year"] for row in found})
    assert years
    for each in years:
        parts = {r["component"]: r["value"] for r in found if r["year"] == each}
        before, after = parts.pop("before"), parts.pop("after")
        assert before + sum(parts.values()) == after
        survey_round = next(r for r in rounds.all_rounds(db) if r.year == each)
        inside = (a.numbers or {} for a in population.answered(db, survey_round) if a.in_scope)
        assert after == sum(numbers.get("employees_total") or 0 for numbers in inside)
    few = "enterprises BETWEEN 1 AND 2"
    for table in ("changes", "same_enterprises", "estimates"):
        assert scalar(open_db, f"SELECT count(*) FROM {table} WHERE {few}") == 0
    assert scalar(open_db, "SELECT min(is_example) FROM changes") == 1


def test_a_comment_goes_out_with_the_next_release_and_can_be_taken_away(
    db: Database, places: Places
) -> None:
    open_db = Database(places.open)
    published = "SELECT * FROM comments ORDER BY year, chart"
    before = rows(open_db, published)
    assert [(row["year"], row["chart"]) for row in before] == [(2019, "placed"), (2020, "placed")]
    comments.save(db, 2018, "placed", "Kontoren.", "The offices.", "Anna Ek", "test")
    assert rows(open_db, published) == before
    publish(db, places, "test")
    row, *others = rows(open_db, published)
    assert (row["year"], row["chart"], row["text_sv"]) == (2018, "placed", "Kontoren.")
    assert (row["signed"], others) == ("Anna Ek", before)
    comments.save(db, 2018, "placed", "", "", "Anna Ek", "test")
    publish(db, places, "test")
    assert rows(open_db, published) == before
    trail = "SELECT action FROM audit WHERE action LIKE 'comment%' AND actor = 'test' ORDER BY id"
    assert [r["action"] for r in rows(db, trail)] == ["comment_written", "comment_taken_away"]


def test_outcomes_are_published_for_the_whole_period_only(places: Places) -> None:
    open_db = Database(places.open)
    found = rows(open_db, "SELECT period, outcome, value FROM place_outcomes")
    assert {row["period"] for row in found} == {"2016–2018"}
    assert {row["outcome"]: row["value"] for row in found} == {
        "to_work": 1,
        "to_af": 1,
        "returned": 7,
        "extended": 1,
        "not_stated": 1,
    }

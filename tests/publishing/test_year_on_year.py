"""A county total's change, taken apart so that no enterprise can be told."""

from dataclasses import replace
from itertools import chain, combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlite_utils import Database

from survey_data.database import rows, scalar
from survey_data.publishing import comments
from survey_data.publishing.publish import Places, publish
from survey_data.responses import responses
from survey_data.review import review
from survey_data.review.review import Ruling
from survey_data.rounds import rounds
from survey_data.statistics.tabulation import Answered
from survey_data.statistics.year_on_year import Component, change, protect
from survey_data.statistics.year_on_year_tables import answered_by_enterprise


def year(amounts: dict[int, int | None], closed: tuple[int, ...] = ()) -> dict[int, Answered]:
    """A round: {enterprise: employees}; None is no answer."""
    return {
        key: Answered(
            key,
            "2184",
            None if amount is None else {"employees_total": amount},
            "closed" if key in closed else None,
        )
        for key, amount in amounts.items()
    }


def test_a_change_is_told_apart_by_who_came_went_grew_and_shrank() -> None:
    before = year({1: 9, 2: 9, 3: 9, 4: 9, 5: 9, 6: 9, 7: 2, 8: 3, 9: 4, 10: None})
    after = year({1: 12, 2: 14, 3: 15, 4: 6, 5: 4, 6: 1, 10: None, 11: 2, 12: 3, 13: 4, 14: 0})
    found = change(before, after, "employees")
    assert found is not None
    assert (found.before, found.after) == (63, 61)
    assert [(c.name, c.value, c.enterprises) for c in found.components] == [
        ("started", 9, 4),
        ("ceased", -9, 3),
        ("grew", 14, 3),
        ("shrank", -16, 3),
    ]
    assert found.same is not None
    assert (found.same.before, found.same.after, found.same.enterprises) == (54, 52, 6)


@pytest.mark.parametrize(
    ("amounts", "shown"),
    [
        # Whoever has the most knows what the others have together: five is enough of it.
        ((9, 3, 2), True),
        ((9, 3, 1), False),
        # Nobody is added by one that has nothing.
        ((9, 9, 0), False),
    ],
)
def test_three_that_ceased_are_shown_only_if_each_is_left_uncertain_of_the_others(
    amounts: tuple[int, int, int], shown: bool
) -> None:
    staying = dict.fromkeys(range(10, 16), 9)
    before = year(staying | dict(enumerate(amounts)))
    after = year({n: 14 if n % 2 else 4 for n in staying})
    found = change(before, after, "employees")
    assert found is not None
    assert ("ceased" in [c.name for c in found.components]) == shown


def test_many_that_grew_by_one_each_are_not_told_apart() -> None:
    before = year(dict.fromkeys(range(9), 5))
    after = year({n: 6 if n < 5 else 1 for n in range(9)})
    found = change(before, after, "employees")
    assert found is not None
    # Five that grew, by five together: each of them by one.
    assert [(c.name, c.value) for c in found.components] == [("stayed", -11)]


def test_those_who_did_not_answer_have_not_ceased() -> None:
    before = year({1: 5, 2: 5, 3: 5, 4: 5, 5: 5, 6: 5})
    after = year({1: None, 2: None, 3: None, 4: 5, 5: 5, 6: 5})
    found = change(before, after, "employees")
    assert found is not None
    assert [(c.name, c.value) for c in found.components] == [("no_answer", -15)]
    assert found.no_answer is not None


def test_one_that_has_closed_is_outside_though_it_was_asked() -> None:
    before = year(dict.fromkeys(range(6), 5))
    after = year(dict.fromkeys(range(6), 5), closed=(0, 1, 2))
    found = change(before, after, "enterprises")
    assert found is not None
    assert (found.before, found.after) == (6, 3)
    assert [(c.name, c.enterprises) for c in found.components] == [("ceased", 3)]


def test_a_single_newcomer_is_never_shown_and_neither_is_the_sum_that_would_tell() -> None:
    before = year({1: 5, 2: 5, 3: 5})
    after = year({1: 8, 2: 8, 3: 8, 4: 9})
    found = change(before, after, "employees")
    assert found is not None
    assert [(c.name, c.value, c.enterprises) for c in found.components] == [("other", 18, 4)]
    assert found.same is None


def test_a_lone_change_is_not_shown_at_all() -> None:
    before, after = year({1: 5, 2: 5, 3: 5}), year({1: 5, 2: 5, 3: 6})
    assert change(before, after, "employees") is None


def guess(found: dict[int, Answered], *keys: int) -> dict[int, Answered]:
    """The same year, with these numbers carried forward for those who did not answer."""
    return found | {key: replace(found[key], is_estimated=True) for key in keys}


def test_estimated_enterprises_are_a_part_of_their_own_and_never_the_same() -> None:
    before = year(dict.fromkeys(range(9), 5))
    after = guess(year(dict.fromkeys(range(6), 7) | dict.fromkeys((6, 7, 8), 8)), 6, 7, 8)
    found = change(before, after, "employees")
    assert found is not None
    assert (found.before, found.after) == (45, 66)
    assert [(c.name, c.value, c.enterprises) for c in found.components] == [
        ("estimated", 9, 3),
        ("grew", 12, 6),
    ]
    assert found.same is not None
    assert (found.same.before, found.same.after, found.same.enterprises) == (30, 42, 6)


@pytest.mark.parametrize("size", [5, 6])
def test_two_estimated_enterprises_are_not_what_the_same_leave_of_all(size: int) -> None:
    before = year(dict.fromkeys(range(8), 5))
    after = guess(year(dict.fromkeys(range(6), 6) | dict.fromkeys((6, 7), size)), 6, 7)
    found = change(before, after, "employees")
    assert found is not None
    assert found.same is None
    assert all(c.enterprises >= 3 for c in found.components)


NAMES = ("started", "answered_again", "ceased", "no_answer", "grew", "shrank", "estimated")
KIND = {name: place // 2 for place, name in enumerate(NAMES)}


@given(st.dictionaries(st.sampled_from(NAMES), st.integers(1, 6)))
def test_no_sum_a_reader_can_form_has_fewer_than_three_enterprises(sizes: dict[str, int]) -> None:
    raw = [Component(name, 10, sizes[name]) for name in NAMES if name in sizes]
    shown, is_whole = protect(raw)
    if shown is None:
        assert sum(sizes.values()) < 3
        return
    assert sum(c.enterprises for c in shown) == sum(sizes.values())
    assert all(c.enterprises >= 3 for c in shown)
    if is_whole:
        # The same-enterprises figures show the sum of each kind: every component lies in one.
        by_kind = [sum(sizes.get(n, 0) for n in NAMES if KIND[n] == kind) for kind in range(4)]
        assert all(count == 0 or count >= 3 for count in by_kind)
        assert not any(c.name == "other" for c in shown)
    else:
        assert [c.name for c in shown].count("other") == 1
    blocks = chain.from_iterable(combinations(shown, n) for n in range(1, len(shown) + 1))
    assert all(sum(c.enterprises for c in block) >= 3 for block in blocks)


@pytest.fixture
def places(demonstration: object, app: object) -> Places:
    config = app.config  # type: ignore[attr-defined]
    return Places(config["ANALYSTS_DB"], config["OPEN_DB"])


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
        answered = answered_by_enterprise(db, survey_round).values()
        inside = (a.numbers or {} for a in answered if a.in_scope)
        assert after == sum(numbers.get("employees_total") or 0 for numbers in inside)
    few = "SELECT count(*) FROM changes WHERE enterprises < 3"
    assert scalar(open_db, few) == 0
    assert scalar(open_db, "SELECT count(*) FROM same_enterprises WHERE enterprises < 3") == 0
    assert scalar(open_db, "SELECT min(is_example) FROM changes") == 1


def test_a_sum_of_answers_that_is_not_published_is_not_told(db: Database, places: Places) -> None:
    """One answer corrected in a year that stays as printed would be the change of that sum."""
    _, last = max(responses.of_year(db, 2018), key=lambda found: found[1].id)
    women, men = (last.answers[f"employees_{name}"] for name in ("women", "men"))
    more = {"employees_women": women + 1, "employees_total": women + 1 + men}
    review.correct(db, last.id, more, "Ringde.", Ruling("staff 1"))
    publish(db, places, "test")
    open_db = Database(places.open)
    told = rows(open_db, "SELECT DISTINCT year, indicator FROM changes ORDER BY year")
    years = {row["year"] for row in told if row["indicator"] == "employees"}
    assert years == {2017, 2020}
    assert {row["year"] for row in told if row["indicator"] == "placed"} >= {2018, 2019}
    same = "SELECT count(*) FROM same_enterprises WHERE indicator = 'employees' AND year = 2018"
    assert scalar(open_db, same) == 0


def test_a_comment_goes_out_with_the_next_release_and_can_be_taken_away(
    db: Database, places: Places
) -> None:
    comments.save(db, 2020, "placed", "Pandemin.", "The pandemic.", "Anna Ek", "test")
    open_db = Database(places.open)
    assert scalar(open_db, "SELECT count(*) FROM comments") == 0
    publish(db, places, "test")
    [row] = rows(open_db, "SELECT * FROM comments")
    assert (row["chart"], row["text_sv"], row["signed"]) == ("placed", "Pandemin.", "Anna Ek")
    comments.save(db, 2020, "placed", "", "", "Anna Ek", "test")
    publish(db, places, "test")
    assert rows(open_db, "SELECT * FROM comments") == []
    trail = "SELECT action FROM audit WHERE action LIKE 'comment%' ORDER BY id"
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

"""Figures that do not add up: which slip is likeliest, with and without last year to go by."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.checks.suggested_corrections import Imbalance, Suggestion, suggested_corrections

PARTS = ("women", "men", "not_stated")
LAST = {"total": 12, "women": 7, "men": 5, "not_stated": 0}
NOBODY_ASKED: dict[str, int | None] = {}


def slip(
    total: int,
    *parts: int | None,
    last_year: dict[str, int | None] | dict[str, int] = NOBODY_ASKED,
    last_typed: str = "",
) -> tuple[Suggestion, ...]:
    return suggested_corrections(
        Imbalance(("total", total), dict(zip(PARTS, parts, strict=False)), last_year, last_typed)
    )


def offered(found: tuple[Suggestion, ...]) -> list[tuple[str, dict[str, int]]]:
    return [(each.kind, dict(each.changes)) for each in found]


numbers = st.integers(0, 400)
parts = st.lists(st.none() | numbers, min_size=2, max_size=5)


@given(numbers, parts, st.lists(st.none() | numbers, min_size=6, max_size=6), st.integers(0, 5))
def test_every_suggestion_makes_the_parts_add_up(
    total: int, given_parts: list[int | None], before: list[int | None], typed: int
) -> None:
    names = [f"part_{place}" for place in range(len(given_parts))]
    all_names = ["total", *names]
    asked = Imbalance(
        ("total", total),
        dict(zip(names, given_parts, strict=True)),
        dict(zip(all_names, before, strict=False)),
        all_names[typed % len(all_names)],
    )
    found = suggested_corrections(asked)
    assert (found == ()) == (sum(n or 0 for n in given_parts) == total)
    assert len(found) <= 2
    assert len({each.kind for each in found}) == len(found)
    for each in found:
        after = {"total": total} | asked.given | dict(each.changes)
        assert after.pop("total") == sum(after.values())
        assert min(after.values(), default=0) >= 0
        assert set(dict(each.changes).items()) - ({("total", total)} | set(asked.given.items()))


@given(numbers, numbers, numbers)
def test_a_single_wrong_cell_is_found_when_the_rest_is_as_last_year(
    women: int, men: int, wrong: int
) -> None:
    before = {"total": women + men, "women": women, "men": men}
    if wrong != men:
        assert dict(slip(women + men, women, wrong, last_year=before)[0].changes) == {"men": men}


def test_without_last_year_the_last_part_with_somebody_comes_first() -> None:
    assert offered(slip(12, 7, 6)) == [("number", {"men": 5}), ("total", {"total": 13})]
    assert offered(slip(8, 7, 0))[0] == ("number", {"women": 8})


@pytest.mark.parametrize("name", ["women", "men", "total"])
def test_the_field_typed_last_is_corrected_first(name: str) -> None:
    assert slip(12, 7, 6, last_typed=name)[0].names == {name}


def test_last_year_tells_which_cell_is_wrong() -> None:
    assert offered(slip(12, 8, 5, last_year=LAST))[0] == ("number", {"women": 7})
    assert offered(slip(12, 7, 6, last_year=LAST))[0] == ("number", {"men": 5})
    assert offered(slip(13, 7, 5, last_year=LAST))[0] == ("total", {"total": 12})


def test_a_total_and_a_part_that_changed_places() -> None:
    assert offered(slip(7, 12, 5))[0] == ("swapped", {"total": 12, "women": 7})


def test_digits_that_changed_places() -> None:
    assert offered(slip(21, 7, 5))[0] == ("digits", {"total": 12})
    assert offered(slip(33, 12, 12))[0][0] == "digits"


def test_a_zero_too_many_or_too_few() -> None:
    assert offered(slip(120, 7, 5))[0] == ("tenfold", {"total": 12})
    assert offered(slip(75, 70, 50))[0] == ("tenfold", {"men": 5})


def test_a_part_that_was_forgotten() -> None:
    before = {"total": 13, "women": 7, "men": 5, "not_stated": 1}
    assert offered(slip(13, 7, 5, None, last_year=before))[0] == ("forgotten", {"not_stated": 1})


@pytest.mark.parametrize("typed", [-5, -15, -1])
def test_nobody_means_fewer_than_none(typed: int) -> None:
    found = slip(12, 7, typed, last_year=LAST)
    assert offered(found)[0] == ("number", {"men": 5})
    for each in found:
        assert min(({"total": 12, "women": 7, "men": typed} | dict(each.changes)).values()) >= 0

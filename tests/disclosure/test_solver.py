"""The programmes as they are asked, and that the solver keeps its words to itself."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from survey_data.disclosure.solver import Matrix, cheapest, side_by_side

COST, UP_TO_3 = np.array([3.0, 2.0]), (0.0, 3.0)
BOTH = Matrix.of(np.array([[1.0, 1.0]]))


def test_the_cheapest_values_are_found_with_what_one_more_would_cost() -> None:
    found = cheapest(COST, BOTH, (4.0, np.inf), UP_TO_3)
    assert found.is_best
    assert_allclose(found.values, [1.0, 3.0])
    assert_allclose(found.prices, [3.0])


def test_whole_numbers_are_whole() -> None:
    assert_allclose(cheapest(COST, BOTH, (4.5, np.inf), UP_TO_3).values, [1.5, 3.0])
    whole = cheapest(COST, BOTH, (4.5, np.inf), UP_TO_3, is_whole=True)
    assert_allclose(whole.values, [2.0, 3.0])


def test_where_nothing_fits_nothing_is_found() -> None:
    found = cheapest(COST, BOTH, (7.0, np.inf), UP_TO_3)
    assert not found.is_any
    assert not found.is_best
    assert_allclose(found.values, [0.0, 0.0])


def test_without_a_branch_to_try_it_is_not_said_to_be_the_best() -> None:
    weights = np.array([[3.0, 5.0, 7.0, 11.0, 13.0, 17.0]])
    cost = np.array([4.0, 6.0, 9.0, 13.0, 17.0, 21.0])
    enough = (37.0, np.inf)
    limited = cheapest(cost, Matrix.of(weights), enough, (0.0, 1.0), is_whole=True, branches=0)
    assert cheapest(cost, Matrix.of(weights), enough, (0.0, 1.0), is_whole=True, gap=0.0).is_best
    assert not limited.is_best


@pytest.mark.parametrize("count", [1, 3])
def test_several_side_by_side_are_each_solved_as_alone(count: int) -> None:
    found = cheapest(np.tile(COST, count), side_by_side([BOTH] * count), (4.0, np.inf), UP_TO_3)
    assert_allclose(found.values, np.tile([1.0, 3.0], count))


def test_a_matrix_is_the_same_however_it_is_written() -> None:
    dense = np.array([[0.0, 2.0, 0.0], [1.0, 0.0, -3.0]])
    written, listed = Matrix.of(dense), Matrix.of_entries(
        (2, 3), [(1, 2, -3.0), (0, 1, 1.5), (1, 0, 1.0), (0, 1, 0.5)]
    )  # fmt: skip
    weights = np.array([10.0, 1.0])
    for matrix in (written, listed):
        assert_allclose(matrix.weighted_sum(weights), weights @ dense)
    assert_allclose(listed.columns, written.columns)
    assert_allclose(listed.rows, written.rows)
    assert_allclose(Matrix.of_entries((2, 3), []).weighted_sum(weights), [0.0, 0.0, 0.0])


def test_the_solver_says_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    cheapest(COST, BOTH, (4.0, np.inf), UP_TO_3, is_whole=True)
    said = capfd.readouterr()
    assert said.out + said.err == ""

"""Linear programmes, in whole numbers or not, solved by HiGHS: the same answer on any machine.

Which x and y, neither above 3, make 3x + 2y least when x + y must be 4 at least:

    both = Matrix.of(np.array([[1.0, 1.0]]))
    cheapest(np.array([3.0, 2.0]), both, (4.0, np.inf), (0.0, 3.0)).values    # 1.0 and 3.0

One thread, and limits that are counts: a busy machine finds what a quiet one does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from highspy import HighsModelStatus, MatrixFormat, ObjSense, SolutionStatus

# The class above it says whose it is on everybody's terminal.
from highspy._core import _Highs as Highs

Numbers = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Places = npt.NDArray[np.intp]
# The lower ends and the upper ones, or one for all.
Ends = tuple[Numbers | float, Numbers | float]


@dataclass(frozen=True)
class Matrix:
    """A matrix that is mostly zeros: of each other entry its row, column and weight, by column."""

    height: int
    width: int
    rows: Places
    columns: Places
    weights: Numbers

    @classmethod
    def of_entries(cls, shape: tuple[int, int], entries: npt.ArrayLike) -> Matrix:
        """A matrix of so many rows and columns from entries (row, column, weight).

        What stands at the same place is added up.
        """
        height, width = shape
        rows, columns, weights = np.asarray(entries, dtype=float).reshape(-1, 3).T
        order = columns.astype(np.intp) * height + rows.astype(np.intp)
        at, which = np.unique(order, return_inverse=True)
        summed = np.bincount(which, weights, len(at)).astype(float)
        return cls(height, width, at % height, at // height, summed)

    @classmethod
    def of(cls, dense: Numbers) -> Matrix:
        """The same as a matrix that is written out."""
        columns, rows = np.nonzero(dense.T)
        height, width = dense.shape
        return cls(height, width, rows, columns, dense[rows, columns])

    def weighted_sum(self, of_rows: Numbers) -> Numbers:
        """The sum of its rows, each by its weight."""
        weighted = of_rows[self.rows] * self.weights
        return np.bincount(self.columns, weighted, self.width).astype(float)


def side_by_side(parts: Sequence[Matrix]) -> Matrix:
    """Several as one, where each has rows and columns of its own."""
    below = np.cumsum([0, *(part.height for part in parts)])
    right = np.cumsum([0, *(part.width for part in parts)])
    return Matrix(
        int(below[-1]),
        int(right[-1]),
        np.concatenate([part.rows + at for part, at in zip(parts, below, strict=False)]),
        np.concatenate([part.columns + at for part, at in zip(parts, right, strict=False)]),
        np.concatenate([part.weights for part in parts]),
    )


@dataclass(frozen=True)
class Found:
    """What a programme came to: its values (zeros where none were found), and if they are best.

    A row's price says how much more it would cost, were the row's sides one higher.
    """

    values: Numbers
    prices: Numbers
    is_any: bool
    is_best: bool


def cheapest(
    cost: Numbers,
    matrix: Matrix,
    sides: Ends,
    bounds: Ends,
    *,
    is_whole: bool = False,
    branches: int | None = None,
    gap: float | None = None,
) -> Found:
    """The values that cost the least, each within its bounds, and each row between its sides.

    In whole numbers within so many `branches`, as near to the least as the relative `gap`.
    """
    solver = Highs()
    options = {
        "output_flag": False, "threads": 1, "mip_max_nodes": branches, "mip_rel_gap": gap,
        # Those that are not whole are solved in less time than it takes to simplify them.
        "presolve": None if is_whole else "off",
    }  # fmt: skip
    for name, value in options.items():
        if value is not None:
            solver.setOptionValue(name, value)
    starts = np.searchsorted(matrix.columns, np.arange(matrix.width + 1))
    low, high = (_for_each(end, matrix.width) for end in bounds)
    least, most = (_for_each(end, matrix.height) for end in sides)
    solver.passModel(
        matrix.width, matrix.height, len(matrix.weights),
        int(MatrixFormat.kColwise), int(ObjSense.kMinimize), 0.0, cost, low, high, least, most,
        starts.astype(np.int32), matrix.rows.astype(np.int32), matrix.weights,
        np.full(matrix.width, int(is_whole), dtype=np.int32),
    )  # fmt: skip
    solver.run()
    is_any = solver.getInfo().primal_solution_status == SolutionStatus.kSolutionStatusFeasible
    solution, is_best = solver.getSolution(), solver.getModelStatus() == HighsModelStatus.kOptimal
    values = np.array(solution.col_value) if is_any else np.zeros(matrix.width)
    return Found(values, np.array(solution.row_dual), is_any, is_best)


def _for_each(end: Numbers | float, count: int) -> Numbers:
    return np.ascontiguousarray(np.broadcast_to(np.asarray(end, dtype=float), count))

"""How far an intruder can be misled about a sensitive cell, and what would mislead it further.

Each attack moves the true values as far as all that is published allows, once up and once down:

    |        | women | men | total |
    |--------|------:|----:|------:|
    | north  |    20 |   3 |    23 |
    | south  |    14 |  25 |    39 |
    | county |    34 |  28 |    62 |

With the 3 alone hidden, it follows as 23 - 20: the attack moves it nowhere. With 20, 14 and 25
hidden too, (20 - t, 3 + t; 14 + t, 25 - t) adds up for every t from -3 to 20, so the 3 may be
anything from 0 to 23: uncertain enough. The duals of the attack say which cells gave it room,
and thereby which must be hidden for there to be enough (a cut for `pattern.py`). Tables found
for one intruder are kept, for they often settle the next.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from survey_data.disclosure.cells import Cell, Intruder, Key, Problem
from survey_data.disclosure.solver import Flags, Matrix, Numbers, cheapest, side_by_side

# Attacks solved together: what a call costs is nearly all its start.
TOGETHER = 200
EXACT = 1e-6
# The row of an intruder who knows what every insider alone knows that figures are at least.
ALL_TOGETHER = -1


@dataclass(frozen=True)
class Cut:
    """Of the figures with weights, so many must be hidden that the weights reach `least`."""

    weights: Numbers
    least: float


@dataclass(frozen=True)
class Exposed:
    """A figure that is not protected from someone, and what would have to change for it to be."""

    cell: Key
    intruder: Intruder
    low: int
    high: int
    cut: Cut


@dataclass(frozen=True)
class _Pair:
    cell: int
    intruder: int


class Attack:
    """Every attack on one system; remembers the tables it found, which often settle the next."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.place = {cell.key: at for at, cell in enumerate(problem.cells)}
        self.matrix = self._matrix()
        # No network needs to move any figure further than what is asked of the one attacked.
        self.far = 20.0 * (problem.top + problem.width)
        self.down, self.up = self._room()
        self.tables: Numbers = np.zeros((1, len(problem.cells)))
        self.pairs = self._pairs()

    def exposed(self, hidden: Flags) -> list[Exposed]:
        """The figures that `hidden` (one flag a figure) does not protect, and from whom.

        The insiders of a figure are tried only once it withstands the outsider.
        """
        found = self._try([p for p in self.pairs if p.intruder == 0], hidden)
        open_to_all = {self.place[each.cell] for each in found}
        insiders = [p for p in self.pairs if p.intruder and p.cell not in open_to_all]
        self._guess(sorted({p.cell for p in insiders}), hidden)
        return found + self._try(insiders, hidden)

    def _guess(self, cells: Sequence[int], hidden: Flags) -> None:
        """Find tables that all insiders together could not rule out: most are settled by them."""
        for some in (1, -1) if cells else ():
            self._farthest([_Pair(cell, ALL_TOGETHER) for cell in cells], hidden, some)

    def _matrix(self) -> Matrix:
        entries = [
            (row, self.place[key], sign)
            for row, relation in enumerate(self.problem.relations)
            for key, sign in relation.terms
        ]
        return Matrix.of_entries((len(self.problem.relations), len(self.problem.cells)), entries)

    def _room(self) -> tuple[Numbers, Numbers]:
        """How far below and above the truth each figure may lie, by intruder, were it hidden."""
        who, cells = self.problem.intruders, self.problem.cells
        down = np.array([[self._below(cell, each) for cell in cells] for each in who])
        up = np.array([[0.0 if c.key in each.known else self.far for c in cells] for each in who])
        together = [
            self.far
            if c.lower is None
            else float(c.value - max(c.lower, *(each.lower.get(c.key, 0) for each in who)))
            for c in cells
        ]
        return np.vstack([down, together]), np.vstack([up, up[0]])

    def _below(self, cell: Cell, intruder: Intruder) -> float:
        if cell.key in intruder.known:
            return 0.0
        if cell.lower is None:
            return self.far
        return float(cell.value - max(cell.lower, intruder.lower.get(cell.key, cell.lower)))

    def _pairs(self) -> list[_Pair]:
        """Every figure with everyone who does not know it anyhow, as its only contributor."""
        return [
            _Pair(self.place[cell.key], at)
            for at, intruder in enumerate(self.problem.intruders)
            for cell in self.problem.primaries
            if cell.key not in intruder.known
        ]

    def _try(self, pairs: Sequence[_Pair], hidden: Flags) -> list[Exposed]:
        found = []
        unsettled = self._unsettled(pairs, hidden)
        while unsettled:
            # The first of each figure first: its tables often settle the others.
            first = {pair.cell: pair for pair in reversed(unsettled)}
            found += self._solve([*first.values()], hidden)
            exposed = {self.place[each.cell] for each in found}
            left = [p for p in unsettled if p != first[p.cell] and p.cell not in exposed]
            unsettled = self._unsettled(left, hidden)
        return found

    def _unsettled(self, pairs: Sequence[_Pair], hidden: Flags) -> list[_Pair]:
        reach: dict[int, tuple[Numbers, Numbers]] = {}
        for intruder in {pair.intruder for pair in pairs}:
            low, high = -self.down[intruder] * hidden - EXACT, self.up[intruder] * hidden + EXACT
            fits = np.all((self.tables >= low) & (self.tables <= high), axis=1)
            tables = self.tables[fits]
            reach[intruder] = tables.min(axis=0), tables.max(axis=0)
        return [p for p in pairs if not self._is_safe(p, *(r[p.cell] for r in reach[p.intruder]))]

    def _is_safe(self, pair: _Pair, low: float, high: float) -> bool:
        return bool(high >= self._climb(pair) - EXACT and high - low >= self.problem.width - EXACT)

    def _climb(self, pair: _Pair) -> float:
        """How far above the truth some table must reach."""
        cell = self.problem.cells[pair.cell]
        return 0.0 if cell.lower is None else max(0.0, float(self.problem.top - cell.value))

    def _solve(self, pairs: Sequence[_Pair], hidden: Flags) -> list[Exposed]:
        high, climbed = self._farthest(pairs, hidden, 1)
        low, sunk = self._farthest(pairs, hidden, -1)
        found = []
        for at, pair in enumerate(pairs):
            cut = self._cut(pair, hidden, climbed[at], sunk[at])
            if cut is None and not self._is_safe(pair, low[at], high[at]):
                cut = self._anything_more(hidden)
            if cut is not None:
                found.append(self._exposed(pair, low[at], high[at], cut))
        return found

    def _exposed(self, pair: _Pair, low: float, high: float, cut: Cut) -> Exposed:
        cell, intruder = self.problem.cells[pair.cell], self.problem.intruders[pair.intruder]
        return Exposed(cell.key, intruder, round(cell.value + low), round(cell.value + high), cut)

    def _cut(self, pair: _Pair, hidden: Flags, climbed: Numbers, sunk: Numbers) -> Cut | None:
        """What the duals ask for, where the attack falls short of it."""
        for weights, least in (
            (climbed, self._climb(pair)),
            (climbed + sunk, float(self.problem.width)),
        ):
            if float(weights[hidden].sum()) < least - EXACT:
                return self._strong(weights, least)
        return None

    def _strong(self, weights: Numbers, least: float) -> Cut:
        """No figure can do more than all that is missing: cut its weight to that."""
        withheld = np.array([c.is_primary or c.is_withheld for c in self.problem.cells])
        missing = least - float(weights[withheld].sum())
        return Cut(np.where(withheld, 0.0, np.minimum(weights, missing)), missing)

    def _anything_more(self, hidden: Flags) -> Cut:
        """Only fractions protect here, and nothing less than this will: hide something more."""
        return Cut(np.where(hidden, 0.0, 1.0), 1.0)

    def _farthest(self, pairs: Sequence[_Pair], hidden: Flags, way: int) -> tuple[Numbers, Numbers]:
        """How far each figure moves one way in whole numbers, and each figure's part in it."""
        moved, parts = [], []
        for start in range(0, len(pairs), TOGETHER):
            some = pairs[start : start + TOGETHER]
            tables, weights = self._programme(some, hidden, way)
            for at, pair in enumerate(some):
                table = self._whole(tables[at], pair, hidden, way)
                self.tables = np.vstack([self.tables, table])
                moved.append(float(table[pair.cell]))
            parts.append(weights)
        return np.array(moved), np.vstack(parts)

    def _programme(
        self, pairs: Sequence[_Pair], hidden: Flags, way: int
    ) -> tuple[Numbers, Numbers]:
        count, size = len(pairs), len(self.problem.cells)
        down = self.down[[p.intruder for p in pairs]]
        up = self.up[[p.intruder for p in pairs]]
        goal = np.zeros((count, size))
        goal[range(count), [p.cell for p in pairs]] = -way
        bounds = -(down * hidden).ravel(), (up * hidden).ravel()
        found = cheapest(goal.ravel(), side_by_side([self.matrix] * count), (0.0, 0.0), bounds)
        prices = found.prices.reshape(count, -1)
        # Any prices give a true bound on the attack under every pattern, by weak duality.
        reduced = goal - np.array([self.matrix.weighted_sum(each) for each in prices])
        weights = np.where(reduced < 0, -reduced * up, reduced * down)
        return found.values.reshape(count, size), weights

    def _whole(self, table: Numbers, pair: _Pair, hidden: Flags, way: int) -> Numbers:
        """The table in whole numbers: as it is, or solved anew where it has fractions."""
        rounded = np.round(table)
        if np.all(np.abs(table - rounded) < EXACT):
            return rounded
        goal = np.zeros(len(table))
        goal[pair.cell] = -way
        bounds = -self.down[pair.intruder] * hidden, self.up[pair.intruder] * hidden
        return np.round(cheapest(goal, self.matrix, (0.0, 0.0), bounds, is_whole=True).values)

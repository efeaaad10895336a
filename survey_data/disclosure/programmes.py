"""The linear programmes of the full attack: how far a secret can go while all else adds up.

Each programme asks for the least change of numbers that takes one secret as far as it must go,
and leaves every constraint as it is. Numbers 4, 6, 7 of enterprises 1 to 3 in an open sum of 17;
the secret is the 4, the intruder enterprise 2, and the secret must go up by 5:

| | 1 | 2 | 3 | sum |
|---|---|---|---|---|
| may fall by | 4 | 0 (known) | 7 | 0 |
| may rise by | 40 | 0 | 40 | 0 |
| the least change | +5 | 0 | −5 | 0 |

A small programme is a quick one, so a few enterprises that stand in nearly the same sums are tried
first. Fractions (a share in whole per cent can cause them) are solved anew in whole numbers. Work
is bounded by counts of programmes and branches, never by time: any machine finds the same.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property

import numpy as np

from survey_data.disclosure.full_attack import EXACT, Alternative, Everything, Narrowed, Secret
from survey_data.disclosure.solver import Flags, Matrix, Numbers, Places, cheapest

# How many programmes an attack may take, and how many branches one of them.
MOST_PROGRAMMES = 4000
MOST_BRANCHES = 200
# To take the secret one further is worth more than leaving numbers as they are.
WORTH = 1000.0
# Closer to the best alternative than one step of the secret, whatever else it leaves as it is.
CLOSE = 0.04
# So many enterprises are tried first.
FEW = 12


class Programmes:
    """The programmes of one part of the system, over its numbers and constraints (`kept`)."""

    def __init__(self, everything: Everything, places: Sequence[int], kept: Sequence[int]) -> None:
        self.everything, self.places, self.kept = everything, places, kept
        self.local = {at: n for n, at in enumerate(places)}
        numbers = [everything.numbers[at] for at in places]
        self.amounts = np.array([number.amount for number in numbers], dtype=float)
        self.enterprises = np.array([number.enterprise for number in numbers])
        self.silent = np.array([at in everything.silent for at in places])
        self.solved = 0
        # No alternative need move any number further than what is asked of secrets.
        self.far = 4.0 * (everything.rules.top + everything.rules.width)

    def alternative(self, secret: Secret, who: int, way: int, need: int) -> Alternative | None:
        """The least change that takes a secret up to `need` one way; None where there is none."""
        change = self._change(secret, who, way, need)
        moved = {self.places[int(n)]: int(change[n]) for n in np.flatnonzero(change)}
        return self.everything.alternative(moved) if moved else None

    def by_figures_alone(self, secret: Secret, who: int) -> int:
        """The widest that the figures alone can leave a secret to someone, if at all so wide."""
        width, fixed = 0, self._fixed(secret, who)
        for way in (1, -1):
            if need := self.everything.rules.width - width:
                found = self._solve(secret, way, need, fixed, with_sides=False)
                width += int(np.floor(self._moved(secret, found, way) + EXACT))
        return width

    @cached_property
    def sums_of(self) -> dict[int, list[int]]:
        """The rows of open figures that each number is in."""
        rows, found = self.everything.rows, defaultdict(list)
        for i in self.kept:
            is_sum = all(weight == 1.0 for _, weight in rows[i].terms)
            if is_sum and rows[i].kind != "side" and not rows[i].above and not rows[i].below:
                for place, _ in rows[i].terms:
                    found[place].append(i)
        return found

    def _matrix(self, with_sides: bool) -> tuple[Matrix, Numbers, Numbers]:
        found = (self.everything.rows[i] for i in self.kept)
        kept = [row for row in found if with_sides or row.kind != "side"]
        entries = [
            (at, self.local[place], weight)
            for at, row in enumerate(kept)
            for place, weight in row.terms
        ]
        matrix = Matrix.of_entries((len(kept), len(self.places)), entries)
        below = -np.array([row.below for row in kept])
        return matrix, below, np.array([row.above for row in kept])

    @cached_property
    def _with_sides(self) -> tuple[Matrix, Numbers, Numbers]:
        return self._matrix(with_sides=True)

    @cached_property
    def _without_sides(self) -> tuple[Matrix, Numbers, Numbers]:
        return self._matrix(with_sides=False)

    def _change(self, secret: Secret, who: int, way: int, need: int) -> Numbers:
        """The least change that takes a secret up to `need` one way, in whole numbers.

        Among a few enterprises that stand in nearly the same sums, then among more, and only
        where that is not enough among everyone; fractions first among those that they touch.
        """
        fixed = self._fixed(secret, who)
        near = self._near(secret, who)
        for some in (near[:FEW], near):
            found = self._solve(secret, way, need, fixed | ~self._of_enterprises(some))
            if _is_whole(found) and self._moved(secret, found, way) >= need - EXACT:
                return np.round(found)
        found = self._solve(secret, way, need, fixed)
        if _is_whole(found):
            return np.round(found)
        return self._whole(secret, way, need, fixed, found)

    def _whole(
        self, secret: Secret, way: int, need: int, fixed: Flags, relaxed: Numbers
    ) -> Numbers:
        most = np.floor(self._moved(secret, relaxed, way) + EXACT)
        touched = self._of_enterprises(self.enterprises[np.abs(relaxed) > EXACT])
        best = np.zeros(len(self.places))
        for known in (fixed | ~touched, fixed):
            whole = self._solve(secret, way, need, known, branches=MOST_BRANCHES)
            if self._moved(secret, whole, way) > self._moved(secret, best, way):
                best = np.round(whole)
            if self._moved(secret, best, way) >= most:
                break
        return best

    def _near(self, secret: Secret, who: int) -> list[int]:
        """The enterprises of the smallest sums that a secret is in, those most like it first."""
        rows, numbers, found = self.everything.rows, self.everything.numbers, set[int]()
        for place, _ in secret.terms:
            sums = [rows[i].terms for i in self.sums_of.get(place, ())]
            smallest = min(sums, key=len, default=())
            found |= {numbers[p].enterprise for p, _ in smallest}
        own = {numbers[place].enterprise for place, _ in secret.terms}
        mine = set[int]().union(*(self._sums_with[each] for each in own))
        like = {each: len(mine & self._sums_with[each]) for each in found - own - {who}}
        return [*sorted(own), *sorted(like, key=lambda each: (-like[each], each))]

    @cached_property
    def _sums_with(self) -> dict[int, set[int]]:
        """The constraints that each enterprise has a number in."""
        found: dict[int, set[int]] = defaultdict(set)
        for i in self.kept:
            for place, _ in self.everything.rows[i].terms:
                found[self.everything.numbers[place].enterprise].add(i)
        return found

    def _of_enterprises(self, some: Iterable[int]) -> Flags:
        return np.isin(self.enterprises, list(some))

    def _moved(self, secret: Secret, change: Numbers, way: int) -> float:
        return way * float(sum(w * change[self.local[p]] for p, w in secret.terms))

    def _solve(
        self,
        secret: Secret,
        way: int,
        need: int,
        fixed: Flags,
        *,
        with_sides: bool = True,
        branches: int = 0,
    ) -> Numbers:
        """One programme: relaxed, or in whole numbers with so many branches."""
        self.solved += 1
        if self.solved > MOST_PROGRAMMES:
            raise Narrowed(secret.about, cause="unsettled")
        every, below, above = self._with_sides if with_sides else self._without_sides
        free = np.flatnonzero(~fixed)
        size = len(free)
        used, matrix = _rises_and_falls(every, free, self._goal(secret, way)[free])
        found = cheapest(
            np.concatenate([np.ones(2 * size), [-WORTH]]),
            matrix,
            (np.append(below[used], 0.0), np.append(above[used], 0.0)),
            (0.0, np.concatenate([np.full(size, self.far), self.amounts[free], [float(need)]])),
            is_whole=branches > 0,
            branches=branches or None,
            gap=CLOSE if branches else None,
        )
        change: Numbers = np.zeros(len(self.places))
        # Within so few branches there may be nothing better than no change at all.
        change[free] = found.values[:size] - found.values[size : 2 * size]
        return change

    def _goal(self, secret: Secret, way: int) -> Numbers:
        goal: Numbers = np.zeros(len(self.places))
        for place, weight in secret.terms:
            goal[self.local[place]] = weight * way
        return goal

    def _fixed(self, secret: Secret, who: int) -> Flags:
        """What an intruder knows: its own numbers, who did not answer, and who has nothing."""
        known: Flags = np.logical_or(self.silent, self.enterprises == who)
        if secret.is_figure:
            known |= np.isin(self.places, list(self.everything.exact.get(who, ())))
        else:
            known |= self.amounts == 0
        return known


def _rises_and_falls(every: Matrix, free: Places, goal: Numbers) -> tuple[Places, Matrix]:
    """The constraints that the free numbers are in, and a programme's matrix of those.

    Its columns: what each number rises by, what each falls by, and how far the secret goes, which
    the last row says by the goal's weights.
    """
    is_free = np.isin(every.columns, free)
    used, row = np.unique(every.rows[is_free], return_inverse=True)
    column, weights = np.searchsorted(free, every.columns[is_free]), every.weights[is_free]
    size, aims = len(free), np.flatnonzero(goal)
    last = np.full(len(aims), len(used))
    entries = np.vstack([
        np.column_stack([row, column, weights]),
        np.column_stack([row, size + column, -weights]),
        np.column_stack([last, aims, goal[aims]]),
        np.column_stack([last, size + aims, -goal[aims]]),
        [[len(used), 2 * size, -1.0]],
    ])  # fmt: skip
    return used, Matrix.of_entries((len(used) + 1, 2 * size + 1), entries)


def _is_whole(change: Numbers) -> bool:
    return bool(np.all(np.abs(change - np.round(change)) <= EXACT))

"""How each intruder of the full attack is shown an alternative table, or found to need none.

For a secret, two bounds are sought: how far some alternative takes it up, and how far down. An
alternative that touches no number of an enterprise is one that this enterprise cannot rule out
either. Numbers 4, 6, 7 in one open sum of 17, and the secret is the 4 (width 5):

| alternative | touches | so it misleads |
|---|---|---|
| (+5, −5, 0) | 1, 2 | the outsider and 3 |
| (+5, 0, −5) | 1, 3 | the outsider and 2 |

Both together settle the outsider and every insider but 1, whose number it is. Had 3 only 2 people,
the second would not exist: a programme with 2's number fixed then finds (+2, 0, −2) and (−4, 0,
+4), which lie 6 apart, and that is enough too. Work is bounded by counts of programmes and
branches, never by time, so that any machine finds the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csc_array, csr_array, hstack, vstack

from survey_data.disclosure.exchange import Exchange
from survey_data.disclosure.full_attack import (
    EXACT,
    Alternative,
    Everything,
    Flags,
    Narrowed,
    Numbers,
    Secret,
)

# How many programmes an attack may take, and how many branches one of them.
MOST_PROGRAMMES = 4000
MOST_BRANCHES = 200
# To take the secret one further is worth more than leaving numbers as they are.
WORTH = 1000.0
# Closer to the best alternative than one step of the secret, whatever else it leaves as it is.
CLOSE = 0.04
# So many enterprises are tried first: a small programme is a quick one.
FEW = 12
OUTSIDER = 0


@dataclass(frozen=True)
class _Reach:
    """How far up and down alternatives take a secret."""

    up: int
    down: int

    def is_enough(self, secret: Secret, width: int) -> bool:
        return self.up >= secret.climb and self.up + self.down >= width


class Intruders:
    """Everyone who attacks the numbers of one part of the system."""

    def __init__(self, everything: Everything, part: frozenset[int], with_ties: bool) -> None:
        self.everything, self.part = everything, part
        self.places = sorted(part)
        self.local = {at: n for n, at in enumerate(self.places)}
        self.numbers = [everything.numbers[at] for at in self.places]
        self.amounts = np.array([number.amount for number in self.numbers], dtype=float)
        self.enterprises = np.array([number.enterprise for number in self.numbers])
        self.silent = np.array([at in everything.silent for at in self.places])
        rows = everything.rows
        self.kept = [
            i
            for i, terms in enumerate(rows.terms)
            if terms[0][0] in part and (with_ties or not rows.is_tie[i])
        ]
        self.secrets = [s for s in everything.secrets if s.terms[0][0] in part]
        self.alternatives: list[Alternative] = []
        self.found: dict[int, list[tuple[int, Alternative]]] = defaultdict(list)
        self.exchange = Exchange(everything, self.places, self.kept)
        self.programmes = 0
        self.far = 4.0 * (everything.rules.top + everything.rules.width)

    def attack(self, known: Iterable[Alternative] = ()) -> list[Alternative]:
        """Raise Narrowed for the first secret that someone narrows down.

        Alternatives that are `known` are tried first, as far as they are about these numbers;
        those that were found come back with them.
        """
        for alternative in known:
            self._keep(self._of_part(alternative))
        for alternative in self.exchange.alternatives():
            self._keep(alternative)
        for at, secret in enumerate(self.secrets):
            self._attack(at, secret)
        return [*known, *self.alternatives]

    def _of_part(self, alternative: Alternative) -> Alternative:
        numbers = self.everything.numbers
        change = {at: step for at, step in alternative.change.items() if at in self.part}
        touched = frozenset(numbers[at].enterprise for at in change)
        return Alternative(change, touched, any(not numbers[at].amount for at in change))

    @cached_property
    def _secrets_of(self) -> dict[int, list[tuple[int, float]]]:
        found: dict[int, list[tuple[int, float]]] = defaultdict(list)
        for at, secret in enumerate(self.secrets):
            for place, weight in secret.terms:
                found[place].append((at, weight))
        return found

    def _keep(self, alternative: Alternative) -> None:
        """Remember an alternative, once it adds up: what found it is not taken on trust."""
        if not alternative.change or not self._adds_up(alternative.change):
            return
        moved: dict[int, float] = defaultdict(float)
        for place, change in alternative.change.items():
            for at, weight in self._secrets_of.get(place, ()):
                moved[at] += weight * change
        self.alternatives.append(alternative)
        for at, change_ in moved.items():
            if change_:
                self.found[at].append((round(change_), alternative))

    @cached_property
    def _rows_of(self) -> dict[int, list[tuple[int, float]]]:
        found: dict[int, list[tuple[int, float]]] = defaultdict(list)
        for i in self.kept:
            for place, weight in self.everything.rows.terms[i]:
                found[place].append((i, weight))
        return found

    def _adds_up(self, change: Mapping[int, int]) -> bool:
        rows, sums = self.everything.rows, defaultdict[int, float](float)
        for place, step in change.items():
            if self.everything.numbers[place].amount + step < 0 or place in self.everything.silent:
                return False
            for i, weight in self._rows_of.get(place, ()):
                sums[i] += weight * step
        return all(
            -rows.below[i] - EXACT <= moved <= rows.above[i] + EXACT for i, moved in sums.items()
        )

    def _attack(self, at: int, secret: Secret) -> None:
        """First the outsider, then every insider that some alternative touches."""
        if self._is_settled_for_all(at, secret):
            return
        if len(secret.terms) == 1:
            for alternative in self.exchange.swaps(secret.terms[0][0]):
                self._keep(alternative)
        width = self._settle(at, secret, OUTSIDER, secret.width)
        seen: set[int] = set()
        while more := sorted(self._insiders(at, secret) - seen):
            for who in more:
                self._settle(at, secret, who, width)
            seen.update(more)

    def _is_settled_for_all(self, at: int, secret: Secret) -> bool:
        return all(
            self._reach(at, secret, who).is_enough(secret, secret.width)
            for who in (OUTSIDER, *self._insiders(at, secret))
        )

    def _insiders(self, at: int, secret: Secret) -> set[int]:
        return self._touched(at) - secret.owners

    def _touched(self, at: int) -> set[int]:
        return {who for _, alternative in self.found[at] for who in alternative.touched}

    def _reach(self, at: int, secret: Secret, who: int) -> _Reach:
        up = down = 0
        fixed = self.everything.exact.get(who, set()) if secret.is_figure else set()
        for change, alternative in self.found[at]:
            if who in alternative.touched or not fixed.isdisjoint(alternative.change):
                continue
            if secret.is_figure or not alternative.moves_zeros:
                up, down = max(up, change), max(down, -change)
        return _Reach(up, down)

    def _settle(self, at: int, secret: Secret, who: int, width: int) -> int:
        """The width that an intruder is left with; raises Narrowed where that is too little."""
        reach = self._reach(at, secret, who)
        if reach.is_enough(secret, width):
            return width
        for way in (1, -1):
            need = max(secret.climb, width) if way == 1 else width - reach.up
            if need > 0:
                self._search(secret, {who}, way, need)
            reach = self._reach(at, secret, who)
            if reach.is_enough(secret, width):
                return width
        left = reach.up + reach.down
        if secret.is_figure or left < self._by_figures_alone(secret, who, left):
            truth = sum(round(w) * self.everything.numbers[p].amount for p, w in secret.terms)
            name = str(who) if who else ""
            raise Narrowed(secret.about, name, truth - reach.down, truth + reach.up)
        return left

    def _search(self, secret: Secret, who: set[int], way: int, need: int) -> None:
        change = self._programme(secret, who, way, need, with_sides=True)
        touched = {int(self.enterprises[n]) for n in np.flatnonzero(change)}
        zeros = bool(np.any(change[self.amounts == 0]))
        moved = {self.places[n]: int(change[n]) for n in np.flatnonzero(change)}
        if moved:
            self._keep(Alternative(moved, frozenset(touched), zeros))

    def _by_figures_alone(self, secret: Secret, who: int, left: int) -> int:
        """How wide the figures alone leave a number, or `left` where it is no wider than that."""
        if min(self._open_sums(secret, who), secret.width) <= left:
            return left
        width = 0
        for way in (1, -1):
            if need := secret.width - width:
                change = self._programme(secret, {who}, way, need, with_sides=False)
                width += way * round(sum(w * change[self.local[p]] for p, w in secret.terms))
        return width

    def _open_sums(self, secret: Secret, who: int) -> float:
        """No number can be more uncertain than what others have in an open sum it is part of."""
        if len(secret.terms) > 1:
            return float("inf")
        place = secret.terms[0][0]
        return min(
            (self._others(i, place, who) for i in self._sums_of.get(place, ())),
            default=float("inf"),
        )

    def _others(self, row: int, place: int, who: int) -> float:
        numbers = self.everything.numbers
        inside = [p for p, _ in self.everything.rows.terms[row]]
        free = [p for p in inside if numbers[p].amount and numbers[p].enterprise != who]
        if free == [place]:
            return 0.0
        return float(sum(numbers[p].amount for p in free))

    @cached_property
    def _sums_of(self) -> dict[int, list[int]]:
        """The rows of open figures that each number is in."""
        rows, found = self.everything.rows, defaultdict(list)
        for i in self.kept:
            is_sum = all(weight == 1.0 for _, weight in rows.terms[i])
            if is_sum and not rows.is_side[i] and not rows.above[i] and not rows.below[i]:
                for place, _ in rows.terms[i]:
                    found[place].append(i)
        return found

    def _matrix(self, with_sides: bool) -> tuple[csc_array, Numbers, Numbers]:
        rows = self.everything.rows
        kept = [i for i in self.kept if with_sides or not rows.is_side[i]]
        data = [
            (row, self.local[place], weight)
            for row, i in enumerate(kept)
            for place, weight in rows.terms[i]
        ]
        at, columns, weights = zip(*data, strict=True) if data else ((), (), ())
        matrix = csc_array((weights, (at, columns)), shape=(len(kept), len(self.places)))
        below = -np.array([rows.below[i] for i in kept])
        return matrix, below, np.array([rows.above[i] for i in kept])

    @cached_property
    def _with_sides(self) -> tuple[csc_array, Numbers, Numbers]:
        return self._matrix(with_sides=True)

    @cached_property
    def _without_sides(self) -> tuple[csc_array, Numbers, Numbers]:
        return self._matrix(with_sides=False)

    def _programme(
        self, secret: Secret, who: set[int], way: int, need: int, *, with_sides: bool
    ) -> Numbers:
        """The least change that takes a secret up to `need` one way, in whole numbers.

        Among a few enterprises that stand in nearly the same sums, then among more, and only
        where that is not enough among everyone; fractions first among those that they touch.
        """
        fixed = self._fixed(secret, who)
        near = self._near(secret, who)
        for some in (near[:FEW], near):
            found = self._solve(secret, way, need, with_sides, fixed | ~self._of_enterprises(some))
            if _is_whole(found) and self._moved(secret, found, way) >= need - EXACT:
                return np.round(found)
        found = self._solve(secret, way, need, with_sides, fixed)
        if _is_whole(found):
            return np.round(found)
        return self._whole(secret, way, need, with_sides, fixed, found)

    def _whole(
        self,
        secret: Secret,
        way: int,
        need: int,
        with_sides: bool,
        fixed: Flags,
        relaxed: Numbers,
    ) -> Numbers:
        most = np.floor(self._moved(secret, relaxed, way) + EXACT)
        touched = self._of_enterprises(self.enterprises[np.abs(relaxed) > EXACT])
        best = np.zeros(len(self.places))
        for known in (fixed | ~touched, fixed):
            whole = self._solve(secret, way, need, with_sides, known, branches=MOST_BRANCHES)
            if self._moved(secret, whole, way) > self._moved(secret, best, way):
                best = np.round(whole)
            if self._moved(secret, best, way) >= most:
                break
        return best

    def _near(self, secret: Secret, who: set[int]) -> list[int]:
        """The enterprises of the smallest sums that a secret is in, those most like it first."""
        rows, numbers, found = self.everything.rows, self.everything.numbers, set[int]()
        for place, _ in secret.terms:
            sums = [rows.terms[i] for i in self._sums_of.get(place, ())]
            smallest = min(sums, key=len, default=())
            found |= {numbers[p].enterprise for p, _ in smallest}
        own = {numbers[place].enterprise for place, _ in secret.terms}
        mine = set[int]().union(*(self._sums_with[each] for each in own))
        like = {each: len(mine & self._sums_with[each]) for each in found - own - who}
        return [*sorted(own), *sorted(like, key=lambda each: (-like[each], each))]

    @cached_property
    def _sums_with(self) -> dict[int, set[int]]:
        """The constraints that each enterprise has a number in."""
        found: dict[int, set[int]] = defaultdict(set)
        for i in self.kept:
            for place, _ in self.everything.rows.terms[i]:
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
        with_sides: bool,
        fixed: Flags,
        branches: int = 0,
    ) -> Numbers:
        """One programme: relaxed, or in whole numbers with so many branches."""
        self.programmes += 1
        if self.programmes > MOST_PROGRAMMES:
            raise Narrowed(secret.about, cause="unsettled")
        every, below, above = self._with_sides if with_sides else self._without_sides
        free = np.flatnonzero(~fixed)
        columns = every[:, free]
        used = np.unique(columns.indices)
        matrix, size = columns.tocsr()[used], len(free)
        goal = np.zeros(len(self.places))
        for place, weight in secret.terms:
            goal[self.local[place]] = weight * way
        target = csr_array(goal[np.newaxis, free])
        none = csr_array((len(used), 1))
        one = csr_array(np.array([[-1.0]]))
        both = vstack([hstack([matrix, -matrix, none]), hstack([target, -target, one])])
        most = np.concatenate([np.full(size, self.far), self.amounts[free], [float(need)]])
        result = milp(
            np.concatenate([np.ones(2 * size), [-WORTH]]),
            integrality=np.full(2 * size + 1, int(branches > 0)),
            bounds=Bounds(0.0, most),
            constraints=LinearConstraint(
                both, np.append(below[used], 0.0), np.append(above[used], 0.0)
            ),
            options={"node_limit": branches, "mip_rel_gap": CLOSE} if branches else {},
        )
        change: Numbers = np.zeros(len(self.places))
        # Within so few branches there may be nothing better than no change at all.
        if result.x is not None:
            change[free] = result.x[:size] - result.x[size : 2 * size]
        return change

    def _fixed(self, secret: Secret, who: set[int]) -> Flags:
        """What an intruder knows: its own numbers, who did not answer, and who has nothing."""
        known: Flags = np.logical_or(self.silent, self._of_enterprises(who))
        if not secret.is_figure:
            known |= self.amounts == 0
        else:
            exact = set[int]().union(*(self.everything.exact.get(each, set()) for each in who))
            known |= np.isin(self.places, list(exact))
        return known


def _is_whole(change: Numbers) -> bool:
    return bool(np.all(np.abs(change - np.round(change)) <= EXACT))

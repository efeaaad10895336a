"""Finds the moves that prove a system of numbers: a linear programme for many secrets at once.

Each programme asks for the smallest move that takes one secret as far as it must go. Small moves
touch few enterprises, so that nearly all the others cannot rule them out either.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from time import monotonic

import numpy as np
import numpy.typing as npt
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import block_diag, csr_array, hstack, identity, kron

from survey_data.disclosure.linked_tables import Key, Knower, Move, System, added, exposed, widen
from survey_data.disclosure.simple_alternatives import Trades
from survey_data.errors import NotProtected

Numbers = npt.NDArray[np.float64]
Task = tuple[int, Knower]

TOGETHER = 40
EXACT = 1e-6
# To take the secret one further is worth more than leaving numbers as they are.
WORTH = 1000.0


def prove(
    system: System, found: list[Move] | None = None, until: float | None = None
) -> tuple[Move, ...]:
    """Moves that prove a system; raises NotProtected where there are none, or none in time.

    Those `found` before are tried first, and what is found is added to them, also where not all
    is: with fewer rows it may do. What moves prove is for `linked.check` to say: nothing here is
    taken on trust.
    """
    return _Search(system, [] if found is None else found, until).run()


class _Search:
    """The moves found so far, and the programme that finds more."""

    def __init__(self, system: System, found: list[Move], until: float | None) -> None:
        self.system, self.found, self.until = system, found, until
        self.keys = tuple(system.truth)
        self.place = {key: at for at, key in enumerate(self.keys)}
        self.matrix = self._matrix([row.terms for row in system.rows])
        self.goals = self._matrix([secret.terms for secret in system.secrets])
        self.slack = (
            np.array([float(row.below) for row in system.rows]),
            np.array([float(row.above) for row in system.rows]),
        )
        self.moves: list[Move] = []
        self.reach: dict[str, dict[int, tuple[int, int]]] = {k.name: {} for k in system.knowers}
        # What each knower may still know too much of.
        self.open = {k.name: set(system.exposed(k, {})) for k in system.knowers}
        self.limits: dict[str, tuple[Numbers, Numbers]] = {}
        self.seen: set[tuple[tuple[Key, int], ...]] = set()
        self.before = {_mark(move) for move in found}
        # The furthest that any number can matter.
        self.far = 4.0 * max([s.climb + s.width for s in system.secrets], default=0) + 4.0

    def run(self) -> tuple[Move, ...]:
        """All of them, or NotProtected."""
        for move in tuple(self.found):
            self._keep(move)
        everyone = [k for k in self.system.knowers if not k.name]
        for knower in everyone:
            self._trade(knower)
        self._settle(everyone)
        self._settle([k for k in self.system.knowers if k.name])
        return tuple(self.moves)

    def _trade(self, knower: Knower) -> None:
        """The moves that need no solver."""
        trades = Trades(self.system)
        for at in tuple(self.open[knower.name]):
            if need := self.system.need(at, knower):
                for move in trades.moves(at, max(need)):
                    self._keep(move)

    def _settle(self, knowers: Sequence[Knower]) -> None:
        tasks = list(self._open(knowers))
        while tasks:
            # One knower of each secret at a time: what is found for it often does for the others.
            first = list({at: (at, knower) for at, knower in reversed(tasks)}.values())
            self._try(first)
            tasks = [task for task in tasks if self._is_open(task)]

    def _open(self, knowers: Sequence[Knower]) -> Iterator[Task]:
        return ((at, knower) for knower in knowers for at in sorted(self.open[knower.name]))

    def _is_open(self, task: Task) -> bool:
        at, knower = task
        return at in self.open[knower.name]

    def _try(self, tasks: Sequence[Task]) -> None:
        for way in (1, -1):
            for start in range(0, len(tasks), TOGETHER):
                if self.until is not None and monotonic() > self.until:
                    raise NotProtected(self.system.secrets[tasks[start][0]].about, cause="no proof")
                for move in self._solve(tasks[start : start + TOGETHER], way):
                    self._keep(move)
            tasks = [task for task in tasks if self._is_open(task)]
        for at, knower in tasks:
            raise exposed(self.system, at, knower, self.reach[knower.name].get(at, (0, 0)))

    def _keep(self, move: Move) -> None:
        mark = _mark(move)
        if mark and mark not in self.seen and self.system.is_possible(move):
            self.seen.add(mark)
            changes = added(move, self.system.secrets_of_key)
            if sum(self._widened(knower, move, changes) for knower in self.system.knowers):
                self.moves.append(move)
                if mark not in self.before:
                    self.found.append(move)

    def _widened(self, knower: Knower, move: Move, changes: Mapping[int, int]) -> bool:
        """Whether a move takes something that a knower knows too much of further."""
        far = {at: changes[at] for at in self.open[knower.name] & changes.keys() if changes[at]}
        if not far or not self.system.is_possible_to(move, knower):
            return False
        reach = self.reach[knower.name]
        before = {at: reach.get(at) for at in far}
        widen(reach, far)
        self.open[knower.name] -= {
            at for at in far if not self.system.is_exposed(at, knower, *reach[at])
        }
        return any(reach[at] != before[at] for at in far)

    def _matrix(self, sums: Sequence[tuple[tuple[Key, int], ...]]) -> csr_array:
        found = [
            (at, self.place[key], float(weight))
            for at, terms in enumerate(sums)
            for key, weight in terms
        ]
        rows, columns, weights = zip(*found, strict=True) if found else ((), (), ())
        return csr_array((weights, (rows, columns)), shape=(len(sums), len(self.keys)))

    def _solve(self, tasks: Sequence[Task], way: int) -> list[Move]:
        """For each task a small move that takes its secret far enough up (1) or down (-1)."""
        found = self._programme(tasks, way, whole=0)
        return [
            self._move(values if _is_whole(values) else self._programme([task], way, whole=1)[0])
            for task, values in zip(tasks, found, strict=True)
        ]

    def _programme(self, tasks: Sequence[Task], way: int, whole: int) -> list[Numbers]:
        """What each number moves by, in one programme for all the tasks."""
        count, size = len(tasks), len(self.keys)
        up, down = self._bounds(tasks)
        # Numbers up, numbers down, and how far the secrets come.
        cost = np.concatenate([np.ones(2 * count * size), np.full(count, -WORTH)])
        most = np.concatenate([up, down, [self._far_enough(task) for task in tasks]])
        goals = block_diag([way * self.goals[[at]] for at, _ in tasks], format="csr")
        joint = kron(identity(count), self.matrix, format="csr")
        nothing = csr_array((joint.shape[0], count))
        below, above = (np.tile(side, count) for side in self.slack)
        result = milp(
            cost,
            integrality=np.full(len(cost), whole),
            bounds=Bounds(0.0, most),
            constraints=[
                LinearConstraint(hstack([joint, -joint, nothing]), -below, above),
                LinearConstraint(hstack([goals, -goals, -identity(count)]), 0, 0),
            ],
        )
        if result.x is None:
            raise NotProtected(self.system.secrets[tasks[0][0]].about, cause="no proof")
        moved = np.asarray(result.x)[: count * size] - np.asarray(result.x)[count * size : -count]
        return list(moved.reshape(count, size))

    def _bounds(self, tasks: Sequence[Task]) -> tuple[Numbers, Numbers]:
        """How far up and down each number may go, task after task."""
        limits = [self._limits(knower) for _, knower in tasks]
        return np.concatenate([up for up, _ in limits]), np.concatenate(
            [down for _, down in limits]
        )

    def _limits(self, knower: Knower) -> tuple[Numbers, Numbers]:
        if knower.name not in self.limits:
            known = np.array([key in knower.exact for key in self.keys])
            room = [n - self.system.floor(key, knower) for key, n in self.system.truth.items()]
            self.limits[knower.name] = (
                np.where(known, 0.0, self.far),
                np.where(known, 0.0, np.array(room, dtype=np.float64)),
            )
        return self.limits[knower.name]

    def _far_enough(self, task: Task) -> float:
        need = self.system.need(*task)
        return float(max(need)) if need else 0.0

    def _move(self, values: Numbers) -> Move:
        moved = np.round(values).astype(int)
        return {self.keys[at]: int(moved[at]) for at in np.flatnonzero(moved)}


def _mark(move: Move) -> tuple[tuple[Key, int], ...]:
    return tuple(sorted(move.items(), key=str))


def _is_whole(values: Numbers) -> bool:
    return bool(np.all(np.abs(values - np.round(values)) < EXACT))

"""The audit of a pattern before it is published: finds the two tables that a certificate needs.

Built from the rows that will be published, not from what the search for a pattern believed. What
the solver says is only a suggestion: each table counts once whole numbers add up. Of

    |        | women | men | total |
    |--------|------:|----:|------:|
    | north  |     x |   x |    23 |
    | south  |     x |   x |    39 |
    | county |    34 |  28 |    62 |

it asks for the most and the least of the north's men: 23 and 0, the feasibility interval of the
outsider. The enterprise with 20 of the south's men knows those to be at least 20: for it the
interval is 0 to 8, still wide enough. One table often serves many intruders; only those that it
does not serve are solved for. Were the south's women open too, the interval would be 3 to 3, and
the release is refused with the cell, the intruder and the interval.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from survey_data.disclosure.certificate import (
    Certificate,
    Proof,
    check_certificate,
    reaches,
    to_protect,
)
from survey_data.disclosure.intruder_view import IntruderView, Knowledge, Secret, Table, Variable
from survey_data.disclosure.solver import Matrix, Numbers, cheapest, side_by_side
from survey_data.errors import NotProtected

Task = tuple[Secret, str]

TOGETHER = 40
ALL_TOGETHER = "all together"


def certify(view: IntruderView) -> Certificate:
    """The proof for a year about to be published; raises NotProtected where there is none."""
    certificate = _Audit(view).certificate()
    check_certificate(certificate, view)
    return certificate


Interval = tuple[int, int | None]


def intervals(view: IntruderView) -> dict[Variable, tuple[Interval, Interval]]:
    """What can be worked out of each hidden figure: at least, and at most if at all.

    First by any reader, then by the enterprise that comes closest to a figure not its own.
    """
    audit = _Audit(view)
    found: dict[Variable, list[Interval]] = {variable: [] for variable in view.hidden}
    for name, knowledge in _distinct(audit.intruders).items():
        others = [Secret(v) for v in view.hidden if v not in knowledge.exact]
        low = audit.extremes([(s, name) for s in others], -1)
        high = audit.extremes([(s, name) for s in others], 1)
        for secret, least, most in zip(others, low, high, strict=True):
            v = secret.figure
            top = None if most[v] >= view.truth[v] + audit.far else most[v]
            found[v].append((least[v], top))
    return {v: (all_[0], min(all_[1:] or all_, key=_size)) for v, all_ in found.items()}


def _distinct(intruders: Mapping[str, Knowledge]) -> dict[str, Knowledge]:
    """One of each kind of knowledge, the reader first."""
    kinds: dict[tuple[object, ...], str] = {}
    for name, knowledge in intruders.items():
        mark = (*sorted(knowledge.lower.items()), "", *sorted(knowledge.exact.items()))
        kinds.setdefault((not name, *mark, *knowledge.changes), name)
    return {name: intruders[name] for name in kinds.values()}


def _size(interval: Interval) -> float:
    return float("inf") if interval[1] is None else interval[1] - interval[0]


class _Audit:
    """Tables found so far, and who cannot rule them out."""

    def __init__(self, view: IntruderView) -> None:
        self.view = view
        self.intruders = view.intruders()
        self.far = 20 * (view.rules.top + view.rules.width)
        self.tables: list[Table] = []
        self.may_be: dict[str, list[int]] = {name: [] for name in self.intruders}
        self._remember({v: view.truth[v] for v in view.hidden})
        self.systems: dict[str, _System] = {}

    def certificate(self) -> Certificate:
        """Every secret and intruder with their two tables."""
        proofs: list[Proof] = []
        for way in (1, -1):
            for table in self.extremes([(s, ALL_TOGETHER) for s in self.view.secrets], way):
                self._remember(table)
        tasks = [(s, n) for n, k in self.intruders.items() for s in to_protect(self.view, k)]
        while tasks:
            proofs += [p for p in map(self._proof, tasks) if p]
            proven = {proof[:2] for proof in proofs}
            tasks = [task for task in tasks if (task[0].name, task[1]) not in proven]
            # One intruder of each secret at a time: their tables often settle the others.
            self._try(list({secret: (secret, name) for secret, name in reversed(tasks)}.values()))
        tables = tuple(tuple(table[v] for v in self.view.hidden) for table in self.tables)
        return Certificate(self.view.hidden, tables, tuple(proofs))

    def _try(self, tasks: Sequence[Task]) -> None:
        for way in (1, -1):
            for table in self.extremes(tasks, way):
                self._remember(table)
        for task in tasks:
            if self._proof(task) is None:
                values = [self._value(task[0], at) for at in self.may_be[task[1]]]
                raise NotProtected(task[0].figure, task[1], min(values), max(values))

    def _remember(self, table: Table) -> None:
        if table in self.tables:
            return
        self.tables.append(table)
        if not self.view.is_possible(table):
            return
        for name, knowledge in self.intruders.items():
            if self.view.is_possible_to(table, knowledge):
                self.may_be[name].append(len(self.tables) - 1)

    def _proof(self, task: Task) -> Proof | None:
        secret, name = task
        values = {at: self._value(secret, at) for at in self.may_be[name]}
        high = max(values, key=lambda at: values[at])
        low = min(values, key=lambda at: values[at])
        if not reaches(secret, values[high], values[low], self.view):
            return None
        return secret.name, name, high, low

    def _value(self, secret: Secret, at: int) -> int:
        return self.view.value(secret, self.tables[at])

    def extremes(self, tasks: Sequence[Task], way: int) -> list[Table]:
        """For each secret and intruder the table with the most (1) or least (-1) of it."""
        found: list[Table] = []
        for start in range(0, len(tasks), TOGETHER):
            found += self._solve(tasks[start : start + TOGETHER], way)
        return found

    def _system(self, name: str) -> _System:
        if name not in self.systems:
            knowledge = self.intruders.get(name) or self._all_together()
            self.systems[name] = _System(self.view, knowledge, self.far)
        return self.systems[name]

    def _all_together(self) -> Knowledge:
        """What every intruder alone knows that figures are at least: a guess that settles most."""
        known = [knowledge.lower for knowledge in self.intruders.values()]
        return Knowledge({v: max(each.get(v, 0) for each in known) for v in self.view.hidden}, {})

    def _solve(self, tasks: Sequence[Task], way: int) -> list[Table]:
        """Many small programmes in one: what a call costs is nearly all its start."""
        systems = [self._system(name) for _, name in tasks]
        goal = np.concatenate([s.goal(t[0], way) for s, t in zip(systems, tasks, strict=True)])
        low, high, sides = (
            np.concatenate([getattr(system, name) for system in systems])
            for name in ("low", "high", "sides")
        )
        rows = side_by_side([system.matrix for system in systems])
        found = cheapest(goal, rows, (sides, sides), (low, high), is_whole=True)
        if not found.is_any:
            raise NotProtected(tasks[0][0].figure, cause="unsettled")
        values = np.round(found.values).reshape(len(tasks), -1)
        return [dict(zip(self.view.hidden, map(int, row), strict=True)) for row in values]


class _System:
    """The hidden figures as one intruder sees them: rows that must come to the right sides."""

    def __init__(self, view: IntruderView, knowledge: Knowledge, far: int) -> None:
        self.view = view
        self.place = {variable: at for at, variable in enumerate(view.hidden)}
        exact = knowledge.exact
        self.low = np.array(
            [exact.get(v, max(0, knowledge.lower.get(v, 0))) for v in view.hidden], dtype=float
        )
        self.high = np.array([exact.get(v, view.truth[v] + far) for v in view.hidden], dtype=float)
        rows = [self._row({of: 1} | dict.fromkeys(parts, -1), 0) for of, parts in view.sums]
        rows += [self._row(_change(s), view.value(s, view.truth)) for s in knowledge.changes]
        size = (len(rows), len(self.place))
        self.matrix = Matrix.of(np.array([row for row, _ in rows]).reshape(size))
        self.sides = np.array([side for _, side in rows])

    def goal(self, secret: Secret, way: int) -> Numbers:
        """What to make least: the secret, or its opposite."""
        return -way * self._row(_change(secret), 0)[0]

    def _row(self, terms: Mapping[Variable, int], side: int) -> tuple[Numbers, float]:
        """The hidden figures of a sum, and what the open ones leave them to come to."""
        row = np.zeros(len(self.place))
        left = float(side)
        for variable, sign in terms.items():
            if variable in self.place:
                row[self.place[variable]] = sign
            else:
                left -= sign * self.view.open[variable]
        return row, left


def _change(secret: Secret) -> dict[Variable, int]:
    return {secret.figure: 1} | ({secret.before: -1} if secret.before else {})

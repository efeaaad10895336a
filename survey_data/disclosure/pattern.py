"""The suppression pattern of least cost that withstands every attack: Benders' decomposition.

The master problem chooses what to hide at the least cost; every attack that still succeeds
answers with a cut; again, until none does. M. Fischetti and J. J. Salazar, "Solving the cell
suppression problem on tabular data with linear constraints", Management Science 47 (2001).

    |        | women | men | total |
    |--------|------:|----:|------:|
    | north  |    20 |   3 |    23 |
    | south  |    14 |  25 |    39 |
    | county |    34 |  28 |    62 |

Round 1 hides the sensitive 3 alone; a cut per sum says that it may not be alone in its row or its
column. Round 2 hides 20, 14 and 25 with it, at 45 + 40 + 48 = 133; the totals of the north and
its column would cost more. No attack succeeds, so this is the pattern: 4 of 9 hidden. The work is
limited by counts of rounds and branches, never by time: any machine finds the same pattern.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache

import numpy as np

from survey_data.disclosure.attack import Attack, Cut, Exposed
from survey_data.disclosure.cells import Cell, Key, Pattern, Problem, apart
from survey_data.disclosure.solver import Flags, Matrix, Numbers, cheapest
from survey_data.errors import NotProtected

# How many hidden figures are tried open where the lightest pattern was not found.
MOST_SHOWN_AGAIN = 60


@lru_cache(maxsize=64)
def protect(problem: Problem, rounds: int = 60, branches: int = 20_000) -> Pattern:
    """The figures to hide so that every primary one is protected from every intruder.

    The lightest pattern there is. Where so many choices (`rounds`), each with so many `branches`,
    do not find it, one that protects but may hide more, and says so: the same on any machine.
    Raises NotProtected, with the figure, where no pattern protects.
    """
    parts = [part for part in apart(problem) if part.primaries]
    found = [_Search(part, rounds, branches).run() for part in parts]
    return Pattern(
        frozenset(key for each in found for key in each.hidden),
        all(each.is_optimal for each in found),
    )


class _Search:
    """One system: its master problem and its attacks."""

    def __init__(self, problem: Problem, rounds: int, branches: int) -> None:
        self.problem, self.rounds, self.branches = problem, rounds, branches
        self.attack = Attack(problem)
        self.cuts: list[Cut] = list(_no_lonely_figure(problem, self.attack))
        self.must: Flags = np.array([c.is_primary or c.is_withheld for c in problem.cells])
        self.may: Flags = np.array([not c.is_public for c in problem.cells]) | self.must
        self.weights = np.array([c.weight for c in problem.cells])

    def run(self) -> Pattern:
        """The pattern, the lightest or one found within the limits."""
        everything = self.attack.exposed(self.may)
        if everything:
            first = everything[0]
            raise NotProtected(first.cell, first.intruder.name, first.low, first.high)
        for _ in range(self.rounds):
            hidden = self._lightest()
            if hidden is None:
                break
            if not self._learn(hidden):
                return self._pattern(hidden, is_optimal=True)
        return self._pattern(self._safe_at_least(), is_optimal=False)

    def _pattern(self, hidden: Flags, is_optimal: bool) -> Pattern:
        """The keys; of what is never shown anyhow, none."""
        cells = (cell for cell, flag in zip(self.problem.cells, hidden, strict=True) if flag)
        return Pattern(frozenset(c.key for c in cells if not c.is_withheld), is_optimal)

    def _learn(self, hidden: Flags) -> list[Exposed]:
        exposed = self.attack.exposed(hidden)
        self.cuts += [each.cut for each in exposed]
        return exposed

    def _lightest(self) -> Flags | None:
        """The lightest choice that all cuts allow; None when the branches do not suffice."""
        weights = np.array([cut.weights for cut in self.cuts] or [self.weights * 0])
        enough = np.array([cut.least for cut in self.cuts] or [0.0]) - 1e-9
        found = cheapest(
            np.where(self.must, 0.0, self.weights),
            Matrix.of(weights),
            (enough, np.inf),
            (self.must.astype(float), self.may.astype(float)),
            is_whole=True,
            branches=self.branches,
            gap=0.0,
        )
        return found.values > 0.5 if found.is_best else None

    def _safe_at_least(self) -> Flags:
        """A safe pattern with little work: what each cut asks for, hidden as cheaply as it can."""
        hidden = self.must.copy()
        for cut in self.cuts:
            self._satisfy(cut, hidden)
        while exposed := self._learn(hidden):
            before = int(hidden.sum())
            for each in exposed:
                self._satisfy(each.cut, hidden)
            if int(hidden.sum()) == before:
                return self.may
        return self._without_the_needless(hidden)

    def _satisfy(self, cut: Cut, hidden: Flags) -> None:
        while float(cut.weights[hidden].sum()) < cut.least - 1e-6:
            useful = np.flatnonzero(self.may & ~hidden & (cut.weights > 0))
            if not len(useful):
                return
            price: Numbers = self.weights[useful] / cut.weights[useful]
            hidden[useful[int(np.argmin(price))]] = True

    def _without_the_needless(self, hidden: Flags) -> Flags:
        """Show again what can be shown, the costliest to hide first; so many are tried."""
        extra = np.flatnonzero(hidden & ~self.must)
        for at in sorted(extra, key=lambda i: -self.weights[i])[:MOST_SHOWN_AGAIN]:
            fewer = hidden.copy()
            fewer[at] = False
            if not self.attack.exposed(fewer):
                hidden = fewer
        return hidden


def protects(problem: Problem, hidden: frozenset[Key]) -> dict[Key, frozenset[Key]]:
    """For each figure hidden for others' sake, those that would be exposed if it were shown."""
    found = {}
    for part in apart(problem):
        attack = Attack(part)
        flags = np.array([c.key in hidden or c.is_withheld for c in part.cells], dtype=np.bool_)
        for cell in part.cells:
            if cell.key in hidden and not cell.is_primary and part.primaries:
                shown = flags & np.array([c.key != cell.key for c in part.cells], dtype=np.bool_)
                found[cell.key] = frozenset(each.cell for each in attack.exposed(shown))
    return found


def _no_lonely_figure(problem: Problem, attack: Attack) -> Iterator[Cut]:
    """Hidden alone in a sum, a figure can be calculated: no lightest pattern has that.

    Of the figures that may be chosen, that is; what is never shown may well be known.
    """
    for relation in problem.relations:
        for key in relation.keys:
            cell = problem.cells[attack.place[key]]
            if not (cell.is_public or (cell.is_withheld and not cell.is_primary)):
                yield _company(cell, relation.keys, attack)


def _company(cell: Cell, keys: Sequence[Key], attack: Attack) -> Cut:
    weights = np.zeros(len(attack.place))
    weights[[attack.place[key] for key in keys]] = 1.0
    must = cell.is_primary or cell.is_withheld
    weights[attack.place[cell.key]] = 0.0 if must else -1.0
    return Cut(weights, 1.0 if must else 0.0)

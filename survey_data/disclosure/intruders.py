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

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from survey_data.disclosure.exchange import Exchange
from survey_data.disclosure.full_attack import (
    EXACT,
    Alternative,
    Everything,
    Narrowed,
    Secret,
)
from survey_data.disclosure.programmes import Programmes

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
        rows = everything.rows
        self.kept = [
            i
            for i, row in enumerate(rows)
            if row.terms[0][0] in part and (with_ties or row.kind != "tie")
        ]
        # Seen through estimates, figures are given away by the estimates and not by side tables.
        is_tied = any(rows[i].kind == "tie" for i in self.kept)
        self.secrets = [
            s for s in everything.secrets if s.terms[0][0] in part and not (is_tied and s.is_figure)
        ]
        self.alternatives: list[Alternative] = []
        self.found: dict[int, list[tuple[int, Alternative]]] = defaultdict(list)
        self.exchange = Exchange(everything, self.places, self.kept)
        self.programmes = Programmes(everything, self.places, self.kept)

    def attack(self, known: Iterable[Alternative] = ()) -> list[Alternative]:
        """Raise Narrowed for the first secret that someone narrows down.

        Alternatives that are `known` are tried first, as far as they are about these numbers;
        those that were found come back with them.
        """
        for alternative in known:
            change = {at: step for at, step in alternative.change.items() if at in self.part}
            self._keep(self.everything.alternative(change))
        for alternative in self.exchange.alternatives():
            self._keep(alternative)
        for at, secret in enumerate(self.secrets):
            self._attack(at, secret)
        return [*known, *self.alternatives]

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
            for place, weight in self.everything.rows[i].terms:
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
            -rows[i].below - EXACT <= moved <= rows[i].above + EXACT for i, moved in sums.items()
        )

    def _attack(self, at: int, secret: Secret) -> None:
        """First the outsider, then every insider that some alternative touches."""
        if self._is_settled_for_all(at, secret):
            return
        if len(secret.terms) == 1:
            for alternative in self.exchange.swaps(secret.terms[0][0]):
                self._keep(alternative)
        width = self._settle(at, secret, OUTSIDER, self.everything.rules.width)
        seen: set[int] = set()
        while more := sorted(self._insiders(at, secret) - seen):
            for who in more:
                self._settle(at, secret, who, width)
            seen.update(more)

    def _is_settled_for_all(self, at: int, secret: Secret) -> bool:
        return all(
            self._reach(at, secret, who).is_enough(secret, self.everything.rules.width)
            for who in (OUTSIDER, *self._insiders(at, secret))
        )

    def _insiders(self, at: int, secret: Secret) -> set[int]:
        """Those who can rule out some alternative of a secret that is not their own."""
        found = {who for _, alternative in self.found[at] for who in alternative.touched}
        if secret.is_figure:
            moved = {place for _, alternative in self.found[at] for place in alternative.change}
            exact = self.everything.exact
            found |= {who for who, known in exact.items() if not known.isdisjoint(moved)}
        return found - secret.owners

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
            if need > 0 and (found := self.programmes.alternative(secret, who, way, need)):
                self._keep(found)
            reach = self._reach(at, secret, who)
            if reach.is_enough(secret, width):
                return width
        left = reach.up + reach.down
        if secret.is_figure or left < self._by_figures_alone(secret, who, left):
            truth = sum(round(w) * self.everything.numbers[p].amount for p, w in secret.terms)
            name = str(who) if who else ""
            raise Narrowed(secret.about, name, truth - reach.down, truth + reach.up)
        return left

    def _by_figures_alone(self, secret: Secret, who: int, left: int) -> int:
        """How wide the figures alone leave a number, or `left` where it is no wider than that."""
        if min(self._open_sums(secret, who), self.everything.rules.width) <= left:
            return left
        return self.programmes.by_figures_alone(secret, who)

    def _open_sums(self, secret: Secret, who: int) -> float:
        """No number can be more uncertain than what others have in an open sum it is part of."""
        if len(secret.terms) > 1:
            return float("inf")
        place = secret.terms[0][0]
        return min(
            (self._others(i, place, who) for i in self.programmes.sums_of.get(place, ())),
            default=float("inf"),
        )

    def _others(self, row: int, place: int, who: int) -> float:
        numbers = self.everything.numbers
        inside = [p for p, _ in self.everything.rows[row].terms]
        free = [p for p in inside if numbers[p].amount and numbers[p].enterprise != who]
        if free == [place]:
            return 0.0
        return float(sum(numbers[p].amount for p in free))

"""Numbers tied together in any way, what must stay uncertain in them, and how that is proven.

The most general form: whole numbers, rows that they keep to, secrets, and knowers. Proof are
moves: whole changes of the true numbers that leave every row as it is, so that whoever knows the
rows cannot tell the moved numbers from the true ones. Checked by adding up, without a solver.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from survey_data.errors import NotProtected

Key = tuple[str | int, ...]
Terms = tuple[tuple[Key, int], ...]
Move = Mapping[Key, int]
# How far below and above the truth each secret may lie, by its place.
Reach = Mapping[int, tuple[int, int]]


@dataclass(frozen=True)
class Row:
    """A weighted sum that may fall by `below` and rise by `above` unseen; published, by nought."""

    terms: Terms
    below: int = 0
    above: int = 0


@dataclass(frozen=True)
class Secret:
    """A weighted sum: some table has it `climb` above the truth, and two tables lie `width` apart.

    `about` is the figure that is told of when it is not protected.
    """

    name: str
    terms: Terms
    climb: int
    width: int
    about: Key = ()


@dataclass(frozen=True)
class Knower:
    """An attacker: numbers it knows exactly, that others are at least, and what it may know.

    `owns` are the secrets that are its own; `needs` (climb and width) the others of which it must
    know less than everyone else may: what is left to hide is what others than it add.
    """

    name: str
    exact: frozenset[Key] = frozenset()
    lower: Mapping[Key, int] = field(default_factory=dict)
    owns: frozenset[str] = frozenset()
    needs: Mapping[str, tuple[int, int]] = field(default_factory=dict)


EVERYONE = Knower("")


@dataclass(frozen=True)
class System:
    """The true numbers (each at least its floor), the rows, the secrets and who must not know."""

    truth: Mapping[Key, int]
    rows: tuple[Row, ...]
    secrets: tuple[Secret, ...]
    knowers: tuple[Knower, ...] = (EVERYONE,)
    # What everyone knows that a number is at least; nought where nothing is said.
    floors: Mapping[Key, int] = field(default_factory=dict)

    @cached_property
    def of_key(self) -> Mapping[Key, tuple[tuple[int, int], ...]]:
        """The rows that a number is in, and its weight there."""
        return _index(row.terms for row in self.rows)

    @cached_property
    def secrets_of_key(self) -> Mapping[Key, tuple[tuple[int, int], ...]]:
        """The secrets that a number is in, and its weight there."""
        return _index(secret.terms for secret in self.secrets)

    def need(self, at: int, knower: Knower) -> tuple[int, int] | None:
        """The climb and width that a secret needs from a knower; None where it is its own."""
        secret = self.secrets[at]
        if secret.name in knower.owns:
            return None
        climb, width = knower.needs.get(secret.name, (secret.climb, secret.width))
        return None if width <= 0 else (climb, width)

    def floor(self, key: Key, knower: Knower) -> int:
        """What a knower knows that a number is at least."""
        least = self.floors.get(key, 0)
        return max(least, knower.lower.get(key, least))

    def is_possible(self, move: Move) -> bool:
        """Whether everyone must hold the moved numbers to be possible."""
        return (
            all(type(n) is int and key in self.truth for key, n in move.items())
            and all(self.truth[key] + n >= self.floors.get(key, 0) for key, n in move.items())
            and all(
                -self.rows[at].below <= change <= self.rows[at].above
                for at, change in added(move, self.of_key).items()
            )
        )

    def is_possible_to(self, move: Move, knower: Knower) -> bool:
        """Whether a knower must hold them to be possible, where everyone must."""
        return knower.exact.isdisjoint(move) and all(
            self.truth[key] + n >= self.floor(key, knower) for key, n in move.items() if n < 0
        )

    def exposed(self, knower: Knower, reach: Reach) -> Iterator[int]:
        """The secrets that are not uncertain enough to a knower."""
        for at in range(len(self.secrets)):
            if self.is_exposed(at, knower, *reach.get(at, (0, 0))):
                yield at

    def is_exposed(self, at: int, knower: Knower, low: int, high: int) -> bool:
        """Whether so far below and above the truth is not enough for a secret."""
        need = self.need(at, knower)
        return need is not None and (high < need[0] or high - low < need[1])


def check(system: System, moves: Iterable[Move]) -> None:
    """Raise NotProtected unless the moves prove that every secret is kept from every knower."""
    possible = _by_secret(system, moves)
    for knower in system.knowers:
        for at in range(len(system.secrets)):
            if system.need(at, knower):
                reach = _reach(system, at, knower, possible.get(at, ()))
                if system.is_exposed(at, knower, *reach):
                    raise exposed(system, at, knower, reach)


def _by_secret(system: System, moves: Iterable[Move]) -> dict[int, list[tuple[int, Move]]]:
    """The possible moves of each secret, and how far they take it."""
    found: dict[int, list[tuple[int, Move]]] = defaultdict(list)
    for move in moves:
        if system.is_possible(move):
            for at, change in added(move, system.secrets_of_key).items():
                found[at].append((change, move))
    return found


def _reach(
    system: System, at: int, knower: Knower, moves: Iterable[tuple[int, Move]]
) -> tuple[int, int]:
    """How far from the truth a knower must hold a secret possible; far enough will do."""
    low = high = 0
    for change, move in moves:
        is_further = not low <= change <= high
        if is_further and system.is_possible_to(move, knower):
            low, high = min(low, change), max(high, change)
            if not system.is_exposed(at, knower, low, high):
                break
    return low, high


def widen(reach: dict[int, tuple[int, int]], changes: Mapping[int, int]) -> None:
    """Take what one more move does to the secrets into how far they may lie from the truth."""
    for at, change in changes.items():
        low, high = reach.get(at, (0, 0))
        reach[at] = min(low, change), max(high, change)


def exposed(system: System, at: int, knower: Knower, reach: tuple[int, int]) -> NotProtected:
    """What to raise of a secret that a knower can work out."""
    secret = system.secrets[at]
    truth = sum(weight * system.truth[key] for key, weight in secret.terms)
    return NotProtected(secret.about, knower.name, truth + reach[0], truth + reach[1])


def added(move: Move, index: Mapping[Key, tuple[tuple[int, int], ...]]) -> dict[int, int]:
    """What a move changes of the sums in an index."""
    changes: dict[int, int] = defaultdict(int)
    for key, n in move.items():
        for at, weight in index.get(key, ()):
            changes[at] += weight * n
    return changes


def _index(sums: Iterable[Terms]) -> dict[Key, tuple[tuple[int, int], ...]]:
    found: dict[Key, list[tuple[int, int]]] = defaultdict(list)
    for at, terms in enumerate(sums):
        for key, weight in terms:
            found[key].append((at, weight))
    return {key: tuple(places) for key, places in found.items()}

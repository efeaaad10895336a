"""The plainest moves: what one number gets, others that stand in the same sums give.

They prove most secrets at once, and leave the rest for a solver.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from survey_data.disclosure.linked_tables import Key, Move, System

# So many ways to make up for one number, each with others that give.
WAYS = 4
Column = tuple[tuple[int, int], ...]


class Trades:
    """Numbers that can take from each other without any row telling."""

    def __init__(self, system: System) -> None:
        self.system = system
        # Rows that only say what some other number comes to: that number goes along.
        self.follower = dict(self._followers())
        self.alike: dict[Column, list[int]] = defaultdict(list)
        for at, _ in enumerate(self.bundles):
            self.alike[self._column(at)].append(at)
        self.bundle_of = {key: at for at, keys in enumerate(self.bundles) for key in keys}

    def moves(self, at: int, size: int) -> Iterator[Move]:
        """Some moves that take a secret of one number, or of its steps' years, up by `size`."""
        for key, weight in self.system.secrets[at].terms:
            if weight > 0 and key in self.bundle_of and len(self.system.secrets[at].terms) == 1:
                yield from self._moves(self.bundle_of[key], size)

    def _moves(self, at: int, size: int) -> Iterator[Move]:
        givers = [b for b in self.alike[self._column(at)] if b != at and self._room(b)]
        givers.sort(key=self._room, reverse=True)
        for _ in range(WAYS):
            given, givers = self._given(givers, size)
            if not given:
                return
            changes = dict.fromkeys(self.bundles[at], size)
            for giver, amount in given.items():
                changes |= dict.fromkeys(self.bundles[giver], -amount)
            yield self._followed(changes)

    def _given(self, givers: Sequence[int], size: int) -> tuple[dict[int, int], list[int]]:
        """Who gives how much, and who is left for another time; nobody where it is too little."""
        given: dict[int, int] = {}
        for at, giver in enumerate(givers):
            given[giver] = min(self._room(giver), size)
            size -= given[giver]
            if not size:
                return given, list(givers[at + 1 :])
        return {}, []

    def _room(self, at: int) -> int:
        """How far down all numbers of a bundle can go."""
        floors = self.system.floors
        return min(self.system.truth[key] - floors.get(key, 0) for key in self.bundles[at])

    def _followed(self, changes: dict[Key, int]) -> Move:
        """The changes and what follows from them."""
        follows: dict[Key, int] = defaultdict(int)
        for key, n in changes.items():
            for row, weight in self.system.of_key.get(key, ()):
                if row in self.follower:
                    follower, own = self.follower[row]
                    follows[follower] -= own * weight * n
        return {key: n for key, n in {**changes, **follows}.items() if n}

    def _followers(self) -> Iterator[tuple[int, tuple[Key, int]]]:
        for key in self.system.truth:
            places = self.system.of_key.get(key, ())
            if len(places) == 1 and abs(places[0][1]) == 1 and key[0] != "one":
                yield places[0][0], (key, places[0][1])

    @cached_property
    def bundles(self) -> tuple[tuple[Key, ...], ...]:
        """Numbers that rows of two tie to each other: they go up and down together."""
        of: dict[Key, list[Key]] = {
            key: [key] for key in self.system.truth if key not in self._following
        }
        for row in self.system.rows:
            if len(row.terms) == 2 and row.terms[0][1] == -row.terms[1][1]:
                one, two = (of.get(key, []) for key, _ in row.terms)
                if one and two and one is not two:
                    one += two
                    of |= dict.fromkeys(two, one)
        return tuple(tuple(keys) for keys in {id(keys): keys for keys in of.values()}.values())

    @cached_property
    def _following(self) -> Mapping[Key, int]:
        return {key: row for row, (key, _) in self.follower.items()}

    def _column(self, at: int) -> Column:
        """The rows that a bundle changes when it goes up by one, and by how much."""
        column: dict[int, int] = defaultdict(int)
        for key in self.bundles[at]:
            for row, weight in self.system.of_key.get(key, ()):
                if row not in self.follower:
                    column[row] += weight
        return tuple(sorted((row, n) for row, n in column.items() if n))

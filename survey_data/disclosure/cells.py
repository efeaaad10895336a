"""What protection works on: figures, the sums that tie them together, and who attacks them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

Key = tuple[str, ...]


@dataclass(frozen=True)
class Cell:
    """One figure; whole, and never negative unless `lower` says that it may be (None)."""

    key: Key
    value: int
    weight: float = 1.0
    is_primary: bool = False
    is_public: bool = False  # known already, or always shown: cannot be hidden
    is_withheld: bool = False  # never shown, whatever is decided: hides nothing by itself
    lower: int | None = 0  # what everyone knows that it is at least


@dataclass(frozen=True)
class Relation:
    """Figures times whole numbers that always come to nothing: total - part - part = 0."""

    terms: tuple[tuple[Key, int], ...]

    @property
    def keys(self) -> tuple[Key, ...]:
        """The figures that it ties together."""
        return tuple(key for key, _ in self.terms)


def total(of: Key, parts: Iterable[Key]) -> Relation:
    """`of` is exactly the sum of `parts`."""
    return Relation(((of, 1), *((part, -1) for part in parts)))


@dataclass(frozen=True)
class Attacker:
    """Someone who knows more than what is published: figures, and that others are at least so."""

    name: str
    # Compared but not hashed: systems that are alike are solved once.
    lower: Mapping[Key, int] = field(default_factory=dict, hash=False)
    known: frozenset[Key] = frozenset()


OUTSIDER = Attacker("")


@dataclass(frozen=True)
class Problem:
    """One linked system of figures and all who attack it."""

    cells: tuple[Cell, ...]
    relations: tuple[Relation, ...]
    attackers: tuple[Attacker, ...] = (OUTSIDER,)
    top: int = 5
    width: int = 5

    @property
    def primaries(self) -> tuple[Cell, ...]:
        """The figures that must be hidden for their own sake."""
        return tuple(cell for cell in self.cells if cell.is_primary)


@dataclass(frozen=True)
class Pattern:
    """Which figures are hidden, and whether no lighter pattern protects."""

    hidden: frozenset[Key]
    is_optimal: bool = True


def apart(problem: Problem) -> Iterator[Problem]:
    """The parts of a system that no relation ties together, each a system of its own."""
    root = _roots(problem)
    groups: dict[Key, list[Cell]] = {}
    for cell in problem.cells:
        groups.setdefault(root[cell.key], []).append(cell)
    for at, cells in groups.items():
        keys = {cell.key for cell in cells}
        relations = tuple(r for r in problem.relations if root[r.keys[0]] == at)
        yield replace(
            problem,
            cells=tuple(cells),
            relations=relations,
            attackers=_distinct(problem.attackers, keys),
        )


def _roots(problem: Problem) -> dict[Key, Key]:
    above = {cell.key: cell.key for cell in problem.cells}

    def root(key: Key) -> Key:
        while above[key] != key:
            above[key] = key = above[above[key]]
        return key

    for relation in problem.relations:
        first, *others = relation.keys
        for other in others:
            above[root(other)] = root(first)
    return {key: root(key) for key in above}


def _distinct(attackers: Sequence[Attacker], keys: set[Key]) -> tuple[Attacker, ...]:
    """Each kind of knowledge of these figures once, the outsider's first.

    An enterprise that adds to none of them knows of them what an outsider knows: this is why
    only those with a figure of their own in a part need be tried there.
    """
    found: dict[tuple[object, ...], Attacker] = {(): OUTSIDER}
    for each in attackers:
        lower = {key: at for key, at in each.lower.items() if key in keys}
        known = each.known & keys
        mark = (*sorted(lower.items()), *sorted(known))
        found.setdefault(mark, Attacker(each.name, lower, known))
    return tuple(found.values())

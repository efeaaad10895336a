"""The linked tables as one problem: cells, additivity constraints, and the intruders to withstand.

    |        | women | men | total |
    |--------|------:|----:|------:|
    | north  |    20 |   3 |    23 |
    | south  |    14 |  25 |    39 |
    | county |    34 |  28 |    62 |

Nine cells and six constraints: each row and each column adds up (north: 23 - 20 - 3 = 0). The 3
is sensitive. An intruder is whoever knows more than what is published: the outsider knows
nothing more; an enterprise with 2 of the 3 men knows that they are at least 2; one that has all
3 knows the cell, which is then its own and no secret from it. Cells that no constraint links lie
in problems of their own, each solved by itself.
"""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

Key = tuple[str, ...]
Node = TypeVar("Node", bound=Hashable)


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
class Intruder:
    """Someone who knows more than what is published: figures, and that others are at least so."""

    name: str
    # Compared but not hashed: systems that are alike are solved once.
    lower: Mapping[Key, int] = field(default_factory=dict, hash=False)
    known: frozenset[Key] = frozenset()


OUTSIDER = Intruder("")


@dataclass(frozen=True)
class Problem:
    """One linked system of figures and all who attack it."""

    cells: tuple[Cell, ...]
    relations: tuple[Relation, ...]
    intruders: tuple[Intruder, ...] = (OUTSIDER,)
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
    root = roots((c.key for c in problem.cells), (r.keys for r in problem.relations))
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
            intruders=_distinct(problem.intruders, keys),
        )


def roots(nodes: Iterable[Node], groups: Iterable[Sequence[Node]]) -> dict[Node, Node]:
    """For each node, one that stands for all that the groups tie it to."""
    above = {node: node for node in nodes}

    def root(node: Node) -> Node:
        while above[node] != node:
            above[node] = node = above[above[node]]
        return node

    for first, *others in groups:
        for other in others:
            above[root(other)] = root(first)
    return {node: root(node) for node in above}


def _distinct(intruders: Sequence[Intruder], keys: set[Key]) -> tuple[Intruder, ...]:
    """Each kind of knowledge of these figures once, the outsider's first.

    An enterprise that adds to none of them knows of them what an outsider knows: this is why
    only those with a figure of their own in a part need be tried there.
    """
    found: dict[tuple[object, ...], Intruder] = {(): OUTSIDER}
    for each in intruders:
        lower = {key: at for key, at in each.lower.items() if key in keys}
        known = each.known & keys
        mark = (*sorted(lower.items()), *sorted(known))
        found.setdefault(mark, Intruder(each.name, lower, known))
    return tuple(found.values())

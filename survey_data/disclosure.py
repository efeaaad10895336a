"""Which cells must be hidden before anything is published: pure numbers in, a pattern out.

This is the one place of protection. The rule here is the simple one: hide every unsafe
cell, and wherever a published sum would then give a single hidden cell away, hide its
least weighty sibling too, until no sum does. What it cannot protect it refuses.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from survey_data.errors import NotProtected

SMALLEST_OPEN_VALUE = 5
FEWEST_CONTRIBUTORS = 3
# Higher is dearer: the county series are what the board has always printed.
LEVEL_COST = {"county": 100, "province": 10, "municipality": 1}


@dataclass(frozen=True)
class Cell:
    """One figure: its value, how many enterprises add to it, and whether it is public already."""

    key: tuple[str, str, str]  # area type, area code, indicator
    value: int
    contributors: int
    is_public: bool = False

    @property
    def level(self) -> str:
        """The area type."""
        return self.key[0]


@dataclass(frozen=True)
class Sum:
    """`total` is exactly the sum of `parts`."""

    total: tuple[str, str, str]
    parts: tuple[tuple[str, str, str], ...]

    @property
    def cells(self) -> tuple[tuple[str, str, str], ...]:
        """The total and its parts."""
        return (self.total, *self.parts)


def is_unsafe(cell: Cell) -> bool:
    """Whether a cell must be hidden for its own sake.

    Zero is safe: nobody is in it. Below the county a value under five is not, and
    nowhere is one that fewer than three enterprises make up.
    """
    if cell.is_public or cell.value == 0:
        return False
    too_few = cell.contributors < FEWEST_CONTRIBUTORS
    return too_few or (cell.level != "county" and cell.value < SMALLEST_OPEN_VALUE)


def hidden_cells(cells: Sequence[Cell], sums: Sequence[Sum]) -> frozenset[tuple[str, str, str]]:
    """The keys of every cell to hide, primary and secondary alike.

    Raises NotProtected where a hidden cell could be calculated and nothing more can be hidden.
    """
    by_key = {cell.key: cell for cell in cells}
    hidden = {cell.key for cell in cells if is_unsafe(cell)}
    while True:
        exposed = [s for s in sums if len(hidden.intersection(s.cells)) == 1]
        if not exposed:
            return frozenset(hidden)
        for total in exposed:
            if len(hidden.intersection(total.cells)) == 1:
                hidden.add(_cheapest_sibling(total, by_key, hidden))


def _cheapest_sibling(
    exposed: Sum,
    by_key: Mapping[tuple[str, str, str], Cell],
    hidden: Collection[tuple[str, str, str]],
) -> tuple[str, str, str]:
    open_cells = [
        by_key[key] for key in exposed.cells if key not in hidden and not by_key[key].is_public
    ]
    if not open_cells:
        raise NotProtected(exposed.total)
    # A non-zero neighbour first: hiding a zero leaves the other one nearly certain.
    return min(open_cells, key=_cost).key


def _cost(cell: Cell) -> tuple[int, bool, int, tuple[str, str, str]]:
    return LEVEL_COST[cell.level], cell.value == 0, cell.value, cell.key

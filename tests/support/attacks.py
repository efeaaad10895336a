"""Attacks written for the tests alone: nothing here is shared with what they attack."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from scipy.optimize import linprog

from survey_data.disclosure.cells import Cell, Key, Problem, Relation, total

Table = dict[Key, int]


def interval(
    sums: Sequence[Relation],
    values: Mapping[Key, int],
    hidden: Sequence[Key],
    wanted: Mapping[Key, int],
    lower: Mapping[Key, int] | None = None,
    known: frozenset[Key] = frozenset(),
) -> tuple[float, float]:
    """The least and the most that some hidden figures (each with its sign) can come to."""
    unknown = [key for key in hidden if key not in known]
    place = {key: at for at, key in enumerate(unknown)}
    rows, sides = [], []
    for relation in sums:
        row, side = np.zeros(len(unknown)), 0.0
        for key, sign in relation.terms:
            if key in place:
                row[place[key]] += sign
            else:
                side -= sign * values[key]
        rows.append(row)
        sides.append(side)
    goal, fixed = np.zeros(len(unknown)), 0
    for key, sign in wanted.items():
        if key in place:
            goal[place[key]] = sign
        else:
            fixed += sign * values[key]
    bounds = [((lower or {}).get(key, 0), None) for key in unknown]
    ends = []
    for way in (1, -1):
        result = linprog(way * goal, A_eq=np.array(rows), b_eq=np.array(sides), bounds=bounds)
        ends.append(way * result.fun if result.status == 0 else way * -np.inf)
    return round(ends[0] + fixed, 6), round(ends[1] + fixed, 6)


def whole_tables(
    sums: Sequence[Relation], values: Mapping[Key, int], hidden: Sequence[Key], most: int
) -> Iterator[Table]:
    """Every table of whole numbers up to `most` that agrees with what is open, by trying all."""
    if not hidden:
        yield dict(values)
        return
    first, *others = hidden
    ready = [r for r in sums if first in r.keys and not set(others) & set(r.keys)]
    for number in range(most + 1):
        table = {**values, first: number}
        if all(sum(sign * table[key] for key, sign in r.terms) == 0 for r in ready):
            yield from whole_tables(sums, table, others, most)


def square(
    inner: Sequence[Sequence[int]], primary: Sequence[tuple[int, int]] = (), **more: float
) -> Problem:
    """A table of rows and columns with all its totals; the weights are the values."""
    height, width = len(inner), len(inner[0])
    rows = [[*row, sum(row)] for row in inner]
    rows.append([sum(column) for column in zip(*rows, strict=True)])
    cells = tuple(
        Cell(
            at(r, c),
            rows[r][c],
            weight=more.get("weight", float(rows[r][c] + 1)),
            is_primary=(r, c) in primary,
        )
        for r in range(height + 1)
        for c in range(width + 1)
    )
    sums = [total(at(r, width), [at(r, c) for c in range(width)]) for r in range(height + 1)]
    sums += [total(at(height, c), [at(r, c) for r in range(height)]) for c in range(width + 1)]
    return Problem(cells, tuple(sums))


def at(row: int, column: int) -> Key:
    """The key of a figure in a square."""
    return (str(row), str(column))


def values_of(problem: Problem) -> dict[Key, int]:
    """The true figures."""
    return {cell.key: cell.value for cell in problem.cells}

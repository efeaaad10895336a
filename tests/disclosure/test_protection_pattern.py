"""The lightest pattern that protects: textbook tables, and attacks by code of the tests' own."""

from dataclasses import replace
from itertools import chain, combinations, pairwise, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey_data.disclosure.attack import Attack
from survey_data.disclosure.cells import OUTSIDER, Cell, Intruder, Key, Problem, total
from survey_data.disclosure.pattern import protect
from survey_data.disclosure.rules import Rules, is_unsafe, weight
from survey_data.errors import NotProtected
from tests.support.attacks import at, interval, square, values_of, whole_tables

# Investments by activity and region, from Fischetti and Salazar (2001); the manuals of the
# official statistics' tools use it too. Activity II in region C is the sensitive one.
INVESTMENTS = ((20, 50, 10), (8, 19, 22), (17, 32, 12))


@pytest.mark.parametrize(
    ("level", "value", "contributors", "unsafe"),
    [
        ("province", 0, 0, False),
        ("province", 1, 10, True),
        ("municipality", 4, 10, True),
        ("municipality", 5, 10, False),
        ("province", 500, 2, True),
        ("province", 500, 3, False),
        ("county", 1, 10, False),
        ("county", 4, 3, False),
        ("county", 500, 2, True),
        ("county", 500, 1, True),
        ("county", 0, 0, False),
    ],
)
def test_a_figure_is_unsafe_for_its_value_or_for_how_few_make_it_up(
    level: str, value: int, contributors: int, unsafe: bool
) -> None:
    assert is_unsafe(level, value, contributors, Rules()) == unsafe


def test_what_hiding_costs_follows_the_level_the_value_and_the_wish() -> None:
    assert weight("municipality", 6) == 3.0
    assert weight("province", 6) == 30.0
    assert weight("county", 6) == 300.0
    assert weight("municipality", 6, factor=10.0) == 30.0


def hidden_flags(problem: Problem, hidden: set[Key] | frozenset[Key]) -> np.ndarray:
    return np.array([cell.key in hidden for cell in problem.cells])


def exposed(problem: Problem, hidden: set[Key] | frozenset[Key]) -> dict[Key, tuple[int, int]]:
    found = Attack(problem).exposed(hidden_flags(problem, hidden))
    return {each.cell: (each.low, each.high) for each in found}


def uncertainty(problem: Problem, hidden: frozenset[Key], cell: Cell) -> list[tuple[float, float]]:
    """What each intruder can work out of a figure, by the tests' own programme."""
    return [
        interval(
            problem.relations,
            values_of(problem),
            [*hidden, *(c.key for c in problem.cells if c.is_withheld)],
            {cell.key: 1},
            {c.key: c.lower or 0 for c in problem.cells} | dict(intruder.lower),
            intruder.known,
        )
        for intruder in problem.intruders
        if cell.key not in intruder.known
    ]


def assert_protects(problem: Problem, hidden: frozenset[Key]) -> None:
    assert hidden >= {c.key for c in problem.primaries}
    assert not hidden & {c.key for c in problem.cells if c.is_public}
    for cell in problem.primaries:
        for low, high in uncertainty(problem, hidden, cell):
            assert high >= problem.top, (cell, low, high)
            assert high - low >= problem.width, (cell, low, high)


def test_the_textbook_table_takes_its_three_lightest_companions() -> None:
    problem = square(INVESTMENTS, [(1, 2)])
    pattern = protect(problem)
    assert pattern.is_optimal
    assert_protects(problem, pattern.hidden)
    # Of all rectangles through 22, the one over regions A and C and activities II and III.
    assert pattern.hidden == {at(1, 2), at(1, 0), at(2, 0), at(2, 2)}


def test_two_hidden_in_every_row_and_column_can_still_be_exact() -> None:
    inner = [[7, 8, 30, 31], [9, 10, 11, 32], [33, 34, 12, 13], [35, 36, 14, 15]]
    problem = square(inner, [(1, 2)])
    naive = {at(0, 0), at(0, 1), at(1, 0), at(1, 1), at(1, 2)}
    naive |= {at(2, 2), at(2, 3), at(3, 2), at(3, 3)}
    for line in problem.relations:
        assert len(naive & set(line.keys)) != 1
    # The first two rows less the first two columns leave it alone.
    assert exposed(problem, naive) == {at(1, 2): (11, 11)}
    assert_protects(problem, protect(problem).hidden)


def test_two_tables_that_are_safe_alone_are_not_together() -> None:
    names = ("A", "B", "C", "one", "two", "three")
    values = dict(zip(names, (12, 20, 30, 32, 42, 50), strict=True))
    cells = tuple(Cell((n,), values[n], is_primary=n == "A") for n in names)
    one, two, three = (
        total((of,), [(a,), (b,)]) for of, a, b in (("one", "A", "B"), ("two", "A", "C"),
                                                    ("three", "B", "C"))
    )  # fmt: skip
    hidden = {("A",), ("B",), ("C",)}
    assert not exposed(Problem(cells, (one, three)), hidden)
    assert not exposed(Problem(cells, (two, three)), hidden)
    linked = Problem(cells, (one, two, three))
    assert exposed(linked, hidden) == {("A",): (12, 12)}
    assert_protects(linked, protect(linked).hidden)


def test_a_neighbour_too_small_to_hide_behind_is_not_enough() -> None:
    cells = (Cell(("t",), 64, 100.0), Cell(("p",), 3, is_primary=True), Cell(("small",), 1, 1.0),
             Cell(("large",), 60, 5.0))  # fmt: skip
    problem = Problem(cells, (total(("t",), [("p",), ("small",), ("large",)]),))
    assert exposed(problem, {("p",), ("small",)}) == {("p",): (0, 4)}
    assert protect(problem).hidden == {("p",), ("large",)}


def test_a_nought_is_hidden_where_that_protects_a_neighbour() -> None:
    cells = (Cell(("t",), 66, 100.0), Cell(("p",), 6, is_primary=True), Cell(("zero",), 0, 1.0),
             Cell(("large",), 60, 5.0))  # fmt: skip
    problem = Problem(cells, (total(("t",), [("p",), ("zero",), ("large",)]),))
    assert protect(problem).hidden == {("p",), ("zero",)}


def singletons() -> Problem:
    """Two municipalities with one enterprise each, and one that many share."""
    cells = (
        Cell(("t",), 90, 100.0), Cell(("one",), 9, is_primary=True),
        Cell(("other",), 11, is_primary=True), Cell(("many",), 70, 6.0),
    )  # fmt: skip
    alone = [Intruder(n, {(n,): v}, frozenset({(n,)})) for n, v in (("one", 9), ("other", 11))]
    sums = (total(("t",), [("one",), ("other",), ("many",)]),)
    return Problem(cells, sums, (OUTSIDER, *alone))


def test_an_enterprise_alone_in_its_place_does_not_learn_the_other_lonely_one() -> None:
    problem = singletons()
    assert not exposed(replace(problem, intruders=(OUTSIDER,)), {("one",), ("other",)})
    assert exposed(problem, {("one",), ("other",)}) == {("one",): (9, 9), ("other",): (11, 11)}
    assert protect(problem).hidden == {("one",), ("other",), ("many",)}


def test_what_cannot_be_protected_is_refused_with_the_figure_and_the_attacker() -> None:
    everyone = singletons()
    cells = tuple(replace(c, is_public=c.key in {("t",), ("many",)}) for c in everyone.cells)
    with pytest.raises(NotProtected) as refused:
        protect(replace(everyone, cells=cells))
    assert refused.value.cell in {("one",), ("other",)}
    assert (refused.value.intruder, refused.value.low) in {("one", 11), ("other", 9)}


def test_a_figure_whose_whole_row_is_public_is_refused() -> None:
    problem = square(INVESTMENTS, [(1, 2)])
    cells = tuple(replace(c, is_public=c.key[0] == "1" and c.key[1] != "2") for c in problem.cells)
    with pytest.raises(NotProtected) as refused:
        protect(replace(problem, cells=cells))
    assert (refused.value.cell, refused.value.intruder) == (at(1, 2), "")
    assert (refused.value.low, refused.value.high) == (22, 22)


def test_a_dearer_figure_is_kept_and_another_goes() -> None:
    problem = square(INVESTMENTS, [(1, 2)])
    costly = tuple(replace(c, weight=1000.0) if c.key == at(2, 0) else c for c in problem.cells)
    pattern = protect(replace(problem, cells=costly))
    assert at(2, 0) not in pattern.hidden
    assert_protects(problem, pattern.hidden)


@pytest.mark.parametrize("inner", [((3, 9), (8, 7)), ((1, 0), (12, 6)), ((2, 40), (1, 5))])
def test_no_lighter_pattern_protects(inner: tuple[tuple[int, int], tuple[int, int]]) -> None:
    problem = square(inner, [(0, 0)])
    found = protect(problem)
    assert_protects(problem, found.hidden)
    weights = {cell.key: cell.weight for cell in problem.cells}
    others = [key for key in weights if key != at(0, 0)]
    best = sum(weights[key] for key in found.hidden)
    cell = problem.primaries[0]
    for some in chain.from_iterable(combinations(others, n) for n in range(len(others))):
        hidden = frozenset({at(0, 0), *some})
        if sum(weights[key] for key in hidden) < best - 1e-9:
            [(low, high)] = uncertainty(problem, hidden, cell)
            assert high < problem.top or high - low < problem.width


@pytest.mark.parametrize("seed", range(4))
def test_without_work_it_still_protects_and_says_that_it_may_hide_too_much(seed: int) -> None:
    numbers = np.random.default_rng(seed).integers(0, 30, (5, 6)).tolist()
    small = [(r, c) for r, c in product(range(5), range(6)) if 0 < numbers[r][c] < 5]
    problem = square(numbers, small or [(0, 0)])
    hasty, thorough = protect(problem, rounds=0), protect(problem)
    assert_protects(problem, hasty.hidden)
    assert_protects(problem, thorough.hidden)
    assert (hasty.is_optimal, thorough.is_optimal) == (False, True)
    weights = {cell.key: cell.weight for cell in problem.cells}
    heavy, light = (sum(weights[k] for k in p.hidden) for p in (hasty, thorough))
    assert light <= heavy + 1e-9


SMALL = st.lists(st.lists(st.integers(0, 6), min_size=2, max_size=2), min_size=2, max_size=3)


@given(SMALL, st.data())
@settings(max_examples=25, deadline=None)
def test_whole_numbers_tried_one_by_one_leave_every_figure_uncertain(
    inner: list[list[int]], data: st.DataObject
) -> None:
    spots = [(r, c) for r in range(len(inner)) for c in range(2) if inner[r][c]]
    if not spots:
        return
    problem = square(inner, [data.draw(st.sampled_from(spots))])
    hidden = sorted(protect(problem).hidden)
    [cell] = problem.primaries
    if len(hidden) > 4:
        return assert_protects(problem, frozenset(hidden))
    found = {
        table[cell.key] for table in whole_tables(problem.relations, values_of(problem), hidden, 40)
    }
    assert max(found) >= problem.top
    assert max(found) - min(found) >= problem.width


@st.composite
def hierarchies(draw: st.DrawFn) -> Problem:
    """Areas in areas by parts of a total, with a few enterprises behind each inner figure."""
    provinces = 2
    inner = {
        (p, m, part): draw(st.lists(st.integers(0, 8), min_size=1, max_size=3))
        for p in range(provinces)
        for m in range(draw(st.integers(1, 2)))
        for part in "ab"
    }
    cells, sums, lower, known = _gathered(inner)
    intruders = [
        Intruder(str(who), lower[who], frozenset(known.get(who, ()))) for who in sorted(lower)
    ]
    return Problem(cells, sums, (OUTSIDER, *intruders))


def _gathered(inner: dict[tuple[int, int, str], list[int]]) -> tuple:
    adding: dict[Key, dict[str, int]] = {}
    under: dict[Key, dict[str, set[Key]]] = {}
    for (p, m, part), amounts in inner.items():
        chain_ = [("21", "*", "*"), (str(p), "*", "*"), (str(p), str(m), "*")]
        for above, below in pairwise(chain_):
            for x in (part, "*"):
                under.setdefault((*above[:2], x), {}).setdefault("area", set()).add((*below[:2], x))
        for area in chain_:
            under.setdefault(area, {}).setdefault("part", set()).add((*area[:2], part))
            for x in (part, "*"):
                for who, amount in enumerate(amounts):
                    mine = adding.setdefault((*area[:2], x), {})
                    name = f"{p}{m}{who}"
                    mine[name] = mine.get(name, 0) + amount
    sums = tuple(total(of, sorted(parts)) for of in under for parts in under[of].values())
    cells, lower, known = [], {}, {}
    for key, by in adding.items():
        some = {who for who, amount in by.items() if amount}
        level = "county" if key[0] == "21" else "province" if key[1] == "*" else "municipality"
        value = sum(by.values())
        primary = is_unsafe(level, value, len(some), Rules())
        cells.append(Cell(key, value, weight(level, value), primary))
        for who, amount in by.items():
            lower.setdefault(who, {})[key] = amount
            if some == {who}:
                known.setdefault(who, set()).add(key)
    return tuple(cells), sums, lower, known


@given(hierarchies())
@settings(max_examples=8, deadline=None)
def test_no_hidden_figure_of_any_hierarchy_yields_to_any_attacker(problem: Problem) -> None:
    assert_protects(problem, protect(problem).hidden)

"""What must not be told: the rule on numbers alone, and the figures that come out of it."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_data.disclosure import Cell, Sum, hidden_cells, is_unsafe
from survey_data.errors import NotProtected
from survey_data.tables import OUT_OF_SCOPE, Answered, Figure, protected_figures

Key = tuple[str, str, str]


def county(name: str, value: int, contributors: int = 10, is_public: bool = False) -> Cell:
    return Cell(("county", "21", name), value, contributors, is_public)


def province(
    code: str, value: int, contributors: int = 10, name: str = "placed", is_public: bool = False
) -> Cell:
    return Cell(("province", code, name), value, contributors, is_public)


@pytest.mark.parametrize(
    ("cell", "unsafe"),
    [
        (province("H", 0), False),
        (province("H", 1), True),
        (province("H", 4), True),
        (province("H", 5), False),
        (province("H", 500, contributors=2), True),
        (province("H", 500, contributors=3), False),
        (county("placed", 1), False),
        (county("placed", 4, contributors=3), False),
        (county("placed", 500, contributors=2), True),
        (county("placed", 500, contributors=1), True),
        (county("placed", 0, contributors=0), False),
        (county("placed", 500, contributors=1, is_public=True), False),
    ],
)
def test_a_cell_is_unsafe_for_its_value_or_for_how_few_make_it_up(cell: Cell, unsafe: bool) -> None:
    assert is_unsafe(cell) == unsafe
    assert hidden_cells([cell], []) == ({cell.key} if unsafe else set())


def test_a_hidden_province_takes_its_neighbour_along() -> None:
    cells = [county("placed", 43), province("H", 40), province("G", 3)]
    total = Sum(cells[0].key, (cells[1].key, cells[2].key))
    assert hidden_cells(cells, [total]) == {cells[1].key, cells[2].key}


def test_the_cheapest_sibling_is_hidden_and_a_zero_only_at_last() -> None:
    cells = [
        county("t", 60),
        *(province(c, v) for c, v in zip("ABCD", (3, 0, 17, 40), strict=True)),
    ]
    total = Sum(cells[0].key, tuple(c.key for c in cells[1:]))
    assert hidden_cells(cells, [total]) == {cells[1].key, cells[3].key}
    only_zero = [county("t", 3), province("A", 3), province("B", 0)]
    total = Sum(only_zero[0].key, tuple(c.key for c in only_zero[1:]))
    assert hidden_cells(only_zero, [total]) == {only_zero[1].key, only_zero[2].key}


def test_a_hidden_total_hides_one_of_its_parts() -> None:
    cells = [province("H", 40, 2, "total"), province("H", 30, 3, "a"), province("H", 10, 3, "b")]
    total = Sum(cells[0].key, (cells[1].key, cells[2].key))
    assert hidden_cells(cells, [total]) == {cells[0].key, cells[2].key}


def test_what_is_hidden_for_one_sum_is_protected_in_the_next() -> None:
    rows_and_columns = {(r, c): province(f"{r}{c}", 20) for r, c in product("123T", "123T")}
    rows_and_columns["1", "1"] = province("11", 2)
    sums = [
        *(line([(r, c) for c in "T123"]) for r in "123T"),
        *(line([(r, c) for r in "T123"]) for c in "123T"),
    ]
    hidden = hidden_cells(list(rows_and_columns.values()), sums)
    assert ("province", "11", "placed") in hidden
    assert len(hidden) >= 4
    assert not [s for s in sums if len(hidden.intersection(s.cells)) == 1]


def line(cells: list[tuple[str, str]]) -> Sum:
    total, *parts = [("province", f"{r}{c}", "placed") for r, c in cells]
    return Sum(total, tuple(parts))


def test_what_cannot_be_protected_is_refused() -> None:
    cells = [
        county("t", 43, is_public=True),
        province("H", 40, is_public=True),
        province("G", 3),
    ]
    with pytest.raises(NotProtected):
        hidden_cells(cells, [Sum(cells[0].key, (cells[1].key, cells[2].key))])


def test_a_public_cell_is_never_hidden() -> None:
    cells = [county("t", 60, is_public=True), *(province(c, v) for c, v in (("A", 3), ("B", 57)))]
    hidden = hidden_cells(cells, [Sum(cells[0].key, (cells[1].key, cells[2].key))])
    assert hidden == {cells[1].key, cells[2].key}


@st.composite
def linked_tables(draw: st.DrawFn) -> tuple[list[Cell], list[Sum]]:
    """A table of provinces by parts whose sums are all published, some cells public before."""
    height, width = draw(st.integers(2, 4)), draw(st.integers(2, 4))
    inner = {
        (r, c): (draw(st.integers(0, 12)), draw(st.integers(0, 5)))
        for r in range(height)
        for c in range(width)
    }
    amounts: dict[tuple[int, int], tuple[int, int]] = {}
    for r, c in product(range(-1, height), range(-1, width)):
        inside = [v for (i, j), v in inner.items() if r in (-1, i) and c in (-1, j)]
        amounts[r, c] = (sum(v for v, _ in inside), sum(n for _, n in inside))
    public = draw(st.sets(st.sampled_from(sorted(amounts)), max_size=2))
    cells = [
        Cell(key(r, c), value, contributors, (r, c) in public)
        for (r, c), (value, contributors) in amounts.items()
    ]
    sums = [Sum(key(r, -1), tuple(key(r, c) for c in range(width))) for r in range(-1, height)]
    sums += [Sum(key(-1, c), tuple(key(r, c) for r in range(height))) for c in range(-1, width)]
    return cells, sums


def key(r: int, c: int) -> Key:
    return ("county" if r == -1 else "province", str(r), str(c))


@given(linked_tables())
def test_no_sum_ever_gives_a_single_hidden_cell_away(tables: tuple[list[Cell], list[Sum]]) -> None:
    cells, sums = tables
    try:
        hidden = hidden_cells(cells, sums)
    except NotProtected:
        assert any(cell.is_public for cell in cells)
        return
    assert hidden >= {cell.key for cell in cells if is_unsafe(cell)}
    assert not hidden & {cell.key for cell in cells if cell.is_public}
    assert not [s for s in sums if len(hidden.intersection(s.cells)) == 1]
    if not any(is_unsafe(cell) for cell in cells):
        assert not hidden, "nothing is hidden without a reason"


# Figures of a round


def enterprise(place: str = "HALSINGLAND", women: int = 4, men: int = 3, af: int = 5) -> Answered:
    numbers = {
        "employees_total": women + men,
        "employees_women": women,
        "employees_men": men,
        "placed_af": af,
        "placed_kommun": 2,
        "placed_other_unpaid": 2,
        "placed_other_paid": None,
    }
    return Answered(place, numbers, "active")


def by_key(figures: list[Figure]) -> dict[tuple[str, str], Figure]:
    return {(f.area_code, f.indicator): f for f in figures}


def test_figures_of_enough_enterprises_are_their_sums() -> None:
    figures = by_key(
        protected_figures([*[enterprise()] * 6, *[enterprise("GASTRIKLAND", 5, 2)] * 5])
    )
    shown = {name: figures["21", name].value for _, name in figures}
    assert shown == {
        "enterprises": 11,
        "employees": 77,
        "employees_women": 49,
        "employees_men": 28,
        "employees_gender_not_stated": 0,
        "placed": 99,
        "placed_af": 55,
        "placed_kommun": 22,
        "placed_other": 22,
    }
    assert figures["HALSINGLAND", "employees_men"].value == 18
    assert {f.status for f in figures.values()} == {"n"}


def test_two_enterprises_alone_in_a_province_hide_both_provinces() -> None:
    everyone = [*[enterprise()] * 8, *[enterprise("GASTRIKLAND")] * 2]
    figures = by_key(protected_figures(everyone))
    for area in ("HALSINGLAND", "GASTRIKLAND"):
        for name in ("enterprises", "employees", "employees_women", "placed", "placed_af"):
            assert (figures[area, name].value, figures[area, name].status) == (None, "x")
    assert figures["21", "employees"].value == 70


@pytest.mark.parametrize("status", sorted(OUT_OF_SCOPE))
def test_one_that_has_ceased_is_not_counted_in_any_way(status: str) -> None:
    everyone = [*[enterprise()] * 4, *[enterprise("GASTRIKLAND")] * 4]
    gone = Answered("HALSINGLAND", {"employees_total": 50, "placed_af": 9}, status)
    assert protected_figures([*everyone, gone]) == protected_figures(everyone)


def test_a_dormant_one_and_one_that_has_not_answered_count_as_enterprises_only() -> None:
    everyone = [*[enterprise()] * 5, *[enterprise("GASTRIKLAND")] * 5]
    dormant = Answered("HALSINGLAND", {"employees_total": 0}, "dormant")
    figures = by_key(protected_figures([*everyone, dormant, Answered("HALSINGLAND", None)]))
    before = by_key(protected_figures(everyone))
    assert figures["21", "enterprises"].value == 12
    assert figures["HALSINGLAND", "enterprises"].value == 7
    assert figures["21", "employees"] == before["21", "employees"]


def test_zeros_do_not_make_few_contributors_look_like_many() -> None:
    everyone = [enterprise(af=0) for _ in range(8)]
    everyone += [enterprise("GASTRIKLAND", af=0) for _ in range(6)]
    one = [*everyone, enterprise(af=200)]
    figure = by_key(protected_figures(one))["21", "placed_af"]
    assert (figure.value, figure.status) == (None, "x")


def test_nobody_at_all_is_no_fault() -> None:
    assert {f.value for f in protected_figures([])} == {0}


ENTERPRISES = st.builds(
    enterprise,
    st.sampled_from(["HALSINGLAND", "GASTRIKLAND"]),
    st.integers(0, 9),
    st.integers(0, 9),
    st.integers(0, 30),
)


@given(st.lists(ENTERPRISES, max_size=30))
def test_no_figure_of_a_round_can_be_worked_out_from_its_neighbours(
    everyone: list[Answered],
) -> None:
    found = {(f.area_code, f.indicator): f.value for f in protected_figures(everyone)}
    parts = {
        "employees": ("employees_women", "employees_men", "employees_gender_not_stated"),
        "placed": ("placed_af", "placed_kommun", "placed_other"),
    }
    names = {name for _, name in found}
    sums = [[("21", n), ("HALSINGLAND", n), ("GASTRIKLAND", n)] for n in names]
    sums += [
        [(area, total), *((area, p) for p in of)]
        for area in ("21", "HALSINGLAND", "GASTRIKLAND")
        for total, of in parts.items()
    ]
    for total in sums:
        assert sum(1 for cell in total if found[cell] is None) != 1
        if not any(found[cell] is None for cell in total):
            assert found[total[0]] == sum(found[cell] or 0 for cell in total[1:])

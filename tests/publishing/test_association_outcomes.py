"""The outcomes of supervised places: no release, and no two together, point at anyone."""

from itertools import product
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from reports.charts.cards import card_of
from reports.data.reader import read
from reports.text.paragraph import paragraph
from survey_data.association import entries, outcomes, release_rows, supervised_places
from survey_data.association.entries import PLACES, SOURCE
from survey_data.association.outcomes import Basis, OutcomeTable, decide
from survey_data.association.supervised_places import GENDERS, OUTCOMES, Places
from survey_data.automation import fictitious_enterprises
from survey_data.database import connect, rows, run, scalar
from survey_data.errors import NotProtected
from survey_data.protection.protect_year import RULES
from survey_data.publishing import publish, release_draft

TOWNS = ("2104", "2132", "2180", "2184")
YEARS = (2021, 2022)


def people(*by_town: dict[str, int], gender: str = "women", since: Basis | None = None,
           of: tuple[int, ...] = YEARS) -> Basis:  # fmt: skip
    """So many with each outcome in each town, on top of those of an earlier basis."""
    cells = dict(since.cells) if since else {}
    for town, found in zip(TOWNS, by_town, strict=False):
        for outcome, n in found.items():
            cells[town, outcome, gender] = cells.get((town, outcome, gender), 0) + n
    return Basis(tuple(sorted({*of, *(since.years if since else ())})), cells)


SPREAD = ({"returned": 3, "to_work": 3}, {"returned": 4, "to_work": 2},
          {"returned": 3, "to_work": 4}, {"returned": 3, "to_work": 3})  # fmt: skip
ENOUGH = people(*SPREAD)
LATER = (2023, 2024)


def test_enough_persons_in_enough_municipalities_and_years_are_told() -> None:
    table = decide(ENOUGH, [])
    assert table is not None
    assert table.period == "2021–2022"
    assert dict(table.totals()) == {"returned": 13, "to_work": 12, "others": 0}
    assert not table.by_gender, "with one gender only, everybody's gender would be known"


@pytest.mark.parametrize(
    ("basis", "why"),
    [
        (people({"returned": 5, "to_work": 5}, {"returned": 5, "to_work": 5}), "two towns"),
        (people(*SPREAD, of=(2021,)), "one year"),
        (people({"returned": 1, "to_work": 1}, {"returned": 1}, {"to_work": 1}), "few persons"),
        (people(*[{"returned": 6}] * 4), "one outcome for all"),
        (people(*[{"returned": 5, "to_work": 1}] * 3, {"returned": 4, "to_work": 2}),
         "nearly one outcome for all"),
        (Basis((), {}), "nobody"),
    ],
)  # fmt: skip
def test_what_would_point_at_someone_is_not_told(basis: Basis, why: str) -> None:
    assert decide(basis, []) is None, why


def test_what_is_added_waits_until_it_is_enough_itself() -> None:
    first = decide(ENOUGH, [])
    assert first is not None
    one_more = people({"returned": 1}, since=ENOUGH, of=LATER)
    assert decide(one_more, [first]) == first
    in_one_year = people(*SPREAD, since=ENOUGH, of=(2023,))
    assert decide(in_one_year, [first]) == first
    moved = dict(ENOUGH.cells) | {("2104", "returned", "women"): 2, ("2104", "to_work", "women"): 4}
    assert decide(Basis(YEARS, moved), [first]) == first, "a correction of one person waits too"
    more = people(*SPREAD, since=ENOUGH, of=LATER)
    table = decide(more, [first])
    assert table is not None
    assert (table.period, table.groups) == ("2021–2024", first.groups)
    assert dict(table.totals())["returned"] == 26


def test_gender_is_told_when_each_number_of_it_is_enough_and_then_always() -> None:
    both = people(*SPREAD, gender="men", since=people(*SPREAD))
    table = decide(both, [])
    assert table is not None
    assert table.by_gender
    assert ("returned", "men", 13) in set(table.genders())
    # What comes next is enough in all, but not by gender: it waits, for gender cannot be dropped.
    assert decide(people(*SPREAD, since=both, of=LATER), [table]) == table


small = st.fixed_dictionaries(
    {}, optional={(o, g): st.integers(1, 5) for o in OUTCOMES[:3] for g in GENDERS[:2]}
)
tables = st.lists(small, min_size=3, max_size=4)


def basis_of(found: list[dict[tuple[str, str], int]], since: Basis | None, of: int) -> Basis:
    cells = dict(since.cells) if since else {}
    for town, inside in zip(TOWNS, found, strict=False):
        for cell, n in inside.items():
            cells[(town, *cell)] = cells.get((town, *cell), 0) + n
    return Basis((*(since.years if since else ()), of, of + 1), cells)


def possible(
    column: dict[str, int], persons: dict[str, int], knower: str | None
) -> dict[str, set[int]]:
    """What each other town's share can be, by trying every table there is."""
    names = [town for town in persons if persons[town] and town != knower]
    value = sum(column.values()) - (column.get(knower, 0) if knower else 0)
    found: dict[str, set[int]] = {town: set() for town in names}
    for shares in product(*(range(persons[town] + 1) for town in names)):
        if sum(shares) == value:
            for town, share in zip(names, shares, strict=True):
                found[town].add(share)
    return found


def shown_columns(table: OutcomeTable) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    whole = [(group, tuple(GENDERS)) for group in table.groups]
    return whole + [(g, (s,)) for g in table.groups for s in GENDERS if table.by_gender]


def attack(now: OutcomeTable, before: OutcomeTable | None) -> None:
    """Try to pin one town's share of what one release says, or adds to another."""

    def added(*of: object) -> dict[str, int]:
        old = before.basis.column(*of) if before else {}  # type: ignore[arg-type]
        return {t: now.basis.column(*of).get(t, 0) - old.get(t, 0) for t in TOWNS}  # type: ignore[arg-type]

    persons = added(OUTCOMES)
    split = now.by_gender and (before is None or before.by_gender)
    for of in shown_columns(now):
        column = added(*of)
        if (len(of[1]) == 1 and not split) or not any(column.values()):
            continue
        assert sum(column.values()) >= RULES.smallest_open_value
        for knower in (None, *TOWNS):
            for town, shares in possible(column, persons, knower).items():
                wide = min(RULES.width, persons[town])
                assert max(shares) - min(shares) >= wide, (of, knower, town)


@settings(max_examples=20, deadline=None)
@given(tables, tables)
def test_no_attacker_learns_a_share_from_a_release_or_from_two(
    first: list[dict[tuple[str, str], int]], second: list[dict[tuple[str, str], int]]
) -> None:
    basis = basis_of(first, None, 2021)
    table = decide(basis, [])
    if table is None:
        return
    attack(table, None)
    later = decide(basis_of(second, basis, 2023), [table])
    assert later is not None
    if later != table:
        attack(later, None)
        attack(later, table)


@pytest.fixture
def filled(db: Database) -> Database:
    """Two complete years that are enough together."""
    fictitious_enterprises.add_to_register(db, "test")
    for year, part in ((2021, slice(0, 1)), (2022, slice(1, 2))):
        for town, found in zip(TOWNS, SPREAD, strict=True):
            [(outcome, n)] = list(found.items())[part]
            entry = Places(year, town, n, n, n, {(outcome, "women"): n})
            supervised_places.save(db, entry, "", "test")
        entries.mark_complete(db, PLACES, year, "test")
    return db


def test_a_release_tells_them_and_the_next_keeps_them_while_a_change_waits(
    app: Flask, filled: Database
) -> None:
    publish.publish(filled, app.extensions["places"], "test")
    path = app.config["OPEN_DB"]
    own = "SELECT outcome, value FROM place_outcomes WHERE source = ? ORDER BY outcome"
    shown = [tuple(r.values()) for r in rows(connect(path), own, (SOURCE,))]
    assert shown == [("others", 0), ("returned", 13), ("to_work", 12)]
    spots = card_of("places", read(path), "en")
    assert spots is not None
    table = {row.heading: row.cells[1].text for row in spots.table.rows}
    assert table["Outcome 2021–2022: To work"] == "12"
    assert table["Outcome 2016–2018: To work"] == "1"
    wrong = supervised_places.everyone(filled)[0]
    cells = {("returned", "women"): 1, **{c: n - 1 for c, n in wrong.outcomes.items()}}
    supervised_places.save(
        filled, Places(**vars(wrong) | {"outcomes": cells}), "Fel utfall.", "test"
    )
    publish.publish(filled, app.extensions["places"], "test")
    assert [tuple(r.values()) for r in rows(connect(path), own, (SOURCE,))] == shown
    assert scalar(filled, "SELECT count(*) FROM released_outcome") == 1


FORGED = [
    ("UPDATE place_outcomes SET value = value + 1 WHERE outcome = 'returned' AND source = ?"),
    ("UPDATE place_outcomes SET value = value + 1 WHERE outcome = 'to_af' AND source <> ?"),
    ("INSERT INTO place_outcomes_by_gender SELECT period, outcome, 'men', '', '', 1, source"
     " FROM place_outcomes WHERE source = ?"),
    ("DELETE FROM place_outcomes WHERE outcome = 'others' AND source = ?"),
    ("INSERT INTO observations SELECT 2021, 'municipality', '2104', 'reached', 9, 'n', 'n', '', '',"
     " key FROM sources WHERE key = ?"),
    ("INSERT INTO observations SELECT 2021, 'county', '21', 'reached', 3, 'n', 'n', '', '',"
     " key FROM sources WHERE key = ?"),
]  # fmt: skip


def test_the_gate_lets_nothing_else_through(app: Flask, filled: Database, tmp_path: Path) -> None:
    draft = release_draft.drafted(filled, tmp_path, None, ("", ""), False)
    for forged in FORGED:
        open_db = release_draft.in_memory(filled, draft, "")
        release_rows.check(open_db, filled)
        run(open_db, "PRAGMA foreign_keys = OFF")
        assert run(open_db, forged, (SOURCE,)), forged
        with pytest.raises(NotProtected):
            release_rows.check(open_db, filled)


def test_the_desk_says_when_outcomes_wait(filled: Database) -> None:
    assert outcomes.next_table(filled) is not None
    entries.reopen(filled, PLACES, 2022, "Inte klart.", "test")
    assert outcomes.next_table(filled) is None


@pytest.mark.parametrize(
    ("used", "granted", "expected"),
    [
        ((7, 5, 0), (9, 8, 3), (True, True)),
        # One person in one municipality: no sum beside the others may give her away.
        ((7, 1, 0), (9, 8, 3), (False, False)),
        ((1, 0, 0), (1, 2, 2), (False, False)),
        # Everything granted was used, which says what each of them used.
        ((3, 2, 4), (3, 2, 4), (False, False)),
        ((4, 4, 4, 4), (9, 9, 9, 9), (False, True)),
        ((4, 6, 7, 8), (9, 9, 9, 12), (False, True)),
    ],
)
def test_used_places_follow_the_threshold_for_persons(
    used: tuple[int, ...], granted: tuple[int, ...], expected: tuple[bool, bool]
) -> None:
    towns = [f"21{number:02}" for number in range(len(used))]
    columns = dict(zip(towns, used, strict=True)), dict(zip(towns, granted, strict=True))
    assert outcomes.used_is_open(*columns) == expected


def test_one_person_in_one_municipality_is_in_no_release(app: Flask, db: Database) -> None:
    places = app.extensions["places"]
    for code, granted, used in (("2101", 4, 1), ("2180", 9, 7), ("2184", 8, 6)):
        outcome = {("returned", "women"): used}
        entry = Places(2021, code, granted, used, used, outcome)
        supervised_places.save(db, entry, "", "test")
    entries.mark_complete(db, PLACES, 2021, "test")
    publish.publish(db, places, "test")
    opened = connect(places.open)
    found = rows(opened, "SELECT * FROM observations WHERE year = 2021 AND indicator = ?",
                 ("places_used",))  # fmt: skip
    shown = {row["area_code"]: (row["value"], row["signs"]) for row in found}
    assert shown == dict.fromkeys(("2101", "2180", "2184"), (None, "x")) | {"21": (14, "n")}
    sql = "SELECT value FROM observations WHERE year = ? AND area_code = ? AND indicator = ?"
    assert scalar(opened, sql, (2021, "2101", "places_granted")) == 4
    # As printed, though only one was used.
    assert scalar(opened, sql.replace("area_code = ?", "? <> ''") + " AND value = 1",
                  (2018, "any", "places_used")) == 1  # fmt: skip
    assert "21\u00a0handledarstödda platser; 14 användes." in paragraph(read(places.open), 2021)

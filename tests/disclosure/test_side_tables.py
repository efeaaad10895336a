"""The proof of what stands beside the figures: checked by adding up, and of the very file."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest
from sqlite_utils import Database

from survey_data.database import rows
from survey_data.disclosure import linked_tables
from survey_data.disclosure.alternative_tables import prove
from survey_data.disclosure.linked_tables import Knower, Row, Secret, System
from survey_data.errors import NotProtected
from survey_data.protection import disclosure_gate, side_table_protection
from survey_data.protection.side_table_cells import Behind
from survey_data.protection.side_table_protection import Told
from survey_data.publishing import release_workflow
from survey_data.publishing.release_draft import Draft, drafted, in_memory, with_waiting
from survey_data.rounds import rounds
from tests.disclosure.test_protection_attack import FIRST, enterprises, hold  # noqa: F401

A, B, C = ("a",), ("b",), ("c",)


def system(*knowers: Knower, rows: tuple[Row, ...] = (Row(((A, 1), (B, 1), (C, 1))),)) -> System:
    """Three numbers whose sum is told, the first of them a secret."""
    secret = Secret("a", ((A, 1),), 2, 5, ("county", "", "employees", 2021))
    return System({A: 3, B: 4, C: 6}, rows, (secret,), (linked_tables.EVERYONE, *knowers))


def test_moves_that_leave_every_sum_prove_a_secret() -> None:
    linked_tables.check(system(), [{A: 5, B: -4, C: -1}])
    linked_tables.check(system(Knower("b", frozenset([B]))), [{A: 5, C: -5}])


@pytest.mark.parametrize(
    ("moves", "knower"),
    [
        # None at all; not far enough; a sum changed; less than nothing; half a person.
        ([], None),
        ([{A: 4, B: -4}], None),
        ([{A: 5, B: -4}], None),
        ([{A: 5, B: -5}], None),
        ([{A: 5, B: -2.5, C: -2.5}], None),
        # A number that is not there.
        ([{A: 5, ("d",): -5}], None),
        # Whoever knows that one is at least so much is not fooled.
        ([{A: 5, B: -4, C: -1}], Knower("c", lower={B: 1})),
        ([{A: 5, B: -4, C: -1}], Knower("b", frozenset([B]))),
    ],
)
def test_moves_that_prove_nothing_are_refused(moves: list[Any], knower: Knower | None) -> None:
    with pytest.raises(NotProtected) as refused:
        linked_tables.check(system(*([knower] if knower else [])), moves)
    assert refused.value.cell == ("county", "", "employees", 2021)


def test_what_is_found_is_a_proof_and_what_is_not_there_is_not_found() -> None:
    proven = prove(system(Knower("b", frozenset([B]))))
    linked_tables.check(system(Knower("b", frozenset([B]))), proven)
    with pytest.raises(NotProtected):
        prove(system(rows=(Row(((A, 1), (B, 1), (C, 1))), Row(((B, 1), (C, 1))))))
    # One that knows both others knows it too, unless that is its own.
    with pytest.raises(NotProtected):
        prove(system(Knower("both", frozenset([B, C]))))
    prove(system(Knower("both", frozenset([B, C]), owns=frozenset(["a"]))))


@pytest.fixture
def draft(db: Database, enterprises: list[int]) -> tuple[Draft, Behind, Database, Told]:  # noqa: F811
    """A release of two years before it is out: its file, and the proof."""
    pick = random.Random(5)
    hold(db, FIRST + 1, pick, hold(db, FIRST, pick, {}))
    made = drafted(db, None, None, None, ("", ""), False)
    behind = side_table_protection.behind(db, made.told, made.plans)
    open_db = in_memory(db, made, behind, "")
    plans = list(made.plans.values())
    return (
        made,
        behind,
        open_db,
        side_table_protection.prove(open_db, behind, plans, disclosure_gate.frame_of(open_db)),
    )


def refused(draft: tuple[Draft, Behind, Database, Told], told: Told) -> str:
    made, behind, open_db, _ = draft
    with pytest.raises(NotProtected) as fault:
        disclosure_gate.check(open_db, list(made.plans.values()), (told, behind))
    return fault.value.cause


def test_the_gate_takes_the_file_that_was_proven(
    draft: tuple[Draft, Behind, Database, Told],
) -> None:
    made, behind, open_db, told = draft
    assert {p.name[0] for p in told.pieces} >= {"changes"}
    assert disclosure_gate.check(open_db, list(made.plans.values()), (told, behind))


OTHER_FILES = (
    ("UPDATE changes SET value = value + 1 WHERE component = 'after' AND indicator = 'employees'",
     "other value"),
    ("UPDATE changes SET component = 'started' WHERE indicator = 'employees'"
     " AND component = 'other'", "other value"),
    ("DELETE FROM changes WHERE component = 'after' AND indicator = 'employees'", "no proof"),
    ("INSERT INTO same_enterprises SELECT 2020, 'placed', 1, 1, 1, 1", "not audited"),
)  # fmt: skip


def test_the_gate_refuses_any_other_file(draft: tuple[Draft, Behind, Database, Told]) -> None:
    connection = draft[2].conn
    for sql, cause in OTHER_FILES:
        connection.execute("SAVEPOINT whole")
        assert connection.execute(sql).rowcount
        assert refused(draft, draft[3]) == cause
        connection.execute("ROLLBACK TO whole")


def test_the_gate_refuses_a_spoilt_proof(draft: tuple[Draft, Behind, Database, Told]) -> None:
    whole = draft[3].moves
    half = {name: each[: len(each) // 2] for name, each in whole.items()}
    moved = {
        name: tuple({key: n + 1 for key, n in move.items()} for move in each)
        for name, each in whole.items()
    }
    others = {f"not {name}": each for name, each in whole.items()}
    for moves in ({}, half, moved, others):
        assert refused(draft, replace(draft[3], moves=moves)) == "exposed"


def test_where_nothing_can_wait_it_is_the_estimates_that_must_go(
    db: Database, draft: tuple[Draft, Behind, Database, Told]
) -> None:
    fault = NotProtected(("county", "", "placed", FIRST), "2", 1, 5)
    with pytest.raises(NotProtected) as refused:
        with_waiting(db, draft[0], fault)
    assert refused.value.cause == "estimates"
    assert "Välj bort skattningarna" in refused.value.because("sv")
    release_workflow.estimate(db, rounds.find(db, FIRST + 1), set(), "", "test")
    without = drafted(db, None, None, None, ("", ""), False)
    with pytest.raises(NotProtected) as refused:
        with_waiting(db, without, fault)
    assert refused.value is fault


def test_to_tell_less_is_to_tell_sums_of_what_was_told(
    draft: tuple[Draft, Behind, Database, Told],
) -> None:
    _, behind, open_db, _ = draft
    sql = "SELECT sum(value) AS value FROM changes WHERE indicator = 'employees' AND component"
    before = rows(open_db, f"{sql} NOT IN ('before', 'after')")
    told = len(side_table_protection.pieces_of(open_db, behind))
    while side_table_protection.weaken(open_db, "employees", FIRST + 1):
        fewer = len(side_table_protection.pieces_of(open_db, behind))
        assert fewer <= told
        told = fewer
        if found := rows(open_db, f"{sql} NOT IN ('before', 'after')")[0]["value"]:
            assert found == before[0]["value"]
    assert not rows(open_db, "SELECT 1 FROM changes WHERE indicator = 'employees'")

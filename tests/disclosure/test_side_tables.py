"""Side tables: the fixed design, the rules, what is carried on, and the attack on everything."""

import json
import random
import shutil
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path
from sqlite3 import connect as connect_sqlite
from typing import Any

import duckdb
import pytest
from sqlite_utils import Database

from forms.questionnaire.inventory import as_dicts
from reports.data.reader import read
from survey_data.database import rows, run, scalar
from survey_data.disclosure.full_attack import Everything, Narrowed, PublishedYear
from survey_data.disclosure.rules import Record, Rules
from survey_data.disclosure.side_tables import (
    CHANGES,
    ESTIMATES,
    WEIGHTED,
    Member,
    SideTable,
    change_members,
    estimate_members,
    estimate_ties,
    is_enough,
    weighted_members,
)
from survey_data.errors import NotProtected
from survey_data.protection import disclosure_gate, side_tables
from survey_data.publishing import (
    comments,
    published_files,
    release_draft,
    release_workflow,
)
from survey_data.publishing.publish import Places, publish, repair, withdraw
from survey_data.publishing.release_draft import Draft, drafted, weakened, with_side_tables
from survey_data.releases import archive
from survey_data.releases.open_db import Release
from survey_data.responses import responses
from survey_data.review import review
from survey_data.review.review import Ruling
from survey_data.rounds import rounds
from survey_data.statistics import published_tables
from tests.disclosure.test_protection_attack import FIRST, answer, hold
from tests.support.closed_round import correct_enough, register_in

TOTAL = ("employees",)


def year(amounts: dict[int, int | None], estimated: tuple[int, ...] = ()) -> tuple[Record, ...]:
    """A year as published, {enterprise: employees}; None did not answer and is left out."""
    return tuple(
        Record(who, "2184", {"employees": n or 0}, n is not None and who not in estimated)
        for who, n in amounts.items()
    )


def change(before: tuple[Record, ...], after: tuple[Record, ...]) -> SideTable:
    members = change_members(before, after, "employees")
    return SideTable(CHANGES, 2022, "employees", "2022-1", False, members)


@pytest.mark.parametrize(
    ("amounts", "enough"),
    [
        ((5, 4, 3), True),
        ((8, 1, 1), False),
        # Two of three make up four fifths, and no more.
        ((4, 4, 2), True),
        ((41, 40, 20), False),
        ((5, 5), False),
        ((5, 5, 0), False),
        ((0, 0), True),
        ((), True),
    ],
)
def test_a_sum_is_shown_where_three_contribute_and_no_two_dominate(
    amounts: tuple[int, ...], enough: bool
) -> None:
    assert is_enough(amounts, Rules()) == enough


STAYING = dict.fromkeys(range(10, 16), 9)


def test_the_parts_of_a_change_are_new_gone_in_both_years_and_touched_by_non_response() -> None:
    before = year(STAYING | {1: 4, 2: 3, 3: 3, 4: 8, 5: 7, 6: None})
    after = year(STAYING | {4: 9, 5: None, 6: 6, 7: 5, 8: 4, 9: 3, 10: 12}, estimated=(4,))
    found = change(before, after)
    parts = {p: (found.total(p), len(found.of(p))) for p in ("started", "ceased", "stayed")}
    assert parts == {"started": ((0, 12), 3), "ceased": ((10, 0), 3), "stayed": ((54, 57), 6)}
    # Estimated this year, left out this year, silent last year: neither new nor gone.
    assert [m.enterprise for m in found.of("non_response")] == [4, 5, 6]
    assert found.total("non_response") == (15, 15)
    assert found.total() == (79, 84)
    # Last year only two of the three had anything.
    assert not found.is_publishable(Rules())


@pytest.mark.parametrize(
    ("gone", "shown"),
    [({}, True), ({1: 5}, False), ({1: 5, 2: 5}, False), ({1: 5, 2: 4, 3: 3}, True),
     ({1: 9, 2: 1, 3: 1}, False), ({1: 0, 2: 0, 3: 0}, True), ({1: 0}, False)],
)  # fmt: skip
def test_one_part_that_is_too_small_takes_the_whole_change_away(
    gone: dict[int, int], shown: bool
) -> None:
    assert change(year(STAYING | gone), year(STAYING)).is_publishable(Rules()) == shown


def test_dominance_is_measured_on_contributions_and_never_on_differences() -> None:
    # One moved, five did not: the difference is its alone, the two sums are of six.
    assert change(year(STAYING), year(STAYING | {10: 12})).is_publishable(Rules())
    # Nothing moved, but two have nearly all.
    large = STAYING | {10: 200, 11: 200}
    assert not change(year(large), year(large)).is_publishable(Rules())


def test_of_estimates_the_count_and_the_share_in_whole_per_cent() -> None:
    records = year(STAYING | {1: 5, 2: 4, 3: 3, 4: None}, estimated=(1, 2, 3))
    members = estimate_members(records, "employees")
    table = SideTable(ESTIMATES, 2022, "employees", "2022-1", False, members)
    assert (table.total("estimated")[1], table.total()[1], table.share) == (12, 66, 18)
    assert table.is_publishable(Rules())
    alone = estimate_members(year(STAYING | {1: 5}, estimated=(1,)), "employees")
    assert not replace(table, members=alone).is_publishable(Rules())
    # A share of 18 is between 17.5 and 18.5: eleven to twelve and a bit of 66.
    low, high = (c for c in table.constraints())
    for constraint in (low, high):
        truth = sum(weight * number.amount for number, weight in constraint.terms)
        assert constraint.low <= truth <= constraint.high


def test_the_weighted_response_is_of_those_who_answered_last_year() -> None:
    before, after = (
        year(STAYING | {1: 5, 2: 4, 3: 3, 4: None}),
        year(STAYING | {1: None, 2: None, 3: None, 4: 7}),
    )
    members = weighted_members(before, after, "employees")
    table = SideTable(WEIGHTED, 2022, "employees", "", False, members)
    assert table.share == round(100 * 54 / 66)
    assert table.is_publishable(Rules())


def everything(*tables: SideTable, years: dict[int, tuple[Record, ...]]) -> Everything:
    return Everything(
        TOTAL,
        [PublishedYear(each, (records,)) for each, records in years.items()],
        [c for table in tables for c in table.constraints()],
        [
            tie
            for each in years
            if each - 1 in years
            for tie in estimate_ties(years[each - 1], years[each], each, "employees")
        ],
        Rules(),
    )


def test_a_table_by_the_rules_withstands_the_attack() -> None:
    before, after = year(STAYING | {1: 9, 2: 8, 3: 7}), year(STAYING | {4: 6, 5: 6, 6: 5})
    everything(change(before, after), years={2021: before, 2022: after}).attack()


def test_the_attack_finds_an_enterprise_alone_in_a_part() -> None:
    before, after = year(STAYING | {1: 9}), year(STAYING)
    with pytest.raises(Narrowed) as refused:
        everything(change(before, after), years={2021: before, 2022: after}).attack()
    assert (refused.value.low, refused.value.high, refused.value.intruder) == (9, 9, "")


def test_the_attack_finds_the_insider_who_knows_the_other_of_two() -> None:
    before, after = year(STAYING | {1: 9, 2: 8}), year(STAYING)
    with pytest.raises(Narrowed) as refused:
        everything(change(before, after), years={2021: before, 2022: after}).attack()
    assert refused.value.intruder in {"1", "2"}
    assert refused.value.low == refused.value.high


def test_the_attack_sees_an_answer_through_its_estimate() -> None:
    """Estimates that each follow their answer: the sum of two years is one sum more."""
    before = year(STAYING | {1: 9, 2: 8, 3: 7})
    after = year(STAYING | {1: 9, 2: 8, 3: 7}, estimated=(1, 2, 3))
    everything(change(before, after), years={2021: before, 2022: after}).attack()
    # The third year tells what the first of them had.
    later = year(STAYING | {1: 9, 2: 8, 3: 7})
    third = SideTable(CHANGES, 2023, "employees", "", False, (
        *(replace_part(m, "ceased") for m in change_members(after, later, "employees")),
    ))  # fmt: skip
    with pytest.raises(Narrowed):
        everything(
            change(before, after), third, years={2021: before, 2022: after, 2023: later}
        ).attack()


def replace_part(member: Member, part: str) -> Member:
    """The member alone in a part of its own."""
    return member._replace(part=part if member.enterprise == 1 else "stayed")


def test_the_same_system_has_the_same_marks_and_another_has_others() -> None:
    before, after = year(STAYING), year(STAYING | {10: 12})
    years = {2021: before, 2022: after}
    table = change(before, after)
    marks = everything(table, years=years).attack()
    assert len(marks) == 2
    assert everything(table, years=years).attack(marks) == marks
    # Without side tables there is nothing to attack, and with other numbers it is another attack.
    assert everything(years=years).attack() == []
    corrected = year(STAYING | {10: 13})
    other = everything(change(before, corrected), years={2021: before, 2022: corrected})
    assert not set(other.attack()) & set(marks[1:])


@pytest.fixture
def enterprises(db: Database) -> list[int]:
    """Many in two places, and nobody alone anywhere."""
    return register_in(db, ("2184", "2180") * 14)


def ask(db: Database, year: int, pick: random.Random, silent: int = 0) -> None:
    """A closed round that all but the first few have answered; nobody is estimated."""
    days = (date(year, 10, 1), date(year, 11, 15))
    survey_round = rounds.open_round(db, year, *days, as_dicts(year), "test")
    sql = "SELECT id FROM invitation WHERE round_id = ? ORDER BY id"
    for row in rows(db, sql, (survey_round.id,))[silent:]:
        responses.hand_in(db, row["id"], answer(pick), "sv", mode="example")
    rounds.close_round(db, year, "test")


@pytest.fixture
def draft(db: Database, enterprises: list[int], tmp_path: Path) -> Draft:
    """A release of two years before it is out."""
    pick = random.Random(5)
    hold(db, FIRST + 1, pick, hold(db, FIRST, pick, {}))
    return with_side_tables(db, drafted(db, tmp_path, None, ("", ""), False))


def test_the_gate_takes_the_file_and_refuses_any_other(db: Database, draft: Draft) -> None:
    open_db, plans = release_draft.in_memory(db, draft, ""), list(draft.plans.values())
    assert disclosure_gate.check(open_db, plans, draft.side_tables, draft.years)
    assert scalar(open_db, "SELECT count(*) FROM changes")
    for sql in (
        "UPDATE changes SET value = value + 1 WHERE component = 'after'",
        "UPDATE changes SET component = 'other' WHERE component = 'started'",
        "DELETE FROM changes WHERE component = 'after'",
        "UPDATE changes SET release = '2021-9'",
        "INSERT INTO same_enterprises VALUES (2020, 'placed', 1, 1, 1, 1, '2021-1', '', '')",
        "INSERT INTO estimates VALUES (2020, 'placed', 1, 3, 1, '2021-1', '', '')",
        "UPDATE changes SET note = note || ' 27 av 28 företag svarade.'",
        "UPDATE same_enterprises SET note_en = ''",
    ):
        open_db.conn.execute("SAVEPOINT whole")
        assert open_db.conn.execute(sql).rowcount
        with pytest.raises(NotProtected) as refused:
            disclosure_gate.check(open_db, plans, draft.side_tables, draft.years)
        assert refused.value.cause == "other value"
        open_db.conn.execute("ROLLBACK TO whole")
    with pytest.raises(NotProtected) as refused:
        disclosure_gate.check(open_db, plans)
    assert refused.value.cause == "not audited"


def test_the_gate_refuses_a_table_that_breaks_a_rule_or_is_of_other_numbers(
    db: Database, draft: Draft
) -> None:
    first = next(t for t in draft.side_tables.shown if t.kind == CHANGES)
    assert first.members
    other = first.members[0]._replace(after=(first.members[0].after or 0) + 1)
    alone = tuple(
        m._replace(part="started" if at == 0 else m.part) for at, m in enumerate(first.members)
    )
    for members, cause in (((other, *first.members[1:]), "other value"), (alone, "shown")):
        tables = tuple(
            replace(t, members=members) if t is first else t for t in draft.side_tables.tables
        )
        forged = replace(draft, side_tables=replace(draft.side_tables, tables=tables))
        open_db = release_draft.in_memory(db, forged, "")
        with pytest.raises(NotProtected) as refused:
            disclosure_gate.check(
                open_db, list(draft.plans.values()), forged.side_tables, draft.years
            )
        assert refused.value.cause == cause


def test_first_the_new_side_tables_go_and_then_it_is_the_estimates(
    db: Database, draft: Draft, tmp_path: Path
) -> None:
    fault = Narrowed(("county", "", "placed", FIRST), "2", 1, 5)
    before = len(draft.side_tables.shown)
    while any(t.indicator == "placed" for t in draft.side_tables.shown):
        draft = weakened(db, draft, fault)
        assert len(draft.side_tables.shown) == before - 1
        before -= 1
    assert any(t.indicator == "employees" for t in draft.side_tables.shown)
    with pytest.raises(NotProtected) as refused:
        weakened(db, draft, fault)
    assert refused.value.cause == "estimates"
    assert "Välj bort skattningarna" in refused.value.because("sv")
    release_workflow.estimate(db, rounds.find(db, FIRST + 1), set(), "", "test")
    without = drafted(db, tmp_path, None, ("", ""), False)
    with pytest.raises(NotProtected) as refused:
        weakened(db, without, fault)
    assert refused.value is fault


def shown_in(places: Places) -> list[dict[str, Any]]:
    open_db = Database(places.open)
    found = [
        {"table": table, **row}
        for table in side_tables.NAMES
        for row in rows(open_db, f"SELECT * FROM {table} ORDER BY 1, 2, 3")
    ]
    open_db.close()
    return found


def test_a_table_is_decided_in_the_first_final_edition_and_carried_on_unchanged(
    db: Database,
    enterprises: list[int],
    places: Places,
) -> None:
    pick = random.Random(5)
    ask(db, FIRST, pick)
    publish(db, places, "test")
    ask(db, FIRST + 1, pick, silent=6)
    publish(db, places, "test", is_preliminary=True)
    assert shown_in(places) == []
    final = publish(db, places, "test")
    first = shown_in(places)
    assert {row["release"] for row in first} == {final.id}
    assert {row["note"] for row in first} == {
        f"Summerat företag för företag. {FIRST + 1}: 22 av 28 företag svarade."
    }
    assert {row["note_en"] for row in first} == {
        f"Added up enterprise by enterprise. {FIRST + 1}: 22 of 28 enterprises answered."
    }
    assert {row["component"] for row in first if "component" in row} == {
        "before", "started", "ceased", "non_response", "stayed", "after",
    }  # fmt: skip
    correct_enough(db, rounds.find(db, FIRST))
    publish(db, places, "test")
    assert shown_in(places) == first


def test_a_change_builds_on_the_year_before_as_published_and_not_on_what_waits(
    db: Database,
    enterprises: list[int],
    places: Places,
) -> None:
    pick = random.Random(5)
    ask(db, FIRST, pick)
    publish(db, places, "test")
    one, response = responses.of_year(db, FIRST)[0]
    assert one
    women, men = (int(response.answers[f"employees_{name}"]) for name in ("women", "men"))  # type: ignore[call-overload]
    more = {"employees_women": women + 4, "employees_total": women + men + 4}
    review.correct(db, response.id, more, "Ringde.", Ruling("test"))
    ask(db, FIRST + 1, pick, silent=6)
    publish(db, places, "test")
    assert scalar(db, "SELECT count(*) FROM protection WHERE is_waiting") == 1
    [before] = [
        row["value"]
        for row in shown_in(places)
        if (row["indicator"], row.get("component")) == ("employees", "before")
    ]
    open_db = Database(places.open)
    county = "area_type = 'county' AND indicator = 'employees'"
    published = scalar(open_db, f"SELECT value FROM observations WHERE {county} AND year = {FIRST}")
    open_db.close()
    assert before == published


def test_a_sum_of_answers_that_is_not_published_is_not_shown(
    db: Database, demonstration: object, places: Places
) -> None:
    """One answer corrected in a year that stays as printed would be the change of that sum."""
    _, last = max(responses.of_year(db, 2018), key=lambda found: found[1].id)
    women, men = (int(last.answers[f"employees_{name}"]) for name in ("women", "men"))  # type: ignore[call-overload]
    more = {"employees_women": women + 1, "employees_total": women + 1 + men}
    review.correct(db, last.id, more, "Ringde.", Ruling("staff 1"))
    for table in ("side_table", "full_attack"):
        run(db, f"DELETE FROM {table}")
    publish(db, places, "test")
    shown = {(row["year"], row["indicator"]) for row in shown_in(places)}
    assert (2018, "employees") not in shown
    assert (2018, "placed") in shown


def test_a_table_beside_a_stated_total_says_both(demonstration: object, places: Places) -> None:
    notes = {(row["year"], row["indicator"]): row["note"] for row in shown_in(places)}
    assert notes == {
        (2018, "employees"): "Summerat företag för företag.",
        (2018, "placed"): "Summerat företag för företag. 2018: Källan anger 244 placerade, men"
        " delarna summerar till 243. Vi visar båda talen.",
        (2020, "employees"): "Summerat företag för företag.",
        (2020, "placed"): "Summerat företag för företag. 2020: Källan anger 123 placerade, men"
        " delarna summerar till 117. Vi visar båda talen.",
    }
    # No year's own figures are of example enterprises here.
    open_db = Database(places.open)
    assert scalar(open_db, "SELECT min(includes_examples) FROM release") == 1
    open_db.close()


def short_second_year(db: Database, places: Places) -> Release:
    """Two published years, of which the second lacks six answers; the second's release."""
    pick = random.Random(5)
    ask(db, FIRST, pick)
    publish(db, places, "test")
    ask(db, FIRST + 1, pick, silent=6)
    return publish(db, places, "test")


def test_of_a_withdrawn_release_its_tables_keep_no_count_of_answers(
    db: Database, enterprises: list[int], places: Places
) -> None:
    gone = short_second_year(db, places)
    comments.save(db, FIRST, "placed", "Kontoren.", "The offices.", "Anna Ek", "test")
    publish(db, places, "test")
    withdraw(db, places, gone.id, ("Fel fil.", "Wrong file."), "test")
    publish(db, places, "test")
    assert {row["note"] for row in shown_in(places)} <= {"Summerat företag för företag."}


def as_before_the_notes(places: Places, number: str) -> None:
    """Make a release's files again as a version made them that had no notes in its side tables."""
    folder, old = places.releases / number, published_tables.fresh()
    with closing(connect_sqlite(folder / "open.db")) as made:
        made.backup(old.conn)
    for table in side_tables.NAMES:
        for column in ("note", "note_en"):
            old.conn.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
            about = (table, column)
            old.conn.execute("DELETE FROM codebook WHERE (table_name, column_name) = (?, ?)", about)
    shutil.rmtree(folder)
    archive.finish(archive.stage(published_tables.content(old.conn), places.releases), number)
    published_files.replace_with_file(folder / "open.db", places.open)


def test_a_release_from_before_the_notes_is_followed_put_back_and_withdrawn(
    db: Database, enterprises: list[int], places: Places
) -> None:
    older = short_second_year(db, places)
    with_notes = shown_in(places)
    as_before_the_notes(places, older.id)
    without = shown_in(places)
    assert without == [{k: row[k] for k in row if k[:4] != "note"} for row in with_notes]
    # A start finds nothing amiss, and puts it back where the file that readers have is lost.
    published_files.blank(places.open)
    assert repair(db, places) == older.id
    assert shown_in(places) == without
    assert {change.year for change in read(places.open).changes} == {FIRST + 1}
    comments.save(db, FIRST, "placed", "Kontoren.", "The offices.", "Anna Ek", "test")
    newer = publish(db, places, "test")
    assert shown_in(places) == with_notes
    made = places.releases / newer.id
    fields = {
        table["path"]: [field["name"] for field in table["schema"]["fields"]]
        for table in json.loads((made / "datapackage.json").read_text())["resources"]
    }
    data = json.loads((made / "data.json").read_text())["tables"]
    for name in side_tables.NAMES:
        columns = [*fields[f"{name}.csv"]]
        assert columns[-2:] == ["note", "note_en"]
        assert (made / f"{name}.csv").read_text().splitlines()[0] == ",".join(columns)
        assert duckdb.sql(f"FROM read_parquet('{made}/{name}.parquet')").columns == columns
        assert all([*row] == columns for row in data[name])
    withdraw(db, places, newer.id, ("Fel fil.", "Wrong file."), "test")
    assert shown_in(places) == without
    assert publish(db, places, "test").id > newer.id
    assert shown_in(places) == with_notes

"""A municipality's figure that stands as in an earlier release, where a change cannot be shown."""

import csv
import io
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlite_utils import Database

from survey_data.database import rows, run
from survey_data.errors import NotProtected
from survey_data.protection import disclosure_gate
from survey_data.publishing import proof, publish, release_draft
from survey_data.publishing.publish import Places
from survey_data.register import enterprises as register
from survey_data.responses import responses
from survey_data.review import check_results, decisions, review
from survey_data.review.review import Ruling
from survey_data.rounds import rounds
from survey_data.statistics import population
from survey_data.statistics.published_tables import EXAMPLE
from survey_data.statistics.published_tables import read as content_of
from tests.conftest import BASE
from tests.support.beginnings import Once
from tests.support.closed_round import hold, places, read, register_in, release
from tests.support.http_visitor import Visitor

__all__ = ["places"]
YEAR = 2022
QUESTIONS = Path(__file__).parents[2] / "datasette" / "questions.yaml"
TOWNS = ("2184", "2180", "2132", "2161", "2101", "2104")
NOTES = {"note_sv": "Rättat.", "note_en": "Corrected."}
TOLD = ("Talet står som i utgåva {}.", "The figure stands as in release {}.")
Key = tuple[str, str]


def correct(db: Database, more: int, count: int = 8, year: int = YEAR) -> None:
    """Add so much to the employees of so many enterprises, in each town but few of them."""
    for _, response in responses.of_year(db, year)[:count]:
        now = decisions.as_reviewed(db, response).answers
        values = {n: int(now[n] or 0) + more for n in ("employees_total", "employees_women")}  # type: ignore[call-overload]
        newest = decisions.newest_decision(db, response.id)
        fired = {each.check_id: "accept" for each in check_results.of_response(db, response.id)}
        review.correct(db, response.id, values, "Rättat.",
                       Ruling("test", newest.id if newest else 0, fired))  # fmt: skip


@pytest.fixture
def one_release(db: Database, places: Places, once: Once) -> Places:
    """Thirty enterprises in six towns, and a release of what they answered."""
    once("thirty released", lambda: _release(db, places))
    return places


def _release(db: Database, places: Places) -> None:
    register_in(db, [TOWNS[at % 6] for at in range(30)])
    hold(db, YEAR)
    rounds.close_round(db, YEAR, "test")
    release(db, places)


@pytest.fixture
def two_releases(db: Database, one_release: Places, once: Once) -> Places:
    """And a second one with corrections of one or two enterprises of each town."""
    once("corrected and released", lambda: _correct_and_release(db, one_release))
    return one_release


def _correct_and_release(db: Database, places: Places) -> None:
    correct(db, 9)
    release(db, places, **NOTES)


def figures(path: Path, table: str = "observations", more: str = "") -> dict[Key, dict[str, Any]]:
    """A year's figures of municipalities by area and indicator."""
    sql = f"SELECT * FROM {table} WHERE year = {YEAR} AND area_type = 'municipality' {more}"
    return {(row["area_code"], row["indicator"]): row for row in read(path, sql)}


def kept(path: Path) -> dict[Key, dict[str, Any]]:
    return {key: row for key, row in figures(path).items() if row["status"] == "k"}


def test_a_figure_whose_change_cannot_be_shown_stands_as_in_the_release_before(
    db: Database, two_releases: Places
) -> None:
    before = figures(two_releases.open, "editions", "AND release = '2022-1'")
    now, standing = figures(two_releases.open), kept(two_releases.open)
    assert {key[1] for key in standing} == {"employees"}
    for key, row in standing.items():
        assert (row["value"], row["signs"]) == (before[key]["value"], "k")
        assert row["note"] == f"{EXAMPLE[0]} {TOLD[0].format('2022-1')}"
        assert row["note_en"] == f"{EXAMPLE[1]} {TOLD[1].format('2022-1')}"
    # Nothing that was open is hidden, and the others are as they were.
    assert not [key for key, row in now.items() if row["value"] is None and before[key]["value"]]
    assert all(now[key]["signs"] == "n" for key in now.keys() - standing.keys())
    # To those who attack it is hidden.
    [line] = rows(db, "SELECT figures FROM protection WHERE release_id = '2022-2'")
    hidden = {(code, name) for _, code, name, value in json.loads(line["figures"]) if value is None}
    assert hidden == set(standing)
    said = rows(db, "SELECT * FROM released_figure WHERE release_id = '2022-2' AND status = 'k'")
    assert {(row["area_code"], row["indicator"]): row["value"] for row in said} == {
        key: row["value"] for key, row in standing.items()
    }


def test_twice_corrected_it_stands_as_before_and_corrected_back_it_is_itself(
    db: Database, two_releases: Places
) -> None:
    first = kept(two_releases.open)
    correct(db, 2)
    release(db, two_releases, **NOTES)
    assert kept(two_releases.open) == first
    correct(db, -11)
    release(db, two_releases, **NOTES)
    assert not kept(two_releases.open)
    now = figures(two_releases.open)
    assert {key: now[key]["value"] for key in first} == {k: r["value"] for k, r in first.items()}
    assert {now[key]["signs"] for key in first} == {"n"}


def test_a_change_of_three_enterprises_of_a_town_is_shown_and_then_stands(
    db: Database, two_releases: Places
) -> None:
    first = kept(two_releases.open)
    correct(db, 1, count=24)
    release(db, two_releases, **NOTES)
    third = figures(two_releases.open)
    assert not kept(two_releases.open)
    assert {third[key]["signs"] for key in first} == {"r"}
    correct(db, 1)
    release(db, two_releases, **NOTES)
    now = kept(two_releases.open)
    assert now
    for key, row in now.items():
        assert (row["value"], row["signs"]) == (third[key]["value"], "kr")
        assert row["note"].endswith(TOLD[0].format("2022-3"))


def test_what_a_withdrawn_release_showed_stands_no_more(db: Database, two_releases: Places) -> None:
    first = kept(two_releases.open)
    publish.withdraw(db, two_releases, "2022-1", ("Fel.", "Wrong."), "test")
    release(db, two_releases, **NOTES)
    now = figures(two_releases.open)
    assert {(now[k]["value"], now[k]["signs"], now[k]["note"]) for k in first} == {
        (None, "x", EXAMPLE[0])
    }
    # Nor is it repeated as what the second release said.
    second = figures(two_releases.open, "editions", "AND release = '2022-2'")
    assert {(second[k]["value"], second[k]["signs"], second[k]["note_en"]) for k in first} == {
        (None, "x", EXAMPLE[1])
    }
    assert not figures(two_releases.open, "editions", "AND instr(note, '2022-1')")


def test_of_two_releases_that_showed_it_the_one_that_is_left_stands(
    db: Database, one_release: Places
) -> None:
    hold(db, YEAR + 1)
    rounds.close_round(db, YEAR + 1, "test")
    release(db, one_release)
    correct(db, 9)
    release(db, one_release, **NOTES)
    first = kept(one_release.open)
    assert first
    assert all(row["note"].endswith(TOLD[0].format("2023-1")) for row in first.values())
    publish.withdraw(db, one_release, "2023-1", ("Fel.", "Wrong."), "test")
    release(db, one_release, **NOTES)
    now = kept(one_release.open)
    assert {k: r["value"] for k, r in now.items()} == {k: r["value"] for k, r in first.items()}
    assert all(row["note"].endswith(TOLD[0].format("2022-1")) for row in now.values())


def test_it_stands_in_the_final_release_as_in_the_preliminary_one(
    db: Database, places: Places
) -> None:
    register_in(db, [TOWNS[at % 6] for at in range(30)])
    hold(db, YEAR)
    rounds.close_round(db, YEAR, "test")
    for kind, signs in (("preliminary", None), ("preliminary", "kp"), ("final", "k")):
        release(db, places, kind, **NOTES)
        found = kept(places.open)
        assert {row["signs"] for row in found.values()} == ({signs} if signs else set())
        assert all(row["note"].endswith(TOLD[0].format("2022-1")) for row in found.values())
        if not signs:
            correct(db, 9)


def test_a_move_and_the_next_years_release_leave_it_standing(
    db: Database, two_releases: Places
) -> None:
    first = kept(two_releases.open)
    moved = register.enterprises(db)[0]
    run(db, "UPDATE enterprise SET municipality_code = '2181' WHERE id = ?", (moved.id,))
    hold(db, YEAR + 1)
    rounds.close_round(db, YEAR + 1, "test")
    release(db, two_releases, **NOTES)
    assert kept(two_releases.open) == first
    # Nor is a change since then calculated.
    towns = {row["Kommun"]: row for row in asked(two_releases.open, "kommuner") if row["Året före"]}
    assert len(towns) == len(first)
    # In the town that one moved from, too few are left this year.
    assert {(row["Ändring"], row["Status"]) for row in towns.values()} == {(None, "k"), (None, "x")}
    changed = asked(two_releases.open, "storst_andring")
    assert not towns.keys() & {row["Område"] for row in changed if row["Mått"] == "Anställda"}


def asked(path: Path, question: str) -> list[dict[str, Any]]:
    """What the data pages' ready question answers of employees and the latest year."""
    with closing(sqlite3.connect(path)) as opened:
        opened.row_factory = sqlite3.Row
        sql = yaml.safe_load(QUESTIONS.read_text("utf-8"))["open"][question]["sql"]
        return [dict(row) for row in opened.execute(sql, {"matt": "employees", "ar": ""})]


def test_it_is_the_same_whatever_the_number_is_now(
    db: Database, one_release: Places, tmp_path: Path
) -> None:
    """What is repeated follows from what is public: which are hidden, and what was shown before."""
    found = []
    for more in (9, 14, 31):
        with closing(sqlite3.connect(":memory:")) as connection:
            db.conn.backup(connection)
            connection.row_factory = sqlite3.Row
            world = Database(connection, execute_plugins=False)
            correct(world, more)
            draft = release_draft.drafted(world, tmp_path, None, ("", ""), is_preliminary=False)
            plan = draft.plans[YEAR]
            hidden = {spot for spot, value in plan.shown.values.items() if value is None}
            shown = release_draft.values(draft.new, draft.plans, population.county(world))
            found.append((hidden, [each for each in shown if each.status.startswith("k")]))
    assert found[0][1]
    assert found[0] == found[1] == found[2]


@pytest.fixture
def finished(db: Database, one_release: Places) -> tuple[Database, release_draft.Draft]:
    """The next release as the gate reads it, and its draft."""
    correct(db, 9)
    survey = proof.copy(db)
    about = one_release.releases, None, ("", "")
    draft = release_draft.drafted(survey, *about, is_preliminary=False)
    draft = release_draft.with_side_tables(survey, draft)
    return release_draft.in_memory(survey, draft, ""), draft


KEPT = "UPDATE observations SET {} WHERE status = 'k' AND area_code = '2184'"


@pytest.mark.parametrize(
    ("statement", "cause"),
    [
        (KEPT.format("value = value + 9"), "other value"),
        (KEPT.format("note = ''"), "other value"),
        (KEPT.format("note_en = replace(note_en, '-1', '-2')"), "other value"),
        (KEPT.format("status = 'n', signs = 'n'"), "other value"),
        (KEPT.format("status = 'r', signs = 'r', value = value + 9"), "other value"),
        # What is open, or of the county, is no earlier figure.
        ("UPDATE observations SET status = 'k' WHERE area_code = '2184' AND indicator = 'placed'"
         f" AND year = {YEAR}", "shown"),
        (f"UPDATE observations SET status = 'k' WHERE area_code = '21' AND year = {YEAR}", "shown"),
        # One of a release that is not in the file.
        ("DELETE FROM editions WHERE release = '2022-1'", "shown"),
    ],
)  # fmt: skip
def test_the_gate_takes_the_earlier_figure_with_its_note_and_no_other(
    finished: tuple[Database, release_draft.Draft], statement: str, cause: str
) -> None:
    opened, draft = finished
    about = [*draft.plans.values()], draft.side_tables, draft.years
    assert disclosure_gate.check(opened, *about)
    opened.conn.execute(statement)
    with pytest.raises(NotProtected) as refused:
        disclosure_gate.check(opened, *about)
    assert refused.value.cause == cause


def test_no_value_in_its_place_passes_the_gate_too(
    finished: tuple[Database, release_draft.Draft],
) -> None:
    opened, draft = finished
    opened.conn.execute(KEPT.format("value = NULL, status = 'x', signs = 'x'"))
    assert disclosure_gate.check(opened, [*draft.plans.values()], draft.side_tables, draft.years)


def test_every_file_says_that_it_stands_and_nothing_is_calculated_from_it(
    two_releases: Places, visitor: Visitor
) -> None:
    folder = two_releases.releases / "2022-2"
    standing = kept(two_releases.open)
    lines = csv.DictReader(io.StringIO((folder / "observations.csv").read_text(), newline=""))
    told = {(r["area_code"], r["indicator"]): r["note"] for r in lines if r["status"] == "k"}
    assert set(told) == set(standing)
    assert all("2022-1" in note for note in told.values())
    cube = json.loads((folder / "observations.sv.json-stat.json").read_text())
    assert sum(status == "k" for status in cube["status"].values()) == len(standing)
    assert "The figure stands as in an earlier release" in (folder / "README.md").read_text()
    revised = [r for r in content_of(two_releases.open).records("revisions") if r["status"] == "k"]
    # No change either: 0 would say that there is none.
    assert [(r["status_before"], r["value"] - r["value_before"], r["change"]) for r in revised] == [
        ("n", 0, None) for _ in standing
    ]
    said = (folder / "CHANGELOG.md").read_text()
    assert f"kept from an earlier release: {len(standing)}" in said
    page = visitor.open(f"{BASE}/oppna-data/2022-2/").text
    assert "Talet står som i en tidigare utgåva; en ändring kan inte visas ännu." in page
    assert page.count("kan inte visas</td>") == len(standing)
    listed = [row for row in asked(two_releases.open, "kommuner") if row["Status"] == "k"]
    assert {row["Värde"] for row in listed} == {row["value"] for row in standing.values()}
    assert {(row["Ändring"], row["Del av länet %"]) for row in listed} == {(None, None)}


def test_the_office_says_where_it_stands_and_does_not_count_it_as_hidden(
    db: Database, one_release: Places, coordinator: Visitor
) -> None:
    correct(db, 9)
    protection = coordinator.open(f"{BASE}/samordna/publicering/skydd").text
    publishing = coordinator.open(f"{BASE}/samordna/publicering").text
    for page in (protection, publishing):
        assert "Står kvar som i en tidigare utgåva, med tecknet k: " in page
        assert "Anställda, Hudiksvall (2022-1)" in page
        assert "0 siffror" in page or "0 av" in page or "Inget döljs." in page
    assert protection.count("talet från utgåva 2022-1 står kvar") == 6
    assert "För få företag står bakom ändringen sedan förra utgåvan" in protection

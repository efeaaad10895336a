"""Publishing: what comes out, what never does, and that nobody ever sees half of it."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from threading import Barrier, Event, Thread
from typing import Any

import pytest
from flask import Flask
from sqlite_utils import Database

from forms.questionnaire.inventory import as_dicts
from survey_data.automation import fictitious_enterprises
from survey_data.database import rows, scalar
from survey_data.history.printed_series import SeriesValue
from survey_data.publishing.publish import Places, publish, repair
from survey_data.register import enterprises
from survey_data.register.enterprises import Contact, Enterprise
from survey_data.responses import responses
from survey_data.rounds import rounds
from survey_data.rounds.rounds import Round
from tests.conftest import BASE
from tests.publishing.test_printed_series import PRINTED
from tests.support.http_visitor import Visitor

SECRETS = {
    "respondent_name": "Hemliga Hedda",
    "respondent_role": "hemlig roll",
    "respondent_contact": "hemlig@example.org",
    "comment_changes": "Hemlig förklaring om en person",
}


@pytest.fixture
def places(app: Flask) -> Places:
    found: Places = app.extensions["places"]
    return found


def read(path: Path, sql: str) -> list[dict[str, Any]]:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
        db.row_factory = sqlite3.Row
        return [dict(row) for row in db.execute(sql)]


def hold(db: Database, year: int, *, skip: int = 0, close: bool = True) -> Round:
    """A round in which everyone but the first few answers."""
    rounds.open_round(db, year, date(year, 10, 1), date(year, 11, 15), as_dicts(year), "test")
    numbers = fictitious_enterprises.numbers_of(fictitious_enterprises.NEXT_YEAR)
    by_number = {e.enterprise.org_number: e for e in fictitious_enterprises.examples()}
    invited = rows(
        db,
        "SELECT i.id, e.org_number FROM invitation i JOIN enterprise e ON e.id = i.enterprise_id"
        " JOIN round r ON r.id = i.round_id WHERE r.year = ? ORDER BY i.id",
        (year,),
    )
    for row in invited[skip:]:
        each = by_number[row["org_number"]]
        answers = fictitious_enterprises.answers_of(each, numbers[each.enterprise.name], year)
        responses.hand_in(db, row["id"], answers | SECRETS, "sv", mode="example")
    return rounds.close_round(db, year, "test") if close else rounds.find(db, year)


def test_the_printed_years_are_published_as_printed(db: Database, places: Places) -> None:
    release = publish(db, places, "test")
    trend = {row["year"]: row for row in read(places.open, "SELECT * FROM trend")}
    columns = (
        "enterprises", "enterprises_halsingland", "enterprises_gastrikland", "employees",
        "employees_women", "employees_men", "placed", "placed_af", "placed_kommun",
        "placed_other", "reached",
    )  # fmt: skip
    assert {y: tuple(row[c] for c in columns) for y, row in trend.items()} == PRINTED
    stated = read(places.open, "SELECT year, value FROM observations WHERE status = 's'")
    assert stated == [{"year": 2018, "value": 244}, {"year": 2020, "value": 123}]
    assert read(places.open, "SELECT id FROM release") == [{"id": release.id}]
    assert release.id == "2020-1"


def test_the_three_discrepancies_are_published(db: Database, places: Places) -> None:
    publish(db, places, "test")
    found = read(places.open, "SELECT * FROM discrepancies ORDER BY indicator, period")
    shown = [
        (d["indicator"], d["period"], d["stated"], d["parts_sum"], d["difference"]) for d in found
    ]
    assert shown == [
        ("placed", "2018", 244, 243, 1),
        ("placed", "2020", 123, 117, 6),
        ("reached", "2016–2020", 1257, 1275, -18),
    ]


def test_a_closed_example_year_is_added_with_notes_and_changes_no_printed_year(
    db: Database, examples: list[int], places: Places
) -> None:
    publish(db, places, "test")
    old = "SELECT * FROM observations WHERE year <= 2020 ORDER BY year, area_code, indicator"
    before = read(places.open, old)
    hold(db, 2021)
    release = publish(db, places, "test")
    assert read(places.open, old) == before
    [county] = read(places.open, "SELECT * FROM trend WHERE year = 2021")
    assert {n: county[n] for n in ("enterprises", "employees_women", "employees_men")} == {
        "enterprises": 28,
        "employees_women": fictitious_enterprises.NEXT_TOTALS["employees_women"],
        "employees_men": fictitious_enterprises.NEXT_TOTALS["employees_men"],
    }
    new = read(places.open, "SELECT * FROM observations WHERE year = 2021")
    assert {row["source"] for row in new} == {"inventering"}
    assert not [row for row in new if not row["note"].startswith("Exempel:")]
    assert not [row for row in new if not row["note_en"].startswith("Example:")]
    assert release.includes_examples
    assert (release.id, release.kind) == ("2021-1", "final")
    [coverage] = read(places.open, "SELECT * FROM coverage WHERE year = 2021")
    assert (coverage["asked"], coverage["answered"], coverage["is_example"]) == (28, 28, 1)


def test_a_printed_year_held_again_as_a_rehearsal_leaves_the_open_figures_alone(
    db: Database, examples: list[int], places: Places
) -> None:
    publish(db, places, "test")
    before = read(places.open, "SELECT * FROM observations")
    rounds.open_round(db, 2020, date(2020, 10, 1), date(2020, 11, 1), as_dicts(2020), "test")
    for row in rows(db, "SELECT id FROM invitation"):
        responses.hand_in(db, row["id"], {"employees_total": 999}, "sv", mode="example")
    rounds.close_round(db, 2020, "test")
    publish(db, places, "test")
    assert read(places.open, "SELECT * FROM observations") == before
    assert read(places.analysts, "SELECT DISTINCT year FROM answers") == [{"year": 2020}]


def test_an_open_round_is_not_published(db: Database, examples: list[int], places: Places) -> None:
    hold(db, 2021, close=False)
    publish(db, places, "test")
    assert read(places.open, "SELECT max(year) AS y FROM observations") == [{"y": 2020}]
    assert read(places.open, "SELECT max(year) AS y FROM coverage") == [{"y": 2020}]
    assert read(places.analysts, "SELECT count(*) AS n FROM rounds") == [{"n": 0}]
    assert read(places.analysts, "SELECT count(*) AS n FROM answers") == [{"n": 0}]


def test_how_many_answered_stands_beside_every_county_figure(
    db: Database, examples: list[int], places: Places
) -> None:
    hold(db, 2021, skip=3)
    publish(db, places, "test")
    notes = {
        row["indicator"]: (row["note"], row["note_en"])
        for row in read(
            places.open,
            "SELECT * FROM observations WHERE year = 2021 AND area_type = 'county'",
        )
    }
    assert "av 28 företag" not in notes.pop("enterprises")[0]
    for sv, en in notes.values():
        assert "25 av 28 företag svarade." in sv
        assert "25 of 28 enterprises answered." in en
    [coverage] = read(places.open, "SELECT asked, answered FROM coverage WHERE year = 2021")
    assert coverage == {"asked": 28, "answered": 25}


def test_how_many_enterprises_there_are_is_open_and_how_many_answered_is_of_the_county(
    db: Database, places: Places
) -> None:
    for number in ("556000-4615", "402000-0016"):
        wanted = Enterprise(number, f"Kooperativet {number}", "2180", "2020-01-01")
        enterprises.save_enterprise(db, wanted, Contact("a@example.org"), "test")
    rounds.open_round(db, 2021, date(2021, 10, 1), date(2021, 11, 1), as_dicts(2021), "test")
    rounds.close_round(db, 2021, "test")
    publish(db, places, "test")
    counted = read(
        places.open,
        "SELECT area_type, value, note FROM observations WHERE year = 2021"
        " AND indicator = 'enterprises' AND value > 0 ORDER BY area_type",
    )
    assert [(r["area_type"], r["value"]) for r in counted] == [
        ("county", 2), ("municipality", 2), ("province", 2),
    ]  # fmt: skip
    [coverage] = read(places.open, "SELECT * FROM coverage WHERE year = 2021")
    assert (coverage["asked"], coverage["answered"]) == (2, 0)
    # "0 of 2" beside a place's zero would give the zero away where it is a hidden one.
    below = "SELECT note FROM observations WHERE year = 2021 AND area_type <> 'county'"
    assert {row["note"] for row in read(places.open, below)} == {""}


def test_nothing_that_is_private_is_in_a_published_file(
    db: Database, examples: list[int], places: Places
) -> None:
    hold(db, 2021)
    publish(db, places, "test")
    analysts, opened = places.analysts.read_bytes(), places.open.read_bytes()
    assert b"Exempelkooperativet Ett" in analysts
    for name in ("email", "name", "phone"):
        values = [r[name] for r in rows(db, f"SELECT {name} FROM contact")]
        assert len(values) == 37
        assert not [v for v in values if v.encode() in analysts + opened]
    assert not [v for v in SECRETS.values() if v.encode() in analysts + opened]
    for each in fictitious_enterprises.examples():
        assert each.enterprise.name.encode() not in opened
        assert each.enterprise.org_number.encode() not in opened
    hashes = [r["token_hash"] for r in rows(db, "SELECT token_hash FROM link")]
    assert not [h for h in hashes if h.encode() in analysts + opened]
    columns = {r["name"] for r in read(places.analysts, "PRAGMA table_info(answers)")}
    assert "employees_total" in columns
    # Free text has a column, and nothing in it before someone has read it.
    assert columns & set(SECRETS) == {"comment_changes"}
    names = {r["name"] for r in read(places.analysts, "SELECT name FROM sqlite_master")}
    assert not names & {"contact", "link", "session", "staff", "outbox", "audit", "draft"}


@pytest.mark.parametrize("which", ["open", "analysts"])
def test_every_column_of_a_published_file_is_explained(
    db: Database, examples: list[int], places: Places, which: str
) -> None:
    hold(db, 2021)
    publish(db, places, "test")
    path = getattr(places, which)
    columns = read(
        path,
        "SELECT m.name AS t, c.name AS c FROM sqlite_master m, pragma_table_info(m.name) c"
        " WHERE m.type IN ('table', 'view') AND m.name NOT LIKE 'sqlite_%'",
    )
    explained = {
        (row["table_name"], row["column_name"]): row for row in read(path, "SELECT * FROM codebook")
    }
    assert len(columns) > 50
    for column in columns:
        row = explained[column["t"], column["c"]]
        assert row["label_sv"], column
        assert row["label_en"], column
        assert row["definition_sv"], column
        assert row["definition_en"], column
    real = {(c["t"], c["c"]) for c in columns} | {(c["t"], "") for c in columns}
    assert set(explained) <= real, "nothing is explained that does not exist"


def test_each_release_has_a_number_of_its_own_and_is_remembered(
    db: Database, places: Places
) -> None:
    ids = [publish(db, places, "test", note_sv=f"nr {n}").id for n in range(3)]
    assert ids == ["2020-1", "2020-2", "2020-3"]
    kept = rows(db, "SELECT id, kind, note_sv FROM release ORDER BY id")
    assert [k["kind"] for k in kept] == ["final", "revised", "revised"]
    assert read(places.open, "SELECT id FROM release") == [{"id": "2020-3"}]
    assert scalar(db, "SELECT count(*) FROM audit WHERE action = 'published'") == 3


def test_several_who_publish_at_once_make_several_whole_releases(
    app: Flask, db: Database, places: Places
) -> None:
    gate, ids, faults = Barrier(4), [], []

    def press() -> None:
        gate.wait()
        try:
            ids.append(publish(app.extensions["store"].db, places, "test").id)
        except Exception as fault:
            faults.append(fault)

    run_all([Thread(target=press) for _ in range(4)])
    assert not faults
    assert sorted(ids) == [f"2020-{n}" for n in range(1, 5)]
    [last] = read(places.open, "SELECT id FROM release")
    assert last == rows(db, "SELECT id FROM release ORDER BY published_at DESC, id DESC LIMIT 1")[0]
    assert read(places.analysts, "SELECT id FROM release") == [last]


def run_all(threads: list[Thread]) -> None:
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


MANY = 8


def test_readers_see_whole_releases_while_others_are_published(
    db: Database, examples: list[int], places: Places
) -> None:
    numbered(db, places, 0)
    done = Event()
    seen: set[str] = set()
    wrong: list[Any] = []

    def hammer() -> None:
        try:
            with closing(sqlite3.connect(f"file:{places.open}?mode=ro", uri=True)) as reader:
                reader.isolation_level = None
                while not done.is_set():
                    for release, values in look(reader):
                        seen.add(release)
                        if values != {int(release)}:
                            wrong.append((release, values))
                    # A hundred looks a second; more would only keep the publisher from its work.
                    done.wait(0.02)
        except Exception as fault:
            wrong.append(fault)

    readers = [Thread(target=hammer) for _ in range(2)]
    for reader in readers:
        reader.start()
    for number in range(1, MANY + 1):
        numbered(db, places, number)
    done.set()
    for reader in readers:
        reader.join()
    assert not wrong
    assert len(seen) > 1, "someone read while someone published"
    with closing(sqlite3.connect(places.open)) as last:
        assert list(look(last)) == [(str(MANY), {MANY})]
        assert last.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def numbered(db: Database, places: Places, number: int) -> None:
    """A release whose every figure is the number in its note."""
    history = [
        SeriesValue(year, "county", "21", "enterprises", number) for year in range(1000, 1120)
    ]
    publish(db, places, "test", history=history, note_sv=str(number))


def look(reader: sqlite3.Connection) -> Iterator[tuple[str, set[int]]]:
    """The release and its figures, in one transaction but two queries."""
    reader.execute("BEGIN")
    [release] = reader.execute("SELECT note_sv FROM release").fetchone()
    values = {value for (value,) in reader.execute("SELECT value FROM observations")}
    reader.execute("COMMIT")
    yield release, values


def test_the_coordinator_publishes_with_a_note_that_readers_see(
    db: Database, examples: list[int], places: Places, coordinator: Visitor, visitor: Visitor
) -> None:
    hold(db, 2021)
    page = coordinator.open(f"{BASE}/samordna/publicering")
    form = page.form_with("note_sv")
    assert form
    page = coordinator.submit(page, form, {"note_sv": "Första <b>utgåvan</b>", "kind": "final"})
    assert "Utgåva 2021-1 är publicerad." in page.text
    assert "<b>utgåvan</b>" not in page.text
    assert read(places.open, "SELECT note_sv FROM release") == [
        {"note_sv": "Första <b>utgåvan</b>"}
    ]
    assert "2021" in visitor.open(f"{BASE}/rapport/").text


def test_a_start_after_a_kill_between_the_two_files_gives_both_the_last_release(
    demonstration: Flask, db: Database
) -> None:
    places = demonstration.extensions["places"]
    before = places.open.read_bytes()
    made = publish(db, places, "test")
    # As if the process had died after the first file: the second is still the old release.
    places.open.write_bytes(before)
    assert repair(db, places) == made.id
    for path in (places.open, places.analysts):
        assert read(path, "SELECT id FROM release") == [{"id": made.id}]
    assert db.execute("SELECT count(*) FROM release").fetchone()[0] == 2

"""No release without news; and a release that was published by mistake is taken back."""

import random
from contextlib import closing
from pathlib import Path
from sqlite3 import connect as connect_sqlite
from typing import Any

import pytest
from flask import Flask
from sqlite_utils import Database

from survey_data.automation import calendar_runner
from survey_data.database import rows, run
from survey_data.errors import NotProtected
from survey_data.protection import disclosure_gate
from survey_data.publishing import (
    publish,
    published_files,
    release_draft,
    release_preview,
    release_workflow,
)
from survey_data.publishing.publish import Places
from survey_data.responses import responses
from survey_data.review import check_results, decisions, review
from survey_data.review.review import Ruling
from survey_data.rounds import calendar, rounds
from survey_data.rounds.rounds import Round
from survey_data.statistics import population, published_tables
from survey_data.statistics.enterprise_comparison import compare
from tests.conftest import BASE
from tests.start.test_commands import flask
from tests.support.beginnings import Once
from tests.support.closed_round import (
    SIZES,
    correct_enough,
    county,
    hold,
    numbers,
    read,
    register_in,
    release,
)
from tests.support.http_visitor import Page, Visitor

PATH = f"{BASE}/samordna/publicering"
NOTES = {"note_sv": "Två svar till.", "note_en": "Two more answers."}
COUNTED = disclosure_gate.OF_ENTERPRISES
MISTAKEN = (
    "Talet står som i den indragna utgåvan {}. En ändring kan inte visas ännu.",
    "The figure stands as in the withdrawn release {}. A change cannot be shown yet.",
)


def test_publishing_what_is_not_new_makes_no_release(
    app: Flask, db: Database, with_files: Places, two_silent: Round
) -> None:
    first = flask(app, "publish", "--incomplete")
    assert "Utgåva 2022-1 är publicerad." in first.output
    again = flask(app, "publish", "--note", "En gång till.")
    assert (again.exit_code, again.output) == (
        0,
        "Inget är nytt sedan förra utgåvan, så ingen ny har gjorts.\n",
    )
    assert [each["id"] for each in publish.releases(db)] == ["2022-1"]
    # Nor does the calendar, when its day comes.
    act = next(a for a in calendar.of_round(db, two_silent.id) if a.kind == "final_release")
    run(db, "UPDATE act SET state = 'planned', done_at = NULL WHERE id = ?", (act.id,))
    calendar_runner.run_due(db, with_files, now=act.due_at)
    assert calendar.find(db, act.id).state == "done"
    assert len(publish.releases(db)) == 1
    # One corrected answer is news to the analysts, though the open figures wait.
    run(db, "UPDATE enterprise SET name = 'Exempelkooperativet nytt' WHERE id = 3")
    assert "2022-2" in flask(app, "publish").output


@pytest.fixture
def with_files(app: Flask) -> Places:
    found: Places = app.extensions["places"]
    return found


@pytest.fixture
def two_releases(db: Database, with_files: Places, two_silent: Round, once: Once) -> Places:
    """A release, and a second one with corrections."""

    def make() -> None:
        release(db, with_files)
        correct_enough(db, two_silent)
        release(db, with_files, **NOTES)

    once("released and corrected", make)
    return with_files


def shown_first(places: Places) -> Path:
    """The open file of the first release."""
    return places.releases / "2022-1" / "open.db"


def test_a_release_withdrawn_is_gone_for_readers_and_known_for_ever(
    db: Database,
    with_files: Places,
    two_releases: Places,
    coordinator: Visitor,
    visitor: Visitor,
) -> None:
    before = county(shown_first(with_files), 2022)
    mistaken = county(with_files.open, 2022)
    assert mistaken["employees"] != before["employees"]
    assert visitor.client.get(f"{BASE}/oppna-data/2022-2/observations.csv").status_code == 200
    page = coordinator.open(f"{PATH}/dra-in")
    form = page.form_with("withdraw_sv")
    assert form is not None
    page = coordinator.submit(page, form, {"number": "2022-2"})
    assert "Skriv varför utgåvan dras in." in page.text
    form = page.form_with("withdraw_sv")
    assert form is not None
    given = {"number": "2022-2", "withdraw_sv": "Fel fil.", "withdraw_en": "The wrong file."}
    page = coordinator.submit(page, form, given)
    assert "Utgåva 2022-2 är indragen." in page.text
    # Readers have what stood before it, and the notice in its place.
    assert county(with_files.open, 2022) == before
    for path in ("", "observations.csv", "data.zip", "kvalitet", "kodbok"):
        gone = visitor.client.get(f"{BASE}/oppna-data/2022-2/{path}")
        assert gone.status_code == 410, path
        assert "Utgåva 2022-2 är indragen" in gone.text
        assert "Fel fil." in gone.text
        assert "immutable" not in gone.headers.get("Cache-Control", "")
    assert "The wrong file." in visitor.open(f"{BASE}/oppna-data/?lang=en").text
    assert visitor.open(f"{BASE}/oppna-data/latest/").url.endswith("latest/")
    assert "2022-2" not in visitor.open(f"{BASE}/oppna-data/dcat.rdf").text
    # A start leaves it so, and its number is not given again.
    publish.repair(db, with_files)
    assert county(with_files.open, 2022) == before
    # What it showed counts as known: the year's next edition is protected together with it.
    plan = release_preview.previews(db)[-1].protected
    assert [each.release_id for each in plan.earlier] == ["2022-1", "2022-2"]
    assert release(db, with_files, **NOTES).id == "2022-3"
    told = read(with_files.open, "SELECT id, note_sv FROM releases ORDER BY position")
    assert [each["id"] for each in told] == ["2022-1", "2022-2", "2022-3"]
    assert told[1]["note_sv"].endswith("Fel fil.")
    assert read(with_files.open, "SELECT DISTINCT release FROM editions ORDER BY 1") == [
        {"release": "2022-1"}, {"release": "2022-3"},
    ]  # fmt: skip


def test_when_the_only_release_is_withdrawn_readers_have_none(
    app: Flask, db: Database, with_files: Places, two_silent: Round, visitor: Visitor,
    coordinator: Visitor,
) -> None:  # fmt: skip
    release(db, with_files)
    assert "--reason" in flask(app, "withdraw-release", "2022-1").output
    refused = flask(app, "withdraw-release", "2022-9", "--reason", "Fel.")
    assert "Det finns ingen sådan utgåva" in refused.output
    done = flask(app, "withdraw-release", "2022-1", "--reason", "För tidigt.")
    assert "Utgåva 2022-1 är indragen." in done.output
    for _ in range(2):
        assert "För tidigt." in visitor.open(f"{BASE}/oppna-data/").text
        assert visitor.client.get(f"{BASE}/oppna-data/latest/").status_code == 404
        assert visitor.client.get(f"{BASE}/rapport/").status_code == 200
        publish.repair(db, with_files)
    assert len(publish.releases(db)) == 1
    # It can be published again, under the next number.
    page = coordinator.open(PATH)
    page = _fill_in(coordinator, page, "note_sv", kind="preliminary", **NOTES)
    assert "Utgåva 2022-2 är publicerad." in page.text


def _fill_in(visitor: Visitor, page: Page, field: str, **filled: Any) -> Page:
    form = page.form_with(field)
    assert form is not None
    return visitor.submit(page, form, filled)


def test_nothing_that_was_taken_out_can_be_carved_from_a_published_file(tmp_path: Path) -> None:
    path, secret = tmp_path / "open.db", "HEMLIGT-VÄRDE-4711"
    for number in range(2):
        made = published_tables.fresh()
        published_tables.create(made, "publisher", "comments")
        gone = ((2000 + n, f"{secret} {number} {n}", "", "", "", "") for n in range(400))
        made.conn.executemany("INSERT INTO comments VALUES (?, ?, ?, ?, ?, ?)", gone)
        # Rows taken out, a row made shorter, and a table that is no longer there.
        made.conn.execute("UPDATE comments SET chart = 'kort' WHERE year < 2100")
        made.conn.execute("DELETE FROM comments WHERE year > 2099")
        if number:
            made.conn.execute("DROP TABLE comments")
        made.conn.execute("VACUUM")
        published_files.replace(made.conn, path)
        assert secret.encode() not in path.read_bytes()
        with closing(connect_sqlite(path)) as db:
            assert db.execute("PRAGMA freelist_count").fetchone() == (0,)
    assert [each.name for each in tmp_path.iterdir()] == ["open.db"]


def test_no_hidden_value_stands_in_the_free_pages_of_a_release(
    with_files: Places, two_releases: Places
) -> None:
    for path in (with_files.open, with_files.analysts):
        with closing(connect_sqlite(path)) as opened:
            assert opened.execute("PRAGMA freelist_count").fetchone() == (0,)
            opened.execute("VACUUM INTO ?", (str(path.with_suffix(".again")),))
        # Written anew it is not smaller, so there was nothing in it but what it says.
        assert path.with_suffix(".again").stat().st_size == path.stat().st_size


def test_a_correction_that_waits_moves_no_median_on_an_enterprises_own_page(
    db: Database, with_files: Places, enterprises: list[int]
) -> None:
    hold(db, 2021)
    rounds.close_round(db, 2021, "test")
    release(db, with_files)
    before = [compare(db, with_files.analysts, each) for each in enterprises]
    assert any(m.county is not None for found in before if found for m in found.measures)
    # One enterprise's numbers are corrected: too few to be told, so the figures stay.
    query = "SELECT id, employees_total, employees_women FROM response ORDER BY id DESC LIMIT 1"
    [one] = rows(db, query)
    values = {name: one[name] + 3 for name in ("employees_total", "employees_women")}
    fired = check_results.of_response(db, one["id"])
    ruling = Ruling("staff 1", 0, {each.check_id: "accept" for each in fired})
    review.correct(db, one["id"], values, "Rättat.", ruling)
    release(db, with_files, **NOTES)
    assert release_preview.previews(db)[-1].protected.is_waiting
    after = [compare(db, with_files.analysts, each) for each in enterprises]
    assert after == before
    told = read(with_files.analysts, "SELECT sum(employees_total) AS n FROM answers")
    shown = county(with_files.open, 2021)["employees"][0]
    assert told[0]["n"] == (shown or 0) + 3, "analysts have the correction, nobody else has"
    # Nor where a release that told it with others is withdrawn again.
    correct_enough(db, rounds.find(db, 2021))
    told_it = release(db, with_files, **NOTES)
    assert not release_preview.previews(db)[-1].protected.is_waiting
    publish.withdraw(db, with_files, told_it.id, ("Fel.", "Wrong."), "test")
    assert [compare(db, with_files.analysts, each) for each in enterprises] == before


def test_one_that_is_said_to_have_closed_is_compared_as_long_as_the_year_waits(
    db: Database, with_files: Places, enterprises: list[int]
) -> None:
    hold(db, 2021)
    rounds.close_round(db, 2021, "test")
    release(db, with_files)
    before = [compare(db, with_files.analysts, each) for each in enterprises]
    [one] = rows(db, "SELECT id FROM response LIMIT 1")
    fired = check_results.of_response(db, one["id"])
    ruling = Ruling("staff 1", 0, {each.check_id: "accept" for each in fired})
    review.correct(db, one["id"], {"status": "closed"}, "Nedlagt.", ruling)
    release(db, with_files, **NOTES)
    assert release_preview.previews(db)[-1].protected.is_waiting
    assert [compare(db, with_files.analysts, each) for each in enterprises] == before


def signs(path: Path) -> dict[tuple[Any, ...], str]:
    found = read(path, "SELECT * FROM observations WHERE year = 2022 AND value NOT NULL")
    return {(r["area_code"], r["indicator"]): r["signs"] for r in found}


def test_a_year_that_waits_does_not_tell_that_an_estimate_is_of_nobody(
    db: Database, with_files: Places, enterprises: list[int]
) -> None:
    hold(db, 2021, silent=1)
    nobody = dict.fromkeys(numbers(SIZES[0]), 0) | {"status": "active"}
    [first, *_] = rows(db, "SELECT id FROM invitation ORDER BY id")
    responses.hand_in(db, first["id"], nobody, "sv", mode="example")
    rounds.close_round(db, 2021, "test")
    hold(db, 2022, silent=1, grown=1)
    survey_round = rounds.close_round(db, 2022, "test")
    offered = set(population.offers(db, survey_round))
    assert release_workflow.estimate(db, survey_round, offered, "Svarar inte.", "test") == 1
    release(db, with_files)
    before = signs(with_files.open)
    assert before["21", "employees"] == "e"
    [(_, response), *_] = responses.of_year(db, 2022)
    values = {n: int(response.answers[n]) + 1 for n in ("employees_total", "employees_women")}  # type: ignore[arg-type]
    review.correct(db, response.id, values, "Rättat.", Ruling("staff 1"))
    assert release_preview.previews(db)[-1].protected.is_waiting
    release(db, with_files, **NOTES)
    assert signs(with_files.open) == before


def test_six_corrections_of_one_hide_no_province_that_was_open(
    db: Database, with_files: Places
) -> None:
    pick = random.Random(2)
    towns = ("2184", "2180", "2132", "2161", "2101", "2104")
    register_in(db, [pick.choice(towns) for _ in range(26)])
    hold(db, 2022)
    rounds.close_round(db, 2022, "test")
    release(db, with_files)
    sql = "SELECT area_code, indicator, value FROM observations WHERE area_type <> 'municipality'"
    before = read(with_files.open, f"{sql} AND year = 2022 AND value IS NOT NULL")
    for row in rows(db, "SELECT id, employees_total, employees_women FROM response LIMIT 6"):
        more = {name: row[name] + 1 for name in ("employees_total", "employees_women")}
        fired = {each.check_id: "accept" for each in check_results.of_response(db, row["id"])}
        review.correct(db, row["id"], more, "Rättat.", Ruling("staff 1", 0, fired))
    release(db, with_files, **NOTES)
    assert [r["id"] for r in publish.releases(db)] == ["2022-2", "2022-1"]
    assert read(with_files.open, f"{sql} AND year = 2022 AND value IS NOT NULL") == before


def correct_last(db: Database, count: int = 1) -> None:
    """Correct the last answers by one woman each; one enterprise is too few to be told of."""
    found = sorted((each for _, each in responses.of_year(db, 2022)), key=lambda each: each.id)
    for response in found[-count:]:
        now = decisions.as_reviewed(db, response).answers
        values = {n: int(now[n] or 0) + 1 for n in ("employees_total", "employees_women")}  # type: ignore[call-overload]
        newest = decisions.newest_decision(db, response.id)
        fired = {each.check_id: "accept" for each in check_results.of_response(db, response.id)}
        ruling = Ruling("staff 1", newest.id if newest else 0, fired)
        review.correct(db, response.id, values, "Rättat.", ruling)


def told(path: Path) -> list[dict[str, Any]]:
    """All that a release says of the year's figures, coverage and answers."""
    found = read(path, "SELECT * FROM observations WHERE year = 2022")
    found += read(path, "SELECT * FROM coverage WHERE year = 2022")
    return found + read(path, f"SELECT * FROM quality WHERE year = 2022 AND measure IN {COUNTED}")


def test_a_year_that_waits_stands_as_in_the_newest_release_that_is_not_withdrawn(
    db: Database, with_files: Places, two_releases: Places
) -> None:
    first = told(shown_first(with_files))
    mistaken = county(with_files.open, 2022)
    publish.withdraw(db, with_files, "2022-2", ("Fel.", "Wrong."), "test")
    correct_last(db)
    plan = release_preview.previews(db)[-1].protected
    assert plan.is_waiting
    assert plan.stands_as
    assert plan.stands_as.release_id == "2022-1"
    assert [each.release_id for each in plan.earlier] == ["2022-1", "2022-2"]
    # What waits is all that the release which stands does not tell.
    [waits] = [each for each in release_preview.waiting(db) if each.year == 2022]
    assert waits.count == 9
    for number in ("2022-3", "2022-4"):
        assert release(db, with_files, **NOTES).id == number
        assert told(with_files.open) == first
        assert county(with_files.open, 2022)["employees"] != mistaken["employees"]
        assert not read(with_files.open, "SELECT * FROM observations WHERE instr(note, 'indragna')")
        correct_last(db)
    # What the withdrawn one showed is known to all for ever.
    plan = release_preview.previews(db)[-1].protected
    assert [each.release_id for each in plan.earlier] == ["2022-2", "2022-4"]
    # Another content of a year that waits, such as the withdrawn one's, does not pass the gate.
    draft = release_draft.drafted(db, with_files.releases, None, ("", ""), is_preliminary=False)
    draft = release_draft.with_side_tables(db, draft)
    about = list(draft.plans.values()), draft.side_tables, draft.years, draft.waiting
    assert draft.waiting == {2022: with_files.releases / "2022-4" / "open.db"}
    made = release_draft.in_memory(db, draft, "")
    assert disclosure_gate.check(made, *about)
    value = mistaken["employees"][0]
    made.conn.execute(
        "UPDATE observations SET value = ? WHERE year = 2022 AND area_code = '21'"
        " AND indicator = 'employees'",
        (value,),
    )
    with pytest.raises(NotProtected):
        disclosure_gate.check(made, *about)


def test_where_every_release_is_withdrawn_a_year_that_waits_says_whose_figures_it_shows(
    db: Database, with_files: Places, two_releases: Places, coordinator: Visitor
) -> None:
    mistaken = county(with_files.open, 2022)
    assert (
        "Är alla indragna står det som i den sista av dem"
        in coordinator.open(f"{PATH}/dra-in").text
    )
    for number in ("2022-2", "2022-1"):
        publish.withdraw(db, with_files, number, ("Fel.", "Wrong."), "test")
    correct_last(db)
    # The second time it stands as in a release that is not withdrawn, but those figures were.
    for _ in range(2):
        release(db, with_files, **NOTES)
        assert county(with_files.open, 2022) == mistaken
        query = "SELECT * FROM observations WHERE year = 2022 AND value NOT NULL"
        for row in read(with_files.open, query):
            said = row["note"], row["note_en"]
            assert all(
                each.endswith(words.format("2022-2"))
                for each, words in zip(said, MISTAKEN, strict=True)
            )
        [shown] = read(with_files.open, "SELECT * FROM trend WHERE year = 2022")
        assert MISTAKEN[0].format("2022-2") in shown["note"]
        correct_last(db)
    # With enough others it is news, and says so no more.
    correct_last(db, 9)
    release(db, with_files, **NOTES)
    assert county(with_files.open, 2022) != mistaken
    assert not read(with_files.open, "SELECT * FROM observations WHERE instr(note, 'indragna')")

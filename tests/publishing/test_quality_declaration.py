"""The quality declaration of a release, counted again by other means."""

import sqlite3
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlite_utils import Database

from forms.questionnaire.inventory import as_dicts
from survey_data import clock
from survey_data.database import rows, run
from survey_data.errors import NotProtected
from survey_data.protection import disclosure_gate
from survey_data.publishing import release_draft, release_preview, release_workflow
from survey_data.publishing.publish import Places
from survey_data.releases.definitions import MEASURES
from survey_data.responses import responses
from survey_data.review import check_results, decisions, review
from survey_data.review.check_results import FiredCheck
from survey_data.review.review import Ruling
from survey_data.rounds import rounds
from survey_data.statistics import population
from survey_data.statistics.tabulation import OUT_OF_SCOPE
from tests.conftest import BASE
from tests.support.beginnings import Once
from tests.support.closed_round import SIZES, correct_enough, numbers, release
from tests.support.closed_round import hold as hold_all
from tests.support.http_visitor import Visitor

YEAR = 2022
SILENT, GONE, EMPTY = 3, 3, 4
BALANCE, JUMP = "balance_employees", "jump_placed"


@pytest.fixture
def places(app: Flask) -> Places:
    kept: Places = app.extensions["places"]
    return kept


@pytest.fixture
def published(db: Database, enterprises: list[int], places: Places, once: Once) -> Path:
    """Two rounds; in the second some are silent, begun, gone, partly blank, corrected, estimated.

    The first is released before its answers are corrected, and again with the second.
    """
    once("two rounds released", lambda: _publish(db, places))
    return places.open


def _publish(db: Database, places: Places) -> None:
    hold_all(db, YEAR - 1)
    before = rounds.close_round(db, YEAR - 1, "test")
    release(db, places)
    correct_enough(db, before)
    survey_round = rounds.open_round(
        db, YEAR, date(YEAR, 10, 1), date(YEAR, 11, 15), as_dicts(YEAR), "test"
    )
    invited = [
        row["id"]
        for row in rows(
            db, "SELECT id FROM invitation WHERE round_id = ? ORDER BY id", (survey_round.id,)
        )
    ]
    hand_in(db, invited)
    rounds.close_round(db, YEAR, "test")
    survey_round = rounds.find(db, YEAR)
    question(db)
    release_workflow.estimate(
        db,
        survey_round,
        set(population.offers(db, survey_round)),
        "Svarar inte.",
        "staff 1",
    )
    release(db, places)


def hand_in(db: Database, invited: Sequence[int]) -> None:
    for place, invitation in enumerate(invited):
        typed: dict[str, Any] = numbers(SIZES[place % len(SIZES)], 1)
        if place < SILENT:
            run(
                db,
                "INSERT INTO draft (invitation_id, question, value, revision, saved_at)"
                " VALUES (?, 'employees_total', '5', 1, '2022-10-02')",
                (invitation,),
            )
            continue
        if place < SILENT + GONE:
            typed = {"status": sorted(OUT_OF_SCOPE)[0]}
        elif place < SILENT + GONE + EMPTY:
            del typed["placed_kommun"]
        responses.hand_in(db, invitation, typed, "sv", mode="example")


def question(db: Database) -> None:
    """Checks that fired: one on six, half of them accepted and half corrected; one on four."""
    answered = [
        each for _, each in responses.of_year(db, YEAR) if each.answers["status"] == "active"
    ]
    for place, response in enumerate(answered):
        fired = [
            FiredCheck(BALANCE, "balance", "soft", False, ("employees_total", "employees_men"))
        ]
        fired += [FiredCheck(JUMP, "jump", "soft", False, ("placed_total",))] if place < 4 else []
        check_results.keep(db, response.id, fired)
        accepted = Ruling("staff 1", 0, {each.check_id: "accept" for each in fired})
        if place < 3:
            review.accept(db, response.id, accepted)
        else:
            total, men = (int(response.answers[n]) for n in ("employees_total", "employees_men"))  # type: ignore[arg-type]
            values = {"employees_total": total + 2, "employees_men": men + 2}
            review.correct(db, response.id, values, "Rättat.", accepted)


def stated(path: Path, measure: str, year: int = YEAR) -> dict[str, float | None]:
    with closing(sqlite3.connect(path)) as db:
        sql = "SELECT subject, value, status FROM quality WHERE measure = ? AND year = ?"
        found = db.execute(sql, (measure, year)).fetchall()
    assert all((value is None) == (status == "x") for _, value, status in found)
    return {subject: value for subject, value, _ in found}


def test_every_measure_is_stated_and_counted_right(
    published: Path, places: Places, visitor: Visitor
) -> None:
    with closing(sqlite3.connect(published)) as db:
        shown = {m for (m,) in db.execute("SELECT DISTINCT measure FROM quality")}
        hidden = db.execute(
            "SELECT count(*), sum(value IS NULL) FROM observations WHERE year = ?", (YEAR,)
        ).fetchone()
        county = dict(
            db.execute(
                "SELECT indicator, value FROM observations WHERE year = ? AND area_type = 'county'",
                (YEAR,),
            )
        )
        breaks = {kind for (kind,) in db.execute("SELECT DISTINCT kind FROM breaks")}
    assert shown == {measure.name for measure in MEASURES}
    assert "source" in breaks

    asked, answered = 12 - GONE, 12 - GONE - SILENT
    assert stated(published, "frame") == {"": 12}
    assert stated(published, "over_coverage") == {"": GONE}
    assert stated(published, "response_rate") == {"": round(100 * answered / asked, 1)}
    assert stated(published, "response_rate_with_partial") == {"": 100.0}
    with closing(sqlite3.connect(places.analysts)) as db:
        db.row_factory = sqlite3.Row
        answers = [dict(r) for r in db.execute(f"SELECT * FROM answers WHERE year = {YEAR}")]
        fired = [dict(r) for r in db.execute(f"SELECT * FROM checks_fired WHERE year = {YEAR}")]
        sql = "SELECT enterprise_id, employees_total FROM answers WHERE year = ?"
        before = dict(db.execute(sql, (YEAR - 1,)).fetchall())
    gone = {row["enterprise_id"] for row in answers if row["status"] in OUT_OF_SCOPE}
    replied = {row["enterprise_id"] for row in answers} - gone
    inside = sum(size for who, size in before.items() if who not in gone)
    weight = round(100 * sum(before[who] for who in replied) / inside)
    assert stated(published, "response_rate_weighted") == {"": weight}
    for name, value in stated(published, "item_non_response").items():
        empty = sum(row[name] is None for row in answers)
        assert value == (None if 0 < empty < 3 else empty), name
    assert stated(published, "item_non_response")["placed_kommun"] == EMPTY + GONE
    by = Counter((row["check_id"], row["decision"]) for row in fired)
    assert by[BALANCE, "accept"] == by[BALANCE, "correct"] == 3
    assert stated(published, "check_failed") == {BALANCE: 6, JUMP: 4}
    assert stated(published, "check_confirmed") == {BALANCE: 3, JUMP: 4}
    assert stated(published, "check_corrected") == {BALANCE: 3, JUMP: 0}
    assert stated(published, "values_corrected") == {"employees_total": 3, "employees_men": 3}

    assert stated(published, "imputed") == {"": SILENT}
    given = sum(row["employees_total"] or 0 for row in answers)
    assert county["employees"] > given
    share = round(100 * (county["employees"] - given) / county["employees"])
    assert stated(published, "imputed_share")["employees"] == share
    assert (
        stated(published, "values_published")[""],
        stated(published, "values_hidden")[""],
    ) == hidden
    assert stated(published, "values_revised") == {"": 0}
    assert (stated(published, "values_revised", YEAR - 1)[""] or 0) > 0
    assert (stated(published, "mean_revision", YEAR - 1)[""] or 0) > 0
    days = (clock.today() - date(YEAR, 10, 1)).days
    assert abs((stated(published, "time_lag")[""] or 0) - days) <= 1

    page = visitor.open(f"{BASE}/oppna-data/latest/kvalitet").text
    assert all(measure.label_sv in page for measure in MEASURES)
    assert BALANCE not in page


def declared(path: Path) -> list[tuple[Any, ...]]:
    """All that a release says of the year's quality and of how its questions were put."""
    with closing(sqlite3.connect(path)) as db:
        said = [db.execute(f"SELECT * FROM quality WHERE year = {YEAR} ORDER BY measure, subject")]
        said += [db.execute(f"SELECT * FROM {name}") for name in ("variables", "breaks")]
        return [row for found in said for row in found]


def correct(db: Database, place: int, more: int) -> None:
    """Correct one answer by so many women, of which no check asks."""
    response = [r for _, r in responses.of_year(db, YEAR) if r.answers["status"] == "active"][place]
    standing = decisions.as_reviewed(db, response).answers
    values = {n: int(standing[n] or 0) + more for n in ("employees_total", "employees_women")}  # type: ignore[call-overload]
    newest = decisions.newest_decision(db, response.id)
    fired = {each.check_id: "accept" for each in check_results.of_response(db, response.id)}
    review.correct(db, response.id, values, "Rättat.", Ruling("staff 1", newest.id, fired))  # type: ignore[union-attr]


def test_a_year_that_waits_stands_with_its_quality_as_last_published(
    published: Path, db: Database, places: Places
) -> None:
    before = declared(published)
    for more in (1, 2):
        # A number is corrected for the first time, and for the second: 3 would be 4.
        correct(db, 1, more)
        assert release_preview.previews(db)[-1].protected.is_waiting
        release(db, places, note_sv="Nytt.", note_en="New.")
        assert declared(published) == before
    for place in range(6):
        correct(db, place, 20)
    release(db, places, note_sv="Nytt.", note_en="New.")
    assert stated(published, "values_corrected")["employees_women"] == 6
    assert "employees_women" not in {row[2] for row in before if row[1] == "values_corrected"}


@pytest.mark.parametrize(
    "forged",
    [
        "UPDATE quality SET value = value + 3 WHERE measure = 'check_failed'",
        "DELETE FROM quality WHERE measure = 'imputed'",
        "INSERT INTO quality VALUES (2022, 'values_corrected', 'placed_total', 4, 'n', '', '')",
    ],
)
def test_the_gate_refuses_other_quality_of_a_year_that_waits(
    published: Path, db: Database, places: Places, forged: str
) -> None:
    correct(db, 1, 1)
    draft = release_draft.drafted(db, places.releases, None, ("", ""), is_preliminary=False)
    draft = release_draft.with_side_tables(db, draft)
    plans = list(draft.plans.values())
    made = release_draft.in_memory(db, draft, "")
    about = plans, draft.side_tables, draft.years, draft.waiting
    assert disclosure_gate.check(made, *about)
    made.conn.execute(forged.replace("WHERE", f"WHERE year = {YEAR} AND"))
    with pytest.raises(NotProtected) as refused:
        disclosure_gate.check(made, *about)
    assert refused.value.cause == "other value"


def test_without_the_release_it_stands_as_a_year_that_waits_has_no_quality(
    published: Path, db: Database, places: Places
) -> None:
    kept = places.releases / f"{YEAR}-1" / "open.db"
    kept.chmod(0o600)
    with closing(sqlite3.connect(kept)) as damaged, damaged:
        damaged.execute("UPDATE quality SET value = 9 WHERE measure = 'imputed'")
    correct(db, 1, 1)
    release(db, places, note_sv="Nytt.", note_en="New.")
    assert not stated(published, "imputed")
    assert not stated(published, "check_failed")
    assert stated(published, "values_published")

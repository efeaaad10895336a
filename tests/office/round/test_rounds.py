"""A round from opening to closing, and the trail it leaves."""

import sqlite3
from datetime import date
from threading import Barrier, Thread
from typing import Any

import pytest
from flask import Flask
from sqlite_utils import Database

from forms.questionnaire.inventory import as_dicts
from survey_data import audit_trail
from survey_data.database import rows, run, scalar
from survey_data.errors import (
    DatesOutOfOrder,
    NobodyToAsk,
    NoSuchRound,
    RoundClosed,
    RoundExists,
    RoundStillOpen,
    UnknownLink,
)
from survey_data.follow_up import mailings
from survey_data.register import enterprises
from survey_data.register.enterprises import Contact, Enterprise
from survey_data.responses import responses
from survey_data.rounds import invitations, rounds
from survey_data.rounds.rounds import Round
from survey_data.staff import staff
from survey_data.staff.sign_in import request_sign_in
from survey_data.tokens import hashed
from tests.conftest import BASE
from tests.support.beginnings import a_week_after_inviting
from tests.support.http_visitor import Page, Visitor

FIRST, DUE = date(2021, 10, 1), date(2021, 11, 15)


def open_2021(db: Database, **changed: Any) -> Round:
    asked: dict[str, Any] = {
        "year": 2021,
        "reference_date": FIRST,
        "due_date": DUE,
        "questionnaire": as_dicts(2021),
        "actor": "test",
    }
    return rounds.open_round(db, **asked | changed)


@pytest.mark.parametrize(
    ("reference", "due"),
    [
        (DUE, FIRST),
        (FIRST, FIRST),
        (date(2020, 10, 1), date(2020, 11, 15)),
        (date(2022, 10, 1), date(2022, 11, 15)),
    ],
)
def test_dates_out_of_order_open_nothing(
    db: Database, examples: list[int], reference: date, due: date
) -> None:
    with pytest.raises(DatesOutOfOrder):
        open_2021(db, reference_date=reference, due_date=due)
    assert rounds.all_rounds(db) == []


def test_only_one_round_is_open_at_a_time(db: Database, open_round: Round) -> None:
    with pytest.raises(RoundStillOpen) as refused:
        open_2021(db, year=2022, reference_date=date(2022, 10, 1), due_date=date(2022, 11, 1))
    assert refused.value.year == 2021
    assert [survey_round.year for survey_round in rounds.all_rounds(db)] == [2021]


def test_the_database_itself_refuses_a_second_open_round(db: Database, open_round: Round) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        db.conn.execute(
            "INSERT INTO round (year, reference_date, due_date, questionnaire, opened_at)"
            " VALUES (2022, '2022-10-01', '2022-11-01', '[]', '2022')"
        )


def test_a_year_is_held_once(db: Database, open_round: Round) -> None:
    rounds.close_round(db, 2021, "test")
    with pytest.raises(RoundExists):
        open_2021(db)
    assert len(rounds.all_rounds(db)) == 1


def test_a_round_with_nobody_to_ask_is_not_opened(db: Database) -> None:
    with pytest.raises(NobodyToAsk):
        open_2021(db)
    assert rounds.all_rounds(db) == []


def test_two_who_open_at_once_get_one_round(app: Flask, db: Database, examples: list[int]) -> None:
    gate, outcomes = Barrier(8), []

    def press() -> None:
        gate.wait()
        try:
            outcomes.append(open_2021(app.extensions["store"].db).year)
        except RoundExists:
            outcomes.append(0)

    threads = [Thread(target=press) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == [0] * 7 + [2021]
    assert scalar(db, "SELECT count(*) FROM invitation") == 28


@pytest.mark.parametrize(
    ("active_from", "active_to", "is_asked"),
    [
        ("2021-10-01", None, True),
        ("2021-10-02", None, False),
        ("2020-01-01", "2021-10-01", True),
        ("2020-01-01", "2021-09-30", False),
    ],
)
def test_those_active_on_the_reference_date_are_asked_and_no_others(
    db: Database, examples: list[int], active_from: str, active_to: str | None, is_asked: bool
) -> None:
    wanted = Enterprise(
        "556000-4615", "Exempelkooperativet X", "2180", active_from, "", "", active_to
    )
    added = enterprises.save_enterprise(db, wanted, Contact("x@example.org"), "test")
    open_2021(db)
    asked = [row["enterprise_id"] for row in rows(db, "SELECT enterprise_id FROM invitation")]
    assert (added in asked) == is_asked
    assert len(asked) == len(set(asked)) == 28 + is_asked


def test_a_round_is_an_example_only_while_everyone_in_it_is(
    db: Database, examples: list[int]
) -> None:
    assert open_2021(db).is_example
    rounds.close_round(db, 2021, "test")
    real = Enterprise("556000-4615", "Kooperativet", "2180", "2020-01-01")
    enterprises.save_enterprise(db, real, Contact("x@example.org"), "test")
    next_year = open_2021(
        db, year=2022, reference_date=date(2022, 10, 1), due_date=date(2022, 11, 1)
    )
    assert not next_year.is_example


QUESTIONS = [
    {"name": "enterprise_name", "sql_type": "TEXT", "label_sv": "Namn"},
    {"name": "employees_total", "sql_type": "INTEGER", "label_sv": "Antal anställda"},
]


def columns(db: Database) -> dict[str, str]:
    return {row["name"]: row["type"] for row in rows(db, "PRAGMA table_info(response)")}


def test_a_round_keeps_the_questions_it_was_asked_with(db: Database, examples: list[int]) -> None:
    questions = [dict(question) for question in QUESTIONS]
    open_2021(db, questionnaire=questions)
    [invitation_id] = db.conn.execute("SELECT min(id) FROM invitation").fetchone()
    responses.hand_in(db, invitation_id, {"enterprise_name": "Ett", "employees_total": 7}, "sv")
    questions[1]["label_sv"] = "Ett helt annat ord"
    questions.append({"name": "added_later", "sql_type": "TEXT", "label_sv": "Ny"})
    assert rounds.find(db, 2021).questionnaire == QUESTIONS
    rounds.close_round(db, 2021, "test")
    open_2021(
        db,
        year=2022,
        reference_date=date(2022, 10, 1),
        due_date=date(2022, 11, 1),
        questionnaire=questions,
    )
    assert rounds.find(db, 2021).questionnaire == QUESTIONS
    first = responses.latest(db, invitation_id)
    assert first
    assert first.answers == {"enterprise_name": "Ett", "employees_total": 7}
    assert columns(db)["added_later"] == "TEXT"


def test_a_question_left_out_keeps_its_column_and_its_answers(
    db: Database, examples: list[int]
) -> None:
    open_2021(db, questionnaire=QUESTIONS)
    [invitation_id] = db.conn.execute("SELECT min(id) FROM invitation").fetchone()
    responses.hand_in(db, invitation_id, {"enterprise_name": "Ett", "employees_total": 7}, "sv")
    rounds.close_round(db, 2021, "test")
    before = columns(db)
    later = {"reference_date": date(2022, 10, 1), "due_date": date(2022, 11, 1)}
    open_2021(db, year=2022, questionnaire=QUESTIONS[:1], **later)
    assert columns(db) == before
    kept = rows(db, "SELECT employees_total FROM response WHERE invitation_id = ?", [invitation_id])
    assert kept == [{"employees_total": 7}]


@pytest.mark.parametrize(
    "question",
    [
        {"name": "enterprise_name", "sql_type": "INTEGER"},
        {"name": "id; DROP TABLE response", "sql_type": "TEXT"},
        {"name": "fine", "sql_type": "TEXT; DROP TABLE response"},
    ],
)
def test_a_question_that_would_retype_or_break_the_table_opens_nothing(
    db: Database, examples: list[int], question: dict[str, str]
) -> None:
    responses.ensure_columns(db, QUESTIONS)
    before = columns(db)
    with pytest.raises(ValueError, match="column"):
        open_2021(db, questionnaire=[question])
    assert columns(db) == before
    assert rounds.all_rounds(db) == []


def test_closing_cancels_the_mail_that_would_lead_to_a_closed_door(
    db: Database, open_round: Round
) -> None:
    mailings.queue_invitations(db, 2021, "test")
    [invitation_id] = db.conn.execute("SELECT min(id) FROM invitation").fetchone()
    responses.hand_in(db, invitation_id, {"enterprise_name": "Ett"}, "sv")
    staff.add(db, "samordnaren@example.org", "coordinator", "test")
    request_sign_in(db, "samordnaren@example.org", "browser")
    rounds.close_round(db, 2021, "test")
    states = {
        (row["kind"], row["state"]): row["n"]
        for row in rows(db, "SELECT kind, state, count(*) AS n FROM outbox GROUP BY kind, state")
    }
    assert states == {
        ("invitation", "cancelled"): 28,
        ("receipt", "queued"): 1,
        ("sign_in", "queued"): 1,
    }


def test_after_closing_no_link_takes_an_answer(
    db: Database, open_round: Round, link: str, visitor: Visitor
) -> None:
    page = visitor.open(link)
    within = visitor.submit(page, page.forms()[0])
    form = within.form_with("revision")
    assert form
    rounds.close_round(db, 2021, "test")
    assert visitor.open(link).status == 410
    late = visitor.submit(within, form, {"enterprise_name": "För sent", "go": "next"})
    assert late.status == 410
    assert "För sent" in late.text, "what was typed is shown back"
    assert scalar(db, "SELECT count(*) FROM draft") == 0
    invitations.request_new_link(db, "exempel-1@example.org")
    assert scalar(db, "SELECT count(*) FROM outbox") == 0


def test_a_revoked_link_leads_nowhere_and_another_still_works(
    db: Database, open_round: Round, link: str, visitor: Visitor
) -> None:
    [invitation_id] = db.conn.execute("SELECT min(id) FROM invitation").fetchone()
    other = invitations.new_link(db, invitation_id)
    run(db, "UPDATE link SET revoked_at = '2021-10-02' WHERE token_hash = ?",
        (hashed(link.rsplit("/", 1)[1]),))  # fmt: skip
    assert visitor.open(link).status == 404
    assert visitor.open(f"{BASE}/s/{other}").status == 200
    with pytest.raises(UnknownLink):
        invitations.by_token(db, "")


def test_closing_twice_or_a_year_never_held_is_refused(db: Database, open_round: Round) -> None:
    rounds.close_round(db, 2021, "test")
    closed_at = rounds.find(db, 2021).closed_at
    with pytest.raises(RoundClosed):
        rounds.close_round(db, 2021, "test")
    with pytest.raises(NoSuchRound):
        rounds.close_round(db, 1999, "test")
    assert rounds.find(db, 2021).closed_at == closed_at
    with pytest.raises(RoundClosed):
        mailings.queue_mails(db, 2021, "reminder", "test")


@pytest.mark.parametrize("statement", ["UPDATE audit SET actor = 'x'", "DELETE FROM audit"])
def test_the_trail_can_only_grow(db: Database, open_round: Round, statement: str) -> None:
    before = rows(db, "SELECT * FROM audit")
    assert before
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        db.conn.execute(statement)
    assert rows(db, "SELECT * FROM audit") == before
    audit_trail.record(db, "test", "something", "else", reason="why")
    assert len(rows(db, "SELECT * FROM audit")) == len(before) + 1


def test_a_replaced_line_of_the_trail_is_refused_too(db: Database, open_round: Round) -> None:
    before = rows(db, "SELECT * FROM audit")
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        db.conn.execute(
            "INSERT OR REPLACE INTO audit (id, at, actor, action) VALUES (1, 'x', 'x', 'x')"
        )
    assert rows(db, "SELECT * FROM audit") == before


# At the office


def press(visitor: Visitor, step: str) -> Page:
    page = visitor.open(f"{BASE}/samordna/omgang/2021/{step}")
    form = next(f for f in page.forms() if f.method == "post" and step in (f.action or page.url))
    return visitor.submit(page, form)


def test_the_coordinator_opens_sends_reminds_and_closes(
    db: Database, examples: list[int], coordinator: Visitor
) -> None:
    page = coordinator.open(f"{BASE}/samordna/omgang/oppna")
    form = page.form_with("due_date")
    assert form
    filled = {"year": 2021, "reference_date": "2021-10-01", "due_date": "2021-11-15"}
    page = coordinator.submit(page, form, filled)
    assert "1 oktober 2021 och 15 november 2021 har redan passerat" in " ".join(page.text.split())
    assert rounds.all_rounds(db) == []
    asked = page.form_with("due_date")
    assert asked
    page = coordinator.submit(page, asked, filled | {"though_passed": "y"})
    assert page.path == "/samordna/"
    assert rounds.find(db, 2021).is_open
    press(coordinator, "skicka")
    a_week_after_inviting(db)
    press(coordinator, "paminn")
    kinds = dict(db.conn.execute("SELECT kind, count(*) FROM outbox GROUP BY kind").fetchall())
    assert kinds == {"invitation": 28, "reminder": 28}
    press(coordinator, "stang")
    assert not rounds.find(db, 2021).is_open
    actions = [
        r["action"]
        for r in rows(db, "SELECT action FROM audit WHERE actor LIKE 'staff%' ORDER BY id")
    ]
    assert actions == [
        "signed in",
        "round opened",
        "invitation queued",
        "reminder queued",
        "round closed",
    ]


@pytest.mark.parametrize(
    ("filled", "words"),
    [
        ({"due_date": "2021-09-01"}, "sista svarsdag efter räknedagen"),
        ({"reference_date": "2020-10-01"}, "Räknedagen ska ligga i omgångens år"),
        ({"year": "1999"}, "Skriv ett år mellan 2016 och 2100."),
        ({"year": ""}, "Skriv årtalet med fyra siffror"),
        ({"due_date": "snart"}, "due_date"),
        ({"reference_date": ""}, "Skriv datumet som ÅÅÅÅ-MM-DD."),
    ],
)
def test_a_round_that_cannot_be_opened_says_why(
    db: Database, examples: list[int], coordinator: Visitor, filled: dict[str, str], words: str
) -> None:
    page = coordinator.open(f"{BASE}/samordna/omgang/oppna")
    form = page.form_with("due_date")
    assert form
    good = {"year": "2021", "reference_date": "2021-10-01", "due_date": "2021-11-15"}
    page = coordinator.submit(page, form, good | filled)
    assert page.status == 200
    assert "error-summary" in page.text
    assert words in page.text
    assert rounds.all_rounds(db) == []


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("address", ["1999/stang", "2021/nagotannat"])
def test_a_step_or_a_round_that_does_not_exist_is_a_page_that_does_not_exist(
    coordinator: Visitor, open_round: Round, method: str, address: str
) -> None:
    page = coordinator.open(f"{BASE}/samordna/foretag/nytt")
    token = page.forms()[-1].fields["csrf_token"]
    options = {"data": {"csrf_token": token}} if method == "post" else {}
    reply = getattr(coordinator.client, method)(f"{BASE}/samordna/omgang/{address}", **options)
    assert reply.status_code == 404

"""Reviewing over HTTP: what each decision does, what is kept, and what nobody else may see."""

import json
import re
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlite_utils import Database

from forms.mail.delivery import deliver
from survey_data.database import rows, run, scalar
from survey_data.follow_up import progress
from survey_data.publishing.publish import publish
from survey_data.responses import responses
from survey_data.review import decisions, review
from survey_data.review import queue as review_queue
from survey_data.rounds import invitations, rounds
from tests.conftest import BASE
from tests.support.codes import at_home
from tests.support.http_visitor import Page, Visitor
from tests.support.mail_server import Inbox, mail_server, text_of, tokens_in

EXPLAINED, UNEXPLAINED, UNQUESTIONED = "Fem", "Tio", "Sjutton"


@pytest.fixture
def office(demonstration: Flask, coordinator: Visitor) -> Visitor:
    """A coordinator with the demonstration's answers to review."""
    return coordinator


@pytest.fixture
def smtp(app: Flask) -> Iterator[Inbox]:
    """A mail server that the application sends to."""
    inbox = Inbox()
    with mail_server(inbox) as url:
        app.config["SMTP_URL"] = url
        yield inbox


def invitation_of(db: Database, number: str) -> int:
    sql = """SELECT i.id FROM invitation i JOIN enterprise e ON e.id = i.enterprise_id
        JOIN round r ON r.id = i.round_id WHERE r.closed_at IS NULL AND e.name = ?"""
    return int(scalar(db, sql, (f"Exempelkooperativet {number}",)))


def response_of(db: Database, number: str) -> responses.Response:
    found = responses.latest(db, invitation_of(db, number))
    assert found is not None
    return found


def state_of(db: Database, number: str) -> str:
    survey_round = rounds.current(db)
    assert survey_round is not None
    wanted = invitation_of(db, number)
    return next(s.state for s in progress.standings(db, survey_round) if s.invitation_id == wanted)


def open_review(office: Visitor, db: Database, number: str) -> Page:
    return office.open(f"{BASE}/samordna/granska/{response_of(db, number).id}")


def press(office: Visitor, page: Page, decision: str, **filled: Any) -> Page:
    form = page.form_with("seen")
    assert form is not None
    named = {name.replace("__", "-"): value for name, value in filled.items()}
    return office.submit(page, form, {**named, "decision": decision})


def audit_of(db: Database, number: str) -> list[str]:
    return [line["action"] for line in decisions.trail(db, invitation_of(db, number))]


# What is kept at hand-in


def test_the_checks_that_fire_are_kept_with_their_figures_and_limits(
    office: Visitor, db: Database
) -> None:
    [kept] = rows(
        db, "SELECT * FROM fired_check WHERE response_id = ?", (response_of(db, EXPLAINED).id,)
    )
    assert (kept["check_id"], kept["explained"]) == ("employees_changed", 1)
    assert json.loads(kept["fields"]) == ["employees_total"]
    assert json.loads(kept["parameters"])["now"] == 15
    assert json.loads(kept["limits"])["persons"] == 5
    unexplained = "SELECT explained FROM fired_check WHERE response_id = ?"
    assert scalar(db, unexplained, (response_of(db, UNEXPLAINED).id,)) == 0


def test_a_hand_in_on_the_web_keeps_what_the_checks_say(
    office: Visitor, db: Database, new_visitor: Callable[[], Visitor]
) -> None:
    visitor = new_visitor()
    page = begin(visitor, db, UNQUESTIONED)
    page = visitor.open(f"{BASE}/svara/anstallda")
    form = page.form_with("revision")
    assert form is not None
    many = {"employees_total": "30", "employees_women": "15", "employees_men": "15"}
    page = visitor.submit(page, form, {**many, "go": "next"})
    newest = hand_in(visitor)
    assert newest.path == "/svara/kvitto"
    response = response_of(db, UNQUESTIONED)
    assert (response.version, response.mode) == (2, "web")
    fired = "SELECT check_id FROM fired_check WHERE response_id = ?"
    assert {"employees_changed"} <= {r["check_id"] for r in rows(db, fired, (response.id,))}


def begin(visitor: Visitor, db: Database, number: str) -> Page:
    asked = invitation_of(db, number)
    page = at_home(visitor, db, asked).open(f"{BASE}/s/{invitations.new_link(db, asked)}")
    return visitor.submit(page, page.forms()[-1])


def hand_in(visitor: Visitor) -> Page:
    page = visitor.open(f"{BASE}/svara/granska")
    form = page.form_with("certify")
    assert form is not None
    return visitor.submit(page, form, {"certify": "yes"})


# The queue


def test_the_queue_begins_with_what_could_change_the_county_most(
    office: Visitor, db: Database
) -> None:
    survey_round = rounds.current(db)
    assert survey_round is not None
    waiting = review_queue.queue(db, survey_round)
    assert [w.name.removeprefix("Exempelkooperativet ") for w in waiting] == [
        "Fyra", "Tio", "Sex", "Fem", "Sjutton",
    ]  # fmt: skip
    first = waiting[0]
    assert first.measure == "placed"
    county = sum(
        (s.placed or 0) if s.has_answered else placed_before(db, s.enterprise_id)
        for s in progress.standings(db, survey_round)
    )
    assert first.impact == pytest.approx(6 / county)
    page = office.open(f"{BASE}/samordna/granska")
    places = [page.text.index(f"granska/{w.response_id}") for w in waiting]
    assert places == sorted(places)
    assert "Granska (5)" in page.text
    assert "Granska 5 svar" in office.open(f"{BASE}/samordna/").text


def placed_before(db: Database, enterprise_id: int) -> int:
    last = [r for r in responses.history(db, enterprise_id) if r.year == 2020]
    found = last[0].answers["placed_total"] if last else 0
    assert isinstance(found, int)
    return found


def test_the_page_says_what_the_enterprise_has_not_explained(office: Visitor, db: Database) -> None:
    explained, unexplained = (open_review(office, db, n).text for n in (EXPLAINED, UNEXPLAINED))
    assert "Godkänn och visa nästa" in explained
    assert "saknar förklaring" not in explained
    assert "Godkänn ändå och visa nästa" in unexplained
    assert "1 kontroll saknar förklaring från företaget." in unexplained


def test_earlier_years_the_own_words_and_the_limit_stand_beside_the_answer(
    office: Visitor, db: Database
) -> None:
    page = open_review(office, db, EXPLAINED)
    for year in (2017, 2018, 2019, 2020, 2021):
        assert f'class="number">{year}' in page.text
    assert ">2016<" not in page.text
    assert "15 anställda mot 10 förra året: 5 fler, 50" in page.text
    assert "minst 5 personer" in page.text
    assert "Vi öppnade ett kafé i mars." in page.text
    english = office.open(f"{page.url}?lang=en").text
    assert "Large increase in employees" in english


# Accept


def test_accepting_leads_on_to_the_next_and_leaves_a_line(office: Visitor, db: Database) -> None:
    before = response_of(db, EXPLAINED)
    page = press(office, open_review(office, db, EXPLAINED), "accept", note="Ringde.")
    assert state_of(db, EXPLAINED) == "checked"
    assert page.path == f"/samordna/granska/{response_of(db, UNQUESTIONED).id}"
    [line] = decisions.trail(db, invitation_of(db, EXPLAINED))
    assert (line["action"], line["reason"]) == ("answer accepted", "Ringde.")
    assert response_of(db, EXPLAINED) == before
    answers = office.open(f"{BASE}/samordna/svar/{before.invitation_id}").text
    assert "Ringde." in answers
    assert "coordinator@example.org" in answers


def test_one_press_decides_about_the_answer_and_each_of_its_checks(
    office: Visitor, db: Database
) -> None:
    press(office, open_review(office, db, UNEXPLAINED), "accept")
    assert state_of(db, UNEXPLAINED) == "checked"
    decided = decisions.newest_decision(db, response_of(db, UNEXPLAINED).id)
    assert decided is not None
    assert decided.checks == {"employees_changed": "accept"}


def test_enter_in_a_field_decides_nothing(office: Visitor, db: Database) -> None:
    page = press(office, open_review(office, db, EXPLAINED), "")
    assert "Välj ett beslut" in page.text
    assert state_of(db, EXPLAINED) == "handed_in"


def test_those_without_questions_are_accepted_together_after_one_question(
    office: Visitor, db: Database
) -> None:
    page = office.open(f"{BASE}/samordna/granska?fraga=alla")
    assert state_of(db, UNQUESTIONED) == "handed_in"
    form = page.form_with("response")
    assert form is not None
    # One with a question, smuggled in, is left where it is.
    smuggled = [*form.fields["response"], str(response_of(db, EXPLAINED).id)]
    page = office.submit(page, form, {"response": smuggled})
    assert "1 svar är godkänt" in page.text
    assert state_of(db, UNQUESTIONED) == "checked"
    assert state_of(db, EXPLAINED) == "handed_in"
    assert audit_of(db, UNQUESTIONED) == ["answer accepted"]


def test_two_who_decide_at_once_make_one_decision(office: Visitor, db: Database) -> None:
    page = open_review(office, db, EXPLAINED)
    press(office, page, "accept")
    answer = press(office, page, "return", message="Stämmer det?", ask__employees_total="1")
    assert "bedömts av någon annan" in answer.text
    assert state_of(db, EXPLAINED) == "checked"
    assert scalar(db, "SELECT count(*) FROM outbox WHERE kind = 'returned'") == 1


# Correct


CORRECTION = {"edit__employees_total": "10", "edit__employees_women": "5"}


def test_a_correction_keeps_both_values_and_the_reason(
    office: Visitor, db: Database, new_visitor: Callable[[], Visitor]
) -> None:
    before = response_of(db, EXPLAINED)
    press(office, open_review(office, db, EXPLAINED), "correct", **CORRECTION, reason="Ringt dem.")
    assert state_of(db, EXPLAINED) == "checked"
    assert response_of(db, EXPLAINED) == before
    found = decisions.edits_of(db, before.id)
    assert {n: (e.raw, e.edited, e.reason) for n, e in found.items()} == {
        "employees_total": (15, 10, "Ringt dem."),
        "employees_women": (10, 5, "Ringt dem."),
    }
    line = decisions.trail(db, before.invitation_id)[0]
    assert json.loads(line["before"])["employees_total"] == 15
    assert json.loads(line["after"])["employees_total"] == 10
    page = begin(new_visitor(), db, EXPLAINED)
    assert "Samordnaren har rättat" in page.text
    assert "15 har blivit 10" in page.text
    assert "Ringt dem." in page.text


def test_a_correction_that_does_not_add_up_or_has_no_reason_is_not_made(
    office: Visitor, db: Database
) -> None:
    page = open_review(office, db, EXPLAINED)
    wrong = press(office, page, "correct", edit__employees_total="11", reason="Ringt.")
    assert "men ni har angett 11" in wrong.text
    assert "Skriv ett skäl" in press(office, page, "correct", **CORRECTION).text
    assert "Ändra minst ett värde" in press(office, page, "correct", reason="Ringt.").text
    letters = press(office, page, "correct", edit__employees_total="tio", reason="Ringt.")
    assert "Skriv ett heltal" in letters.text
    assert state_of(db, EXPLAINED) == "handed_in"
    assert scalar(db, "SELECT count(*) FROM edit") == 0


def test_a_computed_total_follows_and_a_value_put_back_is_no_edit(
    office: Visitor, db: Database
) -> None:
    response = response_of(db, "Fyra")
    press(office, open_review(office, db, "Fyra"), "correct", edit__placed_af="3", reason="Ringt.")
    assert {n: e.edited for n, e in decisions.edits_of(db, response.id).items()} == {
        "placed_af": 3,
        "placed_total": 4,
    }
    back = open_review(office, db, "Fyra")
    press(office, back, "correct", edit__placed_af="9", reason="Det var rätt.")
    assert decisions.edits_of(db, response.id) == {}
    assert scalar(db, "SELECT count(*) FROM edit") == 4


def test_a_number_that_is_corrected_away_is_none_and_not_zero(
    office: Visitor, db: Database
) -> None:
    response = response_of(db, "Fyra")
    assert response.answers["placed_total"]
    review.correct(db, response.id, {"placed_total": None}, "Vet inte.", review.Ruling("test"))
    everyone = progress.standings(db, rounds.find(db, 2021))
    [row] = [each for each in everyone if each.name.endswith("Fyra")]
    assert (row.employees, row.placed) == (response.answers["employees_total"], None)


def test_the_database_itself_refuses_to_change_a_response(office: Visitor, db: Database) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="as it was handed in"):
        run(db, "UPDATE response SET employees_total = 1")


# Return


QUESTION = "Räknade ni även timanställda?"


def send_back(office: Visitor, db: Database) -> Page:
    page = open_review(office, db, EXPLAINED)
    return press(office, page, "return", message=QUESTION, ask__employees_total="1")


def test_a_return_mails_the_question_and_a_link_to_a_form_that_shows_it(
    app: Flask, office: Visitor, db: Database, smtp: Inbox, new_visitor: Callable[[], Visitor]
) -> None:
    send_back(office, db)
    assert state_of(db, EXPLAINED) == "returned"
    with app.app_context():
        deliver(db)
    [mail] = [m for m in smtp.to("exempel-5@example.org") if "fråga" in m["Subject"]]
    text = text_of(mail)
    assert QUESTION in text
    assert "Anställda" in text
    [token] = tokens_in(text)
    visitor = new_visitor()
    newest = scalar(db, "SELECT invitation_id FROM link ORDER BY rowid DESC LIMIT 1")
    page = at_home(visitor, db, newest).open(f"{BASE}/s/{token}")
    page = visitor.submit(page, page.forms()[-1])
    assert page.path == "/svara/anstallda"
    assert QUESTION in page.text
    assert QUESTION not in visitor.open(f"{BASE}/svara/placerade").text


def test_a_new_hand_in_opens_a_returned_answer_for_review_again(
    office: Visitor, db: Database, new_visitor: Callable[[], Visitor]
) -> None:
    send_back(office, db)
    visitor = new_visitor()
    begin(visitor, db, EXPLAINED)
    review = visitor.open(f"{BASE}/svara/granska").text
    assert QUESTION in review
    assert 'href="/svara/anstallda?till=granska#employees_total">' in review
    # All is right as it is, and saying so is an answer to the question.
    assert hand_in(visitor).path == "/svara/kvitto"
    assert state_of(db, EXPLAINED) == "handed_in"
    assert response_of(db, EXPLAINED).version == 2
    for path in ("anstallda", "granska"):
        assert QUESTION not in visitor.open(f"{BASE}/svara/{path}").text
    assert hand_in(visitor).path == "/svara/kvitto"
    assert response_of(db, EXPLAINED).version == 2
    press(office, open_review(office, db, EXPLAINED), "accept")
    assert state_of(db, EXPLAINED) == "checked"
    assert audit_of(db, EXPLAINED) == ["answer accepted", "answer returned"]


def test_a_return_needs_a_question_and_something_it_is_about(office: Visitor, db: Database) -> None:
    page = open_review(office, db, EXPLAINED)
    assert "Skriv en fråga" in press(office, page, "return").text
    form = page.form_with("seen")
    assert form is not None
    nothing = {n: v for n, v in form.fields.items() if not n.startswith("ask-")}
    form.fields.clear()
    form.fields.update(nothing)
    page = office.submit(page, form, {"decision": "return", "message": QUESTION})
    assert "Kryssa i vilka uppgifter" in page.text
    assert state_of(db, EXPLAINED) == "handed_in"


def test_after_closing_an_answer_can_be_corrected_but_not_returned(
    office: Visitor, db: Database
) -> None:
    page = open_review(office, db, EXPLAINED)
    rounds.close_round(db, 2021, "test")
    asked = press(office, page, "return", message=QUESTION, ask__employees_total="1")
    assert "Omgången är stängd" in asked.text
    press(office, page, "correct", **CORRECTION, reason="Ringt.")
    response_id = scalar(db, "SELECT response_id FROM edit LIMIT 1")
    newest = decisions.newest_decision(db, response_id)
    assert newest is not None
    assert newest.kind == "corrected"


def test_a_respondent_never_meets_another_s_review(
    office: Visitor, db: Database, new_visitor: Callable[[], Visitor]
) -> None:
    send_back(office, db)
    press(
        office,
        open_review(office, db, "Fyra"),
        "correct",
        edit__placed_af="3",
        reason="Ringt Fyra.",
    )
    for number in (UNEXPLAINED, UNQUESTIONED):
        visitor = new_visitor()
        begin(visitor, db, number)
        for path in ("kvitto", "anstallda", "placerade", "granska"):
            page = visitor.open(f"{BASE}/svara/{path}")
            assert page.status == 200
            assert QUESTION not in page.text
            assert "Ringt Fyra." not in page.text
        assert visitor.open(f"{BASE}/samordna/granska").path == "/logga-in"


# What is published


def read(path: Path, sql: str) -> list[dict[str, Any]]:
    with sqlite3.connect(path) as db:
        db.row_factory = sqlite3.Row
        return [dict(row) for row in db.execute(sql)]


def test_what_is_published_is_the_corrected_value_with_the_raw_one_beside_it(
    app: Flask, office: Visitor, db: Database
) -> None:
    places = app.extensions["places"]
    response = response_of(db, EXPLAINED)
    press(
        office, open_review(office, db, EXPLAINED), "correct", **CORRECTION, reason="Ringt.",
        names_nobody="1",
    )  # fmt: skip
    press(office, open_review(office, db, "Sex"), "accept")
    rounds.close_round(db, 2021, "test")
    publish(db, places, "test")
    answers = {
        r["enterprise_name"]: r
        for r in read(places.analysts, "SELECT * FROM answers WHERE year = 2021")
    }
    mine = answers["Exempelkooperativet Fem"]
    assert (mine["employees_total"], mine["edited"]) == (10, 1)
    assert mine["comment_changes"] == "Vi öppnade ett kafé i mars."
    other = answers["Exempelkooperativet Sex"]
    # Accepted, but nobody said that the text names no person.
    assert (other["edited"], other["comment_changes"]) == (0, None)
    edits = read(places.analysts, "SELECT * FROM edits ORDER BY question")
    assert [(e["question"], e["raw"], e["edited"], e["reason"]) for e in edits] == [
        ("employees_total", "15", "10", "Ringt."),
        ("employees_women", "10", "5", "Ringt."),
    ]
    fired = read(places.analysts, "SELECT * FROM checks_fired WHERE check_id LIKE '%changed'")
    outcome_of = {r["enterprise_id"]: (r["explained"], r["decision"]) for r in fired}
    assert outcome_of[mine["enterprise_id"]] == (1, "correct")
    assert outcome_of[other["enterprise_id"]] == (1, "accept")
    assert sorted(outcome_of.values()) == [
        (0, ""),
        (0, "ask"),
        (1, ""),
        (1, "accept"),
        (1, "correct"),
    ]
    county = read(
        places.open,
        "SELECT value FROM observations WHERE year = 2021 AND area_type = 'county'"
        " AND indicator = 'employees'",
    )
    everyone = decisions.responses_as_reviewed(db, 2021)
    assert county == [
        {"value": sum(int(str(r.response.answers["employees_total"])) for r in everyone)}
    ]
    raw = sum(int(str(r.answers["employees_total"])) for _, r in responses.of_year(db, 2021))
    assert county == [{"value": raw - 5}]
    assert response_of_closed(db, response.id) == response


def response_of_closed(db: Database, response_id: int) -> responses.Response | None:
    return responses.by_id(db, response_id)


def test_next_year_compares_with_the_corrected_value(office: Visitor, db: Database) -> None:
    press(office, open_review(office, db, EXPLAINED), "correct", **CORRECTION, reason="Ringt.")
    invitation = invitations.by_id(db, invitation_of(db, EXPLAINED))
    assert decisions.history(db, invitation.enterprise.id)[-1].answers["employees_total"] == 10


# A new hand-in after corrections


def handed_in_anew(db: Database, number: str, **changed: Any) -> responses.Response:
    """The enterprise hands in once more, and the checks are run on it."""
    before = response_of(db, number)
    answers = before.answers | changed
    return responses.hand_in(db, before.invitation_id, answers, "sv")


def corrected_then_anew(office: Visitor, db: Database, **changed: Any) -> Page:
    press(office, open_review(office, db, EXPLAINED), "correct", **CORRECTION, reason="Ringt dem.")
    handed_in_anew(db, EXPLAINED, **changed)
    return open_review(office, db, EXPLAINED)


def test_a_new_hand_in_says_which_corrections_did_not_come_along(
    office: Visitor, db: Database
) -> None:
    page = corrected_then_anew(office, db, placed_af=1, placed_kommun=2)
    assert "Tidigare rättelser som inte följde med" in page.text
    table = page.text.partition('id="left-behind"')[2].partition("</table>")[0]
    found = re.findall(r'<th scope="row">(.*?)</th>(.*?)</tr>', table)
    values = {label: re.findall(r">([^<>]+)<", cells) for label, cells in found}
    assert values == {
        "Anställda": ["15", "10", "15", "Ringt dem."],
        "varav kvinnor": ["10", "5", "10", "Ringt dem."],
    }
    queue = office.open(f"{BASE}/samordna/granska")
    row = queue.text.partition("Exempelkooperativet Fem<")[2].partition("</tr>")[0]
    assert "Rättat tidigare" in row
    only = office.open(f"{BASE}/samordna/granska?kontroll=rattade")
    assert names_in(only) == ["Exempelkooperativet Fem"]


def names_in(page: Page) -> list[str]:
    return re.findall(r'<th scope="row"[^>]*><a [^>]*>([^<]*)</a>', page.text)


def test_one_press_makes_the_earlier_corrections_again_and_leaves_a_line(
    office: Visitor, db: Database
) -> None:
    page = corrected_then_anew(office, db, placed_af=1, placed_kommun=2)
    assert state_of(db, EXPLAINED) == "handed_in"
    press(office, page, "again")
    newest = response_of(db, EXPLAINED)
    assert newest.version == 2
    found = decisions.edits_of(db, newest.id)
    assert {n: (e.raw, e.edited, e.reason) for n, e in found.items()} == {
        "employees_total": (15, 10, "Ringt dem."),
        "employees_women": (10, 5, "Ringt dem."),
    }
    assert state_of(db, EXPLAINED) == "checked"
    line = decisions.trail(db, newest.invitation_id)[0]
    assert (line["action"], line["version"], line["reason"]) == (
        "answer corrected", 2, "Ringt dem.",
    )  # fmt: skip
    assert decisions.left_behind(db, newest.id) == {}
    assert "Tidigare rättelser" not in open_review(office, db, EXPLAINED).text


def test_what_the_enterprise_has_put_right_itself_is_not_left_behind(
    office: Visitor, db: Database
) -> None:
    page = corrected_then_anew(office, db, employees_total=10, employees_women=5)
    assert "Tidigare rättelser" not in page.text
    [waiting] = [w for w in review_queue.queue(db, current(db)) if w.name.endswith(" Fem")]
    assert not waiting.was_corrected


def current(db: Database) -> rounds.Round:
    survey_round = rounds.current(db)
    assert survey_round is not None
    return survey_round


def test_corrections_that_no_longer_add_up_are_not_made_again(
    office: Visitor, db: Database
) -> None:
    page = corrected_then_anew(office, db, employees_women=9, employees_men=6)
    refused = press(office, page, "again")
    assert "Inget beslut är sparat" in refused.text
    assert decisions.edits_of(db, response_of(db, EXPLAINED).id) == {}
    assert state_of(db, EXPLAINED) == "handed_in"


def test_an_answer_with_a_correction_left_behind_is_not_accepted_with_the_rest(
    office: Visitor, db: Database
) -> None:
    name = "Exempelkooperativet Sjutton"
    women = response_of(db, UNQUESTIONED).answers["employees_women"]
    men = response_of(db, UNQUESTIONED).answers["employees_men"]
    assert isinstance(women, int)
    assert isinstance(men, int)
    moved = {"edit__employees_women": str(women - 1), "edit__employees_men": str(men + 1)}
    press(office, open_review(office, db, UNQUESTIONED), "correct", **moved, reason="Ringt dem.")
    handed_in_anew(db, UNQUESTIONED, enterprise_name="Nytt namn")
    open_review(office, db, UNQUESTIONED)
    office.open(f"{BASE}/samordna/granska")
    [waiting] = [w for w in review_queue.queue(db, current(db)) if w.name == name]
    assert waiting.was_corrected
    assert not waiting.unquestioned
    assert review.accept_unquestioned(db, [waiting.response_id], "test") == 0

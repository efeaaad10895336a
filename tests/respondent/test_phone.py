"""Phone mode: the coordinator fills in an enterprise's form while its manager speaks."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlite_utils import Database

from forms.mail.delivery import deliver
from forms.questionnaire.inventory import as_dicts
from survey_data import clock
from survey_data.database import rows, scalar
from survey_data.publishing import publish, release_preview
from survey_data.responses import responses
from survey_data.rounds import calls, invitations, rounds
from survey_data.rounds.rounds import Round
from survey_data.staff import staff
from tests.conftest import BASE, sign_in
from tests.office.round.test_calls import ids, standing
from tests.support.http_visitor import Page, Visitor

ANSWERS: dict[str, dict[str, str]] = {
    "siffror": {"employees_total": "7", "employees_women": "4", "employees_men": "3",
                "placed_af": "1", "placed_kommun": "0", "placed_other_unpaid": "0"},
}  # fmt: skip


def begin_on_phone(visitor: Visitor, invitation_id: int) -> Page:
    page = visitor.open(f"{BASE}/samordna/samtal/{invitation_id}")
    form = next(f for f in page.forms() if f.action.startswith("/samordna/telefon/"))
    return visitor.submit(page, form)


def test_a_form_is_filled_in_on_the_telephone_and_the_manager_gets_the_receipt(
    app: Flask, db: Database, open_round: Round, coordinator: Visitor
) -> None:
    [each, *_] = ids(db)
    name = standing(db, open_round, each).name
    page = begin_on_phone(coordinator, each)
    for section, answers in ANSWERS.items():
        assert page.path == f"/svara/{section}"
        assert f"Du fyller i åt {name} på telefon" in page.text
        assert "Läs upp" in page.text
        form = page.form_with("revision")
        assert form is not None
        page = coordinator.submit(page, form, {**answers, "go": "next"})
    form = page.form_with("certify")
    assert form is not None
    assert "Stämmer uppgifterna, så att jag kan lämna in dem?" in page.text
    back = coordinator.submit(page, form, {"certify": "yes"})
    stored = responses.latest(db, each)
    assert stored is not None
    assert back.path == "/samordna/"
    assert f"Svaret från {name} är inlämnat. Referens: {stored.reference}." in back.text
    over(coordinator, back, db)
    # Pressed twice: handed in once, and back at the list again.
    assert coordinator.submit(page, form, {"certify": "yes"}).path == "/samordna/"
    who = staff.everyone(db)[0]
    assert (stored.mode, stored.answers["employees_total"]) == ("phone", 7)
    trail = {r["action"]: r["actor"] for r in rows(db, "SELECT action, actor FROM audit")}
    for action in ("phone mode begun", "answers handed in by phone", "call noted"):
        assert trail[action] == f"staff {who.id}"
    assert [c.outcome for c in calls.history(db, each)] == ["answered_by_phone"]
    contact = scalar(
        db,
        "SELECT email FROM contact c JOIN invitation i ON i.enterprise_id = c.enterprise_id"
        " WHERE i.id = ?",
        [each],
    )
    assert rows(db, "SELECT kind, recipient FROM outbox") == [
        {"kind": "receipt", "recipient": contact}
    ]
    with app.app_context():
        assert deliver(db) == 1


def over(coordinator: Visitor, page: Page, db: Database) -> None:
    """The office is shown, and the phone session is over."""
    assert (page.status, page.path) == (200, "/samordna/")
    assert "på telefon</b>" not in page.text
    assert scalar(db, "SELECT count(*) FROM session WHERE by_staff_id AND ended_at IS NULL") == 0
    assert coordinator.open(f"{BASE}/svara/granska").status == 403


def leave(coordinator: Visitor, page: Page, db: Database) -> None:
    """The banner's button leads back to the office."""
    form = next(f for f in page.forms() if f.action == "/svara/avsluta")
    over(coordinator, coordinator.submit(page, form), db)


def test_the_banner_follows_to_the_desk_until_the_call_is_over(
    db: Database, open_round: Round, coordinator: Visitor
) -> None:
    begin_on_phone(coordinator, ids(db)[0])
    page = coordinator.open(f"{BASE}/samordna/")
    assert "Du fyller i åt" in page.text
    assert "Fortsätt fylla i" in page.text
    leave(coordinator, page, db)


def test_opening_the_form_by_phone_is_not_the_enterprise_opening_it(
    db: Database, open_round: Round, coordinator: Visitor
) -> None:
    [each, *_] = ids(db)
    begin_on_phone(coordinator, each)
    assert scalar(db, "SELECT opened_at FROM invitation WHERE id = ?", [each]) is None


def test_a_phone_session_ends_with_the_coordinators_own(
    db: Database, open_round: Round, coordinator: Visitor
) -> None:
    begin_on_phone(coordinator, ids(db)[0])
    cookie = dict(coordinator.client.cookies)
    page = coordinator.open(f"{BASE}/samordna/")
    coordinator.submit(page, page.forms()[0])
    assert scalar(db, "SELECT count(*) FROM session WHERE ended_at IS NULL") == 0
    coordinator.client.cookies.update(cookie)
    assert coordinator.open(f"{BASE}/svara/granska").status == 403


def test_removing_a_coordinator_ends_what_they_were_filling_in(
    db: Database, open_round: Round, coordinator: Visitor
) -> None:
    begin_on_phone(coordinator, ids(db)[0])
    staff.add(db, "second@example.org", "coordinator", "test")
    staff.remove(db, "coordinator@example.org", "test")
    assert scalar(db, "SELECT count(*) FROM session WHERE ended_at IS NULL") == 0
    assert coordinator.open(f"{BASE}/svara/granska").status == 403


def closed_page(coordinator: Visitor, db: Database, invitation_id: int) -> Page:
    rounds.close_round(db, 2021, "test")
    return coordinator.open(f"{BASE}/samordna/samtal/{invitation_id}")


def take_late(coordinator: Visitor, page: Page, reason: str) -> Page:
    form = next(f for f in page.forms() if f.action.startswith("/samordna/telefon/"))
    return coordinator.submit(page, form, {"reason": reason})


def test_after_closing_an_answer_is_taken_by_phone_for_a_reason(
    db: Database, open_round: Round, coordinator: Visitor
) -> None:
    [each, other, *_] = ids(db)
    page = closed_page(coordinator, db, each)
    assert "Svaret räknas med när årets siffror publiceras." in page.text
    for refused in ("", "Det gäller 19121212-1212"):
        page = take_late(coordinator, page, refused)
        assert 'href="#reason"' in page.text
        assert coordinator.open(page.url).path == f"/samordna/samtal/{each}"
        assert not invitations.by_id(db, each).round.is_open
    assert scalar(db, "SELECT count(*) FROM session WHERE by_staff_id") == 0
    assert "19121212" not in str(rows(db, "SELECT reason FROM audit"))
    page = take_late(coordinator, page, "Ringde dagen efter")
    assert page.path == "/svara/siffror"
    form = page.form_with("revision")
    assert form is not None
    page = coordinator.submit(page, form, {**ANSWERS["siffror"], "go": "next"})
    form = page.form_with("certify")
    assert form is not None
    back = coordinator.submit(page, form, {"certify": "yes"})
    assert "är inlämnat. Referens:" in back.text
    [line] = rows(db, "SELECT subject, reason, actor FROM audit WHERE action = 'round reopened'")
    enterprise_id = invitations.by_id(db, each).enterprise.id
    who = staff.everyone(db)[0]
    assert line == {"subject": f"enterprise {enterprise_id}", "reason": "Ringde dagen efter",
                    "actor": f"staff {who.id}"}  # fmt: skip
    assert not rounds.find(db, 2021).is_open
    assert not invitations.by_id(db, other).round.is_open
    # The manager can mend what the receipt shows until midnight, and the receipt says so.
    assert invitations.by_id(db, each).round.due_date == clock.today()


def test_a_late_call_begun_twice_or_by_mistake_changes_nothing(
    db: Database, open_round: Round, coordinator: Visitor
) -> None:
    [each, *_] = ids(db)
    page = closed_page(coordinator, db, each)
    take_late(coordinator, page, "Ringde dagen efter")
    # The same page is still open in another window.
    page = take_late(coordinator, page, "Ringde dagen efter")
    assert page.path == "/svara/siffror"
    assert scalar(db, "SELECT count(*) FROM audit WHERE action = 'round reopened'") == 1
    leave(coordinator, page, db)
    assert responses.latest(db, each) is None
    assert "1 företag kan ändå svara till och med" in coordinator.open(f"{BASE}/samordna/").text
    yesterday = (clock.today() - timedelta(1)).isoformat()
    db.execute("UPDATE invitation SET open_until = ? WHERE id = ?", (yesterday, each))
    assert not invitations.by_id(db, each).round.is_open


@pytest.mark.parametrize("path", ["foretag/{enterprise}", "svar/{invitation}"])
def test_a_late_call_begins_where_one_looks_at_the_enterprise(
    db: Database, open_round: Round, coordinator: Visitor, path: str
) -> None:
    [each, *_] = ids(db)
    enterprise_id = invitations.by_id(db, each).enterprise.id
    closed_page(coordinator, db, each)
    address = path.format(enterprise=enterprise_id, invitation=each)
    page = take_late(coordinator, coordinator.open(f"{BASE}/samordna/{address}"), "Låg sjuk")
    assert page.path == "/svara/siffror"


def test_a_late_call_after_a_release_waits_for_a_new_edition(
    app: Flask, db: Database, open_round: Round, coordinator: Visitor
) -> None:
    [each, *_] = ids(db)
    rounds.close_round(db, 2021, "test")
    publish.publish(db, app.extensions["places"], "test")
    page = coordinator.open(f"{BASE}/samordna/samtal/{each}")
    assert "bara när minst tre företag har ändrats" in page.text
    take_late(coordinator, page, "Ringde dagen efter")
    answers = {"employees_total": 4, "employees_women": 2, "employees_men": 2}
    responses.hand_in(db, each, answers, "sv", "phone")
    [waiting] = release_preview.waiting(db)
    assert (waiting.year, waiting.is_enough) == (2021, False)


def test_an_older_year_takes_no_answer_by_phone(
    db: Database, open_round: Round, coordinator: Visitor
) -> None:
    [each, *_] = ids(db)
    page = closed_page(coordinator, db, each)
    rounds.open_round(db, 2022, date(2022, 10, 1), date(2022, 11, 15), as_dicts(2022), "test")
    assert "/samordna/telefon/" not in coordinator.open(f"{BASE}/samordna/samtal/{each}").text
    page = take_late(coordinator, page, "Ringde ett år senare")
    assert "redan stängd" in page.text
    assert not invitations.by_id(db, each).round.is_open


def test_a_respondent_in_the_same_browser_is_not_on_the_phone(
    db: Database, open_round: Round, new_visitor: Callable[[], Visitor], link: str
) -> None:
    visitor = sign_in(new_visitor(), db, "coordinator")
    page = visitor.open(link)
    page = visitor.submit(page, page.forms()[-1])
    assert page.path == "/svara/siffror"
    assert "Du fyller i åt" not in page.text
    invitation = invitations.by_id(db, ids(db)[0])
    responses.hand_in(db, invitation.id, {"employees_total": 1}, "sv")
    assert calls.history(db, invitation.id) == []

"""Phone mode: the coordinator fills in an enterprise's form while its manager speaks."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask
from sqlite_utils import Database

from forms.mail.delivery import deliver
from survey_data.database import rows, scalar
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


def test_a_closed_round_is_not_filled_in_by_phone(
    db: Database, open_round: Round, coordinator: Visitor
) -> None:
    [each, *_] = ids(db)
    page = coordinator.open(f"{BASE}/samordna/samtal/{each}")
    form = next(f for f in page.forms() if f.action.startswith("/samordna/telefon/"))
    rounds.close_round(db, 2021, "test")
    page = coordinator.submit(page, form)
    assert page.path == f"/samordna/samtal/{each}"
    assert "redan stängd" in page.text
    assert scalar(db, "SELECT count(*) FROM session WHERE by_staff_id") == 0


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

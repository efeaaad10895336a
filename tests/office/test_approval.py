"""A second person's approval of a release: who may, of what, and what else is held until then."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from survey_data.automation import calendar_runner
from survey_data.database import rows, run, scalar
from survey_data.errors import ChangedMeanwhile
from survey_data.publishing import approval_requests, comments, proof, publish, release_workflow
from survey_data.publishing.approval_requests import (
    ApprovalNeeded,
    NobodyToApprove,
    NoRequestWaiting,
    NotToApprove,
    Request,
    RequestWaits,
)
from survey_data.publishing.publish import Places, repair
from survey_data.responses import responses
from survey_data.rounds import calendar, rounds
from survey_data.rounds.rounds import Round
from survey_data.staff import staff
from survey_data.staff.sign_in import new_sign_in_link
from survey_data.statistics import population
from tests.conftest import BASE
from tests.support.closed_round import hold, silent
from tests.support.http_visitor import Page, Visitor

PATH = f"{BASE}/samordna/publicering"
FINAL = {"kind": "final", "note_sv": "", "note_en": "", "incomplete_is_meant": "yes"}
PRESSED = {"kind": "final", "incomplete_is_meant": "1"}


@pytest.fixture
def pair(db: Database) -> tuple[str, str]:
    """Two coordinators as the trail names them, and the approval switched on."""
    found = [staff.add(db, f"{n}@example.org", "coordinator", "test") for n in ("ett", "tva")]
    approval_requests.require(db, True, "test")
    one, other = (f"staff {who.id}" for who in found)
    return one, other


@pytest.fixture
def asked(db: Database, two_silent: Round, pair: tuple[str, str]) -> Request:
    """A release that the first has prepared and the second has not looked at."""
    seen = proof.basis(db)
    return release_workflow.ask(db, pair[0], **FINAL, seen=seen)


def signed_in(new_visitor: Callable[[], Visitor], db: Database, email: str) -> Visitor:
    visitor = new_visitor()
    who = staff.by_email(db, email) or staff.add(db, email, "coordinator", "test")
    page = visitor.open(f"{BASE}/logga-in/{new_sign_in_link(db, who.id, None)}")
    visitor.submit(page, page.forms()[-1])
    return visitor


def press(visitor: Visitor, page: Page, ending: str, **filled: Any) -> Page:
    [form] = [f for f in page.forms() if f.action.endswith(ending)]
    return visitor.submit(page, form, filled)


def test_it_cannot_be_switched_on_where_nobody_could_approve(db: Database) -> None:
    staff.add(db, "ensam@example.org", "coordinator", "test")
    with pytest.raises(NobodyToApprove):
        approval_requests.require(db, True, "test")
    assert not approval_requests.is_required(db)


def test_what_is_approved_is_published_and_both_stand_in_the_trail(
    db: Database, places: Places, asked: Request, pair: tuple[str, str]
) -> None:
    assert publish.releases(db) == []
    made = release_workflow.approve(db, places, asked.id, pair[1])
    assert [r["id"] for r in publish.releases(db)] == [made.id]
    kept = approval_requests.newest(db)
    assert kept is not None
    assert (kept.state, kept.requested_by, kept.decided_by) == ("approved", *pair)
    assert kept.release_id == made.id
    trail = rows(
        db, "SELECT actor, action FROM audit WHERE actor <> 'protection' ORDER BY id DESC LIMIT 3"
    )
    assert [tuple(line.values()) for line in trail] == [
        (pair[1], "release approved"), (pair[1], "published"), (pair[0], "approval asked for"),
    ]  # fmt: skip


def test_the_one_who_prepared_can_neither_approve_nor_decline(
    db: Database, places: Places, asked: Request, pair: tuple[str, str]
) -> None:
    with pytest.raises(NotToApprove):
        release_workflow.approve(db, places, asked.id, pair[0])
    with pytest.raises(NotToApprove):
        release_workflow.decline(db, asked.id, pair[0], "Nej.")
    assert approval_requests.waiting(db) == asked
    assert publish.releases(db) == []


def test_nobody_publishes_alone_while_approval_is_wanted(
    db: Database, places: Places, two_silent: Round, pair: tuple[str, str]
) -> None:
    seen = proof.basis(db)
    with pytest.raises(ApprovalNeeded):
        release_workflow.release(
            db,
            places,
            pair[0],
            kind="final",
            note_sv="",
            note_en="",
            incomplete_is_meant="yes",
            seen=seen,
        )
    assert publish.releases(db) == []


CHANGES: dict[str, Callable[[Database, Round], object]] = {
    "a corrected number": lambda db, survey_round: run(
        db,
        "INSERT INTO edit (decision_id, response_id, question, raw, edited, reason, actor,"
        " edited_at) SELECT d.id, p.id, 'employees_women', '4', '5', 'x', 'x', '2022' FROM"
        " response p JOIN decision d ON d.response_id = p.id LIMIT 1",
    ),
    "the register": lambda db, survey_round: run(
        db, "UPDATE enterprise SET municipality_code = '2101' WHERE name LIKE '% 3'"
    ),
    "who is outside": lambda db, survey_round: run(
        db,
        "INSERT INTO call (invitation_id, called_at, actor, outcome) SELECT min(id), '2022', 'x',"
        " 'ceased' FROM invitation WHERE round_id = ?",
        (survey_round.id,),
    ),
    "a name": lambda db, survey_round: run(db, "UPDATE enterprise SET name = 'Nytt' WHERE id = 3"),
    "another closed round": lambda db, survey_round: (
        hold(db, 2023),
        rounds.close_round(db, 2023, "test"),
    ),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_request_dies_with_any_change_of_what_it_asks_for(
    db: Database, places: Places, two_silent: Round, pair: tuple[str, str], what: str
) -> None:
    response = scalar(db, "SELECT max(id) FROM response")
    run(
        db,
        "INSERT INTO decision (response_id, kind, actor, decided_at) VALUES (?, 'accepted', 'x',"
        " '2022')",
        (response,),
    )
    seen = proof.basis(db)
    request = release_workflow.ask(db, pair[0], **FINAL, seen=seen)
    assert proof.basis(db) == request.fingerprint
    CHANGES[what](db, two_silent)
    assert proof.basis(db) != request.fingerprint
    with pytest.raises(ChangedMeanwhile):
        release_workflow.approve(db, places, request.id, pair[1])
    assert publish.releases(db) == []
    assert approval_requests.waiting(db) == request
    release_workflow.withdraw(db, request.id, pair[0])
    again = release_workflow.ask(
        db,
        pair[0],
        kind="final",
        note_sv="",
        note_en="",
        incomplete_is_meant="yes",
        seen=proof.basis(db),
    )
    assert release_workflow.approve(db, places, again.id, pair[1]).kind == "final"


def test_a_request_dies_with_the_rules_it_was_protected_by(
    db: Database, asked: Request, places: Places, pair: tuple[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(proof, "RULES", replace(proof.RULES, version="2"))
    with pytest.raises(ChangedMeanwhile):
        release_workflow.approve(db, places, asked.id, pair[1])
    assert publish.releases(db) == []


def test_what_a_request_holds_is_frozen(
    db: Database, two_silent: Round, asked: Request, pair: tuple[str, str]
) -> None:
    with pytest.raises(RequestWaits):
        release_workflow.estimate(db, two_silent, set(silent(db, two_silent)), "Tyst.", pair[0])
    with pytest.raises(RequestWaits):
        approval_requests.require(db, False, pair[0])
    with pytest.raises(RequestWaits):
        release_workflow.ask(
            db,
            pair[1],
            kind="final",
            note_sv="",
            note_en="",
            incomplete_is_meant="yes",
            seen=proof.basis(db),
        )
    assert approval_requests.is_required(db)
    assert not population.estimated(db, two_silent)


def test_a_request_is_settled_once(
    db: Database, places: Places, asked: Request, pair: tuple[str, str]
) -> None:
    release_workflow.decline(db, asked.id, pair[1], "Gävle saknas.")
    for act in (
        lambda: release_workflow.approve(db, places, asked.id, pair[1]),
        lambda: release_workflow.withdraw(db, asked.id, pair[0]),
        lambda: release_workflow.decline(db, asked.id, pair[1], "Nej."),
    ):
        with pytest.raises(NoRequestWaiting):
            act()
    kept = approval_requests.newest(db)
    assert kept is not None
    assert (kept.state, kept.reason) == ("declined", "Gävle saknas.")


def test_the_calendar_holds_a_release_until_someone_has_approved_and_says_why(
    db: Database, places: Places, two_silent: Round, new_visitor: Callable[[], Visitor]
) -> None:
    one = signed_in(new_visitor, db, "ett@example.org")
    staff.add(db, "tva@example.org", "coordinator", "test")
    approval_requests.require(db, True, "test")
    act = next(a for a in calendar.of_round(db, two_silent.id) if a.kind == "final_release")
    run(db, "UPDATE act SET state = 'planned' WHERE id = ?", (act.id,))
    calendar_runner.run_due(db, places, now=act.due_at)
    assert calendar.find(db, act.id).state == "paused"
    assert publish.releases(db) == []
    page = one.open(f"{BASE}/samordna/")
    assert "En andra person måste godkänna utgåvan" in page.text


def test_two_people_make_a_release_on_the_page(
    db: Database, places: Places, two_silent: Round, new_visitor: Callable[[], Visitor]
) -> None:
    one = signed_in(new_visitor, db, "ett@example.org")
    settings = one.open(f"{BASE}/samordna/installningar")
    page = press(one, settings, "/godkannande")
    assert "Det finns bara en samordnare" in page.text
    other = signed_in(new_visitor, db, "tva@example.org")
    page = press(one, page, "/godkannande")
    assert "måste en andra person godkänna varje utgåva" in page.text
    page = press(one, one.open(PATH), "/publicering", **PRESSED)
    assert "Utgåvan väntar på att någon annan godkänner den." in page.text
    assert "Godkänn och publicera" not in page.text
    assert publish.releases(db) == []
    page = press(other, other.open(PATH), "/avsla")
    assert "Skriv varför" in page.text
    page = press(other, page, "/avsla", decline_reason="Gävle saknas.")
    assert "Gävle saknas." in one.open(PATH).text
    press(one, one.open(PATH), "/publicering", **PRESSED)
    page = press(other, other.open(PATH), "/godkann")
    assert "Utgåva 2022-1 är godkänd och publicerad." in page.text


def test_a_forged_approval_of_ones_own_is_refused(
    db: Database, places: Places, two_silent: Round, new_visitor: Callable[[], Visitor]
) -> None:
    one = signed_in(new_visitor, db, "ett@example.org")
    staff.add(db, "tva@example.org", "coordinator", "test")
    approval_requests.require(db, True, "test")
    page = press(one, one.open(PATH), "/publicering", **PRESSED)
    [form] = [f for f in page.forms() if f.action.endswith("/dra-tillbaka")]
    form.action = form.action.replace("dra-tillbaka", "godkann")
    page = one.submit(page, form)
    assert "Den som har förberett utgåvan kan inte själv avgöra den." in page.text
    assert publish.releases(db) == []


def test_the_page_says_that_a_request_is_out_of_date(
    db: Database, places: Places, two_silent: Round, new_visitor: Callable[[], Visitor]
) -> None:
    one, other = (signed_in(new_visitor, db, f"{n}@example.org") for n in ("ett", "tva"))
    approval_requests.require(db, True, "test")
    press(one, one.open(PATH), "/publicering", **PRESSED)
    ready = other.open(PATH)
    run(db, "UPDATE enterprise SET name = 'Nytt namn' WHERE id = 3")
    page = press(other, ready, "/godkann")
    assert "Något har ändrats sedan begäran gjordes" in page.text
    assert "Godkänn och publicera" not in page.text
    page = press(one, one.open(PATH), "/dra-tillbaka")
    assert "Begäran är tillbakadragen." in page.text
    assert publish.releases(db) == []


def test_a_start_publishes_nothing_unapproved(
    db: Database, places: Places, two_silent: Round, pair: tuple[str, str]
) -> None:
    assert repair(db, places) is None
    assert publish.releases(db) == []
    assert not places.open.exists()


@pytest.mark.parametrize("is_damaged", [False, True])
def test_lost_files_are_put_back_as_approved_without_what_was_entered_since(
    db: Database, places: Places, asked: Request, pair: tuple[str, str], tmp_path: Path,
    is_damaged: bool,
) -> None:  # fmt: skip
    places = replace(places, releases=tmp_path / "releases")
    made = release_workflow.approve(db, places, asked.id, pair[1])
    with closing(sqlite3.connect(places.open)) as opened:
        before = sorted(opened.iterdump())
    comments.save(db, 2022, "placed", "Ingen har sett det här.", "Nobody saw this.", "x", pair[0])
    for path in (places.open, places.analysts):
        path.unlink()
    if is_damaged:
        kept = tmp_path / "releases" / made.id / "open.db"
        kept.chmod(0o644)
        kept.write_bytes(kept.read_bytes()[:-1] + b"x")
    assert repair(db, places) == (None if is_damaged else made.id)
    assert places.open.exists() is not is_damaged
    assert places.analysts.exists() is not is_damaged
    assert len(publish.releases(db)) == 1
    if not is_damaged:
        with closing(sqlite3.connect(places.open)) as opened:
            assert sorted(opened.iterdump()) == before


def test_a_start_leaves_what_waits_for_approval_as_it_was(
    db: Database, places: Places, asked: Request, pair: tuple[str, str]
) -> None:
    assert repair(db, places) is None
    release_workflow.approve(db, places, asked.id, pair[1])
    assert responses.of_year(db, 2022)

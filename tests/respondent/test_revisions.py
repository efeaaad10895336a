"""Last year's figure was wrong: proposed by the enterprise, decided by the coordinator."""

from dataclasses import replace

import pytest
from sqlite_utils import Database

from survey_data.database import rows, scalar
from survey_data.errors import ChangedMeanwhile, RoundClosed
from survey_data.responses import responses
from survey_data.responses.responses import Response
from survey_data.review import decisions, proposals
from survey_data.rounds import invitations, rounds
from tests.conftest import BASE
from tests.support.answers import invitation_of
from tests.support.http_visitor import Visitor
from tests.support.reader import Reader

PAGE = "/svara/forra-aret"
WHY = "Vi räknade två handledare dubbelt"


def last_year(db: Database) -> Response:
    found = responses.latest(db, invitation_of(db, "Ett", 2020))
    assert found is not None
    return decisions.as_reviewed(db, found)


def propose(one: Reader) -> Reader:
    one.open(PAGE)
    assert one.value("employees_total") == "7"
    return one.press("", employees_total="5", employees_women="2", comment_changes=WHY)


def test_a_proposal_changes_nothing_until_it_is_decided(one: Reader, db: Database) -> None:
    propose(one)
    assert "Samordnaren ser ert förslag och avgör" in one.html
    waiting = proposals.revision_of(db, invitation_of(db, "Ett"))
    assert waiting is not None
    assert dict(waiting.answers) == {"employees_total": 5, "employees_women": 2}
    assert dict(waiting.standing) == {"employees_total": 7, "employees_women": 4}
    assert last_year(db).answers["employees_total"] == 7
    trail = rows(db, "SELECT reason FROM audit WHERE action = 'revision proposed'")
    assert [row["reason"] for row in trail] == [WHY]


def test_a_part_of_a_computed_total_takes_the_total_with_it(one: Reader, db: Database) -> None:
    one.open(PAGE).press("", placed_af="3", comment_changes=WHY)
    waiting = proposals.revision_of(db, invitation_of(db, "Ett"))
    assert waiting is not None
    assert dict(waiting.answers) == {"placed_af": 3, "placed_total": 4}


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"employees_total": "fem"}, "Skriv ett heltal"),
        ({"employees_total": "5"}, "Kvinnor och män blir tillsammans 7"),
        ({"placed_af": "4"}, "Skriv med en mening vad som blev fel"),
        ({"employees_total": "-1"}, "Skriv 0 eller mer"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    one: Reader,
    db: Database,
    typed: dict[str, str],
    said: str,
) -> None:
    one.open(PAGE).press("", **typed)
    assert said in one.html
    assert 'role="alert"' in one.html
    for name, text in typed.items():
        assert one.value(name) == text
    assert scalar(db, "SELECT count(*) FROM revision_proposal") == 0


def test_typing_what_stands_withdraws_the_proposal(one: Reader, db: Database) -> None:
    propose(one)
    one.open(PAGE).press("", employees_total="7", employees_women="4")
    assert proposals.waiting_revisions(db) == []
    kept = rows(db, "SELECT decision FROM revision_proposal")
    assert [row["decision"] for row in kept] == ["withdrawn"]


def test_accepted_it_stands_and_both_values_are_kept(
    one: Reader,
    db: Database,
    coordinator: Visitor,
) -> None:
    propose(one)
    page = coordinator.open(f"{BASE}/samordna/forslag")
    assert WHY in page.text
    accept = next(form for form in page.forms() if "rattelse" in form.action)
    coordinator.submit(page, accept, {"decision": "accept"})
    standing = last_year(db)
    assert standing.answers["employees_total"] == 5
    edits = decisions.edits_of(db, standing.id)
    assert (edits["employees_total"].raw, edits["employees_total"].edited) == (7, 5)
    assert edits["employees_total"].reason == WHY
    assert one.open("/svara/anstallda").html.count("Förra året <b>5</b>") == 1
    assert proposals.waiting_revisions(db) == []


def test_declining_asks_for_a_reason_and_leaves_the_answer(
    one: Reader,
    db: Database,
    coordinator: Visitor,
) -> None:
    propose(one)
    page = coordinator.open(f"{BASE}/samordna/forslag")
    decline = [form for form in page.forms() if "rattelse" in form.action][-1]
    coordinator.submit(page, decline, {"decision": "decline", "reason": " "})
    assert len(proposals.waiting_revisions(db)) == 1
    coordinator.submit(page, decline, {"decision": "decline", "reason": "Siffran är belagd"})
    assert proposals.waiting_revisions(db) == []
    assert last_year(db).answers["employees_total"] == 7
    assert decisions.edits_of(db, last_year(db).id) == {}


def test_a_proposal_made_for_figures_that_no_longer_stand_is_not_accepted(
    one: Reader,
    db: Database,
) -> None:
    propose(one)
    shown = proposals.waiting_revisions(db)[0]
    with pytest.raises(ChangedMeanwhile):
        proposals.accept_revision(db, replace(shown, standing={"employees_total": 6}), "test")
    proposals.accept_revision(db, shown, "test")
    with pytest.raises(ChangedMeanwhile):
        proposals.accept_revision(db, shown, "test")


def test_nothing_is_proposed_after_the_round_has_closed(one: Reader, db: Database) -> None:
    invitation = invitations.by_id(db, invitation_of(db, "Ett"))
    rounds.close_round(db, 2021, "test")
    assert one.open(PAGE).status == 410
    closed = invitations.by_id(db, invitation.id)
    with pytest.raises(RoundClosed):
        proposals.propose_revision(db, closed, {"employees_total": 5}, WHY)
    assert proposals.waiting_revisions(db) == []

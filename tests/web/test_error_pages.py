"""Enterprises that belong to no denominator: said by themselves or on the telephone."""

import pytest
from sqlite_utils import Database

from survey_data.database import rows
from survey_data.follow_up import progress
from survey_data.follow_up.progress import Standing
from survey_data.publishing import release_preview
from survey_data.responses import responses
from survey_data.review import review
from survey_data.review.review import Ruling
from survey_data.rounds import rounds
from survey_data.rounds.rounds import Round
from tests.conftest import BASE
from tests.support.closed_round import hold, numbers
from tests.support.http_visitor import Visitor


@pytest.fixture
def survey_round(db: Database, enterprises: list[int]) -> Round:
    """An open round two have not answered, after a year that all answered."""
    hold(db, 2021)
    rounds.close_round(db, 2021, "test")
    return hold(db, 2022, silent=2)


def first(db: Database, survey_round: Round) -> int:
    """The invitation of the first that has not answered; it had eight employees."""
    found = rows(db, "SELECT min(id) AS id FROM invitation WHERE round_id = ?", (survey_round.id,))
    return int(found[0]["id"])


def standing(db: Database, survey_round: Round, invitation_id: int) -> Standing:
    return next(s for s in progress.standings(db, survey_round) if s.invitation_id == invitation_id)


STATES = {"closed": "ceased", "moved_away": "out_of_scope", "no_longer_asf": "out_of_scope"}


@pytest.mark.parametrize("status", STATES)
def test_who_says_it_is_gone_leaves_numerator_and_denominator(
    db: Database, survey_round: Round, status: str
) -> None:
    before = progress.rates(progress.standings(db, survey_round))
    one = first(db, survey_round)
    stored = responses.hand_in(db, one, {"status": status}, "sv", mode="example")
    after = progress.rates(progress.standings(db, survey_round))
    assert (after.answered, after.asked) == (before.answered, before.asked - 1) == (10, 11)
    assert after.employees_asked == before.employees_asked - 8
    assert after.employees_answered == before.employees_answered
    assert after.left_out == 1
    # An answer to review stays one until someone has looked at it.
    assert standing(db, survey_round, one).state == "handed_in"
    review.accept(db, stored.id, Ruling("test"))
    assert standing(db, survey_round, one).state == STATES[status]
    assert progress.rates(progress.standings(db, survey_round)) == after
    # What is published counts the same enterprises.
    found = release_preview.as_it_stands(db, survey_round)
    assert (found.answered, found.asked) == (after.answered, after.asked)
    towns = progress.by_municipality(progress.standings(db, survey_round))
    assert sum(town.asked for town in towns) == after.asked
    assert one not in {
        s.invitation_id for s in progress.missing_responses(db, survey_round).missing
    }


@pytest.mark.parametrize("status", ["active", "dormant"])
def test_who_is_active_or_dormant_has_answered(
    db: Database, survey_round: Round, status: str
) -> None:
    one = first(db, survey_round)
    responses.hand_in(db, one, numbers((1, 1, 1, 1)) | {"status": status}, "sv", mode="example")
    after = progress.rates(progress.standings(db, survey_round))
    assert (after.answered, after.asked, after.left_out) == (11, 12, 0)


def test_a_corrected_status_counts_and_not_the_one_handed_in(
    db: Database, survey_round: Round
) -> None:
    one = first(db, survey_round)
    stored = responses.hand_in(db, one, {"status": "closed"}, "sv", mode="example")
    review.correct(db, stored.id, {"status": "active"}, "De flyttade bara.", Ruling("test"))
    after = progress.rates(progress.standings(db, survey_round))
    assert (after.answered, after.asked, after.left_out) == (11, 12, 0)
    assert standing(db, survey_round, one).state == "checked"


def test_the_desk_says_that_they_are_not_counted(
    db: Database, survey_round: Round, coordinator: Visitor
) -> None:
    responses.hand_in(db, first(db, survey_round), {"status": "closed"}, "sv", mode="example")
    page = coordinator.open(f"{BASE}/samordna/")
    assert "10 av 11" in page.text
    assert "1 företag som har upphört eller inte hör hit räknas inte med." in page.text

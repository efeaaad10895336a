"""Drafts while they are written: what is no answer yet, and who has seen what of whom."""

import pytest
from sqlite_utils import Database

from survey_data.database import run, scalar
from survey_data.errors import RoundClosed
from survey_data.responses.drafts import (
    DraftAnswer,
    DraftWriter,
    changed_since,
    load_draft,
    save_answers,
    save_fresh,
)
from survey_data.rounds import rounds
from survey_data.rounds.rounds import Round

ONE = DraftWriter("session aa", "11111111")
OTHER = DraftWriter("session bb", "22222222")


@pytest.fixture
def invited(db: Database, open_round: Round) -> int:
    """An invitation that nobody has begun."""
    return int(scalar(db, "SELECT min(id) FROM invitation"))


def test_a_text_that_is_no_answer_is_kept_beside_the_answers(db: Database, invited: int) -> None:
    entered = {"employees_total": DraftAnswer(None, ("tolv",)), "employees_men": DraftAnswer(5)}
    saved, stale = save_fresh(db, invited, entered, 0, ONE)
    assert not stale
    assert saved.answers == {"employees_total": None, "employees_men": 5}
    assert load_draft(db, invited).typed == {"employees_total": ("tolv",)}


def test_an_answer_takes_the_place_of_the_text(db: Database, invited: int) -> None:
    save_fresh(db, invited, {"employees_total": DraftAnswer(None, ("tolv",))}, 0, ONE)
    saved, _ = save_fresh(db, invited, {"employees_total": DraftAnswer(12)}, 1, ONE)
    assert (saved.answers, saved.typed) == ({"employees_total": 12}, {})
    assert saved.revision == 2


def test_what_nobody_else_touched_is_saved_and_the_rest_is_handed_back(
    db: Database, invited: int
) -> None:
    save_fresh(db, invited, {"employees_men": DraftAnswer(5)}, 0, OTHER)
    entered = {"employees_men": DraftAnswer(6), "employees_women": DraftAnswer(7)}
    saved, stale = save_fresh(db, invited, entered, 0, ONE)
    assert saved.answers == {"employees_men": 5, "employees_women": 7}
    assert (stale["employees_men"].value, stale["employees_men"].saved_by) == (5, "session bb")


def test_another_text_that_is_no_answer_is_a_conflict_too(db: Database, invited: int) -> None:
    save_fresh(db, invited, {"employees_men": DraftAnswer(None, ("fem",))}, 0, OTHER)
    _, stale = save_fresh(db, invited, {"employees_men": DraftAnswer(None, ("sex",))}, 0, ONE)
    assert stale["employees_men"].typed == ("fem",)


def test_a_window_whose_reply_was_lost_does_not_conflict_with_itself(
    db: Database, invited: int
) -> None:
    save_fresh(db, invited, {"employees_men": DraftAnswer(5)}, 0, ONE)
    saved, stale = save_fresh(db, invited, {"employees_men": DraftAnswer(56)}, 0, ONE)
    assert (saved.answers, stale) == ({"employees_men": 56}, {})


@pytest.mark.parametrize(
    "other", [OTHER, DraftWriter("session aa", "22222222"), DraftWriter("session aa")]
)
def test_another_window_of_the_same_person_does(
    db: Database, invited: int, other: DraftWriter
) -> None:
    save_fresh(db, invited, {"employees_men": DraftAnswer(5)}, 0, ONE)
    assert save_fresh(db, invited, {"employees_men": DraftAnswer(6)}, 0, other)[1]


def test_without_a_window_nobody_is_taken_for_oneself(db: Database, invited: int) -> None:
    nobody = DraftWriter("session aa")
    save_fresh(db, invited, {"employees_men": DraftAnswer(5)}, 0, nobody)
    assert save_fresh(db, invited, {"employees_men": DraftAnswer(6)}, 0, nobody)[1]


def test_saving_nothing_writes_nothing(db: Database, invited: int) -> None:
    before = save_answers(db, invited, {"employees_men": 5}, 0)
    assert save_fresh(db, invited, {}, 0, ONE) == (before, {})


def test_what_others_have_saved_since_can_be_asked_for(db: Database, invited: int) -> None:
    save_fresh(db, invited, {"employees_men": DraftAnswer(5)}, 0, OTHER)
    draft, _ = save_fresh(db, invited, {"employees_women": DraftAnswer(7)}, 0, ONE)
    names = ("employees_men", "employees_women", "placed_af")
    assert changed_since(draft, names, 0, ONE) == ["employees_men"]
    assert changed_since(draft, names, draft.revision, ONE) == []


def test_a_closed_round_takes_no_text_either(db: Database, invited: int) -> None:
    rounds.close_round(db, 2021, "test")
    with pytest.raises(RoundClosed):
        save_fresh(db, invited, {"employees_men": DraftAnswer(None, ("fem",))}, 0, ONE)
    assert load_draft(db, invited).revision == 0


def test_a_draft_of_before_is_read_as_it_was(db: Database, invited: int) -> None:
    run(
        db,
        "INSERT INTO draft (invitation_id, question, value, revision, saved_at)"
        " VALUES (?, 'employees_men', '5', 3, '2021-10-02T10:00:00+00:00')",
        [invited],
    )
    assert load_draft(db, invited).kept == {
        "employees_men": DraftAnswer(5, (), 3, "2021-10-02T10:00:00+00:00")
    }

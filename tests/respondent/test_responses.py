"""Drafts and hand-ins: nothing acknowledged is lost, nothing is stored twice."""

import re
from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from flask import Flask
from sqlite_utils import Database

from survey_data.database import rows, scalar
from survey_data.errors import RoundClosed
from survey_data.responses import drafts, responses
from survey_data.responses.drafts import StaleAnswers
from survey_data.rounds import invitations, rounds
from survey_data.rounds.rounds import Round
from tests.conftest import BASE
from tests.support.http_visitor import Page, Visitor

ANSWERS: drafts.Answers = {
    "enterprise_name": "Exempelkooperativet Ett",
    "status": "active",
    "employees_total": 8,
    "employees_women": 5,
    "employees_men": 3,
    "placed_af": 0,
    "certify": True,
}


@pytest.fixture
def invited(db: Database, open_round: Round) -> int:
    """An invitation that nobody has begun."""
    return int(scalar(db, "SELECT min(id) FROM invitation"))


def test_a_saved_draft_is_there_for_the_next_connection(
    app: Flask, db: Database, invited: int
) -> None:
    saved = drafts.save_answers(db, invited, {"employees_total": 8, "placed_af": None}, 0)
    assert (saved.revision, saved.answers) == (1, {"employees_total": 8, "placed_af": None})
    app.extensions["store"].close()
    again = app.extensions["store"].db
    assert drafts.load_draft(again, invited) == saved


def test_saving_one_page_leaves_the_others_alone(db: Database, invited: int) -> None:
    first = drafts.save_answers(db, invited, {"employees_total": 8}, 0)
    second = drafts.save_answers(db, invited, {"placed_af": 2}, first.revision)
    assert second.answers == {"employees_total": 8, "placed_af": 2}
    assert second.revision > first.revision


def test_saving_the_same_again_is_no_new_revision(db: Database, invited: int) -> None:
    first = drafts.save_answers(db, invited, {"employees_total": 8}, 0)
    assert drafts.save_answers(db, invited, {"employees_total": 8}, 0) == first


def test_a_colleague_s_other_value_is_shown_and_not_overwritten(db: Database, invited: int) -> None:
    before = drafts.save_answers(db, invited, {"employees_total": 8, "placed_af": 1}, 0)
    drafts.save_answers(db, invited, {"employees_total": 9}, before.revision)
    late: drafts.Answers = {"employees_total": 10, "placed_af": 2, "employees_men": 3}
    with pytest.raises(StaleAnswers) as refused:
        drafts.save_answers(db, invited, late, before.revision)
    assert refused.value.saved == {"employees_total": 9}
    kept = drafts.load_draft(db, invited).answers
    assert kept == {"employees_total": 9, "placed_af": 1}


def test_a_colleague_s_same_value_is_taken_quietly(db: Database, invited: int) -> None:
    drafts.save_answers(db, invited, {"employees_total": 9}, 0)
    late: drafts.Answers = {"employees_total": 9, "employees_men": 4}
    assert drafts.save_answers(db, invited, late, 0).answers == late


def test_blanking_what_a_colleague_filled_in_is_a_conflict_too(db: Database, invited: int) -> None:
    drafts.save_answers(db, invited, {"employees_total": 9}, 0)
    with pytest.raises(StaleAnswers):
        drafts.save_answers(db, invited, {"employees_total": None}, 0)
    assert drafts.load_draft(db, invited).answers == {"employees_total": 9}


def test_eight_colleagues_saving_at_once_lose_nothing(
    app: Flask, db: Database, invited: int
) -> None:
    gate = Barrier(8)
    seen: list[drafts.Draft] = []

    def save(place: int) -> None:
        gate.wait()
        mine = {f"question_{place}_{n}": n for n in range(5)}
        seen.append(drafts.save_answers(app.extensions["store"].db, invited, mine, 0))

    run_all([Thread(target=save, args=(place,)) for place in range(8)])
    kept = drafts.load_draft(db, invited)
    assert len(seen) == 8
    assert len(kept.answers) == 40
    assert kept.revision == 8


def run_all(threads: list[Thread]) -> None:
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_second_submission_replaces_the_first_and_keeps_both(db: Database, invited: int) -> None:
    first = responses.hand_in(db, invited, ANSWERS, "sv")
    second = responses.hand_in(db, invited, ANSWERS | {"employees_total": 9}, "en")
    assert (first.version, second.version) == (1, 2)
    assert first.reference == second.reference
    latest = responses.latest(db, invited)
    assert latest == second
    assert [v.answers["employees_total"] for v in responses.versions(db, invited)] == [8, 9]
    counted = responses.of_year(db, 2021)
    assert [r.answers["employees_total"] for _, r in counted] == [9]
    mails = rows(db, "SELECT language FROM outbox WHERE kind = 'receipt' ORDER BY id")
    assert [m["language"] for m in mails] == ["sv", "en"]


def test_the_first_answers_again_after_a_change_are_a_third_version(
    db: Database, invited: int
) -> None:
    for employees in (8, 9, 8):
        responses.hand_in(db, invited, ANSWERS | {"employees_total": employees}, "sv")
    assert [v.answers["employees_total"] for v in responses.versions(db, invited)] == [8, 9, 8]


def test_sixteen_identical_hand_ins_at_once_are_one(app: Flask, db: Database, invited: int) -> None:
    gate = Barrier(16)
    receipts: list[responses.Response] = []

    def press() -> None:
        gate.wait()
        receipts.append(responses.hand_in(app.extensions["store"].db, invited, ANSWERS, "sv"))

    run_all([Thread(target=press) for _ in range(16)])
    assert len(receipts) == 16
    assert {r.id for r in receipts} == {receipts[0].id}
    assert scalar(db, "SELECT count(*) FROM response") == 1
    assert scalar(db, "SELECT count(*) FROM outbox WHERE kind = 'receipt'") == 1


def test_sixteen_different_hand_ins_at_once_are_all_kept(
    app: Flask, db: Database, invited: int
) -> None:
    gate = Barrier(16)

    def press(place: int) -> None:
        gate.wait()
        answers = ANSWERS | {"employees_total": place}
        responses.hand_in(app.extensions["store"].db, invited, answers, "sv")

    run_all([Thread(target=press, args=(place,)) for place in range(16)])
    kept = responses.versions(db, invited)
    assert [v.version for v in kept] == list(range(1, 17))
    assert {v.answers["employees_total"] for v in kept} == set(range(16))


def test_a_hand_in_after_closing_is_refused_and_stores_nothing(db: Database, invited: int) -> None:
    rounds.close_round(db, 2021, "test")
    with pytest.raises(RoundClosed):
        responses.hand_in(db, invited, ANSWERS, "sv")
    with pytest.raises(RoundClosed):
        drafts.save_answers(db, invited, {"employees_total": 8}, 0)
    for table in ("response", "draft", "receipt_reference"):
        assert scalar(db, f"SELECT count(*) FROM {table}") == 0
    assert scalar(db, "SELECT count(*) FROM outbox WHERE kind = 'receipt'") == 0


def test_zero_and_blank_are_stored_apart(db: Database, invited: int) -> None:
    responses.hand_in(db, invited, {"placed_af": 0, "placed_kommun": None}, "sv")
    [stored] = rows(db, "SELECT placed_af, placed_kommun, typeof(placed_af) AS t FROM response")
    assert stored == {"placed_af": 0, "placed_kommun": None, "t": "integer"}
    again = responses.hand_in(db, invited, {"placed_af": None, "placed_kommun": 0}, "sv")
    assert again.version == 2


def test_a_blank_after_a_zero_is_a_change_in_a_draft(db: Database, invited: int) -> None:
    first = drafts.save_answers(db, invited, {"placed_af": 0}, 0)
    second = drafts.save_answers(db, invited, {"placed_af": None}, first.revision)
    assert second.answers == {"placed_af": None}
    assert second.revision == 2


@pytest.mark.parametrize("reasons", [["hired"], ["hired", "left"], [], None])
@pytest.mark.parametrize("certify", [True, False, None])
def test_lists_and_yes_or_no_come_back_as_they_went_in(
    db: Database, invited: int, reasons: list[str] | None, certify: bool | None
) -> None:
    answers: drafts.Answers = {"change_reasons": reasons, "certify": certify}
    drafts.save_answers(db, invited, answers, 0)
    assert drafts.load_draft(db, invited).answers == answers
    back = responses.hand_in(db, invited, answers, "sv").answers
    assert back["change_reasons"] == reasons
    assert back["certify"] is certify


@pytest.mark.parametrize("mode", ["import", "example"])
def test_nobody_gets_a_receipt_for_what_they_did_not_send(
    db: Database, invited: int, mode: str
) -> None:
    responses.hand_in(db, invited, ANSWERS, "sv", mode=mode)
    assert scalar(db, "SELECT count(*) FROM response") == 1
    assert scalar(db, "SELECT count(*) FROM outbox") == 0


def test_the_receipt_is_queued_in_the_same_transaction_as_the_answers(
    db: Database, invited: int
) -> None:
    db.conn.execute(
        "CREATE TRIGGER full BEFORE INSERT ON outbox BEGIN SELECT RAISE(ABORT, 'full'); END"
    )
    with pytest.raises(Exception, match="full"):
        responses.hand_in(db, invited, ANSWERS, "sv")
    assert scalar(db, "SELECT count(*) FROM response") == 0
    assert scalar(db, "SELECT count(*) FROM receipt_reference") == 0


# References


def test_there_are_256_words_that_can_be_said_and_written() -> None:
    assert len(responses.words()) == len(set(responses.words())) == 256
    assert not [w for w in responses.words() if not re.fullmatch("[A-Z][a-z]{2,13}", w)]


def test_every_enterprise_of_a_round_has_a_reference_of_its_own(
    db: Database, open_round: Round
) -> None:
    invited = [row["id"] for row in rows(db, "SELECT id FROM invitation")]
    given_out = [responses.hand_in(db, i, ANSWERS, "sv").reference for i in invited]
    assert len(set(given_out)) == len(invited) == 28
    for reference in given_out:
        word, *digits = reference.split(" ")
        assert word in responses.words()
        assert re.fullmatch(r"\d\d \d\d", " ".join(digits))


def test_a_taken_reference_is_never_given_out_again(
    db: Database, open_round: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = iter(["Hassel 47 29", "Hassel 47 29", "Hassel 47 29", "Hassel 47 30"])
    monkeypatch.setattr(responses, "_any_reference", lambda: next(drawn))
    one, other = (row["id"] for row in rows(db, "SELECT id FROM invitation LIMIT 2"))
    assert responses.hand_in(db, one, ANSWERS, "sv").reference == "Hassel 47 29"
    assert responses.hand_in(db, other, ANSWERS, "sv").reference == "Hassel 47 30"


# Through the pages


def answer_all(visitor: Visitor, link: str, total: int = 8) -> Page:
    """Fill in everything up to the page with the hand-in button."""
    page = visitor.open(link)
    page = visitor.submit(page, page.forms()[0])
    answers = {
        "status": "active", "respondent_name": "Exempel", "respondent_contact": "a@example.org",
        "employees_total": total, "employees_women": total - 3, "employees_men": 3,
        "placed_af": 1, "placed_kommun": 0, "placed_other_unpaid": 0,
    }  # fmt: skip
    while (form := page.form_with("revision")) and not page.form_with("certify"):
        known = {n: v for n, v in answers.items() if n in form.names}
        page = visitor.submit(page, form, {**known, "go": "next"})
    return page


def test_a_double_click_on_hand_in_is_one_response_and_one_receipt(
    db: Database, link: str, visitor: Visitor
) -> None:
    page = answer_all(visitor, link)
    form = page.form_with("certify")
    assert form
    receipts = [visitor.submit(page, form, {"certify": "yes"}) for _ in range(2)]
    assert [r.path for r in receipts] == ["/svara/kvitto"] * 2
    [stored] = rows(db, "SELECT * FROM response")
    assert (stored["employees_total"], stored["placed_total"], stored["version"]) == (8, 1, 1)
    assert stored["reference"] in receipts[0].text
    assert stored["reference"] in receipts[1].text
    assert scalar(db, "SELECT count(*) FROM outbox WHERE kind = 'receipt'") == 1


def test_one_enterprise_s_link_reaches_no_other_enterprise_s_answers(
    db: Database, open_round: Round, new_visitor: Callable[[], Visitor]
) -> None:
    one, other = (row["id"] for row in rows(db, "SELECT id FROM invitation LIMIT 2"))
    secret = "Bara för den ena"
    drafts.save_answers(db, other, {"enterprise_name": secret}, 0)
    responses.hand_in(db, other, ANSWERS | {"enterprise_name": secret}, "sv")
    with new_visitor() as visitor:
        answer_all(visitor, f"{BASE}/s/{invitations.new_link(db, one)}")
        for path in ("foretaget", "anstallda", "placerade", "granska", "kvitto", "senare"):
            page = visitor.open(f"{BASE}/svara/{path}?invitation_id={other}")
            assert page.status == 200
            assert secret not in page.text
    assert drafts.load_draft(db, other).answers == {"enterprise_name": secret}

"""The demonstration: example enterprises, their five printed years, and an open autumn."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import current_app
from sqlite_utils import Database

from forms.mail.delivery import deliver
from forms.questionnaire.inventory import as_dicts
from forms.questionnaire.questionnaire import of_round
from forms.respondent import handing_in
from forms.respondent.receipt import to_hand_in
from survey_data.automation import fictitious_enterprises
from survey_data.automation.fictitious_enterprises import NEXT_YEAR, YEARS, Example
from survey_data.database import rows, scalar, writing
from survey_data.follow_up import mailings
from survey_data.responses import drafts, responses
from survey_data.responses.drafts import Answers
from survey_data.review import check_results, review
from survey_data.review.review import Ruling
from survey_data.rounds import invitations, rounds
from survey_data.rounds.rounds import Round
from survey_data.staff import staff

ACTOR = "demonstration"
COORDINATOR = "samordnaren@example.org"
ANALYST = "analytikern@example.org"
# Of the open autumn: so many have handed in, so many are half way, the rest have not begun.
HANDED_IN = 17
HALF_WAY = 3
# By place among those who have handed in: what they add to their numbers, and what they say.
CHANGES: dict[int, dict[str, Any]] = {
    3: {"employees_total": 6, "employees_women": 4, "employees_men": 2,
        "change_reasons": ["hired"], "comment_changes": "Vi öppnade ett kafé i mars."},
    6: {"placed_af": 7, "change_reasons": ["more_assigned"]},
    9: {"placed_af": -3, "placed_kommun": 9, "change_reasons": ["more_assigned", "begun"],
        "comment_changes": "Kommunen har flyttat sin sysselsättning till oss."},
    13: {"employees_total": 8, "employees_women": 8},
    16: {"placed_af": 14},
}  # fmt: skip
WAITING = (3, 6, 9, 12, 13)
RETURNED = 16
QUESTION = "Är det så många från Arbetsförmedlingen den 1 oktober?"


def is_empty(db: Database) -> bool:
    """Whether nothing has been stored yet, so that a demonstration can disturb nothing."""
    return not scalar(db, "SELECT EXISTS (SELECT 1 FROM enterprise) + EXISTS (SELECT 1 FROM staff)")


def set_up(db: Database) -> None:
    """Fill an empty database with the demonstration."""
    with writing(db):
        staff.add(db, COORDINATOR, "coordinator", ACTOR)
        staff.add(db, ANALYST, "analyst", ACTOR)
        fictitious_enterprises.add_to_register(db, ACTOR)
        for year in YEARS:
            _closed_round(db, year)
        _open(db, NEXT_YEAR)
        mailings.queue_invitations(db, NEXT_YEAR, ACTOR)
    # Nobody is invited any more who has answered.
    deliver(db)
    with writing(db):
        _answer_autumn(db)


def _closed_round(db: Database, year: int) -> None:
    survey_round = _open(db, year)
    for invitation_id, each in _invited(db, survey_round):
        answers = _answers(survey_round, each)
        responses.hand_in(db, invitation_id, answers, "sv", mode="example")
    rounds.close_round(db, year, ACTOR)


def _open(db: Database, year: int) -> Round:
    reference, due = date(year, 10, 1), date(year, 11, 15)
    return rounds.open_round(db, year, reference, due, as_dicts(year), ACTOR)


def _invited(db: Database, survey_round: Round) -> list[tuple[int, Example]]:
    by_number = {e.enterprise.org_number: e for e in fictitious_enterprises.examples()}
    found = rows(
        db,
        "SELECT i.id, e.org_number FROM invitation i JOIN enterprise e ON e.id = i.enterprise_id"
        " WHERE i.round_id = ? ORDER BY i.id",
        (survey_round.id,),
    )
    return [(row["id"], by_number[row["org_number"]]) for row in found]


def _answers(survey_round: Round, each: Example) -> Answers:
    typed = _example_answers(survey_round, each)
    return to_hand_in(of_round(survey_round.id, survey_round.questionnaire), typed)


def _example_answers(survey_round: Round, each: Example) -> dict[str, Any]:
    numbers = fictitious_enterprises.numbers_of(survey_round.year)[each.enterprise.name]
    typed = fictitious_enterprises.answers_of(each, numbers, survey_round.year)
    return typed | {"certify": True}


def _answer_autumn(db: Database) -> None:
    """The autumn after the printed years, as it looks in the middle of the collection."""
    survey_round = rounds.find(db, NEXT_YEAR)
    for place, (invitation_id, each) in enumerate(_invited(db, survey_round)):
        typed = _example_answers(survey_round, each)
        if place < HANDED_IN:
            invitations.mark_opened(db, invitation_id)
            changed = _typed(place, typed)
            answers = to_hand_in(of_round(survey_round.id, survey_round.questionnaire), changed)
            invitation = invitations.by_id(db, invitation_id)
            response = handing_in.hand_in_answers(db, invitation, answers, "sv", "example")
            _decide(db, place, response.id, ACTOR)
        elif place < HANDED_IN + HALF_WAY:
            invitations.mark_opened(db, invitation_id)
            begun = {n: typed[n] for n in ("employees_total", "employees_women")}
            drafts.save_answers(db, invitation_id, begun, 0)


def _typed(place: int, numbers: Mapping[str, Any]) -> dict[str, Any]:
    """What the enterprise at a place hands in."""
    changed = dict(numbers)
    for name, more in CHANGES.get(place, {}).items():
        changed[name] = changed[name] + more if isinstance(more, int) else more
    return changed


def _decide(db: Database, place: int, response_id: int, actor: str) -> None:
    """Accept most answers, return one, and leave a few to the coordinator."""
    fired = [f.check_id for f in check_results.of_response(db, response_id)]
    if place == RETURNED:
        asked = dict.fromkeys(fired, "ask")
        review.send_back(db, response_id, QUESTION, ["placed_af"], Ruling(actor, checks=asked))
    elif place not in WAITING:
        review.accept(db, response_id, Ruling(actor, checks=dict.fromkeys(fired, "accept")))


def addresses(db: Database) -> dict[str, str]:
    """The four addresses a newcomer wants; the links are fresh and work in any browser."""
    base = current_app.config["BASE_URL"]
    wanted = {"Styrelsens sida": f"{base}/rapport/", "Data (Datasette)": f"{base}/data/"}
    coordinator = staff.by_email(db, COORDINATOR)
    if coordinator:
        token = staff.new_sign_in_link(db, coordinator.id, None)
        wanted["Logga in som samordnare"] = f"{base}/logga-in/{token}"
    unanswered = _someone_unanswered(db)
    if unanswered:
        wanted["Ett företags formulär"] = f"{base}/s/{invitations.new_link(db, unanswered)}"
    return wanted


def _someone_unanswered(db: Database) -> int | None:
    found = scalar(
        db,
        "SELECT i.id FROM invitation i JOIN round r ON r.id = i.round_id AND r.closed_at IS NULL"
        " JOIN enterprise e ON e.id = i.enterprise_id AND e.is_example = 1"
        " LEFT JOIN draft d ON d.invitation_id = i.id"
        " LEFT JOIN response p ON p.invitation_id = i.id"
        " WHERE d.invitation_id IS NULL AND p.id IS NULL ORDER BY i.id LIMIT 1",
    )
    return int(found) if found else None

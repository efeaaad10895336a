"""Calls: what is noted, and what follows from it."""

import json
import sqlite3
from contextlib import closing
from typing import Any

import pytest
from flask import Flask
from sqlite_utils import Database

from survey_data import clock
from survey_data.database import first, rows, run, scalar
from survey_data.follow_up import mailings, progress, recipients
from survey_data.follow_up.progress import Standing
from survey_data.publishing.publish import publish
from survey_data.responses import drafts, responses
from survey_data.rounds import calls, rounds
from survey_data.rounds.rounds import Round
from tests.conftest import BASE
from tests.support.http_visitor import Page, Visitor


def ids(db: Database) -> list[int]:
    return [row[0] for row in db.conn.execute("SELECT id FROM invitation ORDER BY id")]


def standing(db: Database, survey_round: Round, invitation_id: int) -> Standing:
    return next(s for s in progress.standings(db, survey_round) if s.invitation_id == invitation_id)


def note(visitor: Visitor, invitation_id: int, **filled: Any) -> Page:
    page = visitor.open(f"{BASE}/samordna/samtal/{invitation_id}")
    form = page.form_with("outcome")
    assert form is not None
    return visitor.submit(page, form, filled)


def test_a_call_is_noted_with_what_came_of_it_and_leaves_a_trail(
    db: Database, open_round: Round, coordinator: Visitor
) -> None:
    [each, *_] = ids(db)
    page = note(
        coordinator, each, outcome="call_later", again_day="2999-10-05", again_hour="14:30",
        note="Växeln öppnar nio.",
    )  # fmt: skip
    assert page.path == "/samordna/"
    [call] = rows(db, "SELECT * FROM call")
    assert (call["invitation_id"], call["outcome"]) == (each, "call_later")
    assert clock.local(call["try_again_at"]).strftime("%Y-%m-%d %H:%M") == "2999-10-05 14:30"
    line = first(db, "SELECT * FROM audit WHERE action = 'call noted'")
    assert line is not None
    assert line["subject"] == f"invitation {each}"
    assert "Växeln" not in line["after"]
    assert json.loads(line["after"])["outcome"] == "call_later"
    assert "5 okt. 14:30" in page.text.partition('id="call-backs"')[2]


def test_those_to_call_back_stand_on_the_desk_the_soonest_first(
    db: Database, open_round: Round, coordinator: Visitor
) -> None:
    one, two, three, *_ = ids(db)
    for each, day in ((one, "2999-10-07"), (two, "2999-10-05"), (three, "2999-10-06")):
        page = note(coordinator, each, outcome="no_answer", again_day=day)
    shown = page.text.partition('id="call-backs"')[2].partition("</table>")[0]
    names = [standing(db, open_round, i).name for i in (two, three, one)]
    assert sorted(names, key=shown.index) == names
    table = coordinator.open(f"{BASE}/samordna/?sortera=next").text.partition('id="oversikt"')[2]
    assert sorted(names, key=lambda n: table.index(f">{n}<")) == names


@pytest.mark.parametrize(
    ("filled", "said"),
    [
        ({}, "Välj hur samtalet gick."),
        ({"outcome": "nonsense"}, "Välj hur samtalet gick."),
        ({"outcome": "call_later"}, "Skriv vilken dag du ska ringa igen."),
        ({"outcome": "no_answer", "again_day": "2001-01-01"}, "Den tiden har redan varit."),
        ({"outcome": "no_answer", "note": "Fråga efter 850709-9805"}, "personnummer"),
        ({"outcome": "no_answer", "note": "x" * 1001}, "Korta anteckningen."),
    ],
)
def test_a_call_that_cannot_be_noted_is_told_why_and_not_stored(
    db: Database, open_round: Round, coordinator: Visitor, filled: dict[str, str], said: str
) -> None:
    page = note(coordinator, ids(db)[0], **filled)
    assert page.title.startswith("Fel: ")
    assert said in page.text
    assert scalar(db, "SELECT count(*) FROM call") == 0
    assert scalar(db, "SELECT count(*) FROM audit WHERE action = 'call noted'") == 0


@pytest.mark.parametrize(
    ("noted", "state"),
    [
        (["refuses"], "refused"),
        (["out_of_scope"], "out_of_scope"),
        (["ceased"], "ceased"),
        (["no_answer"] * 2, "not_invited"),
        (["no_answer"] * 3, "no_contact"),
        (["no_answer", "no_answer", "wrong_number", "no_answer"], "not_invited"),
        (["no_answer"] * 3 + ["will_hand_in"], "not_invited"),
        (["refuses", "no_answer", "no_answer", "no_answer"], "refused"),
        (["refuses", "will_hand_in"], "not_invited"),
        (["ceased", "out_of_scope"], "out_of_scope"),
    ],
)
def test_a_state_follows_from_the_newest_call_that_decides(
    db: Database, open_round: Round, noted: list[str], state: str
) -> None:
    [each, *_] = ids(db)
    for outcome in noted:
        calls.record(db, each, outcome, "test")
    found = standing(db, open_round, each)
    assert (found.state, found.calls) == (state, len(noted))


def test_what_the_enterprise_does_itself_afterwards_counts_for_more(
    db: Database, open_round: Round
) -> None:
    silent, refusing, *_ = ids(db)
    for _ in range(3):
        calls.record(db, silent, "no_answer", "test")
    calls.record(db, refusing, "refuses", "test")
    for each in (silent, refusing):
        run(db, "UPDATE call SET called_at = '2021-10-02T08:00:00.000+00:00'")
        drafts.save_answers(db, each, {"employees_total": 4}, 0)
    assert standing(db, open_round, silent).state == "started"
    assert standing(db, open_round, refusing).state == "refused"
    responses.hand_in(db, refusing, {"employees_total": 4}, "sv")
    assert standing(db, open_round, refusing).has_answered


@pytest.mark.parametrize("outcome", ["refuses", "out_of_scope", "ceased"])
def test_who_must_not_be_asked_again_is_not_reminded_nor_phoned(
    db: Database, open_round: Round, coordinator: Visitor, outcome: str
) -> None:
    [each, *others] = ids(db)
    mailings.queue_invitations(db, 2021, "test")
    note(coordinator, each, outcome=outcome)
    assert scalar(db, "SELECT state FROM outbox WHERE invitation_id = ?", [each]) == "cancelled"
    assert each not in {a["invitation_id"] for a in recipients.to_remind(db, open_round)}
    assert len(recipients.to_remind(db, open_round)) == len(others)


def test_the_list_to_phone_leaves_out_who_refuses_and_says_what_a_call_gives(
    demonstration: Flask, db: Database, coordinator: Visitor
) -> None:
    page = coordinator.open(f"{BASE}/samordna/")
    listed = page.text.partition('id="calls"')[2].partition("</ul>")[0]
    assert "+6\N{NO-BREAK SPACE}%-enh." in listed or "%-enh." in listed
    survey_round = rounds.current(db)
    assert survey_round is not None
    phoned = next(
        s
        for s in progress.standings(db, survey_round)
        if f"<b>{s.name}</b>" in listed and not s.has_answered
    )
    assert f'Notera<span class="visually-hidden"> samtal med {phoned.name}</span>' in listed
    page = note(coordinator, phoned.invitation_id, outcome="refuses")
    listed = page.text.partition('id="calls"')[2].partition("</ul>")[0]
    assert f">{phoned.name}<" not in listed


def test_the_rates_leave_out_what_does_not_belong_and_count_refusals_as_not_answered(
    demonstration: Flask, db: Database, coordinator: Visitor
) -> None:
    survey_round = rounds.current(db)
    assert survey_round is not None
    before = progress.rates(progress.standings(db, survey_round))
    missing = [s for s in progress.standings(db, survey_round) if not s.has_answered]
    refusing, ceased, outside, *_ = sorted(missing, key=lambda s: -(s.employees_before or 0))
    for each, outcome in ((refusing, "refuses"), (ceased, "ceased"), (outside, "out_of_scope")):
        page = note(coordinator, each.invitation_id, outcome=outcome)
    after = progress.rates(progress.standings(db, survey_round))
    gone = (ceased.employees_before or 0) + (outside.employees_before or 0)
    assert (after.answered, after.asked) == (before.answered, before.asked - 2)
    assert after.employees_asked == before.employees_asked - gone
    assert (after.left_out, after.refused) == (2, 1)
    assert f"{after.answered} av {after.asked}" in page.text
    assert f"{after.employees_answered} av {after.employees_asked}" in page.text
    assert "2 företag som har upphört eller inte hör hit räknas inte med." in page.text
    assert "1 företag som har avböjt räknas som inte inlämnat." in page.text
    towns = progress.by_municipality(progress.standings(db, survey_round))
    assert sum(t.asked for t in towns) == after.asked
    assert sum(t.answered for t in towns) == after.answered


def test_who_is_said_to_be_outside_is_not_counted_among_the_enterprises_of_the_year(
    demonstration: Flask, db: Database, coordinator: Visitor
) -> None:
    survey_round = rounds.current(db)
    assert survey_round is not None
    places = demonstration.extensions["places"]
    missing = [s for s in progress.standings(db, survey_round) if not s.has_answered]
    for each, outcome in zip(missing, ("ceased", "out_of_scope", "refuses"), strict=False):
        note(coordinator, each.invitation_id, outcome=outcome)
    everyone = len(progress.standings(db, survey_round))
    rounds.close_round(db, survey_round.year, "test")
    publish(db, places, "test")
    with closing(sqlite3.connect(places.open)) as opened:
        [[asked]] = opened.execute("SELECT asked FROM coverage WHERE year = ?", [survey_round.year])
    assert asked == everyone - 2

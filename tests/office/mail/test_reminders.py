"""The reminder button in step with the calendar: never twice in a day, always said first."""

from datetime import date

import pytest
from flask import Flask
from sqlite_utils import Database

from forms.questionnaire.inventory import as_dicts
from survey_data import clock, outbox
from survey_data.automation import calendar_runner
from survey_data.database import rows, run, scalar
from survey_data.follow_up import mailings, recipients
from survey_data.publishing.publish import Places
from survey_data.rounds import calendar, rounds
from survey_data.rounds.calendar import Act
from survey_data.rounds.rounds import Round
from tests.conftest import BASE
from tests.support.beginnings import a_week_after_inviting
from tests.support.http_visitor import Visitor


@pytest.fixture
def survey_round(db: Database, enterprises: list[int]) -> Round:
    """An open round that twelve are invited to, whose three reminders lie ahead."""
    today = clock.today()
    found = rounds.open_round(
        db, today.year, date(today.year, 1, 1), date(today.year, 12, 31),
        as_dicts(today.year), "test",
    )  # fmt: skip
    mailings.queue_invitations(db, found.year, "test")
    a_week_after_inviting(db)
    for days, kind in enumerate(mailings.REMINDERS, 1):
        due_at = clock.from_now(days=5 * days)
        run(db, "UPDATE act SET state = 'planned', done_at = NULL, due_at = ? WHERE kind = ?",
            (due_at, kind))  # fmt: skip
    return found


@pytest.fixture
def places(app: Flask) -> Places:
    found: Places = app.extensions["places"]
    return found


def acts(db: Database, survey_round: Round) -> dict[str, Act]:
    return {act.kind: act for act in calendar.of_round(db, survey_round.id)}


def mails(db: Database, kind: str = "reminder") -> int:
    return int(scalar(db, "SELECT count(*) FROM outbox WHERE kind = ?", (kind,)))


def test_reminding_by_hand_is_the_calendars_next_reminder(
    db: Database, survey_round: Round
) -> None:
    planned = mailings.plan_reminder(db, survey_round)
    assert planned.act is not None
    assert planned.following is not None
    assert (planned.act.kind, planned.following.kind) == ("reminder_1", "reminder_2")
    assert len(planned.recipients) == 12
    queued = mailings.remind(db, survey_round.year, "test")
    assert queued.mails == mails(db) == 12
    found = acts(db, survey_round)
    assert (found["reminder_1"].state, found["reminder_1"].count) == ("done", 12)
    assert found["reminder_2"].state == "planned"


def test_a_second_press_the_same_day_reminds_nobody_and_takes_no_act(
    db: Database, survey_round: Round
) -> None:
    mailings.remind(db, survey_round.year, "test")
    planned = mailings.plan_reminder(db, survey_round)
    assert (planned.act, planned.recipients, planned.spared_today) == (None, [], 12)
    assert planned.sent_today is not None
    assert mailings.remind(db, survey_round.year, "test").mails == 0
    assert mails(db) == 12
    assert acts(db, survey_round)["reminder_2"].state == "planned"


def test_what_was_done_by_hand_does_not_happen_again_by_itself(
    db: Database, survey_round: Round, places: Places
) -> None:
    due_at = acts(db, survey_round)["reminder_1"].due_at
    mailings.remind(db, survey_round.year, "test")
    assert calendar_runner.run_due(db, places, now=due_at) == []
    assert mails(db) == 12


def test_the_next_day_the_next_reminder_is_sent(db: Database, survey_round: Round) -> None:
    mailings.remind(db, survey_round.year, "test")
    tomorrow = clock.from_now(days=1)
    planned = mailings.plan_reminder(db, survey_round, tomorrow)
    assert planned.act is not None
    assert (planned.act.kind, len(planned.recipients)) == ("reminder_2", 12)
    mailings.remind(db, survey_round.year, "test", tomorrow)
    assert mails(db) == 24


@pytest.mark.parametrize("first", ["reminder", "last_call"])
def test_nobody_gets_a_reminder_and_a_last_call_the_same_day(
    db: Database, survey_round: Round, first: str
) -> None:
    other = {"reminder": "last_call", "last_call": "reminder"}[first]
    mailings.queue_mails(db, survey_round.year, first, "test")
    calendar.note_done(db, survey_round.id, {"reminder": "reminder_1"}.get(first, first), 12)
    assert recipients.to_write(db, survey_round, other) == []
    assert len(recipients.to_write(db, survey_round, other, clock.from_now(days=2))) == 12


def test_who_is_invited_late_is_reminded_though_the_others_have_been(
    db: Database, survey_round: Round
) -> None:
    everyone = recipients.to_write(db, survey_round, "reminder")
    late = everyone.pop()
    for one in everyone:
        outbox.queue(db, "reminder", one["email"], once=one["once"],
                     invitation_id=one["invitation_id"])  # fmt: skip
    calendar.note_done(db, survey_round.id, "reminder_1", len(everyone))
    planned = mailings.plan_reminder(db, survey_round)
    assert [r["invitation_id"] for r in planned.recipients] == [late["invitation_id"]]
    assert planned.spared_today == 11


def test_the_page_says_what_will_happen_and_the_count_is_what_is_sent(
    db: Database, survey_round: Round, coordinator: Visitor
) -> None:
    office = coordinator.open(f"{BASE}/samordna/")
    assert "Påminn 12 företag" in office.text
    path = f"{BASE}/samordna/omgang/{survey_round.year}/paminn"
    page = coordinator.open(path)
    assert "12 företag har inte lämnat in" in page.text
    assert "Det görs som kalenderns påminnelse 1" in page.text
    assert "Nästa i kalendern är påminnelse 2" in page.text
    page = coordinator.submit(page, page.forms()[-1])
    assert "12 mejl ligger i utkorgen." in page.text
    assert "Påminn 12 företag" not in page.text
    assert "Ingen att påminna i dag" in page.text
    page = coordinator.open(path)
    assert "Ingen får något mejl nu." in page.text
    assert "Påminnelse 1 gick ut i dag." in page.text
    assert "12 företag har redan bjudits in eller påmints i dag" in page.text
    assert "Påminn nu" not in page.text


def test_a_calendar_without_reminders_left_says_that_it_is_an_extra_one(
    db: Database, survey_round: Round, coordinator: Visitor
) -> None:
    run(db, "UPDATE act SET state = 'skipped' WHERE kind IN ('reminder_1', 'reminder_2',"
        " 'last_call')")  # fmt: skip
    page = coordinator.open(f"{BASE}/samordna/omgang/{survey_round.year}/paminn")
    assert "Kalendern har ingen påminnelse kvar" in page.text


def test_the_desk_shows_what_is_due_soon_and_folds_the_rest(
    db: Database, survey_round: Round, coordinator: Visitor
) -> None:
    run(db, "UPDATE act SET state = 'planned', due_at = ? WHERE kind = 'close'",
        (clock.from_now(days=40),))  # fmt: skip
    text = coordinator.open(f"{BASE}/samordna/").text.partition('id="automatic"')[2]
    soon, _, later = text.partition("<details>")
    assert "Påminnelse 1" in soon
    assert "Påminnelse 2" in soon
    assert "Insamlingen stänger" not in soon
    assert "Insamlingen stänger" in later.partition("</details>")[0]


def test_the_next_act_is_shown_however_far_off_it_is(
    db: Database, survey_round: Round, coordinator: Visitor
) -> None:
    far = (clock.from_now(days=60), clock.from_now(days=61))
    run(db, "UPDATE act SET state = 'skipped', done_at = NULL")
    run(db, "UPDATE act SET state = 'planned', due_at = ? WHERE kind = 'reminder_1'", far[:1])
    run(db, "UPDATE act SET state = 'planned', due_at = ? WHERE kind = 'reminder_2'", far[1:])
    text = coordinator.open(f"{BASE}/samordna/").text.partition('id="automatic"')[2]
    soon, _, later = text.partition("<details>")
    assert "Påminnelse 1" in soon
    assert "Visa alla (1 till)" in later


def test_recipients_of_a_later_day_are_told_as_they_will_be(
    db: Database, survey_round: Round, coordinator: Visitor
) -> None:
    mailings.remind(db, survey_round.year, "test")
    second = acts(db, survey_round)["reminder_2"]
    page = coordinator.open(f"{BASE}/samordna/")
    assert "12 mottagare" in page.text.partition("Påminnelse 2</b>")[2][:600]
    page = coordinator.open(f"{BASE}/samordna/kalender/{second.id}/mottagare")
    listed = rows(db, "SELECT email FROM contact")
    assert all(row["email"] in page.text for row in listed)


def test_who_was_invited_today_is_not_reminded_today_in_any_way(
    db: Database, survey_round: Round, coordinator: Visitor
) -> None:
    late = recipients.to_write(db, survey_round, "reminder")[0]["invitation_id"]
    run(db, "UPDATE outbox SET created_at = ? WHERE invitation_id = ?", (clock.now(), late))
    planned = mailings.plan_reminder(db, survey_round)
    assert late not in {r["invitation_id"] for r in planned.recipients}
    assert (len(planned.recipients), planned.spared_today) == (11, 1)
    assert mailings.queue_for_one(db, late, "reminder", "test").mails == 0
    act = acts(db, survey_round)["last_call"]
    assert len(calendar_runner.recipients(db, act)) == 11
    assert len(calendar_runner.recipients(db, act, act.due_at)) == 12
    page = coordinator.open(f"{BASE}/samordna/omgang/{survey_round.year}/paminn")
    assert "1 företag har redan bjudits in eller påmints i dag" in page.text
    assert mailings.remind(db, survey_round.year, "test").mails == mails(db) == 11


def test_reminding_when_all_were_invited_today_leaves_the_reminder_to_the_calendar(
    db: Database, survey_round: Round
) -> None:
    run(db, "UPDATE outbox SET created_at = ?", (clock.now(),))
    assert mailings.remind(db, survey_round.year, "test").mails == 0
    assert acts(db, survey_round)["reminder_1"].state == "planned"


@pytest.mark.parametrize("kind", ["reminder", "last_call", "new_due_date"])
def test_who_was_never_written_to_is_invited_and_not_reminded(
    db: Database, survey_round: Round, kind: str, coordinator: Visitor
) -> None:
    first = recipients.to_write(db, survey_round, kind)[0]["invitation_id"]
    run(db, "DELETE FROM outbox WHERE invitation_id = ?", (first,))
    planned = recipients.to_write(db, survey_round, kind)
    assert [r["kind"] for r in planned if r["invitation_id"] == first] == ["invitation"]
    page = coordinator.open(f"{BASE}/samordna/omgang/{survey_round.year}/paminn")
    assert "1 av dem har inte fått någon inbjudan" in page.text
    assert mailings.queue_mails(db, survey_round.year, kind, "test").mails == len(planned) == 12
    found = rows(db, "SELECT kind FROM outbox WHERE invitation_id = ?", (first,))
    assert [row["kind"] for row in found] == ["invitation"]
    assert mails(db, kind) == 11


def test_reminding_one_who_was_never_written_to_sends_the_invitation(
    db: Database, survey_round: Round
) -> None:
    first = recipients.to_write(db, survey_round, "reminder")[0]["invitation_id"]
    run(db, "DELETE FROM outbox WHERE invitation_id = ?", (first,))
    assert mailings.queue_for_one(db, first, "reminder", "test").mails == 1
    assert (mails(db), mails(db, "invitation")) == (0, 12)


def test_invitations_that_are_paused_leave_in_no_reminders_place(
    db: Database, survey_round: Round
) -> None:
    first = recipients.to_write(db, survey_round, "reminder")[0]["invitation_id"]
    run(db, "DELETE FROM outbox WHERE invitation_id = ?", (first,))
    run(db, "UPDATE act SET state = 'paused', done_at = NULL WHERE kind = 'invitation'")
    planned = recipients.to_write(db, survey_round, "reminder")
    assert first not in {r["invitation_id"] for r in planned}
    assert len(planned) == 11

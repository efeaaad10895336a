"""The round calendar: its rules, and what happens by itself, exactly once."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from threading import Barrier, Event, Thread
from typing import Any

import pytest
from flask import Flask
from sqlite_utils import Database

from forms.questionnaire.inventory import as_dicts
from forms.start.server import Chores, look_at_calendar, start_delivery
from survey_data import clock, outbox
from survey_data.automation import calendar_runner
from survey_data.database import rows, run, scalar
from survey_data.errors import RoundClosed
from survey_data.follow_up import mailings, recipients
from survey_data.publishing import publish
from survey_data.publishing.publish import Places
from survey_data.responses import drafts, responses
from survey_data.rounds import calendar, calendar_rules, rounds
from survey_data.rounds.calendar import Act, ActNotWaiting
from survey_data.rounds.calendar_rules import DateRuleBroken
from survey_data.rounds.rounds import Round
from tests.conftest import BASE, sign_in
from tests.support.beginnings import Once
from tests.support.http_visitor import Visitor

YEAR = 2031
REFERENCE, DUE = date(YEAR, 10, 1), date(YEAR, 11, 15)
MORNING = time(9)


@pytest.fixture
def survey_round(db: Database, examples: list[int], once: Once) -> Round:
    """A round whose every date is to come."""
    days = REFERENCE, DUE
    once("to come", lambda: rounds.open_round(db, YEAR, *days, as_dicts(2021), "test"))
    return rounds.find(db, YEAR)


@pytest.fixture
def places(app: Flask) -> Places:
    found: Places = app.extensions["places"]
    return found


def acts(db: Database, survey_round: Round) -> dict[str, Act]:
    return {act.kind: act for act in calendar.of_round(db, survey_round.id)}


def on(month: int, day: int, hour: int = 9) -> str:
    return clock.at(date(YEAR, month, day), time(hour))


def trail(db: Database, action: str) -> list[dict[str, Any]]:
    return rows(db, "SELECT * FROM audit WHERE action = ? ORDER BY id", (action,))


def test_a_round_opens_with_every_act_planned_in_order_on_weekdays(
    db: Database, survey_round: Round
) -> None:
    planned = calendar.of_round(db, survey_round.id)
    assert [a.kind for a in planned] == list(calendar.KINDS)
    assert [a.due_at for a in planned] == sorted(a.due_at for a in planned)
    states = {a.kind: a.state for a in planned}
    assert {kind for kind, state in states.items() if state == "paused"} == {
        "pre_notice", "preliminary_release", "final_release",
    }  # fmt: skip
    local = {a.kind: clock.local(a.due_at) for a in planned}
    assert all(when.weekday() < 5 for kind, when in local.items() if kind != "close")
    assert (local["invitation"].date(), local["invitation"].hour) == (date(YEAR, 10, 2), 9)
    assert (local["close"].date(), local["close"].hour) == (DUE, 23)


def test_the_moment_is_swedish_time_on_both_sides_of_the_change_of_clocks(db: Database) -> None:
    assert clock.at(date(2031, 10, 24), MORNING).startswith("2031-10-24T07:00")
    assert clock.at(date(2031, 10, 27), MORNING).startswith("2031-10-27T08:00")


def test_what_should_have_been_before_the_round_opened_never_happens(
    db: Database, open_round: Round, places: Places
) -> None:
    assert {a.state for a in calendar.of_round(db, open_round.id)} == {"skipped"}
    assert calendar_runner.run_due(db, places) == []
    assert outbox.counts(db) == {}


def test_a_short_round_leaves_out_mails_that_find_no_room(
    db: Database, examples: list[int]
) -> None:
    short = rounds.open_round(db, YEAR, REFERENCE, date(YEAR, 10, 3), as_dicts(2021), "test")
    found = acts(db, short)
    mails = [found[k] for k in calendar.MAILS[1:] if found[k].state == "planned"]
    days = [clock.local(a.due_at).date() for a in mails]
    assert days == sorted(set(days))
    assert days[-1] <= date(YEAR, 10, 3)
    assert "skipped" in {found[k].state for k in calendar.MAILS}


def test_a_round_from_before_there_was_a_calendar_gets_one_where_all_is_held(
    db: Database, survey_round: Round
) -> None:
    run(db, "DELETE FROM act")
    calendar.plan_missing(db)
    assert {a.state for a in calendar.of_round(db, survey_round.id)} == {"paused"}
    calendar.plan_missing(db)
    assert len(calendar.of_round(db, survey_round.id)) == len(calendar.KINDS)


RULES = [
    ("invitation", date(2020, 1, 1), "in_the_future", "i framtiden", "in the future"),
    ("pre_notice", date(YEAR, 10, 2), "before_invitation",
     "minst en dag före inbjudan den 2 oktober kl. 09.00",
     "at least one day before the invitation on 2 October at 09:00"),
    ("reminder_1", date(YEAR, 10, 2), "after_invitation",
     "minst en dag efter inbjudan den 2 oktober kl. 09.00",
     "at least one day after the invitation on 2 October at 09:00"),
    ("reminder_1", date(YEAR, 11, 10), "before_reminder_2", "minst en dag före påminnelse 2",
     "at least one day before reminder 2"),
    ("invitation", date(YEAR, 9, 30), "not_before_reference_date",
     "tidigast på räknedagen den 1 oktober", "no earlier than the reference date, 1 October"),
    ("last_call", date(YEAR, 11, 16), "before_close", "före stängningen den 15 november kl. 23.59",
     "before the closing on 15 November at 23:59"),
    ("close", date(YEAR, 11, 14), "not_before_due_date",
     "tidigast på sista svarsdag den 15 november",
     "no earlier than the last day for answers, 15 November"),
    ("close", date(YEAR, 12, 24), "before_preliminary_release", "före den preliminära utgåvan",
     "before the preliminary release"),
    ("preliminary_release", date(YEAR, 11, 10), "after_close", "efter stängningen",
     "after the closing"),
    ("final_release", date(YEAR, 11, 20), "after_preliminary_release",
     "efter den preliminära utgåvan", "after the preliminary release"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "day", "rule", "sv", "en"), RULES)
def test_a_date_that_breaks_a_rule_is_refused_by_name_in_both_languages(
    db: Database, survey_round: Round, kind: str, day: date, rule: str, sv: str, en: str
) -> None:
    before = acts(db, survey_round)[kind]
    with pytest.raises(DateRuleBroken) as refused:
        calendar_rules.move(db, before.id, clock.at(day, MORNING), "test")
    assert refused.value.rule == rule
    assert sv in refused.value.sv
    assert en in refused.value.en
    assert acts(db, survey_round)[kind] == before


def test_a_mail_may_not_leave_after_the_day_it_names(db: Database, survey_round: Round) -> None:
    found = acts(db, survey_round)
    calendar_rules.move(db, found["close"].id, on(11, 20), "test")
    with pytest.raises(DateRuleBroken) as refused:
        calendar_rules.move(db, found["last_call"].id, on(11, 17), "test")
    assert refused.value.rule == "by_the_due_date"


def test_a_move_within_the_rules_is_kept_and_told_of(db: Database, survey_round: Round) -> None:
    act = acts(db, survey_round)["reminder_1"]
    calendar_rules.move(db, act.id, on(10, 20, 13), "staff 1")
    assert acts(db, survey_round)["reminder_1"] == replace(act, due_at=on(10, 20, 13))
    [line] = trail(db, "act moved")
    assert act.due_at in line["before"]
    assert line["actor"] == "staff 1"


@pytest.mark.parametrize("due", [date(YEAR, 10, 26), date(YEAR, 11, 30)])
def test_a_round_whose_last_day_moves_closes_as_that_day_ends(
    db: Database, survey_round: Round, due: date
) -> None:
    close = acts(db, survey_round)["close"]
    calendar_rules.move(db, close.id, clock.at(date(YEAR, 11, 17), time(2, 30)), "test")
    calendar.follow_due_date(db, survey_round.id, DUE, due)
    assert acts(db, survey_round)["close"].due_at == clock.at(due, time(23, 59))


def test_an_act_left_out_is_in_no_rule_and_is_planned_again_when_it_is_moved(
    db: Database, survey_round: Round
) -> None:
    found = acts(db, survey_round)
    calendar.skip(db, found["reminder_1"].id, "test", "not needed")
    calendar_rules.move(db, found["reminder_2"].id, on(10, 6), "test")
    calendar_rules.move(db, found["reminder_1"].id, on(10, 3), "test")
    assert acts(db, survey_round)["reminder_1"].state == "planned"


def test_each_act_happens_once_when_its_moment_comes(
    db: Database, survey_round: Round, places: Places
) -> None:
    invitation = acts(db, survey_round)["invitation"]
    assert calendar_runner.run_due(db, places, now=on(10, 2, 8)) == []
    shown = len(calendar_runner.recipients(db, invitation))
    [done] = calendar_runner.run_due(db, places, now=on(10, 2))
    assert (done.kind, done.state, done.count) == ("invitation", "done", shown)
    assert outbox.counts(db) == {"queued": shown}
    assert calendar_runner.run_due(db, places, now=on(10, 2, 10)) == []
    [line] = trail(db, "act carried out")
    assert line["actor"] == calendar_runner.ACTOR


def test_a_whole_round_runs_by_itself(db: Database, survey_round: Round, places: Places) -> None:
    for kind in calendar.PAUSED_AT_FIRST:
        calendar.resume(db, acts(db, survey_round)[kind].id, "test")
    *before, last = calendar.of_round(db, survey_round.id)
    for act in before:
        assert [a.kind for a in calendar_runner.run_due(db, places, now=act.due_at)] == [act.kind]
    # Nobody has answered, and whether that is final is for a person to say.
    assert calendar_runner.run_due(db, places, now=last.due_at) == []
    assert [a.kind for a in calendar.of_round(db, survey_round.id) if a.state != "done"] == [
        "final_release"
    ]
    assert not rounds.find(db, YEAR).is_open
    kinds = [r["kind"] for r in rows(db, "SELECT kind FROM release ORDER BY id")]
    assert kinds == ["preliminary"]
    mails = dict(db.conn.execute("SELECT kind, count(*) FROM outbox GROUP BY kind").fetchall())
    assert mails == {"pre_notice": 28, "invitation": 28, "reminder": 56, "last_call": 28}


def test_reminders_go_to_those_who_have_not_handed_in_and_the_count_shown_is_the_count_sent(
    db: Database, survey_round: Round, places: Places
) -> None:
    calendar_runner.run_due(db, places, now=on(10, 2))
    first = scalar(db, "SELECT min(id) FROM invitation")
    responses.hand_in(db, first, {"enterprise_name": "Ett"}, "sv", mode="import")
    run(db, "DELETE FROM contact WHERE enterprise_id ="
        " (SELECT enterprise_id FROM invitation WHERE id = ?)", (first + 1,))  # fmt: skip
    act = acts(db, survey_round)["reminder_1"]
    named = {r["invitation_id"] for r in calendar_runner.recipients(db, act, now=act.due_at)}
    [done] = calendar_runner.run_due(db, places, now=act.due_at)
    written = {
        r["invitation_id"]
        for r in rows(db, "SELECT invitation_id FROM outbox WHERE kind = 'reminder'")
    }
    assert named == written
    assert done.count == len(written) == 26


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("nothing", "reminder_not_started"),
        ("draft", "reminder_half_done"),
        ("returned", "reminder_returned"),
    ],
)
def test_the_reminder_is_chosen_by_what_the_enterprise_has_done(
    db: Database, survey_round: Round, what: str, words: str
) -> None:
    first = scalar(db, "SELECT min(id) FROM invitation")
    if what != "nothing":
        drafts.save_answers(db, first, {"employees_total": 8}, 0)
    if what == "returned":
        given = responses.hand_in(db, first, {"employees_total": 8}, "sv", mode="import")
        missing = {a["invitation_id"] for a in recipients.to_remind(db, survey_round)}
        assert first not in missing
        run(db, "INSERT INTO decision (response_id, kind, message, actor, decided_at)"
            " VALUES (?, 'returned', 'Hur?', 'test', ?)", (given.id, clock.now()))  # fmt: skip
    assert recipients.reminder_words(db, first) == words
    assert first in {a["invitation_id"] for a in recipients.to_remind(db, survey_round)}


def test_two_processes_do_it_once(
    app: Flask, db: Database, survey_round: Round, places: Places
) -> None:
    barrier, done = Barrier(2), []

    def process() -> None:
        own = app.extensions["store"].db
        barrier.wait()
        done.extend(calendar_runner.run_due(own, places, now=on(10, 2)))

    threads = [Thread(target=process) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [act.kind for act in done] == ["invitation"]
    assert len(trail(db, "act carried out")) == 1
    assert outbox.counts(db) == {"queued": 28}


def test_a_held_act_waits_until_it_is_let_go(
    db: Database, survey_round: Round, places: Places
) -> None:
    act = acts(db, survey_round)["invitation"]
    calendar.pause(db, act.id, "test")
    with pytest.raises(ActNotWaiting):
        calendar.pause(db, act.id, "test")
    assert calendar_runner.run_due(db, places, now=on(10, 5)) == []
    with pytest.raises(ActNotWaiting):
        # It would happen at once.
        calendar.resume(db, act.id, "test", now=on(10, 5))
    calendar.resume(db, act.id, "test")
    assert [a.kind for a in calendar_runner.run_due(db, places, now=on(10, 2))] == ["invitation"]
    assert (len(trail(db, "act paused")), len(trail(db, "act resumed"))) == (1, 1)


def test_done_by_a_person_it_does_not_happen_by_itself_as_well(
    db: Database, survey_round: Round, places: Places
) -> None:
    act = acts(db, survey_round)["invitation"]
    done = calendar_runner.carry_out(db, act.id, "staff 1", places)
    assert (done.state, done.count) == ("done", 28)
    with pytest.raises(ActNotWaiting):
        calendar_runner.carry_out(db, act.id, "staff 1", places)
    assert calendar_runner.run_due(db, places, now=on(10, 2)) == []
    assert outbox.counts(db) == {"queued": 28}


def test_the_invitations_button_notes_the_act_as_done(db: Database, survey_round: Round) -> None:
    mailings.queue_invitations(db, YEAR, "test")
    assert acts(db, survey_round)["invitation"].count == 28


def test_after_a_stop_nobody_gets_two_mails_at_once(
    db: Database, survey_round: Round, places: Places
) -> None:
    done = calendar_runner.run_due(db, places, now=on(11, 13, 12))
    assert [a.kind for a in done] == ["invitation"]
    found = acts(db, survey_round)
    assert [found[k].state for k in ("reminder_1", "reminder_2", "last_call")] == ["skipped"] * 3
    assert len(trail(db, "act skipped")) == 3


def test_after_a_stop_the_last_reminder_is_sent_and_not_those_before(
    db: Database, survey_round: Round, places: Places
) -> None:
    calendar_runner.run_due(db, places, now=on(10, 2))
    done = calendar_runner.run_due(db, places, now=on(11, 13, 12))
    assert [a.kind for a in done] == ["last_call"]


def test_when_the_closing_was_missed_too_nobody_is_written_to(
    db: Database, survey_round: Round, places: Places
) -> None:
    done = calendar_runner.run_due(db, places, now=on(11, 16))
    assert [a.kind for a in done] == ["close"]
    assert outbox.counts(db) == {}


def test_closing_by_hand_ends_the_mails_and_keeps_the_releases(
    db: Database, survey_round: Round, places: Places
) -> None:
    rounds.close_round(db, YEAR, "test")
    found = acts(db, survey_round)
    assert {found[k].state for k in calendar.MAILS} == {"skipped"}
    assert found["close"].state == "done"
    assert found["final_release"].state == "paused"
    with pytest.raises(RoundClosed):
        calendar_runner.carry_out(db, found["reminder_1"].id, "test", places)
    with pytest.raises(RoundClosed):
        calendar_rules.move(db, found["reminder_1"].id, on(10, 20), "test")


def test_what_cannot_be_done_is_held_with_its_reason(
    db: Database, survey_round: Round, places: Places
) -> None:
    found = acts(db, survey_round)
    calendar.pause(db, found["close"].id, "test")
    calendar.resume(db, found["final_release"].id, "test")
    calendar_runner.run_due(db, places, now=found["final_release"].due_at)
    assert acts(db, survey_round)["final_release"].state == "paused"
    assert "öppen" in trail(db, "act paused")[-1]["reason"]
    assert publish.releases(db) == []


@pytest.fixture
def soon(app: Flask, db: Database, survey_round: Round) -> Iterator[None]:
    """The server running, with the invitation missed while it was down."""
    run(db, "UPDATE act SET due_at = ? WHERE kind = 'invitation'", (clock.from_now(hours=-1),))
    scheduler = start_delivery(app)
    yield
    scheduler.shutdown()


def test_a_missed_act_happens_once_the_server_runs(
    soon: None, db: Database, survey_round: Round
) -> None:
    end = datetime.now(clock.SWEDEN).timestamp() + 20
    while datetime.now(clock.SWEDEN).timestamp() < end:
        if acts(db, survey_round)["invitation"].state == "done":
            break
    assert acts(db, survey_round)["invitation"].count == 28


def press(visitor: Visitor, path: str, action: str) -> str:
    page = visitor.open(f"{BASE}{path}")
    form = next(f for f in page.forms() if f.action.endswith(action))
    return visitor.submit(page, form).text


def test_the_desk_announces_holds_moves_and_does(
    db: Database, survey_round: Round, coordinator: Visitor
) -> None:
    act = acts(db, survey_round)["invitation"]
    page = coordinator.open(f"{BASE}/samordna/").text
    assert "Sker automatiskt" in page
    assert "28 mottagare" in page
    assert "är pausad tills ni startar den igen" in press(
        coordinator, "/samordna/", f"{act.id}/hall"
    )
    assert acts(db, survey_round)["invitation"].state == "paused"
    press(coordinator, "/samordna/", f"{act.id}/slapp")
    assert acts(db, survey_round)["invitation"].state == "planned"
    text = press(coordinator, f"/samordna/kalender/{act.id}/nu", f"{act.id}/nu")
    assert "28 mejl i utkorgen" in text
    assert "28 skickade" in text
    assert outbox.counts(db) == {"queued": 28}


def test_the_page_that_moves_says_the_rules_and_which_was_broken(
    db: Database, survey_round: Round, coordinator: Visitor
) -> None:
    act = acts(db, survey_round)["reminder_1"]
    page = coordinator.open(f"{BASE}/samordna/kalender/{act.id}")
    assert "minst en dag efter inbjudan den 2 oktober kl. 09.00" in page.text
    form = page.form_with("day")
    assert form is not None
    wrong = coordinator.submit(page, form, {"day": "2031-10-01", "hour": "09:00"})
    assert "Måste ligga minst en dag efter inbjudan" in wrong.text
    assert acts(db, survey_round)["reminder_1"] == act
    coordinator.submit(wrong, form, {"day": "2031-10-20", "hour": "13:30"})
    moved = clock.local(acts(db, survey_round)["reminder_1"].due_at)
    assert (moved.date(), f"{moved:%H:%M}") == (date(YEAR, 10, 20), "13:30")


def test_the_desk_says_that_who_hands_in_is_struck_from_mails_to_come_and_so_it_is(
    db: Database, survey_round: Round, coordinator: Visitor, places: Places
) -> None:
    says = "Den som lämnar in innan dess stryks från utskicket."
    calendar_runner.run_due(db, places, now=on(10, 2))
    assert says in coordinator.open(f"{BASE}/samordna/").text
    act = acts(db, survey_round)["reminder_1"]
    path = f"{BASE}/samordna/kalender/{act.id}/mottagare"
    assert "exempel-1@example.org" in coordinator.open(path).text
    handed_in = scalar(
        db, "SELECT invitation_id FROM outbox WHERE recipient = ?", ("exempel-1@example.org",)
    )
    responses.hand_in(db, handed_in, {"enterprise_name": "Ett"}, "sv", mode="import")
    page = coordinator.open(path).text
    assert page.count("exempel-") == 27
    assert "exempel-1@example.org" not in page
    run(db, "UPDATE act SET state = 'skipped' WHERE state <> 'done' AND kind <> 'close'")
    assert says not in coordinator.open(f"{BASE}/samordna/").text


def test_the_list_behind_the_count_names_everyone(
    db: Database, survey_round: Round, coordinator: Visitor
) -> None:
    act = acts(db, survey_round)["invitation"]
    page = coordinator.open(f"{BASE}/samordna/kalender/{act.id}/mottagare").text
    assert page.count("exempel-") == len(calendar_runner.recipients(db, act)) == 28


def test_an_act_that_does_not_exist_says_so(
    survey_round: Round, new_visitor: Callable[[], Visitor], coordinator: Visitor
) -> None:
    assert coordinator.open(f"{BASE}/samordna/kalender/999999").status == 404


# Clocks that leap


class Machine:
    """A machine whose scheduler looks at the calendar, and whose clock somebody sets."""

    def __init__(self, app: Flask) -> None:
        self.app, self.on = app, 0.0

    def begin(self, month: int, day: int, hour: int, minute: int) -> None:
        """Let the scheduler start at a moment."""
        self._set(datetime.fromisoformat(clock.at(date(YEAR, month, day), time(hour, minute))))
        self.app.extensions["leaps"] = clock.LeapWatch()
        self.look()

    def wait(self, while_: timedelta) -> None:
        """Let time pass, and the scheduler look."""
        self.on += while_.total_seconds()
        self.leap(while_)

    def leap(self, by: timedelta) -> None:
        """Set the clock, and let the scheduler look."""
        self._set(clock.machine.read() + by)
        self.look()

    def look(self) -> None:
        with self.app.app_context():
            look_at_calendar()

    @staticmethod
    def _set(moment: datetime) -> None:
        clock.machine.set_to(moment)


@pytest.fixture
def machine(app: Flask, survey_round: Round, monkeypatch: pytest.MonkeyPatch) -> Iterator[Machine]:
    found = Machine(app)
    monkeypatch.setattr(clock, "since_boot", lambda: found.on)
    yield found
    clock.machine.set_to(None)


HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def test_time_that_passes_is_no_leap(db: Database, survey_round: Round, machine: Machine) -> None:
    machine.begin(10, 2, 8, 30)
    machine.wait(HOUR)
    assert acts(db, survey_round)["invitation"].state == "done"
    assert trail(db, "the clock leapt") == []


@pytest.mark.parametrize("leap", [HOUR, DAY])
def test_what_a_leap_makes_due_waits_until_somebody_says_that_the_clock_is_right(
    db: Database, survey_round: Round, machine: Machine, new_visitor: Callable[[], Visitor],
    leap: timedelta,
) -> None:  # fmt: skip
    machine.begin(10, 2, 8, 30)
    machine.leap(leap)
    machine.wait(HOUR)
    assert acts(db, survey_round)["invitation"].state == "paused"
    assert outbox.counts(db) == {}
    visitor = new_visitor()
    sign_in(visitor, db, "coordinator")
    page = visitor.open(f"{BASE}/samordna/").text
    assert "Serverns klocka har hoppat framåt" in page
    assert "Inbjudan, tänkt till torsdag 2 oktober 09:00" in page
    assert "inom en minut" in press(visitor, "/samordna/", "/klockan-stammer")
    machine.wait(timedelta(seconds=5))
    machine.wait(HOUR)
    assert acts(db, survey_round)["invitation"].count == 28
    assert outbox.counts(db) == {"queued": 28}
    assert "hoppat framåt" not in visitor.open(f"{BASE}/samordna/").text


@pytest.mark.parametrize("leap", [HOUR, DAY])
def test_a_clock_that_comes_back_lets_all_happen_at_its_hour(
    db: Database, survey_round: Round, machine: Machine, leap: timedelta
) -> None:
    machine.begin(10, 2, 8, 30)
    machine.leap(leap)
    machine.leap(-leap)
    assert acts(db, survey_round)["invitation"].state == "planned"
    machine.wait(timedelta(minutes=29))
    assert outbox.counts(db) == {}
    machine.wait(timedelta(minutes=2))
    assert outbox.counts(db) == {"queued": 28}


@pytest.mark.parametrize("leap", [HOUR, DAY])
def test_a_clock_that_goes_back_sends_nothing_twice(
    db: Database, survey_round: Round, machine: Machine, leap: timedelta
) -> None:
    machine.begin(10, 2, 8, 30)
    machine.wait(HOUR)
    machine.leap(-leap)
    for _ in range(3):
        machine.wait(leap)
    assert outbox.counts(db) == {"queued": 28}
    assert acts(db, survey_round)["invitation"].count == 28


@pytest.mark.parametrize(("hour", "leap"), [(23, HOUR), (0, DAY)])
def test_nothing_closes_early(
    db: Database, survey_round: Round, machine: Machine, hour: int, leap: timedelta
) -> None:
    machine.begin(11, 15, hour, 30)
    machine.leap(leap)
    machine.wait(HOUR)
    assert rounds.find(db, YEAR).is_open
    assert acts(db, survey_round)["close"].state == "paused"
    machine.leap(-leap - HOUR)
    machine.wait(DAY)
    assert not rounds.find(db, YEAR).is_open


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("2032-03-28", "Klockan 02:30 finns inte den 28 mars: då ställs klockorna fram"),
        ("2032-10-31", "Klockan är 02:30 två gånger den 31 oktober: då ställs klockorna tillbaka"),
    ],
)
@pytest.mark.parametrize("what", ["act", "call"])
def test_an_hour_that_is_not_or_is_twice_is_said_where_it_is_typed(
    db: Database, survey_round: Round, coordinator: Visitor, day: str, words: str, what: str
) -> None:
    path, names, more = f"kalender/{acts(db, survey_round)['close'].id}", ("day", "hour"), {}
    if what == "call":
        path = f"samtal/{scalar(db, 'SELECT min(id) FROM invitation')}"
        names, more = ("again_day", "again_hour"), {"outcome": "call_later"}
    page = coordinator.open(f"{BASE}/samordna/{path}")
    form = page.form_with(names[0])
    assert form is not None
    refused = coordinator.submit(page, form, {names[0]: day, names[1]: "02:30", **more})
    assert refused.text.count(words) == 2, "in the summary and beside the field"
    kept = refused.form_with(names[0])
    assert kept is not None
    assert [kept.fields[name] for name in names] == [[day], ["02:30"]]
    assert trail(db, "act moved") + trail(db, "call noted") == []


def test_a_chore_that_fails_is_done_again_and_stops_no_other(
    caplog: pytest.LogCaptureFixture,
) -> None:
    twice, done = Event(), []

    def fail() -> None:
        done.append(1)
        if len(done) > 1:
            twice.set()
        raise ValueError

    other = Event()
    chores = Chores([(fail, 0.01), (other.set, 0.01)], Event())
    assert twice.wait()
    assert other.wait()
    chores.shutdown()
    count = len(done)
    assert "chore" in caplog.text
    assert len(done) == count

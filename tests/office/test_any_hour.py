"""Whatever depends on a date, at the hours where days, years and clocks change."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from flask import Flask
from sqlite_utils import Database

from forms.mail import imap
from forms.mail.delivery import deliver
from forms.questionnaire.inventory import as_dicts
from survey_data import clock
from survey_data.automation import calendar_runner, retention
from survey_data.database import run, scalar
from survey_data.follow_up import mailings
from survey_data.publishing.publish import Places, publish
from survey_data.register import enterprises as register
from survey_data.rounds import calendar, invitations, rounds
from survey_data.rounds.rounds import Round
from survey_data.staff import sessions, staff
from survey_data.staff.sign_in import new_sign_in_link
from tests.conftest import BASE
from tests.support.beginnings import a_week_after_inviting
from tests.support.bounced_mails import POSTFIX, report
from tests.support.http_visitor import Visitor
from tests.support.imap_server import imap_server, owners_box
from tests.support.mail_server import Inbox, mail_server

# The moment in UTC, and what a clock on a wall in Sweden shows.
HOURS = {
    "2026-12-31T23:30": "2027-01-01 00:30",
    "2027-02-28T23:30": "2027-03-01 00:30",
    "2028-02-28T23:30": "2028-02-29 00:30",
    "2028-02-29T23:30": "2028-03-01 00:30",
    # Summer time begins and ends at 01:00 UTC.
    "2027-03-28T00:30": "2027-03-28 01:30",
    "2027-03-28T01:30": "2027-03-28 03:30",
    "2027-10-31T00:30": "2027-10-31 02:30",
    "2027-10-31T01:30": "2027-10-31 02:30",
}


def set_to(moment: str) -> None:
    clock.machine.set_to(datetime.fromisoformat(moment).astimezone(UTC))


@pytest.fixture(autouse=True, params=HOURS)
def moment(request: pytest.FixtureRequest) -> Iterator[str]:
    """The product's clock at one of the hours, and the machine's again afterwards."""
    set_to(f"{request.param}+00:00")
    yield request.param
    clock.machine.set_to(None)


@pytest.fixture
def today(moment: str) -> date:
    """The day in Sweden, as written down beside the hour."""
    return date.fromisoformat(HOURS[moment][:10])


@pytest.fixture
def places(app: Flask) -> Places:
    found: Places = app.extensions["places"]
    return found


@pytest.fixture
def survey_round(db: Database, examples: list[int], today: date) -> Round:
    """A round that is opened now, counted today and answered within four weeks."""
    due = today + timedelta(28)
    return rounds.open_round(db, today.year, today, due, as_dicts(today.year), "test")


@pytest.fixture
def inbox(app: Flask) -> Iterator[Inbox]:
    box = Inbox()
    with mail_server(box) as url:
        app.config["SMTP_URL"] = url
        yield box


@pytest.fixture(scope="module")
def mailbox() -> Iterator[str]:
    with imap_server() as url:
        yield url


def day_of(stored: str) -> date:
    """The Swedish day of a stored moment, reckoned apart from the product."""
    at = datetime.fromisoformat(stored)
    last_sundays = [
        max(day for day in range(25, 32) if date(at.year, month, day).weekday() == 6)
        for month in (3, 10)
    ]
    summer = [
        datetime(at.year, month, day, 1, tzinfo=UTC)
        for month, day in zip((3, 10), last_sundays, strict=True)
    ]
    return (at + timedelta(hours=2 if summer[0] <= at < summer[1] else 1)).date()


def test_the_clock_shows_what_a_clock_in_sweden_shows(moment: str, today: date) -> None:
    assert clock.now().startswith(moment)
    assert f"{clock.local(clock.now()):%Y-%m-%d %H:%M}" == HOURS[moment]
    assert clock.today() == today == day_of(clock.now())
    assert f"{clock.local(clock.at(today)):%Y-%m-%d %H:%M}" == f"{today} 00:00"


def test_the_inventory_can_be_set_to_another_day_and_sessions_live_on(
    db: Database, coordinator: Visitor
) -> None:
    before = clock.machine.now()
    clock.inventory.set_to(datetime(2022, 2, 28, 23, 30, tzinfo=UTC))
    try:
        assert clock.today() == date(2022, 3, 1)
        assert clock.machine.now()[:10] == before[:10]
        assert coordinator.open(f"{BASE}/samordna/").path == "/samordna/"
    finally:
        clock.inventory.set_to(None)


def test_the_page_that_opens_a_round_proposes_the_year_and_opens_it(
    db: Database, examples: list[int], coordinator: Visitor, today: date
) -> None:
    page = coordinator.open(f"{BASE}/samordna/omgang/oppna")
    form = page.form_with("reference_date")
    assert form is not None
    assert form.fields["year"] == [str(today.year)]
    due = today + timedelta(28)
    days = {"reference_date": today.isoformat(), "due_date": due.isoformat()}
    assert coordinator.submit(page, form, days).path == "/samordna/"
    [survey_round] = rounds.all_rounds(db)
    assert (survey_round.reference_date, survey_round.due_date) == (today, due)
    assert f"{(due - today).days} dagar" in coordinator.open(f"{BASE}/samordna/").text


def test_each_act_of_the_calendar_is_done_at_its_hour_and_not_before(
    db: Database, survey_round: Round, places: Places
) -> None:
    for act in calendar.of_round(db, survey_round.id):
        if act.state != "planned":
            continue
        kind = "end_of_day" if act.kind == "close" else "morning"
        assert (
            f"{clock.local(act.due_at):%H:%M}" == {"morning": "09:00", "end_of_day": "23:59"}[kind]
        )
        set_to(act.due_at)
        clock.machine.set_to(datetime.fromisoformat(act.due_at) - timedelta(minutes=1))
        assert calendar_runner.run_due(db, places) == []
        set_to(act.due_at)
        [done] = calendar_runner.run_due(db, places)
        assert (done.kind, done.state) == (act.kind, "done")
    closed = rounds.find(db, survey_round.year).closed_at
    assert closed is not None
    assert day_of(closed) == survey_round.due_date


def test_nobody_is_reminded_twice_in_a_day_and_everyone_may_be_the_next(
    db: Database, survey_round: Round, today: date
) -> None:
    mailings.queue_invitations(db, survey_round.year, "test")
    a_week_after_inviting(db)
    asked = mailings.remind(db, survey_round.year, "test").mails
    assert asked
    assert mailings.remind(db, survey_round.year, "test").mails == 0
    # The last minute of the day in Sweden, and the first of the next.
    midnight = datetime.fromisoformat(clock.at(today + timedelta(1)))
    clock.machine.set_to(midnight - timedelta(minutes=1))
    assert mailings.remind(db, survey_round.year, "test").mails == 0
    clock.machine.set_to(midnight)
    assert mailings.remind(db, survey_round.year, "test").mails == asked


def test_a_link_opens_the_form_all_day_and_a_session_ends_when_it_should(
    db: Database, survey_round: Round, visitor: Visitor
) -> None:
    invitation_id = int(scalar(db, "SELECT min(id) FROM invitation"))
    page = visitor.open(f"{BASE}/s/{invitations.new_link(db, invitation_id)}")
    form = next(f for f in page.forms() if f.action.startswith("/s/"))
    assert visitor.submit(page, form).path.startswith("/svara")
    start = clock.machine.read()
    clock.machine.set_to(start + sessions.IDLE["respondent"] - timedelta(minutes=1))
    assert visitor.open("/svara/anstallda").status == 200
    clock.machine.set_to(start + sessions.LONGEST["respondent"] + timedelta(minutes=1))
    assert visitor.open("/svara/anstallda").status == 403


def test_a_new_link_is_mailed_once_an_hour(db: Database, survey_round: Round) -> None:
    address = str(scalar(db, "SELECT email FROM contact ORDER BY id LIMIT 1"))
    for _ in range(2):
        invitations.request_new_link(db, address)
    assert scalar(db, "SELECT count(*) FROM outbox WHERE kind = 'new_link'") == 1
    clock.machine.set_to(clock.machine.read() + timedelta(hours=1))
    invitations.request_new_link(db, address)
    assert scalar(db, "SELECT count(*) FROM outbox WHERE kind = 'new_link'") == 2


@pytest.mark.parametrize(("minutes", "works"), [(9, True), (11, False)])
def test_a_sign_in_link_is_good_for_ten_minutes(
    db: Database, new_visitor: Callable[[], Visitor], minutes: int, works: bool
) -> None:
    who = staff.add(db, "samordnaren@example.org", "coordinator", "test")
    token = new_sign_in_link(db, who.id, None)
    clock.machine.set_to(clock.machine.read() + timedelta(minutes=minutes))
    visitor = new_visitor()
    page = visitor.open(f"{BASE}/logga-in/{token}")
    visitor.submit(page, page.forms()[-1])
    assert (visitor.open(f"{BASE}/samordna/").path == "/samordna/") is works


@pytest.mark.parametrize("behind", [0, 11])
def test_a_report_about_the_first_mail_is_read(
    app: Flask, db: Database, survey_round: Round, inbox: Inbox, mailbox: str, behind: int
) -> None:
    app.config["IMAP_URL"] = mailbox
    mailings.queue_invitations(db, survey_round.year, "test")
    run(db, "DELETE FROM outbox WHERE id > (SELECT min(id) FROM outbox)")
    with app.app_context():
        assert deliver(db) == 1
    [address, message_id] = db.conn.execute(
        "SELECT recipient, message_id FROM outbox ORDER BY id LIMIT 1"
    ).fetchone()
    # A server that dates what arrives by a clock of its own.
    zone = timezone(-timedelta(hours=behind))
    with owners_box(mailbox) as box:
        box.delete(box.uids())
        box.append(
            report(POSTFIX, address, message_id, own=f"{behind}"), "INBOX",
            dt=clock.machine.read().astimezone(zone),
        )  # fmt: skip
    with app.app_context():
        found = imap.look(db)
    assert found is not None
    assert found.new == 1


def test_what_is_kept_for_a_month_goes_when_the_month_is_over(
    db: Database, survey_round: Round, today: date
) -> None:
    mailings.queue_invitations(db, survey_round.year, "test")
    run(db, "UPDATE outbox SET state = 'sent', sent_at = created_at")
    rounds.close_round(db, survey_round.year, "test")
    retention.set_periods(db, retention.Periods(mails=1), "test")
    last_kept = next(
        day for day in (today + timedelta(n) for n in range(27, 40))
        if retention.months_before(day + timedelta(1), 1) > today
    )  # fmt: skip
    for day, mails in ((last_kept, 0), (last_kept + timedelta(1), 28)):
        # The first and the last minute of a day in Sweden say the same.
        for minute in (timedelta(), timedelta(hours=22, minutes=59)):
            clock.machine.set_to(datetime.fromisoformat(clock.at(day)) + minute)
            found = {due.kind: due.count for due in retention.dry_run(db).due}
            assert found["mails"] == mails, (day, minute)


def test_an_answer_says_the_day_and_hour_it_was_given(
    db: Database, survey_round: Round, visitor: Visitor, moment: str
) -> None:
    invitation_id = int(scalar(db, "SELECT min(id) FROM invitation"))
    page = visitor.open(f"{BASE}/s/{invitations.new_link(db, invitation_id)}")
    visitor.submit(page, next(f for f in page.forms() if f.action.startswith("/s/")))
    page = visitor.open("/svara/anstallda")
    form = page.form_with("revision")
    assert form is not None
    visitor.submit(page, form, {"employees_total": "12", "go": "later"})
    assert HOURS[moment][11:] in visitor.open("/svara/anstallda").text


def test_a_release_has_the_day_it_was_made(
    db: Database, places: Places, visitor: Visitor, today: date, moment: str
) -> None:
    register.load_municipalities(db)
    release = publish(db, places, "test")
    assert release.published_at.startswith(moment)
    assert places.releases is not None
    readme = (places.releases / release.id / "README.md").read_text("utf-8")
    assert today.isoformat() in readme
    assert f"({today.year}). " in readme
    assert f"{today.isoformat()}" in visitor.open(f"{BASE}/oppna-data/{release.id}/").text

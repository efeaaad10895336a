"""What may change once a round is open: who is in it, its last day, and its being closed."""

from datetime import date, timedelta

import pytest
from babel.dates import format_date
from flask import Flask
from sqlite_utils import Database

from forms.questionnaire.inventory import as_dicts
from survey_data import clock, settings
from survey_data.database import first, rows, run, scalar
from survey_data.errors import RoundClosed
from survey_data.follow_up import mailings
from survey_data.publishing import publish, release_preview
from survey_data.register import enterprises
from survey_data.register.enterprises import Contact, Enterprise
from survey_data.responses import drafts, responses
from survey_data.responses.drafts import refuse_when_closed
from survey_data.rounds import calendar, calls, invitations, round_changes, rounds
from survey_data.rounds.round_changes import (
    DayHasPassed,
    MailHasLeft,
    NothingToReopen,
    NotToInvite,
    ReasonMissing,
)
from survey_data.rounds.rounds import Round
from tests.conftest import BASE
from tests.start.test_commands import done, refused
from tests.support.beginnings import a_week_after_inviting
from tests.support.http_visitor import Visitor, answer

WHY = "Bokslutet blev klart först nu"


@pytest.fixture
def later() -> date:
    """A day to come."""
    return clock.today() + timedelta(7)


def add_late(db: Database, **changed: str) -> int:
    facts = {
        "org_number": "402099-0018", "name": "Exempelkooperativet Sen",
        "municipality_code": "2180", "active_from": "2020-01-01",
    }  # fmt: skip
    return enterprises.save_enterprise(
        db, Enterprise(**facts | changed), Contact("sen@example.org"), "test"
    )


def invitation_of(db: Database, enterprise_id: int) -> int:
    return int(scalar(db, "SELECT id FROM invitation WHERE enterprise_id = ?", (enterprise_id,)))


def test_a_late_enterprise_joins_and_is_written_to_once(db: Database, open_round: Round) -> None:
    late = add_late(db)
    assert round_changes.not_invited(db, open_round) == [(late, "Exempelkooperativet Sen")]
    assert mailings.invite_late(db, 2021, late, "test").mails == 1
    assert round_changes.not_invited(db, open_round) == []
    with pytest.raises(NotToInvite):
        mailings.invite_late(db, 2021, late, "test")
    mailings.queue_invitations(db, 2021, "test")
    mails = rows(db, "SELECT * FROM outbox WHERE recipient = 'sen@example.org'")
    assert [mail["kind"] for mail in mails] == ["invitation"]


@pytest.mark.parametrize("changed", [{"active_from": "2021-10-02"}, {"active_to": "2021-09-30"}])
def test_one_that_was_not_active_on_the_reference_date_cannot_join(
    db: Database, open_round: Round, changed: dict[str, str]
) -> None:
    late = add_late(db, **changed)
    with pytest.raises(NotToInvite):
        mailings.invite_late(db, 2021, late, "test")
    assert round_changes.not_invited(db, open_round) == []


def test_nobody_joins_a_closed_round(db: Database, open_round: Round) -> None:
    late = add_late(db)
    rounds.close_round(db, 2021, "test")
    with pytest.raises(RoundClosed):
        mailings.invite_late(db, 2021, late, "test")


def test_the_last_day_moves_and_the_calendar_with_it(
    db: Database, open_round: Round, later: date
) -> None:
    run(db, "UPDATE act SET state = 'planned' WHERE kind IN ('last_call', 'close')")
    round_changes.move_due_date(db, 2021, later, "test")
    assert rounds.find(db, 2021).due_date == later
    acts = {act.kind: act for act in calendar.of_round(db, open_round.id)}
    assert clock.local(acts["close"].due_at).date() == later
    assert acts["close"].state == "planned"
    assert clock.local(acts["last_call"].due_at).date() <= later - timedelta(3)
    [line] = rows(db, "SELECT * FROM audit WHERE action = 'due date moved'")
    assert (line["before"], line["after"]) == (
        '{"due_date": "2021-11-15"}', f'{{"due_date": "{later}"}}',
    )  # fmt: skip


def test_the_last_day_never_moves_to_one_that_has_been(db: Database, open_round: Round) -> None:
    with pytest.raises(DayHasPassed):
        round_changes.move_due_date(db, 2021, clock.today() - timedelta(1), "test")
    assert rounds.find(db, 2021).due_date == open_round.due_date


def test_a_round_never_released_is_wholly_open_again(
    db: Database, open_round: Round, later: date
) -> None:
    rounds.close_round(db, 2021, "test")
    with pytest.raises(ReasonMissing):
        round_changes.reopen(db, 2021, later, " ", "test")
    assert round_changes.reopen(db, 2021, later, WHY, "test") == 28
    again = rounds.find(db, 2021)
    assert again.is_open
    assert again.due_date == later
    assert mailings.tell_reopened(db, 2021, "test").mails == 28
    [line] = rows(db, "SELECT * FROM audit WHERE action = 'round reopened'")
    assert line["reason"] == WHY
    with pytest.raises(NothingToReopen):
        round_changes.reopen(db, 2021, later, WHY, "test")


def test_one_enterprise_may_answer_after_closing_and_no_other(
    db: Database, open_round: Round, later: date
) -> None:
    one, other = (
        row["enterprise_id"] for row in rows(db, "SELECT enterprise_id FROM invitation LIMIT 2")
    )
    rounds.close_round(db, 2021, "test")
    assert round_changes.reopen(db, 2021, later, WHY, "test", one) == 1
    assert not rounds.find(db, 2021).is_open
    assert round_changes.reopened(db, rounds.find(db, 2021)) == {one: later}
    seen = invitations.by_id(db, invitation_of(db, one)).round
    assert (seen.is_open, seen.due_date) == (True, later)
    refuse_when_closed(db, invitation_of(db, one))
    with pytest.raises(RoundClosed):
        refuse_when_closed(db, invitation_of(db, other))
    mailings.queue_for_one(db, invitation_of(db, one), "invitation", "test")
    a_week_after_inviting(db)
    assert mailings.tell_reopened(db, 2021, "test", one).mails == 1
    assert mailings.queue_for_one(db, invitation_of(db, one), "reminder", "test").mails == 1
    with pytest.raises(RoundClosed):
        mailings.queue_for_one(db, invitation_of(db, other), "reminder", "test")


def test_the_desk_says_until_which_day_at_most_those_may_answer_who_may_after_closing(
    db: Database, open_round: Round, coordinator: Visitor, later: date
) -> None:
    one, other = (
        row["enterprise_id"] for row in rows(db, "SELECT enterprise_id FROM invitation LIMIT 2")
    )
    rounds.close_round(db, 2021, "test")

    def said() -> str:
        return " ".join(coordinator.open(f"{BASE}/samordna/").text.split())

    def in_words(day: date) -> str:
        return str(format_date(day, "EEEE d MMMM", "sv"))

    assert "kan ändå svara" not in said()
    round_changes.reopen(db, 2021, later, WHY, "test", one)
    assert f"1 företag kan ändå svara till och med {in_words(later)}." in said()
    latest = later + timedelta(3)
    round_changes.reopen(db, 2021, latest, WHY, "test", other)
    assert f"2 företag kan ändå svara som längst till och med {in_words(latest)}." in said()
    assert in_words(later) not in said().partition("kan ändå svara")[2].partition("</p>")[0]


def test_the_door_is_closed_again_after_its_last_day(
    db: Database, open_round: Round, later: date
) -> None:
    one = int(scalar(db, "SELECT enterprise_id FROM invitation LIMIT 1"))
    rounds.close_round(db, 2021, "test")
    round_changes.reopen(db, 2021, later, WHY, "test", one)
    yesterday = (clock.today() - timedelta(1)).isoformat()
    run(db, "UPDATE invitation SET open_until = ? WHERE enterprise_id = ?", (yesterday, one))
    with pytest.raises(RoundClosed):
        drafts.save_answers(db, invitation_of(db, one), {"employees_total": 3}, 0)
    assert not invitations.by_id(db, invitation_of(db, one)).round.is_open


def test_a_released_year_stays_closed_and_everyone_may_answer(
    app: Flask, db: Database, open_round: Round, later: date
) -> None:
    rounds.close_round(db, 2021, "test")
    publish.publish(db, app.extensions["places"], "test")
    assert round_changes.is_released(db, 2021)
    assert round_changes.reopen(db, 2021, later, WHY, "test") == 28
    survey_round = rounds.find(db, 2021)
    assert not survey_round.is_open
    assert len(round_changes.reopened(db, survey_round)) == 28
    assert mailings.tell_reopened(db, 2021, "test").mails == 28


def test_opening_is_undone_until_the_first_mail_leaves(db: Database, examples: list[int]) -> None:
    extra = {"name": "egen", "module": "X", "sql_type": "INTEGER", "value_type": "integer"}
    rounds.prepare(db, [extra])
    days = (date(2021, 10, 1), date(2021, 11, 15))
    rounds.open_round(db, 2021, *days, as_dicts(2021), "test")
    mailings.queue_invitations(db, 2021, "test")
    round_changes.undo_opening(db, 2021, "test")
    assert rounds.all_rounds(db) == []
    assert not scalar(db, "SELECT count(*) FROM outbox")
    assert [each["name"] for each in rounds.prepared(db)] == ["egen"]
    rounds.open_round(db, 2021, *days, as_dicts(2021), "test")
    mailings.queue_invitations(db, 2021, "test")
    run(db, "UPDATE outbox SET state = 'sent', sent_at = ? WHERE id = 1", (clock.now(),))
    with pytest.raises(MailHasLeft):
        round_changes.undo_opening(db, 2021, "test")
    assert rounds.find(db, 2021).is_open


# At the office


def test_the_office_asks_in_one_found_late(
    db: Database, open_round: Round, coordinator: Visitor
) -> None:
    late = add_late(db)
    page = coordinator.open(f"{BASE}/samordna/foretag/{late}")
    assert "Bjud in till inventeringen 2021" in page.text
    form = next(f for f in page.forms() if "bjud-in" in (f.action or ""))
    page = coordinator.submit(page, form)
    assert "Exempelkooperativet Sen är med i inventeringen 2021." in page.text
    assert first(db, "SELECT 1 FROM outbox WHERE recipient = 'sen@example.org'")


def test_the_welcome_page_ticks_what_is_done(db: Database, coordinator: Visitor) -> None:
    def steps() -> list[bool]:
        page = coordinator.open(f"{BASE}/samordna/")
        rows = page.text.partition("steps-to-go")[2].partition("</ol>")[0].split("<li>")[1:]
        return ["Klart." in row for row in rows]

    run(db, "DELETE FROM setting WHERE name = 'phone'")
    assert steps() == [False, False, False, False]
    add_late(db)
    assert steps() == [False, True, False, False]
    assert "1 företag i registret." in coordinator.open(f"{BASE}/samordna/").text
    real = {"name": "Exempelförbundet", "phone": "026-00 00 01", "email": "vi@exempel.test",
            "address": "Exempelgatan 1", "data_protection_email": "dso@exempel.test"}  # fmt: skip
    settings.set_facts(db, real, "test")
    assert steps() == [True, True, False, False]


def test_several_found_late_are_asked_in_one_press(
    db: Database, open_round: Round, coordinator: Visitor
) -> None:
    for number in ("0018", "0026", "0034"):
        add_late(db, org_number=f"402099-{number}", name=f"Exempelkooperativet {number}")
    desk = coordinator.open(f"{BASE}/samordna/")
    assert [f.action for f in desk.forms()].count("/samordna/omgang/2021/bjud-in") == 1
    # The same is offered in the register, where an import ends.
    page = coordinator.open(f"{BASE}/samordna/foretag")
    assert "3 företag är inte med i inventeringen" in page.text
    form = next(f for f in page.forms() if f.action == "/samordna/omgang/2021/bjud-in")
    page = coordinator.submit(page, form)
    assert "3 inbjudningar ligger i utkorgen." in page.text
    assert round_changes.not_invited(db, open_round) == []
    assert "bjud-in" not in coordinator.open(f"{BASE}/samordna/foretag").text
    rounds.close_round(db, 2021, "test")
    assert "är redan stängd" in coordinator.submit(page, form).text


def test_one_without_an_address_is_named_and_no_mail_is_promised_to_it(
    db: Database, open_round: Round, coordinator: Visitor
) -> None:
    row = first(db, "SELECT e.id, e.name FROM enterprise e JOIN invitation i ON"
                " i.enterprise_id = e.id LIMIT 1")  # fmt: skip
    assert row
    run(db, "DELETE FROM contact WHERE enterprise_id = ?", (row["id"],))
    desk = coordinator.open(f"{BASE}/samordna/").text
    assert f"{row['name']} saknar e-postadress" in desk
    assert "Skicka 27 inbjudningar" in desk
    # Nobody is reminded of what nobody has been sent.
    assert "Påminn" not in desk.partition('id="to-do"')[2].partition("</section>")[0]
    page = coordinator.open(f"{BASE}/samordna/omgang/2021/skicka").text
    assert "27 företag får var sitt mejl" in page
    assert f'href="/samordna/foretag/{row["id"]}">{row["name"]}</a>' in page
    mailings.queue_invitations(db, 2021, "test")
    a_week_after_inviting(db)
    assert "Påminn 27 företag" in coordinator.open(f"{BASE}/samordna/").text
    page = coordinator.open(f"{BASE}/samordna/omgang/2021/skicka").text
    assert "Ingen får något mejl nu." in page
    assert "Skicka nu" not in page
    assert "de 27 företag" in coordinator.open(f"{BASE}/samordna/omgang/2021/sista-dag").text


def test_the_office_opens_again_for_one_and_its_link_lives(
    db: Database, open_round: Round, coordinator: Visitor, visitor: Visitor, later: date
) -> None:
    one = int(scalar(db, "SELECT enterprise_id FROM invitation LIMIT 1"))
    token = invitations.new_link(db, invitation_of(db, one))
    rounds.close_round(db, 2021, "test")
    closed = visitor.open(f"{BASE}/s/{token}").text
    page = coordinator.open(f"{BASE}/samordna/omgang/2021/oppna-igen?foretag={one}")
    form = page.form_with("reason")
    assert form
    page = coordinator.submit(page, form, {"day": later.isoformat(), "reason": ""})
    assert "Skriv varför." in page.text
    form = page.form_with("reason")
    assert form
    page = coordinator.submit(page, form, {"day": later.isoformat(), "reason": WHY, "tell": "y"})
    assert page.path == "/samordna/"
    assert "1 mejl ligger i utkorgen" in page.text
    assert visitor.open(f"{BASE}/s/{token}").text != closed


def test_the_office_moves_the_last_day(
    db: Database, open_round: Round, coordinator: Visitor, later: date
) -> None:
    run(db, "UPDATE act SET state = 'paused' WHERE kind = 'invitation'")
    # Those whose invitation waits are told the day by that.
    assert (
        "Mejla den nya dagen" not in coordinator.open(f"{BASE}/samordna/omgang/2021/sista-dag").text
    )
    mailings.queue_invitations(db, 2021, "test")
    page = coordinator.open(f"{BASE}/samordna/omgang/2021/sista-dag")
    assert "Mejla den nya dagen till de 28 företag" in page.text
    form = page.form_with("day")
    assert form
    wrong = coordinator.submit(page, form, {"day": "2021-11-20"})
    assert "Välj en dag som inte har passerat." in wrong.text
    coordinator.submit(page, form, {"day": later.isoformat(), "tell": "y"})
    assert rounds.find(db, 2021).due_date == later
    assert scalar(db, "SELECT count(*) FROM outbox WHERE kind = 'new_due_date'") == 28
    # Moved once more while the mails wait: each says the day that holds when it leaves, once.
    coordinator.submit(page, form, {"day": (later + timedelta(1)).isoformat(), "tell": "y"})
    assert scalar(db, "SELECT count(*) FROM outbox WHERE kind = 'new_due_date'") == 28
    assert mailings.tell_reopened(db, 2021, "test").mails == 0
    # Moved once more when they have left: everybody is told the day that holds.
    run(db, "UPDATE outbox SET state = 'sent' WHERE kind = 'new_due_date'")
    page = coordinator.open(f"{BASE}/samordna/omgang/2021/sista-dag")
    assert "Mejla den nya dagen till de 28 företag" in page.text
    today = clock.today().isoformat()
    page = coordinator.submit(page, form, {"day": today, "tell": "y"})
    assert scalar(db, "SELECT count(*) FROM outbox WHERE kind = 'new_due_date'") == 56
    assert mailings.tell_reopened(db, 2021, "test").mails == 0
    # On the last day the answers are still taken, and the round closes by itself.
    assert "Sista svarsdag är i dag." in page.text
    assert "har passerat" not in page.text


def test_a_link_is_shown_once_and_the_trail_says_so(
    db: Database, open_round: Round, coordinator: Visitor, visitor: Visitor
) -> None:
    one = int(scalar(db, "SELECT enterprise_id FROM invitation LIMIT 1"))
    page = coordinator.open(f"{BASE}/samordna/foretag/{one}")
    page = coordinator.submit(page, next(f for f in page.forms() if "/lank/" in (f.action or "")))
    link = page.text.split('value="')[-1].split('"')[0]
    assert visitor.open(link).status == 200
    [line] = rows(db, "SELECT * FROM audit WHERE action = 'link copied'")
    assert line["subject"] == f"enterprise {one}"
    assert link.rsplit("/", 1)[1] not in str(line)


# Commands


def test_the_commands_do_the_same(app: Flask, db: Database, open_round: Round, later: date) -> None:
    add_late(db)
    said = done(app, "round", "invite", "2021", "--enterprise", "4020990018")
    assert "1 inbjudan i utkorgen" in said
    assert str(later) in done(app, "round", "due", "2021", str(later))
    done(app, "round", "close", "2021")
    assert "--reason" in refused(app, "round", "reopen", "2021", "--until", str(later))
    words = ("--until", str(later), "--reason", WHY)
    said = done(app, "round", "reopen", "2021", "--enterprise", "402099-0018", *words)
    assert said == f"1 företag kan svara till och med {later}.\n"
    assert "29 företag" in done(app, "round", "reopen", "2021", *words)
    assert "finns inte i registret" in refused(app, "round", "invite", "2021", "--enterprise", "1")


def test_an_enterprises_page_has_its_answers_mails_calls_and_events(
    demonstration: Flask, db: Database, coordinator: Visitor
) -> None:
    row = first(
        db,
        "SELECT i.id, i.enterprise_id, p.employees_total FROM latest_response p"
        " JOIN invitation i ON i.id = p.invitation_id JOIN round r ON r.id = i.round_id"
        " WHERE r.closed_at IS NULL ORDER BY p.id LIMIT 1",
    )
    assert row
    calls.record(db, row["id"], "no_answer", "test", note="Ringer igen i morgon")
    page = coordinator.open(f"{BASE}/samordna/foretag/{row['enterprise_id']}").text
    table = page.partition('id="years"')[2].partition("</table>")[0]
    assert '<th scope="col" class="number">2021</th>' in table
    assert f'<td class="number">{row["employees_total"]}</td>' in table
    assert "<b>Inbjudan</b>" in page.partition('id="their-mails"')[2]
    assert "Ringer igen i morgon" in page.partition('id="their-calls"')[2]
    assert "lämnade in" in page.partition('id="events"')[2]


def test_the_log_is_searched_and_leads_to_the_enterprise(
    demonstration: Flask, db: Database, coordinator: Visitor
) -> None:
    page = coordinator.open(f"{BASE}/samordna/logg?sok=Ett+lämnade+in").text
    assert "Exempelkooperativet Ett lämnade in" in page
    assert "Exempelkooperativet Två" not in page
    one = scalar(db, "SELECT id FROM enterprise WHERE name = 'Exempelkooperativet Ett'")
    assert f'href="/samordna/foretag/{one}"' in page


def test_a_correction_that_waits_is_seen_and_nothing_is_offered_for_publishing(
    app: Flask, db: Database, open_round: Round, coordinator: Visitor, later: date
) -> None:
    one = invitations_of_round(db)[0]
    rounds.close_round(db, 2021, "test")
    to_publish = "Publicera när granskningen är klar."
    assert to_publish in coordinator.open(f"{BASE}/samordna/").text
    publish.publish(db, app.extensions["places"], "test")
    # The desk asks for no publishing either where no figure changes.
    assert to_publish not in coordinator.open(f"{BASE}/samordna/").text
    page = coordinator.open(f"{BASE}/samordna/publicering").text
    assert "Inga siffror ändras" in page
    assert "Publicera utgåva" not in page
    enterprise_id = int(scalar(db, "SELECT enterprise_id FROM invitation WHERE id = ?", (one,)))
    round_changes.reopen(db, 2021, later, WHY, "test", enterprise_id)
    answers = {"employees_total": 4, "employees_women": 2, "employees_men": 2}
    responses.hand_in(db, one, answers, "sv")
    [waiting] = release_preview.waiting(db)
    assert (waiting.year, waiting.enterprises, waiting.is_enough) == (2021, (enterprise_id,), False)
    for path in ("", "publicering"):
        page = coordinator.open(f"{BASE}/samordna/{path}").text
        assert "1 rättelse väntar" in page
        assert "när minst tre företag har ändrats" in page
    assert "Publicera utgåva" not in page


def test_a_late_answers_receipt_promises_no_figures(
    app: Flask, db: Database, link: str, visitor: Visitor, later: date
) -> None:
    answers = {"employees_total": 4, "employees_women": 2, "employees_men": 2, "placed_af": 1,
               "placed_kommun": 0, "placed_other_unpaid": 0}  # fmt: skip
    rounds.close_round(db, 2021, "test")
    publish.publish(db, app.extensions["places"], "test")
    round_changes.reopen(db, 2021, later, WHY, "test")
    receipt = answer(visitor, link, answers).text
    assert "Siffrorna är redan publicerade" in receipt
    assert "bara när minst tre företag har ändrats" in receipt
    assert "Siffrorna publiceras" not in receipt


def invitations_of_round(db: Database) -> list[int]:
    return [row["id"] for row in rows(db, "SELECT id FROM invitation ORDER BY id")]

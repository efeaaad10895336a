"""Mail over real SMTP: everyone gets what they should, and nobody anything twice."""

import os
import signal
import stat
import subprocess
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlite_utils import Database
from stdnum import luhn

from app import create_app
from forms.mail.delivery import deliver
from forms.questionnaire.inventory import as_dicts
from survey_data import clock, outbox, sending
from survey_data.database import rows, run, scalar
from survey_data.follow_up import mail_texts, mailings
from survey_data.register import enterprises
from survey_data.register.enterprises import Contact, Enterprise
from survey_data.responses import drafts, responses
from survey_data.rounds import invitations, rounds
from survey_data.rounds.rounds import Round
from survey_data.staff import staff
from survey_data.staff.sign_in import request_sign_in
from tests.conftest import BASE, sign_in
from tests.support.beginnings import a_week_after_inviting
from tests.support.http_visitor import Page, Visitor
from tests.support.mail_server import Inbox, mail_server, text_of, tokens_in
from tests.support.processes import FLASK, free_port, start

ROOT = Path(__file__).parents[3]


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def smtp(app: Flask, inbox: Inbox) -> Iterator[str]:
    """A mail server that the application sends to."""
    with mail_server(inbox) as url:
        app.config["SMTP_URL"] = url
        yield url


def send(app: Flask) -> int:
    with app.app_context():
        return deliver(app.extensions["store"].db)


def states(db: Database) -> dict[str, int]:
    return outbox.counts(db)


def taken(db: Database, most: int) -> list[outbox.Mail]:
    """The mails that a sender takes, up to so many."""
    found = (outbox.take(db, "example.org") for _ in range(most))
    return [mail for mail in found if mail]


def later(db: Database) -> None:
    """Let the time pass that a waiting mail waits."""
    run(db, "UPDATE outbox SET due_at = ? WHERE state = 'queued'", (clock.from_now(minutes=-1),))


def days_pass(db: Database, days: float) -> None:
    """Let those that wait have waited so many days more."""
    since = clock.from_now(days=-days)
    run(db, "UPDATE outbox SET waits_since = ? WHERE state = 'queued'", (since,))


def invitation_of(db: Database, email: str) -> int:
    found = scalar(
        db,
        "SELECT i.id FROM invitation i JOIN contact c ON c.enterprise_id = i.enterprise_id"
        " WHERE c.email = ?",
        (email,),
    )
    return int(found)


def test_each_enterprise_gets_one_invitation_with_its_own_working_link(
    app: Flask, db: Database, open_round: Round, inbox: Inbox, smtp: str,
    new_visitor: Callable[[], Visitor],
) -> None:  # fmt: skip
    mailings.queue_invitations(db, 2021, "test")
    assert send(app) == 28
    assert set(inbox.count().values()) == {1}
    assert len(inbox.count()) == 28
    assert states(db) == {"sent": 28}
    [mail] = inbox.to("exempel-1@example.org")
    assert "Exempelkooperativet Ett" in text_of(mail)
    assert mail["Auto-Submitted"] == "auto-generated"
    [token] = tokens_in(text_of(mail))
    page = new_visitor().open(f"{BASE}/s/{token}")
    assert (page.status, "Exempelkooperativet Ett" in page.text) == (200, True)
    assert len({t for text in inbox.texts() for t in tokens_in(text)}) == 28


def test_what_someone_waits_for_leaves_before_what_goes_to_many(
    db: Database, open_round: Round
) -> None:
    mailings.queue_invitations(db, 2021, "test")
    invitations.request_new_link(db, "exempel-1@example.org", "sv")
    assert [mail.kind for mail in taken(db, 2)] == ["new_link", "invitation"]


def test_asking_to_send_again_sends_nothing_again(
    app: Flask, db: Database, open_round: Round, inbox: Inbox, smtp: str
) -> None:
    for _ in range(2):
        mailings.queue_invitations(db, 2021, "test")
        send(app)
    assert set(inbox.count().values()) == {1}


def test_reminders_go_to_those_who_have_not_handed_in_at_most_once_a_day(
    app: Flask, db: Database, open_round: Round, inbox: Inbox, smtp: str
) -> None:
    first, second = (invitation_of(db, f"exempel-{place}@example.org") for place in (1, 2))
    responses.hand_in(db, first, {"enterprise_name": "Ett"}, "sv", mode="import")
    drafts.save_answers(db, second, {"employees_total": 8}, 0)
    mailings.queue_invitations(db, 2021, "test")
    send(app)
    a_week_after_inviting(db)
    assert mailings.queue_mails(db, 2021, "reminder", "test").mails == 27
    assert mailings.queue_mails(db, 2021, "reminder", "test").mails == 0
    send(app)
    assert inbox.to("exempel-1@example.org") == []
    assert len(inbox.to("exempel-2@example.org")) == 2
    # What was sent today was sent yesterday.
    run(db, "UPDATE outbox SET once = replace(once, ?, 'yesterday')", (clock.today().isoformat(),))
    assert mailings.queue_mails(db, 2021, "reminder", "test").mails == 27


def test_an_enterprise_without_an_address_is_named(db: Database, open_round: Round) -> None:
    run(db, "DELETE FROM contact WHERE email = 'exempel-3@example.org'")
    queued = mailings.queue_invitations(db, 2021, "test")
    assert (queued.mails, queued.without_address) == (27, ("Exempelkooperativet Tre",))


@pytest.mark.parametrize(
    ("language", "words"), [("sv", "Antal anställda"), ("en", "Number of employees")]
)
def test_the_receipt_is_in_the_language_of_the_answer(
    app: Flask, db: Database, open_round: Round, inbox: Inbox, smtp: str, language: str, words: str
) -> None:
    first = invitation_of(db, "exempel-1@example.org")
    answers: drafts.Answers = {
        "enterprise_name": "Exempelkooperativet Ett", "employees_total": 8, "employees_women": 5,
        "employees_men": 3,
    }  # fmt: skip
    response = responses.hand_in(db, first, answers, language)
    assert send(app) == 1
    [mail] = inbox.to("exempel-1@example.org")
    assert response.reference in mail["Subject"]
    short = words.rsplit(maxsplit=1)[-1].casefold()
    assert short in text_of(mail).casefold()
    assert tokens_in(text_of(mail)) == [], "a receipt opens nothing"


def ask_new_link(visitor: Visitor, email: str) -> Page:
    page = visitor.open(f"{BASE}/ny-lank")
    form = page.form_with("email")
    assert form
    return visitor.submit(page, form, {"email": email})


def test_a_new_link_is_answered_the_same_whether_the_address_is_known_or_not(
    app: Flask, db: Database, open_round: Round, inbox: Inbox, smtp: str, visitor: Visitor
) -> None:
    known = ask_new_link(visitor, " EXEMPEL-1@example.org ")
    unknown = ask_new_link(visitor, "nobody@example.org")
    assert (known.status, known.text) == (unknown.status, unknown.text)
    send(app)
    assert inbox.count() == {"exempel-1@example.org": 1}
    [token] = tokens_in(inbox.texts()[0])
    assert invitations.by_token(db, token).enterprise.name == "Exempelkooperativet Ett"


def test_a_new_link_can_be_asked_for_once_an_hour(
    app: Flask, db: Database, open_round: Round, inbox: Inbox, smtp: str, visitor: Visitor
) -> None:
    for email in ("exempel-1@example.org", "EXEMPEL-1@example.org"):
        ask_new_link(visitor, email)
    assert scalar(db, "SELECT count(*) FROM outbox") == 1
    run(db, "UPDATE outbox SET once = once || ' an hour ago'")
    ask_new_link(visitor, "exempel-1@example.org")
    send(app)
    assert inbox.count() == {"exempel-1@example.org": 2}


def test_a_refused_address_fails_where_the_coordinator_sees_it_and_holds_nobody_up(
    app: Flask, db: Database, open_round: Round, inbox: Inbox, smtp: str, coordinator: Visitor
) -> None:
    inbox.refusals["exempel-1@example.org"] = "550 no such mailbox"
    mailings.queue_invitations(db, 2021, "test")
    assert send(app) == 27
    assert states(db) == {"failed": 1, "sent": 27}
    [error] = [m.error for m in outbox.newest(db) if m.state == "failed"]
    assert error
    assert "550" in error
    page = coordinator.open(f"{BASE}/samordna/utskick")
    assert "Gick inte att skicka" in page.text
    assert "no such mailbox" in page.text
    assert "Mejlet kom inte fram" in coordinator.open(f"{BASE}/samordna/").text
    later(db)
    assert send(app) == 0


def test_a_full_mailbox_is_tried_again_later_and_given_up_in_the_end(
    app: Flask, db: Database, open_round: Round, inbox: Inbox, smtp: str
) -> None:
    inbox.refusals["exempel-1@example.org"] = "451 try again later"
    mailings.queue_invitations(db, 2021, "test")
    assert send(app) == 27
    assert states(db) == {"queued": 1, "sent": 27}
    assert send(app) == 0, "not at once"
    del inbox.refusals["exempel-1@example.org"]
    later(db)
    assert send(app) == 1
    assert set(inbox.count().values()) == {1}
    inbox.refusals["exempel-2@example.org"] = "451 try again later"
    a_week_after_inviting(db)
    mailings.queue_mails(db, 2021, "reminder", "test")
    for _ in range(20):
        send(app)
        later(db)
    assert states(db) == {"queued": 1, "sent": 55}, "as often as it takes"
    days_pass(db, outbox.MOST_DAYS)
    send(app)
    assert states(db) == {"failed": 1, "sent": 55}


def test_one_address_that_cannot_be_written_to_holds_nobody_up(
    app: Flask, db: Database, open_round: Round, inbox: Inbox, smtp: str
) -> None:
    run(db, "UPDATE contact SET email = 'å@exämpel.se' WHERE email = 'exempel-1@example.org'")
    two_lines = "a@b.se\nBcc: c@d.se"
    run(db, "UPDATE contact SET email = ? WHERE email = 'exempel-2@example.org'", (two_lines,))
    mailings.queue_invitations(db, 2021, "test")
    assert send(app) == 26
    assert states(db) == {"failed": 2, "sent": 26}
    assert inbox.to("c@d.se") == []


def test_an_address_with_letters_of_its_own_is_sent_in_its_ascii_form(
    app: Flask, db: Database, open_round: Round, inbox: Inbox, smtp: str
) -> None:
    written = "info@exempelåterbruket.example"
    run(db, "UPDATE contact SET email = ? WHERE email = 'exempel-1@example.org'", (written,))
    mailings.queue_invitations(db, 2021, "test")
    assert send(app) == 28
    [mail] = inbox.to("info@xn--exempelterbruket-job.example")
    assert mail["To"] == "info@xn--exempelterbruket-job.example"
    assert scalar(db, "SELECT count(*) FROM contact WHERE email = ?", [written]) == 1


def test_a_server_that_is_down_loses_and_repeats_nothing(
    app: Flask, db: Database, open_round: Round, inbox: Inbox
) -> None:
    port = free_port()
    app.config["SMTP_URL"] = f"smtp://127.0.0.1:{port}"
    mailings.queue_invitations(db, 2021, "test")
    assert send(app) == 0
    assert states(db) == {"queued": 28}
    sending.clear_trouble(db)
    with mail_server(inbox, port):
        assert send(app) == 28
    assert set(inbox.count().values()) == {1}
    assert states(db) == {"sent": 28}


def test_a_mail_whose_acknowledgement_is_lost_is_never_repeated_by_itself(
    app: Flask, db: Database, open_round: Round, inbox: Inbox, smtp: str
) -> None:
    inbox.breaks_off_after.add("exempel-5@example.org")
    mailings.queue_invitations(db, 2021, "test")
    send(app)
    for _ in range(3):
        later(db)
        send(app)
    assert set(inbox.count().values()) == {1}
    assert len(inbox.count()) == 28
    assert states(db) == {"sent": 27, "uncertain": 1}
    [uncertain] = [m for m in outbox.newest(db) if m.state == "uncertain"]
    assert uncertain.recipient == "exempel-5@example.org"


def test_in_one_go_each_mail_still_meets_its_own_fate(
    app: Flask, db: Database, open_round: Round, inbox: Inbox, smtp: str
) -> None:
    inbox.offers.append("PIPELINING")
    inbox.refusals["exempel-1@example.org"] = "550 5.1.1 no such mailbox"
    inbox.refusals["exempel-2@example.org"] = "451 4.7.1 later"
    inbox.breaks_off_after.add("exempel-5@example.org")
    mailings.queue_invitations(db, 2021, "test")
    send(app)
    run(db, "UPDATE outbox SET due_at = ? WHERE recipient <> 'exempel-2@example.org'",
        (clock.from_now(minutes=-1),))  # fmt: skip
    send(app)
    assert states(db) == {"sent": 25, "failed": 1, "queued": 1, "uncertain": 1}
    assert set(inbox.count().values()) == {1}
    [failed] = [m for m in outbox.newest(db) if m.state == "failed"]
    assert (failed.recipient, failed.error) == (
        "exempel-1@example.org",
        "550 5.1.1 no such mailbox",
    )


def test_a_text_arrives_as_it_was_written_whatever_its_lines_begin_with(
    app: Flask, db: Database, open_round: Round, inbox: Inbox, smtp: str
) -> None:
    body = "Hej {namn}!\n\n.\n..två = 2\nFrån oss " + "å" * 300 + "\n{länk}"
    text = mail_texts.Text("Räksmörgås " * 12 + "{år}", body)
    mail_texts.save(db, open_round.id, "invitation", "sv", text, "test")
    mailings.queue_invitations(db, 2021, "test")
    send(app)
    [mail] = inbox.to("exempel-1@example.org")
    assert mail["Subject"] == "Räksmörgås " * 12 + "2021"
    said = text_of(mail).replace("\r\n", "\n")
    assert said.startswith(
        "Hej Exempelkooperativet Ett!\n\n.\n..två = 2\nFrån oss " + "å" * 300 + "\nhttp"
    )


# A sender that is killed


class Executioner(Inbox):
    """Kills the sending process while it waits for the answer to its n-th mail."""

    def __init__(self, nth: int) -> None:
        super().__init__()
        self.nth = nth
        self.sender: subprocess.Popen[str] | None = None

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        answer = await super().handle_DATA(server, session, envelope)
        if len(self.mails) == self.nth and self.sender:
            os.kill(self.sender.pid, signal.SIGKILL)
        return answer


def invite_sixty(db: Database) -> None:
    for place in range(60):
        start = f"40300{place:04}"
        number = start + luhn.calc_check_digit(start)
        wanted = Enterprise(number, f"Exempelkooperativet {place}", "2180", "2020-01-01")
        enterprises.save_enterprise(db, wanted, Contact(f"e{place}@example.org"), "test")
    rounds.open_round(db, 2021, date(2021, 10, 1), date(2021, 11, 15), as_dicts(2021), "test")
    assert mailings.queue_invitations(db, 2021, "test").mails == 60


def flask(app: Flask, *words: str) -> subprocess.Popen[str]:
    return start(
        *FLASK,
        *words,
        cwd=ROOT,
        env=os.environ
        | {"ASF_DATA_DIR": str(app.config["DATA_DIR"]), "ASF_SMTP_URL": app.config["SMTP_URL"]},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("offers", [[], ["PIPELINING"]])
def test_after_a_killed_sender_nobody_gets_a_mail_twice_and_nobody_is_forgotten(
    app: Flask, db: Database, new_visitor: Callable[[], Visitor], offers: list[str]
) -> None:
    invite_sixty(db)
    inbox = Executioner(nth=25)
    inbox.offers += offers
    with mail_server(inbox) as url:
        app.config["SMTP_URL"] = url
        inbox.sender = flask(app, "deliver")
        inbox.sender.communicate()
        assert inbox.sender.returncode == -signal.SIGKILL
        assert len(inbox.mails) == 25
        assert states(db) == {"sent": 24, "sending": 1, "queued": 35}
        outbox.settle_abandoned(db, at_start=True)
        assert send(app) == 35
        assert states(db) == {"sent": 59, "uncertain": 1}
        assert set(inbox.count().values()) == {1}
        taken = set(inbox.count())
        uncertain = {m.recipient for m in outbox.newest(db) if m.state == "uncertain"}
        everyone = {f"e{place}@example.org" for place in range(60)}
        assert taken == everyone
        assert len(uncertain) == 1, "only the one whose answer was not heard"
        send_by_hand(app, db, new_visitor(), uncertain)
        assert send(app) == 1
    assert sorted(inbox.count().values()) == [1] * 59 + [2], "as a person decided"
    actors = rows(db, "SELECT actor FROM audit WHERE action = 'mail sent again'")
    assert len(actors) == 1


def send_by_hand(app: Flask, db: Database, visitor: Visitor, recipients: set[str]) -> None:
    sign_in(visitor, db, "coordinator")
    ids = {m.recipient: m.id for m in outbox.newest(db)}
    for recipient in recipients:
        page = visitor.open(f"{BASE}/samordna/utskick?status=uncertain")
        [form] = [f for f in page.forms() if f"/{ids[recipient]}/igen" in f.action]
        visitor.submit(page, form)


def test_a_sender_still_at_work_is_left_alone(db: Database, open_round: Round) -> None:
    mailings.queue_invitations(db, 2021, "test")
    mine = taken(db, 5)
    assert outbox.settle_abandoned(db) == 0
    assert not {m.id for m in mine} & {m.id for m in taken(db, 50)}
    outbox.mark_sending(db, mine[0])
    assert outbox.settle_abandoned(db, at_start=True) == 1
    assert states(db) == {"uncertain": 1, "queued": 27}
    assert len(taken(db, 50)) == 27


# Secrets


def test_no_token_of_any_mail_is_found_in_the_database(
    app: Flask, db: Database, open_round: Round, inbox: Inbox, smtp: str
) -> None:
    mailings.queue_invitations(db, 2021, "test")
    a_week_after_inviting(db)
    mailings.queue_mails(db, 2021, "reminder", "test")
    invitations.request_new_link(db, "exempel-1@example.org")
    staff.add(db, "samordnaren@example.org", "coordinator", "test")
    request_sign_in(db, "samordnaren@example.org", "browser")
    send(app)
    tokens = [token for text in inbox.texts() for token in tokens_in(text)]
    assert len(tokens) == len(set(tokens)) == 28 + 28 + 1 + 1
    folder = Path(app.config["DATA_DIR"])
    kept = b"".join(path.read_bytes() for path in folder.glob("survey.db*"))
    assert b"exempel-1@example.org" in kept
    assert not [token for token in tokens if token.encode() in kept]


def test_without_a_mail_server_only_the_owner_of_the_folder_can_read_the_files(
    app: Flask, db: Database, open_round: Round
) -> None:
    mailings.queue_invitations(db, 2021, "test")
    assert send(app) == 28
    files = sorted(Path(app.config["OUTBOX_DIR"]).iterdir())
    assert len(files) == 28
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    assert stat.S_IMODE(files[0].parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(files[0].parent.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE((files[0].parent.parent / "survey.db").stat().st_mode) == 0o600
    assert stat.S_IMODE((files[0].parent.parent / "secret_key").stat().st_mode) == 0o600


def test_the_coordinator_reads_the_written_mails_but_never_someone_s_sign_in(
    app: Flask, db: Database, open_round: Round, new_visitor: Callable[[], Visitor]
) -> None:
    mailings.queue_invitations(db, 2021, "test")
    staff.add(db, "analyst@example.org", "analyst", "test")
    request_sign_in(db, "analyst@example.org", "browser")
    send(app)
    signing, asking = (
        next(m for m in outbox.newest(db) if m.kind == kind) for kind in ("sign_in", "invitation")
    )
    coordinator = sign_in(new_visitor(), db, "coordinator")
    page = coordinator.open(f"{BASE}/samordna/utskick")
    assert f"/samordna/utskick/{asking.id}" in page.text
    assert f"/samordna/utskick/{signing.id}" not in page.text
    read = coordinator.open(f"{BASE}/samordna/utskick/{asking.id}")
    assert tokens_in(read.text)
    refused = coordinator.open(f"{BASE}/samordna/utskick/{signing.id}")
    assert refused.status == 403
    assert not tokens_in(refused.text)
    for role in ("analyst", "board"):
        other = sign_in(new_visitor(), db, role)
        assert other.open(f"{BASE}/samordna/utskick/{asking.id}").status == 403
        assert other.open(f"{BASE}/samordna/utskick").status == 403
    nobody = new_visitor().open(f"{BASE}/samordna/utskick/{asking.id}")
    assert nobody.path == "/logga-in"


def test_a_second_application_on_the_same_folder_shares_the_work(
    app: Flask, db: Database, open_round: Round, inbox: Inbox, smtp: str
) -> None:
    other = create_app({"DATA_DIR": app.config["DATA_DIR"], "BASE_URL": BASE, "SMTP_URL": smtp})
    mailings.queue_invitations(db, 2021, "test")
    mine = taken(db, 10)
    assert send(other) == 18
    for mail in mine:
        outbox.mark_sent(db, mail.id)
    assert states(db) == {"sent": 28}
    assert set(inbox.count().values()) == {1}
    other.extensions["store"].close()

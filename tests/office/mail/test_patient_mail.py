"""Mail is patient: a server that is away, busy or refuses us never spends a recipient's chances."""

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from threading import Event, Thread

import pytest
from flask import Flask
from sqlite_utils import Database

from forms.mail import imap
from forms.mail.delivery import deliver
from forms.mail.smtp import Server
from forms.start import identity_provider
from forms.start.server import see_leap
from survey_data import clock, outbox, sending
from survey_data.database import rows, run, scalar
from survey_data.follow_up import delivery_reports, mailings
from survey_data.follow_up.refusals import fault_of
from survey_data.register import contacts
from survey_data.register.enterprises import Contact
from survey_data.responses import responses
from survey_data.rounds import rounds
from survey_data.rounds.rounds import Round
from survey_data.staff import staff
from survey_data.staff.sign_in import request_sign_in
from tests.conftest import BASE
from tests.office.mail.faulty_mail_server import FaultyServer, Rule, faulty_mail_server
from tests.support.beginnings import a_week_after_inviting
from tests.support.http_visitor import Visitor
from tests.support.mail_server import Inbox, mail_server
from tests.support.processes import free_port
from tests.web.test_deploy import certificate

MAILS = f"{BASE}/samordna/utskick"


@contextmanager
def server_that(app: Flask, rule: Rule) -> Iterator[FaultyServer]:
    with faulty_mail_server(rule) as server:
        app.config["SMTP_URL"] = f"smtp://127.0.0.1:{server.server_address[1]}"
        yield server


def send(app: Flask, stop: Event | None = None) -> int:
    with app.app_context():
        return deliver(app.extensions["store"].db, stop)


@pytest.fixture
def at() -> Iterator[Callable[[timedelta], None]]:
    """Let the machine's clock go forward by so much."""
    start = datetime.now(UTC)
    yield lambda ahead: clock.machine.set_to(start + ahead)
    clock.machine.set_to(None)


@pytest.fixture
def invited(db: Database, open_round: Round) -> int:
    count = mailings.queue_invitations(db, 2021, "test").mails
    a_week_after_inviting(db)
    return count


def states(db: Database) -> dict[str, int]:
    return outbox.counts(db)


def test_a_server_away_for_ten_hours_costs_nobody_anything(
    app: Flask, db: Database, invited: int, at: Callable[[timedelta], None]
) -> None:
    port = free_port()
    app.config["SMTP_URL"] = f"smtp://127.0.0.1:{port}"
    tries = 0
    for minute in range(0, 600, 5):
        at(timedelta(minutes=minute))
        before = sending.trouble(db)
        assert send(app) == 0
        tries += before != sending.trouble(db)
    assert 15 <= tries <= 30, "more and more seldom, then twice an hour"
    assert states(db) == {"queued": invited}
    assert {m.attempts for m in outbox.newest(db)} == {0}
    at(timedelta(minutes=631))
    inbox = Inbox()
    with mail_server(inbox, port):
        assert send(app) == invited
    assert set(inbox.count().values()) == {1}
    assert sending.trouble(db) is None


def test_after_five_days_a_mail_is_given_up_where_it_is_seen_and_sent_again_by_one_button(
    app: Flask, db: Database, invited: int, coordinator: Visitor,
    at: Callable[[timedelta], None],
) -> None:  # fmt: skip
    port = free_port()
    app.config["SMTP_URL"] = f"smtp://127.0.0.1:{port}"
    send(app)
    page = coordinator.open(f"{BASE}/samordna/")
    assert "Mejlservern går inte att nå" in page.text
    assert f"{invited} mejl väntar" in page.text
    at(timedelta(days=4, hours=23))
    send(app)
    assert states(db) == {"queued": invited}
    at(timedelta(days=5, hours=1))
    send(app)
    assert states(db) == {"failed": invited}
    # The coordinator's session is as old as the clock says.
    at(timedelta())
    page = coordinator.open(MAILS)
    [form] = [f for f in page.forms() if f.action.endswith("/utskick/igen")]
    coordinator.submit(page, form)
    page = coordinator.open(MAILS)
    [form] = [f for f in page.forms() if f.action.endswith("/utskick/starta")]
    coordinator.submit(page, form)
    inbox = Inbox()
    with mail_server(inbox, port):
        assert send(app) == invited
    assert set(inbox.count().values()) == {1}


def test_a_session_limit_begins_another_session(app: Flask, db: Database, invited: int) -> None:
    def ten_each(_session: int, word: str, mails: int) -> str | None:
        return (
            "452 4.5.3 too many messages in this session"
            if word == "MAIL" and mails == 10
            else None
        )

    with server_that(app, ten_each) as server:
        assert send(app) == invited
    assert server.sessions == 3
    assert len(set(server.taken)) == invited


def test_a_session_closed_with_421_begins_another_session(
    app: Flask, db: Database, invited: int
) -> None:
    def ten_each(_session: int, word: str, mails: int) -> str | None:
        return "421 4.7.0 enough for now" if word == "RCPT" and mails == 10 else None

    with server_that(app, ten_each) as server:
        assert send(app) == invited
    assert (server.sessions, len(set(server.taken))) == (3, invited)
    assert {m.attempts for m in outbox.newest(db)} == {1}


@pytest.mark.parametrize("word", ["HELLO", "MAIL", "RCPT", "DATA"])
def test_a_server_that_hangs_up_on_the_first_mail_is_tried_later(
    app: Flask, db: Database, invited: int, word: str
) -> None:
    with server_that(app, lambda _s, said, _m: "" if said == word else None) as server:
        assert send(app) == 0
    assert server.sessions == 1
    assert states(db) == {"queued": invited}
    trouble = sending.trouble(db)
    assert trouble is not None
    assert trouble.kind == "away"


def test_greylisting_is_waited_out(
    app: Flask, db: Database, invited: int, at: Callable[[timedelta], None]
) -> None:
    seen: set[str] = set()
    with faulty_mail_server(lambda *_: None) as server:

        def greylisted(_session: int, word: str, _mails: int) -> str | None:
            if word != "RCPT" or server.asked[-1] in seen:
                return None
            seen.add(server.asked[-1])
            return "451 4.7.1 greylisted, try again in five minutes"

        server.rule = greylisted
        app.config["SMTP_URL"] = f"smtp://127.0.0.1:{server.server_address[1]}"
        assert send(app) == 0
        assert states(db) == {"queued": invited}
        at(timedelta(minutes=6))
        assert send(app) == invited
    assert len(set(server.taken)) == len(server.taken) == invited


@pytest.mark.parametrize(
    ("word", "said", "most_asked"),
    [
        ("MAIL", "550 5.1.8 bad sender", 0),
        ("RCPT", "550 5.7.1 relay access denied", 3),
        ("RCPT", "550", 3),
        ("END", "550 5.7.26 this message fails SPF and DKIM", 3),
        ("HELLO", "554 5.7.1 your address is blocked", 0),
    ],
)
def test_a_refusal_of_us_stops_all_sending_and_says_so(
    app: Flask, db: Database, invited: int, coordinator: Visitor,
    word: str, said: str, most_asked: int,
) -> None:  # fmt: skip
    with server_that(app, lambda _s, now, _m: said if now == word else None) as server:
        assert send(app) == 0
        assert len(server.asked) == most_asked
        assert send(app) == 0
    assert len(server.asked) == most_asked, "nothing more is tried"
    assert states(db) == {"queued": invited}
    assert rows(db, "SELECT * FROM bounce") == []
    page = coordinator.open(f"{BASE}/samordna/")
    assert "Mejlservern släpper inte in oss" in page.text
    assert said.split(maxsplit=1)[0] in page.text
    [form] = [f for f in page.forms() if f.action.endswith("/utskick/starta")]
    coordinator.submit(page, form)
    inbox = Inbox()
    with mail_server(inbox) as url:
        app.config["SMTP_URL"] = url
        assert send(app) == invited
    assert set(inbox.count().values()) == {1}


def test_one_who_has_to_mend_it_can_still_sign_in(app: Flask, db: Database, invited: int) -> None:
    with server_that(app, lambda _s, word, _m: "550 5.1.8 no" if word == "MAIL" else None):
        send(app)
    staff.add(db, "samordnaren@example.org", "coordinator", "test")
    request_sign_in(db, "samordnaren@example.org", "browser")
    with server_that(app, lambda *_: None) as server:
        assert send(app) == 1
    assert server.taken == ["samordnaren@example.org"]
    assert states(db)["queued"] >= invited


def test_a_mail_is_taken_only_when_the_server_is_ready_for_it(
    app: Flask, db: Database, invited: int
) -> None:
    """Killed in the middle of an envelope, nothing is uncertain: nothing had left."""
    seen: list[dict[str, int]] = []

    def watched(_session: int, word: str, _mails: int) -> str | None:
        if word in ("MAIL", "RCPT", "DATA"):
            seen.append(states(app.extensions["store"].db))
        return None

    with server_that(app, watched):
        assert send(app) == invited
    assert all("sending" not in each for each in seen)


def test_the_mail_under_way_is_the_last_when_the_service_stops(
    app: Flask, db: Database, invited: int
) -> None:
    stop = Event()

    def stopping(_session: int, word: str, mails: int) -> str | None:
        if word == "END" and mails == 4:
            stop.set()
        return None

    with server_that(app, stopping):
        assert send(app, stop) == 5
    assert states(db) == {"sent": 5, "queued": invited - 5}


def test_a_message_that_never_left_whole_is_not_uncertain(
    app: Flask, db: Database, invited: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its end is what no server can take it without."""
    put = Server._put

    def broken(self: Server, content: bytes) -> None:
        if content.endswith(b"\r\n.\r\n"):
            put(self, content[:-5])
            self.connection.close()
            raise ConnectionResetError
        put(self, content)

    monkeypatch.setattr(Server, "_put", broken)
    with server_that(app, lambda *_: None) as server:
        assert send(app) == 0
    assert states(db) == {"queued": invited}
    assert not server.taken


def test_five_days_of_trying_never_nag_one_who_has_answered(
    app: Flask, db: Database, invited: int
) -> None:
    with server_that(app, lambda *_: None):
        send(app)
    mailings.queue_mails(db, 2021, "reminder", "test")
    answered, replaced = rows(db, "SELECT id, enterprise_id FROM invitation ORDER BY id LIMIT 2")
    numbers = {"employees_total": 1, "status": "active"}
    responses.hand_in(db, answered["id"], numbers, "sv", mode="example")
    [contact] = contacts.of(db, replaced["enterprise_id"])
    contacts.change(db, replaced["enterprise_id"], contact.id, Contact("ny@example.org"), "test")
    with server_that(app, lambda *_: None) as server:
        send(app)
    reasons = {r["error"] for r in rows(db, "SELECT error FROM outbox WHERE state = 'cancelled'")}
    assert reasons == {"answered", "contact"}
    assert "ny@example.org" not in server.taken
    mailings.queue_mails(db, 2021, "last_call", "test")
    rounds.close_round(db, 2021, "test")
    before = len(server.taken)
    with server_that(app, lambda *_: None) as server:
        send(app)
    assert [r for r in server.taken if r.startswith("exempel")] == [], before


def test_a_clock_that_leaps_and_returns_holds_no_mail_back(
    app: Flask, db: Database, invited: int, at: Callable[[timedelta], None]
) -> None:
    at(timedelta(days=1))
    with server_that(app, lambda _s, word, _m: "451 later" if word == "RCPT" else None):
        send(app)
    [taken] = [outbox.take(db, "example.org")] if outbox.is_due(db) else [None]
    app.config["SMTP_URL"] = f"smtp://127.0.0.1:{free_port()}"
    at(timedelta(days=1, hours=1))
    send(app)
    clock.machine.set_to(None)
    outbox.settle_abandoned(db)
    with server_that(app, lambda *_: None) as server:
        assert send(app) == invited, taken
    assert len(set(server.taken)) == invited


@pytest.mark.parametrize("leap", [timedelta(days=6), timedelta(days=-6)])
def test_a_leap_costs_a_mail_none_of_its_five_days(
    app: Flask, db: Database, invited: int, at: Callable[[timedelta], None], leap: timedelta,
) -> None:  # fmt: skip
    app.config["SMTP_URL"] = f"smtp://127.0.0.1:{free_port()}"
    app.extensions["leaps"] = clock.LeapWatch()
    send(app)
    for moment in (leap, timedelta()):
        at(moment)
        with app.app_context():
            see_leap()
        send(app)
        assert states(db) == {"queued": invited}
    run(db, "UPDATE outbox SET waits_since = '2000' WHERE id = (SELECT min(id) FROM outbox)")
    at(timedelta(hours=1))
    send(app)
    assert states(db) == {"queued": invited - 1, "failed": 1}


def test_a_leap_that_gives_a_mail_to_two_senders_lets_one_of_them_send_it(
    app: Flask, db: Database, invited: int, at: Callable[[timedelta], None]
) -> None:
    """`flask deliver` beside the server: each takes the other for dead as an hour is gone."""
    sent: list[int] = []

    def leaping(session: int, word: str, mails: int) -> None:
        if (session, word, mails, sent) == (1, "RCPT", 3, []):
            sent.append(0)
            at(timedelta(hours=1))
            outbox.settle_abandoned(app.extensions["store"].db)
            sent.append(send(app))

    with server_that(app, leaping) as server:
        first = send(app)
    assert (first, sent) == (3, [0, invited - 3])
    assert len(set(server.taken)) == len(server.taken) == invited
    assert states(db) == {"sent": invited}


# What a refusal means


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ("550 5.1.1 The email account that you tried to reach does not exist", "mailbox"),
        ("550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found", "mailbox"),
        ("550 5.4.1 Recipient address rejected: Access denied. [x.example.net]", "mailbox"),
        ("554 delivery error: dd This user doesn't have an example.net account", "mailbox"),
        ("550 Okänd användare", "mailbox"),
        ("550 Unbekannter Benutzer", "mailbox"),
        ("550 utilisateur inconnu", "mailbox"),
        ("521 5.2.1 mailbox disabled, not accepting messages", "mailbox"),
        ("552 5.2.2 mailbox full", "mail"),
        ("552 5.3.4 message too big", "mail"),
        # A host's name, an address, a page and a table say nothing of whose fault it is.
        ("550 5.1.1 <a@spam.example>: User unknown in relay recipient table", "mailbox"),
        ("host relay.example.net[192.0.2.3] said: 550 5.1.1 User unknown", "mailbox"),
        ("550 5.1.1 <policy@spam-relay.example> user unknown", "mailbox"),
        ("550 5.1.1 no such user; see https://policy.example.net/blocked", "mailbox"),
        ("550 User unknown at spamfilter.example.net", "mailbox"),
        ("550 Unknown local part exempel-1", "mailbox"),
        ("550 Mottagaren okänd", "mailbox"),
        ("550 E-postadressen kunde inte hittas", "mailbox"),
        ("550 Ogiltig mottagare", "mailbox"),
        ("550 Kontot är avstängt", "mailbox"),
        ("550 Empfaenger unbekannt", "mailbox"),
        ("550 Kein Postfach unter diesem Namen", "mailbox"),
        ("550 Brevlådan är full", "mail"),
        ("552 Mailbox full", "mail"),
        ("550 5.1.1 <a@example.org>: Sender address rejected: User unknown", "us"),
        ("550 Meddelandet kunde inte levereras", "us"),
        ("550 5.1.7 misformatted sender", "us"),
        ("550 5.1.8 Access denied, bad outbound sender", "us"),
        ("550 5.7.1 Recipient address rejected: Access denied", "us"),
        ("550 5.1.1 rejected, your server is on a block list", "us"),
        ("550 Message rejected: SPF check failed for example.org", "us"),
        ("554 5.7.1 Relay access denied", "us"),
        ("550 Requested action not taken: mailbox unavailable", "us"),
        ("550", "us"),
    ],
)
def test_whose_fault_a_refusal_is(said: str, fault: str) -> None:
    from survey_data.follow_up.refusals import status_in

    assert fault_of(status_in(said), said) == fault


def test_the_same_refusal_stops_the_sending_also_where_others_are_let_through(
    app: Flask, db: Database, invited: int
) -> None:
    """Every other host refuses us; what each says of its own stops nothing."""
    asked = count(1)

    def every_other(same: str) -> Rule:
        return lambda _s, word, _m: (
            f"550 5.7.1 <x{n}@example.org>: {same or f'policy {chr(96 + n)}'} refused"
            if word == "RCPT" and (n := next(asked)) % 2
            else None
        )

    with server_that(app, every_other("")):
        assert send(app) == invited // 2
    assert sending.trouble(db) is None
    run(db, "UPDATE outbox SET due_at = '2000' WHERE state = 'queued'")
    with server_that(app, every_other("SPF")):
        assert send(app) == 2
    found = sending.trouble(db)
    assert found is not None
    assert (found.kind, "SPF" in found.words) == ("refused", True)


def test_an_automatic_reply_that_quotes_an_old_report_is_no_report() -> None:
    quoted = (
        "Return-Path: <>\nFrom: exempel-24@example.org\nTo: inventering@example.org\n"
        "Subject: Automatiskt svar: Re: Undelivered Mail Returned to Sender\n"
        "Message-ID: <a@x.example>\nContent-Type: text/plain; charset=utf-8\n\n"
        "Jag är ledig.\n\n> This is the mail system at host mx.example.org.\n"
        "> <exempel-24@example.org>: host mx said: 550 5.1.1 User unknown\n"
    )
    assert delivery_reports.read(quoted.encode()) == []


@pytest.mark.parametrize("name", ["xtext", "spf"])
def test_reports_count_for_the_address_that_was_written_to(name: str) -> None:
    original, said = {
        "xtext": (
            "Original-Recipient: rfc822;exempel+2D13@example.org\n",
            "550 5.1.1 user unknown",
        ),
        "spf": ("", "550 Message rejected: SPF check failed for example.org"),
    }[name]
    final = "vidare@example.net" if original else "exempel-13@example.org"
    content = (
        "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example.net\nTo: inventering@example.org\n"
        f"Message-ID: <{name}@mx.example.net>\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="B"\n\n'
        "--B\nContent-Type: text/plain\n\nNot delivered.\n\n--B\n"
        "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.net\n\n"
        f"{original}Final-Recipient: rfc822; {final}\nAction: failed\nStatus: 5.0.0\n"
        f"Diagnostic-Code: smtp; {said}\n\n--B--\n"
    )
    [found] = delivery_reports.read(content.encode())
    assert found.recipient == "exempel-13@example.org"
    assert found.kind == ("dead" if name == "xtext" else "refused")


def test_a_server_without_encryption_is_not_told_the_password(
    app: Flask, db: Database, invited: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A name that is this machine, without being known to be.
    monkeypatch.setattr("forms.mail.smtp.may_be_in_clear", lambda scheme, _host: "+" in scheme)
    with server_that(app, lambda *_: None) as server:
        assert send(app) == 0
        trouble = sending.trouble(db)
        assert trouble is not None
        assert trouble.kind == "refused"
        app.config["SMTP_URL"] = app.config["SMTP_URL"].replace("smtp:", "smtp+insecure:")
        sending.clear_trouble(db)
        assert send(app) == invited
    assert server.asked


# What each is told before it speaks TLS; a mailbox's answers begin as its questions do.
BEFORE_TLS = {
    "smtp": (b"220 a\r\n", b"250-a\r\n250 STARTTLS\r\n", b"220 go\r\n"),
    "smtps": (),
    "imap": (
        b"* OK a\r\n",
        b"* CAPABILITY IMAP4REV1 STARTTLS\r\nTAG OK a\r\n",
        b"TAG OK a\r\n",
    ),
    "imaps": (),
    "https": (),
}


@pytest.mark.parametrize("scheme", BEFORE_TLS)
def test_a_server_with_a_certificate_that_nobody_vouches_for_is_told_nothing(
    app: Flask, db: Database, visitor: Visitor, invited: int, tmp_path: Path, scheme: str
) -> None:
    certificate(tmp_path)
    secured = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    secured.load_cert_chain(tmp_path / "fullchain.pem", tmp_path / "privkey.pem")
    listener, met = socket.create_server(("127.0.0.1", 0)), []

    def greet() -> None:
        line, _ = listener.accept()
        with line:
            asked = b""
            for number, said in enumerate(BEFORE_TLS[scheme], 1):
                line.sendall(said.replace(b"TAG", asked.split(b" ")[0]))
                asked = line.recv(100) if number < len(BEFORE_TLS[scheme]) else b""
            try:
                secured.wrap_socket(line, server_side=True)
            except ssl.SSLError as fault:
                met.append(str(fault))

    thread = Thread(target=greet)
    thread.start()
    there = f"{scheme}://localhost:{listener.getsockname()[1]}"
    app.config |= {"SMTP_URL": there, "IMAP_URL": there, "OIDC_ISSUER": there}
    if scheme == "https":
        identity_provider.install(app)
        assert visitor.open(f"{BASE}/logga-in/tjanst").status == 503
    elif "imap" in scheme:
        with app.app_context():
            assert imap.look(db) is None
        fault = scalar(db, "SELECT fault FROM mailbox_read")
        assert "certificate verify failed" in fault
    else:
        assert send(app) == 0
        assert states(db) == {"queued": invited}
        trouble = sending.trouble(db)
        assert trouble is not None
        assert "certificate verify failed" in trouble.words
    thread.join()
    listener.close()
    assert len(met) == 1, "what leaves is the refusal of the certificate"


def test_what_was_asked_for_an_hour_ago_is_not_sent_any_more(app: Flask, db: Database) -> None:
    staff.add(db, "samordnaren@example.org", "coordinator", "test")
    run(db, "DELETE FROM outbox")
    request_sign_in(db, "samordnaren@example.org", "browser")
    run(db, "UPDATE outbox SET waits_since = ?", (clock.machine.from_now(hours=-2),))
    with server_that(app, lambda *_: None) as server:
        assert send(app) == 0
    assert (server.taken, states(db)) == ([], {"cancelled": 1})


# Mail programs fold mails together


def test_a_receipt_lies_under_its_own_invitation_also_where_two_have_one_contact(
    app: Flask, db: Database, open_round: Round
) -> None:
    shared = "exempel-1@example.org"
    run(db, "UPDATE contact SET email = ? WHERE email = 'exempel-2@example.org'", (shared,))
    # Two units of one enterprise.
    of_contact = "WHERE id = (SELECT enterprise_id FROM contact WHERE email = ? LIMIT 1"
    run(db, f"UPDATE enterprise SET name = 'Exempel', unit_name = 'Norr' {of_contact})", (shared,))
    run(db, f"UPDATE enterprise SET name = 'Exempel', unit_name = 'Söder' {of_contact} OFFSET 1)",
        (shared,))  # fmt: skip
    mailings.queue_invitations(db, 2021, "test")
    inbox = Inbox()
    with mail_server(inbox) as url:
        app.config["SMTP_URL"] = url
        send(app)
        invitations = inbox.to(shared)
        assert len({mail["Subject"] for mail in invitations}) == len(invitations) == 2
        sql = "SELECT invitation_id FROM outbox WHERE message_id = ?"
        for mail in invitations:
            (row,) = rows(db, sql, (mail["Message-ID"],))
            numbers = {"employees_total": 1, "status": "active"}
            made = responses.hand_in(db, row["invitation_id"], numbers, "sv")
            about = {"invitation_id": row["invitation_id"], "response_id": made.id}
            outbox.queue(db, "receipt", shared, once=f"receipt {made.id}", **about)
        send(app)
    threads = [mail["References"] for mail in inbox.to(shared)[2:]]
    assert sorted(threads) == sorted(mail["Message-ID"] for mail in invitations)

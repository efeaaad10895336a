"""What comes back of mails: read once, shown where it can be put right, and obeyed."""

import base64
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlite_utils import Database

from forms.mail import imap as mailbox
from forms.mail.delivery import deliver
from survey_data import outbox, sending
from survey_data.database import rows, run, scalar, writing
from survey_data.follow_up import (
    bounces,
    delivery_reports,
    mailings,
    progress,
    recipients,
    undelivered,
)
from survey_data.register import contacts
from survey_data.register.enterprises import Contact
from survey_data.responses import drafts
from survey_data.rounds import rounds
from survey_data.rounds.rounds import Round
from survey_data.typed_text import ascii_address
from tests.conftest import BASE
from tests.support.beginnings import Once, a_week_after_inviting
from tests.support.bounced_mails import (  # fmt: skip
    BLOCKED,
    EXCHANGE,
    EXIM,
    FULL,
    PERSON,
    POSTFIX,
    UNKNOWN,
    delayed,
    mbox,
    report,
)
from tests.support.http_visitor import Page, Visitor
from tests.support.imap_server import imap_server, mails_in, owners_box, put
from tests.support.mail_server import Inbox, mail_server
from tests.support.processes import free_port

ONE, TWO, THREE = (f"exempel-{place}@example.org" for place in (1, 2, 3))
MAILS, DESK = f"{BASE}/samordna/utskick", f"{BASE}/samordna/"


@pytest.fixture
def inbox(app: Flask) -> Iterator[Inbox]:
    """A mail server that the application sends to."""
    box = Inbox()
    with mail_server(box) as url:
        app.config["SMTP_URL"] = url
        yield box


@pytest.fixture(scope="module")
def imap() -> Iterator[str]:
    with imap_server() as url:
        yield url


def send(app: Flask) -> int:
    with app.app_context():
        return deliver(app.extensions["store"].db)


@pytest.fixture
def invited(app: Flask, db: Database, open_round: Round, inbox: Inbox, once: Once) -> Round:
    once("invited", lambda: invite(app, db))
    inbox.mails.clear()
    return open_round


def invite(app: Flask, db: Database) -> None:
    mailings.queue_invitations(db, 2021, "test")
    assert send(app) == 28
    a_week_after_inviting(db)


def original(db: Database, email: str, kind: str = "invitation") -> str:
    """The Message-ID of the mail to an address."""
    sql = "SELECT message_id FROM outbox WHERE recipient = ? AND kind = ?"
    return str(scalar(db, sql, (email, kind)))


def take(db: Database, content: bytes) -> list[bool | None]:
    return [bounces.note(db, each, "file", "test") for each in delivery_reports.read(content)]


def state(db: Database, survey_round: Round, email: str) -> str:
    return next(s.state for s in progress.standings(db, survey_round) if s.email == email)


def mail_state(db: Database, email: str) -> str:
    return next(m.state for m in outbox.newest(db) if m.recipient == email)


def reminded(db: Database, survey_round: Round) -> set[str]:
    return {a["email"] for a in recipients.to_write(db, survey_round, "reminder")}


# Reading reports


@pytest.mark.parametrize(
    ("template", "status"), [(POSTFIX, "5.1.1"), (EXCHANGE, "5.1.10"), (EXIM, "5.1.1")]
)
def test_reports_of_the_usual_servers_say_who_why_and_which_mail(
    template: str, status: str
) -> None:
    [found] = delivery_reports.read(report(template, ONE, "<our-mail@example.org>"))
    assert (found.recipient, found.kind, found.status) == (ONE, "dead", status)
    assert "<our-mail@example.org>" in found.originals
    assert "550" in found.words


@pytest.mark.parametrize(
    ("said", "status", "action", "kind"),
    [
        (UNKNOWN, "5.1.1", "failed", "dead"),
        (UNKNOWN, "5.0.0", "failed", "dead"),
        (BLOCKED, "5.7.1", "failed", "refused"),
        (BLOCKED, "5.0.0", "failed", "refused"),
        (FULL, "5.2.2", "failed", "refused"),
        ("connect to mail.example.net[192.0.2.25]:25: Connection timed out", "4.4.1", "failed",
         "refused"),
        ("connect to mail.example.net[192.0.2.25]:25: Connection timed out", "4.4.1", "delayed",
         "delayed"),
    ],
)  # fmt: skip
def test_a_status_tells_a_dead_address_from_a_mail_refused_or_late(
    said: str, status: str, action: str, kind: str
) -> None:
    content = report(POSTFIX, ONE, said=said, status=status, action=action)
    [found] = delivery_reports.read(content)
    assert found.kind == kind


@pytest.mark.parametrize(
    "content", [report(PERSON, ONE), b"", b"\xff\x00", b"From: x\r\n\r\n550 5.1.1 unknown\r\n"]
)
def test_what_people_write_and_what_is_no_mail_is_no_report(content: bytes) -> None:
    assert delivery_reports.read(content) == []


def written(fields: str, text: str = "Det gick inte.") -> bytes:
    """A report with some fields about its recipient."""
    parts = (
        "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example.net\nSubject: Undelivered\n"
        "Message-ID: <r@mx.example.net>\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="B"\n\n--B\n'
        f"Content-Type: text/plain; charset=utf-8\n\n{text}\n\n--B\n"
        "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.net\n\n"
        f"{fields}\n\n--B--\n"
    )
    return parts.replace("\n", "\r\n").encode()


@pytest.mark.parametrize(
    ("about", "kind"),
    [
        # What the other server says goes before what ours made of it.
        ("Status: 5.1.1\nDiagnostic-Code: smtp; 550 5.7.606 Access denied", "refused"),
        ("Status: 5.0.0\nDiagnostic-Code: smtp; 550 Okänd mottagare", "dead"),
        ("Status: 5.0.0\nDiagnostic-Code: smtp; =?utf-8?Q?550_Ok=C3=A4nd_mottagare?=", "dead"),
        ("Status: 5.0.0", "refused"),
        (
            'Status: 5.0.0\nX-Supplementary-Info: <192.0.2.1 #5.0.0 smtp; 550 "Unknown User">',
            "dead",
        ),
        (f"Status: 5.1.5\nDiagnostic-Code: smtp; No Account {ONE} here by that name.", "dead"),
        (
            "Status: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 has sent to too many recipients this"
            " hour",
            "refused",
        ),
        ("Status: 5.2.0\nDiagnostic-Code: smtp; 550 5.2.0 Mail rejete. ofr_506", "refused"),
        (
            "Status: 5.7.1\nDiagnostic-Code: smtp; 554 5.7.1 Recipient address rejected: Access"
            " denied",
            "refused",
        ),
    ],
)
def test_whose_fault_it_is_is_read_from_the_server_that_refused(about: str, kind: str) -> None:
    fields = f"Final-Recipient: rfc822; {ONE}\nAction: failed\n{about}"
    latin = written(fields).decode().encode("cp1252")
    for content in (written(fields), latin):
        [found] = delivery_reports.read(content)
        assert found.kind == kind


def test_without_a_diagnostic_the_text_tells() -> None:
    fields = f"Final-Recipient: rfc822; {ONE}\nAction: failed\nStatus: 5.0.0"
    [found] = delivery_reports.read(written(fields, f"<{ONE}>: 550 User unknown"))
    assert (found.kind, found.words) == ("dead", f"<{ONE}>: 550 User unknown")
    unrouted = report(EXIM, ONE).replace(b"550 5.1.1 User unknown", b"Unrouteable address")
    assert [each.kind for each in delivery_reports.read(unrouted)] == ["dead"]


def world(fields: str, coding: str = "8bit") -> bytes:
    """The same as servers write it that let an address have any letter (RFC 6533)."""
    head, _between, rest = written("").partition(b"Content-Type: message/delivery-status\r\n")
    said = f"Reporting-MTA: dns; mx.example.net\r\n\r\n{fields}\r\n".encode()
    body = base64.encodebytes(said) if coding == "base64" else said
    kind = f"Content-Type: message/global-delivery-status\r\nContent-Transfer-Encoding: {coding}"
    return head + f"{kind}\r\n\r\n".encode() + body + rest[rest.rindex(b"\r\n--B--") :]


@pytest.mark.parametrize("coding", ["8bit", "base64"])
@pytest.mark.parametrize("stated", [
    "utf-8; info@exempelåtervinst.example", "rfc822; info@exempelåtervinst.example",
    r"utf-8; info@exempel\x{E5}tervinst.example",
])  # fmt: skip
def test_a_report_in_which_addresses_may_have_any_letter_is_read(
    db: Database, invited: Round, stated: str, coding: str
) -> None:
    ours = "info@exempelåtervinst.example"
    run(db, "UPDATE outbox SET recipient = ? WHERE recipient = ?", (ours, ONE))
    fields = f"Original-Recipient: {stated}\r\nFinal-Recipient: {stated}\r\nAction: failed\r\n"
    about = f"{fields}Status: 5.1.1\r\nDiagnostic-Code: smtp; 550 5.1.1 Okänd mottagare"
    content = world(about, coding)
    assert take(db, content) == [True]
    assert [*bounces.dead(db)] == [ours]
    [kept] = rows(db, "SELECT words FROM bounce")
    assert kept["words"] == "550 5.1.1 Okänd mottagare"
    assert delivery_reports.read(world(about.replace("failed", "delivered"), coding)) == []


def in_words(text: str, subject: str = "Olevererat mejl", kind: str = "text/plain") -> bytes:
    """A report that has nothing for a machine, in the letters of its time."""
    head = (
        "Return-Path: <>\nFrom: Mail Delivery System <MAILER-DAEMON@mx.example.net>\n"
        f"To: inventering@example.org\nSubject: {subject}\nMessage-ID: <w@mx.example.net>\n"
        f"Content-Type: {kind}; charset=iso-8859-1\nContent-Transfer-Encoding: 8bit\n\n"
    )
    return f"{head}{text}".replace("\n", "\r\n").encode("cp1252")


@pytest.mark.parametrize(("text", "kind"), [
    (f"Ditt mejl till {ONE} kunde inte levereras.\n\nOkänd mottagare.\n\n"
     "Kontakta postmaster@mx.example.net om du har frågor.\n\n"
     "--- Ursprungligt meddelande ---\nTo: annan@example.org\n", "dead"),
    (f"Brevet till <{ONE}> gick inte fram: användaren finns inte.", "dead"),
    (f"Ihre Nachricht an {ONE} konnte nicht zugestellt werden:\n550 Empfänger unbekannt", "dead"),
    (f"Hi. This is the qmail-send program at mx.example.net.\n\n<{ONE}>:\n"
     "Sorry, no mailbox here by that name. (#5.1.1)\n\n--- Below this line is a copy", "dead"),
    (f"Your message to {ONE} was not delivered.\nThe user is unknown: no such user here.", "dead"),
    (f"Ditt mejl till {ONE} kunde inte levereras.\n550 Blockerat som spam", "refused"),
    (f"Ditt mejl till {ONE} har inte levererats. Servern svarade 550 okänd mottagare.\n"
     "Vi kommer att försöka igen i tre dygn.", "delayed"),
])  # fmt: skip
def test_a_report_in_words_alone_is_read_where_it_names_one_address(text: str, kind: str) -> None:
    [found] = delivery_reports.read(in_words(text))
    assert (found.recipient, found.kind) == (ONE, kind)


def test_a_report_that_is_a_web_page_is_read() -> None:
    page = f"<p>Mejlet till &lt;{ONE}&gt; kom inte fram.</p><p>Mottagaren finns inte.</p>"
    [found] = delivery_reports.read(in_words(page, kind="text/html"))
    assert (found.recipient, found.kind) == (ONE, "dead")


@pytest.mark.parametrize(("text", "subject"), [
    (f"Ditt mejl till {ONE} är framme.", "Leveranskvitto"),
    (f"Jag är ledig. Adressen gammal@example.org finns inte längre, skriv till {ONE}.", "Ledig"),
    (f"Adressen {ONE} finns inte.", "Autosvar: Inventeringen"),
    ("Adressen inventering@example.org finns inte.", "Olevererat mejl"),
    (f"Mejlet är mottaget.\n\n--- Original Message ---\n{ONE}: 550 User unknown", "Kvitto"),
])  # fmt: skip
def test_words_that_are_no_clear_report_make_no_address_dead(text: str, subject: str) -> None:
    assert delivery_reports.read(in_words(text, subject)) == []


def test_what_a_postmaster_writes_by_hand_makes_no_address_dead() -> None:
    by_hand = f"From: postmaster@example.net\r\nSubject: Hej\r\n\r\nHos oss finns inte {ONE}.\r\n"
    assert delivery_reports.read(by_hand.encode()) == []


def test_a_warning_that_a_mail_is_late_is_no_refusal() -> None:
    text = (f"THIS IS A WARNING MESSAGE ONLY\n\nThe following addresses had transient errors\n"
            f"<{ONE}>\n\nTranscript of session follows\n451 4.4.1 timeout\n")  # fmt: skip
    assert [each.kind for each in delivery_reports.read(in_words(text))] == ["delayed"]


def test_what_is_said_of_another_recipient_is_not_said_of_this_one() -> None:
    intro = "Hi. This is the qmail-send program at mx.example.net.\n\n"
    text = f"{intro}<{ONE}>:\nno mailbox here by that name. (#5.1.1)\n\n<{TWO}>:\nMailbox is full"
    kinds = {each.recipient: each.kind for each in delivery_reports.read(in_words(text))}
    assert kinds == {ONE: "dead", TWO: "refused"}


@pytest.mark.parametrize("stated", ["exempel+2D1@example.org", "exempel+2d1@example.org"])
def test_a_recipient_in_xtext_is_ours(db: Database, invited: Round, stated: str) -> None:
    fields = f"Original-Recipient: rfc822;{stated}\nFinal-Recipient: rfc822; x@example.net\n"
    assert take(db, written(f"{fields}Action: failed\nStatus: 5.1.1")) == [True]
    assert state(db, invited, ONE) == "bad_address"


def test_an_address_with_letters_of_its_own_is_known_in_the_form_it_was_sent_in(
    db: Database, invited: Round
) -> None:
    ours = "info@exempelåtervinst.example"
    run(db, "UPDATE outbox SET recipient = ? WHERE recipient = ?", (ours, ONE))
    fields = f"Final-Recipient: rfc822; {ascii_address(ours)}\nAction: failed\nStatus: 5.1.1"
    assert take(db, written(fields)) == [True]
    assert [*bounces.dead(db)] == [ours]


def test_a_plus_that_is_no_xtext_stays_one(db: Database, invited: Round) -> None:
    run(db, "UPDATE outbox SET recipient = 'info+25ab@example.org' WHERE recipient = ?", (ONE,))
    fields = "Original-Recipient: rfc822;info+25ab@example.org\nFinal-Recipient: rfc822; x@y.se\n"
    assert take(db, written(f"{fields}Action: failed\nStatus: 5.1.1")) == [True]
    assert [*bounces.dead(db)] == ["info+25ab@example.org"]


def test_a_person_s_reply_without_a_return_path_is_no_report_whatever_it_quotes() -> None:
    content = (
        f"Return-Path: <>\r\nFrom: {ONE}\r\nSubject: Semester\r\n\r\nJag är borta.\r\n\r\n"
        "Hi. This is the qmail-send program at mx.example.net.\r\n\r\n"
        f"<{ONE}>:\r\nSorry, no mailbox here by that name. (#5.1.1)\r\n"
    ).encode()
    assert delivery_reports.read(content) == []
    daemon = content.replace(f"From: {ONE}".encode(), b"From: MAILER-DAEMON@mx.example.net")
    assert [each.kind for each in delivery_reports.read(daemon)] == ["dead"]


def test_an_automatic_reply_with_an_old_report_in_it_is_no_report_in_a_file_either() -> None:
    head = (
        f"From: {ONE}\r\nSubject: Autosvar\r\nAuto-Submitted: auto-replied\r\n"
        "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n"
        "--x\r\nContent-Type: message/rfc822\r\n\r\n"
    ).encode()
    content = head + report(POSTFIX, ONE) + b"\r\n--x--\r\n"
    assert delivery_reports.read(content, forwarded=True) == []


def test_the_same_refusal_for_many_addresses_stops_the_sending_until_somebody_starts_it(
    app: Flask, db: Database, invited: Round, coordinator: Visitor
) -> None:
    for place, each in enumerate((ONE, TWO)):
        take(db, report(POSTFIX, each, own=f"a{place}", said=BLOCKED, status="5.7.1"))
    take(db, report(POSTFIX, THREE, own="b", said="550 5.7.1 SPF fail", status="5.7.1"))
    assert sending.trouble(db) is None
    take(db, report(POSTFIX, THREE, own="c", said=BLOCKED, status="5.7.1"))
    page = coordinator.open(MAILS)
    assert "3 adresser har svarat samma sak" in page.text
    assert not bounces.dead(db)
    coordinator.submit(page, next(f for f in page.forms() if f.action.endswith("/starta")))
    take(db, report(POSTFIX, "exempel-4@example.org", own="d", said=BLOCKED, status="5.7.1"))
    assert sending.trouble(db) is None, "those before it was started again count no more"
    kept = [row["after"] for row in rows(db, "SELECT after FROM audit WHERE after LIKE '%5.7.1%'")]
    assert not [line for line in kept if "@" in line]


def test_a_report_inside_a_mail_that_a_person_forwards_is_found_when_asked_for() -> None:
    head = (
        b"From: a@example.org\r\nMIME-Version: 1.0\r\n"
        b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: message/rfc822"
    )
    content = head + b"\r\n\r\n" + report(POSTFIX, ONE) + b"\r\n--x--\r\n"
    assert delivery_reports.read(content) == []
    assert [r.recipient for r in delivery_reports.read(content, forwarded=True)] == [ONE]


# Keeping them


def test_a_bounce_belongs_to_its_mail_and_enterprise_and_leaves_a_line_in_the_trail(
    db: Database, invited: Round
) -> None:
    # The mailbox that refused is another than the one written to: it was forwarded there.
    content = report(POSTFIX, "elsewhere@example.net", original(db, ONE))
    assert take(db, content) == [True]
    [bounce] = rows(db, "SELECT * FROM bounce")
    mail = outbox.find(db, bounce["outbox_id"])
    assert mail is not None
    assert (mail.recipient, mail.state, bounce["address"]) == (ONE, "bounced", ONE)
    [line] = rows(db, "SELECT * FROM audit WHERE action = 'mail bounced'")
    assert line["subject"] == f"enterprise {bounce['enterprise_id']}"
    assert "@" not in line["after"]


def test_without_the_original_the_recipient_tells_which_mail_it_was(
    db: Database, invited: Round
) -> None:
    assert take(db, report(EXIM, ONE.upper())) == [True]
    assert mail_state(db, ONE) == "bounced"
    assert state(db, invited, ONE) == "bad_address"


def test_a_report_about_somebody_else_s_mail_is_not_kept(db: Database, invited: Round) -> None:
    assert take(db, report(POSTFIX, "nobody@example.net")) == [None]
    assert rows(db, "SELECT * FROM bounce") == []


def test_the_same_report_read_twice_is_one(db: Database, invited: Round) -> None:
    content = report(POSTFIX, ONE, original(db, ONE))
    assert take(db, content) == [True]
    assert take(db, content) == [False]
    assert take(db, content.replace(b"\r\n", b"\n")) == [False]
    without_id = content.replace(b"Message-Id: <1@mx.example.org>\r\n", b"")
    assert take(db, without_id) == [True]
    assert take(db, without_id.replace(b"\r\n", b"\n")) == [False]
    assert scalar(db, "SELECT count(*) FROM audit WHERE action = 'mail bounced'") == 2


# What follows


def test_nobody_is_reminded_at_a_dead_address_and_the_count_shown_is_the_count_sent(
    app: Flask, db: Database, invited: Round, inbox: Inbox, coordinator: Visitor
) -> None:
    everyone = reminded(db, invited)
    take(db, report(POSTFIX, ONE, original(db, ONE)))
    assert reminded(db, invited) == everyone - {ONE}
    assert "Påminn 27 företag" in coordinator.open(DESK).text
    queued = mailings.queue_mails(db, 2021, "reminder", "test")
    assert (queued.mails, queued.bad_address) == (27, ("Exempelkooperativet Ett",))
    send(app)
    assert not inbox.to(ONE), "the invitation alone"


def test_a_delay_is_shown_but_alarms_nobody(
    db: Database, invited: Round, coordinator: Visitor
) -> None:
    take(db, delayed(ONE, original(db, ONE)))
    assert (state(db, invited, ONE), mail_state(db, ONE)) == ("invited", "delayed")
    assert len(reminded(db, invited)) == 28
    page = coordinator.open(MAILS).text
    assert "1 mejl är fördröjt hos mottagaren" in page
    assert "nås inte av mejlen" not in page
    take(db, report(POSTFIX, ONE, original(db, ONE), own="2"))
    assert (state(db, invited, ONE), mail_state(db, ONE)) == ("bad_address", "bounced")


def test_a_refused_mail_is_shown_but_its_address_is_still_written_to(
    db: Database, invited: Round
) -> None:
    take(db, report(POSTFIX, ONE, original(db, ONE), said=BLOCKED, status="5.7.1"))
    assert (state(db, invited, ONE), mail_state(db, ONE)) == ("mail_failed", "bounced")
    assert ONE in reminded(db, invited)


def test_who_has_begun_keeps_that_state_and_shows_the_dead_address_beside_it(
    db: Database, invited: Round, coordinator: Visitor
) -> None:
    mail = next(m for m in outbox.newest(db) if m.recipient == ONE)
    drafts.save_answers(db, mail.invitation_id or 0, {"employees_total": 8}, 0)
    take(db, report(POSTFIX, ONE, original(db, ONE)))
    assert state(db, invited, ONE) == "started"
    page = coordinator.open(f"{DESK}?sok=Ett").text
    assert "Påbörjad" in page
    assert "Adressen fungerar inte" in page.split('id="oversikt"')[1].split("<tbody")[1]


@pytest.mark.parametrize("way", ["reported", "refused"])
def test_an_advance_notice_that_does_not_arrive_shows_before_the_invitations(
    app: Flask, db: Database, open_round: Round, inbox: Inbox, way: str, coordinator: Visitor
) -> None:
    if way == "refused":
        inbox.refusals[ONE] = "550 5.1.1 no such mailbox"
    mailings.queue_mails(db, 2021, "pre_notice", "test")
    send(app)
    if way == "reported":
        take(db, report(EXCHANGE, ONE, original(db, ONE, "pre_notice")))
    assert (state(db, open_round, ONE), state(db, open_round, TWO)) == (
        "bad_address",
        "not_invited",
    )
    assert "Adressen fungerar inte" in coordinator.open(DESK).text
    assert mailings.queue_invitations(db, 2021, "test").mails == 27
    [each] = undelivered.of_round(db, open_round)
    assert (each.email, each.is_dead, each.status[:4]) == (ONE, True, "5.1.")


def test_the_overview_says_once_whom_mails_do_not_reach(
    app: Flask, db: Database, open_round: Round, inbox: Inbox, coordinator: Visitor
) -> None:
    for number in (1, 2, 3):
        inbox.refusals[f"exempel-{number}@example.org"] = "550 5.1.1 no such mailbox"
    mailings.queue_invitations(db, 2021, "test")
    send(app)
    page = coordinator.open(DESK).text
    assert "Mejlen når inte 3 företag" in page
    # One line for the three, and none for the mails that failed because of them.
    assert "Mejlet når inte" not in page
    assert "behöver ses över" not in page


def test_a_server_that_lets_nobody_through_makes_no_address_dead(
    app: Flask, db: Database, open_round: Round, inbox: Inbox
) -> None:
    inbox.refusals[ONE] = "554 5.7.1 Relay access denied"
    mailings.queue_invitations(db, 2021, "test")
    send(app)
    assert mail_state(db, ONE) == "queued", "nothing is wrong with the address"
    [each] = undelivered.of_round(db, open_round)
    assert (each.email, each.is_dead, each.is_delayed) == (ONE, False, True)
    a_week_after_inviting(db)
    assert ONE in reminded(db, open_round)


def test_a_given_up_delay_shows_the_mail_as_not_arrived(
    app: Flask, db: Database, open_round: Round, inbox: Inbox
) -> None:
    inbox.refusals[ONE] = "451 4.3.0 try again later"
    mailings.queue_mails(db, 2021, "pre_notice", "test")
    send(app)
    run(db, "UPDATE outbox SET due_at = '2000', waits_since = '2000' WHERE state = 'queued'")
    send(app)
    assert state(db, open_round, ONE) == "mail_failed"
    [each] = undelivered.of_round(db, open_round)
    assert (each.email, each.is_dead) == (ONE, False)


# Putting it right


def correct(visitor: Visitor, db: Database, email: str, wanted: str) -> Page:
    """Fill in the form beside the enterprise that has an address."""
    [found] = [u for u in undelivered.of_round(db, _open(db)) if u.email == email]
    page = visitor.open(MAILS)
    [form] = [f for f in page.forms() if f.action.endswith(f"/adress/{found.invitation_id}")]
    return visitor.submit(page, form, {"email": wanted})


def _open(db: Database) -> Round:
    from survey_data.rounds import rounds

    return rounds.find(db, 2021)


def test_one_button_corrects_the_address_and_sends_again(
    app: Flask, db: Database, invited: Round, inbox: Inbox, coordinator: Visitor
) -> None:
    take(db, report(POSTFIX, ONE, original(db, ONE)))
    page = correct(coordinator, db, ONE, "ny@example.org")
    assert "ligger i utkorgen igen" in page.text
    assert "nås inte av mejlen" not in page.text
    assert state(db, invited, "ny@example.org") == "invited"
    assert send(app) == 1
    assert len(inbox.to("ny@example.org")) == 1
    assert "ny@example.org" not in reminded(db, invited), "invited today"
    a_week_after_inviting(db)
    assert "ny@example.org" in reminded(db, invited)
    actions = {r["action"] for r in rows(db, "SELECT action FROM audit")}
    assert {"contact changed", "mail sent again"} <= actions
    assert "@" not in "".join(
        f"{r['before']}{r['after']}" for r in rows(db, "SELECT * FROM audit")
        if r["action"] in ("mail bounced", "contact changed", "address tried again")
    )  # fmt: skip


def test_an_address_corrected_in_the_register_is_alive_and_the_mail_waits_for_a_button(
    app: Flask, db: Database, invited: Round, inbox: Inbox, coordinator: Visitor
) -> None:
    take(db, report(POSTFIX, ONE, original(db, ONE)))
    contact = next(c for e in range(1, 29) for c in contacts.of(db, e) if c.email == ONE)
    owner = scalar(db, "SELECT enterprise_id FROM contact WHERE id = ?", (contact.id,))
    assert "Adressen fungerar inte" in coordinator.open(f"{DESK}foretag/{owner}").text
    contacts.change(db, owner, contact.id, Contact("ny@example.org"), "test")
    assert state(db, invited, "ny@example.org") == "mail_failed"
    assert "ny@example.org" in reminded(db, invited)
    assert "Adressen är rättad" in coordinator.open(MAILS).text
    page = coordinator.open(f"{MAILS}?status=bounced")
    [form] = [f for f in page.forms() if f.action.endswith("/igen")]
    coordinator.submit(page, form)
    coordinator.submit(page, form)
    assert send(app) == 1, "pressed twice, sent once"
    assert len(inbox.to("ny@example.org")) == 1
    assert state(db, invited, "ny@example.org") == "invited"
    contacts.change(db, owner, contact.id, Contact(ONE), "test")
    assert state(db, invited, ONE) == "bad_address", "the old one is as dead as it was"


def test_the_same_address_again_says_that_it_works_after_all(
    app: Flask, db: Database, invited: Round, inbox: Inbox, coordinator: Visitor
) -> None:
    take(db, report(POSTFIX, ONE, original(db, ONE)))
    correct(coordinator, db, ONE, ONE)
    assert (state(db, invited, ONE), send(app), len(inbox.to(ONE))) == ("invited", 1, 1)
    assert scalar(db, "SELECT count(*) FROM audit WHERE action = 'address tried again'") == 1
    [again] = [m for m in outbox.newest(db) if m.recipient == ONE][:1]
    take(db, report(POSTFIX, ONE, again.message_id or "", own="2"))
    assert state(db, invited, ONE) == "bad_address", "and then it does not"


def test_a_dead_address_is_revived_in_one_press_also_where_no_round_is_open(
    app: Flask, db: Database, invited: Round, coordinator: Visitor
) -> None:
    for each in (ONE, TWO):
        take(db, report(POSTFIX, each, original(db, each), own=each))
    rounds.close_round(db, 2021, "test")
    owner = scalar(db, "SELECT enterprise_id FROM contact WHERE email = ?", (ONE,))
    page = coordinator.open(f"{BASE}/samordna/foretag/{owner}")
    assert "Adressen fungerar inte" in page.text
    form = next(f for f in page.forms() if f.action.endswith("/prova-adressen"))
    assert "räknas som fungerande igen" in coordinator.submit(page, form).text
    assert [*bounces.dead(db)] == [TWO]
    # The page that opens the next round asks about the other.
    page = coordinator.open(f"{BASE}/samordna/omgang/oppna")
    assert "1 företag har en adress som inte har fungerat" in page.text
    form = next(f for f in page.forms() if f.action.endswith("/prova-adressen"))
    page = coordinator.submit(page, form)
    assert page.path.endswith("/omgang/oppna")
    assert "som inte har fungerat" not in page.text
    assert not bounces.dead(db)


def test_what_followed_the_mail_that_came_back_is_sent_again_too(
    app: Flask, db: Database, invited: Round, inbox: Inbox, coordinator: Visitor
) -> None:
    mailings.queue_mails(db, 2021, "reminder", "test")
    send(app)
    take(db, report(POSTFIX, ONE, original(db, ONE)))
    correct(coordinator, db, ONE, "ny@example.org")
    assert send(app) == 1
    assert "Påminnelse" in str(inbox.to("ny@example.org")[0]["Subject"])


@pytest.mark.parametrize("typed", ["", "ny", "850709-9805@example.org", "x" * 200 + "@example.org"])
def test_a_bad_correction_says_so_beside_the_field_and_changes_nothing(
    db: Database, invited: Round, coordinator: Visitor, typed: str
) -> None:
    take(db, report(POSTFIX, ONE, original(db, ONE)))
    page = correct(coordinator, db, ONE, typed)
    assert page.status == 422
    assert "En sak att rätta" in page.text
    assert 'aria-invalid="true"' in page.text
    assert ("850709" in page.text) is False
    assert state(db, invited, ONE) == "bad_address"


def test_removed_contacts_leave_no_address_among_the_bounces(db: Database, invited: Round) -> None:
    take(db, report(POSTFIX, ONE, original(db, ONE)))
    [owner] = [r["enterprise_id"] for r in rows(db, "SELECT enterprise_id FROM bounce")]
    contacts.remove(db, owner, contacts.of(db, owner)[0].id, "test")
    [bounce] = rows(db, "SELECT * FROM bounce")
    assert (bounce["address"], bounce["words"]) == ("", "")


# Files


def upload(visitor: Visitor, content: bytes) -> Page:
    page = visitor.open(MAILS)
    form = page.form_with("report")
    assert form is not None
    reply = visitor.client.post(
        f"{BASE}{form.action}",
        data={"csrf_token": form.fields["csrf_token"][0]},
        files={"report": ("retur.eml", content)} if content else {},
        follow_redirects=True,
    )
    return Page(reply.status_code, str(reply.url), reply.text)


def test_reports_are_read_from_a_mail_and_from_a_file_of_many(
    db: Database, invited: Round, coordinator: Visitor
) -> None:
    one = report(EXIM, ONE, original(db, ONE))
    assert "1 ny leveransrapport." in upload(coordinator, one).text
    many = mbox(
        one, report(EXCHANGE, TWO, original(db, TWO)), report(PERSON, THREE, own="3"),
        report(POSTFIX, "nobody@example.net", own="4"),
    )  # fmt: skip
    page = upload(coordinator, many).text
    assert "1 ny leveransrapport. 1 var redan läst. 1 gällde ingen av våra adresser." in page
    assert "2 företag nås inte av mejlen" in page
    assert "Ingen har den adressen." in page
    assert "RecipientNotFound" in page


@pytest.mark.parametrize("content", [b"", b"Hej", report(PERSON, ONE)])
def test_a_file_without_a_report_is_refused_in_words(
    db: Database, invited: Round, coordinator: Visitor, content: bytes
) -> None:
    page = upload(coordinator, content)
    assert page.status == 422
    assert "En sak att rätta" in page.text
    assert 'id="report-error"' in page.text


# The mailbox


@pytest.fixture
def box(app: Flask, imap: str) -> str:
    app.config["IMAP_URL"] = imap
    with owners_box(imap) as box:
        box.delete(box.uids())
    return imap


def test_the_mailbox_is_read_once_marked_and_emptied_of_nothing(
    app: Flask, db: Database, invited: Round, box: str
) -> None:
    person = report(PERSON, TWO, own="p")
    put(box, report(POSTFIX, ONE, original(db, ONE), own="a"), person, delayed(TWO, "", own="b"))
    with app.app_context():
        first, second = mailbox.look(db), mailbox.look(db)
    assert first is not None
    assert second is not None
    assert (first.new, second.reports) == (2, 0)
    assert (state(db, invited, ONE), mail_state(db, TWO)) == ("bad_address", "delayed")
    arrived = mails_in(box)
    seen = {mail.from_: "\\Seen" in mail.flags for mail in arrived}
    assert seen == {"MAILER-DAEMON@mx.example.org": True, TWO: False}
    assert len(arrived) == 3
    put(box, report(EXCHANGE, THREE, original(db, THREE), own="c"))
    with app.app_context():
        third = mailbox.look(db)
    assert third is not None
    assert third.new == 1


def test_a_report_of_the_evening_the_first_mail_left_is_read(
    app: Flask, db: Database, invited: Round, box: str
) -> None:
    put(box, report(POSTFIX, ONE, original(db, ONE), own="late"))
    with writing(db) as conn:
        conn.execute(
            "UPDATE outbox SET created_at = ?", (f"{datetime.now(UTC):%Y-%m-%d}T23:30+00:00",)
        )
    with app.app_context():
        found = mailbox.look(db)
    assert found is not None
    assert found.new == 1


def test_the_settings_say_where_the_mailbox_is_and_read_it_now(
    db: Database, invited: Round, box: str, coordinator: Visitor
) -> None:
    put(box, report(POSTFIX, ONE, original(db, ONE), own="d"))
    page = coordinator.open(f"{DESK}installningar")
    assert "retur@example.org" in page.text
    assert "hemligt" not in page.text
    [form] = [f for f in page.forms() if f.action.endswith("/brevlada")]
    said = coordinator.submit(page, form).text
    assert "Brevlådan är läst. 1 ny leveransrapport." in said
    assert state(db, invited, ONE) == "bad_address"


@pytest.mark.parametrize("fault", ["down", "password"])
def test_a_mailbox_that_cannot_be_read_says_so_and_is_tried_again(
    app: Flask, db: Database, invited: Round, box: str, fault: str, coordinator: Visitor
) -> None:
    wrong = {"down": f"imap://x:hemligt@127.0.0.1:{free_port()}",
             "password": box.replace("hemligt", "fel")}  # fmt: skip
    app.config["IMAP_URL"] = wrong[fault]
    page = coordinator.open(f"{DESK}installningar")
    [form] = [f for f in page.forms() if f.action.endswith("/brevlada")]
    said = coordinator.submit(page, form).text
    assert "Brevlådan gick inte att läsa" in said
    with app.app_context():
        assert mailbox.look(db) is None
    assert "Gick inte att läsa" in coordinator.open(MAILS).text
    assert "hemligt" not in said


def test_without_a_mailbox_nothing_is_read_and_the_pages_say_how_else(
    app: Flask, db: Database, invited: Round, coordinator: Visitor
) -> None:
    with app.app_context():
        assert mailbox.look(db) is None
    for page in (MAILS, f"{DESK}installningar"):
        assert "Ingen brevlåda är inställd" in coordinator.open(page).text
    assert rows(db, "SELECT * FROM mailbox_read") == []


@pytest.mark.parametrize(
    ("url", "host", "port", "is_tls", "folder"),
    [
        ("imaps://a%40b:c%2Fd@mail.example.org/Retur", "mail.example.org", 993, True, "Retur"),
        ("imap://a%40b:c%2Fd@mail.example.org", "mail.example.org", 143, False, "INBOX"),
    ],
)
def test_the_address_of_a_mailbox_says_it_all(
    url: str, host: str, port: int, is_tls: bool, folder: str
) -> None:
    where = mailbox.Where.of(url)
    assert where is not None
    assert (where.host, where.port, where.is_tls, where.folder) == (host, port, is_tls, folder)
    assert (where.user, where.password) == ("a@b", "c/d")
    assert "c/d" not in where.name

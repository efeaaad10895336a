"""Mail texts of a round: what they must hold, how they are previewed, and what arrives."""

from collections.abc import Callable, Iterator
from datetime import date
from email.message import EmailMessage

import pytest
from flask import Flask
from sqlite_utils import Database

from forms.mail import survey_mails
from forms.mail.delivery import deliver
from forms.questionnaire.inventory import OPTIONAL, as_dicts
from survey_data import outbox
from survey_data.database import rows, run, scalar
from survey_data.follow_up import mail_texts, mailings
from survey_data.follow_up.mail_texts import BadMailText, Text
from survey_data.mail_kinds import EDITABLE, MAIL_KINDS
from survey_data.responses import responses
from survey_data.review import review
from survey_data.review.review import Ruling
from survey_data.rounds import invitations, optional_modules, rounds
from survey_data.rounds.rounds import Round
from tests.conftest import BASE
from tests.support.beginnings import a_week_after_inviting
from tests.support.closed_round import numbers
from tests.support.http_visitor import Page, Visitor
from tests.support.mail_server import Inbox, mail_server, text_of, tokens_in

PAGE = f"{BASE}/samordna/utskick/texter/invitation/sv"
OWN = Text("Dags nu, {namn}", "Hej {namn}!\n\nSvara här:\n{länk}\n\nSenast {sista_dag}.")


@pytest.fixture
def inbox(app: Flask) -> Iterator[Inbox]:
    box = Inbox()
    with mail_server(box) as url:
        app.config["SMTP_URL"] = url
        yield box


def send(app: Flask) -> int:
    with app.app_context():
        return deliver(app.extensions["store"].db)


def html_of(message: EmailMessage) -> str:
    body = message.get_body(("html",))
    assert isinstance(body, EmailMessage)
    return str(body.get_content()).replace("\r\n", "\n")


FAULTS = [
    (Text("", "{länk}"), "subject", "Skriv ett ämne", "Write a subject"),
    (Text("x" * 151, "{länk}"), "subject", "högst 150 tecken", "at most 150 characters"),
    (Text("En\nBcc: någon", "{länk}"), "subject", "en rad", "one line"),
    (Text("Hej {länk}", "{länk}"), "subject", "Ta bort {länk}", "Take {länk} out"),
    (Text("Hej {person}", "{länk}"), "subject", "{person} går inte", "{person} cannot"),
    (Text("Hej", "Svara snart."), "body", "Skriv {länk}", "Write {länk}"),
    (Text("Hej", "{länk} {lank}"), "body", "{lank} går inte", "{lank} cannot"),
    (Text("Hej", "{länk}" + "x" * 4000), "body", "högst 4000 tecken", "at most 4000"),
]


@pytest.mark.parametrize(("text", "part", "sv", "en"), FAULTS)
def test_a_text_that_would_not_work_is_refused_in_words(
    db: Database, open_round: Round, text: Text, part: str, sv: str, en: str
) -> None:
    with pytest.raises(BadMailText) as refused:
        mail_texts.save(db, open_round.id, "invitation", "sv", text, "test")
    [fault] = refused.value.faults
    assert fault.part == part
    assert sv in fault.sv
    assert en in fault.en
    assert rows(db, "SELECT * FROM mail_text") == []


@pytest.mark.parametrize("kind", EDITABLE)
@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_template_passes_its_own_check(app: Flask, kind: str, language: str) -> None:
    with app.app_context():
        mail_texts.check(survey_mails.default(kind, language), kind)


@pytest.mark.parametrize(
    ("language", "words"),
    [("sv", "Skicka inte länken vidare."), ("en", "Please do not forward the link.")],
)
def test_every_mail_with_a_link_asks_not_to_forward_it(
    app: Flask, language: str, words: str
) -> None:
    with app.app_context():
        bodies = {kind: survey_mails.default(kind, language).body for kind in EDITABLE}
    linked = {kind for kind, body in bodies.items() if "{länk}" in body}
    assert {kind for kind, body in bodies.items() if words in body} == linked
    assert len(linked) > 5


def test_what_is_filled_in_is_not_filled_in_again() -> None:
    filled = OWN.filled({"namn": "Ett {länk}", "länk": "x"})
    assert filled.body.startswith("Hej Ett {länk}!")


def test_both_parts_arrive_with_the_rounds_own_text_and_a_working_link(
    app: Flask, db: Database, open_round: Round, inbox: Inbox, visitor: Visitor
) -> None:
    mail_texts.save(db, open_round.id, "invitation", "sv", OWN, "test")
    run(db, "UPDATE enterprise SET name = 'Sol & <b>Vind</b>' WHERE name LIKE '% Ett'")
    mailings.queue_invitations(db, 2021, "test")
    assert send(app) == 28
    [mail] = inbox.to("exempel-1@example.org")
    assert mail.get_content_type() == "multipart/alternative"
    assert [p.get_content_type() for p in mail.iter_parts()] == ["text/plain", "text/html"]
    assert mail["Subject"] == "Dags nu, Sol & <b>Vind</b>"
    assert "inventering@example.org" in mail["Reply-To"]
    assert mail["List-Unsubscribe"] is None
    plain, html = text_of(mail), html_of(mail)
    assert "Hej Sol & <b>Vind</b>!" in plain
    assert "<p>Hej Sol &amp; &lt;b&gt;Vind&lt;/b&gt;!</p>" in html
    assert "Senast måndag 15 november." in plain
    assert "/personuppgifter" in plain
    [token] = tokens_in(plain)
    assert f'href="{BASE}/s/{token}"' in html
    assert visitor.open(f"{BASE}/s/{token}").status == 200


@pytest.mark.parametrize(("kind", "words"), [("reminder", "Vi saknar"), ("last_call", "stänger")])
def test_the_other_mails_have_both_parts_too(
    app: Flask, db: Database, open_round: Round, inbox: Inbox, kind: str, words: str
) -> None:
    mailings.queue_invitations(db, 2021, "test")
    send(app)
    a_week_after_inviting(db)
    assert mailings.queue_mails(db, 2021, kind, "test").mails == 28
    send(app)
    mail = inbox.to("exempel-1@example.org")[-1]
    assert words in text_of(mail)
    assert words in html_of(mail)


def test_the_advance_notice_tries_the_address_without_a_link(
    app: Flask, db: Database, open_round: Round, inbox: Inbox
) -> None:
    assert mailings.queue_mails(db, 2021, "pre_notice", "test").mails == 28
    inbox.refusals["exempel-2@example.org"] = "550 no such user"
    send(app)
    [mail] = inbox.to("exempel-1@example.org")
    assert tokens_in(text_of(mail)) == []
    assert scalar(db, "SELECT count(*) FROM outbox WHERE state = 'failed'") == 1


def change(visitor: Visitor, page: Page, go: str, text: Text, **more: str) -> Page:
    form = page.form_with("subject")
    assert form is not None
    return visitor.submit(
        page, form, {"subject": text.subject, "body": text.body, "go": go, **more}
    )


def test_a_preview_reads_as_the_real_recipient_and_stores_nothing(
    db: Database, open_round: Round, coordinator: Visitor
) -> None:
    second = scalar(db, "SELECT id FROM enterprise WHERE name = 'Exempelkooperativet Två'")
    links = scalar(db, "SELECT count(*) FROM link")
    page = change(coordinator, coordinator.open(PAGE), "preview", OWN, recipient=str(second))
    assert "Dags nu, Exempelkooperativet Två" in page.text
    assert "&lt;p&gt;Senast måndag 15 november.&lt;/p&gt;" in page.text
    assert rows(db, "SELECT * FROM mail_text") == []
    assert scalar(db, "SELECT count(*) FROM link") == links


@pytest.mark.parametrize(("code", "words"), [("sv", "En gång om året"), ("en", "Once a year")])
@pytest.mark.parametrize(("spoken", "heading"), [("sv", "Ämne"), ("en", "Subject")])
def test_each_text_is_shown_in_its_own_language_on_a_page_in_either(
    open_round: Round, coordinator: Visitor, code: str, words: str, spoken: str, heading: str
) -> None:
    path = PAGE.replace("/sv", f"/{code}")
    page = coordinator.open(f"{path}?lang={spoken}").text
    assert words in page
    assert f">{heading}</label>" in page
    assert ("Mejlens texter" in page) == (spoken == "sv")


def test_a_text_is_saved_and_reset_from_its_page(
    db: Database, open_round: Round, coordinator: Visitor
) -> None:
    change(coordinator, coordinator.open(PAGE), "save", OWN)
    assert mail_texts.stored(db, open_round.id, "invitation", "sv") == OWN
    assert "ändrad" in coordinator.open(f"{BASE}/samordna/utskick/texter").text
    page = change(coordinator, coordinator.open(PAGE), "reset", OWN)
    assert "En gång om året räknar vi" in page.text
    assert rows(db, "SELECT * FROM mail_text") == []
    actions = [r["action"] for r in rows(db, "SELECT action FROM audit ORDER BY id DESC LIMIT 2")]
    assert actions == ["mail text reset", "mail text changed"]


def test_a_refused_text_stays_on_the_page_with_its_fault(
    db: Database, open_round: Round, coordinator: Visitor
) -> None:
    page = change(coordinator, coordinator.open(PAGE), "save", Text("Ämnet", "Utan {lnk}"))
    assert "{lnk} går inte att fylla i" in page.text
    assert "Utan {lnk}" in page.text
    assert rows(db, "SELECT * FROM mail_text") == []


@pytest.mark.parametrize("kind", EDITABLE)
def test_a_text_is_written_before_any_round_is_open_and_holds_when_one_is(
    app: Flask, db: Database, examples: list[int], coordinator: Visitor, kind: str
) -> None:
    page = f"{BASE}/samordna/utskick/texter/{kind}/sv"
    own = Text("Om {namn}", " ".join(["Egna ord.", *(f"{{{p}}}" for p in EDITABLE[kind].needs)]))
    assert "Egna ord." in change(coordinator, coordinator.open(page), "preview", own).text
    change(coordinator, coordinator.open(page), "save", own)
    days = date(2021, 10, 1), date(2021, 11, 15)
    for year in (2021, 2022):
        opened = rounds.open_round(db, year, *(d.replace(year=year) for d in days),
                                   as_dicts(year), "test")  # fmt: skip
        assert mail_texts.stored(db, opened.id, kind, "sv") == own
        rounds.close_round(db, year, "test")
    # Between two rounds it is put back to the usual, and stays so.
    change(coordinator, coordinator.open(page), "reset", own)
    assert mail_texts.stored(db, 0, kind, "sv") is None


def test_a_coordinator_gets_a_trial_of_a_text_before_the_round_opens(
    app: Flask, db: Database, examples: list[int], coordinator: Visitor, inbox: Inbox
) -> None:
    page = change(coordinator, coordinator.open(PAGE), "trial", OWN)
    assert "Ett prov är på väg till coordinator@example.org." in page.text
    send(app)
    [mail] = inbox.to("coordinator@example.org")
    assert mail["Subject"] == "Prov: Dags nu, Ert företag"
    assert "Hej Ert företag!" in text_of(mail)
    assert "prefers-color-scheme: dark" in html_of(mail)
    assert scalar(db, "SELECT count(*) FROM link") == 0


def test_a_trial_of_a_text_that_is_as_usual_leaves_it_the_usual_one(
    app: Flask, db: Database, open_round: Round, coordinator: Visitor
) -> None:
    with app.app_context():
        usual = survey_mails.default("invitation", "sv")
    for go in ("trial", "save"):
        page = change(coordinator, coordinator.open(PAGE), go, usual)
        assert mail_texts.stored(db, open_round.id, "invitation", "sv") is None
        assert "Texten är den vanliga" in page.text


def test_receipt_and_question_leave_with_the_coordinators_own_words(
    app: Flask, db: Database, open_round: Round, inbox: Inbox
) -> None:
    receipt = Text("Tack {namn}", "Framme: {referens}, {inlämnat}.\n\n{svar}\n\nHälsningar!")
    question = Text("Fråga till {namn}", "Vi undrar: {fråga} ({gäller})\n\n{länk}")
    mail_texts.save(db, open_round.id, "receipt", "sv", receipt, "test")
    mail_texts.save(db, open_round.id, "returned", "sv", question, "test")
    response = responses.hand_in(db, 1, numbers((3, 3, 2, 2)), "sv", mode="web")
    send(app)
    review.send_back(db, response.id, "Är det så?", ["placed_af"], Ruling("test"))
    send(app)
    [recipient] = {row["recipient"] for row in rows(db, "SELECT recipient FROM outbox")}
    mails = {mail["Subject"]: text_of(mail) for mail in inbox.to(recipient)}
    framed = {mail["Subject"]: html_of(mail) for mail in inbox.to(recipient)}
    name = invitations.by_id(db, 1).enterprise.full_name
    thanks, asked = mails[f"Tack {name}"], mails[f"Fråga till {name}"]
    assert f"Framme: {response.reference}, " in thanks
    assert "Anställda" in thanks
    assert "Hälsningar!" in thanks
    assert "Vi undrar: Är det så? (" in asked
    assert "(Placerade, varav av Arbetsförmedlingen)" in asked
    assert len(tokens_in(asked)) == 1
    assert "Frågor? Svara på det här mejlet" in asked
    thanks, asked = framed[f"Tack {name}"], framed[f"Fråga till {name}"]
    assert "Anställda: 6<br>\n&nbsp;&nbsp;varav kvinnor: 3<br>" in thanks
    assert 'class="button"' not in thanks
    assert ">Öppna formuläret</a>" in asked


@pytest.mark.parametrize("kind", [k for k, row in MAIL_KINDS.items() if row.to == "enterprise"])
def test_every_mail_to_an_enterprise_has_our_mark_the_width_of_a_telephone_and_dark_colours(
    app: Flask, db: Database, open_round: Round, inbox: Inbox, kind: str
) -> None:
    response = responses.hand_in(db, 1, numbers((3, 3, 2, 2)), "sv", mode="web")
    review.send_back(db, response.id, "Är det så?", ["placed_af"], Ruling("test"))
    recipient = str(scalar(db, "SELECT recipient FROM outbox"))
    run(db, "DELETE FROM outbox")
    outbox.queue(db, kind, recipient, once="test", invitation_id=1,
                 response_id=response.id)  # fmt: skip
    send(app)
    [mail] = inbox.to(recipient)
    html, tokens = html_of(mail), tokens_in(text_of(mail))
    for part in ("/static/mark.png", 'name="viewport"', "prefers-color-scheme: dark"):
        assert part in html
    for token in tokens:
        assert f'<a class="button" href="{BASE}/s/{token}">' in html
        assert f'<a href="{BASE}/s/{token}">{BASE}/s/{token}</a></p>' in html


def test_mails_and_pages_say_one_number_of_minutes_as_many_as_the_round_asks(
    app: Flask, db: Database, open_round: Round, inbox: Inbox, visitor: Visitor
) -> None:
    core, more = "Det tar ungefär två minuter.", "Frivilliga frågor efteråt: ungefär fjorton"
    mailings.queue_invitations(db, 2021, "test")
    send(app)
    text = text_of(inbox.to("exempel-1@example.org")[0])
    assert f"{core} {more} minuter. Svara senast" in text
    first_page = visitor.open(f"{BASE}/s/{tokens_in(text)[0]}")
    assert f"{core} {more} minuter." in first_page.text
    assert core in visitor.open(f"{first_page.path}/lattlast").text
    begin = next(form for form in first_page.forms() if form.action == first_page.path)
    numbers_page = visitor.submit(first_page, begin, {})
    assert core in numbers_page.text
    assert more not in numbers_page.text
    rounds.close_round(db, 2021, "test")
    optional_modules.choose(db, 2022, OPTIONAL, "test")
    days = (date(2022, 10, 1), date(2022, 11, 15))
    of_core = rounds.open_round(db, 2022, *days, as_dicts(2022), "test", optional=OPTIONAL)
    with app.app_context():
        said = survey_mails.sample(db, of_core, "invitation", "sv", "Ett företag").text
    assert f"{core} Svara senast" in said


def test_a_receipt_that_would_say_nothing_is_refused(
    db: Database, open_round: Round, coordinator: Visitor
) -> None:
    page = coordinator.open(PAGE.replace("invitation", "receipt"))
    refused = change(coordinator, page, "save", Text("Tack", "Tack! {länk}"))
    assert "Skriv {svar} där det ska stå." in refused.text
    assert "{länk} går inte att fylla i." in refused.text
    assert rows(db, "SELECT * FROM mail_text") == []


def test_who_reads_english_is_written_to_in_english_and_every_subject_names_the_enterprise(
    app: Flask, db: Database, open_round: Round, inbox: Inbox
) -> None:
    run(db, "UPDATE contact SET language = 'en' WHERE email = 'exempel-1@example.org'")
    mailings.queue_invitations(db, 2021, "test")
    send(app)
    [english], [swedish] = inbox.to("exempel-1@example.org"), inbox.to("exempel-2@example.org")
    assert english["Subject"] == (
        "The 2021 inventory: how many people work at Exempelkooperativet Ett?"
    )
    assert "Here is your personal link:" in text_of(english)
    assert '<html lang="en">' in html_of(english)
    assert (
        swedish["Subject"] == "Inventeringen 2021: hur många arbetar hos Exempelkooperativet Två?"
    )
    assert "The ASF inventory</p>" in html_of(english)
    assert f"Read more: {BASE}/personuppgifter?lang=en\n" in text_of(english).replace("\r\n", "\n")


def test_the_link_of_who_is_written_to_in_english_opens_an_english_form(
    db: Database, open_round: Round, new_visitor: Callable[[], Visitor]
) -> None:
    run(db, "UPDATE contact SET language = 'en' WHERE email = 'exempel-1@example.org'")
    first, second = (scalar(db, "SELECT i.id FROM invitation i JOIN contact c ON c.enterprise_id ="
                     " i.enterprise_id WHERE c.email = ?", (f"exempel-{n}@example.org",))
                     for n in (1, 2))  # fmt: skip
    link = f"{BASE}/s/{invitations.new_link(db, first)}"
    english, chose_swedish = new_visitor(), new_visitor()
    page = english.open(link)
    assert '<html lang="en">' in page.text
    page = english.submit(page, next(f for f in page.forms() if f.method == "post"))
    assert page.path == "/svara/siffror"
    assert '<html lang="en">' in page.text
    # What somebody has chosen holds, and the others read Swedish as before.
    chose_swedish.open(f"{BASE}/?lang=sv")
    assert '<html lang="sv">' in chose_swedish.open(link).text
    assert '<html lang="sv">' in new_visitor().open(
        f"{BASE}/s/{invitations.new_link(db, second)}").text  # fmt: skip


def test_the_html_has_a_button_a_viewport_dark_colours_and_the_address_in_plain(
    app: Flask, db: Database, open_round: Round, inbox: Inbox
) -> None:
    mailings.queue_invitations(db, 2021, "test")
    send(app)
    [mail] = inbox.to("exempel-1@example.org")
    html, [token] = html_of(mail), tokens_in(text_of(mail))
    assert f'<a class="button" href="{BASE}/s/{token}">Fyll i siffrorna</a>' in html
    assert f'<a href="{BASE}/s/{token}">{BASE}/s/{token}</a></p>' in html
    assert 'name="viewport"' in html
    assert "prefers-color-scheme: dark" in html


def test_a_text_lives_on_to_the_next_year_until_it_is_reset(
    db: Database, open_round: Round
) -> None:
    mail_texts.save(db, open_round.id, "invitation", "sv", OWN, "test")
    rounds.close_round(db, 2021, "test")
    days = (date(2022, 10, 1), date(2022, 11, 15))
    later = rounds.open_round(db, 2022, *days, as_dicts(2022), "test")
    assert mail_texts.stored(db, later.id, "invitation", "sv") == OWN
    mail_texts.reset(db, later.id, "invitation", "sv", "test")
    assert mail_texts.stored(db, later.id, "invitation", "sv") is None
    assert mail_texts.stored(db, open_round.id, "invitation", "sv") == OWN


@pytest.mark.parametrize("is_first", [True, False])
def test_an_opening_that_is_undone_loses_no_text(
    db: Database, examples: list[int], is_first: bool
) -> None:
    days = (date(2021, 10, 1), date(2021, 11, 15))
    if not is_first:
        before = (date(2020, 10, 1), date(2020, 11, 15))
        rounds.open_round(db, 2020, *before, as_dicts(2020), "test")
        rounds.close_round(db, 2020, "test")
    mail_texts.save(db, 0, "last_call", "sv", OWN, "test")
    opened = rounds.open_round(db, 2021, *days, as_dicts(2021), "test")
    mail_texts.save(db, opened.id, "invitation", "sv", OWN, "test")
    mail_texts.reset(db, opened.id, "last_call", "sv", "test")
    mailings.undo_opening(db, 2021, "test")
    for round_id in (0, rounds.open_round(db, 2021, *days, as_dicts(2021), "test").id):
        assert mail_texts.stored(db, round_id, "invitation", "sv") == OWN
        assert mail_texts.stored(db, round_id, "last_call", "sv") is None

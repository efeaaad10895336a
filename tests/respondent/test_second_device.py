"""A personal link in a second browser: nothing saved is shown until the mailed code is."""

import io
import re
from collections.abc import Callable

import openpyxl
import pytest
from flask import Flask
from sqlite_utils import Database

from forms.mail.delivery import deliver
from survey_data import clock
from survey_data.database import rows, run, scalar
from survey_data.register import contacts
from survey_data.register.enterprises import Contact
from survey_data.responses import devices, drafts
from survey_data.rounds import invitations, rounds
from tests.conftest import BASE
from tests.support.answers import COMPANY, EMPLOYED, LAST_YEAR, PLACED, Links
from tests.support.codes import at_home, code_in, mailed_code
from tests.support.http_visitor import Page, Visitor, answer
from tests.support.mail_server import Inbox, mail_server, text_of

New = Callable[[], Visitor]
ADDRESS = "chefen@example.org"
# Numbers and words of the year before that stand nowhere else on a page.
BEFORE, WHY = 4321, "Flytten till Exempelgatan"


@pytest.fixture
def link(db: Database, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> str:
    """The link of an enterprise that answered last year, with an address of its own."""
    told_apart = {"employees_total": BEFORE, "employees_women": BEFORE, "comment_changes": WHY}
    for name, value in told_apart.items():
        monkeypatch.setitem(LAST_YEAR, name, value)
    links: Links = request.getfixturevalue("links")
    run(db, "DELETE FROM outbox")
    run(db, "DELETE FROM contact WHERE enterprise_id = ?", (_enterprise(db),))
    contacts.add(db, _enterprise(db), Contact(ADDRESS), "test")
    return f"{BASE}/s/{links['Ett']}"


def _enterprise(db: Database) -> int:
    return int(scalar(db, "SELECT enterprise_id FROM invitation ORDER BY id LIMIT 1"))


def open_link(visitor: Visitor, link: str) -> Page:
    """Press the button behind a link."""
    page = visitor.open(link)
    form = next(f for f in page.forms() if f.action.startswith("/s/"))
    return visitor.submit(page, form)


@pytest.fixture
def begun(visitor: Visitor, link: str) -> Visitor:
    """The browser that opened the link first, with something saved."""
    open_link(visitor, link)
    save(visitor, "4711")
    return visitor


def save(visitor: Visitor, number: str) -> None:
    page = visitor.open("/svara/anstallda")
    form = page.form_with("revision")
    assert form
    visitor.submit(page, form, {"employees_total": number, "go": "later"})


def type_code(visitor: Visitor, page: Page, code: str) -> Page:
    form = page.form_with("code")
    assert form
    return visitor.submit(page, form, {"code": code})


def audited(db: Database) -> list[str]:
    return [r["action"] for r in rows(db, "SELECT action FROM audit WHERE action LIKE 'device%'")]


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


PAGES = ("siffror", "foretaget", "anstallda", "placerade", "granska", "arbetsblad.xlsx")
OF_EARLIER_YEARS = ("forra-aret", "ert-foretag", "ert-foretag.pdf", "kollegor")


def _earlier(db: Database) -> int:
    return int(scalar(db, "SELECT min(id) FROM invitation"))


def shown(visitor: Visitor, path: str) -> tuple[int, str]:
    """The status and the text of a page, or of the cells of a file."""
    reply = visitor.client.get(f"/svara/{path}")
    if not path.endswith(".xlsx"):
        return reply.status_code, reply.text
    sheet = openpyxl.load_workbook(io.BytesIO(reply.content)).worksheets[0]
    return reply.status_code, repr([[str(cell.value) for cell in row] for row in sheet.iter_rows()])


def tells(text: str) -> list[str]:
    """What of the year before or the contact stands in a text."""
    return [each for each in (str(BEFORE), WHY, ADDRESS) if each in text]


def test_only_the_first_browser_sees_earlier_years_and_the_contact_before_anything_is_saved(
    app: Flask, db: Database, new_visitor: New, visitor: Visitor, link: str
) -> None:
    open_link(visitor, link)
    assert all(str(BEFORE) in shown(visitor, path)[1] for path in ("anstallda", "arbetsblad.xlsx"))
    assert ADDRESS in shown(visitor, "granska")[1]
    other = new_visitor()
    assert open_link(other, link).path == "/svara/siffror"
    for path in (*PAGES, *OF_EARLIER_YEARS):
        assert tells(shown(other, path)[1]) == [], path
    for path in OF_EARLIER_YEARS:
        assert other.open(f"/svara/{path}").path == "/svara/kod"
    page = other.open("/svara/forra-aret")
    page = other.submit(page, page.forms()[-1])
    page = type_code(other, page, mailed_code(app, db))
    assert page.path == "/svara/forra-aret"
    assert str(BEFORE) in page.text


def test_nothing_of_earlier_years_is_in_what_a_link_gives_before_its_button_is_pressed(
    db: Database, visitor: Visitor, link: str
) -> None:
    reply = visitor.client.get(f"{link}/arbetsblad.xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(reply.content)).worksheets[0]
    cells = repr([[str(cell.value) for cell in row] for row in sheet.iter_rows()])
    assert tells(cells + visitor.open(link).text) == []
    assert "Öppna formuläret, så finns de i arbetsbladet där" in cells


def test_a_second_browser_fills_in_the_core_and_hands_in_without_a_code(
    db: Database, new_visitor: New, visitor: Visitor, link: str
) -> None:
    open_link(visitor, link)
    other = new_visitor()
    page = answer(other, link, COMPANY | EMPLOYED | PLACED)
    assert page.path == "/svara/kvitto"
    assert tells(page.text + shown(other, "kvitto/1.pdf")[1]) == []
    # The form's own browser has it all, without a step more.
    assert str(BEFORE) in visitor.open("/svara/forra-aret").text
    assert visitor.open("/svara/kvitto").status == 200


def test_what_is_saved_in_the_first_browser_is_not_shown_in_one_that_was_open_before(
    db: Database, new_visitor: New, visitor: Visitor, link: str
) -> None:
    open_link(visitor, link)
    other = new_visitor()
    open_link(other, link)
    late = other.open("/svara/anstallda")
    save(visitor, "4711")
    for path in ("siffror", "anstallda", "granska", "kvitto", "senare"):
        page = other.open(f"/svara/{path}")
        assert page.path == "/svara/kod"
        assert "4711" not in page.text
    # What was being typed there is shown back, and nothing of the other's beside it.
    form = late.form_with("revision")
    assert form
    page = other.submit(late, form, {"employees_total": "3917"})
    assert page.status == 403
    assert "3917" in page.text
    assert "4711" not in page.text
    sent = {**form.fields, "employees_total": "3917", "field": "employees_total"}
    reply = other.client.post("/svara/anstallda/spara", data=sent)
    assert (reply.status_code, "4711" in reply.text) == (403, False)


@pytest.mark.parametrize("email", [ADDRESS, "nya.chefen@example.org"])
def test_a_browser_that_was_confirmed_last_year_is_so_while_the_contact_is_the_same(
    db: Database, new_visitor: New, visitor: Visitor, link: str, email: str
) -> None:
    manager = at_home(new_visitor(), db, _earlier(db))
    run(db, "UPDATE contact SET email = ?", (email,))
    open_link(visitor, link)
    open_link(manager, link)
    assert (str(BEFORE) in shown(manager, "anstallda")[1]) == (email == ADDRESS)


def test_who_holds_a_forwarded_link_cannot_use_up_the_codes_of_another(
    app: Flask, db: Database, begun: Visitor, new_visitor: New, link: str
) -> None:
    for _ in range(7):
        run(db, "UPDATE outbox SET state = 'sent'")
        page = open_link(new_visitor(), link)
    assert "be om en ny länk" in page.text
    invitation = invitations.by_token(db, link.rpartition("/")[2]).id
    manager = new_visitor()
    page = open_link(manager, f"{BASE}/s/{invitations.new_link(db, invitation)}")
    assert "Koden är på väg" in page.text
    assert type_code(manager, page, mailed_code(app, db)).path == "/svara/siffror"


def test_the_browser_that_claimed_it_is_let_in_again(
    begun: Visitor, db: Database, link: str
) -> None:
    run(db, "UPDATE session SET ended_at = ?", (clock.now(),))
    begun.client.cookies.delete("asf")
    assert open_link(begun, link).path.startswith("/svara/")
    assert "4711" in begun.open("/svara/anstallda").text
    assert audited(db) == []


def test_a_second_browser_sees_nothing_until_it_has_the_code(
    app: Flask, db: Database, begun: Visitor, new_visitor: New, link: str
) -> None:
    other = new_visitor()
    page = open_link(other, link)
    assert (page.path, page.status) == ("/svara/kod", 200)
    assert link.rpartition("/")[2] not in page.url
    for path in ("anstallda", "granska", "kvitto", "senare", "kollegor", "forra-aret"):
        shown = other.open(f"/svara/{path}")
        assert shown.status == 403, path
        assert "4711" not in shown.text
    page = type_code(other, page, mailed_code(app, db))
    assert page.path == "/svara/siffror"
    assert "4711" in other.open("/svara/anstallda").text
    assert audited(db) == ["device code asked for", "device confirmed"]
    # Both are known now, and the first was never shut out.
    assert open_link(other, link).path == "/svara/siffror"
    assert begun.open("/svara/anstallda").status == 200


@pytest.mark.parametrize("lang", ["sv", "en"])
def test_the_code_goes_by_mail_to_the_registered_address(
    app: Flask, db: Database, begun: Visitor, new_visitor: New, link: str, lang: str
) -> None:
    inbox, other = Inbox(), new_visitor()
    other.open(f"{link}?lang={lang}")
    page = open_link(other, link)
    with mail_server(inbox) as app.config["SMTP_URL"], app.app_context():
        deliver(db)
    [mail] = inbox.to(ADDRESS)
    words = {"sv": "Er kod till inventeringen", "en": "Your code for the inventory"}
    assert mail["Subject"] == f"{words[lang]}: Exempelkooperativet Ett"
    assert type_code(other, page, code_in(text_of(mail))).path == "/svara/siffror"
    assert inbox.count() == {ADDRESS: 1}


def test_only_a_keyed_hash_of_the_code_is_kept(
    app: Flask, db: Database, begun: Visitor, new_visitor: New, link: str
) -> None:
    open_link(new_visitor(), link)
    code = mailed_code(app, db)
    everything = "\n".join(db.conn.iterdump())
    assert not re.search(rf"\b{code}\b", everything)
    kept = scalar(db, "SELECT code_hash FROM device_check")
    id_hash = scalar(db, "SELECT id_hash FROM device_check")
    secret = app.config["CODE_KEY"]
    assert kept == devices._keyed(secret, id_hash, code)
    assert kept != devices._keyed("another", id_hash, code)


def test_after_five_wrong_codes_the_right_one_is_wrong_too(
    app: Flask, db: Database, begun: Visitor, new_visitor: New, link: str
) -> None:
    other = new_visitor()
    page = open_link(other, link)
    code = mailed_code(app, db)
    for _ in range(4):
        page = type_code(other, page, wrong(code))
        assert "Koden stämmer inte" in page.text
    page = type_code(other, page, wrong(code))
    assert "Koden gäller inte längre" in page.text
    assert "Koden gäller inte längre" in type_code(other, page, code).text
    assert other.open("/svara/anstallda").status == 403
    assert audited(db).count("device code refused") == 5


def test_what_cannot_be_a_code_costs_no_try(
    app: Flask, db: Database, begun: Visitor, new_visitor: New, link: str
) -> None:
    other = new_visitor()
    page = open_link(other, link)
    code = mailed_code(app, db)
    for text in ("", "12345", "1234567", "abcdef", "'; DROP", "１２３４５６"):
        page = type_code(other, page, text)
        assert "Skriv de sex siffrorna i koden" in page.text
    assert type_code(other, page, f" {code[:3]}-{code[3:]} ").path == "/svara/siffror"


def test_a_code_that_is_too_old_does_not_work(
    app: Flask, db: Database, begun: Visitor, new_visitor: New, link: str
) -> None:
    other = new_visitor()
    page = open_link(other, link)
    code = mailed_code(app, db)
    left = scalar(db, "SELECT expires_at FROM device_check")
    assert clock.from_now(minutes=9) < left <= clock.from_now(minutes=10)
    run(db, "UPDATE device_check SET expires_at = ?", (clock.from_now(seconds=-1),))
    assert "Koden gäller inte längre" in type_code(other, page, code).text


def test_a_code_works_once_and_only_in_the_browser_that_asked(
    app: Flask, db: Database, begun: Visitor, new_visitor: New, link: str
) -> None:
    one, two = new_visitor(), new_visitor()
    first = open_link(one, link)
    code = mailed_code(app, db)
    second = open_link(two, link)
    mailed_code(app, db)
    # The code of the one is nothing to the other.
    assert "Koden stämmer inte" in type_code(two, second, code).text
    assert type_code(one, first, code).path == "/svara/siffror"
    again = one.client.post("/svara/kod", data={**_csrf(one), "code": code})
    assert again.url.path == "/ny-lank"


def _csrf(visitor: Visitor) -> dict[str, str]:
    form = visitor.open("/ny-lank").form_with("email")
    assert form
    return {"csrf_token": form.fields["csrf_token"][0]}


def test_of_two_codes_only_the_newest_works(
    app: Flask, db: Database, begun: Visitor, new_visitor: New, link: str
) -> None:
    other = new_visitor()
    page = open_link(other, link)
    older = mailed_code(app, db)
    run(db, "UPDATE outbox SET state = 'sent'")
    page = other.submit(page, page.forms()[-1])
    newer = mailed_code(app, db)
    assert scalar(db, "SELECT count(*) FROM outbox WHERE kind = 'device_code'") == 2
    if older != newer:
        assert "Koden stämmer inte" in type_code(other, page, older).text
    assert type_code(other, page, newer).path == "/svara/siffror"


def test_pressing_twice_mails_once_and_no_more_than_five_leave_in_an_hour(
    db: Database, begun: Visitor, new_visitor: New, link: str
) -> None:
    sent = "SELECT count(*) FROM outbox WHERE kind = 'device_code'"
    other = new_visitor()
    page = open_link(other, link)
    other.submit(page, page.forms()[-1])
    assert scalar(db, sent) == 1
    for _ in range(6):
        run(db, "UPDATE outbox SET state = 'sent'")
        page = open_link(new_visitor(), link)
    assert scalar(db, sent) == 5
    assert "skickar inte fler just nu" in page.text
    # What others did does not shut out the browser that is known.
    assert begun.open("/svara/anstallda").status == 200


def test_without_an_address_the_page_says_whom_to_call(
    db: Database, begun: Visitor, new_visitor: New, link: str
) -> None:
    run(db, "DELETE FROM contact")
    page = open_link(new_visitor(), link)
    assert "Vi har ingen adress att skicka koden till" in page.text
    assert "Ring samordnaren" in page.text


def test_closing_the_form_on_a_shared_computer_forgets_the_browser(
    begun: Visitor, link: str
) -> None:
    page = begun.open("/svara/senare")
    form = next(f for f in page.forms() if f.action.endswith("/avsluta"))
    begun.submit(page, form)
    # The link may still stand in the browser's history.
    assert open_link(begun, link).path == "/svara/kod"


def test_answers_taken_by_telephone_are_not_shown_to_whoever_has_the_link(
    app: Flask, db: Database, visitor: Visitor, link: str
) -> None:
    invitation = invitations.by_token(db, link.rpartition("/")[2]).id
    drafts.save_answers(db, invitation, {"employees_total": 4711}, 0)
    page = open_link(visitor, link)
    assert page.path == "/svara/kod"
    assert type_code(visitor, page, mailed_code(app, db)).path.startswith("/svara/")


def test_a_link_that_is_revoked_or_a_round_that_closes_ends_the_wait_for_a_code(
    app: Flask, db: Database, begun: Visitor, new_visitor: New, link: str
) -> None:
    other = new_visitor()
    page = open_link(other, link)
    code = mailed_code(app, db)
    rounds.close_round(db, 2021, "test")
    assert type_code(other, page, code).path == "/ny-lank"
    assert open_link_directly(other, link).status == 410
    assert other.open("/svara/anstallda").status == 403


def open_link_directly(visitor: Visitor, link: str) -> Page:
    """Press a button that the page of a closed round no longer has."""
    reply = visitor.client.post(link, data=_csrf(visitor))
    return Page(reply.status_code, str(reply.url), reply.text)


def test_a_code_page_without_a_link_leads_to_a_new_link(visitor: Visitor) -> None:
    assert visitor.open("/svara/kod").path == "/ny-lank"
    for path in ("/svara/kod", "/svara/kod/ny"):
        reply = visitor.client.post(path, data={**_csrf(visitor), "code": "123456"})
        assert reply.url.path == "/ny-lank"


def test_guesses_are_limited_by_address_too(
    db: Database, begun: Visitor, new_visitor: New, link: str
) -> None:
    other = new_visitor()
    page = open_link(other, link)
    seen = [type_code(other, page, "1").status for _ in range(21)]
    assert seen[-1] == 429
    assert set(seen[:20]) == {200}

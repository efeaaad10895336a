"""The second factor: enrolled at the first sign-in, asked again before what matters."""

import html
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pyotp
import pytest
import segno
from flask import Flask
from sqlite_utils import Database

from forms.mail.delivery import deliver
from forms.start import data_folder
from forms.web.guards import CODE
from survey_data import clock
from survey_data.database import rows, run, scalar
from survey_data.responses import drafts
from survey_data.staff import second_factor, sessions, staff
from survey_data.staff.second_factor import MOST_TRIES
from survey_data.staff.sign_in import new_setup_link, new_sign_in_link
from tests.conftest import BASE
from tests.support.http_visitor import Page, Visitor
from tests.support.mail_server import Inbox, mail_server, text_of

EMAIL, OTHER = "samordnaren@example.org", "tva@example.org"
New = Callable[[], Visitor]


@pytest.fixture(autouse=True)
def _asked_for(app: Flask, db: Database) -> Iterator[None]:
    app.config["SECOND_FACTOR"] = True
    staff.add(db, EMAIL, "coordinator", "test")
    yield
    clock.machine.set_to(None)


def later(minutes: float = 1) -> None:
    """Let time go on, so that the app shows another code."""
    clock.machine.set_to(clock.machine.read() + timedelta(minutes=minutes))


def code_now(key: str) -> str:
    return pyotp.TOTP(key).at(clock.machine.read())


def use_link(visitor: Visitor, db: Database, email: str = EMAIL, after: str = "") -> Page:
    who = staff.by_email(db, email)
    assert who is not None
    if after:
        visitor.open(f"{BASE}{after}")
    page = visitor.open(f"{BASE}/logga-in/{new_sign_in_link(db, who.id, None)}")
    return visitor.submit(page, page.forms()[-1])


def key_of(page: Page) -> str:
    found = re.search(r"<code>([A-Z2-7 ]+)</code>", page.text)
    assert found, page.text
    return found[1].replace(" ", "")


def send(visitor: Visitor, page: Page, field: str, **filled: str) -> Page:
    form = page.form_with(field)
    assert form is not None, page.text
    return visitor.submit(page, form, filled)


def enrol(visitor: Visitor, db: Database, email: str = EMAIL) -> tuple[str, list[str], Page]:
    """Through the pages: the app's key, the recovery codes, and where one lands."""
    page = use_link(visitor, db, email)
    assert page.path == "/tva-steg"
    key = key_of(page)
    page = send(visitor, page, "code", code=code_now(key))
    codes = re.findall(r"<code>([a-z2-7-]{34})</code>", page.text)
    assert len(codes) == second_factor.RECOVERY_CODES
    return key, codes, send(visitor, page, "saved", saved="1")


def sign_in_again(visitor: Visitor, db: Database, code: str) -> Page:
    return send(visitor, use_link(visitor, db), "code", code=code)


def test_the_first_sign_in_enrols_and_ends_with_saved_codes(visitor: Visitor, db: Database) -> None:
    page = use_link(visitor, db, after="/samordna/foretag")
    assert page.path == "/tva-steg"
    # Without a viewBox of the whole, a picture in another size is cut off.
    drawing = re.search(r'class="qr"><svg[^>]*viewBox="0 0 (\d+) (\d+)"[^>]*>', page.text)
    assert drawing is not None
    address = re.search(r'href="(otpauth://[^"]+)"', page.text)
    assert address is not None
    code = segno.make(html.unescape(address[1]), error="m")
    assert [int(side) for side in drawing.groups()] == list(code.symbol_size(border=4))
    assert "width=" not in drawing[0]
    assert "otpauth://totp/" in page.text
    for closed in ("/samordna/", "/mikrodata/", "/mitt-konto"):
        assert visitor.open(f"{BASE}{closed}").path == "/tva-steg", closed
    wrong = send(visitor, page, "code", code="000000")
    assert "Koden stämmer inte" in wrong.text
    key = key_of(wrong)
    codes = send(visitor, wrong, "code", code=code_now(key))
    assert visitor.open(f"{BASE}/samordna/").path == "/tva-steg", "before the codes are saved"
    unsaved = send(visitor, codes, "saved")
    assert "Kryssa i att koderna är sparade" in unsaved.text
    assert not set(re.findall(r"[0-9a-f]{4}(?:-[0-9a-f]{4}){3}", unsaved.text)) & set(
        re.findall(r"[0-9a-f]{4}(?:-[0-9a-f]{4}){3}", codes.text)
    )
    send(visitor, unsaved, "saved", saved="1")
    assert visitor.open(f"{BASE}/samordna/").path == "/samordna/"


def test_a_lost_page_of_codes_gives_new_ones_at_the_next_sign_in(
    new_visitor: New, db: Database
) -> None:
    first = new_visitor()
    page = use_link(first, db)
    key = key_of(page)
    send(first, page, "code", code=code_now(key))
    later()
    other = new_visitor()
    page = sign_in_again(other, db, code_now(key))
    assert page.path == "/tva-steg"
    page = other.submit(page, page.forms()[-1])
    assert len(re.findall(r"<code>[a-z2-7-]{34}</code>", page.text)) == 10
    # A fresh code is asked for only where the one before is old.
    assert send(other, page, "saved", saved="1").path == "/samordna/"


def test_a_code_is_good_once_also_in_another_browser(new_visitor: New, db: Database) -> None:
    key, _codes, page = enrol(new_visitor(), db)
    assert page.path == "/samordna/"
    assert "redan använd" in sign_in_again(new_visitor(), db, code_now(key)).text
    later()
    code = code_now(key)
    assert sign_in_again(new_visitor(), db, code).path == "/samordna/"
    assert "redan använd" in sign_in_again(new_visitor(), db, code).text


def test_a_code_of_half_a_minute_ago_is_good_and_an_older_one_is_not(
    new_visitor: New, db: Database
) -> None:
    key, _codes, _page = enrol(new_visitor(), db)
    later(10)
    now = clock.machine.read()
    for ago, is_in in ((90, False), (30, True)):
        code = pyotp.TOTP(key).at(now - timedelta(seconds=ago))
        assert (sign_in_again(new_visitor(), db, code).path == "/samordna/") is is_in


def test_a_recovery_code_signs_in_once(new_visitor: New, db: Database) -> None:
    _key, codes, _page = enrol(new_visitor(), db)
    assert sign_in_again(new_visitor(), db, codes[3].upper().replace("-", " ")).path == "/samordna/"
    assert "Koden stämmer inte" in sign_in_again(new_visitor(), db, codes[3]).text
    assert sign_in_again(new_visitor(), db, codes[4]).path == "/samordna/"


def test_five_wrong_codes_close_the_way_for_a_quarter_of_an_hour(
    new_visitor: New, db: Database
) -> None:
    key, codes, _page = enrol(new_visitor(), db)
    visitor = new_visitor()
    page = use_link(visitor, db)
    for _ in range(MOST_TRIES):
        page = send(visitor, page, "code", code="000000")
        assert "Koden stämmer inte" in page.text
    later()
    for right in (code_now(key), codes[0]):
        page = send(visitor, page, "code", code=right)
        assert "För många fel koder" in page.text
    later(15)
    assert send(visitor, page, "code", code=code_now(key)).path == "/samordna/"


def test_a_clock_that_has_stood_ahead_locks_nobody_out(new_visitor: New, db: Database) -> None:
    key, _codes, _page = enrol(new_visitor(), db)
    later(24 * 60)
    visitor = new_visitor()
    page = send(visitor, use_link(visitor, db), "code", code=code_now(key))
    assert page.path == "/samordna/"
    other = new_visitor()
    page = use_link(other, db)
    for _ in range(MOST_TRIES):
        page = send(other, page, "code", code="000000")
    later(-24 * 60)
    visitor = new_visitor()
    page = use_link(visitor, db)
    right = code_now(key)
    assert send(visitor, page, "code", code=right).path == "/samordna/"
    again = new_visitor()
    page = send(again, use_link(again, db), "code", code=right)
    assert "Koden stämmer inte" in page.text


def test_neither_the_key_nor_a_code_is_kept_in_the_clear(visitor: Visitor, db: Database) -> None:
    key, codes, _page = enrol(visitor, db)
    everything = "\n".join(db.conn.iterdump())
    for secret in (key, *codes, *(code.replace("-", "") for code in codes)):
        assert secret not in everything


def test_the_board_reads_the_report_without_one(visitor: Visitor, db: Database) -> None:
    staff.add(db, "styrelsen@example.org", "board", "test")
    assert use_link(visitor, db, "styrelsen@example.org").path.startswith("/rapport")
    assert visitor.open(f"{BASE}/mitt-konto").path == "/mitt-konto"


def test_it_is_asked_again_before_what_matters_and_nothing_typed_is_lost(
    visitor: Visitor, db: Database
) -> None:
    key, _codes, _page = enrol(visitor, db)
    later(11)
    page = visitor.open(f"{BASE}/samordna/personal")
    form = next(f for f in page.forms() if "role" in f.names and f.method == "post")
    page = visitor.submit(page, form, {"email": OTHER, "role": "analyst"})
    assert "Visa att det är du" in page.text
    assert staff.by_email(db, OTHER) is None
    page = send(visitor, page, "factor_code", factor_code="000000")
    assert "Koden stämmer inte" in page.text
    page = send(visitor, page, "factor_code", factor_code=code_now(key))
    assert page.path == "/samordna/personal"
    found = staff.by_email(db, OTHER)
    assert found is not None
    assert found.role == "analyst"
    page = visitor.open(f"{BASE}/samordna/personal")
    visitor.submit(page, form, {"email": "tre@example.org", "role": "board"})
    assert staff.by_email(db, "tre@example.org") is not None, "a moment ago is lately enough"


ASKED_AGAIN = (
    ("/samordna/personal", "/samordna/personal"),
    ("/samordna/publicering", "/samordna/publicering"),
    ("/samordna/installningar", "/samordna/installningar"),
    ("/mikrodata/", "/mikrodata/2020.zip"),
    ("/samordna/publicering", "/samordna/publicering/1/godkann"),
    ("/mitt-konto", "/mitt-konto/ny-app"),
    ("/mitt-konto", "/tva-steg/koder"),
    # Without its tick it makes new codes, too.
    ("/mitt-konto", "/tva-steg/sparade"),
    ("/samordna/personal", "/samordna/personal/1/ta-bort"),
    ("/samordna/installningar", "/samordna/installningar/godkannande"),
    ("/samordna/installningar/gallring", "/samordna/installningar/gallring"),
    ("/samordna/utskick", "/samordna/utskick/adress/1"),
    ("/samordna/foretag", "/samordna/foretag/1/kontakt/ny"),
    ("/samordna/foretag", "/samordna/foretag/1/kontakt/1"),
    ("/samordna/foretag", "/samordna/foretag/1/kontakt/1/huvudkontakt"),
    # Mails go to another from then on.
    ("/samordna/foretag", "/samordna/foretag/1/kontakt/1/ta-bort"),
    ("/samordna/foretag", "/samordna/foretag/1/sla-ihop"),
)


@pytest.mark.parametrize(("_page", "path"), ASKED_AGAIN)
def test_what_matters_asks_again(visitor: Visitor, db: Database, _page: str, path: str) -> None:
    enrol(visitor, db)
    later(11)
    token = visitor.open(f"{BASE}/mitt-konto").forms()[0].fields["csrf_token"][0]
    reply = visitor.client.post(f"{BASE}{path}", data={"csrf_token": token, "typed": "kept"})
    assert "Visa att det är du" in reply.text
    assert 'name="typed" value="kept"' in reply.text


def test_codes_that_were_never_saved_are_not_made_anew_by_an_old_sign_in(
    visitor: Visitor, db: Database
) -> None:
    page = use_link(visitor, db)
    send(visitor, page, "code", code=code_now(key_of(page)))
    later(11)
    page = visitor.open(f"{BASE}/tva-steg")
    made = visitor.submit(page, page.forms()[-1])
    assert "Visa att det är du" in made.text
    assert not re.findall(r"<code>[a-z2-7-]{34}</code>", made.text)


def test_a_file_of_answers_asks_again_and_is_then_opened(
    visitor: Visitor, db: Database, open_round: object
) -> None:
    key, _codes, _page = enrol(visitor, db)
    later(11)
    page = visitor.open(f"{BASE}/samordna/svar.csv")
    assert page.path.startswith("/tva-steg/igen")
    reply = send(visitor, page, "code", code=code_now(key))
    assert reply.path == "/samordna/svar.csv"
    page = visitor.open(f"{BASE}/tva-steg/igen?next=//evil.example/")
    form = page.form_with("next")
    assert form is not None
    assert form.fields["next"] == ["/mitt-konto"]


def test_another_coordinator_resets_a_lost_one_and_the_person_is_written_to(
    app: Flask, new_visitor: New, db: Database
) -> None:
    staff.add(db, OTHER, "coordinator", "test")
    lost, other = new_visitor(), new_visitor()
    key, _codes, _page = enrol(lost, db)
    enrol(other, db, OTHER)
    page = other.open(f"{BASE}/samordna/personal")
    [form] = [f for f in page.forms() if f.action.endswith("/andra-faktor")]
    me = staff.by_email(db, OTHER)
    assert me is not None
    assert str(me.id) not in form.action, "nobody does it for oneself"
    own = form.action.replace(re.findall(r"\d+", form.action)[0], str(me.id))
    assert other.client.post(f"{BASE}{own}", data=form.fields).status_code == 403
    other.submit(page, form)
    assert lost.open(f"{BASE}/samordna/").path == "/logga-in"
    inbox = Inbox()
    with mail_server(inbox) as url, app.app_context():
        app.config["SMTP_URL"] = url
        deliver(db)
    [mail] = inbox.to(EMAIL)
    assert "Din andra faktor" in text_of(mail)
    page = use_link(lost, db)
    assert key_of(page) != key
    [line] = rows(db, "SELECT actor, subject FROM audit WHERE action = 'second factor reset'")
    assert line["actor"] == f"staff {me.id}"


def test_a_lost_one_is_reset_at_the_terminal(app: Flask, visitor: Visitor, db: Database) -> None:
    enrol(visitor, db)
    runner = app.test_cli_runner()
    said = runner.invoke(args=["staff", "reset-factor", EMAIL])
    assert "kopplar en ny app" in said.output
    assert scalar(db, "SELECT count(*) FROM second_factor") == 0
    assert scalar(db, "SELECT count(*) FROM outbox WHERE kind = 'factor_reset'") == 1
    assert runner.invoke(args=["staff", "reset-factor", "okand@example.org"]).exit_code == 1


def test_set_up_in_the_browser_ends_with_saved_codes(visitor: Visitor, db: Database) -> None:
    run(db, "DELETE FROM staff")
    page = visitor.open(f"{BASE}/kom-igang/lank/{new_setup_link(db)}")
    page = visitor.submit(page, page.forms()[-1])
    page = visitor.submit(page, page.form_with("hours_en") or page.forms()[-1])
    page = send(visitor, page, "email", email="forsta@example.org")
    assert page.path == "/tva-steg"
    page = send(visitor, page, "code", code=code_now(key_of(page)))
    page = send(visitor, page, "saved", saved="1")
    assert page.path == "/kom-igang/registret"


def test_the_app_is_changed_and_the_secret_too(app: Flask, visitor: Visitor, db: Database) -> None:
    key, _codes, _page = enrol(visitor, db)
    before = scalar(db, "SELECT secret FROM second_factor")
    data = Path(app.config["DATA_DIR"])
    for _ in range(4):
        with app.app_context():
            said = app.test_cli_runner().invoke(args=["rotate-secret"])
        assert said.exit_code == 0, said.output
        app.config |= data_folder.keys_of(data_folder.read_secrets(data))
    assert scalar(db, "SELECT secret FROM second_factor") != before
    later()
    assert sign_in_again(visitor, db, code_now(key)).path == "/samordna/"
    page = visitor.open(f"{BASE}/mitt-konto")
    [form] = [f for f in page.forms() if f.action.endswith("/ny-app")]
    assert visitor.submit(page, form).path == "/logga-in"
    assert key_of(use_link(visitor, db)) != key


# Sessions


def test_sessions_are_listed_with_their_device_and_ended_one_by_one(
    new_visitor: New, db: Database
) -> None:
    telephone, desk = new_visitor(), new_visitor()
    telephone.client.headers["User-Agent"] = "Mozilla/5.0 (iPhone) Mobile Safari/604.1"
    desk.client.headers["User-Agent"] = "Mozilla/5.0 (X11; Linux) Gecko/20100101 Firefox/140.0"
    key, _codes, _page = enrol(telephone, db)
    later()
    sign_in_again(desk, db, code_now(key))
    page = desk.open(f"{BASE}/mitt-konto")
    assert "Telefon, Safari" in page.text
    assert "Dator, Firefox" in page.text
    forms = [f for f in page.forms() if f.action.endswith("/avsluta")]
    assert len(forms) == 2
    # Ending one asks for the second factor again, like all that others would pay for.
    run(db, "UPDATE session SET factor_at = '2001'")
    page = desk.submit(page, forms[1])
    assert telephone.open(f"{BASE}/samordna/").path == "/samordna/"
    later()
    send(desk, page, CODE, **{CODE: code_now(key)})
    assert telephone.open(f"{BASE}/samordna/").path == "/logga-in"
    assert desk.open(f"{BASE}/samordna/").path == "/samordna/"


def test_a_session_has_a_new_id_once_the_second_factor_is_shown(
    visitor: Visitor, new_visitor: New, db: Database
) -> None:
    page = use_link(visitor, db)
    planted = new_visitor()
    planted.client.cookies = httpx.Cookies(visitor.client.cookies)
    page = send(visitor, page, "code", code=code_now(key_of(page)))
    send(visitor, page, "saved", saved="1")
    assert visitor.open(f"{BASE}/samordna/").path == "/samordna/"
    assert planted.open(f"{BASE}/samordna/").path == "/logga-in"


def test_of_eleven_sessions_the_oldest_ends(new_visitor: New, db: Database) -> None:
    first = new_visitor()
    enrol(first, db)
    for _ in range(sessions.MOST_OF_STAFF - 1):
        use_link(new_visitor(), db)
    assert first.open(f"{BASE}/samordna/").path == "/samordna/"
    use_link(new_visitor(), db)
    assert first.open(f"{BASE}/samordna/").path == "/logga-in"


def test_nobody_ends_another_s_session(new_visitor: New, db: Database) -> None:
    staff.add(db, OTHER, "coordinator", "test")
    mine, others = new_visitor(), new_visitor()
    enrol(mine, db)
    enrol(others, db, OTHER)
    page = mine.open(f"{BASE}/mitt-konto")
    [form] = [f for f in page.forms() if f.action.endswith("/avsluta")]
    token = others.open(f"{BASE}/mitt-konto").forms()[0].fields
    assert others.client.post(f"{BASE}{form.action}", data=token).status_code == 404
    assert mine.open(f"{BASE}/samordna/").path == "/samordna/"


def test_the_coordinator_closes_an_enterprise_s_form(
    app: Flask, new_visitor: New, db: Database, link: str
) -> None:
    app.config["SECOND_FACTOR"] = False
    respondent, office = new_visitor(), new_visitor()
    page = respondent.open(link)
    respondent.submit(page, page.forms()[-1])
    page = respondent.open(f"{BASE}/svara/foretaget")
    page = send(respondent, page, "revision", status="active", respondent_name="Kim", go="next")
    use_link(office, db)
    invitation = scalar(db, "SELECT invitation_id FROM session WHERE invitation_id IS NOT NULL")
    page = office.open(f"{BASE}/samordna/svar/{invitation}")
    [form] = [f for f in page.forms() if f.action.endswith("/avsluta-inloggningar")]
    page = office.submit(page, form)
    assert "Länken frågar efter en kod" in page.text
    assert respondent.open(f"{BASE}/svara/anstallda").status == 403
    page = respondent.open(link)
    assert respondent.submit(page, page.forms()[-1]).path == "/svara/kod"
    assert office.client.post(f"{BASE}/samordna/svar/999999/avsluta-inloggningar",
                              data=form.fields).status_code == 404  # fmt: skip


def test_links_with_the_wrong_person_end_at_once_and_a_new_one_finds_what_was_saved(
    app: Flask, new_visitor: New, db: Database, link: str
) -> None:
    app.config["SECOND_FACTOR"] = False
    respondent, office = new_visitor(), new_visitor()
    page = respondent.open(link)
    respondent.submit(page, page.forms()[-1])
    page = respondent.open(f"{BASE}/svara/anstallda")
    send(respondent, page, "revision", employees_total="4711", go="later")
    use_link(office, db)
    invitation = scalar(db, "SELECT invitation_id FROM link")
    [form] = [
        f for f in office.open(f"{BASE}/samordna/svar/{invitation}").forms()
        if f.action.endswith(f"/lankar-slutar/{invitation}")
    ]  # fmt: skip
    page = office.submit(page, form)
    assert "1 länk har slutat gälla" in page.text
    assert respondent.open(f"{BASE}/svara/anstallda").status == 403
    assert respondent.open(link).status == 404
    [line] = rows(db, "SELECT subject FROM audit WHERE action = 'links ended'")
    assert line["subject"].startswith("enterprise ")
    [form] = [f for f in page.forms() if "/lank/" in f.action]
    new = office.submit(page, form).text.split('id="link"')[1].split('value="')[1].split('"')[0]
    page = respondent.open(new)
    assert respondent.submit(page, page.forms()[-1]).path == "/svara/kod"
    assert drafts.load_draft(db, invitation).answers["employees_total"] == 4711

"""Signing in and out: a link that works once, for the one who asked, for ten minutes."""

from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from flask import Flask, session
from flask_wtf.csrf import generate_csrf
from sqlite_utils import Database

from app import create_app
from forms.mail.delivery import deliver
from forms.web.request_context import browser_mark_name
from survey_data import clock
from survey_data.database import rows, run, scalar
from survey_data.staff import staff
from survey_data.staff.sign_in import new_sign_in_link
from tests.conftest import BASE, sign_in
from tests.support.http_visitor import Form, Page, Visitor
from tests.support.mail_server import Inbox, mail_server, tokens_in

EMAIL = "samordnaren@example.org"
NewVisitor = Callable[[], Visitor]


@pytest.fixture(autouse=True)
def coordinator_exists(db: Database) -> None:
    staff.add(db, EMAIL, "coordinator", "test")


def ask(visitor: Visitor, email: str = EMAIL, after: str = "") -> Page:
    page = visitor.open(f"{BASE}/logga-in{after}")
    form = page.form_with("email")
    assert form
    return visitor.submit(page, form, {"email": email})


def mailed_link(app: Flask) -> str:
    """The newest sign-in link, read out of its mail."""
    inbox = Inbox()
    with mail_server(inbox) as url, app.app_context():
        app.config["SMTP_URL"] = url
        deliver(app.extensions["store"].db)
    [token] = tokens_in(inbox.texts()[-1])
    return f"{BASE}/logga-in/{token}"


def enter_form(page: Page) -> Form:
    """The form of the link's own page, not the one in the head that signs out."""
    return next(f for f in page.forms() if not f.action.endswith("/logga-ut"))


def press(visitor: Visitor, link: str) -> Page:
    page = visitor.open(link)
    form = enter_form(page)
    return visitor.submit(page, form)


def is_in(visitor: Visitor) -> bool:
    return visitor.open(f"{BASE}/samordna/").path == "/samordna/"


def test_a_link_signs_in_the_browser_that_asked(app: Flask, db: Database, visitor: Visitor) -> None:
    ask(visitor)
    page = press(visitor, mailed_link(app))
    assert (page.status, page.path) == (200, "/samordna/")
    assert is_in(visitor)
    [line] = rows(db, "SELECT actor, action FROM audit WHERE action = 'signed in'")
    assert line["actor"].startswith("staff ")


@pytest.mark.parametrize("typed", [f"\u200b{EMAIL}", f"mailto:{EMAIL}", f"Samordnaren <{EMAIL}>"])
def test_an_address_as_it_was_pasted_gets_its_link(
    app: Flask, visitor: Visitor, typed: str
) -> None:
    ask(visitor, typed)
    assert press(visitor, mailed_link(app)).path == "/samordna/"


def test_a_link_works_once(app: Flask, visitor: Visitor, db: Database) -> None:
    ask(visitor)
    link = mailed_link(app)
    press(visitor, link)
    leave(visitor)
    assert press(visitor, link).status == 410
    assert not is_in(visitor)
    assert scalar(db, "SELECT count(*) FROM session") == 1


def test_a_link_is_good_for_ten_minutes(app: Flask, visitor: Visitor, db: Database) -> None:
    ask(visitor)
    link = mailed_link(app)
    expires = str(scalar(db, "SELECT expires_at FROM sign_in_link"))
    assert clock.from_now(minutes=9) < expires < clock.from_now(minutes=10, seconds=1)
    run(db, "UPDATE sign_in_link SET expires_at = ?", (clock.from_now(seconds=-1),))
    assert press(visitor, link).status == 410
    assert not is_in(visitor)


def test_a_link_works_in_no_other_browser_and_stays_good_in_the_right_one(
    app: Flask, visitor: Visitor, new_visitor: NewVisitor
) -> None:
    ask(visitor)
    link = mailed_link(app)
    thief = new_visitor()
    assert press(thief, link).status == 410
    ask(thief, "someone@example.org")
    assert press(thief, link).status == 410
    assert not is_in(thief)
    assert press(visitor, link).path == "/samordna/"


def test_opening_a_link_changes_nothing(app: Flask, visitor: Visitor, db: Database) -> None:
    ask(visitor)
    link = mailed_link(app)
    before = list(db.conn.iterdump())
    for _ in range(3):
        assert visitor.open(link).status == 200
    assert list(db.conn.iterdump()) == before
    assert not is_in(visitor)


def test_an_unknown_address_gets_the_same_page_and_no_mail(db: Database, visitor: Visitor) -> None:
    known = ask(visitor)
    unknown = ask(visitor, "nobody@example.org")
    assert known.text.replace(EMAIL, "x") == unknown.text.replace("nobody@example.org", "x")
    assert known.status == unknown.status == 200
    assert [r["recipient"] for r in rows(db, "SELECT recipient FROM outbox")] == [EMAIL]


@pytest.mark.parametrize("email", ["", "anna", "a@" + "b" * 300])
def test_what_is_no_address_is_asked_for_again(db: Database, visitor: Visitor, email: str) -> None:
    page = ask(visitor, email)
    assert "Skriv hela e-postadressen" in page.text
    assert scalar(db, "SELECT count(*) FROM outbox") == 0


def leave(visitor: Visitor) -> Page:
    page = visitor.open(f"{BASE}/samordna/")
    [form] = [f for f in page.forms() if f.action.endswith("/logga-ut")]
    return visitor.submit(page, form)


def test_an_analyst_can_sign_out_before_any_other_page_is_shown(
    app: Flask, db: Database, visitor: Visitor
) -> None:
    who = staff.add(db, "analys@example.org", "analyst", "test")
    page = visitor.open(f"{BASE}/logga-in/{new_sign_in_link(db, who.id, None)}")
    given = {"csrf_token": page.forms()[-1].fields["csrf_token"][0]}
    reply = visitor.client.post(page.url, data=given, follow_redirects=False)
    assert reply.headers["location"] == "/till-data"
    cookie = "; ".join(f"{name}={value}" for name, value in visitor.client.cookies.items())
    with app.test_request_context(headers={"Cookie": cookie}):
        token = session["csrf_token"]
        signed = generate_csrf()
    assert token
    visitor.client.post(f"{BASE}/logga-ut", data={"csrf_token": signed})
    assert scalar(db, "SELECT count(*) FROM session WHERE ended_at IS NULL") == 0


def test_after_signing_out_a_copied_cookie_no_longer_works(
    app: Flask, db: Database, new_visitor: NewVisitor
) -> None:
    visitor = sign_in(new_visitor(), db, "coordinator")
    copied = dict(visitor.client.cookies)
    thief = Visitor(
        httpx.Client(transport=httpx.WSGITransport(app=app), base_url=BASE, cookies=copied)
    )
    assert is_in(thief), "the copy is a good one until then"
    leave(visitor)
    assert not is_in(visitor)
    assert not is_in(thief)


def test_signing_in_gives_a_new_session_and_ends_the_one_before(
    app: Flask, db: Database, new_visitor: NewVisitor
) -> None:
    visitor = sign_in(new_visitor(), db, "coordinator")
    copied = dict(visitor.client.cookies)
    sign_in(visitor, db, "coordinator")
    assert is_in(visitor)
    hashes = {r["id_hash"] for r in rows(db, "SELECT id_hash FROM session")}
    assert len(hashes) == 2
    assert scalar(db, "SELECT count(*) FROM session WHERE ended_at IS NULL") == 1
    with httpx.Client(
        transport=httpx.WSGITransport(app=app), base_url=BASE, cookies=copied
    ) as client:
        assert not is_in(Visitor(client))


def test_a_cookie_planted_before_signing_in_does_not_come_along(
    app: Flask, db: Database, new_visitor: NewVisitor
) -> None:
    visitor = new_visitor()
    ask(visitor)
    planted = dict(visitor.client.cookies)
    assert planted
    press(visitor, mailed_link(app))
    with httpx.Client(
        transport=httpx.WSGITransport(app=app), base_url=BASE, cookies=planted
    ) as client:
        assert not is_in(Visitor(client))


def test_one_who_is_removed_is_out_at_once_and_cannot_come_back(
    app: Flask, db: Database, visitor: Visitor
) -> None:
    ask(visitor)
    press(visitor, mailed_link(app))
    ask_again = ask_link_for(app, db)
    assert is_in(visitor)
    # The last coordinator cannot be removed, so there is another one.
    staff.add(db, "en-annan@example.org", "coordinator", "test")
    staff.remove(db, EMAIL, "test")
    assert not is_in(visitor)
    assert press(visitor, ask_again).status == 410
    ask(visitor)
    assert scalar(db, "SELECT count(*) FROM outbox WHERE state = 'queued'") == 0
    staff.add(db, EMAIL, "coordinator", "test")
    assert not is_in(visitor), "the old session does not come back with the role"


def ask_link_for(app: Flask, db: Database) -> str:
    who = staff.by_email(db, EMAIL)
    assert who
    return f"{BASE}/logga-in/{new_sign_in_link(db, who.id, None)}"


def test_a_changed_role_counts_from_the_next_page(db: Database, new_visitor: NewVisitor) -> None:
    visitor = sign_in(new_visitor(), db, "coordinator")
    staff.add(db, "coordinator@example.org", "analyst", "test")
    assert visitor.open(f"{BASE}/samordna/").status == 403


@pytest.mark.parametrize(("column", "hours"), [("started_at", 12), ("seen_at", 2)])
def test_a_session_ends_by_itself(
    db: Database, new_visitor: NewVisitor, column: str, hours: int
) -> None:
    visitor = sign_in(new_visitor(), db, "coordinator")
    run(db, f"UPDATE session SET {column} = ?", (clock.from_now(hours=-hours, minutes=1),))
    assert is_in(visitor)
    run(db, f"UPDATE session SET {column} = ?", (clock.from_now(hours=-hours, minutes=-1),))
    assert not is_in(visitor)


@pytest.mark.parametrize(
    "address",
    [
        "https://example.com/",
        "//example.com/",
        "/\\example.com/",
        "\\\\example.com",
        "/\t/example.com",
        "/%09/example.com\n",
        " //example.com",
        "///example.com",
        "http:example.com",
        "//[",
        "http://[",
        "javascript:alert(1)",
    ],
)
def test_signing_in_never_leads_to_another_site(app: Flask, visitor: Visitor, address: str) -> None:
    reply = visitor.client.get(f"{BASE}/logga-in", params={"next": address})
    assert reply.status_code == 200
    ask(visitor)
    page = visitor.open(mailed_link(app))
    visitor.client.follow_redirects = False
    form = enter_form(page)
    reply = visitor.client.post(page.url, data=form.fields)
    assert reply.status_code == 302
    assert reply.headers["location"] == "/samordna/"


def test_signing_in_leads_to_the_page_that_was_asked_for(app: Flask, visitor: Visitor) -> None:
    asked_for = visitor.open(f"{BASE}/samordna/foretag?sok=ett")
    assert asked_for.path == "/logga-in"
    form = asked_for.form_with("email")
    assert form
    visitor.submit(asked_for, form, {"email": EMAIL})
    page = press(visitor, mailed_link(app))
    assert page.url == f"{BASE}/samordna/foretag?sok=ett"


@pytest.mark.parametrize(
    ("role", "home"),
    [("coordinator", "/samordna/"), ("analyst", "/data/analysts"), ("board", "/rapport/")],
)
def test_each_role_lands_at_home(
    db: Database, new_visitor: NewVisitor, role: str, home: str
) -> None:
    visitor = new_visitor()
    visitor.client.follow_redirects = False
    who = staff.add(db, f"{role}@example.org", role, "test")
    link = f"{BASE}/logga-in/{new_sign_in_link(db, who.id, None)}"
    reply = visitor.client.get(link)
    form = enter_form(Page(200, link, reply.text))
    location = visitor.client.post(link, data=form.fields).headers["location"]
    if location == "/till-data":
        location = visitor.client.get(f"{BASE}{location}").headers["location"]
    assert location == home


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(
    db: Database, visitor: Visitor
) -> None:
    reply = visitor.client.get(f"{BASE}/logga-in")
    cookie = reply.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_over_tls_no_cookie_can_be_set_by_another_site_of_the_domain(tmp_path: Path) -> None:
    app = create_app({"DATA_DIR": tmp_path / "data", "BASE_URL": "https://asf.example.org"})
    there = httpx.WSGITransport(app=app)
    with httpx.Client(transport=there, base_url="https://asf.example.org") as client:
        cookies = client.get("/logga-in?lang=en").headers.get_list("set-cookie")
        assert "Sign in" in client.get("/logga-in").text
    with app.test_request_context():
        cookies.append(f"{browser_mark_name()}=; Secure; HttpOnly; Path=/")
    app.extensions["store"].close()
    assert len(cookies) == 3
    for cookie in cookies:
        assert cookie.startswith("__Host-")
        assert {"Secure", "HttpOnly", "Path=/"} <= set(cookie.split("; "))


def test_guessing_links_is_stopped(visitor: Visitor) -> None:
    page = visitor.open(f"{BASE}/logga-in/wrong")
    form = enter_form(page)
    answers = [visitor.submit(page, form).status for _ in range(70)]
    assert set(answers) == {410, 429}
    assert answers[0] == 410
    assert answers[-1] == 429

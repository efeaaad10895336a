"""The board's yearly mail: with the release that is final, once, over real SMTP."""

from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import cast

import pytest
from flask import Flask
from sqlite_utils import Database

from forms.mail.board_mail import decline_link
from forms.mail.delivery import deliver
from reports.charts.cards import charts_of
from reports.data.reader import read
from reports.text.titles import title
from reports.text.what_happened import what_happened
from survey_data.database import rows, scalar
from survey_data.publishing.approval_requests import ReleaseStopped
from survey_data.publishing.publish import Places, publish, repair
from survey_data.staff import staff
from tests.conftest import BASE
from tests.support.http_visitor import Visitor
from tests.support.mail_server import Inbox, mail_server, text_of


@pytest.fixture
def inbox(app: Flask) -> Iterator[Inbox]:
    kept = Inbox()
    with mail_server(kept) as url:
        app.config["SMTP_URL"] = url
        yield kept


@pytest.fixture
def board(db: Database) -> list[staff.Staff]:
    """Two members of the board, and others who are not."""
    staff.add(db, "samordnare@example.org", "coordinator", "test")
    staff.add(db, "analytiker@example.org", "analyst", "test")
    return [staff.add(db, f"{name}@example.org", "board", "test") for name in ("ada", "bo")]


def release(app: Flask, db: Database, *, is_preliminary: bool = False) -> None:
    publish(db, places(app), "staff 1", is_preliminary=is_preliminary)


def places(app: Flask) -> Places:
    return cast(Places, app.extensions["places"])


def send(app: Flask) -> int:
    with app.app_context():
        return deliver(app.extensions["store"].db)


def html_of(message: EmailMessage) -> str:
    body = message.get_body(("html",))
    assert isinstance(body, EmailMessage)
    return str(body.get_content())


def test_a_final_release_reaches_the_board_and_nobody_else(
    app: Flask, db: Database, board: list[staff.Staff], inbox: Inbox
) -> None:
    release(app, db)
    assert send(app) == 2
    assert inbox.count() == {"ada@example.org": 1, "bo@example.org": 1}
    found = rows(db, "SELECT after FROM audit WHERE action = 'board mail queued'")
    assert [row["after"] for row in found] == ['{"to": 2}']


def test_the_mail_says_headline_key_figures_and_link_as_published_in_both_languages(
    app: Flask, db: Database, board: list[staff.Staff], inbox: Inbox
) -> None:
    release(app, db)
    send(app)
    [message] = inbox.to("ada@example.org")
    charts = charts_of(read(app.config["OPEN_DB"]))
    swedish, english = text_of(message).split("* * *")
    for half, language in ((swedish, "sv"), (english, "en")):
        assert title(charts["enterprises"], language) in half  # type: ignore[arg-type]
        for key in ("enterprises", "employees", "placed"):
            total = charts[key].total
            assert total is not None
            assert str(total.visible[-1].value) in half
        assert f"{BASE}/rapport/?lang={language}" in half
        assert f"{BASE}/rapport/rapport-2020-1-{language}.pdf" in half
    assert message[
        "Subject"
    ] == f"Rapporten är klar. {what_happened(charts, 'sv').headline}".replace("\u00a0", " ")
    html = html_of(message)
    assert html.index('<div lang="sv">') < html.index('<div lang="en">')
    assert f'href="{BASE}/rapport/?lang=en"' in html


def test_no_release_is_mailed_twice_and_neither_a_preliminary_nor_a_revised_one(
    app: Flask, db: Database, board: list[staff.Staff], inbox: Inbox
) -> None:
    release(app, db, is_preliminary=True)
    assert send(app) == 0
    release(app, db)
    assert send(app) == 2
    release(app, db)  # a revision
    repair(db, places(app))
    assert send(app) == 0
    [row] = rows(db, "SELECT id FROM release WHERE kind = 'final'")
    assert scalar(db, "SELECT count(*) FROM release WHERE kind = 'revised'") == 1
    once = [r["once"] for r in rows(db, "SELECT once FROM outbox ORDER BY once")]
    assert once == [f"board_release {row['id']} staff {who.id}" for who in board]


def test_a_release_that_fails_mails_nobody(
    app: Flask, db: Database, board: list[staff.Staff]
) -> None:
    places(app).open.mkdir()  # no file can be written there
    with pytest.raises(ReleaseStopped):
        release(app, db)
    assert scalar(db, "SELECT count(*) FROM release") == 0
    assert scalar(db, "SELECT count(*) FROM outbox") == 0


def test_who_declines_gets_no_more_and_can_change_her_mind(
    app: Flask, db: Database, board: list[staff.Staff], inbox: Inbox, visitor: Visitor
) -> None:
    with app.app_context():
        link = decline_link(board[0].id)
    page = visitor.open(link)
    assert staff.wants_board_mail(db, board[0].id)  # looking changes nothing
    page = visitor.submit(page, page.forms()[-1])
    assert "Du får inte mejlet längre" in page.text
    assert not staff.wants_board_mail(db, board[0].id)
    release(app, db)
    assert send(app) == 1
    assert inbox.count() == {"bo@example.org": 1}
    page = visitor.submit(page, page.forms()[-1])
    assert "Du får mejlet igen" in page.text
    assert staff.wants_board_mail(db, board[0].id)
    actions = [r["action"] for r in rows(db, "SELECT action FROM audit WHERE action LIKE 'board%'")]
    assert actions == ["board mail declined", "board mail queued", "board mail wanted"]


def test_the_link_in_the_mail_is_the_one_that_declines(
    app: Flask, db: Database, board: list[staff.Staff], inbox: Inbox
) -> None:
    release(app, db)
    send(app)
    [message] = inbox.to("bo@example.org")
    with app.app_context():
        link = decline_link(board[1].id)
    assert message["List-Unsubscribe"] == f"<{link}>"
    assert text_of(message).count(link) == 2


def test_a_made_up_link_and_one_of_someone_who_has_left_lead_nowhere(
    app: Flask, db: Database, board: list[staff.Staff], visitor: Visitor
) -> None:
    with app.app_context():
        link = decline_link(board[0].id)
    assert visitor.open(f"{link}x").status == 404
    staff.remove(db, board[0].email, "test")
    assert visitor.open(link).status == 404


def test_the_desk_shows_the_mail_before_and_after_there_is_a_release(
    app: Flask, db: Database, board: list[staff.Staff], coordinator: Visitor
) -> None:
    page = coordinator.open(f"{BASE}/samordna/utskick/styrelsen")
    assert "Ingen utgåva finns ännu" in page.text
    staff.choose_board_mail(db, board[1].id, wanted=False)
    release(app, db)
    page = coordinator.open(f"{BASE}/samordna/utskick/styrelsen")
    finding = title(charts_of(read(app.config["OPEN_DB"]))["enterprises"], "en")
    assert finding in page.text
    assert page.text.count("Har avstått") == 1
    assert page.text.count("Får mejlet") == 1
    assert scalar(db, "SELECT count(*) FROM outbox") == 1, "a preview sends nothing"
    assert "styrelsen" in coordinator.open(f"{BASE}/samordna/utskick").text


def test_a_mail_that_finds_no_release_is_given_up_where_it_shows(
    app: Flask, db: Database, board: list[staff.Staff], inbox: Inbox
) -> None:
    release(app, db)
    Path(app.config["OPEN_DB"]).unlink()
    assert send(app) == 0
    assert {r["state"] for r in rows(db, "SELECT state FROM outbox")} == {"failed"}

"""Saved is not handed in: before the first hand-in and after it, every page says which it is."""

import re

import pytest
from sqlite_utils import Database

from survey_data.database import run, scalar
from survey_data.responses import responses
from tests.support.answers import fill_in_everything, invitation_of
from tests.support.reader import Reader

UNSENT = "Ändringarna är inte inlämnade"
LATER = "Senare ändringar är inte inlämnade."


def test_a_finished_section_is_never_taken_for_a_hand_in(one: Reader) -> None:
    fill_in_everything(one)
    for path in ("foretaget", "anstallda", "fler-fragor", "granska"):
        assert "Inte inlämnat än." in one.open(f"/svara/{path}").html
    one.press("", certify="yes")
    assert "Inte inlämnat än." not in one.open("/svara/anstallda").html


def test_what_is_changed_after_the_hand_in_is_said_to_wait(one: Reader) -> None:
    fill_in_everything(one).press("", certify="yes")
    assert UNSENT not in one.html
    for path in ("anstallda", "granska"):
        html = one.open(f"/svara/{path}").html
        assert re.search(r"Inlämnat \d+ \w+ \d\d:\d\d\.", html)
        assert (LATER in html, UNSENT in html) == (False, False)
    assert "Ändrar ni inget behöver ni inte lämna in igen." in one.html
    # The same numbers saved again are no change.
    one.open("/svara/placerade?till=granska").press()
    assert UNSENT not in one.html
    one.open("/svara/placerade?till=granska").press(placed_af="3")
    assert UNSENT in one.html
    assert LATER in one.open("/svara/foretaget").html
    # Whoever opens the link again meets the receipt: it shows what counts, and says so.
    assert "Svaren här gäller tills ni lämnar in igen." in one.open("/svara/kvitto").html
    one.open("/svara/granska").press("", certify="yes")
    assert (one.path, UNSENT in one.html) == ("/svara/kvitto", False)


def test_what_is_typed_after_the_hand_in_and_is_no_answer_waits_too(one: Reader) -> None:
    fill_in_everything(one).press("", certify="yes")
    one.open("/svara/placerade").press("go=later", placed_af="fyra")
    assert UNSENT in one.open("/svara/kvitto").html


def test_a_time_of_another_day_comes_with_its_day(one: Reader, db: Database) -> None:
    fill_in_everything(one)
    assert re.search(r">Sparat \d\d:\d\d<", one.html)
    run(db, "UPDATE draft SET saved_at = '2021-10-03T12:05:00.000+00:00'")
    for path in ("anstallda", "granska", "senare"):
        assert "Sparat 3 oktober 14:05" in one.open(f"/svara/{path}").html


@pytest.mark.parametrize("state", ["sent", "bounced", "failed", "nobody"])
def test_a_receipt_is_promised_by_mail_only_where_one_goes(
    one: Reader,
    db: Database,
    state: str,
) -> None:
    if state == "nobody":
        run(db, "DELETE FROM contact")
    fill_in_everything(one).press("", certify="yes")
    promised = "Ett kvitto skickas till er registrerade e-postadress."
    assert (promised in one.html) == (state != "nobody")
    mail = scalar(db, "SELECT id FROM outbox WHERE kind = 'receipt' ORDER BY id DESC LIMIT 1")
    became = "sent" if state == "bounced" else state
    if state != "nobody":
        run(db, "UPDATE outbox SET state = ? WHERE id = ?", (became, mail))
    if state == "bounced":
        run(
            db,
            "INSERT INTO bounce (report, outbox_id, address, kind, source, noted_at)"
            " VALUES ('1', ?, 'e@example.org', 'dead', 'smtp', '2021-10-03')",
            (mail,),
        )
    assert (promised in one.open("/svara/kvitto").html) == (state == "sent")


def test_what_another_saved_since_the_review_was_read_is_shown_before_it_is_handed_in(
    one: Reader,
    db: Database,
) -> None:
    fill_in_everything(one)
    page, form = one.page, one.form
    one.open("/svara/anstallda").press(employees_total="9", employees_women="6")
    # A voluntary page that someone only looked through is no news.
    one.open("/svara/fler-fragor").press()
    one.page = one.visitor.submit(page, form, {"certify": "yes"})
    assert (one.status, one.path) == (409, "/svara/granska")
    assert "Svaren har ändrats sedan ni öppnade sidan" in one.html
    assert "<li>Anställda: <b>9</b></li><li>varav kvinnor: <b>6</b></li></ul>" in one.html
    assert responses.latest(db, invitation_of(db, "Ett")) is None
    one.press("", certify="yes")
    assert one.path == "/svara/kvitto"
    # The same page sent twice (a double click, a lost reply) is no conflict.
    page, form = one.open("/svara/granska").page, one.form
    for _ in range(2):
        assert one.visitor.submit(page, form, {"certify": "yes"}).path == "/svara/kvitto"

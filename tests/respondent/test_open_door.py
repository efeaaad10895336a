"""The door stays open: links with leftovers, pages without their cookie, clocks that go back."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlite_utils import Database

from survey_data import clock
from survey_data.database import scalar
from survey_data.responses import delegations, responses
from survey_data.review import review
from survey_data.review.review import Ruling
from tests.conftest import BASE
from tests.support.answers import EMPLOYED, Links, fill_in_everything, invitation_of
from tests.support.http_visitor import Visitor
from tests.support.reader import Reader

# What mail programs leave at the end of a link.
LEFTOVERS = (
    "", ".", ",", ";", ")", ").", "%3E", "%22", "/", "/.", "%20", "%0A", "?utm_source=mail", "#x",
    "!",
)  # fmt: skip


@pytest.mark.parametrize("leftover", LEFTOVERS)
def test_a_link_with_a_leftover_opens_the_form(
    new_visitor: Callable[[], Visitor], link: str, leftover: str
) -> None:
    one = Reader(new_visitor()).open(link + leftover)
    assert one.status == 200
    assert one.press("").path.startswith("/svara/")


@pytest.mark.parametrize("place", ["/s/{}%C2%A0", "/s/{}%E2%80%8B", "/s/{}%E2%80%9D", "/s/%3C{}",
                                   "/s/%20{}", "/s/({}", "/s/%E2%80%9C{}.%E2%80%9D"])  # fmt: skip
def test_what_stands_around_a_link_is_no_part_of_it(app: Flask, link: str, place: str) -> None:
    client = app.test_client()
    assert client.get(place.format(link.rpartition("/")[2])).status_code == 200


def test_a_colleague_s_link_and_the_other_pages_of_a_link_open_too(
    one: Reader, db: Database, new_visitor: Callable[[], Visitor], links: Links
) -> None:
    made = delegations.invite(
        db, invitation_of(db, "Ett"), "Bo", "bo@example.org", ["*"], "sv", "test"
    )
    part = delegations.find(db, made)
    assert part
    token = delegations.new_link(db, part)
    assert new_visitor().open(f"{BASE}/s/{token}).").status == 200
    for page in ("lattlast", "arbetsblad.xlsx"):
        assert new_visitor().open(f"{BASE}/s/{links['Ett']}./{page}").status == 200


@pytest.mark.parametrize("address", ["/s/.", "/s/%20", "/s/...", "/s/nothing.", "/logga-in/x."])
def test_a_leftover_alone_is_no_link(visitor: Visitor, address: str) -> None:
    assert visitor.open(BASE + address).status in (200, 404)
    assert visitor.client.cookies.get("asf-browser") is None


def test_a_page_sent_without_its_cookie_shows_what_was_typed_and_the_way_back(
    one: Reader, app: Flask, db: Database
) -> None:
    one.open("/svara/anstallda")
    one.client.cookies.clear()
    one.press(**EMPLOYED)
    assert one.status == 400
    assert "Öppna länken i mejlet igen" in one.html
    assert "Begär en ny länk" in one.html
    for label, text in (("Anställda", "8"), ("varav kvinnor", "5"), ("varav män", "3")):
        assert f'<dt>{label}</dt><dd class="value">{text}</dd>' in one.html
    assert scalar(db, "SELECT count(*) FROM draft") == 0


def test_a_browser_that_takes_no_cookie_is_told_so_with_the_link_to_try_again(
    visit: Callable[[], Reader], links: Links
) -> None:
    one = visit().open(f"/s/{links['Ett']}.")
    one.client.cookies.clear()
    one.press("")
    assert one.status == 400
    assert "kakor" in one.html
    assert f'href="/s/{links["Ett"]}"' in one.html


def test_a_clock_that_goes_back_hides_nothing_that_is_saved(one: Reader, db: Database) -> None:
    assert fill_in_everything(one).path == "/svara/granska"
    assert one.press("", certify="yes").path == "/svara/kvitto"
    clock.inventory.set_to(clock.inventory.read() - timedelta(hours=30))
    try:
        one.open("/svara/placerade").press(placed_af="7")
    finally:
        clock.inventory.set_to(None)
    review = one.open("/svara/granska").html
    assert 'id="unsent"' in review
    assert one.open("/svara/placerade").value("placed_af") == "7"
    assert "Ändringarna är inte inlämnade" in one.open("/svara/kvitto").html


def test_a_correction_after_the_review_was_opened_is_seen_before_handing_in(
    one: Reader, db: Database
) -> None:
    fill_in_everything(one).press("", certify="yes")
    one.open("/svara/placerade").press(placed_af="7")
    one.open("/svara/granska")
    newest = responses.latest(db, invitation_of(db, "Ett"))
    assert newest
    review.correct(db, newest.id, {"placed_kommun": 9}, "Enligt samtal", Ruling("staff 1"))
    one.press("", certify="yes")
    assert one.status == 409
    assert "Svaren har ändrats sedan ni öppnade sidan" in one.html
    assert "Enligt samtal" in one.html
    assert scalar(db, "SELECT max(version) FROM response") == 1
    assert one.press("", certify="yes").path == "/svara/kvitto"
    assert (
        scalar(db, "SELECT max(draft_revision) FROM response")
        == responses.standing(db, newest.invitation_id).revision
    )

"""How often one address may try a link that is wrong, and that right ones are never counted."""

import gc
from collections import Counter
from pathlib import Path

import httpx

from app import create_app
from forms.web.guards import GUESSES
from tests.conftest import BASE
from tests.support.http_visitor import Visitor

MOST = int(GUESSES.split()[0])


def test_wrong_links_are_told_to_wait_after_sixty_in_a_minute(visitor: Visitor) -> None:
    answers = [visitor.open(f"/s/gissning-{number}").status for number in range(MOST)]
    assert set(answers) == {404}
    page = visitor.open("/s/gissning-till")
    assert page.status == 429
    assert "Det blev för många försök" in page.text
    assert "Vänta en minut och försök igen." in page.text
    english = visitor.open("/s/gissning-till?lang=en")
    assert english.status == 429


def test_someone_told_to_wait_is_told_for_how_long(visitor: Visitor) -> None:
    for number in range(MOST + 1):
        reply = visitor.client.get(f"/s/gissning-{number}")
    assert 0 < int(reply.headers["Retry-After"]) <= 60


def test_right_links_are_never_limited(visitor: Visitor, link: str) -> None:
    assert {visitor.open(link).status for _ in range(2 * MOST)} == {200}


def test_opening_right_links_leaves_room_for_wrong_ones(visitor: Visitor, link: str) -> None:
    for _ in range(MOST):
        visitor.open(link)
    assert Counter(visitor.open("/s/fel").status for _ in range(MOST)) == {404: MOST}


def test_limits_can_be_turned_off(tmp_path: Path) -> None:
    app = create_app({"DATA_DIR": tmp_path, "BASE_URL": BASE, "RATELIMIT_ENABLED": False})
    # Nothing but the application may keep the limiter alive.
    gc.collect()
    with httpx.Client(transport=httpx.WSGITransport(app=app), base_url=BASE) as client:
        answers = {client.get("/s/fel").status_code for _ in range(MOST + 10)}
    app.extensions["store"].close()
    assert answers == {404}

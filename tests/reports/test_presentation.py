"""Meeting mode without JavaScript, and what a visitor's pages weigh and cost the server."""

import re
from pathlib import Path
from typing import Any

import brotli
import pytest
from flask import Flask, template_rendered
from flask.testing import FlaskClient

from reports.charts.cards import cards
from reports.data.reader import read
from reports.pages.report import opening, place
from tests.bench.meter import Meter
from tests.reports.test_board_pages import small_app
from tests.support.open_example import build_open_db


@pytest.fixture
def open_db(tmp_path: Path) -> Path:
    return build_open_db(tmp_path / "open.db")


@pytest.fixture
def client(open_db: Path) -> FlaskClient:
    return small_app(open_db).test_client()


def screens(html: str) -> list[tuple[str, bool]]:
    """The title of each screen, and whether it is shown."""
    found = re.findall(r'<section class="screen"([^>]*)>\s*<figure>\s*<h2[^>]*>([^<]*)', html)
    return [(title, " hidden" not in attributes) for attributes, title in found]


def test_each_address_shows_its_screen_and_no_other(client: FlaskClient, open_db: Path) -> None:
    first = opening(read(open_db), "sv").said.headline
    titles = [first, *(card.title for card in cards(read(open_db), "sv"))]
    assert len(titles) >= 4
    for number, title in enumerate(titles, start=1):
        html = client.get(f"/rapport/mote?bild={number}").get_data(as_text=True)
        assert [t for t, _ in screens(html)] == titles
        assert [t for t, shown in screens(html) if shown] == [title]
        assert f"Bild {number} av {len(titles)}" in html


def test_links_step_on_and_stop_at_the_ends(client: FlaskClient, open_db: Path) -> None:
    count = 1 + len(cards(read(open_db), "sv"))
    steps = {1: (1, 2), 2: (1, 3), count: (count - 1, count)}
    for number, around in steps.items():
        html = client.get(f"/rapport/mote?bild={number}").get_data(as_text=True)
        led_to = re.findall(r'data-step="-?1" href="/rapport/mote\?bild=(\d+)"', html)
        assert tuple(map(int, led_to)) == around


@pytest.mark.parametrize(
    ("asked", "shown"),
    [("", 1), ("3", 3), ("0", 1), ("99", 6), ("-2", 1), ("två", 1), ("²", 1), ("9" * 5000, 1)],
)
def test_an_address_that_names_no_screen_shows_the_nearest(asked: str, shown: int) -> None:
    assert place(asked, 6) == shown


def test_before_the_first_release_it_says_so(tmp_path: Path) -> None:
    html = small_app(tmp_path / "none.db").test_client().get("/rapport/mote").text
    assert "Inga siffror att visa" in html
    assert 'href="/rapport/"' in html


LOADED = re.compile(r'<(?:link rel="stylesheet"[^>]*href|script[^>]*src)="([^"]+)"')
FONT = "/static/vendor/source-sans-3.woff2"
VISITED = pytest.mark.parametrize(
    "path", ["/", "/rapport/", "/rapport/placed", "/kommun/hudiksvall", "/om"]
)


@VISITED
def test_a_first_visit_is_light_and_its_page_described(demonstration: Flask, path: str) -> None:
    """All that comes before somebody touches a chart, as it is sent."""
    client = demonstration.test_client()

    def body(address: str) -> bytes:
        with client.get(address, headers={"Accept-Encoding": "gzip, br"}) as reply:
            return bytes(reply.data)

    sent = body(path)
    html = brotli.decompress(sent).decode()
    assert re.search(r'<meta name="description" content="[^"]{20,}"', html)
    assert "prefetch" not in html
    assert not re.search(r"<(?:link|script)[^>]*plotly", html), "comes with the first touch"
    files = [*LOADED.findall(html), FONT]
    assert len(files) > 1
    bodies = [body(file) for file in files]
    assert all(bodies)
    assert len(sent) + sum(map(len, bodies)) <= 50_000


@pytest.mark.parametrize(("path", "most"), [("/rapport/", 1000), ("/rapport/fordjupning", 2900)])
def test_a_page_of_charts_is_light_to_lay_out(demonstration: Flask, path: str, most: int) -> None:
    html = demonstration.test_client().get(path).text
    assert len(re.findall(r"<[a-z]", html)) <= most
    # To fill in fields for its user, a browser lays out all that is around one, in sight or not.
    charts = re.findall(r"<figure.*?</figure>", html, re.DOTALL)
    assert charts
    assert not re.search("<(?:textarea|input|select)", "".join(charts))


@VISITED
def test_a_kept_page_needs_no_template_and_one_look_at_the_settings(
    demonstration: Flask, path: str
) -> None:
    client, made = demonstration.test_client(), list[str]()
    first = client.get(path)
    connection = demonstration.extensions["store"].db.conn

    def note(_: Flask, template: Any, **_context: Any) -> None:
        made.append(template.name)

    with template_rendered.connected_to(note, demonstration), Meter(connection) as meter:
        assert client.get(path).data == first.data
        mark = {"If-None-Match": first.headers["ETag"]}
        assert client.get(path, headers=mark).status_code == 304
    assert made == []
    assert len(meter.statements) <= 2, "one a request: what the association is called"

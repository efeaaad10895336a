"""What a connection may cost, who is believed to be at its other end, and under which name."""

import asyncio
import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from flask import Flask
from sqlite_utils import Database

from forms.start.dispatcher import Beside, Dispatcher
from forms.start.entrance import HEAD_BYTES, MOST_AT_ONCE, BoundedProtocol, Entrance
from forms.web.guards import FILES, MAILS, MOST_FIELDS
from survey_data.database import scalar
from survey_data.rounds import invitations
from survey_data.staff import staff
from survey_data.staff.sign_in import request_sign_in
from tests.conftest import BASE
from tests.support.http_visitor import NO_CERTIFICATES, Visitor
from tests.support.serving import Server, running

HOST = b"asf.example.org"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The product behind two proxies, at an address of its own."""
    folder = tmp_path_factory.mktemp("connections") / "data"
    about = {"ASF_BASE_URL": "https://asf.example.org", "ASF_BEHIND_PROXY": "2", "ASF_DEMO": "1"}
    with running(folder, **about) as started:
        yield started


async def _seen(chain: list[str], proxies: int, **more: str) -> dict[str, Any]:
    found: dict[str, Any] = {}

    async def inner(scope: Any, receive: Any, send: Any) -> None:
        found.update(scope)

    headers = [(b"x-forwarded-for", value.encode()) for value in chain]
    headers += [(name.replace("_", "-").encode(), value.encode()) for name, value in more.items()]
    scope = {"type": "http", "method": "GET", "client": ("10.0.0.9", 1), "headers": headers}
    await Entrance(inner, "https://asf.example.org", proxies=proxies)(scope, None, None)
    return found


def get(address: str, headers: dict[str, str] | None = None) -> httpx.Response:
    """A page, however long a busy machine takes."""
    return httpx.get(address, headers=headers, timeout=None, verify=NO_CERTIFICATES)


@pytest.mark.parametrize(
    ("chain", "proxies", "client"),
    [
        # Nobody in front: whatever is said is invented.
        (["1.1.1.1"], 0, "10.0.0.9"),
        ([], 1, "10.0.0.9"),
        (["203.0.113.5"], 1, "203.0.113.5"),
        (["6.6.6.6, 203.0.113.5"], 1, "203.0.113.5"),
        (["6.6.6.6", "203.0.113.5"], 1, "203.0.113.5"),
        (["6.6.6.6, 7.7.7.7, 203.0.113.5, 10.0.0.1"], 2, "203.0.113.5"),
        # Past one of the proxies: only who connected is known.
        (["203.0.113.5"], 2, "10.0.0.9"),
    ],
)
def test_only_what_our_own_proxies_added_is_believed(
    chain: list[str], proxies: int, client: str
) -> None:
    assert asyncio.run(_seen(chain, proxies))["client"][0] == client


def test_the_name_and_the_scheme_are_the_setting_s_whatever_is_sent() -> None:
    forged = {"host": "evil.example", "x_forwarded_host": "evil.example",
              "x_forwarded_proto": "http", "forwarded": "host=evil.example"}  # fmt: skip
    scope = asyncio.run(_seen([], 1, **forged))
    assert scope["scheme"] == "https"
    assert scope["headers"] == [(b"host", HOST)]


def test_no_page_holds_the_name_that_a_visitor_sent(server: Server) -> None:
    for path in ("/", "/logga-in", "/data/open/trend.json?_size=1", "/oppna-data/", "/sitemap.xml"):
        reply = get(f"{server.base}{path}", headers={"Host": "evil.example"})
        assert "evil.example" not in reply.text + str(reply.headers), path
    assert "https://asf.example.org/data/open/trend.json" in get(
        f"{server.base}/data/open/trend.json?_size=1", headers={"Host": "evil.example"}
    ).text  # fmt: skip


def test_every_answer_over_tls_says_to_stay_there(server: Server) -> None:
    for path in ("/", "/data/", "/healthz", "/static/asf.css", "/finns-inte"):
        reply = get(f"{server.base}{path}")
        assert reply.headers.get_list("strict-transport-security") == [
            "max-age=31536000; includeSubDomains"
        ], path


def test_a_guess_is_counted_by_the_address_that_our_proxies_saw(server: Server) -> None:
    """Guesses from one address, each with another forged one before it.

    Sixty a minute are let through; a busy machine needs more than a minute for them.
    """
    statuses: list[int] = []
    while 429 not in statuses and len(statuses) < 600:
        forged = f"6.6.6.{len(statuses) % 250}, 203.0.113.5, 10.0.0.1"
        guess = f"{server.base}/s/gissning-{len(statuses)}"
        statuses.append(get(guess, headers={"X-Forwarded-For": forged}).status_code)
    assert statuses[:60] == [404] * 60
    assert statuses[-1] == 429
    other = get(f"{server.base}/s/x", headers={"X-Forwarded-For": "203.0.113.6, 10.0.0.1"})
    assert other.status_code == 404


@pytest.mark.parametrize("method", ["PUT", "DELETE", "TRACE", "PATCH", "PROPFIND"])
@pytest.mark.parametrize("path", ["/", "/data/open/trend", "/healthz", "/static/asf.css"])
def test_an_unknown_method_is_405(server: Server, method: str, path: str) -> None:
    assert httpx.request(method, f"{server.base}{path}", verify=NO_CERTIFICATES).status_code == 405


@pytest.mark.parametrize("number", ["9223372036854775808", "1" + 30 * "0", "1" + 5000 * "0"])
@pytest.mark.parametrize("path", ["/samordna/svar/{}", "/samordna/utskick/{}"])
def test_an_identifier_that_no_table_can_hold_is_404(
    coordinator: Visitor, path: str, number: str
) -> None:
    assert coordinator.open(f"{BASE}{path.format(number)}").status == 404


def test_a_number_in_a_form_that_no_table_can_hold_is_no_fault_of_ours(
    coordinator: Visitor, db: Database
) -> None:
    page = coordinator.open(f"{BASE}/samordna/utskick")
    token = coordinator.open(f"{BASE}/samordna/installningar").forms()[0].fields["csrf_token"][0]
    for path in ("/samordna/skicka-igen", "/samordna/foretag/import/bekrafta"):
        reply = coordinator.client.post(
            f"{BASE}{path}", data={"csrf_token": token, "id": str(2**63), "draft": str(2**63)}
        )
        assert reply.status_code < 500, path
    assert page.status == 200


# Bounds on the head of a request


@contextmanager
def served(reading: bool = False) -> Iterator[int]:
    """uvicorn with our bounds, in this process, so that the seconds can be fewer."""

    async def say(scope: Any, receive: Any, send: Any) -> None:
        # As the product does, which answers when it has all of a form.
        while reading and (await receive()).get("more_body"):
            pass
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body"})

    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(say, http=BoundedProtocol, log_config=None, lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        server.should_exit = True
        thread.join()


@pytest.mark.parametrize("begun", [b"", b"G", b"GET / HTTP/1.1\r\nHost: a\r\nX-Slow: "])
def test_a_head_that_never_ends_is_hung_up_on(
    monkeypatch: pytest.MonkeyPatch, begun: bytes
) -> None:
    monkeypatch.setattr("forms.start.entrance.HEAD_SECONDS", 0.05)
    with served() as port, socket.create_connection(("127.0.0.1", port)) as line:
        line.sendall(begun)
        assert line.recv(100) == b""


def test_a_body_that_never_comes_is_hung_up_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("forms.start.entrance.BODY_SECONDS", 0.05)
    with served(reading=True) as port, socket.create_connection(("127.0.0.1", port)) as line:
        line.sendall(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhalf")
        assert line.recv(100) == b""


# Two requests in one, as whoever reads its end otherwise than we do would see them.
SMUGGLED = b"GET /two HTTP/1.1\r\nHost: a\r\n\r\n"
AMBIGUOUS = (
    b"Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    b"Transfer-Encoding: chunked\r\nContent-Length: 6\r\n\r\n0\r\n\r\n",
    b"Content-Length: 6\r\nContent-Length: 5\r\n\r\nabcdef",
    b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
    b"Content-Length : 6\r\n\r\nabcdef",
    b"Content-Length: +6\r\n\r\nabcdef",
    b"Content-Length: 0x6\r\n\r\nabcdef",
    b"Transfer-Encoding: chunked\r\n\r\n1;a\n\r\n0\r\n\r\n",
    b"X: a\r\n b\r\n\r\n",
    b"X: a\rContent-Length: 6\r\n\r\n",
    b"X: a\x00b\r\n\r\n",
)


@pytest.mark.parametrize("rest", AMBIGUOUS)
def test_a_request_whose_end_can_be_read_in_two_ways_is_refused(rest: bytes) -> None:
    with served() as port, socket.create_connection(("127.0.0.1", port)) as line:
        line.sendall(b"POST /one HTTP/1.1\r\nHost: a\r\n" + rest + SMUGGLED)
        answer = b""
        while piece := line.recv(4096):
            answer += piece
    assert answer.count(b"HTTP/1.1 ") == 1
    assert answer.startswith(b"HTTP/1.1 400 ")


def test_a_form_of_far_too_many_fields_is_refused_before_any_is_shown_back(
    visitor: Visitor,
) -> None:
    for path in ("/ny-lank", "/logga-in"):
        address = f"{BASE}{path}"
        page = visitor.open(address)
        form = page.form_with("email")
        assert form is not None
        many = dict.fromkeys(map(str, range(MOST_FIELDS + 1)), "x")
        assert visitor.client.post(address, data=many).status_code == 413
        assert (
            visitor.submit(page, form, dict(list(many.items())[: MOST_FIELDS // 2])).status == 200
        )


def test_a_head_that_is_too_large_is_refused_and_one_that_fits_is_not() -> None:
    with served() as port:
        for size, status in ((HEAD_BYTES // 2, b"204"), (HEAD_BYTES, b"400")):
            with socket.create_connection(("127.0.0.1", port)) as line:
                line.sendall(b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"x" * size + b"\r\n\r\n")
                assert line.recv(100).split(b" ")[1] == status


def test_many_requests_on_one_line_are_each_counted_by_themselves() -> None:
    with (
        served() as port,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=None) as client,
    ):
        heads = {"X": "x" * (HEAD_BYTES // 2)}
        assert {client.get("/", headers=heads).status_code for _ in range(5)} == {204}
        body = b"x" * (4 * HEAD_BYTES)
        assert {client.post("/", content=body).status_code for _ in range(3)} == {204}


def test_an_address_has_so_many_connections_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("forms.start.entrance.MOST_OF_ADDRESS", 3)
    monkeypatch.setattr("forms.start.entrance.is_this_machine", lambda _address: False)
    with served() as port:
        lines = [socket.create_connection(("127.0.0.1", port)) for _ in range(4)]
        assert lines[3].recv(100) == b"", "the fourth is hung up on"
        lines[0].sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        assert lines[0].recv(100).startswith(b"HTTP/1.1 204")
        for line in lines:
            line.close()
        while BoundedProtocol.per_address:
            time.sleep(0.01)
        with socket.create_connection(("127.0.0.1", port)) as line:
            line.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            assert line.recv(100).startswith(b"HTTP/1.1 204")


@pytest.mark.parametrize("proxies", [0, 1])
def test_an_address_has_so_many_requests_at_once_also_behind_a_proxy(proxies: int) -> None:
    async def ask() -> tuple[list[int], int]:
        said: list[int] = []
        go, waiting = asyncio.Event(), asyncio.Semaphore(0)

        async def inner(_scope: Any, _receive: Any, send: Any) -> None:
            waiting.release()
            await go.wait()
            await send({"type": "http.response.start", "status": 200, "headers": []})

        async def send(message: Any) -> None:
            said.append(message.get("status", 0))

        entrance = Entrance(inner, "http://127.0.0.1", proxies=proxies)

        def one(address: str) -> Any:
            peer = "127.0.0.1" if proxies else address
            headers = [(b"x-forwarded-for", address.encode())] if proxies else []
            scope = {"type": "http", "method": "GET", "client": (peer, 1), "headers": headers}
            return asyncio.create_task(entrance(scope, None, send))

        asked = [one("203.0.113.5") for _ in range(MOST_AT_ONCE)]
        for _ in asked:
            await waiting.acquire()
        await one("203.0.113.5")
        other = one("203.0.113.6")
        await waiting.acquire()
        go.set()
        await asyncio.gather(*asked, other)
        return said, len(entrance.at_once)

    said, left = asyncio.run(ask())
    assert said.count(429) == 1
    assert said.count(200) == MOST_AT_ONCE + 1
    assert left == 0


# Mails to one address


def test_nobody_can_fill_another_s_inbox_and_unknown_addresses_are_counted_alike(
    app: Flask, db: Database
) -> None:
    staff.add(db, "samordnaren@example.org", "coordinator", "test")
    most = int(MAILS.split()[0])
    for email in ("samordnaren@example.org", "okand@example.org"):
        statuses = []
        away = httpx.WSGITransport(app=app, remote_addr=f"10.0.0.{len(email)}")
        visitor = Visitor(httpx.Client(transport=away, base_url=BASE))
        for number in range(most + 1):
            typed = {"email": email if number % 2 else email.upper()}
            page = visitor.open(f"{BASE}/logga-in")
            form = page.form_with("email")
            assert form
            statuses.append(visitor.submit(page, form, typed).status)
        assert statuses == [200] * most + [429], email
    assert scalar(db, "SELECT count(*) FROM outbox WHERE kind = 'sign_in'") == most


@pytest.mark.parametrize("ask", [request_sign_in, invitations.request_new_link])
def test_an_unknown_address_costs_a_write_to_the_disk_as_a_known_one_does(
    app: Flask, db: Database, ask: Any
) -> None:
    staff.add(db, "samordnaren@example.org", "coordinator", "test")
    log = Path(app.config["DATA_DIR"]) / "survey.db-wal"
    grown = {}
    for email in ("samordnaren@example.org", "okand@example.org"):
        db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        ask(db, email, "sv")
        grown[email] = log.stat().st_size
    assert all(grown.values()), grown
    assert scalar(db, "SELECT count(*) FROM outbox WHERE recipient = ''") == 0


def test_the_forms_answer_while_a_data_page_is_computed(demonstration: Flask) -> None:
    answered = threading.Event()

    async def compute(scope: Any, receive: Any, send: Any) -> None:
        # Holds its event loop as the making of a page does, until the form was answered.
        assert answered.wait(60)
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body"})

    async def made() -> Any:
        return compute

    site = Dispatcher(demonstration, only="forms")
    site.data = Beside(made)

    async def both() -> list[int]:
        transport = httpx.ASGITransport(app=site)
        async with httpx.AsyncClient(transport=transport, base_url=BASE) as client:
            data = asyncio.create_task(client.get("/data/"))
            await asyncio.sleep(0.01)
            form = await client.get("/ny-lank")
            answered.set()
            return [form.status_code, (await data).status_code]

    assert asyncio.run(both()) == [200, 204]


def test_what_is_let_through_as_a_file_is_what_our_pages_ask_for() -> None:
    pages = Path("forms/templates").rglob("*.html")
    inputs = [tag for page in pages for tag in re.findall("<input[^>]*>", page.read_text("utf-8"))]
    files = [tag for tag in inputs if 'type="file"' in tag]
    assert {name for tag in files for name in re.findall('name="([^"]+)"', tag)} == FILES

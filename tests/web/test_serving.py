"""The one process as people start it: over real HTTP, stopped, killed and started again."""

import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest

from tests.support.http_visitor import Visitor, answer, loopback_client
from tests.support.serving import Server, coordinator, environment, own_form, running, visitor

ROOT = Path(__file__).parents[2]
ANSWERS = {
    "status": "active", "respondent_name": "Exempel", "respondent_contact": "a@example.org",
    "employees_total": 8, "employees_women": 5, "employees_men": 3,
    "placed_af": 4, "placed_kommun": 2, "placed_other_unpaid": 1,
}  # fmt: skip


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One demonstration for the tests that leave it as it was."""
    with running(tmp_path_factory.mktemp("serving") / "data") as started:
        yield started


@pytest.fixture
def filled(shown: Path, tmp_path: Path) -> Path:
    """A data folder that a start finds the demonstration in."""
    return Path(shutil.copytree(shown, tmp_path / "data"))


def test_a_start_prints_the_four_addresses_and_each_opens(server: Server) -> None:
    addresses = re.findall(r"http://\S+", server.printed)
    assert len(addresses) == 4
    with visitor() as newcomer:
        for address in addresses:
            page = newcomer.open(address)
            assert page.status == 200, address
            assert page.title, address


def test_nobody_ever_becomes_somebody_among_two_hundred_requests(server: Server) -> None:
    paths = ("/samordna/", "/samordna/foretag", "/rapport/", "/samordna/utskick", "/data/analysts")
    with coordinator(server) as staff, visitor() as nobody:
        cookies = dict(staff.client.cookies)
        nobody.client.follow_redirects = False

        def ask(place: int) -> tuple[str, str, int, str]:
            who = "staff" if place % 2 else "nobody"
            path = paths[place // 2 % len(paths)]
            with loopback_client(cookies=cookies if who == "staff" else {}) as client:
                reply = client.get(f"{server.base}{path}")
            return who, path, reply.status_code, reply.text

        with ThreadPoolExecutor(8) as pool:
            replies = list(pool.map(ask, range(200)))
    assert len(replies) == 200
    for who, path, status, text in replies:
        private = path != "/rapport/"
        if who == "staff":
            assert status == 200, path
        elif private:
            assert status == (403 if path.startswith("/data") else 302), path
        assert ("samordnaren@example.org" in text) <= (who == "staff")


def test_two_enterprises_at_once_never_see_each_other_s_pages(server: Server) -> None:
    links = {}
    with coordinator(server) as staff:
        page = staff.open(f"{server.base}/samordna/utskick")
        mails = sorted(set(re.findall(r"/samordna/utskick/\d+", page.text)))[:4]
        for mail in mails:
            text = staff.open(f"{server.base}{mail}").text
            [link] = set(re.findall(r"http\S+?/s/[\w-]+", text))
            [name] = set(re.findall(r"arbetade hos (Exempelkooperativet \w+)", text))
            links[name] = link
    assert len(links) == 4

    def look(item: tuple[str, str]) -> set[str]:
        _, link = item
        with visitor() as respondent:
            page = respondent.open(link)
            seen = [page, respondent.submit(page, own_form(page))]
            seen += [respondent.open(f"{server.base}/svara/foretaget") for _ in range(10)]
        return {n for n in links for p in seen if re.search(rf"{n}\b", p.text)}

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(look, links.items())) == [{name} for name in links]


def test_the_data_pages_are_mounted_and_microdata_is_for_staff_only(server: Server) -> None:
    with coordinator(server) as staff, visitor() as nobody:
        assert nobody.open(f"{server.base}/data/").status == 200
        rows = nobody.open(f"{server.base}/data/open/trend.json?_shape=array")
        assert '"year": 2018' in rows.text
        for path in ("/data/analysts", "/data/analysts/answers.json", "/data/analysts.db"):
            assert nobody.open(f"{server.base}{path}").status == 403, path
        assert staff.open(f"{server.base}/data/analysts").status == 200
        copied = dict(staff.client.cookies)
        page = staff.open(f"{server.base}/data/open/trend")
        answer = staff.client.get(page.url)
        assert answer.headers.get_list("cache-control") == ["no-store"]
        [form] = [f for f in page.forms() if f.action.endswith("/logga-ut")]
        staff.submit(page, form)
        left = staff.open(f"{server.base}/data/analysts")
        assert left.status == 403
        assert "Logga ut" not in left.text
        with loopback_client(cookies=copied) as thief:
            assert thief.get(f"{server.base}/data/analysts").status_code == 403
            assert thief.get(f"{server.base}/samordna/").status_code == 302


@pytest.mark.parametrize(
    "path", ["/data/survey", "/data/survey.db", "/survey.db", "/data/../survey.db",
             "/static/../../app.py", "/static/%2e%2e/%2e%2e/app.py", "/data/-/plugins"],
)  # fmt: skip
def test_nothing_else_of_the_folder_is_served(server: Server, path: str) -> None:
    port = int(server.base.rsplit(":", 1)[1])
    with closing(socket.create_connection(("127.0.0.1", port))) as line:
        line.sendall(f"GET {path} HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n".encode())
        reply = b"".join(iter(lambda: line.recv(65536), b""))
    assert reply.split(b" ", 2)[1] in (b"404", b"403", b"400")
    assert b"SQLite format" not in reply
    assert b"import " not in reply


@pytest.mark.parametrize("path", ["/", "/rapport/", "/data/", "/data/open/trend", "/finns-inte"])
def test_pages_of_both_halves_carry_the_headers(server: Server, path: str) -> None:
    with loopback_client() as client:
        headers = client.get(f"{server.base}{path}").headers
    assert "unsafe" not in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert "server" not in headers


@pytest.mark.parametrize("path", ["/ny-lank", "/samordna/foretag/import"])
def test_too_much_at_once_gets_a_page_and_not_a_broken_line(server: Server, path: str) -> None:
    with coordinator(server) as staff:
        page = staff.open(f"{server.base}/ny-lank")
        form = page.form_with("email")
        assert form
        token = form.fields["csrf_token"][0]
        reply = staff.client.post(
            f"{server.base}{path}",
            data={"csrf_token": token},
            files={"file": ("stor.csv", b"x" * (5 * 1024 * 1024))},
        )
    assert reply.status_code == 413
    assert "Det var för mycket på en gång" in reply.text


def test_static_files_are_versioned_compressed_and_kept(server: Server) -> None:
    with visitor() as newcomer:
        page = newcomer.open(f"{server.base}/")
        [address] = set(re.findall(r'href="(/static/asf\.css\?v=\w+)"', page.text))
        reply = newcomer.client.get(f"{server.base}{address}")
    assert reply.headers["content-encoding"] in ("gzip", "br")
    assert "max-age=31536000" in reply.headers["cache-control"]


def test_half_a_form_is_not_taken_for_a_whole_one(server: Server) -> None:
    with visitor() as respondent:
        page = respondent.open(server.form_link)
        respondent.submit(page, own_form(page))
        page = respondent.open(f"{server.base}/svara/anstallda")
        form = page.form_with("employees_total")
        assert form
        kept = {n: v for n, v in form.fields.items() if not n.startswith("employees")}
        body = urlencode({**kept, "go": "later", "employees_total": "1234"}, doseq=True).encode()
        drafts = "SELECT count(*) FROM draft WHERE value IN ('1', '12', '123', '1234')"
        before = server.query(drafts)
        send_part(server, respondent, body, len(body) - 2)
        # A request of its own after it: by then the broken one would have been handled.
        for _ in range(20):
            respondent.open(f"{server.base}/svara/anstallda")
        assert server.query(drafts) == before
        send_part(server, respondent, body, len(body))
        assert server.query(drafts) != before, "the whole of the same body is taken"


def send_part(server: Server, respondent: Visitor, body: bytes, length: int) -> None:
    cookies = "; ".join(f"{n}={v}" for n, v in respondent.client.cookies.items())
    head = (
        f"POST /svara/anstallda HTTP/1.1\r\nHost: {server.base[7:]}\r\nCookie: {cookies}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\nConnection: close\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    port = int(server.base.rsplit(":", 1)[1])
    with closing(socket.create_connection(("127.0.0.1", port))) as line:
        line.sendall(head.encode() + body[:length])
        if length < len(body):
            line.shutdown(socket.SHUT_WR)
        while line.recv(65536):
            pass


def test_a_busy_port_gets_one_clear_sentence(server: Server, tmp_path: Path) -> None:
    port = int(server.base.rsplit(":", 1)[1])
    second = subprocess.run(
        [sys.executable, "-m", "flask", "serve"],
        cwd=ROOT,
        env=environment(tmp_path / "data", port),
        capture_output=True,
        text=True,
        check=False,
    )
    assert second.returncode == 1
    assert f"Port {port} är upptagen" in second.stderr
    assert "Traceback" not in second.stderr
    assert len(second.stderr.strip().splitlines()) == 1
    # Nothing was filled that nobody could be shown.
    assert not (tmp_path / "data" / "open.db").exists()


def test_ctrl_c_stops_quietly_and_the_next_start_has_everything(filled: Path) -> None:
    with running(filled) as first:
        with visitor() as respondent:
            receipt = answer(respondent, first.form_link, ANSWERS)
        said = first.stop(signal.SIGINT)
        assert first.process.returncode in (0, 130, -signal.SIGINT)
        assert "Traceback" not in said
        assert "Error" not in said
        before = first.query("SELECT * FROM response ORDER BY id")
    with running(filled) as second:
        assert second.query("SELECT * FROM response ORDER BY id") == before
        assert second.query("SELECT count(*) FROM staff") == [(2,)]
        [(reference,)] = second.query("SELECT reference FROM response WHERE mode = 'web'")
        assert reference in receipt.text
        with coordinator(second) as staff:
            assert staff.open(f"{second.base}/samordna/").status == 200


def test_what_was_acknowledged_is_there_after_a_kill(filled: Path) -> None:
    with running(filled) as first:
        link = first.form_link
        with visitor() as respondent:
            receipt = answer(respondent, link, ANSWERS)
            page = respondent.open(f"{first.base}/svara/anstallda")
            form = page.form_with("revision")
            assert form is not None
            later = {"employees_total": "9", "go": "later"}
            assert "Sparat" in respondent.submit(page, form, later).text
            first.stop(signal.SIGKILL)
        assert first.process.returncode == -signal.SIGKILL
    with running(filled) as second:
        stored = second.query(
            "SELECT employees_total, placed_total, version, reference FROM response"
            " WHERE mode = 'web'"
        )
        assert [row[:3] for row in stored] == [(8, 7, 1)]
        assert stored[0][3] in receipt.text
        draft = second.query(
            "SELECT d.value FROM draft d JOIN response r USING (invitation_id)"
            " WHERE r.mode = 'web' AND d.question = 'employees_total'"
        )
        assert draft == [("9",)]
        assert second.query("PRAGMA integrity_check") == [("ok",)]
        with visitor() as respondent:
            page = respondent.open(link.replace(first.base, second.base))
            page = respondent.submit(page, own_form(page))
            assert page.path == "/svara/kod", "what was handed in is kept from another browser"


def test_without_the_demonstration_a_start_says_what_to_do_first(tmp_path: Path) -> None:
    with running(tmp_path / "data", ASF_DEMO="0") as server:
        assert "/kom-igang/lank/" in server.printed
        assert server.query("SELECT count(*) FROM enterprise") == [(0,)]
        with visitor() as newcomer:
            for path in ("/", "/rapport/", "/logga-in"):
                assert newcomer.open(f"{server.base}{path}").status == 200
            nothing = newcomer.open(f"{server.base}/data/")
            assert nothing.status == 503
            assert "Ingen utgåva finns att visa just nu." in nothing.text


def test_a_respondent_s_session_opens_no_microdata(server: Server) -> None:
    with visitor() as respondent:
        page = respondent.open(server.form_link)
        respondent.submit(page, own_form(page))
        cookies = httpx.Cookies(respondent.client.cookies)
        assert cookies
        assert respondent.open(f"{server.base}/data/analysts/answers.json").status == 403

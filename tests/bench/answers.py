"""A complete core response, from the link to the receipt, beside a bare limit in the same run."""

import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import httpx
from flask import Flask

from app import create_app
from forms.questionnaire.inventory import as_dicts
from forms.web.request_context import survey_db
from survey_data.automation import fictitious_enterprises
from survey_data.database import rows
from survey_data.geography import MUNICIPALITIES
from survey_data.register import enterprises
from survey_data.rounds import invitations, rounds
from tests.bench.meter import Browser, Meter, cpu_seconds, percentiles, pss_mib
from tests.support import processes
from tests.support.http_visitor import Form, Page, Visitor
from tests.support.processes import free_port, server

# The core, as a manager with three of each fills it in.
TYPED = {
    "employees_total": "6", "employees_women": "3", "employees_men": "3",
    "placed_af": "2", "placed_kommun": "1", "placed_other_unpaid": "0",
}  # fmt: skip
REQUESTS = 7
# What the same survey took in a widely used PHP survey system on a machine like this one.
COMPARED = {"responses a second": "5-6", "p99 ms, 4 clients": "1400", "CPU ms": "308-366"}
Fields = list[tuple[str, str]]
# "date: Mon, 30 Nov 2026 12:00:00 GMT" and the end of its line, which the server adds.
DATE = 37


class Recorder(Visitor):
    """A visitor that remembers what it sent."""

    def __init__(self, client: httpx.Client) -> None:
        super().__init__(client)
        self.sent: list[Fields] = []

    def submit(self, page: Page, form: Form, filled: Any = None) -> Page:
        values = {**form.fields, **{n: [v] for n, v in (filled or {}).items()}}
        self.sent.append([(n, v) for n, many in values.items() for v in many])
        return super().submit(page, form, filled)


def core_response(visitor: Visitor, link: str) -> Page:
    """Go the shortest way as the pages offer it; returns the receipt."""
    page = visitor.open(link)
    page = visitor.submit(page, next(f for f in page.forms() if f.method == "post"))
    for wanted in (TYPED, {"certify": "yes"}):
        form = page.form_with("revision")
        assert form is not None, page.path
        known = {name: value for name, value in wanted.items() if name in form.names}
        page = visitor.submit(page, form, known | ({"go": "next"} if wanted is TYPED else {}))
    assert page.path.endswith("/kvitto"), page.path
    return page


def many_examples(count: int) -> list[enterprises.Enterprise]:
    """As many fictitious enterprises as wanted, alike but for name and number."""
    first = fictitious_enterprises.examples()[0].enterprise
    return [
        replace(
            first,
            name=f"Exempelkooperativet {number}",
            org_number=fictitious_enterprises._org_number(number),
            municipality_code=MUNICIPALITIES[number % 6].code,
        )
        for number in range(100, 100 + count)
    ]


def fill(count: int) -> None:
    """Register, an open round, and nothing answered."""
    db = survey_db()
    enterprises.load_municipalities(db)
    for enterprise in many_examples(count):
        contact = enterprises.Contact(email=f"{enterprise.org_number}@example.org", name="Exempel")
        enterprises.save_enterprise(db, enterprise, contact, "bench")
    rounds.open_round(db, 2021, date(2021, 10, 1), date(2021, 11, 15), as_dicts(2021), "bench")


def links() -> list[str]:
    """The path of every enterprise's personal link."""
    db = survey_db()
    found = rows(db, "SELECT id FROM invitation ORDER BY id")
    return [f"/s/{invitations.new_link(db, row['id'])}" for row in found]


@contextmanager
def filled(count: int) -> Iterator[tuple[Path, Flask, list[str]]]:
    """A data folder with so many enterprises asked, the application on it, everyone's link."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        app = create_app({"DATA_DIR": data, "BASE_URL": "http://127.0.0.1", "SMTP_URL": ""})
        with app.app_context():
            fill(count)
            paths = links()
        yield data, app, paths
        app.extensions["store"].close()


@contextmanager
def running(count: int, *arguments: str) -> Iterator[tuple[str, list[int], list[str]]]:
    """A server on a filled data folder: its address, its processes, and everyone's link."""
    port = free_port()
    with filled(count) as (data, _, paths):
        given = {"ASF_DATA_DIR": str(data), "PORT": str(port), "ASF_DEMO": "0", "ASF_SMTP_URL": ""}
        with server(os.environ | given, *arguments) as base:
            yield base, processes_on(port), paths


@contextmanager
def running_bare(workers: int = 1) -> Iterator[tuple[str, list[int]]]:
    """The minimal application: its address and its processes."""
    port = free_port()
    command = (sys.executable, "-m", "tests.bench.bare", str(port), str(workers))
    with processes.running(*command, cwd=processes.ROOT) as process:
        base = f"http://127.0.0.1:{port}"
        processes.wait_until(lambda: processes.answers(f"{base}/page"), process)
        yield base, processes_on(port, b"tests.bench.bare")


def processes_on(port: int, command: bytes = b"serve") -> list[int]:
    """The processes that serve a port, as their environment or command names it."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                said = (entry / "cmdline").read_bytes().split(b"\0")
                known = [*said, *(entry / "environ").read_bytes().split(b"\0")]
            except OSError:
                continue
            is_named = f"PORT={port}".encode() in known or f"{port}".encode() in said
            if is_named and command in said:
                found.append(int(entry.name))
    return sorted(found)


@dataclass
class Counted:
    """What one complete response asks of the server, request by request."""

    requests: list[str] = field(default_factory=list)
    statements: list[int] = field(default_factory=list)
    commits: list[int] = field(default_factory=list)
    heads: list[int] = field(default_factory=list)
    pages: list[int] = field(default_factory=list)
    bodies: list[int] = field(default_factory=list)
    said: list[list[str]] = field(default_factory=list)
    sent: list[Fields] = field(default_factory=list)


def count_journey() -> Counted:
    """One response inside this process, when everything kept has been met once."""
    with filled(2) as (_, app, paths):
        found = Counted()

        def counting(environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
            with Meter(app.extensions["store"].db.conn) as meter:
                answer = app(environ, lambda *given: (head.append(given), start(*given))[1])
                body = b"".join(answer)
                answer.close()  # type: ignore[attr-defined]
            found.requests.append(f"{environ['REQUEST_METHOD']} {environ['PATH_INFO'][:14]}")
            found.statements.append(len(meter.statements))
            found.said.append(meter.statements)
            found.commits.append(meter.commits)
            status, headers = head.pop()[:2]
            # As on the wire: "HTTP/1.1 ", two bytes after each line, the date, and an empty line.
            sent = sum(len(n) + len(v) + 4 for n, v in headers if n != "Date")
            found.heads.append(13 + len(status) + sent + DATE)
            found.bodies.append(len(body))
            return [body]

        head: list[Any] = []
        for path in paths:
            found = counted = Counted()
            client = httpx.Client(transport=httpx.WSGITransport(counting))
            visitor = Recorder(client)
            client.event_hooks["response"] = [
                lambda reply, counted=counted: counted.pages.append(len(reply.read()))
            ]
            core_response(visitor, "http://127.0.0.1" + path)
            found.sent = visitor.sent
        return found


def respond(browser: Browser, path: str, sent: list[Fields]) -> None:
    """The whole journey once more, with what a recorded one sent."""
    where, page = browser.ask("GET", path)
    for fields in sent:
        where, page = browser.send(where, fields, page)
    if not where.endswith("/kvitto"):
        raise RuntimeError(f"ended at {where}")


def respond_bare(browser: Browser, counted: Counted) -> None:
    """The same requests, commits and sizes of the bare application."""
    bodies = iter(counted.sent)
    for request, size, commits in zip(
        counted.requests, counted.pages, counted.commits, strict=True
    ):
        if request.startswith("POST"):
            body = "&".join(f"{n}={v}" for n, v in next(bodies)).encode("ascii", "ignore")
            browser.once("POST", f"/save?commits={commits}", body.decode())
        else:
            browser.once("GET", f"/page?bytes={size}")


def all_at_once(
    base: str, acts: list[Callable[[Browser], None]], clients: int
) -> tuple[list[float], list[Browser]]:
    """Every act by a browser of its own, so many at a time; the seconds of each."""
    taken: list[float] = []
    browsers: list[Browser] = []
    lock = threading.Lock()

    def one(act: Callable[[Browser], None]) -> None:
        browser = Browser(base)
        begun = time.perf_counter()
        act(browser)
        with lock:
            taken.append(time.perf_counter() - begun)
            browsers.append(browser)
        browser.socket.close()

    with ThreadPoolExecutor(clients) as pool:
        list(pool.map(one, acts))
    return taken, browsers


def bench_answers(each: int = 200, workers: int = 1) -> None:
    """Responses a second at 1, 4 and 16 clients, latency and CPU, ours and bare by turns."""
    counted = count_journey()
    if workers == 1:
        print_counted(counted)
    clients = (1, 4, 16)
    more = ("--only", "forms", "--workers", str(workers)) if workers > 1 else ()
    with (
        running(len(clients) * each + each, *more) as (base, pids, paths),
        running_bare(workers) as (bare, bare_pids),
    ):
        idle = sum(map(pss_mib, pids))
        ours = [lambda b, path=path: respond(b, path, counted.sent) for path in paths]
        plain = [lambda b: respond_bare(b, counted)] * each
        all_at_once(base, ours[:each], 4)  # warm
        all_at_once(bare, plain, 4)
        print(f"{'processes: ' + str(workers):<14}{'a response':>24}{'a request':>24}\n"
              f"{'':<6}{'clients':>8}{'resp/s':>8}" + f"{'p50 ms':>8}{'p95 ms':>8}{'p99 ms':>8}" * 2
              + f"{'CPU ms':>8}{'client':>8}{'of bare':>9}")  # fmt: skip
        for place, many in enumerate(clients, 1):
            acts = ours[place * each : (place + 1) * each]
            limit = _line("bare", bare, bare_pids, plain, many)
            _line("ours", base, pids, acts, many, limit)
        print(f"server memory: {idle:.0f} MiB idle, {sum(map(pss_mib, pids)):.0f} MiB after")
    print(
        "for comparison, a PHP survey system:", ", ".join(f"{k} {v}" for k, v in COMPARED.items())
    )


def _line(
    name: str, base: str, pids: list[int], acts: list[Any], clients: int, limit: float = 0.0
) -> float:
    cpu, own, begun = cpu_seconds(*pids), time.process_time(), time.perf_counter()
    taken, browsers = all_at_once(base, acts, clients)
    wall = time.perf_counter() - begun
    cost = 1000 * (cpu_seconds(*pids) - cpu) / len(acts)
    own = 1000 * (time.process_time() - own) / len(acts)
    ratio = f"{cost / limit:>9.2f}" if limit else ""
    each = percentiles([seconds for browser in browsers for seconds in browser.seconds])
    print(f"{name:<6}{clients:>8}{len(acts) / wall:>8.1f}{percentiles(taken)}{each}{cost:>8.1f}"
          f"{own:>8.1f}{ratio}")  # fmt: skip
    return cost


def print_counted(counted: Counted) -> None:
    """What each request of a complete response costs, whatever the machine."""
    print("\nA complete response, request by request (bytes of head and body as sent)")
    print(f"{'':<22}{'SQL':>8}{'commits':>8}{'head':>8}{'body':>8}{'page':>8}")
    columns = (counted.statements, counted.commits, counted.heads, counted.bodies, counted.pages)
    for name, *counts in zip(counted.requests, *columns, strict=True):
        print(f"{name:<22}" + "".join(f"{number:>8}" for number in counts))
    total = "".join(f"{sum(each):>8}" for each in columns)
    print(f"{f'{len(counted.requests)} requests':<22}{total}")

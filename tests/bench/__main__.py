"""`make bench`: how much the running product bears, measured from the outside.

The server is a process of its own, the clients another (this one). Machines are shared and
noisy, so each figure is a median over rounds, and CPU time is given beside wall time: it is
what the same work costs on a quiet machine.
"""

from __future__ import annotations

import argparse
import http.client
import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from app import create_app
from forms.mail.delivery import deliver
from forms.mail.smtp import open_transport
from forms.mail.survey_mails import MailWriter
from forms.questionnaire.inventory import as_dicts
from forms.web.request_context import survey_db
from survey_data import outbox
from survey_data.automation import fictitious_enterprises
from survey_data.database import rows, run
from survey_data.follow_up import mailings
from survey_data.geography import MUNICIPALITIES
from survey_data.outbox import Mail
from survey_data.publishing.publish import publish
from survey_data.register import enterprises
from survey_data.rounds import invitations, rounds
from tests.bench.data_pages import bench_data_pages
from tests.bench.documents import bench_documents
from tests.bench.overview import bench_overview
from tests.bench.publishing import bench_publish
from tests.bench.report import bench_report
from tests.support.five_autumns import links_to
from tests.support.http_visitor import Form, Page, Visitor, answer, loopback_client
from tests.support.mail_server import Inbox, mail_server
from tests.support.processes import free_port, server

TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")
# What a page holds for its own form, and a browser sends back as it is.
HIDDEN = re.compile(rb'name="(csrf_token|invitation|window|revision)" value="([^"]+)"')
# What the same survey took in a widely used PHP survey system on a machine like this one.
COMPARED = {"responses a second": "5-6", "p99 ms, 4 clients": "1400", "400 mails, s": "21"}


@dataclass(frozen=True)
class Step:
    """One form of the journey, as a browser sends it."""

    fields: tuple[tuple[str, str], ...]


class Recorder(Visitor):
    """A visitor that remembers what it sent."""

    def __init__(self) -> None:
        super().__init__(loopback_client())
        self.steps: list[Step] = []

    def submit(self, page: Page, form: Form, filled: object = None) -> Page:
        values = dict(form.fields)
        for name, value in (filled or {}).items():  # type: ignore[attr-defined]
            values[name] = [str(value)] if isinstance(value, str | int) else list(value)
        flat = tuple((n, v) for n, many in values.items() for v in many)
        self.steps.append(Step(flat))
        return super().submit(page, form, filled)  # type: ignore[arg-type]


class Browser:
    """The lightest thing that goes the whole way: one connection, and its own cookies."""

    def __init__(self, base: str) -> None:
        self.connection = http.client.HTTPConnection(urlsplit(base).netloc, timeout=60)
        self.cookies: dict[str, str] = {}
        self.requests = 0

    def ask(self, method: str, path: str, body: str = "") -> tuple[str, bytes]:
        """Send a request and follow where it leads; returns path and content."""
        kept = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {"Cookie": kept} if kept else {}
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self.connection.request(method, path, body or None, headers)
        reply = self.connection.getresponse()
        content = reply.read()
        self.requests += 1
        for name, value in reply.getheaders():
            if name.lower() == "set-cookie":
                cookie, _, kept = value.split(";")[0].partition("=")
                self.cookies[cookie] = kept
        if reply.status in (302, 303):
            return self.ask("GET", urlsplit(reply.getheader("Location") or "").path)
        if reply.status != 200:
            raise RuntimeError(f"{method} {path}: {reply.status}")
        return path, content

    def respond(self, path: str, steps: list[Step]) -> None:
        """The whole journey, from the link to the receipt."""
        where, content = self.ask("GET", path)
        for step in steps:
            found = {name.decode(): value for name, value in HIDDEN.findall(content)}
            fields = [(n, found.get(n, v)) for n, v in step.fields]
            where, content = self.ask("POST", where, urlencode(fields))
        if not where.endswith("/kvitto"):
            raise RuntimeError(f"ended at {where}")


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


def cpu_seconds(pid: int) -> float:
    """Processor time a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def memory_mb(pid: int) -> float:
    """Memory a process holds now."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE / 1e6


def process_on(port: int) -> int:
    """The process that serves a port (it names the port in its environment)."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                environment = (entry / "environ").read_bytes().split(b"\0")
                command = (entry / "cmdline").read_bytes()
            except OSError:
                continue
            if f"PORT={port}".encode() in environment and b"serve" in command:
                return int(entry.name)
    raise RuntimeError("no server")


@contextmanager
def running(count: int) -> Iterator[tuple[str, int, list[str]]]:
    """A server on a filled data folder: its address, its process, and everyone's link."""
    with tempfile.TemporaryDirectory() as folder:
        data, port = Path(folder) / "data", free_port()
        environment = os.environ | {
            "ASF_DATA_DIR": str(data), "PORT": str(port), "ASF_DEMO": "0", "ASF_SMTP_URL": "",
        }  # fmt: skip
        app = create_app({"DATA_DIR": data, "SMTP_URL": ""})
        with app.app_context():
            fill(count)
            paths = links()
        app.extensions["store"].close()
        with server(environment) as base:
            yield base, process_on(port), paths


def record(base: str, path: str) -> list[Step]:
    """Go the way once by reading the pages, and keep what was sent."""
    recorder = Recorder()
    each = fictitious_enterprises.examples()[0]
    numbers = dict.fromkeys(fictitious_enterprises.PARTS, 3)
    typed = fictitious_enterprises.answers_of(each, numbers, 2021)
    own = {"org_number", "enterprise_name", "municipality_code"}
    answer(recorder, base + path, {n: v for n, v in typed.items() if n not in own})
    return recorder.steps


def respond_all(base: str, paths: list[str], steps: list[Step], clients: int) -> list[float]:
    """Every path answered by so many clients at once; seconds each response took."""
    taken: list[float] = []
    lock = threading.Lock()

    def one(path: str) -> None:
        browser = Browser(base)
        started = time.perf_counter()
        browser.respond(path, steps)
        with lock:
            taken.append(time.perf_counter() - started)
        browser.connection.close()

    with ThreadPoolExecutor(clients) as pool:
        list(pool.map(one, paths))
    return taken


def own_fields(steps: list[Step]) -> list[Step]:
    """The steps without what identifies the enterprise they were recorded from."""
    own = {"org_number", "enterprise_name", "municipality_code", "unit_name"}
    return [Step(tuple((n, v) for n, v in s.fields if n not in own)) for s in steps]


def bench_answers(each: int) -> None:
    """Complete responses a second at 1, 4 and 16 clients, latency, CPU and memory."""
    with running(1 + 3 * each + 20) as (base, pid, paths):
        steps = record(base, paths[0])
        respond_all(base, paths[1:21], steps, 4)  # warm
        print(f"\nComplete responses (link to receipt, {2 + 2 * len(steps) - 1} requests each)")
        print(
            f"{'clients':>8}{'resp/s':>9}{'p50 ms':>9}{'p95 ms':>9}{'p99 ms':>9}{'CPU ms/resp':>13}"
        )
        for place, clients in enumerate((1, 4, 16)):
            batch = paths[21 + place * each : 21 + (place + 1) * each]
            cpu, started = cpu_seconds(pid), time.perf_counter()
            taken = respond_all(base, batch, steps, clients)
            wall = time.perf_counter() - started
            cost = 1000 * (cpu_seconds(pid) - cpu) / len(batch)
            cuts = statistics.quantiles(taken, n=100)
            marks = [1000 * statistics.median(taken), 1000 * cuts[94], 1000 * cuts[98]]
            print(
                f"{clients:>8}{len(batch) / wall:>9.1f}"
                + "".join(f"{mark:>9.0f}" for mark in marks)
                + f"{cost:>13.1f}"
            )
        print(f"server memory: {memory_mb(pid):.0f} MB")


def mail_server_process() -> None:
    """A mail server until standard input ends; its address on standard output first."""
    inbox = Inbox()
    with mail_server(inbox) as smtp_url:
        print(smtp_url, flush=True)
        sys.stdin.read()
        links = {link for who in inbox.count() for link in links_to(inbox, who)}
        print(len(inbox.mails), len(inbox.count()), len(links), flush=True)


# Each receives in a process of its own. The second is a widely used one written in Python.
RECEIVERS = {
    "a quick server with PIPELINING": ["tests.bench.fast_mail_server"],
    "aiosmtpd": ["tests.bench", "mail-server"],
}


@contextmanager
def receiving(command: list[str], expected: int | None) -> Iterator[str]:
    """A mail server's address; at the end everything must have arrived, and nothing twice."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen([sys.executable, "-m", *command], **pipes) as mails:
        yield mails.stdout.readline().strip()
        got = [int(number) for number in mails.communicate()[0].split()]
        assert expected is None or got[0] == got[2] == expected, got


def bench_mail(count: int = 400, times: int = 5) -> None:
    """So many invitations through one SMTP connection on loopback, written and sent."""
    print(f"\n{count} invitations through one SMTP connection, median of {times}")
    for name, command in RECEIVERS.items():
        with tempfile.TemporaryDirectory() as folder, receiving(command, times * count) as url:
            app = create_app({"DATA_DIR": Path(folder) / "data", "SMTP_URL": url})
            with app.app_context():
                fill(count)
                mailings.queue_invitations(survey_db(), 2021, "bench")
                taken = [_deliver_all(count) for _ in range(times)]
                like = replace(outbox.newest(survey_db(), 1)[0], recipient="e@example.org")
                message = MailWriter(survey_db()).message(like)
            app.extensions["store"].close()
        with receiving(command, None) as url:
            alone = statistics.median(
                _hand_over_only(url, like, message, count) for _ in range(times)
            )
        wall, cpu = (statistics.median(each) for each in zip(*taken, strict=True))
        print(f"{name}: {wall:.2f} s (CPU {cpu:.2f} s); handing over alone {alone:.2f} s")


def _deliver_all(count: int) -> tuple[float, float]:
    db = survey_db()
    run(db, "UPDATE outbox SET state = 'queued', message_id = NULL, attempts = 0")
    cpu, started = time.process_time(), time.perf_counter()
    sent = deliver(db)
    wall, cost = time.perf_counter() - started, time.process_time() - cpu
    assert sent == count
    return wall, cost


def _hand_over_only(url: str, to: Mail, message: bytes, count: int) -> float:
    """Seconds that the server takes for as many mails that were written beforehand."""
    with open_transport(url, Path(), "from@example.org") as transport:
        started = time.perf_counter()
        for _ in range(count):
            transport.send(to, message)
        return time.perf_counter() - started


def median_of(act: Callable[[], object], times: int = 5) -> float:
    """Median wall seconds."""
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        act()
        taken.append(time.perf_counter() - started)
    return statistics.median(taken)


def bench_protect() -> None:
    """The county and the country: pattern, proof, and the proof checked without a solver."""
    from tests.support.county import GAVLEBORG

    for name, counties, count in (
        ("the county, 28 enterprises", [GAVLEBORG], 28),
        ("the country, 358 enterprises, 290 municipalities, 21 counties", the_country(), 358),
    ):
        started = time.perf_counter()
        found = [protect_county(c, n, seed) for seed, (c, n) in enumerate(shares(counties, count))]
        wall = time.perf_counter() - started
        slowest, hidden, all_, checked = (
            max(f[0] for f in found), *(sum(f[i] for f in found) for i in (1, 2, 3)),
        )  # fmt: skip
        print(
            f"\nprotect {name}: {wall:.1f} s (slowest county {slowest:.1f} s),"
            f" {hidden} of {all_} figures hidden; proofs checked in {checked:.1f} s"
        )


def the_country() -> list[Any]:
    """As many counties and municipalities as Sweden has, each county with two provinces."""
    from survey_data.statistics.tabulation import County

    sizes = [26, 8, 9, 13, 13, 8, 12, 1, 5, 33, 6, 49, 16, 12, 10, 15, 10, 7, 8, 15, 14]
    assert (len(sizes), sum(sizes)) == (21, 290)
    return [
        County(f"{n:02}", {
            f"{n:02}{p}": tuple(f"{n:02}{m:02}" for m in range(size) if m % 2 == p or size == 1)
            for p in range(min(2, size))
        })
        for n, size in enumerate(sizes, 1)
    ]  # fmt: skip


def shares(counties: list[Any], count: int) -> Iterator[tuple[Any, int]]:
    """How many enterprises each county has, by its municipalities."""
    sizes = [sum(map(len, c.provinces.values())) for c in counties]
    before = 0
    for n, county in enumerate(counties, 1):
        until = round(count * sum(sizes[:n]) / sum(sizes))
        yield county, until - before
        before = until


def protect_county(county: Any, count: int, seed: int) -> tuple[float, int, int, float]:
    """Seconds to protect and prove a county, figures hidden of all, seconds to check."""
    from survey_data.disclosure.certificate import check_certificate
    from tests.support.county import many, next_edition, prove

    started = time.perf_counter()
    shown = next_edition([], many(county, count, seed), county)
    sight, certificate = prove([shown], county)
    proven = time.perf_counter()
    check_certificate(certificate, sight)
    hidden = sum(value is None for value in shown.values.values())
    return proven - started, hidden, len(shown.values), time.perf_counter() - proven


def bench_release() -> None:
    """Writing every file of the demonstration's release."""
    from forms.start import demo
    from survey_data.releases.content import read
    from survey_data.releases.files import all_files

    with tempfile.TemporaryDirectory() as folder:
        app = create_app({"DATA_DIR": Path(folder) / "data"})
        with app.app_context():
            demo.set_up(survey_db())
            publish(survey_db(), app.extensions["places"], "bench")
        content = read(app.config["OPEN_DB"])
        files = all_files(content)
        wall = median_of(lambda: all_files(content))
        app.extensions["store"].close()
        size = sum(map(len, files.values())) / 1000
        print(
            f"\na release's {len(files)} files ({size:.0f} kB): {1000 * wall:.0f} ms, median of 5"
        )


def bench_start() -> None:
    """Second start, to the first answer."""
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {
            "ASF_DATA_DIR": str(Path(folder) / "data"), "PORT": str(free_port()),
        }  # fmt: skip

        def start() -> None:
            with server(environment):
                pass

        start()
        print(f"\nsecond start and stop: {median_of(start, 3):.1f} s, median of 3")


def main() -> None:
    """Run every measurement, or those named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("only", nargs="*", help="some of the parts; all when none is named")
    parser.add_argument("--each", type=int, default=200, help="responses at each client count")
    chosen = parser.parse_args()
    # Built on what stands above.
    from tests.bench.autosave import bench_autosave

    parts = {
        "answers": lambda: bench_answers(chosen.each),
        "autosave": lambda: bench_autosave(10 * chosen.each),
        "office": bench_overview,
        "mail": bench_mail,
        "publish": bench_publish,
        "protect": bench_protect,
        "release": bench_release,
        "start": bench_start,
        "documents": bench_documents,
        "report": bench_report,
        "data": bench_data_pages,
    }
    if chosen.only == ["mail-server"]:
        return mail_server_process()
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores")
    for name in chosen.only or parts:
        parts[name]()
    return print("\nfor comparison:", ", ".join(f"{k} {v}" for k, v in COMPARED.items()))


if __name__ == "__main__":
    sys.exit(main())

"""The product as people start it: `flask serve` and the other commands, each a process."""

import os
import re
import signal
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from forms.start import demo
from survey_data.database import connect
from survey_data.staff import staff
from survey_data.staff.sign_in import new_sign_in_link
from tests.support import processes
from tests.support.http_visitor import Form, Page, Visitor, loopback_client
from tests.support.processes import FLASK, ROOT, free_port


@dataclass
class Server:
    """A running `flask serve` and what it printed before it began."""

    process: subprocess.Popen[str]
    base: str
    data: Path
    printed: str
    log: Path

    @property
    def port(self) -> int:
        return int(self.base.rsplit(":", 1)[1])

    @property
    def coordinator_link(self) -> str:
        return self.find(r"http\S+/logga-in/\S+")

    @property
    def form_link(self) -> str:
        return self.find(r"http\S+/s/\S+")

    def find(self, pattern: str) -> str:
        found = re.search(pattern, self.printed)
        assert found, self.printed
        return found[0]

    def query(self, sql: str) -> list[Any]:
        with closing(sqlite3.connect(self.data / "survey.db")) as db:
            return db.execute(sql).fetchall()

    def stop(self, how: signal.Signals = signal.SIGTERM) -> str:
        """Stop it; gives what it said on stderr."""
        self.process.send_signal(how)
        self.process.communicate()
        return self.log.read_text("utf-8")


def environment(data: Path, port: int, **more: str) -> dict[str, str]:
    kept = {n: v for n, v in os.environ.items() if not n.startswith("ASF_")}
    return kept | {"ASF_DATA_DIR": str(data), "PORT": str(port)} | more


def start(data: Path, *arguments: str, port: int = 0, **more: str) -> Server:
    port = port or free_port()
    # A file, as nobody reads a pipe while the server runs.
    log = data.parent / f"serve-{port}.log"
    with log.open("w") as file:
        process = processes.start(
            *FLASK,
            "serve",
            *arguments,
            cwd=ROOT,
            env=environment(data, port, **more),
            stdout=subprocess.PIPE,
            stderr=file,
            text=True,
        )
    assert process.stdout
    printed = ""
    for line in process.stdout:
        printed += line
        if "Ctrl-C" in line:
            return Server(process, f"http://127.0.0.1:{port}", data, printed, log)
    process.wait()
    raise AssertionError(log.read_text())


@contextmanager
def running(data: Path, *arguments: str, **more: str) -> Iterator[Server]:
    server = start(data, *arguments, **more)
    try:
        yield server
    finally:
        server.process.kill()
        # One that was stopped in the block has been read to its end already.
        if server.process.stdout and not server.process.stdout.closed:
            server.process.communicate()
        server.process.wait()


def flask(
    data: Path, *arguments: str, port: int = 8000, **more: str
) -> subprocess.CompletedProcess[str]:
    """A `flask` command to its end, on a data folder."""
    return subprocess.run(
        [*FLASK, *arguments],
        cwd=ROOT,
        env=environment(data, port, **more),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def visitor() -> Visitor:
    return Visitor(loopback_client())


def own_form(page: Page) -> Form:
    return next(f for f in page.forms() if not f.action.endswith("/logga-ut"))


def new_coordinator_link(server: Server) -> str:
    with closing(connect(server.data / "survey.db")) as db:
        who = staff.by_email(db, demo.COORDINATOR)
        assert who
        return f"{server.base}/logga-in/{new_sign_in_link(db, who.id, None)}"


def coordinator(server: Server) -> Visitor:
    signed_in = visitor()
    page = signed_in.open(new_coordinator_link(server))
    assert signed_in.submit(page, own_form(page)).path == "/samordna/"
    return signed_in

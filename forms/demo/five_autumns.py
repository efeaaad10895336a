"""The rehearsal: five autumns through the real product, compared with what was printed.

In an empty data folder it starts the real server and a real mail server, and for each year
opens the round, sends the mail, reads each link out of its mail, answers over HTTP, closes
and publishes. Then every printed figure is looked up in the published database.
"""

from __future__ import annotations

import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import click
import httpx
from aiosmtpd.controller import Controller

from forms.demo.http_visitor import Visitor, answer, loopback_client
from survey_data.automation import fictitious_enterprises
from survey_data.automation.fictitious_enterprises import YEARS, Example
from survey_data.history.printed_series import published

ROOT = Path(__file__).parents[2]
FROM_THE_INVENTORY = ("enterprises", *fictitious_enterprises.PARTS.values())


class Inbox:
    """A mail server's handler that keeps what it is given."""

    def __init__(self) -> None:
        self.links: dict[str, list[str]] = {}
        self.subjects: list[str] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """Take one mail."""
        message = message_from_bytes(envelope.content, policy=policy.default)
        self.subjects.append(str(message["Subject"]))
        body = message.get_body(("plain",))
        text = body.get_content() if body else ""
        for recipient in envelope.rcpt_tos:
            self.links.setdefault(recipient, []).extend(re.findall(r"http\S+/s/\S+", text))
        return "250 OK"


@dataclass(frozen=True)
class Line:
    """One printed figure beside what the rehearsal published."""

    year: int
    area: str
    indicator: str
    printed: int
    found: int | None
    note: str = ""

    @property
    def agrees(self) -> bool:
        """Whether they are the same."""
        return self.printed == self.found


@contextmanager
def mail_server() -> Iterator[tuple[str, Inbox]]:
    """A mail server on a free loopback port: its address, and what it has been given."""
    inbox = Inbox()
    controller = Controller(inbox, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        yield f"smtp://127.0.0.1:{controller.port}", inbox
    finally:
        controller.stop()


def free_port() -> int:
    """A port of this machine that nobody uses."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def server(environment: dict[str, str]) -> Iterator[str]:
    """The real server as a process of its own; gives its address and stops it at the end."""
    base = f"http://127.0.0.1:{environment['PORT']}"
    process = subprocess.Popen(
        [sys.executable, "-m", "flask", "serve"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
    )
    try:
        _wait_for(base, process)
        yield base
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=20)


def _wait_for(base: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if process.poll() is not None:
            raise click.ClickException("Servern startade inte.")
        try:
            httpx.get(f"{base}/kontakt", timeout=2, trust_env=False)
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise click.ClickException("Servern svarar inte.")


def command(environment: dict[str, str], *words: str) -> str:
    """Run one `flask` command in the data folder and return what it says."""
    done = subprocess.run(
        [sys.executable, "-m", "flask", *words],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise click.ClickException(f"flask {' '.join(words)}: {done.stderr.strip()}")
    return done.stdout.strip()


def rehearse_all() -> None:
    """Replay 2016–2020 with example enterprises and compare with the printed series."""
    with tempfile.TemporaryDirectory() as folder, mail_server() as (smtp_url, inbox):
        environment = _environment(Path(folder), smtp_url)
        _fill_register(environment, Path(folder))
        with server(environment):
            for year in YEARS:
                _hold(environment, inbox, year)
        lines = compare(Path(folder) / "data" / "open.db")
    _print_table(lines)
    if not all(line.agrees for line in lines):
        raise click.ClickException("Siffrorna stämmer inte med den tryckta serien.")
    click.echo(f"\nAlla {len(lines)} siffror stämmer med den tryckta serien.")


def _environment(folder: Path, smtp_url: str) -> dict[str, str]:
    return os.environ | {
        "ASF_DATA_DIR": str(folder / "data"),
        "PORT": str(free_port()),
        "ASF_SMTP_URL": smtp_url,
        "ASF_DEMO": "0",
    }


def _fill_register(environment: dict[str, str], folder: Path) -> None:
    """Import the examples from a CSV file, as a coordinator would."""
    path = folder / "register.csv"
    path.write_text(fictitious_enterprises.as_csv(), "utf-8")
    click.echo(command(environment, "register", "import", str(path)))


def _hold(environment: dict[str, str], inbox: Inbox, year: int) -> None:
    started = time.monotonic()
    inbox.links.clear()
    for step in (("round", "open"), ("round", "send")):
        command(environment, *step, str(year))
    asked = [e for e in fictitious_enterprises.examples() if e.exists(year)]
    numbers = fictitious_enterprises.numbers_of(year)
    with click.progressbar(asked, label=f"  {year}", width=24) as going:
        for each in going:
            _answer(inbox, each, numbers[each.enterprise.name], year)
    command(environment, "round", "close", str(year))
    said = command(environment, "publish", "--without-printed")
    click.echo(f"  {year}: {len(asked)} svar, {said} ({time.monotonic() - started:.1f} s)")


def _answer(inbox: Inbox, each: Example, numbers: dict[str, int], year: int) -> None:
    link = inbox.links[each.contact.email][-1]
    typed = fictitious_enterprises.answers_of(each, numbers, year)
    with Visitor(loopback_client()) as visitor:
        answer(visitor, link, typed)


def compare(open_db: Path) -> list[Line]:
    """Every printed inventory figure beside the published one; parts, not stated totals.

    Where a stated total differs from its parts, the answers add up to the parts, and the
    line says what was stated.
    """
    with closing(sqlite3.connect(f"file:{open_db}?mode=ro", uri=True)) as db:
        found = {
            (year, area, indicator): value
            for year, area, indicator, value in db.execute(
                "SELECT year, area_code, indicator, value FROM observations"
            )
        }
    lines = [
        Line(v.year, v.area_code, v.indicator, v.value,
             found.get((v.year, v.area_code, v.indicator)))
        for v in published()
        if v.indicator in (*FROM_THE_INVENTORY, "employees")
    ]  # fmt: skip
    return [*lines, *(_placed(year, found) for year in YEARS)]


def _placed(year: int, found: dict[tuple[int, str, str], int]) -> Line:
    printed = {v.indicator: v.value for v in published() if v.year == year and v.area_code == "21"}
    parts = sum(printed[name] for name in ("placed_af", "placed_kommun", "placed_other"))
    stated = printed["placed"]
    note = f"källan anger {stated}" if stated != parts else ""
    return Line(year, "21", "placed", parts, found.get((year, "21", "placed")), note)


def _print_table(lines: list[Line]) -> None:
    click.echo(f"\n  {'År':6}{'Område':14}{'Mått':20}{'Tryckt':>8}{'Nu':>8}")
    for line in sorted(lines, key=lambda x: (x.year, x.indicator, x.area)):
        mark = "" if line.agrees else "  STÄMMER INTE"
        note = f"  ({line.note})" if line.note else ""
        found = "–" if line.found is None else line.found
        click.echo(
            f"  {line.year:<6}{line.area:14}{line.indicator:20}"
            f"{line.printed:>8}{found:>8}{note}{mark}"
        )

"""A server under load that is killed at random moments, and a sender of mail that is killed.

What was acknowledged is counted by those who were told, and looked for in the database afterwards.
"""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from threading import Event, Thread
from typing import Any

import httpx
from flask import Flask
from sqlite_utils import Database

from forms.questionnaire.inventory import as_dicts
from survey_data import outbox
from survey_data.database import rows, scalar
from survey_data.follow_up import mailings
from survey_data.publishing.publish import publish
from survey_data.rounds import rounds
from tests.soak.races import PLACED, REVIEW, Enterprise, Result, autosave, press_hand_in
from tests.support import processes, serving
from tests.support.disks import on_small_disk
from tests.support.mail_server import Inbox, mail_server
from tests.support.processes import FLASK, ROOT
from tests.support.serving import Server

PEOPLE = 6


@dataclass
class Person:
    """One who saves and hands in greater and greater numbers, and remembers what was confirmed."""

    one: Enterprise
    saved: int = 0
    tried: int = 0
    handed_in: list[int] = field(default_factory=list)
    requests: int = 0
    slowest: float = 0.0

    def go_on(self, stop: Event, pause: float) -> None:
        """Answer until told to stop, with so many seconds between requests; cut off, try again."""
        while not stop.wait(pause):
            with suppress(httpx.TransportError):
                self._answer(stop, pause)

    def _answer(self, stop: Event, pause: float) -> None:
        self.tried += 1
        number = self.tried
        page = self._timed(lambda: self.one.one.open(PLACED))
        if page.status != 200:
            return
        stop.wait(pause)
        if self._timed(lambda: autosave(self.one.one, page, number)):
            self.saved = number
        stop.wait(pause)
        review = self._timed(lambda: self.one.one.open(REVIEW))
        stop.wait(pause)
        form = review.form_with("certify")
        if form and self._timed(lambda: press_hand_in(self.one.one, review)) == 303:
            self.handed_in.append(self.saved)

    def save_on(self, stop: Event) -> None:
        """Save a field again and again until told to stop."""
        while not stop.is_set():
            page = self.one.one.open(PLACED)
            self.tried += 1
            number = self.tried
            if self._timed(lambda: autosave(self.one.one, page, number)):  # noqa: B023
                self.saved = number

    def _timed(self, act: Any) -> Any:
        began = time.monotonic()
        found = act()
        self.requests += 1
        self.slowest = max(self.slowest, time.monotonic() - began)
        return found

    def look(self, result: Result) -> None:
        """Compare what was confirmed with what is stored."""
        drafted = self.one.drafted()
        if not isinstance(drafted, int) or drafted < self.saved:
            result.faults.append(f"{self.saved} was saved and {drafted} is there")
        sql = "SELECT placed_af FROM response WHERE invitation_id = ?"
        stored = Counter(row["placed_af"] for row in rows(self.one.db, sql, (self.one.invitation,)))
        lost = [n for n in self.handed_in if not stored[n]]
        result.faults += [f"{n} was handed in and is not there" for n in lost]
        result.doubled += sum(n - 1 for n in stored.values())
        result.counts["handed in"] += len(self.handed_in)
        result.counts["requests"] += self.requests


def under_load(
    app: Flask, folder: Path, *, kills: int = 0, seconds: float = 0, per_second: float = 25
) -> Result:
    """Let some answer while processes are killed so often, or for so many seconds without."""
    result, inbox = Result(), Inbox()
    invitations = [r["id"] for r in rows(app.extensions["store"].db, "SELECT id FROM invitation")]
    with mail_server(inbox) as url:
        more = {"ASF_SMTP_URL": url, "ASF_DEMO": "0"}
        with serving.running(folder, "--only", "forms", "--workers", "2", **more) as server:
            people = [Person(Enterprise(app, i, server.base)) for i in invitations[:PEOPLE]]
            began = time.monotonic()
            _let_them(people, PEOPLE / per_second, lambda: _disturb(server, kills, seconds))
            result.counts["seconds"] = round(time.monotonic() - began)
            processes.wait_until(lambda: not _leaving(app), server.process)
            server.stop()
    for person in people:
        person.look(result)
        person.one.close()
    result.counts["slowest ms"] = round(1000 * max(p.slowest for p in people))
    result.counts["kills"] = kills
    _count_mails(app.extensions["store"].db, inbox, result)
    return result


def _let_them(people: list[Person], pause: float, act: Any) -> None:
    stop = Event()
    threads = [Thread(target=person.go_on, args=(stop, pause)) for person in people]
    for thread in threads:
        thread.start()
    try:
        act()
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def _disturb(server: Server, kills: int, seconds: float) -> None:
    time.sleep(seconds)
    parent = server.process.pid
    for _ in range(kills):
        time.sleep(random.uniform(0.05, 1.5))
        said = Path(f"/proc/{parent}/task/{parent}/children").read_text("ascii").split()
        if said:
            with suppress(ProcessLookupError):
                os.kill(int(random.choice(said)), signal.SIGKILL)


def _leaving(app: Flask) -> int:
    sql = """SELECT count(*) FROM outbox WHERE state IN ('queued', 'sending')
        AND due_at <= strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now')"""
    return int(scalar(app.extensions["store"].db, sql))


def _count_mails(db: Database, inbox: Inbox, result: Result) -> None:
    came = Counter(str(message["Message-ID"]) for _to, message in inbox.mails)
    result.sent_twice += sum(n - 1 for n in came.values())
    result.given_up += outbox.counts(db).get("failed", 0)
    result.counts["mails"] += len(inbox.mails)
    result.counts["for a person to say"] = outbox.counts(db).get("uncertain", 0)
    with closing(sqlite3.connect(str(scalar(db, "SELECT file FROM pragma_database_list")))) as raw:
        if raw.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
            result.faults.append("the database is damaged")


class Executioner(Inbox):
    """Kills the sending process at a moment of the n-th mail: asked for, under way or taken."""

    def __init__(self) -> None:
        super().__init__()
        self.left, self.moment = 0, "taken"
        self.sender: subprocess.Popen[Any] | None = None

    def _perhaps(self, moment: str) -> None:
        if self.sender and self.left <= 0 and moment == self.moment:
            self.sender.kill()

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        """Take the address."""
        self.left -= 1
        self._perhaps("asked")
        return await super().handle_RCPT(server, session, envelope, address, options)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """Take the mail, or not where its sender has died."""
        if self.moment == "under way" and self.left <= 0:
            self._perhaps("under way")
            return "451 later"
        answer = await super().handle_DATA(server, session, envelope)
        self._perhaps("taken")
        return answer


def kills_while_mailing(app: Flask, folder: Path, kills: int) -> Result:
    """Invite everyone, killing the sender so often on the way."""
    db, result, inbox = app.extensions["store"].db, Result(), Executioner()
    invited = mailings.queue_invitations(db, 2021, "soak").mails
    with mail_server(inbox) as url:
        environment = serving.environment(folder, 0, ASF_SMTP_URL=url)
        for number in range(kills + 1):
            inbox.left = random.randint(1, max(1, 2 * invited // (kills + 1)))
            inbox.moment = ("asked", "under way", "taken", "none")[
                3 if number == kills else number % 3
            ]
            inbox.sender = processes.start(
                *FLASK, "deliver", cwd=ROOT, env=environment,
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )  # fmt: skip
            result.counts["killed"] += inbox.sender.wait() == -signal.SIGKILL
            outbox.settle_abandoned(db, at_start=True)
    missing = invited - len(inbox.count())
    result.counts["invited"] = invited
    _count_mails(db, inbox, result)
    if missing > result.counts["for a person to say"]:
        result.faults.append(f"{missing} never left and nobody is told")
    return result


def beside_publishing(app: Flask, answered: int) -> Result:
    """Save, one field at a time, while a year of so many enterprises is proven and published."""
    db, result = app.extensions["store"].db, Result()
    rounds.close_round(db, 2021, "soak")
    rounds.open_round(db, 2022, date(2022, 10, 1), date(2022, 11, 15), as_dicts(2022), "soak")
    asked = scalar(db, "SELECT max(id) FROM invitation")
    person, stop = Person(Enterprise(app, int(asked))), Event()
    with ThreadPoolExecutor(1) as pool:
        saving = pool.submit(person.save_on, stop)
        began = time.monotonic()
        publish(db, app.extensions["places"], "soak")
        result.counts["seconds"] = round(time.monotonic() - began)
        stop.set()
        saving.result()
    person.look(result)
    person.one.close()
    result.counts["enterprises"] = answered
    result.counts["slowest ms"] = round(1000 * person.slowest)
    return result


def full_disks(folder: Path, steps: int) -> Result:
    """Save, publish and back up on a disk with more and more room, three times so many steps."""
    command = [sys.executable, "-m", "tests.support.killed_release", "--full", str(folder / "d")]
    about = {**os.environ, "FULL_DISKS": str(steps)}
    done = on_small_disk(folder / "d", 30_000, command, environment=about, cwd=ROOT)
    said = [line for line in done.stdout.splitlines() if " kB: " in line]
    result = Result(Counter(line.split()[0] for line in said))
    if done.returncode:
        result.faults.append(done.stderr.strip().splitlines()[-1])
    return result

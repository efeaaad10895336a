"""A machine that is lost: what the next one has, out of a backup and out of Litestream's copy."""

import os
import re
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, suppress
from itertools import pairwise
from pathlib import Path
from threading import Event, Thread

import httpx
import pytest

from app import create_app
from survey_data import audit_trail, clock, outbox
from survey_data.database import connect, rows, run, scalar, writing
from survey_data.erasures import FILE
from survey_data.operations import restore
from survey_data.register import contacts
from tests.support import processes
from tests.support.http_visitor import Visitor
from tests.support.processes import ROOT, wait_until
from tests.support.serving import Server, coordinator, flask, own_form, running, visitor

PHRASE = {"ASF_BACKUP_PASSPHRASE": "tolv tecken eller fler"}
LITESTREAM = str(Path(sys.executable).with_name("litestream"))
CONFIG = str(ROOT / "forms" / "web" / "deploy" / "litestream.yml")
# Who can be sent a new link in a round that is open.
ASKED = """
    SELECT invitation.id, contact.email FROM invitation
    JOIN round ON round.id = invitation.round_id AND round.closed_at IS NULL
    JOIN contact ON contact.enterprise_id = invitation.enterprise_id AND contact.is_main
"""
# What may be lost, and for how long the machine must have been calm before it is.
LOSS, CALM = 1.0, 3.0


@pytest.fixture
def filled(shown: Path, tmp_path: Path) -> Path:
    """A data folder that a start finds the demonstration in."""
    return Path(shutil.copytree(shown, tmp_path / "first" / "data"))


def release_files(server: Server) -> dict[str, bytes]:
    with visitor() as reader:
        page = reader.open(f"{server.base}/oppna-data/2020-1/")
        names = sorted(set(re.findall(r"/oppna-data/2020-1/([\w.-]+\.\w+)", page.text)))
        assert len(names) > 5
        files = {n: reader.client.get(f"{server.base}/oppna-data/2020-1/{n}") for n in names}
    assert {reply.status_code for reply in files.values()} == {200}
    return {name: reply.content for name, reply in files.items()}


def save(respondent: Visitor, base: str, value: int) -> None:
    """Save a number of employees as a draft; fails unless it was acknowledged."""
    page = respondent.open(f"{base}/svara/anstallda")
    form = page.form_with("revision")
    assert form
    typed = {"employees_total": str(value), "go": "later"}
    assert "Sparat" in respondent.submit(page, form, typed).text


def draft(data: Path) -> int:
    sql = (
        "SELECT value FROM draft WHERE question = 'employees_total' ORDER BY saved_at DESC LIMIT 1"
    )
    with closing(sqlite3.connect(data / "survey.db")) as db:
        return int(db.execute(sql).fetchone()[0])


def said_of(data: Path, command: str) -> str:
    """What a command says of a data folder, without a process of its own."""
    app = create_app({"DATA_DIR": data})
    with app.app_context():
        said = app.test_cli_runner().invoke(args=[command]).output
    app.extensions["store"].close()
    return said


@pytest.fixture
def opened() -> Iterator[ExitStack]:
    """What is open until the end of a test, while machines come and go."""
    with ExitStack() as stack:
        yield stack


def test_a_new_machine_has_all_of_the_backup_and_sends_nothing_by_itself(
    filled: Path, tmp_path: Path, opened: ExitStack
) -> None:
    copy, new = tmp_path / "copy.zip", tmp_path / "second" / "data"
    with running(filled) as first:
        respondent = opened.enter_context(visitor())
        link = first.form_link.removeprefix(first.base)
        page = respondent.open(first.form_link)
        respondent.submit(page, own_form(page))
        save(respondent, first.base, 17)
        staff = opened.enter_context(coordinator(first))
        files = release_files(first)
        wait_in(filled)
        made = flask(filled, "backup", str(copy), "--with-secret", **PHRASE)
        assert made.returncode == 0, made.stderr
        erased = after_the_copy(filled)
        first.process.kill()
        first.process.wait()

    done = flask(new, "restore", str(copy), "--erasures", str(filled / FILE), **PHRASE)
    assert done.returncode == 0, done.stderr
    assert "Alla utskick är pausade" in done.stdout
    assert "1 gallringar efter kopian är gjorda om" in done.stdout
    assert said_of(new, "deliver").startswith("0 mejl skickade")
    with running(new) as second:
        # The browser that the form is known in, and its session, are known here too.
        page = respondent.open(f"{second.base}/svara/anstallda")
        assert 'value="17"' in page.text
        assert respondent.open(f"{second.base}{link}").status == 200
        assert release_files(second) == files
        page = staff.open(f"{second.base}/samordna/")
        assert "Utskicken är pausade" in page.text
        with closing(connect(new / "survey.db")) as db:
            assert not scalar(db, "SELECT count(*) FROM contact WHERE id = ?", (erased,))
            uncertain = "SELECT once FROM outbox WHERE state = 'uncertain' ORDER BY id"
            waiting = rows(db, uncertain)
            assert {"once": "waits"} in waiting, "it may have left since the copy was made"
            [asked, *_] = rows(db, ASKED)
            outbox.queue(db, "new_link", asked["email"], once="new", invitation_id=asked["id"])
        assert said_of(new, "deliver").startswith("0 mejl skickade")
        assert "FEL  Utskicken är pausade" in said_of(new, "status")
        form = next(f for f in page.forms() if f.action.endswith("/skicka-igen"))
        assert "Utskicken är i gång igen" in staff.submit(page, form).text
        with closing(connect(new / "survey.db")) as db:
            state = "SELECT state FROM outbox WHERE once = 'new'"
            wait_until(lambda: scalar(db, state) not in ("queued", "sending"), second.process)
            assert scalar(db, state) == "sent"
            assert rows(db, uncertain) == waiting


def wait_in(data: Path) -> None:
    """Let a mail wait that the server would not take before."""
    with closing(connect(data / "survey.db")) as db:
        later = clock.machine.from_now(hours=1)
        with writing(db):
            outbox.queue(db, "new_link", "a@example.org", once="waits", invitation_id=1)
            run(db, "UPDATE outbox SET due_at = ? WHERE once = 'waits'", (later,))


def after_the_copy(data: Path) -> int:
    """Erase a contact; gives its number."""
    with closing(connect(data / "survey.db")) as db:
        [first, *_] = rows(db, "SELECT id, enterprise_id FROM contact ORDER BY id")
        contacts.remove(db, first["enterprise_id"], first["id"], "test")
        return int(first["id"])


def test_a_command_at_the_terminal_refuses_what_it_cannot_restore(
    filled: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.zip"
    assert flask(filled, "backup", str(copy)).returncode == 0
    whole = copy.read_bytes()
    for body, data, said in (
        (whole, filled, "är inte tom"),
        (whole[:-1000], tmp_path / "new", "är ingen hel säkerhetskopia"),
        (b"something else", tmp_path / "new", "är ingen hel säkerhetskopia"),
    ):
        copy.write_bytes(body)
        done = flask(data, "restore", str(copy))
        assert done.returncode == 1
        [sentence] = done.stderr.strip().splitlines()
        assert said in sentence
    assert not (tmp_path / "new").exists()


# Litestream


class Load:
    """Two who write without a pause, and what was acknowledged to them, and when."""

    def __init__(self, server: Server, respondent: Visitor) -> None:
        self.server, self.respondent = server, respondent
        self.rows: list[tuple[float, int]] = []
        self.saves: list[tuple[float, int]] = []
        self.ticks: list[float] = []
        self.stop = Event()
        self.threads = [Thread(target=t) for t in (self._rows, self._saves, self._tick)]

    def _rows(self) -> None:
        with closing(connect(self.server.data / "survey.db")) as db:
            number = 0
            while not self.stop.is_set():
                number += 1
                audit_trail.record(db, "load", "load", f"row {number}")
                self.rows.append((time.monotonic(), number))
                self.stop.wait(0.005)

    def _saves(self) -> None:
        # Its last request meets a server that is gone.
        with suppress(httpx.TransportError):
            for value in range(1, 9_999):
                if self.stop.is_set():
                    return
                save(self.respondent, self.server.base, value)
                self.saves.append((time.monotonic(), value))

    def _tick(self) -> None:
        while not self.stop.is_set():
            self.ticks.append(time.monotonic())
            self.stop.wait(0.02)

    def is_calm(self) -> bool:
        """Whether nobody has had to wait for the processor for a while: a busy machine, and not
        Litestream, would be measured then."""
        now = time.monotonic()
        recent = [t for t in self.ticks if t > now - CALM]
        gaps = [b - a for a, b in pairwise(recent)]
        begun = self.ticks and self.ticks[0] < now - CALM - LOSS
        return bool(begun and max(gaps, default=CALM) < 0.15 and len(self.saves) > 5)

    def before(self, moment: float) -> tuple[set[int], int]:
        """The rows acknowledged before a moment, and the last save."""
        return (
            {number for at, number in self.rows if at < moment},
            max(value for at, value in self.saves if at < moment),
        )


@pytest.fixture
def lost(filled: Path, tmp_path: Path) -> Callable[[], tuple[Path, set[int], int, str]]:
    """Runs the product under load with Litestream beside it, and kills both at once."""
    environment = os.environ | {
        "ASF_DATA_DIR": str(filled), "ASF_REPLICA_URL": f"file://{tmp_path / 'replica'}",
    }  # fmt: skip

    def run_and_lose() -> tuple[Path, set[int], int, str]:
        command = (LITESTREAM, "replicate", "-config", CONFIG)
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        with visitor() as respondent, running(filled) as server:
            copying = processes.start(*command, env=environment, **quiet)
            wait_until(lambda: list((tmp_path / "replica").rglob("*.ltx")), copying)
            page = respondent.open(server.form_link)
            respondent.submit(page, own_form(page))
            load = Load(server, respondent)
            for thread in load.threads:
                thread.start()
            wait_until(load.is_calm, copying)
            killed_at = time.monotonic()
            copying.kill()
            server.process.kill()
            load.stop.set()
            for thread in load.threads:
                thread.join()
            copying.wait()
        restored = tmp_path / "restored.db"
        subprocess.run(
            [LITESTREAM, "restore", "-config", CONFIG, "-o", str(restored), filled / "survey.db"],
            env=environment, capture_output=True, check=True,
        )  # fmt: skip
        return restored, *load.before(killed_at - LOSS), server.form_link.removeprefix(server.base)

    return run_and_lose


def test_all_but_the_last_second_survives_the_machine(
    lost: Callable[[], tuple[Path, set[int], int, str]], filled: Path, tmp_path: Path
) -> None:
    copy, acknowledged, saved, link = lost()
    new = tmp_path / "second" / "data"
    done = flask(new, "restore", str(copy), "--releases", str(filled / "releases"))
    assert done.returncode == 0, done.stderr
    assert "Hemligheten är ny" in done.stdout
    with closing(sqlite3.connect(new / "survey.db")) as db:
        found = db.execute("SELECT substr(subject, 5) FROM audit WHERE actor = 'load'").fetchall()
    assert len(acknowledged) > 100
    assert acknowledged <= {int(number) for (number,) in found}
    assert draft(new) >= saved
    with running(new) as second:
        with visitor() as respondent:
            page = respondent.open(f"{second.base}{link}")
            assert page.status == 200
            page = respondent.submit(page, own_form(page))
            assert page.path == "/svara/kod", "the form is known in another browser"
        assert len(release_files(second)) > 5
        with coordinator(second) as staff:
            assert "Utskicken är pausade" in staff.open(f"{second.base}/samordna/").text
        with closing(connect(new / "survey.db")) as db:
            assert [r["id"] for r in rows(db, "SELECT id FROM release")] == ["2020-1"]
            assert restore.replay_erasures(db) == 0

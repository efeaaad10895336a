"""Several processes on one port: one calendar, and whichever is killed is replaced."""

import fcntl
import os
import shutil
import signal
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from survey_data import database
from survey_data.database import connect, rows, run, writing
from tests.support import processes, serving
from tests.support.http_visitor import Form, Page, Visitor
from tests.support.serving import Server


@contextmanager
def three_processes(data: Path) -> Iterator[Server]:
    with serving.running(data, "--only", "forms", "--workers", "2") as server:
        # They come a moment after the addresses, and the one of the calendar lets the port go.
        processes.wait_until(lambda: len(listening(server)) == 2, server.process)
        yield server


@pytest.fixture(scope="module")
def served(shown: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One for the tests that leave three processes there."""
    data = Path(shutil.copytree(shown, tmp_path_factory.mktemp("served") / "data"))
    with three_processes(data) as server:
        yield server


@pytest.fixture
def ending(shown: Path, tmp_path: Path) -> Iterator[Server]:
    """One that a test ends."""
    with three_processes(Path(shutil.copytree(shown, tmp_path / "data"))) as server:
        yield server


def children(server: Server) -> set[int]:
    """The processes that the server was divided into, without what its start left behind."""
    parent = server.process.pid
    said = Path(f"/proc/{parent}/task/{parent}/children").read_text("ascii")
    return {int(number) for number in said.split() if is_forked(parent, number)}


def is_forked(parent: int, number: str) -> bool:
    """Whether a process has its parent's command, for it was not started anew."""
    try:
        return command(number) == command(str(parent))
    except FileNotFoundError:
        return False


def command(number: str) -> bytes:
    return Path(f"/proc/{number}/cmdline").read_bytes()


def is_there(number: int) -> bool:
    """Whether a process runs, and is not only remembered by the one that started it."""
    try:
        return Path(f"/proc/{number}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def listening(server: Server) -> set[int]:
    """Those that answer, once there are three in all."""
    every = children(server)
    return {n for n in every if listens(n, server.port)} if len(every) == 3 else set()


def calendar_of(server: Server) -> int:
    """The process that does not listen."""
    processes.wait_until(lambda: len(listening(server)) == 2, server.process)
    [found] = children(server) - listening(server)
    return found


def listens(number: int, port: int) -> bool:
    lines = (line.split() for line in Path("/proc/net/tcp").read_text("ascii").splitlines()[1:])
    ours = {f"socket:[{line[9]}]" for line in lines
            if line[1].endswith(f":{port:04X}") and line[3] == "0A"}  # fmt: skip
    try:
        return any(str(each.readlink()) in ours for each in Path(f"/proc/{number}/fd").iterdir())
    except FileNotFoundError:
        return False


def replaced(server: Server, number: int) -> set[int]:
    """The processes once a killed one has another in its place."""
    os.kill(number, signal.SIGKILL)
    processes.wait_until(
        lambda: number not in children(server) and len(children(server)) == 3, server.process
    )
    return children(server)


def test_one_process_keeps_the_calendar_and_two_answer(served: Server) -> None:
    assert len(children(served)) == 3
    assert calendar_of(served)
    with serving.visitor() as visitor:
        assert visitor.open(served.form_link).status == 200


def test_a_killed_process_is_replaced_and_nothing_saved_is_lost(served: Server) -> None:
    with serving.visitor() as visitor:
        page = visitor.open(served.form_link)
        page = visitor.submit(page, next(f for f in page.forms() if f.method == "post"))
        form = page.form_with("revision")
        assert form
        calendar = calendar_of(served)
        for number in children(served) - {calendar}:
            replaced(served, number)
            page = sent_again(visitor, page, form)
            assert page.status == 200
    saved = served.query("SELECT count(*) FROM draft WHERE question = 'employees_total'"
                         " AND value = '93'")  # fmt: skip
    assert saved == [(1,)]
    assert calendar_of(served) == calendar


def sent_again(visitor: Visitor, page: Page, form: Form) -> Page:
    """What a browser does whose connection went with the process behind it."""
    typed = {"employees_total": "93", "go": "later"}
    try:
        return visitor.submit(page, form, typed)
    except httpx.TransportError:
        return visitor.submit(page, form, typed)


def test_a_killed_calendar_is_replaced_by_one(served: Server) -> None:
    before = calendar_of(served)
    replaced(served, before)
    assert calendar_of(served) != before


def test_all_end_with_the_one_that_looks_after_them(ending: Server) -> None:
    known = children(ending)
    ending.process.kill()
    ending.process.communicate()
    while any(is_there(number) for number in known):
        time.sleep(0.1)
    with serving.running(ending.data, "--only", "forms") as other:
        assert other.printed


def test_all_end_when_asked_to_stop(ending: Server) -> None:
    known = children(ending)
    ending.stop(signal.SIGTERM)
    assert not any(is_there(number) for number in known)


def test_several_processes_are_for_the_forms_alone(tmp_path: Path) -> None:
    said = serving.flask(tmp_path / "data", "serve", "--workers", "2")
    assert said.returncode == 1
    assert "--only forms --workers 2" in said.stderr


def test_who_writes_has_waited_for_every_other_process(tmp_path: Path) -> None:
    db, other = connect(tmp_path / "survey.db"), os.open(tmp_path, os.O_RDONLY)
    with writing(db), pytest.raises(BlockingIOError):
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
    fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
    os.close(other)


def test_a_thread_that_never_gets_its_turn_to_write_is_told_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_TIMEOUT_MS", 1)
    one, other = (connect(tmp_path / "survey.db") for _ in range(2))
    run(one, "CREATE TABLE answer (text)")
    with writing(one), pytest.raises(sqlite3.OperationalError, match="locked"):
        run(other, "INSERT INTO answer VALUES ('lost')")
    run(other, "INSERT INTO answer VALUES ('kept')")
    assert rows(one, "SELECT text FROM answer") == [{"text": "kept"}]

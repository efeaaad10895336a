"""A start never publishes: whatever became of the files, it puts back what was decided."""

import os
import select
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from queue import Queue
from signal import SIGCONT, SIGKILL, SIGSTOP
from threading import Thread
from typing import Any

import pytest
from sqlite_utils import Database

from reports.catalogue import release_folder
from survey_data import clock
from survey_data.database import connect, rows
from survey_data.errors import ChangedMeanwhile, NotProtected
from survey_data.migrations import bring_up_to_date
from survey_data.publishing import proof, published_files
from survey_data.publishing.approval_requests import ReleaseStopped
from survey_data.publishing.publish import Places, publish, repair
from survey_data.register import enterprises
from survey_data.releases import archive
from survey_data.releases.archive import EditionsMissing
from survey_data.releases.files import SUMS
from survey_data.responses import drafts, responses
from survey_data.rounds import rounds
from survey_data.rounds.rounds import Round
from tests.support.disks import on_small_disk
from tests.support.killed_release import DECIDED, NOTES, ROOMS, STEPS, places_in, state

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with two releases."""
    folder = tmp_path_factory.mktemp("first")
    db = connect(folder / "survey.db")
    bring_up_to_date(db)
    enterprises.load_municipalities(db)
    publish(db, places_in(folder), "test")
    publish(db, places_in(folder), "test")
    db.close()
    return folder


@pytest.fixture
def two(first: Path, tmp_path: Path) -> Path:
    """A copy of it for one test."""
    return shutil.copytree(first, tmp_path / "two")


def lose(path: Path) -> None:
    path.unlink()


def empty(path: Path) -> None:
    path.write_bytes(b"")


def overwrite_head(path: Path) -> None:
    path.write_bytes(b"x" * 4096 + path.read_bytes()[4096:])


def turn_one_bit(path: Path) -> None:
    kept = bytearray(path.read_bytes())
    kept[-10] ^= 1
    path.write_bytes(kept)


def cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:9000])


@pytest.mark.parametrize("harm", [lose, empty, overwrite_head, turn_one_bit, cut_short])
def test_a_start_puts_lost_or_damaged_files_back_byte_for_byte(two: Path, harm: Any) -> None:
    places, before = places_in(two), state(two)
    for path in (places.open, places.analysts):
        harm(path)
    with closing(connect(two / "survey.db")) as db:
        assert repair(db, places) == "2020-2"
        assert state(two) == before
    assert published_files.is_same(places.releases / "2020-2" / "open.db", places.open)
    if harm is lose:
        assert len(places.open.read_bytes()) == len(
            (places.releases / "2020-2" / "open.db").read_bytes()
        )


def put_another_there(path: Path) -> None:
    path.write_bytes((path.parent / "survey.db").read_bytes())


def put_microdata_there(path: Path) -> None:
    path.write_bytes((path.parent / "analysts.db").read_bytes())


def turn_a_digit_of_the_number(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE release SET id = '2020-3'")


@pytest.mark.parametrize("lost", ["", "2020-2"])
@pytest.mark.parametrize(
    "harm", [put_another_there, put_microdata_there, turn_a_digit_of_the_number]
)
def test_what_is_no_release_of_ours_is_never_taken_for_one(
    two: Path, harm: Callable[[Path], None], lost: str
) -> None:
    places = places_in(two)
    harm(places.open)
    if lost:
        shutil.rmtree(places.releases / lost)
    whole = "2020-1" if lost else "2020-2"
    with closing(connect(two / "survey.db")) as db:
        assert repair(db, places) == whole
        assert archive.numbers(places.releases)[0] == whole
    assert published_files.is_same(places.releases / whole / "open.db", places.open)


def damage_sums(folder: Path) -> None:
    (folder / SUMS).chmod(0o600)
    (folder / SUMS).write_bytes(b"\xe5\xe4\xf6  open.db\n")


def cut_sums_with_a_zero(folder: Path) -> None:
    (folder / SUMS).chmod(0o600)
    (folder / SUMS).write_bytes(b"abc  a\0b\n")


def put_a_file_in_its_place(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.write_bytes(b"x")


def damage_withdrawal(folder: Path) -> None:
    (folder / archive.WITHDRAWN).write_bytes(b"{\xff")


@pytest.mark.parametrize(
    "harm", [damage_sums, cut_sums_with_a_zero, put_a_file_in_its_place, damage_withdrawal]
)
def test_a_folder_that_is_damaged_in_any_way_is_left_for_the_one_before(
    two: Path, harm: Callable[[Path], None]
) -> None:
    places = places_in(two)
    harm(places.releases / "2020-2")
    places.open.unlink()
    with closing(connect(two / "survey.db")) as db:
        for _ in range(2):
            assert repair(db, places) == "2020-1"
    assert published_files.is_same(places.releases / "2020-1" / "open.db", places.open)


def test_a_release_stays_withdrawn_though_nobody_can_read_why(two: Path) -> None:
    damage_withdrawal(two / "releases" / "2020-2")
    assert archive.standing(two / "releases") == ["2020-1"]
    [gone] = release_folder.withdrawn(two / "releases")
    assert (gone.release_id, gone.reason_sv) == ("2020-2", "")
    assert clock.local(gone.withdrawn_at)


def test_a_start_takes_the_last_folder_that_is_whole_and_makes_no_other(two: Path) -> None:
    places = places_in(two)
    kept = places.releases / "2020-2" / "open.db"
    kept.chmod(0o600)
    turn_one_bit(kept)
    places.open.unlink()
    with closing(connect(two / "survey.db")) as db:
        for _ in range(2):
            assert repair(db, places) == "2020-1"
        assert published_files.is_same(places.releases / "2020-1" / "open.db", places.open)
        assert [r["id"] for r in rows(db, "SELECT id FROM release")] == ["2020-1", "2020-2"]
        # A person decides, and then there is a new number.
        assert publish(db, places, "test").id == "2020-3"


def test_a_start_with_no_whole_folder_shows_nothing_and_leaves_it_to_a_person(two: Path) -> None:
    places = places_in(two)
    shutil.rmtree(places.releases)
    overwrite_head(places.open)
    with closing(connect(two / "survey.db")) as db:
        for _ in range(2):
            assert repair(db, places) is None
        for path in (places.open, places.analysts):
            assert published_files.release_in(path) is None
        assert len(rows(db, "SELECT id FROM release")) == 2
        assert publish(db, places, "test").id == "2020-3"


def test_a_start_writes_a_lost_folder_again_to_the_byte(two: Path) -> None:
    places, before = places_in(two), state(two)
    shutil.rmtree(places.releases / "2020-2")
    with closing(connect(two / "survey.db")) as db:
        assert repair(db, places) == "2020-2"
    assert state(two) == before


def test_a_start_of_an_empty_folder_publishes_nothing(tmp_path: Path) -> None:
    with closing(connect(tmp_path / "survey.db")) as db:
        bring_up_to_date(db)
        assert repair(db, places_in(tmp_path)) is None
        assert not rows(db, "SELECT id FROM release")
    assert not (tmp_path / "open.db").exists()


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory, first: Path) -> Path:
    """A data folder for each step, where a process died at it."""
    folder = tmp_path_factory.mktemp("killed")
    for step in STEPS:
        shutil.copytree(first, folder / step)
    # Only a process that is alone and new may be parted: none of it is in a test's hands.
    command = [sys.executable, "-m", "tests.support.killed_release", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.mark.parametrize("step", STEPS)
def test_a_publication_killed_at_any_step_is_as_before_or_finished(
    folders: Path, first: Path, step: str
) -> None:
    folder, before = folders / step, state(first)
    places = places_in(folder)
    with closing(connect(folder / "survey.db")) as db:
        known = [r["id"] for r in rows(db, "SELECT id FROM release ORDER BY published_at")]
        assert known == ["2020-1", "2020-2", "2020-3"][: 3 if step in DECIDED else 2]
        assert repair(db, places) == known[-1], "a start changes no number"
        after = state(folder)
        assert repair(db, places) == known[-1]
        assert state(folder) == after
        [last] = rows(db, "SELECT * FROM release WHERE id = ?", (known[-1],))
    if step not in DECIDED:
        assert after == before
        return
    # Finished as what it was, never as a final release with nothing said of it.
    assert (last["kind"], {name: last[name] for name in NOTES}) == ("preliminary", NOTES)
    assert {p.name for p in places.releases.iterdir()} == set(known)
    assert {after[name] for name in ("open", "analysts", "survey")} == {"2020-3"}
    for number in known:
        is_whole(places.releases / number)


def is_whole(folder: Path) -> None:
    sums = dict(
        reversed(line.split("  ")) for line in (folder / "SHA256SUMS").read_text().splitlines()
    )
    assert {p.name for p in folder.iterdir()} == sums.keys() | {"SHA256SUMS"}
    for name, checksum in sums.items():
        assert sha256((folder / name).read_bytes()).hexdigest() == checksum, name


@pytest.mark.skipif(sys.platform != "linux", reason="a disk of its own needs Linux")
def test_a_disk_that_fills_at_any_point_leaves_all_as_before_or_finished(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.support.killed_release", "--full", str(tmp_path / "d")]
    done = on_small_disk(tmp_path / "d", 20_000, command, environment=os.environ, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    said = [line for line in done.stdout.splitlines() if line.startswith("room")]
    assert len(said) == len(ROOMS)
    assert {line.split(": ")[1] for line in said} == {"as before", "finished"}


def test_a_refused_publication_changes_nothing(two: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise NotProtected(("county", "21", "employees", 2020))

    before = state(two)
    monkeypatch.setattr(proof.disclosure_gate, "check", refuse)
    with closing(connect(two / "survey.db")) as db, pytest.raises(NotProtected):
        publish(db, places_in(two), "test")
    assert state(two) == before


# The proof in a process of its own


class Publishing(Thread):
    """A publication with its proof in a child, which stands still until it is let go."""

    def __init__(self, path: Path, places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
        super().__init__()
        self.path, self.places = path, places
        self.made: Any = None
        started = Queue[int]()

        def begin(*command: Any, **how: Any) -> subprocess.Popen[bytes]:
            child = subprocess.Popen(*command, **how)
            os.kill(child.pid, SIGSTOP)
            started.put(child.pid)
            return child

        monkeypatch.setattr(proof, "Popen", begin)
        self.start()
        self.child = started.get(timeout=120)

    def run(self) -> None:
        """Publish; keeps what was raised."""
        with closing(connect(self.path)) as db:
            try:
                self.made = publish(db, self.places, "test")
            except (ReleaseStopped, EditionsMissing, ChangedMeanwhile) as fault:
                self.made = fault

    def let_go(self, how: int = SIGCONT) -> Any:
        """Go on, or die; what came of it."""
        os.kill(self.child, how)
        self.join()
        return self.made


def test_a_save_and_a_hand_in_succeed_while_the_proof_is_being_made(
    db: Database, places: Places, open_round: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = places.open.parent
    publication = Publishing(data / "survey.db", places_in(data, apart=True), monkeypatch)
    [invitation] = db.execute("SELECT min(id) FROM invitation").fetchone()
    # Each would fail at once if the lock were held.
    db.execute("PRAGMA busy_timeout = 0")
    drafts.save_answers(db, invitation, {"employees_total": 7}, 0)
    responses.hand_in(db, invitation, {"employees_total": 7}, "sv")
    made = publication.let_go()
    assert made.id == "2020-1", "an open round never starts the proof over"
    assert drafts.load_draft(db, invitation).answers["employees_total"] == 7
    assert repair(db, places) == made.id


def test_a_killed_proof_changes_nothing_and_is_said(
    two: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = state(two)
    made = Publishing(two / "survey.db", places_in(two, apart=True), monkeypatch).let_go(SIGKILL)
    assert isinstance(made, ReleaseStopped)
    assert made.sv == "Servern avbröt arbetet. Inget är publicerat: gör det igen."
    assert state(two) == before


PUBLISHES_AND_IS_KILLED = """
import os, pickle, sys
from pathlib import Path
from subprocess import Popen
from survey_data.database import connect
from survey_data.publishing import proof
from survey_data.publishing.publish import publish
from tests.support.killed_release import NeverTold, places_in
def begin(*command, **how):
    child = Popen(*command, **how)
    print(child.pid, flush=True)
    return child
proof.Popen = begin
pickle.load = lambda answer: os.kill(os.getpid(), 9)
folder = Path(sys.argv[1])
publish(connect(folder / "survey.db"), places_in(folder, apart=True), "test", history=[NeverTold()])
"""


def test_a_server_that_is_killed_leaves_no_proof_behind(two: Path) -> None:
    before = state(two)
    command = [sys.executable, "-c", PUBLISHES_AND_IS_KILLED, str(two)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, cwd=ROOT, text=True, **pipes) as server:
        assert server.stdout
        assert server.stderr
        child = int(server.stdout.readline())
        assert server.wait() == -SIGKILL
        # The child tells its errors in the same pipe: it has an end once nobody is left.
        is_over, _, _ = select.select([server.stderr], [], [], 120)
        if not is_over:
            os.kill(child, SIGKILL)
        assert is_over, "the child outlived its server"
        assert server.stderr.read() == ""
    with closing(connect(two / "survey.db")) as db:
        assert repair(db, places_in(two)) == before["survey"]
        assert state(two) == before
        assert publish(db, places_in(two), "test").id == "2020-3"


def test_what_a_release_reads_starts_the_proof_over(
    db: Database, places: Places, open_round: Round
) -> None:
    before = proof.basis(db)
    [invitation] = db.execute("SELECT min(id) FROM invitation").fetchone()
    responses.hand_in(db, invitation, {"employees_total": 7}, "sv")
    db.execute("UPDATE invitation SET opened_at = 'x'")
    assert proof.basis(db) == before
    rounds.close_round(db, open_round.year, "test")
    db.execute("UPDATE invitation SET open_until = '2999-12-31'")
    closed = proof.basis(db)
    assert closed != before
    responses.hand_in(db, invitation, {"employees_total": 8}, "sv")
    assert proof.basis(db) != closed


def test_every_table_that_a_release_reads_is_in_its_basis(
    demonstration: Any, db: Database, places: Places
) -> None:
    copied, seen = proof.copy(db), set[str]()

    def note(action: int, table: str | None, *_: object) -> int:
        if action == sqlite3.SQLITE_READ and table:
            seen.add(table)
        return sqlite3.SQLITE_OK

    published, proof.basis = proof.basis, lambda _db: ""
    try:
        copied.conn.set_authorizer(note)
        proof.prove(copied, wanted(places))
    finally:
        proof.basis = published
    tables = {row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert (seen & tables) <= {*proof.READ, *proof.OF_RELEASES, "audit"}


def wanted(places: Places) -> proof.Wanted:
    return proof.Wanted(
        places.releases, places.address, clock.inventory.read(), None, "", "",
        is_preliminary=False, seen="",
    )  # fmt: skip


def test_microdata_come_back_as_of_the_release_and_not_as_they_stand(
    db: Database, places: Places, open_round: Round
) -> None:
    [one, other] = db.execute("SELECT id FROM invitation ORDER BY id LIMIT 2").fetchall()
    responses.hand_in(db, one[0], {"employees_total": 7}, "sv")
    rounds.close_round(db, open_round.year, "test")
    publish(db, places, "test")
    before = content_of(places.analysts)
    db.execute("UPDATE invitation SET open_until = '2999-12-31'")
    responses.hand_in(db, one[0], {"employees_total": 99}, "sv")
    responses.hand_in(db, other[0], {"employees_total": 5}, "sv")
    places.analysts.unlink()
    repair(db, places)
    assert content_of(places.analysts) == before
    assert 7 in before["answers"][0]


def content_of(path: Path) -> dict[str, list[Any]]:
    with closing(sqlite3.connect(path)) as found:
        return {
            name: found.execute(f"SELECT * FROM {name}").fetchall()
            for name in ("answers", "decisions", "edits", "release", "paradata")
        }

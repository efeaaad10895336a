"""A release that is killed: `python -m tests.support.killed_release [--full] FOLDER`.

With --full it is a full disk that stops it, and saves and a backup too, with more and more room
left, in FULL_DISKS steps if that is set; FOLDER is a disk of its own. Without, for each step of
publishing, a process of its own publishes in FOLDER/<step> and dies there, as a power cut would
have it: no handler runs, nothing is closed or rolled back.
"""

import os
import shutil
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from forms.questionnaire.inventory import as_dicts
from survey_data.automation import fictitious_enterprises
from survey_data.database import connect, scalar
from survey_data.migrations import bring_up_to_date
from survey_data.operations import backup, backup_file
from survey_data.protection import prior_knowledge
from survey_data.publishing import proof, publish, published_files
from survey_data.publishing.approval_requests import ReleaseStopped
from survey_data.publishing.publish import Places
from survey_data.register import enterprises
from survey_data.releases import archive
from survey_data.responses import drafts
from survey_data.rounds import rounds

DIED = 73
NOTES = {"note_sv": "Tidig.", "note_en": "Early."}
# Where it dies: the function after whose so-manieth call, in the order of publishing.
STEPS: dict[str, tuple[Any, str, int]] = {
    "copy made": (proof, "copy", 1),
    "proof remembered": (prior_knowledge, "keep_figures", 1),
    "files staged": (archive, "stage", 1),
    "release remembered": (publish, "_remember", 1),
    "decided": (publish, "_decided", 1),
    "folder named": (archive, "finish", 1),
    "first database half written": (published_files, "replace", 0),
    "first database written": (published_files, "replace", 1),
    "second database half written": (published_files, "replace", -1),
    "second database written": (published_files, "replace", 2),
}
# From here on it is decided, and the next start carries it out.
DECIDED = tuple(STEPS)[4:]
# Kilobytes left on the disk.
ROOMS = (4, 60, 300, 700, 1200, 2000, 2600, 3500, 6000)


class NeverTold:
    """A printed figure whose year whoever publishes waits for without end."""

    @property
    def year(self) -> int:
        """Never comes."""
        time.sleep(3600)
        raise TimeoutError


def places_in(folder: Path, *, apart: bool = False) -> Places:
    """Where the published files lie in a data folder."""
    releases = folder / "releases"
    return Places(folder / "analysts.db", folder / "open.db", releases, "http://x.test", apart)


def state(folder: Path) -> dict[str, Any]:
    """What a data folder has published, in the database, the files and the release folders."""
    places = places_in(folder)
    with closing(sqlite3.connect(folder / "survey.db")) as db:
        known = db.execute("SELECT id FROM release ORDER BY published_at DESC").fetchone()
    with closing(sqlite3.connect(places.open)) as db:
        content = sha256("".join(db.iterdump()).encode()).hexdigest()
    shown = (
        published_files.release_in(places.open),
        published_files.release_in(places.analysts, published_files.ANALYSTS),
    )
    files = sorted(str(p.relative_to(folder)) for p in places.releases.rglob("*"))
    numbers = dict(zip(("open", "analysts"), (r.id if r else "" for r in shown), strict=True))
    return {"survey": known[0], "content": content, "files": files, **numbers}


@contextmanager
def only(folder: Path, room: int) -> Iterator[None]:
    """A disk with so many kB left."""
    disk, filler = os.statvfs(folder), folder / "filler"
    with filler.open("wb") as file:
        free = disk.f_bavail * disk.f_frsize - room * 1024
        os.posix_fallocate(file.fileno(), 0, max(1, free))
    yield
    filler.unlink()


def save_on_full(db: Database, folder: Path, room: int) -> None:
    """Save until the disk is full: what was acknowledged is there."""
    invitation, saved = int(scalar(db, "SELECT min(id) FROM invitation")), -1
    with only(folder, room), suppress(sqlite3.OperationalError):
        for number in range(200):
            seen = drafts.load_draft(db, invitation).revision
            text = {"comment_changes": f"{room} {number} {'x' * 4000}"}
            drafts.save_answers(db, invitation, text, seen)
            saved = number
    kept = str(drafts.load_draft(db, invitation).answers.get("comment_changes"))
    assert saved < 0 or kept.startswith(f"{room} {saved} "), f"{saved} saved, {kept[:9]} there"
    sys.stdout.write(f"save {room} kB: {saved + 1}\n")


def back_up_on_full(db: Database, folder: Path, room: int) -> None:
    """Make a backup: it is whole, or nothing of it is there."""
    made = ""
    with only(folder, room), suppress(OSError, sqlite3.Error):
        made = backup.make(db, folder, folder / "copies" / f"{room}.zip", "test").name
    there = [path.name for path in (folder / "copies").glob("*")]
    assert there == ([made] if made else []), there
    if made:
        backup_file.check(folder / "copies" / made)
    shutil.rmtree(folder / "copies", ignore_errors=True)
    sys.stdout.write(f"backup {room} kB: {'finished' if made else 'as before'}\n")


def main_full(folder: Path) -> None:
    """Publish, save and back up on a disk with more and more room; says what came of each."""
    db, places = connect(folder / "survey.db"), places_in(folder)
    bring_up_to_date(db)
    enterprises.load_municipalities(db)
    publish.publish(db, places, "test")
    fictitious_enterprises.add_to_register(db, "test")
    rounds.open_round(db, 2021, date(2021, 10, 1), date(2021, 11, 15), as_dicts(2021), "test")
    steps = int(os.environ.get("FULL_DISKS", "0"))
    for room in [round(4 * 1.9**n) for n in range(steps)] or ROOMS:
        save_on_full(db, folder, room)
        back_up_on_full(db, folder, room)
        before = state(folder)
        made = ""
        with only(folder, room), suppress(ReleaseStopped, sqlite3.OperationalError):
            made = publish.publish(db, places, "test").id
        after = state(folder)
        assert after == before if not made else after["open"] == after["survey"] == made, after
        publish.repair(db, places)
        assert state(folder) == after
        sys.stdout.write(f"room {room} kB: {'finished' if made else 'as before'}\n")


def die(*_: Any) -> None:
    """End at once."""
    os._exit(DIED)


def dying(function: Callable[..., Any], call: int) -> Callable[..., Any]:
    """The function, which kills its process after so many calls; half way for 0 and -1."""
    calls = 0

    def called(*args: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == 1 - call and call <= 0:
            half_written(*args)
        done = function(*args)
        if calls == call:
            die()
        return done

    return called


def half_written(new: Any, path: Path) -> None:
    """Copy one page, in the transaction that the whole copy is, and die."""
    new.backup(sqlite3.connect(path, timeout=30), pages=1, progress=die)


def die_at(step: str, folder: Path) -> None:
    """Publish a preliminary release and die at a step of it."""
    module, name, call = STEPS[step]
    setattr(module, name, dying(getattr(module, name), call))
    publish.publish(
        connect(folder / "survey.db"), places_in(folder), "test", is_preliminary=True, **NOTES
    )


def main(folder: Path) -> None:
    """Die at every step, in a process for each."""
    for step in STEPS:
        child = os.fork()
        if child == 0:
            die_at(step, folder / step)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        assert os.waitstatus_to_exitcode(status) == DIED, step


if __name__ == "__main__":
    (main_full if "--full" in sys.argv else main)(Path(sys.argv[-1]))

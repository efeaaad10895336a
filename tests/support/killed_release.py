"""A release that is killed: `python -m tests.support.killed_release [--full] FOLDER`.

With --full it is a full disk that stops it, with more and more room left; FOLDER is a disk of its
own. Without, for each step of publishing, a process of its own publishes in FOLDER/<step> and dies
there, as a power cut would have it: no handler runs, nothing is closed or rolled back.
"""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import Any

from survey_data.database import connect
from survey_data.migrations import bring_up_to_date
from survey_data.protection import prior_knowledge
from survey_data.publishing import proof, publish, published_files
from survey_data.publishing.approval_requests import ReleaseStopped
from survey_data.publishing.publish import Places
from survey_data.register import enterprises
from survey_data.releases import archive

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
    shown = (published_files.release_in(path) for path in (places.open, places.analysts))
    files = sorted(str(p.relative_to(folder)) for p in places.releases.rglob("*"))
    numbers = dict(zip(("open", "analysts"), (r.id if r else "" for r in shown), strict=True))
    return {"survey": known[0], "content": content, "files": files, **numbers}


def main_full(folder: Path) -> None:
    """Publish on a disk with more and more room, until it is enough; says what came of each."""
    db, places, filler = connect(folder / "survey.db"), places_in(folder), folder / "filler"
    bring_up_to_date(db)
    enterprises.load_municipalities(db)
    publish.publish(db, places, "test")
    for room in ROOMS:
        before = state(folder)
        disk = os.statvfs(folder)
        with filler.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, disk.f_bavail * disk.f_frsize - room * 1024)
        try:
            made = publish.publish(db, places, "test").id
        except (ReleaseStopped, sqlite3.OperationalError):
            made = ""
        filler.unlink()
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

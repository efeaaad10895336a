"""A release that is killed: `python -m tests.support.killed_release FOLDER`.

For each step of publishing, a process of its own publishes in FOLDER/<step> and dies there, as a
power cut would have it: no handler runs, nothing is closed or rolled back.
"""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from survey_data.database import connect
from survey_data.protection import disclosure_gate
from survey_data.publishing import publish
from survey_data.publishing.publish import Places
from survey_data.releases import archive

DIED = 73
NOTES = {"note_sv": "Tidig.", "note_en": "Early."}
# Where it dies: the function after whose so-manieth call, in the order of publishing.
STEPS: dict[str, tuple[Any, str, int]] = {
    "files staged": (archive, "stage", 1),
    "first database half written": (publish, "_replace", 0),
    "first database written": (publish, "_replace", 1),
    "second database half written": (publish, "_replace", -1),
    "second database written": (publish, "_replace", 2),
    "release remembered": (publish, "_remember", 1),
    "proof remembered": (disclosure_gate, "remember", 1),
    "folder named": (archive, "finish", 1),
    "all but committed": (publish, "_put_out", 1),
}


def places_in(folder: Path) -> Places:
    """Where the published files lie in a data folder."""
    return Places(folder / "analysts.db", folder / "open.db", folder / "releases", "http://x.test")


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
    new.conn.backup(sqlite3.connect(path, timeout=30), pages=1, progress=die)


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
    main(Path(sys.argv[1]))

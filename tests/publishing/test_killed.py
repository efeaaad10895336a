"""A process that dies while it publishes: what the next start finds, and makes of it."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from survey_data.database import connect, rows
from survey_data.migrations import bring_up_to_date
from survey_data.publishing.publish import publish, settle
from survey_data.register import enterprises
from survey_data.releases import archive
from tests.support.killed_release import NOTES, STEPS, places_in

# Nothing that readers see had changed.
UNSEEN = {"files staged", "first database half written"}


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder for each step, where a process died at it."""
    folder, first = tmp_path_factory.mktemp("killed"), tmp_path_factory.mktemp("first")
    db = connect(first / "survey.db")
    bring_up_to_date(db)
    enterprises.load_municipalities(db)
    publish(db, places_in(first), "test")
    db.close()
    for step in STEPS:
        shutil.copytree(first, folder / step)
    # Only a process that is alone and new may be parted: none of it is in a test's hands.
    command = [sys.executable, "-m", "tests.support.killed_release", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder


def release_in(path: Path) -> dict[str, Any]:
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        db.row_factory = sqlite3.Row
        return dict(db.execute("SELECT * FROM release").fetchone())


@pytest.mark.parametrize("step", STEPS)
def test_the_next_start_has_both_files_of_one_release_and_its_folder_whole(
    folders: Path, step: str
) -> None:
    folder = folders / step
    places = places_in(folder)
    assert places.releases
    db = connect(folder / "survey.db")
    assert [r["id"] for r in rows(db, "SELECT id FROM release")] == ["2020-1"], "died before commit"
    settle(db, places)
    found = release_in(places.open)
    assert release_in(places.analysts) == found
    known = rows(db, "SELECT * FROM release ORDER BY published_at, id")
    assert found == {name: known[-1][name] for name in found}
    assert archive.numbers(places.releases) == [row["id"] for row in reversed(known)]
    assert {p.name for p in places.releases.iterdir()} == {row["id"] for row in known}
    kept = rows(db, "SELECT DISTINCT release_id AS id FROM released_figure")
    assert {row["id"] for row in kept} == {row["id"] for row in known}
    db.close()
    for row in known:
        is_whole(places.releases / row["id"])
    if step in UNSEEN:
        assert found["id"] == "2020-1"
    else:
        # Finished as what it was, never as a final release with nothing said of it.
        assert (found["id"], found["kind"]) == ("2020-2", "preliminary")
        assert {name: found[name] for name in NOTES} == NOTES


def is_whole(folder: Path) -> None:
    sums = dict(
        reversed(line.split("  ")) for line in (folder / "SHA256SUMS").read_text().splitlines()
    )
    assert {p.name for p in folder.iterdir()} == sums.keys() | {"SHA256SUMS"}
    for name, checksum in sums.items():
        assert sha256((folder / name).read_bytes()).hexdigest() == checksum, name

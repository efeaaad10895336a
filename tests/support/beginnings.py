"""What many tests begin with is made once by each worker, and copied from then on."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlite_utils import Database

from survey_data import clock
from survey_data.database import run

Once = Callable[[str, Callable[[], object]], None]


# A database as many tests begin with it, and a folder with what was released of it.
Beginnings = dict[tuple[str, ...], tuple[sqlite3.Connection, Path]]


@pytest.fixture(scope="session")
def beginnings() -> Iterator[Beginnings]:
    """What many tests begin with, by what was done there."""
    found: Beginnings = {}
    yield found
    for kept, _ in found.values():
        kept.close()


def copy_released(data: Path, other: Path) -> None:
    """Copy what a release put beside the database of a data folder."""
    for name in ("open.db", "analysts.db"):
        if (data / name).exists():
            shutil.copy(data / name, other / name)
    if (data / "releases").exists():
        shutil.copytree(data / "releases", other / "releases", dirs_exist_ok=True)


@pytest.fixture
def once(
    app: Flask, db: Database, beginnings: Beginnings, tmp_path_factory: pytest.TempPathFactory
) -> Once:
    """Does something to a new data folder, or copies one in which it was done, which is quicker.

    Where anything else was written, or the clock was set, it is done there and then.
    """
    done: tuple[str, ...] = ()
    data = Path(app.config["DATA_DIR"])

    def do(name: str, make: Callable[[], object]) -> None:
        nonlocal done
        is_new = db.conn.total_changes == app.extensions["changes at first"] and not (
            clock.inventory.ahead or clock.machine.ahead
        )
        # A copy is no change that is counted.
        is_new &= bool(done) or not db.table("enterprise").count
        done = (*done, name)
        if is_new and done in beginnings:
            kept, folder = beginnings[done]
            kept.backup(db.conn)
            copy_released(folder, data)
            return
        make()
        if is_new:
            kept, folder = sqlite3.connect(":memory:"), tmp_path_factory.mktemp("beginning")
            db.conn.backup(kept)
            copy_released(data, folder)
            beginnings[done] = kept, folder
            app.extensions["changes at first"] = db.conn.total_changes

    return do


def a_week_after_inviting(db: Database) -> None:
    """Date the invitations back, as nobody is reminded on the day that they are invited."""
    sql = "UPDATE outbox SET created_at = ? WHERE kind = 'invitation'"
    run(db, sql, (clock.from_now(days=-7),))

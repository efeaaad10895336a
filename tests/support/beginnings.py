"""What many tests begin with is made once by each worker, and copied from then on."""

import sqlite3
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlite_utils import Database

from survey_data import clock
from survey_data.database import run

Once = Callable[[str, Callable[[], object]], None]


@pytest.fixture(scope="session")
def beginnings() -> Iterator[dict[tuple[str, ...], sqlite3.Connection]]:
    """Databases as many tests begin with them, by what was done in them."""
    found: dict[tuple[str, ...], sqlite3.Connection] = {}
    yield found
    for each in found.values():
        each.close()


@pytest.fixture
def once(app: Flask, db: Database, beginnings: dict[tuple[str, ...], sqlite3.Connection]) -> Once:
    """Does something to a new database, or copies one in which it was done, which is quicker.

    Where anything else was written, or the clock was set, it is done there and then.
    """
    done: tuple[str, ...] = ()

    def do(name: str, make: Callable[[], object]) -> None:
        nonlocal done
        is_new = db.conn.total_changes == app.extensions["changes at first"] and not (
            clock.inventory.ahead or clock.machine.ahead
        )
        # A copy is no change that is counted.
        is_new &= bool(done) or not db.table("enterprise").count
        done = (*done, name)
        if is_new and done in beginnings:
            beginnings[done].backup(db.conn)
            return
        make()
        if is_new:
            beginnings[done] = sqlite3.connect(":memory:")
            db.conn.backup(beginnings[done])

    return do


def a_week_after_inviting(db: Database) -> None:
    """Date the invitations back, as nobody is reminded on the day that they are invited."""
    sql = "UPDATE outbox SET created_at = ? WHERE kind = 'invitation'"
    run(db, sql, (clock.from_now(days=-7),))

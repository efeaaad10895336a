"""Saved means saved: what happens to an answer when the database cannot take it."""

import resource
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from flask import Flask
from sqlite_utils import Database

from survey_data.database import run, scalar, writing
from survey_data.responses import drafts
from tests.support.http_visitor import Visitor
from tests.support.reader import Reader

NOT_SAVED = "Inte sparat. Försök igen."
NOT_HANDED_IN = "Inte inlämnat. Försök igen."
COMPANY = {
    "status": "active",
    "respondent_name": "Exempel Exempelsson",
    "respondent_contact": "exempel@example.org",
}
EMPLOYED = {"employees_total": "8", "employees_women": "5", "employees_men": "3"}
PLACED = {"placed_af": "4", "placed_kommun": "2", "placed_other_unpaid": "0"}

Trouble = Callable[[Database, Path], AbstractContextManager[None]]


@contextmanager
def locked(db: Database, path: Path) -> Iterator[None]:
    """Someone else holds the database longer than anyone waits."""
    [patience] = db.conn.execute("PRAGMA busy_timeout").fetchone()
    db.conn.execute("PRAGMA busy_timeout = 50")
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    try:
        yield
    finally:
        other.close()
        db.conn.execute(f"PRAGMA busy_timeout = {patience}")


@contextmanager
def disk_full(db: Database, _: Path) -> Iterator[None]:
    """No file of this process can grow, not even by a page."""
    db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2048, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@contextmanager
def database_full(db: Database, _: Path) -> Iterator[None]:
    """SQLite itself says that the disk is full, in the middle of the transaction."""
    for table in ("draft", "response"):
        db.conn.execute(
            f"CREATE TEMP TRIGGER fill_{table} AFTER INSERT ON main.{table} BEGIN"
            " INSERT OR REPLACE INTO setting (name, value) VALUES ('x', zeroblob(90000)); END"
        )
    scalar(db, f"PRAGMA max_page_count = {scalar(db, 'PRAGMA page_count')}")
    try:
        yield
    finally:
        scalar(db, "PRAGMA max_page_count = 1073741823")
        for table in ("draft", "response"):
            db.conn.execute(f"DROP TRIGGER fill_{table}")


TROUBLES = [locked, disk_full, database_full]


@pytest.fixture
def path(app: Flask) -> Path:
    return Path(app.config["DATA_DIR"]) / "survey.db"


@pytest.fixture
def one(new_visitor: Callable[[], Visitor], link: str) -> Reader:
    """An enterprise with the form open."""
    return Reader(new_visitor()).open(link).press("")


def saved(db: Database) -> dict[str, drafts.Value]:
    return drafts.load_draft(db, scalar(db, "SELECT min(id) FROM invitation")).answers


@pytest.mark.parametrize("trouble", TROUBLES)
def test_what_cannot_be_saved_comes_back_as_it_was_typed(
    one: Reader, db: Database, path: Path, trouble: Trouble
) -> None:
    one.open("/svara/anstallda")
    with trouble(db, path):
        one.press(**EMPLOYED)
    assert one.status == 503
    assert NOT_SAVED in one.html
    assert one.title == "Fel: Anställda"
    assert {name: one.value(name) for name in EMPLOYED} == EMPLOYED
    assert saved(db) == {}


@pytest.mark.parametrize("trouble", TROUBLES)
def test_trying_again_saves_it_and_goes_on(
    one: Reader, db: Database, path: Path, trouble: Trouble
) -> None:
    one.open("/svara/anstallda")
    with trouble(db, path):
        one.press(**EMPLOYED)
    assert 'form="section" name="go" value="next">Försök igen</button>' in one.html
    one.press("go=next")
    assert one.path == "/svara/placerade"
    assert saved(db)["employees_total"] == 8


def test_trying_again_still_leaves_for_later(one: Reader, db: Database, path: Path) -> None:
    one.open("/svara/anstallda")
    with locked(db, path):
        one.press("go=later", employees_total="8")
    assert 'name="go" value="later">Försök igen</button>' in one.html
    assert one.press("go=later").path == "/svara/senare"
    assert saved(db)["employees_total"] == 8


def test_what_was_saved_before_stands_and_is_said_to(one: Reader, db: Database, path: Path) -> None:
    one.open("/svara/foretaget").press(**COMPANY)
    with locked(db, path):
        one.press(**EMPLOYED)
    assert "är i säkert förvar" in one.html
    assert 'class="saved"' not in one.html
    assert saved(db)["respondent_name"] == "Exempel Exempelsson"


def filled_in(one: Reader) -> Reader:
    one.open("/svara/foretaget").press(**COMPANY)
    return one.press(**EMPLOYED).press(**PLACED).press()


@pytest.mark.parametrize("trouble", TROUBLES)
def test_what_cannot_be_handed_in_is_said_and_can_be_tried_again(
    one: Reader, db: Database, path: Path, trouble: Trouble
) -> None:
    assert filled_in(one).path == "/svara/granska"
    with trouble(db, path):
        one.press("", certify="yes")
    assert one.status == 503
    assert NOT_HANDED_IN in one.html
    assert one.value("certify") == "yes"
    assert scalar(db, "SELECT count(*) FROM response") == 0
    assert scalar(db, "SELECT count(*) FROM outbox WHERE kind = 'receipt'") == 0
    assert one.press("").path == "/svara/kvitto"
    assert scalar(db, "SELECT count(*) FROM response") == 1


@pytest.mark.parametrize("trouble", [locked, disk_full])
def test_a_form_that_cannot_be_opened_can_be_tried_again(
    new_visitor: Callable[[], Visitor], link: str, db: Database, path: Path, trouble: Trouble
) -> None:
    one = Reader(new_visitor()).open(link)
    with trouble(db, path):
        one.press("")
    assert one.status == 503
    assert NOT_SAVED in one.html
    assert one.press("").path == "/svara/siffror"


@pytest.mark.parametrize("trouble", [locked, disk_full])
def test_an_address_typed_for_a_new_link_waits_on_the_page(
    new_visitor: Callable[[], Visitor], link: str, db: Database, path: Path, trouble: Trouble
) -> None:
    one = Reader(new_visitor()).open("/ny-lank")
    address = scalar(db, "SELECT min(email) FROM contact")
    with trouble(db, path):
        one.press("", email=address)
    assert one.status == 503
    assert one.value("email") == address
    assert one.press("").status == 200
    assert scalar(db, "SELECT count(*) FROM outbox WHERE kind = 'new_link'") == 1


@pytest.mark.parametrize("trouble", [locked, disk_full])
def test_noting_that_someone_is_still_here_costs_nobody_an_answer(
    one: Reader, db: Database, path: Path, trouble: Trouble
) -> None:
    one.open("/svara/anstallda")
    run(db, "UPDATE session SET seen_at = datetime('now', '-1 hour') || '+00:00'")
    with trouble(db, path):
        one.press(**EMPLOYED)
        assert one.value("employees_total") == "8"
    assert one.press().path == "/svara/placerade"


def save_for_nobody(db: Database) -> None:
    """Save an answer to an invitation there is not; only the commit finds that out."""
    with writing(db):
        db.conn.execute("PRAGMA defer_foreign_keys = ON")
        run(
            db,
            "INSERT INTO draft (invitation_id, question, value, revision, saved_at)"
            " VALUES (4711, 'comment', '1', 1, '2021-10-01')",
        )


def test_a_commit_that_fails_leaves_nothing_for_the_next_to_join(db: Database, path: Path) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        save_for_nobody(db)
    assert not db.conn.in_transaction
    with writing(db):
        run(db, "INSERT INTO setting (name, value) VALUES ('phone', '2')")
    other = sqlite3.connect(path)
    assert other.execute("SELECT value FROM setting").fetchall() == [("2",)]
    assert other.execute("SELECT count(*) FROM draft").fetchone() == (0,)
    other.close()

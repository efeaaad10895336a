"""What the tests share: a real application on a real SQLite file, and visitors over HTTP."""

from __future__ import annotations

import os
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, cast

import httpx
import pytest
from flask import Flask
from jinja2 import Environment, FileSystemBytecodeCache
from jinja2.bccache import Bucket
from sqlite_utils import Database

from app import create_app, prepare_data
from forms.questionnaire.inventory import as_dicts
from forms.start import demo
from survey_data import clock
from survey_data.automation import fictitious_enterprises
from survey_data.database import rows
from survey_data.publishing.publish import publish
from survey_data.responses import responses
from survey_data.rounds import invitations, rounds
from survey_data.rounds.rounds import Round
from survey_data.staff import staff
from survey_data.staff.sign_in import new_sign_in_link
from tests.support.http_visitor import Visitor

if TYPE_CHECKING:
    from tests.support.beginnings import Once

BASE = "http://127.0.0.1"
# Fixtures that several folders share.
pytest_plugins = (
    "tests.support.beginnings",  # first, as the others import it
    "tests.support.answers",
    "tests.support.closed_round",
)

# A disk in memory: thousands of commits need not wait for a disk that no test pulls the plug of.
MEMORY = Path("/dev/shm")
ENOUGH = 4 * 1024**3
# What takes minutes is begun first, so that no worker is left alone with it at the end.
LONG = ("web/test_five_autumns", "web/test_language", "disclosure/", "browser/", "web/")


def pytest_configure() -> None:
    """Let the tests' files lie in memory where there is room for them."""
    # Dozens of programs are started, and each would else compile this tree anew.
    sys.dont_write_bytecode = False
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    if MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ENOUGH:
        # For the programs that tests start, and for this one, which may have looked already.
        tempfile.tempdir = os.environ.setdefault("TMPDIR", str(MEMORY))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put what takes long first."""
    items.sort(
        key=lambda item: next((n for n, f in enumerate(LONG) if f in item.nodeid), len(LONG))
    )


class CompiledTemplates(FileSystemBytecodeCache):
    """Templates as they are compiled for each language, for every application that is built."""

    def get_bucket(
        self, environment: Environment, name: str, filename: str | None, source: str
    ) -> Bucket:
        language = getattr(environment, "language", "")
        return super().get_bucket(environment, f"{language} {name}", filename, source)


@pytest.fixture(scope="session", autouse=True)
def _compiled_once(tmp_path_factory: pytest.TempPathFactory) -> None:
    Flask.jinja_options = {"bytecode_cache": CompiledTemplates(f"{tmp_path_factory.mktemp('j')}")}


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application, built once: its routes and templates are the same for every test."""
    folder = tmp_path_factory.mktemp("built") / "data"
    app = create_app({"DATA_DIR": folder, "BASE_URL": BASE, "SMTP_URL": "", "TESTING": True})
    # Asked for in the tests of it; elsewhere as in a demonstration on one's own machine.
    app.config["SECOND_FACTOR"] = False
    # A process of its own for each of hundreds of releases is tried where it matters.
    app.config["PROOF_APART"] = False
    # A test wants to see the fault itself, not the page made of it.
    app.config["PROPAGATE_EXCEPTIONS"] = False
    # Ninety columns that most tests would otherwise add one by one.
    responses.ensure_columns(app.extensions["store"].db, as_dicts(2021))
    app.extensions["store"].close()
    return app


@pytest.fixture(scope="session")
def shown(built: Flask, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the demonstration and its first release, to be copied from."""
    folder = tmp_path_factory.mktemp("demonstration") / "data"
    with _on(built, folder):
        db = built.extensions["store"].db
        with built.app_context():
            demo.set_up(db)
        publish(db, built.extensions["places"], "test")
    return folder


@contextmanager
def _on(built: Flask, folder: Path) -> Iterator[Flask]:
    """The application on another data folder, and afterwards as it was."""
    config, extensions = dict(built.config), dict(built.extensions)
    built.config["DATA_DIR"] = folder
    prepare_data(built)
    try:
        yield built
    finally:
        clock.inventory.set_to(None)
        for name in ("store", "trial"):
            built.extensions[name].close()
        built.extensions["limits"].reset()
        built.config.clear()
        built.config.update(config)
        built.extensions.clear()
        built.extensions.update(extensions)


@pytest.fixture
def app(built: Flask, tmp_path: Path) -> Iterator[Flask]:
    """An application on an empty data folder."""
    folder = tmp_path / "data"
    shutil.copytree(built.config["DATA_DIR"], folder)
    with _on(built, folder) as on_it:
        # For who must know whether anything has been written since.
        on_it.extensions["changes at first"] = on_it.extensions["store"].db.conn.total_changes
        yield on_it


@pytest.fixture
def db(app: Flask) -> Database:
    """The private database.

    Without an application context: requests would share it, and one visitor's `g` would be
    everyone's.
    """
    return cast(Database, app.extensions["store"].db)


@pytest.fixture
def new_visitor(app: Flask) -> Callable[[], Visitor]:
    """Makes visitors: browsers without JavaScript, each with cookies of its own."""

    def make() -> Visitor:
        return Visitor(httpx.Client(transport=httpx.WSGITransport(app=app), base_url=BASE))

    return make


@pytest.fixture
def visitor(new_visitor: Callable[[], Visitor]) -> Visitor:
    """One visitor."""
    return new_visitor()


@pytest.fixture
def examples(db: Database, once: Once) -> list[int]:
    """Every fictitious enterprise in the register; their ids in order."""
    once("examples", lambda: fictitious_enterprises.add_to_register(db, "test"))
    return [row["id"] for row in rows(db, "SELECT id FROM enterprise ORDER BY id")]


@pytest.fixture
def open_round(db: Database, examples: list[int], once: Once) -> Round:
    """An open round of 2021 with 28 invited examples."""
    days = date(2021, 10, 1), date(2021, 11, 15)
    once("open round", lambda: rounds.open_round(db, 2021, *days, as_dicts(2021), "test"))
    return rounds.find(db, 2021)


@pytest.fixture
def link(db: Database, open_round: Round) -> str:
    """The personal link of one enterprise that has not begun."""
    [invitation_id] = db.conn.execute("SELECT min(id) FROM invitation").fetchone()
    return f"{BASE}/s/{invitations.new_link(db, invitation_id)}"


@pytest.fixture
def demonstration(app: Flask, db: Database, shown: Path) -> Flask:
    """The application filled with the demonstration and its first release, on the machine's day."""
    folder = Path(app.config["DATA_DIR"])
    with closing(sqlite3.connect(shown / "survey.db")) as filled:
        filled.backup(db.conn)
    for name in ("open.db", "analysts.db"):
        shutil.copy(shown / name, folder / name)
    for name in ("releases", "outbox"):
        shutil.copytree(shown / name, folder / name, dirs_exist_ok=True)
    return app


def sign_in(visitor: Visitor, db: Database, role: str) -> Visitor:
    """Sign a visitor in with a role, through the pages."""
    who = staff.add(db, f"{role}@example.org", role, "test")
    page = visitor.open(f"{BASE}/logga-in/{new_sign_in_link(db, who.id, None)}")
    # Someone already signed in has a form to sign out in the head of every page.
    button = page.forms()[-1]
    # Where one lands is the fullest page of the office, which hundreds of tests never look at.
    visitor.client.post(page.url, data=button.fields, follow_redirects=False)
    return visitor


@pytest.fixture
def coordinator(new_visitor: Callable[[], Visitor], db: Database) -> Visitor:
    """A signed-in coordinator."""
    return sign_in(new_visitor(), db, "coordinator")

"""What the tests share: a real application on a real SQLite file, and visitors over HTTP."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import cast

import httpx
import pytest
from flask import Flask
from sqlite_utils import Database

from app import create_app
from forms import demo
from forms.inventory import as_dicts
from forms.visitor import Visitor
from survey_data import example, invitations, register, rounds, staff
from survey_data.publish import publish
from survey_data.rounds import Round

BASE = "http://127.0.0.1"


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    """An application on an empty data folder."""
    built = create_app(
        {"DATA_DIR": tmp_path / "data", "BASE_URL": BASE, "SMTP_URL": "", "TESTING": True}
    )
    # A test wants to see the fault itself, not the page made of it.
    built.config["PROPAGATE_EXCEPTIONS"] = False
    yield built
    built.extensions["store"].close()


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
def examples(db: Database) -> list[int]:
    """Every fictitious enterprise in the register; their ids in order."""
    example.add_to_register(db, "test")
    return [e.id for e in sorted(register.enterprises(db), key=lambda e: e.id)]


@pytest.fixture
def open_round(db: Database, examples: list[int]) -> Round:
    """An open round of 2021 with 28 invited examples."""
    return rounds.open_round(
        db, 2021, date(2021, 10, 1), date(2021, 11, 15), as_dicts(2021), "test"
    )


@pytest.fixture
def link(db: Database, open_round: Round) -> str:
    """The personal link of one enterprise that has not begun."""
    [invitation_id] = db.conn.execute("SELECT min(id) FROM invitation").fetchone()
    return f"{BASE}/s/{invitations.new_link(db, invitation_id)}"


@pytest.fixture
def demonstration(app: Flask, db: Database) -> Flask:
    """The application filled with the demonstration and its first release."""
    demo.set_up(db)
    publish(db, app.extensions["places"], "test")
    return app


def sign_in(visitor: Visitor, db: Database, role: str) -> Visitor:
    """Sign a visitor in with a role, through the pages."""
    who = staff.add(db, f"{role}@example.org", role, "test")
    page = visitor.open(f"{BASE}/logga-in/{staff.new_sign_in_link(db, who.id, None)}")
    # Someone already signed in has a form to sign out in the head of every page.
    visitor.submit(page, page.forms()[-1])
    return visitor


@pytest.fixture
def coordinator(new_visitor: Callable[[], Visitor], db: Database) -> Visitor:
    """A signed-in coordinator."""
    return sign_in(new_visitor(), db, "coordinator")

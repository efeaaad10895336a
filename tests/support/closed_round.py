"""Twelve enterprises, their closed rounds, and how a release is made of them."""

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlite_utils import Database

from forms.questionnaire.inventory import as_dicts
from survey_data.automation import fictitious_enterprises
from survey_data.database import rows
from survey_data.publishing import proof, release_workflow
from survey_data.publishing.publish import Places
from survey_data.register import enterprises as register
from survey_data.register.enterprises import Contact, Enterprise
from survey_data.responses import responses
from survey_data.review import check_results, review
from survey_data.review.review import Ruling
from survey_data.rounds import rounds
from survey_data.rounds.rounds import Round
from survey_data.statistics import population
from tests.support.beginnings import Once

# What an enterprise answers in the tests: so many women, men, placed by two.
SIZES = ((4, 4, 3, 2), (6, 5, 4, 4), (3, 7, 6, 2), (8, 2, 5, 5), (5, 5, 4, 3), (7, 6, 6, 6))


@pytest.fixture
def places(app: Flask) -> Places:
    found: Places = app.extensions["places"]
    return found


def read(path: Path, sql: str) -> list[dict[str, Any]]:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
        db.row_factory = sqlite3.Row
        return [dict(row) for row in db.execute(sql)]


def numbers(size: tuple[int, int, int, int], grown: int = 0) -> dict[str, int | str]:
    women, men, placed_af, placed_kommun = (n + grown for n in size)
    parts: dict[str, int | str] = {"employees_women": women, "employees_men": men,
             "placed_af": placed_af, "placed_kommun": placed_kommun}  # fmt: skip
    return parts | {
        "employees_total": women + men,
        "placed_total": placed_af + placed_kommun,
        "status": "active",
    }


def register_in(db: Database, places: Iterable[str]) -> list[int]:
    """An enterprise in each of some municipalities; their numbers."""
    register.load_municipalities(db)
    for number, code in enumerate(places):
        enterprise = Enterprise(
            org_number=fictitious_enterprises._org_number(number + 1),
            name=f"Exempelkooperativet {number + 1}",
            municipality_code=code,
            legal_form="economic_association",
            active_from="2010-01-01",
            is_example=True,
        )
        register.save_enterprise(db, enterprise, Contact(email=f"{number}@example.org"), "test")
    return [row["id"] for row in rows(db, "SELECT id FROM enterprise ORDER BY id")]


@pytest.fixture
def enterprises(db: Database, once: Once) -> list[int]:
    """Six enterprises in each province."""
    once("twelve", lambda: register_in(db, ("2184", "2180") * len(SIZES)))
    return [row["id"] for row in rows(db, "SELECT id FROM enterprise ORDER BY id")]


def hold(db: Database, year: int, *, silent: int = 0, grown: int = 0) -> Round:
    """An open round in which all but the first few have answered."""
    days = (date(year, 10, 1), date(year, 11, 15))
    survey_round = rounds.open_round(db, year, *days, as_dicts(year), "test")
    found = rows(db, "SELECT id FROM invitation WHERE round_id = ? ORDER BY id", (survey_round.id,))
    for place, row in list(enumerate(found))[silent:]:
        typed = numbers(SIZES[place % len(SIZES)], grown)
        responses.hand_in(db, row["id"], typed, "sv", mode="example")
    return survey_round


@pytest.fixture
def two_silent(db: Database, enterprises: list[int], once: Once) -> Round:
    """A closed round two enterprises left unanswered, after a year that all answered."""
    once(f"two of {len(enterprises)} silent", lambda: _two_years(db))
    return rounds.find(db, 2022)


def _two_years(db: Database) -> None:
    hold(db, 2021)
    rounds.close_round(db, 2021, "test")
    hold(db, 2022, silent=2, grown=1)
    rounds.close_round(db, 2022, "test")


def silent(db: Database, survey_round: Round) -> list[int]:
    return sorted(population.offers(db, survey_round))


def county(path: Path, year: int) -> dict[str, tuple[int | None, str]]:
    found = read(
        path,
        f"SELECT indicator, value, status FROM observations WHERE year = {year} AND area_code = 21",
    )
    return {row["indicator"]: (row["value"], row["status"]) for row in found}


def release(db: Database, places: Places, kind: str = "final", **notes: str) -> Any:
    seen = proof.basis(db)
    given = {"note_sv": "", "note_en": "", "incomplete_is_meant": "yes"} | notes
    return release_workflow.release(db, places, "test", kind=kind, seen=seen, **given)


def correct_enough(db: Database, survey_round: Round) -> None:
    """Correct as many answers as it takes for a change to be told."""
    for row in rows(
        db,
        "SELECT p.id, p.employees_total, p.employees_women FROM response p"
        " JOIN invitation i ON i.id = p.invitation_id WHERE i.round_id = ? ORDER BY p.id LIMIT 8",
        (survey_round.id,),
    ):
        values = {name: row[name] + 9 for name in ("employees_total", "employees_women")}
        fired = check_results.of_response(db, row["id"])
        ruling = Ruling("staff 1", 0, {each.check_id: "accept" for each in fired})
        review.correct(db, row["id"], values, "Rättat.", ruling)

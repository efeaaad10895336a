"""Two enterprises that answered last year, with the next form before them."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlite_utils import Database

from forms.questionnaire.inventory import as_dicts
from survey_data.database import rows, scalar
from survey_data.register import enterprises
from survey_data.register.enterprises import Contact, Enterprise
from survey_data.responses import drafts, responses
from survey_data.rounds import invitations, rounds
from tests.support.beginnings import Once
from tests.support.http_visitor import Visitor
from tests.support.reader import Reader

NUMBERS = {"Ett": "556000-4615", "Två": "402000-0016"}
LAST_YEAR = {
    "employees_total": 7,
    "employees_women": 4,
    "employees_men": 3,
    "placed_af": 5,
    "placed_kommun": 1,
    "placed_other_unpaid": 0,
    "placed_total": 6,
}
COMPANY = {
    "status": "active",
    "respondent_name": "Exempel Exempelsson",
    "respondent_role": "verksamhetschef",
    "respondent_contact": "exempel@example.org",
}
EMPLOYED = {"employees_total": "8", "employees_women": "5", "employees_men": "3"}
PLACED = {"placed_af": "4", "placed_kommun": "2", "placed_other_unpaid": "0"}

Links = dict[str, str]


@pytest.fixture
def links(db: Database, once: Once) -> Links:
    """The links of two enterprises that answered last year, in an open round."""
    # Some change what was answered.
    once(f"two with {LAST_YEAR}", lambda: _two(db))
    return {name: invitations.new_link(db, invitation_of(db, name)) for name in NUMBERS}


def _two(db: Database) -> None:
    for name, number in NUMBERS.items():
        wanted = Enterprise(number, f"Exempelkooperativet {name}", "2180", "2015-01-01")
        contact = Contact(f"{number[-4:]}@example.org")
        enterprises.save_enterprise(db, wanted, contact, "test")
    _open(db, 2020)
    for row in rows(db, "SELECT id FROM invitation"):
        responses.hand_in(db, row["id"], LAST_YEAR, "sv")
    rounds.close_round(db, 2020, "test")
    _open(db, 2021)


def _open(db: Database, year: int) -> None:
    rounds.open_round(db, year, date(year, 10, 1), date(year, 11, 15), as_dicts(year), "test")


def invitation_of(db: Database, name: str, year: int = 2021) -> int:
    found = scalar(
        db,
        "SELECT i.id FROM invitation i JOIN enterprise e ON e.id = i.enterprise_id"
        " JOIN round r ON r.id = i.round_id WHERE e.name = ? AND r.year = ?",
        [f"Exempelkooperativet {name}", year],
    )
    return int(found)


@pytest.fixture
def visit(new_visitor: Callable[[], Visitor]) -> Callable[[], Reader]:
    return lambda: Reader(new_visitor())


@pytest.fixture
def one(visit: Callable[[], Reader], links: Links) -> Reader:
    """The first enterprise, with the form open."""
    return visit().open(f"/s/{links['Ett']}").press("")


def saved(db: Database, name: str = "Ett") -> dict[str, drafts.Value]:
    return drafts.load_draft(db, invitation_of(db, name)).answers


def fill_in_everything(visitor: Reader) -> Reader:
    visitor.open("/svara/foretaget").press(**COMPANY)
    visitor.press(**EMPLOYED)
    visitor.press(**PLACED)
    return visitor.press()

"""The address that saves while someone types: what it takes, what it says, what it refuses."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlite_utils import Database

from survey_data.database import rows, run, scalar
from survey_data.responses.drafts import load_draft
from survey_data.rounds import rounds
from survey_data.rounds.rounds import Round
from tests.conftest import BASE
from tests.respondent.test_saving import TROUBLES, Trouble
from tests.support.http_visitor import Visitor
from tests.support.reader import Reader


class Tab:
    """One open page of the form that saves as its script does."""

    def __init__(self, visitor: Visitor, link: str, section: str = "anstallda") -> None:
        self.reader = Reader(visitor).open(link).press("").open(f"/svara/{section}")
        self.path = f"{BASE}/svara/{section}/spara"
        names = ("csrf_token", "invitation", "window", "revision")
        self.sent = {name: self.reader.value(name) for name in names}
        self.status = 0

    def save(self, changed: dict[str, Any] | None = None, **typed: Any) -> dict[str, Any]:
        """Send some fields; `changed` replaces what goes with them."""
        data = self.sent | typed | {"field": list(typed)} | (changed or {})
        accept = {"Accept": "application/json"}
        reply = self.reader.client.post(self.path, data=data, headers=accept)
        self.status = reply.status_code
        assert reply.headers["content-type"] == "application/json"
        said: dict[str, Any] = reply.json()
        if self.status == 200:
            self.sent["revision"] = str(said["revision"])
        return said


@pytest.fixture
def new_tab(new_visitor: Callable[[], Visitor], link: str) -> Callable[[], Tab]:
    return lambda: Tab(new_visitor(), link)


@pytest.fixture
def tab(new_tab: Callable[[], Tab]) -> Tab:
    """The form's page on employees."""
    return new_tab()


@pytest.fixture
def invited(db: Database, link: str) -> int:
    return int(scalar(db, "SELECT min(id) FROM invitation"))


def test_the_fields_named_are_saved_and_no_other(tab: Tab, db: Database, invited: int) -> None:
    said = tab.save(employees_total="1 200")
    assert load_draft(db, invited).answers == {"employees_total": 1200}
    assert said["revision"] == 1
    assert said["said"].startswith("Sparat ")
    assert (said["hints"], said["conflicts"], said["news"]) == ({}, {}, {})


def test_what_is_no_answer_is_kept_with_a_hint(tab: Tab, db: Database, invited: int) -> None:
    said = tab.save(employees_total="tolv", employees_men="100000")
    assert load_draft(db, invited).typed == {
        "employees_total": ("tolv",),
        "employees_men": ("100000",),
    }
    assert said["hints"] == {
        "employees_total": "Skriv ett heltal, till exempel 7",
        "employees_men": "Kontrollera antalet. Det kan vara högst 9999",
    }


def test_nothing_is_missed_while_one_types(tab: Tab) -> None:
    assert tab.save(employees_total="12", employees_women="")["hints"] == {}


@pytest.mark.parametrize("number", ["850709-9805", "19850709-98", "850709"])
def test_not_even_the_beginning_of_a_personal_number_is_kept(
    new_visitor: Callable[[], Visitor], link: str, db: Database, number: str
) -> None:
    tab = Tab(new_visitor(), link, "foretaget")
    tab.save(org_number=number[:3])
    assert "org_number" in tab.save(org_number=number)["hints"]
    assert "0709" not in repr(rows(db, "SELECT * FROM draft"))
    assert rows(db, "SELECT value, typed FROM draft") == [{"value": "null", "typed": None}]


def test_a_personal_number_in_a_number_field_is_not_kept_either(tab: Tab, db: Database) -> None:
    tab.save(employees_total="850709-9805")
    assert rows(db, "SELECT * FROM draft") == []


def test_a_colleague_s_answer_is_not_overwritten_and_the_rest_is_saved(
    tab: Tab, new_tab: Callable[[], Tab], db: Database, invited: int
) -> None:
    new_tab().save(employees_total="7")
    said = tab.save(employees_total="8", employees_men="3")
    choice = said["conflicts"]["employees_total"]
    assert choice["said"].startswith("Någon annan sparade 7 klockan ")
    assert choice["said"].endswith(" Ni skrev 8.")
    assert (choice["keep"], choice["take"], choice["texts"]) == ("Behåll 8", "Ta 7", ["7"])
    assert load_draft(db, invited).answers == {"employees_total": 7, "employees_men": 3}
    assert tab.save(employees_total="8")["conflicts"] == {}
    assert load_draft(db, invited).answers["employees_total"] == 8


def test_what_others_saved_is_told_and_who_is_said_as_far_as_it_is_known(
    tab: Tab, new_tab: Callable[[], Tab], db: Database
) -> None:
    other = new_tab()
    other.save(employees_total="tolv")
    run(db, "UPDATE draft SET saved_by = 'staff 1', saved_at = '2021-10-02T10:00:00.000+00:00'")
    news = tab.save()["news"]["employees_total"]
    assert news["said"] == "Samordnaren sparade ”tolv” den 2 oktober klockan 12:00."
    assert (news["texts"], news["keep"]) == (["tolv"], "Behåll det som står här")
    assert tab.save()["news"] == {}


def test_a_lost_reply_is_no_conflict_with_oneself(tab: Tab, db: Database, invited: int) -> None:
    tab.save(employees_total="1")
    assert tab.save({"revision": "0"}, employees_total="12")["conflicts"] == {}
    assert load_draft(db, invited).answers == {"employees_total": 12}


def test_asking_only_writes_nothing(tab: Tab, db: Database) -> None:
    said = tab.save()
    assert (said["revision"], said["said"]) == (0, "")
    assert rows(db, "SELECT * FROM draft") == []


def test_a_reason_ticked_on_one_page_leaves_those_of_another(
    tab: Tab, db: Database, invited: int
) -> None:
    tab.save({"offered": ["hired", "other"]}, change_reasons=["hired"])
    said = tab.save({"offered": ["more_assigned"]}, change_reasons=["more_assigned"])
    assert said["conflicts"] == {}
    assert load_draft(db, invited).answers["change_reasons"] == ["hired", "more_assigned"]


def test_without_the_page_s_token_nothing_is_saved(tab: Tab, db: Database) -> None:
    said = tab.save({"csrf_token": "wrong"}, employees_total="12")
    assert tab.status == 400
    assert said["said"].startswith("Inte sparat: sidan har legat öppen för länge")
    assert rows(db, "SELECT * FROM draft") == []


def test_without_a_session_it_says_what_to_do(tab: Tab, db: Database) -> None:
    run(db, "UPDATE session SET ended_at = started_at")
    said = tab.save(employees_total="12")
    assert tab.status == 403
    assert "öppnar länken i mejlet igen" in said["said"]
    assert rows(db, "SELECT * FROM draft") == []


def test_the_form_of_another_enterprise_is_refused(tab: Tab, db: Database) -> None:
    said = tab.save({"invitation": str(int(tab.sent["invitation"]) + 1)}, employees_total="12")
    assert tab.status == 403
    assert "ett annat företags formulär" in said["said"]
    assert rows(db, "SELECT * FROM draft") == []
    tab.save(employees_total="12")
    assert tab.status == 200


@pytest.mark.parametrize("typed", [{"employees_total": "12"}, {}])
def test_a_closed_round_says_whom_to_call(
    tab: Tab, db: Database, open_round: Round, typed: dict[str, Any]
) -> None:
    rounds.close_round(db, open_round.year, "test")
    said = tab.save(**typed)
    assert tab.status == 410
    assert "insamlingen är stängd" in said["said"]
    assert "Ring samordnaren" in said["said"]
    assert rows(db, "SELECT * FROM draft") == []


@pytest.mark.parametrize("trouble", TROUBLES)
def test_what_cannot_be_stored_is_never_called_saved(
    tab: Tab, db: Database, app: Flask, trouble: Trouble
) -> None:
    with trouble(db, Path(app.config["DATA_DIR"]) / "survey.db"):
        said = tab.save(employees_total="12")
    assert tab.status == 503
    assert "Inte sparat" in said["said"]
    assert tab.save(employees_total="12")["said"].startswith("Sparat ")


@pytest.mark.parametrize("section", ["granska", "finns-inte"])
def test_only_sections_with_fields_save(tab: Tab, section: str) -> None:
    tab.path = f"{BASE}/svara/{section}/spara"
    tab.save()
    assert tab.status == 404


def test_in_english_everything_is_said_in_english(
    tab: Tab, new_tab: Callable[[], Tab], db: Database, open_round: Round
) -> None:
    new_tab().save(employees_total="7")
    tab.path += "?lang=en"
    said = tab.save(employees_total="8", employees_men="three")
    assert said["said"].startswith("Saved ")
    assert said["conflicts"]["employees_total"]["said"].startswith("Someone else saved 7 at ")
    assert said["hints"]["employees_men"] == "Enter a whole number, for example 7"
    rounds.close_round(db, open_round.year, "test")
    assert tab.save(employees_total="8")["said"].startswith("Not saved: the collection is closed.")

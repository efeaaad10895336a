"""The coordinator sees what is hidden and why, and says which figure she would rather keep."""

import csv
import io
from typing import Any

import pytest
from sqlite_utils import Database

from survey_data.database import first, rows, scalar
from survey_data.protection import protect_year
from survey_data.publishing import release_preview
from tests.conftest import BASE
from tests.publishing.test_publish import hold
from tests.support.http_visitor import Page, Visitor

PATH = f"{BASE}/samordna/publicering/skydd"


@pytest.fixture
def page(db: Database, examples: list[int], coordinator: Visitor) -> Page:
    hold(db, 2021)
    return coordinator.open(PATH)


def exported(coordinator: Visitor, language: str = "sv") -> list[dict[str, str]]:
    reply = coordinator.client.get(f"{BASE}/samordna/lista/skydd.csv?lang={language}")
    assert reply.headers["content-disposition"] == "attachment; filename=asf-skydd.csv"
    return list(csv.DictReader(io.StringIO(reply.content.decode("utf-8-sig")), delimiter=";"))


def test_every_hidden_figure_stands_with_its_reason_and_what_a_reader_can_know(
    page: Page, db: Database, coordinator: Visitor
) -> None:
    [found] = release_preview.previews(db)
    lines = exported(coordinator)
    assert len(lines) == found.hidden > 5
    # How many enterprises there are is never hidden.
    assert {line["Mått"] for line in lines} == {"Anställda", "Placerade"}
    assert {line["År"] for line in lines} == {"2021"}
    for line in lines:
        assert f'rowheader">{line["Område"]}</th>' in page.text
        low, value = int(line["Minst"]), int(line["Värde"])
        assert low <= value <= int(line["Högst"] or value)
        assert not line["Högst"] or int(line["Högst"]) - low >= 5
        assert bool(line["Skyddar"]) == (line["Varför"].startswith("För att andra"))
    assert {line["Varför"] for line in lines} == {
        "För få företag bidrar",
        "För att andra inte ska gå att räkna fram",
    }


def test_the_page_and_its_table_are_in_english_too(page: Page, coordinator: Visitor) -> None:
    english = coordinator.open(f"{PATH}?lang=en")
    assert "What is hidden and why" in english.text
    assert "Too few enterprises contribute" in english.text
    assert {"Area", "Indicator", "Why"} <= exported(coordinator, "en")[0].keys()


def test_a_figure_she_would_rather_keep_is_open_in_the_next_release(
    page: Page, db: Database, coordinator: Visitor
) -> None:
    companion = next(line for line in exported(coordinator) if line["Skyddar"])
    name = f"{companion['Mått']}, {companion['Område']}"
    spot = next(
        f.spot for f in release_preview.previews(db)[0].figures
        if f.value is None and f"{name}" == _name(db, f.spot)
    )  # fmt: skip
    form = page.form_with("figure")
    assert form
    after = coordinator.submit(page, form, {"figure": "/".join(spot), "factor": "1000"})
    assert "Sparat. Så här blir nästa utgåva." in after.text
    assert (companion["Område"], companion["Mått"]) not in {
        (line["Område"], line["Mått"]) for line in exported(coordinator)
    }
    assert f"{name} <span" in after.text
    line = first(db, "SELECT * FROM audit WHERE action = 'cost of hiding changed'")
    assert line
    assert line["actor"].startswith("staff ")
    form = after.form_with("figure")
    assert form
    coordinator.submit(after, form, {"figure": "/".join(spot), "factor": "1"})
    assert protect_year.cost_factors(db) == {}


def _name(db: Database, spot: tuple[str, str, str]) -> str:
    town = scalar(db, "SELECT name FROM municipality WHERE code = ?", (spot[1],))
    words = {"employees": "Anställda", "placed": "Placerade", "enterprises": "Företag"}
    return f"{words.get(spot[2], spot[2])}, {town}"


@pytest.mark.parametrize(
    ("filled", "fault"),
    [
        ({"figure": "", "factor": "10"}, "Välj en siffra."),
        ({"figure": "county/21/employees", "factor": ""}, "Välj hur gärna den ska vara öppen."),
    ],
)
def test_an_unfinished_wish_says_what_is_missing_beside_the_field_and_above(
    page: Page, db: Database, coordinator: Visitor, filled: dict[str, Any], fault: str
) -> None:
    form = page.form_with("figure")
    assert form
    reply = coordinator.submit(page, form, filled)
    assert reply.text.count(fault) == 2
    chosen = next(value for value in filled.values() if value)
    assert f'<option selected value="{chosen}">' in reply.text
    assert rows(db, "SELECT * FROM protection_wish") == []


def test_a_figure_that_does_not_exist_cannot_be_wished_for(
    page: Page, db: Database, coordinator: Visitor
) -> None:
    form = page.form_with("figure")
    assert form
    data = form.fields | {"figure": "county/21/salaries", "factor": "10"}
    assert coordinator.client.post(PATH, data=data).status_code == 200
    assert rows(db, "SELECT * FROM protection_wish") == []


def test_with_no_closed_round_there_is_nothing_to_hide(coordinator: Visitor) -> None:
    assert "Ingen stängd omgång utöver de tryckta åren." in coordinator.open(PATH).text

"""The optional modules: folded until begun, skipped as a whole, and four ways to give no number."""

import re

import pytest

from forms.checks.checking import must_be_put_right, run
from forms.questionnaire.inventory import MODULES, OPTIONAL, questionnaire
from forms.questionnaire.optional import industries
from forms.questionnaire.types import Value
from forms.respondent.receipt import Reading, answering_time, to_hand_in
from survey_data.responses import responses
from tests.respondent.test_checks import COMPLETE, INVENTORY
from tests.support.answers import (
    COMPANY,
    fill_in_everything,
    invitation_of,
    saved,
)
from tests.support.reader import Reader

PAGE = "/svara/fler-fragor"


def fired(**changes: Value) -> dict[str, tuple[str, ...]]:
    found = run(INVENTORY, COMPLETE | changes, {}, reference_date="2021-10-01")
    return {check.check_id: check.fields for check in must_be_put_right(found)}


@pytest.mark.parametrize("module", OPTIONAL)
def test_every_module_has_questions_a_reason_and_both_languages(module: str) -> None:
    asked = questionnaire(2021).in_module(module)
    assert asked
    assert all(q.label_sv and q.label_en for q in asked)
    assert MODULES[module].why_sv
    assert MODULES[module].why_en


@pytest.mark.parametrize("module", OPTIONAL)
def test_a_module_left_alone_asks_for_nothing(module: str) -> None:
    names = {q.name for q in INVENTORY.in_module(module)}
    assert not names.intersection(*[set(fields) for fields in fired().values()], set())
    assert fired() == {}


@pytest.mark.parametrize(
    ("answers", "check"),
    [
        ({"emp_wage_subsidy": 13}, "support_matches"),
        ({"placed_women": 4, "placed_men": 3}, "placed_genders_match"),
        ({"placed_work_training": 7}, "placed_services_match"),
        ({"emp_target_group": 13}, "target_group_within"),
        ({"emp_supervisors": 13}, "supervisors_within"),
        ({"turnover": 900, "turnover_blank": "unknown"}, "turnover_blank_twice"),
        ({"trans_studies": 1, "trans_total_blank": "not_applicable"}, "trans_total_blank_twice"),
    ],
)
def test_what_cannot_be_is_said(answers: dict[str, Value], check: str) -> None:
    assert set(fired(**answers)) == {check}


@pytest.mark.parametrize(
    "answers",
    [
        {"emp_wage_subsidy": 12},
        {"emp_wage_subsidy": 3},
        {"placed_women": 4, "placed_men": 2},
        {"emp_target_group": 12, "emp_supervisors": 12},
        {"turnover_blank": "unknown"},
        {"trans_total_blank": "not_applicable"},
    ],
)
def test_what_can_be_is_let_through(answers: dict[str, Value]) -> None:
    assert fired(**answers) == {}


def test_rows_that_are_all_given_must_make_the_whole() -> None:
    rows = [q.name for q in INVENTORY.parts_of("emp_wage_support")]
    assert set(fired(**dict.fromkeys(rows, 1))) == {"support_matches"}
    assert fired(**(dict.fromkeys(rows, 1) | {"emp_no_support": 6})) == {}


@pytest.mark.parametrize("language", ["sv", "en"])
def test_zero_blank_unknown_and_not_applicable_are_told_apart(language: str) -> None:
    ways: list[dict[str, Value]] = [
        {"turnover": 0},
        {"result_sign": "even"},
        {"turnover_blank": "unknown"},
        {"turnover_blank": "not_applicable"},
    ]
    stored = [to_hand_in(INVENTORY, way) for way in ways]
    assert len({(s["turnover"], s["turnover_blank"]) for s in stored}) == 4
    shown = [_line(s, "turnover", language) for s in stored]
    assert len(set(shown)) == 4
    assert shown[0] == "0"
    assert shown[1] == ""


def _line(answers: dict[str, Value], name: str, language: str) -> str:
    groups = Reading(INVENTORY, answers, {}, language).groups()
    found = [line.value for group in groups for line in group.lines if line.name == name]
    return found[0] if found else ""


def test_a_sum_of_rows_is_blank_until_a_row_is_given() -> None:
    assert to_hand_in(INVENTORY, {})["trans_total"] is None
    assert to_hand_in(INVENTORY, {"trans_studies": 0})["trans_total"] == 0


def test_a_module_is_folded_until_it_is_begun(one: Reader, db) -> None:
    fill_in_everything(one)
    one.open(PAGE)
    assert one.html.count("<details") == len(OPTIONAL)
    assert "open>" not in one.html
    one.press(emp_target_group="3")
    one.open(PAGE)
    opened = [
        part for part in one.html.split("<details")[1:] if part.split(">")[0].endswith("open")
    ]
    assert ['id="module-D"' in part for part in opened] == [True]
    assert saved(db)["emp_target_group"] == 3


def test_a_reason_for_no_number_is_stored_and_stands_on_the_receipt(one: Reader, db) -> None:
    fill_in_everything(one)
    one.open(PAGE).press(turnover_blank="unknown")
    one.press("", certify="yes")
    assert one.path == "/svara/kvitto"
    assert "Vi vet inte" in one.html
    response = responses.latest(db, invitation_of(db, "Ett"))
    assert response is not None
    assert response.answers["turnover"] is None
    assert response.answers["turnover_blank"] == "unknown"


def test_the_receipt_has_the_same_minutes_as_the_first_page(one: Reader) -> None:
    fill_in_everything(one)
    one.press("", certify="yes")
    assert one.path == "/svara/kvitto"
    [said] = re.findall(r"Har ni (\w+) minuter till", one.html)
    assert f"Frivilliga frågor efteråt: ungefär {said} minuter." in answering_time(INVENTORY)


def test_a_number_and_a_reason_against_it_hold_the_page_and_lose_nothing(one: Reader) -> None:
    one.open("/svara/foretaget").press(**COMPANY)
    one.open(PAGE).press(turnover="1 200", turnover_blank="unknown")
    assert one.path == PAGE
    assert "Ta bort antalet" in one.html
    assert one.value("turnover") == "1 200"


def test_industries_are_the_two_digit_codes_of_one_edition() -> None:
    codes = [choice.code for choice in industries()]
    assert codes == sorted(set(codes))
    assert all(len(code) == 2 and code.isdigit() for code in codes)
    # NACE Rev. 2.1 has 87 divisions; the trade in motor vehicles, 45, went into 46, 47 and 95.
    assert len(codes) == 87
    assert "45" not in codes

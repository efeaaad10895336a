"""Edit checks: what fires, what does not, and what each one says."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.checks import Check, messages
from forms.checks.balance import balance_of
from forms.checks.checking import must_be_put_right, run, to_ask
from forms.checks.declarations import CHECKS
from forms.questionnaire.inventory import questionnaire
from forms.questionnaire.types import Unreadable, Value, read, read_whole_number
from survey_data.typed_text import has_personal_number

INVENTORY = questionnaire(2021)
COMPLETE: dict[str, Value] = {
    "enterprise_name": "Exempelkooperativet Nio",
    "org_number": "556000-4615",
    "municipality_code": "2180",
    "status": "active",
    "as_of_date": "2021-10-01",
    "respondent_name": "Exempel Exempelsson",
    "respondent_contact": "exempel@example.org",
    "employees_total": 12,
    "employees_women": 7,
    "employees_men": 5,
    "placed_af": 4,
    "placed_kommun": 2,
    "placed_other_unpaid": 0,
    "certify": True,
}


def fired(last_year: dict[str, Value] | None = None, **changes: Value) -> dict[str, str]:
    found = run(INVENTORY, COMPLETE | changes, last_year, reference_date="2021-10-01")
    return {check.check_id: check.kind for check in found}


def test_a_complete_answer_fires_nothing() -> None:
    assert fired() == {}


@pytest.mark.parametrize("question", [q for q in INVENTORY.questions if q.module in ("0", "1")])
def test_what_is_required_cannot_be_left_out(question) -> None:
    wanted = {f"missing {question.name}": "hard"} if question.required else {}
    found = fired(**{question.name: None})
    assert {k: v for k, v in found.items() if k.startswith("missing")} == wanted


@pytest.mark.parametrize("number", [-1, 10_000, 1_000_000_000])
def test_impossible_counts_are_refused(number: int) -> None:
    assert fired(placed_af=number)["out_of_range placed_af"] == "hard"


def test_zero_is_an_answer_and_blank_is_not() -> None:
    assert "missing placed_af" not in fired(placed_af=0)
    assert "missing placed_af" in fired(placed_af=None)


@pytest.mark.parametrize(
    ("women", "men", "not_stated", "right"),
    [(7, 5, None, True), (7, 5, 0, True), (7, 4, 1, True), (7, 6, None, False), (7, 5, 1, False)],
)
def test_women_and_men_and_not_stated_are_all_the_employed(women, men, not_stated, right) -> None:
    found = fired(employees_women=women, employees_men=men, employees_gender_not_stated=not_stated)
    assert ("employees_add_up" not in found) == right


@pytest.mark.parametrize("status", ["closed", "moved_away", "no_longer_asf"])
def test_nobody_is_counted_where_the_enterprise_is_gone(status: str) -> None:
    assert fired(status=status)["nobody_counted_when_gone"] == "hard"
    blank = {name: None for name in INVENTORY.by_name if name.startswith(("employees", "placed"))}
    assert fired(status=status, **blank) == {}


@pytest.mark.parametrize(
    ("day", "right"),
    [("2021-08-31", False), ("2021-09-01", True), ("2021-11-30", True), ("2021-12-01", False)],
)
def test_the_figures_are_of_the_autumn(day: str, right: bool) -> None:
    assert ("out_of_range as_of_date" not in fired(as_of_date=day)) == right


@pytest.mark.parametrize(
    ("contact", "right"),
    [
        ("exempel@example.org", True),
        ("026-12 34 56", True),
        ("+46 26 12 34 56", True),
        ("exempel@", False),
        ("ring mig", False),
    ],
)
def test_a_respondent_can_be_reached(contact: str, right: bool) -> None:
    assert ("contact_can_be_used" not in fired(respondent_contact=contact)) == right


@pytest.mark.parametrize(
    ("before", "asked"),
    [(7, True), (8, False), (12, False), (24, True), (20, False), (None, False)],
)
def test_a_change_of_half_and_five_persons_is_asked_about(before, asked) -> None:
    assert ("employees_changed" in fired({"employees_total": before})) == asked


def test_a_module_left_blank_is_skipped_and_one_begun_wants_the_rest() -> None:
    found = fired(start_year=2012)
    assert {name.split()[1] for name in found} == {
        "legal_form",
        "crit_purpose",
        "crit_participation",
        "crit_reinvest",
        "crit_independent",
    }


def test_a_certified_enterprise_says_since_when() -> None:
    assert fired(certification="yes")["certified_when"] == "hard"
    assert "certified_when" not in fired(certification="no")
    assert "out_of_range certification_year" in fired(certification_year=2018)


def test_what_only_the_coordinator_sees_is_never_asked() -> None:
    last_year = COMPLETE | {"employees_total": 12}
    found = run(INVENTORY, COMPLETE, last_year, reference_date="2021-10-02")
    assert {check.check_id for check in found} >= {"employees_exactly_the_same", "another_day"}
    assert to_ask(found) == []
    assert must_be_put_right(found) == []


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_a_check_says_everything_in_both_languages(check: Check) -> None:
    every = (check.heading, check.says, check.seen, check.limit, check.rises, check.falls)
    assert check.heading.sv
    assert check.says.sv
    for wording in filter(None, every):
        assert wording.en
        places = [set(re.findall(r"\{(\w+)\}", text)) for text in (wording.sv, wording.en)]
        assert places[0] == places[1]
    assert "–" not in messages.limit(check, check.parameters, "sv"), "a parameter is not there"


def test_a_sentence_is_filled_in_with_the_figures_that_were_found() -> None:
    answers = COMPLETE | {"employees_men": 6, "placed_af": 20_000, "status": None}
    said = [messages.say(found, INVENTORY, "sv") for found in run(INVENTORY, answers)]
    assert "Kvinnor och män blir tillsammans 13, men ni har angett 12 anställda" in said
    assert "Kontrollera antalet. Det kan vara högst 9999" in said


spaces = st.sampled_from([" ", "\u00a0", "\u202f", "\u2009"])


@given(st.integers(0, 10**9), spaces)
def test_a_whole_number_is_read_however_it_is_grouped(number: int, space: str) -> None:
    grouped = f"{number:,}".replace(",", space)
    assert read_whole_number(f" {grouped}{space}") == number
    assert read_whole_number(str(number)) == number


@pytest.mark.parametrize("minus", ["-", "\u2212", "\u2013"])
def test_a_minus_is_read_however_it_is_written_and_told_of_as_such(minus: str) -> None:
    assert read_whole_number(f"{minus}1 200") == -1200
    with pytest.raises(Unreadable) as refusal:
        read_whole_number(f"{minus}12,5")
    assert refusal.value.check == "not_whole"


@given(st.text())
def test_any_text_is_a_number_nothing_or_refused(text: str) -> None:
    try:
        found: object = read_whole_number(text)
    except Unreadable as refusal:
        found = refusal.check
    assert found is None or isinstance(found, int) or found in {"not_whole", "not_a_number"}


@pytest.mark.parametrize(
    ("text", "why"),
    [("12,5", "not_whole"), ("12.5", "not_whole"), ("sju", "not_a_number"), ("1 2", "not_a_number"),
     ("7 st", "not_a_number"), ("9" * 30, "not_a_number")],
)  # fmt: skip
def test_what_is_not_a_whole_number_is_refused_with_a_reason(text: str, why: str) -> None:
    with pytest.raises(Unreadable) as refusal:
        read_whole_number(text)
    assert refusal.value.check == why


@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 60))
def test_the_bar_never_runs_out_of_its_box(total: int, women: int, men: int) -> None:
    answers: dict[str, Value] = {
        "employees_total": total, "employees_women": women, "employees_men": men,
    }  # fmt: skip
    for piece in balance_of(INVENTORY, "employees_total", answers).pieces():
        assert piece.x >= 0
        assert piece.x + piece.width <= 600


@pytest.mark.parametrize("text", ["Ring 19900101-1239", "900101-1239", "9001011239 heter hon"])
def test_a_personal_number_in_a_text_is_noticed_and_refused(text: str) -> None:
    with pytest.raises(Unreadable) as refusal:
        read(INVENTORY["comment_changes"], [text])
    assert has_personal_number(text)
    assert refusal.value.check == "personal_number"


def test_telephone_and_organisation_numbers_are_not_personal_numbers() -> None:
    assert not has_personal_number("Ring 026-12 34 56 eller 556000-4615")


@pytest.mark.parametrize("text", ["900101-1239", "19900101-1239", "9001011239"])
def test_a_personal_number_is_no_organisation_number(text: str) -> None:
    with pytest.raises(Unreadable) as refusal:
        read(INVENTORY["org_number"], [text])
    assert refusal.value.check == "personal_number"


@pytest.mark.parametrize("text", ["2021-10-01", "20211001", "2021/10/1", "2021 10 01"])
def test_a_date_is_read_however_it_is_written(text: str) -> None:
    assert read(INVENTORY["as_of_date"], [text]) == "2021-10-01"


@pytest.mark.parametrize("text", ["1 oktober", "2021-13-01", "01-10-2021"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        read(INVENTORY["as_of_date"], [text])

"""One declaration, many uses: every question is walked through every derivation."""

import json

import pytest
from flask import Flask

from forms.questionnaire.inventory import MODULES, NUMBERS, SECTIONS, as_dicts, questionnaire
from forms.questionnaire.question import Question
from forms.questionnaire.questionnaire import Questionnaire, from_dicts, of_round
from forms.questionnaire.types import TYPES, read
from forms.respondent.receipt import Reading, to_hand_in
from forms.respondent.section_form import SectionForm, form_class, questions_on

YEAR = 2021
INVENTORY = questionnaire(YEAR)
EXAMPLES = {
    "whole_number": ["1 200"],
    "year": ["2019"],
    "computed": [],
    "text": ["Exempelkooperativet Nio"],
    "contact": ["exempel@example.org"],
    "long_text": ["Vi öppnade ett kafé i mars."],
    "org_number": ["5560004615"],
    "date": [f"{YEAR}-10-01"],
    "yes_no": ["yes"],
}
every_question = pytest.mark.parametrize("question", INVENTORY.questions, ids=lambda q: q.name)


def example_texts(question: Question) -> list[str]:
    return EXAMPLES.get(question.kind) or [choice.code for choice in question.choices][:1]


@every_question
def test_a_question_speaks_both_languages(question: Question) -> None:
    for language in ("sv", "en"):
        assert question.label(language)
        assert question.short(language)
    assert bool(question.help_sv) == bool(question.help_en)
    assert bool(question.unit_sv) == bool(question.unit_en)
    assert bool(question.spoken_sv) == bool(question.spoken_en)
    assert bool(question.missing_sv) == bool(question.missing_en)
    assert all(choice.label_sv and choice.label_en for choice in question.choices)


@every_question
def test_a_question_survives_being_kept_with_its_round(question: Question) -> None:
    assert Question.from_dict(json.loads(json.dumps(question.to_dict()))) == question


@every_question
def test_a_question_has_a_column(question: Question) -> None:
    kept = question.to_dict()
    assert question.name.isidentifier()
    assert kept["sql_type"] in {"INTEGER", "TEXT"}
    assert kept["value_type"] in {"plain", "list", "boolean"}


@every_question
def test_a_question_has_a_codebook_row_and_a_column_description(question: Question) -> None:
    row = question.to_dict()
    assert row["name"] == question.name
    assert row["label_sv"]
    assert row["label_en"]
    for choice in question.choices:
        assert f"{choice.code} = {choice.label_sv}" in row["definition_sv"]
        assert f"{choice.code} = {choice.label_en}" in row["definition_en"]
    assert question.label_sv in question.column_description("sv")
    assert question.label_en in question.column_description("en")


@every_question
def test_an_answer_can_be_read_shown_and_put_back(question: Question) -> None:
    answer = read(question, example_texts(question))
    assert (answer is None) == (question.kind == "computed")
    assert question.show(None, "sv") == ""
    if answer is not None:
        assert question.show(answer, "sv")
        assert question.show(answer, "en")
        assert read(question, question.type.write(answer)) == answer


@every_question
def test_a_question_is_a_field_of_its_section(question: Question) -> None:
    found = [page for page in (*SECTIONS, NUMBERS) if question in questions_on(INVENTORY, page)]
    assert bool(found) == question.typed or question.name == "certify"
    for page in found:
        field = form_class(INVENTORY, page, "en")()[question.name]
        assert field.question is question
        assert field.label.text == question.label_en


@every_question
def test_a_question_belongs_somewhere(question: Question) -> None:
    assert question.module in MODULES
    assert question.kind in TYPES
    if question.part_of:
        assert question.part_of in INVENTORY
        assert question.nouns_sv[1]
        assert question.nouns_en[1]


@every_question
def test_every_typed_question_has_a_line_in_the_receipt(question: Question) -> None:
    answers = to_hand_in(INVENTORY, {question.name: read(question, example_texts(question))})
    groups = Reading(INVENTORY, answers, {}, "sv").groups()
    lines = {line.name: line for group in groups for line in group.lines}
    joined = {"respondent_role", "respondent_contact"}
    apart = {"change_reasons", "comment_changes", "certify"}
    if question.name not in joined | apart and question.typed:
        assert lines[question.blank_of or question.name].value
    assert set(answers) == set(INVENTORY.by_name)


def test_names_are_never_used_twice() -> None:
    assert len(INVENTORY.by_name) == len(INVENTORY.questions)


def test_who_answered_is_private_and_free_text_is_reviewed() -> None:
    private = {q.name for q in INVENTORY.questions if q.private}
    assert private == {"respondent_name", "respondent_role", "respondent_contact"}
    assert {q.name for q in INVENTORY.questions if q.kind == "long_text"} == {
        q.name for q in INVENTORY.questions if q.reviewed
    }


def test_the_total_of_placed_persons_is_never_typed() -> None:
    answers = {"placed_af": 4, "placed_kommun": 2, "placed_other_unpaid": 0, "placed_total": 99}
    assert INVENTORY.with_computed(answers)["placed_total"] == 6
    assert INVENTORY.with_computed({"placed_af": 4})["placed_total"] is None
    assert not INVENTORY["placed_total"].typed


def test_dates_and_years_are_bound_to_the_year_of_the_round() -> None:
    assert INVENTORY["as_of_date"].minimum == "2021-09-01"
    assert questionnaire(2022)["start_year"].maximum == 2022


def test_a_round_keeps_its_own_questionnaire() -> None:
    kept = as_dicts(YEAR)
    changed = [{**entry, "label_sv": "Ändrad"} for entry in kept]
    first = of_round(1, kept)
    assert of_round(1, as_dicts(YEAR)) is first
    assert of_round(1, changed) is not first
    assert from_dicts(kept).questions == INVENTORY.questions


def test_a_form_class_is_made_once() -> None:
    assert form_class(INVENTORY, NUMBERS, "sv") is form_class(INVENTORY, NUMBERS, "sv")
    assert issubclass(form_class(INVENTORY, NUMBERS, "sv"), SectionForm)


def test_codes_that_are_not_choices_are_refused() -> None:
    form = form_class(INVENTORY, SECTIONS[0], "sv")(data={})
    form["status"].process_formdata(["bankrupt"])
    assert form["status"].unreadable == "not_a_choice"


def test_the_pages_follow_the_order_of_the_questions() -> None:
    with Flask(__name__).test_request_context():
        asked = list(dict.fromkeys(q.section for q in INVENTORY.questions if q.module != "1"))
        pages = [section.key for section in SECTIONS if section.key in asked]
        assert asked == pages


def test_a_questionnaire_knows_its_totals() -> None:
    assert isinstance(INVENTORY, Questionnaire)
    assert set(INVENTORY.totals) == {
        "employees_total", "placed_total", "emp_wage_support", "placed_by_gender",
        "placed_by_service", "trans_total",
    }  # fmt: skip

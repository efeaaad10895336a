"""The coordinator's own questions, from the office's form to the analysts' codebook."""

import io
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from sqlite_utils import Database

from app import create_app
from forms.checks.checking import must_be_put_right, run
from forms.questionnaire import questionnaire as questionnaires
from forms.questionnaire.extra_question import KINDS, LONGEST, Typed, TypedChoice
from forms.questionnaire.inventory import as_dicts
from forms.questionnaire.question import Question
from forms.questionnaire.types import read
from forms.respondent.receipt import to_hand_in
from forms.respondent.steps import sections_of
from survey_data.database import rows, scalar
from survey_data.publishing.publish import Places, publish
from survey_data.responses import drafts, responses
from survey_data.review import decisions
from survey_data.rounds import extra_questions, invitations, rounds
from survey_data.rounds.extra_questions import AnswersWouldBeHarmed
from survey_data.rounds.rounds import Round
from survey_data.typed_text import visible
from tests.conftest import BASE
from tests.support.http_visitor import Filled, Page, Visitor, answer

QUESTIONS = f"{BASE}/samordna/fragor"
NEW: dict[str, Filled] = {
    "whole_number": {"label_sv": "Antal cyklar", "label_en": "Number of bikes",
                     "unit_sv": "cyklar", "unit_en": "bikes"},
    "choice": {"label_sv": "Har ni avtal?", "label_en": "Have you an agreement?",
               "choice_sv": ["Ja", "Hängavtal", "", ""],
               "choice_en": ["Yes", "Local agreement", "", ""]},
    "several": {"label_sv": "Vilka språk?", "label_en": "Which languages?",
                "choice_sv": ["Arabiska", "Finska", "Tigrinja", ""],
                "choice_en": ["Arabic", "Finnish", "Tigrinya", ""]},
    "yes_no": {"label_sv": "Har ni kafé?", "label_en": "Have you a café?"},
    "long_text": {"label_sv": "Vad är nytt?", "label_en": "What is new?",
                  "help_sv": "Kort.", "help_en": "Briefly."},
}  # fmt: skip
NAMES = {
    "whole_number": "extra_number_of_bikes", "choice": "extra_have_you_an_agreement",
    "several": "extra_which_languages", "yes_no": "extra_have_you_a_cafe",
    "long_text": "extra_what_is_new",
}  # fmt: skip
ANSWERS = {
    "status": "active", "respondent_name": "Exempel", "respondent_contact": "e@example.org",
    "employees_total": "12", "employees_women": "7", "employees_men": "5",
    "placed_af": "3", "placed_kommun": "2", "placed_other_unpaid": "0",
}  # fmt: skip
EXTRA_ANSWERS: dict[str, Any] = {
    NAMES["whole_number"]: "1 200", NAMES["choice"]: "local_agreement",
    NAMES["several"]: ["arabic", "tigrinya"], NAMES["yes_no"]: "yes",
    NAMES["long_text"]: "Ett bageri.",
}  # fmt: skip


def question(name: str, kind: str = "whole_number", **more: Any) -> Question:
    return Typed(kind, "Antal cyklar", "Number of bikes", **more).question(name)


def add_question(db: Database, name: str, kind: str = "whole_number", **more: Any) -> Question:
    made = question(name, kind, **more)
    extra_questions.add(db, made.to_dict(), "test")
    return made


def write(visitor: Visitor, kind: str, /, **more: Any) -> Page:
    """Write a new question through the page."""
    page = visitor.open(f"{QUESTIONS}/ny?typ={kind}")
    form = page.form_with("label_sv")
    assert form is not None
    return visitor.submit(page, form, {**NEW[kind], **more})


def change(visitor: Visitor, name: str, **filled: Any) -> Page:
    page = visitor.open(f"{QUESTIONS}/{name}")
    form = page.form_with("label_sv")
    assert form is not None
    return visitor.submit(page, form, filled)


def press(visitor: Visitor, action: str, **filled: Any) -> Page:
    page = visitor.open(QUESTIONS)
    found = [f for f in page.forms() if f.action == action]
    wanted = {name: [value] for name, value in filled.items()}
    form = next(f for f in found if wanted.items() <= f.fields.items())
    return visitor.submit(page, form)


def extras(db: Database) -> list[dict[str, Any]]:
    return [dict(entry) for entry in extra_questions.plan(db).questions]


def newest(db: Database) -> dict[str, Any]:
    [found] = rows(db, "SELECT * FROM response ORDER BY id DESC LIMIT 1")
    return found


def link_of(db: Database, place: int = 0) -> str:
    ids = [row["id"] for row in rows(db, "SELECT id FROM invitation ORDER BY id")]
    return f"{BASE}/s/{invitations.new_link(db, ids[place])}"


@pytest.mark.parametrize("kind", list(KINDS))
def test_each_kind_goes_from_the_desk_to_the_form_the_column_and_the_receipt(
    db: Database, open_round: Round, coordinator: Visitor, visitor: Visitor, kind: str
) -> None:
    page = write(coordinator, kind, required="yes")
    name = NAMES[kind]
    assert page.path == "/samordna/fragor"
    assert name in page.text
    [entry] = extras(db)
    assert (entry["name"], entry["kind"], entry["required"]) == (name, kind, True)
    receipt = answer(visitor, link_of(db), {**ANSWERS, name: EXTRA_ANSWERS[name]})
    assert receipt.path == "/svara/kvitto"
    stored = read(Question.from_dict(entry), _listed(EXTRA_ANSWERS[name]))
    found = responses.by_id(db, newest(db)["id"])
    assert found is not None
    assert found.answers[name] == stored
    shown = Question.from_dict(entry).show(stored, "sv")
    assert shown in receipt.text
    assert entry["label_sv"] in receipt.text
    for path in (f"svar/{newest(db)['invitation_id']}", f"granska/{newest(db)['id']}"):
        assert shown in coordinator.open(f"{BASE}/samordna/{path}").text


def _listed(value: str | list[str]) -> list[str]:
    return value if isinstance(value, list) else [value]


def test_a_question_needs_no_english_and_the_english_form_says_so(
    db: Database, open_round: Round, coordinator: Visitor, visitor: Visitor
) -> None:
    write(coordinator, "choice", label_en="", choice_en=["", "", "", ""], column="avtal_2021")
    [entry] = extras(db)
    assert entry["name"] == "avtal_2021"
    assert [c["code"] for c in entry["choices"]] == ["ja", "hangavtal"]
    assert "bara på svenska" in coordinator.open(QUESTIONS).text
    for code, is_said in (("en", True), ("sv", False)):
        page = coordinator.open(f"{QUESTIONS}/forhandsvisning/{code}/arets-fragor")
        assert "Har ni avtal?" in page.text
        assert ("This question is written in Swedish only." in page.text) is is_said
        assert ('<span lang="sv">Har ni avtal?</span>' in page.text) is is_said
    # The form shows no English that nobody has written, and takes one afterwards.
    page = coordinator.open(f"{QUESTIONS}/avtal_2021")
    form = page.form_with("label_sv")
    assert form is not None
    assert form.fields["label_en"] == [""]
    coordinator.submit(page, form, {"label_en": "Have you an agreement?"})
    page = coordinator.open(f"{QUESTIONS}/forhandsvisning/en/arets-fragor")
    assert "Have you an agreement?" in page.text
    assert "in Swedish only" not in page.text


def test_the_name_of_a_column_can_be_changed_until_someone_has_answered(
    db: Database, open_round: Round, coordinator: Visitor, visitor: Visitor
) -> None:
    write(coordinator, "yes_no", label_en="")
    assert [e["name"] for e in extras(db)] == ["extra_har_ni_kafe"]
    change(coordinator, "extra_har_ni_kafe", column="kafe")
    assert [e["name"] for e in extras(db)] == ["kafe"]
    answer(visitor, link_of(db), {**ANSWERS, "kafe": "yes"})
    page = change(coordinator, "kafe", column="servering")
    assert "Frågan är besvarad, så kolumnens namn kan inte ändras." in page.text
    assert [e["name"] for e in extras(db)] == ["kafe"]


def test_a_question_is_published_to_analysts_with_its_codebook_and_never_openly(
    app: Flask, db: Database, open_round: Round, coordinator: Visitor, visitor: Visitor,
    tmp_path: Path,
) -> None:  # fmt: skip
    for kind in KINDS:
        write(coordinator, kind)
    answer(visitor, link_of(db), {**ANSWERS, **EXTRA_ANSWERS})
    rounds.close_round(db, 2021, "test")
    places = Places(tmp_path / "a.db", tmp_path / "o.db", tmp_path / "r")
    publish(db, places, "test")
    analysts, opened = Database(places.analysts), Database(places.open)
    [found] = rows(analysts, "SELECT * FROM answers")
    assert found[NAMES["whole_number"]] == 1200
    assert found[NAMES["choice"]] == "local_agreement"
    assert json.loads(found[NAMES["several"]]) == ["arabic", "tigrinya"]
    assert found[NAMES["yes_no"]] == 1
    # Nobody has read it and said that it names no person.
    assert found[NAMES["long_text"]] is None
    book = {r["column_name"]: r for r in rows(analysts, "SELECT * FROM codebook")}
    assert book[NAMES["choice"]]["definition_en"] == (
        "yes = Yes; local_agreement = Local agreement. One choice."
    )
    assert book[NAMES["whole_number"]]["unit_sv"] == "cyklar"
    assert book[NAMES["long_text"]]["definition_sv"] == "Kort. Text."
    types = {r["name"]: r["type"] for r in rows(analysts, "SELECT name, type FROM questions")}
    assert {name: types[name] for name in NAMES.values()} == {v: k for k, v in NAMES.items()}
    dump = "\n".join(opened.conn.iterdump())
    assert "extra_" not in dump
    assert "Ett bageri" not in dump


def test_free_text_reaches_analysts_only_once_it_is_read(
    db: Database, open_round: Round, coordinator: Visitor, visitor: Visitor, tmp_path: Path
) -> None:
    write(coordinator, "long_text")
    page = coordinator.open(QUESTIONS)
    assert "Den publiceras inte" in page.text
    answer(visitor, link_of(db), {**ANSWERS, **EXTRA_ANSWERS})
    review = coordinator.open(f"{BASE}/samordna/granska/{newest(db)['id']}")
    assert "Ett bageri." in review.text
    form = review.form_with("seen")
    assert form is not None
    coordinator.submit(review, form, {"names_nobody": "1", "decision": "accept"})
    decided = decisions.newest_decision(db, newest(db)["id"])
    assert decided is not None
    rounds.close_round(db, 2021, "test")
    places = Places(tmp_path / "a.db", tmp_path / "o.db", tmp_path / "r")
    publish(db, places, "test")
    [found] = rows(Database(places.analysts), "SELECT extra_what_is_new FROM answers")
    assert found["extra_what_is_new"] == "Ett bageri."


def test_all_answers_can_be_taken_out_as_a_file(
    db: Database, open_round: Round, coordinator: Visitor, visitor: Visitor
) -> None:
    for kind in KINDS:
        write(coordinator, kind)
    answer(visitor, link_of(db), {**ANSWERS, **EXTRA_ANSWERS, NAMES["long_text"]: "=1+1"})
    csv = coordinator.open(f"{BASE}/samordna/svar.csv").text
    head, line = csv.lstrip("\ufeff").strip().split("\r\n")
    assert f"Antal cyklar ({NAMES['whole_number']})" in head
    assert "1200" in line
    assert "Hängavtal" in line
    assert "'=1+1" in line
    book = load_workbook(io.BytesIO(coordinator.client.get(f"{BASE}/samordna/svar.xlsx").content))
    sheet = list(book.worksheets[0].values)
    place = sheet[0].index(f"Antal cyklar ({NAMES['whole_number']})")
    assert sheet[1][place] == 1200


WRONG: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("whole_number", {"label_sv": ""}, "Skriv frågan på svenska."),
    ("whole_number", {"unit_sv": ""}, "Skriv enheten på svenska också."),
    ("yes_no", {"help_en": "English only"}, "Skriv hjälptexten på svenska också."),
    ("yes_no", {"column": "Två ord"}, "Skriv namnet med små bokstäver a–z"),
    ("yes_no", {"column": "employees_total"}, "En annan kolumn har redan det namnet."),
    ("yes_no", {"label_sv": "x" * 201}, "Korta texten till högst 200 tecken."),
    ("choice", {"choice_sv": ["Ja", "", "", ""], "choice_en": ["Yes", "", "", ""]},
     "Skriv minst två svar att välja mellan."),
    ("choice", {"choice_sv": ["Ja", "", "", ""]}, "Skriv svar 2 på svenska också."),
    ("several", {"choice_sv": ["Arabiska", "arabiska", "", ""]}, "Svar 2 står redan i listan."),
    ("yes_no", {"kind": "poem"}, "Välj vilken typ av svar frågan ska ha."),
)  # fmt: skip


@pytest.mark.parametrize(("kind", "filled", "words"), WRONG)
def test_what_is_wrong_is_said_beside_the_field_and_in_the_summary_and_nothing_is_lost(
    db: Database, examples: list[int], coordinator: Visitor, kind: str, filled: dict[str, Any],
    words: str,
) -> None:  # fmt: skip
    page = write(coordinator, kind, **filled)
    assert page.title.startswith("Fel: ")
    assert page.text.count(words) == 2
    form = page.form_with("label_sv")
    assert form is not None
    for name, value in {**NEW[kind], **filled}.items():
        if name != "kind":
            # A trailing empty row more or less says nothing.
            kept = [text for text in form.fields[name] if text]
            assert kept == [text for text in _listed(value) if text]
    assert extras(db) == []


def test_more_rows_and_another_kind_lose_nothing_and_save_nothing(
    db: Database, examples: list[int], coordinator: Visitor
) -> None:
    page = write(coordinator, "several", more="1")
    form = page.form_with("label_sv")
    assert form is not None
    assert len(form.fields["choice_sv"]) == 7
    page = coordinator.submit(page, form, {"kind": "yes_no", "kind_only": "1"})
    form = page.form_with("label_sv")
    assert form is not None
    page = coordinator.submit(page, form, {"kind": "choice", "kind_only": "1"})
    form = page.form_with("label_sv")
    assert form is not None
    assert form.fields["choice_en"][:3] == ["Arabic", "Finnish", "Tigrinya"]
    assert extras(db) == []


def test_the_answers_of_a_question_change_places_and_keep_their_codes(
    db: Database, open_round: Round, coordinator: Visitor, visitor: Visitor
) -> None:
    write(coordinator, "several")
    name = NAMES["several"]
    answer(visitor, link_of(db), {**ANSWERS, name: ["tigrinya"]})
    page, english = coordinator.open(f"{QUESTIONS}/{name}"), []
    for way in ("up-3", "up-2", "down-2", "up-1", "down-3", "up-99", "up"):
        form = page.form_with("label_sv")
        assert form is not None
        page = coordinator.submit(page, form, {"move": way})
        after = page.form_with("label_sv")
        assert after is not None
        english.append("".join(text[:1] for text in after.fields["choice_en"]))
    # The last three have nowhere to go, or say nothing of a row.
    assert english == ["ATF", "TAF", *["TFA"] * 5]
    assert [c["code"] for c in extras(db)[0]["choices"]] == ["arabic", "finnish", "tigrinya"]
    form = page.form_with("label_sv")
    assert form is not None
    coordinator.submit(page, form)
    assert [c["code"] for c in extras(db)[0]["choices"]] == ["tigrinya", "finnish", "arabic"]
    assert newest(db)[name] == '["tigrinya"]'
    text = visitor.open(f"{BASE}/svara/arets-fragor").text
    assert text.index('value="tigrinya"') < text.index('value="finnish"')


def test_before_anyone_has_answered_all_can_be_changed_and_the_question_removed(
    db: Database, open_round: Round, coordinator: Visitor
) -> None:
    write(coordinator, "yes_no")
    change(coordinator, NAMES["yes_no"], kind="several", choice_sv=[], choice_en=[])
    assert extras(db)[0]["kind"] == "yes_no"
    page = coordinator.open(f"{QUESTIONS}/{NAMES['yes_no']}")
    form = page.form_with("label_sv")
    assert form is not None
    page = coordinator.submit(page, form, {"kind": "several", "kind_only": "1"})
    form = page.form_with("choice_sv")
    assert form is not None
    coordinator.submit(
        page, form, {"choice_sv": ["A", "B", "", ""], "choice_en": ["A", "B", "", ""]}
    )
    [entry] = extras(db)
    # What is stored otherwise gets a column of its own; none is ever retyped.
    assert (entry["kind"], entry["name"]) == ("several", f"{NAMES['yes_no']}_2")
    page = coordinator.open(f"{QUESTIONS}/{entry['name']}/ta-bort")
    page = coordinator.submit(page, page.forms()[-1])
    assert "Frågan är borttagen." in page.text
    assert extras(db) == []
    trail = [r["action"] for r in rows(db, "SELECT action FROM audit")]
    assert trail[-3:] == ["question added", "question changed", "question removed"]


@pytest.mark.parametrize("where", ["draft", "handed in"])
def test_what_is_answered_keeps_its_meaning(
    db: Database, open_round: Round, coordinator: Visitor, where: str
) -> None:
    write(coordinator, "choice")
    write(coordinator, "whole_number")
    choice, number = NAMES["choice"], NAMES["whole_number"]
    invitation = scalar(db, "SELECT min(id) FROM invitation")
    given = {choice: "yes", number: 4}
    if where == "draft":
        drafts.save_answers(db, invitation, given, 0)
    else:
        responses.hand_in(db, invitation, given, "sv")
    before = extras(db)
    assert "typen kan inte ändras" in change(coordinator, choice, kind="long_text").text
    one_less = {"choice_sv": ["Ja", "", "Nej", ""], "choice_en": ["Yes", "", "No", ""]}
    assert "inget svar kan tas bort" in change(coordinator, choice, **one_less).text
    assert "enheten kan inte ändras" in change(coordinator, number, unit_sv="dagar").text
    removal = coordinator.open(f"{QUESTIONS}/{number}/ta-bort")
    assert "kan inte tas bort" in coordinator.submit(removal, removal.forms()[-1]).text
    assert extras(db) == before
    for name in (choice, number):
        with pytest.raises(AnswersWouldBeHarmed):
            extra_questions.remove(db, name, "test")
    mended = {
        "label_sv": "Har ni kollektivavtal?", "help_sv": "I dag.", "help_en": "Today.",
        "choice_sv": ["Ja!", "Hängavtal", "Nej", ""],
        "choice_en": ["Yes!", "Local agreement", "No", ""],
    }  # fmt: skip
    assert change(coordinator, choice, **mended).path == "/samordna/fragor"
    [entry, _] = extras(db)
    assert entry["label_sv"] == "Har ni kollektivavtal?"
    assert [c["code"] for c in entry["choices"]] == ["yes", "local_agreement", "no"]
    assert entry["choices"][0]["label_sv"] == "Ja!"


def test_a_withdrawn_question_is_asked_no_more_and_keeps_its_column_and_its_answers(
    db: Database, open_round: Round, coordinator: Visitor, new_visitor: Callable[[], Visitor]
) -> None:
    write(coordinator, "whole_number", required="yes")
    name = NAMES["whole_number"]
    other = new_visitor()
    answer(other, link_of(db), {**ANSWERS, name: "4"})
    page = press(coordinator, f"/samordna/fragor/{name}/dra-in", withdrawn="yes")
    assert "Indragen" in page.text
    someone = new_visitor()
    assert answer(someone, link_of(db, 1), ANSWERS).path == "/svara/kvitto"
    assert newest(db)[name] is None
    assert someone.open(f"{BASE}/svara/arets-fragor").status == 404
    # The one who had answered corrects another figure, and the answer is still there.
    page = other.open(link_of(db))
    other.submit(page, page.forms()[-1])
    answer(other, link_of(db), {})
    page = other.open(f"{BASE}/svara/placerade?till=granska")
    form = page.form_with("revision")
    assert form is not None
    page = other.submit(page, form, {"placed_af": "4", "go": "next"})
    certify = page.form_with("certify")
    assert certify is not None
    receipt = other.submit(page, certify, {"certify": "yes"})
    assert (newest(db)["placed_af"], newest(db)[name]) == (4, 4)
    assert "Antal cyklar" in receipt.text
    press(coordinator, f"/samordna/fragor/{name}/dra-in", withdrawn="no")
    assert someone.open(f"{BASE}/svara/arets-fragor").status == 200


def test_a_question_added_in_an_open_round_is_asked_of_drafts_and_not_of_those_who_are_done(
    db: Database, open_round: Round, coordinator: Visitor, new_visitor: Callable[[], Visitor]
) -> None:
    done, begun = new_visitor(), new_visitor()
    answer(done, link_of(db), ANSWERS)
    page = begun.open(link_of(db, 1))
    page = begun.submit(page, page.forms()[-1])
    form = page.form_with("revision")
    assert form is not None
    begun.submit(page, form, {**ANSWERS, "go": "next"})
    page = write(coordinator, "yes_no", required="yes")
    assert "De som redan har lämnat in får den inte" in page.text
    name = NAMES["yes_no"]
    # Handed in stays handed in, and nothing is asked at the door.
    page = done.open(link_of(db))
    page = done.submit(page, page.forms()[-1])
    assert page.path == "/svara/kvitto"
    assert "Har ni kafé?" not in page.text
    # Who opens a correction is asked.
    review = done.open(f"{BASE}/svara/granska")
    certify = review.form_with("certify")
    assert certify is not None
    refused = done.submit(review, certify, {"certify": "yes"})
    assert "Svara på frågan ”Har ni kafé?”" in refused.text
    assert answer(begun, link_of(db, 1), {**ANSWERS, name: "no"}).path == "/svara/kvitto"
    assert newest(db)[name] == 0


def test_nothing_extra_is_asked_of_an_enterprise_that_is_gone(
    db: Database, open_round: Round, visitor: Visitor
) -> None:
    add_question(db, "extra_open", "yes_no", required=True)
    gone = {k: v for k, v in ANSWERS.items() if not k.startswith(("employees", "placed"))}
    receipt = answer(visitor, link_of(db), {**gone, "status": "closed"})
    assert receipt.path == "/svara/kvitto"


def test_a_page_of_voluntary_questions_can_be_left_out_and_an_answer_taken_back(
    db: Database, open_round: Round, visitor: Visitor
) -> None:
    add_question(db, "extra_open", "yes_no")
    asked = questionnaires.from_dicts(open_round.questionnaire)
    assert "arets-fragor" not in [s.key for s in sections_of(asked)]
    survey_round = rounds.find(db, 2021)
    asked = questionnaires.from_dicts(survey_round.questionnaire)
    assert [s.optional for s in sections_of(asked) if s.key == "arets-fragor"] == [True]
    assert answer(visitor, link_of(db), ANSWERS).path == "/svara/kvitto"
    assert "Inget svar" in visitor.open(f"{BASE}/svara/arets-fragor").text


def test_questions_change_places_one_step_at_a_time(
    db: Database, open_round: Round, coordinator: Visitor, visitor: Visitor
) -> None:
    for name in ("extra_a", "extra_b", "extra_c"):
        add_question(db, name)
    press(coordinator, "/samordna/fragor/extra_c/flytta", way="up")
    press(coordinator, "/samordna/fragor/extra_a/flytta", way="down")
    assert [e["name"] for e in extras(db)] == ["extra_c", "extra_a", "extra_b"]
    extra_questions.move(db, "extra_c", "up", "test")
    assert [e["name"] for e in extras(db)] == ["extra_c", "extra_a", "extra_b"]
    page = visitor.open(link_of(db))
    visitor.submit(page, page.forms()[-1])
    text = visitor.open(f"{BASE}/svara/arets-fragor").text
    assert text.index('id="extra_c"') < text.index('id="extra_a"') < text.index('id="extra_b"')
    core = [q["name"] for q in as_dicts(2021)]
    asked = [q["name"] for q in rounds.find(db, 2021).questionnaire]
    assert [n for n in asked if not n.startswith("extra_")] == core


def test_questions_made_ready_follow_when_the_round_opens_and_are_asked_again_next_year(
    db: Database, examples: list[int], coordinator: Visitor
) -> None:
    write(coordinator, "whole_number")
    write(coordinator, "yes_no")
    assert scalar(db, "SELECT count(*) FROM prepared_question") == 2
    for year in (2021, 2022):
        rounds.open_round(db, year, date(year, 10, 1), date(year, 11, 15), as_dicts(year), "test")
        assert scalar(db, "SELECT count(*) FROM prepared_question") == 0
        invitation = scalar(db, "SELECT max(id) FROM invitation")
        responses.hand_in(db, invitation, {NAMES["whole_number"]: year}, "sv")
        if year == 2021:
            rounds.close_round(db, year, "test")
            page = press(coordinator, "/samordna/fragor/tidigare")
            assert "2 frågor ställs igen." in page.text
            assert "Frågor 2022" in page.text
    columns = [r["name"] for r in rows(db, "PRAGMA table_info(response)")]
    assert [c for c in columns if c.startswith("extra_")] == [
        NAMES["whole_number"], NAMES["yes_no"],
    ]  # fmt: skip
    years = [
        answers.answers[NAMES["whole_number"]]
        for year in (2021, 2022)
        for _, answers in responses.of_year(db, year)
    ]
    assert years == [2021, 2022]
    # Answered last year, so what it means stands this year too.
    page = change(coordinator, NAMES["whole_number"], unit_en="days")
    assert "enheten kan inte ändras" in page.text


def test_names_are_never_used_twice_and_never_a_core_questions(
    db: Database, open_round: Round
) -> None:
    taken = {r["name"] for r in rows(db, "PRAGMA table_info(response)")}
    for words in ("Employees total", "Employees total!", "Åäö 1?", "???", "x" * 300):
        name = extra_questions.new_name(db, words)
        assert name not in taken
        assert name.isidentifier()
        assert len(name) < 60
        extra_questions.add(db, question(name).to_dict(), "test")
        taken.add(name)
    extra_questions.remove(db, "extra_employees_total", "test")
    assert extra_questions.new_name(db, "Employees total") == "extra_employees_total_3"


def test_the_preview_is_the_enterprises_own_page_and_keeps_nothing(
    db: Database, open_round: Round, coordinator: Visitor
) -> None:
    for kind in KINDS:
        write(coordinator, kind)
    tables = ("draft", "response", "session", "outbox", "invitation")
    before = {name: rows(db, f"SELECT * FROM {name}") for name in tables}
    for code, words in (("sv", "Antal cyklar"), ("en", "Number of bikes")):
        page = coordinator.open(f"{QUESTIONS}/forhandsvisning/{code}/siffror")
        seen = []
        while page.path != "/samordna/fragor":
            assert "rhandsvisning" in page.text or "review" in page.title.lower()
            assert f'<html lang="{code}">' in page.text
            assert "Logga ut" not in page.text
            seen.append(page.path.rpartition("/")[2])
            if seen[-1] == "arets-fragor":
                assert words in page.text
            page = coordinator.submit(page, page.forms()[-1], {NAMES["whole_number"]: "4"})
        assert seen == ["siffror", "arets-fragor", "fler-fragor", "granska"]
    assert {name: rows(db, f"SELECT * FROM {name}") for name in tables} == before


def test_the_core_is_listed_and_locked(
    db: Database, open_round: Round, coordinator: Visitor
) -> None:
    page = coordinator.open(QUESTIONS)
    assert "Kärnan är låst" in page.text
    for entry in as_dicts(2021):
        assert entry["name"] in page.text
    for way in ("", "/ta-bort"):
        assert coordinator.open(f"{QUESTIONS}/employees_total{way}").status == 404
    reply = press_unknown(coordinator, "employees_total")
    assert reply == 404
    assert rounds.find(db, 2021).questionnaire == json.loads(json.dumps(as_dicts(2021)))


def press_unknown(visitor: Visitor, name: str) -> int:
    page = visitor.open(f"{QUESTIONS}/ny")
    form = page.form_with("label_sv")
    assert form is not None
    form.action = f"/samordna/fragor/{name}/dra-in"
    return visitor.submit(page, form, {"withdrawn": "yes"}).status


# What is kept as it was typed; tests/respondent/test_odd_input.py has what is not.
WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=40
).filter(lambda text: visible(text) == text)
PAIRS = st.tuples(WORDS, WORDS)


@st.composite
def definitions(draw: st.DrawFn) -> Typed:
    kind = draw(st.sampled_from(sorted(KINDS)))
    label, maybe = draw(PAIRS), st.one_of(st.just(("", "")), PAIRS)
    unique = (lambda p: p[0].casefold(), lambda p: p[1].casefold())
    choices = draw(st.lists(PAIRS, min_size=2, max_size=6, unique_by=unique))
    has_choices = kind in ("choice", "several")
    return Typed(
        kind, *label, *draw(maybe), *(draw(maybe) if kind == "whole_number" else ("", "")),
        required=draw(st.booleans()),
        choices=tuple(TypedChoice("", *pair) for pair in choices) if has_choices else (),
    )  # fmt: skip


@pytest.fixture(scope="module")
def round_trip(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """An application with an open round, its coordinator signed in, for many definitions."""
    import httpx

    from survey_data.automation import fictitious_enterprises
    from tests.conftest import sign_in

    data = tmp_path_factory.mktemp("data")
    app = create_app({"DATA_DIR": data, "BASE_URL": BASE, "SMTP_URL": "", "TESTING": True,
                      "RATELIMIT_ENABLED": False, "SECOND_FACTOR": False})  # fmt: skip
    db = app.extensions["store"].db
    fictitious_enterprises.add_to_register(db, "test")
    rounds.open_round(db, 2021, date(2021, 10, 1), date(2021, 11, 15), as_dicts(2021), "test")
    client = httpx.Client(transport=httpx.WSGITransport(app=app), base_url=BASE)
    yield db, sign_in(Visitor(client), db, "coordinator")
    app.extensions["store"].close()


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(typed=definitions())
def test_any_legal_definition_goes_from_the_form_to_the_database_and_the_codebook(
    round_trip: Any, typed: Typed
) -> None:
    db, visitor = round_trip
    assert typed.faults() == {}
    page = visitor.open(f"{QUESTIONS}/ny?typ={typed.kind}")
    form = page.form_with("label_sv")
    filled = {n: getattr(typed, n) for n in (
        "label_sv", "label_en", "help_sv", "help_en", "unit_sv", "unit_en")}  # fmt: skip
    rows_of = {
        "choice_code": [c.code for c in typed.choices],
        "choice_sv": [c.sv for c in typed.choices],
        "choice_en": [c.en for c in typed.choices],
    }
    ticked = {"required": "yes"} if typed.required else {}
    page = visitor.submit(page, form, {**filled, **(rows_of if typed.choices else {}), **ticked})
    assert page.path == "/samordna/fragor", page.text
    entry = extras(db)[-1]
    kept = Question.from_dict(json.loads(json.dumps(entry)))
    assert {n: getattr(kept, n) for n in filled} == filled
    assert (kept.kind, kept.required) == (typed.kind, typed.required)
    assert [(c.label_sv, c.label_en) for c in kept.choices] == [(c.sv, c.en) for c in typed.choices]
    assert len({c.code for c in kept.choices}) == len(kept.choices)
    columns = {r["name"]: r["type"] for r in rows(db, "PRAGMA table_info(response)")}
    assert columns[kept.name] == kept.sql_type
    row = kept.to_dict()
    assert (row["name"], row["label_sv"], row["label_en"]) == (
        kept.name, typed.label_sv, typed.label_en,
    )  # fmt: skip
    assert row["definition_sv"] == entry["definition_sv"]
    for choice in kept.choices:
        assert f"{choice.code} = {choice.label_en}" in row["definition_en"]
    asked = questionnaires.from_dicts(rounds.find(db, 2021).questionnaire)
    unanswered = {f.fields[0] for f in must_be_put_right(run(asked, {}))}
    assert (kept.name in unanswered) == typed.required
    assert kept.name in to_hand_in(asked, {})
    extra_questions.remove(db, kept.name, "test")


def test_the_limits_of_the_form_are_those_of_every_field() -> None:
    assert set(LONGEST) == {"label", "help", "unit", "choice"}

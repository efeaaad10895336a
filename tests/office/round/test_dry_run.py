"""The round rehearsed before it opens, and the trial that leaves nothing behind."""

import re
from collections.abc import Callable
from datetime import date
from email import message_from_bytes, policy
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest
from flask import Flask
from sqlite_utils import Database

from forms.checks.checking import Earlier, dry_run
from forms.checks.declarations import CHECKS
from forms.mail.delivery import deliver, deliver_trial
from forms.office.round.planned_form import earlier_answers, planned_round
from forms.questionnaire.inventory import as_dicts, questionnaire
from forms.questionnaire.questionnaire import from_dicts
from forms.web.request_context import trial_store
from survey_data.database import connect, rows, scalar
from survey_data.follow_up import mail_texts, progress
from survey_data.follow_up.mail_texts import Text
from survey_data.publishing.publish import Places, publish
from survey_data.responses import responses
from survey_data.rounds import extra_questions, invitations, merged, rounds
from survey_data.rounds.rounds import Round
from tests.conftest import BASE
from tests.office.round.test_extra_questions import add_question, question
from tests.support.http_visitor import Page, Visitor, answer

FULL = {
    "enterprise_name": "Exempel", "org_number": "402000-0016", "municipality_code": "2184",
    "status": "active", "respondent_name": "Exempel", "respondent_contact": "e@example.org",
    "employees_total": 12, "employees_women": 7, "employees_men": 5, "placed_af": 4,
    "placed_kommun": 2, "placed_other_unpaid": 0,
}  # fmt: skip
PAGES = {
    **FULL, "extra_bikes": "4",
    "employees_total": "12", "employees_women": "7", "employees_men": "5",
    "placed_af": "3", "placed_kommun": "2", "placed_other_unpaid": "0",
}  # fmt: skip
REHEARSAL = f"{BASE}/samordna/repetition"


def number_of(check_id: str) -> int:
    return [c.id for c in CHECKS].index(check_id) + 1


def by_id(*everyone: Earlier, **more: Any) -> dict[str, tuple[int, int]]:
    found = dry_run(more.get("asked", questionnaire(2021)), everyone, "2021-10-01")
    return {o.check.id: (len(o.unchanged), len(o.changed)) for o in found.outcomes}


def test_a_change_of_the_year_before_is_seen_only_where_answers_are_taken_as_they_changed() -> None:
    grew = Earlier("Ett", FULL, {**FULL, "employees_total": 3, "employees_women": 2})
    found = by_id(grew)
    assert found["employees_changed"] == (0, 1)
    assert found["employees_exactly_the_same"] == (1, 0)


def test_a_sum_that_is_wrong_stops_in_both_and_one_without_a_year_before_is_not_compared() -> None:
    wrong = Earlier("Ett", {**FULL, "employees_men": 6}, FULL)
    new = Earlier("Två", {**FULL, "employees_men": 9}, {})
    assert by_id(wrong, new)["employees_add_up"] == (2, 1)
    found = dry_run(questionnaire(2021), [wrong, new], "2021-10-01")
    assert (found.total, found.compared) == (2, 1)
    assert {h.name for o in found.outcomes for h in o.unchanged if o.effect == "stops"} == {
        "Ett", "Två",
    }  # fmt: skip


def test_the_day_and_the_certificate_are_this_years_and_never_counted_as_missing() -> None:
    found = dry_run(
        questionnaire(2021), [Earlier("Ett", {**FULL, "as_of_date": "2020-10-01"}, {})],
        "2021-10-01",
    )  # fmt: skip
    assert found.unanswered == ()
    assert found.out_of_range == ()


def test_a_required_question_of_this_year_has_no_answer_from_last_year() -> None:
    asked = from_dicts(merged(as_dicts(2021), [question("extra_bikes", required=True).to_dict()]))
    found = dry_run(asked, [Earlier("Ett", FULL, FULL)], "2021-10-01")
    assert [(u.question.name, u.names) for u in found.unanswered] == [("extra_bikes", ("Ett",))]


def two_years(db: Database) -> None:
    """Two closed rounds: one enterprise's sum is wrong, one has grown, one is as it was."""
    answers: tuple[dict[str, Any], ...] = (
        {"employees_total": 12, "employees_women": 7, "employees_men": 6},
        {"employees_total": 92, "employees_women": 87, "employees_men": 5},
        {"employees_total": 12, "employees_women": 7, "employees_men": 5},
    )
    for year in (2019, 2020):
        days = date(year, 10, 1), date(year, 11, 15)
        rounds.open_round(db, year, *days, as_dicts(year), "test")
        ids = rows(
            db,
            "SELECT i.id FROM invitation i JOIN round r ON r.id = i.round_id"
            " WHERE r.year = ? ORDER BY i.enterprise_id LIMIT 3",
            (year,),
        )
        for row, changed in zip(ids, answers, strict=True):
            given = {**FULL, **(changed if year == 2020 else {})}
            responses.hand_in(db, row["id"], given, "sv", mode="import")
        rounds.close_round(db, year, "test")


def test_the_page_says_how_many_each_check_would_stop_and_who(
    app: Flask, db: Database, examples: list[int], coordinator: Visitor
) -> None:
    two_years(db)
    page = coordinator.open(REHEARSAL)
    stop, change = number_of("employees_add_up"), number_of("employees_changed")
    assert f"Kontroll {stop} skulle stoppa 1 av 3." in page.text
    assert f"Kontroll {change} skulle fråga 0 av 3." in page.text
    assert f"Kontroll {change} skulle fråga 1 av 3." in page.text
    assert "Kvinnor och män blir tillsammans 13, men ni har angett 12 anställda" in page.text
    assert "Ni hade 12 anställda förra året och 92 i år." in page.text
    assert "Exempelkooperativet Två" in page.text
    assert "Gränsen är 50\xa0% och minst 5 personer." in page.text
    assert f'href="#check-{change}"' in page.text
    assert f'id="check-{change}"' in page.text
    # Those that stop stand before those that only ask.
    assert page.text.index(f"Kontroll {stop} ") < page.text.index(f"Kontroll {change} ")
    with app.app_context():
        planned = planned_round(extra_questions.plan(db))
    year, everyone = earlier_answers(db, planned)
    assert (planned.year, year, len(everyone)) == (2021, 2020, 3)


def test_it_can_be_rehearsed_before_any_round_has_been_closed(
    db: Database, examples: list[int], coordinator: Visitor
) -> None:
    page = coordinator.open(REHEARSAL)
    assert "ingen stängd omgång" in page.text
    assert "Skicka ett prov till coordinator@example.org" in page.text


def the_trial(app: Flask) -> Database:
    with app.app_context():
        found = trial_store().db_if_there()
    assert found is not None
    return found


def send_trial(app: Flask, coordinator: Visitor, says: str = "") -> str:
    """Send a trial and return the link of its mail, which says something."""
    page = coordinator.open(REHEARSAL)
    form = next(f for f in page.forms() if f.action == "/samordna/repetition/prov")
    coordinator.submit(page, form)
    with app.app_context():
        assert deliver_trial() == 1
    [mail] = (Path(app.config["DATA_DIR"]) / "trial" / "outbox").glob("*-invitation.eml")
    message = message_from_bytes(mail.read_bytes(), policy=policy.default)
    body = message.get_body(("plain",))
    assert body is not None
    text = body.get_content()
    assert message["To"] == "coordinator@example.org"
    assert message["Subject"].startswith("Prov: ")
    assert text.startswith("Det här är ett prov.")
    assert says in text
    found = re.search(r"http\S+/s/\S+", text)
    assert found
    return found[0]


def everything(app: Flask, db: Database, tmp_path: Path, client: Visitor) -> dict[str, Any]:
    """All that could count, show or publish something, byte for byte."""
    survey_round = rounds.current(db)
    assert survey_round is not None
    # Each time anew: a copy that does not know of a release there refuses to make another.
    folder = Path(mkdtemp(dir=tmp_path))
    places = Places(folder / "analysts.db", folder / "open.db", folder / "releases")
    copy = connect(folder / "survey.db")
    db.conn.backup(copy.conn)
    with app.app_context():
        publish(copy, places, "test")
    copy.close()
    return {
        "progress": progress.standings(db, survey_round),
        "exports": [
            client.client.get(f"{BASE}/samordna/{path}").raise_for_status().content
            for path in ("svar.csv", "lista/oversikt.csv", "lista/utskick.csv", "lista/granska.csv")
        ],
        "published": [
            re.sub(r"\d{4}-\d\d-\d\dT[\d:.+]+", "", "\n".join(Database(path).conn.iterdump()))
            for path in (places.open, places.analysts)
        ],
        "survey": {
            row["name"]: rows(db, f"SELECT * FROM {row['name']}")
            for row in rows(db, "SELECT name FROM sqlite_master WHERE type = 'table'")
            if row["name"] not in ("audit", "session", "release", "sqlite_sequence")
        },
    }


@pytest.fixture
def with_question(demonstration: Flask, db: Database) -> Round:
    """The demonstration with an extra question in its open round."""
    with demonstration.app_context():
        deliver(db)
    add_question(db, "extra_bikes", required=True)
    survey_round = rounds.current(db)
    assert survey_round is not None
    return survey_round


def test_a_trial_is_filled_in_and_handed_in_and_leaves_nothing_in_any_count_export_or_release(
    demonstration: Flask,
    db: Database,
    with_question: Round,
    coordinator: Visitor,
    new_visitor: Callable[[], Visitor],
    tmp_path: Path,
) -> None:
    app = demonstration
    before = everything(app, db, tmp_path, coordinator)
    link = send_trial(app, coordinator)
    visitor = new_visitor()
    landing = visitor.open(link)
    assert "Det här är ett prov." in landing.text
    assert "Provföretaget" in landing.text
    receipt = answer(visitor, link, PAGES)
    assert receipt.path == "/svara/kvitto"
    assert receipt.title.startswith("Prov: ")
    assert "Det här är ett prov." in receipt.text
    tried = the_trial(app)
    assert scalar(tried, "SELECT count(*) FROM response WHERE mode = 'web'") == 1
    assert scalar(tried, "SELECT extra_bikes FROM response WHERE mode = 'web'") == 4
    with app.app_context():
        assert deliver_trial() == 1
    [mail] = (Path(app.config["DATA_DIR"]) / "trial" / "outbox").glob("*-receipt.eml")
    assert message_from_bytes(mail.read_bytes(), policy=policy.default)["Subject"].startswith(
        "Prov: Kvitto"
    )
    after = everything(app, db, tmp_path, coordinator)
    for part, known in before.items():
        assert after[part] == known, part
    assert "Inlämnat." in coordinator.open(REHEARSAL).text


def test_every_page_of_a_trial_says_so_and_a_real_form_never_does(
    demonstration: Flask,
    db: Database,
    with_question: Round,
    coordinator: Visitor,
    new_visitor: Callable[[], Visitor],
) -> None:
    visitor = new_visitor()
    page = visitor.open(send_trial(demonstration, coordinator))
    pages: list[Page] = [page, visitor.submit(page, page.forms()[-1])]
    for section in (
        "foretaget",
        "anstallda",
        "placerade",
        "arets-fragor",
        "fler-fragor",
        "granska",
    ):
        pages.append(visitor.open(f"{BASE}/svara/{section}"))
    pages.append(visitor.open(f"{BASE}/svara/senare"))
    assert all(p.status == 200 and "Det här är ett prov." in p.text for p in pages)
    assert "Förra året" in pages[3].text
    [unasked, *_] = rows(
        db,
        "SELECT i.id FROM invitation i JOIN round r ON r.id = i.round_id"
        " WHERE r.closed_at IS NULL AND i.opened_at IS NULL",
    )
    real = visitor.open(f"{BASE}/s/{invitations.new_link(db, unasked['id'])}")
    assert "Det här är ett prov." not in real.text
    # The same browser may go from the one to the other.
    begun = visitor.submit(real, real.forms()[-1])
    assert begun.path == "/svara/siffror"
    assert "Det här är ett prov." not in begun.text


def test_a_trial_is_removed_by_a_button_and_then_its_link_leads_nowhere(
    demonstration: Flask, db: Database, with_question: Round, coordinator: Visitor
) -> None:
    link = send_trial(demonstration, coordinator)
    page = coordinator.open(REHEARSAL)
    form = next(f for f in page.forms() if f.action.endswith("/prov/ta-bort"))
    page = coordinator.submit(page, form)
    assert "Provet är borttaget." in page.text
    assert not (Path(demonstration.config["DATA_DIR"]) / "trial").exists()
    assert coordinator.open(link).status == 404
    actions = [r["action"] for r in rows(db, "SELECT action FROM audit ORDER BY id")][-2:]
    assert actions == ["trial begun", "trial removed"]


def test_a_trial_goes_by_itself_when_the_round_closes(
    demonstration: Flask, db: Database, with_question: Round, coordinator: Visitor
) -> None:
    link = send_trial(demonstration, coordinator)
    rounds.close_round(db, with_question.year, "test")
    assert not (Path(demonstration.config["DATA_DIR"]) / "trial").exists()
    assert coordinator.open(link).status == 404
    assert responses.of_year(db, with_question.year)


def test_a_new_trial_takes_the_place_of_the_old_one(
    demonstration: Flask, with_question: Round, coordinator: Visitor
) -> None:
    old = send_trial(demonstration, coordinator)
    new = send_trial(demonstration, coordinator)
    assert coordinator.open(old).status == 404
    assert coordinator.open(new).status == 200


def test_a_trial_can_be_sent_before_the_round_is_opened(
    app: Flask, db: Database, examples: list[int], coordinator: Visitor,
    new_visitor: Callable[[], Visitor],
) -> None:  # fmt: skip
    add_question(db, "extra_bikes", required=True)
    link = send_trial(app, coordinator)
    assert answer(new_visitor(), link, PAGES).path == "/svara/kvitto"
    assert rounds.all_rounds(db) == []
    assert [e["name"] for e in extra_questions.plan(db).questions] == ["extra_bikes"]


def test_a_trial_between_two_rounds_is_sent_with_the_texts_that_will_hold(
    app: Flask, db: Database, examples: list[int], coordinator: Visitor
) -> None:
    rounds.open_round(db, 2020, date(2020, 10, 1), date(2020, 11, 15), as_dicts(2020), "test")
    rounds.close_round(db, 2020, "test")
    own = Text("Egna ord", "Så här skriver vi: {länk}")
    mail_texts.save(db, 0, "invitation", "sv", own, "test")
    send_trial(app, coordinator, "Så här skriver vi:")


def test_the_first_hundred_of_very_many_are_named_and_the_others_counted(
    monkeypatch: pytest.MonkeyPatch, db: Database, examples: list[int], coordinator: Visitor
) -> None:
    two_years(db)
    assert "och 2 till" not in coordinator.open(REHEARSAL).text
    monkeypatch.setattr("forms.office.round.planned_form.MOST_SHOWN", 1)
    assert "och 2 till" in coordinator.open(REHEARSAL).text

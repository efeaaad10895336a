"""Retention: what a dry run counts, what a decision deletes, what goes by itself, what stays."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlite_utils import Database

from forms.mail.delivery import deliver
from survey_data import clock
from survey_data.automation import retention
from survey_data.automation.retention import Periods
from survey_data.clock import today
from survey_data.database import rows, run, scalar
from survey_data.errors import ChangedMeanwhile
from survey_data.register import enterprises, register_file
from survey_data.responses import drafts, responses
from survey_data.rounds import rounds
from survey_data.rounds.rounds import Round
from tests.conftest import BASE, sign_in
from tests.support.http_visitor import Page, Visitor

GALLRING = f"{BASE}/samordna/installningar/gallring"
ANSWERS: drafts.Answers = {
    "employees_total": 7,
    "respondent_name": "Exempel Ett",
    "respondent_contact": "e@x.se",
}


def form_to(page: Page, end: str) -> Any:
    return next(f for f in page.forms() if f.action.endswith(end))


@pytest.fixture
def old_round(db: Database, open_round: Round) -> Round:
    """A round with one answer and one mail, closed four years ago."""
    invitation = int(scalar(db, "SELECT min(id) FROM invitation"))
    drafts.save_answers(db, invitation, {"respondent_name": "Exempel Ett"}, 0)
    responses.hand_in(db, invitation, dict(ANSWERS), "sv")
    rounds.close_round(db, 2021, "test")
    run(db, "UPDATE enterprise SET active_to = NULL")
    run(db, "UPDATE outbox SET state = 'sent', sent_at = created_at, error = 'x@example.org'")
    run(db, "UPDATE round SET closed_at = ?", (f"{today().year - 4}-01-01T10:00:00.000+00:00",))
    return open_round


def counts(db: Database) -> dict[str, int]:
    return {due.kind: due.count for due in retention.dry_run(db).due}


def test_the_dry_run_counts_each_kind_and_deletes_nothing(
    db: Database, old_round: Round, coordinator: Visitor
) -> None:
    before = rows(db, "SELECT * FROM response"), rows(db, "SELECT * FROM outbox")
    page = coordinator.open(GALLRING)
    assert counts(db) == {"contacts": 0, "mails": 1, "respondents": 2}
    assert "Omgången 2021" in page.text
    assert (rows(db, "SELECT * FROM response"), rows(db, "SELECT * FROM outbox")) == before


def test_a_decision_deletes_only_what_is_ticked_and_says_so_in_the_trail(
    db: Database, old_round: Round, coordinator: Visitor
) -> None:
    page = coordinator.open(GALLRING)
    form = form_to(page, "/gallring")
    assert "Kryssa i" in coordinator.submit(page, form, {"decision": "§ 7"}).text
    nothing = coordinator.submit(page, form, {"decision": " ", "kind": ["mails"]})
    assert "vilket beslut" in nothing.text
    changed = {"decision": "§ 7", "kind": ["mails"], "mark": "another"}
    assert "Titta igen" in coordinator.submit(page, form, changed).text
    assert counts(db)["mails"] == 1
    coordinator.submit(page, form, {"decision": "§ 7", "kind": ["mails"]})
    assert counts(db) == {"contacts": 0, "mails": 0, "respondents": 2}
    [mail] = rows(db, "SELECT kind, state, recipient, error FROM outbox")
    assert mail == {"kind": "receipt", "state": "sent", "recipient": "", "error": None}
    [line] = rows(db, "SELECT * FROM audit WHERE action = 'mail addresses deleted'")
    assert (line["subject"], line["reason"]) == ("round 2021", "§ 7")
    assert json.loads(line["after"]) == {"mails": 1}
    assert "Adressen är gallrad" in coordinator.open(f"{BASE}/samordna/utskick").text


def test_who_answered_goes_and_what_they_answered_stays(db: Database, old_round: Round) -> None:
    mark = retention.dry_run(db).mark
    assert retention.delete(db, ["respondents"], mark, "§ 7", "test") == {"respondents": 2}
    [row] = rows(db, "SELECT * FROM response")
    assert row["employees_total"] == 7
    assert row["respondent_name"] is row["respondent_contact"] is None
    assert scalar(db, "SELECT count(*) FROM draft WHERE question = 'respondent_name'") == 0
    assert counts(db)["respondents"] == 0
    # Answers are as closed as before.
    with pytest.raises(Exception, match="as it was handed in"):
        run(db, "UPDATE response SET employees_total = 1")


def test_a_failed_deletion_leaves_answers_closed_and_everything_as_it_was(
    db: Database, old_round: Round
) -> None:
    with pytest.raises(ChangedMeanwhile):
        retention.delete(db, ["respondents"], "another", "§ 7", "test")
    run(db, "CREATE TRIGGER stop BEFORE DELETE ON draft BEGIN SELECT RAISE(ABORT, 'full'); END")
    with pytest.raises(Exception, match="full"):
        retention.delete(db, ["respondents"], retention.dry_run(db).mark, "§ 7", "test")
    assert scalar(db, "SELECT respondent_name FROM response") == "Exempel Ett"
    assert scalar(db, "SELECT count(*) FROM audit WHERE action = 'respondents deleted'") == 0
    with pytest.raises(Exception, match="as it was handed in"):
        run(db, "UPDATE response SET employees_total = 1")


def test_what_belongs_to_a_newer_round_or_has_not_left_stays(
    db: Database, old_round: Round
) -> None:
    run(db, "UPDATE outbox SET state = 'queued'")
    assert counts(db)["mails"] == 0
    run(db, "UPDATE outbox SET state = 'sent'")
    run(db, "UPDATE round SET closed_at = ?", (clock.now(),))
    assert counts(db) == {"contacts": 0, "mails": 0, "respondents": 0}
    run(db, "UPDATE round SET closed_at = NULL")
    assert counts(db) == {"contacts": 0, "mails": 0, "respondents": 0}


def test_the_files_of_mails_go_with_their_addresses(
    app: Flask, db: Database, open_round: Round, coordinator: Visitor
) -> None:
    invitation = int(scalar(db, "SELECT min(id) FROM invitation"))
    responses.hand_in(db, invitation, dict(ANSWERS), "sv")
    with app.app_context():
        deliver(db)
    folder = Path(app.config["OUTBOX_DIR"])
    [kept] = folder.iterdir()
    rounds.close_round(db, 2021, "test")
    run(db, "UPDATE round SET closed_at = '2020-01-01T10:00:00.000+00:00'")
    page = coordinator.open(GALLRING)
    chosen = {"decision": "§ 7", "kind": ["mails"]}
    coordinator.submit(page, form_to(page, "/gallring"), chosen)
    assert not kept.exists()


def test_the_address_in_a_mark_against_sending_twice_goes_too(
    db: Database, old_round: Round
) -> None:
    run(db, "UPDATE outbox SET once = 'new_link 1 ' || lower(recipient) || ' 10'")
    address = scalar(db, "SELECT recipient FROM outbox")
    retention.delete(db, ["mails"], retention.dry_run(db).mark, "§ 7", "test")
    assert address.lower() not in json.dumps(rows(db, "SELECT * FROM outbox")).lower()


def test_periods_are_set_in_words_refused_in_words_and_said_in_public(
    db: Database, old_round: Round, coordinator: Visitor, visitor: Visitor
) -> None:
    page = coordinator.open(GALLRING)
    form = form_to(page, "/tider")
    wrong = coordinator.submit(page, form, {"mails": "snart", "contacts": "0"})
    assert wrong.text.count("Skriv ett heltal mellan 1 och 600.") == 4
    assert 'value="snart"' in wrong.text
    assert retention.periods(db) == Periods()
    coordinator.submit(page, form, {"mails": "60", "respondents": "7"})
    assert retention.periods(db) == Periods(mails=60, respondents=7)
    assert counts(db) == {"contacts": 0, "mails": 0, "respondents": 2}
    [line] = rows(db, "SELECT * FROM audit WHERE action = 'retention periods changed'")
    assert json.loads(line["after"]) == {"mails": 60, "respondents": 7}
    said = visitor.open(f"{BASE}/personuppgifter").text
    assert "tidigast 7 månader" in said
    assert said.count("tidigast 5 år") == 2


def test_nobody_but_the_coordinator_deletes(
    db: Database, old_round: Round, new_visitor: Any
) -> None:
    analyst = sign_in(new_visitor(), db, "analyst")
    assert analyst.open(GALLRING).status == 403
    assert counts(db)["mails"] == 1


def test_what_has_expired_goes_by_itself_and_what_is_in_use_stays(
    db: Database, coordinator: Visitor, examples: list[int]
) -> None:
    assert retention.tidy(db) == {}
    register_file.keep(db, {"rows": ["x@example.org"]}, "staff 1")
    run(db, "INSERT INTO session (id_hash, staff_id, started_at, seen_at)"
        " VALUES ('old', 1, '2020-01-01', '2020-01-01')")  # fmt: skip
    assert retention.tidy(db) == {"session": 1}
    run(db, "UPDATE import_preview SET expires_at = ?", (clock.from_now(hours=-1),))
    assert retention.expired(db)["import_preview"] == 1
    assert retention.tidy(db) == {"import_preview": 1}
    assert scalar(db, "SELECT count(*) FROM audit WHERE action = 'expired removed'") == 2
    assert coordinator.open(f"{BASE}/samordna/").status == 200


def test_a_browser_is_forgotten_after_the_last_day_that_was_its_own(
    db: Database, old_round: Round
) -> None:
    run(db, "INSERT INTO known_browser (browser_hash, invitation_id, since) SELECT 'b', min(id),"
        " '2020-01-01' FROM invitation")  # fmt: skip
    run(db, "UPDATE invitation SET open_until = ?", (today().isoformat(),))
    assert retention.expired(db)["known_browser"] == 0
    run(db, "UPDATE invitation SET open_until = ?", (f"{today().year - 3}-01-01",))
    assert retention.expired(db)["known_browser"] == 1


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 3, 31), 1, date(2026, 2, 28)),
        (date(2026, 1, 5), 12, date(2025, 1, 5)),
        (date(2026, 1, 5), 1, date(2025, 12, 5)),
    ],
)
def test_months_are_counted_back(day: date, months: int, expected: date) -> None:
    assert retention.months_before(day, months) == expected


def test_contacts_of_a_long_closed_enterprise_are_due(db: Database, examples: list[int]) -> None:
    run(db, "UPDATE enterprise SET active_from = '2000-01-01', active_to = NULL")
    enterprises.close(db, examples[0], "ceased", date(today().year - 6, 1, 1), "x", "test")
    enterprises.close(db, examples[1], "ceased", today(), "x", "test")
    kept = scalar(db, "SELECT count(*) FROM contact")
    assert counts(db)["contacts"] == 1
    retention.delete(db, ["contacts"], retention.dry_run(db).mark, "§ 7", "test")
    assert scalar(db, "SELECT count(*) FROM contact") == kept - 1
    [line] = rows(db, "SELECT * FROM audit WHERE action = 'contacts deleted'")
    assert (line["subject"], line["reason"]) == (f"enterprise {examples[0]}", "§ 7")

"""One place a change: a question, a check and a kind of mail are a row each, and all follows."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from jinja2 import ChoiceLoader, DictLoader
from sqlite_utils import Database

from forms.archive.answer_columns import propose
from forms.checks import Check, Wording, declarations
from forms.checks.rules import Found, Situation, above
from forms.mail.delivery import deliver
from forms.questionnaire import inventory
from forms.questionnaire.business import PAGE
from forms.questionnaire.question import Question
from survey_data import mail_kinds
from survey_data.database import rows, scalar
from survey_data.follow_up import mailings
from survey_data.mail_kinds import MailKind
from survey_data.publishing.publish import publish
from survey_data.rounds import rounds
from survey_data.rounds.rounds import Round
from tests.conftest import BASE
from tests.support.answers import COMPANY, EMPLOYED, PLACED, fill_in_everything, invitation_of
from tests.support.http_visitor import Visitor
from tests.support.mail_server import Inbox, mail_server, text_of, tokens_in
from tests.support.reader import Reader

PAGE_OF_MODULES = f"/svara/{PAGE}"
VOLUNTEERS = Question(
    "volunteers", "whole_number", PAGE, "J", "Hur många arbetar ideellt hos er?",
    "How many volunteers do you have?", "Utan lön.", "Without pay.", "Ideella", "Volunteers",
    "personer", "persons", minimum=0, maximum=500,
    spoken_sv="Är det några som hjälper till utan lön?",
    spoken_en="Does anyone help without pay?",
    column_names=("ideella krafter",),
)  # fmt: skip


@pytest.fixture
def with_question(monkeypatch: pytest.MonkeyPatch) -> Question:
    """The inventory with one row more, before any round is opened."""
    monkeypatch.setattr(inventory, "MODULE_QUESTIONS", (*inventory.MODULE_QUESTIONS, VOLUNTEERS))
    return VOLUNTEERS


def test_a_question_is_one_row(
    with_question: Question, one: Reader, coordinator: Visitor, app: Flask, db: Database
) -> None:
    fill_in_everything(one)
    assert "Hur många arbetar ideellt hos er?" in one.open(PAGE_OF_MODULES).html
    one.press(volunteers="501")
    assert one.errors == ["Ideella: Kontrollera antalet. Det kan vara högst 500"]
    one.open(PAGE_OF_MODULES).press(volunteers="4")
    assert "Ideella" in one.open("/svara/granska").html
    one.press("", certify="yes")
    assert one.path == "/svara/kvitto"
    assert "Ideella" in one.html
    assert propose(["Ideella krafter"], 2021) == ["volunteers"]
    page = coordinator.open(f"{BASE}/samordna/samtal/{invitation_of(db, 'Två')}")
    form = next(f for f in page.forms() if f.action.startswith("/samordna/telefon/"))
    coordinator.submit(page, form)
    page = coordinator.open(f"{BASE}{PAGE_OF_MODULES}")
    assert "Är det några som hjälper till utan lön?" in page.text
    rounds.close_round(db, 2021, "test")
    publish(db, app.extensions["places"], "test")
    with closing(sqlite3.connect(Path(app.config["ANALYSTS_DB"]))) as analysts:
        stored = analysts.execute("SELECT volunteers FROM answers WHERE year = 2021").fetchall()
        [said] = analysts.execute(
            "SELECT label_en FROM codebook WHERE column_name = 'volunteers'"
        ).fetchone()
    assert (4,) in stored
    assert said == "How many volunteers do you have?"


def odd(situation: Situation, fields: tuple[str, ...], _: Mapping[str, Any]) -> Found:
    """A number that is odd: a rule of a new kind."""
    now = situation.number(fields[0])
    return {"now": now} if now is not None and now % 2 else None


MANY_MEN = Check(
    "many_men", above, "soft", ("employees_men",), {"limit": 2},
    heading=Wording("Ovanligt många män", "Unusually many men"),
    says=Wording("Ni har angett {now_said}.", "You have entered {now_said}."),
    limit=Wording("Gränsen är {limit} män.", "The limit is {limit} men."),
)  # fmt: skip
ODD_WOMEN = Check(
    "odd_women", odd, "soft", ("employees_women",), asked=False,
    heading=Wording("Ett udda antal kvinnor", "An odd number of women"),
    says=Wording("{now_said} är anställda.", "{now_said} are employed."),
)  # fmt: skip


def test_a_check_is_one_row(
    monkeypatch: pytest.MonkeyPatch, one: Reader, coordinator: Visitor, db: Database
) -> None:
    checks = (*declarations.CHECKS, MANY_MEN, ODD_WOMEN)
    monkeypatch.setattr(declarations, "CHECKS", checks)
    one.open("/svara/foretaget").press(**COMPANY)
    one.press(**EMPLOYED)
    assert one.path == "/svara/anstallda", "the soft one asks"
    assert "Ni har angett 3 män." in one.html
    assert "kvinnor är anställda" not in one.html
    one.press().press(**PLACED)
    one.open("/svara/granska").press("", certify="yes")
    assert one.path == "/svara/kvitto"
    page = coordinator.open(f"{BASE}/samordna/granska/{scalar(db, 'SELECT max(id) FROM response')}")
    for said in ("Ovanligt många män", "Ni har angett 3 män.", "Gränsen är 2 män.",
                 "Ett udda antal kvinnor", "5 kvinnor är anställda."):  # fmt: skip
        assert said in page.text, said
    rehearsed = coordinator.open(f"{BASE}/samordna/repetition?lang=en").text
    for said in ("Unusually many men", "The limit is 2 men.", "An odd number of women"):
        assert said in rehearsed, said


LAST_WEEK = MailKind(
    "last_week",
    "Sista veckan",
    "The last week",
    "En vecka kvar: inventeringen {år}",
    "One week left: the {år} inventory",
    audience="unanswered",
    editable=True,
    brings_link=True,
)
TEXT = "{% trans name=name %}Hej {{ name }}!{% endtrans %}\n\n{{ link }}\n"


def test_a_kind_of_mail_is_one_row_and_its_text(
    monkeypatch: pytest.MonkeyPatch, app: Flask, db: Database, open_round: Round,
    coordinator: Visitor, visitor: Visitor,
) -> None:  # fmt: skip
    for table in (mail_kinds.TEXTS, mail_kinds.MAIL_KINDS, mail_kinds.EDITABLE):
        monkeypatch.setitem(table, LAST_WEEK.key, LAST_WEEK)
    loaders = [DictLoader({"mail/last_week.txt": TEXT}), app.jinja_env.loader]
    monkeypatch.setattr(app.jinja_env, "loader", ChoiceLoader([each for each in loaders if each]))
    text = coordinator.open(f"{BASE}/samordna/utskick/texter/last_week/sv")
    form = text.form_with("body")
    assert form is not None
    assert form.fields["subject"] == ["En vecka kvar: inventeringen {år}"]
    filled = {"body": "Hej {namn}, nu är det en vecka kvar:\n\n{länk}", "go": "save"}
    coordinator.submit(text, form, filled)
    assert mailings.queue_mails(db, 2021, "last_week", "test").mails == 28
    inbox = Inbox()
    with mail_server(inbox) as app.config["SMTP_URL"], app.app_context():
        assert deliver(db) == 28
    [mail] = inbox.to("exempel-1@example.org")
    assert mail["Subject"] == "En vecka kvar: inventeringen 2021"
    assert "Hej Exempelkooperativet Ett, nu är det en vecka kvar" in text_of(mail)
    [token] = tokens_in(text_of(mail))
    assert visitor.open(f"{BASE}/s/{token}").status == 200
    assert "Sista veckan" in coordinator.open(f"{BASE}/samordna/utskick").text
    assert "Sista veckan: lades i utkorgen" in coordinator.open(f"{BASE}/samordna/").text
    assert {row["kind"] for row in rows(db, "SELECT kind FROM outbox WHERE state = 'sent'")} == {
        "last_week"
    }

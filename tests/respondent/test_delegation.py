"""A colleague answers a part by a link of their own: what is shown, saved, and taken back."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlite_utils import Database

from forms.mail.delivery import deliver
from forms.respondent import handing_in
from survey_data import clock, outbox
from survey_data.automation import retention
from survey_data.database import rows, run, scalar
from survey_data.publishing.publish import publish
from survey_data.responses import delegations
from survey_data.responses.drafts import DraftAnswer, DraftWriter, save_fresh
from survey_data.rounds import invitations, rounds
from tests.conftest import BASE
from tests.support.codes import compose, mailed_code
from tests.support.http_visitor import Page, Visitor
from tests.support.mail_server import Inbox, mail_server, text_of, tokens_in
from tests.support.pdf_reader import Pdf

New = Callable[[], Visitor]
ANNA: dict[str, Any] = {"name": "Anna Berg", "email": "anna@example.org", "sections": ["anstallda"]}
EMPLOYEES = {"employees_total": "12", "employees_women": "7", "employees_men": "5"}


def begin(visitor: Visitor, link: str) -> Page:
    page = visitor.open(link)
    return visitor.submit(page, next(f for f in page.forms() if f.action.startswith("/s/")))


@pytest.fixture
def manager(visitor: Visitor, link: str) -> Visitor:
    """The manager, in the form."""
    assert begin(visitor, link).path == "/svara/siffror"
    return visitor


@pytest.fixture
def invitation(db: Database, link: str) -> int:
    return int(scalar(db, "SELECT min(id) FROM invitation"))


def invite(manager: Visitor, **asked: Any) -> Page:
    page = manager.open("/svara/kollegor")
    form = page.form_with("email")
    assert form
    return manager.submit(page, form, {**ANNA, **asked})


@pytest.fixture
def anna(manager: Visitor, db: Database, new_visitor: New) -> Visitor:
    """A colleague who answers on the employees, in her own browser."""
    return colleague(manager, db, new_visitor)


def colleague(manager: Visitor, db: Database, new_visitor: New, **asked: Any) -> Visitor:
    assert invite(manager, **asked).path == "/svara/kollegor"
    visitor = new_visitor()
    begin(visitor, link_of(db))
    return visitor


def link_of(db: Database) -> str:
    newest = delegations.find(db, scalar(db, "SELECT max(id) FROM delegation"))
    assert newest
    return f"{BASE}/s/{delegations.new_link(db, newest)}"


def send(visitor: Visitor, section: str, **typed: str) -> Page:
    page = visitor.open(f"/svara/{section}")
    form = page.form_with("revision")
    assert form, page.text
    return visitor.submit(page, form, {"go": "next", **typed})


def post(visitor: Visitor, path: str, **typed: str) -> Page:
    """What no page of theirs would send."""
    form = visitor.open("/ny-lank").form_with("email")
    assert form
    data = {"csrf_token": form.fields["csrf_token"][0], **typed}
    reply = visitor.client.post(path, data=data)
    return Page(reply.status_code, str(reply.url), reply.text)


def draft(db: Database) -> dict[str, object]:
    found = rows(db, "SELECT question, value FROM draft")
    return {row["question"]: json.loads(row["value"]) for row in found}


def test_the_first_page_asks_who_else_should_answer_and_leads_there(
    visitor: Visitor, link: str
) -> None:
    page = visitor.open(link)
    form = next(f for f in page.forms() if f.action.startswith("/s/"))
    page = visitor.submit(page, form, {"till": "kollegor"})
    assert (page.path, page.status) == ("/svara/kollegor", 200)
    assert "Vem mer behöver svara?" in visitor.open("/svara/anstallda").text


@pytest.mark.parametrize("lang", ["sv", "en"])
def test_a_colleague_is_mailed_a_link_that_opens_their_part(
    app: Flask, db: Database, manager: Visitor, new_visitor: New, lang: str
) -> None:
    inbox = Inbox()
    manager.open(f"/svara/kollegor?lang={lang}")
    invite(manager)
    with mail_server(inbox) as app.config["SMTP_URL"], app.app_context():
        deliver(db)
    [mail] = inbox.to("anna@example.org")
    text = text_of(mail)
    part = {"sv": "Anställda", "en": "Employees"}[lang]
    assert f"- {part}" in text
    assert ("Hej Anna Berg!" if lang == "sv" else "Hello Anna Berg!") in text
    [token] = tokens_in(text)
    anna = new_visitor()
    page = anna.open(f"{BASE}/s/{token}?lang={lang}")
    assert part in page.text
    assert begin(anna, f"{BASE}/s/{token}").path == "/svara/anstallda"
    assert token not in "\n".join(db.conn.iterdump())


def test_opening_the_page_of_the_link_changes_nothing(
    manager: Visitor, db: Database, new_visitor: New
) -> None:
    invite(manager)
    link = link_of(db)
    before = list(db.conn.iterdump())
    assert new_visitor().open(link).status == 200
    assert list(db.conn.iterdump()) == before


def test_a_colleague_sees_only_what_was_delegated(
    manager: Visitor, anna: Visitor, db: Database
) -> None:
    send(manager, "placerade", placed_af="4711")
    for path in ("foretaget", "placerade", "fler-fragor", "granska", "kvitto", "kollegor",
                 "forra-aret", "arbetsblad.pdf", "arbetsblad.xlsx"):  # fmt: skip
        page = anna.open(f"/svara/{path}")
        assert page.status == 403, path
        assert "Den här sidan är inte din" in page.text
        assert "4711" not in page.text
    page = anna.open("/svara/anstallda")
    assert "4711" not in page.text
    for path in ("foretaget", "placerade", "granska"):
        assert f'"/svara/{path}"' not in page.text
    assert "Du svarar på Anställda" in page.text


def test_what_a_colleague_sends_for_other_parts_is_not_saved(anna: Visitor, db: Database) -> None:
    send(anna, "anstallda", **EMPLOYEES, placed_af="9", enterprise_name="X", certify="yes")
    assert set(draft(db)) & {"placed_af", "enterprise_name", "certify"} == set()
    assert draft(db)["employees_total"] == 12
    before = draft(db)
    for path in ("placerade", "foretaget", "fler-fragor"):
        page = post(anna, f"/svara/{path}", placed_af="9", revision="0", go="next")
        assert page.status == 403
    for path in ("placerade", "foretaget"):
        page = post(anna, f"/svara/{path}/spara", field="placed_af", placed_af="9", revision="0")
        assert page.status == 403
        assert "du svarar inte på den här delen" in json.loads(page.text)["said"]
    assert draft(db) == before


def test_a_colleague_cannot_hand_in_invite_or_revoke(
    manager: Visitor, db: Database, new_visitor: New
) -> None:
    everything = colleague(manager, db, new_visitor, sections=["*"])
    assert everything.open("/svara/placerade").status == 200
    before = scalar(db, "SELECT count(*) FROM delegation WHERE revoked_at IS NULL")
    for path, typed in (
        ("granska", {"certify": "yes"}),
        ("forra-aret", {}),
        ("kollegor", {"name": "B", "email": "b@example.org", "sections": "*"}),
        ("kollegor/1/ta-bort", {}),
    ):
        assert post(everything, f"/svara/{path}", **typed).status == 403, path
    assert scalar(db, "SELECT count(*) FROM response WHERE mode = 'web'") == 0
    assert scalar(db, "SELECT count(*) FROM delegation WHERE revoked_at IS NULL") == before


def test_the_last_part_ends_with_thanks_and_no_hand_in(anna: Visitor) -> None:
    page = send(anna, "anstallda", **EMPLOYEES)
    assert page.path == "/svara/senare"
    assert "Du behöver inte lämna in" in page.text


def test_both_see_who_has_what_and_its_state(
    manager: Visitor, db: Database, new_visitor: New
) -> None:
    invite(manager)
    link = link_of(db)
    assert "har inte öppnat länken än" in manager.open("/svara/kollegor").text
    anna = new_visitor()
    begin(anna, link)
    assert "Anställda: inget sparat än" in manager.open("/svara/kollegor").text
    send(anna, "anstallda", **EMPLOYEES)
    at = clock.local(scalar(db, "SELECT max(saved_at) FROM draft")).strftime("%H:%M")
    line = f"Anna Berg svarar på Anställda, sparat {at}."
    assert line in manager.open("/svara/anstallda").text
    assert line in manager.open("/svara/granska").text
    assert line not in manager.open("/svara/placerade").text
    assert "Anna Berg" not in send(anna, "anstallda", **EMPLOYEES).text.partition("<main")[0]
    bo = colleague(manager, db, new_visitor, name="Bo", email="bo@example.org")
    assert line in bo.open("/svara/anstallda").text


def test_autosave_is_open_for_the_part_and_says_who_saved(
    manager: Visitor, anna: Visitor, db: Database
) -> None:
    page = manager.open("/svara/anstallda")
    reply = post(anna, "/svara/anstallda/spara", field="employees_total", employees_total="9",
                 revision="0", window="aaaaaaaa")  # fmt: skip
    assert reply.status == 200
    assert scalar(db, "SELECT saved_by FROM draft") == "colleague 1"
    form = page.form_with("revision")
    assert form
    page = manager.submit(page, form, {"employees_total": "8", "go": "next"})
    assert page.status == 409
    assert "Anna Berg sparade 9" in page.text


def test_taking_it_back_ends_the_session_and_the_link_at_once(
    app: Flask, manager: Visitor, anna: Visitor, db: Database
) -> None:
    page = anna.open("/svara/anstallda")
    form = page.form_with("revision")
    assert form
    told = manager.open("/svara/kollegor")
    revoke = next(f for f in told.forms() if f.action.endswith("/ta-bort"))
    assert "Anna Berg kan inte längre svara" in manager.submit(told, revoke).text
    page = anna.submit(page, form, {"employees_total": "4711", "go": "next"})
    assert page.status == 403
    assert "Företaget har tagit tillbaka din länk" in page.text
    assert "4711" in page.text
    assert draft(db) == {}
    reply = post(anna, "/svara/anstallda/spara", field="employees_total", employees_total="1")
    assert (reply.status, "tagit tillbaka" in reply.text) == (403, True)
    link = link_of(db)
    page = anna.open(link)
    assert (page.status, "Länken fungerar inte längre" in page.text) == (410, True)
    assert post(anna, link).status == 410
    assert anna.open("/svara/anstallda").status == 403
    trail = [r["action"] for r in rows(db, "SELECT action FROM audit WHERE action LIKE 'coll%'")]
    assert trail == ["colleague invited", "colleague revoked"]


def test_a_mail_that_waits_does_not_leave_once_it_is_taken_back(
    app: Flask, manager: Visitor, db: Database
) -> None:
    invite(manager)
    told = manager.open("/svara/kollegor")
    manager.submit(told, next(f for f in told.forms() if f.action.endswith("/ta-bort")))
    inbox = Inbox()
    with mail_server(inbox) as app.config["SMTP_URL"], app.app_context():
        deliver(db)
    assert inbox.to("anna@example.org") == []


def test_another_enterprise_cannot_take_it_back(
    manager: Visitor, anna: Visitor, db: Database, new_visitor: New
) -> None:
    other = new_visitor()
    begin(other, f"{BASE}/s/{invitations.new_link(db, 2)}")
    post(other, "/svara/kollegor/1/ta-bort")
    assert "Anna Berg" not in other.open("/svara/kollegor").text
    assert anna.open("/svara/anstallda").status == 200


def test_a_forwarded_colleagues_link_shows_no_answers_without_the_code(
    app: Flask, manager: Visitor, anna: Visitor, db: Database, new_visitor: New
) -> None:
    send(anna, "anstallda", employees_total="4711")
    stranger = new_visitor()
    page = begin(stranger, link_of(db))
    assert page.path == "/svara/kod"
    assert stranger.open("/svara/anstallda").status == 403
    newest = next(m for m in outbox.newest(db) if m.kind == "device_code")
    assert newest.recipient == "anna@example.org"
    form = page.form_with("code")
    assert form
    page = stranger.submit(page, form, {"code": mailed_code(app, db)})
    assert page.path == "/svara/anstallda"
    assert stranger.open("/svara/placerade").status == 403


def test_it_ends_when_the_round_closes(manager: Visitor, anna: Visitor, db: Database) -> None:
    send(anna, "anstallda", **EMPLOYEES)
    link, saved = link_of(db), draft(db)
    rounds.close_round(db, 2021, "test")
    for path in ("anstallda", "senare"):
        assert anna.open(f"/svara/{path}").status == 410
    assert post(anna, "/svara/anstallda", employees_total="3", revision="0").status == 410
    assert post(anna, "/svara/anstallda/spara", field="employees_total").status == 410
    assert anna.open(link).status == 410
    assert post(anna, link).status == 410
    assert draft(db) == saved


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"name": ""}, "Skriv kollegans namn"),
        ({"name": "http://spam.example"}, "Skriv kollegans namn"),
        ({"name": "Anna 850709-9805"}, "Skriv kollegans namn"),
        ({"email": "anna"}, "Skriv hela e-postadressen"),
        ({"email": "a@b.se,c@d.se"}, "Skriv hela e-postadressen"),
        ({"email": "a@b.se\nBcc: c@d.se"}, "Skriv hela e-postadressen"),
        ({"sections": []}, "Välj minst en del"),
        ({"sections": ["granska"]}, "Välj minst en del"),
    ],
)
def test_what_cannot_be_asked_is_told_so_and_loses_nothing(
    manager: Visitor, db: Database, asked: dict[str, Any], said: str
) -> None:
    page = invite(manager, **asked)
    assert page.text.count(said) >= 2
    assert page.title.startswith("Fel: ")
    form = page.form_with("email")
    assert form
    kept = {**ANNA, **asked}
    assert form.fields.get("sections", []) == [s for s in kept["sections"] if s != "granska"]
    assert scalar(db, "SELECT count(*) FROM delegation") == 0
    assert scalar(db, "SELECT count(*) FROM outbox WHERE kind = 'delegation'") == 0


def test_nobody_is_asked_twice_nor_are_strangers_mailed_by_the_dozen(
    manager: Visitor, db: Database, invitation: int
) -> None:
    invite(manager)
    assert "har redan en länk" in invite(manager, email="ANNA@example.org").text
    for number in range(delegations.MOST - 1):
        delegations.invite(db, invitation, "B", f"{number}@example.org", ["*"], "sv", "test")
    assert "så många som går" in invite(manager, email="c@example.org").text
    assert scalar(db, "SELECT count(*) FROM delegation") == delegations.MOST


def test_a_colleague_who_lost_the_mail_gets_a_new_link_by_the_same_page(
    manager: Visitor, db: Database, new_visitor: New
) -> None:
    invite(manager)
    for email in ("anna@example.org", "nobody@example.org"):
        page = new_visitor().open("/ny-lank")
        form = page.form_with("email")
        assert form
        new_visitor().submit(page, form, {"email": email})
        stranger = new_visitor()
        page = stranger.open("/ny-lank")
        said = stranger.submit(page, page.form_with("email") or form, {"email": email})
        assert "Om adressen finns hos oss" in said.text
    assert scalar(db, "SELECT count(*) FROM outbox WHERE kind = 'delegation'") == 2


def test_the_receipt_says_who_filled_in_what(
    manager: Visitor, anna: Visitor, db: Database, invitation: int
) -> None:
    send(anna, "anstallda", **EMPLOYEES)
    handing_in.hand_in_answers(
        db, invitations.by_id(db, invitation), {"employees_total": 12}, "sv", "web"
    )
    page = manager.open("/svara/kvitto")
    assert "Vem har fyllt i vad?" in page.text
    assert "Anna Berg: Anställda" in page.text
    assert "anna@example.org" not in page.text
    paper = Pdf(manager.client.get(f"{BASE}/svara/kvitto/1.pdf").content)
    assert "Anna Berg: Anställda" in paper.text
    assert "anna@example.org" not in paper.text


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("sv", ("Vem har fyllt i vad?", "Anna Berg: Anställda", "Er förklaring: Vi har")),
        (
            "en",
            ("Who has filled in what?", "Anna Berg: Employees", "Your explanation: We have hired"),
        ),
    ],
)
def test_the_mailed_receipt_says_who_filled_in_what_and_why_it_changed(
    app: Flask, anna: Visitor, db: Database, invitation: int, language: str, words: tuple[str, ...]
) -> None:
    send(anna, "anstallda", **EMPLOYEES)
    answers = {"employees_total": 12, "change_reasons": ["hired"], "comment_changes": "Nytt kafé."}
    handing_in.hand_in_answers(db, invitations.by_id(db, invitation), answers, language, "web")
    with app.app_context():
        [mail] = [m for m in outbox.newest(db) if m.kind == "receipt"]
        said = text_of(compose(db, mail))
    assert all(each in said for each in (*words, "Nytt kafé.”")), said
    assert "anna@example.org" not in said


def test_the_address_is_only_where_it_must_be_and_goes_in_the_end(
    app: Flask, manager: Visitor, anna: Visitor, db: Database
) -> None:
    for table in (r["name"] for r in rows(db, "SELECT name FROM sqlite_master WHERE type='table'")):
        text = json.dumps(rows(db, f"SELECT * FROM {table}"), default=str)
        expected = table in ("delegation", "outbox")
        assert ("anna@example.org" in text) == expected, table
        assert ("Anna Berg" in text) == (table == "delegation"), table
    run(db, "UPDATE outbox SET state = 'sent'")
    run(db, "UPDATE round SET closed_at = '2010-01-01T00:00:00.000+00:00'")
    shown = retention.dry_run(db)
    assert {d.kind: d.count for d in shown.due}["respondents"] == 1
    retention.delete(db, ["respondents", "mails"], shown.mark, "beslut 1", "test")
    everything = "\n".join(db.conn.iterdump())
    assert "anna@example.org" not in everything
    assert "Anna Berg" not in everything
    assert delegations.of(db, 1) == []


def test_the_analysts_never_get_a_colleague(
    app: Flask, manager: Visitor, anna: Visitor, db: Database
) -> None:
    send(anna, "anstallda", **EMPLOYEES)
    publish(
        db,
        app.extensions["places"],
        "test",
    )
    for file in (app.config["ANALYSTS_DB"], app.config["OPEN_DB"]):
        data = file.read_bytes()
        assert b"anna@example.org" not in data
        assert b"Anna Berg" not in data


def test_a_draft_of_a_colleague_holds_nothing_of_others(
    manager: Visitor, anna: Visitor, db: Database, invitation: int
) -> None:
    answers = {"change_reasons": DraftAnswer(["hired"]), "placed_af": DraftAnswer(4711)}
    save_fresh(db, invitation, answers, 0, DraftWriter("session x", "w"))
    reply = post(anna, "/svara/anstallda/spara", field="employees_total", employees_total="1",
                 revision="0", window="bbbbbbbb")  # fmt: skip
    assert reply.status == 200
    assert "4711" not in reply.text
    assert "placed_af" not in reply.text


def test_an_extra_question_is_told_by_its_label_when_the_session_is_over(
    db: Database, manager: Visitor
) -> None:
    asked = json.loads(scalar(db, "SELECT questionnaire FROM round"))
    extra = {**asked[-1], "name": "extra_bikes", "label_sv": "Antal cyklar",
             "short_sv": "Antal cyklar", "section": "arets-fragor"}  # fmt: skip
    run(db, "UPDATE round SET questionnaire = ?", (json.dumps([*asked, extra]),))
    run(db, "UPDATE session SET ended_at = ?", (clock.now(),))
    page = post(manager, "/svara/arets-fragor", extra_bikes="3")
    assert page.status == 403
    assert "Antal cyklar" in page.text
    assert "extra_bikes" not in page.text

"""Staff, settings, backups, and the first start in the browser."""

import json
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlite_utils import Database

from forms.mail.delivery import deliver
from survey_data import settings
from survey_data.automation import calendar_runner
from survey_data.database import rows, run, scalar
from survey_data.follow_up import mailings
from survey_data.operations import backup
from survey_data.operations.restore import restore
from survey_data.publishing.publish import publish, releases, repair
from survey_data.rounds import rounds
from survey_data.rounds.rounds import Round
from survey_data.staff import sessions, staff
from survey_data.staff.sign_in import SetupLinkSpent, finish_setup, new_setup_link, use_setup_link
from survey_data.staff.staff import LastCoordinator
from tests.conftest import BASE, sign_in
from tests.start.test_commands import refused
from tests.support.http_visitor import Form, Page, Visitor
from tests.support.mail_server import Inbox, mail_server, text_of


def form_to(page: Page, ending: str) -> Form:
    return next(f for f in page.forms() if f.action.split("?")[0].endswith(ending))


# Staff


def invite(visitor: Visitor, email: str, role: str) -> Page:
    page = visitor.open(f"{BASE}/samordna/personal")
    form = next(f for f in page.forms() if "email" in f.names)
    return visitor.submit(page, form, {"email": email, "role": role})


def test_an_invited_person_gets_a_mail_without_a_link_that_signs_in(
    app: Flask, db: Database, coordinator: Visitor
) -> None:
    page = invite(coordinator, "ny@example.org", "analyst")
    assert "ny@example.org kan logga in" in page.text
    who = staff.by_email(db, "ny@example.org")
    assert who
    assert who.role == "analyst"
    inbox = Inbox()
    with mail_server(inbox) as url, app.app_context():
        app.config["SMTP_URL"] = url
        assert deliver(db) == 1
    [message] = inbox.to("ny@example.org")
    assert f"{BASE}/logga-in\r\n" in text_of(message)
    assert scalar(db, "SELECT count(*) FROM sign_in_link WHERE staff_id = ?", [who.id]) == 0


@pytest.mark.parametrize(("email", "role"), [("ny", "analyst"), ("ny@example.org", "chef")])
def test_an_invitation_that_makes_no_sense_is_refused(
    db: Database, coordinator: Visitor, email: str, role: str
) -> None:
    assert "<title>Fel: " in invite(coordinator, email, role).text
    assert len(staff.everyone(db)) == 1
    assert scalar(db, "SELECT count(*) FROM outbox") == 0


def test_the_last_coordinator_is_neither_removed_nor_made_something_else(
    db: Database, coordinator: Visitor
) -> None:
    page = coordinator.open(f"{BASE}/samordna/personal")
    refused = coordinator.submit(page, form_to(page, "/ta-bort"))
    assert "Den sista samordnaren kan inte tas bort." in refused.text
    assert "<title>Fel: " in invite(coordinator, "coordinator@example.org", "board").text
    with pytest.raises(LastCoordinator):
        staff.remove(db, "coordinator@example.org", "test")
    [only] = staff.everyone(db)
    assert only.role == "coordinator"


def test_a_removed_person_is_out_at_once_and_sessions_can_be_ended(
    db: Database, coordinator: Visitor, new_visitor: Callable[[], Visitor]
) -> None:
    other = sign_in(new_visitor(), db, "analyst")
    who = staff.by_email(db, "analyst@example.org")
    assert who
    page = coordinator.open(f"{BASE}/samordna/personal")
    page = coordinator.submit(page, form_to(page, f"/{who.id}/avsluta-sessioner"))
    assert "Inloggad" not in other.open(f"{BASE}/kontakt").text
    raw = sessions.start(db, staff_id=who.id)
    coordinator.submit(page, form_to(page, f"/{who.id}/ta-bort"))
    assert staff.by_session(db, raw) is None
    done = [r["action"] for r in rows(db, "SELECT action FROM audit ORDER BY id")]
    assert done[-2:] == ["sessions ended", "staff removed"]


# Settings


def save(visitor: Visitor, **typed: str) -> Page:
    page = visitor.open(f"{BASE}/samordna/installningar")
    form = next(f for f in page.forms() if "legal_basis" in f.names)
    return visitor.submit(page, form, typed)


def test_a_fact_that_is_set_stands_on_the_public_pages_at_once(
    db: Database, coordinator: Visitor, visitor: Visitor
) -> None:
    save(coordinator, name="Förbundet Prov", phone="026-11 22 33", accessibility_status="helt")
    assert "Förbundet Prov" in visitor.open(f"{BASE}/kontakt").text
    assert "026-11 22 33" in visitor.open(f"{BASE}/personuppgifter").text
    assert "helt förenlig" in visitor.open(f"{BASE}/tillganglighet").text
    [line] = rows(db, "SELECT * FROM audit WHERE action = 'settings changed'")
    assert json.loads(line["after"])["name"] == "Förbundet Prov"


@pytest.mark.parametrize(
    ("fact", "value"),
    [("name", ""), ("email", "anna"), ("phone", "ring oss"), ("address", "811218-9876"),
     ("accessibility_status", "kanske"), ("accessibility_reviewed", "i fjol")],
)  # fmt: skip
def test_a_fact_that_cannot_be_is_refused(
    db: Database, coordinator: Visitor, fact: str, value: str
) -> None:
    page = save(coordinator, **{fact: value})
    assert "att rätta" in page.text
    assert settings.association(db) == settings.Association()


def trial(visitor: Visitor) -> str:
    page = visitor.open(f"{BASE}/samordna/installningar")
    return visitor.submit(page, form_to(page, "/provmejl")).text


def test_a_trial_mail_shows_what_the_server_said(
    app: Flask, db: Database, coordinator: Visitor
) -> None:
    inbox = Inbox()
    with mail_server(inbox) as url:
        app.config["SMTP_URL"] = url
        assert "Servern svarade: 250 OK" in trial(coordinator)
        inbox.refusals["coordinator@example.org"] = "550 no such person"
        assert "Servern avvisade mottagaren. Den svarade: 550 no such person" in trial(coordinator)
    assert "Servern gick inte att nå" in trial(coordinator)
    assert len(inbox.to("coordinator@example.org")) == 1


def test_a_backup_is_whole_private_and_listed(
    app: Flask, db: Database, coordinator: Visitor, examples: list[int], tmp_path: Path
) -> None:
    page = coordinator.open(f"{BASE}/samordna/installningar")
    page = coordinator.submit(page, form_to(page, "/sakerhetskopia"))
    [path] = (Path(app.config["DATA_DIR"]) / "backups").iterdir()
    assert path.name in page.text
    assert path.stat().st_mode & 0o777 == 0o600
    restore(path, tmp_path / "other")
    copy = sqlite3.connect(tmp_path / "other" / "survey.db")
    assert copy.execute("SELECT count(*) FROM enterprise").fetchone() == (len(examples),)
    copy.close()


@pytest.mark.parametrize(
    ("typed", "kept", "said"),
    [("3", 3, "3 dagliga kopior sparas."), ("1", 1, "1 daglig kopia sparas."),
     ("0", 0, "Inga kopior görs automatiskt."), ("-1", 7, "Skriv ett heltal mellan 0 och 365."),
     ("366", 7, "Skriv ett heltal"), ("många", 7, "Skriv ett heltal"), ("²", 7, "Skriv ett")],
)  # fmt: skip
def test_how_many_daily_backups_are_kept_is_chosen(
    db: Database, coordinator: Visitor, typed: str, kept: int, said: str
) -> None:
    page = coordinator.open(f"{BASE}/samordna/installningar")
    page = coordinator.submit(page, form_to(page, "/sakerhetskopior"), {"to_keep": typed})
    assert said in page.text
    assert backup.to_keep(db) == kept


# The first start


def begin(visitor: Visitor, token: str) -> Page:
    page = visitor.open(f"{BASE}/kom-igang/lank/{token}")
    return visitor.submit(page, form_to(page, token))


def test_the_first_start_leads_from_the_link_to_a_signed_in_coordinator(
    db: Database, visitor: Visitor, new_visitor: Callable[[], Visitor]
) -> None:
    token = new_setup_link(db)
    page = begin(visitor, token)
    assert page.path == "/kom-igang/forbundet"
    page = visitor.submit(page, form_to(page, "/forbundet"), {"name": "Förbundet Prov"})
    page = visitor.submit(page, form_to(page, "/samordnare"), {"email": "fel"})
    assert "Skriv hela e-postadressen." in page.text
    page = visitor.submit(page, form_to(page, "/samordnare"), {"email": "forst@example.org"})
    assert page.path == "/kom-igang/registret"
    assert "Inloggad: forst@example.org" in page.text
    assert settings.association(db).name == "Förbundet Prov"
    [who] = staff.everyone(db)
    assert who.role == "coordinator"
    assert visitor.open(f"{BASE}/samordna/").status == 200
    assert begin(new_visitor(), token).status == 410
    assert scalar(db, "SELECT count(*) FROM setup_link") == 0


def test_the_coordinator_publishes_the_printed_years_at_set_up_and_nothing_else_does(
    app: Flask, db: Database, visitor: Visitor
) -> None:
    places = app.extensions["places"]
    assert repair(db, places) is None
    page = begin(visitor, new_setup_link(db))
    page = visitor.submit(page, form_to(page, "/forbundet"), {"name": "Förbundet Prov"})
    page = visitor.submit(page, form_to(page, "/samordnare"), {"email": "forst@example.org"})
    assert "Inga siffror att visa" in visitor.open(f"{BASE}/rapport/").text
    assert visitor.open(f"{BASE}/data/").status == 503
    assert releases(db) == []
    form = form_to(page, "/utgava")
    for _ in range(2):
        page = visitor.submit(page, form)
        assert "Utgåva 2020-1 är publicerad." in page.text
    assert page.path == "/kom-igang/registret"
    assert [r["id"] for r in releases(db)] == ["2020-1"]
    assert repair(db, places) == "2020-1"
    assert "Inga siffror att visa" not in visitor.open(f"{BASE}/rapport/").text


def test_the_office_says_that_readers_lack_the_last_release(
    app: Flask, db: Database, coordinator: Visitor
) -> None:
    places, address = app.extensions["places"], f"{BASE}/samordna/publicering"
    publish(db, places, "test")
    assert "Läsarna ser ingen utgåva" not in coordinator.open(address).text
    shutil.rmtree(places.releases)
    places.open.write_bytes(b"x" * 9000)
    repair(db, places)
    page = coordinator.open(address)
    assert "Läsarna ser ingen utgåva" in page.text
    assert "Filerna för utgåva 2020-1 är skadade eller borta." in page.text
    assert "Läsarna ser ingen utgåva" in coordinator.open(f"{BASE}/samordna/").text
    notes = {"kind": "final", "note_sv": "Samma siffror.", "note_en": "The same figures."}
    form = page.form_with("note_sv")
    assert form
    coordinator.submit(page, form, notes)
    assert [r["id"] for r in releases(db)] == ["2020-2", "2020-1"]
    assert "Läsarna ser ingen utgåva" not in coordinator.open(address).text


def test_the_link_works_once_in_one_browser_and_opening_it_changes_nothing(
    db: Database, visitor: Visitor, new_visitor: Callable[[], Visitor]
) -> None:
    token = new_setup_link(db)
    for _ in range(3):
        assert visitor.open(f"{BASE}/kom-igang/lank/{token}").status == 200
    begin(visitor, token)
    late = new_visitor()
    assert begin(late, token).status == 410
    for step in ("forbundet", "samordnare"):
        assert late.open(f"{BASE}/kom-igang/{step}").path == "/kom-igang/"
    assert scalar(db, "SELECT count(*) FROM staff") == 0


def test_only_a_hash_of_the_link_is_kept_and_a_newer_or_old_one_kills_it(db: Database) -> None:
    older, token = new_setup_link(db), new_setup_link(db)
    assert token not in json.dumps(rows(db, "SELECT * FROM setup_link"))
    with pytest.raises(SetupLinkSpent):
        use_setup_link(db, older)
    run(db, "UPDATE setup_link SET expires_at = '2000-01-01'")
    with pytest.raises(SetupLinkSpent):
        use_setup_link(db, token)


def test_nothing_is_set_up_once_someone_can_sign_in(db: Database) -> None:
    browser = use_setup_link(db, new_setup_link(db))
    staff.add(db, "nagon@example.org", "coordinator", "test")
    with pytest.raises(SetupLinkSpent):
        finish_setup(db, browser, "jag@example.org", "sv")
    with pytest.raises(SetupLinkSpent):
        use_setup_link(db, new_setup_link(db))
    assert [who.email for who in staff.everyone(db)] == ["nagon@example.org"]


# Nothing goes out with placeholders


REAL = {
    "name": "Samordningsförbund Prov", "phone": "026-000 00 00", "email": "prov@example.com",
    "address": "Provgatan 1", "data_protection_email": "ombud@example.com",
}  # fmt: skip


@pytest.fixture
def real_round(db: Database, open_round: Round) -> Round:
    """An open round of enterprises that are no examples, from where mail leaves."""
    run(db, "UPDATE round SET is_example = 0")
    settings.note_mail_leaves(db, True)
    return rounds.find(db, open_round.year)


def test_no_real_mail_is_queued_until_every_fact_is_real(
    app: Flask, db: Database, real_round: Round, coordinator: Visitor
) -> None:
    page = coordinator.open(f"{BASE}/samordna/omgang/2021/skicka")
    assert "Fyll i det här före första mejlet" in page.text
    # Nobody is promised a mail, and no button stands where it must refuse.
    assert "Ingen får något mejl nu." in page.text
    assert "Skicka nu" not in page.text
    # Whoever presses one that stood there before is refused all the same.
    page = coordinator.submit(page, form_to(page, "/skicka"))
    assert page.path == "/samordna/installningar"
    assert "Inget mejl gick iväg" in page.text
    said = refused(app, "round", "send", "2021")
    assert "namn, telefon, e-post, postadress, dataskyddsombudets e-post" in said
    assert not scalar(db, "SELECT count(*) FROM outbox WHERE kind = 'invitation'")
    desk, moving = f"{BASE}/samordna/", f"{BASE}/samordna/omgang/2021/sista-dag"
    assert "Skicka 28 inbjudningar" not in coordinator.open(desk).text
    assert "Mejla den nya dagen" not in coordinator.open(moving).text
    settings.set_facts(db, REAL, "test")
    assert "Fyll i det här" not in (offered := coordinator.open(desk).text)
    assert "Skicka 28 inbjudningar" in offered
    assert mailings.queue_invitations(db, 2021, "test").mails == 28
    assert "Mejla den nya dagen" in coordinator.open(moving).text


@pytest.mark.parametrize("left", REAL)
def test_one_fact_that_is_left_is_enough_to_refuse(
    db: Database, real_round: Round, left: str
) -> None:
    settings.set_facts(db, {name: value for name, value in REAL.items() if name != left}, "test")
    with pytest.raises(settings.PlaceholdersLeft) as refusal:
        mailings.queue_invitations(db, 2021, "test")
    assert refusal.value.names == (left,)


@pytest.mark.parametrize("exempt", ["examples", "files"])
def test_examples_and_mail_to_files_are_exempt(
    db: Database, real_round: Round, exempt: str
) -> None:
    if exempt == "examples":
        run(db, "UPDATE round SET is_example = 1")
    else:
        settings.note_mail_leaves(db, False)
    assert mailings.queue_invitations(db, 2021, "test").mails == 28


def test_the_calendar_waits_for_real_facts_and_says_so(
    app: Flask, db: Database, real_round: Round, coordinator: Visitor
) -> None:
    run(db, "UPDATE act SET state = 'planned', due_at = '2021-10-04' WHERE kind = 'invitation'")
    calendar_runner.run_due(db, app.extensions["places"])
    assert scalar(db, "SELECT state FROM act WHERE kind = 'invitation'") == "paused"
    assert "Förbundets uppgifter är inte ifyllda" in coordinator.open(f"{BASE}/samordna/").text

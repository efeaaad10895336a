"""The commands: what they do, and the one clear sentence when they cannot."""

import csv
import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from flask.cli import FlaskGroup
from sqlite_utils import Database

from forms.start import demo
from survey_data import clock, settings
from survey_data.automation import fictitious_enterprises
from survey_data.database import rows, scalar
from survey_data.follow_up import bounces, response_curve
from survey_data.follow_up.delivery_reports import DeliveryReport
from survey_data.publishing import comments
from survey_data.register import enterprises
from survey_data.responses import responses
from survey_data.rounds import calendar, round_changes, rounds
from survey_data.rounds.rounds import Round
from survey_data.staff import staff
from tests.conftest import BASE, sign_in
from tests.support.beginnings import a_week_after_inviting
from tests.support.files_from_people import fictitious_csv
from tests.support.http_visitor import Visitor
from tests.support.mail_server import Inbox, mail_server
from tests.support.processes import free_port


def flask(app: Flask, *words: str) -> Result:
    # The group that `flask` itself runs, which makes the application context.
    return app.test_cli_runner().invoke(FlaskGroup(create_app=lambda: app), list(words))


def refused(app: Flask, *words: str) -> str:
    """What a command says when it cannot; one with a traceback or without words fails."""
    result = flask(app, *words)
    assert result.exit_code in (1, 2), result.output
    assert isinstance(result.exception, SystemExit), result.exception
    assert "Traceback" not in result.output
    assert result.output.startswith(("Error: ", "Usage: "))
    return result.output


def in_part(app: Flask, *words: str) -> str:
    """What a command says that has not done all that it was asked for."""
    result = flask(app, *words)
    assert result.exit_code == 1, result.output
    assert isinstance(result.exception, SystemExit), result.exception
    return result.output


def done(app: Flask, *words: str) -> str:
    result = flask(app, *words)
    assert result.exit_code == 0, result.output
    return result.output


def test_a_round_from_opening_to_publishing(app: Flask, db: Database, examples: list[int]) -> None:
    inbox = Inbox()
    with mail_server(inbox) as url:
        app.config["SMTP_URL"] = url
        assert "Omgången 2021 är öppen" in done(app, "round", "open", "2021", "--yes")
        said = done(app, "round", "send", "2021")
        assert said == "28 inbjudningar i utkorgen, 28 mejl skickade nu.\n"
        a_week_after_inviting(db)
        said = done(app, "round", "remind", "2021")
        assert said == "28 påminnelser i utkorgen, 28 mejl skickade nu.\n"
    assert len(inbox.mails) == 56
    survey_round = rounds.find(db, 2021)
    assert (str(survey_round.reference_date), str(survey_round.due_date)) == (
        "2021-10-01",
        "2021-11-15",
    )
    assert "Omgången 2021 är stängd" in done(app, "round", "close", "2021")
    assert not rounds.find(db, 2021).is_open
    assert "2021 har 0 av 28 företag svarat." in flask(app, "publish").output
    assert rows(db, "SELECT * FROM release") == []
    assert (
        done(app, "publish", "--incomplete", "--note", "Första") == "Utgåva 2021-1 är publicerad.\n"
    )
    [release] = rows(db, "SELECT * FROM release")
    assert (release["id"], release["note_sv"], release["actor"]) == (
        "2021-1",
        "Första",
        "command line",
    )
    assert app.config["OPEN_DB"].exists()


def test_the_dates_of_a_round_can_be_given(app: Flask, db: Database, examples: list[int]) -> None:
    days = ("--reference-date", "2021-09-15", "--due-date", "2021-10-31")
    assert "har passerat. Öppna ändå?" in in_part(app, "round", "open", "2021", *days)
    assert rounds.all_rounds(db) == []
    done(app, "round", "open", "2021", *days, "--yes")
    survey_round = rounds.find(db, 2021)
    assert (str(survey_round.reference_date), str(survey_round.due_date)) == (
        "2021-09-15",
        "2021-10-31",
    )


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("open", "2021", "--yes"), "Det finns redan en omgång för 2021."),
        (("open", "2022", "--yes"), "Omgången 2021 är fortfarande öppen. Stäng den först."),
        (("send", "1999"), "Det finns ingen omgång för 1999."),
        (("remind", "1999"), "Det finns ingen omgång för 1999."),
        (("close", "1999"), "Det finns ingen omgång för 1999."),
        (("open", "snart"), "snart"),
        (("open", "0"), "YEAR"),
        (("open", "99999"), "YEAR"),
        (("open", "2023", "--due-date", "imorgon"), "imorgon"),
        (("open",), "YEAR"),
    ],
)
def test_a_step_that_cannot_be_taken_says_why(
    app: Flask, db: Database, open_round: Round, words: tuple[str, ...], sentence: str
) -> None:
    before = list(db.conn.iterdump())
    assert sentence in refused(app, "round", *words)
    assert list(db.conn.iterdump()) == before


def test_nobody_to_ask_and_dates_out_of_order_are_told(app: Flask, db: Database) -> None:
    assert "verksamt den 2021-10-01" in refused(app, "round", "open", "2021", "--yes")
    fictitious_enterprises.add_to_register(db, "test")
    said = refused(app, "round", "open", "2021", "--due-date", "2021-09-01")
    assert "sista svarsdag (2021-09-01) efter räknedagen" in said
    assert rounds.all_rounds(db) == []


def test_a_closed_round_takes_no_more_steps(app: Flask, db: Database, open_round: Round) -> None:
    rounds.close_round(db, 2021, "test")
    for step in ("send", "remind", "close"):
        assert "Omgången 2021 är stängd." in refused(app, "round", step, "2021")
    assert scalar(db, "SELECT count(*) FROM outbox") == 0


def test_mail_that_cannot_leave_is_told_and_kept(
    app: Flask, db: Database, open_round: Round
) -> None:
    app.config["SMTP_URL"] = f"smtp://127.0.0.1:{free_port()}"
    said = done(app, "round", "send", "2021")
    assert said == "28 inbjudningar i utkorgen, 0 mejl skickade nu.\n"
    assert done(app, "deliver") == "0 mejl skickade, 28 väntar.\n"


def test_an_enterprise_without_address_is_named(
    app: Flask, db: Database, open_round: Round
) -> None:
    db.conn.execute("DELETE FROM contact WHERE email = 'exempel-3@example.org'")
    assert "Saknar e-postadress: Exempelkooperativet Tre" in done(app, "round", "send", "2021")


def test_an_enterprise_whose_address_is_dead_is_named(
    app: Flask, db: Database, open_round: Round
) -> None:
    dead = DeliveryReport("1", "exempel-3@example.org", "dead", "5.1.1", "", ())
    bounces.note(db, dead, "file", "test")
    said = done(app, "round", "send", "2021")
    assert said.startswith("27 inbjudningar i utkorgen")
    assert "Adressen fungerar inte, inget skickas: Exempelkooperativet Tre\n" in said


# Staff


def test_staff_are_added_listed_and_removed(app: Flask, db: Database) -> None:
    # The last coordinator can be neither removed nor given another role.
    done(app, "staff", "add", "annan@example.org", "coordinator")
    other = "coordinator  annan@example.org\n"
    done(app, "staff", "add", "anna@example.org", "coordinator")
    assert done(app, "staff", "list") == "coordinator  anna@example.org\n" + other
    done(app, "staff", "add", "ANNA@example.org", "analyst")
    assert done(app, "staff", "list").split()[:2] == ["analyst", "anna@example.org"]
    done(app, "staff", "remove", "Anna@Example.org")
    assert done(app, "staff", "list") == other
    assert "sista samordnaren" in refused(app, "staff", "remove", "annan@example.org")
    assert staff.by_email(db, "anna@example.org") is None


@pytest.mark.parametrize("email", ["ADRESS", "", "anna@", "a@b.se, c@d.se"])
def test_what_is_no_address_is_not_added(app: Flask, db: Database, email: str) -> None:
    assert "adress" in refused(app, "staff", "add", email, "coordinator").lower()
    assert scalar(db, "SELECT count(*) FROM staff") == 0


def test_a_role_that_does_not_exist_is_not_given(app: Flask, db: Database) -> None:
    assert "coordinator" in refused(app, "staff", "add", "anna@example.org", "boss")
    assert scalar(db, "SELECT count(*) FROM staff") == 0


def test_removing_someone_who_is_not_there_is_no_success(app: Flask, db: Database) -> None:
    done(app, "staff", "add", "anna@example.org", "coordinator")
    assert "ana@example.org" in refused(app, "staff", "remove", "ana@example.org")
    assert staff.by_email(db, "anna@example.org")


def test_removing_signs_out_at_once(app: Flask, db: Database, visitor: Visitor) -> None:
    sign_in(visitor, db, "coordinator")
    assert visitor.open(f"{BASE}/samordna/").path == "/samordna/"
    done(app, "staff", "add", "annan@example.org", "coordinator")
    done(app, "staff", "remove", "coordinator@example.org")
    assert visitor.open(f"{BASE}/samordna/").path == "/logga-in"


def test_a_sign_in_link_from_the_command_line_works_once(
    app: Flask, db: Database, visitor: Visitor
) -> None:
    done(app, "staff", "add", "anna@example.org", "coordinator")
    link = done(app, "sign-in-link", "anna@example.org").strip()
    page = visitor.open(link)
    assert visitor.submit(page, page.forms()[0]).path == "/samordna/"
    said = refused(app, "sign-in-link", "bo@example.org")
    assert "bo@example.org får inte logga in." in said


# The register


def test_the_register_goes_out_and_comes_back(
    app: Flask, db: Database, examples: list[int], tmp_path: Path
) -> None:
    path = tmp_path / "ut.csv"
    assert str(path) in done(app, "register", "export", str(path))
    with path.open(encoding="utf-8-sig", newline="") as file:
        assert len(list(csv.DictReader(file, delimiter=";"))) == len(examples) == 37
    contacts = "SELECT name, email, phone FROM contact ORDER BY email"
    before = enterprises.enterprises(db), rows(db, contacts)
    said = done(app, "register", "import", str(path))
    assert "0 nya, 0 ändras, 37 som i registret." in said
    assert "Inget är sparat." in said
    assert "0 företag importerade." in done(app, "register", "import", str(path), "--yes")
    assert (enterprises.enterprises(db), rows(db, contacts)) == before


def test_a_file_with_a_bad_line_is_taken_in_without_it_and_that_is_said(
    app: Flask, db: Database, tmp_path: Path
) -> None:
    path = tmp_path / "in.csv"
    lines = fictitious_csv().splitlines()
    lines[16] = lines[16].replace("@", "")
    path.write_text("\n".join(lines), "utf-8")
    said = in_part(app, "register", "import", str(path))
    assert "rad 17, contact_email: Skriv en hel e-postadress" in said
    assert scalar(db, "SELECT count(*) FROM enterprise") == 0
    said = in_part(app, "register", "import", str(path), "--yes")
    assert "36 företag importerade." in said
    assert scalar(db, "SELECT count(*) FROM enterprise") == 36


def test_a_personal_number_in_a_file_is_not_said_again(
    app: Flask, db: Database, tmp_path: Path
) -> None:
    path = tmp_path / "in.csv"
    lines = fictitious_csv().splitlines()
    lines[5] = "811218-9876" + lines[5][11:]
    path.write_text("\n".join(lines), "utf-8")
    said = in_part(app, "register", "import", str(path), "--yes")
    assert "rad 6, org_number: Det här ser ut som ett personnummer" in said
    assert "Skriv ”töm” i cellen" in said
    assert "9876" not in said
    assert scalar(db, "SELECT count(*) FROM enterprise") == 36


def test_a_file_that_is_not_whole_is_refused_with_its_line(
    app: Flask, db: Database, tmp_path: Path
) -> None:
    path = tmp_path / "in.csv"
    path.write_text(fictitious_csv().replace(",Exempel", ',"Exempel', 1), "utf-8")
    said = refused(app, "register", "import", str(path), "--yes")
    assert "in.csv: inget är läst." in said
    assert "rad 2: " in said
    path.write_bytes("Orgnr;Namn\n1;Ett\n2;G‰vle\n".encode())
    assert "rad 3: " in (said := refused(app, "register", "import", str(path)))
    assert "Det står ”G‰vle”" in said
    assert scalar(db, "SELECT count(*) FROM enterprise") == 0


def test_files_that_are_not_there_are_told(app: Flask, tmp_path: Path) -> None:
    assert "saknas.csv" in refused(app, "register", "import", str(tmp_path / "saknas.csv"))
    assert "saknas" in refused(app, "register", "export", str(tmp_path / "saknas" / "ut.csv"))


# The demonstration


def test_the_demonstration_fills_an_empty_folder_and_no_other(app: Flask, db: Database) -> None:
    assert done(app, "demo").startswith("Demonstrationen är på plats.\n")
    assert [survey_round.year for survey_round in rounds.all_rounds(db)] == [
        2016,
        2017,
        2018,
        2019,
        2020,
        2021,
    ]
    assert [survey_round.is_open for survey_round in rounds.all_rounds(db)] == [False] * 5 + [True]
    assert len(responses.of_year(db, 2021)) == 17


def test_a_folder_with_only_staff_in_it_is_not_empty(app: Flask, db: Database) -> None:
    done(app, "staff", "add", "anna@example.org", "coordinator")
    assert "Datamappen är inte tom" in refused(app, "demo")
    assert "Datamappen är inte tom" in refused(app, "demo", "--fresh")
    assert scalar(db, "SELECT count(*) FROM enterprise") == 0


@pytest.fixture
def living(app: Flask, db: Database) -> Database:
    """A demonstration that the command has made, on loopback."""
    done(app, "demo")
    return db


def test_the_demonstration_lives_in_the_middle_of_an_autumn(living: Database) -> None:
    assert clock.today() == date(2021, 10, 27)
    assert clock.machine.ahead == timedelta()
    survey_round = rounds.find(living, 2021)
    acts = {a.kind: a.state for a in calendar.of_round(living, survey_round.id)}
    assert [kind for kind, state in acts.items() if state == "done"] == ["invitation", "reminder_1"]
    assert [kind for kind, state in acts.items() if state == "planned"] == [
        "reminder_2", "last_call", "close",
    ]  # fmt: skip
    curves = response_curve.of_round(living, survey_round)
    assert curves.before
    assert (curves.this.now, curves.then, curves.day) == (17, 16, 23)
    assert {(c.year, c.chart) for c in comments.standing(living)} == {
        (2019, "placed"), (2020, "placed"),
    }  # fmt: skip
    assert [b["kind"] for b in rows(living, "SELECT kind FROM bounce")] == ["dead", "delayed"]
    [returned] = rows(living, "SELECT decided_at FROM decision WHERE kind = 'returned'")
    assert returned["decided_at"].startswith("2021-10-")
    assert [name for _id, name in round_changes.not_invited(living, survey_round)] == [
        "Exempelkooperativet Trettioåtta"
    ]
    days = [r["day"] for r in rows(living, "SELECT DISTINCT substr(sent_at, 1, 10) AS day"
                                   " FROM outbox WHERE sent_at NOTNULL ORDER BY 1")]  # fmt: skip
    assert days == ["2021-10-04", "2021-10-18", "2021-10-26"]


def test_the_demonstrations_day_goes_on_in_every_process_and_is_said_on_every_page(
    living: Database, visitor: Visitor
) -> None:
    clock.inventory.set_to(None)
    assert "Demonstration." not in visitor.open("/kontakt").text
    settings.wind_clock(living)
    clock.machine.set_to(clock.machine.read() + timedelta(days=2))
    try:
        for path in ("/", "/kontakt", "/rapport/", "/logga-in", "/nowhere"):
            assert "I dag är det fredag 29 oktober 2021" in visitor.open(path).text
        english = visitor.open("/kontakt?lang=en").text
        assert "In the inventory today is Friday 29 October 2021." in english
    finally:
        clock.machine.set_to(None)


def test_the_sign_in_link_of_the_demonstration_works_for_a_day_and_is_had_again(
    app: Flask, living: Database, new_visitor: Callable[[], Visitor]
) -> None:
    links = [re.findall(r"http\S+(/logga-in/\S+)", done(app, "demo"))[0] for _ in range(2)]

    def enter(link: str) -> int:
        page = (someone := new_visitor()).open(link)
        return someone.submit(page, page.forms()[-1]).status

    try:
        assert [enter(links[1]) for _ in range(2)] == [200, 200]
        # One at a time: the earlier is good for one use, as any.
        assert [enter(links[0]) for _ in range(2)] == [200, 410]
        clock.machine.set_to(clock.machine.read() + timedelta(hours=23))
        assert enter(links[1]) == 200
        clock.machine.set_to(clock.machine.read() + timedelta(hours=2))
        assert enter(links[1]) == 410
    finally:
        clock.machine.set_to(None)
    app.config["BASE_URL"] = "https://asf.example.org"
    with app.app_context():
        demo.addresses(living)
    [minutes] = rows(living, "SELECT max(expires_at) AS until FROM sign_in_link")
    assert minutes["until"] > clock.machine.from_now(hours=23)
    newest = rows(living, "SELECT expires_at FROM sign_in_link ORDER BY rowid DESC LIMIT 1")[0]
    assert newest["expires_at"] < clock.machine.from_now(minutes=11)


def test_a_demonstration_past_its_last_day_offers_a_fresh_start(
    app: Flask, living: Database, coordinator: Visitor
) -> None:
    assert "Börja om med demonstrationen" not in coordinator.open("/samordna/").text
    rounds.close_round(living, 2021, "test")
    # A day more than to the day after: an autumn has a day of 25 hours, and it may be midnight.
    settings.keep_clock(living, clock.inventory.read() + timedelta(days=21))
    page = coordinator.open("/samordna/")
    assert "Sista svarsdag har passerat." in page.text
    asked = coordinator.open("/kom-igang/demonstration")
    assert not rounds.find(living, 2021).is_open
    again = coordinator.submit(asked, asked.forms()[-1])
    assert again.path == "/samordna/"
    assert "I dag är det onsdag 27 oktober 2021" in again.text
    assert "Börja om med demonstrationen" not in again.text
    assert rounds.find(living, 2021).is_open
    assert [r["id"] for r in rows(living, "SELECT id FROM release")] == ["2020-1"]
    assert coordinator.open("/rapport/").status == 200
    assert "Demonstrationen börjar om." in done(app, "demo", "--fresh")
    assert len(responses.of_year(living, 2021)) == 17

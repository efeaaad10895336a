"""Each change that CONTRIBUTING.md shows is the whole change: a tree that has it has it all.

The changes are applied to a copy of this tree, and the `check_…` of each is run there: the ones
below, with the copy's own application.
"""

import json
import re
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pytest
from flask import Flask
from sqlite_utils import Database

from forms.archive.answer_columns import propose
from forms.mail.delivery import deliver
from forms.questionnaire.inventory import as_dicts
from forms.questionnaire.optional import PAGE
from survey_data.database import rows, run, scalar
from survey_data.follow_up import mailings
from survey_data.publishing.publish import Places, publish
from survey_data.responses import responses
from survey_data.rounds import rounds
from survey_data.rounds.rounds import Round
from survey_data.staff import staff
from tests.conftest import BASE, sign_in
from tests.support.answers import COMPANY, PLACED, fill_in_everything, invitation_of
from tests.support.beginnings import a_week_after_inviting
from tests.support.closed_round import SIZES, county, hold, numbers, read, register_in, release
from tests.support.http_visitor import Visitor
from tests.support.mail_server import Inbox, mail_server, text_of, tokens_in
from tests.support.reader import Reader

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).relative_to(ROOT)
COPIED = (
    "app.py",
    "CONTRIBUTING.md",
    "pyproject.toml",
    "forms",
    "survey_data",
    "datasette",
    "reports",
    "tests",
)
# Large, made by set-up, and the same in any copy.
LINKED = ("forms/static/vendor", "survey_data/typesetting/fonts")
# Of the whole tree with every change in it.
ALSO = (
    "tests/web/test_routes.py::"
    "test_every_route_is_in_the_table_and_every_line_of_it_is_a_route",
    "tests/web/test_language.py::"
    "test_every_sentence_of_the_sources_is_in_the_catalogue_and_no_other",
    "tests/web/test_language.py::test_every_sentence_is_translated_with_the_same_placeholders",
)  # fmt: skip
CHANGES = {
    section.split("\n", 1)[0]: re.findall(r"^```diff\n(.*?)^```$", section, re.M | re.S)
    for section in (ROOT / "CONTRIBUTING.md").read_text("utf-8").split("\n## ")[1:]
}


def name_of_check(row: str) -> str:
    """The check of a row: "check_a_question"."""
    return "check_" + re.sub(r"\W", "_", row.lower())


def copied(tree: Path) -> Path:
    """A copy of this tree in an empty folder."""
    linked = [Path(each).name for each in LINKED]
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, tree / name, ignore=shutil.ignore_patterns(*linked))
        else:
            shutil.copy2(source, tree / name)
    for name in LINKED:
        (tree / name).symlink_to(ROOT / name)
    return tree


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of this tree with every change applied."""
    tree = copied(tmp_path_factory.mktemp("changed"))
    for row, [change] in CHANGES.items():
        applied = subprocess.run(
            ["git", "apply", "-"], cwd=tree, input=change, capture_output=True, text=True,
            check=False,
        )  # fmt: skip
        assert not applied.returncode, f"{row}: {applied.stderr}"
    subprocess.run([sys.executable, "-m", "forms.translations"], cwd=tree, check=True)
    return tree


@pytest.fixture(scope="module")
def failures(changed: Path) -> dict[str, str]:
    """What was run in the copy, by name, with what went wrong where something did."""
    wanted = [*(f"{HERE}::{name_of_check(row)}" for row in CHANGES), *ALSO]
    said = subprocess.run(
        [sys.executable, "-m", "pytest", "-n0", "-o", "python_functions=check_* test_*",
         "-p", "no:cacheprovider", "--junitxml=said.xml", *wanted],
        cwd=changed, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (changed / "said.xml").exists(), said.stdout + said.stderr
    cases = ElementTree.parse(changed / "said.xml").iter("testcase")
    return {case.attrib["name"]: "".join(case.itertext()) for case in cases}


@pytest.mark.parametrize("row", CHANGES)
def test_a_change_is_whole(row: str, failures: dict[str, str]) -> None:
    assert not failures[name_of_check(row)], failures[name_of_check(row)]


def test_the_tree_with_every_change_is_in_order(changed: Path, failures: dict[str, str]) -> None:
    assert not [failures[name] for each in ALSO if failures[name := each.split("::")[1]]]
    for command in ("check", "format --check"):
        subprocess.run(
            [sys.executable, "-m", "ruff", *command.split(), "--no-cache", "."],
            cwd=changed, check=True,
        )  # fmt: skip


def check_a_question(one: Reader, coordinator: Visitor, app: Flask, db: Database) -> None:
    fill_in_everything(one)
    assert "Hur många arbetar ideellt hos er?" in one.open(f"/svara/{PAGE}").html
    one.press(volunteers="501")
    assert one.errors == ["Ideella: Kontrollera antalet. Det kan vara högst 500"]
    one.open(f"/svara/{PAGE}").press(volunteers="4")
    assert "Ideella" in one.open("/svara/granska").html
    one.press("", certify="yes")
    assert one.path == "/svara/kvitto"
    assert "Ideella" in one.html
    assert propose(["Ideella krafter"], 2021) == ["volunteers"]
    page = coordinator.open(f"{BASE}/samordna/samtal/{invitation_of(db, 'Två')}")
    form = next(f for f in page.forms() if f.action.startswith("/samordna/telefon/"))
    coordinator.submit(page, form)
    page = coordinator.open(f"{BASE}/svara/{PAGE}")
    assert "Är det några som hjälper till utan lön?" in page.text
    rounds.close_round(db, 2021, "test")
    publish(db, app.extensions["places"], "test")
    analysts = app.config["ANALYSTS_DB"]
    assert {"volunteers": 4} in read(analysts, "SELECT volunteers FROM answers WHERE year = 2021")
    words = read(analysts, "SELECT label_en FROM codebook WHERE column_name = 'volunteers'")
    assert {"label_en": "How many volunteers do you have?"} in words


def check_a_check(one: Reader, coordinator: Visitor, db: Database) -> None:
    one.open("/svara/foretaget").press(**COMPANY)
    employed = {"total": "14", "women": "5", "men": "3", "gender_not_stated": "6"}
    one.press(**{f"employees_{name}": number for name, number in employed.items()})
    assert one.path == "/svara/anstallda", "it asks"
    assert "Ni har inte angett kön för 6 anställda." in one.html
    one.press().press(**PLACED)
    one.open("/svara/granska").press("", certify="yes")
    assert one.path == "/svara/kvitto"
    page = coordinator.open(f"{BASE}/samordna/granska/{scalar(db, 'SELECT max(id) FROM response')}")
    assert "Kön saknas för många" in page.text
    assert "Gränsen är 5." in page.text
    dry_run = coordinator.open(f"{BASE}/samordna/repetition?lang=en").text
    assert "Gender missing for many" in dry_run


def check_a_kind_of_mail(
    app: Flask, db: Database, open_round: Round, coordinator: Visitor, visitor: Visitor
) -> None:
    text = coordinator.open(f"{BASE}/samordna/utskick/texter/last_week/sv")
    form = text.form_with("body")
    assert form is not None
    assert form.fields["subject"] == ["En vecka kvar: inventeringen {år}"]
    mailings.queue_invitations(db, 2021, "test")
    a_week_after_inviting(db)
    with mail_server(Inbox()) as app.config["SMTP_URL"], app.app_context():
        deliver(db)
    assert mailings.queue_mails(db, 2021, "last_week", "test").mails == 28
    inbox = Inbox()
    with mail_server(inbox) as app.config["SMTP_URL"], app.app_context():
        assert deliver(db) == 28
    [mail] = inbox.to("exempel-1@example.org")
    assert mail["Subject"] == "En vecka kvar: inventeringen 2021"
    assert "vi saknar svaret från Exempelkooperativet Ett." in " ".join(text_of(mail).split())
    [token] = tokens_in(text_of(mail))
    assert visitor.open(f"{BASE}/s/{token}").status == 200
    assert "Sista veckan" in coordinator.open(f"{BASE}/samordna/utskick").text
    assert "Sista veckan lades i utkorgen" in coordinator.open(f"{BASE}/samordna/").text
    sent = rows(db, "SELECT DISTINCT kind FROM outbox WHERE state = 'sent' ORDER BY kind")
    assert [row["kind"] for row in sent] == ["invitation", "last_week"]


def check_a_table_in_open_db(db: Database, tmp_path: Path) -> None:
    register_in(db, ("2180",) * 5)
    hold(db, 2021)
    rounds.close_round(db, 2021, "test")
    where = Places(tmp_path / "analysts.db", tmp_path / "open.db", tmp_path / "releases")
    folder = tmp_path / "releases" / publish(db, where, "test").id
    found = (folder / "collections.csv").read_text("utf-8").split()
    assert found == ["year,reference_date,due_date", "2021,2021-10-01,2021-11-15"]
    package = json.loads((folder / "datapackage.json").read_text("utf-8"))
    [described] = [each for each in package["resources"] if each["name"] == "collections"]
    assert described["title"] == "Insamlingar"
    assert described["schema"]["primaryKey"] == ["year"]


def check_a_chart(db: Database, enterprises: list[int], places: Places, visitor: Visitor) -> None:
    for year in (2021, 2022):
        hold(db, year, grown=year - 2021)
        rounds.close_round(db, year, "test")
    release(db, places)
    page = visitor.open(f"{BASE}/rapport/employees_per_enterprise")
    assert page.status == 200
    assert "Anställda per företag" in page.text
    assert "<svg" in page.text
    assert "2022;12,3;" in visitor.open(f"{BASE}/rapport/employees_per_enterprise.csv").text
    assert "Anställda per företag" in visitor.open(f"{BASE}/rapport/").text


def check_an_indicator(db: Database, enterprises: list[int], places: Places) -> None:
    rounds.open_round(db, 2021, date(2021, 10, 1), date(2021, 11, 15), as_dicts(2021), "test")
    for n, row in enumerate(rows(db, "SELECT id FROM invitation")):
        answer = numbers(SIZES[n % len(SIZES)]) | {"places_offered": 10}
        responses.hand_in(db, row["id"], answer, "sv", mode="example")
    rounds.close_round(db, 2021, "test")
    release(db, places)
    assert county(places.open, 2021)["places_offered"] == (120, "n")


def check_a_page_at_the_office(
    db: Database, enterprises: list[int], coordinator: Visitor, visitor: Visitor
) -> None:
    page = coordinator.open(f"{BASE}/samordna/foretag/kommuner")
    assert "<li>Gävle: 6</li>" in page.text
    assert "<li>Ockelbo: 0</li>" in page.text
    assert re.search(r'aria-current="page"[^>]*>Företag<', page.text)
    english = coordinator.open(f"{BASE}/samordna/foretag/kommuner?lang=en")
    assert "<h1>Enterprises in each municipality</h1>" in english.text
    assert visitor.open(f"{BASE}/samordna/foretag/kommuner").path == "/logga-in"


def check_a_column_in_a_table_of_the_office(
    db: Database, enterprises: list[int], coordinator: Visitor
) -> None:
    run(db, "UPDATE contact SET role = 'Föreståndare' WHERE enterprise_id = ?", enterprises[:1])
    page = coordinator.open(f"{BASE}/samordna/foretag?sortera=role")
    assert 'data-label="Roll">Föreståndare</td>' in page.text
    assert page.text.index("Föreståndare") < page.text.index('data-label="Roll">–')
    assert "Roll" in coordinator.open(f"{BASE}/samordna/lista/foretagslista.csv").text


def check_a_sentence(link: str, visitor: Visitor) -> None:
    assert "Ni kan ändra ert svar tills insamlingen stänger." in visitor.open(link).text
    english = visitor.open(f"{link}?lang=en").text
    assert "You can change your answer until the survey closes." in english


def check_a_role(db: Database, coordinator: Visitor, visitor: Visitor) -> None:
    page = coordinator.open(f"{BASE}/samordna/personal")
    assert '<option value="auditor">Revisor: läser svaren</option>' in page.text
    assert (
        "Auditor: reads the answers" in coordinator.open(f"{BASE}/samordna/personal?lang=en").text
    )
    form = next(f for f in page.forms() if "role" in f.names and f.method == "post")
    coordinator.submit(page, form, {"email": "revisorn@example.org", "role": "auditor"})
    who = staff.by_email(db, "revisorn@example.org")
    assert who is not None
    assert who.role == "auditor"
    sign_in(visitor, db, "auditor")
    assert visitor.open(f"{BASE}/mikrodata/").status == 200
    assert visitor.open(f"{BASE}/samordna/").status == 403


def check_an_area(db: Database, places: Places, coordinator: Visitor, visitor: Visitor) -> None:
    register_in(db, ("2184", "2180") * 5 + ("2199",) * 5)
    hold(db, 2021)
    rounds.close_round(db, 2021, "test")
    release(db, places)
    register = coordinator.open(f"{BASE}/samordna/foretag?kommun=2199").text
    assert register.count('data-label="Kommun">Exempelstad</td>') == 5
    found = "SELECT value FROM observations WHERE area_code = '2199' AND indicator = 'enterprises'"
    assert read(places.open, f"{found} AND year = 2021") == [{"value": 5}]
    page = visitor.open(f"{BASE}/kommun/exempelstad")
    assert page.status == 200
    assert "Exempelstad" in page.text

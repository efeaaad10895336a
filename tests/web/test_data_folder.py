"""Data folders of other versions: brought forward where that is possible, refused where not."""

import os
import re
import subprocess
import sys
from collections import Counter
from hashlib import sha256
from pathlib import Path

import click
import pytest
from sqlite_utils import Database, Migrations

from app import create_app
from survey_data import migrations, settings
from survey_data.database import connect, rows
from survey_data.errors import DataFolderTooNew
from survey_data.follow_up import progress
from survey_data.migrations import FIRST, bring_up_to_date, migrate, runs
from survey_data.publishing.publish import publish
from survey_data.responses import drafts, responses
from survey_data.review import decisions
from survey_data.rounds import rounds
from survey_data.staff import staff
from survey_data.staff.sign_in import bind_account

ROOT = Path(__file__).parents[2]
KEPT = ROOT / "tests" / "data_1_0" / "survey.sql"
# Whoever must change this line changes what every data folder already has: add a step instead.
VERSION_1 = "47d0ccf3670a7ef25bbb804e238cd168ed6f43a7771d5b1400cfe9387f08c394"
OLDER = "gjord av en version före 1.0"
NEWER = "använts av en senare version"


def folder_with_steps(folder: Path, *names: str) -> Path:
    """A data folder whose database has one table and has had these steps."""
    folder.mkdir()
    db = connect(folder / "survey.db")
    migrate.ensure_migrations_table(db)
    for name in names:
        db.table(migrate.migrations_table).insert(
            {"migration_set": migrate.name, "name": name, "applied_at": "2026-11-30 12:00:00"}
        )
    db.table("enterprise").insert({"id": 1, "name": "Exempel"})
    db.close()
    return folder


@pytest.mark.parametrize(
    ("steps", "sentence"),
    [
        (["001_first_shape", "002_calendar"], OLDER),
        ([], OLDER),
        ([FIRST, "0999_from_the_future"], NEWER),
    ],
)
def test_a_folder_of_another_time_is_refused_in_one_sentence_and_left_alone(
    tmp_path: Path, steps: list[str], sentence: str
) -> None:
    data = folder_with_steps(tmp_path / "data", *steps)
    before = (data / "survey.db").read_bytes()
    done = subprocess.run(
        [sys.executable, "-m", "flask", "serve"],
        cwd=ROOT,
        env=os.environ | {"ASF_DATA_DIR": str(data), "PORT": "0"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert not done.stdout
    [said] = done.stderr.strip().splitlines()
    assert sentence in said
    assert "ASF_DATA_DIR" in said
    with pytest.raises(click.ClickException, match=sentence):
        create_app({"DATA_DIR": data})
    assert (data / "survey.db").read_bytes() == before
    assert not (data / "secret_key").exists()


@pytest.mark.parametrize("known_by", ["data_folder.mark", "releases/2020-1/open.db"])
@pytest.mark.parametrize("is_there", [False, True])
def test_a_folder_that_has_lost_its_database_is_never_begun_anew(
    tmp_path: Path, known_by: str, is_there: bool
) -> None:
    (tmp_path / known_by).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / known_by).touch()
    if is_there:
        (tmp_path / "survey.db").touch()
    with pytest.raises(click.ClickException, match=r"saknas eller är tom.*flask restore FIL"):
        create_app({"DATA_DIR": tmp_path})
    assert not is_there or not (tmp_path / "survey.db").stat().st_size
    assert not (tmp_path / "secret_key").exists()


def test_a_first_start_that_was_cut_off_goes_on(tmp_path: Path) -> None:
    db = connect(tmp_path / "survey.db")
    migrate.ensure_migrations_table(db)
    bring_up_to_date(db)
    assert next(step.name for step in migrate.applied(db)) == FIRST
    assert migrate.pending(db) == []
    assert rows(db, "SELECT * FROM latest_response") == []
    db.close()


def test_the_first_step_is_never_changed() -> None:
    first = "".join(migrations.statements(migrations.script_of(FIRST)))
    assert sha256(first.encode()).hexdigest() == VERSION_1


def test_every_step_has_the_number_after_the_one_before() -> None:
    names = [step.name for step in migrate.pending(Database(memory=True))]
    assert names[0] == FIRST
    assert [int(name.split("_")[0]) for name in names] == list(range(1, len(names) + 1))
    assert all(re.fullmatch(r"\d{4}_[a-z0-9_]+", name) for name in names)


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """A data folder as version 1.0.0 left it."""
    folder = tmp_path / "data"
    folder.mkdir()
    db = connect(folder / "survey.db")
    first_step = Migrations(migrate.name)
    first_step(name=FIRST)(runs(FIRST))
    first_step.apply(db)
    for statement in migrations.statements(KEPT.read_text("utf-8")):
        db.conn.execute(statement)
    db.close()
    (folder / "secret_key").write_text("0" * 64)
    return folder


def test_a_data_folder_of_version_1_is_taken_over_with_all_that_is_in_it(kept: Path) -> None:
    app = create_app({"DATA_DIR": kept})
    db = app.extensions["store"].db
    assert migrate.pending(db) == []
    assert rows(db, "PRAGMA foreign_key_check") == []
    survey_round = rounds.find(db, 2026)
    answers = dict(responses.of_year(db, 2026))
    assert {one: each.answers["employees_total"] for one, each in answers.items()} == {1: 9, 2: 21}
    assert [each.version for each in responses.versions(db, 1)] == [1, 2]
    assert decisions.history(db, 2)[0].answers["employees_total"] == 20
    assert drafts.load_draft(db, 3).answers == {"employees_total": 5}
    assert Counter(each.state for each in progress.standings(db, survey_round)) == {
        "handed_in": 1, "checked": 1, "started": 1,
    }  # fmt: skip
    assert settings.association(db).phone == "000-11 22 33"
    assert rows(db, "SELECT action FROM audit WHERE subject = 'round 2026'") == [
        {"action": "round opened"}, {"action": "invitation queued"},
    ]  # fmt: skip
    # Whoever signs in by a provider is bound to the account of the first time.
    assert rows(db, "SELECT * FROM provider_account") == []
    who = staff.everyone(db)[0]
    assert [bind_account(db, who.id, "https://idp", sub) for sub in "112"] == [1, 1, 0]
    # And the round goes on.
    responses.hand_in(db, 3, {"status": "active", "employees_total": 6}, "sv", mode="example")
    rounds.close_round(db, 2026, "test")
    assert publish(db, app.extensions["places"], "test").id
    app.extensions["store"].close()


def test_a_later_step_changes_a_data_folder_of_version_1_once(kept: Path) -> None:
    later = Migrations(migrate.name)
    later(name=FIRST)(runs(FIRST))

    @later(name="0002_visits")
    def visits(db: Database) -> None:
        db.table("visit").create({"id": int, "enterprise_id": int}, pk="id")
        db.table("enterprise").add_column("visited_at", str)

    db = connect(kept / "survey.db")
    for _ in range(2):
        bring_up_to_date(db, later)
    assert [step.name for step in later.applied(db)] == [FIRST, "0002_visits"]
    assert rows(db, "SELECT count(*) AS n FROM enterprise WHERE visited_at IS NULL") == [{"n": 3}]
    # The version that does not know of the step leaves the folder alone.
    with pytest.raises(DataFolderTooNew):
        bring_up_to_date(db)
    db.close()

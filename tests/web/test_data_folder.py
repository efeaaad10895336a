"""Data folders of other versions: brought forward where that is possible, refused where not."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from app import create_app
from survey_data.database import connect, rows
from survey_data.migrations import FIRST, bring_up_to_date, migrate

ROOT = Path(__file__).parents[2]
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


def test_a_first_start_that_was_cut_off_goes_on(tmp_path: Path) -> None:
    db = connect(tmp_path / "survey.db")
    migrate.ensure_migrations_table(db)
    bring_up_to_date(db)
    assert [step.name for step in migrate.applied(db)] == [FIRST]
    assert rows(db, "SELECT * FROM latest_response") == []
    db.close()

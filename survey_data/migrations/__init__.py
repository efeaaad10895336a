"""How the survey.db of one version becomes that of the next: numbered steps, frozen once released.

Each step is a file of SQL that also says why, or a folder of them: 0001 is every table as version
1.0 made it. To add a table or a column, add a file with the next number; its name is kept in every
database that has had it. A step never reads the live questionnaire: the columns that questions
need are added to `response` when a round opens (`responses.ensure_columns`), and none is ever
dropped or retyped.
"""

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

from sqlite_utils import Database, Migrations

from survey_data.errors import DataFolderTooNew, DataFolderTooOld

HERE = Path(__file__).parent
FIRST = "0001_version_1"


def statements(script: str) -> Iterator[str]:
    """The statements of a script one by one: executing it whole would end the transaction."""
    waiting = ""
    for line in script.splitlines(keepends=True):
        waiting += line
        if sqlite3.complete_statement(waiting):
            yield waiting
            waiting = ""


def script_of(step: str) -> str:
    """The SQL of a step."""
    files = sorted((HERE / step).glob("*.sql")) or [HERE / f"{step}.sql"]
    return "".join("\n" + file.read_text("utf-8") for file in files)


def runs(step: str) -> Callable[[Database], None]:
    """What carries out a step."""

    def run(db: Database) -> None:
        for statement in statements(script_of(step)):
            db.conn.execute(statement)

    return run


migrate = Migrations("survey")
for path in sorted(HERE.glob("[0-9]*")):
    migrate(name=path.stem)(runs(path.stem))


def bring_up_to_date(db: Database, steps: Migrations = migrate) -> None:
    """Give a new file its tables, and a file of an earlier version the steps it lacks.

    Raises DataFolderTooOld for a file from before version 1.0, and DataFolderTooNew for one
    that has had steps this version does not know; neither is changed.
    """
    had = {step.name for step in steps.applied(db)}
    # The list of steps can be there alone, where the very first start was cut off.
    if FIRST not in had and set(db.table_names()) - {steps.migrations_table}:
        raise DataFolderTooOld
    if had - {step.name for step in steps.pending(Database(memory=True, execute_plugins=False))}:
        raise DataFolderTooNew
    steps.apply(db)

"""The shape of survey.db, as numbered steps that are frozen once released.

sqlite-utils keeps the record of which steps a file has had. A step never reads
the live questionnaire: the columns that questions need are added afterwards
(`responses.ensure_columns`), and none is ever dropped or retyped.
"""

from __future__ import annotations

from sqlite_utils import Database, Migrations

from survey_data.calendar_shape import CALENDAR
from survey_data.calls_shape import CALLS
from survey_data.first_shape import ANSWERS, MAIL_AND_TRAIL, PEOPLE, REGISTER, ROUNDS
from survey_data.protection_shape import PROTECTION
from survey_data.register_shape import REGISTER_AT_THE_DESK, STAFF_AND_SETTINGS
from survey_data.review_shape import REVIEW

migrate = Migrations("survey")


@migrate(name="001_first_shape")
def first_shape(db: Database) -> None:
    """Register, rounds, answers, people, mail and trail."""
    for statement in (*REGISTER, *ROUNDS, *ANSWERS, *PEOPLE, *MAIL_AND_TRAIL):
        db.conn.execute(statement)


@migrate(name="002_calendar")
def round_calendar(db: Database) -> None:
    """The planned acts of a round, and the mail texts that were changed for it."""
    for statement in CALENDAR:
        db.conn.execute(statement)


@migrate(name="004_calls")
def calls(db: Database) -> None:
    """The call log, and the coordinator who fills in while an enterprise speaks."""
    for statement in CALLS:
        db.conn.execute(statement)


@migrate(name="005_register")
def register_at_the_desk(db: Database) -> None:
    """Reasons for closing, files looked at before they are imported, decided proposals."""
    for statement in REGISTER_AT_THE_DESK:
        db.conn.execute(statement)


@migrate(name="006_staff")
def staff_and_settings(db: Database) -> None:
    """The link that sets up an empty inventory in the browser."""
    for statement in STAFF_AND_SETTINGS:
        db.conn.execute(statement)


@migrate(name="003_review")
def review(db: Database) -> None:
    """What the checks said of each response, and what was decided about it."""
    for statement in REVIEW:
        db.conn.execute(statement)


@migrate(name="020_protection")
def protection(db: Database) -> None:
    """What was behind each release and proves it safe; which figures are dear."""
    for statement in PROTECTION:
        db.conn.execute(statement)

"""The shape of survey.db, as numbered steps that are frozen once released.

sqlite-utils keeps the record of which steps a file has had. A step never reads
the live questionnaire: the columns that questions need are added afterwards
(`responses.ensure_columns`), and none is ever dropped or retyped.
"""

from __future__ import annotations

from sqlite_utils import Database, Migrations

from survey_data.association.shape import ASSOCIATION
from survey_data.board_mail_shape import BOARD_MAIL
from survey_data.bounces_shape import BOUNCES
from survey_data.calendar_shape import CALENDAR
from survey_data.calls_shape import CALLS
from survey_data.comments_shape import COMMENTS
from survey_data.delegation_shape import DELEGATION
from survey_data.draft_shape import DRAFT
from survey_data.earlier_shape import EARLIER_ROUNDS, STATED_TOTALS
from survey_data.first_shape import ANSWERS, MAIL_AND_TRAIL, PEOPLE, REGISTER, ROUNDS
from survey_data.module_shape import MODULE_CHOICE
from survey_data.paradata_shape import PARADATA
from survey_data.protection_shape import PROTECTION
from survey_data.questions_shape import QUESTIONS
from survey_data.register_shape import REGISTER_AT_THE_DESK, STAFF_AND_SETTINGS
from survey_data.release_shape import RELEASE_APPROVAL
from survey_data.released_shape import RELEASED, SIGNS
from survey_data.review.check_statistics import CHECK_RECORD
from survey_data.review_shape import REVIEW
from survey_data.revisions_shape import REVISIONS
from survey_data.told_shape import TOLD

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


@migrate(name="009_release_approval")
def release_approval(db: Database) -> None:
    """Estimates for those who did not answer, and a second person's approval of releases."""
    for statement in RELEASE_APPROVAL:
        db.conn.execute(statement)


@migrate(name="008_questions")
def questions(db: Database) -> None:
    """The extra questions made ready before their round is opened."""
    for statement in QUESTIONS:
        db.conn.execute(statement)


@migrate(name="007_bounces")
def bounces(db: Database) -> None:
    """Mails that did not get through, and how far the mailbox has been read."""
    for statement in BOUNCES:
        db.conn.execute(statement)


@migrate(name="040_drafts")
def drafts(db: Database) -> None:
    """What was typed and is no answer yet, and who saved what in which window."""
    for statement in DRAFT:
        db.conn.execute(statement)


@migrate(name="041_revisions")
def revisions(db: Database) -> None:
    """What enterprises propose to revise of the year before."""
    for statement in REVISIONS:
        db.conn.execute(statement)


@migrate(name="042_check_record")
def check_record(db: Database) -> None:
    """How often each check met a respondent, and the values that stood there then."""
    for statement in CHECK_RECORD:
        db.conn.execute(statement)


@migrate(name="030_comments")
def comments(db: Database) -> None:
    """The coordinator's comments beside the charts."""
    for statement in COMMENTS:
        db.conn.execute(statement)


@migrate(name="031_board_mail")
def board_mail(db: Database) -> None:
    """Members of the board who want no yearly mail."""
    for statement in BOARD_MAIL:
        db.conn.execute(statement)


@migrate(name="020_protection")
def protection(db: Database) -> None:
    """What was behind each release and proves it safe; which figures are dear."""
    for statement in PROTECTION:
        db.conn.execute(statement)


@migrate(name="043_delegation")
def delegation(db: Database) -> None:
    """Colleagues who answer a part, the browsers a form is known in, and mailed codes."""
    for statement in DELEGATION:
        db.conn.execute(statement)


@migrate(name="050_released")
def released(db: Database) -> None:
    """Every figure of every release, as it was told."""
    for statement in RELEASED:
        db.conn.execute(statement)


@migrate(name="075_signs")
def signs(db: Database) -> None:
    """Every sign that held for a figure of a release; before, there was one."""
    for statement in SIGNS:
        db.conn.execute(statement)


@migrate(name="085_module_choice")
def module_choice(db: Database) -> None:
    """The optional modules that a year's round does not ask."""
    for statement in MODULE_CHOICE:
        db.conn.execute(statement)


@migrate(name="060_stated_totals")
def stated_totals(db: Database) -> None:
    """Totals of years without answers, and where they were printed."""
    for statement in STATED_TOTALS:
        db.conn.execute(statement)


@migrate(name="061_earlier_rounds")
def earlier_rounds(db: Database) -> None:
    """Rounds that came from a file, with the cells they came from."""
    for statement in EARLIER_ROUNDS:
        db.conn.execute(statement)


@migrate(name="076_paradata")
def paradata(db: Database) -> None:
    """How long the form was open before each hand-in."""
    for statement in PARADATA:
        db.conn.execute(statement)


@migrate(name="065_association")
def association(db: Database) -> None:
    """The series that the association keeps of its own work."""
    for statement in ASSOCIATION:
        db.conn.execute(statement)


@migrate(name="070_told_apart")
def told_apart(db: Database) -> None:
    """Whose numbers the pieces of each release are, and what proves them safe."""
    for statement in TOLD:
        db.conn.execute(statement)

"""How the survey.db of one version becomes that of the next: numbered steps, frozen once released.

A step never reads the live questionnaire. To add a table, add a step with the next number:
its name is kept in every file that has had it.
"""

from __future__ import annotations

from sqlite_utils import Database, Migrations

from survey_data import schema
from survey_data.errors import DataFolderTooNew, DataFolderTooOld

migrate = Migrations("survey")
FIRST = "0001_version_1"


@migrate(name=FIRST)
def version_1(db: Database) -> None:
    """Every table as version 1.0 had it."""
    for statement in schema.statements():
        db.conn.execute(statement)


@migrate(name="0002_revision_handed_in")
def revision_handed_in(db: Database) -> None:
    """Each response names the revision of the draft it was made of, instead of a clock time."""
    trigger = "response_is_never_changed"
    (again,) = db.conn.execute("SELECT sql FROM sqlite_master WHERE name = ?", [trigger]).fetchone()
    db.conn.execute(f"DROP TRIGGER {trigger}")
    db.conn.execute("ALTER TABLE response ADD COLUMN draft_revision INTEGER NOT NULL DEFAULT 0")
    db.conn.execute(
        "UPDATE response SET draft_revision = (SELECT coalesce(max(d.revision), 0) FROM draft d"
        " WHERE d.invitation_id = response.invitation_id AND d.saved_at < response.handed_in_at)"
    )
    db.conn.execute(again)


@migrate(name="0003_late_answers")
def late_answers(db: Database) -> None:
    """The last day of an enterprise that a closed round was opened again for."""
    db.table("invitation").add_column("open_until", str)


@migrate(name="0004_patient_mail")
def patient_mail(db: Database) -> None:
    """Since when a mail has waited, so that it is given up after days and not after tries."""
    db.table("outbox").add_column("waits_since", str, not_null_default="")
    db.conn.execute("UPDATE outbox SET waits_since = due_at")


@migrate(name="0005_second_factor")
def second_factor(db: Database) -> None:
    """Who has a second factor, its recovery codes, and what a session shows of itself."""
    for statement in (
        "CREATE TABLE second_factor (staff_id INTEGER PRIMARY KEY REFERENCES staff(id),"
        " secret TEXT NOT NULL, enrolled_at TEXT NOT NULL, codes_saved_at TEXT,"
        " last_step INTEGER NOT NULL, tries INTEGER NOT NULL DEFAULT 0,"
        " tried_at TEXT NOT NULL DEFAULT '')",
        "CREATE TABLE recovery_code (code_hash TEXT PRIMARY KEY,"
        " staff_id INTEGER NOT NULL REFERENCES staff(id), used_at TEXT) WITHOUT ROWID",
        # When the second factor was shown last; and the kind of device, as its owner knows it.
        "ALTER TABLE session ADD COLUMN factor_at TEXT",
        "ALTER TABLE session ADD COLUMN device TEXT NOT NULL DEFAULT ''",
    ):
        db.conn.execute(statement)


@migrate(name="0006_contact_language")
def contact_language(db: Database) -> None:
    """The language that each contact is written to in."""
    db.table("contact").add_column("language", str, not_null_default="sv")


@migrate(name="0007_own_browser")
def own_browser(db: Database) -> None:
    """Which browser a session is in, which have shown a code, and which link one was asked for."""
    for statement in (
        "ALTER TABLE session ADD COLUMN browser_hash TEXT",
        # Those that were known could see all there was.
        "ALTER TABLE known_browser ADD COLUMN confirmed INTEGER NOT NULL DEFAULT 1",
        "ALTER TABLE known_browser ADD COLUMN contact_hash TEXT",
        "ALTER TABLE device_check ADD COLUMN link_hash TEXT NOT NULL DEFAULT ''",
    ):
        db.conn.execute(statement)


@migrate(name="0008_report_chapters")
def report_chapters(db: Database) -> None:
    """The chapters of the report; a changed or removed one is a new row, so that each is kept."""
    db.conn.execute(
        "CREATE TABLE report_chapter (id INTEGER PRIMARY KEY, first_year INTEGER NOT NULL,"
        " last_year INTEGER NOT NULL CHECK (last_year >= first_year), chapter TEXT NOT NULL,"
        " text_sv TEXT NOT NULL, text_en TEXT NOT NULL, signed TEXT NOT NULL,"
        " written_at TEXT NOT NULL, actor TEXT NOT NULL)"
    )
    db.conn.execute(
        "CREATE INDEX report_chapter_place ON report_chapter (first_year, last_year, chapter, id)"
    )


@migrate(name="0009_withdrawn_release")
def withdrawn_release(db: Database) -> None:
    """Which releases were published by mistake, and why; what they showed counts as known."""
    db.conn.execute(
        "CREATE TABLE withdrawn_release (release_id TEXT PRIMARY KEY REFERENCES release(id),"
        " withdrawn_at TEXT NOT NULL, reason_sv TEXT NOT NULL CHECK (length(reason_sv) > 0),"
        " reason_en TEXT NOT NULL, actor TEXT NOT NULL) WITHOUT ROWID"
    )


@migrate(name="0010_release_revisions")
def release_revisions(db: Database) -> None:
    """What each release knew, so that its microdata can be made again as they were."""
    db.table("release").add_column("revisions", str, not_null_default="")


@migrate(name="0011_whose_and_with_whom")
def whose_and_with_whom(db: Database) -> None:
    """With whom an activity was held, whose a milestone is, and for whom places were granted."""
    db.table("reach_activity").add_column("partner", str, not_null_default="")
    db.table("milestone").add_column("party", str, not_null_default="")
    db.conn.execute(
        "CREATE TABLE supervised_grant (place_id INTEGER NOT NULL REFERENCES supervised_place(id)"
        " ON DELETE CASCADE, target_group TEXT NOT NULL, months INTEGER NOT NULL,"
        " places INTEGER NOT NULL CHECK (places > 0), PRIMARY KEY (place_id, target_group, months))"
    )


@migrate(name="0012_provider_account")
def provider_account(db: Database) -> None:
    """Which account at an identity provider each of the staff signs in with, as a hash."""
    db.conn.execute(
        "CREATE TABLE provider_account (staff_id INTEGER NOT NULL REFERENCES staff(id),"
        " issuer TEXT NOT NULL, account TEXT NOT NULL UNIQUE, bound_at TEXT NOT NULL,"
        " PRIMARY KEY (staff_id, issuer)) WITHOUT ROWID"
    )


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

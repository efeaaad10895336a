"""The yearly mail to the board: one for each final release, to those who want it."""

from dataclasses import dataclass

from sqlite_utils import Database

from survey_data import audit_trail, clock, outbox
from survey_data.database import read_row, rows, run, scalar, writing
from survey_data.releases.open_db import Release
from survey_data.staff.staff import BOARD_MAIL, may

KIND = "board_release"


@dataclass(frozen=True)
class Recipient:
    """A member of the board and whether she wants the mail."""

    id: int
    email: str
    wants_it: bool


def recipients(db: Database) -> list[Recipient]:
    """The board, those who have declined the mail included."""
    found = rows(
        db,
        "SELECT id, email, role, no_board_mail_since IS NULL AS wants_it FROM staff"
        " WHERE removed_at IS NULL ORDER BY email",
    )
    return [read_row(Recipient, row) for row in found if may(row["role"], BOARD_MAIL)]


def queue(db: Database, release: Release, actor: str) -> int:
    """Queue the mail of a release that has become final, once; returns to how many.

    Belongs in the transaction that makes the release final: a release without its mail, or
    a mail without its release, would both be wrong.
    """
    if release.kind != "final":
        return 0
    queued = sum(
        outbox.queue(db, KIND, to.email, once=f"{KIND} {release.id} staff {to.id}", staff_id=to.id)
        for to in recipients(db)
        if to.wants_it
    )
    if queued:
        audit_trail.record(
            db, actor, "board mail queued", f"release {release.id}", after={"to": queued}
        )
    return queued


def wants_it(db: Database, staff_id: int) -> bool | None:
    """Whether a member of the board wants the mail; None when that is no longer anyone."""
    return next((each.wants_it for each in recipients(db) if each.id == staff_id), None)


def choose(db: Database, staff_id: int, *, wanted: bool) -> None:
    """Note that a member of the board wants the mail, or does not."""
    with writing(db):
        since = None if wanted else clock.now()
        run(db, "UPDATE staff SET no_board_mail_since = ? WHERE id = ?", (since, staff_id))
        action = "board mail wanted" if wanted else "board mail declined"
        audit_trail.record(db, f"staff {staff_id}", action, f"staff {staff_id}")


def last_sent(db: Database) -> str | None:
    """When the latest of these mails was queued, or None."""
    sql = "SELECT max(created_at) FROM outbox WHERE kind = ?"
    found: str | None = scalar(db, sql, (KIND,))
    return found

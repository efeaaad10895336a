"""How far the mailbox with the delivery reports has been read, and what came of reading them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlite_utils import Database

from survey_data import clock
from survey_data.database import first, run, scalar
from survey_data.follow_up import bounces, delivery_reports


@dataclass(frozen=True)
class Reading:
    """Where the last reading of a mailbox ended; `fault` where it did not succeed."""

    mailbox: str
    validity: int
    last_uid: int
    read_at: str
    fault: str


def last(db: Database, mailbox: str) -> Reading | None:
    """The last reading of a mailbox, or None."""
    row = first(db, "SELECT * FROM mailbox_read WHERE mailbox = ?", (mailbox,))
    return Reading(**row) if row else None


def note_read(db: Database, mailbox: str, validity: int, last_uid: int) -> None:
    """Remember how far a mailbox has been read."""
    run(
        db,
        "INSERT OR REPLACE INTO mailbox_read (mailbox, validity, last_uid, read_at)"
        " VALUES (?, ?, ?, ?)",
        (mailbox, validity, last_uid, clock.machine.now()),
    )


def note_fault(db: Database, mailbox: str, fault: str) -> None:
    """Remember why a mailbox could not be read, and still how far it had been."""
    run(
        db,
        "INSERT INTO mailbox_read (mailbox, validity, last_uid, read_at, fault)"
        " VALUES (?, 0, 0, ?, ?) ON CONFLICT (mailbox) DO UPDATE"
        " SET read_at = excluded.read_at, fault = excluded.fault",
        (mailbox, clock.machine.now(), fault),
    )


def first_mail_at(db: Database) -> str | None:
    """When the first mail was written or left: no report about ours is older."""
    # Written by the inventory's clock, sent by the machine's.
    found = scalar(db, "SELECT min(min(created_at, coalesce(claimed_at, created_at))) FROM outbox")
    return str(found) if found else None


@dataclass(frozen=True)
class Tally:
    """What reports came to: new ones, ones read before, and ones about others' mails."""

    new: int = 0
    known: int = 0
    foreign: int = 0

    @property
    def reports(self) -> int:
        """How many reports there were in all."""
        return self.new + self.known + self.foreign

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.new + other.new, self.known + other.known, self.foreign + other.foreign)


def take(
    db: Database, mails: Iterable[bytes], source: str, actor: str, *, forwarded: bool = False
) -> Tally:
    """Keep every delivery report among some mails; other mails are not looked at further."""
    outcomes = [
        bounces.note(db, report, source, actor)
        for mail in mails
        for report in delivery_reports.read(mail, forwarded=forwarded)
    ]
    return Tally(outcomes.count(True), outcomes.count(False), outcomes.count(None))

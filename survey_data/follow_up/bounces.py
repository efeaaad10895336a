"""Mails that did not get through: what was reported, of which mail, and which addresses are dead.

An enterprise whose address is dead is one whose contact has it now: a corrected address
needs no more than the correction, and the old one is dead again where it comes back.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from sqlite_utils import Database

from survey_data import audit_trail, clock, sending
from survey_data.database import first, insert_new, read_all, read_one, rows, run, scalar, writing
from survey_data.follow_up import delivery_reports
from survey_data.follow_up.delivery_reports import DeliveryReport
from survey_data.follow_up.refusals import alike, fault_of, kind_of, status_in
from survey_data.outbox import Mail

ACTOR = "mail"
# What makes an address dead, for use in other queries: {} is the column that holds it.
IS_DEAD = ("EXISTS (SELECT 1 FROM bounce d WHERE d.address = {} AND d.kind = 'dead'"
           " AND d.lifted_at IS NULL)")  # fmt: skip
# The addresses no header can hold, and those no server can be asked about.
UNWRITABLE = "5.1.3"
# So many addresses refused in the same words, within a day, are no chance.
MOST_ALIKE = 3


@dataclass(frozen=True)
class Bounce:
    """One report about one mail."""

    id: int
    outbox_id: int | None
    enterprise_id: int | None
    address: str
    kind: str
    status: str
    words: str
    source: str
    noted_at: str


def note(db: Database, report: DeliveryReport, source: str, actor: str = ACTOR) -> bool | None:
    """Keep a report: True where it is new, False where it was known, None where it is not ours."""
    with writing(db):
        about = _about(db, report)
        return _store(db, report, source, actor, about) if about else None


def _store(
    db: Database, report: DeliveryReport, source: str, actor: str, about: dict[str, Any]
) -> bool:
    mail, enterprise = about["mail"], about["enterprise"]
    is_new = insert_new(db, "bounce", {
        "report": report.key, "outbox_id": mail, "enterprise_id": enterprise,
        "address": about["address"], "kind": report.kind, "status": report.status,
        "words": report.words, "source": source, "noted_at": clock.now(),
    })  # fmt: skip
    if is_new:
        # The trail is never deleted from, so it names no address.
        after = {"kind": report.kind, "status": report.status, "source": source}
        subject = f"enterprise {enterprise}" if enterprise else f"mail {mail}"
        audit_trail.record(db, actor, "mail bounced", subject, after=after | {"mail": mail})
        if report.kind == "refused":
            _stop_where_many_say_the_same(db, report)
    return is_new


def _stop_where_many_say_the_same(db: Database, report: DeliveryReport) -> None:
    """Let everything wait where hosts refuse us for many addresses, and in the same words."""
    if fault_of(report.status, report.words) != "us":
        return
    sql = """SELECT DISTINCT address, status, words FROM bounce WHERE kind = 'refused'
        AND noted_at > max(?, coalesce((SELECT max(at) FROM audit
        WHERE action = 'sending started again'), ''))"""
    found = rows(db, sql, (clock.from_now(days=-1),))
    same = alike(report.status, report.words)
    addresses = {r["address"] for r in found if alike(r["status"], r["words"]) == same}
    if len(addresses) >= MOST_ALIKE:
        # The trail keeps the words, and names no address.
        words = re.sub(r"<[^<>]*@[^<>]*>|\S+@\S+", "…", report.words or report.status)
        sending.note_refused(db, words, len(addresses))


def _about(db: Database, report: DeliveryReport) -> dict[str, Any] | None:
    """Which mail and enterprise a report is about, and the address as we wrote it."""
    marks = ", ".join("?" for _ in report.originals)
    names = (report.recipient, *report.names)
    named = ", ".join("?" for _ in names)
    sql = f"""SELECT o.id AS mail, i.enterprise_id AS enterprise, o.recipient AS address
        FROM outbox o LEFT JOIN invitation i ON i.id = o.invitation_id
        WHERE o.message_id IN ({marks}) OR (o.recipient COLLATE NOCASE IN ({named})
        AND o.sent_at IS NOT NULL) ORDER BY o.message_id IN
        ({marks}) DESC, o.id DESC LIMIT 1"""
    mail = first(db, sql, (*report.originals, *names, *report.originals))
    sql = f"""SELECT NULL AS mail, enterprise_id AS enterprise, email AS address FROM contact
        WHERE email COLLATE NOCASE IN ({named}) LIMIT 1"""
    return mail or first(db, sql, names)


def note_refusal(db: Database, mail: Mail, words: str, status: str = "") -> None:
    """Keep that a server refused a recipient for good when the mail was handed over.

    With the `status` UNWRITABLE where no mail can be written to the address.
    """
    status = status or status_in(words)
    kind = kind_of(status, words, failed=True)
    sql = "SELECT enterprise_id FROM invitation WHERE id = ?"
    enterprise = scalar(db, sql, (mail.invitation_id,))
    about = {"mail": mail.id, "address": mail.recipient, "enterprise": enterprise}
    report = DeliveryReport(f"smtp {mail.message_id}", mail.recipient, kind, status, words, ())
    with writing(db):
        _store(db, report, "smtp", ACTOR, about)


def lift(db: Database, address: str, actor: str) -> None:
    """Let an address count as working again, as a person decided."""
    with writing(db):
        sql = """UPDATE bounce SET lifted_at = ? WHERE address = ? AND kind = 'dead'
            AND lifted_at IS NULL RETURNING enterprise_id"""
        lifted = rows(db, sql, (clock.now(), address))
        for enterprise in {row["enterprise_id"] for row in lifted}:
            audit_trail.record(db, actor, "address tried again", f"enterprise {enterprise}")


def dead(db: Database) -> dict[str, Bounce]:
    """What was last reported of every address that does not work, by address in lower case."""
    sql = "SELECT * FROM bounce WHERE kind = 'dead' AND lifted_at IS NULL ORDER BY id"
    return {each.address.lower(): each for each in read_all(db, Bounce, sql)}


def of_mails(db: Database) -> dict[int, Bounce]:
    """What was last reported of each mail; what is final outweighs a delay."""
    sql = "SELECT * FROM bounce WHERE outbox_id IS NOT NULL ORDER BY kind <> 'delayed', id"
    return {each.outbox_id or 0: each for each in read_all(db, Bounce, sql)}


def of_enterprise(db: Database, enterprise_id: int) -> list[Bounce]:
    """Everything reported about an enterprise, newest first."""
    sql = "SELECT * FROM bounce WHERE enterprise_id = ? ORDER BY id DESC"
    return read_all(db, Bounce, sql, (enterprise_id,))


@dataclass(frozen=True)
class MailboxReading:
    """Where the last reading of a mailbox ended; `fault` where it did not succeed."""

    mailbox: str
    validity: int
    last_uid: int
    read_at: str
    fault: str


def last_reading(db: Database, mailbox: str) -> MailboxReading | None:
    """The last reading of a mailbox, or None."""
    return read_one(db, MailboxReading, "SELECT * FROM mailbox_read WHERE mailbox = ?", (mailbox,))


def note_read(db: Database, mailbox: str, validity: int, last_uid: int) -> None:
    """Remember how far a mailbox has been read."""
    reading = MailboxReading(mailbox, validity, last_uid, clock.machine.now(), fault="")
    db.table("mailbox_read").insert(asdict(reading), replace=True)


def note_fault(db: Database, mailbox: str, fault: str) -> None:
    """Remember why a mailbox could not be read, and still how far it had been."""
    sql = """INSERT INTO mailbox_read (mailbox, validity, last_uid, read_at, fault)
        VALUES (?, 0, 0, ?, ?) ON CONFLICT (mailbox) DO UPDATE
        SET read_at = excluded.read_at, fault = excluded.fault"""
    run(db, sql, (mailbox, clock.machine.now(), fault))


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
        note(db, report, source, actor)
        for mail in mails
        for report in delivery_reports.read(mail, forwarded=forwarded)
    ]
    return Tally(outcomes.count(True), outcomes.count(False), outcomes.count(None))

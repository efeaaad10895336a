"""The outbox: mail is queued in the transaction of what causes it, and leaves later.

What is queued says which mail to whom, never its text: the text holds a live
link, and those are kept nowhere. Claiming a mail is committed before the first
byte leaves, so no mail is ever sent twice; one whose sender died in between is
"uncertain", and a person decides.

When a mail was written and sent is noted in the inventory's time, when it is due and claimed in
the machine's: an inventory set to another day still sends its mails.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from email.utils import make_msgid
from typing import Any

from sqlite_utils import Database

from survey_data import clock, mail_kinds, sending_pause
from survey_data.database import rows, run, scalar, writing

# What somebody asks for and waits for; asked for during a pause, it leaves in the pause too.
WAITED_FOR = "('sign_in', 'device_code')"
MOST_ATTEMPTS = 6
# A sender that has said nothing for this long is taken to be dead.
LEASE_MINUTES = 10


@dataclass(frozen=True)
class Mail:
    """One mail waiting, on its way, or gone."""

    id: int
    kind: str
    recipient: str
    invitation_id: int | None
    response_id: int | None
    staff_id: int | None
    browser_hash: str | None
    language: str
    state: str
    attempts: int
    message_id: str | None
    created_at: str
    sent_at: str | None
    error: str | None
    delegation_id: int | None


COLUMNS = ", ".join(field.name for field in fields(Mail))
# A mail that left and came back is bounced, one that the receiving side still tries is delayed.
STATE = """CASE WHEN outbox.state NOT IN ('sent', 'uncertain') THEN outbox.state
    WHEN EXISTS (SELECT 1 FROM bounce b WHERE b.outbox_id = outbox.id AND b.kind <> 'delayed')
        THEN 'bounced'
    WHEN EXISTS (SELECT 1 FROM bounce b WHERE b.outbox_id = outbox.id) THEN 'delayed'
    ELSE outbox.state END"""
ERROR = """coalesce((SELECT nullif(b.words, '') FROM bounce b WHERE b.outbox_id = outbox.id
    ORDER BY b.kind <> 'delayed' DESC, b.id DESC LIMIT 1), outbox.error)"""
COMPUTED = {"state": f"{STATE} AS state", "error": f"{ERROR} AS error"}
SHOWN = ", ".join(COMPUTED.get(field.name, field.name) for field in fields(Mail))


def queue(db: Database, kind: str, recipient: str, *, once: str, **about: Any) -> bool:
    """Queue a mail unless one with the same `once` was ever queued; tells whether it was.

    `about` names what it concerns: invitation_id, response_id, staff_id, delegation_id,
    browser_hash, language.
    """
    names = ["kind", "recipient", "once", "due_at", "created_at", *about]
    values = [kind, recipient, once, clock.machine.now(), clock.now(), *about.values()]
    marks = ", ".join("?" for _ in names)
    return bool(
        run(db, f"INSERT OR IGNORE INTO outbox ({', '.join(names)}) VALUES ({marks})", values)
    )


def write_and_forget(db: Database) -> None:
    """Write what a mail costs and take it back, in the transaction of what a stranger asks for.

    An address that is unknown then waits for the disk as long as one that is known.
    """
    once = f"nobody {clock.machine.now()}"
    queue(db, "sign_in", "", once=once)
    run(db, "DELETE FROM outbox WHERE once = ?", (once,))


def is_queued(db: Database, kind: str, response_id: int) -> bool:
    """Whether a mail of a kind about a response waits, is on its way or has arrived."""
    reaches = f"{STATE} NOT IN ('failed', 'cancelled', 'bounced')"
    sql = f"SELECT count(*) FROM outbox WHERE kind = ? AND response_id = ? AND {reaches}"
    return bool(scalar(db, sql, (kind, response_id)))


def claim(db: Database, domain: str, limit: int = 50) -> list[Mail]:
    """Take up to `limit` mails that are due, so that no other sender can: urgent, then oldest.

    While sending is paused after a restore, only what somebody has asked for since.
    """
    with writing(db):
        pause = sending_pause.current(db)
        taken = rows(
            db,
            f"SELECT {COLUMNS} FROM outbox WHERE state = 'queued' AND due_at <= :now"
            f" AND (:since IS NULL OR (created_at >= :since AND kind IN {WAITED_FOR}))"
            f" ORDER BY kind IN {mail_kinds.URGENT} DESC, id LIMIT :limit",
            {"now": clock.machine.now(), "limit": limit, "since": pause and pause.since},
        )
        for row in taken:
            row["message_id"] = row["message_id"] or make_msgid(domain=domain)
            run(
                db,
                "UPDATE outbox SET state = 'sending', claimed_at = ?, message_id = ?,"
                " attempts = attempts + 1 WHERE id = ?",
                (clock.machine.now(), row["message_id"], row["id"]),
            )
    return [Mail(**row) for row in taken]


def mark_sent(db: Database, mail_id: int) -> None:
    """Record that the server took a mail.

    Need not wait for the disk: should the power go, the claim stands, the mail is
    uncertain and a person decides. The claim itself does wait.
    """
    run(
        db,
        "UPDATE outbox SET state = 'sent', sent_at = ?, error = NULL WHERE id = ?",
        (clock.now(), mail_id),
    )


def mark_failed(db: Database, mail: Mail, error: str, *, for_good: bool = False) -> None:
    """Record a refusal; tries again later, twice as late each time, until it gives up visibly."""
    attempts = mail.attempts + 1
    give_up = for_good or attempts >= MOST_ATTEMPTS
    run(
        db,
        "UPDATE outbox SET state = ?, error = ?, due_at = ? WHERE id = ?",
        (
            "failed" if give_up else "queued",
            error,
            clock.machine.from_now(minutes=2**attempts),
            mail.id,
        ),
    )


def mark_uncertain(db: Database, mail: Mail) -> None:
    """Record that nobody knows whether the server took this mail; a person decides."""
    run(
        db,
        "UPDATE outbox SET state = 'uncertain', error = 'svaret gick förlorat' WHERE id = ?",
        (mail.id,),
    )


def settle_abandoned(db: Database, *, at_start: bool = False) -> int:
    """Mark mails whose sender died in the middle as uncertain; returns how many.

    At start no sender of ours is alive, so every claim is an abandoned one.
    """
    before = clock.machine.now() if at_start else clock.machine.from_now(minutes=-LEASE_MINUTES)
    return run(
        db,
        "UPDATE outbox SET state = 'uncertain', error = 'avsändaren avbröts'"
        " WHERE state = 'sending' AND claimed_at <= ?",
        (before,),
    )


def doubt_waiting(db: Database) -> None:
    """Mark all that waits as uncertain: since this copy was made it may have left.

    What somebody was waiting for is too old to be of use to anyone.
    """
    waiting = "state IN ('queued', 'sending')"
    run(db, f"UPDATE outbox SET state = 'cancelled' WHERE {waiting} AND kind IN {WAITED_FOR}")
    run(db, f"UPDATE outbox SET state = 'uncertain', error = 'återställd kopia' WHERE {waiting}")


def newest(db: Database, limit: int = 200) -> list[Mail]:
    """The newest mails first."""
    found = rows(db, f"SELECT {SHOWN} FROM outbox ORDER BY id DESC LIMIT ?", (limit,))
    return [Mail(**row) for row in found]


def counts(db: Database) -> dict[str, int]:
    """How many mails are in each state."""
    return dict(db.conn.execute("SELECT state, count(*) FROM outbox GROUP BY state").fetchall())


def waiting(db: Database) -> int:
    """How many mails are queued or on their way."""
    return int(scalar(db, "SELECT count(*) FROM outbox WHERE state IN ('queued', 'sending')"))


def batches(db: Database, domain: str, size: int = 50) -> Iterator[list[Mail]]:
    """Claim batch after batch until nothing is due."""
    while batch := claim(db, domain, size):
        yield batch


def is_on_its_way(db: Database, mail_id: int) -> bool:
    """Whether a mail is claimed and nothing more is known of it."""
    return bool(scalar(db, "SELECT state FROM outbox WHERE id = ?", (mail_id,)) == "sending")


def find(db: Database, mail_id: int) -> Mail | None:
    """One mail, or None."""
    found = rows(db, f"SELECT {SHOWN} FROM outbox WHERE id = ?", (mail_id,))
    return Mail(**found[0]) if found else None

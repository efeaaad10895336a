"""The outbox: mail is queued in the transaction of what causes it, and leaves later.

What is queued says which mail to whom, never its text: the text holds a live
link, and those are kept nowhere. A sender takes a mail, speaks with the server, and only when
the server is ready to have the message is it "sending": that is on disk before the first byte of
it leaves, so no mail is ever sent twice. One whose sender died after that is "uncertain", and a
person decides; one that was merely taken goes back to the queue.

A server that is away or does not let us in never spends a mail's chances: the mail waits, five
days at the most, and is then given up where everyone can see it.

When a mail was written and sent is noted in the inventory's time, when it is due and taken in
the machine's: an inventory set to another day still sends its mails.
"""

from dataclasses import dataclass
from email.utils import make_msgid
from typing import Any, Literal

from sqlite_utils import Database

from survey_data import clock, mail_kinds, sending
from survey_data.database import insert_new, read_all, read_one, run, scalar, writing
from survey_data.errors import SurveyError

# What somebody asks for and waits for; asked for during a pause, it leaves in the pause too.
WAITED_FOR = "('sign_in', 'device_code')"
# RFC 5321 (4.5.4.1) asks for four to five days of trying.
MOST_DAYS = 5
LONGEST_PAUSE_MINUTES = 240
# A sender that has said nothing for this long is taken to be dead.
LEASE_MINUTES = 10


class TakenByAnother(SurveyError):
    """Another sender has the mail, and sends it or has sent it."""


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
    waits_since: str


# A mail that left and came back is bounced, one that the receiving side still tries is delayed.
STATE = """CASE WHEN outbox.state NOT IN ('sent', 'uncertain') THEN outbox.state
    WHEN EXISTS (SELECT 1 FROM bounce b WHERE b.outbox_id = outbox.id AND b.kind <> 'delayed')
        THEN 'bounced'
    WHEN EXISTS (SELECT 1 FROM bounce b WHERE b.outbox_id = outbox.id) THEN 'delayed'
    ELSE outbox.state END"""
ERROR = """coalesce((SELECT nullif(b.words, '') FROM bounce b WHERE b.outbox_id = outbox.id
    ORDER BY b.kind <> 'delayed' DESC, b.id DESC LIMIT 1), outbox.error)"""
# The later of two columns of a name counts.
SHOWN = f"SELECT outbox.*, {STATE} AS state, {ERROR} AS error FROM outbox"


def queue(db: Database, kind: str, recipient: str, *, once: str, **about: Any) -> bool:
    """Queue a mail unless one with the same `once` was ever queued; tells whether it was.

    `about` names what it concerns: invitation_id, response_id, staff_id, delegation_id,
    browser_hash, language.
    """
    now = clock.machine.now()
    mail = {"kind": kind, "recipient": recipient, "once": once, "due_at": now,
            "waits_since": now, "created_at": clock.now()}  # fmt: skip
    return insert_new(db, "outbox", mail | about)


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


# No pause is longer than LONGEST_PAUSE_MINUTES: a mail due later than that was put off by a clock
# that has gone back since.
IS_DUE = """state = 'queued' AND claimed_at IS NULL AND (due_at <= :now OR due_at > :latest)
    AND (:since IS NULL OR (created_at >= :since AND kind IN {waited_for}))"""


def _due(db: Database, *, urgent_only: bool) -> tuple[str, dict[str, str | None]]:
    """What is due now. While sending is paused after a restore: what was asked for since."""
    pause = sending.pause(db)
    wanted = f" AND kind IN {mail_kinds.URGENT}" if urgent_only else ""
    return IS_DUE.format(waited_for=WAITED_FOR) + wanted, {
        "now": clock.machine.now(),
        "latest": clock.machine.from_now(minutes=LONGEST_PAUSE_MINUTES + 1),
        "since": pause.since if pause else None,
    }


def is_due(db: Database, *, urgent_only: bool = False) -> bool:
    """Whether any mail may be taken now."""
    due, values = _due(db, urgent_only=urgent_only)
    return bool(scalar(db, f"SELECT EXISTS (SELECT 1 FROM outbox WHERE {due})", values))


def take(db: Database, domain: str, *, urgent_only: bool = False) -> Mail | None:
    """Take the mail that is due first, so that no other sender can: urgent, then oldest.

    Nothing has left yet; should the sender die, the mail goes back to the queue.
    """
    with writing(db):
        due, values = _due(db, urgent_only=urgent_only)
        sql = f"""UPDATE outbox SET claimed_at = :now, message_id = coalesce(message_id, :id)
            WHERE id = (SELECT id FROM outbox WHERE {due}
            ORDER BY kind IN {mail_kinds.URGENT} DESC, id LIMIT 1) RETURNING *"""
        return read_one(db, Mail, sql, values | {"id": make_msgid(domain=domain)})


def mark_sending(db: Database, mail: Mail) -> None:
    """Record that the message itself leaves now; must be on disk before it does.

    Raises TakenByAnother where a leap of the clock gave the mail to a second sender.
    """
    sql = """UPDATE outbox SET state = 'sending', claimed_at = ?, attempts = attempts + 1
        WHERE id = ? AND state = 'queued' AND attempts = ?"""
    if not run(db, sql, (clock.machine.now(), mail.id, mail.attempts)):
        raise TakenByAnother


def mark_sent(db: Database, mail_id: int) -> None:
    """Record that the server took a mail.

    Need not wait for the disk: should the power go, it is uncertain and a person decides.
    """
    sql = "UPDATE outbox SET state = 'sent', sent_at = ?, claimed_at = NULL, error = NULL"
    run(db, f"{sql} WHERE id = ?", (clock.now(), mail_id))


def put_back(db: Database, mail: Mail) -> None:
    """Let a mail wait in the queue as if it had not been taken: it was not its turn."""
    sql = """UPDATE outbox SET state = 'queued', claimed_at = NULL, error = NULL, due_at = ?
        WHERE id = ?"""
    run(db, sql, (clock.machine.now(), mail.id))


def postpone(db: Database, mail: Mail, error: str) -> None:
    """Try a mail again later, twice as late each time; given up after MOST_DAYS, visibly."""
    tries = mail.attempts + 1
    # The first step is short: a server that greylists wants to see us again after some minutes.
    minutes = min(2**tries, LONGEST_PAUSE_MINUTES)
    sql = """UPDATE outbox SET claimed_at = NULL,
        state = CASE WHEN waits_since <= :oldest THEN 'failed' ELSE 'queued' END,
        attempts = :tries, error = :error, due_at = :due WHERE id = :id"""
    oldest, due = (clock.machine.from_now(days=-MOST_DAYS), clock.machine.from_now(minutes=minutes))
    run(db, sql, {"oldest": oldest, "tries": tries, "error": error, "due": due, "id": mail.id})


End = Literal["failed", "cancelled", "uncertain"]


def end(db: Database, mail: Mail, state: End, reason: str) -> None:
    """Record that a mail is not sent any more, and why.

    failed: it will not arrive, and waiting does not change that. cancelled: what it was about is
    over (`reason` is then a key). uncertain: nobody knows whether the server took it, so a person
    decides.
    """
    sql = "UPDATE outbox SET state = ?, claimed_at = NULL, error = ? WHERE id = ?"
    run(db, sql, (state, reason, mail.id))


def give_up_waiting(db: Database, error: str) -> None:
    """Give up the mails that have waited MOST_DAYS for a server."""
    sql = """UPDATE outbox SET state = 'failed', error = ? WHERE state = 'queued'
        AND waits_since <= ?"""
    run(db, sql, (error, clock.machine.from_now(days=-MOST_DAYS)))


def hurry(db: Database, *, anew: bool = False) -> None:
    """Let everything that waits be due now; and, `anew`, wait as long as at first."""
    sql = """UPDATE outbox SET due_at = :now, waits_since = iif(:anew, :now, waits_since)
        WHERE state = 'queued' AND claimed_at IS NULL"""
    run(db, sql, {"now": clock.machine.now(), "anew": anew})


def invitation_before(db: Database, mail: Mail) -> str:
    """The Message-ID of the invitation that a mail to the same address belongs under, or "".

    Two enterprises with one contact have an invitation each, so their mails stay apart.
    """
    sql = """SELECT message_id FROM outbox WHERE invitation_id = ? AND kind = 'invitation'
        AND recipient = ? AND state = 'sent' AND id < ? ORDER BY id LIMIT 1"""
    found = scalar(db, sql, (mail.invitation_id, mail.recipient, mail.id))
    return str(found or "")


def settle_abandoned(db: Database, *, at_start: bool = False) -> int:
    """Settle mails whose sender died: those that were leaving are uncertain; returns how many.

    Those merely taken go back to the queue. At start no sender of ours is alive, so everything
    taken is abandoned.
    """
    minutes = 0 if at_start else LEASE_MINUTES
    # Taken in what is now the future: the clock has gone back.
    abandoned = "(claimed_at <= :before OR claimed_at > :after)"
    moments = {
        "before": clock.machine.from_now(minutes=-minutes),
        "after": clock.machine.from_now(minutes=LEASE_MINUTES),
    }
    sql = f"UPDATE outbox SET claimed_at = NULL WHERE state = 'queued' AND {abandoned}"
    run(db, sql, moments)
    sql = f"""UPDATE outbox SET state = 'uncertain', claimed_at = NULL, error = 'avsändaren avbröts'
        WHERE state = 'sending' AND {abandoned}"""
    return run(db, sql, moments)


def doubt_waiting(db: Database) -> None:
    """Mark all that waits as uncertain: since this copy was made it may have left.

    What somebody was waiting for is too old to be of use to anyone.
    """
    waiting = "state IN ('queued', 'sending')"
    run(db, f"UPDATE outbox SET state = 'cancelled' WHERE {waiting} AND kind IN {WAITED_FOR}")
    run(db, f"UPDATE outbox SET state = 'uncertain', error = 'återställd kopia' WHERE {waiting}")


def newest(db: Database, limit: int = 200) -> list[Mail]:
    """The newest mails first."""
    return read_all(db, Mail, f"{SHOWN} ORDER BY id DESC LIMIT ?", (limit,))


def counts(db: Database) -> dict[str, int]:
    """How many mails are in each state."""
    return dict(db.conn.execute("SELECT state, count(*) FROM outbox GROUP BY state").fetchall())


def waiting(db: Database) -> int:
    """How many mails are queued or on their way."""
    return int(scalar(db, "SELECT count(*) FROM outbox WHERE state IN ('queued', 'sending')"))


def find(db: Database, mail_id: int) -> Mail | None:
    """One mail, or None."""
    return read_one(db, Mail, f"{SHOWN} WHERE id = ?", (mail_id,))


def mails_to(db: Database, enterprise_id: int) -> list[Mail]:
    """The newest ten mails about an enterprise's invitations, the newest first."""
    sql = f"""{SHOWN} WHERE invitation_id IN
        (SELECT id FROM invitation WHERE enterprise_id = ?) ORDER BY outbox.id DESC LIMIT 10"""
    return read_all(db, Mail, sql, (enterprise_id,))

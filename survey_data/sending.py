"""Whether mail may leave: the pause after a restore, and what stands in the way of all mail.

A restored copy does not know what was sent after it was made. Until a person has compared,
nothing that it would send again may leave, by the scheduler or at the terminal.

A server that is away is tried again by itself, more and more seldom. One that refuses us (our
sender, our password, our domain's SPF) will refuse the next mail too, so everything waits until
a person has mended it and starts the sending again; only urgent mails are still tried.
"""

import json
from dataclasses import dataclass, replace
from typing import Literal

from sqlite_utils import Database

from survey_data import audit_trail, clock
from survey_data.database import keep_setting, run, setting, writing

PAUSED = "sending_paused"
TROUBLE = "mail_trouble"
LONGEST_PAUSE_MINUTES = 30


@dataclass(frozen=True)
class Pause:
    """Since when nothing is sent, and the moment that the restored copy knows everything up to."""

    since: str
    copied_at: str


def pause(db: Database) -> Pause | None:
    """The pause there is, or None."""
    found = setting(db, PAUSED)
    return Pause(**json.loads(found)) if found else None


def begin_pause(db: Database, copied_at: str, actor: str) -> None:
    """Send nothing from now on, as the database is a copy made at `copied_at`."""
    with writing(db):
        keep_setting(db, PAUSED, json.dumps(vars(Pause(clock.now(), copied_at))))
        audit_trail.record(db, actor, "sending paused", after={"copied_at": copied_at})


def end_pause(db: Database, actor: str) -> bool:
    """Send again; tells whether there was a pause to end."""
    with writing(db):
        ended = bool(run(db, "DELETE FROM setting WHERE name = ?", (PAUSED,)))
        if ended:
            audit_trail.record(db, actor, "sending resumed")
    return ended


@dataclass(frozen=True)
class MailTrouble:
    """What stands in the way: since when, what the server said, and when it is tried again.

    `since` and `retry_at` are moments of the machine's clock; `retry_at` is "" where a person
    must start the sending again. `failures` are the times that a server was away, or the
    addresses that were refused in the same words, 0 where it was our own server.
    """

    kind: Literal["away", "refused"]
    words: str
    since: str
    failures: int = 0
    retry_at: str = ""


def trouble(db: Database) -> MailTrouble | None:
    """What stands in the way now, or None."""
    found = setting(db, TROUBLE)
    return MailTrouble(**json.loads(found)) if found else None


def note_away(db: Database, words: str) -> None:
    """Remember that the server could not be reached; it is tried again after 1, 2, 4 … minutes."""
    known = trouble(db)
    now = clock.machine.now()
    before = known if known and known.kind == "away" else MailTrouble("away", words, now)
    minutes = min(2**before.failures, LONGEST_PAUSE_MINUTES)
    retry_at = clock.machine.from_now(minutes=minutes)
    # An urgent mail that is tried meanwhile must not start what a person has to start.
    if known is None or known.kind == "away":
        found = replace(before, words=words, failures=before.failures + 1, retry_at=retry_at)
        keep_setting(db, TROUBLE, json.dumps(vars(found)))


def note_refused(db: Database, words: str, addresses: int = 0) -> None:
    """Remember that the server does not let us in, and let everything wait.

    `addresses`: how many recipients' servers have said so, where it was not our own.
    """
    known = trouble(db)
    if known and known.kind == "refused":
        return
    found = MailTrouble("refused", words, clock.machine.now(), addresses)
    with writing(db):
        keep_setting(db, TROUBLE, json.dumps(vars(found)))
        audit_trail.record(db, "mail", "sending stopped", "mail", after={"words": words})


def clear_trouble(db: Database, actor: str = "mail") -> None:
    """Let mails leave again, whatever stood in the way."""
    with writing(db):
        known = trouble(db)
        run(db, "DELETE FROM setting WHERE name = ?", (TROUBLE,))
        if known and known.kind == "refused":
            audit_trail.record(db, actor, "sending started again", "mail")


def must_wait(known: MailTrouble | None) -> bool:
    """Whether the server is not to be tried yet."""
    if known is None or not known.retry_at:
        return False
    # Later than any pause is long: the clock has gone back since.
    latest = clock.machine.from_now(minutes=LONGEST_PAUSE_MINUTES + 1)
    return clock.machine.now() < known.retry_at <= latest

"""What stands in the way of all mail: a server that is away, or that does not let us in.

A server that is away is tried again by itself, more and more seldom. One that refuses us (our
sender, our password, our domain's SPF) will refuse the next mail too, so everything waits until
a person has mended it and starts the sending again; only urgent mails are still tried.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from typing import Literal

from sqlite_utils import Database

from survey_data import audit_trail, clock
from survey_data.database import keep_setting, run, setting, writing

NAME = "mail_trouble"
LONGEST_PAUSE_MINUTES = 30


@dataclass(frozen=True)
class MailTrouble:
    """What stands in the way: since when, what the server said, and when it is tried again.

    `since` and `retry_at` are moments of the machine's clock; `retry_at` is "" where a person
    must start the sending again.
    """

    kind: Literal["away", "refused"]
    words: str
    since: str
    failures: int = 0
    retry_at: str = ""


def current(db: Database) -> MailTrouble | None:
    """What stands in the way now, or None."""
    found = setting(db, NAME)
    return MailTrouble(**json.loads(found)) if found else None


def note_away(db: Database, words: str) -> MailTrouble:
    """Remember that the server could not be reached; it is tried again after 1, 2, 4 … minutes."""
    known = current(db)
    now = clock.machine.now()
    before = known if known and known.kind == "away" else MailTrouble("away", words, now)
    minutes = min(2**before.failures, LONGEST_PAUSE_MINUTES)
    trouble = replace(
        before,
        words=words,
        failures=before.failures + 1,
        retry_at=clock.machine.from_now(minutes=minutes),
    )
    # An urgent mail that is tried meanwhile must not start what a person has to start.
    if known is None or known.kind == "away":
        keep_setting(db, NAME, _written(trouble))
    return trouble


def note_refused(db: Database, words: str) -> None:
    """Remember that the server does not let us in, and let everything wait."""
    known = current(db)
    if known and known.kind == "refused":
        return
    with writing(db):
        keep_setting(db, NAME, _written(MailTrouble("refused", words, clock.machine.now())))
        audit_trail.record(db, "mail", "sending stopped", "mail", after={"words": words})


def clear(db: Database, actor: str = "mail") -> bool:
    """Let mails leave again; tells whether anything stood in the way."""
    with writing(db):
        known = current(db)
        if known is None:
            return False
        run(db, "DELETE FROM setting WHERE name = ?", (NAME,))
        if known.kind == "refused":
            audit_trail.record(db, actor, "sending started again", "mail")
    return True


def must_wait(trouble: MailTrouble | None) -> bool:
    """Whether the server is not to be tried yet."""
    if trouble is None or not trouble.retry_at:
        return False
    # Later than any pause is long: the clock has gone back since.
    latest = clock.machine.from_now(minutes=LONGEST_PAUSE_MINUTES + 1)
    return clock.machine.now() < trouble.retry_at <= latest


def _written(trouble: MailTrouble) -> str:
    return json.dumps(asdict(trouble))

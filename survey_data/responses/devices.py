"""The browsers in which a personal link is known, and the mailed code that lets in one more.

Once answers are saved, a link alone opens nothing in a browser that is new to it: whoever has it
forwarded would read them. The code goes to the address that the link went to, ten minutes, once.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from typing import Literal

from sqlite_utils import Database

from survey_data import audit_trail, clock, outbox
from survey_data.database import first, run, scalar, writing
from survey_data.register.contacts import main_address
from survey_data.responses.drafts import TAKES_ANSWERS
from survey_data.tokens import hashed, new_token

KIND = "device_code"
CODE_MINUTES = 10
MOST_TRIES = 5
# For a link, whatever browser asks: so many codes an hour make so few guesses.
MOST_MAILS = 5

Outcome = Literal["right", "wrong", "spent"]
Sent = Literal["sent", "too_many", "nowhere"]


@dataclass(frozen=True)
class Opened:
    """Whose link was opened: the enterprise's own, or with `delegation_id` a colleague's."""

    invitation_id: int
    delegation_id: int | None = None

    @property
    def actor(self) -> str:
        """Who opens, as the trail names it."""
        if self.delegation_id is None:
            return f"invitation {self.invitation_id}"
        return f"colleague {self.delegation_id}"


def must_confirm(db: Database, opened: Opened, browser: str) -> bool:
    """Whether a browser must show a code before it may see what is saved."""
    return not _is_known(db, opened, browser) and _has_answers(db, opened)


def _is_known(db: Database, opened: Opened, browser: str) -> bool:
    sql = """SELECT 1 FROM known_browser WHERE browser_hash = ? AND invitation_id = ?
        AND delegation_id = ?"""
    row = first(db, sql, (hashed(browser), opened.invitation_id, opened.delegation_id or 0))
    return row is not None


def _has_answers(db: Database, opened: Opened) -> bool:
    if opened.delegation_id is not None:
        # The link has just been mailed to the one it is for: the first browser claims it.
        sql = "SELECT opened_at FROM delegation WHERE id = ?"
        if scalar(db, sql, (opened.delegation_id,)) is None:
            return False
    sql = """SELECT EXISTS (SELECT 1 FROM draft WHERE invitation_id = :id)
        OR EXISTS (SELECT 1 FROM response WHERE invitation_id = :id)"""
    return bool(scalar(db, sql, {"id": opened.invitation_id}))


def remember(db: Database, opened: Opened, browser: str) -> None:
    """Know a browser from now on."""
    sql = """INSERT OR IGNORE INTO known_browser (browser_hash, invitation_id, delegation_id, since)
        VALUES (?, ?, ?, ?)"""
    run(
        db,
        sql,
        (hashed(browser), opened.invitation_id, opened.delegation_id or 0, clock.machine.now()),
    )


def forget(db: Database, opened: Opened, browser: str) -> None:
    """Know a browser no longer: the next who sits there must show a code."""
    sql = """DELETE FROM known_browser WHERE browser_hash = ? AND invitation_id = ?
        AND delegation_id = ?"""
    run(db, sql, (hashed(browser), opened.invitation_id, opened.delegation_id or 0))


def ask(db: Database, opened: Opened) -> str:
    """Begin to ask a browser for a code; returns the secret it is known by meanwhile."""
    raw = new_token()
    db.table("device_check").insert(
        {
            "id_hash": hashed(raw),
            "invitation_id": opened.invitation_id,
            "delegation_id": opened.delegation_id,
            "asked_at": clock.machine.now(),
        }
    )
    return raw


def find(db: Database, raw: str) -> Opened | None:
    """Whose link a browser that is asked for a code has opened; None where none is asked."""
    row = first(
        db,
        "SELECT c.invitation_id, c.delegation_id FROM device_check c"
        " JOIN invitation i ON i.id = c.invitation_id"
        f" JOIN round r ON r.id = i.round_id AND {TAKES_ANSWERS}"
        " WHERE c.id_hash = :id AND c.used_at IS NULL AND c.asked_at > :since",
        {
            "id": hashed(raw),
            "since": clock.machine.from_now(hours=-24),
            "today": clock.today().isoformat(),
        },
    )
    return Opened(**row) if row else None


def send_code(db: Database, raw: str, language: str) -> Sent:
    """Queue a code to the address that the link belongs to, unless it has had too many."""
    with writing(db):
        opened = find(db, raw)
        to = _address(db, opened) if opened else None
        if opened is None or not to:
            return "nowhere"
        if _on_its_way(db, raw):
            return "sent"
        if _mailed_lately(db, opened) >= MOST_MAILS:
            return "too_many"
        once = f"device_code {hashed(raw)} {secrets.token_hex(4)}"
        outbox.queue(
            db, KIND, to, once=once, invitation_id=opened.invitation_id,
            delegation_id=opened.delegation_id, browser_hash=hashed(raw), language=language,
        )  # fmt: skip
        audit_trail.record(
            db, opened.actor, "device code asked for", f"invitation {opened.invitation_id}"
        )
    return "sent"


def _on_its_way(db: Database, raw: str) -> bool:
    """Whether a code waits to leave: pressing twice sends once."""
    sql = "SELECT 1 FROM outbox WHERE kind = ? AND browser_hash = ? AND state = 'queued'"
    return first(db, sql, (KIND, hashed(raw))) is not None


def _mailed_lately(db: Database, opened: Opened) -> int:
    sql = """SELECT count(*) FROM outbox WHERE kind = ? AND invitation_id = ?
        AND delegation_id IS ? AND created_at > ?"""
    return int(
        scalar(
            db, sql, (KIND, opened.invitation_id, opened.delegation_id, clock.from_now(hours=-1))
        )
    )


def _address(db: Database, opened: Opened) -> str | None:
    if opened.delegation_id is not None:
        sql = "SELECT email FROM delegation WHERE id = ? AND revoked_at IS NULL"
        found: str | None = scalar(db, sql, (opened.delegation_id,))
        return found
    return main_address(db, opened.invitation_id)


def new_code(db: Database, id_hash: str | None, secret: str) -> str:
    """The code of a mail that leaves now, kept only as a keyed hash; an older one ends with it."""
    code = f"{secrets.randbelow(1_000_000):06d}"
    run(
        db,
        "UPDATE device_check SET code_hash = ?, expires_at = ?, tries = 0"
        " WHERE id_hash = ? AND used_at IS NULL",
        (
            _keyed(secret, id_hash or "", code),
            clock.machine.from_now(minutes=CODE_MINUTES),
            id_hash,
        ),
    )
    return code


def _keyed(secret: str, id_hash: str, code: str) -> str:
    # A million codes are quickly tried against a plain hash; the key is not in the database.
    return hmac.new(secret.encode(), f"{id_hash} {code}".encode(), "sha256").hexdigest()


def confirm(db: Database, raw: str, code: str, secret: str) -> Outcome:
    """Use a code up; every wrong one is counted, and after five none is right."""
    id_hash = hashed(raw)
    with writing(db):
        opened = find(db, raw)
        row = first(db, "SELECT * FROM device_check WHERE id_hash = ?", (id_hash,))
        if opened is None or row is None or not _may_try(row):
            return "spent"
        is_right = hmac.compare_digest(row["code_hash"], _keyed(secret, id_hash, code))
        sql = "UPDATE device_check SET used_at = ?, tries = tries + ? WHERE id_hash = ?"
        run(db, sql, (clock.machine.now() if is_right else None, int(not is_right), id_hash))
        said = "device confirmed" if is_right else "device code refused"
        audit_trail.record(db, opened.actor, said, f"invitation {opened.invitation_id}")
    if is_right:
        return "right"
    return "wrong" if row["tries"] + 1 < MOST_TRIES else "spent"


def _may_try(row: dict[str, object]) -> bool:
    return (
        row["code_hash"] is not None
        and str(row["expires_at"]) > clock.machine.now()
        and int(str(row["tries"])) < MOST_TRIES
    )

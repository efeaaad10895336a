"""The browsers in which a personal link is known, and the mailed code that lets in one more.

The first browser in which a link's button is pressed is the form's own. In every other whoever has
the link may fill in the form, and sees nothing of earlier years, of the contact or of what others
saved before a code is shown: else the one it was forwarded to would read it. The code goes to the
address that the link went to, ten minutes, once.
"""

import hmac
import secrets
from dataclasses import dataclass
from typing import Literal

from sqlite_utils import Database

from survey_data import audit_trail, clock, outbox
from survey_data.database import first, insert, read_one, run, scalar, writing
from survey_data.register.contacts import main_address
from survey_data.responses.drafts import TAKES_ANSWERS
from survey_data.tokens import hashed, new_token

KIND = "device_code"
CODE_MINUTES = 10
MOST_TRIES = 5
# For each link, whatever browser asks: so many codes an hour make so few guesses. Who has one
# that was forwarded uses up its codes and no other's.
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


def is_confirmed(db: Database, opened: Opened, browser: str) -> bool:
    """Whether a browser is the form's own, or has shown a code: this year, or an earlier one for
    the same enterprise and contact.
    """
    if not browser:
        return False
    if _known(db, opened, browser):
        return True
    sql = """SELECT 1 FROM known_browser k JOIN invitation before ON before.id = k.invitation_id
        JOIN invitation i ON i.enterprise_id = before.enterprise_id AND i.id = ?
        WHERE k.browser_hash = ? AND k.contact_hash = ? AND k.delegation_id = 0 AND k.confirmed"""
    was = (opened.invitation_id, hashed(browser), _contact_hash(db, opened, browser))
    return opened.delegation_id is None and bool(scalar(db, sql, was))


def _known(db: Database, opened: Opened, browser: str) -> int | None:
    """Whether a browser that is known has shown a code, 1 or 0; None where it is not known."""
    sql = f"SELECT confirmed FROM known_browser WHERE {THE_BROWSER}"
    found: int | None = scalar(db, sql, _the_browser(opened, browser))
    return found


THE_BROWSER = "browser_hash = ? AND invitation_id = ? AND delegation_id = ?"


def _the_browser(opened: Opened, browser: str) -> tuple[str, int, int]:
    return hashed(browser), opened.invitation_id, opened.delegation_id or 0


def _contact_hash(db: Database, opened: Opened, browser: str) -> str | None:
    # With the browser's own secret in it: nobody can find the address by trying.
    address = _address(db, opened)
    return hashed(f"{browser} {address.casefold()}") if address else None


def must_confirm(db: Database, opened: Opened, browser: str) -> bool:
    """Whether a browser must show a code first, as there is something that others have done."""
    if is_confirmed(db, opened, browser):
        return False
    is_part = opened.delegation_id is not None
    # The link has just been mailed to the one it is for: the first browser claims it.
    sql = "SELECT opened_at FROM delegation WHERE id = ?"
    if is_part and scalar(db, sql, (opened.delegation_id,)) is None:
        return False
    is_known = bool(browser) and _known(db, opened, browser) is not None
    return bool(scalar(db, OTHERS_WERE_HERE, {
        "id": opened.invitation_id, "known": is_known, "part": opened.actor if is_part else "-",
        "is_part": is_part, "browser": hashed(browser),
    }))  # fmt: skip


# What came another way than by a draft has none; what was decided is the coordinator's.
OTHERS_WERE_HERE = """SELECT
    EXISTS (SELECT 1 FROM draft WHERE invitation_id = :id AND NOT (:known AND
        (saved_by = :part OR saved_by IN (SELECT 'session ' || substr(id_hash, 1, 12)
            FROM session WHERE invitation_id = :id AND browser_hash = :browser))))
    OR (EXISTS (SELECT 1 FROM response WHERE invitation_id = :id) AND (
        NOT EXISTS (SELECT 1 FROM draft WHERE invitation_id = :id)
        OR EXISTS (SELECT 1 FROM decision d JOIN response p ON p.id = d.response_id
            WHERE p.invitation_id = :id)))
    OR (NOT :is_part AND EXISTS (SELECT 1 FROM delegation WHERE invitation_id = :id))"""


def remember(db: Database, opened: Opened, browser: str, confirmed: bool = True) -> None:
    """Know a browser from now on; one that was confirmed stays so."""
    kept = (clock.machine.now(), confirmed, _contact_hash(db, opened, browser))
    sql = """INSERT INTO known_browser (browser_hash, invitation_id, delegation_id, since,
        confirmed, contact_hash) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
        confirmed = max(confirmed, excluded.confirmed), contact_hash = excluded.contact_hash"""
    run(db, sql, (*_the_browser(opened, browser), *kept))


def forget(db: Database, opened: Opened, browser: str) -> None:
    """Know a browser no longer: the next who sits there must show a code."""
    sql = f"DELETE FROM known_browser WHERE {THE_BROWSER}"
    run(db, sql, _the_browser(opened, browser))


def ask(db: Database, opened: Opened, link: str) -> str:
    """Begin to ask a browser for a code; returns the secret it is known by meanwhile.

    `link` is the hash of the link that was opened: codes are counted for each.
    """
    raw = new_token()
    asked = {"id_hash": hashed(raw), "asked_at": clock.machine.now(), "link_hash": link}
    insert(db, "device_check", asked | vars(opened))
    return raw


def find(db: Database, raw: str) -> Opened | None:
    """Whose link a browser that is asked for a code has opened; None where none is asked."""
    sql = f"""SELECT c.invitation_id, c.delegation_id FROM device_check c
        JOIN invitation i ON i.id = c.invitation_id
        JOIN round r ON r.id = i.round_id AND {TAKES_ANSWERS}
        WHERE c.id_hash = :id AND c.used_at IS NULL AND c.asked_at > :since"""
    since, today = clock.machine.from_now(hours=-24), clock.today().isoformat()
    return read_one(db, Opened, sql, {"id": hashed(raw), "since": since, "today": today})


def send_code(db: Database, raw: str, language: str) -> Sent:
    """Queue a code to the address that the link belongs to, unless it has had too many."""
    with writing(db):
        opened = find(db, raw)
        to = _address(db, opened) if opened else None
        if opened is None or not to:
            return "nowhere"
        # One waits to leave: pressing twice sends once.
        sql = "SELECT 1 FROM outbox WHERE kind = ? AND browser_hash = ? AND state = 'queued'"
        if scalar(db, sql, (KIND, hashed(raw))):
            return "sent"
        if _mailed_lately(db, opened, raw) >= MOST_MAILS:
            return "too_many"
        once = f"device_code {hashed(raw)} {secrets.token_hex(4)}"
        outbox.queue(
            db, KIND, to, once=once, invitation_id=opened.invitation_id,
            delegation_id=opened.delegation_id, browser_hash=hashed(raw), language=language,
        )  # fmt: skip
        subject = f"invitation {opened.invitation_id}"
        audit_trail.record(db, opened.actor, "device code asked for", subject)
    return "sent"


def _mailed_lately(db: Database, opened: Opened, raw: str) -> int:
    """How many codes a link has had mailed this hour; others of the same form have their own."""
    sql = """SELECT count(*) FROM outbox o JOIN device_check c ON c.id_hash = o.browser_hash
        WHERE o.kind = ? AND o.invitation_id = ? AND o.created_at > ?
        AND c.link_hash = (SELECT link_hash FROM device_check WHERE id_hash = ?)"""
    return int(scalar(db, sql, (KIND, opened.invitation_id, clock.from_now(hours=-1), hashed(raw))))


def _address(db: Database, opened: Opened) -> str | None:
    if opened.delegation_id is not None:
        sql = "SELECT email FROM delegation WHERE id = ? AND revoked_at IS NULL"
        found: str | None = scalar(db, sql, (opened.delegation_id,))
        return found
    return main_address(db, opened.invitation_id)


def new_code(db: Database, id_hash: str | None, secret: str) -> str:
    """The code of a mail that leaves now, kept only as a keyed hash; an older one ends with it."""
    code = f"{secrets.randbelow(1_000_000):06d}"
    sql = """UPDATE device_check SET code_hash = ?, expires_at = ?, tries = 0
        WHERE id_hash = ? AND used_at IS NULL"""
    until = clock.machine.from_now(minutes=CODE_MINUTES)
    run(db, sql, (_keyed(secret, id_hash or "", code), until, id_hash))
    return code


def _keyed(secret: str, id_hash: str, code: str) -> str:
    # A million codes are quickly tried against a plain hash; the key is not in the database.
    return hmac.new(secret.encode(), f"{id_hash} {code}".encode(), "sha256").hexdigest()


def confirm(db: Database, raw: str, code: str, secret: str) -> Outcome:
    """Use a code up; every wrong one is counted, and after five none is right."""
    id_hash = hashed(raw)
    with writing(db):
        opened = find(db, raw)
        sql = """SELECT * FROM device_check WHERE id_hash = ? AND code_hash IS NOT NULL
            AND expires_at > ? AND tries < ?"""
        row = first(db, sql, (id_hash, clock.machine.now(), MOST_TRIES))
        if opened is None or row is None:
            return "spent"
        is_right = hmac.compare_digest(row["code_hash"], _keyed(secret, id_hash, code))
        sql = "UPDATE device_check SET used_at = ?, tries = tries + ? WHERE id_hash = ?"
        run(db, sql, (clock.machine.now() if is_right else None, int(not is_right), id_hash))
        said = "device confirmed" if is_right else "device code refused"
        audit_trail.record(db, opened.actor, said, f"invitation {opened.invitation_id}")
    if is_right:
        return "right"
    return "wrong" if row["tries"] + 1 < MOST_TRIES else "spent"

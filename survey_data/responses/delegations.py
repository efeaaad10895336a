"""Colleagues who answer a part of a form by a link of their own, until it is taken back.

Name and address are what the manager gave and are deleted with who answered; the trail
names neither, only the colleague's number.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlite_utils import Database

from survey_data import audit_trail, clock, outbox
from survey_data.database import insert, read_all, read_one, rows, run, scalar, writing
from survey_data.errors import SurveyError
from survey_data.responses.drafts import TAKES_ANSWERS, refuse_when_closed
from survey_data.tokens import hashed, new_token


class AlreadyInvited(SurveyError):
    """A colleague with that address has a part of the form already."""


class TooManyColleagues(SurveyError):
    """An enterprise has asked as many colleagues as it may in a round."""


KIND = "delegation"
WHOLE = "*"
# A form must not become a way to mail strangers.
MOST = 20


@dataclass(frozen=True)
class Delegation:
    """One colleague's part of an enterprise's form."""

    id: int
    invitation_id: int
    name: str
    email: str
    sections: tuple[str, ...]
    language: str
    created_at: str
    opened_at: str | None
    revoked_at: str | None

    def covers(self, section: str) -> bool:
        """Whether a section is theirs to answer."""
        return WHOLE in self.sections or section in self.sections

    @property
    def writer(self) -> str:
        """Who saves, as a draft and the trail name it: never a name."""
        return f"colleague {self.id}"


def of(db: Database, invitation_id: int) -> list[Delegation]:
    """Everyone who was ever asked, oldest first; those whose names are deleted are left out."""
    sql = "SELECT * FROM delegation WHERE invitation_id = ? AND email <> '' ORDER BY id"
    return read_all(db, Delegation, sql, (invitation_id,))


def live(db: Database, invitation_id: int) -> list[Delegation]:
    """Those who may answer."""
    return [each for each in of(db, invitation_id) if each.revoked_at is None]


def find(db: Database, delegation_id: int) -> Delegation | None:
    """One delegation, or None."""
    return read_one(db, Delegation, "SELECT * FROM delegation WHERE id = ?", (delegation_id,))


def by_token(db: Database, token: str) -> Delegation | None:
    """The delegation that a colleague's link leads to, also when it was taken back; or None."""
    sql = """SELECT d.* FROM delegation d JOIN link l ON l.delegation_id = d.id
        WHERE l.token_hash = ? AND l.revoked_at IS NULL"""
    return read_one(db, Delegation, sql, (hashed(token),))


def invite(
    db: Database, invitation_id: int, name: str, email: str, sections: Sequence[str],
    language: str, actor: str,
) -> int:  # fmt: skip
    """Let a colleague answer some sections, and queue the mail with their link; returns its id.

    Raises RoundClosed, AlreadyInvited or TooManyColleagues.
    """
    with writing(db):
        refuse_when_closed(db, invitation_id)
        if any(d.email.lower() == email.lower() for d in live(db, invitation_id)):
            raise AlreadyInvited
        asked = "SELECT count(*) FROM delegation WHERE invitation_id = ?"
        if scalar(db, asked, (invitation_id,)) >= MOST:
            raise TooManyColleagues
        made = insert(db, "delegation", {
            "invitation_id": invitation_id, "name": name, "email": email, "language": language,
            "sections": json.dumps(list(sections)), "created_at": clock.now(),
        })  # fmt: skip
        _queue(db, made, f"delegation {made}")
        subject, after = f"invitation {invitation_id}", {"colleague": made, "sections": [*sections]}
        audit_trail.record(db, actor, "colleague invited", subject, after=after)
    return made


def _queue(db: Database, delegation_id: int, once: str) -> None:
    asked = find(db, delegation_id)
    assert asked
    outbox.queue(
        db, KIND, asked.email, once=once, invitation_id=asked.invitation_id,
        delegation_id=asked.id, language=asked.language,
    )  # fmt: skip


def new_link(db: Database, delegation: Delegation) -> str:
    """Make a link for a colleague and return its token, kept nowhere."""
    token = new_token()
    sql = """INSERT INTO link (token_hash, invitation_id, delegation_id, created_at)
        VALUES (?, ?, ?, ?)"""
    run(db, sql, (hashed(token), delegation.invitation_id, delegation.id, clock.now()))
    return token


def mark_opened(db: Database, delegation_id: int) -> bool:
    """Remember the first time the colleague began, and tell whether this was it."""
    sql = "UPDATE delegation SET opened_at = ? WHERE id = ? AND opened_at IS NULL"
    return bool(run(db, sql, (clock.now(), delegation_id)))


def revoke(db: Database, invitation_id: int, delegation_id: int, actor: str) -> Delegation | None:
    """Take a colleague's part back: the link, the sessions and a waiting mail end at once.

    None where the enterprise has no such colleague, or no longer.
    """
    with writing(db):
        found = next((d for d in live(db, invitation_id) if d.id == delegation_id), None)
        if found is None:
            return None
        now, its = clock.now(), (delegation_id,)
        run(db, "UPDATE delegation SET revoked_at = ? WHERE id = ?", (now, *its))
        ended = "UPDATE session SET ended_at = ? WHERE delegation_id = ? AND ended_at IS NULL"
        run(db, ended, (now, *its))
        run(db, "DELETE FROM device_check WHERE delegation_id = ?", its)
        sql = "UPDATE outbox SET state = 'cancelled' WHERE delegation_id = ? AND state = 'queued'"
        run(db, sql, its)
        subject, after = f"invitation {invitation_id}", {"colleague": delegation_id}
        audit_trail.record(db, actor, "colleague revoked", subject, after=after)
    return found


def ended_behind(db: Database, raw: str) -> bool:
    """Whether a session has ended because the colleague's part was taken back."""
    sql = """SELECT 1 FROM session s JOIN delegation d ON d.id = s.delegation_id
        WHERE s.id_hash = ? AND d.revoked_at IS NOT NULL"""
    return bool(scalar(db, sql, (hashed(raw),)))


def request_new_link(db: Database, email: str) -> None:
    """Queue a fresh link to each open part of the address, once an hour; nothing where none is."""
    with writing(db):
        outbox.write_and_forget(db)
        sql = f"""SELECT d.id FROM delegation d JOIN invitation i ON i.id = d.invitation_id
            JOIN round r ON r.id = i.round_id AND {TAKES_ANSWERS}
            WHERE d.email = :email COLLATE NOCASE AND d.email <> '' AND d.revoked_at IS NULL"""
        for row in rows(db, sql, {"email": email.strip(), "today": clock.today().isoformat()}):
            _queue(db, row["id"], f"delegation {row['id']} {clock.now()[:13]}")


def saved(db: Database, invitation_id: int) -> dict[str, dict[str, str]]:
    """When each who wrote in the draft last saved each question there: writer, question, moment."""
    found: dict[str, dict[str, str]] = {}
    sql = "SELECT saved_by, question, saved_at FROM draft WHERE invitation_id = ?"
    for row in rows(db, sql, (invitation_id,)):
        found.setdefault(row["saved_by"], {})[row["question"]] = row["saved_at"]
    return found


def undelivered(db: Database, invitation_id: int) -> set[int]:
    """The colleagues whose latest mail did not get through."""
    sql = f"""SELECT delegation_id, {outbox.STATE} AS now FROM outbox WHERE id IN (SELECT max(o.id)
        FROM outbox o WHERE o.invitation_id = ? AND o.kind = ? GROUP BY o.delegation_id)"""
    found = rows(db, sql, (invitation_id, KIND))
    return {row["delegation_id"] for row in found if row["now"] in ("failed", "bounced")}

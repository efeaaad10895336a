"""Invitations and the personal links that lead to them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlite_utils import Database

from survey_data import audit_trail, clock, outbox
from survey_data.database import columns, first, read_row, rows, run, writing
from survey_data.errors import UnknownLink
from survey_data.register.enterprises import MAIN_CONTACT, Contact, Enterprise
from survey_data.responses.drafts import TAKES_ANSWERS
from survey_data.rounds.rounds import Round
from survey_data.staff import sessions
from survey_data.staff.sessions import Session
from survey_data.tokens import hashed, new_token


@dataclass(frozen=True)
class Invitation:
    """One enterprise asked in one round, with its main contact, where it has one.

    A round that it may still answer is open to it, with its own last day.
    """

    id: int
    round: Round
    enterprise: Enterprise
    contact: Contact | None = None


# Every page of the form asks for it, so the four tables are read at once.
COLUMNS = f"""i.id, i.open_until, {columns("r", Round)}, {columns("e", Enterprise)},
    {columns("c", Contact)}"""
OTHERS = f"""JOIN round r ON r.id = i.round_id
    JOIN enterprise e ON e.id = i.enterprise_id {MAIN_CONTACT}"""
WHOLE = f"SELECT {COLUMNS} FROM invitation i {OTHERS}"


def _from(row: Mapping[str, Any]) -> Invitation:
    survey_round, until = read_row(Round, row, "r"), row["open_until"]
    if not survey_round.is_open and until and until >= clock.today().isoformat():
        survey_round = replace(survey_round, closed_at=None, due_date=date.fromisoformat(until))
    contact = read_row(Contact, row, "c") if row["c.id"] else None
    return Invitation(row["id"], survey_round, read_row(Enterprise, row, "e"), contact)


def by_id(db: Database, invitation_id: int) -> Invitation:
    """One invitation; raises UnknownLink."""
    row = first(db, f"{WHOLE} WHERE i.id = ?", (invitation_id,))
    if row is None:
        raise UnknownLink
    return _from(row)


def behind_session(db: Database, raw: str, browser: str) -> tuple[Session, Invitation] | None:
    """The live session of a respondent in that browser, and the invitation it answers; or None."""
    sql = f"""SELECT {sessions.COLUMNS}, {COLUMNS} FROM {sessions.TABLES}
        JOIN invitation i ON i.id = s.invitation_id {OTHERS} WHERE {sessions.LIVE}"""
    row = first(db, sql, {"session": hashed(raw), "browser": hashed(browser)})
    session = sessions.usable(db, row) if row else None
    return (session, _from(row)) if row and session else None


def ids_of(db: Database, enterprise_id: int) -> list[int]:
    """The invitations of an enterprise, the newest year's first."""
    sql = """SELECT i.id FROM invitation i JOIN round r ON r.id = i.round_id
        WHERE i.enterprise_id = ? ORDER BY r.year DESC"""
    return [row["id"] for row in rows(db, sql, (enterprise_id,))]


def by_token(db: Database, token: str) -> Invitation:
    """The invitation a personal link leads to, also when its round is closed.

    Raises UnknownLink where the link is not ours, was revoked or is a colleague's.
    """
    # A colleague's link leads to a part of the form only: see `delegations`.
    sql = f"""{WHOLE} JOIN link l ON l.invitation_id = i.id
        WHERE l.token_hash = ? AND l.revoked_at IS NULL AND l.delegation_id IS NULL"""
    row = first(db, sql, (hashed(token),))
    if row is None:
        raise UnknownLink
    return _from(row)


def is_ours(db: Database, token: str) -> bool:
    """Whether a link was made here, the enterprise's own or a colleague's."""
    return first(db, "SELECT 1 FROM link WHERE token_hash = ?", (hashed(token),)) is not None


def new_link(db: Database, invitation_id: int) -> str:
    """Make one more personal link to an invitation and return its token, kept nowhere."""
    token = new_token()
    sql = "INSERT INTO link (token_hash, invitation_id, created_at) VALUES (?, ?, ?)"
    run(db, sql, (hashed(token), invitation_id, clock.now()))
    return token


def link_to_copy(db: Database, invitation: Invitation, actor: str) -> str:
    """One more link, for a person to hand over, noted in the trail; raises RoundClosed."""
    with writing(db):
        invitation.round.must_be_open()
        audit_trail.record(db, actor, "link copied", f"enterprise {invitation.enterprise.id}",
                           after={"year": invitation.round.year})  # fmt: skip
        return new_link(db, invitation.id)


def end_links(db: Database, invitation: Invitation, actor: str) -> int:
    """Let every link to a form lead nowhere, colleagues' too, and close it where it is open.

    Returns how many links ended. What is saved stays, and a new link leads to it.
    """
    with writing(db):
        sql = "UPDATE link SET revoked_at = ? WHERE invitation_id = ? AND revoked_at IS NULL"
        ended = run(db, sql, (clock.now(), invitation.id))
        sessions.end_all_of_invitation(db, invitation.id, actor)
        audit_trail.record(db, actor, "links ended", f"enterprise {invitation.enterprise.id}",
                           after={"year": invitation.round.year})  # fmt: skip
        return ended


def mark_opened(db: Database, invitation_id: int) -> bool:
    """Remember the first time the respondent began, and tell whether this was it."""
    sql = "UPDATE invitation SET opened_at = ? WHERE id = ? AND opened_at IS NULL"
    return bool(run(db, sql, (clock.now(), invitation_id)))


def request_new_link(db: Database, email: str, language: str = "sv") -> None:
    """Queue a fresh link to every open invitation of the address; nothing where there is none.

    The caller says the same whether the address is known or not.
    """
    sql = f"""SELECT i.id, c.email FROM contact c
        JOIN invitation i ON i.enterprise_id = c.enterprise_id
        JOIN round r ON r.id = i.round_id AND {TAKES_ANSWERS}
        WHERE c.email = :email COLLATE NOCASE"""
    # One an hour and address: a stranger must not be able to fill an inbox.
    hour = clock.now()[:13]
    with writing(db):
        outbox.write_and_forget(db)
        for row in rows(db, sql, {"email": email.strip(), "today": clock.today().isoformat()}):
            once = f"new_link {row['id']} {row['email'].lower()} {hour}"
            outbox.queue(db, "new_link", row["email"], once=once, invitation_id=row["id"],
                         language=language)  # fmt: skip

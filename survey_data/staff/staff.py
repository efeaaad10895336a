"""Staff, their roles and what each may do, and the board's yearly mail.

A new role is one entry in `ROLES`. Pages, commands and the data browser ask `may`; they know no
role by its name.
"""

from dataclasses import dataclass

from sqlite_utils import Database

from survey_data import audit_trail, clock, erasures, outbox
from survey_data.database import read_all, read_one, read_row, rows, run, scalar, writing
from survey_data.errors import SurveyError
from survey_data.staff import sessions


class LastCoordinator(SurveyError):
    """Without a coordinator nobody could do anything any more."""

    says = "Den sista samordnaren kan inte tas bort. Lägg till en till först."


# What can be allowed: the coordinator's pages, the enterprises' own answers, the yearly mail.
COORDINATE, MICRODATA, BOARD_MAIL = "coordinate", "microdata", "board mail"


@dataclass(frozen=True)
class Role:
    """A role as the staff page and the invitation call it, and what it allows."""

    label_sv: str
    label_en: str
    may: frozenset[str]


ROLES = {
    "coordinator": Role(
        "Samordnare: sköter registret, omgången och inställningarna",
        "Coordinator: looks after the register, the round and the settings",
        frozenset({COORDINATE, MICRODATA}),
    ),
    "analyst": Role(
        "Analytiker: läser och hämtar alla företags svar",
        "Analyst: reads and downloads every enterprise’s answers",
        frozenset({MICRODATA}),
    ),
    "board": Role("Styrelse: läser rapporten", "Board: reads the report", frozenset({BOARD_MAIL})),
}


def may(role: str, what: str) -> bool:
    """Whether a role allows something; one that is not declared allows nothing."""
    return role in ROLES and what in ROLES[role].may


def needs_factor(role: str) -> bool:
    """Whether a role must show a second factor: it reads answers, or decides."""
    return may(role, COORDINATE) or may(role, MICRODATA)


def labels(language: str) -> dict[str, str]:
    """What each role is called, in "sv" or "en"."""
    return {
        code: role.label_en if language == "en" else role.label_sv for code, role in ROLES.items()
    }


@dataclass(frozen=True)
class Staff:
    """Someone who may sign in."""

    id: int
    email: str
    role: str


THOSE_WHO_MAY = "SELECT * FROM staff WHERE removed_at IS NULL"


def add(db: Database, email: str, role: str, actor: str) -> Staff:
    """Let an address sign in with a role, or give it that role if it already may.

    Raises LastCoordinator where that would leave none.
    """
    if role not in ROLES:
        raise ValueError(f"role must be one of {', '.join(ROLES)}")
    with writing(db):
        known = by_email(db, email)
        if known and known.role != role:
            _keep_a_coordinator(db, known)
        sql = """INSERT INTO staff (email, role, created_at) VALUES (?, ?, ?) ON CONFLICT (email)
            DO UPDATE SET role = excluded.role, removed_at = NULL RETURNING id"""
        staff_id = scalar(db, sql, (email.strip(), role, clock.now()))
        audit_trail.record(db, actor, "staff added", f"staff {staff_id}", after={"role": role})
    return Staff(staff_id, email.strip(), role)


def remove(db: Database, email: str, actor: str) -> None:
    """Let an address sign in no more, and end its sessions; raises LastCoordinator."""
    with writing(db):
        found = by_email(db, email)
        if found is None:
            return
        _keep_a_coordinator(db, found)
        shut_out(db, found.id)
        audit_trail.record(db, actor, "staff removed", f"staff {found.id}")
        # Whoever was shut out must not be let in again by an older copy.
        erasures.note(db, "staff", found.id)


def shut_out(db: Database, staff_id: int) -> None:
    """Let someone sign in no more, and end the sessions."""
    sql = "UPDATE staff SET removed_at = coalesce(removed_at, ?) WHERE id = ?"
    run(db, sql, (clock.now(), staff_id))
    _forget_accounts(db, staff_id)
    sessions.end_all_of_staff(db, staff_id)


def release_account(db: Database, staff_id: int, actor: str) -> None:
    """Let the next sign-in at a provider bind somebody's account anew."""
    if _forget_accounts(db, staff_id):
        audit_trail.record(db, actor, "provider account released", f"staff {staff_id}")


def _forget_accounts(db: Database, staff_id: int) -> int:
    # For whoever gets the address next.
    return run(db, "DELETE FROM provider_account WHERE staff_id = ?", (staff_id,))


def _keep_a_coordinator(db: Database, who: Staff) -> None:
    # Inside the transaction, so that two cannot remove each other at once.
    others = (other for other in everyone(db) if other.id != who.id)
    if may(who.role, COORDINATE) and not any(may(other.role, COORDINATE) for other in others):
        raise LastCoordinator


def invite(db: Database, email: str, role: str, actor: str, language: str = "sv") -> Staff:
    """Let an address sign in with a role, and write to it how that is done."""
    with writing(db):
        who = add(db, email, role, actor)
        once = f"staff_invited {who.id} {clock.now()}"
        outbox.queue(db, "staff_invited", who.email, once=once, staff_id=who.id, language=language)
    return who


def end_sessions(db: Database, staff_id: int, actor: str) -> None:
    """Sign someone out everywhere."""
    with writing(db):
        sessions.end_all_of_staff(db, staff_id)
        audit_trail.record(db, actor, "sessions ended", f"staff {staff_id}")


def live_sessions(db: Database) -> dict[int, int]:
    """How many sessions each member of staff has that could still be used."""
    sql = """SELECT staff_id, count(*) AS count FROM session WHERE staff_id IS NOT NULL
        AND ended_at IS NULL AND started_at > ? AND seen_at > ? GROUP BY staff_id"""
    return dict(db.conn.execute(sql, sessions.usable_since("staff")).fetchall())


def by_id(db: Database, staff_id: int) -> Staff | None:
    """The member of staff with that number who may sign in, or None."""
    return read_one(db, Staff, f"{THOSE_WHO_MAY} AND id = ?", (staff_id,))


def by_email(db: Database, email: str) -> Staff | None:
    """The member of staff with that address, or None."""
    return read_one(db, Staff, f"{THOSE_WHO_MAY} AND email = ?", (email.strip(),))


def by_session(db: Database, raw: str) -> Staff | None:
    """Who a session belongs to, or None."""
    found = sessions.find(db, raw)
    return by_id(db, found.staff_id) if found and found.staff_id else None


def everyone(db: Database) -> list[Staff]:
    """Everyone who may sign in."""
    return read_all(db, Staff, f"{THOSE_WHO_MAY} ORDER BY role, email")


# Of each final release, to the board.
YEARLY_MAIL = "board_release"


@dataclass(frozen=True)
class BoardMember:
    """A member of the board and whether she wants the mail."""

    id: int
    email: str
    wants_it: bool


def board(db: Database) -> list[BoardMember]:
    """The board, those who have declined the mail included."""
    found = rows(
        db,
        "SELECT id, email, role, no_board_mail_since IS NULL AS wants_it FROM staff"
        " WHERE removed_at IS NULL ORDER BY email",
    )
    return [read_row(BoardMember, row) for row in found if may(row["role"], BOARD_MAIL)]


def queue_board_mail(db: Database, release: str, actor: str) -> None:
    """Queue the mail of a release that has become final, once, to those who want it.

    Belongs in the transaction that makes the release final: a release without its mail, or
    a mail without its release, would both be wrong.
    """
    wanting = [each for each in board(db) if each.wants_it]
    for to in wanting:
        once = f"{YEARLY_MAIL} {release} staff {to.id}"
        outbox.queue(db, YEARLY_MAIL, to.email, once=once, staff_id=to.id)
    if wanting:
        after = {"to": len(wanting)}
        audit_trail.record(db, actor, "board mail queued", f"release {release}", after=after)


def wants_board_mail(db: Database, staff_id: int) -> bool | None:
    """Whether a member of the board wants the mail; None when that is no longer anyone."""
    return next((each.wants_it for each in board(db) if each.id == staff_id), None)


def choose_board_mail(db: Database, staff_id: int, *, wanted: bool) -> None:
    """Note that a member of the board wants the mail, or does not."""
    with writing(db):
        since = None if wanted else clock.now()
        run(db, "UPDATE staff SET no_board_mail_since = ? WHERE id = ?", (since, staff_id))
        action = "board mail wanted" if wanted else "board mail declined"
        audit_trail.record(db, f"staff {staff_id}", action, f"staff {staff_id}")


def board_mail_sent(db: Database) -> str | None:
    """When the latest of these mails was queued, or None."""
    sql = "SELECT max(created_at) FROM outbox WHERE kind = ?"
    found: str | None = scalar(db, sql, (YEARLY_MAIL,))
    return found

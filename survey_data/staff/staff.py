"""Staff, their roles and what each may do, and the mailed links they sign in with.

A new role is one entry in `ROLES`. Pages, commands and the data browser ask `may`; they know no
role by its name.
"""

from dataclasses import dataclass

from sqlite_utils import Database

from survey_data import audit_trail, clock, erasures, outbox
from survey_data.database import insert, keep_setting, read_all, read_one, run, scalar, writing
from survey_data.errors import SurveyError
from survey_data.staff import provider_accounts, sessions
from survey_data.tokens import hashed, new_token


class SignInLinkSpent(SurveyError):
    """The sign-in link is unknown, used, too old, or was asked for in another browser."""


class LastCoordinator(SurveyError):
    """Without a coordinator nobody could do anything any more."""

    says = "Den sista samordnaren kan inte tas bort. Lägg till en till först."


LINK_MINUTES = 10
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
    provider_accounts.forget(db, staff_id)
    sessions.end_all_of_staff(db, staff_id)


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


# Who lets those in whose groups at the identity provider give them a role.
PROVIDER = "identity provider"


def came_by_group(db: Database, who: Staff) -> bool:
    """Whether a group at the identity provider gave somebody the role, and no coordinator."""
    sql = """SELECT actor FROM audit WHERE action = 'staff added' AND subject = ?
        ORDER BY id DESC LIMIT 1"""
    return bool(scalar(db, sql, (f"staff {who.id}",)) == PROVIDER)


def comes_by_provider(db: Database, who: Staff, issuer: str) -> bool:
    """Whether somebody has an account at that provider and no app here.

    A mailed link would then ask whoever reads the address's mail to enrol an app.
    """
    has_app = "SELECT EXISTS (SELECT 1 FROM second_factor WHERE staff_id = ?)"
    return provider_accounts.is_bound(db, who.id, issuer) and not scalar(db, has_app, (who.id,))


def request_sign_in(
    db: Database, email: str, browser: str, language: str = "sv", *, issuer: str = "",
    groups_decide: bool = False,
) -> None:  # fmt: skip
    """Queue a sign-in mail if the address is staff; does nothing where it is not.

    `browser` is a secret of the asking browser; the link works in no other. Who comes by the
    provider (`issuer`) has no other way in, nor, where `groups_decide`, has whoever came by one: a
    mailed link would outlive the group.
    """
    found = by_email(db, email)
    has_other_way = found and (
        comes_by_provider(db, found, issuer) or (groups_decide and came_by_group(db, found))
    )
    with writing(db):
        outbox.write_and_forget(db)
        if found and not has_other_way:
            once = f"sign_in {found.id} {clock.now()}"
            outbox.queue(db, "sign_in", found.email, once=once, staff_id=found.id,
                         browser_hash=hashed(browser), language=language)  # fmt: skip


# Of the one sign-in link that can be used again: a demonstration's, where nobody else can come.
DAY_LINK = "demonstration_link"


def new_sign_in_link(
    db: Database, staff_id: int, browser_hash: str | None, *, for_a_day: bool = False
) -> str:
    """A single-use sign-in token, good for ten minutes; without a browser hash, in any browser.

    One that is `for_a_day` can be used again, and takes the place of the one before it.
    """
    token = new_token()
    minutes = 24 * 60 if for_a_day else LINK_MINUTES
    if for_a_day:
        keep_setting(db, DAY_LINK, hashed(token))
    insert(db, "sign_in_link", {
        "token_hash": hashed(token), "staff_id": staff_id, "browser_hash": browser_hash,
        "expires_at": clock.machine.from_now(minutes=minutes),
    })  # fmt: skip
    return token


def sign_in(db: Database, token: str, browser: str, device: str = "") -> tuple[Staff, str]:
    """Use up a sign-in link; returns who it was and the id of the new session.

    Raises SignInLinkSpent when unknown, used, too old, or asked for in another browser.
    """
    with writing(db):
        sql = f"""UPDATE sign_in_link SET used_at = :now WHERE token_hash = :token
            AND (used_at IS NULL
                OR token_hash = (SELECT value FROM setting WHERE name = '{DAY_LINK}'))
            AND expires_at > :now AND (browser_hash IS NULL OR browser_hash = :browser)
            AND staff_id IN (SELECT id FROM staff WHERE removed_at IS NULL)
            RETURNING staff_id"""
        of = {"now": clock.machine.now(), "token": hashed(token), "browser": hashed(browser)}
        staff_id = scalar(db, sql, of)
        who = by_id(db, staff_id) if staff_id else None
        if who is None:
            raise SignInLinkSpent
        return who, begin_session(db, who, device)


def begin_session(db: Database, who: Staff, device: str) -> str:
    """Begin a session of a member of staff, in the trail; returns its id."""
    with writing(db):
        audit_trail.record(db, f"staff {who.id}", "signed in")
        return sessions.start(db, staff_id=who.id, device=device)

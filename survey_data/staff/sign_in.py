"""How staff sign in: by a mailed link, by an account at an identity provider, and the first time.

An address may get another owner at the provider, an account never: so the first sign-in binds one
to the other, and only somebody else on the staff, or the terminal, lets that be done anew. In an
empty inventory one link, used once, lets the first coordinator in.
"""

from sqlite_utils import Database

from survey_data import audit_trail, clock, outbox
from survey_data.database import first, insert, keep_setting, run, scalar, writing
from survey_data.errors import SurveyError
from survey_data.staff import second_factor, sessions, staff
from survey_data.staff.staff import Staff
from survey_data.tokens import hashed, new_token


class SignInLinkSpent(SurveyError):
    """The sign-in link is unknown, used, too old, or was asked for in another browser."""


class SetupLinkSpent(SurveyError):
    """The set-up link is unknown, used or too old, or someone can sign in already."""


LINK_MINUTES = 10
SET_UP = "set-up"
SETUP_HOURS = 24
# Long enough to look up a telephone number; the link itself is dead by then.
BROWSER_HOURS = 2


def bind_account(db: Database, staff_id: int, issuer: str, subject: str) -> bool:
    """Bind somebody to a provider's account where neither is bound; whether they are each other's.

    `issuer` and `subject` are the provider's `iss` and `sub`, of which a hash is kept.
    """
    account = hashed(f"{issuer} {subject}")
    with writing(db):
        sql = "INSERT OR IGNORE INTO provider_account VALUES (?, ?, ?, ?)"
        if run(db, sql, (staff_id, issuer, account, clock.machine.now())):
            someone = f"staff {staff_id}"
            audit_trail.record(db, someone, "provider account bound", someone)
        sql = "SELECT EXISTS (SELECT 1 FROM provider_account WHERE staff_id = ? AND account = ?)"
        return bool(scalar(db, sql, (staff_id, account)))


def is_account_bound(db: Database, staff_id: int, issuer: str) -> bool:
    """Whether somebody has an account at that provider here."""
    sql = "SELECT EXISTS (SELECT 1 FROM provider_account WHERE staff_id = ? AND issuer = ?)"
    return bool(scalar(db, sql, (staff_id, issuer)))


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
    return is_account_bound(db, who.id, issuer) and not second_factor.is_enrolled(db, who.id)


def request_sign_in(
    db: Database, email: str, browser: str, language: str = "sv", *, issuer: str = "",
    groups_decide: bool = False,
) -> None:  # fmt: skip
    """Queue a sign-in mail if the address is staff; does nothing where it is not.

    `browser` is a secret of the asking browser; the link works in no other. Who comes by the
    provider (`issuer`) has no other way in, nor, where `groups_decide`, has whoever came by one: a
    mailed link would outlive the group.
    """
    found = staff.by_email(db, email)
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
        who = staff.by_id(db, staff_id) if staff_id else None
        if who is None:
            raise SignInLinkSpent
        return who, begin_session(db, who, device)


def begin_session(db: Database, who: Staff, device: str) -> str:
    """Begin a session of a member of staff, in the trail; returns its id."""
    with writing(db):
        audit_trail.record(db, f"staff {who.id}", "signed in")
        return sessions.start(db, staff_id=who.id, device=device)


def is_first_start(db: Database) -> bool:
    """Whether nobody has ever been let in, not even someone who has been removed since."""
    return not scalar(db, "SELECT EXISTS (SELECT 1 FROM staff)")


def new_setup_link(db: Database) -> str:
    """Make the only set-up link there is and return its token; older ones die."""
    token = new_token()
    with writing(db):
        run(db, "DELETE FROM setup_link")
        insert(db, "setup_link", {
            "token_hash": hashed(token), "created_at": clock.machine.now(),
            "expires_at": clock.machine.from_now(hours=SETUP_HOURS),
        })  # fmt: skip
    return token


def use_setup_link(db: Database, token: str) -> str:
    """Use the link up and return a secret for the browser that did; raises SetupLinkSpent."""
    browser = new_token()
    with writing(db):
        sql = """UPDATE setup_link SET used_at = :now, browser_hash = :browser, expires_at = :until
            WHERE token_hash = :token AND used_at IS NULL AND expires_at > :now"""
        until = clock.machine.from_now(hours=BROWSER_HOURS)
        used = run(db, sql, {"now": clock.machine.now(), "until": until,
                             "browser": hashed(browser), "token": hashed(token)})  # fmt: skip
        if not used or not is_first_start(db):
            raise SetupLinkSpent
        audit_trail.record(db, SET_UP, "set-up begun")
    return browser


def is_setting_up(db: Database, browser: str) -> bool:
    """Whether that browser used the link, not too long ago, and nobody can sign in yet."""
    sql = "SELECT 1 FROM setup_link WHERE browser_hash = ? AND expires_at > ?"
    row = first(db, sql, (hashed(browser), clock.machine.now()))
    return row is not None and is_first_start(db)


def finish_setup(
    db: Database, browser: str, email: str, language: str, device: str = ""
) -> tuple[Staff, str]:
    """Make the first coordinator and return it with a session; raises SetupLinkSpent."""
    with writing(db):
        if not is_setting_up(db, browser):
            raise SetupLinkSpent
        who = staff.invite(db, email, "coordinator", SET_UP, language)
        run(db, "DELETE FROM setup_link")
        return who, begin_session(db, who, device)

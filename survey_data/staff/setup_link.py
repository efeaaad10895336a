"""The first start of an empty inventory: one link, used once, until someone can sign in."""

from sqlite_utils import Database

from survey_data import audit_trail, clock
from survey_data.database import first, insert, run, scalar, writing
from survey_data.errors import SurveyError
from survey_data.staff import staff
from survey_data.staff.staff import Staff
from survey_data.tokens import hashed, new_token


class SetupLinkSpent(SurveyError):
    """The set-up link is unknown, used or too old, or someone can sign in already."""


ACTOR = "set-up"
LINK_HOURS = 24
# Long enough to look up a telephone number; the link itself is dead by then.
BROWSER_HOURS = 2


def is_needed(db: Database) -> bool:
    """Whether nobody has ever been let in, not even someone who has been removed since."""
    return not scalar(db, "SELECT EXISTS (SELECT 1 FROM staff)")


def new_link(db: Database) -> str:
    """Make the only set-up link there is and return its token; older ones die."""
    token = new_token()
    with writing(db):
        run(db, "DELETE FROM setup_link")
        insert(db, "setup_link", {
            "token_hash": hashed(token), "created_at": clock.machine.now(),
            "expires_at": clock.machine.from_now(hours=LINK_HOURS),
        })  # fmt: skip
    return token


def use_link(db: Database, token: str) -> str:
    """Use the link up and return a secret for the browser that did; raises SetupLinkSpent."""
    browser = new_token()
    with writing(db):
        sql = """UPDATE setup_link SET used_at = :now, browser_hash = :browser, expires_at = :until
            WHERE token_hash = :token AND used_at IS NULL AND expires_at > :now"""
        until = clock.machine.from_now(hours=BROWSER_HOURS)
        used = run(db, sql, {"now": clock.machine.now(), "until": until,
                             "browser": hashed(browser), "token": hashed(token)})  # fmt: skip
        if not used or not is_needed(db):
            raise SetupLinkSpent
        audit_trail.record(db, ACTOR, "set-up begun")
    return browser


def is_setting_up(db: Database, browser: str) -> bool:
    """Whether that browser used the link, not too long ago, and nobody can sign in yet."""
    sql = "SELECT 1 FROM setup_link WHERE browser_hash = ? AND expires_at > ?"
    row = first(db, sql, (hashed(browser), clock.machine.now()))
    return row is not None and is_needed(db)


def finish(
    db: Database, browser: str, email: str, language: str, device: str = ""
) -> tuple[Staff, str]:
    """Make the first coordinator and return it with a session; raises SetupLinkSpent."""
    with writing(db):
        if not is_setting_up(db, browser):
            raise SetupLinkSpent
        who = staff.invite(db, email, "coordinator", ACTOR, language)
        run(db, "DELETE FROM setup_link")
        return who, staff.begin_session(db, who, device)

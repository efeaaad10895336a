"""Which account at an identity provider each of the staff signs in with.

An address may get another owner at the provider, an account never: so the first sign-in binds one
to the other, and only somebody else on the staff, or the terminal, lets that be done anew.
"""

from sqlite_utils import Database

from survey_data import audit_trail, clock
from survey_data.database import run, scalar, writing
from survey_data.tokens import hashed


def bind(db: Database, staff_id: int, issuer: str, subject: str) -> bool:
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


def is_bound(db: Database, staff_id: int, issuer: str) -> bool:
    """Whether somebody has an account at that provider here."""
    sql = "SELECT EXISTS (SELECT 1 FROM provider_account WHERE staff_id = ? AND issuer = ?)"
    return bool(scalar(db, sql, (staff_id, issuer)))


def release(db: Database, staff_id: int, actor: str) -> None:
    """Let the next sign-in at a provider bind somebody's account anew."""
    if forget(db, staff_id):
        audit_trail.record(db, actor, "provider account released", f"staff {staff_id}")


def forget(db: Database, staff_id: int) -> int:
    """Forget the accounts of somebody, for whoever gets the address next; how many there were."""
    return run(db, "DELETE FROM provider_account WHERE staff_id = ?", (staff_id,))

"""An enterprise's contacts: several, each with a role, one of them the main one.

The trail says that a contact was added, changed or removed and which of its facts,
never the facts themselves: it can never be deleted, and persons must be.
"""

from sqlite_utils import Database

from survey_data import audit_trail, erasures
from survey_data.database import insert, read_all, run, scalar, writing
from survey_data.register.enterprises import Contact, facts_of

OWN_FACTS = ("email", "name", "role", "phone", "language")


def of(db: Database, enterprise_id: int) -> list[Contact]:
    """An enterprise's contacts, the main one first."""
    sql = "SELECT * FROM contact WHERE enterprise_id = ? ORDER BY is_main DESC, id"
    return read_all(db, Contact, sql, (enterprise_id,))


def find(db: Database, enterprise_id: int, contact_id: int) -> Contact | None:
    """One contact of an enterprise, or None."""
    return next((each for each in of(db, enterprise_id) if each.id == contact_id), None)


def main_address(db: Database, invitation_id: int) -> str | None:
    """The address that mails about an invitation go to, or None."""
    sql = """SELECT c.email FROM invitation i JOIN contact c ON c.enterprise_id = i.enterprise_id
        WHERE i.id = ? ORDER BY c.is_main DESC, c.id LIMIT 1"""
    found: str | None = scalar(db, sql, (invitation_id,))
    return found


def address_is_taken(db: Database, enterprise_id: int, email: str, besides: int = 0) -> bool:
    """Whether another contact of the enterprise has that address."""
    sql = """SELECT 1 FROM contact WHERE enterprise_id = ? AND email = ? COLLATE NOCASE
        AND id <> ?"""
    return bool(scalar(db, sql, (enterprise_id, email, besides)))


def add(db: Database, enterprise_id: int, contact: Contact, actor: str) -> None:
    """Add a contact; the first of an enterprise becomes the main one."""
    with writing(db):
        is_main = not of(db, enterprise_id)
        insert(db, "contact", facts_of(contact, enterprise_id) | {"is_main": is_main})
        _record(db, "contact added", enterprise_id, actor)


def change(db: Database, enterprise_id: int, contact_id: int, wanted: Contact, actor: str) -> None:
    """Change a contact's facts."""
    with writing(db):
        known = find(db, enterprise_id, contact_id)
        if known is None:
            return
        new = {name: getattr(wanted, name) for name in OWN_FACTS}
        changed = {name: value for name, value in new.items() if getattr(known, name) != value}
        if changed:
            db.table("contact").update(contact_id, changed)
            _record(db, "contact changed", enterprise_id, actor, [*changed])


def remove(db: Database, enterprise_id: int, contact_id: int, actor: str) -> None:
    """Remove a contact for good; another one becomes the main one if it was."""
    with writing(db):
        if erase(db, enterprise_id, contact_id):
            _record(db, "contact removed", enterprise_id, actor)
            erasures.note(db, "contact", contact_id)


def erase(db: Database, enterprise_id: int, contact_id: int) -> bool:
    """Delete a contact and the addresses kept for it alone; tells whether there was one."""
    sql = "DELETE FROM contact WHERE enterprise_id = ? AND id = ?"
    if not run(db, sql, (enterprise_id, contact_id)):
        return False
    appoint_main(db, enterprise_id)
    forget_bounced_addresses(db, enterprise_id)
    return True


def forget_bounced_addresses(db: Database, enterprise_id: int) -> None:
    """Keep that mails bounced, but not the addresses that no contact has any longer."""
    sql = """UPDATE bounce SET address = '', words = '', lifted_at = noted_at
        WHERE enterprise_id = ? AND NOT EXISTS
        (SELECT 1 FROM contact c WHERE c.email = bounce.address COLLATE NOCASE)"""
    run(db, sql, (enterprise_id,))


def make_main(db: Database, enterprise_id: int, contact_id: int, actor: str) -> None:
    """Let a contact be the one that mails go to."""
    with writing(db):
        if find(db, enterprise_id, contact_id) is None:
            return
        sql = "UPDATE contact SET is_main = (id = ?) WHERE enterprise_id = ?"
        run(db, sql, (contact_id, enterprise_id))
        _record(db, "main contact chosen", enterprise_id, actor)


def appoint_main(db: Database, enterprise_id: int) -> None:
    """Make the oldest contact the main one where none is, and only one where several are."""
    sql = """UPDATE contact SET is_main = (id = (SELECT c.id FROM contact c
        WHERE c.enterprise_id = :of ORDER BY c.is_main DESC, c.id LIMIT 1))
        WHERE enterprise_id = :of"""
    run(db, sql, {"of": enterprise_id})


def _record(
    db: Database, action: str, enterprise_id: int, actor: str, changed: list[str] | None = None
) -> None:
    after = {"changed": changed} if changed else None
    audit_trail.record(db, actor, action, f"enterprise {enterprise_id}", after=after)

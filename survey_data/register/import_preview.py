"""An import looked at before it happens: what it would add, change and leave, then exactly that."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlite_utils import Database

from survey_data import audit_trail, clock
from survey_data.database import first, run, writing
from survey_data.errors import BadLine, ChangedMeanwhile, PreviewGone
from survey_data.register import enterprises
from survey_data.register.csv_files import main_contact, read_file
from survey_data.register.enterprises import Contact, Enterprise
from survey_data.tokens import hashed, new_token

PREVIEW_HOURS = 2
FACTS = ("name", "municipality_code", "legal_form", "active_from", "active_to", "is_example")
CONTACT_FACTS = ("email", "name", "role", "phone")

Pairs = Sequence[tuple[Enterprise, Contact]]


@dataclass(frozen=True)
class EnterpriseChange:
    """One enterprise that a file would change: each fact, from what to what."""

    wanted: Enterprise
    contact: Contact
    facts: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class RegisterImport:
    """What a file would do to the register as it is now."""

    added: tuple[tuple[Enterprise, Contact], ...]
    changed: tuple[EnterpriseChange, ...]
    left_alone: tuple[Enterprise, ...]
    faults: tuple[BadLine, ...] = ()

    @property
    def mark(self) -> str:
        """A mark that is another one when the plan is."""
        return hashlib.sha256(repr((self.added, self.changed)).encode()).hexdigest()


def look(db: Database, content: bytes) -> RegisterImport:
    """What a CSV or XLSX file would do; nothing is stored."""
    read = read_file(db, content)
    return _plan(db, read.found, read.faults)


def _plan(db: Database, pairs: Pairs, faults: tuple[BadLine, ...] = ()) -> RegisterImport:
    added, changed, alone = [], [], []
    for wanted, contact in pairs:
        known = enterprises.enterprise(db, wanted.id) if wanted.id else None
        if known is None:
            added.append((wanted, contact))
            continue
        facts = _differences(known, main_contact(db, known.id), wanted, contact)
        if facts:
            changed.append(EnterpriseChange(wanted, contact, facts))
        else:
            alone.append(known)
    return RegisterImport(tuple(added), tuple(changed), tuple(alone), faults)


def _differences(
    known: Enterprise, known_contact: Contact | None, wanted: Enterprise, contact: Contact
) -> tuple[tuple[str, str, str], ...]:
    old = {n: getattr(known, n) for n in FACTS}
    new = {n: getattr(wanted, n) for n in FACTS}
    for name in CONTACT_FACTS:
        old[f"contact_{name}"] = getattr(known_contact, name) if known_contact else ""
        new[f"contact_{name}"] = getattr(contact, name)
    texts = ((n, _text(old[n]), _text(new[n])) for n in new)
    return tuple((n, before, after) for n, before, after in texts if before != after)


def _text(value: object) -> str:
    return str(int(value)) if isinstance(value, bool) else str(value or "")


def keep(db: Database, content: bytes, actor: str) -> tuple[RegisterImport, str]:
    """Look at a file and keep its lines for a while; returns the plan and the key to them.

    A file with a bad line is not kept: it may hold what must never be stored.
    """
    forget_old(db)
    plan = look(db, content)
    if plan.faults:
        return plan, ""
    pairs = [*plan.added, *((c.wanted, c.contact) for c in plan.changed)]
    key = new_token()
    db.table("import_preview").insert(
        {
            "token_hash": hashed(key),
            "lines": _packed(pairs),
            "plan_hash": plan.mark,
            "actor": actor,
            "expires_at": clock.machine.from_now(hours=PREVIEW_HOURS),
        }
    )
    return plan, key


def _packed(pairs: Pairs) -> str:
    return json.dumps([[asdict(e), asdict(c)] for e, c in pairs], ensure_ascii=False)


def kept(db: Database, key: str, actor: str) -> RegisterImport:
    """What a kept file would do to the register as it is now; raises PreviewGone."""
    return _plan(db, _unpacked(_row(db, key, actor)["lines"]))


def _row(db: Database, key: str, actor: str) -> dict[str, str]:
    row = first(
        db,
        "SELECT lines, plan_hash FROM import_preview WHERE token_hash = ? AND actor = ?"
        " AND expires_at > ?",
        (hashed(key), actor, clock.machine.now()),
    )
    if row is None:
        raise PreviewGone
    return row


def _unpacked(text: str) -> Pairs:
    return [(Enterprise(**e), Contact(**c)) for e, c in json.loads(text)]


def confirm(db: Database, key: str, actor: str) -> RegisterImport:
    """Store exactly what was looked at, once.

    Raises PreviewGone, or ChangedMeanwhile (and keeps the file) where the register would
    now be changed in another way than what was shown.
    """
    with writing(db):
        row = _row(db, key, actor)
        plan = _plan(db, _again(db, _unpacked(row["lines"])))
        if plan.mark != row["plan_hash"]:
            raise ChangedMeanwhile
        run(db, "DELETE FROM import_preview WHERE token_hash = ?", (hashed(key),))
        for wanted, contact in [*plan.added, *((c.wanted, c.contact) for c in plan.changed)]:
            enterprises.save_enterprise(db, wanted, contact, actor, reason="import")
        counts = {"added": len(plan.added), "changed": len(plan.changed)}
        audit_trail.record(db, actor, "register imported", after=counts)
    return plan


def _again(db: Database, pairs: Pairs) -> Pairs:
    """The same lines against the register as it is now: someone may have added one of them."""
    found = []
    for wanted, contact in pairs:
        row = first(
            db,
            "SELECT id FROM enterprise WHERE org_number = ? AND unit_name = ?",
            (wanted.org_number, wanted.unit_name),
        )
        found.append((Enterprise(**{**asdict(wanted), "id": row["id"] if row else 0}), contact))
    return found


def look_again(db: Database, key: str, actor: str) -> RegisterImport:
    """Show a kept file anew against the register as it is now, and remember what was shown."""
    with writing(db):
        plan = _plan(db, _again(db, _unpacked(_row(db, key, actor)["lines"])))
        pairs = [*plan.added, *((c.wanted, c.contact) for c in plan.changed)]
        run(
            db,
            "UPDATE import_preview SET plan_hash = ?, lines = ? WHERE token_hash = ?",
            (plan.mark, _packed(pairs), hashed(key)),
        )
    return plan


def forget_old(db: Database) -> None:
    """Let go of files that nobody confirmed in time."""
    run(db, "DELETE FROM import_preview WHERE expires_at <= ?", (clock.machine.now(),))

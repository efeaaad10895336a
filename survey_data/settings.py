"""Facts about the association, as its pages and mails state them."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

from sqlite_utils import Database

from survey_data import audit_trail
from survey_data.database import rows, writing
from survey_data.geography import COUNTY


@dataclass(frozen=True)
class Association:
    """Who asks, and what the law wants said about it; every fact can be set."""

    name: str = f"Samordningsförbund {COUNTY.name}"
    # Numbers and addresses that cannot be anyone's, until real ones are set.
    phone: str = "000-00 00 00"
    hours: str = "vardagar 9–12"
    hours_en: str = "weekdays 9–12"
    email: str = "inventering@example.org"
    address: str = ""
    data_protection_email: str = "dataskydd@example.org"
    legal_basis: str = "Uppgift av allmänt intresse (artikel 6.1 e i dataskyddsförordningen)."
    legal_basis_en: str = "Task in the public interest (Article 6(1)(e) GDPR)."
    retention: str = "Svaren sparas tills vidare. Kontaktuppgifter tas bort när de inte behövs."
    retention_en: str = "Answers are kept. Contact details are removed when no longer needed."
    accessibility_status: str = "delvis"
    accessibility_reviewed: str = ""


def association(db: Database) -> Association:
    """The facts as set, the defaults where nothing is."""
    known = {field.name for field in fields(Association)}
    found = {r["name"]: r["value"] for r in rows(db, "SELECT name, value FROM setting")}
    return replace(Association(), **{n: v for n, v in found.items() if n in known})


def set_fact(db: Database, name: str, value: str) -> None:
    """Set one fact; raises KeyError for one that does not exist."""
    if name not in {field.name for field in fields(Association)}:
        raise KeyError(name)
    db.table("setting").insert({"name": name, "value": value}, replace=True)


def set_facts(db: Database, wanted: dict[str, str], actor: str) -> list[str]:
    """Set several facts at once, and return the names of those that changed."""
    with writing(db):
        now = association(db)
        before = {name: getattr(now, name) for name in wanted}
        changed = [name for name in wanted if wanted[name] != before[name]]
        for name in changed:
            set_fact(db, name, wanted[name])
        if changed:
            audit_trail.record(
                db, actor, "settings changed", "settings",
                before={name: before[name] for name in changed},
                after={name: wanted[name] for name in changed},
            )  # fmt: skip
    return changed

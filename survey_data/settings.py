"""Facts about the association, as its pages and mails state them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta

from sqlite_utils import Database

from survey_data import audit_trail, clock
from survey_data.database import keep_setting, rows, setting, settings, writing
from survey_data.errors import SurveyError
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
    return _facts(settings(db))


def _facts(found: Mapping[str, str]) -> Association:
    known = {field.name for field in fields(Association)}
    return replace(Association(), **{n: v for n, v in found.items() if n in known})


def page_facts(db: Database) -> tuple[Association, bool]:
    """The facts, and whether the register holds examples: what every page says, asked at once."""
    sql = """SELECT name, value FROM setting UNION ALL
        SELECT 'is_demo', '1' WHERE EXISTS (SELECT 1 FROM enterprise WHERE is_example = 1)"""
    found = {r["name"]: r["value"] for r in rows(db, sql)}
    return _facts(found), "is_demo" in found


# What must be real before anybody is written to, in the order of the form.
MUST_BE_REAL = ("name", "phone", "email", "address", "data_protection_email")
# Whether mail leaves this machine, as the last start found it.
MAIL_LEAVES = "mail_leaves"


class PlaceholdersLeft(SurveyError):
    """Facts that stand in every mail are still made up; `names` are theirs."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(PlaceholdersLeft.__name__)
        self.names = tuple(names)
        words = {"name": "namn", "phone": "telefon", "email": "e-post", "address": "postadress",
                 "data_protection_email": "dataskyddsombudets e-post"}  # fmt: skip
        listed = ", ".join(words[name] for name in names)
        self.sv = f"Fyll först i förbundets uppgifter under Inställningar: {listed}."


def placeholders(db: Database) -> list[str]:
    """Which facts that a mail must state are not set, or are addresses that cannot be anyone's."""
    known, made_up = settings(db), vars(Association()) | {"name": ""}
    return [name for name in MUST_BE_REAL if known.get(name, "") in ("", made_up[name])]


def note_mail_leaves(db: Database, leaves: bool) -> None:
    """Remember whether mail leaves this machine, or becomes files that only we see."""
    if mail_leaves(db) != leaves:
        keep_setting(db, MAIL_LEAVES, "1" if leaves else "")


def mail_leaves(db: Database) -> bool:
    """Whether a mail that is queued now really leaves."""
    return bool(setting(db, MAIL_LEAVES))


# How many seconds the inventory of this data folder is ahead of the machine; a demonstration's.
CLOCK_AHEAD = "inventory_seconds_ahead"


def keep_clock(db: Database, moment: datetime) -> None:
    """Let it be this moment in the inventory of this data folder, and go on from there."""
    clock.inventory.set_to(moment)
    keep_setting(db, CLOCK_AHEAD, str(clock.inventory.ahead.total_seconds()))


def wind_clock(db: Database) -> None:
    """Let this process's inventory show what that of the data folder shows."""
    clock.inventory.ahead = timedelta(seconds=float(setting(db, CLOCK_AHEAD) or 0))


def set_facts(db: Database, wanted: dict[str, str], actor: str) -> list[str]:
    """Set several facts at once, and return the names of those that changed."""
    with writing(db):
        now = association(db)
        before = {name: getattr(now, name) for name in wanted}
        changed = [name for name in wanted if wanted[name] != before[name]]
        # One that is left as it stood has been seen, and is set from now on.
        for name, value in wanted.items():
            keep_setting(db, name, value)
        if changed:
            old, new = ({name: some[name] for name in changed} for some in (before, wanted))
            audit_trail.record(db, actor, "settings changed", "settings", before=old, after=new)
    return changed

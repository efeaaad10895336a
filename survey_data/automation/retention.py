"""How long things are kept: what identifies a person, and what nobody has any use for any more.

Statistics, enterprises and the fact that a mail was sent stay: only the persons go. They never go
by themselves: a dry run says what would, and a person decides, by a decision that is named. What
has merely expired (links, sessions, files looked at) goes by itself, and the trail says so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date

from sqlite_utils import Database

from survey_data import audit_trail, clock, erasures
from survey_data.automation.personal_data import KINDS, Found
from survey_data.database import keep_setting, rows, run, scalar, settings, writing
from survey_data.errors import ChangedMeanwhile
from survey_data.staff.sessions import LONGEST
from survey_data.tokens import hashed


@dataclass(frozen=True)
class Periods:
    """How many months each kind is kept: contacts after the enterprise closed, the rest after
    the round did; and how many days an ended sign-in is."""

    contacts: int = 60
    mails: int = 12
    respondents: int = 36
    sessions: int = 30


LIMITS = {"contacts": (1, 600), "mails": (1, 600), "respondents": (1, 600), "sessions": (1, 365)}
PREFIX = "keep_"
# From the end of one autumn's round to that of the next.
NEXT_YEAR_DAYS = 400
LONGEST_HOURS = max(LONGEST.values()).total_seconds() / 3600


def periods(db: Database) -> Periods:
    """The periods as set, the defaults where nothing is."""
    found, usual = settings(db), asdict(Periods())
    return Periods(**{name: int(found.get(PREFIX + name, days)) for name, days in usual.items()})


def set_periods(db: Database, wanted: Periods, actor: str) -> None:
    """Keep other periods from now on; deletes nothing."""
    with writing(db):
        before, after = asdict(periods(db)), asdict(wanted)
        changed = [name for name in after if after[name] != before[name]]
        for name in changed:
            keep_setting(db, PREFIX + name, str(after[name]))
        if changed:
            old, new = ({name: some[name] for name in changed} for some in (before, after))
            audit_trail.record(db, actor, "retention periods changed", "settings", before=old,
                               after=new)  # fmt: skip


@dataclass(frozen=True)
class Due:
    """What of one kind could go: that is older than a day, a count, and what it belongs to."""

    kind: str
    before: date
    found: tuple[Found, ...]

    @property
    def count(self) -> int:
        """How many in all."""
        return sum(each.count for each in self.found)


@dataclass(frozen=True)
class DryRun:
    """What a deletion would take, and a mark that changes when that does."""

    due: tuple[Due, ...]
    mark: str

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to delete."""
        return not any(each.count for each in self.due)


def dry_run(db: Database) -> DryRun:
    """What is older than its period, by kind; deletes nothing."""
    kept, today = asdict(periods(db)), clock.today()
    before = {name: months_before(today, kept[name]) for name in KINDS}
    due = tuple(Due(n, day, tuple(KINDS[n].find(db, day))) for n, day in before.items())
    return DryRun(due, hashed(repr(due))[:16])


def months_before(day: date, months: int) -> date:
    """The day so many months before; the 28th where a month may lack the day."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, 28))


def delete(
    db: Database, chosen: Sequence[str], mark: str, decision: str, actor: str
) -> Mapping[str, int]:
    """Delete what the dry run showed of the chosen kinds, by a decision; returns the counts.

    Raises ChangedMeanwhile where it would take something else than what was shown.
    """
    with writing(db):
        now = dry_run(db)
        if now.mark != mark:
            raise ChangedMeanwhile
        wanted = [due for due in now.due if due.kind in chosen and due.count]
        for due in wanted:
            kind = KINDS[due.kind]
            for each in due.found:
                kind.remove(db, each.subject_id, due.before)
                erasures.note(db, due.kind, each.subject_id, due.before.isoformat())
                audit_trail.record(
                    db, actor, kind.action,
                    f"{kind.subject} {each.subject_id}" if each.subject_id else "staff",
                    after={due.kind: each.count}, reason=decision,
                )  # fmt: skip
    return {due.kind: due.count for due in wanted}


def mails_without_address(db: Database) -> set[int]:
    """The mails whose recipient has been deleted."""
    return {row["id"] for row in rows(db, "SELECT id FROM outbox WHERE recipient = ''")}


def _conditions(db: Database) -> dict[str, tuple[str, str]]:
    """Each table with what has expired in it, and the moment that is the limit."""
    now = clock.machine.now()
    days = periods(db).sessions
    ended = clock.machine.from_now(days=-days)
    return {
        "import_preview": ("expires_at <= ?", now),
        "earlier_draft": ("expires_at <= ?", now),
        "sign_in_link": ("expires_at <= ?", ended),
        "setup_link": ("expires_at <= ?", ended),
        "device_check": ("asked_at <= ?", ended),
        # In a closed round no link is claimed any more; who was confirmed is so next year too.
        "known_browser": ("invitation_id IN (SELECT i.id FROM invitation i"
                          " JOIN round r ON r.id = i.round_id WHERE"
                          " datetime(max(r.closed_at, coalesce(i.open_until, '')),"
                          " iif(confirmed AND contact_hash IS NOT NULL,"
                          f" '+{NEXT_YEAR_DAYS} days', '+0 days')) <= datetime(?))",
                          clock.from_now(days=-days)),
        # A session that nobody ended is over when it has become too old.
        "session": ("coalesce(ended_at, started_at) <= ?",
                    clock.machine.from_now(days=-days, hours=-LONGEST_HOURS)),
    }  # fmt: skip


def expired(db: Database) -> dict[str, int]:
    """How much has expired in each table; deletes nothing."""
    return {
        table: int(scalar(db, f"SELECT count(*) FROM {table} WHERE {condition}", (limit,)))
        for table, (condition, limit) in _conditions(db).items()
    }


def tidy(db: Database) -> dict[str, int]:
    """Delete what has expired; returns how much of each, and notes it where there was any."""
    if not any(expired(db).values()):
        return {}
    with writing(db):
        gone = {
            table: run(db, f"DELETE FROM {table} WHERE {condition}", (limit,))
            for table, (condition, limit) in _conditions(db).items()
        }
        counts = {table: count for table, count in gone.items() if count}
        if counts:
            audit_trail.record(db, "scheduler", "expired removed", after=counts)
    return counts

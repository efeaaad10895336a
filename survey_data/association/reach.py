"""Persons reached with information: each activity as it was held, and the sum of a year."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass

from sqlite_utils import Database

from survey_data import clock
from survey_data.association import entries
from survey_data.association.entries import REACHED, BadEntry, StillNeeded
from survey_data.database import read_all, scalar, writing

# Listeners of a podcast are counted apart, as the printed report does since 2020.
PODCAST = "podcast"
LONGEST_NOTE, LONGEST_PARTNER = 300, 120
MOST_PERSONS = 1_000_000
# So many times the most that any activity has reached is worth a question.
UNUSUAL = 3


@dataclass(frozen=True)
class Activity:
    """One activity: the day, what it was, for whom, where (None: the whole county), how many.

    `partner` is with whom it was held, in words; empty for the association alone.
    """

    held_on: str
    kind: str
    audience: str
    municipality_code: str | None
    persons: int
    note: str = ""
    id: int = 0
    partner: str = ""

    @property
    def year(self) -> int:
        """The year it counts in."""
        return int(self.held_on[:4])

    @property
    def is_apart(self) -> bool:
        """Whether it is counted apart from the persons reached."""
        return self.kind == PODCAST


@dataclass(frozen=True)
class Sum:
    """What a year's activities add up to."""

    year: int
    persons: int
    listeners: int


def everyone(db: Database) -> list[Activity]:
    """Every activity, the latest first."""
    return read_all(db, Activity, "SELECT * FROM reach_activity ORDER BY held_on DESC, id DESC")


def find(db: Database, activity_id: int) -> Activity | None:
    """One activity, or None."""
    row = entries.find(db, "activity", activity_id)
    return Activity(**row) if row else None


def sums(db: Database) -> list[Sum]:
    """The sum of every year with an activity, complete or not; oldest first."""
    sql = """SELECT CAST(substr(held_on, 1, 4) AS INTEGER) AS year,
        sum(CASE WHEN kind <> ? THEN persons ELSE 0 END) AS persons,
        sum(CASE WHEN kind = ? THEN persons ELSE 0 END) AS listeners
        FROM reach_activity GROUP BY 1 ORDER BY 1"""
    return read_all(db, Sum, sql, (PODCAST, PODCAST))


def faults(activity: Activity) -> Iterator[BadEntry]:
    """What stops an activity from being kept."""
    if activity.held_on > clock.today().isoformat():
        yield BadEntry("held_on", "to come")
    elif activity.year < entries.first_open_year(REACHED):
        yield BadEntry("held_on", "printed")
    if not 0 <= activity.persons <= MOST_PERSONS:
        yield BadEntry("persons", "out of range")


def doubts(db: Database, activity: Activity) -> Iterator[str]:
    """What is asked about before an activity is kept, by name."""
    same = "held_on = ? AND kind = ? AND municipality_code IS ? AND id <> ?"
    where = (activity.held_on, activity.kind, activity.municipality_code, activity.id)
    if scalar(db, f"SELECT 1 FROM reach_activity WHERE {same}", where):
        yield "twice"
    if activity.persons == 0:
        yield "nobody"
    sql = "SELECT max(persons) FROM reach_activity WHERE (kind = ?) = ? AND id <> ?"
    most = scalar(db, sql, (PODCAST, activity.is_apart, activity.id))
    if most and activity.persons > UNUSUAL * most:
        yield "many"


def save(db: Database, activity: Activity, reason: str, actor: str) -> None:
    """Keep a new or changed activity; raises BadEntry, or StillNeeded for a move out of a year.

    `reason` is why it is changed.
    """
    for fault in faults(activity):
        raise fault
    with writing(db):
        before = find(db, activity.id)
        if before and before.year != activity.year:
            _may_leave(db, before)
        entries.keep(db, "activity", asdict(activity), reason, actor)


def remove(db: Database, activity_id: int, reason: str, actor: str) -> None:
    """Remove an activity; raises StillNeeded for the only one of a complete year."""
    with writing(db):
        if known := find(db, activity_id):
            _may_leave(db, known)
            entries.remove(db, "activity", activity_id, reason, actor)


def _may_leave(db: Database, activity: Activity) -> None:
    if entries.is_last_of_complete(db, REACHED, activity.year):
        raise StillNeeded

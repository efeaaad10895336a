"""The entries of the association's series, their trail, and which years of them are complete."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from survey_data import audit_trail, clock
from survey_data.audit_trail import HistoryLine, history_line
from survey_data.database import first, insert, rows, run, scalar, writing
from survey_data.errors import OfYear, SurveyError
from survey_data.history.printed_series import published
from survey_data.history.stated_totals import SERIES

TABLES = {"activity": "reach_activity", "place": "supervised_place", "milestone": "milestone"}
LATEST = 12
# The first year that can be entered where none is printed.
FIRST_YEAR = 2000

Facts = Mapping[str, Any]
REACHED, PLACES = "reached", "places"
# The indicator that tells which years of a series are printed, and released.
TELLS = {REACHED: "reached", PLACES: "places_granted"}
SOURCE = "forbundet"
YEARS_IN = {
    REACHED: "SELECT CAST(substr(held_on, 1, 4) AS INTEGER) AS year FROM reach_activity",
    PLACES: "SELECT year FROM supervised_place",
}


class NotAYearToComplete(OfYear):
    """Nothing is entered for the year, or its total is stated elsewhere already.

    `why` is "empty" or "stated".
    """

    says = "{} kan inte markeras som klart."

    def __init__(self, year: int, why: str = "empty") -> None:
        super().__init__(year)
        self.why = why


class CannotReopen(OfYear):
    """The year is in a release, and what is open cannot be taken back."""

    says = "{} är publicerat."


class BadEntry(SurveyError):
    """An entry that breaks its rules: the field that is wrong, and which rule, by name."""

    def __init__(self, field: str, rule: str) -> None:
        super().__init__(f"{field}: {rule}")
        self.field, self.rule = field, rule


class StillNeeded(SurveyError):
    """The entry cannot be removed: a year that is complete or released rests on it."""


@dataclass(frozen=True)
class EntryEvent:
    """One line of the trail, the entry it is about, and what that said."""

    entry: str
    event: HistoryLine
    facts: Facts


def find(db: Database, kind: str, entry_id: int) -> dict[str, Any] | None:
    """An entry's facts, or None."""
    return first(db, f"SELECT * FROM {TABLES[kind]} WHERE id = ?", (entry_id,))


def add(db: Database, kind: str, facts: Facts, actor: str, about: Facts | None = None) -> int:
    """Add an entry and return its number; `about` is what the trail says where it says more."""
    with writing(db):
        entry_id = insert(db, TABLES[kind], facts)
        audit_trail.record(db, actor, f"{kind} added", f"{kind} {entry_id}", after=about or facts)
    return entry_id


def change(
    db: Database, kind: str, entry_id: int, facts: Facts, reason: str, actor: str,
    about: tuple[Facts, Facts] | None = None,
) -> None:  # fmt: skip
    """Change an entry; the trail keeps the old values and the new ones, and why."""
    with writing(db):
        before, after = about or (find(db, kind, entry_id), facts)
        pairs = ", ".join(f"{name} = :{name}" for name in facts)
        run(db, f"UPDATE {TABLES[kind]} SET {pairs} WHERE id = :id", {**facts, "id": entry_id})
        if before and any(before[name] != value for name, value in after.items()):
            old = {name: before[name] for name in after}
            audit_trail.record(db, actor, f"{kind} changed", f"{kind} {entry_id}", before=old,
                               after=after, reason=reason)  # fmt: skip


def keep(db: Database, kind: str, facts: Facts, reason: str, actor: str) -> None:
    """Add an entry whose `id` is 0, or change the one it has; `reason` is why."""
    said = {name: value for name, value in facts.items() if name != "id"}
    if facts["id"]:
        change(db, kind, facts["id"], said, reason, actor)
    else:
        add(db, kind, said, actor)


def remove(
    db: Database, kind: str, entry_id: int, reason: str, actor: str, about: Facts | None = None
) -> None:
    """Remove an entry; what it said stays in the trail."""
    with writing(db):
        before = about or find(db, kind, entry_id)
        if run(db, f"DELETE FROM {TABLES[kind]} WHERE id = ?", (entry_id,)):
            audit_trail.record(db, actor, f"{kind} removed", f"{kind} {entry_id}", before=before,
                               reason=reason)  # fmt: skip


def history(db: Database, kind: str, entry_id: int) -> list[HistoryLine]:
    """Everything that happened to an entry, the newest first."""
    sql = "SELECT * FROM audit WHERE subject = ? ORDER BY id DESC"
    return [history_line(line) for line in rows(db, sql, (f"{kind} {entry_id}",))]


def latest(db: Database, *kinds: str) -> list[EntryEvent]:
    """What happened last to any entry of some kinds, those that are gone too."""
    marks = " OR ".join("subject LIKE ?" for _ in kinds)
    sql = f"SELECT * FROM audit WHERE {marks} ORDER BY id DESC LIMIT {LATEST}"
    return [
        EntryEvent(line["subject"], history_line(line),
                   json.loads(line["after"] or line["before"] or "{}"))
        for line in rows(db, sql, [f"{kind} %" for kind in kinds])
    ]  # fmt: skip


@dataclass(frozen=True)
class Year:
    """How far one year of a series has come."""

    year: int
    completed_at: str | None
    entries: int
    is_released: bool

    @property
    def is_complete(self) -> bool:
        """Whether it goes out with the next release."""
        return self.completed_at is not None


def first_open_year(series: str) -> int:
    """The first year that is not printed, and so can be entered."""
    printed = (v.year + 1 for v in published() if v.indicator == TELLS[series])
    return max(printed, default=FIRST_YEAR)


def years_of(db: Database, series: str) -> list[Year]:
    """Every year that has an entry or is complete, newest first."""
    sql = f"""SELECT y.year, c.completed_at,
            (SELECT count(*) FROM ({YEARS_IN[series]}) e WHERE e.year = y.year) AS entries
        FROM (SELECT year FROM ({YEARS_IN[series]})
            UNION SELECT year FROM complete_year WHERE series = :series) y
        LEFT JOIN complete_year c ON c.series = :series AND c.year = y.year
        ORDER BY y.year DESC"""
    released = released_years(db, series)
    found = rows(db, sql, {"series": series})
    return [Year(**row, is_released=row["year"] in released) for row in found]


def complete_years(db: Database, series: str) -> frozenset[int]:
    """The years that go out with the next release."""
    found = rows(db, "SELECT year FROM complete_year WHERE series = ?", (series,))
    return frozenset(row["year"] for row in found)


def released_years(db: Database, series: str) -> frozenset[int]:
    """The years that are in some release."""
    sql = "SELECT DISTINCT year FROM released_figure WHERE indicator = ? AND source = ?"
    return frozenset(row["year"] for row in rows(db, sql, (TELLS[series], SOURCE)))


def mark_complete(db: Database, series: str, year: int, actor: str) -> None:
    """Let a year out with the next release.

    Raises NotAYearToComplete for a year with no entry (nothing entered is not zero), for one
    that has not begun, and for one whose total is stated as somebody printed it.
    """
    with writing(db):
        found = next((y for y in years_of(db, series) if y.year == year), None)
        if not found or not found.entries or year > clock.today().year:
            raise NotAYearToComplete(year)
        totals = rows(db, "SELECT indicator FROM stated_total WHERE year = ?", (year,))
        if any(SERIES.get(row["indicator"]) == series for row in totals):
            raise NotAYearToComplete(year, "stated")
        if not found.is_complete:
            values = (series, year, clock.now(), actor)
            run(db, "INSERT INTO complete_year VALUES (?, ?, ?, ?)", values)
            audit_trail.record(db, actor, "year completed", f"{series} {year}")


def reopen(db: Database, series: str, year: int, reason: str, actor: str) -> None:
    """Keep a year back that is in no release; raises CannotReopen for one that is open."""
    with writing(db):
        if year in released_years(db, series):
            raise CannotReopen(year)
        where = (series, year)
        if run(db, "DELETE FROM complete_year WHERE series = ? AND year = ?", where):
            audit_trail.record(db, actor, "year reopened", f"{series} {year}", reason=reason)


def is_last_of_complete(db: Database, series: str, year: int) -> bool:
    """Whether a complete year has a single entry, which then cannot be taken away."""
    entered = f"SELECT count(*) = 1 FROM ({YEARS_IN[series]}) WHERE year = ?"
    return year in complete_years(db, series) and bool(scalar(db, entered, (year,)))

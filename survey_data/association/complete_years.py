"""Which years of the association's series are printed, complete, or told already."""

from __future__ import annotations

from dataclasses import dataclass

from sqlite_utils import Database

from survey_data import audit_trail, clock
from survey_data.association.errors import CannotReopen, NotAYearToComplete
from survey_data.database import rows, run, scalar, writing
from survey_data.history.printed_series import published
from survey_data.history.stated_totals import SERIES

REACHED, PLACES = "reached", "places"
# The indicator that tells which years of a series are printed, and released.
TELLS = {REACHED: "reached", PLACES: "places_granted"}
SOURCE = "forbundet"
TABLE = {
    REACHED: "SELECT CAST(substr(held_on, 1, 4) AS INTEGER) AS year FROM reach_activity",
    PLACES: "SELECT year FROM supervised_place",
}


@dataclass(frozen=True)
class Year:
    """How far one year of a series has come."""

    year: int
    entries: int
    completed_at: str | None
    is_released: bool

    @property
    def is_complete(self) -> bool:
        """Whether it goes out with the next release."""
        return self.completed_at is not None


def first_open_year(series: str) -> int:
    """The first year that is not printed, and so can be entered."""
    return max(v.year for v in published() if v.indicator == TELLS[series]) + 1


def of(db: Database, series: str) -> list[Year]:
    """Every year that has an entry or is complete, newest first."""
    found = rows(
        db,
        f"SELECT y.year, (SELECT count(*) FROM ({TABLE[series]}) e WHERE e.year = y.year) AS n,"
        " (SELECT completed_at FROM complete_year c WHERE c.series = :series AND c.year = y.year)"
        f" AS done FROM (SELECT year FROM ({TABLE[series]}) UNION SELECT year FROM complete_year"
        " WHERE series = :series) y ORDER BY y.year DESC",
        {"series": series},
    )
    in_release = released(db, series)
    return [Year(r["year"], r["n"], r["done"], r["year"] in in_release) for r in found]


def complete(db: Database, series: str) -> frozenset[int]:
    """The years that go out with the next release."""
    found = rows(db, "SELECT year FROM complete_year WHERE series = ?", (series,))
    return frozenset(row["year"] for row in found)


def released(db: Database, series: str) -> frozenset[int]:
    """The years that some release has told already."""
    sql = "SELECT DISTINCT year FROM released_figure WHERE indicator = ? AND source = ?"
    return frozenset(row["year"] for row in rows(db, sql, (TELLS[series], SOURCE)))


def mark_complete(db: Database, series: str, year: int, actor: str) -> None:
    """Let a year out with the next release.

    Raises NotAYearToComplete for a year with no entry (nothing entered is not nought), for one
    that has not begun, and for one whose total is stated as somebody printed it.
    """
    with writing(db):
        found = next((y for y in of(db, series) if y.year == year), None)
        if not found or not found.entries or year > clock.today().year:
            raise NotAYearToComplete(year)
        if _is_stated(db, series, year):
            raise NotAYearToComplete(year, "stated")
        if not found.is_complete:
            values = (series, year, clock.now(), actor)
            run(db, "INSERT INTO complete_year VALUES (?, ?, ?, ?)", values)
            audit_trail.record(db, actor, "year completed", f"{series} {year}")


def _is_stated(db: Database, series: str, year: int) -> bool:
    found = rows(db, "SELECT indicator FROM stated_total WHERE year = ?", (year,))
    return any(SERIES.get(row["indicator"]) == series for row in found)


def reopen(db: Database, series: str, year: int, reason: str, actor: str) -> None:
    """Keep a year back that no release has told; raises CannotReopen for one that is open."""
    with writing(db):
        if year in released(db, series):
            raise CannotReopen(year)
        where = (series, year)
        if run(db, "DELETE FROM complete_year WHERE series = ? AND year = ?", where):
            audit_trail.record(db, actor, "year reopened", f"{series} {year}", reason=reason)


def is_last_of_complete(db: Database, series: str, year: int) -> bool:
    """Whether a complete year has a single entry, which then cannot be taken away."""
    if year not in complete(db, series):
        return False
    return bool(scalar(db, f"SELECT count(*) = 1 FROM ({TABLE[series]}) WHERE year = ?", (year,)))

"""What a finished file counts beside its figures: answers, checks, corrections.

How many enterprises a place has is open. How many of them did something is not, where one or two
did: in a county people know who that is. Neither is what gives such a count away. Read from the
rows themselves; nothing here is shared with what wrote them.

    |           | failed | confirmed | corrected |
    |-----------|-------:|----------:|----------:|
    | check one |      7 |         4 |         3 |
    | check two |      5 |         4 |   x (1)   |

The second row is refused: 5 - 4 leaves the 1, whether it is corrected or not decided. Both parts
must be hidden. The same of the frame: 30 invited beside 28 enterprises leaves the 2 that had
ceased.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlite_utils import Database

from survey_data.database import rows
from survey_data.disclosure.rules import Rules
from survey_data.errors import NotProtected
from survey_data.protection.protect_year import Protected

FEWEST = Rules().fewest_contributors
COUNTS = (
    "over_coverage", "item_non_response", "check_failed", "check_confirmed",
    "check_corrected", "values_corrected", "imputed",
)  # fmt: skip
# Where the county's number of enterprises is hidden, none of these is published.
OF_ENTERPRISES = (
    "frame", *COUNTS, "response_rate", "response_rate_with_partial", "response_rate_weighted",
    "imputed_share",
)  # fmt: skip
# Counted in what the file itself shows, or in days.
OF_FIGURES = ("values_published", "values_hidden", "values_revised", "mean_revision",
              "time_lag", "punctuality")  # fmt: skip


def check(open_db: Database, plans: Sequence[Protected]) -> None:
    """Raise NotProtected for a count that too few enterprises make up, shown or worked out."""
    there = {r["name"] for r in rows(open_db, "SELECT name FROM sqlite_master")}
    if "quality" in there:
        for year in {r["year"] for r in rows(open_db, "SELECT year FROM quality")}:
            _Quality(open_db, year).check()
    if "editions" in there:
        _check_editions(open_db, plans)


def is_few(count: float) -> bool:
    """Whether it is a number of enterprises that says who they are."""
    return count != 0 and abs(count) < FEWEST


def _county(open_db: Database, indicator: str, year: int) -> int | None:
    sql = "SELECT value FROM observations WHERE area_type = 'county' AND indicator = ? AND year = ?"
    found = rows(open_db, sql, (indicator, year))
    return found[0]["value"] if found else None


class _Quality:
    """The quality declaration of a year."""

    def __init__(self, open_db: Database, year: int) -> None:
        self.open_db, self.year = open_db, year
        found = rows(open_db, "SELECT * FROM quality WHERE year = ?", (year,))
        self.values = {(r["measure"], r["subject"]): r["value"] for r in found}
        self.coverage = next(
            iter(rows(open_db, "SELECT * FROM coverage WHERE year = ?", (year,))), dict[str, Any]()
        )

    def check(self) -> None:
        """Refuse what is not known, what is few, and what leads to what is few."""
        for (measure, subject), value in self.values.items():
            if measure not in (*OF_ENTERPRISES, *OF_FIGURES):
                raise self._refusal(measure, "not audited")
            if value is not None and self._is_unsafe(measure, subject, value):
                raise self._refusal(measure, "shown")

    def _refusal(self, measure: str, cause: str) -> NotProtected:
        return NotProtected(("", "", measure, self.year), cause=cause)

    def _is_unsafe(self, measure: str, subject: str, value: float) -> bool:
        if measure in OF_ENTERPRISES and _county(self.open_db, "enterprises", self.year) is None:
            return True
        if measure in COUNTS and is_few(value):
            return True
        return any(is_few(left) for left in self._left(measure, subject, value))

    def _left(self, measure: str, subject: str, value: float) -> Iterator[float]:
        """The numbers of enterprises that follow from a measure and the others."""
        if measure == "frame":
            yield value - (_county(self.open_db, "enterprises", self.year) or 0)
        elif measure in ("check_confirmed", "check_corrected"):
            parts = [self._stated(f"check_{part}", subject) for part in ("confirmed", "corrected")]
            yield self._stated("check_failed", subject) - sum(parts)
        elif measure == "response_rate_with_partial":
            share = value - self._stated("response_rate", "")
            yield round(share * (self.coverage.get("asked") or 0) / 100)

    def _stated(self, measure: str, subject: str) -> float:
        return self.values.get((measure, subject)) or 0.0


def _check_editions(open_db: Database, plans: Sequence[Protected]) -> None:
    """Each figure of an earlier release is hidden, or one that some edition showed."""
    shown = {
        (plan.year, *spot, value)
        for plan in plans
        for edition in plan.editions
        for spot, value in edition.values.items()
    }
    years = {plan.year for plan in plans}
    sql = "SELECT * FROM editions WHERE source = 'inventering' AND value IS NOT NULL"
    for row in rows(open_db, sql):
        spot = (row["area_type"], row["area_code"], row["indicator"])
        if row["year"] in years and (row["year"], *spot, row["value"]) not in shown:
            raise NotProtected(spot, cause="other value")

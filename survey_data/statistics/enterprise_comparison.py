"""One enterprise's numbers set beside something: the county's median, and what the law names.

The law names a share of persons from the target group, which reserved procurement asks for. The
median is one enterprise's own value, or the mean of two, so it needs protection of its own:

- At least FEWEST enterprises answered. Below that one who knows two or three colleagues knows
  most of the order.
- It is rounded, and shown only where at least NEAR values lie within one step of what is shown.
  With an even number of values the median is (a + b) / 2, and whoever owns a could work out b as
  2m - a; with an odd number it is b. Four near values leave three besides the reader's own that
  may have been the one, the same number as a published sum needs.
- Nothing is left out of it: a median "of the others" beside one of all would give the reader the
  neighbours of the own value.
- It is made of what was released. The file of analysts changes only with a release, and where a
  year's corrections wait, the numbers are those of the edition that the year still shows. A median
  that followed each correction would give away the correction.

The median stands only on the enterprise's own page, never among what is published, so that it adds
nothing to what can be worked out there about a municipality.
"""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from sqlite_utils import Database

from survey_data.database import first
from survey_data.disclosure.rules import from_lists
from survey_data.responses.drafts import Value
from survey_data.statistics import published_tables
from survey_data.statistics.tabulation import OUT_OF_SCOPE

FEWEST = 8
NEAR = 4
# What an answer calls each published total.
TOTALS = {"employees_total": "employees", "placed_total": "placed"}
# The measures, and how many decimals each is shown with.
DIGITS = {**dict.fromkeys(TOTALS, 0), "placed_each": 1}
# The share that the law on public procurement (LOU 4:18) names, in per cent.
ASKED_FOR = 30


@dataclass(frozen=True)
class Measure:
    """One number beside the county's: None where it may not be shown, or is not known."""

    name: str
    own: float | None
    county: float | None


@dataclass(frozen=True)
class Comparison:
    """An enterprise's year as released, beside the county's."""

    year: int
    answered: int
    is_example: bool
    measures: tuple[Measure, ...]


def safe_median(values: Sequence[float], digits: int = 0) -> float | None:
    """The median rounded to so many decimals; None where it could point at one enterprise."""
    if len(values) < FEWEST:
        return None
    shown = round(median(values), digits)
    step = 10.0**-digits
    near = [value for value in values if abs(value - shown) <= step + 1e-9]
    return shown if len(near) >= NEAR else None


def compare(survey: Database, analysts_db: Path, enterprise_id: int) -> Comparison | None:
    """The newest released year that the enterprise answered; None before there is one."""
    if not analysts_db.exists():
        return None
    with published_tables.opened(analysts_db) as db:
        db.row_factory = sqlite3.Row
        if not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'answers'").fetchone():
            # Every release is withdrawn.
            return None
        year = db.execute(
            "SELECT max(year) FROM answers WHERE enterprise_id = ?", (enterprise_id,)
        ).fetchone()[0]
        found = [dict(row) for row in db.execute("SELECT * FROM answers WHERE year = ?", (year,))]
    return _compared(enterprise_id, year, _as_shown(survey, year, found)) if found else None


def _as_shown(survey: Database, year: int, found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The answers with the numbers that the year's figures are made of, where corrections wait.

    Who has closed or moved since is in it too, as long as the figures count it.
    """
    sql = """SELECT p.records, p.is_waiting FROM protection p JOIN release r ON r.id = p.release_id
        WHERE p.year = ? AND r.id NOT IN (SELECT release_id FROM withdrawn_release)
        ORDER BY r.published_at DESC, r.rowid DESC LIMIT 1"""
    row = first(survey, sql, (year,))
    if row is None or not row["is_waiting"]:
        return found
    shown = {r.enterprise: r.amounts for r in from_lists(json.loads(row["records"])) if r.answered}
    return [
        each
        | {name: shown[each["enterprise_id"]][total] for name, total in TOTALS.items()}
        | {"status": "active"}
        for each in found
        if each["enterprise_id"] in shown
    ]


def _compared(enterprise_id: int, year: int, found: list[dict[str, Any]]) -> Comparison | None:
    counted = [row for row in found if row["status"] not in OUT_OF_SCOPE]
    own = next((row for row in counted if row["enterprise_id"] == enterprise_id), None)
    if own is None:
        return None
    measures = tuple(_measure(name, own, counted) for name in DIGITS)
    is_example = any(row["is_example"] for row in counted)
    return Comparison(year, len(counted), is_example, measures)


def _measure(name: str, own: Mapping[str, Any], counted: list[dict[str, Any]]) -> Measure:
    digits, mine = DIGITS[name], _value(own, name)
    known = [value for row in counted if (value := _value(row, name)) is not None]
    return Measure(name, None if mine is None else round(mine, digits), safe_median(known, digits))


def _value(row: Mapping[str, Any], name: str) -> float | None:
    employees, placed = row["employees_total"], row["placed_total"]
    if name == "placed_each":
        return placed / employees if employees and placed is not None else None
    found: float | None = row[name]
    return found


@dataclass(frozen=True)
class Share:
    """So many of so many; shown rounded down, so that it never says more than there is."""

    number: int
    of: int

    @property
    def percent(self) -> int:
        """Whole per cent, rounded down."""
        return 100 * self.number // self.of

    @property
    def is_enough(self) -> bool:
        """Whether it reaches what the law names."""
        return 100 * self.number >= ASKED_FOR * self.of


def _number(answers: Mapping[str, Value], name: str) -> int | None:
    value = answers.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def target_share(answers: Mapping[str, Value]) -> Share | None:
    """Employees from the target group and all placed, of everybody who works there.

    None where a number is missing, nobody works there, or the numbers contradict one another.
    """
    employees, target = _number(answers, "employees_total"), _number(answers, "emp_target_group")
    placed = _number(answers, "placed_total")
    if employees is None or placed is None or target is None or target > employees:
        return None
    return Share(target + placed, employees + placed) if employees + placed else None


def employed_share(answers: Mapping[str, Value]) -> Share | None:
    """The same among employees alone, which a buyer may count instead."""
    employees, target = _number(answers, "employees_total"), _number(answers, "emp_target_group")
    if not employees or target is None or target > employees:
        return None
    return Share(target, employees)

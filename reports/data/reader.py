"""What the reports read from open.db; all of their SQL stands here.

Only open.db is ever opened: what was not cleared for publication cannot be drawn.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, TypeVar

from reports.data.chart_model import Point, Status, SumDiscrepancy, Words, YearCoverage
from reports.data.chart_numbers import events_of
from reports.data.model import (
    ChangePart,
    ChartComment,
    Estimate,
    National,
    OpenData,
    Outcome,
    PublishedArea,
    PublishedChange,
    PublishedIndicator,
    PublishedMilestone,
    PublishedRelease,
    PublishedSource,
    ReportChapter,
    SameEnterprises,
)

Made = TypeVar("Made")

# By the name in `OpenData`: what each row becomes, and the question whose columns are its fields.
LISTS = {
    "areas": (PublishedArea, """
        SELECT area_type AS kind, area_code AS code, name, official_name FROM areas
        ORDER BY code"""),
    "comments": (ChartComment, """
        SELECT year, chart, text_sv, text_en, signed, written_on FROM comments
        ORDER BY year DESC, chart"""),
    "discrepancies": (SumDiscrepancy, """
        SELECT indicator, period, stated, parts_sum FROM discrepancies
        ORDER BY indicator, period"""),
    "estimates": (Estimate, """
        SELECT indicator, year, share, enterprises FROM estimates ORDER BY indicator, year"""),
    "milestones": (PublishedMilestone, """
        SELECT year, period, coalesce(name, '') AS municipality, label_sv, label_en, type AS kind,
          coalesce(municipality_code, '') AS code, source, mark_sv, mark_en
        FROM milestones m
        LEFT JOIN areas a ON a.area_type = 'municipality' AND a.area_code = m.municipality_code
        ORDER BY year, m.rowid"""),
    # How many enterprises each source counts; with its title where we know it.
    "national": (National, """
        SELECT CAST(n.year AS TEXT) AS year, n.value, n.unit_sv, n.unit_en, n.definition_sv,
          n.definition_en, coalesce(s.title_sv, n.source) AS source_sv,
          coalesce(s.title_en, n.source) AS source_en, coalesce(s.url, '') AS url
        FROM national n LEFT JOIN sources s ON s.key = n.source
        WHERE n.measure LIKE 'enterprises%' ORDER BY n.year, n.source"""),
    # As they were printed, what stands for several together last.
    "outcomes": (Outcome, """
        SELECT period, label_sv, label_en, value, outcome AS code, source FROM place_outcomes
        ORDER BY period,
          instr('to_work to_af returned extended not_stated others', outcome)"""),
    "same": (SameEnterprises, """
        SELECT indicator, year, value_before AS before, value AS after, enterprises, is_example
        FROM same_enterprises ORDER BY indicator, year"""),
    # With the page in the title where there is one.
    "sources": (PublishedSource, """
        SELECT key, title_sv || iif(page = '', '', ', s. ' || page) AS title_sv,
          title_en || iif(page = '', '', ', p. ' || page) AS title_en, publisher, url
        FROM sources ORDER BY key"""),
}  # fmt: skip
CHAPTERS = """SELECT first_year, last_year, chapter, text_sv, text_en, signed, written_on, source
FROM chapters"""
STATUSES = """SELECT code, symbol, label_sv, label_en, explanation_sv, explanation_en
FROM statuses"""
INDICATORS = """SELECT name, label_sv, label_en, unit_sv, unit_en, definition_sv, definition_en
FROM indicators ORDER BY sort_order"""
RELEASE = """SELECT id, published_at, kind, includes_examples, note_sv, note_en FROM release
ORDER BY published_at DESC LIMIT 1"""
# The estimated are none where nothing is said of them, and NULL where their number is hidden.
COVERAGE = """SELECT c.year, asked, answered, is_example, reference_date AS reference_day,
  iif(q.year IS NULL, 0, CAST(q.value AS INTEGER)) AS estimated
FROM coverage c LEFT JOIN quality q ON q.year = c.year AND q.measure = 'imputed'
ORDER BY c.year"""
POINTS = """SELECT area_code, indicator, year, value, status, note AS note_sv, note_en, signs
FROM observations ORDER BY year"""
CHANGES = """SELECT indicator, year, is_example, component AS name, value, enterprises FROM changes
ORDER BY indicator, year, sort_order"""


def read(path: str | Path) -> OpenData:
    """Read the whole open file; an absent or empty one gives an empty `OpenData`."""
    if not Path(path).exists():
        return OpenData()
    uri = f"{Path(path).resolve().as_uri()}?mode=ro"
    with closing(sqlite3.connect(uri, uri=True)) as db:
        # One snapshot for all queries: a release landing meanwhile must not be half seen.
        db.execute("BEGIN")
        tables = {name for (name,) in db.execute("SELECT name FROM sqlite_master")}
        return _open_data(db, tables) if {"release", "observations"} <= tables else OpenData()


def _open_data(db: sqlite3.Connection, tables: set[str]) -> OpenData:
    found: dict[str, Any] = {name: _all(db, *each) for name, each in LISTS.items()}
    return OpenData(
        release=next(iter(_all(db, PublishedRelease, RELEASE)), None),
        coverage=tuple(_coverage(**row) for row in _rows(db, COVERAGE)),
        statuses={each.code: each for each in _all(db, Status, STATUSES)},
        events=events_of(found["milestones"]),
        source_keys=_source_keys(db),
        points=_points(db),
        indicators={each.name: each for each in _all(db, PublishedIndicator, INDICATORS)},
        changes=_changes(db),
        # A release from before there were any has no table of them.
        chapters=_all(db, ReportChapter, CHAPTERS) if "chapters" in tables else (),
        **found,
    )


def _all(db: sqlite3.Connection, made: type[Made], sql: str) -> tuple[Made, ...]:
    return tuple(made(**row) for row in _rows(db, sql))


def _rows(db: sqlite3.Connection, sql: str) -> Iterator[dict[str, Any]]:
    """Each row by its columns: `label_sv` and `label_en` become `label`, 0 of `is_…` False."""
    cursor = db.execute(sql)
    names = [column for column, *_ in cursor.description]
    for row in cursor:
        found = dict(zip(names, row, strict=True))
        for name in names:
            if name.endswith("_sv"):
                words = Words(found.pop(name), found.pop(f"{name.removesuffix('_sv')}_en"))
                found[name.removesuffix("_sv")] = words
            elif name.startswith(("is_", "includes_")):
                found[name] = bool(found[name])
        yield found


def _coverage(reference_day: str | None, **row: Any) -> YearCoverage:
    day = date.fromisoformat(reference_day) if reference_day else None
    return YearCoverage(**row, reference_day=day)


def _points(db: sqlite3.Connection) -> dict[tuple[str, str], list[Point]]:
    """Every value, oldest first, by (area, indicator)."""
    found: dict[tuple[str, str], list[Point]] = {}
    for row in _rows(db, POINTS):
        place = row.pop("area_code"), row.pop("indicator")
        found.setdefault(place, []).append(Point(**row))
    return found


def _source_keys(db: sqlite3.Connection) -> dict[str, set[str]]:
    """By indicator, the sources its published values name."""
    found: dict[str, set[str]] = {}
    for indicator, source in db.execute("SELECT DISTINCT indicator, source FROM observations"):
        found.setdefault(indicator, set()).add(source)
    return found


def _changes(db: sqlite3.Connection) -> tuple[PublishedChange, ...]:
    found = []
    for (indicator, year), rows in groupby(_rows(db, CHANGES), key=itemgetter("indicator", "year")):
        every = list(rows)
        parts = (ChangePart(row["name"], row["value"], row["enterprises"]) for row in every)
        is_example = any(row["is_example"] for row in every)
        found.append(PublishedChange(indicator, year, tuple(parts), is_example))
    return tuple(found)

"""Every release in open.db: what was known on a day, and what a later release revised."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from sqlite_utils import Database

from survey_data.database import rows
from survey_data.releases import status_flags
from survey_data.releases.open_db import Release

TABLES = (
    """CREATE TABLE releases (id TEXT PRIMARY KEY, position INTEGER NOT NULL UNIQUE,
        published_at TEXT NOT NULL, kind TEXT NOT NULL, includes_examples INTEGER NOT NULL,
        note_sv TEXT NOT NULL, note_en TEXT NOT NULL)""",
    """CREATE TABLE editions (release TEXT NOT NULL REFERENCES releases(id),
        year INTEGER NOT NULL, area_type TEXT NOT NULL, area_code TEXT NOT NULL,
        indicator TEXT NOT NULL REFERENCES indicators(name), value INTEGER,
        status TEXT NOT NULL REFERENCES statuses(code), signs TEXT NOT NULL,
        note TEXT NOT NULL, note_en TEXT NOT NULL, source TEXT NOT NULL REFERENCES sources(key),
        PRIMARY KEY (release, year, area_type, area_code, indicator),
        FOREIGN KEY (area_type, area_code) REFERENCES areas(area_type, area_code),
        CHECK ((value IS NULL) = (status = 'x')))""",
    # A figure against the same figure in the release before that had it. That it is preliminary
    # no more, or was revised once, is no change of it.
    """CREATE VIEW revisions AS
        WITH known AS (
          SELECT e.*, r.position,
                 replace(replace(replace(e.signs, 'n', ''), 'p', ''), 'r', '') AS content
          FROM editions e JOIN releases r ON r.id = e.release
        ), shown AS (
          SELECT *, lag(release) OVER before AS release_before,
                 lag(value) OVER before AS value_before,
                 lag(status) OVER before AS status_before,
                 lag(content) OVER before AS content_before
          FROM known
          WINDOW before AS (PARTITION BY year, area_type, area_code, indicator
                            ORDER BY position)
        )
        SELECT release, release_before, year, area_type, area_code, indicator,
               value_before, value, value - value_before AS change, status_before, status
        FROM shown
        WHERE release_before IS NOT NULL
          AND (value IS NOT value_before OR content <> content_before)
        ORDER BY position DESC, year DESC, area_type, area_code, indicator""",
)
COLUMNS = "year, area_type, area_code, indicator, value, status, signs, note, note_en, source"


def write_editions(db: Database, survey: Database, release: Release) -> None:
    """Put every earlier release's figures beside the new one's, each with its release."""
    for statement in TABLES:
        db.conn.execute(statement)
    earlier = rows(survey, "SELECT * FROM release ORDER BY published_at, id")
    for position, each in enumerate([*earlier, asdict(release)], 1):
        db.conn.execute(
            "INSERT INTO releases VALUES (:id, :position, :published_at, :kind,"
            " :includes_examples, :note_sv, :note_en)",
            each | {"position": position},
        )
    marks = ", ".join("?" * 11)
    db.conn.executemany(
        f"INSERT INTO editions VALUES ({marks})",
        survey.conn.execute(f"SELECT release_id, {COLUMNS} FROM released_figure"),
    )
    status_flags.mark(db, release)
    db.conn.execute(f"INSERT INTO editions SELECT ?, {COLUMNS} FROM observations", (release.id,))


def figures_of(opened: Database, number: str) -> list[tuple[Any, ...]]:
    """A release's figures in its own open.db, as survey.db keeps them."""
    sql = f"SELECT release, {COLUMNS} FROM editions WHERE release = ?"
    return opened.conn.execute(sql, (number,)).fetchall()


def remember(survey: Database, figures: Iterable[tuple[Any, ...]]) -> None:
    """Keep what a release says, so that every later one can repeat it."""
    marks = ", ".join("?" * 11)
    survey.conn.executemany(
        f"INSERT INTO released_figure (release_id, {COLUMNS}) VALUES ({marks})", figures
    )

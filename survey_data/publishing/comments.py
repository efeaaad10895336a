"""The coordinator's own words beside a chart: why a figure rose or fell, signed and dated."""

from __future__ import annotations

from dataclasses import dataclass

from sqlite_utils import Database

from survey_data import audit_trail, clock
from survey_data.database import rows, run, writing
from survey_data.history import printed_years
from survey_data.statistics import published_tables

LONGEST = 600
LONGEST_NAME = 80


@dataclass(frozen=True)
class Comment:
    """What stands beside one chart for one year."""

    year: int
    chart: str
    text_sv: str
    text_en: str
    signed: str
    written_at: str


def standing(db: Database) -> list[Comment]:
    """The newest comment of every year and chart, unless taken away; newest year first."""
    found = rows(
        db,
        "SELECT year, chart, text_sv, text_en, signed, written_at FROM comment c WHERE id ="
        " (SELECT max(id) FROM comment n WHERE n.year = c.year AND n.chart = c.chart)"
        " AND text_sv <> '' ORDER BY year DESC, chart",
    )
    return [Comment(**row) for row in found]


def save(
    db: Database, year: int, chart: str, text_sv: str, text_en: str, signed: str, actor: str
) -> None:
    """Let a comment stand beside a chart from the next release on; an empty one takes it away."""
    with writing(db):
        run(
            db,
            "INSERT INTO comment (year, chart, text_sv, text_en, signed, written_at, actor)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (year, chart, text_sv, text_en, signed, clock.now(), actor),
        )
        act = "comment_written" if text_sv else "comment_taken_away"
        audit_trail.record(db, actor, act, f"{chart} {year}")


def write_comments(open_db: Database, survey: Database) -> None:
    """Put the standing comments into a release."""
    found = (vars(c) | {"written_on": _day(c.written_at)} for c in standing(survey))
    published_tables.write(open_db, "comments", found)


def _day(moment: str) -> str:
    return clock.local(moment).date().isoformat()


def years(db: Database) -> list[int]:
    """Every year a comment can be about, newest first: the printed ones and the closed rounds."""
    printed = printed_years.printed_years(db)
    closed = {row["year"] for row in rows(db, "SELECT year FROM round WHERE closed_at NOTNULL")}
    return sorted(printed | closed, reverse=True)

"""The coordinator's own words: comments beside the charts, and the chapters of the report.

Both are signed and dated, kept as they once stood, and go out with the next release.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from sqlite_utils import Database

from survey_data import audit_trail, clock
from survey_data.database import insert, read_all, rows, scalar, writing
from survey_data.geography import COUNTY, PROVINCES, printed_lines
from survey_data.history import printed_years
from survey_data.history.printed_series import SOURCE
from survey_data.releases.texts import CHAPTERS, FIGURE
from survey_data.statistics import published_tables
from survey_data.statistics.indicators import BY_NAME, INDICATORS

LONGEST = 600
LONGEST_NAME = 80
LONGEST_CHAPTER = 6000
# Whose words a chapter is: the association's, or those of the report that it was printed in.
OWN = "forbundet"


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
    return read_all(
        db,
        Comment,
        "SELECT * FROM comment c WHERE id ="
        " (SELECT max(id) FROM comment n WHERE n.year = c.year AND n.chart = c.chart)"
        " AND text_sv <> '' ORDER BY year DESC, chart",
    )


def save(
    db: Database, year: int, chart: str, text_sv: str, text_en: str, signed: str, actor: str
) -> None:
    """Let a comment stand beside a chart from the next release on; an empty one takes it away."""
    said = Comment(year, chart, text_sv, text_en, signed, clock.now())
    with writing(db):
        insert(db, "comment", vars(said) | {"actor": actor})
        act = "comment_written" if text_sv else "comment_taken_away"
        audit_trail.record(db, actor, act, f"{chart} {year}")


def write_comments(open_db: Database, survey: Database) -> None:
    """Put the standing comments into a release."""
    found = (vars(c) | {"written_on": f"{clock.date_of(c.written_at)}"} for c in standing(survey))
    published_tables.write(open_db, "comments", found)


def years(db: Database) -> list[int]:
    """Every year a comment can be about, newest first: the printed ones and the closed rounds."""
    printed = printed_years.printed_years(db)
    closed = {row["year"] for row in rows(db, "SELECT year FROM round WHERE closed_at NOTNULL")}
    return sorted(printed | closed, reverse=True)


# The chapters of the report.


@dataclass(frozen=True)
class Chapter:
    """What one chapter says of a period; `written_at` is empty where it was printed."""

    first_year: int
    last_year: int
    chapter: str
    text_sv: str
    text_en: str
    signed: str = ""
    written_at: str = ""

    @property
    def key(self) -> tuple[int, int, str]:
        """Its place: the period, and which chapter of it."""
        return self.first_year, self.last_year, self.chapter


def standing_chapters(db: Database) -> list[Chapter]:
    """The newest text of every chapter that the coordinator has written, unless taken away."""
    return read_all(
        db,
        Chapter,
        "SELECT * FROM report_chapter c WHERE text_sv <> ''"
        " AND id = (SELECT max(id) FROM report_chapter n"
        " WHERE (n.first_year, n.last_year, n.chapter) = (c.first_year, c.last_year, c.chapter))",
    )


def _printed_chapters() -> Iterator[Chapter]:
    """What the printed final report says beside its figures, in short."""
    places = ("first_year", "last_year", "chapter")
    lines = printed_lines("report_chapters_2016_2020")
    for (first, last, chapter), found in groupby(lines, lambda x: tuple(x[p] for p in places)):
        paragraphs = list(found)
        sv, en = ("\n\n".join(line[f"text_{code}"] for line in paragraphs) for code in ("sv", "en"))
        yield Chapter(int(first), int(last), chapter, sv, en)


def chapters(db: Database) -> dict[tuple[int, int, str], Chapter]:
    """Every chapter by its place; the coordinator's words stand before the printed."""
    every = (*_printed_chapters(), *standing_chapters(db))
    return {each.key: each for each in every}


def earlier(db: Database, first: int, last: int, chapter: str) -> Chapter | None:
    """The same chapter of the period before, as it stands, for whoever writes the next."""
    found = [
        each
        for each in chapters(db).values()
        if each.chapter == chapter and (each.last_year, each.first_year) < (last, first)
    ]
    return max(found, key=lambda each: (each.last_year, each.first_year), default=None)


def save_chapter(db: Database, chapter: Chapter, actor: str) -> None:
    """Let a chapter stand from the next release on; an empty one takes it away."""
    with writing(db):
        written = {"written_at": clock.now(), "actor": actor}
        insert(db, "report_chapter", vars(chapter) | written)
        act = "chapter_written" if chapter.text_sv else "chapter_taken_away"
        years = f"{chapter.first_year}-{chapter.last_year}"
        audit_trail.record(db, actor, act, f"{chapter.chapter} {years}")


def write_chapters(open_db: Database, survey: Database) -> None:
    """Put the chapters that stand into a release; the printed ones where their figures are."""
    is_printed = scalar(open_db, "SELECT 1 FROM observations WHERE source = ?", (SOURCE,))
    order = list(CHAPTERS)
    found = chapters(survey) if is_printed else {c.key: c for c in standing_chapters(survey)}
    every = sorted(found.values(), key=lambda c: (*c.key[1::-1], order.index(c.chapter)))
    published_tables.write(open_db, "chapters", map(_published, every))


def _published(chapter: Chapter) -> dict[str, object]:
    is_own = bool(chapter.written_at)
    day = f"{clock.date_of(chapter.written_at)}" if is_own else ""
    return vars(chapter) | {"written_on": day, "source": OWN if is_own else SOURCE}


@dataclass(frozen=True)
class Insertable:
    """A figure of the latest release, ready to be put into a text; `value` is None when hidden."""

    year: int
    name_sv: str
    name_en: str
    value: int | None
    status: str


def insertable(db: Database, first: int, last: int) -> list[Insertable]:
    """The figures of a period in the latest release, the county's and the provinces'."""
    places = {COUNTY.code: "", **{each.code: f" {each.name}" for each in PROVINCES}}
    order = list(BY_NAME)
    found = rows(
        db,
        "SELECT year, indicator, area_code, value, status FROM released_figure"
        " WHERE release_id = (SELECT id FROM release ORDER BY rowid DESC LIMIT 1)"
        " AND year BETWEEN ? AND ? AND area_type IN ('county', 'province')",
        (first, last),
    )
    found = [row for row in found if row["indicator"] in order and row["area_code"] in places]
    found.sort(
        key=lambda r: (-r["year"], order.index(r["indicator"]), r["area_code"] != COUNTY.code)
    )
    insertables = []
    for row in found:
        measure, place = BY_NAME[row["indicator"]], f"{row['year']}{places[row['area_code']]}"
        sv, en = (f"{{{x.lower()} {place}}}" for x in (measure.label_sv, measure.label_en))
        insertables.append(Insertable(row["year"], sv, en, row["value"], row["status"]))
    return insertables


def unknown_figures(text: str) -> list[str]:
    """What stands in braces in a text and is no figure of the inventory."""
    names = {n.lower() for i in INDICATORS for n in (i.name, i.label_sv, i.label_en)}
    areas = {"", *(each.name.lower() for each in PROVINCES)}
    return [
        found.group(0)
        for found in re.finditer(r"\{[^{}]*\}?", text)
        if not (known := FIGURE.fullmatch(found.group(0)))
        or known["name"].lower() not in names
        or (known["area"] or "").lower() not in areas
    ]

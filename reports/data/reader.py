"""What the reports read from open.db; all of their SQL stands here.

Only open.db is ever opened: what was not cleared for publication cannot be drawn.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date
from itertools import groupby
from pathlib import Path

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


def read(path: str | Path) -> OpenData:
    """Read the whole open file; an absent or empty one gives an empty `OpenData`."""
    if not Path(path).exists():
        return OpenData()
    with _connection(path) as db:
        return _open_data(db) if _has_tables(db) else OpenData()


@contextmanager
def _connection(path: str | Path) -> Iterator[sqlite3.Connection]:
    uri = f"{Path(path).resolve().as_uri()}?mode=ro"
    with closing(sqlite3.connect(uri, uri=True)) as db:
        # One snapshot for all queries: a release landing meanwhile must not be half seen.
        db.execute("begin")
        yield db


def _has_tables(db: sqlite3.Connection) -> bool:
    query = "select count(*) from sqlite_master where name in ('release', 'observations')"
    return bool(db.execute(query).fetchone()[0] == 2)


def _open_data(db: sqlite3.Connection) -> OpenData:
    milestones = _milestones(db)
    return OpenData(
        release=_release(db),
        coverage=_coverage(db),
        discrepancies=_discrepancies(db),
        statuses=_statuses(db),
        sources=_sources(db),
        milestones=milestones,
        events=events_of(milestones),
        national=_national(db),
        source_keys=_source_keys(db),
        points=_points(db),
        areas=_areas(db),
        indicators=_indicators(db),
        outcomes=_outcomes(db),
        changes=_changes(db),
        same=_same(db),
        estimates=_estimates(db),
        comments=_comments(db),
        chapters=_chapters(db),
    )


def _discrepancies(db: sqlite3.Connection) -> tuple[SumDiscrepancy, ...]:
    rows = db.execute(
        "select indicator, period, stated, parts_sum from discrepancies order by indicator, period"
    )
    return tuple(SumDiscrepancy(*row) for row in rows)


def _areas(db: sqlite3.Connection) -> tuple[PublishedArea, ...]:
    rows = db.execute("select area_type, area_code, name, official_name from areas order by 2")
    return tuple(PublishedArea(*row) for row in rows)


def _estimates(db: sqlite3.Connection) -> tuple[Estimate, ...]:
    rows = db.execute("select indicator, year, share, enterprises from estimates order by 1, 2")
    return tuple(Estimate(*row) for row in rows)


def _points(db: sqlite3.Connection) -> dict[tuple[str, str], list[Point]]:
    """Every value, oldest first, by (area, indicator)."""
    rows = db.execute(
        "select area_code, indicator, year, value, status, note, note_en, signs"
        " from observations order by year"
    )
    found: dict[tuple[str, str], list[Point]] = {}
    for area, indicator, year, value, status, note, note_en, signs in rows:
        point = Point(year, value, status, Words(note, note_en), signs)
        found.setdefault((area, indicator), []).append(point)
    return found


def _release(db: sqlite3.Connection) -> PublishedRelease | None:
    row = db.execute(
        "select id, published_at, kind, includes_examples, note_sv, note_en from release"
        " order by published_at desc limit 1"
    ).fetchone()
    if row is None:
        return None
    number, moment, kind, has_examples, *note = row
    return PublishedRelease(number, moment, kind, bool(has_examples), Words(*note))


def _coverage(db: sqlite3.Connection) -> tuple[YearCoverage, ...]:
    """Each year's answers; the estimated are none where nothing is said, None where hidden."""
    rows = db.execute(
        "select c.year, asked, answered, is_example, reference_date, q.year, q.value"
        " from coverage c left join quality q on q.year = c.year and q.measure = 'imputed'"
        " order by c.year"
    )
    return tuple(
        YearCoverage(
            year,
            asked,
            answered,
            bool(is_example),
            0 if said is None else None if value is None else int(value),
            date.fromisoformat(day) if day else None,
        )
        for year, asked, answered, is_example, day, said, value in rows
    )


def _statuses(db: sqlite3.Connection) -> dict[str, Status]:
    rows = db.execute(
        "select code, symbol, label_sv, label_en, explanation_sv, explanation_en from statuses"
    )
    return {row[0]: Status(row[0], row[1], Words(*row[2:4]), Words(*row[4:])) for row in rows}


def _sources(db: sqlite3.Connection) -> tuple[PublishedSource, ...]:
    """Every source, with the page in its title where it has one."""
    rows = db.execute(
        "select key, title_sv || iif(page = '', '', ', s. ' || page),"
        " title_en || iif(page = '', '', ', p. ' || page), publisher, url from sources order by key"
    )
    return tuple(PublishedSource(key, Words(sv, en), *named) for key, sv, en, *named in rows)


def _milestones(db: sqlite3.Connection) -> tuple[PublishedMilestone, ...]:
    rows = db.execute(
        "select year, period, coalesce(name, ''), label_sv, label_en, type,"
        " coalesce(municipality_code, ''), source, mark_sv, mark_en from milestones m left join"
        " areas a on a.area_type = 'municipality' and a.area_code = m.municipality_code"
        " order by year, m.rowid"
    )
    return tuple(
        PublishedMilestone(year, period, place, Words(sv, en), kind, code, source, Words(*mark))
        for year, period, place, sv, en, kind, code, source, *mark in rows
    )


def _national(db: sqlite3.Connection) -> tuple[National, ...]:
    """How many enterprises each national source counts; with its title where we know it."""
    rows = db.execute(
        "select n.year, n.value, n.unit_sv, n.unit_en, n.definition_sv, n.definition_en,"
        " coalesce(s.title_sv, n.source), coalesce(s.title_en, n.source), coalesce(s.url, '')"
        " from national n left join sources s on s.key = n.source"
        " where n.measure like 'enterprises%' order by n.year, n.source"
    )
    return tuple(
        National(str(row[0]), row[1], Words(*row[2:4]), Words(*row[4:6]), Words(*row[6:8]), row[8])
        for row in rows
    )


def _source_keys(db: sqlite3.Connection) -> dict[str, frozenset[str]]:
    """By indicator, the sources its published values name."""
    rows = db.execute("select distinct indicator, source from observations order by 1").fetchall()
    return {
        indicator: frozenset(key for _, key in found)
        for indicator, found in groupby(rows, key=lambda row: str(row[0]))
    }


def _indicators(db: sqlite3.Connection) -> dict[str, PublishedIndicator]:
    rows = db.execute(
        "select name, label_sv, label_en, unit_sv, unit_en, definition_sv, definition_en"
        " from indicators order by sort_order"
    )
    return {
        row[0]: PublishedIndicator(row[0], Words(*row[1:3]), Words(*row[3:5]), Words(*row[5:]))
        for row in rows
    }


def _outcomes(db: sqlite3.Connection) -> tuple[Outcome, ...]:
    rows = db.execute(
        "select period, label_sv, label_en, value, outcome, source from place_outcomes"
        # As they were printed, what stands for several together last.
        " order by period, instr('to_work to_af returned extended not_stated others', outcome)"
    )
    return tuple(Outcome(row[0], Words(*row[1:3]), *row[3:]) for row in rows)


def _changes(db: sqlite3.Connection) -> tuple[PublishedChange, ...]:
    rows = db.execute(
        "select indicator, year, component, value, enterprises, is_example from changes"
        " order by indicator, year, sort_order"
    )
    found = ((key, list(parts)) for key, parts in groupby(rows, key=lambda row: (row[0], row[1])))
    return tuple(
        PublishedChange(
            *key, tuple(ChangePart(*row[2:5]) for row in parts), any(row[5] for row in parts)
        )
        for key, parts in found
    )


def _same(db: sqlite3.Connection) -> tuple[SameEnterprises, ...]:
    rows = db.execute(
        "select indicator, year, value_before, value, enterprises, is_example"
        " from same_enterprises order by 1, 2"
    )
    return tuple(
        SameEnterprises(indicator, year, before, after, count, bool(example))
        for indicator, year, before, after, count, example in rows
    )


def _comments(db: sqlite3.Connection) -> tuple[ChartComment, ...]:
    rows = db.execute(
        "select year, chart, text_sv, text_en, signed, written_on from comments"
        " order by year desc, chart"
    )
    return tuple(
        ChartComment(year, chart, Words(sv, en), signed, day)
        for year, chart, sv, en, signed, day in rows
    )


def _chapters(db: sqlite3.Connection) -> tuple[ReportChapter, ...]:
    """The chapters of the report; a release from before there were any has none."""
    if not db.execute("select 1 from sqlite_master where name = 'chapters'").fetchone():
        return ()
    rows = db.execute(
        "select first_year, last_year, chapter, text_sv, text_en, signed, written_on, source"
        " from chapters"
    )
    return tuple(
        ReportChapter(first, last, chapter, Words(sv, en), *rest)
        for first, last, chapter, sv, en, *rest in rows
    )

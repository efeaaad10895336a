"""What the reports read from open.db; all of their SQL stands here.

Only open.db is ever opened: what was not cleared for publication cannot be drawn.
"""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from reports.data import optional_tables
from reports.data.chart_model import Coverage, Discrepancy, Point, Status, Words
from reports.data.events import events_of
from reports.data.model import Area, Indicator, Milestone, National, OpenData, Release, Source


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
        db.row_factory = sqlite3.Row
        # One snapshot for all queries: a release landing meanwhile must not be half seen.
        db.execute("begin")
        yield db


def _has_tables(db: sqlite3.Connection) -> bool:
    query = "select count(*) from sqlite_master where name in ('release', 'observations')"
    return bool(db.execute(query).fetchone()[0] == 2)


def _open_data(db: sqlite3.Connection) -> OpenData:
    coverage, discrepancies, statuses = _coverage(db), _discrepancies(db), _statuses(db)
    points, milestones = _points(db), _milestones(db)
    return OpenData(
        release=_release(db),
        coverage=coverage,
        discrepancies=discrepancies,
        statuses=statuses,
        sources=_sources(db),
        milestones=milestones,
        events=events_of(milestones),
        national=_national(db),
        source_keys=_source_keys(db),
        points=points,
        areas=_areas(db),
        indicators=_indicators(db),
        **optional_tables.tables(db),
    )


Points = dict[tuple[str, str], list[Point]]


def _points(db: sqlite3.Connection) -> Points:
    """Every value, oldest first, by (area, indicator)."""
    rows = db.execute("select * from observations order by year")
    found: Points = {}
    for row in rows:
        note = Words(row["note"] or "", row["note_en"] or "")
        # A file published before there were several is read until the next release.
        signs = row["signs"] if "signs" in row.keys() else row["status"]  # noqa: SIM118
        point = Point(row["year"], row["value"], row["status"], note, signs)
        found.setdefault((row["area_code"], row["indicator"]), []).append(point)
    return found


def _release(db: sqlite3.Connection) -> Release | None:
    row = db.execute("select * from release order by published_at desc limit 1").fetchone()
    if row is None:
        return None
    note = Words(row["note_sv"] or "", row["note_en"] or "")
    flag = bool(row["includes_examples"])
    return Release(row["id"], row["published_at"], row["kind"], flag, note)


def _coverage(db: sqlite3.Connection) -> tuple[Coverage, ...]:
    rows = db.execute("select year, asked, answered, is_example from coverage order by year")
    guessed = optional_tables.estimated(db)
    return tuple(
        Coverage(
            r["year"], r["asked"], r["answered"], bool(r["is_example"]), guessed.get(r["year"], 0)
        )
        for r in rows
    )


def _discrepancies(db: sqlite3.Connection) -> tuple[Discrepancy, ...]:
    rows = db.execute(
        "select indicator, period, stated, parts_sum from discrepancies order by indicator, period"
    )
    return tuple(Discrepancy(*row) for row in rows)


def _statuses(db: sqlite3.Connection) -> dict[str, Status]:
    rows = db.execute(
        "select code, symbol, label_sv, label_en, explanation_sv, explanation_en from statuses"
    )
    return {
        code: Status(code, symbol, Words(label, label_en), Words(explanation, explanation_en))
        for code, symbol, label, label_en, explanation, explanation_en in rows
    }


def _sources(db: sqlite3.Connection) -> tuple[Source, ...]:
    rows = [dict(row) for row in db.execute("select * from sources order by key")]
    return tuple(Source(r["key"], _titled(r), r["publisher"] or "", r["url"] or "") for r in rows)


def _titled(source: Mapping[str, str]) -> Words:
    """A source's title, and the page where it has one; older files know of no pages."""
    page = source.get("page") or ""
    sv, en = (f", {word} {page}" if page else "" for word in ("s.", "p."))
    return Words(source["title_sv"] + sv, source["title_en"] + en)


def _milestones(db: sqlite3.Connection) -> tuple[Milestone, ...]:
    rows = db.execute(
        "select m.*, coalesce(a.name, '') as municipality from milestones m"
        " left join areas a on a.area_type = 'municipality' and a.area_code = m.municipality_code"
        " order by m.year, m.rowid"
    )
    return tuple(_milestone(dict(row)) for row in rows)


def _milestone(row: dict[str, Any]) -> Milestone:
    return Milestone(
        row["year"],
        row["period"] or "",
        row["municipality"],
        Words(row["label_sv"], row["label_en"]),
        row["type"] or "",
        row["municipality_code"] or "",
        row["source"],
        # A file published before the charts' marks stood in it is read until the next release.
        Words(row.get("mark_sv", ""), row.get("mark_en", "")),
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
        National(str(year), value, Words(*unit), Words(*definition), Words(*title), url)
        for year, value, *rest, url in rows
        for unit, definition, title in [(rest[0:2], rest[2:4], rest[4:6])]
    )


def _source_keys(db: sqlite3.Connection) -> dict[str, frozenset[str]]:
    """By indicator, the sources its published values name."""
    found: dict[str, set[str]] = {}
    for indicator, key in db.execute("select distinct indicator, source from observations"):
        found.setdefault(indicator, set()).add(key)
    return {indicator: frozenset(keys) for indicator, keys in found.items()}


def _areas(db: sqlite3.Connection) -> tuple[Area, ...]:
    rows = [dict(row) for row in db.execute("select * from areas order by area_code")]
    return tuple(
        # A file published before the official names is read until the next release.
        Area(r["area_type"], r["area_code"], r["name"], r.get("official_name") or r["name"])
        for r in rows
    )


def _indicators(db: sqlite3.Connection) -> dict[str, Indicator]:
    rows = db.execute("select * from indicators order by sort_order")
    return {
        row["name"]: Indicator(
            row["name"],
            Words(row["label_sv"], row["label_en"]),
            Words(row["unit_sv"], row["unit_en"]),
            Words(row["definition_sv"], row["definition_en"]),
        )
        for row in rows
    }

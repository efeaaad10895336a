"""open.db: the protected aggregates, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from sqlite_utils import Database

from survey_data import packaged_lines
from survey_data.association import milestones
from survey_data.association.release_rows import Own
from survey_data.database import rows
from survey_data.geography import AREAS, COUNTY, PROVINCES, Area
from survey_data.history import printed_series
from survey_data.history.printed_series import Discrepancy, SeriesValue
from survey_data.statistics import codebook
from survey_data.statistics.indicators import INDICATORS

TABLES = (
    """CREATE TABLE release (id TEXT PRIMARY KEY, published_at TEXT NOT NULL, kind TEXT NOT NULL,
        includes_examples INTEGER NOT NULL, note_sv TEXT NOT NULL, note_en TEXT NOT NULL)""",
    """CREATE TABLE areas (area_type TEXT NOT NULL, area_code TEXT NOT NULL, name TEXT NOT NULL,
        official_name TEXT NOT NULL, part_of TEXT, PRIMARY KEY (area_type, area_code))""",
    """CREATE TABLE indicators (name TEXT PRIMARY KEY, label_sv TEXT NOT NULL,
        label_en TEXT NOT NULL, unit_sv TEXT NOT NULL, unit_en TEXT NOT NULL,
        definition_sv TEXT NOT NULL, definition_en TEXT NOT NULL,
        part_of TEXT REFERENCES indicators(name), sort_order INTEGER NOT NULL)""",
    """CREATE TABLE statuses (code TEXT PRIMARY KEY, symbol TEXT NOT NULL, label_sv TEXT NOT NULL,
        label_en TEXT NOT NULL, explanation_sv TEXT NOT NULL, explanation_en TEXT NOT NULL)""",
    """CREATE TABLE sources (key TEXT PRIMARY KEY, title_sv TEXT NOT NULL, title_en TEXT NOT NULL,
        publisher TEXT NOT NULL, page TEXT NOT NULL, url TEXT NOT NULL)""",
    """CREATE TABLE observations (year INTEGER NOT NULL, area_type TEXT NOT NULL,
        area_code TEXT NOT NULL, indicator TEXT NOT NULL REFERENCES indicators(name),
        value INTEGER, status TEXT NOT NULL REFERENCES statuses(code), signs TEXT NOT NULL,
        note TEXT NOT NULL, note_en TEXT NOT NULL, source TEXT NOT NULL REFERENCES sources(key),
        PRIMARY KEY (year, area_type, area_code, indicator),
        FOREIGN KEY (area_type, area_code) REFERENCES areas(area_type, area_code),
        CHECK ((value IS NULL) = (status = 'x')))""",
    """CREATE TABLE discrepancies (indicator TEXT NOT NULL REFERENCES indicators(name),
        period TEXT NOT NULL, stated INTEGER NOT NULL, parts_sum INTEGER NOT NULL,
        difference INTEGER NOT NULL, note_sv TEXT NOT NULL, note_en TEXT NOT NULL,
        source TEXT NOT NULL REFERENCES sources(key), PRIMARY KEY (indicator, period))""",
    """CREATE TABLE coverage (year INTEGER PRIMARY KEY, asked INTEGER, answered INTEGER,
        is_example INTEGER NOT NULL, reference_date TEXT)""",
    """CREATE TABLE milestones (year INTEGER NOT NULL, period TEXT NOT NULL,
        municipality_code TEXT, type TEXT NOT NULL, label_sv TEXT NOT NULL, label_en TEXT NOT NULL,
        source TEXT NOT NULL REFERENCES sources(key), reference TEXT NOT NULL,
        mark_sv TEXT NOT NULL, mark_en TEXT NOT NULL)""",
    """CREATE TABLE place_outcomes (period TEXT NOT NULL, outcome TEXT NOT NULL,
        label_sv TEXT NOT NULL, label_en TEXT NOT NULL, value INTEGER NOT NULL,
        source TEXT NOT NULL REFERENCES sources(key), PRIMARY KEY (period, outcome))""",
    """CREATE TABLE place_outcomes_by_gender (period TEXT NOT NULL, outcome TEXT NOT NULL,
        gender TEXT NOT NULL, label_sv TEXT NOT NULL, label_en TEXT NOT NULL,
        value INTEGER NOT NULL, source TEXT NOT NULL REFERENCES sources(key),
        PRIMARY KEY (period, outcome, gender),
        FOREIGN KEY (period, outcome) REFERENCES place_outcomes(period, outcome))""",
    """CREATE TABLE national (year TEXT NOT NULL, measure TEXT NOT NULL, value INTEGER NOT NULL,
        unit_sv TEXT NOT NULL, unit_en TEXT NOT NULL, definition_sv TEXT NOT NULL,
        definition_en TEXT NOT NULL, source TEXT NOT NULL REFERENCES sources(key))""",
    """CREATE TABLE codebook (table_name TEXT NOT NULL, column_name TEXT NOT NULL,
        label_sv TEXT NOT NULL, label_en TEXT NOT NULL, definition_sv TEXT NOT NULL,
        definition_en TEXT NOT NULL, unit_sv TEXT NOT NULL, unit_en TEXT NOT NULL,
        PRIMARY KEY (table_name, column_name))""",
)

COUNTY_COLUMNS = (
    "employees",
    "employees_women",
    "employees_men",
    "placed",
    "placed_af",
    "placed_kommun",
    "placed_other",
    "reached",
)

STATUSES = (
    ("n", "–", "vanlig", "normal", "Insamlad och granskad.", "Collected and reviewed."),
    (
        "x",
        "x",
        "dold",
        "hidden",
        "Små tal eller få företag. Går inte att räkna fram.",
        "Small numbers or few enterprises. Cannot be calculated back.",
    ),
    ("e", "e", "skattad", "estimated", "Beräknad, inte insamlad.", "Calculated, not collected."),
    (
        "r",
        "r",
        "rättad",
        "revised",
        "Ändrad efter första utgåvan.",
        "Changed after the first release.",
    ),
    (
        "p",
        "p",
        "preliminär",
        "preliminary",
        "Kan ändras i den slutliga utgåvan.",
        "May change in the final release.",
    ),
    (
        "s",
        "s",
        "summan avviker",
        "sum differs",
        "Angiven totalsumma skiljer sig från delarna.",
        "The stated total differs from its parts.",
    ),
)


@dataclass(frozen=True)
class Coverage:
    """How many of the enterprises of a year answered; None where no source says."""

    year: int
    asked: int | None
    answered: int | None
    is_example: bool
    reference_date: str | None


@dataclass(frozen=True)
class Release:
    """The number and kind of one publication."""

    id: str
    published_at: str
    kind: str
    includes_examples: bool
    note_sv: str = ""
    note_en: str = ""


def write_open_db(
    db: Database,
    release: Release,
    observations: Iterable[SeriesValue | HiddenValue],
    discrepancies: Sequence[Discrepancy],
    coverage: Iterable[Coverage],
    own: Own,
    sources: Iterable[dict[str, str]] = (),
    areas: Iterable[Area] = AREAS,
) -> None:
    """Fill an empty database with one release.

    `sources` are those of stated totals; `own` are the association's series, whose figures are
    among the observations. Nothing but protected figures may come in.
    """
    for statement in TABLES:
        db.conn.execute(statement)
    _insert(db, "release", [asdict(release)])
    _insert(db, "areas", map(_area, areas))
    _insert(db, "indicators", _indicators())
    db.conn.executemany("INSERT INTO statuses VALUES (?, ?, ?, ?, ?, ?)", STATUSES)
    _insert(db, "sources", [*packaged_lines("sources"), *sources])
    _insert(db, "observations", (_observation(v) for v in observations))
    _insert(
        db,
        "discrepancies",
        (asdict(d) | {"difference": d.stated - d.parts_sum} for d in discrepancies),
    )
    _insert(db, "coverage", (asdict(c) for c in coverage))
    _write_own(db, own)
    _insert(db, "national", packaged_lines("national"))
    _insert(db, "codebook", (asdict(entry) for entry in codebook.entries("open")))
    db.conn.execute(_trend_view())


def _write_own(db: Database, own: Own) -> None:
    printed: list[dict[str, Any]] = [
        {**m, "municipality_code": m["municipality_code"] or None, "reference": ""}
        for m in milestones.printed()
    ]
    _insert(db, "milestones", [*printed, *own.milestones])
    outcomes = [asdict(each) for each in printed_series.place_outcomes()]
    _insert(db, "place_outcomes", [*outcomes, *own.outcomes])
    _insert(db, "place_outcomes_by_gender", own.outcomes_by_gender)


@dataclass(frozen=True)
class HiddenValue:
    """A figure that exists but is not shown."""

    year: int
    area_type: str
    area_code: str
    indicator: str
    note_sv: str = ""
    note_en: str = ""
    source: str = "inventering"
    value: None = None
    status: str = "x"


def _observation(value: SeriesValue | HiddenValue) -> dict[str, Any]:
    row = asdict(value)
    row["note"] = row.pop("note_sv")
    # The others are known once the earlier releases lie beside it.
    return row | {"signs": row["status"]}


def _insert(db: Database, table: str, records: Iterable[dict[str, Any]]) -> None:
    columns = [row["name"] for row in rows(db, f"PRAGMA table_info({table})")]
    marks = ", ".join(f":{name}" for name in columns)
    db.conn.executemany(f"INSERT INTO {table} VALUES ({marks})", list(records))


def _area(area: Area) -> dict[str, Any]:
    name = area.official_name if area.area_type == "county" else area.name
    return {
        "area_type": area.area_type,
        "area_code": area.code,
        "name": name,
        "official_name": area.official_name,
        "part_of": area.part_of or None,
    }


def _indicators() -> list[dict[str, Any]]:
    # Totals before their parts, as the foreign key wants.
    return [
        asdict(replace(indicator, questions=(), below_county=())) | {"sort_order": order}
        for order, indicator in enumerate(INDICATORS, 1)
    ]


def _trend_view() -> str:
    """One row a year; a hidden value is NULL, as in observations."""
    picks = [
        _pick("enterprises", "enterprises", COUNTY),
        *(_pick(f"enterprises_{p.code.lower()}", "enterprises", p) for p in PROVINCES),
        *(_pick(name, name, COUNTY) for name in COUNTY_COLUMNS),
    ]
    return (
        "CREATE VIEW trend AS SELECT year,\n  " + ",\n  ".join(picks) + ",\n  coalesce("
        "(SELECT group_concat(note, ' ') FROM (SELECT DISTINCT n.note FROM observations n"
        " WHERE n.year = o.year AND n.area_type = 'county' AND n.note <> ''"
        f" AND n.indicator IN ('enterprises', {', '.join(repr(n) for n in COUNTY_COLUMNS)})"
        ")), '') AS note\nFROM observations o GROUP BY year ORDER BY year"
    )


def _pick(column: str, indicator: str, area: Area) -> str:
    return (
        f"max(CASE WHEN indicator = '{indicator}' AND area_type = '{area.area_type}'"
        f" AND area_code = '{area.code}' THEN value END) AS {column}"
    )

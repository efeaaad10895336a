"""open.db: the protected aggregates, what earlier releases said of them, and nothing else.

The signs of a figure combine: an estimate can be preliminary, a total that differs from its parts
can be revised. `signs` holds all of them, the most doubtful first, and `status` the first of these
alone. A hidden figure says no more of itself than that it is preliminary. That some have not
answered (u) is said of the county's open totals alone, never below it: there it would tell who.
A figure that is kept from an earlier release (k) has its number, and its note says which one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from sqlite_utils import Database

from survey_data import clock, geography, packaged_lines
from survey_data.association import milestones
from survey_data.association.release_rows import Own
from survey_data.database import rows
from survey_data.geography import AREAS, COUNTY, PROVINCES, Area
from survey_data.history import printed_series
from survey_data.history.printed_series import Discrepancy, HiddenValue, SeriesValue
from survey_data.protection import earlier_editions
from survey_data.statistics import published_tables
from survey_data.statistics.indicators import INDICATORS
from survey_data.statistics.published_tables import create, insert

TABLES = (
    "release", "areas", "indicators", "statuses", "sources", "observations", "discrepancies",
    "coverage", "milestones", "place_outcomes", "place_outcomes_by_gender", "national", "codebook",
)  # fmt: skip

COUNTY_COLUMNS = (
    "employees", "employees_women", "employees_men", "placed", "placed_af", "placed_kommun",
    "placed_other", "reached",
)  # fmt: skip

STATUSES = (
    ("n", "–", "vanlig", "normal",
     "Insamlad och granskad; för landskap och kommuner hos de företag som svarat.",
     "Collected and reviewed; for provinces and municipalities, of those that answered."),
    ("x", "x", "dold", "hidden", "Små tal eller få företag. Går inte att räkna fram.",
     "Small numbers or few enterprises. Cannot be calculated back."),
    ("k", "k", "kvar från tidigare utgåva", "kept from an earlier release",
     "Talet står som i en tidigare utgåva; en ändring kan inte visas ännu. Det räknas inte ihop"
     " med andra.",
     "The figure stands as in an earlier release; a change cannot be shown yet. Nothing is"
     " calculated from it."),
    ("e", "e", "skattad", "estimated", "Beräknad, inte insamlad.", "Calculated, not collected."),
    ("u", "u", "ofullständig", "incomplete",
     "Alla företag i länet har inte svarat. Hur många som svarade står i anmärkningen.",
     "Not every enterprise in the county has answered. The note says how many have."),
    ("r", "r", "rättad", "revised", "Ändrad efter första utgåvan.",
     "Changed after the first release."),
    ("p", "p", "preliminär", "preliminary", "Kan ändras i den slutliga utgåvan.",
     "May change in the final release."),
    ("s", "s", "summan avviker", "sum differs", "Angiven totalsumma skiljer sig från delarna.",
     "The stated total differs from its parts."),
)  # fmt: skip

# A figure against the same figure in the release before that had it. That it is preliminary no
# more, or was revised once, is no change of it. Of one that is kept (k) no change is known: 0
# would say that there is none.
REVISIONS = """CREATE VIEW revisions AS
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
               value_before, value, iif(status = 'k', NULL, value - value_before) AS change,
               status_before, status
        FROM shown
        WHERE release_before IS NOT NULL
          AND (value IS NOT value_before OR content <> content_before)
        ORDER BY position DESC, year DESC, area_type, area_code, indicator"""
COLUMNS = "year, area_type, area_code, indicator, value, status, signs, note, note_en, source"
# What an enterprise answered; printed figures are never preliminary.
OWN_SOURCE = "inventering"
# The release's own year, and any year that no release has shown as final.
IS_PRELIMINARY = f""":kind = 'preliminary' AND o.source = '{OWN_SOURCE}' AND (o.year = :year
    OR NOT EXISTS (SELECT 1 FROM editions e JOIN releases r ON r.id = e.release
        WHERE e.year = o.year AND e.source = o.source AND r.kind <> 'preliminary'))"""
# Open in an earlier release and different there; both numbers can be read by anyone.
IS_REVISED = """EXISTS (SELECT 1 FROM editions e WHERE e.value <> o.value
    AND (e.year, e.area_type, e.area_code, e.indicator)
        = (o.year, o.area_type, o.area_code, o.indicator))"""
MARK = f"""UPDATE observations AS o SET (signs, status) = (
    SELECT coalesce(nullif(found, ''), 'n'), substr(coalesce(nullif(found, ''), 'n'), 1, 1)
    FROM (SELECT iif(o.status IN ('x', 'k'), o.status, '') || iif({IS_PRELIMINARY}, 'p', '')
        || iif(o.signs IN ('n', 'x'), '', replace(o.signs, 'k', ''))
        || iif({IS_REVISED}, 'r', '') AS found))"""


@dataclass(frozen=True)
class Coverage:
    """How many of the enterprises of a year answered; None where no source says."""

    year: int
    asked: int | None = None
    answered: int | None = None
    is_example: bool = False
    reference_date: str | None = None


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
    published_tables.create(db, *TABLES)
    insert(db, "release", [asdict(release)])
    insert(db, "areas", map(_area, areas))
    insert(db, "indicators", _indicators())
    db.conn.executemany("INSERT INTO statuses VALUES (?, ?, ?, ?, ?, ?)", STATUSES)
    insert(db, "sources", [*geography.sources(), *sources])
    insert(db, "observations", (_observation(v) for v in observations))
    insert(
        db,
        "discrepancies",
        (asdict(d) | {"difference": d.stated - d.parts_sum} for d in discrepancies),
    )
    insert(db, "coverage", (asdict(c) for c in coverage))
    _write_own(db, own)
    insert(db, "national", packaged_lines("national"))
    insert(db, "codebook", (asdict(entry) for entry in published_tables.entries("open")))
    db.conn.execute(_trend_view())


def _write_own(db: Database, own: Own) -> None:
    printed: list[dict[str, Any]] = [
        {**m, "municipality_code": m["municipality_code"] or None, "reference": "", "party": ""}
        for m in milestones.printed()
    ]
    insert(db, "milestones", [*printed, *own.milestones])
    outcomes = [asdict(each) for each in printed_series.place_outcomes()]
    insert(db, "place_outcomes", [*outcomes, *own.outcomes])
    insert(db, "place_outcomes_by_gender", own.outcomes_by_gender)


def _observation(value: SeriesValue | HiddenValue) -> dict[str, Any]:
    row = asdict(value)
    row["note"] = row.pop("note_sv")
    # The others are known once the earlier releases lie beside it.
    return row | {"signs": row["status"], "status": row["status"][0]}


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
        *(_pick(p.count_column, "enterprises", p) for p in PROVINCES),
        *(_pick(name, name, COUNTY) for name in COUNTY_COLUMNS),
    ]
    notes = f"{_notes('note')},\n  {_notes('note_en')}"
    return (
        "CREATE VIEW trend AS SELECT year,\n  " + ",\n  ".join(picks) + f",\n  {notes}"
        "\nFROM observations o GROUP BY year ORDER BY year"
    )


def _notes(column: str) -> str:
    """What is said of the county's figures of a year, each sentence once, in one language."""
    theirs = (
        f"SELECT DISTINCT {column} AS note FROM observations WHERE year = o.year"
        f" AND area_type = 'county' AND {column} <> ''"
        f" AND indicator IN ('enterprises', {', '.join(map(repr, COUNTY_COLUMNS))})"
    )
    return (
        f"coalesce((SELECT group_concat(note, ' ') FROM ({theirs}) AS said WHERE NOT EXISTS"
        f" (SELECT 1 FROM ({theirs}) AS more WHERE more.note <> said.note"
        f" AND instr(more.note, said.note))), '') AS {column}"
    )


def _pick(column: str, indicator: str, area: Area) -> str:
    return (
        f"max(CASE WHEN indicator = '{indicator}' AND area_type = '{area.area_type}'"
        f" AND area_code = '{area.code}' THEN value END) AS {column}"
    )


def write_editions(db: Database, survey: Database, release: Release) -> None:
    """Put every earlier release's figures beside the new one's, each with its release."""
    create(db, "releases", "editions")
    db.conn.execute(REVISIONS)
    earlier = rows(survey, "SELECT * FROM release ORDER BY published_at, id")
    gone = {row["release_id"]: row for row in rows(survey, "SELECT * FROM withdrawn_release")}
    noted = (each | _withdrawn_note(gone[each["id"]]) if each["id"] in gone else each
             for each in earlier)  # fmt: skip
    every = enumerate([*noted, asdict(release)], 1)
    insert(db, "releases", (each | {"position": position} for position, each in every))
    marks = ", ".join("?" * 11)
    db.conn.executemany(
        f"INSERT INTO editions VALUES ({marks})",
        survey.conn.execute(
            f"SELECT release_id, {COLUMNS} FROM released_figure"
            " WHERE release_id NOT IN (SELECT release_id FROM withdrawn_release)"
        ),
    )
    earlier_editions.hide_withdrawn(db)
    mark(db, release)
    db.conn.execute(f"INSERT INTO editions SELECT ?, {COLUMNS} FROM observations", (release.id,))


def _withdrawn_note(row: dict[str, Any]) -> dict[str, str]:
    """What stands in the place of a withdrawn release's note; its figures are not repeated."""
    day = clock.date_of(row["withdrawn_at"])
    return {
        "note_sv": f"Indragen {day}. {row['reason_sv']}",
        "note_en": f"Withdrawn {day}. {row['reason_en'] or row['reason_sv']}",
    }


def remember_editions(survey: Database, opened: Database, number: str) -> None:
    """Keep what a release says in its own open.db, so that every later one can repeat it."""
    sql = f"SELECT release, {COLUMNS} FROM editions WHERE release = ?"
    survey.conn.executemany(
        f"INSERT INTO released_figure (release_id, {COLUMNS}) VALUES ({', '.join('?' * 11)})",
        opened.conn.execute(sql, (number,)),
    )


def mark(db: Database, release: Release) -> None:
    """Give every figure its signs; what earlier releases said is in `editions` already."""
    year = int(release.id.partition("-")[0])
    # Each figure is looked for among all that every release has said.
    db.conn.execute("CREATE INDEX said ON editions (year, area_type, area_code, indicator)")
    db.conn.execute(MARK, {"kind": release.kind, "year": year})
    db.conn.execute("DROP INDEX said")

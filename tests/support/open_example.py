"""A small open.db with the published figures of 2016–2020, for the tests of the reports."""

import sqlite3
from collections.abc import Iterable
from pathlib import Path

DDL = """
create table release (id text primary key, published_at text, kind text,
    includes_examples integer, note_sv text, note_en text);
create table areas (area_type text, area_code text, name text, official_name text, part_of text,
    primary key (area_type, area_code));
create table indicators (name text primary key, label_sv text, label_en text, unit_sv text,
    unit_en text, definition_sv text, definition_en text, part_of text, sort_order integer);
create table statuses (code text primary key, symbol text, label_sv text, label_en text,
    explanation_sv text, explanation_en text);
create table observations (year integer, area_type text, area_code text, indicator text,
    value integer, status text, note text, note_en text, source text, signs text,
    primary key (year, area_type, area_code, indicator));
create table discrepancies (indicator text, period text, stated integer, parts_sum integer,
    difference integer, note_sv text, note_en text, source text);
create table coverage (year integer primary key, asked integer, answered integer,
    is_example integer, reference_date text);
create table milestones (year integer, period text, municipality_code text, type text,
    label_sv text, label_en text, source text, mark_sv text, mark_en text);
create table national (year, measure text, value integer, unit_sv text, unit_en text,
    definition_sv text, definition_en text, source text);
create table sources (key text primary key, title_sv text, title_en text, publisher text,
    url text, page text);
create table place_outcomes (period text, outcome text, label_sv text, label_en text,
    value integer, source text);
create table changes (year integer, indicator text, component text, value integer,
    enterprises integer, sort_order integer, is_example integer);
create table same_enterprises (year integer, indicator text, value_before integer, value integer,
    enterprises integer, is_example integer);
create table estimates (year integer, indicator text, share integer, enterprises integer);
create table quality (year integer, measure text, subject text, value real, status text);
create table comments (year integer, chart text, text_sv text, text_en text, signed text,
    written_on text);
"""

SOURCE = "slutrapport-2016-2020"
YEARS = (2016, 2017, 2018, 2019, 2020)
COUNTY = {
    "enterprises": (34, 34, 30, 28, 28),
    "employees": (179, 228, 204, 206, 209),
    "employees_women": (113, 137, 113, 108, 111),
    "employees_men": (66, 91, 91, 98, 98),
    "placed": (156, 230, 244, 130, 123),
    "placed_af": (96, 155, 152, 93, 81),
    "placed_kommun": (57, 65, 74, 26, 26),
    "placed_other": (3, 10, 17, 11, 10),
    "reached": (95, 586, 235, 183, 176),
}
PROVINCES = {"HALSINGLAND": (22, 24, 20, 17, 17), "GASTRIKLAND": (12, 10, 10, 11, 11)}
STATUSES = (
    ("n", "–", "vanlig", "ordinary", "Värdet är som det räknades.", "The value is as counted."),
    ("x", "x", "dold", "hidden", "Dold för att skydda.", "Hidden to protect."),
    ("k", "k", "kvar från tidigare utgåva", "kept from an earlier release", "Står.", "Stands."),
    ("e", "e", "skattad", "estimated", "Värdet är skattat.", "The value is estimated."),
    ("r", "r", "rättad", "revised", "Värdet är rättat.", "The value has been revised."),
    ("p", "p", "preliminär", "preliminary", "Kan ändras.", "May change."),
    (
        "s",
        "s",
        "summan avviker",
        "total differs",
        "Den angivna totalen skiljer sig från summan av delarna.",
        "The stated total differs from the sum of its parts.",
    ),
)
DISCREPANCIES = (
    ("placed", "2018", 244, 243),
    ("placed", "2020", 123, 117),
    ("reached", "2016–2020", 1257, 1275),
)

Row = tuple[int, str, str, str, int | None, str, str, str]


def published_rows() -> list[Row]:
    """The observations of 2016–2020 as the release holds them."""
    rows: list[Row] = [
        (year, "county", "21", name, value, _status(name, year), *_note(name, year))
        for name, values in COUNTY.items()
        for year, value in zip(YEARS, values, strict=True)
    ]
    return rows + [
        (year, "province", code, "enterprises", value, "n", "", "")
        for code, values in PROVINCES.items()
        for year, value in zip(YEARS, values, strict=True)
    ]


def _status(name: str, year: int) -> str:
    return "s" if name == "placed" and year in (2018, 2020) else "n"


def _note(name: str, year: int) -> tuple[str, str]:
    if (name, year) == ("reached", 2020):
        return "Poddlyssnare är inte medräknade.", "Podcast listeners are not included."
    return "", ""


def build_open_db(
    path: Path,
    rows: Iterable[Row] | None = None,
    *,
    coverage: Iterable[tuple[int, int | None, int | None, int]] | None = None,
    kind: str = "final",
) -> Path:
    """Write an open.db with these observations (the published ones unless others are given)."""
    rows = published_rows() if rows is None else list(rows)
    if coverage is None:
        coverage = [(year, None, None, 0) for year in sorted({row[0] for row in rows})]
    with sqlite3.connect(path) as db:
        db.executescript(DDL)
        db.executemany(
            "insert into observations values (?1,?2,?3,?4,?5,?6,?7,?8,?9,?6)",
            [(*r, SOURCE) for r in rows],
        )
        db.executemany("insert into coverage values (?,?,?,?,null)", coverage)
        _insert_the_rest(db, kind)
    db.close()
    return path


def _insert_the_rest(db: sqlite3.Connection, kind: str) -> None:
    db.execute(
        "insert into release values ('2020-1', '2021-02-01T12:00:00', ?, 0, '', '')", (kind,)
    )
    db.executemany("insert into statuses values (?,?,?,?,?,?)", STATUSES)
    db.executemany(
        "insert into discrepancies values (?,?,?,?,?,'','',?)",
        [(*d, d[2] - d[3], SOURCE) for d in DISCREPANCIES],
    )
    db.execute(
        "insert into sources values (?, 'Slutrapport augusti 2016 – december 2020',"
        " 'Final report August 2016 – December 2020', 'Samordningsförbund Gävleborg', '', '')",
        (SOURCE,),
    )
    db.execute(
        "insert into areas values"
        " ('municipality', '2183', 'Bollnäs', 'Bollnäs kommun', 'HALSINGLAND')"
    )
    db.executemany(
        "insert into milestones values (?,?,?,?,?,?,?,'','')",
        [
            (2018, "", "2183", "policy", "Policy antagen", "Policy adopted", SOURCE),
            (2020, "våren", None, "media", "Tio poddavsnitt", "Ten podcast episodes", SOURCE),
        ],
    )
    db.execute(
        "insert into national values ('2016', 'enterprises', 350, 'företag', 'enterprises',"
        " 'Företag på Sofisams förteckning', 'Enterprises on the Sofisam list', 'SCB')"
    )

"""The tables of the association's own series, as step 065 of migrations.py makes them; frozen."""

from __future__ import annotations

ASSOCIATION = (
    """CREATE TABLE reach_activity (
        id INTEGER PRIMARY KEY,
        held_on TEXT NOT NULL,
        kind TEXT NOT NULL,
        audience TEXT NOT NULL,
        municipality_code TEXT REFERENCES municipality(code),
        persons INTEGER NOT NULL CHECK (persons >= 0),
        note TEXT NOT NULL DEFAULT ''
    )""",
    """CREATE TABLE supervised_place (
        id INTEGER PRIMARY KEY,
        year INTEGER NOT NULL,
        municipality_code TEXT NOT NULL REFERENCES municipality(code),
        granted INTEGER NOT NULL CHECK (granted >= 0),
        used INTEGER NOT NULL CHECK (used BETWEEN 0 AND granted),
        individuals INTEGER NOT NULL CHECK (individuals >= 0),
        note TEXT NOT NULL DEFAULT '',
        UNIQUE (year, municipality_code)
    )""",
    """CREATE TABLE supervised_outcome (
        place_id INTEGER NOT NULL REFERENCES supervised_place(id) ON DELETE CASCADE,
        outcome TEXT NOT NULL,
        gender TEXT NOT NULL,
        persons INTEGER NOT NULL CHECK (persons > 0),
        PRIMARY KEY (place_id, outcome, gender)
    )""",
    """CREATE TABLE milestone (
        id INTEGER PRIMARY KEY,
        year INTEGER NOT NULL,
        period TEXT NOT NULL DEFAULT '',
        municipality_code TEXT REFERENCES municipality(code),
        kind TEXT NOT NULL,
        label_sv TEXT NOT NULL,
        label_en TEXT NOT NULL,
        reference TEXT NOT NULL,
        mark_sv TEXT NOT NULL DEFAULT '',
        mark_en TEXT NOT NULL DEFAULT ''
    )""",
    # A year without a line here is not told: what has been entered so far is not the year's sum.
    """CREATE TABLE complete_year (
        series TEXT NOT NULL,
        year INTEGER NOT NULL,
        completed_at TEXT NOT NULL,
        actor TEXT NOT NULL,
        PRIMARY KEY (series, year)
    )""",
    # Private: the outcomes that a release showed, and whose they were, by municipality.
    """CREATE TABLE released_outcome (
        release_id TEXT PRIMARY KEY REFERENCES release(id),
        shown TEXT NOT NULL,
        behind TEXT NOT NULL
    )""",
)

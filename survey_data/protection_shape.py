"""What is kept of each release so that the next ones cannot give it away, and what is dear."""

from __future__ import annotations

PROTECTION = (
    # Private: who was behind every figure, and the tables that prove that none can be worked out.
    """CREATE TABLE protection (
        release_id TEXT NOT NULL REFERENCES release(id),
        year INTEGER NOT NULL,
        rules TEXT NOT NULL,
        records TEXT NOT NULL,
        figures TEXT NOT NULL,
        certificate TEXT NOT NULL,
        asked INTEGER NOT NULL,
        answered INTEGER NOT NULL,
        is_lightest INTEGER NOT NULL,
        is_held INTEGER NOT NULL,
        PRIMARY KEY (release_id, year)
    )""",
    """CREATE TABLE protection_wish (
        area_type TEXT NOT NULL,
        area_code TEXT NOT NULL,
        indicator TEXT NOT NULL,
        factor REAL NOT NULL CHECK (factor > 1),
        actor TEXT NOT NULL,
        wished_at TEXT NOT NULL,
        PRIMARY KEY (area_type, area_code, indicator)
    )""",
)

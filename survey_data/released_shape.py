"""What survey.db keeps of each release: every figure as it was told."""

from __future__ import annotations

RELEASED = (
    """CREATE TABLE released_figure (
        release_id TEXT NOT NULL REFERENCES release(id),
        year INTEGER NOT NULL,
        area_type TEXT NOT NULL,
        area_code TEXT NOT NULL,
        indicator TEXT NOT NULL,
        value INTEGER,
        status TEXT NOT NULL,
        note TEXT NOT NULL,
        note_en TEXT NOT NULL,
        source TEXT NOT NULL,
        PRIMARY KEY (release_id, year, area_type, area_code, indicator)
    ) WITHOUT ROWID""",
)
SIGNS = (
    "ALTER TABLE released_figure ADD COLUMN signs TEXT NOT NULL DEFAULT ''",
    "UPDATE released_figure SET signs = status",
)

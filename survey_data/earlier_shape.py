"""What earlier years added to the shape of survey.db: stated totals, and imported rounds."""

from __future__ import annotations

STATED_TOTALS = (
    # Never changed and never deleted: what an earlier release named must still be found.
    """CREATE TABLE stated_source (
        id INTEGER PRIMARY KEY,
        key TEXT NOT NULL UNIQUE,
        title_sv TEXT NOT NULL CHECK (length(title_sv) > 0),
        title_en TEXT NOT NULL,
        publisher TEXT NOT NULL CHECK (length(publisher) > 0),
        page TEXT NOT NULL,
        url TEXT NOT NULL,
        UNIQUE (title_sv, title_en, publisher, page, url)
    )""",
    """CREATE TABLE stated_year (
        year INTEGER PRIMARY KEY,
        source_id INTEGER NOT NULL REFERENCES stated_source(id),
        note_sv TEXT NOT NULL DEFAULT '',
        note_en TEXT NOT NULL DEFAULT '',
        public_says TEXT NOT NULL,
        public_said_at TEXT NOT NULL
    )""",
    """CREATE TABLE stated_total (
        year INTEGER NOT NULL REFERENCES stated_year(year),
        area_type TEXT NOT NULL CHECK (area_type IN ('county', 'province')),
        area_code TEXT NOT NULL,
        indicator TEXT NOT NULL,
        value INTEGER NOT NULL CHECK (value >= 0),
        note_sv TEXT NOT NULL DEFAULT '',
        note_en TEXT NOT NULL DEFAULT '',
        PRIMARY KEY (year, area_type, area_code, indicator)
    ) WITHOUT ROWID""",
)

EARLIER_ROUNDS = (
    # A file on its way in: its cells until somebody has said what they are, and then no longer.
    """CREATE TABLE earlier_draft (
        id INTEGER PRIMARY KEY,
        kind TEXT NOT NULL CHECK (kind IN ('round', 'totals')),
        content TEXT NOT NULL,
        choices TEXT NOT NULL DEFAULT '{}',
        actor TEXT NOT NULL,
        expires_at TEXT NOT NULL
    )""",
    # An old file may hold those who answered and nobody else; then no rate can be told.
    "ALTER TABLE round ADD COLUMN frame_is_known INTEGER NOT NULL DEFAULT 1",
    """CREATE TABLE earlier_round (
        round_id INTEGER PRIMARY KEY REFERENCES round(id),
        file_name TEXT NOT NULL,
        sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
        mapping TEXT NOT NULL,
        actor TEXT NOT NULL,
        imported_at TEXT NOT NULL
    )""",
    """CREATE TABLE earlier_line (
        invitation_id INTEGER PRIMARY KEY REFERENCES invitation(id),
        line INTEGER NOT NULL,
        municipality_code TEXT REFERENCES municipality(code),
        cells TEXT NOT NULL
    )""",
    # Enterprises that a file brought into the register, or made older or younger there.
    """CREATE TABLE earlier_enterprise (
        round_id INTEGER NOT NULL REFERENCES round(id),
        enterprise_id INTEGER NOT NULL REFERENCES enterprise(id),
        was_added INTEGER NOT NULL,
        active_from TEXT NOT NULL,
        active_to TEXT,
        PRIMARY KEY (round_id, enterprise_id)
    ) WITHOUT ROWID""",
    """CREATE TABLE earlier_release (
        release_id TEXT NOT NULL REFERENCES release(id),
        round_id INTEGER NOT NULL REFERENCES round(id),
        PRIMARY KEY (release_id, round_id)
    ) WITHOUT ROWID""",
)

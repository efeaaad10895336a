"""What the desk's register, staff and settings pages added to the shape of survey.db."""

from __future__ import annotations

REGISTER_AT_THE_DESK = (
    "ALTER TABLE enterprise ADD COLUMN closed_reason TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE enterprise ADD COLUMN closed_note TEXT NOT NULL DEFAULT ''",
    # One enterprise's history is read from the trail each time its page is opened.
    "CREATE INDEX audit_subject ON audit (subject)",
    # A file that has been looked at and not yet imported; it holds persons, so it expires.
    """CREATE TABLE import_preview (
        token_hash TEXT PRIMARY KEY,
        lines TEXT NOT NULL,
        plan_hash TEXT NOT NULL,
        actor TEXT NOT NULL,
        expires_at TEXT NOT NULL
    )""",
    # What respondents propose is computed from answers and register; only what a person
    # decided is kept.
    """CREATE TABLE proposal_decision (
        id INTEGER PRIMARY KEY,
        enterprise_id INTEGER NOT NULL REFERENCES enterprise(id),
        invitation_id INTEGER NOT NULL REFERENCES invitation(id),
        field TEXT NOT NULL,
        value TEXT NOT NULL,
        accepted INTEGER NOT NULL,
        reason TEXT NOT NULL DEFAULT '',
        actor TEXT NOT NULL,
        decided_at TEXT NOT NULL,
        UNIQUE (invitation_id, field, value)
    )""",
)

STAFF_AND_SETTINGS = (
    """CREATE TABLE setup_link (
        token_hash TEXT PRIMARY KEY,
        created_at TEXT NOT NULL,
        expires_at TEXT NOT NULL,
        browser_hash TEXT,
        used_at TEXT
    )""",
)

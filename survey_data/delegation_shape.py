"""Colleagues who answer a part of a form, the browsers a form is known in, and mailed codes."""

from __future__ import annotations

DELEGATION = (
    # Persons, so in a table of their own: blanked when their time is out. `sections` is a JSON
    # list; "*" stands for the whole form.
    """CREATE TABLE delegation (
        id INTEGER PRIMARY KEY,
        invitation_id INTEGER NOT NULL REFERENCES invitation(id),
        name TEXT NOT NULL,
        email TEXT NOT NULL,
        sections TEXT NOT NULL,
        language TEXT NOT NULL,
        created_at TEXT NOT NULL,
        opened_at TEXT,
        revoked_at TEXT
    )""",
    "CREATE INDEX delegation_invitation ON delegation (invitation_id)",
    "ALTER TABLE link ADD COLUMN delegation_id INTEGER REFERENCES delegation(id)",
    "ALTER TABLE session ADD COLUMN delegation_id INTEGER REFERENCES delegation(id)",
    "ALTER TABLE outbox ADD COLUMN delegation_id INTEGER REFERENCES delegation(id)",
    # A browser in which a link has been claimed. `delegation_id` 0 is the enterprise's own.
    """CREATE TABLE known_browser (
        browser_hash TEXT NOT NULL,
        invitation_id INTEGER NOT NULL REFERENCES invitation(id),
        delegation_id INTEGER NOT NULL DEFAULT 0,
        since TEXT NOT NULL,
        PRIMARY KEY (browser_hash, invitation_id, delegation_id)
    ) WITHOUT ROWID""",
    # A browser that holds a link and is asked for a code. Only keyed hashes of codes are kept.
    """CREATE TABLE device_check (
        id_hash TEXT PRIMARY KEY,
        invitation_id INTEGER NOT NULL REFERENCES invitation(id),
        delegation_id INTEGER REFERENCES delegation(id),
        asked_at TEXT NOT NULL,
        code_hash TEXT,
        expires_at TEXT,
        tries INTEGER NOT NULL DEFAULT 0,
        used_at TEXT
    ) WITHOUT ROWID""",
)

"""What mails that did not get through added to the shape of survey.db."""

from __future__ import annotations

BOUNCES = (
    # `report` tells one report from another, so that the same one read twice is one.
    # dead: the address does not work. refused: this mail did not get through, though the address
    # may be right. delayed: the receiving side still tries.
    """CREATE TABLE bounce (
        id INTEGER PRIMARY KEY,
        report TEXT NOT NULL UNIQUE,
        outbox_id INTEGER REFERENCES outbox(id),
        enterprise_id INTEGER REFERENCES enterprise(id),
        address TEXT NOT NULL COLLATE NOCASE,
        kind TEXT NOT NULL CHECK (kind IN ('dead', 'refused', 'delayed')),
        status TEXT NOT NULL DEFAULT '',
        words TEXT NOT NULL DEFAULT '',
        source TEXT NOT NULL CHECK (source IN ('smtp', 'mailbox', 'file')),
        noted_at TEXT NOT NULL,
        lifted_at TEXT
    )""",
    "CREATE INDEX bounce_mail ON bounce (outbox_id)",
    "CREATE INDEX bounce_dead ON bounce (address) WHERE kind = 'dead' AND lifted_at IS NULL",
    # How far each mailbox has been read; a validity other than the server's begins anew.
    """CREATE TABLE mailbox_read (
        mailbox TEXT PRIMARY KEY,
        validity INTEGER NOT NULL,
        last_uid INTEGER NOT NULL,
        read_at TEXT NOT NULL,
        fault TEXT NOT NULL DEFAULT ''
    ) WITHOUT ROWID""",
)

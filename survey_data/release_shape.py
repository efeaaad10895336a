"""What estimates and approval added to the shape of survey.db, and an index the desk wants."""

from __future__ import annotations

RELEASE_APPROVAL = (
    # A decision is never changed: a later one stands instead, and both are kept.
    """CREATE TABLE estimate (
        id INTEGER PRIMARY KEY,
        invitation_id INTEGER NOT NULL REFERENCES invitation(id),
        method TEXT NOT NULL CHECK (method IN ('left_out', 'carried_forward')),
        reason TEXT NOT NULL DEFAULT '',
        actor TEXT NOT NULL,
        decided_at TEXT NOT NULL,
        CHECK (method <> 'carried_forward' OR length(reason) > 0)
    )""",
    "CREATE INDEX estimate_invitation ON estimate (invitation_id)",
    # The numbers as they went into a release; kept with the office, published nowhere.
    """CREATE TABLE release_estimate (
        release_id TEXT NOT NULL REFERENCES release(id),
        invitation_id INTEGER NOT NULL REFERENCES invitation(id),
        estimate_id INTEGER NOT NULL REFERENCES estimate(id),
        numbers TEXT NOT NULL,
        PRIMARY KEY (release_id, invitation_id)
    ) WITHOUT ROWID""",
    """CREATE TABLE release_request (
        id INTEGER PRIMARY KEY,
        kind TEXT NOT NULL CHECK (kind IN ('preliminary', 'final')),
        note_sv TEXT NOT NULL,
        note_en TEXT NOT NULL,
        fingerprint TEXT NOT NULL,
        requested_by TEXT NOT NULL,
        requested_at TEXT NOT NULL,
        state TEXT NOT NULL DEFAULT 'waiting'
            CHECK (state IN ('waiting', 'approved', 'declined', 'withdrawn')),
        decided_by TEXT,
        decided_at TEXT,
        reason TEXT NOT NULL DEFAULT '',
        release_id TEXT REFERENCES release(id),
        CHECK ((state = 'waiting') = (decided_at IS NULL)),
        CHECK (state <> 'approved' OR decided_by <> requested_by)
    )""",
    "CREATE UNIQUE INDEX only_one_waiting_request ON release_request (state)"
    " WHERE state = 'waiting'",
    # Every row of the desk asks for its newest mail.
    "CREATE INDEX outbox_invitation ON outbox (invitation_id, id)",
)

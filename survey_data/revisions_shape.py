"""The table of proposed revisions of an earlier year, as its step of migrations.py makes it."""

REVISIONS = (
    """CREATE TABLE revision_proposal (
        id INTEGER PRIMARY KEY,
        invitation_id INTEGER NOT NULL REFERENCES invitation(id),
        response_id INTEGER NOT NULL REFERENCES response(id),
        answers TEXT NOT NULL,
        standing TEXT NOT NULL,
        reason TEXT NOT NULL CHECK (length(reason) BETWEEN 1 AND 1000),
        proposed_at TEXT NOT NULL,
        decision TEXT CHECK (decision IN ('accepted', 'declined', 'withdrawn')),
        decision_reason TEXT NOT NULL DEFAULT '',
        decided_by TEXT,
        decided_at TEXT
    )""",
    # One enterprise has one proposal waiting at a time; a new one takes the place of the old.
    """CREATE UNIQUE INDEX revision_waiting ON revision_proposal (invitation_id)
       WHERE decision IS NULL""",
)

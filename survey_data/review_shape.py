"""The tables of the review, as step 003 of migrations.py makes them; frozen once released."""

REVIEW = (
    # What the checks said of a version when it came in, with the limits of that day.
    """CREATE TABLE check_run (
        response_id INTEGER PRIMARY KEY REFERENCES response(id),
        run_at TEXT NOT NULL
    )""",
    """CREATE TABLE fired_check (
        response_id INTEGER NOT NULL REFERENCES check_run(response_id),
        check_id TEXT NOT NULL,
        place INTEGER NOT NULL,
        rule TEXT NOT NULL,
        kind TEXT NOT NULL,
        asked INTEGER NOT NULL,
        fields TEXT NOT NULL,
        parameters TEXT NOT NULL,
        limits TEXT NOT NULL,
        explained INTEGER NOT NULL,
        PRIMARY KEY (response_id, check_id)
    ) WITHOUT ROWID""",
    # A decision is never changed: a later one stands instead, and both are kept.
    """CREATE TABLE decision (
        id INTEGER PRIMARY KEY,
        response_id INTEGER NOT NULL REFERENCES response(id),
        kind TEXT NOT NULL CHECK (kind IN ('accepted', 'corrected', 'returned')),
        message TEXT NOT NULL DEFAULT '',
        fields TEXT NOT NULL DEFAULT '[]',
        note TEXT NOT NULL DEFAULT '',
        checks TEXT NOT NULL DEFAULT '{}',
        names_nobody INTEGER NOT NULL DEFAULT 0,
        actor TEXT NOT NULL,
        decided_at TEXT NOT NULL,
        CHECK (kind <> 'returned' OR length(message) > 0)
    )""",
    "CREATE INDEX decision_response ON decision (response_id)",
    """CREATE TABLE edit (
        id INTEGER PRIMARY KEY,
        decision_id INTEGER NOT NULL REFERENCES decision(id),
        response_id INTEGER NOT NULL REFERENCES response(id),
        question TEXT NOT NULL,
        raw TEXT NOT NULL,
        edited TEXT NOT NULL,
        reason TEXT NOT NULL CHECK (length(reason) > 0),
        actor TEXT NOT NULL,
        edited_at TEXT NOT NULL
    )""",
    "CREATE INDEX edit_response ON edit (response_id, question)",
    """CREATE TRIGGER response_is_never_changed BEFORE UPDATE ON response
       BEGIN SELECT RAISE(ABORT, 'a response is kept as it was handed in'); END""",
)

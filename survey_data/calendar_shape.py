"""What the round calendar and its mail texts added to the shape of survey.db."""

from __future__ import annotations

CALENDAR = (
    """CREATE TABLE act (
        id INTEGER PRIMARY KEY,
        round_id INTEGER NOT NULL REFERENCES round(id),
        kind TEXT NOT NULL CHECK (kind IN ('pre_notice', 'invitation', 'reminder_1',
            'reminder_2', 'last_call', 'close', 'preliminary_release', 'final_release')),
        due_at TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('planned', 'held', 'done', 'skipped')),
        done_at TEXT,
        count INTEGER,
        UNIQUE (round_id, kind),
        CHECK ((state = 'done') = (done_at IS NOT NULL))
    )""",
    "CREATE INDEX act_waiting ON act (due_at) WHERE state = 'planned'",
    # Only texts that someone has changed; the others follow the templates.
    """CREATE TABLE mail_text (
        round_id INTEGER NOT NULL REFERENCES round(id),
        kind TEXT NOT NULL,
        language TEXT NOT NULL CHECK (language IN ('sv', 'en')),
        subject TEXT NOT NULL,
        body TEXT NOT NULL,
        changed_at TEXT NOT NULL,
        PRIMARY KEY (round_id, kind, language)
    ) WITHOUT ROWID""",
)

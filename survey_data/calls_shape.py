"""The tables of the call log."""

from __future__ import annotations

CALLS = (
    """CREATE TABLE call (
        id INTEGER PRIMARY KEY,
        invitation_id INTEGER NOT NULL REFERENCES invitation(id),
        called_at TEXT NOT NULL,
        actor TEXT NOT NULL,
        outcome TEXT NOT NULL CHECK (outcome IN ('will_hand_in', 'answered_by_phone', 'call_later',
            'no_answer', 'wrong_number', 'refuses', 'out_of_scope', 'ceased')),
        try_again_at TEXT,
        note TEXT NOT NULL DEFAULT ''
    )""",
    "CREATE INDEX call_invitation ON call (invitation_id)",
    "ALTER TABLE session ADD COLUMN by_staff_id INTEGER REFERENCES staff(id)",
)

"""What is kept of the pieces that a release tells beside its figures."""

from __future__ import annotations

TOLD = (
    # Private: whose numbers each piece is a sum of, and the moves that prove them safe.
    """CREATE TABLE told_apart (
        release_id TEXT PRIMARY KEY REFERENCES release(id),
        pieces TEXT NOT NULL,
        moves TEXT NOT NULL
    )""",
)

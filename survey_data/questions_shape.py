"""The extra questions made ready before their round is opened."""

from __future__ import annotations

QUESTIONS = (
    # Once the round is open they stand in its questionnaire, and this is empty again.
    """CREATE TABLE prepared_question (
        name TEXT PRIMARY KEY,
        place INTEGER NOT NULL,
        question TEXT NOT NULL
    )""",
)

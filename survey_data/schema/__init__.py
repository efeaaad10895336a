"""Every table of survey.db as version 1.0 made it, room by room, with why each exists.

Migration 0001 runs this text, so it is frozen: what is added or changed from here on is a
migration of its own. The columns that questions need are added to `response` when a round opens
(`responses.ensure_columns`), and none is ever dropped or retyped.

Plain SQL, because it says the checks, the triggers and the why as well.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from survey_data.schema.collecting import REGISTER, RESPONSES, ROUNDS, STAFF
from survey_data.schema.releasing import ASSOCIATION, HISTORY, PROTECTION, RELEASES, STATISTICS
from survey_data.schema.reviewing import FOLLOW_UP, REVIEW

VERSION_1 = (
    REGISTER, STAFF, ROUNDS, RESPONSES, REVIEW, FOLLOW_UP,
    STATISTICS, HISTORY, PROTECTION, ASSOCIATION, RELEASES,
)  # fmt: skip


def statements() -> Iterator[str]:
    """Each statement of the schema, in order."""
    return each("".join(VERSION_1))


def each(script: str) -> Iterator[str]:
    """The statements of a script one by one: executing it whole would end the transaction."""
    waiting = ""
    for line in script.splitlines(keepends=True):
        waiting += line
        if sqlite3.complete_statement(waiting):
            yield waiting
            waiting = ""

"""Every table of survey.db as version 1.0 made it, room by room, with why each exists.

Migration 0001 runs these files, so they are frozen: what is added or changed from here on is a
migration of its own. The columns that questions need are added to `response` when a round opens
(`responses.ensure_columns`), and none is ever dropped or retyped.

Plain SQL, because it says the checks, the triggers and the why as well.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from importlib.resources import files

# What comes in: the register, who may sign in, rounds, links and answers; what the office does
# with it; what goes out and what must be remembered of it.
VERSION_1 = ("collecting.sql", "reviewing.sql", "releasing.sql")


def statements() -> Iterator[str]:
    """Each statement of the schema, in order."""
    return each("".join("\n" + files(__name__).joinpath(n).read_text("utf-8") for n in VERSION_1))


def each(script: str) -> Iterator[str]:
    """The statements of a script one by one: executing it whole would end the transaction."""
    waiting = ""
    for line in script.splitlines(keepends=True):
        waiting += line
        if sqlite3.complete_statement(waiting):
            yield waiting
            waiting = ""

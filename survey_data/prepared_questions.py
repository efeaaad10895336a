"""Extra questions that wait for the next round, and where they go in its questionnaire."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlite_utils import Database

from survey_data.database import rows, run

Entry = Mapping[str, Any]

# What marks a question as one of the coordinator's own, and the page it stands on.
EXTRA = "E"
SECTION = "arets-fragor"
FOLLOWED_BY = "fler-fragor"


def is_extra(entry: Entry) -> bool:
    """Whether a question was added at the desk; the others are the core's."""
    return entry.get("module") == EXTRA


def merged(questionnaire: Sequence[Entry], extras: Sequence[Entry]) -> list[Entry]:
    """A questionnaire with these extra questions in place of those it had."""
    core = [entry for entry in questionnaire if not is_extra(entry)]
    places = [n for n, entry in enumerate(core) if entry.get("section") == FOLLOWED_BY]
    place = places[0] if places else len(core)
    return [*core[:place], *extras, *core[place:]]


def prepared(db: Database) -> list[Entry]:
    """The questions made ready for the next round, in order."""
    found = rows(db, "SELECT question FROM prepared_question ORDER BY place")
    return [json.loads(row["question"]) for row in found]


def prepare(db: Database, extras: Sequence[Entry]) -> None:
    """Keep these, and only these, for the next round."""
    run(db, "DELETE FROM prepared_question")
    db.conn.executemany(
        "INSERT INTO prepared_question (name, place, question) VALUES (?, ?, ?)",
        [(e["name"], n, json.dumps(e, ensure_ascii=False)) for n, e in enumerate(extras)],
    )

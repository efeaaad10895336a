"""Extra questions that wait for the next round."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlite_utils import Database

from survey_data.database import rows, run
from survey_data.rounds.extra_module import Entry


def prepared(db: Database) -> list[Entry]:
    """The questions made ready for the next round, in order."""
    found = rows(db, "SELECT question FROM prepared_question ORDER BY place")
    return [json.loads(row["question"]) for row in found]


def prepare(db: Database, extras: Sequence[Entry]) -> None:
    """Keep these, and only these, for the next round."""
    run(db, "DELETE FROM prepared_question")
    db.table("prepared_question").insert_all(
        {"name": each["name"], "place": place, "question": json.dumps(each, ensure_ascii=False)}
        for place, each in enumerate(extras)
    )

"""What an edit check is about, in words: the questions it looks at, as they were asked."""

from __future__ import annotations

import json

from sqlite_utils import Database

from survey_data.database import rows
from survey_data.rounds import rounds

FIRED = """SELECT DISTINCT f.check_id, f.fields FROM fired_check f
    JOIN response p ON p.id = f.response_id JOIN invitation i ON i.id = p.invitation_id
    JOIN round r ON r.id = i.round_id WHERE r.year = ? ORDER BY f.check_id, f.fields"""


def check_words(survey: Database, year: int) -> dict[str, tuple[str, str]]:
    """Each check that fired in a year's round, in Swedish and English."""
    asked = {q["name"]: q for q in rounds.find(survey, year).questionnaire}
    found = {}
    for row in rows(survey, FIRED, (year,)):
        about = [asked[name] for name in json.loads(row["fields"]) if name in asked]
        found[row["check_id"]] = (
            " + ".join(q["label_sv"] for q in about),
            " + ".join(q["label_en"] for q in about),
        )
    return found

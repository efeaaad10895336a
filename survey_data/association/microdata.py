"""What analysts, signed in, have of the association's own series: the details behind the sums."""

from __future__ import annotations

from typing import Any

from sqlite_utils import Database

from survey_data.database import rows

KEYS = {
    "reach_activities": ("id",),
    "supervised_places": ("year", "municipality_code"),
    "supervised_outcomes": ("year", "municipality_code", "outcome", "gender"),
}
WHOLE_NUMBERS = {
    "reach_activities": {"id", "persons"},
    "supervised_places": {"year", "granted", "used", "individuals"},
    "supervised_outcomes": {"year", "persons"},
}
# Of complete years, and never the notes: they are free text.
COMPLETE = "SELECT year FROM complete_year WHERE series ="
ASSOCIATION = {
    "reach_activities": f"""SELECT id, held_on, kind, audience, municipality_code, persons
        FROM reach_activity WHERE CAST(substr(held_on, 1, 4) AS INTEGER) IN ({COMPLETE} 'reached')
        ORDER BY held_on, id""",
    "supervised_places": f"""SELECT year, municipality_code, granted, used, individuals
        FROM supervised_place WHERE year IN ({COMPLETE} 'places')
        ORDER BY year, municipality_code""",
    "supervised_outcomes": f"""SELECT p.year, p.municipality_code, o.outcome, o.gender, o.persons
        FROM supervised_outcome o JOIN supervised_place p ON p.id = o.place_id
        WHERE p.year IN ({COMPLETE} 'places')
        ORDER BY p.year, p.municipality_code, o.outcome, o.gender""",
}


def association_rows(survey: Database) -> dict[str, list[dict[str, Any]]]:
    """What analysts have of the association's own series, by table."""
    return {table: rows(survey, sql) for table, sql in ASSOCIATION.items()}

"""The tables of analysts.db: their keys and types, and what of survey.db fills them."""

from __future__ import annotations

from survey_data.statistics import published_tables

QUESTION_COLUMNS = ("name", "module", "label_sv", "label_en", "help_sv", "help_en", "unit_sv",
                    "type", "required")  # fmt: skip

KEYS = {
    "enterprises": ("id",),
    "rounds": ("year",),
    "questions": ("year", "name"),
    "edits": ("year", "enterprise_id", "question"),
    "checks_fired": ("year", "enterprise_id", "check_id"),
    "checks_met": ("year", "check_id"),
    "decisions": ("year", "enterprise_id", "version", "place"),
    "paradata": ("year", "enterprise_id", "version"),
    "reach_activities": ("id",),
    "supervised_places": ("year", "municipality_code"),
    "supervised_outcomes": ("year", "municipality_code", "outcome", "gender"),
    "release": ("id",),
    "codebook": ("table_name", "column_name"),
}
# Every other column is text.
WHOLE_NUMBERS = {
    "enterprises": {"id", "is_example"},
    "rounds": {"year", "invited", "answered", "is_example", "frame_is_known"},
    "questions": {"year", "required", "sort_order"},
    "edits": {"year", "enterprise_id"},
    "checks_fired": {"year", "enterprise_id", "explained"},
    "checks_met": {"year", "enterprises", "times", "handed_in", "changed"},
    "decisions": {"year", "enterprise_id", "version", "place"},
    "paradata": {"year", "enterprise_id", "version", "minutes"},
    "reach_activities": {"id", "persons"},
    "supervised_places": {"year", "granted", "used", "individuals"},
    "supervised_outcomes": {"year", "persons"},
    "release": {"includes_examples"},
    "codebook": set[str](),
}

FRAME_TYPES = {
    "year": "INTEGER NOT NULL",
    "enterprise_id": "INTEGER NOT NULL REFERENCES enterprises(id)",
    "is_example": "INTEGER NOT NULL",
    "version": "INTEGER NOT NULL",
    "edited": "INTEGER NOT NULL",
    "import_line": "INTEGER",
}
FRAME = published_tables.columns_of("analysts", "answers")

ENTERPRISES = """SELECT e.id, e.org_number, e.name, e.unit_name, e.municipality_code,
    m.name AS municipality, m.province, e.legal_form, e.active_from, e.active_to, e.is_example
    FROM enterprise e JOIN municipality m ON m.code = e.municipality_code ORDER BY e.id"""

# A round that came from a file was neither opened nor closed here.
ROUNDS = """SELECT r.year, r.reference_date,
    CASE WHEN x.round_id IS NULL THEN r.due_date END AS due_date,
    CASE WHEN x.round_id IS NULL THEN r.opened_at END AS opened_at,
    CASE WHEN x.round_id IS NULL THEN r.closed_at END AS closed_at,
    (SELECT count(*) FROM invitation i WHERE i.round_id = r.id) AS invited,
    (SELECT count(DISTINCT p.invitation_id) FROM response p JOIN invitation i
        ON i.id = p.invitation_id WHERE i.round_id = r.id) AS answered,
    r.is_example, r.frame_is_known, x.file_name AS import_file, x.sha256 AS import_sha256,
    x.imported_at FROM round r LEFT JOIN earlier_round x ON x.round_id = r.id
    WHERE r.closed_at IS NOT NULL ORDER BY r.year"""

# Where a file said that an enterprise was, which the register may not say any more.
LINES = """SELECT i.id AS invitation_id, l.line AS import_line, m.name AS municipality, m.province
    FROM earlier_line l JOIN invitation i ON i.id = l.invitation_id
    JOIN enterprise e ON e.id = i.enterprise_id
    JOIN municipality m ON m.code = coalesce(l.municipality_code, e.municipality_code)"""

# What was decided, never who decided it or in which words.
DECISIONS = """SELECT r.year, i.enterprise_id, p.version,
    row_number() OVER (PARTITION BY p.id ORDER BY d.id) AS place, d.kind, d.decided_at
    FROM decision d JOIN response p ON p.id = d.response_id
    JOIN invitation i ON i.id = p.invitation_id JOIN round r ON r.id = i.round_id
    WHERE r.year = ? ORDER BY i.enterprise_id, d.id"""

PARADATA = """SELECT r.year, i.enterprise_id, p.version, p.mode, p.language, i.opened_at,
    p.handed_in_at, m.minutes FROM response p JOIN invitation i ON i.id = p.invitation_id
    JOIN round r ON r.id = i.round_id LEFT JOIN response_minutes m ON m.response_id = p.id
    WHERE r.year = ? ORDER BY i.enterprise_id, p.version"""

TREND = """CREATE VIEW enterprise_trend AS SELECT year, enterprise_id, enterprise_name,
    employees_total,
    employees_total - (SELECT b.employees_total FROM answers b WHERE b.year = a.year - 1
        AND b.enterprise_id = a.enterprise_id) AS employees_change,
    placed_total,
    placed_total - (SELECT b.placed_total FROM answers b WHERE b.year = a.year - 1
        AND b.enterprise_id = a.enterprise_id) AS placed_change,
    is_example FROM answers a ORDER BY enterprise_name, year"""

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

"""analysts.db: one row for each enterprise and year; no contacts, no links, no drafts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlite_utils import Database

from survey_data.database import rows
from survey_data.releases.open_db import Release
from survey_data.responses import drafts
from survey_data.responses.responses import stored
from survey_data.review import check_results
from survey_data.review.decisions import Edit, Reviewed, checks_fired, responses_as_reviewed
from survey_data.rounds.rounds import Round
from survey_data.statistics import published_tables

QUESTION_COLUMNS = ("name", "module", "label_sv", "label_en", "help_sv", "help_en", "unit_sv",
                    "type", "required")  # fmt: skip

# fmt: off
# By table: its key, and which columns are whole numbers; every other column is text.
TABLES = {
    "enterprises": (("id",), ("id", "is_example")),
    "rounds": (("year",), ("year", "invited", "answered", "is_example", "frame_is_known")),
    "questions": (("year", "name"), ("year", "required", "sort_order")),
    "edits": (("year", "enterprise_id", "question"), ("year", "enterprise_id")),
    "checks_fired": (("year", "enterprise_id", "check_id"), ("year", "enterprise_id", "explained")),
    "checks_met": (("year", "check_id"), ("year", "enterprises", "times", "handed_in", "changed")),
    "decisions": (("year", "enterprise_id", "version", "place"),
                  ("year", "enterprise_id", "version", "place")),
    "paradata": (("year", "enterprise_id", "version"),
                 ("year", "enterprise_id", "version", "minutes")),
    "reach_activities": (("id",), ("id", "persons")),
    "supervised_places": (("year", "municipality_code"),
                          ("year", "granted", "used", "individuals")),
    "supervised_outcomes": (("year", "municipality_code", "outcome", "gender"),
                            ("year", "persons")),
    "release": (("id",), ("includes_examples",)),
    "codebook": (("table_name", "column_name"), ()),
}
# fmt: on
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


def write_analysts_db(
    db: Database, survey: Database, release: Release, rounds: Sequence[Round]
) -> None:
    """Fill an empty database with the microdata of the closed rounds given."""
    columns = _open_questions(rounds)
    enterprises = rows(survey, ENTERPRISES)
    for table, (key, numbers) in TABLES.items():
        # With the columns its codebook names, there also when it has no rows.
        names = published_tables.columns_of("analysts", table)
        db[table].create({n: int if n in numbers else str for n in names}, pk=key)  # type: ignore[union-attr]
    _insert(db, "enterprises", enterprises)
    _insert(db, "rounds", rows(survey, ROUNDS))
    _write_answers(db, survey, rounds, columns, {e["id"]: e for e in enterprises})
    db.conn.execute(_raw_view(columns))
    _write_review(db, survey, rounds, columns)
    for table, sql in ASSOCIATION.items():
        _insert(db, table, rows(survey, sql))
    _insert(db, "questions", _questions(rounds))
    _insert(db, "release", [asdict(release)])
    known = published_tables.entries("analysts")
    frame = [asdict(entry) for entry in known if entry.table_name == "answers" if entry.column_name]
    _insert(db, "codebook", [asdict(entry) for entry in known])
    _insert(db, "codebook", [entry | {"table_name": "answers_raw"} for entry in frame])
    for table in ("answers", "answers_raw"):
        _insert(db, "codebook", [_question_entry(table, each) for each in columns.values()])
    if {"enterprise_name", "employees_total", "placed_total"} <= columns.keys():
        db.conn.execute(TREND)


def _insert(db: Database, table: str, records: list[dict[str, Any]]) -> None:
    db[table].insert_all(records)  # type: ignore[union-attr]


def _open_questions(rounds: Iterable[Round]) -> dict[str, Mapping[str, Any]]:
    """Every question analysts may see, its newest wording, in the order first asked."""
    found: dict[str, Mapping[str, Any]] = {}
    for survey_round in rounds:
        found |= {q["name"]: q for q in survey_round.questionnaire if not q.get("private")}
    return found


def _write_answers(
    db: Database,
    survey: Database,
    rounds: Iterable[Round],
    columns: Mapping[str, Mapping[str, Any]],
    enterprises: Mapping[int, dict[str, Any]],
) -> None:
    types = FRAME_TYPES
    frame = [f"{name} {types.get(name, 'TEXT')}" for name in FRAME]
    asked = [f'"{name}" {question["sql_type"]}' for name, question in columns.items()]
    described = ", ".join(frame + asked)
    db.conn.execute(f"CREATE TABLE answers ({described}, PRIMARY KEY (year, enterprise_id))")
    marks = ", ".join("?" for _ in (*frame, *asked))
    lines = {line["invitation_id"]: line for line in rows(survey, LINES)}
    for survey_round in rounds:
        found = []
        for each in responses_as_reviewed(survey, survey_round.year):
            line = lines.get(each.response.invitation_id, {"import_line": None})
            found.append(_answer_row(enterprises[each.enterprise_id] | line, each, columns))
        db.conn.executemany(f"INSERT INTO answers VALUES ({marks})", found)


def _raw_view(columns: Mapping[str, Mapping[str, Any]]) -> str:
    """The answers as they were handed in: what was corrected put back."""
    frame = (f"a.{name}" for name in FRAME)
    put_back = (
        "(SELECT CAST(e.raw AS {type}) FROM edits e WHERE (e.year, e.enterprise_id, e.question)"
        " = (a.year, a.enterprise_id, '{name}'))"
    )
    asked = (
        f"CASE WHEN a.edited AND EXISTS (SELECT 1 FROM edits e WHERE e.year = a.year"
        f" AND e.enterprise_id = a.enterprise_id AND e.question = '{name}')"
        f" THEN {put_back.format(name=name, type=question['sql_type'])}"
        f' ELSE a."{name}" END AS "{name}"'
        for name, question in columns.items()
    )
    return f"CREATE VIEW answers_raw AS SELECT {', '.join((*frame, *asked))} FROM answers a"


def _write_review(
    db: Database,
    survey: Database,
    rounds: Iterable[Round],
    columns: Mapping[str, Mapping[str, Any]],
) -> None:
    """What was corrected and decided, and which checks fired; nothing of who decided it."""
    for year in (survey_round.year for survey_round in rounds):
        _insert(db, "edits", [
            _edit_row(each, edit, columns[edit.question])
            for each in responses_as_reviewed(survey, year)
            for edit in each.edits
            if edit.question in columns
        ])  # fmt: skip
        _insert(db, "checks_fired", checks_fired(survey, year))
        _insert(db, "decisions", rows(survey, DECISIONS, (year,)))
        _insert(db, "paradata", rows(survey, PARADATA, (year,)))
        met = check_results.of_year(survey, year)
        _insert(db, "checks_met", [{"year": year} | asdict(each) for each in met])


def _edit_row(each: Reviewed, edit: Edit, question: Mapping[str, Any]) -> dict[str, Any]:
    is_text = bool(question.get("reviewed"))
    return {
        "year": each.response.year,
        "enterprise_id": each.enterprise_id,
        "question": edit.question,
        # A text may have been corrected because it named someone, so what stood there stays here.
        "raw": None if is_text else _as_text(edit.raw),
        "edited": None if is_text and not each.text_is_open else _as_text(edit.edited),
        "reason": edit.reason,
        "edited_at": edit.edited_at,
    }


def _as_text(value: drafts.Value) -> str | None:
    found = stored(value)
    return None if found is None else str(found)


def _answer_row(
    enterprise: Mapping[str, Any], reviewed: Reviewed, columns: Mapping[str, Mapping[str, Any]]
) -> list[Any]:
    response = reviewed.response
    frame = {
        "year": response.year,
        "enterprise_id": enterprise["id"],
        **{n: enterprise[n] for n in ("municipality", "province", "import_line")},
        "is_example": enterprise["is_example"],
        "version": response.version,
        "edited": int(bool(reviewed.edits)),
        "mode": response.mode,
        "language": response.language,
        "handed_in_at": response.handed_in_at,
    }
    # Free text may name someone: until a person has read it and said not, it stays here.
    answers = (
        None if question.get("reviewed") and not reviewed.text_is_open else response.answers.get(n)
        for n, question in columns.items()
    )
    return [*(frame[name] for name in FRAME), *map(stored, answers)]


def _questions(rounds: Iterable[Round]) -> list[dict[str, Any]]:
    return [
        {
            "year": survey_round.year,
            **{n: q.get(n, "") for n in QUESTION_COLUMNS},
            "type": q.get("kind", ""),
            "sort_order": order,
        }
        for survey_round in rounds
        for order, q in enumerate(survey_round.questionnaire, 1)
    ]


def _question_entry(table: str, question: Mapping[str, Any]) -> dict[str, Any]:
    entry = {"table_name": table, "column_name": question["name"]}
    for language in ("sv", "en"):
        label, of = question[f"label_{language}"], f"definition_{language}"
        entry |= {f"label_{language}": label, of: question.get(of) or label}
        entry[f"unit_{language}"] = question.get(f"unit_{language}", "")
    return entry

"""analysts.db: one row for each enterprise and year; no contacts, no links, no drafts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlite_utils import Database

from survey_data.database import rows
from survey_data.microdata import analysts_tables
from survey_data.microdata.analysts_tables import FRAME
from survey_data.releases.open_db import Release
from survey_data.responses import drafts
from survey_data.responses.responses import stored
from survey_data.review import check_results
from survey_data.review.decisions import Edit, Reviewed, checks_fired, responses_as_reviewed
from survey_data.rounds.rounds import Round
from survey_data.statistics import published_tables


def write_analysts_db(
    db: Database, survey: Database, release: Release, rounds: Sequence[Round]
) -> None:
    """Fill an empty database with the microdata of the closed rounds given."""
    columns = _open_questions(rounds)
    enterprises = rows(survey, analysts_tables.ENTERPRISES)
    for table, key in analysts_tables.KEYS.items():
        _create(db, table, key)
    _insert(db, "enterprises", enterprises)
    _insert(db, "rounds", rows(survey, analysts_tables.ROUNDS))
    _write_answers(db, survey, rounds, columns, {e["id"]: e for e in enterprises})
    db.conn.execute(_raw_view(columns))
    _write_review(db, survey, rounds, columns)
    for table, sql in analysts_tables.ASSOCIATION.items():
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
        db.conn.execute(analysts_tables.TREND)


def _create(db: Database, table: str, key: tuple[str, ...]) -> None:
    """A table with the columns its codebook names, there also when it has no rows."""
    columns = published_tables.columns_of("analysts", table)
    numbers = analysts_tables.WHOLE_NUMBERS[table]
    types = {name: int if name in numbers else str for name in columns}
    db[table].create(types, pk=key)  # type: ignore[union-attr]


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
    types = analysts_tables.FRAME_TYPES
    frame = [f"{name} {types.get(name, 'TEXT')}" for name in FRAME]
    asked = [f'"{name}" {question["sql_type"]}' for name, question in columns.items()]
    described = ", ".join(frame + asked)
    db.conn.execute(f"CREATE TABLE answers ({described}, PRIMARY KEY (year, enterprise_id))")
    marks = ", ".join("?" for _ in (*frame, *asked))
    lines = {line["invitation_id"]: line for line in rows(survey, analysts_tables.LINES)}
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
        _insert(db, "decisions", rows(survey, analysts_tables.DECISIONS, (year,)))
        _insert(db, "paradata", rows(survey, analysts_tables.PARADATA, (year,)))
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
            **{n: q.get(n, "") for n in analysts_tables.QUESTION_COLUMNS},
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

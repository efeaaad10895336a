"""Which of the optional modules a year's round asks. The core is asked every year.

Chosen before the round opens and kept with it; a year without a choice of its own asks what
the year before it asked. The first year asks the core alone, until somebody has chosen.
"""

import json
from collections.abc import Iterable, Sequence

from sqlite_utils import Database

from survey_data import audit_trail
from survey_data.database import first, scalar, writing
from survey_data.errors import RoundExists
from survey_data.responses.responses import response_columns
from survey_data.rounds import Entry


def left_out(db: Database, year: int, at_first: Iterable[str] = ()) -> frozenset[str]:
    """The modules that a year's round does not ask; `at_first` where nobody has chosen yet."""
    sql = "SELECT left_out FROM module_choice WHERE year <= ? ORDER BY year DESC LIMIT 1"
    found = scalar(db, sql, (year,))
    return frozenset(json.loads(found) if found else at_first)


def choose(db: Database, year: int, modules: Iterable[str], actor: str) -> None:
    """Leave these modules, and only these, out of a year; raises RoundExists once it is open.

    What was answered in earlier years, and its columns, stay.
    """
    with writing(db):
        if first(db, "SELECT 1 FROM round WHERE year = ?", (year,)):
            raise RoundExists(year)
        before, after = sorted(left_out(db, year)), sorted(set(modules))
        keep(db, year, after)
        audit_trail.record(db, actor, "modules chosen", f"round {year}",
                     before={"left_out": before}, after={"left_out": after})  # fmt: skip


def keep(db: Database, year: int, modules: Iterable[str]) -> None:
    """Write a year's choice down, in the caller's transaction."""
    choice = {"year": year, "left_out": json.dumps(sorted(modules))}
    db.table("module_choice").insert(choice, replace=True)


def without(questionnaire: Sequence[Entry], modules: frozenset[str]) -> list[Entry]:
    """A questionnaire with none of the questions of some modules."""
    return [entry for entry in questionnaire if entry.get("module") not in modules]


def answered(
    db: Database, round_id: int, questionnaire: Sequence[Entry], modules: Iterable[str]
) -> dict[str, int]:
    """How many enterprises answered something of each module that a round asked."""
    columns = response_columns(db)
    asked = {m: [e["name"] for e in questionnaire if e.get("module") == m] for m in modules}
    return {
        module: _answered(db, round_id, [name for name in names if name in columns])
        for module, names in asked.items()
        if names
    }


def _answered(db: Database, round_id: int, names: Sequence[str]) -> int:
    given = " OR ".join(f'p."{name}" IS NOT NULL' for name in names) or "0"
    sql = f"""SELECT count(*) FROM latest_response p JOIN invitation i ON i.id = p.invitation_id
        WHERE i.round_id = ? AND ({given})"""
    return int(scalar(db, sql, (round_id,)))

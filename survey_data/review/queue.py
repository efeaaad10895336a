"""What waits to be reviewed, the answers first that could change the county's figures most."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from survey_data.database import read_row, rows, scalar
from survey_data.register.enterprises import FULL_NAME
from survey_data.review import decisions
from survey_data.rounds.rounds import Round

MEASURES = ("employees", "placed")


def value_as_reviewed(question: str, response: str) -> str:
    """SQL for a value of a response: as it was corrected, where it was; also away."""
    newest = f"""FROM edit x WHERE x.response_id = {response}.id AND x.question = '{question}'
        ORDER BY x.id DESC LIMIT 1"""
    return f"""iif((SELECT 1 {newest}), (SELECT json_extract(x.edited, '$') {newest}),
        {response}.{question})"""


NUMBERS = ", ".join(
    f"{value_as_reviewed(f'{measure}_total', table)} AS {measure}{when}"
    for measure in MEASURES
    for table, when in (("p", ""), ("b", "_before"))
)
STANDING = f"""SELECT p.id AS response_id, i.id AS invitation_id, {FULL_NAME} AS name,
    m.name AS municipality, p.handed_in_at, {NUMBERS},
    {decisions.STANDING_DECISION} AS decision,
    (SELECT count(*) FROM fired_check f WHERE f.response_id = p.id) AS checks,
    (SELECT count(*) FROM fired_check f WHERE f.response_id = p.id AND NOT f.explained)
        AS unexplained,
    EXISTS (SELECT 1 FROM check_run c WHERE c.response_id = p.id) AS was_run,
    EXISTS (SELECT 1 FROM edit x JOIN response o ON o.id = x.response_id
        WHERE o.invitation_id = i.id AND o.version < p.version) AS was_corrected
    FROM invitation i JOIN round r ON r.id = i.round_id
    JOIN enterprise e ON e.id = i.enterprise_id
    JOIN municipality m ON m.code = e.municipality_code
    LEFT JOIN latest_response p ON p.invitation_id = i.id
    LEFT JOIN response b ON b.id = (SELECT q.id FROM latest_response q
        JOIN invitation j ON j.id = q.invitation_id JOIN round s ON s.id = j.round_id
        WHERE j.enterprise_id = i.enterprise_id AND s.year = r.year - 1)
    WHERE i.round_id = ?"""


@dataclass(frozen=True)
class Waiting:
    """One answer in the queue; `impact` is the share of the county's sum that it changes."""

    response_id: int
    invitation_id: int
    name: str
    municipality: str
    handed_in_at: str
    employees: int | None
    employees_before: int | None
    placed: int | None
    placed_before: int | None
    checks: int
    unexplained: int
    was_run: bool
    was_corrected: bool
    impact: float
    measure: str

    @property
    def unquestioned(self) -> bool:
        """Whether the checks have been run, none fired, and no correction is left behind."""
        return self.was_run and not self.checks and not self.was_corrected


def queue(db: Database, survey_round: Round) -> list[Waiting]:
    """Every answer of a round that nobody has decided about, the weightiest first."""
    everyone = rows(db, STANDING, (survey_round.id,))
    county = {measure: sum(_standing(row, measure) for row in everyone) for measure in MEASURES}
    undecided = [row for row in everyone if row["response_id"] and not row["decision"]]
    for row in undecided:
        # Few have been corrected before, so only their versions are compared.
        row["was_corrected"] = bool(
            row["was_corrected"] and decisions.left_behind(db, row["response_id"])
        )
    found = [_waiting(row, county) for row in undecided]
    return sorted(found, key=lambda w: (-w.impact, w.name))


def returned(db: Database, survey_round: Round) -> list[dict[str, Any]]:
    """The answers that have gone back to their enterprises, by name."""
    found = [row for row in rows(db, STANDING, (survey_round.id,)) if row["decision"] == "returned"]
    return sorted(found, key=lambda row: str(row["name"]))


def decided(db: Database, survey_round: Round) -> Counter[str | None]:
    """How many of a round's answers were decided how last; None where nobody has decided."""
    sql = f"""SELECT {decisions.STANDING_DECISION} FROM latest_response p
        JOIN invitation i ON i.id = p.invitation_id WHERE i.round_id = ?"""
    return Counter(kind for (kind,) in db.conn.execute(sql, (survey_round.id,)))


def _standing(row: dict[str, Any], measure: str) -> int:
    now = row[measure]
    return int(row[f"{measure}_before"] or 0) if now is None else int(now)


def _waiting(row: dict[str, Any], county: dict[str, int]) -> Waiting:
    change = {m: abs((row[m] or 0) - (row[f"{m}_before"] or 0)) for m in MEASURES}
    impact, measure = max((change[m] / county[m] if county[m] else 0.0, m) for m in MEASURES)
    return read_row(Waiting, row | {"impact": impact, "measure": measure})


NOBODY_DECIDED = """FROM latest_response p JOIN invitation i ON i.id = p.invitation_id
    JOIN round r ON r.id = i.round_id
    WHERE NOT EXISTS (SELECT 1 FROM decision d WHERE d.response_id = p.id)"""
# The round that the queue shows: the open one, or the latest.
SHOWN = "(SELECT id FROM round ORDER BY closed_at IS NOT NULL, year DESC LIMIT 1)"


def imported(db: Database) -> dict[int, int]:
    """How many answers that came from a file wait, by year; those in the queue are not counted."""
    sql = f"""SELECT r.year, count(*) AS waiting {NOBODY_DECIDED} AND r.id <> {SHOWN}
        AND r.id IN (SELECT round_id FROM earlier_round) GROUP BY r.year ORDER BY r.year DESC"""
    return {row["year"]: row["waiting"] for row in rows(db, sql)}


def count(db: Database) -> int:
    """How many answers wait to be reviewed, in the queue and of earlier years from files."""
    shown = scalar(db, f"SELECT count(*) {NOBODY_DECIDED} AND r.id = {SHOWN}")
    return int(shown) + sum(imported(db).values())

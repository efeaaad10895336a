"""The quality declaration, computed for each release; county level only, and protected.

A count of one or two enterprises says who they are to those who know the county, so it is hidden.
A share or a sum that gives such a count away is not shown either. Of a year whose correction waits,
all that is counted in answers stands as it was published with its figures: 4 corrected where 3 were
would tell of the one.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from survey_data import clock
from survey_data.database import rows, scalar
from survey_data.disclosure.rules import Rules
from survey_data.disclosure.side_tables import ESTIMATES, FOLLOWED, WEIGHTED
from survey_data.follow_up import progress
from survey_data.follow_up.progress import Standing
from survey_data.protection.disclosure_gate import OF_ENTERPRISES
from survey_data.protection.earlier_editions import KEPT
from survey_data.protection.side_tables import SideTables
from survey_data.releases import archive
from survey_data.releases.definitions import MEASURES
from survey_data.releases.open_db import Release
from survey_data.review import decisions
from survey_data.review.decisions import Reviewed
from survey_data.rounds import rounds
from survey_data.rounds.rounds import Round
from survey_data.statistics import population, published_tables
from survey_data.statistics.indicators import ASKED, BY_NAME
from survey_data.statistics.published_tables import create, insert

FEWEST = Rules().fewest_contributors
COUNTY = "area_type = 'county'"
FIRED = """SELECT DISTINCT f.check_id, f.fields FROM fired_check f
    JOIN response p ON p.id = f.response_id JOIN invitation i ON i.id = p.invitation_id
    JOIN round r ON r.id = i.round_id WHERE r.year = ? ORDER BY f.check_id, f.fields"""


@dataclass(frozen=True)
class Stated:
    """One number of the declaration; value None when hidden."""

    measure: str
    value: float | None
    subject: str = ""
    subject_sv: str = ""
    subject_en: str = ""


def write_quality(
    db: Database,
    survey: Database,
    closed: Sequence[Round],
    release: Release,
    tables: SideTables,
    waiting: Mapping[int, Path],
) -> None:
    """Fill the tables; `closed` are the rounds whose figures are in `observations`.

    A year that is `waiting` stands as in that file of an earlier release, where it is whole.
    """
    create(db, "quality_measures", "quality")
    measures = (asdict(each) | {"sort_order": order} for order, each in enumerate(MEASURES, 1))
    insert(db, "quality_measures", measures)
    for survey_round in closed:
        year = survey_round.year
        if year in waiting:
            insert(db, "quality", _as_published(waiting[year], year))
        elif _is_counted(db, year):
            _insert(db, year, _of_answers(survey, survey_round, tables))
        if _is_counted(db, year):
            _insert(db, year, _timeliness(db, survey, survey_round, release))
    for year, stated in [*_of_values(db)]:
        _insert(db, year, [stated])


def _is_counted(db: Database, year: int) -> bool:
    """Whether the county's number of enterprises is open; where it is not, nothing is counted."""
    sql = f"SELECT value FROM observations WHERE {COUNTY} AND indicator = 'enterprises'"
    return scalar(db, f"{sql} AND year = ?", (year,)) is not None


def _insert(db: Database, year: int, stated: Iterable[Stated]) -> None:
    for each in stated:
        status = "x" if each.value is None else "n"
        insert(db, "quality", [vars(each) | {"year": year, "status": status}])


def shown(count: int) -> int | None:
    """A number of enterprises as it may be published."""
    return count if count == 0 or count >= FEWEST else None


def _as_published(path: Path, year: int) -> list[dict[str, Any]]:
    """What a release said of a year's answers; nothing where its file is lost or damaged."""
    release = path.parent
    if not archive.is_intact(release.parent, release.name, path.name):
        return []
    said = published_tables.read(path).records("quality")
    return [row for row in said if row["year"] == year and row["measure"] in OF_ENTERPRISES]


def _of_answers(survey: Database, survey_round: Round, tables: SideTables) -> Iterator[Stated]:
    everyone = progress.standings(survey, survey_round)
    answers = decisions.responses_as_reviewed(survey, survey_round.year)
    if survey_round.frame_is_known:
        yield from _response(survey, survey_round, everyone)
        # By last year's employees, as it was decided of the year.
        for share in _decided(tables, WEIGHTED, survey_round.year, FOLLOWED[0]):
            yield Stated(WEIGHTED, share)
    yield from _items(survey_round, answers)
    yield from _checks(survey, survey_round.year)
    yield from _edits(survey_round, answers)
    yield from _imputation(survey, survey_round, tables)


def _response(survey: Database, survey_round: Round, everyone: list[Standing]) -> Iterator[Stated]:
    rates = progress.rates(everyone)
    # The frame, beside the number of enterprises, is the over-coverage.
    yield Stated("frame", len(everyone) if _many(rates.left_out) else None)
    yield Stated("over_coverage", shown(rates.left_out))
    if not rates.asked:
        return
    yield Stated("response_rate", _per_cent(rates.answered, rates.asked))
    missing = {s.invitation_id for s in everyone if s.is_missing}
    partial = len(missing & _begun(survey, survey_round))
    # The share with partials, beside the one without, is a number of enterprises.
    both = _per_cent(rates.answered + partial, rates.asked)
    yield Stated("response_rate_with_partial", both if shown(partial) is not None else None)


def _decided(tables: SideTables, *key: str | int) -> Iterator[int | None]:
    """The share that a side table shows, None where it was left out; nothing without a table."""
    return (t.share if t.members is not None else None for t in tables.tables if t.key == key)


def _many(count: int) -> bool:
    return shown(count) is not None


def _per_cent(part: int, whole: int) -> float:
    return round(100 * part / whole, 1)


def _begun(survey: Database, survey_round: Round) -> set[int]:
    """The invitations whose form holds a total that was never handed in."""
    found = rows(
        survey,
        "SELECT DISTINCT d.invitation_id FROM draft d JOIN invitation i ON i.id = d.invitation_id"
        " WHERE i.round_id = ? AND d.question IN ('employees_total', 'placed_total')"
        " AND d.value <> 'null'",
        (survey_round.id,),
    )
    return {row["invitation_id"] for row in found}


def _items(survey_round: Round, answers: Sequence[Reviewed]) -> Iterator[Stated]:
    names = {q["name"]: q for q in survey_round.questionnaire}
    for name in dict.fromkeys(n for i in ASKED for n in i.questions if n in names):
        empty = sum(1 for each in answers if each.response.answers.get(name) is None)
        yield _about(names[name], "item_non_response", shown(empty))


def _about(question: dict[str, str], measure: str, value: float | None) -> Stated:
    return Stated(measure, value, question["name"], question["label_sv"], question["label_en"])


def _checks(survey: Database, year: int) -> Iterator[Stated]:
    fired = decisions.checks_fired(survey, year)
    decided = Counter((f["check_id"], f["decision"]) for f in fired)
    said = check_words(survey, year)
    for check, count in sorted(Counter(f["check_id"] for f in fired).items()):
        about = (check, *said[check])
        yield Stated("check_failed", shown(count), *about)
        kept, changed = decided[check, "accept"], decided[check, "correct"]
        # Each beside the others would give the smallest of them away.
        parts = (count, kept, changed, count - kept - changed)
        is_open = all(_many(part) for part in parts)
        yield Stated("check_confirmed", kept if is_open else None, *about)
        yield Stated("check_corrected", changed if is_open else None, *about)


def _edits(survey_round: Round, answers: Sequence[Reviewed]) -> Iterator[Stated]:
    names = {q["name"]: q for q in survey_round.questionnaire if not q.get("private")}
    changed = Counter(e.question for each in answers for e in each.edits)
    for name in sorted(changed.keys() & names.keys()):
        yield _about(names[name], "values_corrected", shown(changed[name]))


def _imputation(survey: Database, survey_round: Round, tables: SideTables) -> Iterator[Stated]:
    yield Stated("imputed", shown(len(population.estimated(survey, survey_round))))
    for total in FOLLOWED:
        for share in _decided(tables, ESTIMATES, survey_round.year, total):
            words = (total, BY_NAME[total].label_sv, BY_NAME[total].label_en)
            yield Stated("imputed_share", share, *words)


def _timeliness(
    db: Database, survey: Database, survey_round: Round, release: Release
) -> Iterator[Stated]:
    of_year = (survey_round.year,)
    sql = """SELECT min(published_at) FROM releases
        WHERE id IN (SELECT release FROM editions WHERE year = ?)"""
    first, final = (scalar(db, sql + kind, of_year) for kind in ("", " AND kind <> 'preliminary'"))
    day = clock.date_of(first or release.published_at)
    yield Stated("time_lag", (day - survey_round.reference_date).days)
    sql = "SELECT due_at FROM act WHERE round_id = ? AND kind = 'final_release'"
    planned = scalar(survey, sql, (survey_round.id,))
    if planned and final:
        yield Stated("punctuality", (clock.date_of(final) - clock.date_of(planned)).days)


def _of_values(db: Database) -> Iterator[tuple[int, Stated]]:
    """What can be counted in the figures themselves, by year; one question for all the years."""
    sql = f"""SELECT * FROM (SELECT year, count(*) AS published, sum(value IS NULL) AS hidden,
            sum(status = '{KEPT}') AS standing FROM observations GROUP BY year)
        LEFT JOIN (SELECT year, count(*) AS revised,
            avg(100.0 * abs(change) / nullif(value_before, 0)) AS mean
            FROM revisions WHERE value IS NOT value_before GROUP BY year) USING (year)"""
    for row in rows(db, sql):
        for what in ("published", "hidden", "standing", "revised"):
            yield row["year"], Stated(f"values_{what}", row[what] or 0)
        if row["mean"] is not None:
            yield row["year"], Stated("mean_revision", round(row["mean"], 1))


def check_words(survey: Database, year: int) -> dict[str, tuple[str, str]]:
    """Each check that fired in a year, in words: the questions it looks at, as they were asked."""
    asked = {q["name"]: q for q in rounds.find(survey, year).questionnaire}
    found = {}
    for row in rows(survey, FIRED, (year,)):
        about = [asked[name] for name in json.loads(row["fields"]) if name in asked]
        found[row["check_id"]] = (
            " + ".join(q["label_sv"] for q in about),
            " + ".join(q["label_en"] for q in about),
        )
    return found

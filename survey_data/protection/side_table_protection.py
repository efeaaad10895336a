"""What is told beside the figures, told apart no further than can be proven safe.

Everything is written first. What the proof finds to give something away is merged, then taken
out, until the rest is proven; the office keeps the pieces and the proof with the release.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic

from sqlite_utils import Database

from survey_data.database import rows, run
from survey_data.disclosure import linked_tables
from survey_data.disclosure.contributions import Record, from_lists
from survey_data.disclosure.linked_tables import Move, System
from survey_data.disclosure.observer import Frame, Sight
from survey_data.disclosure.rules import Rules
from survey_data.disclosure.side_table_system import enterprises_system, figures_system
from survey_data.disclosure.side_tables import Number, Piece, ToldYear
from survey_data.errors import NotProtected
from survey_data.protection.protect_year import RULES, Protected
from survey_data.protection.side_table_cells import (
    FOLLOWED,
    REST,
    TOGETHER,
    Behind,
    Proofs,
    pieces_of,
)
from survey_data.rounds.rounds import Round
from survey_data.statistics import population
from survey_data.statistics.indicators import parts_of

# So long may a proof take; then what stands beside the figures is left out, and they are proven.
SECONDS = 180.0
TABLES = ("changes", "same_enterprises", "estimates")
MEASURES = ("total_without_imputation", "response_rate_weighted")


@dataclass(frozen=True)
class Told:
    """The pieces of a release, and by system the moves that prove that they are safe."""

    pieces: tuple[Piece, ...]
    moves: Mapping[str, tuple[Move, ...]]


def behind(survey: Database, told: Iterable[Round], plans: Mapping[int, Protected]) -> Behind:
    """Who is behind the rounds that are told of, and what releases before have told."""
    records, answering, counted = {}, {}, {}
    for survey_round in told:
        plan = plans.get(survey_round.year)
        basis = plan.basis if plan else population.basis_of(survey, survey_round)
        records[survey_round.year] = basis.records
        everyone = [
            each
            for each in population.answered(survey, survey_round)
            if each.in_scope and each.numbers is not None
        ]
        counted[survey_round.year] = frozenset(each.enterprise for each in everyone)
        answering[survey_round.year] = frozenset(
            e.enterprise for e in everyone if not e.is_estimated
        )
    return Behind(records, answering, counted, tuple(_made_of(survey)), *_before(survey))


def _made_of(survey: Database) -> Iterator[tuple[int, Record, Record]]:
    """Of each estimate that a release told: its year, itself, and the answer it was made of."""
    found = rows(
        survey,
        "SELECT min(r.rowid), h.year, i.enterprise_id AS who, now.records AS now,"
        " before.records AS before FROM release_estimate x JOIN release r ON r.id = x.release_id"
        " JOIN invitation i ON i.id = x.invitation_id JOIN round h ON h.id = i.round_id"
        " JOIN protection now ON now.release_id = r.id AND now.year = h.year"
        " JOIN protection before ON before.release_id = r.id AND before.year = h.year - 1"
        " GROUP BY x.estimate_id",
    )
    for row in found:
        both = [
            {e.enterprise: e for e in from_lists(json.loads(row[n]))} for n in ("now", "before")
        ]
        if all(row["who"] in each for each in both):
            yield row["year"], both[0][row["who"]], both[1][row["who"]]


def systems(
    pieces: Sequence[Piece], truth: Behind, plans: Iterable[Protected], frame: Frame
) -> Iterator[tuple[str, System]]:
    """By name, the linked systems of all that was ever told of each total and its parts."""
    every = tuple(dict.fromkeys((*truth.earlier, *pieces)))
    planned = {plan.year: plan for plan in plans}
    years = [_year(y, truth, planned.get(y), frame) for y in sorted({*truth.records, *planned})]
    for total in FOLLOWED:
        mine = [p for p in every if p.numbers and p.numbers[0][0].indicator == total]
        names, rules = (total, *parts_of(total)), _rules(planned)
        if mine:
            yield f"{total} figures", figures_system(names, years, mine, rules)
            ties = list(truth.ties(total))
            yield f"{total} enterprises", enterprises_system(names, years, mine, ties, rules)


def _rules(plans: Mapping[int, Protected]) -> Rules:
    return next((plan.rules for plan in plans.values()), RULES)


def _year(year: int, truth: Behind, plan: Protected | None, frame: Frame) -> ToldYear:
    if plan is None:
        return ToldYear(year, (truth.records[year],))
    editions = tuple(shown.records for shown in plan.editions)
    return ToldYear(year, editions, Sight(plan.editions, frame, plan.rules))


def prove(open_db: Database, truth: Behind, plans: Sequence[Protected], frame: Frame) -> Told:
    """Take out of a finished file what gives something away; the proof of what is left.

    Raises NotProtected where it is the figures themselves, beside what was told before, that do.
    """
    moves = defaultdict(list, {name: list(found) for name, found in truth.proofs.items()})
    late = monotonic() + SECONDS
    while True:
        pieces = pieces_of(open_db, truth)
        found = systems(pieces, truth, plans, frame)
        until = late if pieces else None
        try:
            return Told(pieces, {name: _proven(each, moves[name], until) for name, each in found})
        except NotProtected as refused:
            _, _, indicator, year, *_ = refused.cell
            is_late = monotonic() > late
            if not (_tell_none(open_db) if is_late else weaken(open_db, str(indicator), int(year))):
                raise


def _tell_none(open_db: Database) -> bool:
    """Take all out; False where nothing is told."""
    gone = [
        sum(_take_out(open_db, total, year))
        for total in FOLLOWED
        for year in _years(open_db, total)
    ]
    return any(gone)


def _proven(system: System, found: list[Move], until: float | None) -> tuple[Move, ...]:
    """The proof of the release before where it is still one, or a new one."""
    with suppress(NotProtected):
        linked_tables.check(system, found)
        return tuple(found)
    # Not at the top: loading the solver takes longer than most commands run.
    from survey_data.disclosure.alternative_tables import prove as proven  # noqa: PLC0415

    return proven(system, found, until)


def check(
    open_db: Database, told: Told, truth: Behind, plans: Sequence[Protected], frame: Frame
) -> None:
    """Raise NotProtected unless the proof is one of just what the file tells; without a solver."""
    if told.pieces != pieces_of(open_db, truth):
        raise NotProtected(("", "", "changes"), cause="no proof")
    for name, system in systems(told.pieces, truth, plans, frame):
        linked_tables.check(system, told.moves.get(name, ()))


def weaken(open_db: Database, indicator: str, year: int) -> bool:
    """Tell less of an indicator about a year; False where nothing of it is told."""
    blocks = _blocks(open_db, indicator, year)
    if any(_merge(open_db, indicator, block) for block in blocks):
        return True
    return any(sum(_take_out(open_db, indicator, block)) for block in blocks)


def _blocks(open_db: Database, indicator: str, year: int) -> list[int]:
    """The years whose change may be at fault, likeliest first; estimates tie them together."""
    others = _years(open_db, indicator) - {year + 1, year}
    return [year + 1, year, *sorted(others, key=lambda other: abs(other - year))]


def _years(open_db: Database, indicator: str) -> set[int]:
    found = rows(
        open_db,
        "SELECT year FROM changes WHERE indicator = ? UNION SELECT year FROM quality"
        f" WHERE measure IN {MEASURES} AND value IS NOT NULL",
        (indicator,),
    )
    return {row["year"] for row in found}


def _merge(open_db: Database, indicator: str, year: int) -> bool:
    """Bring the components of each kind together, where any is apart."""
    merged = [
        _merge_kind(open_db, indicator, year, kind, names) for kind, names in TOGETHER.items()
    ]
    if any(merged):
        _delete(open_db, "estimates", indicator, year)
    return any(merged)


def _merge_kind(
    open_db: Database, indicator: str, year: int, kind: str, names: tuple[str, ...]
) -> bool:
    where = f"year = ? AND indicator = ? AND component IN {names}"
    found = rows(open_db, f"SELECT * FROM changes WHERE {where}", (year, indicator))
    if not found:
        return False
    if len(found) < len(names):
        # The other of the pair may be in what is told as one, and so this must go there too.
        rest = rows(
            open_db, "SELECT * FROM changes WHERE year = ? AND indicator = ? AND component = ?",
            (year, indicator, REST),
        )  # fmt: skip
        if rest:
            kind, found, where = REST, [*found, *rest], f"{where[:-1]}, '{REST}')"
    open_db.conn.execute(f"DELETE FROM changes WHERE {where}", (year, indicator))
    open_db.conn.execute(
        "INSERT INTO changes VALUES (?, ?, ?, ?, ?, ?, ?)",
        (year, indicator, kind, sum(r["value"] for r in found),
         sum(r["enterprises"] for r in found), min(r["sort_order"] for r in found),
         found[0]["is_example"]),
    )  # fmt: skip
    return True


def _take_out(open_db: Database, indicator: str, year: int) -> Iterator[int]:
    for table in TABLES:
        yield _delete(open_db, table, indicator, year)
    subjects = (indicator, "" if indicator == "employees" else indicator)
    yield open_db.conn.execute(
        f"UPDATE quality SET value = NULL, status = 'x' WHERE year = ? AND measure IN {MEASURES}"
        f" AND subject IN {subjects} AND value IS NOT NULL",
        (year,),
    ).rowcount


def _delete(open_db: Database, table: str, indicator: str, year: int) -> int:
    where = "year = ? AND indicator = ?"
    return open_db.conn.execute(f"DELETE FROM {table} WHERE {where}", (year, indicator)).rowcount


def remember(survey: Database, release_id: str, told: Told) -> None:
    """Keep with a release what it told in pieces, and the proof; with the office alone."""
    pieces = [
        [p.name, p.each, [[*_number(n), sign] for n, sign in p.numbers],
         [[*_number(a), *_number(b)] for a, b in p.unchanged]]
        for p in told.pieces
    ]  # fmt: skip
    moves = {
        name: [[[*key, n] for key, n in m.items()] for m in each]
        for name, each in told.moves.items()
    }
    run(
        survey,
        "INSERT INTO told_apart VALUES (?, ?, ?)",
        (release_id, json.dumps(pieces), json.dumps(moves)),
    )


def _number(number: Number) -> tuple[str, int, int, int]:
    return number.indicator, number.year, number.enterprise, number.amount


def _before(survey: Database) -> tuple[tuple[Piece, ...], Proofs]:
    """What the releases before told in pieces, and the proofs of the last of them."""
    found = rows(
        survey,
        "SELECT t.* FROM told_apart t JOIN release r ON r.id = t.release_id"
        " ORDER BY r.published_at, r.rowid",
    )
    pieces: dict[Piece, None] = {}
    for text in dict.fromkeys(row["pieces"] for row in found):
        pieces |= dict.fromkeys(_piece(*each) for each in json.loads(text))
    last = json.loads(found[-1]["moves"]) if found else {}
    return tuple(pieces), {
        total: tuple({tuple(key): n for *key, n in move} for move in moves)
        for total, moves in last.items()
    }


def _piece(
    name: list[str | int], each: int, numbers: list[list[int]], unchanged: list[list[int]]
) -> Piece:
    return Piece(
        tuple(name),
        tuple((Number(*number), sign) for *number, sign in numbers),  # type: ignore[arg-type]
        each,
        tuple((Number(*both[:4]), Number(*both[4:])) for both in unchanged),  # type: ignore[arg-type]
    )

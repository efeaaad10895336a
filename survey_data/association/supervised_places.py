"""Supervised places: granted and used by municipality and year, and what came of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlite_utils import Database

from survey_data import clock
from survey_data.association import entries
from survey_data.association.entries import PLACES, BadEntry, StillNeeded
from survey_data.database import rows, run, scalar, writing

# As the printed report has them, and as open.db calls them.
OUTCOMES = ("to_work", "to_af", "returned", "extended", "not_stated")
GENDERS = ("women", "men", "not_stated")
LONGEST_NOTE, MOST_MONTHS = 300, 36
MOST = 10_000
FACTS = ("year", "municipality_code", "granted", "used", "individuals", "note")

Outcomes = Mapping[tuple[str, str], int]
# Granted places by target group and length in months; private, and in no release.
Grants = Mapping[tuple[str, int], int]


@dataclass(frozen=True)
class Places:
    """The places of one municipality in one year; outcomes are persons by (outcome, gender).

    `grants` adds up to `granted`, or is empty where nobody has said for whom they were.
    """

    year: int
    municipality_code: str
    granted: int
    used: int
    individuals: int
    outcomes: Outcomes = field(default_factory=dict)
    note: str = ""
    id: int = 0
    grants: Grants = field(default_factory=dict)


def everyone(db: Database, *, with_grants: bool = False) -> list[Places]:
    """Every entry, the latest year first; for whom places were granted only where it is asked for.

    Releases never ask: what they do not read, they cannot publish.
    """
    outcomes = _parts(db, "SELECT place_id, outcome, gender, persons FROM supervised_outcome")
    sql = """SELECT place_id, target_group, months, places FROM supervised_grant
        ORDER BY target_group, months"""
    grants = _parts(db, sql) if with_grants else {}
    found = rows(db, "SELECT * FROM supervised_place ORDER BY year DESC, municipality_code")
    return [
        Places(**row, outcomes=outcomes.get(row["id"], {}), grants=grants.get(row["id"], {}))
        for row in found
    ]


def _parts(db: Database, sql: str) -> dict[int, dict[tuple[Any, Any], int]]:
    found: dict[int, dict[tuple[Any, Any], int]] = {}
    for place_id, one, other, number in db.conn.execute(sql):
        found.setdefault(place_id, {})[one, other] = number
    return found


def find(db: Database, place_id: int) -> Places | None:
    """One entry, or None."""
    return next((each for each in everyone(db, with_grants=True) if each.id == place_id), None)


def faults(db: Database, places: Places) -> Iterator[BadEntry]:
    """What stops an entry from being kept."""
    same = "SELECT 1 FROM supervised_place WHERE year = ? AND municipality_code = ? AND id <> ?"
    if not entries.first_open_year(PLACES) <= places.year <= clock.today().year:
        yield BadEntry("year", "no such year")
    elif scalar(db, same, (places.year, places.municipality_code, places.id)):
        yield BadEntry("municipality_code", "twice")
    for name in ("granted", "used", "individuals"):
        if not 0 <= getattr(places, name) <= MOST:
            yield BadEntry(name, "out of range")
    if places.grants and sum(places.grants.values()) != places.granted:
        yield BadEntry("grants", "does not add up")
    if places.used > places.granted:
        yield BadEntry("used", "more than granted")
    if places.used and not places.individuals:
        yield BadEntry("individuals", "nobody")
    if places.individuals and not places.used:
        yield BadEntry("individuals", "no place")
    if sum(places.outcomes.values()) != places.individuals:
        yield BadEntry("outcomes", "does not add up")


def doubts(places: Places) -> Iterator[str]:
    """What is asked about before an entry is kept, by name."""
    if places.used < places.individuals:
        yield "more persons"
    elif places.used > places.individuals > 0:
        yield "fewer persons"


def save(db: Database, places: Places, reason: str, actor: str) -> None:
    """Keep a new or changed entry; raises BadEntry, or StillNeeded for a move out of a year."""
    for fault in faults(db, places):
        raise fault
    facts = {name: getattr(places, name) for name in FACTS}
    with writing(db):
        before = find(db, places.id) if places.id else None
        if before is None:
            entry_id = entries.add(db, "place", facts, actor, _recorded(places))
        else:
            entry_id = before.id
            if (before.year, before.municipality_code) != (places.year, places.municipality_code):
                _may_leave(db, before)
            about = (_recorded(before), _recorded(places))
            entries.change(db, "place", entry_id, facts, reason, actor, about)
        _keep_parts(db, "supervised_outcome", entry_id, places.outcomes)
        _keep_parts(db, "supervised_grant", entry_id, places.grants)


def _keep_parts(db: Database, table: str, place_id: int, parts: Outcomes | Grants) -> None:
    run(db, f"DELETE FROM {table} WHERE place_id = ?", (place_id,))
    db.conn.executemany(
        f"INSERT INTO {table} VALUES (?, ?, ?, ?)",
        [(place_id, *cell, number) for cell, number in parts.items() if number],
    )


def _recorded(places: Places) -> dict[str, Any]:
    """An entry as the trail has it: every outcome a fact of its own."""
    cells = {
        f"{outcome} {gender}": places.outcomes.get((outcome, gender), 0)
        for outcome in OUTCOMES
        for gender in GENDERS
    }
    grants = [[*kind, number] for kind, number in sorted(places.grants.items())]
    return {name: getattr(places, name) for name in FACTS} | cells | {"grants": grants}


def remove(db: Database, place_id: int, reason: str, actor: str) -> None:
    """Remove an entry; raises StillNeeded where a release or a complete year rests on it."""
    with writing(db):
        if known := find(db, place_id):
            _may_leave(db, known)
            entries.remove(db, "place", place_id, reason, actor, _recorded(known))


def _may_leave(db: Database, places: Places) -> None:
    # A municipality that is in a release has its line in every later one too: zero if need be.
    is_published = places.year in entries.released_years(db, PLACES)
    if is_published or entries.is_last_of_complete(db, PLACES, places.year):
        raise StillNeeded

"""What came of the supervised places, as it may be published: the county and a whole period only.

How many places a municipality was granted in a year is open, and of many also how many it used, so
an outcome of few persons could be laid at one municipality's door, and what one release adds to
another says as much as a release. So an outcome is published when enough persons in enough
municipalities and more than one year are behind it, and behind what it adds to each release before;
until then the last release's stands. Nor may it tell how many places were used in the years that
hide it: 20 persons in two years, of which 17 in the one that is open, leave the other's 3.
"""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlite_utils import Database

from survey_data.association import entries, supervised_places
from survey_data.association.entries import PLACES
from survey_data.association.supervised_places import GENDERS, OUTCOMES, Places
from survey_data.database import rows, run
from survey_data.protection.protect_year import RULES

OTHERS = "others"
# Never the outcome of a single year, nor what a single year adds.
FEWEST_YEARS = 2
# Persons by municipality, outcome and gender.
Cells = Mapping[tuple[str, str, str], int]
Groups = tuple[tuple[str, ...], ...]
# What one shown number is made of: persons by municipality.
Column = Mapping[str, int]


@dataclass(frozen=True)
class Basis:
    """Everybody in the complete years together."""

    years: tuple[int, ...]
    cells: Cells

    def column(self, outcomes: Sequence[str], genders: Sequence[str] = GENDERS) -> Column:
        """The persons with one of some outcomes and genders, by municipality."""
        found: Counter[str] = Counter()
        for (municipality, outcome, gender), persons in self.cells.items():
            if outcome in outcomes and gender in genders:
                found[municipality] += persons
        return found


NOBODY = Basis((), {})


@dataclass(frozen=True)
class OutcomeTable:
    """What a release shows of a basis: outcomes, those too few to stand alone put together."""

    basis: Basis
    groups: Groups
    by_gender: bool

    @property
    def period(self) -> str:
        """The years together, as they are written."""
        first, last = min(self.basis.years), max(self.basis.years)
        return str(first) if first == last else f"{first}–{last}"

    def totals(self) -> Iterator[tuple[str, int]]:
        """Every outcome that is shown, and how many persons had it."""
        for group in self.groups:
            yield name_of(group), sum(self.basis.column(group).values())

    def genders(self) -> Iterator[tuple[str, str, int]]:
        """The same by gender, where that may be published."""
        for group in self.groups if self.by_gender else ():
            for gender in GENDERS:
                yield name_of(group), gender, sum(self.basis.column(group, [gender]).values())


def name_of(group: Sequence[str]) -> str:
    """An outcome by its own name, several by one for all."""
    return group[0] if len(group) == 1 else OTHERS


def basis_of(db: Database) -> Basis:
    """Everybody in the years that are complete."""
    complete = entries.complete_years(db, PLACES)
    cells: Counter[tuple[str, str, str]] = Counter()
    for each in supervised_places.everyone(db):
        if each.year in complete:
            for (outcome, gender), persons in each.outcomes.items():
                cells[each.municipality_code, outcome, gender] += persons
    return Basis(tuple(sorted(complete)), dict(cells))


def next_table(db: Database) -> OutcomeTable | None:
    """What the next release shows of the outcomes, None where nothing may be published yet."""
    earlier = kept(db)
    found = decide(basis_of(db), earlier)
    if found is None or found in earlier or _leaves_safely(db, found.basis.years):
        return found
    return earlier[-1] if earlier else None


def _leaves_safely(db: Database, years: Collection[int]) -> bool:
    """Whether the used places of the years that hide them may be known together."""
    of_years = [each for each in supervised_places.everyone(db) if each.year in years]
    hidden = [e for e in of_years if not used_is_open(*columns(of_years, {e.year}))[1]]
    return not hidden or is_safe_sum(*columns(hidden, years))


def columns(found: Iterable[Places], years: Collection[int]) -> tuple[Column, Column]:
    """The places used and those granted by municipality, all of some years together."""
    used, granted = Counter[str](), Counter[str]()
    for each in found:
        if each.year in years:
            used[each.municipality_code] += each.used
            granted[each.municipality_code] += each.granted
    return used, granted


def used_is_open(used: Column, granted: Column) -> tuple[bool, bool]:
    """Whether a year's used places may be shown of each municipality, and of the county.

    Of the municipalities all are or none, so that no sum gives one away.
    """
    if all(each == 0 or each >= RULES.smallest_open_value for each in used.values()):
        return True, True
    return False, is_safe_sum(used, granted)


def decide(basis: Basis, earlier: Sequence[OutcomeTable]) -> OutcomeTable | None:
    """What a basis may show after what was shown before; the last again where no more may."""
    if not basis.cells:
        return earlier[-1] if earlier else None
    wished = [earlier[-1].groups] if earlier else [*_groupings(basis)]
    # What was shown by gender once has to be shown so again.
    ways = [True] if earlier and earlier[-1].by_gender else [True, False]
    for groups in wished:
        for by_gender in ways:
            found = OutcomeTable(basis, groups, by_gender)
            if is_safe(found, earlier):
                return found
    return earlier[-1] if earlier else None


def _groupings(basis: Basis) -> Iterator[Groups]:
    """The outcomes one by one, then the smallest put together, until two are left."""
    alone = sorted(OUTCOMES, key=lambda o: -sum(basis.column([o]).values()))
    together: list[str] = []
    while alone and _is_few(basis.column([alone[-1]])):
        together.insert(0, alone.pop())
    while len(alone) + bool(together) > 1:
        yield (*((o,) for o in OUTCOMES if o in alone), *([tuple(together)] if together else []))
        together.insert(0, alone.pop())


def _is_few(column: Column) -> bool:
    behind = [persons for persons in column.values() if persons]
    return sum(behind) < RULES.smallest_open_value or len(behind) < RULES.fewest_contributors


def is_safe(table: OutcomeTable, earlier: Sequence[OutcomeTable]) -> bool:
    """Whether neither what is shown, nor what it adds to any release before, points at someone."""
    nothing = OutcomeTable(NOBODY, table.groups, table.by_gender)
    return all(_adds_safely(table, before) for before in (nothing, *earlier))


def _adds_safely(table: OutcomeTable, before: OutcomeTable) -> bool:
    persons = _added(table.basis.column(OUTCOMES), before.basis.column(OUTCOMES))
    new = len({*table.basis.years} - {*before.basis.years})
    if 0 < new < FEWEST_YEARS or any(added < 0 for added in persons.values()):
        return False
    is_split = table.by_gender and before.by_gender
    return all(
        _is_safe_column(_added(table.basis.column(*of), before.basis.column(*of)), persons)
        for of in _columns(table.groups, is_split)
    )


def _columns(groups: Groups, by_gender: bool) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
    """Every number that a reader has or can add up."""
    for group in groups:
        yield group, GENDERS
    if by_gender:
        for gender in GENDERS:
            yield OUTCOMES, [gender]
            for group in groups:
                yield group, [gender]


def is_safe_sum(column: Column, persons: Column) -> bool:
    """Whether the sum of a column may be open beside `persons`, which bound each part of it.

    Only a part under the threshold is a secret; none may be narrowed down.
    """
    secrets = [m for m, value in column.items() if 0 < value < RULES.smallest_open_value]
    return not _is_few(column) and _are_wide(column, persons, secrets)


def _added(now: Column, before: Column) -> Column:
    return {m: now.get(m, 0) - before.get(m, 0) for m in {*now, *before}}


def _is_safe_column(column: Column, persons: Column) -> bool:
    if not any(column.values()):
        return True
    there = [m for m, number in persons.items() if number]
    return not _is_few(column) and _are_wide(column, persons, there)


def _are_wide(column: Column, persons: Column, shares: Sequence[str]) -> bool:
    """Whether what anybody can work out of some municipalities' shares is wide enough.

    These are the sharp bounds of a cell when both margins of its table are known: so many persons
    in each municipality, so many with the outcome.
    """
    # The empty one is any reader; a municipality knows its own besides.
    for attacker in ("", *persons):
        value = sum(column.values()) - column.get(attacker, 0)
        known = sum(persons.values()) - persons.get(attacker, 0)
        for there in (persons[m] for m in shares if m != attacker):
            least = max(0, value - (known - there))
            if min(value, there) - least < min(RULES.width, there):
                return False
    return True


def kept(db: Database) -> list[OutcomeTable]:
    """What the releases so far have shown, oldest first; the same again is left out."""
    sql = """SELECT o.shown, o.behind FROM released_outcome o JOIN release r ON r.id = o.release_id
        ORDER BY r.published_at, r.rowid"""
    found = []
    for row in rows(db, sql):
        said, cells = json.loads(row["shown"]), json.loads(row["behind"])
        basis = Basis(tuple(said["years"]), {(m, o, g): n for m, o, g, n in cells})
        groups = tuple(map(tuple, said["groups"]))
        found.append(OutcomeTable(basis, groups, said["by_gender"]))
    return found


def remember(db: Database, release_id: str) -> None:
    """Keep what a release tells, so that its successors add enough to it."""
    table, earlier = next_table(db), kept(db)
    if table is None or (earlier and earlier[-1] == table):
        return
    shown = {"years": table.basis.years, "groups": table.groups, "by_gender": table.by_gender}
    behind = [[*cell, persons] for cell, persons in sorted(table.basis.cells.items())]
    values = (release_id, json.dumps(shown), json.dumps(behind))
    run(db, "INSERT INTO released_outcome VALUES (?, ?, ?)", values)

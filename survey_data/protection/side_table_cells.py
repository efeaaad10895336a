"""Which enterprises' numbers the rows beside the figures are sums of, read from a finished file.

The rows of `changes`, `same_enterprises`, `estimates` and two measures of `quality`. Who belongs
to which is found here anew from the records, so that a fault in what wrote the rows is found too.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlite_utils import Database

from survey_data.database import rows
from survey_data.disclosure.contributions import Record
from survey_data.disclosure.linked_tables import Move
from survey_data.disclosure.side_tables import Number, Piece
from survey_data.errors import NotProtected

FOLLOWED = ("employees", "placed")
JOINED, LEFT, STAYED = ("started", "answered_again"), ("ceased", "no_answer"), ("grew", "shrank")
TOGETHER = {"joined": JOINED, "left": LEFT, "stayed": STAYED}
EVERY_KIND = (*TOGETHER.values(), ("estimated",))
# All kinds that are not told apart.
REST = "other"
WAYS = {"grew": 1, "shrank": -1}
Name = tuple[str | int, ...]
Proofs = Mapping[str, tuple[Move, ...]]
Signed = tuple[tuple[Number, int], ...]


@dataclass(frozen=True)
class Behind:
    """The private truth: each told year's enterprises, and which of them answered themselves."""

    records: Mapping[int, tuple[Record, ...]]
    answering: Mapping[int, frozenset[int]]
    # Of each year, whose number is in the sums: those who answered, and those estimated.
    counted: Mapping[int, frozenset[int]]
    # What earlier releases told of those estimated: of each the estimate and what it was made of.
    made_of: tuple[tuple[int, Record, Record], ...] = ()
    # What earlier releases told in pieces, and the proofs of the last of them, by total.
    earlier: tuple[Piece, ...] = ()
    proofs: Proofs = field(default_factory=dict)

    def known(self, year: int, indicator: str) -> dict[int, int]:
        """What each enterprise that answered has, by its number; persons."""
        found = _Year(self, year, indicator).answered
        return {who: number.amount for who, number in found.items()}

    def ties(self, indicator: str) -> Iterator[tuple[Number, Number]]:
        """Each estimate with the answer of the year before that it was made of."""
        for year, estimate, answer in (*self.made_of, *self._made_now()):
            if estimate.amounts.get(indicator, 0) and indicator in answer.amounts:
                yield _number(indicator, year, estimate), _number(indicator, year - 1, answer)

    def _made_now(self) -> Iterator[tuple[int, Record, Record]]:
        told = [(year, each.enterprise, each.amounts) for year, each, _ in self.made_of]
        for year, found in self.records.items():
            answers = {r.enterprise: r for r in self.records.get(year - 1, ())}
            mute = answers.keys() & self.answering.get(year - 1, set()) - self.answering[year]
            for record in found:
                if (
                    record.enterprise in mute
                    and (year, record.enterprise, record.amounts) not in told
                ):
                    yield year, record, answers[record.enterprise]


def _number(indicator: str, year: int, record: Record) -> Number:
    return Number(indicator, year, record.enterprise, record.amounts.get(indicator, 0))


class _Year:
    """Of one indicator and year: who there was, and the numbers in its sum.

    `known` are all of them, `answered` those that are an enterprise's own answer.
    """

    def __init__(self, behind: Behind, year: int, indicator: str) -> None:
        self.there = {
            r.enterprise: _number(indicator, year, r) for r in behind.records.get(year, ())
        }
        self.known = self._of(behind.counted.get(year, frozenset()))
        self.answered = self._of(behind.answering.get(year, frozenset()))

    def _of(self, who: Container[int]) -> dict[int, Number]:
        return {each: number for each, number in self.there.items() if each in who}

    def is_guessed(self, who: int) -> bool:
        """Whether its number is carried forward."""
        return who in self.known and who not in self.answered


def pieces_of(open_db: Database, behind: Behind) -> tuple[Piece, ...]:
    """Every piece the file tells; raises NotProtected for a row that is not what it says."""
    found: list[Piece] = []
    for year, indicator in _blocks(open_db):
        found += _Block(open_db, behind, year, indicator).pieces()
    return (*found, *_of_quality(open_db, behind))


def _blocks(open_db: Database) -> list[tuple[int, str]]:
    sql = " UNION ".join(
        f"SELECT year, indicator FROM {table}"
        for table in ("changes", "same_enterprises", "estimates")
    )
    return [(r["year"], r["indicator"]) for r in rows(open_db, sql) if r["indicator"] in FOLLOWED]


class _Block:
    """What is told of one indicator from one year to the next."""

    def __init__(self, open_db: Database, behind: Behind, year: int, indicator: str) -> None:
        self.open_db, self.year, self.indicator = open_db, year, indicator
        if not {year - 1, year} <= behind.records.keys():
            raise NotProtected(("county", "", indicator, year), cause="not audited")
        self.before = _Year(behind, year - 1, indicator)
        self.now = _Year(behind, year, indicator)

    def pieces(self) -> Iterator[Piece]:
        """Every row as a piece."""
        told = self._rows("changes")
        shown = {row["component"] for row in told}
        for row in told:
            name: Name = ("changes", self.year, self.indicator, row["component"])
            yield self._piece(name, row["value"], row["component"], shown)
        for row in self._rows("same_enterprises"):
            both = self._same()
            for column, year in (("value_before", self.before), ("value", self.now)):
                name = ("same_enterprises", self.year, self.indicator, column)
                yield _checked(Piece(name, _sum(year, both)), row[column])
        for row in self._rows("estimates"):
            name = ("estimates", self.year, self.indicator)
            yield _checked(Piece(name, _sum(self.before, self._who("no_answer"))), row["value"])

    def _rows(self, table: str) -> list[dict[str, Any]]:
        sql = f"SELECT * FROM {table} WHERE year = ? AND indicator = ?"
        return rows(self.open_db, sql, (self.year, self.indicator))

    def _piece(self, name: Name, value: int, component: str, shown: set[str]) -> Piece:
        if component in ("before", "after"):
            year = self.before if component == "before" else self.now
            return _checked(Piece(name, _sum(year, year.known)), value)
        kinds = self._kinds(component, shown)
        numbers = tuple(each for kind in kinds for each in self._of_kind(kind))
        way = WAYS.get(component, 0)
        return _checked(Piece(name, numbers, way, self._unchanged() if way else ()), value)

    def _kinds(self, component: str, shown: set[str]) -> tuple[str, ...]:
        """The kinds that a component holds: one, both of a pair, or all that are not shown."""
        if component != REST:
            return TOGETHER.get(component, (component,))
        told = {kind for name in shown for kind in TOGETHER.get(name, (name,))}
        return tuple(kind for pair in EVERY_KIND for kind in pair if kind not in told)

    def _of_kind(self, kind: str) -> Signed:
        who = self._who(kind)
        return (*_sum(self.now, who), *((n, -sign) for n, sign in _sum(self.before, who)))

    def _who(self, kind: str) -> list[int]:
        return [e for e in self.before.known.keys() | self.now.known.keys() if self._is(kind, e)]

    def _is(self, kind: str, who: int) -> bool:
        was, is_ = who in self.before.known, who in self.now.known
        if kind in JOINED:
            return not was and (who in self.before.there) == (kind == "answered_again")
        if kind in LEFT:
            return not is_ and (who in self.now.there) == (kind == "no_answer")
        is_guessed = self.before.is_guessed(who) or self.now.is_guessed(who)
        if kind == "estimated" or is_guessed:
            return was and is_ and is_guessed and kind == "estimated"
        return was and is_ and self._way(who) == WAYS[kind]

    def _same(self) -> list[int]:
        """Those who answered both years."""
        return sorted(self.before.answered.keys() & self.now.answered.keys())

    def _way(self, who: int) -> int:
        step = self.now.known[who].amount - self.before.known[who].amount
        return (step > 0) - (step < 0)

    def _unchanged(self) -> tuple[tuple[Number, Number], ...]:
        return tuple(
            (self.now.known[who], self.before.known[who])
            for who in self._same()
            if not self._way(who)
        )


def _sum(year: _Year, who: Iterable[int]) -> Signed:
    return tuple((year.known[each], 1) for each in sorted(who) if each in year.known)


def _checked(piece: Piece, value: float) -> Piece:
    """The piece, if it comes to what the row says."""
    if piece.value != value:
        raise NotProtected(("county", "", *piece.name[1:3][::-1]), cause="other value")
    return piece


def _of_quality(open_db: Database, behind: Behind) -> Iterator[Piece]:
    sql = "SELECT * FROM quality WHERE measure = ? AND value IS NOT NULL"
    for row in rows(open_db, sql, ("total_without_imputation",)):
        year = _Year(behind, row["year"], row["subject"])
        name = ("quality", row["year"], row["subject"], row["measure"])
        yield _checked(Piece(name, _sum(year, year.answered)), row["value"])
    for row in rows(open_db, sql, ("response_rate_weighted",)):
        yield _silent(behind, row["year"], row["value"])


def _silent(behind: Behind, year: int, rate: float) -> Piece:
    """Beside the total, a rate weighted by employees is the employees of the silent ones."""
    name = ("quality", year, "employees", "response_rate_weighted")
    before, now = (_Year(behind, each, "employees") for each in (year - 1, year))
    everyone = before.answered.keys() & now.there.keys()
    asked, silent = (_sum(before, who) for who in (everyone, everyone - now.answered.keys()))
    whole, missing = (sum(number.amount for number, _ in found) for found in (asked, silent))
    if not whole or round(100 * (whole - missing) / whole) != rate:
        raise NotProtected(("county", "", "employees", year), cause="other value")
    return Piece(name, silent)

"""What is told beside the figures: sums of some enterprises' numbers, and the years they are of.

Changes, the same enterprises both years, totals without those estimated: each is a piece.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from survey_data.disclosure import observer as seen
from survey_data.disclosure.contributions import Record
from survey_data.disclosure.linked_tables import Key, Knower, Row, Secret
from survey_data.disclosure.observer import Sight
from survey_data.disclosure.rules import Rules

# As good as no limit.
NO_LIMIT = 10**9


@dataclass(frozen=True)
class Number:
    """What one enterprise has of an indicator in a year; another amount is another number."""

    indicator: str
    year: int
    enterprise: int
    amount: int

    @property
    def key(self) -> Key:
        """Its name in a system."""
        return ("one", self.indicator, self.year, self.enterprise, self.amount)


@dataclass(frozen=True)
class Piece:
    """A published sum of enterprises' numbers, each with its sign.

    Where it says `each` (1 or -1), every enterprise in it is known to have more, or less, than
    the year before, and those it says are `unchanged` to have as many.
    """

    name: tuple[str | int, ...]
    numbers: tuple[tuple[Number, int], ...]
    each: int = 0
    unchanged: tuple[tuple[Number, Number], ...] = ()

    @property
    def value(self) -> int:
        """The sum."""
        return sum(number.amount * sign for number, sign in self.numbers)


def about_year(indicator: str, year: int) -> Key:
    """The figure that is told of when pieces of a year give something away."""
    return ("county", "", indicator, year)


@dataclass(frozen=True)
class ToldYear:
    """A year as it is told: the enterprises of its editions, and its figures unless printed."""

    year: int
    editions: tuple[tuple[Record, ...], ...]
    sight: Sight | None = None


class View:
    """One year's figures of a total and its parts, and the enterprises' numbers behind them."""

    def __init__(self, indicators: Sequence[str], told: ToldYear, rules: Rules) -> None:
        self.names, self.total, self.told, self.rules = set(indicators), indicators[0], told, rules
        self.hidden = [v for v in (told.sight.hidden if told.sight else ()) if v[2] in self.names]
        self.kept = [
            s for s in (told.sight.secrets if told.sight else ()) if s.figure[2] in self.names
        ]

    def numbers(self) -> Iterator[Number]:
        """Every enterprise's number of every edition."""
        for records in self.told.editions:
            yield from (self._number(record) for record in records)

    def _number(self, record: Record) -> Number:
        return Number(
            self.total, self.told.year, record.enterprise, record.amounts.get(self.total, 0)
        )

    def key(self, variable: seen.Variable) -> Key:
        """A figure's name in the system."""
        return ("figure", self.told.year, *variable)

    def truth(self) -> dict[Key, int]:
        """The hidden figures and the secret changes between them."""
        if self.told.sight is None:
            return {}
        sight = self.told.sight
        found = {self.key(v): sight.truth[v] for v in self.hidden}
        return found | {self._change(s): sight.value(s, sight.truth) for s in self.kept if s.before}

    def floors(self) -> dict[Key, int]:
        """A change may be less than nought, and a figure is what everyone knows it is at least."""
        return {self._change(s): -NO_LIMIT for s in self.kept if s.before}

    def _change(self, secret: seen.Secret) -> Key:
        return ("change", self.told.year, secret.name)

    def rows(self) -> Iterator[Row]:
        """How the figures add up, and what they are sums of."""
        sight = self.told.sight
        if sight is None:
            return
        for of, parts in sight.sums:
            names = {of[2], *(part[2] for part in parts)}
            # How the totals of areas add up follows from the enterprises in them.
            if names <= self.names and names != {self.total}:
                yield Row(self._terms({of: 1} | dict.fromkeys(parts, -1)))
        for at, records in enumerate(self.told.editions):
            yield from self._made_of(sight, at, records)
        for secret in self.kept:
            if secret.before:
                terms = self._terms({secret.figure: 1, secret.before: -1})
                yield Row((*terms, (self._change(secret), -1)))

    def _made_of(self, sight: Sight, at: int, records: Sequence[Record]) -> Iterator[Row]:
        inside: dict[seen.Spot, list[Number]] = defaultdict(list)
        for record in records:
            for area in sight.frame.chain(("municipality", record.municipality)):
                inside[*area, self.total].append(self._number(record))
        for spot, numbers in inside.items():
            if spot in sight.editions[at].values:
                terms = self._terms({sight.variable(at, spot): -1})
                yield Row((*terms, *((n.key, 1) for n in numbers)))

    def _terms(self, figures: Mapping[seen.Variable, int]) -> tuple[tuple[Key, int], ...]:
        hidden = set(self.hidden)
        return tuple((self.key(v), weight) for v, weight in figures.items() if v in hidden)

    def secrets(self) -> Iterator[Secret]:
        """The figures and changes that must not be known, as where the figures stand alone."""
        for secret in self.kept:
            name, about = f"{self.told.year}/{secret.name}", about_year(self.total, self.told.year)
            if secret.before:
                yield Secret(name, ((self._change(secret), 1),), 0, self.rules.width, about)
            else:
                assert self.told.sight
                climb = max(0, self.rules.top - self.told.sight.truth[secret.figure])
                terms = ((self.key(secret.figure), 1),)
                yield Secret(name, terms, climb, self.rules.width, about)

    def knowledge(self, name: str) -> Knower:
        """What an attacker knows of the figures."""
        sight = self.told.sight
        known = self._attackers.get(name)
        if sight is None or known is None:
            return Knower(name) if not name or sight is None else self.knowledge("")
        hidden = set(self.hidden)
        own = [s for s in self.kept if sight.knows(known, s)]
        return Knower(
            name,
            frozenset(self.key(v) for v in known.exact if v in hidden)
            | frozenset(self._change(s) for s in known.changes if s in self.kept),
            {self.key(v): least for v, least in known.lower.items() if v in hidden},
            frozenset(f"{self.told.year}/{s.name}" for s in own),
        )

    @cached_property
    def _attackers(self) -> Mapping[str, seen.Knowledge]:
        return self.told.sight.attackers() if self.told.sight else {}

    def around(self) -> Mapping[Number, list[list[Number]]]:
        """With whom each number stands in what is left of the smallest open figure it is in.

        Of the others in that figure the open ones inside it are taken away. Where no figure is
        open, there is no such company.
        """
        found: dict[Number, list[list[Number]]] = defaultdict(list)
        for at, records in enumerate(self.told.editions):
            groups: dict[seen.Area | None, list[Number]] = defaultdict(list)
            for record in records:
                groups[self._smallest_open(at, record)].append(self._number(record))
            for area, numbers in groups.items():
                for number in numbers if area else ():
                    found[number].append(numbers)
        return found

    def _smallest_open(self, at: int, record: Record) -> seen.Area | None:
        sight = self.told.sight
        if sight is None:
            return ("county", "")
        there, spots = sight.editions[at].values, []
        for area in sight.frame.chain(("municipality", record.municipality)):
            spots += [area] if (*area, self.total) in there else []
        return next((a for a in spots if sight.variable(at, (*a, self.total)) in sight.open), None)

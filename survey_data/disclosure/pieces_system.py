"""Sums that few figures show, in one system with the figures.

Here every enterprise's number of every year is an unknown of its own. Who came, went, grew and
did not answer is taken to be known to all; what each of them has is what nobody may find out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain, combinations

from survey_data.disclosure.linked import EVERYONE, Key, Knower, Row, Secret, System, Terms
from survey_data.disclosure.pieces import (
    NO_LIMIT,
    Number,
    Piece,
    ToldYear,
    View,
    about_year,
)
from survey_data.disclosure.rules import Rules

# One enterprise's numbers of two years, and which way it is known to have gone.
Step = tuple[Number, Number, int]
# Two numbers of which whoever knows the one is taken to know the other: an estimate and what it
# was made of, or two years between which nothing changed.
Tie = tuple[Number, Number]


def system_of(
    indicators: Sequence[str],
    years: Iterable[ToldYear],
    pieces: Sequence[Piece],
    ties: Sequence[Tie],
    rules: Rules,
) -> System:
    """The linked system of a total (first of the indicators), its parts, and the pieces of it."""
    tied = (*ties, *(tie for piece in pieces for tie in piece.unchanged))
    touched = {number.year for piece in pieces for number, _ in piece.numbers}
    touched |= {number.year for tie in tied for number in tie}
    views = [View(indicators, y, rules) for y in years if y.year in touched]
    numbers = tuple(
        dict.fromkeys(
            [*_of_pieces(pieces), *chain(*tied), *(n for v in views for n in v.numbers())]
        )
    )
    left = _Left(views, numbers, tuple(_steps(pieces)), ties, rules)
    truth, floors = {n.key: n.amount for n in numbers}, dict[Key, int]()
    for view in views:
        truth |= view.truth()
        floors |= view.floors()
    rows = [*_rows(pieces, left.steps, tied), *(row for view in views for row in view.rows())]
    secrets = [*(s for view in views for s in view.secrets()), *left.secrets()]
    knowers = tuple(_knowers(views, numbers, left))
    return System(truth, tuple(dict.fromkeys(rows)), tuple(secrets), knowers, floors)


def _of_pieces(pieces: Iterable[Piece]) -> Iterator[Number]:
    return (number for piece in pieces for number, _ in piece.numbers)


def _rows(pieces: Iterable[Piece], steps: Iterable[Step], ties: Iterable[Tie]) -> Iterator[Row]:
    for piece in pieces:
        yield Row(tuple((number.key, sign) for number, sign in piece.numbers))
    for after, before, way in steps:
        more = way * (after.amount - before.amount)
        yield Row(((after.key, way), (before.key, -way)), more - 1, NO_LIMIT)
    for estimate, basis in ties:
        yield Row(((estimate.key, 1), (basis.key, -1)))


def _steps(pieces: Iterable[Piece]) -> Iterator[Step]:
    """What is known of each enterprise of a piece whose members all grew, or all shrank."""
    for piece in pieces:
        by_enterprise: dict[int, dict[int, Number]] = defaultdict(dict)
        for number, sign in piece.numbers if piece.each else ():
            by_enterprise[number.enterprise][sign] = number
        for both in by_enterprise.values():
            yield both[1], both[-1], piece.each


@dataclass(frozen=True)
class _Own:
    """A secret about one enterprise: what it is a sum of, and whose company hides it."""

    name: str
    terms: Terms
    numbers: tuple[Number, ...]


class _Left:
    """What each attacker may find out of another enterprise: what the figures leave open anyhow.

    Of a figure, an enterprise in it knows what the others have together, and no more. The pieces
    must not take that further down than to the width that a secret has.
    """

    def __init__(
        self,
        views: Sequence[View],
        numbers: Sequence[Number],
        steps: Sequence[Step],
        ties: Sequence[Tie],
        rules: Rules,
    ) -> None:
        self.numbers, self.steps, self.rules = numbers, tuple(dict.fromkeys(steps)), rules
        self.around: dict[Number, list[list[Number]]] = defaultdict(list)
        # Of each group, what all and what each of them has; asked for again and again.
        self._sums: dict[int, defaultdict[int | None, list[int]]] = {}
        for view in views:
            self.around |= view.around()
        # That it is more than another number is known: at least one, that is.
        self.lost = {(after if way > 0 else before): 1 for after, before, way in self.steps}
        for estimate, basis in ties:
            both = [*self.around.get(estimate, ()), *self.around.get(basis, ())]
            for one in (estimate, basis):
                self.around[one] = both
                self.lost[one] = self.lost.get(one, 0) + abs(estimate.amount - basis.amount)

    @cached_property
    def every(self) -> tuple[_Own, ...]:
        """Every enterprise's number, step since last year, and correction between editions."""
        return (*self._numbers(), *self._steps(), *self._corrections())

    def _numbers(self) -> Iterator[_Own]:
        return (_Own(_name(n), ((n.key, 1),), (n,)) for n in self.numbers if n.amount)

    def _steps(self) -> Iterator[_Own]:
        for after, before, way in self.steps:
            terms = ((after.key, 1), (before.key, -1))
            yield _Own(f"step {_name(after)}", terms, (after if way > 0 else before,))

    def _corrections(self) -> Iterator[_Own]:
        alike: dict[tuple[int, int], list[Number]] = defaultdict(list)
        for number in self.numbers:
            alike[number.year, number.enterprise].append(number)
        for several in alike.values():
            for one, two in combinations(several, 2):
                terms = ((two.key, 1), (one.key, -1))
                yield _Own(f"change {_name(one)} {_name(two)}", terms, (one, two))

    def secrets(self) -> Iterator[Secret]:
        """As secrets from everyone."""
        for own in self.every:
            first = own.numbers[0]
            about = about_year(first.indicator, first.year)
            yield Secret(own.name, own.terms, 0, self._need(own, None), about)

    def needs(self, who: int | None) -> tuple[frozenset[str], dict[str, tuple[int, int]]]:
        """What is an attacker's own, and of what it may know more than everyone."""
        mine, needs = set(), {}
        for own in self.every:
            if own.numbers[0].enterprise == who:
                mine.add(own.name)
            elif any(n in self._with.get(who, ()) for n in own.numbers):
                needs[own.name] = (0, self._need(own, who))
        return frozenset(mine), needs

    @cached_property
    def _with(self) -> Mapping[int | None, set[Number]]:
        """The numbers that each enterprise stands beside in some figure."""
        found: dict[int | None, set[Number]] = defaultdict(set)
        for number, groups in self.around.items():
            for group in groups:
                for other in group:
                    found[other.enterprise].add(number)
        return found

    def _need(self, own: _Own, who: int | None) -> int:
        return min([self.rules.width, *(self._others(n, who) for n in own.numbers)])

    def _others(self, number: Number, who: int | None) -> int:
        """How wide the figures leave a number: nothing where nobody else may have any of it."""
        wide = self.rules.width + self.lost.get(number, 0)
        for group in self.around.get(number, ()):
            count, amount = self._free(group, who)
            wide = min(wide, amount if count > 1 else 0)
        return wide - self.lost.get(number, 0)

    def _free(self, group: list[Number], who: int | None) -> tuple[int, int]:
        """How many of a group have something that is not an attacker's own, and how much."""
        if id(group) not in self._sums:
            self._sums[id(group)] = sums = defaultdict[int | None, list[int]](list)
            for number in group:
                if number.amount:
                    sums[None].append(number.amount)
                    sums[number.enterprise].append(number.amount)
        sums = self._sums[id(group)]
        own = sums.get(who, []) if who is not None else []
        return len(sums[None]) - len(own), sum(sums[None]) - sum(own)


def _name(number: Number) -> str:
    return f"{number.indicator} {number.year} {number.enterprise} {number.amount}"


def _knowers(views: Sequence[View], numbers: Sequence[Number], left: _Left) -> Iterator[Knower]:
    """Everyone and every enterprise, each of them twice.

    Once as attackers of the figures, who know what the figures and the pieces tell; once as
    attackers of the enterprises, who besides know which of them have nothing or did not answer.
    """
    noughts = frozenset(n.key for n in numbers if not n.amount)
    of_figures = frozenset(s.name for view in views for s in view.secrets())
    of_enterprises = frozenset(own.name for own in left.every)
    for who in (None, *sorted({n.enterprise for n in numbers})):
        known = _knower(views, who, [n for n in numbers if n.enterprise == who])
        yield replace(known, owns=known.owns | of_enterprises)
        mine, needs = left.needs(who)
        yield replace(
            known, kind="who has nothing", exact=known.exact | noughts, owns=mine | of_figures,
            needs=needs,
        )  # fmt: skip


def _knower(views: Sequence[View], who: int | None, own: Sequence[Number]) -> Knower:
    name = EVERYONE.name if who is None else str(who)
    parts = [view.knowledge(name) for view in views]
    return Knower(
        name,
        frozenset(n.key for n in own).union(*(part.exact for part in parts)),
        {key: least for part in parts for key, least in part.lower.items()},
        frozenset().union(*(part.owns for part in parts)),
    )

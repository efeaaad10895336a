"""Sums that few figures show, in one system with the figures.

Here every enterprise's number of every year is an unknown of its own. Who came, went, grew and
did not answer is taken to be known to all; what each of them has is what nobody may find out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain, combinations

from survey_data.disclosure.linked_tables import EVERYONE, Key, Knower, Row, Secret, System, Terms
from survey_data.disclosure.rules import Rules
from survey_data.disclosure.side_tables import NO_LIMIT, Number, Piece, ToldYear, View, about_year

# One enterprise's numbers of two years, and which way it is known to have gone.
Step = tuple[Number, Number, int]
# Two numbers of which whoever knows the one is taken to know the other: an estimate and what it
# was made of, or two years between which nothing changed.
Tie = tuple[Number, Number]
# So many may take what a tied number gives: one of them even where another is the attacker.
ENOUGH_TAKERS = 2


class _Told:
    """All that was told of a total (first of the indicators), its parts, and the pieces of it."""

    def __init__(
        self,
        indicators: Sequence[str],
        years: Iterable[ToldYear],
        pieces: Sequence[Piece],
        ties: Sequence[Tie],
        rules: Rules,
    ) -> None:
        self.pieces, self.ties, self.rules = pieces, ties, rules
        self.tied = (*ties, *(tie for piece in pieces for tie in piece.unchanged))
        touched = {number.year for piece in pieces for number, _ in piece.numbers}
        touched |= {number.year for tie in self.tied for number in tie}
        self.views = [View(indicators, y, rules) for y in years if y.year in touched]
        told = (n for view in self.views for n in view.numbers())
        self.numbers = tuple(dict.fromkeys([*_of_pieces(pieces), *chain(*self.tied), *told]))
        self.steps = tuple(dict.fromkeys(_steps(pieces)))

    def system(self, secrets: Iterable[Secret], knowers: Iterable[Knower]) -> System:
        """The linked system in which secrets are to be kept from knowers."""
        truth, floors = {n.key: n.amount for n in self.numbers}, dict[Key, int]()
        for view in self.views:
            truth |= view.truth()
            floors |= view.floors()
        rows = [
            *_rows(self.pieces, self.steps, self.tied),
            *(r for v in self.views for r in v.rows()),
        ]
        return System(truth, tuple(dict.fromkeys(rows)), tuple(secrets), tuple(knowers), floors)

    def knowers(self) -> Iterator[tuple[int | None, Knower]]:
        """A reader (None) and every enterprise, with what each knows of numbers and figures."""
        for who in (None, *sorted({n.enterprise for n in self.numbers})):
            yield who, _knower(self.views, who, [n for n in self.numbers if n.enterprise == who])


def figures_system(
    indicators: Sequence[str], years: Iterable[ToldYear], pieces: Sequence[Piece], rules: Rules
) -> System:
    """The linked system in which the figures' secrets are to be kept, whatever the pieces tell.

    That an estimate follows from the answer of the year before is left to `enterprises_system`:
    who knows the answer learns nothing by the estimate.
    """
    told = _Told(indicators, years, pieces, (), rules)
    secrets = (secret for view in told.views for secret in view.secrets())
    return told.system(secrets, (known for _, known in told.knowers()))


def enterprises_system(
    indicators: Sequence[str],
    years: Iterable[ToldYear],
    pieces: Sequence[Piece],
    ties: Sequence[Tie],
    rules: Rules,
) -> System:
    """The linked system in which every enterprise's own numbers are to be kept.

    Its attackers know besides which enterprises have nothing, or did not answer.
    """
    told = _Told(indicators, years, pieces, ties, rules)
    left = _Left(told.views, told.numbers, told.steps, ties, rules)
    noughts = frozenset(n.key for n in told.numbers if not n.amount)
    knowers = []
    for who, known in told.knowers():
        mine, needs = left.needs(who)
        knowers.append(replace(known, exact=known.exact | noughts, owns=mine, needs=needs))
    return told.system(left.secrets(), knowers)


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
        steps: tuple[Step, ...],
        ties: Sequence[Tie],
        rules: Rules,
    ) -> None:
        self.numbers, self.steps, self.rules = numbers, steps, rules
        self.around: dict[Number, list[list[Number]]] = defaultdict(list)
        # Of each group, what each enterprise in it can give; asked for again and again.
        self._gifts: dict[int, _Gifts] = {}
        self.tied: dict[Number, set[Number]] = defaultdict(set)
        for estimate, basis in ties:
            self.tied[estimate].add(basis)
            self.tied[basis].add(estimate)
        for view in views:
            self.around |= view.around()
        # That it is more than another number is known: at least one, that is.
        self.lost = {(after if way > 0 else before): 1 for after, before, way in self.steps}
        self._alone = dict(self.around)
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
        own = min(n.amount for n in (number, *self.tied.get(number, ())))
        for group in self.around.get(number, ()):
            wide = min(wide, self._of(group).width(own, {number.enterprise, who}))
        return wide - self.lost.get(number, 0)

    def _of(self, group: list[Number]) -> _Gifts:
        if id(group) not in self._gifts:
            self._gifts[id(group)] = _Gifts((n, self._gift(n), n not in self.tied) for n in group)
        return self._gifts[id(group)]

    def _gift(self, number: Number) -> int:
        """How much less it may be: what is tied to it is so much less too, and others more."""
        ties = self.tied.get(number, set())
        groups = (group for tie in ties for group in self._alone.get(tie, ()))
        if any(self._takers(group, number.enterprise) < ENOUGH_TAKERS for group in groups):
            return 0
        return min(n.amount for n in (number, *ties))

    def _takers(self, group: list[Number], who: int) -> int:
        return sum(bool(n.amount) and n.enterprise != who and n not in self.tied for n in group)


class _Gifts:
    """What the enterprises of a group may have less, so that one of them may have more."""

    def __init__(self, numbers: Iterable[tuple[Number, int, bool]]) -> None:
        self.each: dict[int, int] = {}
        self.free: set[int] = set()
        for number, gift, is_free in numbers:
            if number.amount:
                self.each[number.enterprise] = self.each.get(number.enterprise, 0) + gift
                self.free |= {number.enterprise} if is_free else set()
        self.whole = sum(self.each.values())

    def width(self, own: int, without: Set[int | None]) -> int:
        """How wide the others leave one of them that has so much of its `own`."""
        gifts = self.whole - sum(self.each.get(who, 0) for who in without if who is not None)
        # It may have less itself if one that is not tied to anything may have more.
        return gifts + (own if self.free - without else 0)


def _name(number: Number) -> str:
    return f"{number.indicator} {number.year} {number.enterprise} {number.amount}"


def _knower(views: Sequence[View], who: int | None, own: Sequence[Number]) -> Knower:
    name = EVERYONE.name if who is None else str(who)
    parts = [view.knowledge(name) for view in views]
    return Knower(
        name,
        frozenset(n.key for n in own).union(*(part.exact for part in parts)),
        {key: least for part in parts for key, least in part.lower.items()},
        frozenset().union(*(part.owns for part in parts)),
    )

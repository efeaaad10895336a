"""Alternative tables that need no solver: what one enterprise gets, others in the same sums give.

Enterprises that stand in exactly the same published sums can trade persons without any sum
telling. Four in one municipality, women and men published for the province:

| enterprise | women | men | total |
|---|---|---|---|
| 1 | 3 → 8 | 2 | 5 → 10 |
| 2 | 6 → 1 | 1 | 7 → 2 |
| 3 | 4 | 4 | 8 |
| 4 | 1 | 5 | 6 |

Enterprise 1 gets five women from 2, so all sums of women, men and totals stay. A second way, with
3 and 4 giving 4 + 1, shares nobody with the first. An estimate must follow the answer it was made
of, so there both years are traded at once, by the same step.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, product

from survey_data.disclosure.full_attack import Alternative, Everything

# Two ways that share nobody settle every insider.
WAYS = 2


@dataclass(frozen=True)
class _Unit:
    """One enterprise's total and parts of a year, by indicator."""

    enterprise: int
    places: Mapping[str, int]


# What moves together: one year, or an answer and the estimate made of it.
_Bundle = tuple[_Unit, ...]


class Exchange:
    """The bundles of one part of the system, by the sums that they stand in."""

    def __init__(self, everything: Everything, places: Sequence[int], rows: Sequence[int]) -> None:
        self.numbers, self.terms = everything.numbers, [row.terms for row in everything.rows]
        self.total, self.width = everything.names[0], everything.rules.width
        self.alternative = everything.alternative
        self.ties: dict[int, int] = {}
        shared: dict[int, list[tuple[int, float]]] = defaultdict(list)
        for i in rows:
            is_tie, is_own = self._is_tie(i), self._is_own(i)
            for place, weight in self.terms[i]:
                if not is_own:
                    shared[place].append((i, weight))
                if is_tie and weight < 0:
                    self.ties[place] = i
        # The sums that each number is in together with others' numbers, and its weight there.
        self.shared = {place: tuple(shared[place]) for place in places}
        self.units = dict(self._units(places))
        self.by_part = {p: unit for unit in self.units.values() for p in unit.places.values()}
        self.alike_parts: dict[object, list[_Unit]] = {}
        self.givers: dict[tuple[int, tuple[str, ...]], list[_Bundle]] = {}

    def _is_tie(self, i: int) -> bool:
        pair = self.terms[i]
        return len(pair) == 2 and self.numbers[pair[0][0]].year != self.numbers[pair[1][0]].year

    def _is_own(self, i: int) -> bool:
        who = self.numbers[self.terms[i][0][0]].enterprise
        return all(self.numbers[place].enterprise == who for place, _ in self.terms[i])

    def _units(self, places: Sequence[int]) -> Iterator[tuple[int, _Unit]]:
        """By the place of its total; of what was corrected there are two, left to the solver."""
        of: dict[tuple[int, int], list[int]] = defaultdict(list)
        for place in places:
            of[self.numbers[place].year, self.numbers[place].enterprise].append(place)
        for (_, who), found in of.items():
            named = {self.numbers[place].indicator: place for place in found}
            if len(named) == len(found) and self.total in named:
                yield named[self.total], _Unit(who, named)

    def alternatives(self) -> Iterator[Alternative]:
        """Ways to take each number up by the width a secret needs, with nobody in two of them."""
        for bundles in self.alike():
            for bundle in bundles:
                yield from self.of(bundle, bundles)

    def swaps(self, place: int) -> Iterator[Alternative]:
        """Ways to take a part up, and down, against another part of the same enterprise's total.

        Enterprise 1 has 3 women and 4 men, enterprise 2 has 6 and 2: four women more and four men
        fewer in the one, and the other way in the other, leave every total as it is.
        """
        number, unit = self.numbers[place], self.by_part.get(place)
        if unit is None or number.indicator == self.total or not number.amount:
            return
        for other in self._parts(unit):
            if other != number.indicator:
                yield from self._swaps(unit, number.indicator, other, 1)
                yield from self._swaps(unit, number.indicator, other, -1)

    def _swaps(self, unit: _Unit, part: str, other: str, way: int) -> Iterator[Alternative]:
        gives, gets = (other, part) if way > 0 else (part, other)
        step, others = min(self.width, self._amount(unit, gives)), self._swappers(unit, part, other)
        can = (each for each in others if each is not unit and self._amount(each, gets) >= step)
        for each in islice(can, WAYS):
            yield self.alternative(
                {unit.places[gets]: step, unit.places[gives]: -step}
                | {each.places[gets]: -step, each.places[gives]: step}
            )

    def _swappers(self, unit: _Unit, part: str, other: str) -> list[_Unit]:
        """Those whose two parts stand in the same sums, and who have something of both."""
        mark = tuple((name, self.shared[unit.places[name]]) for name in (part, other))
        if mark not in self.alike_parts:
            self.alike_parts[mark] = [
                each
                for each in self.units.values()
                if all(
                    name in each.places
                    and self._amount(each, name)
                    and self.shared[each.places[name]] == sums
                    for name, sums in mark
                )
            ]
        return self.alike_parts[mark]

    def alike(self) -> Iterator[list[_Bundle]]:
        """The bundles that can trade with each other."""
        found: dict[object, list[_Bundle]] = defaultdict(list)
        for bundle in self._bundles():
            found[tuple(map(self._key, bundle))].append(bundle)
        return (bundles for bundles in found.values())

    def _bundles(self) -> Iterator[_Bundle]:
        estimates = {self._estimate(i) for i in self.ties.values()}
        for total, unit in self.units.items():
            if total in self.ties:
                if estimate := self.units.get(self._estimate(self.ties[total])):
                    yield unit, estimate
            elif total not in estimates:
                yield (unit,)

    def _estimate(self, tie: int) -> int:
        return next(place for place, weight in self.terms[tie] if weight > 0)

    def _key(self, unit: _Unit) -> object:
        return tuple((name, self.shared[place]) for name, place in sorted(unit.places.items()))

    def of(self, bundle: _Bundle, bundles: Sequence[_Bundle]) -> Iterator[Alternative]:
        """The ways of one bundle: by each of its parts, or of a printed year the total alone."""
        for parts in product(*(self._parts(unit) for unit in bundle)):
            yield from self._ways(bundle, bundles, parts)

    def _parts(self, unit: _Unit) -> list[str]:
        names = [name for name in unit.places if name != self.total]
        return [name for name in names or [self.total] if self._amount(unit, name)]

    def _amount(self, unit: _Unit, part: str) -> int:
        return self.numbers[unit.places[part]].amount

    def _gift(self, bundle: _Bundle, parts: Sequence[str]) -> int:
        return min(self._amount(unit, part) for unit, part in zip(bundle, parts, strict=True))

    def _ways(
        self, bundle: _Bundle, bundles: Sequence[_Bundle], parts: tuple[str, ...]
    ) -> Iterator[Alternative]:
        left = (giver for giver in self._givers(bundles, parts) if giver is not bundle)
        for _ in range(WAYS):
            change, missing = dict[int, int](), self.width
            for giver in left:
                step = min(missing, self._gift(giver, parts))
                change |= self._steps(giver, parts, -step)
                missing -= step
                if not missing:
                    break
            if missing:
                return
            yield self.alternative(change | self._steps(bundle, parts, self.width))

    def _givers(self, bundles: Sequence[_Bundle], parts: tuple[str, ...]) -> list[_Bundle]:
        """Those who have something to give, the largest first; asked for by each who gets."""
        mark = (id(bundles), parts)
        if mark not in self.givers:
            some = [bundle for bundle in bundles if self._gift(bundle, parts)]
            self.givers[mark] = sorted(some, key=lambda b: -self._gift(b, parts))
        return self.givers[mark]

    def _steps(self, bundle: _Bundle, parts: Sequence[str], step: int) -> dict[int, int]:
        change: dict[int, int] = {}
        for unit, part in zip(bundle, parts, strict=True):
            change |= {unit.places[self.total]: step, unit.places[part]: step}
        return change

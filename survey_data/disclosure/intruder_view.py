"""What is published of a year, seen by each intruder, worked out from the rows themselves.

Nothing here is shared with the search for a pattern: the sums follow from the areas and the
indicators as they are published, so that a fault in the one cannot hide in the other. Whole
numbers only, and no solver.

    |        | women | men | total |
    |--------|------:|----:|------:|
    | north  |     x |   x |    23 |
    | south  |     x |   x |    39 |
    | county |    34 |  28 |    62 |

Five cells are open, four hidden; the secret is the north's 3 men. The outsider knows of the hidden
ones that they are 0 or more. The enterprise with 20 of the south's 25 men knows that those are at
least 20: a table with 19 there cannot fool it. (19, 4; 15, 24) fools both, for it adds up to
everything that is open.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from survey_data.disclosure.rules import Record, Rules
from survey_data.errors import NotProtected

Spot = tuple[str, str, str]
Area = tuple[str, str]
Variable = tuple[str, str, str, int]  # a figure, and the first edition that had it so
Table = Mapping[Variable, int]
COUNTED = "enterprises"


@dataclass(frozen=True)
class Shown:
    """One edition: every figure as it was shown (None: hidden), and who was behind them."""

    values: Mapping[Spot, int | None]
    records: tuple[Record, ...]


@dataclass(frozen=True)
class Frame:
    """How what is published hangs together: areas in areas, and indicators that are parts."""

    part_of_area: Mapping[Area, Area | None]
    part_of_indicator: Mapping[str, str | None]

    def chain(self, area: Area) -> Iterator[Area]:
        """An area and all that it lies in."""
        above: Area | None = area
        while above is not None:
            yield above
            above = self.part_of_area[above]


@dataclass(frozen=True)
class Secret:
    """A figure that must not be known, or the change of one between two editions."""

    figure: Variable
    before: Variable | None = None

    @property
    def name(self) -> str:
        """As it stands in a certificate."""
        return "/".join(map(str, (*self.figure, *(self.before or ())[3:])))


@dataclass(frozen=True)
class Knowledge:
    """What one intruder knows besides what is published."""

    lower: Mapping[Variable, int]
    exact: Mapping[Variable, int]
    changes: tuple[Secret, ...] = ()


class IntruderView:
    """One year in all its editions, the newest last, as intruders see it."""

    def __init__(self, editions: Sequence[Shown], frame: Frame, rules: Rules) -> None:
        self.editions, self.frame, self.rules = editions, frame, rules
        self.adding = [_adding(each, frame) for each in editions]
        self.variables = self._variables()
        self.truth = {v: sum(self.adding_to(v).values()) for v in self.variables}
        self.open = {v: value for v in self.variables if (value := self._shown(v)) is not None}
        self.hidden = tuple(v for v in self.variables if v not in self.open)
        self.sums = tuple(dict.fromkeys(s for at in self._each for s in self._sums(at)))
        self._add_up()
        self.secrets = (*self._secret_figures(), *self._secret_changes())

    @property
    def _each(self) -> range:
        return range(len(self.editions))

    def variable(self, at: int, spot: Spot) -> Variable:
        """The figure of an edition: one and the same while nobody adds anything else to it."""
        mine = _some(self.adding[at].get(spot, {}))
        return (*spot, next(e for e in self._each if _some(self.adding[e].get(spot, {})) == mine))

    def _variables(self) -> tuple[Variable, ...]:
        found = {self.variable(at, spot) for at in self._each for spot in self.editions[at].values}
        return tuple(sorted(found))

    def adding_to(self, variable: Variable) -> dict[int, int]:
        """What each enterprise adds to a figure."""
        return self.adding[variable[3]].get(variable[:3], {})

    def _shown(self, variable: Variable) -> int | None:
        """What is known to all of a figure; refuses one that is not shown as it is."""
        spot = variable[:3]
        values = {
            self.editions[at].values.get(spot)
            for at in self._each
            if self.variable(at, spot) == variable
        } - {None}
        if self._is_empty(variable):
            values |= {0}
        if spot[2] == COUNTED:
            # Company registers tell how many enterprises a place has.
            values |= {self.truth[variable]}
        if values - {self.truth[variable]}:
            raise NotProtected(spot, cause="other value")
        return self.truth[variable] if values else None

    def _is_empty(self, variable: Variable) -> bool:
        """Whether there is nobody in the area, which is known to all, shown or not."""
        spot = variable[:3]
        return any(
            spot in self.editions[at].values and not self.adding[at][spot]
            for at in self._each
            if self.variable(at, spot) == variable
        )

    def _sums(self, at: int) -> Iterator[tuple[Variable, tuple[Variable, ...]]]:
        for spot in self.editions[at].values:
            for parts in (self._inside(at, spot), self._parts(at, spot)):
                if parts:
                    yield self.variable(at, spot), tuple(self.variable(at, p) for p in parts)

    def _add_up(self) -> None:
        """Refuse figures that contradict each other: nothing could be proven of them."""
        for of, parts in self.sums:
            if self.truth[of] != sum(self.truth[part] for part in parts):
                raise NotProtected(of, cause="contradiction")

    def _inside(self, at: int, spot: Spot) -> list[Spot]:
        """The same indicator in the areas that make the area up."""
        areas = [a for a, above in self.frame.part_of_area.items() if above == spot[:2]]
        return self._all_or_none(at, spot, [(*area, spot[2]) for area in areas])

    def _parts(self, at: int, spot: Spot) -> list[Spot]:
        """The indicators that make the indicator up, in the same area."""
        names = [n for n, above in self.frame.part_of_indicator.items() if above == spot[2]]
        return self._all_or_none(at, spot, [(spot[0], spot[1], name) for name in names])

    def _all_or_none(self, at: int, spot: Spot, parts: list[Spot]) -> list[Spot]:
        """Parts that add up only if every one of them has its row."""
        there = [part for part in parts if part in self.editions[at].values]
        if there and len(there) < len(parts):
            raise NotProtected(spot, cause="part missing")
        return there

    def _is_unsafe(self, variable: Variable) -> bool:
        """The rule in words of its own: somebody is in it, and too few or too little."""
        some = _some(self.adding_to(variable))
        value, rules = sum(some.values()), self.rules
        is_top = variable[0] == "county" and self._is_large_top(variable[3])
        small = not is_top and 1 <= value < rules.smallest_open_value
        if variable[2] == COUNTED:
            return False
        return value > 0 and (small or len(some) < rules.fewest_contributors)

    def _is_large_top(self, at: int) -> bool:
        """Whether the county has enough enterprises for small values to be open there."""
        counted = (
            len(adding)
            for spot, adding in self.adding[at].items()
            if spot[0] == "county" and spot[2] == COUNTED
        )
        return min(counted, default=0) >= self.rules.fewest_at_top

    def _secret_figures(self) -> Iterator[Secret]:
        for variable in self.variables:
            if self._is_unsafe(variable):
                if variable not in self.open:
                    yield Secret(variable)
                elif not self._was_open(variable):
                    raise NotProtected(variable, cause="shown")

    def _secret_changes(self) -> Iterator[Secret]:
        """Changes that too few make up, but for those that were public before this edition."""
        for before, after in combinations(self.variables, 2):
            is_same = before[:3] == after[:3] and before[2] != COUNTED
            if is_same and self._few_changed(before, after):
                if not {before, after} <= self.open.keys():
                    yield Secret(after, before)
                elif not (self._was_open(before) and self._was_open(after)):
                    raise NotProtected(after, cause="few changed")

    def _few_changed(self, before: Variable, after: Variable) -> bool:
        return len(self._changed(before, after)) < self.rules.fewest_changed

    def _changed(self, before: Variable, after: Variable) -> set[int]:
        one, two = self.adding_to(before), self.adding_to(after)
        return {who for who in one | two if one.get(who, 0) != two.get(who, 0)}

    def _was_open(self, variable: Variable) -> bool:
        """Whether an edition before the newest showed it."""
        spot = variable[:3]
        earlier = [at for at in self._each[:-1] if self.variable(at, spot) == variable]
        shown = (self.editions[at].values.get(spot) is not None for at in earlier)
        return any(shown) or self._is_empty(variable)

    def intruders(self) -> dict[str, Knowledge]:
        """Everyone who attacks, by name: the reader, and each enterprise by its number."""
        names = {r.enterprise for each in self.editions for r in each.records}
        return {"": Knowledge({}, {})} | {str(n): self._insider(n) for n in sorted(names)}

    def _insider(self, who: int) -> Knowledge:
        lower, exact = {}, {}
        for variable in self.hidden:
            lower[variable] = self.adding_to(variable).get(who, 0)
            if any(self._is_alone(who, at, variable) for at in self._each):
                exact[variable] = self.truth[variable]
        return Knowledge(lower, exact, tuple(s for s in self.secrets if self._is_own(who, s)))

    def _is_alone(self, who: int, at: int, variable: Variable) -> bool:
        """Whether nobody else is there, or nobody else adds anything."""
        there = self.adding[at].get(variable[:3], {})
        if who not in there or self.variable(at, variable[:3]) != variable:
            return False
        return there.keys() == {who} or _some(there).keys() == {who}

    def _is_own(self, who: int, secret: Secret) -> bool:
        return secret.before is not None and self._changed(secret.before, secret.figure) == {who}

    def knows(self, knowledge: Knowledge, secret: Secret) -> bool:
        """Whether the secret is the intruder's own: nothing that is published adds to it."""
        parts = {secret.figure} | ({secret.before} if secret.before else set())
        return parts <= knowledge.exact.keys() | self.open.keys() or secret in knowledge.changes

    def is_possible(self, table: Table) -> bool:
        """Whether a table of the hidden figures agrees with all that is public."""
        whole = {**table, **self.open}
        return (
            table.keys() == set(self.hidden)
            and all(type(n) is int and n >= 0 for n in table.values())
            and all(whole[of] == sum(whole[p] for p in parts) for of, parts in self.sums)
        )

    def is_possible_to(self, table: Table, knowledge: Knowledge) -> bool:
        """Whether it agrees with what an intruder knows besides."""
        return (
            all(table[v] >= least for v, least in knowledge.lower.items())
            and all(table[v] == value for v, value in knowledge.exact.items())
            and all(self.value(s, table) == self.value(s, self.truth) for s in knowledge.changes)
        )

    def value(self, secret: Secret, table: Table) -> int:
        """What a secret comes to in a table of the hidden figures."""
        after, before = (
            0 if v is None else table[v] if v in table else self.open[v]
            for v in (secret.figure, secret.before)
        )
        return after - before


def _some(adding: Mapping[int, int]) -> dict[int, int]:
    return {who: amount for who, amount in adding.items() if amount}


def _adding(edition: Shown, frame: Frame) -> dict[Spot, dict[int, int]]:
    """What each enterprise adds to each figure of an edition; zeros of those there too."""
    found: dict[Spot, dict[int, int]] = {spot: {} for spot in edition.values}
    for record in edition.records:
        for area in frame.chain(("municipality", record.municipality)):
            for indicator, amount in record.amounts.items():
                if (*area, indicator) in found:
                    found[*area, indicator][record.enterprise] = amount
    return found

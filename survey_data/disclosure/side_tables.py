"""Which side tables may stand beside a year's figures: a fixed design, decided by two rules.

A side table is published beside the main figures, for the county and two totals only (employees,
placed): what lies behind the change since the year before, how much of the total is estimated,
and the response rate weighted by last year's employees. The rules:

- every published sum is 0, or at least three enterprises contribute to it and no two of them
  make up more than 80 % of it (an (n, k) dominance rule with n = 2, k = 80);
- a part of a change has no enterprise or at least three.

One part that breaks a rule takes the whole table of its indicator and year away, so that nothing
follows by subtraction. The change of a total from 60 to 62:

| enterprises      | year before  | this year    |
|------------------|--------------|--------------|
| ceased 1, 2, 3   | 4 + 3 + 3 = 10 |            |
| started 4, 5, 6  |              | 5 + 4 + 3 = 12 |
| in both 7, 8, 9  | 20 + 18 + 12 = 50 | 22 + 16 + 12 = 50 |

Ceased: the largest two make up 7 of 10, 70 %, so it is published. Had they been 8, 1 and 1, two
would make up 90 % and nothing of the change would be shown. "In both" is two sums, 50 and 50:
dominance is measured on contributions (22 + 16 of 50 is 76 %), never on the differences, which
cancel out. Who did not answer in either year is neither new nor gone but a fourth part.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from survey_data.disclosure.rules import Record, Rules

# The totals that have side tables, and the parts of a change in the order they are shown.
FOLLOWED = ("employees", "placed")
PARTS = ("started", "ceased", "non_response", "stayed")
CHANGES, ESTIMATES, WEIGHTED = "changes", "estimates", "response_rate_weighted"


class Number(NamedTuple):
    """What one enterprise has of an indicator in a year; another amount is another number."""

    indicator: str
    year: int
    enterprise: int
    amount: int


class Member(NamedTuple):
    """An enterprise of a side table: what it had and has (None: not counted), and its part."""

    enterprise: int
    before: int | None
    after: int | None
    part: str


@dataclass(frozen=True)
class Constraint:
    """An additive constraint: the weighted sum of numbers is at least `low` and at most `high`."""

    terms: tuple[tuple[Number, float], ...]
    low: float
    high: float


@dataclass(frozen=True)
class SideTable:
    """What was decided of one side table, once, in the release that it stays marked with.

    `members` is None where the table was left out.
    """

    kind: str
    year: int
    indicator: str
    release: str
    is_example: bool
    members: tuple[Member, ...] | None

    @property
    def key(self) -> tuple[str, int, str]:
        """Which table it is; there is one for each key, for all time."""
        return self.kind, self.year, self.indicator

    def of(self, part: str) -> tuple[Member, ...]:
        """The enterprises of a part."""
        return tuple(m for m in self.members or () if m.part == part)

    def total(self, part: str | None = None) -> tuple[int, int]:
        """The sums of a part, or of all, in the year before and in the year."""
        some = [m for m in self.members or () if part in (None, m.part)]
        return sum(m.before or 0 for m in some), sum(m.after or 0 for m in some)

    @property
    def share(self) -> int:
        """The first part's share of all, in whole per cent; 0 where all is 0."""
        side = 1 if self.kind == ESTIMATES else 0
        part, whole = self.total(_FIRST[self.kind])[side], self.total()[side]
        return round(100 * part / whole) if whole else 0

    def is_publishable(self, rules: Rules) -> bool:
        """Whether the rules let it be shown."""
        if self.kind == CHANGES:
            return all(_is_enough(self.of(part), rules, is_counted=True) for part in PARTS)
        if self.kind == ESTIMATES:
            some = self.of("estimated")
            return any(m.after for m in some) and _is_enough(some, rules)
        return bool(self.total()[0]) and _is_enough(self.of("missing"), rules)

    def numbers(self, side: int, part: str | None = None) -> tuple[Number, ...]:
        """Whose numbers a part, or all, sums in the year before (0) or in the year (1)."""
        some = (m for m in self.members or () if part in (None, m.part))
        found = ((m.enterprise, m.after if side else m.before) for m in some)
        year = self.year - 1 + side
        return tuple(Number(self.indicator, year, who, n) for who, n in found if n is not None)

    def constraints(self) -> Iterator[Constraint]:
        """What a reader of the table knows of its enterprises' numbers."""
        if self.members is None:
            return
        if self.kind == CHANGES:
            for part in PARTS:
                for side in (0, 1):
                    numbers = self.numbers(side, part)
                    value = sum(number.amount for number in numbers)
                    yield Constraint(tuple((n, 1.0) for n in numbers), value, value)
        else:
            yield from self._share_constraints(1 if self.kind == ESTIMATES else 0)

    def _share_constraints(self, side: int) -> Iterator[Constraint]:
        """A share in whole per cent is known to half a per cent, either way."""
        inside = set(self.numbers(side, _FIRST[self.kind]))
        for sign in (1, -1):
            edge = (self.share + sign * 0.5) / 100
            terms = tuple((n, sign * (edge - (n in inside))) for n in self.numbers(side))
            yield Constraint(terms, 0.0, float("inf"))


# The part whose share of all is published.
_FIRST = {ESTIMATES: "estimated", WEIGHTED: "answered"}


def is_enough(amounts: Iterable[int], rules: Rules) -> bool:
    """Whether a sum of contributions may be shown: 0, or enough enterprises and none dominating.

    (5, 4, 3) may: three contribute, and two of them make up 9 of 12, 75 %. (8, 1, 1) may not.
    """
    some = sorted((amount for amount in amounts if amount), reverse=True)
    if not some:
        return True
    is_dominated = 100 * sum(some[:2]) > rules.dominance_per_cent * sum(some)
    return len(some) >= rules.fewest_contributors and not is_dominated


def _is_enough(members: Sequence[Member], rules: Rules, *, is_counted: bool = False) -> bool:
    if is_counted and 0 < len(members) < rules.fewest_contributors:
        return False
    both = [m.before or 0 for m in members], [m.after or 0 for m in members]
    return all(is_enough(amounts, rules) for amounts in both)


def change_members(
    before: Sequence[Record], after: Sequence[Record], indicator: str
) -> tuple[Member, ...]:
    """Every enterprise of two years as published, each in its part of the change."""
    was, is_ = ({r.enterprise: r for r in records} for records in (before, after))
    return tuple(
        Member(
            who,
            was[who].amounts[indicator] if who in was else None,
            is_[who].amounts[indicator] if who in is_ else None,
            _part(was.get(who), is_.get(who)),
        )
        for who in sorted(was.keys() | is_.keys())
    )


def _part(was: Record | None, is_: Record | None) -> str:
    if not all(each.answered for each in (was, is_) if each):
        return "non_response"
    if was and is_:
        return "stayed"
    return "ceased" if was else "started"


def estimate_members(records: Sequence[Record], indicator: str) -> tuple[Member, ...]:
    """Every enterprise of a year, those that are in the total by an estimate apart."""
    return tuple(
        Member(r.enterprise, None, r.amounts[indicator], "answered" if r.answered else "estimated")
        for r in sorted(records, key=lambda r: r.enterprise)
        if r.answered or r.amounts[indicator]
    )


def weighted_members(
    before: Sequence[Record], after: Sequence[Record], indicator: str
) -> tuple[Member, ...]:
    """This year's enterprises that answered last year, those that did not this year apart."""
    answered = {r.enterprise: r.answered for r in after}
    return tuple(
        Member(
            r.enterprise,
            r.amounts[indicator],
            None,
            "answered" if answered[r.enterprise] else "missing",
        )
        for r in sorted(before, key=lambda r: r.enterprise)
        if r.answered and r.enterprise in answered
    )


def estimate_ties(
    before: Sequence[Record], after: Sequence[Record], year: int, indicator: str
) -> Iterator[Constraint]:
    """That an estimate follows last year's answer: one more in the one is one more in the other.

    Of an answer of 7 carried forward to 8, whoever knows the one number knows the other.
    """
    answers = {r.enterprise: r.amounts[indicator] for r in before if r.answered}
    for record in after:
        estimate = 0 if record.answered else record.amounts[indicator]
        if estimate and record.enterprise in answers:
            basis = answers[record.enterprise]
            pair = (
                (Number(indicator, year, record.enterprise, estimate), 1.0),
                (Number(indicator, year - 1, record.enterprise, basis), -1.0),
            )
            yield Constraint(pair, estimate - basis, estimate - basis)

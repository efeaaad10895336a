"""One attack over everything published: figures of every edition, and every side table.

It decides whether anyone could narrow down a secret by setting side tables beside the figures.
Each enterprise's number is an unknown of its own. The intruders are an outsider and every
enterprise as an insider, who knows its own numbers; all know which enterprises there are, which
of them answered, and which have nothing. Example, employees of one municipality, total open:

| enterprise | number | may also be |
|---|---|---|
| 1 (secret) | 4 | 9 |
| 2 | 6 | 1 |
| 3 | 7 | 7 |

Taking 5 from enterprise 2 and giving it to 1 leaves the total at 17, so an outsider cannot tell
4 from 9, and 1 is uncertain by the width 5. Enterprise 2 knows that it has 6: from it the same
must be shown with 3's numbers alone (4 and 7 may be 9 and 2). Let a side table say that 2 and 3
ceased, and had 13: then no change of 1 is left, and the attack succeeds.

A change like (+5, −5, 0) is an alternative table. Most are found by exchange between enterprises
that stand in the same sums; for the rest the attack is a linear programme, solved in whole numbers
where the relaxed solution has fractions. Two alternatives that share no enterprise settle every
insider at once: this is why 358 insiders do not cost 358 programmes.

What the figures alone leave no wider (two enterprises in an open cell) is not the side tables'
fault: there the attack is run without them, and must be able to do as much.
"""

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import combinations
from typing import Literal, NamedTuple

from survey_data.disclosure.cells import roots
from survey_data.disclosure.intruder_view import IntruderView
from survey_data.disclosure.rules import Record, Rules
from survey_data.disclosure.side_tables import Constraint, Number
from survey_data.errors import NotProtected

Kind = Literal["figure", "side", "tie"]
EXACT = 1e-6


class Narrowed(NotProtected):
    """Everything published together narrows a secret down; the cell names indicator and year."""


@dataclass(frozen=True)
class PublishedYear:
    """A year's editions: who was behind each, and the figures, unless they stay as printed."""

    year: int
    editions: tuple[tuple[Record, ...], ...]
    view: IntruderView | None = None


@dataclass(frozen=True)
class Secret:
    """A weighted sum of numbers that must be uncertain, and may be `climb` more."""

    terms: tuple[tuple[int, float], ...]
    climb: int
    is_figure: bool
    owners: frozenset[int]
    about: tuple[str | int, ...]


@dataclass(frozen=True)
class Alternative:
    """A change of some numbers that leaves everything published as it is."""

    change: Mapping[int, int]
    touched: frozenset[int]
    moves_zeros: bool


class Row(NamedTuple):
    """An additive constraint over numbers by place: how far the sum may fall and rise."""

    terms: tuple[tuple[int, float], ...]
    below: float
    above: float
    kind: Kind


class Everything:
    """All that was ever published of one total and its parts, as one system of constraints."""

    def __init__(
        self,
        names: Sequence[str],
        years: Iterable[PublishedYear],
        side: Iterable[Constraint],
        ties: Iterable[Constraint],
        rules: Rules,
    ) -> None:
        self.names, self.rules = tuple(names), rules
        self.place: dict[Number, int] = {}
        self.numbers: list[Number] = []
        self.rows: list[Row] = []
        self.silent: set[int] = set()
        self.exact: dict[int, set[int]] = defaultdict(set)
        self._seen: set[object] = set()
        self.secrets: list[Secret] = []
        for constraint in side:
            self._constrain(constraint, "side")
        # Beside side tables it is known who did not answer and adds nothing.
        self.side_years = {number.year for number in self.numbers}
        for constraint in ties:
            # An estimate says so much of its answer with or without side tables.
            self._constrain(constraint, "tie")
        for year in years:
            self._read(year)
        self._protect_numbers()

    def attack(self, withstood: Container[str] = ()) -> list[str]:
        """Attack all that side tables touch; raise Narrowed for the first that someone narrows.

        Returns the marks of what was attacked, part by part; what has been `withstood` before is
        not attacked again.
        """
        # Not at the top: loading the solver takes longer than most commands run.
        from survey_data.disclosure.intruders import Intruders

        marks, found = list[str](), list[Alternative]()
        # An intruder may see through the estimates or not: neither may help a side table along.
        for with_ties in (True, False) if any(r.kind == "tie" for r in self.rows) else (True,):
            for part in self.parts(with_ties):
                marks.append(self._mark(part, with_ties))
                if marks[-1] not in withstood:
                    # What leaves more as it is leaves less as it is too.
                    found = Intruders(self, part, with_ties).attack(found)
        return marks

    def _mark(self, part: frozenset[int], with_ties: bool) -> str:
        """The same for the same constraints, secrets and knowledge of the same numbers.

        That each number is a secret goes without saying.
        """
        name = {at: repr(tuple(self.numbers[at])) for at in part}
        parts = (
            sorted(name.values()),
            sorted(name[at] for at in part & self.silent),
            sorted(
                f"{_named(row.terms, name)} {row.below} {row.above} {row.kind == 'side'}"
                for row in self.rows
                if row.terms[0][0] in part and (with_ties or row.kind != "tie")
            ),
            sorted(
                f"{_named(s.terms, name)} {s.climb} {sorted(s.owners)}"
                for s in self.secrets
                if s.is_figure and s.terms[0][0] in part
            ),
            sorted(
                f"{who} {sorted(name[at] for at in known & part)}"
                for who, known in self.exact.items()
            ),
            with_ties,
            self.rules,
        )
        return sha256(repr(parts).encode()).hexdigest()

    def _at(self, number: Number) -> int:
        if number not in self.place:
            self.place[number] = len(self.numbers)
            self.numbers.append(number)
        return self.place[number]

    def _constrain(self, constraint: Constraint, kind: Kind) -> None:
        terms = [(self._at(number), weight) for number, weight in constraint.terms]
        truth = sum(weight * number.amount for number, weight in constraint.terms)
        below, above = truth - constraint.low, constraint.high - truth
        if min(below, above) < -EXACT:
            raise NotProtected(("county", "", self.names[0], 0), cause="other value")
        self._row(terms, max(0.0, below), max(0.0, above), kind)

    def _row(
        self, terms: Sequence[tuple[int, float]], below: float, above: float, kind: Kind = "figure"
    ) -> None:
        mark = (frozenset(terms), below, above)
        if terms and mark not in self._seen:
            self._seen.add(mark)
            self.rows.append(Row(tuple(sorted(terms)), below, above, kind))

    def _read(self, year: PublishedYear) -> None:
        for records in year.editions:
            for record in records:
                self._number(year, record, self.names[0])
                if year.view:
                    self._whole_and_parts(year, record)
        if year.view is None:
            # Of a printed year the county's total is open.
            for records in year.editions:
                terms = [(self._number(year, r, self.names[0]), 1.0) for r in records]
                self._row(terms, 0.0, 0.0)
            return
        for at in range(len(year.editions)):
            self._figures(year, year.view, at)
        self._secret_figures(year, year.view)

    def _number(self, year: PublishedYear, record: Record, name: str) -> int:
        amount = record.amounts.get(name, 0)
        place = self._at(Number(name, year.year, record.enterprise, amount))
        if not record.answered and not amount and year.year in self.side_years:
            self.silent.add(place)
        return place

    def _whole_and_parts(self, year: PublishedYear, record: Record) -> None:
        whole, *parts = (self._number(year, record, name) for name in self.names)
        self._row([(whole, 1.0), *((part, -1.0) for part in parts)], 0.0, 0.0)

    def _figures(self, year: PublishedYear, view: IntruderView, at: int) -> None:
        records = {r.enterprise: r for r in year.editions[at]}
        for spot, adding in view.adding[at].items():
            if spot[2] in self.names and view.variable(at, spot) in view.open:
                terms = [(self._number(year, records[who], spot[2]), 1.0) for who in adding]
                self._row(terms, 0.0, 0.0)
            some = {who for who, amount in adding.items() if amount}
            if spot[2] in self.names and len(some) == 1:
                others = (self._number(year, records[w], spot[2]) for w in adding.keys() - some)
                self.exact[min(some)].update(others)

    def _secret_figures(self, year: PublishedYear, view: IntruderView) -> None:
        for secret in view.secrets:
            if secret.figure[2] not in self.names:
                continue
            terms: dict[int, float] = defaultdict(float)
            for variable, sign in ((secret.figure, 1.0), (secret.before, -1.0)):
                if variable is not None:
                    for who, amount in view.adding_to(variable).items():
                        terms[self._at(Number(variable[2], year.year, who, amount))] += sign
            climb = 0
            if secret.before is None:
                climb = max(0, self.rules.top - view.truth[secret.figure])
            self._keep(terms, climb, True, year.year)

    def _keep(self, terms: Mapping[int, float], climb: int, is_figure: bool, year: int) -> None:
        kept = tuple(sorted((at, weight) for at, weight in terms.items() if weight))
        some = (self.numbers[at] for at, _ in kept)
        made_of = frozenset(number.enterprise for number in some if number.amount)
        # Of a figure that two make up, each is an intruder to the other.
        owners = made_of if len(made_of) == 1 else frozenset[int]()
        if kept:
            about = ("county", "", self.names[0], year)
            self.secrets.append(Secret(kept, climb, is_figure, owners, about))

    def _protect_numbers(self) -> None:
        """Every enterprise's number is a secret, and every correction of it."""
        alike: dict[tuple[str, int, int], list[int]] = defaultdict(list)
        for at, number in enumerate(self.numbers):
            alike[number[:3]].append(at)
            if number.amount:
                self._keep({at: 1.0}, 0, False, number.year)
        for places in alike.values():
            for one, two in combinations(places, 2):
                self._keep({two: 1.0, one: -1.0}, 0, False, self.numbers[one].year)

    def alternative(self, change: Mapping[int, int]) -> Alternative:
        """A change of numbers by place, with whom it touches."""
        moved = [self.numbers[at] for at in change]
        touched = frozenset(number.enterprise for number in moved)
        return Alternative(change, touched, any(not number.amount for number in moved))

    def parts(self, with_ties: bool = True) -> Iterator[frozenset[int]]:
        """The numbers that constraints tie together and any side table is about."""
        rows = [row for row in self.rows if with_ties or row.kind != "tie"]
        together = [*(row.terms for row in rows), *(secret.terms for secret in self.secrets)]
        root = roots(range(len(self.numbers)), ([at for at, _ in terms] for terms in together))
        groups: dict[int, set[int]] = defaultdict(set)
        for at, first in root.items():
            groups[first].add(at)
        touched = {root[row.terms[0][0]] for row in rows if row.kind == "side"}
        return (frozenset(groups[first]) for first in sorted(touched))


def _named(terms: Iterable[tuple[int, float]], name: Mapping[int, str]) -> list[str]:
    return sorted(f"{name[at]} {weight}" for at, weight in terms)

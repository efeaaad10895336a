"""A year's tables in every edition there has been of them, as one linked problem.

A cell to which every enterprise adds the same in two editions is one and the same cell, and an
intruder is taken to know that. Where something changed there are two, and the change itself is a
third cell: sensitive where fewer than three enterprises make it up.

    |            | women | men | total |
    |------------|------:|----:|------:|
    | edition 1  |    34 |  28 |    62 |
    | edition 2  |    34 |  29 |    63 |
    | the change |     0 |   1 |     1 |

One enterprise corrected its men from 8 to 9. Both editions shown, the 1 is open, and whoever
knows the 9 knows the 8. So edition 2 may show 29 only once three enterprises or more have changed;
until then the year stays as it was. How many enterprises there are is open in every edition.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations

from survey_data.disclosure.cells import OUTSIDER, Cell, Intruder, Key, Problem, Relation, total
from survey_data.disclosure.rules import Rules, is_unsafe, weight

Spot = tuple[str, str, str]  # area type, area code, indicator
Sums = Sequence[tuple[Spot, tuple[Spot, ...]]]
Amounts = Mapping[Spot, Mapping[int, int]]
COUNTED = "enterprises"


@dataclass(frozen=True)
class Edition:
    """What each enterprise adds to each figure, and what was shown (None: hidden); by figure.

    An enterprise that is in the area and adds nothing is there with a zero. Of the edition
    that is being made nothing is shown yet.
    """

    amounts: Amounts
    shown: Mapping[Spot, int | None] = field(default_factory=dict)

    def adding(self, spot: Spot) -> dict[int, int]:
        """Those who add something."""
        return {who: n for who, n in self.amounts.get(spot, {}).items() if n}


@dataclass(frozen=True)
class Year:
    """Every edition of a year's figures, the newest one last, and how the figures add up."""

    editions: tuple[Edition, ...]
    sums: Sums
    rules: Rules = field(default_factory=Rules)
    # How much costlier than usual the coordinator holds a figure.
    factors: Mapping[Spot, float] = field(default_factory=dict)

    @property
    def newest(self) -> Edition:
        """The edition that is being made."""
        return self.editions[-1]

    @property
    def last(self) -> int:
        """The place of that edition."""
        return len(self.editions) - 1

    @cached_property
    def spots(self) -> tuple[Spot, ...]:
        """Every figure of any edition, in order."""
        return tuple(sorted({s for e in self.editions for s in e.amounts}))

    def version(self, edition: int, spot: Spot) -> int:
        """The first edition in which the same enterprises added the same to a figure."""
        return self._versions[edition, spot]

    @cached_property
    def _versions(self) -> dict[tuple[int, Spot], int]:
        found = {}
        for spot in self.spots:
            adding = [e.adding(spot) for e in self.editions]
            for at, each in enumerate(adding):
                found[at, spot] = adding.index(each)
        return found

    def key(self, edition: int, spot: Spot) -> Key:
        """The figure's name in the linked system."""
        return (*spot, str(self.version(edition, spot)))

    def is_public(self, edition: int, spot: Spot) -> bool:
        """Whether some edition showed what this one holds; or there is nobody to protect.

        How many enterprises there are is no secret anywhere.
        """
        if spot[2] == COUNTED:
            return True
        version = self.version(edition, spot)
        alike = [e for at, e in enumerate(self.editions) if self.version(at, spot) == version]
        # Where there is no enterprise is known to all: such a zero hides nothing.
        return any(e.shown.get(spot) is not None or not e.amounts.get(spot) for e in alike)

    def is_primary(self, edition: int, spot: Spot) -> bool:
        """Whether a figure must be hidden for its own sake and still can be."""
        adding = self.editions[edition].adding(spot)
        unsafe = is_unsafe(
            spot[0],
            sum(adding.values()),
            len(adding),
            self.rules,
            is_small_top=self._is_small_top(edition),
        )
        return unsafe and not self.is_public(edition, spot)

    def _is_small_top(self, edition: int) -> bool:
        """Whether the county has so few enterprises that the rules below it hold there too."""
        counted = (
            len(amounts)
            for spot, amounts in self.editions[edition].amounts.items()
            if spot[0] == "county" and spot[2] == COUNTED
        )
        return min(counted, default=0) < self.rules.fewest_at_top

    def changes(self) -> Iterator[tuple[Spot, int, int, frozenset[int]]]:
        """Each figure that two editions hold differently, and the few who make the change up."""
        for spot in self.spots:
            versions = sorted({self.version(at, spot) for at in range(len(self.editions))})
            for old, new in combinations(versions, 2):
                changed = self._changed(spot, old, new)
                if len(changed) < self.rules.fewest_changed:
                    yield spot, old, new, changed

    def _changed(self, spot: Spot, old: int, new: int) -> frozenset[int]:
        before, after = self.editions[old].adding(spot), self.editions[new].adding(spot)
        return frozenset(w for w in before | after if before.get(w) != after.get(w))

    def unsafe_changes(self) -> list[tuple[Spot, int, int, frozenset[int]]]:
        """Those changes that are not public already."""
        return [
            change
            for change in self.changes()
            if not all(self.is_public(at, change[0]) for at in change[1:3])
        ]


def problem_of(year: Year) -> Problem:
    """The linked system of a year: its figures, sums and intruders."""
    return Problem(
        (*_figures(year), *_changes(year)),
        tuple(dict.fromkeys((*_sums(year), *_differences(year)))),
        (OUTSIDER, *_insiders(year)),
        year.rules.top,
        year.rules.width,
    )


def _figures(year: Year) -> Iterator[Cell]:
    for spot in year.spots:
        for at in sorted({year.version(e, spot) for e in range(len(year.editions))}):
            yield _figure(year, at, spot, is_newest=at == year.version(year.last, spot))


def _figure(year: Year, at: int, spot: Spot, is_newest: bool) -> Cell:
    value = sum(year.editions[at].adding(spot).values())
    is_public = year.is_public(at, spot)
    return Cell(
        year.key(at, spot),
        value,
        weight(spot[0], value, year.factors.get(spot, 1.0)),
        year.is_primary(at, spot),
        is_public,
        not is_newest and not is_public,
    )


def _changes(year: Year) -> Iterator[Cell]:
    for spot, old, new, _ in year.unsafe_changes():
        value = sum(
            sign * sum(year.editions[at].adding(spot).values())
            for at, sign in ((new, 1), (old, -1))
        )
        yield Cell(_change_key(spot, old, new), value, 1.0, True, is_withheld=True, lower=None)


def _change_key(spot: Spot, old: int, new: int) -> Key:
    return (*spot, str(old), str(new))


def _sums(year: Year) -> Iterator[Relation]:
    for at, edition in enumerate(year.editions):
        for of, parts in year.sums:
            if of in edition.amounts:
                yield total(year.key(at, of), [year.key(at, part) for part in parts])


def _differences(year: Year) -> Iterator[Relation]:
    for spot, old, new, _ in year.unsafe_changes():
        yield total(year.key(new, spot), [year.key(old, spot), _change_key(spot, old, new)])


def _insiders(year: Year) -> Iterator[Intruder]:
    """Every enterprise of any edition, with what it added and what nobody else added to."""
    lower: dict[int, dict[Key, int]] = {}
    known: dict[int, set[Key]] = {}
    for at, edition in enumerate(year.editions):
        for spot, amounts in edition.amounts.items():
            key, adding = year.key(at, spot), edition.adding(spot)
            for who in amounts:
                lower.setdefault(who, {})[key] = adding.get(who, 0)
                if adding.keys() <= {who} and (adding or len(amounts) == 1):
                    known.setdefault(who, set()).add(key)
    for spot, old, new, changed in year.unsafe_changes():
        for who in lower:
            if changed == {who} or _knows_both(year, spot, old, new, known.get(who, set())):
                known.setdefault(who, set()).add(_change_key(spot, old, new))
    for who in sorted(lower):
        yield Intruder(str(who), lower[who], frozenset(known.get(who, ())))


def _knows_both(year: Year, spot: Spot, old: int, new: int, known: set[Key]) -> bool:
    return all(year.is_public(at, spot) or year.key(at, spot) in known for at in (old, new))

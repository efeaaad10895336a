"""What lies behind a county total's change since last year, so that no enterprise can be told.

Five things move a total: enterprises come (started, or answering again), go (ceased, or not
answering), are estimated, grow and shrink. Each shown component has at least three enterprises that
add something to it, and none of them can work out much of what the others add; what has fewer is
merged with its neighbour, and where that does not help, with whatever is smallest.

The merging never crosses the kinds (coming, going, estimated, staying) while the same-enterprises
figures are shown, for those figures are the sums of the kinds: every sum that a reader can form
from both is then a sum of whole components.

A number carried forward for one that did not answer is in the total, so it is in the change too:
the sum without it, beside the published one, would give it away.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from survey_data.disclosure.rules import Rules
from survey_data.statistics.tabulation import COUNTED, Answered, amounts_of_one

RULES = Rules()
FEWEST_CONTRIBUTORS = RULES.fewest_contributors
# The county totals whose change is taken apart.
FOLLOWED = ("enterprises", "employees", "placed")
KINDS = {
    "joined": ("started", "answered_again"),
    "left": ("ceased", "no_answer"),
    "estimated": ("estimated",),
    "stayed": ("grew", "shrank"),
}


@dataclass(frozen=True)
class Component:
    """A part of the change: its name, its sum (with sign) and how many enterprises it sums.

    `parts` is what each of them adds, with its sign.
    """

    name: str
    value: int
    enterprises: int
    parts: tuple[int, ...] = ()

    def with_(self, other: Component, name: str) -> Component:
        """Both as one."""
        count, parts = self.enterprises + other.enterprises, (*self.parts, *other.parts)
        return Component(name, self.value + other.value, count, parts)

    @property
    def is_enough(self) -> bool:
        """Whether it may be shown."""
        if self.enterprises < FEWEST_CONTRIBUTORS:
            return False
        # Where some add and others take away, a sum says little of either.
        is_one_way = all(part >= 0 for part in self.parts) or all(part <= 0 for part in self.parts)
        known = 1 if self.name in KINDS["stayed"] else 0
        return not self.parts or not is_one_way or hides(map(abs, self.parts), known)


def hides(parts: Iterable[int], known: int = 0) -> bool:
    """Whether the one with the most is left uncertain enough about enough others.

    Each is `known` to have at least so much.
    """
    *others, _ = sorted(part for part in (0, *parts) if part) or (0,)
    left = sum(others) - known * len(others)
    return len(others) + 1 >= FEWEST_CONTRIBUTORS and left >= RULES.width


@dataclass(frozen=True)
class Same:
    """The enterprises that answered in both years, and their sums in each; none is estimated."""

    before: int
    after: int
    enterprises: int


@dataclass(frozen=True)
class Change:
    """One indicator from one year to the next, as it may be shown."""

    before: int
    after: int
    components: tuple[Component, ...]
    same: Same | None

    @property
    def no_answer(self) -> Component | None:
        """Those who answered last year and not this, where they are shown by themselves."""
        return next((c for c in self.components if c.name == "no_answer"), None)


def change(
    before: Mapping[int, Answered], after: Mapping[int, Answered], indicator: str
) -> Change | None:
    """The protected change of one indicator; None when nothing of it may be shown."""
    raw = _raw(before, after, indicator)
    shown, is_whole = protect(raw)
    if shown is None:
        return None
    first, last = _amounts(before, indicator), _amounts(after, indicator)
    guessed = _estimated(before, after, indicator)
    same = _same(first, last, guessed) if is_whole and indicator != "enterprises" else None
    return Change(sum(first.values()), sum(last.values()), shown, same)


def _amounts(year: Mapping[int, Answered], indicator: str) -> dict[int, int]:
    """By enterprise, what it adds to a total; those who did not answer add nothing."""
    return {
        key: amounts_of_one(each)[indicator]
        for key, each in year.items()
        if each.in_scope and (indicator == COUNTED or each.numbers is not None)
    }


def _raw(
    before: Mapping[int, Answered], after: Mapping[int, Answered], indicator: str
) -> list[Component]:
    first, last = _amounts(before, indicator), _amounts(after, indicator)
    guessed = _estimated(before, after, indicator)
    found: dict[str, list[int]] = {}
    for key in first.keys() | last.keys():
        step = last.get(key, 0) - first.get(key, 0)
        if key in guessed and key in first and key in last:
            name = "estimated"
        elif key in first and key in last:
            name = "grew" if step > 0 else "shrank"
        elif key in last:
            name = "answered_again" if _is_in(before, key) else "started"
        else:
            name = "no_answer" if _is_in(after, key) else "ceased"
        # Who came or went is counted even with nothing to add: that it had nothing is its own.
        if step or name not in ("grew", "shrank", "estimated"):
            found.setdefault(name, []).append(step)
    return [
        Component(name, sum(steps), len(steps), () if indicator == COUNTED else tuple(steps))
        for kind in KINDS.values()
        for name in kind
        if any(steps := found.get(name, []))
    ]


def _is_in(year: Mapping[int, Answered], key: int) -> bool:
    return key in year and year[key].in_scope


def _estimated(
    before: Mapping[int, Answered], after: Mapping[int, Answered], indicator: str
) -> frozenset[int]:
    """Those whose number is carried forward in either year; that they exist is no estimate."""
    if indicator == "enterprises":
        return frozenset()
    return frozenset(
        key for year in (before, after) for key, each in year.items() if each.is_estimated
    )


def _same(
    first: Mapping[int, int], last: Mapping[int, int], guessed: frozenset[int]
) -> Same | None:
    present = first.keys() & last.keys()
    both, others = present - guessed, present & guessed
    # What the others have is what a reader gets by taking the same enterprises from all.
    if _contributors(both, first, last) < FEWEST_CONTRIBUTORS:
        return None
    if others and _contributors(others, first, last) < FEWEST_CONTRIBUTORS:
        return None
    return Same(sum(first[key] for key in both), sum(last[key] for key in both), len(both))


def _contributors(keys: Iterable[int], *years: Mapping[int, int]) -> int:
    return min(sum(1 for key in keys if year[key]) for year in years)


def protect(components: Iterable[Component]) -> tuple[tuple[Component, ...] | None, bool]:
    """The components that may be shown, and whether the kinds are still told apart.

    (None, False) when even all of them together are too few.
    """
    by_name = {component.name: component for component in components}
    shown: list[Component] = []
    loose: list[Component] = []
    for kind, names in KINDS.items():
        members = [by_name[name] for name in names if name in by_name]
        for each in _merged(members, kind):
            (shown if each.is_enough else loose).append(each)
    if not loose:
        return tuple(shown), True
    return _gathered(shown, loose), False


def _merged(members: list[Component], kind: str) -> list[Component]:
    """One kind's components, together as soon as one of them is too small."""
    if len(members) == 2 and not all(member.is_enough for member in members):
        return [members[0].with_(members[1], kind)]
    return members


def _gathered(shown: list[Component], loose: list[Component]) -> tuple[Component, ...] | None:
    """What is too small, together with the smallest of the rest until it is large enough."""
    rest = sorted(shown, key=lambda component: component.enterprises, reverse=True)
    other = Component("other", 0, 0)
    for each in loose:
        other = other.with_(each, "other")
    while not other.is_enough:
        if not rest:
            return None
        other = other.with_(rest.pop(), "other")
    return (*(component for component in shown if component in rest), other)

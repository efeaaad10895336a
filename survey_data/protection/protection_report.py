"""What is hidden of a year and why, for the coordinator who may see it all.

    | hidden      | value | why                  | may be, to a reader | to an insider |
    |-------------|------:|----------------------|--------------------:|--------------:|
    | north men   |     3 | small value          | 0-23                | 0-8           |
    | north women |    20 | protects north men   | 0-23                | 15-23         |
    | south men   |    25 | protects north men   | 5-28                | 20-28         |

The first is hidden for its own sake (primary), the others for its: shown, any of them would give
the 3 away. The intervals are those of the audit, for any reader and for the enterprise that comes
closest.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from sqlite_utils import Database

from survey_data.disclosure.editions import Spot, problem_of
from survey_data.disclosure.intruder_view import IntruderView, Variable
from survey_data.protection import protect_year
from survey_data.protection.protect_year import Protected
from survey_data.statistics.tabulation import COUNTED, PUBLISHED, County, frame_of, spots

Interval = tuple[int, int | None]
Intervals = Mapping[Variable, tuple[Interval, Interval]]
Rule = Literal["few", "small", "others", "change"]


@dataclass(frozen=True)
class HiddenFigure:
    """One hidden figure: why, what any reader can work out, and for whose sake it is hidden.

    `high` is None where nothing that is open sets a limit.
    """

    spot: Spot
    value: int
    rule: Rule
    low: int
    high: int | None
    # What the enterprise that comes closest to it can work out.
    inside_low: int
    inside_high: int | None
    protects: tuple[Spot, ...]
    factor: float
    # The release whose figure is repeated in its place, "" where none is.
    stands_in: str = ""

    @property
    def is_primary(self) -> bool:
        """Whether it must be hidden for its own sake."""
        return self.rule in {"few", "small"}


@dataclass(frozen=True)
class Report:
    """A year's protection, as it would be published now."""

    plan: Protected
    hidden: tuple[HiddenFigure, ...]
    enterprises: int

    @property
    def unseen(self) -> tuple[HiddenFigure, ...]:
        """Those in whose place no earlier figure stands."""
        return tuple(figure for figure in self.hidden if not figure.stands_in)

    @property
    def primary(self) -> int:
        """How many of these are hidden for their own sake."""
        return sum(1 for figure in self.unseen if figure.is_primary)


def report(survey: Database, plan: Protected, county: County) -> Report:
    """Every hidden figure of a planned year with its reason; the largest areas first."""
    found = _intervals(_Question(plan, county))
    reasons = _reasons(plan)
    factors = protect_year.cost_factors(survey)
    hidden = [spot for spot in spots(county) if plan.shown.values[spot] is None]
    figures = tuple(
        _figure(plan, spot, found, reasons, factors.get(spot, protect_year.USUAL))
        for spot in hidden
    )
    return Report(plan, figures, len(plan.basis.records))


class _Question:
    """A plan to find the intervals of; the same plan again is answered from memory."""

    def __init__(self, plan: Protected, county: County) -> None:
        self.plan, self.county = plan, county
        self.mark = repr((plan.year, plan.editions, county))

    def __hash__(self) -> int:
        return hash(self.mark)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Question) and other.mark == self.mark


@lru_cache(maxsize=16)
def _intervals(question: _Question) -> Intervals:
    # Not at the top: loading the solver takes longer than most pages.
    from survey_data.disclosure.audit import intervals

    plan = question.plan
    return intervals(IntruderView(plan.editions, frame_of(question.county), plan.rules))


def known_spots(county: County) -> tuple[Spot, ...]:
    """Every figure whose suppression cost can be set."""
    names = {i.name for i in PUBLISHED} - {COUNTED}
    return tuple(spot for spot in spots(county) if spot[2] in names)


def _reasons(plan: Protected) -> dict[Spot, frozenset[tuple[str, ...]]]:
    """For each companion, the keys of what would be exposed without it."""
    from survey_data.disclosure.pattern import protects

    whole, shown = plan.whole, plan.shown.values
    hidden = {whole.key(whole.last, s): s for s, value in shown.items() if value is None}
    found = protects(problem_of(whole), frozenset(hidden))
    return {hidden[key]: exposed for key, exposed in found.items()}


def _figure(
    plan: Protected,
    spot: Spot,
    found: Intervals,
    reasons: Mapping[Spot, frozenset[tuple[str, ...]]],
    factor: float,
) -> HiddenFigure:
    exposed = sorted(reasons.get(spot, ()))
    reader, insider = found[*spot, plan.whole.version(plan.whole.last, spot)]
    return HiddenFigure(
        spot,
        sum(plan.whole.newest.adding(spot).values()),
        _rule(plan, spot, exposed),
        *reader,
        *insider,
        tuple(dict.fromkeys((key[0], key[1], key[2]) for key in exposed)),
        factor,
        plan.repeated[spot].release_id if spot in plan.repeated else "",
    )


def _rule(plan: Protected, spot: Spot, exposed: Sequence[tuple[str, ...]]) -> Rule:
    if plan.whole.is_primary(plan.whole.last, spot):
        few = len(plan.whole.newest.adding(spot)) < plan.rules.fewest_contributors
        return "few" if few else "small"
    # The key of a change names two editions, that of a figure one.
    only_changes = bool(exposed) and all(len(key) > len(spot) + 1 for key in exposed)
    return "change" if only_changes else "others"

"""What is missing of a round, and what that means for coverage."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlite_utils import Database

from survey_data.follow_up import progress
from survey_data.follow_up.progress import Rates, Standing
from survey_data.review import queue
from survey_data.review import register_proposals as proposals
from survey_data.rounds.rounds import Round


@dataclass(frozen=True)
class Lacking:
    """What a round lacks: silent enterprises by municipality, and work that is not done."""

    rates: Rates
    by_town: dict[str, list[Standing]]
    unreviewed: int
    returned: int
    proposals: int

    @property
    def missing(self) -> list[Standing]:
        """Every enterprise without an answer, municipality by municipality."""
        return [each for town in self.by_town.values() for each in town]

    def employees_in(self, town: str) -> int:
        """Last year's employees of a municipality's enterprises without an answer."""
        return sum(each.employees_before or 0 for each in self.by_town[town])

    @property
    def employees_missing(self) -> int:
        """Last year's employees of those without an answer."""
        return self.rates.employees_asked - self.rates.employees_answered

    @property
    def is_nothing(self) -> bool:
        """Whether everyone has answered and all work is done."""
        return not (self.by_town or self.unreviewed or self.returned or self.proposals)


def of_round(db: Database, survey_round: Round) -> Lacking:
    """What a round lacks now."""
    everyone = progress.standings(db, survey_round)
    return Lacking(
        progress.rates(everyone),
        _by_town(everyone),
        len(queue.queue(db, survey_round)),
        len(queue.returned(db, survey_round)),
        len([p for p in proposals.waiting(db) if p.year == survey_round.year]),
    )


def _by_town(everyone: Sequence[Standing]) -> dict[str, list[Standing]]:
    found: dict[str, list[Standing]] = defaultdict(list)
    for each in everyone:
        if each.is_missing:
            found[each.municipality].append(each)
    return {town: found[town] for town in sorted(found)}

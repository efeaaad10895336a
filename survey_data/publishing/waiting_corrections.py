"""What has changed of a released year since its newest edition, and waits for another one.

Say that an edition has 27 enterprises and one of them is corrected from 4 to 5 employees. Whoever
laid the two editions side by side would read that enterprise's figure, so the correction waits
until at least `fewest_changed` enterprises have changed.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlite_utils import Database

from survey_data.protection import protect_year
from survey_data.protection.protect_year import RULES
from survey_data.publishing.release_preview import to_come
from survey_data.rounds import rounds
from survey_data.statistics import population


@dataclass(frozen=True)
class Waiting:
    """The enterprises of a released year that have changed since its newest edition, by id."""

    year: int
    enterprises: tuple[int, ...]

    @property
    def count(self) -> int:
        """How many enterprises have changed."""
        return len(self.enterprises)

    @property
    def is_enough(self) -> bool:
        """Whether they are so many that a new edition may tell."""
        return self.count >= RULES.fewest_changed


def waiting(survey: Database) -> list[Waiting]:
    """Each released year of which something has changed since, oldest first."""
    found = [_of_year(survey, each.year) for each in to_come(survey) if not each.is_open]
    return [each for each in found if each is not None and each.count]


def _of_year(survey: Database, year: int) -> Waiting | None:
    editions = protect_year.kept(survey, year)
    if not editions:
        return None
    before = {r.enterprise: (dict(r.amounts), r.answered) for r in editions[-1].records}
    now = {
        r.enterprise: (dict(r.amounts), r.answered)
        for r in population.basis_of(survey, rounds.find(survey, year)).records
    }
    changed = sorted(each for each in before | now if before.get(each) != now.get(each))
    return Waiting(year, tuple(changed))

"""What a release would say if it were made now, what it would change, and what waits for another.

Say that an edition has 27 enterprises and one of them is corrected from 4 to 5 employees. Whoever
laid the two editions side by side would read that enterprise's figure, so the correction waits
until at least `fewest_changed` enterprises have changed.
"""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from sqlite_utils import Database

from survey_data.database import scalar
from survey_data.history import printed_years
from survey_data.history.printed_series import HiddenValue, SeriesValue
from survey_data.protection import disclosure_gate
from survey_data.protection.earlier_editions import kept, last_standing
from survey_data.protection.protect_year import RULES, Protected
from survey_data.publishing.release_draft import coverage_of, figures_of, numbered, protected
from survey_data.rounds import rounds
from survey_data.rounds.rounds import Round
from survey_data.statistics import population, published_tables
from survey_data.statistics.tabulation import Answered, Figure, frame_of

Key = tuple[int, str, str]
Shown = tuple[int | None, str]
NOT_OPEN: Shown = (None, "")


@dataclass(frozen=True)
class ReleasePreview:
    """What a release would say of one round that is not printed history."""

    year: int
    is_example: bool
    asked: int
    answered: int
    figures: tuple[Figure, ...]
    protected: Protected
    enterprises: tuple[Answered, ...] = ()

    @property
    def hidden(self) -> int:
        """How many of the figures would be hidden."""
        return sum(1 for figure in self.figures if figure.value is None)

    @property
    def hidden_for_itself(self) -> int:
        """How many of them must be hidden for their own sake; the others protect those."""
        whole = self.protected.whole
        return sum(whole.is_primary(whole.last, f.spot) for f in self.figures if f.value is None)


def previews(survey: Database, *known: ReleasePreview) -> list[ReleasePreview]:
    """Each closed, not printed round as it would be published; raises NotProtected.

    Those that are `known` already are not worked out again.
    """
    at_hand = {each.year: each for each in known}
    closed = (each for each in to_come(survey) if not each.is_open)
    return [at_hand.get(each.year) or as_it_stands(survey, each) for each in closed]


def to_come(survey: Database) -> list[Round]:
    """Every round that is not printed history, open or closed, oldest first."""
    printed = printed_years.printed_years(survey)
    return [each for each in rounds.all_rounds(survey) if each.year not in printed]


def as_it_stands(survey: Database, survey_round: Round) -> ReleasePreview:
    """One round as it would be published if it closed now; raises NotProtected."""
    everyone, county = population.answered(survey, survey_round), population.county(survey)
    plan = protected(survey, survey_round, population.made_of(everyone))
    disclosure_gate.prove(plan, plan.shown, frame_of(county))
    coverage = coverage_of(survey_round, plan)
    return ReleasePreview(
        survey_round.year,
        survey_round.is_example,
        coverage.asked or 0,
        coverage.answered or 0,
        figures_of(plan, county),
        plan,
        tuple(everyone),
    )


def next_id(survey: Database) -> tuple[int, str, bool]:
    """Year and number of the next release, and whether it replaces one of that year."""
    new = [each for each in to_come(survey) if not each.is_open]
    release = numbered(survey, printed_years.printed(survey), new, "", "", False)
    year, number = release.id.split("-")
    return int(year), release.id, int(number) > 1


@dataclass(frozen=True)
class Changed:
    """One published figure that would change; None is hidden, a missing status not published."""

    year: int
    area_code: str
    indicator: str
    before: int | None
    now: int | None
    status_before: str
    status_now: str


def changed(
    path: Path,
    previews: Iterable[ReleasePreview],
    printed: Iterable[SeriesValue | HiddenValue] = (),
) -> list[Changed]:
    """The open figures that would change, those that are already open only.

    A year that is published for the first time replaces nothing and is not in the list.
    """
    before = _open_figures(path)
    now = {
        (each.year, f.area_code, f.indicator): (f.value, f.status)
        for each in previews
        for f in each.figures
    } | _as_printed(printed)
    years = _years(before) & _years(now)
    found = []
    for key in sorted(key for key in {*before, *now} if key[0] in years):
        (old, old_status), (new, new_status) = before.get(key, NOT_OPEN), now.get(key, NOT_OPEN)
        if (old, old_status) != (new, new_status):
            found.append(Changed(*key, old, new, old_status, new_status))
    return found


def _years(figures: Iterable[Key]) -> set[int]:
    return {year for year, _, _ in figures}


def _as_printed(printed: Iterable[SeriesValue | HiddenValue]) -> dict[Key, Shown]:
    return {(v.year, v.area_code, v.indicator): (v.value, v.status) for v in printed}


def new_years(path: Path, printed: Iterable[SeriesValue | HiddenValue]) -> list[int]:
    """The printed years that the open figures do not have yet, oldest first."""
    return sorted(_years(_as_printed(printed)) - _years(_open_figures(path)))


def _open_figures(path: Path) -> dict[Key, Shown]:
    if not path.exists():
        return {}
    with published_tables.opened(path) as db:
        try:
            sql = "SELECT year, area_code, indicator, value, signs FROM observations"
            found = db.execute(sql).fetchall()
        except sqlite3.DatabaseError:
            return {}
    # But for the signs that tell of the release and not of the figure.
    return {
        (year, area_code, indicator): (value, signs.replace("p", "").replace("r", "") or "n")
        for year, area_code, indicator, value, signs in found
    }


@dataclass(frozen=True)
class Waiting:
    """The enterprises of a released year that have changed since the edition that stands, by id."""

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


def is_final(survey: Database, year: int) -> bool:
    """Whether a final release of a year stands, so that only corrections can call for another."""
    sql = """SELECT EXISTS (SELECT 1 FROM release WHERE id LIKE ? AND kind <> 'preliminary'
        AND id NOT IN (SELECT release_id FROM withdrawn_release))"""
    return bool(scalar(survey, sql, (f"{year}-%",)))


def _of_year(survey: Database, year: int) -> Waiting | None:
    if not (last := last_standing(kept(survey, year))):
        return None
    basis = population.basis_of(survey, rounds.find(survey, year))
    before, now = (
        {r.enterprise: (dict(r.amounts), r.answered) for r in records}
        for records in (last.records, basis.records)
    )
    changed = sorted(each for each in before | now if before.get(each) != now.get(each))
    return Waiting(year, tuple(changed))

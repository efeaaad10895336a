"""What a release would say if it were made now."""

from __future__ import annotations

from dataclasses import dataclass

from sqlite_utils import Database

from survey_data.history import printed_years
from survey_data.protection import disclosure_gate
from survey_data.protection.protect_year import Protected
from survey_data.publishing.release_draft import coverage_of, figures_of, numbered, protected
from survey_data.rounds import rounds
from survey_data.rounds.rounds import Round
from survey_data.statistics import population
from survey_data.statistics.tabulation import Answered, Figure, frame_of


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
        last = len(whole.editions) - 1
        return sum(whole.is_primary(last, f.spot) for f in self.figures if f.value is None)

    @property
    def said(self) -> tuple[object, ...]:
        """All that readers would be shown; the same again is no change."""
        return self.year, self.is_example, self.asked, self.answered, self.figures


def previews(survey: Database) -> list[ReleasePreview]:
    """Each closed, not printed round as it would be published; raises NotProtected."""
    return [
        as_it_stands(survey, survey_round)
        for survey_round in to_come(survey)
        if not survey_round.is_open
    ]


def to_come(survey: Database) -> list[Round]:
    """Every round that is not printed history, open or closed, oldest first."""
    printed = printed_years.printed_years(survey)
    return [
        survey_round
        for survey_round in rounds.all_rounds(survey)
        if survey_round.year not in printed
    ]


def as_it_stands(survey: Database, survey_round: Round) -> ReleasePreview:
    """One round as it would be published if it closed now; raises NotProtected."""
    plan, county = protected(survey, survey_round), population.county(survey)
    disclosure_gate.prove(plan, plan.shown, frame_of(county))
    coverage = coverage_of(survey_round, plan)
    return ReleasePreview(
        survey_round.year,
        survey_round.is_example,
        coverage.asked or 0,
        coverage.answered or 0,
        figures_of(plan, county),
        plan,
        tuple(population.answered(survey, survey_round)),
    )


def next_id(survey: Database) -> tuple[int, str, bool]:
    """Year and number of the next release, and whether it replaces one of that year."""
    new = [survey_round for survey_round in to_come(survey) if not survey_round.is_open]
    release = numbered(survey, printed_years.printed(survey), new, "", "", False)
    year, number = release.id.split("-")
    return int(year), release.id, int(number) > 1

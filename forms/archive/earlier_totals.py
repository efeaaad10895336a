"""A file's sums beside what was printed of the same year."""

from __future__ import annotations

from dataclasses import dataclass

from sqlite_utils import Database

from forms.archive.import_plan import Plan, Planned
from survey_data.geography import COUNTY
from survey_data.history import printed_years
from survey_data.statistics.indicators import Indicator
from survey_data.statistics.tabulation import COUNTED, OUT_OF_SCOPE, PUBLISHED


@dataclass(frozen=True)
class Sum:
    """One indicator of the county: what the file makes and what was stated, if anything."""

    indicator: str
    found: int
    stated: int | None

    @property
    def difference(self) -> int | None:
        """How much more the file has; None where nothing was stated."""
        return None if self.stated is None else self.found - self.stated


def compared(plan: Plan, db: Database, year: int) -> list[Sum]:
    """Every indicator that the file has an answer to, beside the printed total."""
    stated = {
        v.indicator: v.value
        for v in printed_years.printed(db)
        if v.year == year and (v.area_type, v.area_code) == COUNTY.key
    }
    inside = [x for x in plan.lines if not x.answers or x.answers.get("status") not in OUT_OF_SCOPE]
    return [
        Sum(i.name, sum(_amount(line, i) for line in inside), stated.get(i.name))
        for i in PUBLISHED
        if i.name == COUNTED or any(q in plan.questionnaire for q in i.questions)
    ]


def _amount(line: Planned, indicator: Indicator) -> int:
    if indicator.name == COUNTED:
        return 1
    numbers = ((line.answers or {}).get(question) for question in indicator.questions)
    return sum(number for number in numbers if isinstance(number, int))

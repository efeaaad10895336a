"""What can be wrong with an entry in the association's own series."""

from __future__ import annotations

from survey_data.errors import SurveyError


class NotAYearToComplete(SurveyError):
    """Nothing is entered for the year, or its total is stated elsewhere already.

    `why` is "empty" or "stated".
    """

    def __init__(self, year: int, why: str = "empty") -> None:
        super().__init__(f"{year} kan inte markeras som klart.")
        self.year, self.why = year, why


class CannotReopen(SurveyError):
    """The year is in a release, and what is open cannot be taken back."""

    def __init__(self, year: int) -> None:
        super().__init__(f"{year} är publicerat.")
        self.year = year


class BadEntry(SurveyError):
    """An entry that breaks its rules: the field that is wrong, and which rule, by name."""

    def __init__(self, field: str, rule: str) -> None:
        super().__init__(f"{field}: {rule}")
        self.field, self.rule = field, rule


class StillNeeded(SurveyError):
    """The entry cannot be removed: a year that is complete or told rests on it."""

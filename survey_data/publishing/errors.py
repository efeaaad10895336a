"""What keeps a release from being made or approved."""

from __future__ import annotations

from collections.abc import Collection

from survey_data.errors import SurveyError


class ApprovalNeeded(SurveyError):
    """A second person must approve before anything is published."""


class NotToApprove(SurveyError):
    """The one who prepared a release cannot be the one who approves it."""


class NobodyToApprove(SurveyError):
    """With a single coordinator, nobody could approve what she prepares."""


class RequestWaits(SurveyError):
    """A release waits for approval, so what it holds is frozen."""


class NoRequestWaiting(SurveyError):
    """The request has been approved, declined or withdrawn already."""


class ReleaseIncomplete(SurveyError):
    """A release or an estimate lacks what it needs; names the fields."""

    def __init__(self, *lacks: str) -> None:
        super().__init__(", ".join(lacks))
        self.lacks = lacks


class EditionsMissing(SurveyError):
    """Readers have editions that the database, an older copy, does not know."""

    def __init__(self, numbers: Collection[str]) -> None:
        self.numbers = tuple(sorted(numbers))
        super().__init__(
            f"Utgåva {', '.join(self.numbers)} finns hos läsarna men inte i databasen, som alltså"
            " är en äldre kopia. Återställ en nyare kopia innan något publiceras."
        )

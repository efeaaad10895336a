"""Taking back a release that was published by mistake.

Its files are gone for readers, its number and the reason stay. What it showed can be remembered by
anyone, so to every later release it is prior knowledge like all the others: 1 of 28 enterprises
corrected after it still waits for company, whether readers can open its files or not.
"""

from __future__ import annotations

from sqlite_utils import Database

from survey_data import audit_trail, clock
from survey_data.database import run, writing
from survey_data.errors import SurveyError
from survey_data.publishing.publish import Places, placed, release_in, replace_file, standing
from survey_data.releases import archive
from survey_data.releases.archive import EditionsMissing
from survey_data.statistics.published_tables import fresh


class NotToWithdraw(SurveyError):
    """There is no such release, or it is withdrawn already."""

    sv = "Det finns ingen sådan utgåva att dra in."


def withdraw(
    survey: Database, places: Places, number: str, reasons: tuple[str, str], actor: str
) -> None:
    """Withdraw a release that was published by mistake; readers get the one before it.

    Its number and the reason (Swedish, English) stay, and so does all that is known of it to
    intruders. Raises NotToWithdraw, or EditionsMissing where the one before cannot be put back;
    then nothing has changed.
    """
    with writing(survey):
        if number not in {each["id"] for each in standing(survey)}:
            raise NotToWithdraw
        values = (number, clock.now(), *reasons, actor)
        run(survey, "INSERT INTO withdrawn_release VALUES (?, ?, ?, ?, ?)", values)
        audit_trail.record(survey, actor, "release withdrawn", f"release {number}",
                           reason=reasons[0])  # fmt: skip
        shown = release_in(places.open)
        if shown and shown.id == number:
            _put_back_before(survey, places)
    archive.mark_withdrawn(survey, places.releases)


def _put_back_before(survey: Database, places: Places) -> None:
    last = next(iter(standing(survey)), None)
    if last is None:
        for path in (places.analysts, places.open):
            replace_file(fresh(), path)
    elif not (
        places.releases
        and placed(survey, places, places.releases / last["id"], last["published_at"])
    ):
        raise EditionsMissing([last["id"]])

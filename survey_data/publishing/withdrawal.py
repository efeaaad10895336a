"""Taking back a release that was published by mistake.

Its files are gone for readers, its number and the reason stay. What it showed can be remembered by
anyone, so to every later release it is prior knowledge like all the others: 1 of 28 enterprises
corrected after it still waits for company, whether readers can open its files or not. The year then
stands as in the newest edition that is not withdrawn; where there is none, as in the withdrawn one,
and its figures say so.
"""

from sqlite_utils import Database

from survey_data import audit_trail, clock
from survey_data.database import run, writing
from survey_data.errors import SurveyError
from survey_data.publishing import published_files
from survey_data.publishing.publish import Places, repair, standing
from survey_data.releases.archive import EditionsMissing


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
        before = next((e["id"] for e in standing(survey) if e["id"] != number), None)
        if before and published_files.newest_intact(places.releases, but=number) is None:
            raise EditionsMissing([before])
    repair(survey, places)

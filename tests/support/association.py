"""Recognisably invented entries in the association's own series, for the tests."""

from sqlite_utils import Database

from survey_data.association import milestones, reach, supervised_places
from survey_data.association.milestones import Milestone
from survey_data.association.reach import Activity
from survey_data.association.supervised_places import Places


def fill_association(db: Database, note: str = "Exempel") -> None:
    """Two entries or more in each of the three series."""
    for day, kind, place, persons in (
        ("2021-03-04", "meeting", "2183", 40),
        ("2021-09-30", "podcast", None, 1200),
        ("2022-05-01", "visit", "2101", 12),
    ):
        reach.save(db, Activity(day, kind, "target_group", place, persons, note), "", "test")
    for year, town, granted, used in ((2021, "2104", 4, 2), (2021, "2132", 3, 0)):
        cells = {("to_work", "women"): used} if used else {}
        grants = {("sick_listed", 6): granted}
        entry = Places(year, town, granted, used, used, cells, note, grants=grants)
        supervised_places.save(db, entry, "", "test")
    for kind, town, label in (("policy", "2101", note), ("context", None, "Exempelhändelse")):
        step = Milestone(2022, "", town, kind, label, "Example event", "KF § 4 (exempel)")
        milestones.save(db, step, "", "test")

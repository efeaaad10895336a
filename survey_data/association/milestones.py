"""Milestones: what municipalities decided, and what in the outside world marks the charts."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass

from sqlite_utils import Database

from survey_data import clock
from survey_data.association import entries
from survey_data.association.entries import BadEntry
from survey_data.database import read_all, scalar
from survey_data.geography import printed_lines

# Of a municipality: the columns of the report's grid.
STEPS = ("policy", "action_plan", "collaboration_group", "procurement")
# Whose a milestone can be besides a municipality's.
PARTIES = ("af", "fk", "region", "association", "enterprise", "other")
# Of the outside world: what can stand as a mark in the charts.
CONTEXT = "context"
FIRST_YEAR = entries.FIRST_YEAR
LONGEST, LONGEST_MARK = 200, 40
# What the charts say of the two printed events that they mark.
PRINTED_MARKS = {
    ("2019", CONTEXT): ("Arbetsförmedlingen reformeras", "The Employment Service is reformed"),
    ("2020", CONTEXT): ("Pandemin", "The pandemic"),
}


@dataclass(frozen=True)
class Milestone:
    """Something that happened: when, where (None: not in one municipality), and where it is said.

    `party` is whose it is where it is not a municipality's, by a name of PARTIES, or empty.
    `mark_sv` and `mark_en` are its few words in the charts; empty where they do not mark it.
    """

    year: int
    period: str
    municipality_code: str | None
    kind: str
    label_sv: str
    label_en: str
    reference: str
    mark_sv: str = ""
    mark_en: str = ""
    id: int = 0
    party: str = ""


def everyone(db: Database) -> list[Milestone]:
    """Every milestone that was entered, the latest year first."""
    return read_all(db, Milestone, "SELECT * FROM milestone ORDER BY year DESC, id DESC")


def find(db: Database, milestone_id: int) -> Milestone | None:
    """One milestone, or None."""
    row = entries.find(db, "milestone", milestone_id)
    return Milestone(**row) if row else None


def printed() -> list[dict[str, str]]:
    """The printed milestones with their marks, as they stand in the report."""
    found = printed_lines("milestones_2016_2020")
    for line in found:
        marks = PRINTED_MARKS.get((line["year"], line["type"]), ("", ""))
        line["mark_sv"], line["mark_en"] = marks
    return found


def faults(milestone: Milestone) -> Iterator[BadEntry]:
    """What stops a milestone from being kept."""
    if not FIRST_YEAR <= milestone.year <= clock.today().year:
        yield BadEntry("year", "no such year")
    if milestone.kind in STEPS and not (milestone.municipality_code or milestone.party):
        yield BadEntry("municipality_code", "whose step")
    if bool(milestone.mark_sv) != bool(milestone.mark_en):
        yield BadEntry("mark_en" if milestone.mark_sv else "mark_sv", "both languages")
    if milestone.mark_sv and milestone.kind != CONTEXT:
        yield BadEntry("mark_sv", "not of the outside world")


def doubts(db: Database, milestone: Milestone) -> Iterator[str]:
    """What is asked about before a milestone is kept, by name."""
    place = milestone.municipality_code
    sql = """SELECT 1 FROM milestone WHERE year = ? AND kind = ? AND municipality_code IS ?
        AND party = ? AND id <> ?"""
    known = scalar(db, sql, (milestone.year, milestone.kind, place, milestone.party, milestone.id))
    is_printed = not milestone.party and any(
        (int(line["year"]), line["type"], line["municipality_code"] or None)
        == (milestone.year, milestone.kind, place)
        for line in printed()
    )
    if milestone.kind in STEPS and (known or is_printed):
        yield "twice"


def save(db: Database, milestone: Milestone, reason: str, actor: str) -> None:
    """Keep a new or changed milestone; raises BadEntry."""
    for fault in faults(milestone):
        raise fault
    entries.keep(db, "milestone", asdict(milestone), reason, actor)


def remove(db: Database, milestone_id: int, reason: str, actor: str) -> None:
    """Remove a milestone; it leaves the report with the next release."""
    entries.remove(db, "milestone", milestone_id, reason, actor)

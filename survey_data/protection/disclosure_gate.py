"""The gate every release passes: nothing leaves before its own rows have been audited.

Reads the finished open.db as a reader would, sharing nothing with what wrote it, and refuses
whatever it does not know: a table that is not declared, a year that was not planned, a value that
is not what its enterprises add up to. Then it asks for the certificate of each year, and everything
published together is attacked.

    |        | women | men | total |     |           | failed | confirmed | corrected |
    |--------|------:|----:|------:|     |-----------|-------:|----------:|----------:|
    | north  |     x |   x |    23 |     | check one |      7 |         4 |         3 |
    | south  |     x |   x |    39 |     | check two |      5 |         4 |   x (1)   |
    | county |    34 |  28 |    62 |

If a fault elsewhere wrote the south's 14 women into the file, the north's 3 men would follow
(34 - 14 = 20, 23 - 20 = 3): the audit of these very rows finds the interval 3 to 3 and stops the
release. Nothing has then changed, and the coordinator is shown which figure and why.

A hidden figure of a municipality may stand as the newest release in the file that showed it has it,
with the sign k and that release in its note: to the proof it is hidden.

What the file counts beside its figures (answers, checks, corrections) is read alike. How many
enterprises a place has is open; how many of them did something is not, where one or two did: in a
county people know who that is. Check two is refused, as 5 - 4 leaves the 1 whether it is corrected
or not decided: both parts must be hidden. The same of the frame: 30 invited beside 28 enterprises
leaves the 2 that had ceased.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from survey_data.database import first, rows, scalar
from survey_data.disclosure.certificate import Certificate, check_certificate
from survey_data.disclosure.editions import Spot
from survey_data.disclosure.intruder_view import Frame, IntruderView, Shown
from survey_data.disclosure.rules import Rules
from survey_data.errors import NotProtected
from survey_data.protection import earlier_editions, prior_knowledge, side_tables
from survey_data.protection.earlier_editions import spot_of
from survey_data.protection.prior_knowledge import YearAsPublished
from survey_data.protection.protect_year import Protected
from survey_data.protection.side_tables import SideTables
from survey_data.statistics import tabulation
from survey_data.statistics.published_tables import open_tables, opened
from survey_data.statistics.tabulation import County

SOURCE = "inventering"
LEVELS = ("county", "province", "municipality")
COUNTY_TOTAL = "enterprises"
FEWEST = Rules().fewest_contributors
COUNTS = (
    "over_coverage", "item_non_response", "check_failed", "check_confirmed",
    "check_corrected", "values_corrected", "imputed",
)  # fmt: skip
# Where the county's number of enterprises is hidden, none of these is published.
OF_ENTERPRISES = (
    "frame", *COUNTS, "response_rate", "response_rate_with_partial", "response_rate_weighted",
    "imputed_share",
)  # fmt: skip
# Counted in what the file itself shows, or in days.
OF_FIGURES = ("values_published", "values_hidden", "values_standing", "values_revised",
              "mean_revision", "time_lag", "punctuality")  # fmt: skip


def check(
    open_db: Database,
    plans: Sequence[Protected],
    tables: SideTables | None = None,
    years: Sequence[YearAsPublished] = (),
    waiting: Mapping[int, Path] | None = None,
) -> dict[int, Certificate]:
    """The certificate of each planned year, from the rows about to be published.

    `tables` are the side tables that may stand beside the figures of `years`; without them there
    must be none. A year that is `waiting` must stand as in that file of an earlier release. Raises
    NotProtected with the figure and the reason.
    """
    there = _known_tables(open_db)
    _refuse_unplanned_years(open_db, {plan.year for plan in plans})
    frame = frame_of(open_db)
    if tables:
        side_tables.check(open_db, tables, years)
    else:
        _refuse_side_tables(open_db, there)
    # Counts that too few enterprises make up, shown or worked out.
    if "quality" in there:
        for year in {r["year"] for r in rows(open_db, "SELECT year FROM quality")}:
            _check_quality(open_db, year)
    if "editions" in there:
        _check_editions(open_db, plans)
    for year, path in (waiting or {}).items():
        _check_as_published(open_db, year, path)
    return {plan.year: _certificate(open_db, plan, frame) for plan in plans}


def attack(
    survey: Database,
    county: County,
    tables: SideTables,
    years: Sequence[YearAsPublished],
    plans: Mapping[int, Protected],
    withstood: set[str],
) -> list[str]:
    """Attack everything to be published together; the marks of what it was attacked as.

    What has been `withstood` is not attacked again, and what now is joins it. Raises Narrowed.
    """
    frame, marks = tabulation.frame_of(county), list[str]()
    for every in prior_knowledge.everything(survey, tables.shown, years, plans, frame):
        marks += every.attack(withstood)
        withstood.update(marks)
    return marks


def _certificate(open_db: Database, plan: Protected, frame: Frame) -> Certificate:
    _check_coverage(open_db, plan)
    values = _values(open_db, plan)
    certificate = prove(plan, Shown(values, plan.basis.records), frame)
    # The attack on everything was on the plan, so the file may show nothing else.
    for spot, value in plan.shown.values.items():
        if values.get(spot) != value:
            raise NotProtected(spot, cause="other value")
    return certificate


def prove(plan: Protected, shown: Shown, frame: Frame) -> Certificate:
    """The proof that what is shown, with all that was shown before, gives nothing away.

    Raises NotProtected.
    """
    view = IntruderView([*(kept.shown for kept in plan.earlier), shown], frame, plan.rules)
    for kept in reversed(plan.earlier):
        if _proves(kept.certificate, view):
            return kept.certificate
    # Not at the top: loading the solver takes longer than most commands run.
    from survey_data.disclosure.audit import certify

    return certify(view)


def _proves(certificate: Certificate, view: IntruderView) -> bool:
    """Whether the proof of an earlier release is one of this release too."""
    try:
        check_certificate(certificate, view)
    except NotProtected:
        return False
    return True


def _values(open_db: Database, plan: Protected) -> dict[Spot, int | None]:
    """A year's figures as the file has them; one that repeats an earlier release is hidden."""
    sql = "SELECT * FROM observations WHERE year = ? AND source = ?"
    found = {spot_of(r): r["value"] for r in rows(open_db, sql, (plan.year, SOURCE))}
    hidden = {spot for spot, value in plan.shown.values.items() if value is None}
    return found | dict.fromkeys(earlier_editions.check(open_db, plan.year, hidden))


def frame_of(open_db: Database) -> Frame:
    """How areas and indicators hang together, as the file itself tells."""
    areas = rows(open_db, "SELECT * FROM areas")
    of_type = {(a["area_type"], a["area_code"]): a["part_of"] for a in areas}
    indicators = rows(open_db, "SELECT name, part_of FROM indicators")
    return Frame(
        {
            area: (LEVELS[LEVELS.index(area[0]) - 1], part_of) if part_of else None
            for area, part_of in of_type.items()
        },
        {i["name"]: i["part_of"] for i in indicators},
    )


def _known_tables(open_db: Database) -> set[str]:
    """What there is in the file; raises NotProtected for a table that is not declared."""
    found = rows(open_db, "SELECT name, type FROM sqlite_master")
    for row in found:
        if row["type"] == "table" and row["name"] not in open_tables():
            raise NotProtected(("", "", row["name"]), cause="not audited")
    return {row["name"] for row in found}


def _refuse_unplanned_years(open_db: Database, years: set[int]) -> None:
    # Used places are hidden and checked by association/release_rows.py.
    sql = (
        "SELECT DISTINCT year FROM observations WHERE source = ?"
        " OR (value IS NULL AND indicator <> 'places_used')"
    )
    for row in rows(open_db, sql, (SOURCE,)):
        if row["year"] not in years:
            raise NotProtected(("", "", str(row["year"])), cause="not audited")


def _refuse_side_tables(open_db: Database, there: set[str]) -> None:
    """Where none was decided, there may be none."""
    for table in there.intersection((*side_tables.NAMES, "quality")):
        if scalar(open_db, f"SELECT EXISTS (SELECT 1 FROM {table})"):
            raise NotProtected(("", "", table), cause="not audited")


def _check_coverage(open_db: Database, plan: Protected) -> None:
    """How many were asked is the county's number of enterprises, and as secret as that is."""
    found, counted = _asked(open_db, plan.year), _enterprises(open_db, plan.year)
    if not found or not counted or {found["asked"], found["answered"]} == {None}:
        return
    if counted["value"] != found["asked"] or (found["answered"] or 0) > found["asked"]:
        raise NotProtected(spot_of(counted), cause="asked")


def _asked(open_db: Database, year: int) -> dict[str, Any] | None:
    return first(open_db, "SELECT * FROM coverage WHERE year = ?", (year,))


def _enterprises(open_db: Database, year: int) -> dict[str, Any] | None:
    """The county's number of enterprises as the file has it."""
    sql = "SELECT * FROM observations WHERE (area_type, indicator, year) = ('county', ?, ?)"
    return first(open_db, sql, (COUNTY_TOTAL, year))


def _check_as_published(open_db: Database, year: int, path: Path) -> None:
    """Of a year whose change waits, answers are counted as the release before did, or not at all.

    If the change makes 4 corrected of 3, then 4 tells that one enterprise was.
    """
    marks = ", ".join("?" * len(OF_ENTERPRISES))
    about = f"SELECT * FROM quality WHERE year = ? AND measure IN ({marks})"
    if not (found := {*open_db.execute(about, (year, *OF_ENTERPRISES))}):
        return
    with opened(path) as before:
        if found != {*before.execute(about, (year, *OF_ENTERPRISES))}:
            raise NotProtected(("", "", "quality", year), cause="other value")


def is_few(count: float) -> bool:
    """Whether it is a number of enterprises that says who they are."""
    return count != 0 and abs(count) < FEWEST


def _check_quality(open_db: Database, year: int) -> None:
    """Refuse of a year's declaration what is not known, what is few, and what leads to that."""
    found = rows(open_db, "SELECT * FROM quality WHERE year = ?", (year,))
    stated = defaultdict(float, {(r["measure"], r["subject"]): r["value"] or 0.0 for r in found})
    asked = (_asked(open_db, year) or {}).get("asked") or 0
    enterprises = (_enterprises(open_db, year) or {}).get("value")
    for row in found:
        measure, about = row["measure"], ("", "", row["measure"], year)
        if measure not in (*OF_ENTERPRISES, *OF_FIGURES):
            raise NotProtected(about, cause="not audited")
        if row["value"] is None or measure in OF_FIGURES:
            continue
        if enterprises is None or (measure in COUNTS and is_few(row["value"])):
            raise NotProtected(about, cause="shown")
        if is_few(_left(stated, measure, row["subject"], enterprises, asked)):
            raise NotProtected(about, cause="shown")


def _left(
    stated: Mapping[tuple[str, str], float],
    measure: str,
    subject: str,
    enterprises: int,
    asked: int,
) -> float:
    """The number of enterprises that follows from a measure and the others; 0 where none does."""
    value = stated[measure, subject]
    if measure == "frame":
        return value - enterprises
    if measure in ("check_confirmed", "check_corrected"):
        parts = stated["check_confirmed", subject] + stated["check_corrected", subject]
        return stated["check_failed", subject] - parts
    if measure == "response_rate_with_partial":
        return round((value - stated["response_rate", ""]) * asked / 100)
    return 0


def _check_editions(open_db: Database, plans: Sequence[Protected]) -> None:
    """Each figure of an earlier release is hidden, or one that some edition showed."""
    shown = {
        (plan.year, *spot, value)
        for plan in plans
        for edition in plan.editions
        for spot, value in edition.values.items()
    }
    years = {plan.year for plan in plans}
    sql = "SELECT * FROM editions WHERE source = 'inventering' AND value IS NOT NULL"
    for row in rows(open_db, sql):
        spot = spot_of(row)
        if row["year"] in years and (row["year"], *spot, row["value"]) not in shown:
            raise NotProtected(spot, cause="other value")

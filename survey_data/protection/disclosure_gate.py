"""The gate every release passes: nothing leaves before its own rows have been audited.

Reads the finished open.db as a reader would, and refuses whatever it does not know: a table that
is not listed here, a year that was not planned, a value that is not what its enterprises add up
to. Then it asks for the certificate of each year, and everything published together is attacked.

    |        | women | men | total |
    |--------|------:|----:|------:|
    | north  |     x |   x |    23 |
    | south  |     x |   x |    39 |
    | county |    34 |  28 |    62 |

If a fault elsewhere wrote the south's 14 women into the file, the north's 3 men would follow
(34 - 14 = 20, 23 - 20 = 3): the audit of these very rows finds the interval 3 to 3 and stops the
release. Nothing has then changed, and the coordinator is shown which figure and why.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlite_utils import Database

from survey_data import audit_trail
from survey_data.database import first, rows, run, scalar
from survey_data.disclosure.certificate import Certificate, check_certificate
from survey_data.disclosure.contributions import as_lists
from survey_data.disclosure.intruder_view import Area, Frame, IntruderView, Shown
from survey_data.errors import NotProtected
from survey_data.protection import count_checks, prior_knowledge, side_tables
from survey_data.protection.prior_knowledge import YearAsPublished
from survey_data.protection.protect_year import Protected
from survey_data.protection.side_tables import SideTables
from survey_data.statistics import tabulation
from survey_data.statistics.tabulation import County

SOURCE = "inventering"
LEVELS = ("county", "province", "municipality")
COUNTY_TOTAL = "enterprises"
# What a release may hold, and why each is safe; a table that is not here is not published.
TABLES_LOOKED_AT = {
    "observations": "audited row by row; the association's own in association/proof.py",
    "coverage": "compared with the county's number of enterprises",
    "release": "number, date and a note",
    "areas": "names",
    "indicators": "definitions",
    "statuses": "definitions",
    "sources": "titles",
    "codebook": "definitions",
    "discrepancies": "printed before, about printed years",
    "milestones": "printed before, or words by the coordinator; no figures",
    "national": "printed before, by others",
    "place_outcomes": "printed before, or many enough; each addition too (association/proof.py)",
    "place_outcomes_by_gender": "the same, each gender many enough (association/proof.py)",
    "comments": "words by the coordinator",
    "publisher": "the association's address",
    "variables": "definitions",
    "breaks": "definitions",
    "releases": "numbers, dates and notes",
    "editions": "compared with what earlier releases showed, and this one",
    "quality_measures": "definitions",
    "quality": "sums proven with the figures; counts, and what leads to them, many enough",
    "changes": "by fixed rules, and attacked with all figures, enterprise by enterprise",
    "same_enterprises": "by fixed rules, and attacked with all figures",
    "estimates": "by fixed rules, and attacked with all figures",
}


def check(
    open_db: Database,
    plans: Sequence[Protected],
    tables: SideTables | None = None,
    years: Sequence[YearAsPublished] = (),
) -> dict[int, Certificate]:
    """The certificate of each planned year, from the rows about to be published.

    `tables` are the side tables that may stand beside the figures of `years`; without them there
    must be none. Raises NotProtected with the figure and the reason.
    """
    _refuse_unknown_tables(open_db)
    _refuse_unplanned_years(open_db, {plan.year for plan in plans})
    frame = frame_of(open_db)
    if tables:
        side_tables.check(open_db, tables, years)
    else:
        _refuse_side_tables(open_db)
    count_checks.check(open_db, plans)
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
    values = _values(open_db, plan.year)
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
    from survey_data.disclosure.audit import certify  # noqa: PLC0415

    return certify(view)


def _proves(certificate: Certificate, view: IntruderView) -> bool:
    """Whether the proof of an earlier release is one of this release too."""
    try:
        check_certificate(certificate, view)
    except NotProtected:
        return False
    return True


def _values(open_db: Database, year: int) -> dict[tuple[str, str, str], int | None]:
    sql = "SELECT * FROM observations WHERE year = ? AND source = ?"
    found = rows(open_db, sql, (year, SOURCE))
    return {(r["area_type"], r["area_code"], r["indicator"]): r["value"] for r in found}


def frame_of(open_db: Database) -> Frame:
    """How areas and indicators hang together, as the file itself tells."""
    areas = rows(open_db, "SELECT * FROM areas")
    of_type = {(a["area_type"], a["area_code"]): a["part_of"] for a in areas}
    indicators = rows(open_db, "SELECT name, part_of FROM indicators")
    return Frame(
        {area: _above(area, part_of) for area, part_of in of_type.items()},
        {i["name"]: i["part_of"] for i in indicators},
    )


def _above(area: Area, part_of: str | None) -> Area | None:
    return (LEVELS[LEVELS.index(area[0]) - 1], part_of) if part_of else None


def _refuse_unknown_tables(open_db: Database) -> None:
    for row in rows(open_db, "SELECT name FROM sqlite_master WHERE type = 'table'"):
        if row["name"] not in TABLES_LOOKED_AT:
            raise NotProtected(("", "", row["name"]), cause="not audited")


def _refuse_unplanned_years(open_db: Database, years: set[int]) -> None:
    sql = "SELECT DISTINCT year FROM observations WHERE source = ? OR value IS NULL"
    for row in rows(open_db, sql, (SOURCE,)):
        if row["year"] not in years:
            raise NotProtected(("", "", str(row["year"])), cause="not audited")


def _refuse_side_tables(open_db: Database) -> None:
    """Where none was decided, there may be none."""
    there = {r["name"] for r in rows(open_db, "SELECT name FROM sqlite_master")}
    for table in there.intersection((*side_tables.NAMES, "quality")):
        if scalar(open_db, f"SELECT EXISTS (SELECT 1 FROM {table})"):
            raise NotProtected(("", "", table), cause="not audited")


def _check_coverage(open_db: Database, plan: Protected) -> None:
    """How many were asked is the county's number of enterprises, and as secret as that is."""
    found = first(open_db, "SELECT * FROM coverage WHERE year = ?", (plan.year,))
    counted = first(
        open_db,
        "SELECT * FROM observations WHERE year = ? AND area_type = 'county' AND indicator = ?",
        (plan.year, COUNTY_TOTAL),
    )
    if not found or not counted or {found["asked"], found["answered"]} == {None}:
        return
    if counted["value"] != found["asked"] or (found["answered"] or 0) > found["asked"]:
        spot = (counted["area_type"], counted["area_code"], COUNTY_TOTAL)
        raise NotProtected(spot, cause="asked")


def remember(
    survey: Database,
    release_id: str,
    plans: Sequence[Protected],
    certificates: Mapping[int, Certificate],
) -> None:
    """Keep with a release what its successors must not give away, and the proof."""
    for plan in plans:
        line = _line(release_id, plan, certificates[plan.year])
        marks = ", ".join(f":{name}" for name in line)
        run(survey, f"INSERT INTO protection ({', '.join(line)}) VALUES ({marks})", line)
    hidden = {plan.year: sum(f.value is None for f in plan.figures) for plan in plans}
    audit_trail.record(survey, "protection", "proven", f"release {release_id}", after=hidden)


def _line(release_id: str, plan: Protected, certificate: Certificate) -> dict[str, Any]:
    figures = [[*f.spot, f.value] for f in plan.figures]
    return {
        "release_id": release_id,
        "year": plan.year,
        "rules": json.dumps(plan.rules.as_dict()),
        "records": json.dumps(as_lists(plan.basis.records)),
        "figures": json.dumps(figures),
        "certificate": json.dumps(certificate.as_dict()),
        "asked": plan.basis.asked,
        "answered": plan.basis.answered,
        "is_lightest": int(plan.is_lightest),
        "is_waiting": int(plan.is_waiting),
    }

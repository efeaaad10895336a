"""What every intruder knows from earlier releases, and what is kept of each for the next.

All that was ever published is prior knowledge: every edition's figures, every side table, and
which estimate follows which answer. What three releases leave behind:

| release | figures of | side tables decided | attacked as |
|---|---|---|---|
| 2021-1 | 2021 | | |
| 2022-1 | 2021, 2022 | change to 2022 | marks a, b |
| 2022-2 | 2021 (corrected), 2022 | | marks a, c |

The attack on 2022-2 is on both editions of 2021, on 2022 and on the change of 2022-1, with the
numbers it was made of. Part a is as it was, so it need not be attacked again; c is new. The
enterprises' numbers stay with the office: nothing of this is in a published file.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlite_utils import Database

from survey_data import audit_trail
from survey_data.database import insert, rows, run
from survey_data.disclosure.certificate import Certificate
from survey_data.disclosure.full_attack import Everything, PublishedYear
from survey_data.disclosure.intruder_view import Frame, IntruderView
from survey_data.disclosure.rules import Record, as_lists, from_lists
from survey_data.disclosure.side_tables import (
    FOLLOWED,
    Constraint,
    Member,
    SideTable,
    estimate_ties,
)
from survey_data.protection.protect_year import RULES, Protected
from survey_data.statistics.indicators import parts_of


@dataclass(frozen=True)
class YearAsPublished:
    """A year as a release publishes it: its enterprises, and whether they are invented."""

    year: int
    records: tuple[Record, ...]
    is_example: bool
    is_printed: bool
    frame_is_known: bool = False


def everything(
    survey: Database,
    tables: Sequence[SideTable],
    years: Iterable[YearAsPublished],
    plans: Mapping[int, Protected],
    frame: Frame,
) -> Iterator[Everything]:
    """For each total, all that was ever published of it and its parts, ready to be attacked."""
    every = [
        PublishedYear(each.year, (each.records,))
        if each.year not in plans
        else PublishedYear(
            each.year,
            tuple(shown.records for shown in plans[each.year].editions),
            IntruderView(plans[each.year].editions, frame, RULES),
        )
        for each in years
    ]
    now = {each.year: each.records for each in years}
    for indicator in FOLLOWED:
        yield Everything(
            (indicator, *parts_of(indicator)),
            every,
            [c for t in tables if t.indicator == indicator for c in t.constraints()],
            _ties(survey, now, indicator),
            RULES,
        )


def _ties(
    survey: Database, now: Mapping[int, tuple[Record, ...]], indicator: str
) -> Iterator[Constraint]:
    """What is known of each estimate in the release that first published it."""
    seen: set[tuple[int, int, int]] = set()
    for published in (*_published(survey), now):
        for year in sorted(published.keys() & {y + 1 for y in published}):
            pair = published[year - 1], published[year]
            for tie in estimate_ties(*pair, year, indicator):
                estimate = tie.terms[0][0]
                if (mark := estimate[1:]) not in seen:
                    seen.add(mark)
                    yield tie


def _published(survey: Database) -> Iterator[dict[int, tuple[Record, ...]]]:
    """The years of each release so far, oldest first."""
    found = rows(
        survey,
        "SELECT p.release_id, p.year, p.records FROM protection p"
        " JOIN release r ON r.id = p.release_id ORDER BY r.published_at, r.rowid, p.year",
    )
    read = {row["records"]: from_lists(json.loads(row["records"])) for row in found}
    for _release, years in groupby(found, key=lambda row: str(row["release_id"])):
        yield {row["year"]: read[row["records"]] for row in years}


def kept_tables(survey: Database) -> Iterator[SideTable]:
    """Every side table that a release has decided, shown or left out."""
    for row in rows(survey, "SELECT * FROM side_table ORDER BY kind, year, indicator"):
        members = row["members"]
        yield SideTable(
            row["kind"], row["year"], row["indicator"], row["release_id"],
            bool(row["is_example"]),
            None if members is None else tuple(Member(*each) for each in json.loads(members)),
        )  # fmt: skip


def keep_tables(
    survey: Database, release: str, tables: Iterable[SideTable], marks: Iterable[str]
) -> None:
    """Keep with a release what it decided, and what it was attacked as; with the office alone."""
    for table in tables:
        if table.release == release:
            members = None if table.members is None else json.dumps(table.members)
            values = (*table.key, table.release, table.is_example, members)
            run(survey, "INSERT INTO side_table VALUES (?, ?, ?, ?, ?, ?)", values)
    for mark in dict.fromkeys(marks):
        run(survey, "INSERT INTO full_attack VALUES (?, ?)", (release, mark))


def attacked(survey: Database) -> set[str]:
    """The marks of what an earlier release withstood the attack as."""
    return {row["mark"] for row in rows(survey, "SELECT DISTINCT mark FROM full_attack")}


def keep_figures(
    survey: Database,
    release_id: str,
    plans: Sequence[Protected],
    certificates: Mapping[int, Certificate],
) -> None:
    """Keep with a release what its successors must not give away, and the proof."""
    for plan in plans:
        insert(survey, "protection", _line(release_id, plan, certificates[plan.year]))
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

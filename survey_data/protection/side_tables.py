"""The side tables of a release: decided once for each year, carried on, and attacked together.

A year's tables are decided in its first final edition, from what that release publishes of the
year and of the year before; answers that wait take no part. Later editions carry them unchanged,
marked with the release they come from. Employees of three releases:

| release | total of 2021 | total of 2022 | change to 2022 |
|---|---|---|---|
| 2021-1 | 200 | | |
| 2022-1 | 200 (a correction of +4 waits) | 210 | from 200, decided here |
| 2022-2 | 215 (more corrections) | 210 | from 200 still, marked 2022-1 |

Were the change of 2022-1 made from 204, its parts less the published 200 would tell the 4. A
table that breaks a rule, or that the attack on everything finds to give someone away, is left out
for good.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlite_utils import Database

from survey_data.database import rows
from survey_data.disclosure import side_tables as rules_of
from survey_data.disclosure.rules import Record
from survey_data.disclosure.side_tables import (
    CHANGES,
    ESTIMATES,
    FOLLOWED,
    PARTS,
    WEIGHTED,
    SideTable,
)
from survey_data.errors import NotProtected
from survey_data.protection import prior_knowledge
from survey_data.protection.prior_knowledge import YearAsPublished
from survey_data.protection.protect_year import RULES
from survey_data.statistics.indicators import parts_of
from survey_data.statistics.published_tables import EXAMPLE, insert

NAMES = ("changes", "same_enterprises", "estimates")
HOW_COUNTED = ("Summerat företag för företag.", "Added up enterprise by enterprise.")
Totals = Mapping[tuple[int, str], int | None]


@dataclass(frozen=True)
class SideTables:
    """Every side table of a release: those carried on, and those that it decides."""

    tables: tuple[SideTable, ...] = ()
    release: str = ""

    @property
    def shown(self) -> tuple[SideTable, ...]:
        """Those that are published."""
        return tuple(table for table in self.tables if table.members is not None)

    def get(self, *key: str | int) -> SideTable | None:
        """A published table by kind, year and indicator."""
        return next((table for table in self.shown if table.key == key), None)

    def without(self, indicator: str, year: int) -> SideTables | None:
        """Without the new table nearest to a year; None where none of the indicator's is new."""
        new = [t for t in self.shown if t.release == self.release and t.indicator == indicator]
        if not new:
            return None
        first = min(new, key=lambda t: (min(abs(t.year - year), abs(t.year - 1 - year)), t.key))
        return replace(
            self,
            tables=tuple(replace(t, members=None) if t is first else t for t in self.tables),
        )


def decide(
    survey: Database, release: str, is_final: bool, years: Iterable[YearAsPublished], totals: Totals
) -> SideTables:
    """The tables decided before, and in a final release those of years that have none yet.

    `totals` are the county's published figures by year and indicator.
    """
    tables = {table.key: table for table in prior_knowledge.kept_tables(survey)}
    for table in _new(release, list(years), totals) if is_final else ():
        is_shown = table.is_publishable(RULES)
        tables.setdefault(table.key, table if is_shown else replace(table, members=None))
    return SideTables(tuple(tables[key] for key in sorted(tables)), release)


def _new(release: str, years: Sequence[YearAsPublished], totals: Totals) -> Iterator[SideTable]:
    by_year = {each.year: each for each in years}
    for now in years:
        before = by_year.get(now.year - 1)
        for indicator in FOLLOWED:
            about = (now.year, indicator, release)
            if before:
                is_example = before.is_example or now.is_example
                members = rules_of.change_members(before.records, now.records, indicator)
                table = SideTable(CHANGES, *about, is_example, members)
                yield table if _is_of_published(table, totals) else replace(table, members=None)
            if not now.is_printed and _has_estimates(now.records, indicator):
                members = rules_of.estimate_members(now.records, indicator)
                table = SideTable(ESTIMATES, *about, now.is_example, members)
                is_published = totals.get((now.year, indicator)) == table.total()[1]
                yield table if is_published else replace(table, members=None)
        if before and now.frame_is_known and not now.is_printed:
            members = rules_of.weighted_members(before.records, now.records, FOLLOWED[0])
            yield SideTable(WEIGHTED, now.year, FOLLOWED[0], release, now.is_example, members)


def _has_estimates(records: Iterable[Record], indicator: str) -> bool:
    return any(not record.answered and record.amounts[indicator] for record in records)


def _is_of_published(table: SideTable, totals: Totals) -> bool:
    """Whether a reader has both sums from the published figures already.

    Any other sum, set beside the published one, would show what few enterprises make up: those
    whose answers an archive lacks, or what one has corrected of a year that stays as printed.
    """
    before, after = table.total()
    return before in _sums(table.year - 1, table.indicator, totals) and after in _sums(
        table.year, table.indicator, totals
    )


def _sums(year: int, indicator: str, totals: Totals) -> set[int]:
    """A published total, and what its published parts add up to, where all is open."""
    total = totals.get((year, indicator))
    if total is None:
        return set()
    parts = [totals[year, name] for name in parts_of(indicator) if (year, name) in totals]
    shown = [part for part in parts if part is not None]
    return {total, sum(shown)} if shown and len(shown) == len(parts) else {total}


def write(db: Database, tables: SideTables) -> None:
    """Fill the three empty tables of a new open.db, whose editions are there already."""
    for name, found in _rows_of(tables, db).items():
        insert(db, name, found)


def _rows_of(tables: SideTables, db: Database) -> dict[str, list[dict[str, Any]]]:
    """Every row of the three tables, with the notes that the file's editions have."""
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in NAMES}
    for table in tables.shown:
        sv, en = (_note(db, table, *each) for each in enumerate(("note", "note_en")))
        frame = {
            "year": table.year,
            "indicator": table.indicator,
            "is_example": int(table.is_example),
            "release": table.release,
            "note": sv,
            "note_en": en,
        }
        if table.kind == CHANGES:
            found["changes"] += [frame | row for row in _components(table)]
            before, after = table.total("stayed")
            same = {"value_before": before, "value": after, "enterprises": len(table.of("stayed"))}
            found["same_enterprises"].append(frame | same)
        elif table.kind == ESTIMATES:
            count = sum(1 for m in table.of("estimated") if m.after)
            found["estimates"].append(frame | {"share": table.share, "enterprises": count})
    return found


def _note(db: Database, table: SideTable, language: int, column: str) -> str:
    """How a table's numbers are counted, and what the totals they explain said of themselves.

    Only what the file has in `editions`, of the release that decided the table: nothing is told
    anew, and a withdrawn release is not repeated.
    """
    first = table.year - (table.kind == CHANGES)
    sql = (
        f"SELECT year, {column} AS said FROM editions WHERE release = ? AND area_type = 'county'"
        " AND indicator = ? AND year BETWEEN ? AND ? ORDER BY year"
    )
    found = rows(db, sql, (table.release, table.indicator, first, table.year))
    notes = ((row["year"], row["said"].replace(EXAMPLE[language], "").strip()) for row in found)
    return " ".join([HOW_COUNTED[language], *(f"{year}: {said}" for year, said in notes if said)])


def _components(table: SideTable) -> Iterator[dict[str, Any]]:
    before, after = table.total()
    lines: list[tuple[str, int, int | None]] = [("before", before, None)]
    for part in PARTS:
        first, last = table.total(part)
        lines.append((part, last - first, len(table.of(part))))
    for order, (name, value, count) in enumerate([*lines, ("after", after, None)], 1):
        yield {"component": name, "value": value, "enterprises": count, "sort_order": order}


def check(open_db: Database, tables: SideTables, years: Iterable[YearAsPublished]) -> None:
    """Raise NotProtected unless a finished file has just these rows, by the rules, of the years.

    Read from the file as a reader would, so that a fault in what wrote it is found.
    """
    for name, expected in _rows_of(tables, open_db).items():
        found = rows(open_db, f"SELECT * FROM {name}")
        if _as_set(found) != _as_set(expected):
            raise NotProtected(("county", "", name), cause="other value")
    records = {each.year: {r.enterprise: r for r in each.records} for each in years}
    for table in tables.shown:
        about = ("county", "", table.indicator, table.year)
        if not table.is_publishable(RULES):
            raise NotProtected(about, cause="shown")
        if table.release == tables.release and not _is_of(table, records):
            raise NotProtected(about, cause="other value")
    _check_shares(open_db, tables)


def _as_set(found: Iterable[dict[str, Any]]) -> set[tuple[tuple[str, Any], ...]]:
    return {tuple(sorted(row.items())) for row in found}


def _is_of(table: SideTable, records: Mapping[int, Mapping[int, Record]]) -> bool:
    """Whether a table's numbers are those that its own release publishes."""
    return all(
        records[number.year][number.enterprise].amounts[table.indicator] == number.amount
        for side in (0, 1)
        for number in table.numbers(side)
    )


def _check_shares(open_db: Database, tables: SideTables) -> None:
    """The shares that the quality declaration repeats are those of the side tables."""
    expected = {(t.kind, t.year, t.indicator, t.share) for t in tables.shown if t.kind != CHANGES}
    for kind, (measure, subject) in {
        WEIGHTED: (WEIGHTED, "subject = ''"),
        ESTIMATES: ("imputed_share", "subject <> ''"),
    }.items():
        sql = f"SELECT * FROM quality WHERE measure = ? AND value IS NOT NULL AND {subject}"
        for row in rows(open_db, sql, (measure,)):
            if (kind, row["year"], row["subject"] or FOLLOWED[0], row["value"]) not in expected:
                raise NotProtected(("county", "", measure, row["year"]), cause="other value")

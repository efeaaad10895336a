"""The years that stand as printed: those that ship with the product, and those stated since.

What a total consists of does not always add up to it, and then both are said.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from sqlite_utils import Database

from survey_data.database import rows
from survey_data.geography import COUNTY, NAMES, PROVINCES
from survey_data.history import printed_series, stated_totals
from survey_data.history.printed_series import Discrepancy, SeriesValue
from survey_data.history.stated_totals import COUNTED, Spot, StatedYear, Total
from survey_data.statistics.indicators import INDICATORS, parts_of

# Whoever has no gender stated need not be told apart: without it, women and men are the whole.
MAY_LACK = frozenset({"employees_gender_not_stated"})


def printed(survey: Database) -> tuple[SeriesValue, ...]:
    """Every figure that was printed somewhere before and is published as it stood there."""
    stated = (value for year in _stated(survey) for value in _values(year))
    return (*printed_series.published(), *stated)


def printed_years(survey: Database) -> frozenset[int]:
    """The years whose inventory stands as printed."""
    return inventory_years(printed(survey))


def inventory_years(values: Iterable[SeriesValue]) -> frozenset[int]:
    """The years that some of these figures are the inventory of."""
    return frozenset(value.year for value in values if value.indicator in COUNTED)


def discrepancies(survey: Database) -> tuple[Discrepancy, ...]:
    """Every stated total that its own parts, or its provinces, do not add up to."""
    stated = (_discrepancy(year, gap) for year in _stated(survey) for gap in gaps(year.amounts))
    return (*printed_series.discrepancies(), *stated)


def sources(survey: Database) -> list[dict[str, str]]:
    """Every source that a stated total names, in this release or an earlier one."""
    sql = """SELECT key, title_sv, coalesce(nullif(title_en, ''), title_sv) AS title_en,
        publisher, page, url FROM stated_source s WHERE id IN (SELECT source_id FROM stated_year)
        OR key IN (SELECT source FROM released_figure) ORDER BY id"""
    return rows(survey, sql)


def _stated(survey: Database) -> Iterator[StatedYear]:
    found = (stated_totals.of_year(survey, year) for year in stated_totals.years(survey))
    return filter(None, found)


def _values(stated: StatedYear) -> Iterator[SeriesValue]:
    """Every total of a year as it is published, with its notes and its source."""
    off = gaps(stated.amounts)
    for spot, total in stated.totals.items():
        said = [gap.words(total.value) for gap in off if gap.spot == spot]
        notes = _notes(stated, total, said)
        status = "s" if said else "n"
        yield SeriesValue(stated.year, *spot, total.value, status, *notes, stated.source.key)


def _notes(stated: StatedYear, total: Total, said: Iterable[tuple[str, str]]) -> tuple[str, str]:
    """That a total differs, its own note and the year's, in Swedish and English."""
    own = (total.note_sv, total.note_en or total.note_sv)
    of_all = (stated.note_sv, stated.note_en or stated.note_sv)
    sv, en = zip(*said, own, of_all, strict=True)
    return " ".join(filter(None, sv)), " ".join(filter(None, en))


def _discrepancy(stated: StatedYear, gap: Gap) -> Discrepancy:
    value, period = stated.amounts[gap.spot], f"{stated.year}{_place(gap)}"
    words = gap.words(value)
    return Discrepancy(gap.spot[2], period, value, gap.parts_sum, *words, stated.source.key)


def _place(gap: Gap) -> str:
    """Which of a year's sums it is; the county's parts need no more than the year."""
    if gap.is_of_provinces:
        return ", " + " + ".join(province.name for province in PROVINCES)
    return "" if gap.spot[0] == "county" else f", {NAMES[gap.spot[:2]]}"


@dataclass(frozen=True)
class Gap:
    """A figure that its parts, or its provinces, come to something else than."""

    spot: Spot
    parts_sum: int
    is_of_provinces: bool

    def words(self, stated: int) -> tuple[str, str]:
        """What the source says and what the parts make, in Swedish and English."""
        sv, en = ("landskapen", "provinces") if self.is_of_provinces else ("delarna", "parts")
        return (
            f"Källan anger {stated}, men {sv} summerar till {self.parts_sum}. Vi visar båda talen.",
            f"The source states {stated}, but the {en} add up to {self.parts_sum}. We show both.",
        )


def gaps(stated: Mapping[Spot, int]) -> list[Gap]:
    """Every total that does not agree with what it consists of, where all of that is stated."""
    return [
        Gap(spot, together, is_of_provinces)
        for spot, parts, is_of_provinces in _sums(stated)
        if (together := sum(stated[part] for part in parts)) != stated[spot]
    ]


def _sums(stated: Mapping[Spot, int]) -> Iterator[tuple[Spot, list[Spot], bool]]:
    areas = tuple(area.key for area in (COUNTY, *PROVINCES))
    for indicator in INDICATORS:
        for area in areas:
            needed = [(*area, name) for name in parts_of(indicator.name)]
            parts = [spot for spot in needed if spot in stated]
            lacking = {spot[2] for spot in needed} - {spot[2] for spot in parts}
            if (*area, indicator.name) in stated and parts and lacking <= MAY_LACK:
                yield (*area, indicator.name), parts, False
        whole = (*COUNTY.key, indicator.name)
        provinces = [(*province.key, indicator.name) for province in PROVINCES]
        if whole in stated and all(spot in stated for spot in provinces):
            yield whole, provinces, True

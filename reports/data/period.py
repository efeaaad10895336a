"""Some of the years of what is published: a report of one year, of five, of any."""

import re
from collections.abc import Collection
from dataclasses import replace

from reports.data.model import OpenData


def within(data: OpenData, first: int, last: int) -> OpenData:
    """What is published of these years, both ends with them; of a span only where it is inside."""
    years = range(first, last + 1)
    points = {key: [p for p in found if p.year in years] for key, found in data.points.items()}
    return replace(
        data,
        points={key: found for key, found in points.items() if found},
        coverage=tuple(row for row in data.coverage if row.year in years),
        milestones=tuple(each for each in data.milestones if each.year in years),
        discrepancies=tuple(row for row in data.discrepancies if _is_inside(row.period, years)),
        outcomes=tuple(each for each in data.outcomes if _is_inside(each.period, years)),
        national=tuple(each for each in data.national if _is_inside(each.year, years)),
        # A change is from the year before.
        changes=tuple(c for c in data.changes if {c.year - 1, c.year} <= set(years)),
        same=tuple(each for each in data.same if {each.year - 1, each.year} <= set(years)),
        estimates=tuple(each for each in data.estimates if each.year in years),
        comments=tuple(each for each in data.comments if each.year in years),
    )


def _is_inside(period: str, years: Collection[int]) -> bool:
    """Whether every year that a period names ("2016–2020", "2022, Hälsingland") is among them."""
    return all(int(year) in years for year in re.findall(r"\b\d{4}\b", period))

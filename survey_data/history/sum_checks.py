"""What a year's stated totals should add up to, and where they do not; numbers only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from survey_data.geography import COUNTY, PROVINCES
from survey_data.statistics.indicators import INDICATORS, parts_of

Spot = tuple[str, str, str]
# Whoever has no gender stated need not be told apart: without it, women and men are the whole.
MAY_LACK = frozenset({"employees_gender_not_stated"})


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

"""An invented county for the tests of protection: enterprises in, protected editions out."""

import random
from collections.abc import Sequence

from survey_data.disclosure.audit import certify
from survey_data.disclosure.certificate import Certificate
from survey_data.disclosure.editions import Edition, Year, problem_of
from survey_data.disclosure.intruder_view import Frame, IntruderView, Shown
from survey_data.disclosure.pattern import protect
from survey_data.disclosure.rules import Record, Rules
from survey_data.statistics.tabulation import (
    PUBLISHED,
    Answered,
    County,
    amounts_of,
    records,
    spots,
    sums_of,
)

GAVLEBORG = County(
    "21",
    {
        "HALSINGLAND": ("2121", "2132", "2161", "2182", "2183", "2184"),
        "GASTRIKLAND": ("2101", "2104", "2180", "2181"),
    },
)


def enterprise(
    number: int, place: str = "2184", women: int = 4, men: int = 3, af: int = 5, kommun: int = 2
) -> Answered:
    numbers = {
        "employees_total": women + men,
        "employees_women": women,
        "employees_men": men,
        "placed_af": af,
        "placed_kommun": kommun,
        "placed_other_unpaid": 2,
        "placed_other_paid": None,
    }
    return Answered(number, place, numbers, "active")


def many(county: County, count: int, seed: int) -> list[Answered]:
    """So many enterprises of all sizes, strewn over a county."""
    pick = random.Random(seed)
    places = [m for inside in county.provinces.values() for m in inside]
    return [
        enterprise(n, pick.choice(places), *(pick.randint(0, 9) for _ in range(4)))
        for n in range(1, count + 1)
    ]


def frame_of(county: County) -> Frame:
    areas: dict[tuple[str, str], tuple[str, str] | None] = {("county", county.code): None}
    for province, inside in county.provinces.items():
        areas["province", province] = ("county", county.code)
        areas |= {("municipality", m): ("province", province) for m in inside}
    return Frame(areas, {i.name: i.part_of for i in PUBLISHED})


def next_edition(
    earlier: Sequence[Shown],
    everyone: Sequence[Answered],
    county: County = GAVLEBORG,
    rules: Rules | None = None,
) -> Shown:
    """What one more edition of a year shows, with the protection's own pattern."""
    found = records(everyone)
    before = [Edition(amounts_of(e.records, county), e.values) for e in earlier]
    coming = Edition(amounts_of(found, county))
    year = Year((*before, coming), tuple(sums_of(county)), rules or Rules())
    hidden = protect(problem_of(year)).hidden
    at = len(earlier)
    values = {
        s: None if year.key(at, s) in hidden else sum(coming.adding(s).values())
        for s in spots(county)
    }
    return Shown(values, found)


def see(editions: Sequence[Shown], county: County = GAVLEBORG) -> IntruderView:
    return IntruderView(editions, frame_of(county), Rules())


def prove(
    editions: Sequence[Shown], county: County = GAVLEBORG
) -> tuple[IntruderView, Certificate]:
    view = see(editions, county)
    return view, certify(view)


def everything(found: Sequence[Record], county: County = GAVLEBORG) -> dict:
    """Every figure as it truly is."""
    return {s: sum(by.values()) for s, by in amounts_of(found, county).items()}

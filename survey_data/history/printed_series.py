"""The series printed for 2016–2020, as they were stated, with their source and their faults.

They are of one county: where another is declared (`geography`) there are none.

Source key `slutrapport-2016-2020`: the association's final report for
August 2016 – December 2020. Nothing here is ever corrected: a stated total that does
not agree with its parts is kept, flagged and explained.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from babel.numbers import format_decimal

from survey_data.geography import COUNTY, PRINTED_SOURCE, PROVINCES, printed_lines

SOURCE = PRINTED_SOURCE

COLUMNS = {
    "employees_total": "employees",
    "employees_women": "employees_women",
    "employees_men": "employees_men",
    "placed_total_stated": "placed",
    "placed_af": "placed_af",
    "placed_kommun": "placed_kommun",
    "placed_other_unpaid": "placed_other",
}


@dataclass(frozen=True)
class SeriesValue:
    """One figure as printed; status 's' where the stated total differs from its parts."""

    year: int
    area_type: str
    area_code: str
    indicator: str
    value: int
    status: str = "n"
    note_sv: str = ""
    note_en: str = ""
    source: str = SOURCE


@dataclass(frozen=True)
class HiddenValue:
    """A figure that exists but is not shown."""

    year: int
    area_type: str
    area_code: str
    indicator: str
    note_sv: str = ""
    note_en: str = ""
    source: str = "inventering"
    value: None = None
    status: str = "x"


@dataclass(frozen=True)
class Discrepancy:
    """A stated total that its own parts do not add up to."""

    indicator: str
    period: str
    stated: int
    parts_sum: int
    note_sv: str
    note_en: str
    source: str = SOURCE


@cache
def published() -> tuple[SeriesValue, ...]:
    """Every printed figure: the inventory, people reached, supervised places."""
    return (*_inventory(), *_reached(), *_places())


def _inventory() -> Iterator[SeriesValue]:
    for line in printed_lines("inventory_2016_2020"):
        year = int(line["year"])
        yield SeriesValue(year, *COUNTY.key, "enterprises", int(line["registered_enterprises"]))
        for province in PROVINCES:
            count = int(line[province.count_column])
            yield SeriesValue(year, *province.key, "enterprises", count)
        for column, indicator in COLUMNS.items():
            yield _stated(year, indicator, int(line[column]), line)


def _stated(year: int, indicator: str, value: int, line: dict[str, str]) -> SeriesValue:
    parts = sum(int(line[c]) for c in ("placed_af", "placed_kommun", "placed_other_unpaid"))
    if indicator != "placed" or parts == value:
        return SeriesValue(year, *COUNTY.key, indicator, value)
    notes = (
        f"Källan anger {value} placerade, men delarna summerar till {parts}. Vi visar båda talen.",
        f"The source states {value} placed, but the parts add up to {parts}. We show both.",
    )
    return SeriesValue(year, *COUNTY.key, indicator, value, "s", *notes)


WITHOUT_PODCAST = ("Poddlyssnare är inte medräknade.", "Podcast listeners are not included.")
NOT_SAID = ("Källan säger inte om podd och film ingår.",
            "The source does not say whether podcast and film are included.")  # fmt: skip


def _reached() -> Iterator[SeriesValue]:
    for line in printed_lines("information_reach_2016_2020"):
        if line["row_type"] != "year":
            continue
        notes = NOT_SAID
        if line["note"].startswith("exklusive"):
            notes = WITHOUT_PODCAST
        year, persons = int(line["year"]), int(line["persons"])
        yield SeriesValue(year, *COUNTY.key, "reached", persons, "n", *notes)


def _places() -> Iterator[SeriesValue]:
    # Gender and outcome by municipality are single persons: they are never read here.
    by_year: dict[tuple[int, str], int] = {}
    for line in printed_lines("supervised_places_2016_2018"):
        for column in ("places_granted", "places_used"):
            year, value = int(line["year"]), int(line[column])
            yield SeriesValue(year, "municipality", line["kommunkod"], column, value)
            by_year[year, column] = by_year.get((year, column), 0) + value
    for (year, column), total in by_year.items():
        sv = "Summan av kommunerna; källan anger bara totalen för alla år"
        en = "The sum of the municipalities; the source states only the total of all years"
        if column == "places_used":
            sv += ": 11 platser, använda av 10 personer"
            en += ": 11 places, used by 10 persons"
        yield SeriesValue(year, *COUNTY.key, column, total, "n", f"{sv}.", f"{en}.")


@dataclass(frozen=True)
class PlaceOutcome:
    """What became of the used places in the whole period; never by place or by year."""

    period: str
    outcome: str
    label_sv: str
    label_en: str
    value: int
    source: str = SOURCE


OUTCOMES = {
    "to_work": ("Till arbete", "To work"),
    "to_af": ("Till Arbetsförmedlingen", "To the Public Employment Service"),
    "returned": ("Åter i offentlig försörjning", "Back to public income support"),
    "extended": ("Förlängda", "Extended"),
    "not_stated": ("Källan anger inte utfall", "The source states no outcome"),
}


@cache
def place_outcomes() -> tuple[PlaceOutcome, ...]:
    """The outcomes of all used places together; where the source gives none, that is said."""
    lines = printed_lines("supervised_places_2016_2018")
    found = dict.fromkeys(OUTCOMES, 0)
    for line in lines:
        stated = {name: line[f"outcome_{name}"] for name in OUTCOMES if name != "not_stated"}
        if not any(stated.values()):
            found["not_stated"] += int(line["places_used"])
        for name, value in stated.items():
            found[name] += int(value or 0)
    years = [int(line["year"]) for line in lines]
    if not years:
        return ()
    period = f"{min(years)}–{max(years)}"
    return tuple(PlaceOutcome(period, name, *OUTCOMES[name], n) for name, n in found.items())


@cache
def discrepancies() -> tuple[Discrepancy, ...]:
    """The three stated totals of 2016–2020 that do not agree with their parts."""
    return (*_placed_discrepancies(), *_reached_discrepancy())


def _placed_discrepancies() -> Iterator[Discrepancy]:
    values = {(v.year, v.indicator): v for v in published() if v.area_type == "county"}
    names = ("placed_af", "placed_kommun", "placed_other")
    for (year, indicator), value in values.items():
        if indicator == "placed" and value.status == "s":
            parts = sum(values[year, part].value for part in names)
            yield Discrepancy("placed", str(year), value.value, parts, value.note_sv, value.note_en)


def _reached_discrepancy() -> Iterator[Discrepancy]:
    lines = printed_lines("information_reach_2016_2020")
    total = sum(int(x["persons"]) for x in lines if x["row_type"] == "year")
    for stated in (int(x["persons"]) for x in lines if x["row_type"] == "total_stated"):
        one, other = (format_decimal(number, locale="sv") for number in (stated, total))
        notes = (
            f"Källan anger {one} nådda personer för hela perioden, men åren summerar till {other}."
            " Vi visar båda talen.",
            f"The source states {one} persons reached in the whole period, but the years add up to"
            f" {other}. We show both.",
        )
        yield Discrepancy("reached", "2016–2020", stated, total, *notes)

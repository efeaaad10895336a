"""The table set: which figures there are of a year, what each enterprise adds, what adds up."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from survey_data.disclosure.editions import Spot
from survey_data.disclosure.intruder_view import Frame
from survey_data.disclosure.rules import Record
from survey_data.statistics.indicators import ASKED, INDICATORS, Indicator, parts_of

COUNTED = "enterprises"
# Who says so has left the population; who has not answered is still in the register.
OUT_OF_SCOPE = frozenset({"closed", "moved_away", "no_longer_asf"})

PUBLISHED = tuple(i for i in INDICATORS if i.questions or i.name == COUNTED)


@dataclass(frozen=True)
class County:
    """A county, its provinces and the municipalities in each; all by code."""

    code: str
    provinces: Mapping[str, tuple[str, ...]]
    # Of a year that was printed, no more is shown than was printed: the county, and how many
    # enterprises the provinces have.
    only_as_printed: bool = False

    @property
    def areas(self) -> tuple[tuple[str, str], ...]:
        """Every area that has figures, the largest first."""
        return (
            ("county", self.code),
            *(("province", code) for code in self.provinces),
            *(("municipality", m) for inside in self.provinces.values() for m in inside),
        )

    def of(self, municipality: str) -> tuple[tuple[str, str], ...]:
        """The areas that a municipality lies in, itself the last."""
        province = next(code for code, inside in self.provinces.items() if municipality in inside)
        return ("county", self.code), ("province", province), ("municipality", municipality)


@dataclass(frozen=True)
class Answered:
    """One enterprise of a round: which, where, and its numbers if it has answered."""

    enterprise: int
    municipality: str
    numbers: Mapping[str, int | None] | None
    status: str | None = None
    is_estimated: bool = False

    @property
    def in_scope(self) -> bool:
        """Whether it counts as an enterprise of the year."""
        return self.status not in OUT_OF_SCOPE

    @property
    def has_answered(self) -> bool:
        """Whether its numbers are its own answer."""
        return self.numbers is not None and not self.is_estimated


@dataclass(frozen=True)
class Figure:
    """One protected figure; value None and status 'x' when hidden."""

    area_type: str
    area_code: str
    indicator: str
    value: int | None
    status: str

    @property
    def spot(self) -> Spot:
        """Which figure it is."""
        return self.area_type, self.area_code, self.indicator


def records(enterprises: Sequence[Answered]) -> tuple[Record, ...]:
    """What each enterprise of the population adds to each indicator."""
    return tuple(
        Record(e.enterprise, e.municipality, amounts_of_one(e), e.has_answered)
        for e in enterprises
        if e.in_scope
    )


@dataclass(frozen=True)
class Basis:
    """What a year's figures are made of, and how many were asked and answered."""

    records: tuple[Record, ...]
    asked: int
    answered: int
    # Municipalities that have an enterprise whose numbers are estimated, one for each such.
    estimated: tuple[str, ...] = ()

    @property
    def is_incomplete(self) -> bool:
        """Whether some have neither answered nor been estimated."""
        return self.answered + len(self.estimated) < self.asked


def as_kept(found: tuple[Record, ...], asked: int, answered: int) -> Basis:
    """What an earlier release's figures were made of; whoever was estimated adds something."""
    guessed = (
        r.municipality for r in found if not r.answered and any(r.amounts[i.name] for i in ASKED)
    )
    return Basis(found, asked, answered, tuple(guessed))


def amounts_of_one(enterprise: Answered) -> dict[str, int]:
    """What an enterprise adds to each indicator, by name."""
    numbers = enterprise.numbers or {}
    found = {i.name: sum(numbers.get(question) or 0 for question in i.questions) for i in PUBLISHED}
    return _balanced(found) | {COUNTED: 1}


def _balanced(amounts: dict[str, int]) -> dict[str, int]:
    """The parts brought to agree with the total: whoever has no gender stated is just that.

    An answer is checked for this when it is handed in; an imported or corrected one need not be.
    """
    stated = amounts["employees_women"] + amounts["employees_men"]
    rest = max(amounts["employees"] - stated, amounts["employees_gender_not_stated"])
    return amounts | {"employees": stated + rest, "employees_gender_not_stated": rest}


def amounts_of(found: Sequence[Record], county: County) -> dict[Spot, dict[int, int]]:
    """What each enterprise adds to every figure that is published, zeros too."""
    amounts: dict[Spot, dict[int, int]] = {spot: {} for spot in spots(county)}
    for record in found:
        for area, (name, amount) in product(county.of(record.municipality), record.amounts.items()):
            if (*area, name) in amounts:
                amounts[*area, name][record.enterprise] = amount
    return amounts


def spots(county: County) -> Iterator[Spot]:
    """Every figure of a year, the county's first."""
    for area in county.areas:
        for indicator in indicators_at(area[0]):
            spot = (*area, indicator.name)
            was_printed = area[0] == "county" or (area[0], spot[2]) == ("province", COUNTED)
            if was_printed or not county.only_as_printed:
                yield spot


def indicators_at(area_type: str) -> tuple[Indicator, ...]:
    """What is published of areas of a kind."""
    return tuple(i for i in PUBLISHED if area_type == "county" or area_type in i.below_county)


def sums_of(county: County) -> Iterator[tuple[Spot, tuple[Spot, ...]]]:
    """Every figure that is the sum of others, and which."""
    there = set(spots(county))
    return ((of, parts) for of, parts in _every_sum(county) if there.issuperset(parts))


def _every_sum(county: County) -> Iterator[tuple[Spot, tuple[Spot, ...]]]:
    for indicator in PUBLISHED:
        yield from _area_sums(county, indicator)
    for area in county.areas:
        names = {indicator.name for indicator in indicators_at(area[0])}
        for total in names:
            parts = parts_of(total)
            if parts and names.issuperset(parts):
                yield (*area, total), tuple((*area, part) for part in parts)


def _area_sums(county: County, indicator: Indicator) -> Iterator[tuple[Spot, tuple[Spot, ...]]]:
    if "province" in indicator.below_county:
        provinces = tuple(("province", code, indicator.name) for code in county.provinces)
        yield ("county", county.code, indicator.name), provinces
    if "municipality" in indicator.below_county:
        for code, inside in county.provinces.items():
            parts = tuple(("municipality", m, indicator.name) for m in inside)
            yield ("province", code, indicator.name), parts


def frame_of(county: County) -> Frame:
    """How the areas and indicators of a county hang together."""
    above: dict[tuple[str, str], tuple[str, str] | None] = {("county", county.code): None}
    for province, inside in county.provinces.items():
        above["province", province] = ("county", county.code)
        above |= {("municipality", m): ("province", province) for m in inside}
    return Frame(above, {i.name: i.part_of for i in INDICATORS})

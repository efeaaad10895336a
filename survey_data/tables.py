"""From one round's answers to the figures that may be published, protected."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from survey_data.disclosure import Cell, Sum, hidden_cells
from survey_data.indicators import ASKED, BY_NAME, Indicator, parts_of

COUNTY_CODE = "21"
PROVINCE_CODES = ("HALSINGLAND", "GASTRIKLAND")
# Who says so has left the population; who has not answered is still in the register.
OUT_OF_SCOPE = frozenset({"closed", "moved_away", "no_longer_asf"})

Key = tuple[str, str, str]


@dataclass(frozen=True)
class Answered:
    """One enterprise of a round: where it is, and its numbers if it has answered."""

    province: str
    numbers: Mapping[str, int | None] | None
    status: str | None = None
    is_estimated: bool = False

    @property
    def areas(self) -> tuple[str, ...]:
        """The codes of every area it is counted in."""
        return (COUNTY_CODE, self.province)

    @property
    def in_scope(self) -> bool:
        """Whether it counts as an enterprise of the year."""
        return self.status not in OUT_OF_SCOPE


@dataclass(frozen=True)
class Figure:
    """One protected figure; value None and status 'x' when hidden."""

    area_type: str
    area_code: str
    indicator: str
    value: int | None
    status: str


def protected_figures(enterprises: Sequence[Answered]) -> list[Figure]:
    """Every open figure of a round at county and province level.

    Raises NotProtected when the figures cannot be published safely.
    """
    cells = list(_cells([e for e in enterprises if e.in_scope]))
    hidden = hidden_cells(cells, list(_sums()))
    return [_figure(cell, cell.key in hidden) for cell in cells]


def _figure(cell: Cell, is_hidden: bool) -> Figure:
    return Figure(*cell.key, None if is_hidden else cell.value, "x" if is_hidden else "n")


def _areas() -> Iterator[tuple[str, str]]:
    yield "county", COUNTY_CODE
    for code in PROVINCE_CODES:
        yield "province", code


def _cells(enterprises: Sequence[Answered]) -> Iterator[Cell]:
    for area_type, code in _areas():
        inside = [e for e in enterprises if area_type == "county" or e.province == code]
        yield Cell((area_type, code, "enterprises"), len(inside), len(inside))
        for indicator in ASKED:
            amounts = [_amount(e, indicator) for e in inside]
            contributors = sum(1 for amount in amounts if amount)
            yield Cell((area_type, code, indicator.name), sum(amounts), contributors)


def _amount(enterprise: Answered, indicator: Indicator) -> int:
    numbers = enterprise.numbers or {}
    return sum(numbers.get(question) or 0 for question in indicator.questions)


def _sums() -> Iterator[Sum]:
    for name in ("enterprises", *(i.name for i in ASKED)):
        provinces = tuple(("province", code, name) for code in PROVINCE_CODES)
        yield Sum(("county", COUNTY_CODE, name), provinces)
    for total in ("employees", "placed"):
        assert total in BY_NAME
        for area in _areas():
            yield Sum((*area, total), tuple((*area, part) for part in parts_of(total)))

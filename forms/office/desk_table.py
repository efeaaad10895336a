"""The table of every enterprise in the round: what is chosen, sorted and shown on a page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import request

from survey_data.progress import STATES, Standing

PAGE_SIZE = 40

# Each column that sorts; a value of None always comes last.
SORTS: dict[str, Callable[[Standing], Any]] = {
    "name": lambda s: s.name.casefold(),
    "municipality": lambda s: s.municipality.casefold(),
    "state": lambda s: STATES.index(s.state) if s.state in STATES else len(STATES),
    "employees": lambda s: s.employees_before,
    "now": lambda s: s.employees,
    "latest": lambda s: s.last_happened,
    "next": lambda s: s.try_again_at,
}
# What a person wants to see first of these is the largest or the newest.
LARGEST_FIRST = {"employees", "now", "latest"}


@dataclass(frozen=True)
class Choice:
    """What the coordinator has chosen to see; it all stands in the address.

    `sort` is a column, with "-" before it when the other end comes first.
    """

    search: str
    state: str
    municipality: str
    sort: str
    page: int

    @classmethod
    def from_address(cls) -> Choice:
        """The choice that the address holds; anything unknown means everything."""
        asked = request.args
        sort = asked.get("sortera", "name")
        return cls(
            asked.get("sok", "").strip(),
            asked.get("status", ""),
            asked.get("kommun", ""),
            sort if sort.removeprefix("-") in SORTS else "name",
            max(1, asked.get("sida", 1, type=int)),
        )

    @property
    def column(self) -> str:
        """The column that is sorted by."""
        return self.sort.removeprefix("-")

    @property
    def direction(self) -> str:
        """Its direction, as assistive technology says it."""
        is_descending = (self.column in LARGEST_FIRST) != self.sort.startswith("-")
        return "descending" if is_descending else "ascending"

    def address(self, **changed: str | int) -> dict[str, str | int]:
        """The choice as an address holds it, with something changed; what is usual is left out."""
        whole = {
            "sok": self.search,
            "status": self.state,
            "kommun": self.municipality,
            "sortera": "" if self.sort == "name" else self.sort,
        }
        return {name: value for name, value in (whole | changed).items() if value}

    def sorted_by(self, column: str) -> dict[str, str | int]:
        """The address that a column's head leads to: sort by it, or turn the order round."""
        return self.address(sortera=f"-{column}" if self.sort == column else column)

    def of(self, everyone: Iterable[Standing]) -> list[Standing]:
        """The enterprises that match, sorted."""
        found = [
            s
            for s in everyone
            if self.search.casefold() in s.name.casefold()
            and self.state in ("", s.state)
            and self.municipality in ("", s.municipality)
        ]
        return self._sorted(sorted(found, key=SORTS["name"]))

    def _sorted(self, by_name: list[Standing]) -> list[Standing]:
        value = SORTS[self.column]
        known = [s for s in by_name if value(s) is not None]
        unknown = [s for s in by_name if value(s) is None]
        return sorted(known, key=value, reverse=self.direction == "descending") + unknown


def one_page(everyone: Sequence[Standing]) -> dict[str, Any]:
    """What the table shows now."""
    choice = Choice.from_address()
    found = choice.of(everyone)
    pages = max(1, -(-len(found) // PAGE_SIZE))
    page = min(choice.page, pages)
    return {
        "choice": choice,
        "found": found[(page - 1) * PAGE_SIZE : page * PAGE_SIZE],
        "found_count": len(found),
        "first_shown": (page - 1) * PAGE_SIZE + 1,
        "page": page,
        "pages": pages,
        "municipalities": sorted({s.municipality for s in everyone}),
    }

"""What each enterprise added to a year's figures: the private truth behind an edition.

A figure is the sum of its contributions. Three enterprises in two municipalities:

| enterprise | where | employees | answered |
|---|---|---|---|
| 1 | Bollnäs | 4 | yes |
| 2 | Bollnäs | 6 | no, estimated |
| 3 | Gävle | 9 | yes |

Bollnäs is 4 + 6 = 10, the county 19. Whether an enterprise answered itself is kept beside what
it adds, because a side table keeps those who did not answer apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Record:
    """One enterprise of a year: where it lies, and what it adds to each indicator.

    `answered` is False where it did not answer, whether it was estimated or left out.
    """

    enterprise: int
    municipality: str
    amounts: Mapping[str, int]
    answered: bool = True


def as_lists(records: Iterable[Record]) -> list[list[Any]]:
    """As kept beside a release; in order, so that the same records are the same text."""
    ordered = sorted(records, key=lambda r: r.enterprise)
    return [
        [r.enterprise, r.municipality, dict(sorted(r.amounts.items())), r.answered] for r in ordered
    ]


def from_lists(lists: Iterable[list[Any]]) -> tuple[Record, ...]:
    """As read back."""
    return tuple(Record(*each) for each in lists)

"""What each enterprise added to a year's figures: the private truth behind an edition."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Record:
    """One enterprise of a year: where it lies, and what it adds to each indicator."""

    enterprise: int
    municipality: str
    amounts: Mapping[str, int]


def as_lists(records: Iterable[Record]) -> list[list[Any]]:
    """As kept beside a release; in order, so that the same records are the same text."""
    ordered = sorted(records, key=lambda r: r.enterprise)
    return [[r.enterprise, r.municipality, dict(sorted(r.amounts.items()))] for r in ordered]


def from_lists(lists: Iterable[list[Any]]) -> tuple[Record, ...]:
    """As read back."""
    return tuple(Record(who, where, amounts) for who, where, amounts in lists)

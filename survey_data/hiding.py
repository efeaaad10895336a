"""What a release would hide and why, in words: a dry run of the protection.

The only place outside the protection that asks it for reasons, so that the rest of the desk
need not know how it decides.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from survey_data.coming import Coming
from survey_data.disclosure import Cell, is_unsafe
from survey_data.indicators import BY_NAME
from survey_data.tables import Answered, Figure

# Small in itself, or hidden so that a small one cannot be calculated.
OWN, NEIGHBOUR = "own", "neighbour"


@dataclass(frozen=True)
class Hidden:
    """One figure that would be hidden, how many contribute to it, and why."""

    area_code: str
    indicator: str
    contributors: int
    why: str


def hidden(coming: Coming) -> list[Hidden]:
    """Every figure of a round that would be hidden, in the order of publication."""
    return list(_hidden(coming))


def _hidden(coming: Coming) -> Iterator[Hidden]:
    for figure in coming.figures:
        if figure.value is None:
            cell = _cell(figure, coming.enterprises)
            why = OWN if is_unsafe(cell) else NEIGHBOUR
            yield Hidden(figure.area_code, figure.indicator, cell.contributors, why)


def _cell(figure: Figure, enterprises: tuple[Answered, ...]) -> Cell:
    inside = [e for e in enterprises if e.in_scope and figure.area_code in e.areas]
    key = (figure.area_type, figure.area_code, figure.indicator)
    if figure.indicator == "enterprises":
        return Cell(key, len(inside), len(inside))
    questions = BY_NAME[figure.indicator].questions
    amounts = [sum((e.numbers or {}).get(q) or 0 for q in questions) for e in inside]
    return Cell(key, sum(amounts), sum(1 for amount in amounts if amount))

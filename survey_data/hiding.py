"""What a release would hide and why, in short: a dry run of the protection for the release page.

The whole account, with what readers could work out, is that of protection_report.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from survey_data.coming import Coming
from survey_data.disclosure.editions import Spot

# Small in itself, or hidden so that a small one cannot be calculated.
OWN, NEIGHBOUR = "own", "neighbour"


@dataclass(frozen=True)
class Hidden:
    """One figure that would be hidden, how many contribute to it, and why."""

    spot: Spot
    contributors: int
    why: str

    @property
    def area_code(self) -> str:
        """Where it is."""
        return self.spot[1]

    @property
    def indicator(self) -> str:
        """What it counts."""
        return self.spot[2]


def hidden(coming: Coming) -> list[Hidden]:
    """Every figure of a round that would be hidden, in the order of publication."""
    return list(_hidden(coming))


def _hidden(coming: Coming) -> Iterator[Hidden]:
    whole = coming.protected.whole
    last = len(whole.editions) - 1
    for figure in coming.figures:
        if figure.value is None:
            adding = whole.coming.adding(figure.spot)
            why = OWN if whole.is_primary(last, figure.spot) else NEIGHBOUR
            yield Hidden(figure.spot, sum(1 for amount in adding.values() if amount), why)

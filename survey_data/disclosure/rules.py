"""What each enterprise adds to a figure, and which figures are then sensitive in themselves.

A figure is the sum of its contributions. Two rules say whether it must be hidden for its own sake
(primary suppression): a threshold on the value below the county, and one on the number of
contributors everywhere. Employees of a county and its two provinces, four enterprises in the
north, of which one, with 2 men, did not answer and is estimated:

    |        | women | men       | total |
    |--------|------:|----------:|------:|
    | north  |    20 | 2 + 1 = 3 |    23 |
    | south  |    14 |        25 |    39 |
    | county |    34 |        28 |    62 |

The 3 men of the north are sensitive (1 to 4 persons below the county). The 28 of the county are
not, were they only three enterprises' men; of two they would be. In a county with fewer than 15
enterprises the value rule holds at the top too. Hiding a cell costs its level's weight times
log2(2 + value): 14 women cost 10 × 4 = 40, the county's 28 men 100 × 4.9 = 490, so that totals,
which the board has always printed, are hidden last. Whether an enterprise answered itself is kept
beside what it adds, because a side table keeps those who did not answer apart.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from math import log2
from typing import Any

# Without these weights hiding one total is cheaper than hiding two of its parts, and the totals,
# which the board has always printed, would go first.
LEVEL_WEIGHT = {"county": 100.0, "province": 10.0, "municipality": 1.0}


@dataclass(frozen=True)
class Rules:
    """The thresholds of a release; kept with it, never printed in anything public."""

    smallest_open_value: int = 5
    fewest_contributors: int = 3
    fewest_changed: int = 3
    # A top level with fewer enterprises follows the rules of the levels below it.
    fewest_at_top: int = 15
    # No two enterprises may make up more than this of a sum in a side table.
    dominance_per_cent: int = 80
    # For each figure that must be hidden, some table a reader cannot rule out has at least
    # `top` in it, and two such tables lie at least `width` apart.
    top: int = 5
    width: int = 5
    # How much work the search for a pattern may take: choices tried, and branches in each.
    most_rounds: int = 60
    most_branches: int = 20_000
    version: str = "1"

    def as_dict(self) -> dict[str, int | float | str]:
        """As stored beside a release."""
        return asdict(self)


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


def is_unsafe(
    level: str, value: int, contributors: int, rules: Rules, *, is_small_top: bool = False
) -> bool:
    """Whether a figure about persons must be hidden for its own sake (primary suppression).

    Zero is safe: nobody is in it. Below the county a small value is not, nor in a county with few
    enterprises (`is_small_top`), and nowhere is one that too few enterprises make up.
    """
    if value == 0:
        return False
    too_few = contributors < rules.fewest_contributors
    is_top = level == "county" and not is_small_top
    return too_few or (not is_top and value < rules.smallest_open_value)


def weight(level: str, value: int, factor: float = 1.0) -> float:
    """What hiding a figure costs; `factor` is how much costlier the coordinator holds it."""
    return LEVEL_WEIGHT[level] * log2(2 + value) * factor

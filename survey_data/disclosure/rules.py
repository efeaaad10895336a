"""When a figure must be hidden for its own sake, and how dear it is to hide another for it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from math import log2

# Higher is dearer: the county series are what the board has always printed. Without these,
# hiding one total is cheaper than hiding two of its parts, and the totals would go first.
LEVEL_WEIGHT = {"county": 100.0, "province": 10.0, "municipality": 1.0}


@dataclass(frozen=True)
class Rules:
    """The thresholds of a release; kept with it, never printed in anything public."""

    smallest_open_value: int = 5
    fewest_contributors: int = 3
    fewest_changed: int = 3
    # No two enterprises may make up more than this of a sum in a side table.
    dominance_per_cent: int = 80
    # For each figure that must be hidden, some table a reader cannot rule out has at least
    # `top` in it, and two such tables lie at least `width` apart.
    top: int = 5
    width: int = 5
    seconds: float = 60.0
    version: str = "1"

    def as_dict(self) -> dict[str, int | float | str]:
        """As stored beside a release."""
        return asdict(self)


def is_unsafe(level: str, value: int, contributors: int, rules: Rules) -> bool:
    """Whether a figure must be hidden for its own sake.

    Zero is safe: nobody is in it. Below the county a small value is not, and nowhere is one
    that too few enterprises make up.
    """
    if value == 0:
        return False
    too_few = contributors < rules.fewest_contributors
    return too_few or (level != "county" and value < rules.smallest_open_value)


def weight(level: str, value: int, factor: float = 1.0) -> float:
    """What hiding a figure costs; `factor` is how much dearer the coordinator holds it."""
    return LEVEL_WEIGHT[level] * log2(2 + value) * factor

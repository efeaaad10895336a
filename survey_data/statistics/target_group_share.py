"""The share of persons from the target group, as reserved procurement asks for it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from survey_data.responses.drafts import Value

# The share that the law on public procurement (LOU 4:18) names, in per cent.
ASKED_FOR = 30


@dataclass(frozen=True)
class Share:
    """So many of so many; shown rounded down, so that it never says more than there is."""

    number: int
    of: int

    @property
    def percent(self) -> int:
        """Whole per cent, rounded down."""
        return 100 * self.number // self.of

    @property
    def is_enough(self) -> bool:
        """Whether it reaches what the law names."""
        return 100 * self.number >= ASKED_FOR * self.of


def _number(answers: Mapping[str, Value], name: str) -> int | None:
    value = answers.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def target_share(answers: Mapping[str, Value]) -> Share | None:
    """Employees from the target group and all placed, of everybody who works there.

    None where a number is missing, nobody works there, or the numbers contradict one another.
    """
    employees = _number(answers, "employees_total")
    placed = _number(answers, "placed_total")
    target = _number(answers, "emp_target_group")
    if employees is None or placed is None or target is None:
        return None
    if target > employees or employees + placed == 0:
        return None
    return Share(target + placed, employees + placed)


def employed_share(answers: Mapping[str, Value]) -> Share | None:
    """The same among employees alone, which a buyer may count instead."""
    employees, target = _number(answers, "employees_total"), _number(answers, "emp_target_group")
    if not employees or target is None or target > employees:
        return None
    return Share(target, employees)

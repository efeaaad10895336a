"""What was decided of each response: checks, decisions, corrections, register proposals."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class FiredCheck:
    """A check that fired on a response: its figures, its limits that day, and whether explained."""

    check_id: str
    rule: str
    kind: str
    asked: bool
    fields: tuple[str, ...]
    parameters: Mapping[str, Any] = field(default_factory=dict)
    limits: Mapping[str, Any] = field(default_factory=dict)
    explained: bool = False

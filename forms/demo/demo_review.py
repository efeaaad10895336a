"""What the demonstration has to review: large changes with and without a word, and a return."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlite_utils import Database

from survey_data.review import check_results, review
from survey_data.review.review import Ruling

# By place among those who have handed in: what they add to their numbers, and what they say.
CHANGES: dict[int, dict[str, Any]] = {
    3: {"employees_total": 6, "employees_women": 4, "employees_men": 2,
        "change_reasons": ["hired"], "comment_changes": "Vi öppnade ett kafé i mars."},
    6: {"placed_af": 7, "change_reasons": ["more_assigned"]},
    9: {"placed_af": -3, "placed_kommun": 9, "change_reasons": ["more_assigned", "begun"],
        "comment_changes": "Kommunen har flyttat sin sysselsättning till oss."},
    13: {"employees_total": 8, "employees_women": 8},
    16: {"placed_af": 14},
}  # fmt: skip
WAITING = (3, 6, 9, 12, 13)
RETURNED = 16
QUESTION = "Är det så många från Arbetsförmedlingen den 1 oktober?"


def typed(place: int, numbers: Mapping[str, Any]) -> dict[str, Any]:
    """What the enterprise at a place hands in."""
    changed = dict(numbers)
    for name, more in CHANGES.get(place, {}).items():
        changed[name] = changed[name] + more if isinstance(more, int) else more
    return changed


def decide(db: Database, place: int, response_id: int, actor: str) -> None:
    """Accept most answers, return one, and leave a few to the coordinator."""
    fired = [f.check_id for f in check_results.of_response(db, response_id)]
    if place == RETURNED:
        asked = dict.fromkeys(fired, "ask")
        review.send_back(db, response_id, QUESTION, ["placed_af"], Ruling(actor, checks=asked))
    elif place not in WAITING:
        review.accept(db, response_id, Ruling(actor, checks=dict.fromkeys(fired, "accept")))

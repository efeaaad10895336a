"""The yearly round: opening, invitations, extra questions, optional modules, calls."""

from collections.abc import Mapping, Sequence
from typing import Any

Entry = Mapping[str, Any]

# What marks a question as one of the coordinator's own, and the page it stands on.
EXTRA = "X"
SECTION = "arets-fragor"
# The page that follows, or the one after it where no optional module is asked.
FOLLOWED_BY = ("fler-fragor", "granska")


def is_extra(entry: Entry) -> bool:
    """Whether a question was added at the office; the others are the core's."""
    return entry.get("module") == EXTRA


def merged(questionnaire: Sequence[Entry], extras: Sequence[Entry]) -> list[Entry]:
    """A questionnaire with these extra questions in place of those it had."""
    core = [entry for entry in questionnaire if not is_extra(entry)]
    places = [n for n, entry in enumerate(core) if entry.get("section") in FOLLOWED_BY]
    place = places[0] if places else len(core)
    return [*core[:place], *extras, *core[place:]]

"""The events of the outside world that the charts mark: the milestones that say how."""

from collections.abc import Iterable

from reports.charts.catalogue import EVENTS, Event, Words
from reports.data.model import Milestone


def events_of(milestones: Iterable[Milestone]) -> tuple[Event, ...]:
    """Every marked milestone, oldest first; in a file that marks none, the two known ones."""
    known = {(event.year, event.label.sv): event for event in EVENTS}
    marked = sorted((m for m in milestones if m.mark.sv), key=lambda m: m.year)
    found = (known.get((m.year, m.mark.sv)) or _event(m) for m in marked)
    return tuple(dict.fromkeys(found)) or EVENTS


def _event(milestone: Milestone) -> Event:
    mark, year = milestone.mark, milestone.year
    return Event(year, mark, Words(two_lines(mark.sv, year), two_lines(mark.en, year)))


def two_lines(words: str, year: int) -> str:
    """The words and the year, parted where the lines come out most alike."""
    pieces = f"{words} {year}".split(" ")
    cuts = ((" ".join(pieces[:place]), " ".join(pieces[place:])) for place in range(1, len(pieces)))
    first, second = min(cuts, key=lambda lines: max(map(len, lines)))
    return f"{first}<br>{second}"

"""What the charts mark of the outside world, and where a series breaks."""

from collections.abc import Iterable

from reports.data.chart_model import Break, ChartNumbers, OutsideEvent, Words
from reports.data.model import PublishedMilestone

EVENTS = (
    OutsideEvent(
        2019,
        Words("Arbetsförmedlingen reformeras", "The Employment Service is reformed"),
        Words("Arbetsförmedlingen<br>reformeras, 2019", "Employment Service<br>reformed, 2019"),
    ),
    OutsideEvent(
        2020, Words("Pandemin", "The pandemic"), Words("Pandemin<br>2020", "Pandemic<br>2020")
    ),
)

# Until 2020 the source counted only those placed by others without compensation.
BREAKS = (
    Break(
        2021,
        frozenset({"placed", "placed_other"}),
        Words("Brott i serien", "Break in series"),
        Words(
            "Till och med 2020 räknas övriga placerade bara utan ersättning, därefter även med.",
            "Until 2020 those placed by others are counted only without compensation,"
            " afterwards also with.",
        ),
    ),
)


def events_of(milestones: Iterable[PublishedMilestone]) -> tuple[OutsideEvent, ...]:
    """Every marked milestone, oldest first; in a file that marks none, the two known ones."""
    known = {(event.year, event.label.sv): event for event in EVENTS}
    marked = sorted((m for m in milestones if m.mark.sv), key=lambda m: m.year)
    found = (known.get((m.year, m.mark.sv)) or _event(m) for m in marked)
    return tuple(dict.fromkeys(found)) or EVENTS


def _event(milestone: PublishedMilestone) -> OutsideEvent:
    mark, year = milestone.mark, milestone.year
    return OutsideEvent(year, mark, Words(two_lines(mark.sv, year), two_lines(mark.en, year)))


def two_lines(words: str, year: int) -> str:
    """The words and the year, parted where the lines come out most alike."""
    pieces = f"{words} {year}".split(" ")
    cuts = ((" ".join(pieces[:place]), " ".join(pieces[place:])) for place in range(1, len(pieces)))
    first, second = min(cuts, key=lambda lines: max(map(len, lines)))
    return f"{first}<br>{second}"


def events_in(numbers: ChartNumbers) -> tuple[OutsideEvent, ...]:
    """The events that fall inside a chart's years."""
    years, known = numbers.years, EVENTS if numbers.events is None else numbers.events
    return tuple(event for event in known if years and years[0] < event.year <= years[-1])

"""People reached with information by the association."""

from reports.data.chart_model import (
    ChartNumbers,
    Language,
    Part,
    Point,
    Words,
    YearChart,
)
from reports.text.grammar import written
from reports.text.titles import total_change

# A year stands out when it is at least this many times the next highest.
STANDS_OUT = 1.5


def title(numbers: ChartNumbers, language: Language) -> str:
    """The year that stands out and what came after it, or else the whole course."""
    points, peak = numbers.parts[0].visible, numbers.parts[0].peak
    others = [point.number for point in points if point is not peak]
    if peak.number < STANDS_OUT * max(others) or not peak.value:
        return total_change(numbers, language)
    head = {
        "sv": f"{peak.year} sticker ut med {written(peak.value, 'sv')} nådda",
        "en": f"{peak.year} stands out with {written(peak.value, 'en')} people reached",
    }[language]
    return head + _after([p for p in points if p.year > peak.year], language)


def _after(later: list[Point], language: Language) -> str:
    if not later:
        return ""
    low, high = min(p.number for p in later), max(p.number for p in later)
    if low == high:
        value = written(low, language)
        if len(later) == 1:
            when = {"sv": f"år {later[0].year}", "en": f"in {later[0].year}"}[language]
            return f" – {value} {when}"
        return {"sv": f" – därefter {value} per år", "en": f" – {value} a year after that"}[
            language
        ]
    a, b = written(low, language), written(high, language)
    return {
        "sv": f" – därefter mellan {a} och {b} per år",
        "en": f" – between {a} and {b} a year after that",
    }[language]


CHART = YearChart(
    key="reached",
    name=Words("Nådda med information", "Reached with information"),
    kind="bars",
    subtitle=Words(
        "Personer som nåtts med information, antal per år",
        "People reached with information, number per year",
    ),
    parts=(Part("reached", "reached", Words("Nådda", "Reached"), "navy"),),
    title=title,
)

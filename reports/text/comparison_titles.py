"""The findings of charts that set two published series against each other."""

from reports.charts.figures.axes import written
from reports.data.chart_model import ChartNumbers, Language, Point, Series


def ends(series: Series) -> tuple[Point, Point]:
    """The first and the last point that have a number to show."""
    return series.visible[0], series.visible[-1]


def year_named(numbers: ChartNumbers, last: Point) -> str:
    """The last year by name, where the chart goes on after it (hidden or invented years)."""
    until = numbers.drawn_until or numbers.years[-1]
    return "" if last.year == until else f" {last.year}"


def in_year(when: str) -> str:
    """ " in 2019" for " 2019"; nothing for nothing."""
    return f" in{when}" if when else ""


def by_year(when: str, language: Language) -> str:
    """ " (till 2019)" for " 2019"; nothing for nothing."""
    if not (year := when.strip()):
        return ""
    return {"sv": f" (till {year})", "en": f" (by {year})"}[language]


def employed_placed(numbers: ChartNumbers, language: Language) -> str:
    """Which of employees and placed are more, and since when it has been so."""
    pairs = _pairs(numbers.series["employees"], numbers.series["placed"])
    if not pairs:
        return _apart(language)
    last, employed, placed = pairs[-1]
    if employed == placed:
        value = written(employed, language)
        return {
            "sv": f"Lika många anställda som placerade {last}: {value}",
            "en": f"As many employees as people placed in {last}: {value}",
        }[language]
    a, b = written(employed, language), written(placed, language)
    if employed < placed:
        head = {"sv": "fler placerade än anställda", "en": "more people placed than employed"}
        a, b = b, a
    else:
        head = {"sv": "fler anställda än placerade", "en": "more people employed than placed"}
    against = {"sv": f"{a} mot {b}", "en": f"{a} against {b}"}[language]
    return f"{_since(pairs, head[language], language)} – {against}"


def _apart(language: Language) -> str:
    return {
        "sv": "Anställda och placerade har inget år gemensamt",
        "en": "Employees and people placed share no year",
    }[language]


def _pairs(one: Series, other: Series) -> list[tuple[int, float, float]]:
    found = []
    for point in one.visible:
        match = other.at(point.year)
        if match and match.value is not None and point.value is not None:
            found.append((point.year, point.value, match.value))
    return found


def _since(pairs: list[tuple[int, float, float]], head: str, language: Language) -> str:
    """Since when the sign of the difference has been what it is in the last year."""
    is_more = pairs[-1][1] > pairs[-1][2]
    start = pairs[-1][0]
    for year, employed, placed in reversed(pairs):
        if employed == placed or (employed > placed) != is_more:
            break
        start = year
    if start == pairs[-1][0]:
        return f"{start}: {head}"
    if start == pairs[0][0]:
        return {"sv": f"{head[0].upper()}{head[1:]} alla år", "en": f"In every year {head}"}[
            language
        ]
    return {"sv": f"Sedan {start} är det {head}", "en": f"Since {start}, {head}"}[language]


def per_enterprise(numbers: ChartNumbers, language: Language) -> str:
    """The last year's placed per enterprise, against the highest."""
    points = numbers.series["placed_per_enterprise"].visible
    last = points[-1]
    peak = max(points, key=lambda point: point.value or 0)
    now, high = (written(point.value or 0, language, 1) for point in (last, peak))
    named = year_named(numbers, last)
    if last.value != peak.value:
        return {
            "sv": f"{now} placerade per företag{named} – som mest {high} år {peak.year}",
            "en": f"{now} people placed per enterprise{in_year(named)} –"
            f" {high} at most, in {peak.year}",
        }[language]
    if peak is not last:
        return {
            "sv": f"{now} placerade per företag{named} – lika många som toppåret {peak.year}",
            "en": f"{now} people placed per enterprise{in_year(named)} –"
            f" as many as in the peak year {peak.year}",
        }[language]
    return {
        "sv": f"{now} placerade per företag {last.year} – fler än något tidigare år",
        "en": f"{now} people placed per enterprise in {last.year} – more than in any earlier year",
    }[language]

"""Employees against people placed."""

from reports.data.chart_model import (
    ChartNumbers,
    Language,
    Part,
    Point,
    Words,
    YearChart,
)
from reports.data.chart_numbers import seen_in_both
from reports.text.grammar import upper_first, written
from reports.text.titles import by_year, is_mostly_hidden, year_named


def title(numbers: ChartNumbers, language: Language) -> str:
    """Which of employees and placed are more, and since when it has been so."""
    pairs = _pairs(numbers)
    if not pairs:
        return {
            "sv": "Anställda och placerade har inget år gemensamt",
            "en": "Employees and people placed share no year",
        }[language]
    if any(is_mostly_hidden(part) for part in numbers.parts):
        pairs = pairs[-1:]
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
    since = _since(pairs, head[language], language)
    when = by_year(year_named(numbers, Point(last, None)), language)
    return f"{since} – {against}{'' if since.startswith(str(last)) else when}"


def _pairs(numbers: ChartNumbers) -> list[tuple[int, float, float]]:
    return seen_in_both(numbers.series["employees"], numbers.series["placed"])


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
        return {"sv": f"{upper_first(head)} alla år", "en": f"In every year {head}"}[language]
    return {"sv": f"Sedan {start} är det {head}", "en": f"Since {start}, {head}"}[language]


CHART = YearChart(
    key="employed_placed",
    name=Words("Anställda mot placerade", "Employees against people placed"),
    kind="lines",
    subtitle=Words(
        "Anställda och placerade i de registrerade företagen, antal personer",
        "Employees and people placed in the registered enterprises, number of people",
    ),
    parts=(
        Part("employees", "employees", Words("Anställda", "Employees"), "navy"),
        Part("placed", "placed", Words("Placerade", "Placed"), "orange"),
    ),
    from_answers=True,
    title=title,
    # The last year when both are seen.
    title_until=lambda numbers: max((year for year, *_ in _pairs(numbers)), default=0),
)

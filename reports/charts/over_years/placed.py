"""People placed, by who referred them."""

from operator import le, lt

from reports.charts.over_years import PEOPLE, PERSON, TOTAL
from reports.data.chart_model import ChartNumbers, Language, Part, Point, Words, YearChart
from reports.text.grammar import noun, written
from reports.text.titles import by_year, in_year, total_change, year_named

# What is left of the peak, and what is then said; the first that holds is used.
FALLS = (
    (lt, 0.5, "mer än halverats", "more than halved"),
    (le, 0.5, "halverats", "halved"),
    (le, 0.55, "nästan halverats", "nearly halved"),
)


def fall_words(peak: float, last: float, language: Language) -> str | None:
    """ "mer än halverats" and the like; None where the fall is smaller than that."""
    for holds, share, swedish, english in FALLS:
        if holds(last, peak * share):
            return swedish if language == "sv" else english
    return None


def title(numbers: ChartNumbers, language: Language) -> str:
    """How the last year stands to the highest."""
    points = numbers.series["placed"].visible
    last, peak = points[-1], max(points, key=lambda point: point.value or 0)
    high, now = peak.value or 0, last.value or 0
    if high == now:
        return _no_higher(numbers, points, language)
    when = year_named(numbers, last)
    if words := fall_words(high, now, language):
        return {
            "sv": f"Placeringarna har {words} sedan toppen {peak.year}{by_year(when, 'sv')}",
            "en": f"Placements have {words} since the peak in {peak.year}{by_year(when, 'en')}",
        }[language]
    fewer = written(high - now, language)
    people = noun("placed", high - now, language)
    return {
        "sv": f"{fewer} färre {people}{when} än toppåret {peak.year}",
        "en": f"{fewer} fewer {people}{in_year(when)} than in the peak year {peak.year}",
    }[language]


def _no_higher(numbers: ChartNumbers, points: tuple[Point, ...], language: Language) -> str:
    """The last year is the highest, alone or together with an earlier one."""
    last = points[-1]
    tied = any(point.value == last.value for point in points[:-1])
    people = noun(numbers.chart.key, 2, language)
    if tied:
        return total_change(numbers, language)
    return {
        "sv": f"Fler {people} {last.year} än något tidigare år",
        "en": f"More {people} in {last.year} than in any earlier year",
    }[language]


CHART = YearChart(
    key="placed",
    name=Words("Placerade efter anvisare", "People placed, by referring body"),
    kind="stack",
    subtitle=Words(
        "Placerade personer efter anvisare, antal per år",
        "People placed, by referring body, number per year",
    ),
    parts=(
        Part(
            "placed_af",
            "placed_af",
            Words("Arbetsförmedlingen", "Employment Service"),
            "navy",
            short=Words("Arbetsför-<br>medlingen", "Employment<br>Service"),
            proper=True,
        ),
        Part("placed_kommun", "placed_kommun", Words("Kommunen", "Municipality"), "teal"),
        Part("placed_other", "placed_other", Words("Övriga", "Others"), "orange"),
    ),
    total=Part("placed", "placed", TOTAL, "ink"),
    from_answers=True,
    unit=PEOPLE,
    unit_one=PERSON,
    title=title,
)

"""People placed, by who referred them."""

from reports.data.chart_model import (
    TOTAL,
    ChartNumbers,
    Language,
    Part,
    Point,
    Words,
    YearChart,
)
from reports.text.grammar import fall_words, noun, written
from reports.text.titles import by_year, in_year, that_can_be_shown, total_change, year_named

REFERRING = {
    "placed_af": Words("Arbetsförmedlingen", "Employment Service offices"),
    "placed_kommun": Words("Kommunerna", "Municipalities"),
    "placed_other": Words("Övriga", "Others"),
}
# A referring body is named where its people changed by at least this share, and this many.
SHARE, FEWEST = 0.2, 5


def title(numbers: ChartNumbers, language: Language) -> str:
    """Who refers fewer or more than in the peak year; where that is not seen, how many fewer."""
    return _referring(numbers, language) or _against_peak(numbers, language)


def _referring(numbers: ChartNumbers, language: Language) -> str:
    points = numbers.series["placed"].visible
    last, peak = points[-1], max(points, key=lambda point: point.value or 0)
    seen = {
        who: part.between(peak.year, last.year)
        for part, who in ((numbers.series[key], words) for key, words in REFERRING.items())
    }
    if last is peak or None in seen.values():
        return ""
    named = [
        (who, (pair[1] - pair[0]) / pair[0])
        for who, pair in seen.items()
        if pair and pair[0] and abs(pair[1] - pair[0]) >= max(FEWEST, SHARE * pair[0])
    ]
    named.sort(key=lambda each: -abs(each[1]))
    return _who(named[:2], peak.year, year_named(numbers, last), language)


def _who(named: list[tuple[Words, float]], peak: int, when: str, language: Language) -> str:
    """ "Kommunerna placerar 65 % färre än 2018, Arbetsförmedlingen 47 % färre"."""
    if not named:
        return ""
    (first, share), *rest = [(who.in_(language), _size(share, language)) for who, share in named]
    tail = "".join(f", {who} {size}" for who, size in rest)
    return {
        "sv": f"{first} placerar {share}{when} än {peak}{tail}",
        "en": f"{first} refer {share}{in_year(when)} than in {peak}{tail}",
    }[language]


def _size(share: float, language: Language) -> str:
    size = written(100 * abs(share), language)
    if language == "sv":
        return f"{size}\u00a0% {'fler' if share > 0 else 'färre'}"
    return f"{size}% {'more' if share > 0 else 'fewer'}"


def _against_peak(numbers: ChartNumbers, language: Language) -> str:
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
    shown = that_can_be_shown(numbers.series["placed"], language)
    if tied:
        return total_change(numbers, language)
    return {
        "sv": f"Fler {people} {last.year} än något tidigare år{shown}",
        "en": f"More {people} in {last.year} than in any earlier year{shown}",
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
        Part("placed_kommun", "placed_kommun", REFERRING["placed_kommun"], "teal"),
        Part("placed_other", "placed_other", Words("Övriga", "Others"), "orange"),
    ),
    total=Part("placed", "placed", TOTAL, "ink"),
    from_answers=True,
    title=title,
)

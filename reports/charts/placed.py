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
from reports.text.grammar import fall_words, more, noun, percent, written
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
    last, peak = numbers.series["placed"].visible[-1], numbers.series["placed"].peak
    return _referring(numbers, last, peak, language) or _against(numbers, last, peak, language)


def _referring(numbers: ChartNumbers, last: Point, peak: Point, language: Language) -> str:
    """ "Kommunerna placerar 65 % färre än 2018, Arbetsförmedlingen 47 % färre"."""
    named = []
    for key, who in REFERRING.items():
        pair = numbers.series[key].between(peak.year, last.year)
        if last is peak or pair is None:
            return ""
        step = pair[1] - pair[0]
        if pair[0] and abs(step) >= max(FEWEST, SHARE * pair[0]):
            share = abs(step) / pair[0]
            size = f"{percent(share, language)} {more(step, language)}"
            named.append((share, who.in_(language), size))
    if not named:
        return ""
    named.sort(key=lambda each: -each[0])
    (_, first, size), when = named[0], year_named(numbers, last)
    tail = "".join(f", {who} {each}" for _, who, each in named[1:2])
    return {
        "sv": f"{first} placerar {size}{when} än {peak.year}{tail}",
        "en": f"{first} refer {size}{in_year(when)} than in {peak.year}{tail}",
    }[language]


def _against(numbers: ChartNumbers, last: Point, peak: Point, language: Language) -> str:
    """How the last year stands to the highest."""
    high, now = peak.number, last.number
    if high == now:
        return _no_higher(numbers, language)
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


def _no_higher(numbers: ChartNumbers, language: Language) -> str:
    """The last year is the highest, alone or together with an earlier one."""
    *earlier, last = numbers.series["placed"].visible
    if any(point.value == last.value for point in earlier):
        return total_change(numbers, language)
    people = noun(numbers.chart.key, 2, language)
    shown = that_can_be_shown(numbers.series["placed"], language)
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

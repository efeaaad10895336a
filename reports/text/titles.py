"""Numbers in, sentences out, in Swedish and English; never a word the numbers do not bear out.

Invented example years are left out of every sentence, and hidden values are never guessed. What a
chart's own title says stands in the chart's file; here is what all of them share.
"""

from reports.data.chart_model import ChartNumbers, Language, Point, Series, Words
from reports.text.grammar import NOUNS, answered, broken, change, counted, noun, span, written

NOTHING = {"sv": "Inga uppgifter ännu", "en": "No figures yet"}
WAYS = {
    "up": Words("Fler", "More"),
    "down": Words("Färre", "Fewer"),
    "steady": Words("Ungefär lika många", "About as many"),
}
HIDDEN = {
    "sv": "Alla värden är dolda för att skydda enskilda",
    "en": "All values are hidden to protect individuals",
}


def title(numbers: ChartNumbers, language: Language = "sv") -> str:
    """The finding of a chart: what a reader should take away from it."""
    real = numbers.without_examples()
    main = real.main
    if not main.visible:
        return nothing(main, language)
    if len(main.visible) == 1:
        last, decimals = main.visible[0], real.parts[0].part.decimals
        things = _things(real, last.number, language)
        found = f"{counted(last.number, things, language, decimals)} {last.year}"
    elif is_mostly_hidden(main):
        found, last = total_change(real, language), main.visible[-1]
    else:
        found, last = (real.chart.title or total_change)(real, language), _last(real, main)
    if len(main.visible) > 1:
        found += across(real, last.year, language)
    few = incomplete(real, last, language)
    return f"{found} ({few})" if few else found


def across(numbers: ChartNumbers, until: int, language: Language) -> str:
    """The break in a series that is spoken of from its first year until another, or nothing.

    Beside a total its parts are spoken of in its years alone.
    """
    since = numbers.total.visible[0].year if numbers.total else 0
    for series in (numbers.main, *numbers.parts):
        years = [point.year for point in series.visible if since <= point.year <= until]
        if years and (words := broken(series.part.indicator, years[0], years[-1], language)):
            return words
    return ""


def _last(numbers: ChartNumbers, main: Series) -> Point:
    """The newest point of what the title speaks of: how many answered is said of no other year."""
    until = numbers.chart.title_until(numbers) if numbers.chart.title_until else 0
    lines = [main, *numbers.columns] if until else []
    found = (line.at(until) for line in lines)
    return next((point for point in found if point and point.value is not None), main.visible[-1])


def is_mostly_hidden(series: Series) -> bool:
    """Whether fewer than half of the values may be shown: then none of them is the highest."""
    return 2 * len(series.visible) < len(series.points)


def that_can_be_shown(series: Series, language: Language) -> str:
    """What a superlative must add where a value is hidden; "" where all are seen."""
    words = {"sv": " som kan visas", "en": " that can be shown"}
    return "" if len(series.visible) == len(series.points) else words[language]


def nothing(main: Series, language: Language) -> str:
    """Why there is no number: none yet, or none that may be shown."""
    return (HIDDEN if main.points else NOTHING)[language]


def incomplete(numbers: ChartNumbers, last: Point, language: Language) -> str:
    """How many answered in a year, for a sum of fewer than all may not stand without it."""
    row = next((row for row in numbers.coverage if row.year == last.year), None)
    is_sum = numbers.chart.from_answers and last.value is not None
    return answered(row, language, str(last.year)) if is_sum else ""


def _things(numbers: ChartNumbers, count: float, language: Language) -> str:
    """What a chart counts: by its own noun, or its unit where it has none."""
    key = numbers.chart.key
    return noun(key, count, language) if key in NOUNS else numbers.chart.unit_for(count, language)


def total_change(numbers: ChartNumbers, language: Language) -> str:
    """More, fewer or about as many, from the first to the last year."""
    main = numbers.main
    first, last = ends(main)
    people = _things(numbers, 2, language)
    way = WAYS[change(first.number, last.number)].in_(language)
    a, b = (written(p.number, language, main.part.decimals) for p in (first, last))
    return {
        "sv": f"{way} {people} – från {a} till {b} {span(first.year, last.year)}",
        "en": f"{way} {people} – from {a} to {b}, {span(first.year, last.year)}",
    }[language]


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

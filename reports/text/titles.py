"""Numbers in, sentences out, in Swedish and English; never a word the numbers do not bear out.

Invented example years are left out of every sentence, and hidden values are never guessed.
"""

from collections.abc import Callable, Mapping
from operator import le, lt

from reports.charts.catalogue import ChartNumbers, Language, Point, Series
from reports.charts.figures.axes import written
from reports.text.comparison_titles import (
    by_year,
    employed_placed,
    ends,
    in_year,
    per_enterprise,
    year_named,
)
from reports.text.grammar import change, counted, in_words, noun, span, upper_first

NOTHING = {"sv": "Inga uppgifter ännu", "en": "No figures yet"}
HIDDEN = {
    "sv": "Alla värden är dolda för att skydda enskilda",
    "en": "All values are hidden to protect individuals",
}


def title(numbers: ChartNumbers, language: Language = "sv") -> str:
    """The finding of a chart: what a reader should take away from it."""
    real = numbers.without_examples()
    main = real.total or real.parts[0]
    if not main.visible:
        return nothing(main, language)
    if len(main.visible) == 1:
        return _only_year(real, main.visible[0], language)
    return TITLES[real.chart.key](real, language) + _incomplete(real, main.visible[-1], language)


def nothing(main: Series, language: Language) -> str:
    """Why there is no number: none yet, or none that may be shown."""
    return (HIDDEN if main.points else NOTHING)[language]


def _incomplete(numbers: ChartNumbers, last: Point, language: Language) -> str:
    """A sum of fewer than all may not be set against earlier years without saying so."""
    row = next((row for row in numbers.coverage if row.year == last.year), None)
    if not (numbers.chart.from_answers and row and row.asked and row.answered is not None):
        return ""
    if row.answered >= row.asked:
        return ""
    return {
        "sv": f" ({row.answered} av {row.asked} företag svarade {row.year})",
        "en": f" ({row.answered} of {row.asked} enterprises answered in {row.year})",
    }[language]


def _only_year(numbers: ChartNumbers, point: Point, language: Language) -> str:
    value = point.value or 0
    decimals = numbers.parts[0].part.decimals
    things = noun(numbers.chart.key, value, language)
    return f"{counted(value, things, language, decimals)} {point.year}"


def _enterprises(numbers: ChartNumbers, language: Language) -> str:
    first, last = ends(numbers.series["enterprises"])
    difference = (last.value or 0) - (first.value or 0)
    when = year_named(numbers, last)
    things = noun("enterprises", abs(difference), language)
    if not difference:
        return {
            "sv": f"Lika många företag{when} som {first.year}",
            "en": f"As many enterprises{in_year(when)} as in {first.year}",
        }[language]
    more, size = difference > 0, in_words(abs(difference), language)
    head = {
        "sv": f"{size} {'fler' if more else 'färre'} {things}{when} än {first.year}",
        "en": f"{size} {'more' if more else 'fewer'} {things}{in_year(when)} than in {first.year}",
    }[language]
    return upper_first(head) + _where(numbers, first.year, last.year, difference, language)


def _where(
    numbers: ChartNumbers, first: int, last: int, difference: float, language: Language
) -> str:
    """Which province stands for the change; nothing unless the provinces add up to it."""
    changes = {s.part.label.sv: _change_of(s, first, last) for s in numbers.parts}
    known = {name: value for name, value in changes.items() if value is not None}
    if len(known) < len(changes) or sum(known.values()) != difference:
        return ""
    (small_name, small), (big_name, big) = sorted(known.items(), key=lambda item: abs(item[1]))
    if abs(big) == abs(small):
        return ""
    if small == 0:
        every = {"sv": "alla ", "en": "all "}[language] if abs(big) > 1 else ""
        return {"sv": f" – {every}i {big_name}", "en": f" – {every}in {big_name}"}[language]
    if (small > 0) == (big > 0):
        return {"sv": f" – mest i {big_name}", "en": f" – mostly in {big_name}"}[language]
    return {
        "sv": f" – men {'fler' if small > 0 else 'färre'} i {small_name}",
        "en": f" – but {'more' if small > 0 else 'fewer'} in {small_name}",
    }[language]


def _change_of(series: Series, first: int, last: int) -> float | None:
    before, after = series.at(first), series.at(last)
    if before is None or after is None or before.value is None or after.value is None:
        return None
    return after.value - before.value


def _employees(numbers: ChartNumbers, language: Language) -> str:
    women, men = numbers.series["employees_women"], numbers.series["employees_men"]
    years = sorted({p.year for p in women.visible} & {p.year for p in men.visible})
    if len(years) < 2:
        return _total_change(numbers, language)
    first, last = years[0], years[-1]
    before, after = (_pair(women, men, year) for year in (first, last))
    words = _who_changed(change(before[0], after[0]), change(before[1], after[1]), language)
    until = by_year(year_named(numbers, Point(last, None)), language)
    return f"{words} – {_gap(before, after, language)}{until}"


def _pair(women: Series, men: Series, year: int) -> tuple[float, float]:
    pair = women.at(year), men.at(year)
    return (pair[0].value or 0 if pair[0] else 0, pair[1].value or 0 if pair[1] else 0)


WHO_CHANGED = {
    ("up", "up"): ("Fler kvinnor och fler män anställda", "More women and more men employed"),
    ("down", "down"): (
        "Färre kvinnor och färre män anställda",
        "Fewer women and fewer men employed",
    ),
    ("up", "down"): ("Fler kvinnor men färre män anställda", "More women but fewer men employed"),
    ("down", "up"): ("Fler män men färre kvinnor anställda", "More men but fewer women employed"),
    ("up", "steady"): ("Fler kvinnor anställda", "More women employed"),
    ("steady", "up"): ("Fler män anställda", "More men employed"),
    ("down", "steady"): ("Färre kvinnor anställda", "Fewer women employed"),
    ("steady", "down"): ("Färre män anställda", "Fewer men employed"),
    ("steady", "steady"): (
        "Ungefär lika många kvinnor och män anställda som tidigare",
        "About as many women and men employed as before",
    ),
}


def _who_changed(women: str, men: str, language: Language) -> str:
    swedish, english = WHO_CHANGED[women, men]
    return swedish if language == "sv" else english


def _gap(before: tuple[float, float], after: tuple[float, float], language: Language) -> str:
    """How the difference between women and men has moved, and who are more now."""
    old, new = before[0] - before[1], after[0] - after[1]
    if new == 0:
        return {"sv": "nu är de lika många", "en": "their numbers are now equal"}[language]
    if old * new < 0:
        swedish, english = ("kvinnorna", "women") if new > 0 else ("männen", "men")
        return {"sv": f"nu är {swedish} fler", "en": f"there are now more {english}"}[language]
    a, b = written(abs(old), language), written(abs(new), language)
    if abs(old) == abs(new):
        return {
            "sv": f"skillnaden mellan könen är fortfarande {b}",
            "en": f"the gap between women and men is still {b}",
        }[language]
    way_sv, way_en = ("krympt", "shrunk") if abs(new) < abs(old) else ("vuxit", "grown")
    return {
        "sv": f"skillnaden mellan könen har {way_sv} från {a} till {b}",
        "en": f"the gap between women and men has {way_en} from {a} to {b}",
    }[language]


def _total_change(numbers: ChartNumbers, language: Language) -> str:
    main = numbers.total or numbers.parts[0]
    first, last = ends(main)
    people = noun(numbers.chart.key, 2, language)
    way = change(first.value or 0, last.value or 0)
    swedish = {"up": "Fler", "down": "Färre", "steady": "Ungefär lika många"}[way]
    english = {"up": "More", "down": "Fewer", "steady": "About as many"}[way]
    numbers_sv = f"från {written(first.value or 0, 'sv')} till {written(last.value or 0, 'sv')}"
    numbers_en = f"from {written(first.value or 0, 'en')} to {written(last.value or 0, 'en')}"
    return {
        "sv": f"{swedish} {people} – {numbers_sv} {span(first.year, last.year)}",
        "en": f"{english} {people} – {numbers_en}, {span(first.year, last.year)}",
    }[language]


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


def _placed(numbers: ChartNumbers, language: Language) -> str:
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
        return _total_change(numbers, language)
    return {
        "sv": f"Fler {people} {last.year} än något tidigare år",
        "en": f"More {people} in {last.year} than in any earlier year",
    }[language]


# A year stands out when it is at least this many times the next highest.
STANDS_OUT = 1.5


def _reached(numbers: ChartNumbers, language: Language) -> str:
    points = numbers.parts[0].visible
    peak = max(points, key=lambda point: point.value or 0)
    others = [point.value or 0 for point in points if point is not peak]
    if (peak.value or 0) < STANDS_OUT * max(others) or not peak.value:
        return _total_change(numbers, language)
    head = {
        "sv": f"{peak.year} sticker ut med {written(peak.value, 'sv')} nådda",
        "en": f"{peak.year} stands out with {written(peak.value, 'en')} reached",
    }[language]
    return head + _after([p for p in points if p.year > peak.year], language)


def _after(later: list[Point], language: Language) -> str:
    if not later:
        return ""
    low, high = min(p.value or 0 for p in later), max(p.value or 0 for p in later)
    if low == high:
        value = written(low, language)
        return {"sv": f" – därefter {value} per år", "en": f" – {value} a year after that"}[
            language
        ]
    a, b = written(low, language), written(high, language)
    return {
        "sv": f" – därefter mellan {a} och {b} per år",
        "en": f" – between {a} and {b} a year after that",
    }[language]


TITLES: Mapping[str, Callable[[ChartNumbers, Language], str]] = {
    "enterprises": _enterprises,
    "employees": _employees,
    "placed": _placed,
    "employed_placed": employed_placed,
    "placed_per_enterprise": per_enterprise,
    "reached": _reached,
}

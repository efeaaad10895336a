"""The opening of the report: what happened, in a headline, a sentence and a paragraph."""

from collections.abc import Mapping
from dataclasses import dataclass

from reports.data.chart_model import ChartNumbers, Language, Point
from reports.data.chart_numbers import events_in
from reports.text.changes import FOLLOWED, LargestChange, largest_change
from reports.text.grammar import (
    NB,
    STEADY_SHARE,
    answered,
    between,
    broken,
    fall_words,
    joined,
    lower_first,
    more,
    noun,
    percent,
    upper_first,
    written,
)
from reports.text.key_figures import counts

SUBJECTS = {
    "enterprises": ("antalet företag", "the number of enterprises", "has"),
    "employees": ("antalet anställda", "the number of employees", "has"),
    "placed": ("placeringarna", "placements", "have"),
}
# As they begin a sentence that says how many more or fewer they became.
THEY = {"enterprises": "företagen", "employees": "de anställda", "placed": "placeringarna"}
# A number within this of twice the first is called doubled.
DOUBLED = (1.95, 2.05)
# And one that is at least this share of it still only halved.
HALVED = 0.45
OWNERS = {
    "placed_af": ("Arbetsförmedlingens", "those by the Employment Service"),
    "placed_kommun": ("kommunernas", "those by the municipalities"),
    "placed_other": ("övrigas", "those by others"),
    "employees_women": ("kvinnorna", "women"),
    "employees_men": ("männen", "men"),
}


@dataclass(frozen=True)
class WhatHappened:
    """What a reader is told first: `chart` names the chart that shows it, "" where none does.

    `year` is that of the largest step; 0 where none is spoken of.
    """

    headline: str
    lead: str = ""
    paragraph: str = ""
    chart: str = ""
    chart_title: str = ""
    year: int = 0


def what_happened(charts: Mapping[str, ChartNumbers], language: Language) -> WhatHappened:
    """The largest change in words; the plain counts where no change can be spoken of."""
    change = largest_change(charts)
    if change is None:
        return WhatHappened(counts(charts, language))
    if change.is_of_who_answered:
        return _coverage(change, language)
    if change.share is not None and abs(change.share) <= STEADY_SHARE:
        still = {"sv": "Läget är i stort sett oförändrat", "en": "Little has changed"}[language]
        return WhatHappened(f"{still}. {counts(charts, language)}")
    return WhatHappened(
        _headline(change, language),
        _lead(change, language),
        # What the source states against its parts stands under the chart that is shown with this.
        " ".join(filter(None, (_course(change, language), _others(change, charts, language)))),
        change.key,
        _chart_title(change, language),
        (change.largest_step or (change.before, change.after))[1].year,
    )


def _headline(change: LargestChange, language: Language) -> str:
    before, after = change.before, change.after
    a, b = (written(point.number, language) for point in (before, after))
    if _is_highest(change):
        people = noun(change.key, 2, language)
        first = change.numbers.main.visible[0]
        apart = broken(change.numbers.main.part.indicator, first.year, after.year, language)
        return {
            "sv": f"Fler {people} än något tidigare år{apart}: {b} år {after.year}"
            f" mot {a} år {before.year}",
            "en": f"More {people} than in any earlier year{apart}: {b} in {after.year}"
            f" against {a} in {before.year}",
        }[language]
    swedish, english, has = SUBJECTS[change.key]
    verb = _verb(change, language)
    return upper_first(
        {
            "sv": f"{swedish} har {verb}: {a} år {before.year}, {b} år {after.year}",
            "en": f"{english} {has} {verb}: {a} in {before.year}, {b} in {after.year}",
        }[language]
    )


def _is_highest(change: LargestChange) -> bool:
    """Whether no earlier year had as many, and it is set against more than last year."""
    earlier = [p for p in change.numbers.main.visible if p.year < change.after.year]
    is_record = all(p.number < change.after.number for p in earlier)
    return is_record and change.before.year < change.after.year - 1


def _verb(change: LargestChange, language: Language) -> str:
    """A verb that is true of the stated totals and of the sums of their parts."""
    pairs = [(change.before.number, change.after.number), change.summed]
    if change.size < 0:
        said = {fall_words(first, last, language) for first, last in pairs}
        if len(said) == 1 and (words := next(iter(said))):
            return words
        # One sum says nearly halved and the other more than halved: halved is true of both.
        if None not in said and all(last / first >= HALVED for first, last in pairs):
            return {"sv": "halverats", "en": "halved"}[language]
        return _by_share(change, {"sv": "minskat", "en": "fallen"}[language], language)
    low, high = DOUBLED
    if all(first and low <= last / first <= high for first, last in pairs):
        return {"sv": "fördubblats", "en": "doubled"}[language]
    return _by_share(change, {"sv": "ökat", "en": "risen"}[language], language)


def _by_share(change: LargestChange, verb: str, language: Language) -> str:
    if change.share is None:
        return verb
    size = percent(abs(change.share), language)
    return {"sv": f"{verb} med {size}", "en": f"{verb} by {size}"}[language]


def _lead(change: LargestChange, language: Language) -> str:
    """The largest step between two years, and what happened outside in that year."""
    if not (step := change.largest_step):
        return ""
    year = step[1].year
    size = _more(change.key, step, language)
    if change.before.year == year - 1 and change.after.year == year:
        head = {"sv": f"{size} på ett år.", "en": f"{size} in one year."}
    elif change.size < 0:
        head = {
            "sv": f"Störst var fallet {year}, med {size}.",
            "en": f"The largest fall was in {year}, {size}.",
        }
    else:
        head = {
            "sv": f"Störst var ökningen {year}, med {size}.",
            "en": f"The largest rise was in {year}, {size}.",
        }
    return f"{head[language]} {_event(change, year, language)}".strip()


def _size(step: tuple[Point, Point]) -> float:
    return step[1].number - step[0].number


def _more(key: str, step: tuple[Point, Point], language: Language) -> str:
    """ "114 färre placerade", a number that is never without its thing."""
    return f"{_bare(step, language)} {noun(key, abs(_size(step)), language)}"


def _event(change: LargestChange, year: int, language: Language) -> str:
    found = [e for e in events_in(change.numbers) if e.year == year]
    if not found:
        return ""
    labels = [event.label.in_(language) for event in found]
    names = joined([labels[0], *map(lower_first, labels[1:])], language)
    return {
        "sv": f"Samma år: {names}.",
        "en": f"The same year: {lower_first(names)}.",
    }[language]


def _chart_title(change: LargestChange, language: Language) -> str:
    step = change.largest_step or (change.before, change.after)
    a, b = step[0].year, step[1].year
    said = _more(change.key, step, language)
    return {"sv": f"{said} {b} än {a}", "en": f"{said} in {b} than in {a}"}[language]


def _course(change: LargestChange, language: Language) -> str:
    """The largest step with its share and its parts, then what the latest year added."""
    if not (step := change.largest_step):
        return ""
    year, they = step[1].year, upper_first(THEY[change.key])
    size, share = _bare(step, language), _shared(step, language)
    head = {
        "sv": f"{they} blev {size} {year}{share}",
        "en": f"In {year} there were {_more(change.key, step, language)}{share}",
    }[language]
    said = head + _parts(change.numbers, step, language)
    last = change.steps[-1]
    if last == step:
        return said
    then, further = last[1].year, _bare(last, language)
    return {
        "sv": f"{said} {then} blev de ytterligare {further}.",
        "en": f"{said} In {then} there were a further {further}.",
    }[language]


def _bare(step: tuple[Point, Point], language: Language) -> str:
    return f"{written(abs(_size(step)), language)}{NB}{more(_size(step), language)}"


def _shared(step: tuple[Point, Point], language: Language) -> str:
    first = step[0].number
    if not first:
        return ""
    share = _size(step) / first
    sign = "+" if share > 0 else "−" if share < 0 else ""
    return f" ({sign}{percent(abs(share), language)})"


def _parts(numbers: ChartNumbers, step: tuple[Point, Point], language: Language) -> str:
    """What the parts were in the same two years; nothing unless every part is seen in both."""
    if len(numbers.parts) == 1:
        return "."
    first, last = step[0].year, step[1].year
    phrases = []
    for each in numbers.parts:
        if (pair := each.between(first, last)) is None:
            return "."
        owner = OWNERS.get(each.part.column)
        who = owner[language == "en"] if owner else each.part.label.in_(language)
        a, b = (written(value, language) for value in pair)
        phrases.append(f"{who} {between(a, b, language)}")
    return f": {joined(phrases, language)}."


def _others(change: LargestChange, charts: Mapping[str, ChartNumbers], language: Language) -> str:
    """What the other two did since last year, where both years are seen."""
    year, found = change.after.year, []
    for key in FOLLOWED:
        if key == change.key or key not in charts:
            continue
        series = charts[key].without_examples().main
        before, after = series.at(year - 1), series.at(year)
        if before and after and before.value is not None and after.value is not None:
            found.append(_since_last(key, (before, after), language))
    if not found:
        return ""
    return {
        "sv": f"Jämfört med {year - 1} var {joined(found, language)}.",
        "en": f"Compared with {year - 1} there were {joined(found, language)}.",
    }[language]


def _since_last(key: str, step: tuple[Point, Point], language: Language) -> str:
    if not _size(step):
        things = noun(key, 2, language)
        apart = broken(key, step[0].year, step[1].year, language)
        same = {"sv": f"{THEY[key]} lika många", "en": f"as many {things}"}[language]
        return same + apart
    share = _shared(step, language) + broken(key, step[0].year, step[1].year, language)
    return {
        "sv": f"{THEY[key]} {_bare(step, language)}{share}",
        "en": f"{_more(key, step, language)}{share}",
    }[language]


def _coverage(change: LargestChange, language: Language) -> WhatHappened:
    """How many answered, and that the years cannot be set against each other."""
    row = next(
        row
        for row in reversed(change.numbers.coverage)
        if row.year in (change.before.year, change.after.year) and row.is_partial
    )
    things = SUBJECTS[change.key][0 if language == "sv" else 1]
    a, b = change.before.year, change.after.year
    return WhatHappened(
        answered(row, language, str(row.year)),
        {
            "sv": f"Det mesta av ändringen i {things} {a}–{b} kan bero på vilka som svarade."
            " Därför jämförs inte åren här.",
            "en": f"Most of the change in {things}, {a}–{b}, may come from who answered."
            " So the years are not compared here.",
        }[language],
    )

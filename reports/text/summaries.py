"""One sentence for each chart, the start page's headline figures, and the notes under both."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from reports.data.chart_model import (
    ChartNumbers,
    Language,
    Part,
    Point,
    Series,
    Status,
    SumDiscrepancy,
    YearChart,
)
from reports.text.grammar import (
    NOUNS,
    change,
    change_words,
    joined,
    listed,
    lower_first,
    noun,
    span,
    upper_first,
    written,
)
from reports.text.titles import across, incomplete, nothing

# Only where a source states them for the provinces, and these come to something else.
THINGS = {
    "employees_women": ("anställda kvinnor", "employees who are women"),
    "employees_men": ("anställda män", "employees who are men"),
    "employees_gender_not_stated": (
        "anställda vars kön inte är angivet",
        "employees whose gender is not stated",
    ),
    "placed_af": (
        "placerade av Arbetsförmedlingen",
        "people placed by the Public Employment Service",
    ),
    "placed_kommun": ("placerade av kommunerna", "people placed by the municipalities"),
    "placed_other": ("placerade av övriga", "people placed by others"),
}


def summary(numbers: ChartNumbers, language: Language = "sv") -> str:
    """What a chart shows in one sentence: the first and last visible value of every line."""
    real = numbers.without_examples()
    main = real.main
    if not main.visible:
        return f"{nothing(main, language)}."
    if not real.total:
        shown = [series for series in real.parts if series.visible]
        courses = [_main_course(series, real.chart, language) for series in shown]
        said = joined(courses, language) + across(real, real.years[-1], language)
        return f"{upper_first(said)}."
    first, last = main.visible[0].year, main.visible[-1].year
    same = [_course(each, first, last, language) for each in real.parts]
    # A part that is not seen in both years would be of other years than the total.
    parts = joined([course for course in same if course], language)
    tail = f": {parts}" if parts else ""
    tail += f"{across(real, last, language)}."
    few = incomplete(real, main.visible[-1], language)
    tail += f" {few}." if few else ""
    return upper_first(_main_course(main, real.chart, language)) + tail


def _things(name: str, language: Language) -> str:
    return THINGS[name][language == "en"] if name in THINGS else noun(name, 2, language)


def _counted(part: Part, chart: YearChart, language: Language) -> str:
    """What is counted, after "antalet": by its unit where a chart is of one thing only."""
    if part.column in {*THINGS, *NOUNS}:
        return _things(part.column, language)
    if len(chart.parts) == 1:
        return chart.unit.in_(language)
    return lower_first(part.label.in_(language))


def _main_course(main: Series, chart: YearChart, language: Language) -> str:
    """ "antalet anställda ökade från 179 (2016) till 209 (2020)"."""
    first, last = main.visible[0], main.visible[-1]
    counted = _counted(main.part, chart, language)
    things = {"sv": f"antalet {counted}", "en": f"the number of {counted}"}[language]
    if first.year == last.year:
        verb = {"sv": "var", "en": "was"}[language]
        value = written(last.number, language, main.part.decimals)
        return f"{things} {verb} {value} ({last.year})"
    if between := _far_outside(main, language):
        return f"{things} {between}"
    verb = change_words(first.number, last.number, language)
    return f"{things} {verb} {_from_to(first, last, language, main.part.decimals)}"


# A year between is named where it is at least this many times both ends, or as far below them.
STANDS_OUT = 1.5


def _far_outside(main: Series, language: Language) -> str:
    """A course whose highest or lowest year lies far outside its ends, which would hide it."""
    first, last = main.visible[0], main.visible[-1]
    highest = main.peak
    lowest = min(main.visible, key=lambda point: point.number)
    ends = (first.number, last.number)
    if highest.number > STANDS_OUT * max(ends):
        far, most = highest, {"sv": "som mest", "en": "at its highest"}[language]
    elif STANDS_OUT * lowest.number < min(ends):
        far, most = lowest, {"sv": "som minst", "en": "at its lowest"}[language]
    else:
        return ""
    a, b, c = (written(p.number, language, main.part.decimals) for p in (first, far, last))
    return {
        "sv": f"var {a} ({first.year}), {most} {b} ({far.year}) och {c} ({last.year})",
        "en": f"was {a} ({first.year}), {most} {b} ({far.year}) and {c} ({last.year})",
    }[language]


def _from_to(first: Point, last: Point, language: Language, decimals: int) -> str:
    a, b = (written(point.number, language, decimals) for point in (first, last))
    if first.value == last.value:
        return f"({b}, {span(first.year, last.year)})"
    if change(first.number, last.number) == "steady":
        both = "och" if language == "sv" else "and"
        return f"– {a} ({first.year}) {both} {b} ({last.year})"
    way = ("från", "till") if language == "sv" else ("from", "to")
    return f"{way[0]} {a} ({first.year}) {way[1]} {b} ({last.year})"


def _course(series: Series, first: int, last: int, language: Language) -> str:
    """ "kvinnor 113 till 111", "" where either year is not seen."""
    seen = series.between(first, last)
    if seen is None:
        return ""
    label = series.part.label.in_(language)
    name = label if series.part.proper else lower_first(label)
    then, now = (written(value, language, series.part.decimals) for value in seen)
    if first == last:
        return f"{name} {now}"
    if then == now:
        return f"{name} {now} {'båda åren' if language == 'sv' else 'both years'}"
    return f"{name} {then} {'till' if language == 'sv' else 'to'} {now}"


# Years whose number of answers is said below a chart; a longer list would be read by nobody.
MOST_COVERED = 5


def discrepancy_note(row: SumDiscrepancy, language: Language = "sv") -> str:
    """What the source states, what its parts add up to, and that both are shown."""
    stated, parts = written(row.stated, language), written(row.parts_sum, language)
    things = _things(row.indicator, language)
    if "–" in row.period:
        return {
            "sv": f"Källan anger {stated} {things} för hela perioden {row.period},"
            f" men åren summerar till {parts}. Vi visar båda talen.",
            "en": f"The source states {stated} {things} for the whole period {row.period},"
            f" but the years add up to {parts}. We show both.",
        }[language]
    return {
        "sv": f"{row.period}: källan anger {stated} {things},"
        f" men delarna summerar till {parts}. Vi visar båda talen.",
        "en": f"{row.period}: the source states {stated} {things},"
        f" but the parts add up to {parts}. We show both.",
    }[language]


@dataclass(frozen=True)
class Note:
    """A line under a chart, with the mark it explains (may be empty)."""

    mark: str
    text: str

    @property
    def line(self) -> str:
        """Both, where nothing else sets the mark apart."""
        return f"{self.mark}: {self.text}" if self.mark else self.text


def notes(numbers: ChartNumbers, language: Language = "sv") -> list[Note]:
    """Everything a reader must know beside the numbers: marks, discrepancies, coverage."""
    stated = [
        Note("" if "–" in row.period else "s", discrepancy_note(row, language))
        for row in numbers.discrepancies
    ]
    points = (point for series in numbers.columns for point in series.points)
    signs = legend(points, numbers.statuses, language, hollow=HOLLOW[language])
    return [
        *stated,
        # What a discrepancy explains is said already.
        *(note for note in signs if note.mark not in {each.mark for each in stated}),
        *_remarks(numbers, language),
        *_coverage(numbers, language),
        *(Note("", each.note.in_(language)) for each in numbers.breaks),
        *_examples(numbers, language),
    ]


def legend(
    points: Iterable[Point | None],
    statuses: Mapping[str, Status],
    language: Language,
    *,
    hollow: str = "",
) -> list[Note]:
    """What each sign among the points means; `hollow` says how an unsettled one is drawn."""
    found = {sign for point in points if point for sign in point.letters}
    notes = []
    for status in (each for code, each in statuses.items() if code in found):
        words = [f"{upper_first(status.label.in_(language))}.", status.explanation.in_(language)]
        words += [hollow] if hollow and status.code in ("p", "k") else []
        notes.append(Note(status.symbol, " ".join(words)))
    return notes


HOLLOW = {
    "sv": "Ihålig punkt, prickad linje eller streckad stapel.",
    "en": "Hollow point, dotted line or hatched bar.",
}


def _remarks(numbers: ChartNumbers, language: Language) -> list[Note]:
    """Notes of single values, with the years they hold for; a discrepancy has its own line."""
    explained = {(row.indicator, row.period) for row in numbers.discrepancies}
    years: dict[str, set[int]] = {}
    for series in numbers.columns:
        for point in series.points:
            if point.note.sv and (series.part.indicator, str(point.year)) not in explained:
                years.setdefault(point.note.in_(language), set()).add(point.year)
    return [
        Note("", f"{listed(sorted(found))}: {text}")
        for text, found in years.items()
        # Said already where all of it is a part of another of the same years.
        if not any(text in other and text != other and found <= years[other] for other in years)
    ]


def _coverage(numbers: ChartNumbers, language: Language) -> list[Note]:
    """How many answered, for the years where the source says so."""
    unseen = {point.year for point in numbers.main.points if point.value is None}
    known = [
        row
        for row in numbers.coverage
        if row.asked is not None and row.answered is not None and row.year not in unseen
    ]
    if not known or not numbers.chart.from_answers:
        return []
    latest = known[-MOST_COVERED:]
    form = {"sv": "{} av {} företag {}", "en": "{} of {} enterprises {}"}[language]
    years = joined([form.format(row.answered, row.asked, row.year) for row in latest], language)
    text = {"sv": f"Svar: {years}.", "en": f"Responses: {years}."}[language]
    if len(latest) < len(known):
        text += {
            "sv": " Tidigare år står i kvalitetsdeklarationen.",
            "en": " Earlier years are in the quality declaration.",
        }[language]
    return [Note("", text)]


def _examples(numbers: ChartNumbers, language: Language) -> list[Note]:
    years = listed(sorted(numbers.examples & set(numbers.years)))
    said = {
        "sv": "påhittade exempelsiffror, som inte räknas med i rubriken.",
        "en": "invented example figures, left out of the heading.",
    }[language]
    return [Note("", f"{years}: {said} {HOLLOW[language]}")] if years else []

"""How many there are now: in one sentence, as key figures, and as the start page has them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from reports.data.chart_model import ChartNumbers, Language, Point, Series
from reports.text.changes import FOLLOWED, hidden, summed
from reports.text.grammar import NB, broken, counted, joined, more, noun, upper_first, written
from reports.text.summaries import discrepancy_note
from reports.text.titles import incomplete
from survey_data.geography import PROVINCES

KEYS = ("placed", "employees", "enterprises")


@dataclass(frozen=True)
class KeyFigure:
    """A figure of the latest year, and how it stands to last year and to the first or highest."""

    key: str
    year: int
    value: str
    thing: str
    mark: str
    changes: tuple[str, ...]


def key_figures(charts: Mapping[str, ChartNumbers], language: Language) -> list[KeyFigure]:
    """Placed, employees and enterprises, where they are published."""
    latest = _latest(charts)
    found = (_figure(key, charts[key], latest, language) for key in KEYS if key in charts)
    return [figure for figure in found if figure]


def counts(charts: Mapping[str, ChartNumbers], language: Language) -> str:
    """How many there are, in one sentence; "" while nothing is published.

    It is about the latest year also where that year's figures are hidden.
    """
    year = _latest(charts)
    if not year:
        return ""
    points = {key: _series(charts[key]).at(year) for key in FOLLOWED if key in charts}
    unseen = [key for key, point in points.items() if point and point.value is None]
    if shown := _counted(points, language):
        few = "" if unseen else _few(charts, year, language)
        said = f"{year}: {joined(shown, language)}. {hidden(unseen, None, language)}".strip()
        return f"{said} {few}".strip()
    return f"{hidden(unseen, year, language)} {_last_shown(charts, language)}".strip()


def _counted(points: Mapping[str, Point | None], language: Language) -> list[str]:
    return [
        counted(point.value, noun(key, point.value, language), language)
        for key, point in points.items()
        if point and point.value is not None
    ]


def _last_shown(charts: Mapping[str, ChartNumbers], language: Language) -> str:
    """The figures of the last year that has any to show, said to be of that year."""
    series = {key: _series(charts[key]) for key in FOLLOWED if key in charts}
    year = max((p.year for each in series.values() for p in each.visible), default=0)
    if not year:
        return ""
    shown = _counted({key: each.at(year) for key, each in series.items()}, language)
    head = {"sv": "Senast de kunde visas var", "en": "They could last be shown in"}[language]
    return f"{head} {year}: {joined(shown, language)}. {_few(charts, year, language)}".strip()


def _few(charts: Mapping[str, ChartNumbers], year: int, language: Language) -> str:
    """How many answered, in a sentence, where a sum of fewer than all is counted."""
    sums = [charts[key] for key in FOLLOWED if key in charts and charts[key].chart.from_answers]
    found = [incomplete(each, point, language)
             for each in sums if (point := _series(each).at(year))]  # fmt: skip
    return next((f"{words}." for words in found if words), "")


def _series(numbers: ChartNumbers) -> Series:
    return numbers.without_examples().main


def _latest(charts: Mapping[str, ChartNumbers]) -> int:
    """The latest year with any of the three published, shown or hidden; 0 while there is none."""
    found = (_series(charts[key]).points for key in FOLLOWED if key in charts)
    return max((point.year for points in found for point in points), default=0)


def _figure(key: str, numbers: ChartNumbers, latest: int, language: Language) -> KeyFigure | None:
    series = _series(numbers)
    now = series.at(latest)
    if now and now.value is None:
        return _unseen(key, series, latest, language)
    if not series.visible:
        return None
    last = series.visible[-1]
    value = last.number
    return KeyFigure(
        key,
        last.year,
        written(value, language),
        noun(key, value, language) + (f" {last.year}" if last.year != latest else ""),
        last.letters,
        (
            *_changes(numbers, series.visible, language),
            *filter(None, [incomplete(numbers, last, language)]),
        ),
    )


def _changes(numbers: ChartNumbers, points: Sequence[Point], language: Language) -> Iterator[str]:
    """Since last year, and since the first year or the highest, whichever is further away.

    Totals are as stated; where the parts give another change, that stands beside it.
    """
    *earlier, last = points
    now = last.number
    for point in earlier[-1:]:
        if point.year == last.year - 1:
            line = since(now, point.number, str(point.year), language)
            yield line + _beside_a_change(numbers, point, last, language)
    if not earlier:
        return
    highest = max(reversed(earlier), key=lambda p: p.number)
    far = max((highest, earlier[0]), key=lambda p: abs(now - p.number))
    if far.year < last.year - 1:
        is_peak = far is highest and now < far.number
        names = {"sv": ("första året", "toppåret"), "en": ("the first year", "the peak year")}
        line = since(now, far.number, f"{names[language][is_peak]} {far.year}", language)
        yield line + _beside_a_change(numbers, far, last, language)


def _beside_a_change(numbers: ChartNumbers, then: Point, now: Point, language: Language) -> str:
    """That the parts give another change, and that the years are not counted alike."""
    indicator = _series(numbers).part.indicator
    by_parts = _by_parts(numbers, then, now, language)
    return by_parts + broken(indicator, then.year, now.year, language)


def _by_parts(numbers: ChartNumbers, then: Point, now: Point, language: Language) -> str:
    """What the sums of the parts say, where the source states other totals."""
    stated = now.number - then.number
    step = summed(numbers, now) - summed(numbers, then)
    if step == stated:
        return ""
    none = {"sv": "ingen skillnad", "en": "no change"}[language]
    gives = f"{written(abs(step), language)} {more(step, language)}" if step else none
    return {
        "sv": f" (angivna totaler; delarna ger {gives})",
        "en": f" (stated totals; the parts give {gives})",
    }[language]


def _unseen(key: str, series: Series, year: int, language: Language) -> KeyFigure:
    """A figure that is hidden in the latest year, and what it last was when it could be shown."""
    lines = [
        {
            "sv": f"Dolt {year} för att skydda enskilda",
            "en": f"Hidden in {year} to protect individuals",
        }[language]
    ]
    if series.visible:
        last = series.visible[-1]
        value = written(last.number, language, series.part.decimals)
        lines.append(f"{last.year}: {value}")
    return KeyFigure(key, year, "x", noun(key, 2, language), "", tuple(lines))


def since(now: float, then: float, when: str, language: Language) -> str:
    """ "↑ 5 fler än 2019", "= oförändrat sedan 2016"; an arrow and words, never a colour."""
    step = now - then
    if not step:
        return {"sv": f"= oförändrat sedan {when}", "en": f"= unchanged since {when}"}[language]
    size, than = written(abs(step), language), {"sv": "än", "en": "than in"}[language]
    return f"{'↑' if step > 0 else '↓'} {size} {more(step, language)} {than} {when}"


@dataclass(frozen=True)
class Headline:
    """One figure of the start page: the latest real value and what stands around it."""

    key: str
    year: int
    value: str
    thing: str
    details: str
    status: str
    footnote: str
    points: tuple[Point, ...]


def headlines(charts: Mapping[str, ChartNumbers], language: Language = "sv") -> list[Headline]:
    """Enterprises, employees and placed in the latest year that is not invented."""
    found = (_headline(charts[key], language) for key in FOLLOWED)
    return [headline for headline in found if headline]


def _headline(numbers: ChartNumbers, language: Language) -> Headline | None:
    real = numbers.without_examples()
    if not real.total or not real.total.visible:
        return None
    last, latest = real.total.visible[-1], real.total.points[-1].year
    value, few = last.number, incomplete(real, last, language)
    beside = (
        details(real, last.year, language),
        # That a later year's figure is hidden.
        hidden([real.chart.key], latest, language) if latest > last.year else "",
        few and f"{few}.",
    )
    return Headline(
        real.chart.key,
        last.year,
        written(value, language),
        noun(real.chart.key, value, language),
        " ".join(filter(None, beside)),
        last.status,
        _footnote(real, last.year, language),
        real.total.points,
    )


def details(numbers: ChartNumbers, year: int, language: Language) -> str:
    """The parts behind a headline figure, "17 i Hälsingland och 11 i Gästrikland."."""
    phrases = []
    # A single part is the figure over again.
    for series in numbers.parts if len(numbers.parts) > 1 else ():
        if (point := series.at(year)) and point.value is not None:
            one, many = PHRASES[series.part.column][language == "en"]
            # The number is kept with its noun.
            form = (one if point.value == 1 else many).replace(" ", NB, 1)
            phrases.append(form.format(written(point.value, language)))
    return f"{joined(phrases, language)}." if phrases else ""


PHRASES = {
    **{p.count_column: ((f"{{}} i {p.name}",) * 2, (f"{{}} in {p.name}",) * 2) for p in PROVINCES},
    "employees_women": (("{} kvinna", "{} kvinnor"), ("{} woman", "{} women")),
    "employees_men": (("{} man", "{} män"), ("{} man", "{} men")),
    "placed_af": (("{} av Arbetsförmedlingen",) * 2, ("{} by the Employment Service",) * 2),
    "placed_kommun": (("{} av kommunerna",) * 2, ("{} by the municipalities",) * 2),
    "placed_other": (("{} övrig", "{} övriga"), ("{} other", "{} others")),
}


def _footnote(numbers: ChartNumbers, year: int, language: Language) -> str:
    for row in numbers.discrepancies:
        if row.period == str(year):
            line = {
                "sv": "Linjen visar de angivna talen.",
                "en": "The line shows the stated totals.",
            }[language]
            return f"{upper_first(discrepancy_note(row, language).split(': ', 1)[-1])} {line}"
    return ""

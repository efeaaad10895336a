"""The head of the report: one sentence, and the key figures with their change."""

from collections.abc import Mapping
from dataclasses import dataclass

from reports.charts import ChartNumbers, Language, Point, Series
from reports.figures.frame import written
from reports.words import counted, joined, noun

KEYS = ("enterprises", "employees", "placed", "placed_per_enterprise")


@dataclass(frozen=True)
class KeyFigure:
    """A figure of the latest year, and how it stands to last year and to the first."""

    key: str
    year: int
    value: str
    thing: str
    mark: str
    changes: tuple[str, ...]


def key_figures(charts: Mapping[str, ChartNumbers], language: Language) -> list[KeyFigure]:
    """Enterprises, employees, placed and placed per enterprise, where they are published."""
    found = (_figure(key, charts[key], language) for key in KEYS if key in charts)
    return [figure for figure in found if figure]


def headline(charts: Mapping[str, ChartNumbers], language: Language) -> str:
    """The sentence a board member reads first; "" while nothing is published."""
    points = {key: _last(charts[key]) for key in KEYS[:3] if key in charts}
    known = {key: point for key, point in points.items() if point}
    if not known:
        return ""
    year = max(point.year for point in known.values())
    things = [
        counted(point.value or 0, noun(key, point.value or 0, language), language)
        for key, point in known.items()
        if point.year == year
    ]
    return f"{year}: {joined(things, language)}."


def _series(numbers: ChartNumbers) -> Series:
    real = numbers.without_examples()
    return real.total or real.parts[0]


def _last(numbers: ChartNumbers) -> Point | None:
    visible = _series(numbers).visible
    return visible[-1] if visible else None


def _figure(key: str, numbers: ChartNumbers, language: Language) -> KeyFigure | None:
    series, last = _series(numbers), _last(numbers)
    if last is None:
        return None
    decimals, value = series.part.decimals, last.value or 0
    before = series.at(last.year - 1)
    first = series.visible[0]
    earlier = {p.year: p for p in (before, first) if p and p.value is not None and p is not last}
    return KeyFigure(
        key,
        last.year,
        written(value, language, decimals),
        noun(key, value, language),
        last.status if last.status != "n" else "",
        tuple(
            since(value, point.value or 0, year, decimals, language)
            for year, point in earlier.items()
        ),
    )


def since(now: float, then: float, year: int, decimals: int, language: Language) -> str:
    """ "↑ 5 fler än 2019", "= oförändrat sedan 2016"; an arrow and words, never a colour."""
    step = round(now - then, decimals)
    if not step:
        return {"sv": f"= oförändrat sedan {year}", "en": f"= unchanged since {year}"}[language]
    size = written(abs(step), language, decimals)
    arrow = "↑" if step > 0 else "↓"
    more = {
        "sv": "fler" if step > 0 else "färre",
        "en": "more" if step > 0 else "fewer",
    }[language]
    than = {"sv": "än", "en": "than in"}[language]
    return f"{arrow} {size} {more} {than} {year}"

"""An enterprise's own trend: its numbers through the years, in words and as a small chart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask_babel import ngettext

from forms.respondent.receipt import in_words
from forms.respondent.respondent import Respondent
from forms.translations import gettext as _
from forms.translations import language
from survey_data.responses.responses import Response

SHOWN = {"employees_total": "series-one", "placed_total": "series-two"}
TOP, FLOOR = 24.0, 240.0
# A number above its point or below it, how near is too near for that, and a line of text.
ABOVE, BELOW, CLOSE, LINE = 12.0, 22.0, 34.0, 18.0
STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000)


@dataclass(frozen=True)
class ChartSize:
    """Where a drawing begins and ends, across, and how many years or days are named."""

    width: int
    left: int
    right: int
    marks: int


WIDE = ChartSize(640, 30, 534, 12)
NARROW = ChartSize(340, 26, 252, 3)


@dataclass(frozen=True)
class TrendPoint:
    """One year's number and where it stands."""

    year: int
    number: int
    x: float
    y: float


@dataclass(frozen=True)
class TrendLine:
    """One line: all points, the last one preliminary; labels stand where they do not collide."""

    label: str
    colour: str
    points: tuple[TrendPoint, ...]
    label_y: float
    first_y: float

    @property
    def known(self) -> str:
        """The path through every year but the last."""
        return _path(self.points[:-1])

    @property
    def preliminary(self) -> str:
        """The dotted path to the last year."""
        return _path(self.points[-2:])


@dataclass(frozen=True)
class TrendChart:
    """Axis, grid and lines for one width."""

    size: ChartSize
    grid: tuple[tuple[int, float], ...]
    years: tuple[tuple[int, float], ...]
    series: tuple[TrendLine, ...]


def own_trend(respondent: Respondent, response: Response) -> dict[str, Any] | None:
    """The enterprise's own numbers up to a response; None before there are two years."""
    years = [each for each in respondent.history if each.year <= response.year]
    found = trend_of(respondent, years, language())
    return found and found | {"title": _title(respondent, response)}


def trend_of(
    respondent: Respondent, history: Sequence[Response], language: str
) -> dict[str, Any] | None:
    """The numbers of some years as lines, charts and a title; None before there are two years."""
    lines = {}
    for name in SHOWN:
        found = ((r.year, r.answers.get(name)) for r in history)
        counted = {year: value for year, value in found if isinstance(value, int)}
        lines[respondent.questionnaire[name].short(language)] = counted
    years = sorted({year for line in lines.values() for year in line})
    if len(years) < 2 or not all(lines.values()):
        return None
    colours = tuple(SHOWN.values())
    return {
        "title": _("Era siffror genom åren"),
        "lines": lines,
        "years": years,
        "charts": {
            "wide-only": chart(WIDE, lines, colours),
            "narrow-only": chart(NARROW, lines, colours),
        },
    }


def _title(respondent: Respondent, response: Response) -> str:
    """The change in employees since last year, in words."""
    now = response.answers.get("employees_total")
    before = respondent.last_year.get("employees_total")
    if not isinstance(now, int) or not isinstance(before, int):
        return _("Era siffror genom åren")
    if now == before:
        return _("Lika många anställda som i fjol")
    n = abs(now - before)
    said = in_words(n, language()).capitalize() if n <= 12 else str(n)
    if now > before:
        return str(ngettext("En fler anställd än i fjol", "%(number)s fler anställda än i fjol",
                            n, number=said))  # fmt: skip
    return str(ngettext("En färre anställd än i fjol", "%(number)s färre anställda än i fjol",
                        n, number=said))  # fmt: skip


def chart(
    size: ChartSize, lines: Mapping[str, Mapping[int, int]], colours: Sequence[str]
) -> TrendChart:
    """Lay out lines ({label: {year: number}}) over the years they share."""
    years = sorted({year for line in lines.values() for year in line})
    largest = max(number for line in lines.values() for number in line.values())
    step = next((step for step in STEPS if largest <= 4 * step), STEPS[-1])
    top = max(step, -(-largest // step) * step)
    across = {y: _across(size, place, len(years)) for place, y in enumerate(years)}
    drawn = [
        _series(label, colour, line, across, top)
        for (label, line), colour in zip(lines.items(), colours, strict=False)
    ]
    every = max(1, -(-len(years) // size.marks))
    return TrendChart(
        size,
        tuple((value, _down(value, top)) for value in range(0, top + 1, step)),
        tuple((y, x) for y, x in across.items() if (years[-1] - y) % every == 0),
        tuple(_last_apart(_first_apart(drawn)) if len(drawn) > 1 else drawn),
    )


def _across(size: ChartSize, place: int, number: int) -> float:
    inner = size.right - size.left - 28
    return round(size.left + 16 + inner * place / max(1, number - 1), 1)


def _down(value: float, top: int) -> float:
    return round(FLOOR - (FLOOR - TOP) * value / top, 1)


def _series(
    label: str, colour: str, line: Mapping[int, int], across: Mapping[int, float], top: int
) -> TrendLine:
    points = tuple(TrendPoint(y, n, across[y], _down(n, top)) for y, n in sorted(line.items()))
    return TrendLine(label, colour, points, points[-1].y + 5, points[0].y - ABOVE)


def _first_apart(drawn: list[TrendLine]) -> list[TrendLine]:
    """Where two lines begin close to each other, the lower one's number stands under its point.

    Near the floor there is no room for that: there both stand above, one over the other.
    """
    upper, lower = sorted(drawn, key=lambda line: line.points[0].y)
    high, low = upper.points[0], lower.points[0]
    if low.y - high.y >= CLOSE or high.x != low.x:
        return drawn
    moved = {lower.label: low.y + BELOW}
    if low.y + BELOW > FLOOR:
        moved = {lower.label: high.y - ABOVE, upper.label: high.y - ABOVE - LINE}
    return [replace(s, first_y=moved.get(s.label, s.first_y)) for s in drawn]


def _last_apart(drawn: list[TrendLine]) -> list[TrendLine]:
    upper, lower = sorted(drawn, key=lambda line: line.label_y)
    if lower.label_y - upper.label_y >= LINE:
        return drawn
    middle = (upper.label_y + lower.label_y) / 2
    moved = {upper.label: middle - LINE / 2, lower.label: middle + LINE / 2}
    return [replace(s, label_y=moved[s.label]) for s in drawn]


def _path(points: Sequence[TrendPoint]) -> str:
    return "M" + "L".join(f"{p.x} {p.y}" for p in points) if len(points) > 1 else ""

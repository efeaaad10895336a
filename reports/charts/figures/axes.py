"""The frame of a chart: how high the axis reaches, how wide the margins are, where pixels fall."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import count
from typing import Any

from reports.charts import theme
from reports.data.chart_model import ChartNumbers, Language, Part, Point, Series

Plain = dict[str, Any]

MOST_GRIDLINES, FEWEST_GRIDLINES = 5, 3
LINE_HEADROOM, BAR_HEADROOM = 1.04, 1.08
BAR_PAD = (0.5, 0.5)
CROWDED_YEARS = 35


def nice_step(top: float, most: float = MOST_GRIDLINES) -> int:
    """The smallest of 1, 2, 5, 10, 20, 50 … that gives at most so many gridlines."""
    steps = (factor * int(10**power) for power in count() for factor in (1, 2, 5))
    return next(step for step in steps if top / step <= most)


def line_scale(highest: float) -> tuple[float, int]:
    """Axis top and step for lines: the top is itself a gridline above every point."""
    step = nice_step(highest * LINE_HEADROOM)
    lines = max(FEWEST_GRIDLINES, math.ceil(highest * LINE_HEADROOM / step))
    return lines * step, step


def bar_scale(highest: float) -> tuple[float, int]:
    """Axis top and step for bars: room for the number on the highest bar, between gridlines."""
    step = nice_step(highest * BAR_HEADROOM, MOST_GRIDLINES + 0.9)
    return max(highest * BAR_HEADROOM, FEWEST_GRIDLINES * step), step


def year_step(years: int, roomy: int) -> int:
    """Years between the ticks, so that they never touch where there is room for `roomy`."""
    return next(step for step in count(1) if math.ceil(years / step) <= roomy)


@dataclass(frozen=True)
class ChartFrame:
    """One chart at one width: the numbers, the language and the measures that follow."""

    numbers: ChartNumbers
    language: Language
    size: theme.Size
    top: float
    step: int
    pad: tuple[float, float]
    right: int

    @property
    def first(self) -> int:
        """The first year on the axis."""
        return self.numbers.years[0]

    @property
    def last(self) -> int:
        """The last year on the axis."""
        return self.numbers.years[-1]

    @property
    def left(self) -> int:
        """The left margin: as wide as the tick labels."""
        return 8 * len(str(int(self.top))) + 8

    @property
    def bottom(self) -> int:
        """The bottom margin; invented years are named on a line of their own."""
        named = self.numbers.examples & set(self.numbers.years)
        strip = theme.STRIP if self.numbers.strip and self.numbers.strip.points else 0
        return theme.BOTTOM + (theme.EXAMPLE_LINE if named else 0) + strip

    @property
    def plot_height(self) -> float:
        """Pixels between the axis and the top gridline."""
        return self.size.height - self.size.top - self.bottom

    @property
    def slot(self) -> float:
        """Pixels between two years."""
        years = self.last - self.first + sum(self.pad)
        return (self.size.width - self.left - self.right) / years

    def height_of(self, value: float) -> float:
        """Pixels from the axis up to a value."""
        return value / self.top * self.plot_height

    def label_size(self) -> float:
        """The type size of names beside lines and bars."""
        return theme.NARROW_LABEL if self.size.is_narrow else theme.LABEL

    def name(self, part: Part) -> str:
        """A part's name as it is written in the chart."""
        return part.name(self.language, narrow=self.size.is_narrow)

    def layout(self) -> Plain:
        """What this frame adds to the template: its size, its axes and its margins.

        The axis of years is linear, so that a year without data is an empty place.
        """
        step = year_step(self.last - self.first + 1, self.size.years)
        years = [self.first - self.pad[0], self.last + self.pad[1]]
        return {
            "height": self.size.height,
            "margin": {
                "l": self.left,
                "r": self.right,
                "t": self.size.top,
                "b": self.bottom,
            },
            "xaxis": {"range": years, "tick0": self.first, "dtick": step},
            "yaxis": {"range": [0, self.top * 1.003], "dtick": self.step},
            "shapes": [],
            "annotations": [],
        }


def years_of(numbers: ChartNumbers) -> int:
    """How many years the axis spans."""
    return numbers.years[-1] - numbers.years[0] + 1


def is_crowded(numbers: ChartNumbers) -> bool:
    """Whether the years stand so close that edges and seams would hide the data."""
    return years_of(numbers) > CROWDED_YEARS


def tentative(numbers: ChartNumbers, point: Point) -> bool:
    """Whether a value is drawn hollow: preliminary, of an earlier release, or an example."""
    return "p" in point.letters or point.is_kept or point.year in numbers.examples


def highest(every: Iterable[Series]) -> float:
    """The highest visible value, or 0."""
    return max((point.number for series in every for point in series.visible), default=0)


def hover_words(numbers: ChartNumbers, point: Point, language: Language) -> str:
    """What stands after a number in the hover box: its unit, and whatever makes it special."""
    words = [
        numbers.chart.unit_for(point.number, language),
        *_remarks(numbers, point, language),
    ]
    return words[0] + (f" ({', '.join(words[1:])})" if words[1:] else "")


def _remarks(numbers: ChartNumbers, point: Point, language: Language) -> list[str]:
    known = [numbers.statuses[sign] for sign in point.letters if sign in numbers.statuses]
    remarks = [f"{status.symbol}: {status.label.in_(language).lower()}" for status in known]
    if not remarks and point.note.sv:
        remarks.append("se not" if language == "sv" else "see note")
    if point.year in numbers.examples:
        remarks.append("exempel" if language == "sv" else "example")
    return remarks

"""The small line of a headline figure: no axis, only its course and its two ends."""

from reports.charts.drawing.svg import number
from reports.data.chart_model import Language, Point
from reports.text.grammar import written

WIDTH, HEIGHT = 280, 80
LEFT, RIGHT, TOP, FOOT, TEXT = 8, 272, 11.6, 56, 76


def sparkline(points: tuple[Point, ...], colour_class: str, language: Language = "sv") -> str:
    """The stated values as one line from zero; hidden and missing years leave a gap.

    It is hidden from screen readers: the figure beside it and the report say the same in words.
    """
    shown = [point for point in points if point.value is not None]
    if not shown:
        return ""
    first, last = shown[0], shown[-1]
    ends = _text(0, "start", first, language)
    if last is not first:
        ends += _text(WIDTH, "end", last, language)
    x, y = _place(last, shown)
    point = "open-point" if "p" in last.letters else "point"
    return (
        f'<svg class="mini-chart" viewBox="0 0 {WIDTH} {HEIGHT}" aria-hidden="true" '
        f'focusable="false">{ends}<path class="axis" d="M0 {FOOT}H{WIDTH}"/>'
        f'<g class="{colour_class}"><path class="line" d="{_path(shown)}"/>'
        f'<circle class="{point}" cx="{number(x)}" cy="{number(y)}" r="5.5"/></g></svg>'
    )


def _text(x: int, anchor: str, point: Point, language: Language) -> str:
    words = f"{point.year}: {written(point.value or 0, language)}"
    return f'<text x="{x}" y="{TEXT}" text-anchor="{anchor}">{words}</text>'


def _place(point: Point, shown: list[Point]) -> tuple[float, float]:
    years = shown[-1].year - shown[0].year
    highest = max(each.value or 0 for each in shown) or 1
    x = LEFT + (point.year - shown[0].year) / years * (RIGHT - LEFT) if years else RIGHT
    return x, FOOT - (point.value or 0) / highest * (FOOT - TOP)


def _path(shown: list[Point]) -> str:
    steps, before = [], None
    for point in shown:
        x, y = _place(point, shown)
        pen = "L" if before == point.year - 1 else "M"
        steps.append(f"{pen}{number(x)} {number(y)}")
        before = point.year
    return "".join(steps)

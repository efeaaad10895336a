"""The signs of published values in the charts that write every number out."""

from collections.abc import Iterable, Mapping

from reports.data.chart_model import Language, Point, Status
from reports.text.grammar import NB, upper_first, written
from reports.text.summaries import Note


def number_with_signs(point: Point | None, language: Language) -> str:
    """ "4", "4 p", "x" for a hidden value, and a dash for none."""
    if point is None:
        return "–"
    if point.value is None:
        return point.status
    value = written(point.value, language)
    return f"{value}{NB}{point.letters}" if point.letters else value


def legend(
    points: Iterable[Point | None], statuses: Mapping[str, Status], language: Language
) -> list[Note]:
    """What each sign among the points means."""
    found = {sign for point in points if point for sign in point.letters}
    return [
        Note(
            status.symbol,
            f"{upper_first(status.label.in_(language))}. {status.explanation.in_(language)}",
        )
        for code, status in statuses.items()
        if code in found
    ]

"""The same numbers as a table and as CSV: every value with its status beside it."""

import csv
import io
from dataclasses import dataclass

from reports.charts import ChartNumbers, Language, Point
from reports.figures.frame import written


@dataclass(frozen=True)
class Cell:
    """A value as a reader sees it, with the sign and the words of its status."""

    text: str
    sign: str = ""
    meaning: str = ""


@dataclass(frozen=True)
class Row:
    """One year of a table."""

    year: int
    is_example: bool
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Table:
    """A chart's numbers in rows of years."""

    headings: tuple[str, ...]
    rows: tuple[Row, ...]


def table(numbers: ChartNumbers, language: Language = "sv") -> Table:
    """The table that stands under a chart."""
    headings = tuple(series.part.label.in_(language) for series in numbers.columns)
    rows = tuple(
        Row(year, year in numbers.examples, tuple(_cell(numbers, p, language) for p in points))
        for year, points in _by_year(numbers)
    )
    return Table(headings, rows)


def _by_year(numbers: ChartNumbers) -> list[tuple[int, list[Point | None]]]:
    return [(year, [series.at(year) for series in numbers.columns]) for year in numbers.years]


def _cell(numbers: ChartNumbers, point: Point | None, language: Language) -> Cell:
    if point is None:
        return Cell("–", meaning={"sv": "uppgift saknas", "en": "no figure"}[language])
    status = numbers.statuses.get(point.status)
    meaning = status.label.in_(language) if status else ""
    if point.value is None:
        return Cell(point.status, meaning=meaning)
    if point.status == "n":
        return Cell(written(point.value, language))
    return Cell(written(point.value, language), point.status, meaning)


def chart_csv(numbers: ChartNumbers) -> str:
    """The table as semicolon-separated text, column names as in the open data.

    Semicolon and (when sent) a byte order mark: this button is for the board members'
    Excel, which in Swedish splits on semicolons and reads UTF-8 only with the mark.
    The open data pages offer plain comma-separated files.
    """
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    names = [series.part.column for series in numbers.columns]
    columns = [column for name in names for column in (name, f"{name}_status")]
    writer.writerow(["year", *columns, "is_example", "note"])
    for year, points in _by_year(numbers):
        values = [value for point in points for value in _pair(point)]
        notes = dict.fromkeys(point.note.sv for point in points if point and point.note.sv)
        writer.writerow([year, *values, int(year in numbers.examples), " ".join(notes)])
    return out.getvalue()


def _pair(point: Point | None) -> tuple[str, str]:
    """Value and status; a hidden value is empty with status x, a missing one is empty twice."""
    if point is None:
        return "", ""
    return ("" if point.value is None else str(point.value)), point.status

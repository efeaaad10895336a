"""The same numbers as a table and as CSV, every value with its status; and what the signs mean."""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from reports.data.chart_model import ChartNumbers, Language, Point, Status
from reports.text.grammar import NB, upper_first, written
from reports.text.summaries import Note

# A number, a change, a year or several, a dash for none, or the letter of a hidden value.
NUMERIC = re.compile(r"[+−–-]?[\d\s.,–]*|[a-z]")


@dataclass(frozen=True)
class TableCell:
    """A value as a reader sees it, with the sign and the words of its status."""

    text: str
    sign: str = ""
    meaning: str = ""


@dataclass(frozen=True)
class TableRow:
    """One year of a table, or one place or source."""

    heading: str
    is_example: bool
    cells: tuple[TableCell, ...]


@dataclass(frozen=True)
class ChartTable:
    """A chart's numbers in rows; `corner` names what the rows are."""

    headings: tuple[str, ...]
    rows: tuple[TableRow, ...]
    corner: str = "År"

    @property
    def numeric(self) -> list[bool]:
        """Whether each column holds numbers, which stand to the right, rather than words."""
        return [
            all(NUMERIC.fullmatch(row.cells[column].text) for row in self.rows)
            for column in range(len(self.headings))
        ]


def table(numbers: ChartNumbers, language: Language = "sv") -> ChartTable:
    """The table that stands under a chart."""
    headings = tuple(series.part.label.in_(language) for series in numbers.columns)
    rows = tuple(
        TableRow(str(year), year in numbers.examples, _cells(numbers, year, language))
        for year in numbers.years
    )
    return ChartTable(headings, rows, {"sv": "År", "en": "Year"}[language])


def _cells(numbers: ChartNumbers, year: int, language: Language) -> tuple[TableCell, ...]:
    return tuple(
        cell(series.at(year), numbers.statuses, language, series.part.decimals)
        for series in numbers.columns
    )


def cell(
    point: Point | None, statuses: Mapping[str, Status], language: Language, decimals: int = 0
) -> TableCell:
    """One value with its sign; an absent one is a dash, a hidden one its letter."""
    if point is None:
        return TableCell("–", meaning={"sv": "uppgift saknas", "en": "no figure"}[language])
    known = [statuses[sign] for sign in point.letters if sign in statuses]
    meaning = ", ".join(status.label.in_(language) for status in known)
    if point.value is None:
        return TableCell(point.status, meaning=meaning)
    return TableCell(written(point.value, language, decimals), point.letters, meaning)


def csv_lines(numbers: ChartNumbers) -> list[list[str | int]]:
    """The table as the rows of a file, column names as in the open data."""
    names = [series.part.column for series in numbers.columns]
    columns = [column for name in names for column in (name, f"{name}_status")]
    lines: list[list[str | int]] = [["year", *columns, "is_example", "note"]]
    for year in numbers.years:
        points = [series.at(year) for series in numbers.columns]
        values = [value for point in points for value in _pair(point)]
        notes = dict.fromkeys(point.note.sv for point in points if point and point.note.sv)
        lines.append([year, *values, int(year in numbers.examples), " ".join(notes)])
    return lines


def as_csv(lines: Sequence[Sequence[str | int]]) -> str:
    """Rows as semicolon-separated text.

    Semicolon and (when sent) a byte order mark: this button is for the board members'
    Excel, which in Swedish splits on semicolons and reads UTF-8 only with the mark.
    The open data pages offer plain comma-separated files.
    """
    out = io.StringIO()
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerows(lines)
    return out.getvalue()


def _pair(point: Point | None) -> tuple[str, str]:
    """Value and status; a hidden value is empty with status x, a missing one is empty twice."""
    if point is None:
        return "", ""
    # The decimal comma is what a Swedish Excel reads as a number.
    written_out = "" if point.value is None else f"{point.value:.10g}".replace(".", ",")
    return written_out, point.letters or point.status


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

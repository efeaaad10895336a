"""What such a chart consists of before it becomes a card."""

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from reports.charts.tables import Table
from reports.data.model import Source
from reports.text.summaries import Note

Draw = Callable[[int, str, str], str]


@dataclass(frozen=True)
class Panel:
    """One chart in one language: its words, its table, and its picture.

    `picture` is a figure of rows as a plain dict, or a function that draws at a width (in pixels,
    with an id and the label); `lines` are the CSV file's rows, its column names first.
    """

    key: str
    title: str
    subtitle: str
    summary: str
    picture: dict[str, Any] | Draw
    notes: list[Note]
    table: Table
    sources: list[Source]
    lines: Sequence[Sequence[str | int]]
    query: str
    is_example: bool = False


def as_csv(lines: Sequence[Sequence[str | int]]) -> str:
    """Rows as a Swedish Excel reads them: parted by semicolons."""
    out = io.StringIO()
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerows(lines)
    return out.getvalue()

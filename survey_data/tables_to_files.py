"""A table as a file, CSV or XLSX; no cell is ever taken for a formula.

One rule for every CSV: the one that a Swedish Excel, LibreOffice and Numbers open right. Where
programs read it too there is a choice of the other, which R and pandas read without being told.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from survey_data import clock

Format = Literal["csv", "xlsx"]
Cell = str | int | float | None
MEDIA_TYPES: dict[str, str] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def defuse(text: str) -> str:
    """A text that no spreadsheet takes for a formula; reading takes the apostrophe off again."""
    return f"'{text}" if text.lstrip("'").startswith(FORMULA) else text


def moment_cell(moment: str | None) -> str:
    """A stored moment as a spreadsheet reads it, in Swedish time."""
    return clock.local(moment).strftime("%Y-%m-%d %H:%M") if moment else ""


@dataclass(frozen=True)
class CsvRule:
    """How a CSV file is written: what stands between cells and before decimals, and its start."""

    separator: str
    decimal: str
    begins: str


# The byte order mark makes Excel read å, ä and ö right; R would take it for a letter.
FOR_SPREADSHEETS = CsvRule(";", ",", "\ufeff")
FOR_PROGRAMS = CsvRule(",", ".", "")


def table_file(
    columns: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    format: Format,
    rule: CsvRule = FOR_SPREADSHEETS,
) -> bytes:
    """The table as a file of the format: numbers as numbers, texts as texts."""
    if format == "xlsx":
        from survey_data.xlsx import workbook

        return workbook([("ASF", [columns, *rows])])
    return csv_text([columns, *rows], rule).encode()


def csv_text(rows: Iterable[Sequence[Cell]], rule: CsvRule = FOR_SPREADSHEETS) -> str:
    """Rows as a CSV text by the rule, the header among them."""
    out = io.StringIO(newline="")
    out.write(rule.begins)
    writer = csv.writer(out, delimiter=rule.separator, lineterminator="\r\n")
    writer.writerows([_cell(cell, rule) for cell in row] for row in rows)
    return out.getvalue()


def _cell(cell: Cell, rule: CsvRule) -> Cell:
    if isinstance(cell, float):
        return str(cell).replace(".", rule.decimal)
    return defuse(cell) if isinstance(cell, str) else cell

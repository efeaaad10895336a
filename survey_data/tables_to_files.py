"""A table as a file, CSV or XLSX; no cell is ever taken for a formula.

One rule for every CSV: the one that a Swedish Excel, LibreOffice and Numbers open right. Where
programs read it too there is a choice of the other, which R and pandas read without being told.
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from survey_data import clock
from survey_data.typed_text import for_any_file

Format = Literal["csv", "xlsx"]
Cell = str | int | float | None
WIDEST = 60
# More than this in a cell, and Excel says that the file is damaged.
MOST_IN_CELL = 32_767
MEDIA_TYPES: dict[str, str] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
# Where a cell may begin that a spreadsheet calculates: also inside a text, for one that has another
# sign between cells than the file, as Excel has in another country, begins a new cell there.
_BEGINS, _FORMULA = r"(^|[,;\t\r\n])", r"(?=[\"']*[=+\-@\t\r])"
_SIGNS = re.compile(r"[=+\-@\t\r]")
_BARE, _DEFUSED = re.compile(_BEGINS + _FORMULA), re.compile(f"{_BEGINS}'{_FORMULA}")


def defuse(text: str) -> str:
    """A text of which no spreadsheet takes anything for a formula, by an apostrophe before each."""
    # Few texts have any such sign, and to look for one is quick.
    return _BARE.sub(r"\1'", text) if _SIGNS.search(text) else text


def as_meant(text: str) -> str:
    """A text as it was before it was defused."""
    return _DEFUSED.sub(r"\1", text)


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


def workbook(
    sheets: Iterable[tuple[str, Sequence[Sequence[Any]]]], created: datetime | None = None
) -> bytes:
    """Sheets of rows by their titles, the first row of each a heading that stays in sight.

    The same rows and moment always make the same bytes.
    """
    from xlsxwriter import Workbook

    out = io.BytesIO()
    with Workbook(out, {"constant_memory": True}) as book:
        book.set_properties({"created": created})
        bold = book.add_format({"bold": True})
        for title, rows in sheets:
            sheet = book.add_worksheet(title)
            sheet.freeze_panes(1, 0)
            for place in range(len(rows[0])):
                widest = max(len(str(row[place])) for row in rows if len(row) > place)
                sheet.set_column(place, place, min(WIDEST, 2 + widest))
            for number, row in enumerate(rows):
                for place, value in enumerate(row):
                    _write(sheet, (number, place), value, *[bold] * (number == 0))
    return out.getvalue()


def _write(sheet: Any, place: tuple[int, int], value: Any, *look: Any) -> None:
    # An empty cell is one that is not there.
    if value is None or value == "":
        return
    if isinstance(value, str):
        text = for_any_file(value).replace("\r\n", "\n").replace("\r", "\n")
        # A text by its type is never worked out, whatever it begins with.
        sheet.write_string(*place, text[:MOST_IN_CELL], *look)
    elif isinstance(value, bool):
        sheet.write_boolean(*place, value, *look)
    else:
        sheet.write_number(*place, value, *look)

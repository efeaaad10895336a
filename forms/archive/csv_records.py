"""A CSV text as rows of cells, however its program writes them; a broken one is refused.

The separator is the one that divides the most lines, and most of them alike. A quotation mark that
is never closed, or closed some rows further down, would hide those rows: both are refused.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator

from flask_babel import gettext as _

from forms.archive.file_rows import MOST_LINES, Fault, Row, UnreadableFile, clean, shown, too_long

SEPARATORS = ";\t,|"
SEP_LINE = re.compile(r'"?sep=(.)"?[;,\t]*', re.IGNORECASE)
LOOKED_AT = 500


def records(text: str) -> Iterator[Row]:
    """Every record of a CSV text with the line it begins on; raises UnreadableFile."""
    lines = text.splitlines(keepends=True)
    stated = SEP_LINE.fullmatch(lines[0].strip()) if lines else None
    separator = stated[1] if stated else _separator(lines)
    # The line that states the separator is counted as a line, but says nothing.
    body = "".join(["\n", *lines[1:]] if stated else lines)
    for line, cells in _parsed(body, separator):
        if any(cells):
            if line > MOST_LINES:
                raise too_long()
            yield line, cells


def _separator(lines: list[str]) -> str:
    some = [line for line in lines[:LOOKED_AT] if line.strip()]
    return max(SEPARATORS, key=lambda mark: _agreement(some, mark))


def _agreement(lines: list[str], mark: str) -> tuple[int, int, int]:
    """How many lines the mark divides at all, how many alike, and into how many cells."""
    widths = [len(next(csv.reader([line], delimiter=mark), [])) for line in lines
              if len(line) < csv.field_size_limit()]  # fmt: skip
    divided = Counter(width for width in widths if width > 1)
    width, alike = divided.most_common(1)[0] if divided else (0, 0)
    return divided.total(), alike, width


def _parsed(text: str, separator: str) -> Iterator[Row]:
    # A tab is a space too, and would be skipped as one.
    reader = csv.reader(
        io.StringIO(text, newline=""),
        delimiter=separator,
        skipinitialspace=separator != "\t",
        strict=True,
    )
    begun, width = 1, 0
    try:
        for cells in reader:
            width = max(width, len(cells))
            _refuse_swallowed(begun, cells, separator, width)
            yield begun, tuple(clean(cell) for cell in cells)
            begun = reader.line_num + 1
    except csv.Error as fault:
        raise UnreadableFile(Fault(begun, "", _quote_words(str(fault)))) from None


def _refuse_swallowed(line: int, cells: list[str], separator: str, width: int) -> None:
    """Raise UnreadableFile for a cell that holds whole rows: a quotation mark too few."""
    for cell in cells:
        below = cell.splitlines()[1:]
        if any(row.count(separator) * 2 >= max(2, width - 1) for row in below):
            raise UnreadableFile(Fault(line, "", _swallowed_words(), shown(cell)))


def _swallowed_words() -> str:
    return str(_("En cell som börjar på raden har hela rader i sig. Ett citattecken saknas eller är"
                 " för mycket: sätt dit eller ta bort det och läs in filen igen."))  # fmt: skip


def _quote_words(fault: str) -> str:
    if "end of data" in fault:
        return str(_("Ett citattecken på raden avslutas aldrig. Ta bort det, eller sätt dit det"
                     " andra, och läs in filen igen."))  # fmt: skip
    if "limit" in fault:
        return str(_("En cell som börjar på raden är för lång. Ett citattecken saknas troligen:"
                     " sätt dit det och läs in filen igen."))  # fmt: skip
    return str(_("Citattecknen på raden går inte ihop. Skriv två citattecken i rad inne i en"
                 " text, eller ta bort dem, och läs in filen igen."))  # fmt: skip

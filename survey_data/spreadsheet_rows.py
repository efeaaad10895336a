"""A file as lines of cells: CSV as spreadsheets write it, or XLSX; and a register among them."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from survey_data.errors import BadImport, BadLine

COLUMNS = (
    "org_number",
    "name",
    "unit_name",
    "municipality_code",
    "legal_form",
    "active_from",
    "active_to",
    "contact_name",
    "contact_role",
    "contact_email",
    "contact_phone",
    # 1 for a fictitious enterprise, so that an example never comes back as a real one.
    "is_example",
)
REQUIRED = ("org_number", "name", "municipality_code", "active_from", "contact_email")
FORMULA = ("=", "+", "-", "@", "\t", "\r")
ZIP = b"PK\x03\x04"
# A small workbook can unpack to something that fills the memory.
MOST_BYTES = 40_000_000
MOST_LINES = 20_000
MOST_FAULTS = 50
NO_VALUE = (
    "en cell har en formel men inget värde; öppna filen i ett kalkylprogram, spara den och"
    " försök igen",
    "a cell has a formula but no value; open the file in a spreadsheet, save it and try again",
)

Line = dict[str, str]
Cells = tuple[int, list[str]]


def defuse(text: str) -> str:
    """A text that no spreadsheet takes for a formula; reading takes the apostrophe off again."""
    return f"'{text}" if text.lstrip("'").startswith(FORMULA) else text


def cells(content: bytes) -> Iterator[Cells]:
    """Every line of a CSV or XLSX file with its number and its cells; raises BadImport."""
    for number, values in _sheet(content) if content.startswith(ZIP) else _csv(content):
        if number > MOST_LINES and any(values):
            # Never a part of a file as if it were the whole.
            raise BadImport([_too_long(number)])
        yield number, values


def clean(value: str) -> str:
    """A cell without what surrounds it, nor the apostrophe that keeps it from being a formula."""
    text = value.strip()
    return text[1:] if text[:1] == "'" and text.lstrip("'").startswith(FORMULA) else text


def lines(content: bytes) -> Iterator[tuple[int, Line]]:
    """Each line that says something, with its number, the header being 1; raises BadImport."""
    found = cells(content)
    _, header = next(found, (1, []))
    names = [name.strip() for name in header]
    _check_header(names)
    for number, values in found:
        given = dict(zip(names, values, strict=False))
        line = {name: clean(given.get(name, "")) for name in COLUMNS}
        if any(line.values()):
            yield number, line


def _csv(content: bytes) -> Iterator[Cells]:
    text = _decoded(content)
    header = text.split("\n", 1)[0]
    between = next((mark for mark in ";\t" if mark in header), ",")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=between)
    try:
        for values in reader:
            yield reader.line_num, values
    except csv.Error:
        raise BadImport([_unreadable(reader.line_num)]) from None


def _decoded(content: bytes) -> str:
    # "Unicode text" of Excel; both ways round begin with the mark that says which.
    wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        return content.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError:
        # Excel on Windows still saves "CSV" in its own code page.
        return content.decode("cp1252", errors="replace")


def _sheet(content: bytes) -> Iterator[Cells]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            if sum(part.file_size for part in parts.infolist()) > MOST_BYTES:
                raise BadImport([_unreadable(1)])
            has_formulas = any(_has_formula(parts.read(name)) for name in parts.namelist())
        rows = _rows(content, data_only=True)
        if has_formulas:
            _check_formulas(rows, _rows(content, data_only=False))
    except BadImport:
        raise
    except Exception:
        # Whatever a broken or hostile file makes the reader stumble over.
        raise BadImport([_unreadable(1)]) from None
    for number, found in enumerate(rows, 1):
        yield number, [_text(cell.value) for cell in found]


def _rows(content: bytes, *, data_only: bool) -> list[tuple[Any, ...]]:
    # Only an import of a workbook needs it, and it takes a while to load.
    from openpyxl import load_workbook  # noqa: PLC0415

    book = load_workbook(io.BytesIO(content), read_only=True, data_only=data_only)
    return list(book.worksheets[0].iter_rows(max_row=MOST_LINES + 1))


def _has_formula(part: bytes) -> bool:
    return b"<f>" in part or b"<f " in part


def _check_formulas(rows: list[tuple[Any, ...]], typed: list[tuple[Any, ...]]) -> None:
    """Raise BadImport for a formula without a value: a program wrote it and none worked it out.

    Taken as it stands it would be a blank, as if nobody had answered. One that was worked out to
    an empty text says so by its type.
    """
    faults = [
        BadLine(number, "", *NO_VALUE)
        for number, (values, cells) in enumerate(zip(rows, typed, strict=True), 1)
        if any(
            value.value is None and cell.value is not None and value.data_type != "str"
            for value, cell in zip(values, cells, strict=True)
        )
    ]
    if faults:
        raise BadImport(faults[:MOST_FAULTS])


def _text(value: object) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)


def _too_long(number: int) -> BadLine:
    return BadLine(
        number,
        "",
        f"filen har fler än {MOST_LINES} rader; dela den i flera filer",
        f"the file has more than {MOST_LINES} lines; split it into several files",
    )


def _unreadable(number: int) -> BadLine:
    return BadLine(
        number,
        "",
        "filen går inte att läsa; spara den som CSV (UTF-8) eller XLSX och försök igen",
        "the file cannot be read; save it as CSV (UTF-8) or XLSX and try again",
    )


def _check_header(names: list[str]) -> None:
    if not set(names) & set(COLUMNS):
        raise BadImport([_unreadable(1)])
    missing = [name for name in REQUIRED if name not in names]
    unknown = [name for name in names if name and name not in COLUMNS]
    if missing or unknown:
        sv, en = [], []
        if missing:
            sv.append("kolumner saknas: " + ", ".join(missing))
            en.append("missing columns: " + ", ".join(missing))
        if unknown:
            sv.append("okända kolumner: " + ", ".join(unknown))
            en.append("unknown columns: " + ", ".join(unknown))
        raise BadImport([BadLine(1, "", "; ".join(sv).capitalize(), "; ".join(en).capitalize())])

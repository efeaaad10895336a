"""A workbook (XLSX) as rows of cells, from its first visible sheet.

Values are read by calamine, which takes the cells that are there whatever range, styles or
dialect the file states. What it does not say (formulas that nobody worked out, errors, hidden
rows, merged cells) is looked up in the sheet's own XML.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from posixpath import join, normpath
from typing import Any
from xml.etree import ElementTree

from flask_babel import gettext as _
from flask_babel import ngettext
from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from forms.archive import (
    MOST_COLUMNS,
    MOST_LINES,
    Fault,
    FileRows,
    Merged,
    SpoiltCell,
    UnreadableFile,
    clean,
    too_long,
)

# A small workbook can unpack to something that fills the memory.
MOST_BYTES = 60_000_000
REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")


@dataclass
class SheetLook:
    """What the XML of a sheet says besides its values."""

    last_line: int = 0
    last_column: int = -1
    hidden_lines: list[int] = field(default_factory=list)
    hidden_columns: int = 0
    spoilt: list[SpoiltCell] = field(default_factory=list)
    merged: list[Merged] = field(default_factory=list)


def workbook_rows(content: bytes) -> FileRows:
    """The rows of the first visible sheet that says something; raises UnreadableFile."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            if sum(part.file_size for part in parts.infolist()) > MOST_BYTES:
                raise too_long()
            looks = {name: _look(parts, path) for name, path in _sheets(parts)}
        return _first_sheet(content, looks)
    except UnreadableFile:
        raise
    except Exception:
        # Whatever a broken or hostile file makes the readers stumble over.
        raise _damaged() from None


def _damaged(line: int = 0) -> UnreadableFile:
    words = _("Arbetsboken är skadad. Öppna den i ett kalkylprogram, spara den på nytt som"
              " XLSX och läs in den igen.")  # fmt: skip
    return UnreadableFile(Fault(line, "", words))


def _first_sheet(content: bytes, looks: dict[str, SheetLook]) -> FileRows:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    shown = [each.name for each in book.sheets_metadata
             if each.visible == SheetVisibleEnum.Visible and each.name in looks]  # fmt: skip
    filled = [name for name in shown if looks[name].last_line]
    hidden = [name for name, look in looks.items() if look.last_line and name not in shown]
    if not filled and hidden:
        words = _("Alla blad som det står något på är dolda: %(names)s. Visa det som ska läsas,"
                  " spara och läs in filen igen.", names=_named(hidden))  # fmt: skip
        raise UnreadableFile(Fault(0, "", words))
    if not filled:
        return FileRows((), is_text=False)
    chosen = filled[0]
    others = [each.name for each in book.sheets_metadata
              if each.name != chosen and looks.get(each.name, SheetLook()).last_line]  # fmt: skip
    look = looks[chosen]
    _refuse_too_large(look)
    try:
        sheet = book.get_sheet_by_name(chosen)
    except CalamineError:
        # The range that a sheet states is not believed, nor need it be one.
        book = CalamineWorkbook.from_filelike(io.BytesIO(_without_ranges(content)))
        sheet = book.get_sheet_by_name(chosen)
    table = sheet.to_python(skip_empty_area=False)
    rows = ((number, tuple(clean(_text(cell)) for cell in cells))
            for number, cells in enumerate(table, 1))  # fmt: skip
    return FileRows(
        tuple(row for row in rows if any(row[1])),
        is_text=False,
        sheet=chosen,
        notes=tuple(_notes(look, others)),
        spoilt=tuple(look.spoilt),
        merged=tuple(look.merged),
    )


def _without_ranges(content: bytes) -> bytes:
    """The workbook without what its sheets state of their size."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, re.sub(rb"<(?:\w+:)?dimension\b[^>]*/>", b"", old.read(name)))
    return out.getvalue()


def _refuse_too_large(look: SheetLook) -> None:
    """Raise UnreadableFile for a cell so far away that the sheet between would fill the memory."""
    if look.last_line > MOST_LINES:
        raise too_long()
    if look.last_column >= MOST_COLUMNS:
        words = _("Bladet har en cell i kolumn %(n)s. Ta bort det som står långt till höger om"
                  " tabellen.", n=look.last_column + 1)  # fmt: skip
        raise UnreadableFile(Fault(1, "", words))


def _notes(look: SheetLook, others: list[str]) -> Iterator[str]:
    if others:
        yield _("Bara det första synliga bladet läses. Filen har också: %(names)s.",
                names=_named(others))  # fmt: skip
    if look.hidden_lines:
        yield ngettext("%(num)s rad är dold i bladet. Den läses också.",
                       "%(num)s rader är dolda i bladet. De läses också.",
                       len(look.hidden_lines))  # fmt: skip
    if look.hidden_columns:
        yield ngettext("%(num)s kolumn är dold i bladet. Den läses också.",
                       "%(num)s kolumner är dolda i bladet. De läses också.",
                       look.hidden_columns)  # fmt: skip


def _named(sheets: list[str]) -> str:
    return ", ".join(f"”{name}”" for name in sheets)


def _sheets(parts: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Each sheet's name and where in the file it is."""
    book = next(n for n in parts.namelist() if n.lower().endswith("xl/workbook.xml"))
    folder, _slash, name = book.rpartition("/")
    related = {
        each.get("Id"): each.get("Target", "")
        for each in _tree(parts, f"{folder}/_rels/{name}.rels")
    }
    for each in _tree(parts, book).iter():
        if _plain(each.tag) == "sheet":
            key = next(v for k, v in each.attrib.items() if k == "id" or k.endswith("}id"))
            target = related[key]
            path = target.lstrip("/") if target.startswith("/") else normpath(join(folder, target))
            if path in parts.namelist() and "worksheets" in path:
                yield each.attrib["name"], path


def _tree(parts: zipfile.ZipFile, path: str) -> ElementTree.Element:
    return ElementTree.fromstring(parts.read(path))  # noqa: S314 - expat bounds what it expands


def _plain(tag: str) -> str:
    return tag.rpartition("}")[2]


def _look(parts: zipfile.ZipFile, path: str) -> SheetLook:
    look, line, seen = SheetLook(), 0, set[int]()
    with parts.open(path) as part:
        for _event, element in ElementTree.iterparse(part):  # noqa: S314
            name = _plain(element.tag)
            if name == "row":
                line = int(element.get("r") or line + 1)
                if line in seen:
                    # Of two rows with one number only one would be read.
                    raise _damaged(line)
                seen.add(line)
                _look_at_row(look, line, element)
                element.clear()
            elif name == "mergeCell":
                look.merged += _merged(element.get("ref", ""))
            elif name == "col" and element.get("hidden") in ("1", "true"):
                look.hidden_columns += int(element.get("max", 0)) - int(element.get("min", 1)) + 1
    look.hidden_columns = min(look.hidden_columns, look.last_column + 1)
    return look


def _look_at_row(look: SheetLook, line: int, row: ElementTree.Element) -> None:
    column, says = -1, False
    for cell in row:
        found = REFERENCE.fullmatch(cell.get("r", ""))
        column = _column(found[1]) if found else column + 1
        inside = {_plain(child.tag): child for child in cell}
        value = "".join(inside["v"].itertext()) if "v" in inside else ""
        if value or "is" in inside or "f" in inside:
            says, look.last_column = True, max(look.last_column, column)
        words = _spoilt_words(cell.get("t", ""), "f" in inside, value, "is" in inside)
        if words:
            look.spoilt.append(SpoiltCell(line, column, words))
    if says:
        look.last_line = max(look.last_line, line)
        if row.get("hidden") in ("1", "true"):
            look.hidden_lines.append(line)


def _spoilt_words(kind: str, is_formula: bool, value: str, is_inline: bool) -> str:
    """What to do about a formula that nobody worked out, or an error; "" for any other cell."""
    if kind == "e":
        return _("Cellen visar ett fel (%(fault)s). Rätta formeln, eller skriv värdet.",
                 fault=value)  # fmt: skip
    # A formula that was worked out to an empty text says so by its type.
    if is_formula and not value and not is_inline and kind != "str":
        return _("Cellen har en formel men inget värde. Öppna filen i ett kalkylprogram, spara"
                 " den och läs in den igen.")  # fmt: skip
    return ""


def _merged(reference: str) -> Iterator[Merged]:
    ends = [REFERENCE.fullmatch(end) for end in reference.split(":")]
    if len(ends) == 2 and ends[0] and ends[1]:
        yield Merged(
            reference, int(ends[0][2]), int(ends[1][2]), _column(ends[0][1]), _column(ends[1][1])
        )


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _text(value: Any) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else f"{value:.15g}"
    return str(value)

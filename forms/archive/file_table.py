"""One reader for every file that comes in: its kind, where its header is, what its lines say.

Never a part of a file as if it were the whole: what cannot be read to its end is refused with its
line, and what is left out (title rows, other sheets, sum rows) is said.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from flask_babel import gettext as _
from flask_babel import ngettext

from forms.archive import (
    Fault,
    FileRows,
    Merged,
    Row,
    UnreadableFile,
    other_kind,
    person_words,
    shown,
    without_persons,
)
from forms.archive.csv_text import decoded, records
from forms.archive.enterprise_matching import is_org_number, sum_rows
from survey_data.typed_text import is_address, tidy_address

# How far down a header is looked for.
LOOKED_AT, OFFERED = 40, 12
Known = Callable[[str], bool]


@dataclass(frozen=True)
class FileTable:
    """A file's header and every line below it, with its number in the file.

    `faults` are lines that cannot be taken as they stand; `sums` those that only add up others,
    or are notes below the table.
    """

    header: tuple[str, ...]
    lines: tuple[Row, ...]
    header_line: int = 1
    faults: tuple[Fault, ...] = ()
    sums: tuple[int, ...] = ()
    above: tuple[str, ...] = ()

    def without(self, left_out: Collection[int]) -> FileTable:
        """The same table without some of its lines, and without what was wrong with them."""
        return replace(
            self,
            lines=tuple(row for row in self.lines if row[0] not in left_out),
            faults=tuple(fault for fault in self.faults if fault.line not in left_out),
        )

    def faults_in(self, line: int, columns: Sequence[str]) -> list[Fault]:
        """What is wrong on a line, in the columns that are read or with the whole of it.

        `columns` says what each column is, "" for one that is not read.
        """
        read = {name_of(self.header, at) for at, what in enumerate(columns) if what} | {""}
        return [f for f in self.faults
                if f.line == line and (f.column in read or f.words == person_words())]  # fmt: skip


def read_file(content: bytes) -> FileRows:
    """Every row of a CSV or XLSX file; raises UnreadableFile.

    A cell that holds a personal identity number is emptied here, so that its text goes no further.
    """
    found = _read(content)
    if not found.rows:
        raise UnreadableFile(Fault(0, "", _("Filen är tom.")))
    rows, persons = without_persons(found.rows)
    return replace(found, rows=rows, persons=persons)


def opened(content: bytes, known: Known) -> FileRows:
    """The same, where no personal identity number is in it; raises UnreadableFile."""
    found = read_file(content)
    header = table(found, known).header
    persons = [Fault(c.line, name_of(header, c.column), c.words) for c in found.persons]
    if persons:
        raise UnreadableFile(*persons, sheet=found.sheet)
    return found


def _read(content: bytes) -> FileRows:
    refusal = other_kind(content)
    if refusal:
        raise UnreadableFile(Fault(0, "", refusal))
    if content.startswith(b"PK\x03\x04"):
        from forms.archive.workbooks import workbook_rows

        return workbook_rows(content)
    return FileRows(tuple(records(decoded(content))))


def table(found: FileRows, known: Known, header_line: int | None = None) -> FileTable:
    """The rows as a header and lines; raises UnreadableFile where there is no header or no line.

    `known` says whether a heading is one that the reader has a use for.
    """
    at = next((at for at, row in enumerate(found.rows) if row[0] == header_line), None)
    at = _header_place(found, known) if at is None else at
    if at is None or at + 1 >= len(found.rows) or sum(map(bool, found.rows[at][1])) < 2:
        words = _("Filen behöver en rad med kolumnernas namn och minst en rad under den.")
        # Of the sheet that is read, and what else the file has.
        said = " ".join((words, *found.notes))
        raise UnreadableFile(Fault(0, "", said), sheet=found.sheet)
    if _is_somebodys(found.rows[at]):
        words = _("Raden ser ut som ett företag, inte som kolumnernas namn. Skriv en rad med"
                  " kolumnernas namn överst och läs in filen igen.")  # fmt: skip
        value = shown(_text_of(found.rows[at]))
        raise UnreadableFile(Fault(found.rows[at][0], "", words, value), sheet=found.sheet)
    top, below = found.rows[at], found.rows[at + 1 :]
    header = _padded(_header(found, at), 0 if found.is_text else max(len(row[1]) for row in below))
    wide = len(header)
    lines = tuple((line, _padded(cells, wide)[:wide]) for line, cells in below)
    return FileTable(
        header, lines, top[0],
        tuple(sorted(_faults(found, header, below), key=lambda fault: fault.line)),
        tuple(sum_rows(header, lines)), tuple(_text_of(row) for row in found.rows[:at]),
    )  # fmt: skip


def _is_somebodys(row: Row) -> bool:
    """Whether a row has an organisation number or an address, as no row of headings has."""
    return any(is_org_number(cell) or is_address(tidy_address(cell)) for cell in row[1])


def _padded(cells: Sequence[str], width: int) -> tuple[str, ...]:
    return (*cells, *[""] * (width - len(cells)))


def _text_of(row: Row) -> str:
    return " ".join(cell for cell in row[1] if cell)


def _header_place(found: FileRows, known: Known) -> int | None:
    """The row with most headings that are known; else the first that is as wide as the table."""
    some = found.rows[:LOOKED_AT]
    scores = [sum(known(heading(cell)) for cell in cells if cell) for _line, cells in some]
    if max(scores) >= 2:
        at = scores.index(max(scores))
        # Groups of columns have one heading above theirs, over merged cells.
        below = found.rows[at + 1] if at + 1 < len(found.rows) else None
        return at + 1 if below and _groups(found, some[at][0]) and not _has_data(below) else at
    filled = [sum(map(bool, cells)) for _line, cells in some]
    return next((at for at, count in enumerate(filled) if count >= max(2, max(filled) / 2)), None)


def _has_data(row: Row) -> bool:
    """Whether a row is somebody's, or has a number that is not a year's heading."""
    numbers = (cell for cell in row[1] if re.fullmatch(r"[\d .,]+", cell))
    return _is_somebodys(row) or any(not re.fullmatch(r"(?:19|20)\d\d", n) for n in numbers)


def header_choices(found: FileRows, header_line: int) -> list[tuple[int, str]]:
    """The rows that may have the columns' names, with the one that has them now, and their text."""
    some = [row for at, row in enumerate(found.rows) if at < OFFERED or row[0] == header_line]
    return [(line, shown(" · ".join(filter(None, cells)))) for line, cells in some]


def heading(text: str) -> str:
    """A heading on one line."""
    return " ".join(text.split())


def _groups(found: FileRows, line: int) -> list[Merged]:
    """The merged cells of a row that stand above several columns."""
    return [m for m in found.merged
            if m.first_line == m.last_line == line and m.first_column < m.last_column]  # fmt: skip


def _header(found: FileRows, at: int) -> tuple[str, ...]:
    """The headings, with the heading of their group before them where the sheet has such."""
    line, cells = found.rows[at]
    names = [heading(cell) for cell in cells]
    above = dict(found.rows[:at])
    width = max([len(names), *(m.last_column + 1 for m in found.merged if m.last_line == line)])
    names += [""] * (width - len(names))
    for merged in found.merged:
        place = merged.first_column
        text = heading(above[merged.first_line][place]) if _is_in(above, merged) else ""
        if merged.first_line < merged.last_line == line and text:
            names[place] = names[place] or text
    for column, text in _group_of(found, line - 1, above).items():
        if column < len(names):
            names[column] = f"{text} {names[column]}".strip()
    return tuple(names)


def _group_of(found: FileRows, line: int, above: dict[int, tuple[str, ...]]) -> dict[int, str]:
    """The heading above each column, where a row of headings stands above groups of columns."""
    groups = _groups(found, line)
    if not groups or line not in above:
        return {}
    single = {m.first_column for m in found.merged if m.first_line == line} - {
        m.first_column for m in groups
    }
    names = {at: heading(text) for at, text in enumerate(above[line]) if text and at not in single}
    for merged in groups:
        for column in range(merged.first_column, merged.last_column + 1):
            names[column] = names.get(merged.first_column, "")
    return names


def _is_in(rows: dict[int, tuple[str, ...]], merged: Merged) -> bool:
    return merged.first_line in rows and merged.first_column < len(rows[merged.first_line])


def _faults(found: FileRows, header: Sequence[str], below: Sequence[Row]) -> Iterator[Fault]:
    used = dict(below)
    for cell in (*found.spoilt, *found.persons):
        if cell.line in used:
            yield Fault(cell.line, name_of(header, cell.column), cell.words)
    for merged in found.merged:
        # One text over a whole row hides no other; one over several rows does.
        hides = merged.first_line < merged.last_line or any(
            header[merged.first_column + 1 : merged.last_column + 1]
        )
        for line in range(merged.first_line, min(merged.last_line, below[-1][0]) + 1):
            if line in used and hides:
                words = _("Cellerna %(name)s är sammanslagna. Dela upp dem, skriv värdet i var och"
                          " en och läs in filen igen.", name=merged.name)  # fmt: skip
                yield Fault(line, name_of(header, merged.first_column), words)
    for line, cells in below:
        if found.is_text and any(cells[len(header) :]):
            words = _("Raden har fler celler än det finns kolumner. En text som har ett"
                      " skiljetecken i sig ska stå inom citattecken.")  # fmt: skip
            yield Fault(line, "", words, shown(" ".join(cells[len(header) :])))


def name_of(header: Sequence[str], place: int) -> str:
    """A column's heading, or its place where it has none."""
    return (header[place] if place < len(header) else "") or _("kolumn %(n)s", n=place + 1)


def found_notes(found: FileRows, read: FileTable) -> list[str]:
    """What a reader of the file should know: how much was read, and what was not."""
    size = ngettext("%(num)s rad", "%(num)s rader", len(read.lines))
    wide = ngettext("%(num)s kolumn", "%(num)s kolumner", len(read.header))
    notes = [f"{size}, {wide}.", *found.notes]
    if read.above:
        notes.insert(1, ngettext(
        "%(num)s rad ovanför kolumnernas namn läses inte: ”%(words)s”.",
        "%(num)s rader ovanför kolumnernas namn läses inte: ”%(words)s”.",
        len(read.above), words=shown(" · ".join(read.above))))  # fmt: skip
    return notes

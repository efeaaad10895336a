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
    shown,
    without_persons,
)
from forms.archive.csv_text import decoded, records
from forms.archive.workbooks import workbook_rows

# How far down a header is looked for.
LOOKED_AT = 40
SUM_WORDS = re.compile(
    r"(?:del)?summa\b.*|(?:sub)?total(?:t|er|s|summa)?\b.*|s:a\b.*|sum\b.*|samtliga(?: företag)?"
    r"|hela länet|medel(?:värde)?\b.*|genomsnitt\b.*|average\b.*|mean\b.*",
    re.IGNORECASE,
)
# What stands alone in a row below a table.
NOTE_WORDS = re.compile(
    r"(?:källa|källor|not|noter|anm|anmärkning|obs|source|note)\b.*|(?:\*|\d\)).*", re.IGNORECASE
)
NUMBER = re.compile(r"[-−]?\d[\d ]*(?:[.,]\d+)?")
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


def read_file(content: bytes) -> FileRows:
    """Every row of a CSV or XLSX file; raises UnreadableFile.

    A cell that holds a personal identity number is emptied here, so that its text goes no further.
    """
    found = _read(content)
    if not found.rows:
        raise UnreadableFile(Fault(1, "", str(_("Filen är tom."))))
    rows, persons = without_persons(found.rows)
    return replace(found, rows=rows, persons=persons)


def person_faults(found: FileRows, header: Sequence[str]) -> list[Fault]:
    """Where in the file a personal identity number stood."""
    return [Fault(cell.line, name_of(header, cell.column), cell.words) for cell in found.persons]


def _read(content: bytes) -> FileRows:
    refusal = _other_kind(content)
    if refusal:
        raise UnreadableFile(Fault(1, "", refusal))
    if content.startswith(b"PK\x03\x04"):
        return workbook_rows(content)
    return FileRows(tuple(records(decoded(content))))


def _other_kind(content: bytes) -> str:
    """What to do with a file that is neither CSV nor XLSX, or ""."""
    kinds = {
        b"%PDF": _("Det här är en PDF. Välj kalkylbladet som den är gjord av."),
        b"\xd0\xcf\x11\xe0": _("Det här är en äldre Excel-fil (XLS), eller en arbetsbok med"
                              " lösenord. Öppna den och spara den som XLSX utan lösenord."),
        b"PK": _other_zip(content[:200_000]) if b"xl/workbook.xml" not in content else "",
    }  # fmt: skip
    for begins, words in kinds.items():
        if content.startswith(begins):
            return str(words)
    if re.match(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype|html|table|\?xml)", content, re.IGNORECASE):
        return str(_("Det här är en webbsida eller XML, också om namnet säger annat. Öppna den i"
                     " ett kalkylprogram och spara den som XLSX."))  # fmt: skip
    return ""


def _other_zip(head: bytes) -> str:
    if b".iwa" in head:
        return str(_("Det här är en fil från Numbers. Exportera den som Excel eller CSV."))
    if b"opendocument" in head:
        return str(_("Det här är en ODF-fil. Öppna den och spara den som XLSX."))
    return str(_("Det här är inget kalkylblad. Välj en CSV- eller XLSX-fil."))


def table(found: FileRows, known: Known, header_line: int | None = None) -> FileTable:
    """The rows as a header and lines; raises UnreadableFile where there is no header or no line.

    `known` says whether a heading is one that the reader has a use for.
    """
    at = _place_of(found.rows, header_line)
    at = _header_place(found, known) if at is None else at
    if at is None or at + 1 >= len(found.rows) or sum(map(bool, found.rows[at][1])) < 2:
        words = _("Filen behöver en rad med kolumnernas namn och minst en rad under den.")
        raise UnreadableFile(Fault(1, "", words))
    top, below = found.rows[at], found.rows[at + 1 :]
    header = _padded(_header(found, at), 0 if found.is_text else max(len(row[1]) for row in below))
    lines = tuple((line, _padded(cells, len(header))) for line, cells in below)
    return FileTable(
        header, tuple((line, cells[: len(header)]) for line, cells in lines), top[0],
        tuple(sorted(_faults(found, header, below), key=lambda fault: fault.line)),
        tuple(_sums(lines)), tuple(_text_of(row) for row in found.rows[:at]),
    )  # fmt: skip


def _place_of(rows: Sequence[Row], line: int | None) -> int | None:
    return next((at for at, row in enumerate(rows) if row[0] == line), None)


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
        return at + 1 if _groups(found, some[at][0]) and at + 1 < len(found.rows) else at
    filled = [sum(map(bool, cells)) for _line, cells in some]
    return next((at for at, count in enumerate(filled) if count >= max(2, max(filled) / 2)), None)


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
        for line in range(merged.first_line, min(merged.last_line, below[-1][0]) + 1):
            # One text over a whole row hides no other; one over several rows does.
            if line in used and (merged.first_line < merged.last_line or _hides(merged, header)):
                yield Fault(line, name_of(header, merged.first_column), _merged_words(merged))
    for line, cells in below:
        if found.is_text and any(cells[len(header) :]):
            words = _("Raden har fler celler än det finns kolumner. En text som har ett"
                      " skiljetecken i sig ska stå inom citattecken.")  # fmt: skip
            yield Fault(line, "", words, shown(" ".join(cells[len(header) :])))


def _hides(merged: Merged, header: Sequence[str]) -> bool:
    return any(header[merged.first_column + 1 : merged.last_column + 1])


def _merged_words(merged: Merged) -> str:
    return str(_("Cellerna %(name)s är sammanslagna. Dela upp dem, skriv värdet i var och en och"
                 " läs in filen igen.", name=merged.name))  # fmt: skip


def name_of(header: Sequence[str], place: int) -> str:
    """A column's heading, or its place where it has none."""
    return (header[place] if place < len(header) else "") or str(_("kolumn %(n)s", n=place + 1))


def _sums(lines: Sequence[Row]) -> Iterator[int]:
    """The lines that say that they are a sum or a note, or add up every line above them."""
    start = 0
    for at, (line, cells) in enumerate(lines):
        first = next((cell for cell in cells if cell), "")
        says_so = SUM_WORDS.fullmatch(first.rstrip(": ")) is not None
        if sum(map(bool, cells)) == 1 and NOTE_WORDS.fullmatch(first):
            yield line
            continue
        if says_so or _adds_up(cells, [above for _line, above in lines[start:at]]):
            yield line
            start = at + 1


def _adds_up(cells: Sequence[str], above: Sequence[Sequence[str]]) -> bool:
    """Whether a line without a name has only sums of what stands above it, two or more."""
    numbers = {at: _number(cell) for at, cell in enumerate(cells) if cell}
    if len(above) < 2 or len(numbers) < 2 or None in numbers.values():
        return False
    sums = {at: sum(_number(row[at]) or 0 for row in above) for at in numbers}
    return sums == numbers and any(sums.values())


def _number(text: str) -> float | None:
    if not NUMBER.fullmatch(text):
        return None
    return float(text.replace(" ", "").replace("−", "-").replace(",", "."))


def found_notes(found: FileRows, read: FileTable) -> list[str]:
    """What a reader of the file should know: how much was read, and what was not."""
    size = str(ngettext("%(num)s rad", "%(num)s rader", len(read.lines)))
    wide = str(ngettext("%(num)s kolumn", "%(num)s kolumner", len(read.header)))
    notes = [f"{size}, {wide}.", *found.notes]
    if read.above:
        notes.insert(1, str(ngettext(
            "%(num)s rad ovanför kolumnernas namn läses inte: ”%(words)s”.",
            "%(num)s rader ovanför kolumnernas namn läses inte: ”%(words)s”.",
            len(read.above), words=shown(" · ".join(read.above)))))  # fmt: skip
    return notes

"""A list of enterprises on its way into the register, with what has been decided about it.

The page and the command use the same: what is proposed, what can be taken in, what is left.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlite_utils import Database

from forms.archive import register_columns
from forms.archive.file_rows import FileRows, SpoiltCell, person_words, rows_from
from forms.archive.file_table import FileTable, found_notes, read_file, table
from forms.archive.register_columns import Proposal
from forms.archive.register_lines import RegisterReader, RegisterReading, towns
from survey_data.personal_numbers import has_personal_number


@dataclass(frozen=True)
class RegisterFile:
    """The rows of a file, and what was decided: header, columns, lines left out, cells corrected.

    `columns` is None until somebody has changed what was proposed; `left_out` is None where it
    is the lines that only add up others; `taken` are in the register already. `corrected` has
    texts by "line:column".
    """

    rows: FileRows
    name: str = ""
    header_line: int | None = None
    columns: tuple[str, ...] | None = None
    left_out: tuple[int, ...] | None = None
    corrected: Mapping[str, str] = field(default_factory=dict)
    taken: tuple[int, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """As it is kept while it is being looked at."""
        return {**vars(self), "rows": self.rows.to_dict(), "corrected": dict(self.corrected)}


def file_from(kept: dict[str, Any]) -> RegisterFile:
    """A file that was kept."""
    columns, left_out = kept["columns"], kept["left_out"]
    return RegisterFile(**{
        **kept,
        "rows": rows_from(kept["rows"]),
        "taken": tuple(kept["taken"]),
            "columns": None if columns is None else tuple(columns),
        "left_out": None if left_out is None else tuple(left_out),
    })  # fmt: skip


@dataclass(frozen=True)
class RegisterProposal:
    """What a file would do to the register as it is now, and how its columns are understood."""

    file: RegisterFile
    table: FileTable
    left_out: tuple[int, ...]
    proposals: tuple[Proposal, ...]
    reading: RegisterReading

    @property
    def columns(self) -> tuple[str, ...]:
        """What each column is, "" for one that is not taken in."""
        return tuple(proposal.fact for proposal in self.proposals)

    @property
    def notes(self) -> list[str]:
        """How much was read, and what the reader of the file should know."""
        return found_notes(self.file.rows, self.table)

    @property
    def unread(self) -> list[str]:
        """The columns that hold something and are not taken in."""
        return [
            self.table.header[at] or str(at + 1)
            for at, fact in enumerate(self.columns)
            if not fact and any(cells[at] for _line, cells in self.table.lines if at < len(cells))
        ]


def opened(content: bytes, name: str) -> RegisterFile:
    """A file as it comes; raises UnreadableFile."""
    found = RegisterFile(read_file(content), "" if has_personal_number(name) else name)
    table(found.rows, register_columns.knows)
    return found


def proposed(db: Database, file: RegisterFile) -> RegisterProposal:
    """What a file would do; what looks like a person's number is taken out of it on the way.

    Raises UnreadableFile where the chosen header leaves no line.
    """
    whole = _corrected(table(file.rows, register_columns.knows, file.header_line), file.corrected)
    left_out = whole.sums if file.left_out is None else file.left_out
    proposals = _proposals(db, whole, file)
    columns = [proposal.fact for proposal in proposals]
    reading = RegisterReader(db, whole.without({*left_out, *file.taken}), columns).read()
    clean = _without_numbers(file, reading, columns)
    return RegisterProposal(clean, whole, left_out, proposals, reading)


def _proposals(db: Database, found: FileTable, file: RegisterFile) -> tuple[Proposal, ...]:
    texts = [[cells[at] for _line, cells in found.lines] for at in range(len(found.header))]
    offered = register_columns.propose(found.header, texts, towns(db))
    chosen = file.columns or ()
    if len(chosen) != len(offered):
        return tuple(offered)
    return tuple(p if p.fact == fact else Proposal(fact, "") for p, fact in
                 zip(offered, chosen, strict=True))  # fmt: skip


def _corrected(found: FileTable, corrected: Mapping[str, str]) -> FileTable:
    """The table with the cells that somebody has typed anew; such a cell is no fault any more."""

    def cells_of(line: int, cells: Sequence[str]) -> tuple[str, ...]:
        return tuple(corrected.get(f"{line}:{at}", text) for at, text in enumerate(cells))

    lines = tuple((line, cells_of(line, cells)) for line, cells in found.lines)
    names = {(int(key.split(":")[0]), found.header[int(key.split(":")[1])]) for key in corrected
             if int(key.split(":")[1]) < len(found.header)}  # fmt: skip
    faults = tuple(f for f in found.faults if (f.line, f.column) not in names)
    return replace(found, lines=lines, faults=faults)


def _without_numbers(
    file: RegisterFile, reading: RegisterReading, columns: Sequence[str]
) -> RegisterFile:
    """The file without the cells that hold what can only be a person's number."""
    places = {(line, columns.index(fact)) for line, fact in reading.persons}
    corrected = {key: text for key, text in file.corrected.items()
                 if tuple(map(int, key.split(":"))) not in places}  # fmt: skip
    rows = tuple(
        (line, tuple("" if (line, at) in places else text for at, text in enumerate(cells)))
        for line, cells in file.rows.rows
    )
    known = {(cell.line, cell.column) for cell in file.rows.persons}
    persons = tuple(SpoiltCell(*place, person_words()) for place in sorted(places - known))
    kept = replace(file.rows, rows=rows, persons=(*file.rows.persons, *persons))
    return replace(file, rows=kept, corrected=corrected)

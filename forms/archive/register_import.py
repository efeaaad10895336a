"""A list of enterprises on its way into the register, with what has been decided about it.

The page and the command use the same: what is proposed, what can be taken in, what is left.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from flask_babel import gettext as _
from sqlite_utils import Database

from forms.archive import FileRows, SpoiltCell, person_words, rows_from
from forms.archive.answer_columns import plain, town_words
from forms.archive.enterprise_matching import is_org_number
from forms.archive.file_table import FileTable, found_notes, read_file, table
from forms.archive.register_lines import RegisterReader, RegisterReading, towns
from survey_data.register.register_file import COLUMNS
from survey_data.typed_text import has_personal_number, is_address, tidy_address


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
    columns: Sequence[str] | None = None
    left_out: Sequence[int] | None = None
    corrected: Mapping[str, str] = field(default_factory=dict)
    taken: Sequence[int] = ()

    def to_dict(self) -> dict[str, Any]:
        """As it is kept while it is being looked at."""
        return {**vars(self), "rows": self.rows.to_dict(), "corrected": dict(self.corrected)}


def file_from(kept: dict[str, Any]) -> RegisterFile:
    """A file that was kept."""
    return RegisterFile(**{**kept, "rows": rows_from(kept["rows"])})


@dataclass(frozen=True)
class RegisterProposal:
    """What a file would do to the register as it is now, and how its columns are understood."""

    file: RegisterFile
    table: FileTable
    left_out: Sequence[int]
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
    table(found.rows, knows)
    return found


def proposed(db: Database, file: RegisterFile) -> RegisterProposal:
    """What a file would do; what looks like a person's number is taken out of it on the way.

    Raises UnreadableFile where the chosen header leaves no line.
    """
    whole = _corrected(table(file.rows, knows, file.header_line), file.corrected)
    left_out = whole.sums if file.left_out is None else file.left_out
    proposals = _proposals(whole, file)
    columns = [proposal.fact for proposal in proposals]
    reading = RegisterReader(db, whole.without({*left_out, *file.taken}), columns).read()
    clean = _without_numbers(file, reading, columns)
    return RegisterProposal(clean, whole, left_out, proposals, reading)


def _proposals(found: FileTable, file: RegisterFile) -> tuple[Proposal, ...]:
    texts = [[cells[at] for _line, cells in found.lines] for at in range(len(found.header))]
    offered = propose(found.header, texts, towns())
    chosen = file.columns or ()
    if len(chosen) != len(offered):
        return tuple(offered)
    return tuple(p if p.fact == fact else Proposal(fact, "") for p, fact in
                 zip(offered, chosen, strict=True))  # fmt: skip


def _corrected(found: FileTable, corrected: Mapping[str, str]) -> FileTable:
    """The table with the cells that somebody has typed anew; such a cell is no fault any more."""
    typed = {_place(key): text for key, text in corrected.items()}
    lines = tuple(
        (line, tuple(typed.get((line, at), text) for at, text in enumerate(cells)))
        for line, cells in found.lines
    )
    names = {(line, found.header[at]) for line, at in typed if at < len(found.header)}
    faults = tuple(f for f in found.faults if (f.line, f.column) not in names)
    return replace(found, lines=lines, faults=faults)


def _place(key: str) -> tuple[int, int]:
    line, column = key.split(":")
    return int(line), int(column)


def _without_numbers(
    file: RegisterFile, reading: RegisterReading, columns: Sequence[str]
) -> RegisterFile:
    """The file without the cells that hold what can only be a person's number."""
    places = {(line, columns.index(fact)) for line, fact in reading.persons}
    corrected = {k: text for k, text in file.corrected.items() if _place(k) not in places}
    rows = tuple(
        (line, tuple("" if (line, at) in places else text for at, text in enumerate(cells)))
        for line, cells in file.rows.rows
    )
    known = {(cell.line, cell.column) for cell in file.rows.persons}
    persons = tuple(SpoiltCell(*place, person_words()) for place in sorted(places - known))
    kept = replace(file.rows, rows=rows, persons=(*file.rows.persons, *persons))
    return replace(file, rows=kept, corrected=corrected)


# What people call each fact at the head of a column, besides its own name.
HEADINGS: dict[str, tuple[str, ...]] = {
    "org_number": ("organisationsnummer", "orgnr", "org nr", "organisationsnr", "orgnummer",
                   "org nummer", "org number", "organisation number", "momsnr"),
    "name": ("företag", "företagets namn", "företagsnamn", "namn", "asf", "socialt företag",
             "verksamhet", "organisation", "enterprise", "company", "enterprise name"),
    "unit_name": ("enhet", "enhetens namn", "enhetsnamn", "arbetsställe", "unit"),
    "municipality_code": ("kommun", "kommunkod", "kommunnamn", "kommun namn", "municipality"),
    "legal_form": ("juridisk form", "företagsform", "bolagsform", "organisationsform", "form"),
    "active_from": ("verksamt från", "verksam från", "startår", "start", "startdatum", "från",
                    "verksam sedan", "active from", "start year", "from"),
    "active_to": ("verksamt till", "verksam till", "slutdatum", "upphört", "till", "avslutat",
                  "active to", "to"),
    "contact_name": ("kontaktperson", "kontakt", "kontaktens namn", "ansvarig", "chef",
                     "verksamhetschef", "verksamhetsledare", "föreståndare", "contact",
                     "contact person"),
    "contact_role": ("roll", "kontaktens roll", "befattning", "titel", "role", "title"),
    "contact_email": ("e-post", "epost", "e-postadress", "epostadress", "mail", "mejl", "e-mail",
                      "mailadress", "mejladress", "email", "kontaktens e-post", "email address"),
    "contact_phone": ("telefon", "tfn", "tel", "telefonnummer", "mobil", "mobilnummer", "tele",
                      "tel nr", "telnr", "kontaktens telefon", "phone", "mobile"),
    "is_example": ("exempel", "example"),
}  # fmt: skip
WORDS = {
    plain(word): name
    for name, words in HEADINGS.items()
    for word in (name, name.replace("contact_", "kontakt "), *words)
}
PHONE = re.compile(r"\+?[\d\s()/\-–]{7,25}")


@dataclass(frozen=True)
class Proposal:
    """What a column seems to be ("" for nothing), and why."""

    fact: str
    why: str


def knows(heading: str) -> bool:
    """Whether a heading is one that says what a column is."""
    return plain(heading) in WORDS


def propose(
    header: Sequence[str], columns: Sequence[Sequence[str]], towns: Collection[str]
) -> list[Proposal]:
    """What each column seems to be: by its heading, else by what stands in it; none twice."""
    ways: tuple[tuple[str, Callable[[int], str]], ...] = (
        (_("Samma ord"), lambda at: WORDS.get(plain(header[at]), "")),
        (_("Liknande ord"), lambda at: _alike(header[at], _shaped(columns[at], towns))),
        (_("Samma mönster"), lambda at: _shaped(columns[at], towns)),
    )
    found: dict[int, Proposal] = {}
    for why, fact_of in ways:
        for at in range(len(header)):
            fact, taken = fact_of(at), {other.fact for other in found.values()}
            if at not in found and fact and fact not in taken:
                found[at] = Proposal(fact, str(why))
    nothing = Proposal("", _("Välj själva"))
    return [found.get(at, nothing) for at in range(len(header))]


def _alike(heading: str, shape: str) -> str:
    """The fact whose heading begins this one or ends it: "Kommun (säte)", "Ansvarig chef".

    Where the two differ ("Kontakt E-post"), the one that the cells look like, else the last.
    """
    words = plain(heading)
    known = sorted((word for word in WORDS if len(word) > 2), key=len, reverse=True)
    ends = [WORDS[word] for word in known if words.endswith(f" {word}")]
    begins = [WORDS[word] for word in known if words.startswith(f"{word} ")]
    found = ends[:1] + begins[:1]
    return shape if shape in found else next(iter(found), "")


def _shaped(texts: Sequence[str], towns: Collection[str]) -> str:
    said = [text for text in texts if text][:50]
    shapes = {
        "org_number": is_org_number,
        "contact_email": lambda text: is_address(tidy_address(text)),
        "municipality_code": lambda text: town_words(text) in towns,
        "contact_phone": lambda text: bool(PHONE.fullmatch(text)) and "0" in text[:4],
    }
    return next((name for name, fits in shapes.items()
                 if said and sum(map(fits, said)) * 2 > len(said)), "")  # fmt: skip


def lacking(columns: Sequence[str]) -> list[str]:
    """The facts that a file has no column for."""
    return [name for name in COLUMNS if name not in columns and name != "is_example"]


def in_words(found: RegisterProposal) -> Iterator[str]:
    """What each column is taken for, what would happen, and what is left: lines for a terminal."""
    sheet = _(", bladet ”%(name)s”", name=found.file.rows.sheet) if found.file.rows.sheet else ""
    yield " ".join((f"{found.file.name}{sheet}.", *found.notes))
    for name, column in zip(found.table.header, found.proposals, strict=True):
        yield f"  {name or '(utan namn)'} → {column.fact or 'läses inte'}"
    yield _("En tom cell ändrar inget. Skriv ”töm” i cellen för att ta bort det som står i"
            " registret.")  # fmt: skip
    changes = found.reading.changes
    new = sum(change.is_new for change in changes)
    changed = sum(bool(change.facts) for change in changes)
    yield f"{new} nya, {changed} ändras, {len(changes) - new - changed} som i registret."
    for change in found.reading.without_address:
        yield f"  rad {change.line}: {change.wanted.name} saknar e-postadress (tas in ändå)"
    for line in found.left_out:
        yield f"  rad {line}: summa eller not, läses inte"
    for row in found.reading.bad:
        yield from (f"  {fault.in_words()}" for _fact, fault in row.faults)
    if found.reading.bad:
        count = len(found.reading.bad)
        yield f"{count} {'rad' if count == 1 else 'rader'} tas inte in."
    if found.unread:
        yield "Kolumner som inte läses: " + ", ".join(found.unread)

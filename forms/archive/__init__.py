"""Other people's files: their columns, their enterprises, and the plan of an import.

Here is what a file holds before anyone has said what it means: rows of cells, and what is wrong.
"""

import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from flask_babel import gettext as _

from survey_data.errors import SurveyError
from survey_data.tables_to_files import as_meant
from survey_data.typed_text import has_personal_number, visible

MOST_LINES = 20_000
MOST_COLUMNS = 500
LONGEST_SHOWN = 60
# Written in a cell to take away what is known already; an empty cell changes nothing.
CLEAR = frozenset({"töm", "clear"})
# What people write where they have no answer; a zero is an answer.
NO_ANSWER = frozenset({
    "", "-", "–", "—", "−", "--", "---", ".", "..", "...", "…", "?", "vet ej", "vet inte",
    "okänt", "uppgift saknas", "saknas", "ej svar", "inget svar", "na", "n/a", "null", "none",
    "unknown", "not known", "don't know", "missing", "no answer",
})  # fmt: skip
YES = frozenset({"ja", "j", "yes", "y", "1", "x", "true", "sant"})
NO = frozenset({"nej", "n", "no", "0", "false", "falskt"})

# How other files begin that hold no control signs.
NO_SHEET = re.compile(rb"\{\\rtf|\x89PNG|BEGIN:V|SQLite format 3|\s*[\[{]\s*[\[{\"]")
Row = tuple[int, tuple[str, ...]]


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong in a file: where, what stands there, and what to do about it.

    Line 0: the file as a whole.
    """

    line: int
    column: str
    words: str
    value: str = ""

    def in_words(self) -> str:
        """The fault on a line of its own, for a terminal."""
        line = _("rad %(n)s", n=self.line) if self.line else ""
        where = ", ".join(part for part in (str(line), self.column) if part)
        value = _(" Det står ”%(value)s”.", value=self.value) if self.value else ""
        return f"{where}: {self.words}{value}" if where else self.words


class UnreadableFile(SurveyError):
    """A file that cannot be read to its end as what it says that it is; nothing of it is used."""

    def __init__(self, *faults: Fault, sheet: str = "") -> None:
        super().__init__(" ".join(fault.words for fault in faults))
        self.faults, self.sheet = faults, sheet


@dataclass(frozen=True)
class SpoiltCell:
    """A cell whose text is not what it stands for: where (column from 0), and what to do."""

    line: int
    column: int
    words: str


@dataclass(frozen=True)
class Merged:
    """Cells that are one in the sheet (lines from 1, columns from 0), as the sheet names them."""

    name: str
    first_line: int
    last_line: int
    first_column: int
    last_column: int


@dataclass(frozen=True)
class FileRows:
    """Every row of a file that says something, with its number in the file.

    `notes` are sentences about what else the file holds: other sheets, hidden rows.
    """

    rows: tuple[Row, ...]
    is_text: bool = True
    sheet: str = ""
    notes: tuple[str, ...] = ()
    spoilt: tuple[SpoiltCell, ...] = ()
    merged: tuple[Merged, ...] = ()
    persons: tuple[SpoiltCell, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """What is kept while somebody says what the columns are."""
        return asdict(self)


def rows_from(kept: dict[str, Any]) -> FileRows:
    """The rows that were kept."""
    rows = tuple((line, tuple(cells)) for line, cells in kept["rows"])
    cells = {name: tuple(SpoiltCell(**each) for each in kept[name])
             for name in ("spoilt", "persons")}  # fmt: skip
    merged = tuple(Merged(**each) for each in kept["merged"])
    return FileRows(**{**kept, **cells, "rows": rows, "notes": tuple(kept["notes"]),
                       "merged": merged})  # fmt: skip


def clean(text: str) -> str:
    """A cell as it is seen, without what surrounds it.

    What keeps a spreadsheet from calculating the text is taken off: an apostrophe, and ="…".
    """
    seen = visible(text).strip()
    kept = re.fullmatch(r'="([^"]*)"', seen)
    seen = kept[1].strip() if kept else seen
    return as_meant(seen)


def folded(text: str) -> str:
    """A text without capitals and double spaces, to compare by."""
    return " ".join(text.casefold().split())


def is_blank(text: str) -> bool:
    """Whether a cell says that there is no answer."""
    return folded(text).rstrip(".") in NO_ANSWER or text.strip(".") == ""


def without_persons(rows: Sequence[Row]) -> tuple[tuple[Row, ...], tuple[SpoiltCell, ...]]:
    """The rows with every personal identity number taken out, and the cells that held one."""
    spoilt = tuple(
        SpoiltCell(line, place, person_words())
        for line, cells in rows
        for place, text in enumerate(cells)
        if has_personal_number(text)
    )
    emptied = {(cell.line, cell.column) for cell in spoilt}
    kept = tuple(
        (line, tuple("" if (line, at) in emptied else text for at, text in enumerate(cells)))
        for line, cells in rows
    )
    return kept, spoilt


def person_words() -> str:
    """That a personal identity number is in the way, and is not kept."""
    return _("Det här ser ut som ett personnummer. Vi har inte sparat det."
             " Ta bort det ur filen och läs in den igen.")  # fmt: skip


def shown(text: str) -> str:
    """A value as a refusal repeats it: one line, not too long, never anyone's number."""
    one_line = " ".join(visible(text).split())
    short = one_line if len(one_line) <= LONGEST_SHOWN else one_line[: LONGEST_SHOWN - 1] + "…"
    return "" if has_personal_number(text) else short


def too_long() -> UnreadableFile:
    """The refusal of a file with more rows than are read."""
    words = _("Filen har fler än %(most)s rader. Dela den i flera filer.", most=MOST_LINES)
    return UnreadableFile(Fault(MOST_LINES + 1, "", words))


def other_kind(content: bytes) -> str:
    """What to do with a file that is neither CSV nor XLSX, or ""."""
    kinds = {
        b"%PDF": _("Det här är en PDF. Välj kalkylbladet som den är gjord av."),
        b"\xd0\xcf\x11\xe0": _("Det här är en äldre Excel-fil (XLS), eller en arbetsbok med"
                              " lösenord. Öppna den och spara den som XLSX utan lösenord."),
        b"PK": _other_zip(content),
    }  # fmt: skip
    for begins, words in kinds.items():
        if content.startswith(begins):
            return str(words)
    if re.match(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype|html|table|\?xml)", content, re.IGNORECASE):
        return _("Det här är en webbsida eller XML, också om namnet säger annat. Öppna den i"
                 " ett kalkylprogram och spara den som XLSX.")  # fmt: skip
    return _no_sheet() if NO_SHEET.match(content) or _is_no_text(content[:4000]) else ""


def _no_sheet() -> str:
    return _("Det här är inget kalkylblad. Välj en CSV- eller XLSX-fil.")


def _is_no_text(head: bytes) -> bool:
    """Whether there are signs in it that no text has; UTF-16 has any byte there is."""
    is_utf16 = head[:2] in (b"\xff\xfe", b"\xfe\xff") or head.count(0) > len(head) / 3
    allowed = b"\0\t\n\v\f\r\x1a\x1c\x1d\x1e\x1f"
    return not is_utf16 and any(sign < 32 and sign not in allowed for sign in head)


def _other_zip(content: bytes) -> str:
    head = content[:200_000]
    try:
        names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    except (zipfile.BadZipFile, OSError, ValueError):
        names = ["xl/workbook.xml"] if b"xl/workbook.xml" in content else []
    if any(name.lower().endswith("xl/workbook.xml") for name in names):
        return ""
    if any(name.lower().endswith((".xlsx", ".csv", ".tsv", ".txt")) for name in names):
        return _("Det här är en ZIP-fil. Packa upp den och välj listan som ligger i den.")
    if b".iwa" in head:
        return _("Det här är en fil från Numbers. Exportera den som Excel eller CSV.")
    if b"opendocument" in head:
        return _("Det här är en ODF-fil. Öppna den och spara den som XLSX.")
    return _no_sheet()

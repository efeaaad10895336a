"""A CSV file as rows of cells: its letters, then its cells; what is not sure is refused.

UTF-8 and UTF-16 prove themselves. Windows-1252, Mac Roman and the old DOS encoding can each read
any bytes, so the one is taken that makes Swedish of them: `G\\x8avle` is "Gävle" on a Mac and
"GŠvle" in Windows, where no word has a capital inside.

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

from forms.archive import MOST_LINES, Fault, Row, UnreadableFile, clean, shown, too_long

ONE_BYTE = ("cp1252", "mac_roman", "cp850")
LINE_END = re.compile(r"\r\n?|\n")
SWEDISH = re.compile("[åäöÅÄÖ]")
SMALL = "éèüáàâêëïîíìóòôúùûñçøæßãõðþýÿšžœ"
CAPITALS = "ÅÄÖÉÜÑÇØÆŠŽŒÁÀÓÚÍ"
SIGNS_IN_WORDS = "’´·–—\u00a0"
OTHER_SIGNS = "‘‚“”„…•€£§°½¼±×²³µ«»©®™"
# What nobody writes: other signs, a sign inside a word, a capital after a small letter.
STRANGE = re.compile(
    rf"[^\x00-\x7fåäö{SMALL}{CAPITALS}{SIGNS_IN_WORDS}{OTHER_SIGNS}]"
    rf"|(?<=[^\W\d_])[{OTHER_SIGNS}](?=[^\W\d_])"
    rf"|(?<=[a-zåäö{SMALL}])[{CAPITALS}]"
    rf"|(?<=[^\W\d_])[{CAPITALS}](?=[a-zåäö])"
)
# UTF-8 that some program took for another encoding and saved so: "GÃ¤vle", "â€“", "G√§vle".
TWICE = re.compile("Ã[¥¤¶…„–©‰]|â€|√[§•∂ñÖÑ©]|\ufffd|[\x80-\x9f]")


def decoded(content: bytes) -> str:
    """The text of a file; raises UnreadableFile with the first line whose letters are wrong."""
    text = _marked(content) or _utf8(content) or _one_byte(content)
    for number, line in enumerate(LINE_END.split(text), 1):
        found = TWICE.search(line)
        if found:
            raise _refused(number, _word_at(line, found.start()))
    return text


def _marked(content: bytes) -> str:
    """A text that says itself which encoding it has, or shows it by its every other byte."""
    half = content[:2000]
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        name = "utf-16"
    elif half[1::2].count(0) > len(half) / 3:
        name = "utf-16-le"
    elif half[::2].count(0) > len(half) / 3:
        name = "utf-16-be"
    else:
        return ""
    try:
        return content.decode(name)
    except UnicodeDecodeError as fault:
        line = content[: fault.start].decode(name, "ignore").count("\n") + 1
        raise _refused(line) from None


def _utf8(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return ""


def _one_byte(content: bytes) -> str:
    """A text in the encoding that makes the best Swedish; raises UnreadableFile for none."""
    _refuse_mixed(content)
    readings = [text for name in ONE_BYTE if (text := _read(content, name)) is not None]
    best = min(readings, key=lambda text: (len(STRANGE.findall(text)), -_swedish(text)))
    for number, line in enumerate(LINE_END.split(best), 1):
        found = STRANGE.search(line)
        if found:
            raise _refused(number, _word_at(line, found.start()))
    return best


def _read(content: bytes, name: str) -> str | None:
    try:
        return content.decode(name)
    except UnicodeDecodeError:
        return None


def _swedish(text: str) -> int:
    return len(SWEDISH.findall(text))


def _refuse_mixed(content: bytes) -> None:
    """Raise UnreadableFile where some lines are UTF-8 and others are not."""
    lines = [*enumerate(re.split(rb"\r\n?|\n", content), 1)]
    written = [(number, _utf8(line)) for number, line in lines if not line.isascii()]
    ours = [number for number, text in written if text]
    others = [number for number, text in written if not text]
    if ours and others:
        raise _refused(min(others) if len(others) <= len(ours) else min(ours))


def _word_at(line: str, place: int) -> str:
    apart = r'[\s;,|"]'
    return shown(re.split(apart, line[:place])[-1] + re.split(apart, line[place:])[0])


def _refused(line: int, word: str = "") -> UnreadableFile:
    words = _("Bokstäverna går inte att läsa säkert. Öppna filen i det program som den kommer från"
              " och spara den som XLSX eller som CSV UTF-8.")  # fmt: skip
    return UnreadableFile(Fault(line, "", words, word))


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

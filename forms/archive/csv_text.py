"""A CSV file as rows of cells: its letters, then its cells; what is not sure is refused.

UTF-8 and UTF-16 prove themselves. Windows-1252, Mac Roman and the old DOS encoding can each read
any bytes, so the one is taken that makes Swedish of them: `G\\x8avle` is "Gävle" on a Mac and
"GŠvle" in Windows, where no word has a capital inside.

The separator is the one that divides the most lines, and most of them alike. A quotation mark that
is never closed, or closed some rows further down, would hide those rows: both are refused.
"""

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
# Nor, but for Swedish ones, a letter alone.
ALONE = re.compile(rf"(?<![^\W\d_])[{SMALL}](?![^\W\d_])")
# UTF-8 that some program took for another encoding and saved so: "GÃ¤vle", "â€“", "G√§vle",
# "G├ñvle"; and letters that it took for others before: "G‰vle", "GŠvle".
LETTER, FOREIGN = "A-Za-zÅÄÖåäö", "†‡‰ˆ€÷™‚ƒ˜≈•¤¥¦§¬¶√∂¸¯"
TWICE = re.compile(
    r"Ã[€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ\xa0-\xbf]|Â[\xa0-\xbf]|â€|ÔÇ|‚Ä|[√¬](?=[^\x00-\x7f])"
    r"|[\u2500-\u259f\ufffd\x80-\x9f]"
    rf"|(?<=[{LETTER}])[{FOREIGN}…](?=[a-zåäö])|(?<=[A-ZÅÄÖ])[{FOREIGN}](?=[A-ZÅÄÖ])"
    # Letters that another program could not write, or wrote for a web page.
    rf"|(?<![\w/.:?=&-])[{LETTER}]{{1,30}}\?(?=[a-zåäö])(?![^\s;,|]*[=@/])"
    r"|&(?:#\d{2,5}|amp|quot|nbsp|[aouAOU]uml|[aA]ring|eacute);"
    rf"|(?<=[{LETTER}])„(?=[a-zåäö])|(?<=[{LETTER}])[”“](?=[a-zåäö]{{2}})"
    rf"|(?<=[{LETTER}])[ŠŽŒŸÕÔÂÊÈËÐÍÎÏÓÒÚÛÙ](?=[a-zåäö])|(?<=[a-zåäö])[ŠŽŒŸÕÔÂÊÈËÐ](?![{LETTER}])"
)
# No Swedish list has them; two encodings in one UTF-16 file make them.
FAR_EAST = re.compile("[\u3100-\ud7ff]")


def decoded(content: bytes) -> str:
    """The text of a file; raises UnreadableFile with the first line whose letters are wrong."""
    marked, utf8 = _marked(content), _read(content, "utf-8-sig")
    if marked is not None:
        return _without(FAR_EAST, _without(TWICE, marked))
    return _without(TWICE, utf8) if utf8 is not None else _one_byte(content)


def _without(wrong: re.Pattern[str], text: str) -> str:
    """The text; raises UnreadableFile with the first line that something wrong stands on."""
    for number, line in enumerate(LINE_END.split(text), 1):
        found = wrong.search(line)
        if found:
            raise _refused(number, _word_at(line, found.start()))
    return text


def _marked(content: bytes) -> str | None:
    """A text that says itself which encoding it has, or shows it by its every other byte."""
    half = content[:2000]
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        name = "utf-16"
    elif half[1::2].count(0) > len(half) / 3:
        name = "utf-16-le"
    elif half[::2].count(0) > len(half) / 3:
        name = "utf-16-be"
    else:
        return None
    try:
        return content.decode(name)
    except UnicodeDecodeError as fault:
        line = content[: fault.start].decode(name, "ignore").count("\n") + 1
        raise _refused(line) from None


def _one_byte(content: bytes) -> str:
    """A text in the encoding that makes the best Swedish; raises UnreadableFile for none."""
    _refuse_mixed(content)
    readings = [text for name in ONE_BYTE if (text := _read(content, name)) is not None]
    best = min(readings, key=_strangeness)
    # Signs alone are Windows'; where it cannot be, two that are as good are no answer.
    alike = [text for text in readings if _strangeness(text) == _strangeness(best)]
    if len(set(alike)) > 1 and best != _read(content, "cp1252"):
        raise _first_difference(best, next(text for text in alike if text != best))
    return _without(STRANGE, best)


def _strangeness(text: str) -> tuple[int, int, int]:
    strange, alone = len(STRANGE.findall(text)), len(ALONE.findall(text))
    return strange, -len(SWEDISH.findall(text)), alone


def _first_difference(one: str, other: str) -> UnreadableFile:
    lines = enumerate(zip(LINE_END.split(one), LINE_END.split(other), strict=False), 1)
    number, ours, place = next(
        (number, ours, at)
        for number, (ours, theirs) in lines
        for at, (a, b) in enumerate(zip(ours, theirs, strict=False))
        if a != b
    )
    return _refused(number, _word_at(ours, place))


def _read(content: bytes, name: str) -> str | None:
    try:
        return content.decode(name)
    except UnicodeDecodeError:
        return None


def _refuse_mixed(content: bytes) -> None:
    """Raise UnreadableFile where some lines are UTF-8 and others are not."""
    lines = [*enumerate(re.split(rb"\r\n?|\n", content), 1)]
    written = [
        (number, line, _read(line, "utf-8-sig")) for number, line in lines if not line.isascii()
    ]
    ours = [number for number, _line, text in written if text is not None]
    others = [number for number, _line, text in written if text is None]
    if ours and others:
        at = min(others) if len(others) <= len(ours) else min(ours)
        line = dict(lines)[at].decode("cp1252", "replace")
        found = re.search(r"[^\x00-\x7f]", line)
        raise _refused(at, _word_at(line, found.start() if found else 0))


def _word_at(line: str, place: int) -> str:
    apart = r'[\s;,|"]'
    return shown(re.split(apart, line[:place])[-1] + re.split(apart, line[place:])[0])


def _refused(line: int, word: str = "") -> UnreadableFile:
    words = _("Bokstäverna går inte att läsa säkert. Öppna filen i det program som den kommer från"
              " och spara den som XLSX eller som CSV UTF-8.")  # fmt: skip
    return UnreadableFile(Fault(line, "", words, word))


SEPARATORS = ";\t,|"
SEP_LINE = re.compile(r"""["']?sep\s*=\s*"?(.)["']*[;,\t ]*""", re.IGNORECASE)
LOOKED_AT = 500


def records(text: str) -> Iterator[Row]:
    """Every record of a CSV text with the line it begins on; raises UnreadableFile."""
    # Files that were joined have a mark of their encoding in the middle.
    lines = text.replace("\ufeff", "").splitlines(keepends=True)
    stated = SEP_LINE.fullmatch(lines[0].strip("\r\n")) if lines else None
    # The line that states the separator is counted as a line, but says nothing.
    lines = ["\n", *lines[1:]] if stated else lines
    is_so = stated and _agreement(lines[1:LOOKED_AT], stated[1])[0]
    separator = stated[1] if stated and is_so else _separator(lines)
    rows = [*_parsed("".join(lines), separator)]
    if _is_wrapped(rows):
        # Some programs put each whole line in quotation marks.
        yield from records("\n".join("".join(cells) for _line, cells in rows))
        return
    yield from (row for row in rows if any(row[1]))


def _is_wrapped(rows: list[Row]) -> bool:
    """Whether every line is one cell, and most have a separator inside it."""
    texts = [cells[0] for _line, cells in rows if any(cells)]
    if len(texts) < 2 or any(len(cells) > 1 for _line, cells in rows) or "\n" in "".join(texts):
        return False
    mark = _separator(texts)
    return sum(mark in text for text in texts) * 2 > len(texts)


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
            cleaned = tuple(clean(cell) for cell in cells)
            # At once: a million lines more would take as long as everybody else would wait.
            if begun > MOST_LINES and any(cleaned):
                raise too_long()
            yield begun, cleaned
            begun = reader.line_num + 1
    except csv.Error as fault:
        raise UnreadableFile(Fault(begun, "", _quote_words(str(fault)))) from None


def _refuse_swallowed(line: int, cells: list[str], separator: str, width: int) -> None:
    """Raise UnreadableFile for a cell that holds whole rows: a quotation mark too few."""
    for cell in cells:
        first, *below = cell.splitlines() or [""]
        # Where the mark opens the first cell, all that is hidden may stand on its own line.
        of_first = below and first.count(separator) * 2 >= max(4, width - 1)
        if of_first or any(row.count(separator) * 2 >= max(2, width - 1) for row in below):
            words = _("En cell som börjar på raden har hela rader i sig. Ett citattecken saknas"
                      " eller är för mycket: sätt dit eller ta bort det och läs in filen"
                      " igen.")  # fmt: skip
            raise UnreadableFile(Fault(line, "", words, shown(cell)))


def _quote_words(fault: str) -> str:
    if "end of data" in fault:
        return _("Ett citattecken på raden avslutas aldrig. Ta bort det, eller sätt dit det"
                 " andra, och läs in filen igen.")  # fmt: skip
    if "limit" in fault:
        return _("En cell som börjar på raden är för lång. Ett citattecken saknas troligen:"
                 " sätt dit det och läs in filen igen.")  # fmt: skip
    return _("Citattecknen på raden går inte ihop. Skriv två citattecken i rad inne i en"
             " text, eller ta bort dem, och läs in filen igen.")  # fmt: skip

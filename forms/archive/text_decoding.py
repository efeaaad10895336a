"""The letters of a text file: which encoding it has, or which line stands in the way.

UTF-8 and UTF-16 prove themselves. Windows-1252, Mac Roman and the old DOS encoding can each read
any bytes, so the one is taken that makes Swedish of them: `G\\x8avle` is "Gävle" on a Mac and
"GŠvle" in Windows, where no word has a capital inside.
"""

from __future__ import annotations

import re

from flask_babel import gettext as _

from forms.archive.file_rows import Fault, UnreadableFile, shown

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

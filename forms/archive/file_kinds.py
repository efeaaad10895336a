"""What a file is that is neither CSV nor XLSX, and what to do with it."""

from __future__ import annotations

import io
import re
import zipfile

from flask_babel import gettext as _

# How other files begin that hold no control signs.
NO_SHEET = re.compile(rb"\{\\rtf|\x89PNG|BEGIN:V|SQLite format 3|\s*[\[{]\s*[\[{\"]")


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
        return str(_("Det här är en webbsida eller XML, också om namnet säger annat. Öppna den i"
                     " ett kalkylprogram och spara den som XLSX."))  # fmt: skip
    return _no_sheet() if NO_SHEET.match(content) or _is_no_text(content[:4000]) else ""


def _no_sheet() -> str:
    return str(_("Det här är inget kalkylblad. Välj en CSV- eller XLSX-fil."))


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
        return str(_("Det här är en ZIP-fil. Packa upp den och välj listan som ligger i den."))
    if b".iwa" in head:
        return str(_("Det här är en fil från Numbers. Exportera den som Excel eller CSV."))
    if b"opendocument" in head:
        return str(_("Det här är en ODF-fil. Öppna den och spara den som XLSX."))
    return _no_sheet()

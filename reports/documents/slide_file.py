"""A finished presentation: in one language, and the same bytes from the same release."""

import io
import re
import zipfile
from datetime import date
from typing import Any

from pptx.oxml.ns import qn

TAGS = {"sv": "sv-SE", "en": "en-GB"}
WRITTEN = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*")


def finished(show: Any, language: str, day: date) -> bytes:
    """The presentation as a file: its language on every word, and no time but the release's."""
    for slide in show.slides:
        for part in (slide._element, slide.notes_slide._element):
            _speak(part, TAGS[language])
    out = io.BytesIO()
    show.save(out)
    return frozen(out.getvalue(), day)


def _speak(part: Any, tag: str) -> None:
    """Name the language of every run, so that a screen reader does not read Swedish in English."""
    for run in part.iter(qn("a:r")):
        run.get_or_add_rPr().set("lang", tag)


def frozen(package: bytes, day: date) -> bytes:
    """The same package with the time of every part set to `day`, workbooks inside included."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as old, zipfile.ZipFile(out, "w") as new:
        for name in sorted(old.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            entry = zipfile.ZipInfo(name, (day.year, day.month, day.day, 12, 0, 0))
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            new.writestr(entry, _part(name, old.read(name), day))
    return out.getvalue()


def _part(name: str, content: bytes, day: date) -> bytes:
    if name.endswith(".xlsx"):
        return frozen(content, day)
    if name == "docProps/core.xml":
        return WRITTEN.sub(rb"\g<1>" + f"{day.isoformat()}T12:00:00Z".encode(), content)
    return content

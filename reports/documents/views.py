"""The report's files: a PDF and slides of the current release, in both languages."""

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import cast

from flask import Blueprint, Response, abort, current_app

from reports.data.chart_model import Language
from reports.data.reader import read
from reports.documents.content import Published, report_pdf
from reports.documents.slides import report_slides
from survey_data.geography import FILE_STEM

documents = Blueprint("documents", __name__)

PDF = "application/pdf"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
KINDS: dict[str, tuple[str, Callable[[Published], bytes]]] = {
    "pdf": (PDF, report_pdf),
    "pptx": (PPTX, report_slides),
}


@documents.get("/rapport/rapport-<release>-<any(sv, en):language>.<any(pdf, pptx):kind>")
def report_file(release: str, language: str, kind: str) -> Response:
    """The report of the release that is current; an earlier one is not here."""
    path = Path(current_app.config["OPEN_DB"])
    current = read(path).release
    if current is None or current.id != release:
        abort(404)
    body = _made(path, release, current.published_at, language, kind, _address(language))
    response = Response(body, mimetype=KINDS[kind][0])
    name = f"{FILE_STEM}-{release}-{language}.{kind}"
    shown = "inline" if kind == "pdf" else "attachment"
    response.headers["Content-Disposition"] = f'{shown}; filename="{name}"'
    return response


def _address(language: str) -> str:
    base = current_app.config.get("BASE_URL", "")
    return f"{base}/rapport/?lang={language}" if base else ""


@lru_cache(maxsize=16)
def _made(
    path: Path, release: str, published_at: str, language: str, kind: str, address: str
) -> bytes:
    """A file is made once for each release, and kept: the arguments tell releases apart."""
    about = Published(read(path), cast(Language, language), address)
    # A release that came meanwhile would be half in it; nothing is kept when this is raised.
    if (found := read(path).release) is None or found.published_at != published_at:
        abort(404)
    return KINDS[kind][1](about)

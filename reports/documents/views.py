"""The report's files: PDF, Word and slides of the current release, in both languages."""

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import cast

from flask import Blueprint, Response, abort, current_app, request

from reports.charts.cards import years_named
from reports.data.chart_model import Language
from reports.data.model import PublishedRelease
from reports.data.period import within
from reports.data.reader import read
from reports.documents.content import Published, report_pdf
from reports.documents.slides import report_slides
from reports.documents.word import report_word
from survey_data.geography import FILE_STEM

documents = Blueprint("documents", __name__)

PDF = "application/pdf"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
KINDS: dict[str, tuple[str, Callable[[Published], bytes]]] = {
    "pdf": (PDF, report_pdf),
    "pptx": (PPTX, report_slides),
    "docx": (DOCX, report_word),
}


@documents.get("/rapport/rapport-<release>-<any(sv, en):language>.<any(pdf, pptx, docx):kind>")
def report_file(release: str, language: str, kind: str) -> Response:
    """The report of the release that is current; an earlier one is not here.

    `fran` and `till` in the address choose a first and a last year; without them it has them all.
    """
    path = Path(current_app.config["OPEN_DB"])
    current = read(path).release
    if current is None or current.id != release:
        abort(404)
    years = (_year("fran", 0), _year("till", 9999))
    body = _made(path, current, language, kind, _address(language), years)
    response = Response(body, mimetype=KINDS[kind][0])
    chosen = "".join(f"-{year}" for year in years if 0 < year < 9999)
    name = f"{FILE_STEM}-{release}{chosen}-{language}.{kind}"
    shown = "inline" if kind == "pdf" else "attachment"
    response.headers["Content-Disposition"] = f'{shown}; filename="{name}"'
    return response


def _address(language: str) -> str:
    base = current_app.config.get("BASE_URL", "")
    return f"{base}/rapport/?lang={language}" if base else ""


def _year(name: str, otherwise: int) -> int:
    asked = request.args.get(name, "")
    return int(asked) if asked.isascii() and asked.isdecimal() and len(asked) == 4 else otherwise


@lru_cache(maxsize=16)
def _made(
    path: Path,
    release: PublishedRelease,
    language: str,
    kind: str,
    address: str,
    years: tuple[int, int],
) -> bytes:
    """A file is made once for each release, and kept: the arguments tell releases apart."""
    data = read(path)
    # A release that came meanwhile would be half in it; nothing is kept when this is raised.
    if data.release != release:
        abort(404)
    chosen = within(data, *years)
    if not years_named(chosen):
        abort(404)
    return KINDS[kind][1](Published(chosen, cast(Language, language), address))

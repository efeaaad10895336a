"""The report as a tagged PDF."""

from pathlib import Path

from reports.documents.content import Published, content
from survey_data.typesetting import compile_pdf

TEMPLATE = Path(__file__).parent / "report.typ"


def report_pdf(about: Published) -> bytes:
    """The report of one release in one language; the same release gives the same bytes."""
    return compile_pdf(TEMPLATE, content(about), about.language, about.day)

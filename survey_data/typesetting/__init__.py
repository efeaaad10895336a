"""PDF files: a Typst template and its data in, an accessible tagged PDF out.

It stands at the bottom of the house because everyone above prints: the report, the receipt,
the work sheet. Templates share their look through `frame.typ`.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import typst

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
FONTS = HERE / "fonts"
NOON = time(12, tzinfo=UTC)
# Sharp on paper and on a screen, and small enough for fourteen of them in one file.
PICTURE_PPI = 160


class FontsMissing(Exception):
    """The typeface has not been copied; `make setup` does it."""


def compile_pdf(template: Path, data: Mapping[str, Any], language: str, created: date) -> bytes:
    """Typeset a template of ours with `data`, to PDF/UA-1 and A4.

    The template finds everything under `data` in `frame.typ`. The same input gives the same
    bytes: the file's date is `created` and nothing of the machine comes in.
    """
    import typst

    given = {"data": json.dumps({**data, "language": language, "created": created.isoformat()})}
    try:
        return _compiled(template, given, created, ["ua-1"])
    except typst.TypstError:
        # A name in a script that no typeface of ours holds breaks the promise of PDF/UA. The
        # reader gets the document all the same, tagged but without the claim; if the fault is
        # another one, it is raised here.
        return _compiled(template, given, created, [])


def _compiled(template: Path, given: dict[str, str], created: date, standards: list[Any]) -> bytes:
    import typst

    made, found = typst.compile_with_warnings(
        template, root=ROOT, font_paths=_fonts(), format="pdf", sys_inputs=given,
        pdf_standards=standards, timestamp=datetime.combine(created, NOON),
    )  # fmt: skip
    for warning in found:
        warnings.warn(warning.message, stacklevel=2)
    assert isinstance(made, bytes)
    return made


@cache
def _fonts() -> typst.Fonts:
    """Our typeface and the library's own, never the machine's: those differ."""
    import typst

    if not any(FONTS.glob("*.ttf")):
        raise FontsMissing(f"No typeface in {FONTS}: run `make setup`.")
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(FONTS)]
    )


def picture(svg: str, created: date) -> bytes:
    """A drawing as a PNG in the documents' typeface, as wide as its own units say, on white."""
    import typst

    given = {"data": json.dumps({"drawing": svg})}
    made = typst.compile(
        HERE / "picture.typ", root=ROOT, font_paths=_fonts(), format="png", sys_inputs=given,
        ppi=PICTURE_PPI, timestamp=datetime.combine(created, NOON),
    )  # fmt: skip
    assert isinstance(made, bytes)
    return made

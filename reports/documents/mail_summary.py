"""The report in a few lines, for a mail: headline, key figures, and where the rest is."""

from pathlib import Path
from typing import Any, cast

from reports.charts.cards import charts_of, years_named
from reports.data.chart_model import Language
from reports.data.reader import read
from reports.documents.content import Published, figures
from reports.text.what_happened import what_happened


def brief(open_db: Path, language: str) -> dict[str, Any] | None:
    """What a mail says of the current release; None before there is one."""
    about = Published(read(open_db), cast(Language, language))
    if about.data.release is None or not (cards := about.cards):
        return None
    release = about.data.release
    return {
        "release": release.id,
        "years": years_named(about.data),
        "headline": what_happened(charts_of(about.data), about.language).headline,
        "finding": cards[0].title,
        "figures": figures(about),
        "has_examples": release.includes_examples,
        "pdf": f"/rapport/rapport-{release.id}-{language}.pdf",
    }

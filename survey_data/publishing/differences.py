"""What the next release would change against the one that is open now."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from survey_data.history.printed_series import SeriesValue
from survey_data.publishing.release_preview import ReleasePreview

Key = tuple[int, str, str]
Shown = tuple[int | None, str]
NOT_OPEN: Shown = (None, "")


@dataclass(frozen=True)
class Changed:
    """One published figure that would change; None is hidden, a missing status not published."""

    year: int
    area_code: str
    indicator: str
    before: int | None
    now: int | None
    status_before: str
    status_now: str


def changed(
    path: Path, previews: Iterable[ReleasePreview], printed: Iterable[SeriesValue] = ()
) -> list[Changed]:
    """The open figures that would change, those that are already open only.

    A year that is published for the first time replaces nothing and is not in the list.
    """
    before, now = _open_figures(path), _previewed_figures(previews) | _as_printed(printed)
    years = _years(before) & _years(now)
    keys = sorted(key for key in {*before, *now} if key[0] in years)
    return [
        _changed(key, before.get(key, NOT_OPEN), now.get(key, NOT_OPEN))
        for key in keys
        if before.get(key) != now.get(key)
    ]


def _changed(key: Key, before: Shown, now: Shown) -> Changed:
    return Changed(*key, before[0], now[0], before[1], now[1])


def _years(figures: Iterable[Key]) -> set[int]:
    return {year for year, _, _ in figures}


def _previewed_figures(previews: Iterable[ReleasePreview]) -> dict[Key, Shown]:
    return {
        (each.year, f.area_code, f.indicator): (f.value, f.status)
        for each in previews
        for f in each.figures
    }


def _as_printed(printed: Iterable[SeriesValue]) -> dict[Key, Shown]:
    return {(v.year, v.area_code, v.indicator): (v.value, v.status) for v in printed}


def new_years(path: Path, printed: Iterable[SeriesValue]) -> list[int]:
    """The printed years that the open figures do not have yet, oldest first."""
    return sorted(_years(_as_printed(printed)) - _years(_open_figures(path)))


def _open_figures(path: Path) -> dict[Key, Shown]:
    if not path.exists():
        return {}
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as opened:
        try:
            # Only what is in the file is asked for: one of an older version has no signs.
            opened.row_factory = sqlite3.Row
            found = [dict(row) for row in opened.execute("SELECT * FROM observations")]
        except sqlite3.DatabaseError:
            return {}
    return {
        (row["year"], row["area_code"], row["indicator"]): (row["value"], _content(row))
        for row in found
    }


def _content(row: dict[str, Any]) -> str:
    """Its status, but for the signs that tell of the release and not of the figure."""
    signs = str(row.get("signs", row["status"]))
    return signs.replace("p", "").replace("r", "") or "n"

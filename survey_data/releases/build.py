"""What publishing does for a release beyond its figures: what it says of itself, and its files."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlite_utils import Database

from survey_data.protection.side_tables import SideTables
from survey_data.releases import archive, editions
from survey_data.releases.content import content
from survey_data.releases.open_db import Release
from survey_data.releases.quality_declaration import write_quality
from survey_data.releases.variables import write_declaration
from survey_data.rounds.rounds import Round


def write_about(
    db: Database,
    survey: Database,
    closed: Sequence[Round],
    release: Release,
    address: str,
    tables: SideTables,
) -> None:
    """Add to a new open.db every earlier release, the declaration and the quality."""
    editions.write_editions(db, survey, release)
    write_declaration(db, survey, closed, address)
    write_quality(db, survey, closed, release, tables)


@contextmanager
def kept(
    survey: Database, opened: Database, number: str, folder: Path | None
) -> Iterator[Callable[[], None]]:
    """Have the files ready before anything is published, and named once it is.

    Yields what is to be called when the release is remembered. A full disk stops the release
    before anyone has seen it.
    """
    figures = editions.figures_of(opened, number)
    place = archive.stage(content(opened.conn), folder) if folder is not None else None

    def keep() -> None:
        editions.remember(survey, figures)
        if place is not None:
            archive.finish(place, number)

    try:
        yield keep
    except BaseException:
        if place is not None:
            archive.discard(place)
        raise

"""The folder of releases: each one's files made once, whole or not at all, and never changed.

Readers may have editions that a database restored from an older copy does not know. A release made
without them would take a number that is out already, and say nothing of what it revises, so
nothing is published while there are such.
"""

import json
import os
import re
import shutil
import sqlite3
from collections.abc import Collection
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from sqlite_utils import Database

from survey_data.database import read_all, rows
from survey_data.errors import SurveyError
from survey_data.releases.files import SUMS, all_files
from survey_data.releases.open_db import Release
from survey_data.statistics.published_tables import Content, content, opened

NUMBER = re.compile(r"\d{4}-[1-9]\d*")
UNFINISHED = ".unfinished-"
# In the folder of a release that was published by mistake; the public pages read nothing else.
WITHDRAWN = "WITHDRAWN.json"
# Tables that tell of the release itself, and measures that say when it came or what it revised.
OF_RELEASE = ("release", "releases", "editions", "revisions")
OF_MOMENT = ("time_lag", "punctuality", "values_revised", "mean_revision")


class EditionsMissing(SurveyError):
    """Readers have editions that the database, an older copy, does not know."""

    def __init__(self, numbers: Collection[str]) -> None:
        self.numbers = tuple(sorted(numbers))
        super().__init__(
            f"Utgåva {', '.join(self.numbers)} finns hos läsarna men inte i databasen, som alltså"
            " är en äldre kopia. Återställ en nyare kopia innan något publiceras."
        )


@dataclass(frozen=True)
class Withdrawal:
    """A release that was published by mistake: when it was withdrawn, and why."""

    release_id: str
    withdrawn_at: str
    reason_sv: str
    reason_en: str


@dataclass(frozen=True)
class Kept:
    """One file of a release."""

    name: str
    size: int
    checksum: str


def stage(made: Content, folder: Path) -> Path:
    """Write a release's files beside the finished ones, safely on the disk."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    place = Path(mkdtemp(prefix=f"{UNFINISHED}{made.release['id']}-", dir=folder))
    try:
        for name, body in all_files(made).items():
            _write(place / name, body)
        _sync(place)
    except BaseException:
        discard(place)
        raise
    return place


def discard(place: Path) -> None:
    """Throw away what was staged."""
    shutil.rmtree(place, ignore_errors=True)


def finish(place: Path, number: str) -> None:
    """Give staged files their release's name, all at once."""
    done = place.parent / number / SUMS
    if done.exists() and done.read_bytes() == (place / SUMS).read_bytes():
        # Finished before, by a process that was killed before it could say so.
        discard(place)
        return
    # Renaming over a folder that has files fails: what is there is never replaced.
    place.rename(place.parent / number)
    _sync(place.parent)


def _write(path: Path, body: bytes) -> None:
    with path.open("xb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())
    path.chmod(0o400)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def unused(folder: Path, release: Release) -> Release:
    """The release with a number nobody has seen: a folder may have one nobody remembers."""
    while (folder / release.id).exists():
        year, number = release.id.split("-")
        release = replace(release, id=f"{year}-{int(number) + 1}")
    return release


def unfinished(folder: Path) -> list[Path]:
    """What is staged, or was when a process was killed."""
    return sorted(folder.glob(f"{UNFINISHED}*"))


def numbers(folder: Path) -> list[str]:
    """The releases there are, the newest first."""
    found = [p.name for p in folder.glob("*") if NUMBER.fullmatch(p.name) and p.is_dir()]
    return sorted(found, key=order, reverse=True)


def standing(folder: Path) -> list[str]:
    """The releases that have not been withdrawn, the newest first."""
    return [number for number in numbers(folder) if withdrawal(folder, number) is None]


def withdrawal(folder: Path, number: str) -> Withdrawal | None:
    """That a release is withdrawn, as its folder says."""
    path = folder / number / WITHDRAWN
    try:
        return Withdrawal(**json.loads(path.read_text("utf-8")))
    except FileNotFoundError:
        return None
    except (ValueError, TypeError):
        # Damaged: that nobody is to read the release is said by its being there.
        at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        return Withdrawal(number, at.isoformat(timespec="milliseconds"), "", "")


def withdrawals(survey: Database) -> list[Withdrawal]:
    """Every release that was withdrawn, as the database knows."""
    return read_all(survey, Withdrawal, "SELECT * FROM withdrawn_release")


def mark_withdrawn(survey: Database, folder: Path) -> None:
    """Say so in the folder of each withdrawn release, whole or not at all."""
    for each in withdrawals(survey):
        if (folder / each.release_id).exists():
            staged = folder / each.release_id / f"{UNFINISHED}{WITHDRAWN}"
            staged.write_text(json.dumps(asdict(each), ensure_ascii=False), "utf-8")
            staged.replace(folder / each.release_id / WITHDRAWN)


def says_the_same(made: sqlite3.Connection, path: Path) -> bool:
    """Whether a new file tells no more than a published one, but for its own number and day."""
    if not path.exists():
        return False
    with opened(path) as before:
        return _content(made) == _content(before)


def _content(db: sqlite3.Connection) -> dict[str, tuple[Any, ...]]:
    found = content(db)
    is_preliminary = [row["kind"] == "preliminary" for row in found.records("release")]
    tables = {
        name: tuple(row for row in table.rows if not {*OF_MOMENT} & {*row})
        for name, table in found.tables.items()
        if name not in OF_RELEASE
    }
    return tables | {"release": tuple(is_preliminary)}


def order(number: str) -> tuple[int, int]:
    """Sorts the numbers of releases, the newest last."""
    year, serial = number.split("-")
    return int(year), int(serial)


def kept(folder: Path, number: str) -> list[Kept]:
    """A release's files in order of name, with sizes and the sums that were written with them."""
    place = folder / number
    listed = (place / SUMS).read_text("utf-8")
    lines = (line.partition("  ") for line in listed.splitlines())
    found = [Kept(name, (place / name).stat().st_size, checksum) for checksum, _, name in lines]
    body = listed.encode()
    return [*found, Kept(SUMS, len(body), sha256(body).hexdigest())]


def is_intact(folder: Path, number: str, name: str) -> bool:
    """Whether a release has a file of that name, and it is as it was written."""
    try:
        found = {file.name: file.checksum for file in kept(folder, number)}
        return found.get(name) == sha256((folder / number / name).read_bytes()).hexdigest()
    except (OSError, ValueError):
        return False


def _published(opened: Path) -> set[str]:
    if not opened.exists():
        return set()
    with closing(sqlite3.connect(opened)) as db:
        try:
            return {row[0] for row in db.execute("SELECT id FROM releases")}
        except sqlite3.DatabaseError:
            return set()


def check(survey: Database, opened: Path, folder: Path) -> None:
    """Refuse to publish while survey.db lacks editions that are out; raises EditionsMissing."""
    known = {row["id"] for row in rows(survey, "SELECT id FROM release")}
    if found := ({*numbers(folder)} | _published(opened)) - known:
        raise EditionsMissing(found)

"""The folder of releases: each one's files made once, whole or not at all, and never changed."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from tempfile import mkdtemp

from survey_data.releases.content import Content, read
from survey_data.releases.files import SUMS, all_files
from survey_data.releases.open_db import Release

NUMBER = re.compile(r"\d{4}-[1-9]\d*")
UNFINISHED = ".unfinished-"


@dataclass(frozen=True)
class Kept:
    """One file of a release."""

    name: str
    size: int
    checksum: str


def stage(content: Content, folder: Path) -> Path:
    """Write a release's files beside the finished ones, safely on the disk."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    place = Path(mkdtemp(prefix=f"{UNFINISHED}{content.release['id']}-", dir=folder))
    try:
        for name, body in all_files(content).items():
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
    if _is_same(place, place.parent / number):
        # Finished before, by a process that was killed before it could say so.
        discard(place)
        return
    # Renaming over a folder that has files fails: what is there is never replaced.
    place.rename(place.parent / number)
    _sync(place.parent)


def _is_same(place: Path, other: Path) -> bool:
    return (other / SUMS).exists() and (other / SUMS).read_bytes() == (place / SUMS).read_bytes()


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


def unused(folder: Path | None, release: Release, taken: Collection[str] = ()) -> Release:
    """The release with a number nobody has seen: a crash may have left one nobody remembers."""
    while release.id in taken or (folder is not None and (folder / release.id).exists()):
        year, number = release.id.split("-")
        release = replace(release, id=f"{year}-{int(number) + 1}")
    return release


def settle(folder: Path, opened: Path) -> None:
    """After a kill: throw away what is half written, and write what open.db has and no folder."""
    for place in folder.glob(f"{UNFINISHED}*"):
        discard(place)
    content = read(opened)
    if "publisher" in content.tables and not (folder / content.release["id"]).exists():
        finish(stage(content, folder), content.release["id"])


def numbers(folder: Path) -> list[str]:
    """The releases there are, the newest first."""
    found = (
        [p.name for p in folder.iterdir() if NUMBER.fullmatch(p.name)] if folder.exists() else []
    )
    return sorted(found, key=_order, reverse=True)


def _order(number: str) -> tuple[int, int]:
    year, serial = number.split("-")
    return int(year), int(serial)


def kept(folder: Path, number: str) -> list[Kept]:
    """A release's files in order of name, with sizes and the sums that were written with them."""
    return list(_kept(folder / number))


def is_intact(folder: Path, number: str, name: str) -> bool:
    """Whether a release has a file of that name, and it is as it was written."""
    try:
        found = {file.name: file.checksum for file in kept(folder, number)}
        return found.get(name) == sha256((folder / number / name).read_bytes()).hexdigest()
    except OSError:
        return False


def _kept(place: Path) -> Iterator[Kept]:
    listed = (place / SUMS).read_text("utf-8")
    for line in listed.splitlines():
        checksum, _, name = line.partition("  ")
        yield Kept(name, (place / name).stat().st_size, checksum)
    body = listed.encode()
    yield Kept(SUMS, len(body), sha256(body).hexdigest())

"""The list of erasures, kept in a file beside the database so that it outlives a restore.

An older copy brings back persons who were erased after it was made. Each erasure is one line with
a number, its kind and the number of what it was about, never a person's facts. The database knows
the last number it has carried out; what the file has beyond that is carried out again.
"""

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from sqlite_utils import Database

from survey_data import clock
from survey_data.database import keep_setting, path_of, setting

FILE = "erasures.jsonl"
CARRIED_OUT = "erasures_carried_out"


@dataclass(frozen=True)
class Erasure:
    """One erasure: what kind, what number it was about, and the day that was its limit."""

    number: int
    at: str
    kind: str
    subject_id: int
    before: str = ""


def note(db: Database, kind: str, subject_id: int, before: str = "") -> None:
    """Add one erasure to the list; call last in the transaction that erases.

    The line is on the disk before the transaction ends: an erasure that is listed and was cut off
    is carried out at the next start, and none that was made is ever missing.
    """
    path = path_beside(db)
    if path is None:
        return
    listed = read(path)
    last = listed[-1].number if listed else 0
    number = max(carried_out(db), last) + 1
    append(path, [Erasure(number, clock.now(), kind, subject_id, before)])
    set_carried_out(db, number)


def path_beside(db: Database) -> Path | None:
    """Where the list of a database lies; None for a database in memory or of a trial round."""
    file = path_of(db)
    return file.with_name(FILE) if file.name else None


def read(path: Path) -> list[Erasure]:
    """Every erasure of a list in order of number; a line cut off or damaged is left out."""
    try:
        lines = path.read_text("utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return []
    return sorted(_whole(lines), key=lambda each: each.number)


def _whole(lines: list[str]) -> Iterator[Erasure]:
    for line in lines:
        with suppress(ValueError, TypeError):
            yield Erasure(**json.loads(line))


def append(path: Path, erasures: list[Erasure]) -> None:
    """Write erasures at the end of a list, safely on the disk."""
    path.touch(mode=0o600)
    with path.open("r+", encoding="utf-8", errors="replace") as file:
        is_cut_off = bool(written := file.read()) and not written.endswith("\n")
        file.write("\n" if is_cut_off else "")
        file.writelines(json.dumps(asdict(each)) + "\n" for each in erasures)
        file.flush()
        os.fsync(file.fileno())


def carried_out(db: Database) -> int:
    """The number of the last erasure that this database has carried out."""
    return int(setting(db, CARRIED_OUT) or 0)


def set_carried_out(db: Database, number: int) -> None:
    """Note that every erasure up to a number has been carried out here."""
    keep_setting(db, CARRIED_OUT, str(number))

"""The file that a backup is: a ZIP whose `manifest.json` has the SHA-256 of every other file.

| in the backup | what |
|---|---|
| `survey.db` | the private database with the settings |
| `open.db`, `analysts.db` | the published databases |
| `releases/2021-1/…` | the files of every release that survey.db knows |
| `logo.png`, `erasures.jsonl` | the logo and the list of erasures, where there are such |
| `secret_key.sealed` | on request: the secret, sealed with a passphrase |
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import IO
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile
from zlib import error as ZlibError

from survey_data.operations.errors import BackupDamaged, BackupTooNew

FORMAT = 1
MANIFEST = "manifest.json"
SURVEY = "survey.db"
SEALED = "secret_key.sealed"
# Nothing else is ever taken out of a file: a name cannot lead out of the folder.
NAMES = re.compile(
    r"(survey|open|analysts)\.db|logo\.png|erasures\.jsonl|secret_key\.sealed"
    r"|releases/\d{4}-[1-9]\d*/[A-Za-z0-9_-][A-Za-z0-9._-]*"
)
CHUNK = 1024 * 1024


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself: when it was made (UTC), the address, and each file's sum."""

    format: int
    made_at: str
    address: str
    files: dict[str, str]

    @property
    def has_secret(self) -> bool:
        """Whether the secret came along, sealed."""
        return SEALED in self.files


def pack(target: Path, files: Mapping[str, Path], *, made_at: str, address: str) -> None:
    """Write a backup of files by their names in it, and read it again to see that it is whole.

    Raises BackupDamaged where what was written is not what was read.
    """
    sums = {name: _sum_of(path) for name, path in files.items()}
    manifest = Manifest(FORMAT, made_at, address, sums)
    with ZipFile(target, "w", ZIP_DEFLATED, compresslevel=1, strict_timestamps=False) as packed:
        packed.writestr(MANIFEST, json.dumps(asdict(manifest), indent=1))
        for name, path in files.items():
            packed.write(path, name)
    with target.open("rb") as file:
        os.fsync(file.fileno())
    check(target)


def check(path: Path) -> Manifest:
    """Hold every file of a backup against its sum.

    Raises BackupDamaged or BackupTooNew.
    """
    try:
        with ZipFile(path) as packed:
            manifest = _manifest(packed, path.name)
            for name, wanted in manifest.files.items():
                with packed.open(name) as file:
                    if not NAMES.fullmatch(name) or _sum(file) != wanted:
                        raise BackupDamaged(path.name)
    except (BadZipFile, ZlibError, EOFError, KeyError, NotImplementedError, ValueError) as fault:
        raise BackupDamaged(path.name) from fault
    return manifest


def _manifest(packed: ZipFile, name: str) -> Manifest:
    found = json.loads(packed.read(MANIFEST))
    if int(found["format"]) > FORMAT:
        raise BackupTooNew(name)
    manifest = Manifest(**{field: found[field] for field in Manifest.__dataclass_fields__})
    if SURVEY not in manifest.files:
        raise BackupDamaged(name)
    return manifest


def unpack(path: Path, folder: Path, manifest: Manifest) -> None:
    """Write the files of a backup that has been checked into a folder, readable by their owner."""
    with ZipFile(path) as packed:
        for name in manifest.files:
            target = folder / name
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with packed.open(name) as source, target.open("xb") as file:
                shutil.copyfileobj(source, file, CHUNK)
                file.flush()
                os.fsync(file.fileno())
            # A release is never changed; the rest is its owner's alone.
            target.chmod(0o400 if name.startswith("releases/") else 0o600)


def _sum_of(path: Path) -> str:
    with path.open("rb") as file:
        return _sum(file)


def _sum(file: IO[bytes]) -> str:
    found = sha256()
    while piece := file.read(CHUNK):
        found.update(piece)
    return found.hexdigest()

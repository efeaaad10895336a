"""The file that a backup is: a ZIP whose `manifest.json` has the SHA-256 of every other file.

| in the backup | what |
|---|---|
| `survey.db` | the private database with the settings |
| `open.db`, `analysts.db` | the published databases |
| `releases/2021-1/…` | the files of every release that survey.db knows |
| `logo.png`, `erasures.jsonl` | the logo and the list of erasures, where there are such |
| `secret_key.sealed` | on request: the secret, sealed with a passphrase |

First what keeps a backup from being made or restored, each in one sentence.
"""

import base64
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

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from survey_data.errors import SurveyError


class BackupDamaged(SurveyError):
    """The file is not a whole backup, or was damaged on its way."""

    says = (
        "{} är ingen hel säkerhetskopia: något i filen är skadat eller saknas."
        " Ingenting har lagts på plats. Ta en annan kopia."
    )


class BackupTooNew(SurveyError):
    """The backup was made by a later version, which knows more than this one."""

    says = (
        "{} är gjord av en senare version än den här. Installera den versionen och återställ sedan."
    )


class BackupTooOld(SurveyError):
    """The backup was made by a version before 1.0, which this one cannot read."""

    says = "{} är gjord av en version före 1.0 och kan inte läsas."


class FolderNotEmpty(SurveyError):
    """A backup is restored into an empty folder only, so that nothing is ever overwritten."""

    says = "Datamappen {} är inte tom. Återställ till en tom mapp (ASF_DATA_DIR)."


class NoErasures(SurveyError):
    """A file that was given as the list of erasures has none."""

    says = "{} är ingen lista över gallringar (erasures.jsonl). Ingenting har lagts på plats."


class AlreadyThere(SurveyError):
    """A backup never replaces a file."""

    says = "{} finns redan. Välj ett annat filnamn."


class WrongPassphrase(SurveyError):
    """The secret of the backup cannot be opened with that passphrase."""

    says = (
        "Lösenfrasen stämmer inte, så hemligheten går inte att öppna. Ingenting har lagts på"
        " plats. Utan lösenfras: flask restore --without-secret FIL"
    )


class PublishingMeanwhile(SurveyError):
    """A release was published each time the copy was almost done."""

    says = "En utgåva publicerades medan kopian gjordes. Försök igen."


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
    sums = {}
    for name, path in files.items():
        with path.open("rb") as file:
            sums[name] = _sum_of(file)
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
                    if not NAMES.fullmatch(name) or _sum_of(file) != wanted:
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


def _sum_of(file: IO[bytes]) -> str:
    found = sha256()
    while piece := file.read(CHUNK):
        found.update(piece)
    return found.hexdigest()


# As OWASP's cheat sheet on password storage asks of scrypt: 128 MB and a third of a second.
COST, BLOCKS, LANES = 2**17, 8, 1
SHORTEST = 12


def seal(secret: str, passphrase: str) -> bytes:
    """The secret as a JSON object that only the passphrase opens."""
    salt = os.urandom(16)
    sealed = Fernet(_key(passphrase, salt, COST)).encrypt(secret.encode())
    return json.dumps({"cost": COST, "salt": salt.hex(), "sealed": sealed.decode()}).encode()


def unseal(body: bytes, passphrase: str) -> str:
    """The secret again; raises WrongPassphrase."""
    found = json.loads(body)
    key = _key(passphrase, bytes.fromhex(found["salt"]), found["cost"])
    try:
        return Fernet(key).decrypt(found["sealed"]).decode()
    except InvalidToken:
        raise WrongPassphrase from None


def _key(passphrase: str, salt: bytes, cost: int) -> bytes:
    derived = Scrypt(salt, length=32, n=cost, r=BLOCKS, p=LANES).derive(passphrase.encode())
    return base64.urlsafe_b64encode(derived)

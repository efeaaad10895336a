"""The association's logo: a PNG in the data folder, kept without anything but its picture.

Only PNG: it cannot carry a script as SVG can, and its parts can be separated without decoding
it. What is kept is the parts that draw; texts, dates and whatever lies behind the end do not.
"""

import os
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlite_utils import Database

from survey_data import audit_trail
from survey_data.errors import SurveyError


class LogoRefused(SurveyError):
    """A file that cannot be the logo.

    `why` is nothing, svg, not_png, too_large, too_wide or damaged.
    """

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


NAME = "logo.png"
SIGNATURE = b"\x89PNG\r\n\x1a\n"
MOST_BYTES = 200_000
MOST_PIXELS = 2_000
DRAWS = {b"IHDR", b"PLTE", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"sBIT", b"IDAT", b"IEND"}
# As high as the mark it takes the place of, and no wider than a narrow window has room for.
HEIGHT, MOST_WIDTH = 40, 180


@dataclass(frozen=True)
class Logo:
    """The size it is shown in, and a mark that is another one when the picture is."""

    width: int
    height: int
    mark: str


def find(folder: Path) -> Logo | None:
    """The logo that is kept, or None."""
    try:
        with (folder / NAME).open("rb") as file:
            width, height = _size(file.read(24))
            changed = os.fstat(file.fileno()).st_mtime_ns
    except FileNotFoundError:
        return None
    scale = min(HEIGHT / height, MOST_WIDTH / width)
    return Logo(max(1, round(width * scale)), max(1, round(height * scale)), f"{changed:x}")


def _size(start: bytes) -> tuple[int, int]:
    width, height = struct.unpack(">II", start[16:24])
    return int(width), int(height)


def keep(db: Database, folder: Path, content: bytes, actor: str) -> None:
    """Take a picture as the logo from now on; raises LogoRefused and keeps the one before."""
    cleaned = _cleaned(content)
    # Written beside and moved into place, so that nobody is ever sent half of it.
    path = folder / f"{NAME}.new"
    path.write_bytes(cleaned)
    path.chmod(0o600)
    path.replace(folder / NAME)
    audit_trail.record(db, actor, "logo changed", "settings", after={"bytes": len(cleaned)})


def remove(db: Database, folder: Path, actor: str) -> bool:
    """Have no logo; tells whether there was one."""
    try:
        (folder / NAME).unlink()
    except FileNotFoundError:
        return False
    audit_trail.record(db, actor, "logo removed", "settings")
    return True


def _cleaned(content: bytes) -> bytes:
    if not content:
        raise LogoRefused("nothing")
    if b"<svg" in content[:2_000].lower() or content.lstrip().startswith(b"<?xml"):
        raise LogoRefused("svg")
    if not content.startswith(SIGNATURE):
        raise LogoRefused("not_png")
    if len(content) > MOST_BYTES:
        raise LogoRefused("too_large")
    kept = SIGNATURE + b"".join(_chunks(content))
    if not all(0 < side <= MOST_PIXELS for side in _size(kept)):
        raise LogoRefused("too_wide")
    return kept


def _chunks(content: bytes) -> Iterator[bytes]:
    """The parts that draw, each whole as its own checksum says, up to the end."""
    place, kind = len(SIGNATURE), b""
    while kind != b"IEND":
        length = int.from_bytes(content[place : place + 4])
        kind, end = content[place + 4 : place + 8], place + 12 + length
        body, checksum = content[place + 4 : end - 4], content[end - 4 : end]
        is_first, is_head = place == len(SIGNATURE), (kind, length) == (b"IHDR", 13)
        if checksum != zlib.crc32(body).to_bytes(4) or (is_first and not is_head):
            raise LogoRefused("damaged")
        if kind in DRAWS:
            yield content[place:end]
        place = end

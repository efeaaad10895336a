"""The data folder at a start: its secret, one server at a time, and faults in plain words."""

import errno
import fcntl
import os
import secrets
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import click

from survey_data.operations.backup import RELEASES
from survey_data.operations.backup_file import SURVEY
from survey_data.operations.restore import MARK_FILE
from survey_data.releases.archive import numbers
from survey_data.tokens import derived

# What one process does and no other may at the same time, each with a lock of its own.
PARTS = ("forms", "data")
SHORTEST_SECRET = 32
SECRETS_KEPT = 3


@contextmanager
def in_plain_words(data: Path) -> Iterator[None]:
    """Say in one sentence what is wrong with the data folder, instead of a traceback."""
    try:
        yield
    except (OSError, sqlite3.Error) as fault:
        words = _words(data, fault)
        if words is None:
            raise
        raise click.ClickException(words) from None


def keep_private(data: Path) -> None:
    """Let nobody but this account into the data folder, whatever it was like before.

    Refuses where something in it belongs to another account, which could read or change it.
    A folder that is no data folder yet may hold what is not ours, and only it itself is closed.
    """
    is_ours = (data / "survey.db").exists()
    for path in (data, *(data.rglob("*") if is_ours else ())):
        with suppress(FileNotFoundError):
            _keep_private(data, path)


def _keep_private(data: Path, path: Path) -> None:
    found = path.lstat()
    if found.st_uid != os.geteuid():
        raise click.ClickException(
            f"{path} tillhör ett annat konto än det som kör tjänsten. Ge kontot datamappen:"
            f" chown -R {os.geteuid()} {data}"
        )
    if not stat.S_ISLNK(found.st_mode) and found.st_mode & 0o077:
        path.chmod(found.st_mode & 0o700)


def _words(data: Path, fault: OSError | sqlite3.Error) -> str | None:
    said, number = str(fault), getattr(fault, "errno", None)
    if number in (errno.ENOSPC, errno.EDQUOT) or "disk is full" in said:
        return f"Disken är full: det går inte att skriva i {data}. Frigör utrymme och starta igen."
    if number in (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST) or (
        "readonly" in said or "unable to open" in said
    ):
        return (
            f"Det går inte att skriva i datamappen {data}. Ge kontot som kör tjänsten rätt till"
            " den, eller ange en annan mapp med ASF_DATA_DIR."
        )
    if "malformed" in said or "not a database" in said:
        return (
            f"En databas i {data} är skadad. Flytta undan mappen och återställ en"
            " säkerhetskopia: flask restore FIL"
        )
    return None


def read_secrets(data: Path) -> list[str]:
    """The secret that came with the data folder, and after it those it has taken the place of.

    Refuses to make another where there are data already: it would end every sign-in unseen.
    """
    path = data / "secret_key"
    found = path.read_text("ascii", errors="replace").split() if path.exists() else []
    if not found or any(len(secret) < SHORTEST_SECRET for secret in found):
        what = "är skadad" if path.exists() else "saknas"
        raise click.ClickException(
            f"Hemligheten {path} {what}. Lägg tillbaka den, eller gör en ny, varefter alla får"
            f" logga in på nytt: openssl rand -hex 32 > {path}"
        )
    path.chmod(0o600)
    return found


def rotate_secret(data: Path) -> None:
    """Sign with a new secret from the next start on; what the one before signed stays good."""
    path = data / "secret_key"
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    kept = [secrets.token_hex(32), *read_secrets(data)][:SECRETS_KEPT]
    fresh.touch(mode=0o600)
    fresh.write_text("\n".join(kept), "ascii")
    fresh.replace(path)


def keys_of(found: list[str]) -> dict[str, Any]:
    """What signs and encrypts, a key for each purpose, as the application's settings.

    An older secret still reads what it signed: cookies, open forms, links in mails, second factors.
    """
    newest, *older = found
    return {
        "SECRET_KEY": derived(newest, "cookies"),
        "SECRET_KEY_FALLBACKS": [derived(secret, "cookies") for secret in older],
        # The last signs.
        "WTF_CSRF_SECRET_KEY": [derived(secret, "open forms") for secret in reversed(found)],
        # Links in the board's mails were once signed with the secret itself.
        "LINK_KEYS": [*found, *(derived(secret, "links") for secret in reversed(found))],
        "CODE_KEY": derived(newest, "codes"),
        "DATA_KEY": derived(newest, "data pages"),
        "FACTOR_KEYS": [derived(secret, "second factors") for secret in found],
    }


def begin(data: Path) -> None:
    """Make a secret for a new data folder; refuses where one in use has lost its database.

    Begun anew, it would ask nobody, and each day's backup of nothing would push out a good one.
    """
    database = data / SURVEY
    has_data = database.exists() and database.stat().st_size > 0
    if not has_data and ((data / MARK_FILE).exists() or numbers(data / RELEASES)):
        raise click.ClickException(
            f"Databasen {database} saknas eller är tom, fast mappen har använts. Lägg tillbaka den,"
            " eller flytta undan mappen och återställ en säkerhetskopia: flask restore FIL"
        )
    if not database.exists():
        _make_secret(data)


def _make_secret(data: Path) -> None:
    path = data / "secret_key"
    # Whole or not at all, as a full disk would leave an empty one.
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_hex(32), "ascii")
        try:
            # Where two start at once, both read the one that came first.
            path.hardlink_to(fresh)
        except FileExistsError:
            pass
        except OSError:
            # A disk without links: there, two first starts at once are not worth more.
            fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


@contextmanager
def locked(data: Path, only: str | None) -> Iterator[None]:
    """Be the one server of a data folder, or of one part of it, until the process ends.

    Refuses where another is. The lock is the open file's: a killed process leaves none behind.
    """
    parts = (only,) if only else PARTS
    files = [os.open(data / f"{part}.lock", os.O_CREAT | os.O_RDWR, 0o600) for part in parts]
    try:
        for file in files:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise click.ClickException(
            f"En server använder redan datamappen {data}. Stäng den först, eller ange en annan"
            " mapp med ASF_DATA_DIR."
        ) from None
    finally:
        for file in files:
            os.close(file)

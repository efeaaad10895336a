"""Commands with a disk of their own: a full one or a read-only one, seen by that command alone.

A user namespace (Linux) mounts it, so no test needs to be root and nothing is left behind.
"""

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

SMALL = 'mount -t tmpfs -o size={size}k none "$0"'
READ_ONLY = 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0"'


def on_small_disk(
    folder: Path, size: int, command: Sequence[str], *, environment: Mapping[str, str], cwd: Path
) -> subprocess.CompletedProcess[str]:
    """Run a command with an empty disk of so many kB at a folder; what is left there is listed."""
    then = '"$@"; code=$?; ls -A "$0"; exit $code'
    return _run(f"{SMALL.format(size=size)} && {{ {then}; }}", folder, command, environment, cwd)


def on_read_only_disk(
    folder: Path, command: Sequence[str], *, environment: Mapping[str, str], cwd: Path
) -> subprocess.CompletedProcess[str]:
    """Run a command with a folder, and all in it, that cannot be written."""
    return _run(f'{READ_ONLY} && exec "$@"', folder, command, environment, cwd)


def _run(
    script: str, folder: Path, command: Sequence[str], environment: Mapping[str, str], cwd: Path
) -> subprocess.CompletedProcess[str]:
    folder.mkdir(exist_ok=True)
    return subprocess.run(
        ["unshare", "--map-root-user", "--mount", "sh", "-c", script, str(folder), *command],
        env=dict(environment), cwd=cwd, capture_output=True, text=True, check=False,
    )  # fmt: skip

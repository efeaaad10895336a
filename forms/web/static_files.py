"""Static files: compressed once, sent to be kept for good, at addresses that change with them."""

from __future__ import annotations

import gzip
import os
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import brotli
from flask import Flask
from whitenoise import WhiteNoise

ROOT = Path(__file__).parents[2]
ONE_YEAR = 365 * 24 * 3600


def install(app: Flask) -> None:
    """Serve the static files of forms/ and reports/."""
    app.url_defaults(_version_static)
    _serve_static(app)


def _version_static(endpoint: str, values: dict[str, Any]) -> None:
    """Give static files an address that changes with them, so that they can be kept for good."""
    if not endpoint.endswith("static") or "filename" not in values:
        return
    package = "reports" if endpoint == "board.static" else "forms"
    values.setdefault("v", _static_version(package, values["filename"]))


@cache
def _static_version(package: str, name: str) -> str | None:
    path = ROOT / package / "static" / name
    return format(path.stat().st_mtime_ns, "x") if path.exists() else None


def _serve_static(app: Flask) -> None:
    """Static files go out compressed and to be kept: their addresses carry their version."""
    # Before they are looked up: the lengths that are found then are those that are promised.
    with suppress(PermissionError):
        _compress_static()
    static = WhiteNoise(app.wsgi_app, max_age=ONE_YEAR)
    static.add_files(str(ROOT / "forms" / "static"), prefix="static/")
    static.add_files(str(ROOT / "reports" / "static"), prefix="static/reports/")
    app.wsgi_app = static  # type: ignore[method-assign]


def _compress_static() -> None:
    """Write each of our static files compressed beside it, unless that is done already."""
    for folder in (ROOT / "forms" / "static", ROOT / "reports" / "static"):
        for path in folder.iterdir():
            if path.suffix in (".css", ".js", ".svg"):
                _compress(path)


def _compress(path: Path) -> None:
    content, changed = path.read_bytes(), path.stat().st_mtime_ns
    ways: dict[str, Callable[[bytes], bytes]] = {".gz": gzip.compress, ".br": brotli.compress}
    for suffix, compress in ways.items():
        beside = path.with_name(path.name + suffix)
        if not beside.exists() or beside.stat().st_mtime_ns != changed:
            _write_anew(beside, compress(content), changed)


def _write_anew(path: Path, content: bytes, changed: int) -> None:
    # Another server may be sending the old file: it is replaced whole.
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    fresh.write_bytes(content)
    os.utime(fresh, ns=(changed, changed))
    fresh.replace(path)

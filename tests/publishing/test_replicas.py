"""Bigger than one machine: read-only copies of a release, and a live copy of the private file."""

import shutil
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from itertools import count
from pathlib import Path

import httpx
import pytest
from flask import Flask
from sqlite_utils import Database

from survey_data import settings
from tests.conftest import BASE
from tests.support.http_visitor import Visitor, loopback_client
from tests.support.processes import free_port, running

ROOT = Path(__file__).parents[2]
CONFIG = ROOT / "datasette"
LITESTREAM = Path(sys.executable).with_name("litestream")


def replica(path: Path, port: int) -> tuple[str, ...]:
    """The command of the README."""
    return (
        sys.executable, "-m", "datasette", "serve", "-i", str(path),
        "--metadata", str(CONFIG / "metadata.yaml"), "--plugins-dir", str(CONFIG / "plugins"),
        "--template-dir", str(CONFIG / "templates"), "--static", f"static:{CONFIG / 'static'}",
        "--setting", "base_url", "/data/", "--port", str(port),
    )  # fmt: skip


def answer(client: httpx.Client, url: str, process: subprocess.Popen[bytes]) -> httpx.Response:
    """What a server says once it is up."""
    while process.poll() is None:
        try:
            return client.get(url)
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError(url)


def test_two_replicas_of_a_downloaded_release_say_the_same(
    demonstration: Flask, visitor: Visitor, tmp_path: Path
) -> None:
    path = tmp_path / "open.db"
    path.write_bytes(visitor.client.get(f"{BASE}/oppna-data/latest/open.db").content)
    path.chmod(0o444)
    ports = free_port(), free_port()
    query = "/data/open/observations.json?_shape=array&_size=max"
    with (
        loopback_client() as client,
        running(*replica(path, ports[0])) as one,
        running(*replica(path, ports[1])) as two,
    ):
        first, second = (
            answer(client, f"http://127.0.0.1:{port}{query}", process)
            for port, process in zip(ports, (one, two), strict=True)
        )
        assert first.status_code == second.status_code == 200
        assert len(first.json()) > 50
        assert first.json() == second.json()
        reply = client.get(f"http://127.0.0.1:{ports[0]}/data/-/databases.json")
        page = client.get(f"http://127.0.0.1:{ports[1]}/data/open/observations")
        assert page.status_code == 200
        style = client.get(f"http://127.0.0.1:{ports[1]}/data/static/data.css")
        assert style.status_code == 200
    if reply.status_code == 200:
        assert not next(d for d in reply.json() if d["name"] == "open")["is_mutable"]


@pytest.mark.skipif(sys.platform == "win32", reason="Litestream has no program for Windows")
def test_the_private_file_is_copied_while_in_use_and_comes_back_whole(
    app: Flask, db: Database, examples: list[int], tmp_path: Path
) -> None:
    assert LITESTREAM.exists() or shutil.which("litestream")
    live, copy = Path(app.config["DATA_DIR"]) / "survey.db", tmp_path / "second place"
    with running(str(LITESTREAM), "replicate", str(live), f"file://{copy}") as process:
        settings.set_facts(db, {"phone": "026-00 00 00"}, "test")
        back = restored(copy, tmp_path, process)
    with closing(sqlite3.connect(back)) as found:
        assert found.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        [count] = found.execute("SELECT count(*) FROM enterprise").fetchone()
        assert count == len(examples)
        phone = found.execute("SELECT value FROM setting WHERE name = 'phone'").fetchone()
        assert phone == ("026-00 00 00",)


def restored(copy: Path, folder: Path, process: subprocess.Popen[bytes]) -> Path:
    """The copy as a database of its own, as soon as it holds what was written last."""
    for number in count():
        back = folder / f"back-{number}.db"
        done = subprocess.run(
            [str(LITESTREAM), "restore", "-o", str(back), f"file://{copy}"],
            capture_output=True,
            check=False,
        )
        if done.returncode == 0 and holds_the_change(back):
            return back
        assert process.poll() is None
        time.sleep(0.2)


def holds_the_change(back: Path) -> bool:
    with closing(sqlite3.connect(back)) as found:
        return bool(found.execute("SELECT 1 FROM setting WHERE name = 'phone'").fetchone())

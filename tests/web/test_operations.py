"""What whoever runs the machine meets: health, logs, one server a folder, faults in plain words."""

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlite_utils import Database

from survey_data import outbox, sending
from survey_data.database import run
from survey_data.operations import readiness
from survey_data.operations.readiness import Limits
from survey_data.publishing.publish import publish
from tests.support.disks import on_read_only_disk, on_small_disk
from tests.support.http_visitor import loopback_client
from tests.support.processes import FLASK, ROOT, wait_until
from tests.support.serving import Server, environment, flask, own_form, running, visitor

LINUX = pytest.mark.skipif(
    sys.platform != "linux", reason="only Linux mounts a disk for one command"
)


@pytest.fixture(scope="module")
def two(shown: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Server]]:
    """The forms and the data pages as two processes on one folder, with a log of every request."""
    folder = tmp_path_factory.mktemp("two")
    data = Path(shutil.copytree(shown, folder / "data"))
    with (
        running(data, "--only", "forms", ASF_LOG="json") as forms,
        running(data, "--only", "data", ASF_LOG="json") as pages,
    ):
        yield forms, pages


def status(address: str) -> int:
    with loopback_client() as client:
        return client.get(address).status_code


def line_of(server: Server, number: str) -> dict[str, Any]:
    """The line of a request, which follows its answer."""
    wait_until(lambda: f'"{number}"' in server.log.read_text("utf-8"), server.process)
    lines = map(json.loads, server.log.read_text("utf-8").splitlines())
    [found] = [line for line in lines if line.get("id") == number]
    return found


# Two servers


def test_each_of_two_servers_has_its_own_pages_and_one_sign_in_serves_both(
    two: tuple[Server, Server],
) -> None:
    forms, pages = two
    for path in ("/", "/rapport/", "/logga-in", "/oppna-data/"):
        assert status(f"{forms.base}{path}") == 200, path
        assert status(f"{pages.base}{path}") == 404, path
    for path in ("/data/", "/data/open/trend.json"):
        assert status(f"{pages.base}{path}") == 200, path
        assert status(f"{forms.base}{path}") == 404, path
    assert status(f"{pages.base}/data/analysts") == 403
    with visitor() as staff:
        page = staff.open(forms.coordinator_link)
        staff.submit(page, own_form(page))
        page = staff.open(f"{pages.base}/data/analysts")
        assert page.status == 200
        [form] = [f for f in page.forms() if f.action.endswith("/logga-ut")]
        # A proxy joins the two under one name; here they have a port each.
        staff.client.post(f"{forms.base}/logga-ut", data=form.fields)
        assert staff.open(f"{pages.base}/data/analysts").status == 403


def test_only_the_forms_have_a_scheduler(filled: Path) -> None:
    beat = filled / readiness.HEARTBEAT
    with running(filled, "--only", "data") as pages:
        assert status(f"{pages.base}/healthz") == 200
        assert not beat.exists()
        assert status(f"{pages.base}/readyz") == 503
        with running(filled, "--only", "forms"):
            assert beat.exists()


@pytest.mark.parametrize("only", [(), ("--only", "forms"), ("--only", "data")])
def test_a_folder_that_is_served_refuses_another_server(
    two: tuple[Server, Server], only: tuple[str, ...]
) -> None:
    done = flask(two[0].data, "serve", *only, port=0)
    assert done.returncode == 1
    [sentence] = done.stderr.strip().splitlines()
    assert "En server använder redan datamappen" in sentence


def test_a_killed_server_leaves_no_lock(filled: Path) -> None:
    for _ in range(2):
        with running(filled) as server:
            server.process.kill()
            server.process.wait()


def test_the_data_pages_wait_for_the_forms_to_make_the_folder(tmp_path: Path) -> None:
    done = flask(tmp_path / "data", "serve", "--only", "data", port=0, ASF_DEMO="0")
    assert done.returncode == 1
    assert "Starta först: flask serve --only forms" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.fixture
def filled(shown: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(shown, tmp_path / "data"))


# Health


def test_health_and_readiness_say_nothing_secret(two: tuple[Server, Server]) -> None:
    secret = (two[0].data / "secret_key").read_text()
    for server in two:
        with loopback_client() as client:
            health = client.get(f"{server.base}/healthz")
            ready = client.get(f"{server.base}/readyz")
            assert client.post(f"{server.base}/healthz").status_code in (400, 404, 405)
        assert health.json() == {"alive": True}
        assert ready.status_code == 200
        found = ready.json()
        names = {"write", "disk", "scheduler", "mail", "sending", "backup", "releases"}
        assert found["checks"].keys() == names
        assert found["ready"]
        for text in (secret, str(server.data), "example.org"):
            assert text not in ready.text
        assert "no-store" in ready.headers["cache-control"]


def test_status_says_the_same_in_words(two: tuple[Server, Server]) -> None:
    done = flask(two[0].data, "status")
    assert done.returncode == 0, done.stdout
    assert len(done.stdout.splitlines()) == 7
    assert "Schemaläggaren går." in done.stdout


def test_status_ends_with_one_where_nothing_is_served(filled: Path) -> None:
    done = flask(filled, "status")
    assert done.returncode == 1
    assert "FEL  Schemaläggaren har aldrig gått" in done.stdout


def look(app: Flask, db: Database, **limits: Any) -> dict[str, readiness.Check]:
    data = Path(app.config["DATA_DIR"])
    given = Limits(**limits) if limits else None
    found = readiness.checks(db, data, Path(app.config["BACKUP_DIR"]), given)
    return {each.name: each for each in found}


def test_what_is_wrong_is_found(app: Flask, db: Database) -> None:
    assert look(app, db, free_mb=10**9)["disk"].is_well is False
    assert look(app, db)["disk"].is_well
    assert not look(app, db)["scheduler"].is_well
    readiness.note_alive(Path(app.config["DATA_DIR"]))
    assert look(app, db)["scheduler"].is_well
    beat = Path(app.config["DATA_DIR"]) / readiness.HEARTBEAT
    os.utime(beat, (1, 1))
    assert not look(app, db)["scheduler"].is_well
    outbox.queue(db, "sign_in", "a@example.org", once="1")
    assert look(app, db)["mail"].is_well
    run(db, "UPDATE outbox SET created_at = '2001-01-01T00:00:00.000+00:00'")
    assert not look(app, db)["mail"].is_well
    sending.begin_pause(db, "2001-01-01T00:00:00.000+00:00", "test")
    assert "återställning" in look(app, db)["sending"].words
    sending.end_pause(db, "test")
    assert look(app, db)["sending"].is_well
    sending.note_refused(db, "550 5.7.1 secret words of a server")
    refused = look(app, db)["sending"]
    assert not refused.is_well
    assert "mejlservern släpper inte in oss" in refused.words
    assert "secret" not in refused.words


def test_a_database_that_somebody_holds_cannot_be_written(app: Flask, db: Database) -> None:
    assert look(app, db, lock=0.0)["write"].is_well
    with closing(sqlite3.connect(Path(app.config["DATA_DIR"]) / "survey.db")) as other:
        other.execute("BEGIN IMMEDIATE")
        assert not look(app, db, lock=0.0)["write"].is_well
        other.rollback()
    assert look(app, db, lock=0.0)["write"].is_well


def test_a_database_that_is_gone_is_found_and_no_empty_one_made(app: Flask, db: Database) -> None:
    file = Path(app.config["DATA_DIR"]) / "survey.db"
    file.rename(file.with_name("away"))
    assert not look(app, db)["write"].is_well
    assert not file.exists()


def test_a_release_that_is_damaged_on_the_disk_is_found_and_holds_no_other_up(
    app: Flask, db: Database
) -> None:
    client = app.test_client()
    places = app.extensions["places"]
    for _ in range(2):
        publish(db, places, "test")
    assert look(app, db)["releases"].is_well
    sums = places.releases / "2020-2" / "SHA256SUMS"
    sums.chmod(0o600)
    sums.write_bytes(b"\xe5\xe4\xf6")
    assert "2020-2" in look(app, db)["releases"].words
    assert "2020-2" not in client.get("/oppna-data/").text
    for number, status in (("latest", 200), ("2020-1", 200), ("2020-2", 404)):
        assert client.get(f"/oppna-data/{number}/").status_code == status
    assert client.get("/oppna-data/dcat.rdf").status_code == 200


def test_a_backup_that_is_too_old_or_not_there_is_found(app: Flask, db: Database) -> None:
    assert look(app, db)["backup"].is_well, "in the first days none has to be there"
    folder = Path(app.config["BACKUP_DIR"])
    folder.mkdir()
    (folder / "asf-2001.zip").touch()
    assert look(app, db)["backup"].is_well
    os.utime(folder / "asf-2001.zip", (1, 1))
    assert not look(app, db)["backup"].is_well


# Logs


def test_each_request_has_an_id_and_its_route_in_the_log_and_never_its_token(
    two: tuple[Server, Server],
) -> None:
    forms, pages = two
    token = forms.form_link.rsplit("/", 1)[1]
    with loopback_client() as client:
        reply = client.get(forms.form_link, headers={"X-Request-ID": "made-up-by-a-visitor"})
        data = client.get(f"{pages.base}/data/open/trend.json?_shape=array&who=somebody")
        gone = client.get(f"{forms.base}/s/{token}/arbetsblad.txt")
        # One in a hundred tokens has no digit to be known by.
        refused = client.put(f"{forms.base}/s/EnLankAvBaraBokstaverOchIntet")
        elsewhere = client.get(f"{pages.base}/s/EnLankAvBaraBokstaverOchIntet")
    number = reply.headers["x-request-id"]
    assert number != "made-up-by-a-visitor"
    line = line_of(forms, number)
    assert line["message"] == "request"
    assert (line["method"], line["status"]) == ("GET", 200)
    assert line["route"].startswith("/s/<"), "the pattern"
    assert line["ms"] >= 0
    assert line_of(pages, data.headers["x-request-id"])["route"] == "/data/open/trend.json"
    assert line_of(forms, gone.headers["x-request-id"])["route"] == "none"
    assert line_of(forms, refused.headers["x-request-id"])["route"] == "/s"
    assert line_of(pages, elsewhere.headers["x-request-id"])["route"] == "/s"
    for server in two:
        said = server.log.read_text("utf-8")
        assert token not in said
        assert "EnLank" not in said
        assert "somebody" not in said


def test_a_fault_is_logged_with_its_place_and_without_what_was_typed(tmp_path: Path) -> None:
    script = """
import logging
from forms.web import logs
logs.configure({form!r})
def parse(text):
    return int(text)
try:
    parse("811218-9876 är mitt svar")
except ValueError:
    logging.getLogger("app").exception("unexpected fault")
try:
    open("/nowhere/at/all")
except OSError:
    logging.getLogger("app").exception("unexpected fault")
logging.getLogger("app").error("GET /s/%s failed", "s3AobnJhJJzsGxl_iyAvnHJqwL4")
"""
    logs = {
        form: subprocess.run(
            [sys.executable, "-c", script.format(form=form)],
            cwd=ROOT, capture_output=True, text=True, check=True,
        ).stderr
        for form in ("json", "text", "")
    }  # fmt: skip
    for said in logs.values():
        assert "ValueError" in said
        assert "parse" in said
        assert "No such file or directory" in said
        assert "811218" not in said
        assert "s3AobnJhJJzs" not in said
    first, second, third = map(json.loads, logs["json"].splitlines())
    assert first["fault"] == "ValueError"
    assert re.search(r":\d+ parse$", first["where"][-1])
    assert second["level"] == "error"
    assert third["message"] == "GET /s/… failed"


# Faults at a start


def refused(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 1, done.stdout
    [sentence] = done.stderr.strip().splitlines()
    return sentence


@LINUX
@pytest.mark.parametrize("size", [4, 64, 300])
def test_a_full_disk_is_one_sentence(tmp_path: Path, size: int) -> None:
    data = tmp_path / "data"
    done = on_small_disk(data, size, [*FLASK, "serve"], environment=environment(data, 0), cwd=ROOT)
    assert "Disken är full" in refused(done)


@LINUX
def test_a_folder_that_cannot_be_written_is_one_sentence(filled: Path) -> None:
    done = on_read_only_disk(
        filled, [*FLASK, "serve"], environment=environment(filled, 0), cwd=ROOT
    )
    assert "Det går inte att skriva i datamappen" in refused(done)


@pytest.mark.parametrize(
    ("change", "said"),
    [(lambda p: (p / "secret_key").unlink(), "saknas"),
     (lambda p: (p / "secret_key").write_text(""), "är skadad")],
)  # fmt: skip
def test_a_secret_that_is_gone_is_one_sentence_and_no_new_one_is_made(
    filled: Path, change: Any, said: str
) -> None:
    change(filled)
    sentence = refused(flask(filled, "serve", port=0))
    assert "Hemligheten" in sentence
    assert said in sentence
    assert not (filled / "secret_key").exists() or not (filled / "secret_key").read_text()


@pytest.mark.parametrize("body", [b"no database at all" * 100, None])
def test_a_damaged_database_is_one_sentence(filled: Path, body: bytes | None) -> None:
    path = filled / "survey.db"
    if body is None:
        whole = path.read_bytes()
        body = whole[:100] + b"\xff" * 4000 + whole[4100:]
    path.write_bytes(body)
    assert "är skadad" in refused(flask(filled, "serve", port=0))


def test_the_data_folder_cannot_be_a_file(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    assert "Det går inte att skriva" in refused(flask(tmp_path / "data", "serve", port=0))

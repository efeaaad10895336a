"""A year's microdata as a package: what is in it, what never is, and who took it."""

import asyncio
import csv
import io
import json
import re
import sqlite3
import zipfile
from contextlib import closing, redirect_stdout
from hashlib import sha256
from html import unescape
from pathlib import Path
from typing import Any

import duckdb
import httpx
import pytest
from flask import Flask
from sqlite_utils import Database

from app import Dispatcher
from survey_data.database import rows, run, scalar
from survey_data.microdata.package import year_package
from survey_data.publishing.publish import Places, publish
from survey_data.responses import responses
from survey_data.review import decisions, review
from survey_data.review.review import Ruling
from tests.conftest import BASE, sign_in
from tests.publishing.test_publish import SECRETS, hold
from tests.support.beginnings import Once
from tests.support.http_visitor import Visitor

YEAR = 2021
NAMED = "Hemliga Hedda slutade"
CLEANED = "=En anställd slutade"


@pytest.fixture
def places(app: Flask) -> Places:
    kept: Places = app.extensions["places"]
    return kept


@pytest.fixture
def published(db: Database, examples: list[int], places: Places, once: Once) -> Path:
    """The microdata of a round in which two answers were corrected, one of them its free text."""
    once("two corrected and published", lambda: _publish(db, places))
    return places.analysts


def _publish(db: Database, places: Places) -> None:
    hold(db, YEAR, skip=20)
    (_, first), (_, second) = responses.of_year(db, YEAR)[:2]
    standing = decisions.as_reviewed(db, first).answers
    total = int(standing["employees_total"] or 0)  # type: ignore[call-overload]
    women = int(standing["employees_women"] or 0)  # type: ignore[call-overload]
    values: dict[str, Any] = {
        "employees_total": total + 1, "employees_women": women + 1, "comment_changes": CLEANED,
    }  # fmt: skip
    review.correct(db, first.id, values, "felskrivet", Ruling("staff 7", 0, {}, names_nobody=True))
    hidden: dict[str, Any] = {"comment_changes": "Ännu inte läst"}
    review.correct(db, second.id, hidden, "rättat", Ruling("staff 7", 0))
    publish(db, places, "test")


def tables(package: bytes) -> dict[str, list[dict[str, str]]]:
    found = {}
    for name, body in files(package).items():
        if name.endswith(".csv"):
            found[name.removesuffix(".csv")] = list(
                csv.DictReader(io.StringIO(body.decode(), newline=""))
            )
    return found


def files(package: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(package)) as opened:
        assert {name.partition("/")[0] for name in opened.namelist()} == {f"asf-{YEAR}-mikrodata"}
        return {name.partition("/")[2]: opened.read(name) for name in opened.namelist()}


def test_a_package_holds_the_year_as_it_came_in_and_as_it_stands(published: Path) -> None:
    found = tables(year_package(published, YEAR))
    assert len(found["answers"]) == len(found["answers_raw"]) == 8
    changed = {
        (now["enterprise_id"], name, raw[name], now[name])
        for now, raw in zip(found["answers"], found["answers_raw"], strict=True)
        for name in now
        if now[name] != raw[name]
    }
    edits = {
        (e["enterprise_id"], e["question"], e["raw"], e["edited"])
        for e in found["edits"]
    }  # fmt: skip
    numbers = {e for e in edits if e[1] != "comment_changes"}
    assert {name for _, name, _, _ in numbers} == {"employees_total", "employees_women"}
    assert numbers <= changed
    assert {(d["kind"], d["version"]) for d in found["decisions"]} == {("corrected", "1")}
    assert len(found["decisions"]) == 2
    assert {p["mode"] for p in found["paradata"]} == {"example"}
    assert len(found["paradata"]) == 8
    assert len(found["enterprises"]) == 28, "those who did not answer too"
    assert {row["year"] for name in ("answers", "questions", "rounds") for row in found[name]} == {
        str(YEAR)
    }


def test_nothing_private_and_no_unread_text_is_in_a_package_or_the_microdata(
    published: Path, db: Database
) -> None:
    package = b"".join(files(year_package(published, YEAR)).values())
    with closing(sqlite3.connect(published)) as opened:
        everything = "\n".join(opened.iterdump()).encode()
    secret = [*SECRETS.values(), "Ännu inte läst", "staff 7"]
    for name in ("email", "name", "phone"):
        secret += [r[name] for r in rows(db, f"SELECT {name} FROM contact")]
    secret += [r["token_hash"] for r in rows(db, "SELECT token_hash FROM link")]
    assert len(secret) > 100
    for text in secret:
        assert text.encode() not in package, text
        assert text.encode() not in everything, text
    # A text that was read is there, as it was corrected; what it was before is nowhere.
    assert f"'{CLEANED}".encode() in package


def test_the_schema_and_the_sums_are_of_the_files_there_are(published: Path) -> None:
    found = files(year_package(published, YEAR))
    package = json.loads(found["datapackage.json"])
    assert package["$schema"].endswith("/2.0/datapackage.json")
    assert {r["path"] for r in package["resources"]} == {n for n in found if n.endswith(".csv")}
    keys = {int(row["id"]) for row in tables(year_package(published, YEAR))["enterprises"]}
    for resource in package["resources"]:
        body = found[resource["path"]]
        assert resource["hash"] == f"sha256:{sha256(body).hexdigest()}"
        lines = list(csv.DictReader(io.StringIO(body.decode(), newline="")))
        fields = resource["schema"]["fields"]
        check_fields(fields, lines, body.decode().splitlines()[0].split(","), resource["name"])
        key = resource["schema"].get("primaryKey")
        assert key is None or len({tuple(line[k] for k in key) for line in lines}) == len(lines)
        for foreign in resource["schema"]["foreignKeys"]:
            assert {int(line[foreign["fields"][0]]) for line in lines} <= keys
    sums = dict(reversed(line.split("  ")) for line in found["SHA256SUMS"].decode().splitlines())
    del found["SHA256SUMS"]
    assert sums == {name: sha256(body).hexdigest() for name, body in found.items()}
    assert year_package(published, YEAR) == year_package(published, YEAR)


def check_fields(
    fields: list[dict[str, Any]], lines: list[dict[str, str]], head: list[str], table: str
) -> None:
    assert [field["name"] for field in fields] == head, table
    for field in fields:
        assert field["description"], (table, field["name"])
        if field["type"] == "integer":
            values = [line[field["name"]] for line in lines]
            assert not [v for v in values if v and not re.fullmatch(r"-?\d+", v)], field["name"]


def test_the_readmes_tell_of_every_file(published: Path) -> None:
    found = files(year_package(published, YEAR))
    for language, words in (("sv", ("Varsamt", "8 av 28")), ("en", ("With care", "8 of 28"))):
        text = found[f"README.{language}.md"].decode()
        assert all(each in text for each in words)
        for name in set(found) - {"README.sv.md", "README.en.md"}:
            assert f"`{name}`" in text, name


def test_each_download_is_in_the_trail_and_kept_by_nobody(
    published: Path, db: Database, visitor: Visitor
) -> None:
    analyst = sign_in(visitor, db, "analyst")
    page = analyst.open(f"{BASE}/mikrodata/")
    form = next(f for f in page.forms() if f.action.endswith(f"/{YEAR}.zip"))
    reply = analyst.client.post(f"{BASE}/mikrodata/{YEAR}.zip", data=dict(form.fields))
    assert reply.headers["content-type"] == "application/zip"
    assert reply.headers["cache-control"] == "no-store"
    assert reply.content == year_package(published, YEAR)
    [line] = rows(db, "SELECT * FROM audit WHERE action = 'microdata downloaded'")
    who = scalar(db, "SELECT id FROM staff WHERE role = 'analyst'")
    assert (line["actor"], line["subject"]) == (f"staff {who}", f"{YEAR}.zip")
    assert json.loads(line["after"]) == {"sha256": sha256(reply.content).hexdigest()}
    gone = analyst.client.post(f"{BASE}/mikrodata/1999.zip", data=dict(form.fields))
    assert gone.status_code == 404


def asked(app: Flask, visitor: Visitor, *paths: str) -> list[int]:
    """What the whole server answers a visitor's browser."""

    async def ask() -> list[int]:
        transport = httpx.ASGITransport(app=Dispatcher(app))
        cookies = visitor.client.cookies
        async with httpx.AsyncClient(transport=transport, base_url=BASE, cookies=cookies) as client:
            return [(await client.get(path)).status_code for path in paths]

    return asyncio.run(ask())


def test_files_of_microdata_from_the_data_browser_are_in_the_trail_and_pages_are_not(
    published: Path, app: Flask, db: Database, visitor: Visitor, coordinator: Visitor
) -> None:
    taken = (
        "/data/analysts/answers.csv?_stream=on", "/data/~61nalysts/answers.json",
        "/data/analysts.json?sql=select+1", "/data/analysts/answers?_format=csv",
        "/data/analysts/utan_svar.csv", "/data/analysts/answers.xlsx",
        "/data/data/analysts/answers.json",
    )  # fmt: skip
    others = ("/data/analysts", "/data/analysts/answers", "/data/open/trend.csv", "/data/")
    assert asked(app, coordinator, *taken, *others) == [200] * 11
    assert asked(app, visitor, *taken) == [403] * 7
    assert asked(app, sign_in(visitor, db, "board"), *taken) == [403] * 7
    lines = rows(db, "SELECT * FROM audit WHERE action = 'microdata downloaded' ORDER BY id")
    assert [line["subject"] for line in lines] == [
        "analysts/answers.csv", "analysts/answers.json", "analysts.json", "analysts/answers",
        "analysts/utan_svar.csv", "analysts/answers.xlsx", "analysts/answers.json",
    ]  # fmt: skip
    who = scalar(db, "SELECT id FROM staff WHERE role = 'coordinator'")
    assert {line["actor"] for line in lines} == {f"staff {who}"}


def test_how_long_the_form_was_open_is_kept_beside_each_hand_in(db: Database, link: str) -> None:
    invitation = scalar(db, "SELECT min(id) FROM invitation")
    for name, start, seen in (
        ("one", "2021-10-01T08:00:00", "2021-10-01T08:10:00"),
        ("two", "2021-10-02T08:00:00", "2021-10-02T08:05:00"),
    ):
        sql = (
            "INSERT INTO session (id_hash, invitation_id, started_at, seen_at) VALUES (?, ?, ?, ?)"
        )
        run(db, sql, (name, invitation, f"{start}.000+00:00", f"{seen}.000+00:00"))
    for version, mode in ((1, "web"), (2, "phone")):
        run(
            db,
            "INSERT INTO response (invitation_id, version, reference, handed_in_at, mode, language)"
            " VALUES (?, ?, 'A', '2021-10-02T08:07:00.000+00:00', ?, 'sv')",
            (invitation, version, mode),
        )
    # Ten minutes and five after it was last seen; seven until the hand-in.
    [kept] = rows(db, "SELECT * FROM response_minutes")
    assert kept == {"response_id": 1, "minutes": 22}


def snippets(page: str) -> dict[str, str]:
    """The code of a page, and what it says that the first of it prints."""
    found = re.findall(r'<pre[^>]*data-run="(\w+)"><code>(.*?)</code></pre>', page, re.DOTALL)
    [printed] = re.findall(r"<output>(.*?)</output>", page, re.DOTALL)
    return {name: unescape(code) for name, code in found} | {"printed": unescape(printed)}


def run_python(code: str, **names: Any) -> str:
    out = io.StringIO()
    with redirect_stdout(out):
        exec(compile(code, "example", "exec"), {"__name__": "example"} | names)
    return out.getvalue().strip()


def columns_named(code: str) -> set[str]:
    return set(re.findall(r'"([a-z_]+)"', code)) | set(re.findall(r"\$([a-z_]+)", code))


def test_the_code_on_the_open_page_prints_what_the_page_says(
    published: Path, places: Places, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = visitor.open(f"{BASE}/oppna-data/exempel").text
    code = snippets(page)
    fetched = lambda address: io.BytesIO(visitor.client.get(address).content)  # noqa: E731
    monkeypatch.setattr("urllib.request.urlopen", fetched)
    assert run_python(code["python"]) == code["printed"]
    assert "2018 204 n" in code["printed"]
    assert places.releases
    here = str(places.releases / "2021-1")
    sql = code["duckdb"].replace(f"{BASE}/oppna-data/latest", here)
    assert here in sql
    text = [" ".join(map(str, row)) for row in duckdb.sql(sql).fetchall()]
    assert "\n".join(text) == code["printed"]
    # Pandas and R are not here to run; what they name is.
    address = f"{BASE}/oppna-data/latest/observations.csv"
    head = set(next(csv.reader([visitor.client.get(address).text.splitlines()[0]])))
    for language in ("pandas", "r"):
        assert address in code[language]
        assert columns_named(code[language]) - {"employees", "character"} <= head
    compile(code["pandas"], "example", "exec")
    assert re.search(r"select = c\(year, value, status\)", code["r"])


def test_the_code_on_the_microdata_page_prints_what_the_page_says(
    published: Path, coordinator: Visitor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = coordinator.open(f"{BASE}/mikrodata/").text
    code = snippets(page)
    package = year_package(published, YEAR)
    (tmp_path / f"asf-{YEAR}-mikrodata.zip").write_bytes(package)
    monkeypatch.chdir(tmp_path)
    assert run_python(code["python"]) == code["printed"]
    assert "answers: 8" in code["printed"]
    found = tables(package)
    known = set(found) | set(found["answers"][0]) | {"employees_total_raw", "_raw"}
    for language in ("pandas", "r"):
        assert columns_named(code[language]) <= known
        assert f"asf-{YEAR}-mikrodata.zip" in code[language]
    compile(code["pandas"], "example", "exec")

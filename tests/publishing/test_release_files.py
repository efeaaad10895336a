"""The files of a release: what is in them, that they are right, and that they never change."""

import csv
import io
import json
import sqlite3
import zipfile
from contextlib import closing
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from threading import Thread

import duckdb
import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlite_utils import Database

from survey_data.database import rows, run, scalar
from survey_data.history.printed_series import SeriesValue, published
from survey_data.publishing.approval_requests import ReleaseStopped
from survey_data.publishing.publish import Places, publish, repair
from survey_data.releases import archive
from survey_data.releases.archive import EditionsMissing
from survey_data.releases.files import all_files
from survey_data.releases.formats import csv_file
from survey_data.statistics.published_tables import Table, read
from survey_data.tables_to_files import workbook
from tests.conftest import BASE
from tests.publishing.test_publish import hold, run_all
from tests.support.beginnings import Once
from tests.support.http_visitor import Visitor


@pytest.fixture
def places(app: Flask) -> Places:
    kept: Places = app.extensions["places"]
    return kept


@pytest.fixture
def folder(places: Places) -> Path:
    assert places.releases
    return places.releases


@pytest.fixture
def made(db: Database, examples: list[int], places: Places, folder: Path, once: Once) -> Path:
    """The files of a release with a round in it."""

    def make() -> None:
        hold(db, 2021, skip=22)
        publish(db, places, "test")

    once("a round published", make)
    return folder / "2021-1"


def revised(year: int, by: int) -> tuple[SeriesValue, ...]:
    """The printed series with the county's employees of a year told otherwise."""
    return tuple(
        SeriesValue(**(vars(v) | {"value": v.value + by}))
        if (v.year, v.indicator, v.area_type) == (year, "employees", "county")
        else v
        for v in published()
    )


def test_a_release_has_every_format_and_its_description(made: Path) -> None:
    names = {path.name for path in made.iterdir()}
    assert names >= {
        "observations.csv", "observations.parquet", "editions.csv", "revisions.csv",
        "codebook.csv", "quality.csv", "data.xlsx", "data.json", "open.db", "data.zip",
        "observations.sv.json-stat.json", "observations.en.json-stat.json", "datapackage.json",
        "codebook.json", "quality.json", "README.md", "CHANGELOG.md", "CITATION.txt",
        "LICENSE.txt", "SHA256SUMS",
    }  # fmt: skip
    sums = dict(
        reversed(line.split("  ")) for line in (made / "SHA256SUMS").read_text().splitlines()
    )
    assert sums == {n: sha256((made / n).read_bytes()).hexdigest() for n in names - {"SHA256SUMS"}}
    assert {path.stat().st_mode & 0o777 for path in made.iterdir()} == {0o400}


@pytest.mark.parametrize("invented", [0, 1, 28])
def test_every_format_says_whether_any_row_is_made_of_examples(
    db: Database, examples: list[int], places: Places, folder: Path, visitor: Visitor, invented: int
) -> None:
    hold(db, 2021, skip=22)
    run(db, "UPDATE enterprise SET is_example = id <= ?", (invented,))
    run(db, "UPDATE round SET is_example = ?", (int(invented == 28),))
    number = publish(db, places, "test").id
    made, expected = folder / number, bool(invented)
    flag = "includes_examples"
    for name in ("datapackage.json", "codebook.json", "quality.json"):
        assert bool(json.loads((made / name).read_text())[flag]) is expected, name
    assert bool(json.loads((made / "data.json").read_text())["release"][flag]) is expected
    for language in ("sv", "en"):
        cube = json.loads((made / f"observations.{language}.json-stat.json").read_text())
        assert bool(cube["extension"][flag]) is expected
    notes = {r[0]: r[1] for r in load_workbook(made / "data.xlsx")["Noter"].values}
    assert bool(notes[flag]) is expected
    sentence = "Någon siffra bygger på påhittade exempelföretag."
    for name in ("README.md", "CITATION.txt"):
        assert (sentence in (made / name).read_text()) is expected, name
    for table in ("observations", "editions"):
        sql = (
            f"SELECT value FROM parquet_kv_metadata('{made / table}.parquet') WHERE key = '{flag}'"
        )
        assert duckdb.sql(sql).fetchall() == [(str(int(expected)).encode(),)]
    assert csv_of(made / "release.csv")[0][flag] == str(int(expected))
    for path in ("dcat.rdf", f"{number}/"):
        assert (sentence in visitor.open(f"{BASE}/oppna-data/{path}").text) is expected, path


def csv_of(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text("utf-8"), newline="")))


def test_every_format_says_the_same(made: Path, places: Places) -> None:
    with closing(sqlite3.connect(places.open)) as db:
        known = sorted(
            db.execute("SELECT year, area_code, indicator, value, status FROM observations"),
            key=str,
        )
    assert len(known) > 80
    pick = ("year", "area_code", "indicator", "value", "status")
    as_json = json.loads((made / "data.json").read_text())["tables"]["observations"]
    assert sorted((tuple(r[c] for c in pick) for r in as_json), key=str) == known
    lines = csv.DictReader(io.StringIO((made / "observations.csv").read_text("utf-8"), newline=""))
    as_csv = [
        (int(r["year"]), r["area_code"], r["indicator"], int(r["value"]) if r["value"] else None,
         r["status"])
        for r in lines
    ]  # fmt: skip
    assert sorted(as_csv, key=str) == known
    sheet = load_workbook(made / "data.xlsx")["Data"]
    head, *cells = sheet.iter_rows(values_only=True)
    as_xlsx = [tuple(row[head.index(c)] for c in pick) for row in cells]
    assert sorted(as_xlsx, key=str) == known
    sql = f"SELECT {', '.join(pick)} FROM read_parquet('{made}/observations.parquet')"
    assert sorted(duckdb.sql(sql).fetchall(), key=str) == known
    with closing(sqlite3.connect(made / "open.db")) as db:
        found = db.execute(f"SELECT {', '.join(pick)} FROM observations").fetchall()
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert not db.execute("PRAGMA foreign_key_check").fetchall()
    assert sorted(found, key=str) == known


def test_any_web_page_may_read_the_files(made: Path, visitor: Visitor) -> None:
    names = ("observations.csv", "data.json", "open.db", "datapackage.json", "data.xlsx")
    paths = [f"oppna-data/{number}/{name}" for number in (made.name, "latest") for name in names]
    for path in (*paths, "oppna-data/dcat.rdf", "rapport/placed.csv", "rapport/utforska.csv"):
        reply = visitor.client.get(f"{BASE}/{path}")
        assert (reply.status_code, reply.headers.get("Access-Control-Allow-Origin")) == (200, "*")
        again = {"If-None-Match": reply.headers["ETag"]}
        same = visitor.client.get(f"{BASE}/{path}", headers=again)
        assert (same.status_code, same.headers["Access-Control-Allow-Origin"]) == (304, "*")
    page = visitor.client.get(f"{BASE}/oppna-data/latest/")
    assert "Access-Control-Allow-Origin" not in page.headers


@pytest.mark.parametrize("language", ["sv", "en"])
def test_json_stat_gives_each_figure_its_place_and_status(made: Path, language: str) -> None:
    cube = json.loads((made / f"observations.{language}.json-stat.json").read_text())
    assert (cube["version"], cube["class"]) == ("2.0", "dataset")
    index = [cube["dimension"][name]["category"]["index"] for name in cube["id"]]
    assert cube["size"] == [len(each) for each in index]
    year, area, indicator = (
        i.index(k) for i, k in zip(index, ("2018", "21", "placed"), strict=True)
    )
    place = (year * cube["size"][1] + area) * cube["size"][2] + indicator
    assert cube["value"][str(place)] == 244
    assert cube["status"][str(place)] == "s"
    assert cube["value"].keys() == cube["status"].keys()
    hidden = [k for k, status in cube["status"].items() if status == "x"]
    assert hidden
    assert not [k for k in hidden if cube["value"][k] is not None]


def test_the_package_describes_every_file_it_names(made: Path) -> None:
    package = json.loads((made / "datapackage.json").read_text())
    assert package["$schema"].endswith("/2.0/datapackage.json")
    assert package["version"] == made.name
    for resource in package["resources"]:
        body = (made / resource["path"]).read_bytes()
        assert resource["bytes"] == len(body)
        assert resource["hash"] == f"sha256:{sha256(body).hexdigest()}"
        head = next(csv.reader(io.StringIO(body.decode("utf-8"), newline="")))
        fields = resource["schema"]["fields"]
        assert [field["name"] for field in fields] == head
        assert all(field["description"] for field in fields), resource["name"]
        assert set(resource["schema"].get("primaryKey", ())) <= set(head)
    with zipfile.ZipFile(made / "data.zip") as whole:
        assert "observations.csv" in whole.namelist()
        assert whole.read("datapackage.json") == (made / "datapackage.json").read_bytes()


def test_the_same_data_makes_the_same_bytes(made: Path, places: Places) -> None:
    kept = {path.name: path.read_bytes() for path in made.iterdir()}
    assert all_files(read(places.open)) == kept
    # A release can be made again from its own database, long after it stopped being the latest.
    assert all_files(read(made / "open.db")) == kept


def test_a_later_release_changes_no_earlier_file(db: Database, made: Path, places: Places) -> None:
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in made.iterdir()}
    later = publish(db, places, "test", note_sv="igen", note_en="again")
    assert later.id == "2021-2"
    assert {p: (p.read_bytes(), p.stat().st_mtime_ns) for p in made.iterdir()} == before
    with pytest.raises(OSError, match="not empty"):
        archive.finish(archive.stage(read(places.open), made.parent), made.name)


def test_nothing_is_in_a_release_that_is_not_in_open_db(made: Path, places: Places) -> None:
    public = places.open.read_bytes()
    texts = {
        str(cell)
        for table in read(made / "open.db").tables.values()
        for row in table.rows
        for cell in row
        if isinstance(cell, str) and not table.is_view
    }
    assert len(texts) > 300
    assert not [text for text in texts if text.encode() not in public]
    everything = b"".join(
        path.read_bytes() for path in made.iterdir() if path.suffix not in (".zip", ".xlsx")
    )
    assert b"Exempelkooperativet" not in everything
    assert b"Hemlig" not in everything


def test_no_cell_is_ever_a_formula() -> None:
    table = Table(
        "t", ("=a",), ("string",), (), (("=1+1",), ("@x",), ("-2",), ("text",)), "", False
    )
    lines = list(csv.reader(io.StringIO(csv_file(table).decode(), newline="")))
    assert [line[0] for line in lines[1:]] == ["'=1+1", "'@x", "'-2", "text"]
    book = workbook([("Data", [["a"], ["=1+1"], [-2]])], datetime(2026, 1, 1, tzinfo=UTC))
    cells = [row[0] for row in load_workbook(io.BytesIO(book))["Data"].iter_rows()]
    assert [(c.value, c.data_type) for c in cells[1:]] == [("=1+1", "s"), (-2, "n")]


def test_what_was_revised_is_told_with_why_and_by_how_much(
    db: Database, places: Places, folder: Path
) -> None:
    publish(db, places, "test", note_sv="Först", note_en="First")
    second = publish(
        db, places, "test", history=revised(2019, 5), note_sv="Räknat om.", note_en="Recounted."
    )
    opened = read(folder / second.id / "open.db")
    [change] = opened.records("revisions")
    assert (change["release"], change["release_before"]) == ("2020-2", "2020-1")
    assert (change["year"], change["indicator"], change["change"]) == (2019, "employees", 5)
    known = (folder / second.id / "CHANGELOG.md").read_text("utf-8")
    assert "Räknat om." in known
    assert "2019 21 employees: 206 (n) → 211 (r)" in known
    known_first = [
        r["value"]
        for r in opened.records("editions")
        if (r["release"], r["year"], r["indicator"]) == ("2020-1", 2019, "employees")
    ]
    assert known_first == [206]
    latest = {tuple(r.values()) for r in opened.records("observations")}
    edition = {
        tuple(r.values())[1:] for r in opened.records("editions") if r["release"] == second.id
    }
    assert edition == latest


def test_a_full_disk_stops_a_release_before_anyone_sees_it(
    db: Database, places: Places, folder: Path
) -> None:
    first = publish(db, places, "test")
    before = places.open.read_bytes(), places.analysts.read_bytes()
    # No folder can be made where a file is.
    blocked = Places(places.analysts, places.open, places.open, places.address)
    with pytest.raises(ReleaseStopped):
        publish(db, blocked, "test")
    assert (places.open.read_bytes(), places.analysts.read_bytes()) == before
    assert [r["id"] for r in rows(db, "SELECT id FROM release")] == [first.id]
    assert archive.numbers(folder) == [first.id]


def test_a_start_after_a_kill_writes_the_files_that_are_missing(
    db: Database, places: Places, folder: Path
) -> None:
    release = publish(db, places, "test")
    before = {p.name: p.read_bytes() for p in (folder / release.id).iterdir()}
    # As if the process had died before the folder got its name.
    (folder / release.id).rename(folder / f".unfinished-{release.id}-abc")
    repair(db, places)
    assert [p.name for p in folder.iterdir()] == [release.id]
    assert {p.name: p.read_bytes() for p in (folder / release.id).iterdir()} == before
    assert scalar(db, "SELECT count(*) FROM release") == 1


def test_a_number_that_anyone_may_have_seen_is_never_used_again(
    db: Database, places: Places, folder: Path
) -> None:
    publish(db, places, "test")
    # As if the process had died between the files and the commit: survey.db never knew.
    (folder / "2020-1").rename(folder / "2020-2")
    db.execute("DELETE FROM released_figure")
    db.execute("DELETE FROM side_table")
    db.execute("DELETE FROM full_attack")
    db.execute("DELETE FROM release")
    repair(db, places)
    assert archive.numbers(folder) == ["2020-2"]
    with pytest.raises(EditionsMissing, match="2020-2"):
        publish(db, places, "test")
    assert archive.numbers(folder) == ["2020-2"]


def test_two_that_publish_at_once_are_both_kept(app: Flask, places: Places, folder: Path) -> None:
    def press() -> None:
        publish(app.extensions["store"].db, places, "test")

    run_all([Thread(target=press) for _ in range(3)])
    assert archive.numbers(folder) == ["2020-3", "2020-2", "2020-1"]
    for number in archive.numbers(folder):
        assert read(folder / number / "open.db").release["id"] == number

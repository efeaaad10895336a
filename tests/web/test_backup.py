"""Backups and what a database that came out of one is kept from doing by itself."""

import json
import os
import shutil
import sqlite3
import sys
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from flask import Flask
from sqlite_utils import Database

from forms.mail.delivery import deliver
from survey_data import clock, erasures, outbox, sending
from survey_data.automation import calendar_runner, retention
from survey_data.database import connect, rows, run, scalar
from survey_data.operations import backup, backup_file
from survey_data.operations.backup_file import (
    MANIFEST,
    AlreadyThere,
    BackupDamaged,
    BackupTooNew,
    BackupTooOld,
    FolderNotEmpty,
    NoErasures,
    WrongPassphrase,
    check,
)
from survey_data.operations.restore import (
    Restored,
    has_secret,
    prepare,
    replay_erasures,
    restore,
    resume,
    take_over,
)
from survey_data.publishing import proof
from survey_data.publishing.publish import publish, repair
from survey_data.register import contacts, enterprises
from survey_data.releases.archive import EditionsMissing
from survey_data.rounds.rounds import Round
from survey_data.staff import staff
from tests.conftest import BASE, sign_in
from tests.support.disks import on_small_disk
from tests.support.http_visitor import Visitor
from tests.support.processes import FLASK, ROOT
from tests.support.serving import environment

PHRASE = "tolv tecken eller fler"


def data_of(app: Flask) -> Path:
    return Path(app.config["DATA_DIR"])


def made(app: Flask, db: Database, target: Path, **more: str) -> Path:
    backup.make(db, data_of(app), target, "test", **more)
    return target


@pytest.fixture(autouse=True)
def _quickly_sealed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A passphrase that is quick to try; what it costs a guesser is tried at the terminal."""
    monkeypatch.setattr(backup_file, "COST", 2)


@pytest.fixture
def copied(demonstration: Flask, db: Database, tmp_path: Path) -> Path:
    """A backup of the demonstration with its release, a logo and the secret."""
    (data_of(demonstration) / "logo.png").write_bytes(b"a picture")
    return made(demonstration, db, tmp_path / "copy.zip", passphrase=PHRASE, address=BASE)


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Callable[[Path], Database]]:
    """Opens databases, and closes them afterwards."""
    found: list[Database] = []

    def open_one(folder: Path) -> Database:
        found.append(connect(folder / "survey.db"))
        return found[-1]

    yield open_one
    for each in found:
        each.close()


def everything(db: Database) -> dict[str, list[dict[str, Any]]]:
    left_out = {"audit", "setting", "outbox", "act"}
    # An act whose time has passed waits for someone after a restore.
    known = {"act": rows(db, "SELECT id, round_id, kind, due_at FROM act")}
    return known | {
        name: rows(db, f'SELECT * FROM "{name}"')
        for name in db.table_names()
        if name not in left_out
    }


def files_of(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def dump(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as found:
        return sorted(found.iterdump())


# One file


def test_a_restored_folder_has_all_that_the_first_one_had(
    demonstration: Flask,
    db: Database,
    copied: Path,
    tmp_path: Path,
    opened: Callable[[Path], Database],
) -> None:
    before, data = data_of(demonstration), tmp_path / "new" / "data"
    done = restore(copied, data, passphrase=PHRASE)
    assert everything(opened(data)) == everything(db)
    assert files_of(data / "releases") == files_of(before / "releases")
    for name in ("logo.png", "secret_key"):
        assert (data / name).read_bytes() == (before / name).read_bytes()
    for name in ("open.db", "analysts.db"):
        assert dump(before / name) == dump(data / name)
    assert done == Restored(done.copied_at, BASE, ("2020-1",), has_secret=True, erased=0)
    assert data.stat().st_mode & 0o777 == 0o700
    assert (data / "survey.db").stat().st_mode & 0o777 == 0o600
    assert not (data / ".restoring").exists()


def test_a_backup_is_for_its_owner_s_eyes_and_says_what_is_in_it(copied: Path) -> None:
    assert copied.stat().st_mode & 0o777 == 0o600
    with zipfile.ZipFile(copied) as packed:
        names = set(packed.namelist())
        assert names == json.loads(packed.read(MANIFEST))["files"].keys() | {MANIFEST}
        assert "secret_key" not in names
        assert "releases/2020-1/SHA256SUMS" in names
    assert check(copied).has_secret
    assert sorted(p.name for p in copied.parent.iterdir()) == ["copy.zip", "data"]


def test_a_backup_made_amid_writes_is_of_one_moment(
    app: Flask, db: Database, tmp_path: Path
) -> None:
    stop = Event()

    def write() -> None:
        own = connect(data_of(app) / "survey.db")
        number = 0
        while not stop.is_set():
            number += 1
            with closing(own.conn.cursor()) as cursor:
                cursor.execute("BEGIN IMMEDIATE")
                for name in ("first", "second"):
                    sql = "INSERT OR REPLACE INTO setting (name, value) VALUES (?, ?)"
                    cursor.execute(sql, (name, str(number)))
                cursor.execute("COMMIT")
        own.close()

    writer = Thread(target=write)
    writer.start()
    try:
        for number in range(5):
            data = tmp_path / f"restored-{number}"
            restore(made(app, db, tmp_path / f"{number}.zip"), data)
            with closing(sqlite3.connect(data / "survey.db")) as copy:
                sql = "SELECT count(DISTINCT value) FROM setting WHERE name IN ('first', 'second')"
                assert copy.execute(sql).fetchone()[0] <= 1
    finally:
        stop.set()
        writer.join()


def test_a_backup_replaces_no_file(app: Flask, db: Database, tmp_path: Path) -> None:
    target = tmp_path / "there.zip"
    target.write_text("mine")
    with pytest.raises(AlreadyThere):
        made(app, db, target)
    assert target.read_text() == "mine"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux mounts a disk for one command")
@pytest.mark.parametrize("size", [16, 200, 500])
def test_a_backup_that_finds_no_room_leaves_nothing(
    demonstration: Flask, db: Database, tmp_path: Path, size: int
) -> None:
    target, data = tmp_path / "small", data_of(demonstration)
    done = on_small_disk(
        target, size, [*FLASK, "backup", str(target / "copy.zip")],
        environment=environment(data, 8000), cwd=ROOT,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stdout == "", "the folder is as empty as it was"
    [sentence] = done.stderr.strip().splitlines()
    assert "Ingen kopia är gjord" in sentence
    assert not scalar(db, "SELECT count(*) FROM audit WHERE action = 'backup made'")


# Refused


def damage(path: Path, how: str) -> None:
    body = path.read_bytes()
    if how == "cut off":
        path.write_bytes(body[: len(body) // 2])
    elif how == "empty":
        path.write_bytes(b"")
    elif how == "a byte":
        place = len(body) // 2
        path.write_bytes(body[:place] + bytes([body[place] ^ 1]) + body[place + 1 :])
    else:
        repack(path, how)


def repack(path: Path, how: str) -> None:
    with zipfile.ZipFile(path) as packed:
        files = {name: packed.read(name) for name in packed.namelist()}
    manifest = json.loads(files[MANIFEST])
    if how == "another sum":
        manifest["files"]["survey.db"] = "0" * 64
    elif how == "a file is gone":
        del files["open.db"]
    elif how == "no database":
        del manifest["files"]["survey.db"]
    elif how == "leads out":
        manifest["files"]["../outside"] = manifest["files"]["logo.png"]
        files["../outside"] = files["logo.png"]
    elif how == "of a later version":
        manifest["format"] = 2
    files[MANIFEST] = json.dumps(manifest).encode()
    with zipfile.ZipFile(path, "w") as packed:
        for name, body in files.items():
            packed.writestr(name, body)


@pytest.mark.parametrize(
    "how",
    ["cut off", "empty", "a byte", "another sum", "a file is gone", "no database", "leads out"],
)
def test_a_damaged_file_is_refused_before_anything_is_in_place(
    copied: Path, tmp_path: Path, how: str
) -> None:
    damage(copied, how)
    data = tmp_path / "new"
    with pytest.raises(BackupDamaged):
        restore(copied, data, passphrase=PHRASE)
    assert not list(data.iterdir())
    assert not (tmp_path / "outside").exists()


def test_a_file_of_a_later_version_is_refused(copied: Path, tmp_path: Path) -> None:
    damage(copied, "of a later version")
    with pytest.raises(BackupTooNew):
        restore(copied, tmp_path / "new", passphrase=PHRASE)
    assert not list((tmp_path / "new").iterdir())


@pytest.mark.parametrize(
    ("sql", "refused"),
    [("INSERT INTO _sqlite_migrations (migration_set, name, applied_at)"
      " VALUES ('survey', '0999_later', '2030-01-01')", BackupTooNew),
     ("UPDATE _sqlite_migrations SET name = '001_first_shape' WHERE rowid = 1", BackupTooOld)],
)  # fmt: skip
def test_a_database_of_another_version_is_refused(
    app: Flask, db: Database, tmp_path: Path, sql: str, refused: type[Exception]
) -> None:
    run(db, sql)
    with pytest.raises(refused):
        restore(made(app, db, tmp_path / "copy.zip"), tmp_path / "new")
    assert not list((tmp_path / "new").iterdir())


def test_a_folder_with_anything_in_it_is_refused(copied: Path, tmp_path: Path) -> None:
    data = tmp_path / "new"
    data.mkdir()
    (data / "notes.txt").write_text("mine")
    with pytest.raises(FolderNotEmpty):
        restore(copied, data, passphrase=PHRASE)
    assert [p.name for p in data.iterdir()] == ["notes.txt"]


def test_the_secret_opens_with_its_passphrase_alone(copied: Path, tmp_path: Path) -> None:
    data = tmp_path / "new"
    with pytest.raises(WrongPassphrase):
        restore(copied, data, passphrase="tolv andra tecken")
    assert not list(data.iterdir())
    done = restore(copied, data)
    assert not done.has_secret
    assert len((data / "secret_key").read_text()) == 64


def test_the_secret_comes_along_only_when_it_is_asked_for(
    app: Flask, db: Database, tmp_path: Path
) -> None:
    target = made(app, db, tmp_path / "copy.zip")
    assert not has_secret(target)
    secret = (data_of(app) / "secret_key").read_bytes()
    assert secret not in target.read_bytes()
    data = tmp_path / "new"
    restore(target, data)
    assert (data / "secret_key").read_bytes() != secret


def test_a_bare_database_is_restored_with_its_releases(
    demonstration: Flask, db: Database, tmp_path: Path, opened: Callable[[Path], Database]
) -> None:
    bare = tmp_path / "bare.db"
    backup.copy_database(data_of(demonstration) / "survey.db", bare)
    data = tmp_path / "new"
    done = restore(bare, data, releases=data_of(demonstration) / "releases")
    assert done.releases == ("2020-1",)
    assert everything(opened(data)) == everything(db)
    assert sending.pause(opened(data))
    assert (data / "releases" / "2020-1" / "open.db").exists()


# Each day


def test_the_daily_backup_is_made_once_a_day_and_the_oldest_goes(
    app: Flask, db: Database, tmp_path: Path
) -> None:
    folder = tmp_path / "backups"
    backup.keep(db, 3, "test")
    names = []
    for _ in range(5):
        first = backup.make_daily(db, data_of(app), folder)
        assert first
        names.append(first.name)
        assert backup.make_daily(db, data_of(app), folder) is None
        for path in folder.iterdir():
            day = path.stat().st_mtime - 24 * 3600
            os.utime(path, (day, day))
    assert [b.name for b in backup.every(folder)] == names[:1:-1]
    backup.keep(db, 0, "test")
    assert backup.make_daily(db, data_of(app), folder) is None
    assert len(backup.every(folder)) == 3


def test_backups_from_the_future_push_out_none_of_the_past(
    app: Flask, db: Database, tmp_path: Path
) -> None:
    folder = tmp_path / "backups"
    backup.keep(db, 3, "test")
    for days, name in ((-1, "asf-2026-01-01.zip"), (30, "asf-2999-01-01.zip")):
        assert backup.make_daily(db, data_of(app), folder)
        path = folder / backup.every(folder)[0].name
        moment = path.stat().st_mtime + days * 24 * 3600
        os.utime(path, (moment, moment))
        path.rename(folder / name)
    todays = backup.make_daily(db, data_of(app), folder)
    assert todays, "one from the future is not today's"
    assert backup.make_daily(db, data_of(app), folder) is None, "and one a day is enough"
    names = [todays.name, "asf-2026-01-01.zip", "asf-2999-01-01.zip"]
    assert [each.name for each in backup.every(folder)] == names


# The pause


@pytest.fixture
def paused(db: Database) -> Database:
    prepare(db, clock.from_now(hours=-3))
    return db


def states(db: Database) -> dict[str, str]:
    return {row["kind"]: row["state"] for row in rows(db, "SELECT kind, state FROM outbox")}


def test_nothing_that_the_copy_would_send_again_leaves(app: Flask, db: Database, link: str) -> None:
    who = staff.add(db, "someone@example.org", "coordinator", "test")
    outbox.queue(db, "staff_invited", who.email, once="waiting", staff_id=who.id)
    outbox.queue(db, "sign_in", who.email, once="too old", staff_id=who.id)
    prepare(db)
    assert states(db) == {"staff_invited": "uncertain", "sign_in": "cancelled"}
    outbox.queue(db, "staff_invited", who.email, once="new", staff_id=who.id)
    with app.app_context():
        assert deliver(db) == 0
    # Or nobody could sign in to compare.
    outbox.queue(db, "sign_in", who.email, once="asked for now", staff_id=who.id)
    with app.app_context():
        assert deliver(db) == 1
    assert resume(db, "staff 1")
    with app.app_context():
        assert deliver(db) == 1
    found = rows(db, "SELECT once, state FROM outbox ORDER BY id")
    assert [(row["once"], row["state"]) for row in found] == [
        ("waiting", "uncertain"), ("too old", "cancelled"), ("new", "sent"),
        ("asked for now", "sent"),
    ]  # fmt: skip


def test_acts_whose_time_has_passed_wait_for_a_person(
    app: Flask, db: Database, open_round: Round
) -> None:
    run(db, "UPDATE act SET state = 'planned', due_at = ?", (clock.from_now(hours=-1),))
    waiting = scalar(db, "SELECT count(*) FROM act")
    prepare(db)
    assert {row["state"] for row in rows(db, "SELECT state FROM act")} == {"paused"}
    run(db, "UPDATE act SET state = 'planned' WHERE kind = 'invitation'")
    resume(db, "staff 1")
    assert calendar_runner.run_due(db, app.extensions["places"]) == []
    assert scalar(db, "SELECT count(*) FROM act WHERE state = 'paused'") == waiting
    assert scalar(db, "SELECT count(*) FROM outbox") == 0


def test_the_overview_says_what_to_compare_and_sends_again_at_a_press(
    paused: Database, coordinator: Visitor
) -> None:
    page = coordinator.open(f"{BASE}/samordna/")
    assert "Utskicken är pausade" in page.text
    form = next(f for f in page.forms() if f.action.endswith("/skicka-igen"))
    page = coordinator.submit(page, form)
    assert "Utskicken är i gång igen" in page.text
    assert "Utskicken är pausade" not in page.text
    assert sending.pause(paused) is None
    # Pressed in another window, it says nothing that is not so.
    assert "i gång igen" not in coordinator.submit(page, form).text


def test_a_database_put_into_another_folder_by_hand_is_recognised(
    app: Flask, db: Database, tmp_path: Path, opened: Callable[[Path], Database]
) -> None:
    data, other = data_of(app), tmp_path / "other"
    assert not take_over(db, data)
    assert not take_over(db, data), "a start as any other"
    assert sending.pause(db) is None
    other.mkdir()
    backup.copy_database(data / "survey.db", other / "survey.db")
    brought = opened(other)
    assert take_over(brought, other)
    assert sending.pause(brought)
    resume(brought, "test")
    assert not take_over(brought, other)
    assert sending.pause(brought) is None


# Editions that the copy does not know


@pytest.fixture
def older(app: Flask, db: Database, tmp_path: Path) -> Database:
    """A database that was restored from before the second release, beside what readers have."""
    places, data = app.extensions["places"], data_of(app)
    publish(db, places, "test")
    copy = made(app, db, tmp_path / "older.zip")
    publish(db, places, "test")
    restore(copy, tmp_path / "restored")
    app.extensions["store"].close()
    for name in ("survey.db", "data_folder.mark"):
        shutil.move(tmp_path / "restored" / name, data / name)
    found: Database = app.extensions["store"].db
    return found


def test_nothing_is_published_while_readers_have_an_edition_that_is_missing(
    app: Flask, older: Database
) -> None:
    places = app.extensions["places"]
    readers = files_of(places.releases), places.open.read_bytes()
    for _ in range(2):
        repair(older, places)
        with pytest.raises(EditionsMissing, match="2020-2"):
            publish(older, places, "test")
        # That mails leave again changes nothing of that.
        resume(older, "test")
    assert (files_of(places.releases), places.open.read_bytes()) == readers


def test_lost_files_come_from_the_newest_folder_and_not_from_an_older_copy(
    app: Flask, older: Database
) -> None:
    places = app.extensions["places"]
    before = dump(places.open)
    for path in (places.open, places.analysts):
        path.unlink()
    repair(older, places)
    assert dump(places.open) == before
    with pytest.raises(EditionsMissing):
        publish(older, places, "test")


def test_a_start_with_nothing_whole_shows_nothing(app: Flask, older: Database) -> None:
    places = app.extensions["places"]
    for path in (places.open, places.analysts):
        path.unlink()
    for number in ("2020-1", "2020-2"):
        (places.releases / number / "open.db").unlink()
    assert repair(older, places) is None
    assert not places.open.exists()


def test_the_page_says_why_nothing_is_published(
    older: Database, new_visitor: Callable[[], Visitor]
) -> None:
    coordinator = sign_in(new_visitor(), older, "coordinator")
    address = f"{BASE}/samordna/publicering"
    page = coordinator.open(address)
    # No form is offered where no figure changes; one that was open since before can be sent.
    token = next(f for f in page.forms() if "csrf_token" in f.fields).fields["csrf_token"][0]
    notes = {"csrf_token": token, "kind": "final", "note_sv": "Ny.", "note_en": "New.",
             "seen": proof.basis(older)}  # fmt: skip
    reply = coordinator.client.post(address, data=notes)
    assert "Utgåva 2020-2 finns hos läsarna men inte här" in reply.text


# Erasures


def test_erasures_made_after_the_copy_are_made_again(
    app: Flask, db: Database, examples: list[int], tmp_path: Path,
    opened: Callable[[Path], Database],
) -> None:  # fmt: skip
    for name in ("Anna", "Bertil"):
        contacts.add(db, examples[0], enterprises.Contact(f"{name}@example.org", name), "test")
    staff.add(db, "first@example.org", "coordinator", "test")
    staff.add(db, "second@example.org", "analyst", "test")
    [first, *_] = contacts.of(db, examples[0])
    older = made(app, db, tmp_path / "older.zip")
    contacts.remove(db, examples[0], first.id, "test")
    staff.remove(db, "second@example.org", "test")
    listed = data_of(app) / erasures.FILE
    assert listed.stat().st_mode & 0o777 == 0o600
    said = listed.read_text()
    assert "@" not in said
    assert "Anna" not in said
    without = restore(older, tmp_path / "without")
    assert without.erased == 0
    assert first.id in {c.id for c in contacts.of(opened(tmp_path / "without"), examples[0])}
    done = restore(older, tmp_path / "with", erased=listed)
    assert done.erased == 2
    found = opened(tmp_path / "with")
    assert contacts.of(found, examples[0]) == contacts.of(db, examples[0])
    assert staff.by_email(found, "second@example.org") is None
    assert replay_erasures(found) == 0, "once is enough"
    assert erasures.read(tmp_path / "with" / erasures.FILE) == erasures.read(listed)


def test_a_deletion_by_decision_is_made_again(
    app: Flask, db: Database, examples: list[int], tmp_path: Path,
    opened: Callable[[Path], Database],
) -> None:  # fmt: skip
    contacts.add(db, examples[0], enterprises.Contact("anna@example.org", "Anna"), "test")
    sql = "UPDATE enterprise SET active_from = '2000-01-01', active_to = '2001-01-01' WHERE id = ?"
    run(db, sql, (examples[0],))
    older = made(app, db, tmp_path / "older.zip")
    retention.delete(db, ["contacts"], retention.dry_run(db).mark, "decision 1", "test")
    restore(older, tmp_path / "new", erased=data_of(app) / erasures.FILE)
    assert contacts.of(opened(tmp_path / "new"), examples[0]) == []


def test_an_erasure_that_is_not_on_the_list_is_not_made(
    app: Flask, db: Database, examples: list[int]
) -> None:
    known, *others = contacts.of(db, examples[0])
    (data_of(app) / erasures.FILE).mkdir()
    with pytest.raises(OSError):
        contacts.remove(db, examples[0], known.id, "test")
    assert contacts.of(db, examples[0]) == [known, *others]


def test_a_list_of_erasures_that_is_none_is_refused_and_nothing_put_in_place(
    app: Flask, db: Database, tmp_path: Path
) -> None:
    older = made(app, db, tmp_path / "older.zip")
    with pytest.raises(NoErasures):
        restore(older, tmp_path / "new", erased=older)
    assert not list((tmp_path / "new").iterdir())


def test_a_damaged_line_of_the_list_stops_neither_a_start_nor_an_erasure(
    app: Flask, db: Database
) -> None:
    path = data_of(app) / erasures.FILE
    erasures.note(db, "staff", 100)
    path.write_bytes(b"\xff\xfe{\n" + path.read_bytes())
    assert replay_erasures(db) == 0
    erasures.note(db, "staff", 101)
    assert [each.subject_id for each in erasures.read(path)] == [100, 101]


def test_a_line_that_was_cut_off_costs_no_other(app: Flask, db: Database) -> None:
    for number in range(2):
        erasures.note(db, "staff", number + 100)
    path = data_of(app) / erasures.FILE
    path.write_text(path.read_text() + '{"number": 3, "at": "20')
    erasures.note(db, "staff", 102)
    assert [(e.number, e.subject_id) for e in erasures.read(path)] == [(1, 100), (2, 101), (3, 102)]

"""The data folder is for one account alone, and a key signs one kind of thing."""

import base64
import json
import os
import re
import secrets
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path

import click
import httpx
import pytest
from cryptography.fernet import InvalidToken
from flask import Flask
from sqlite_utils import Database

from app import create_app
from forms.mail import board_mail
from forms.start import data_folder
from survey_data.operations import backup_file
from survey_data.staff import second_factor, staff
from survey_data.staff.sign_in import new_sign_in_link
from survey_data.typed_text import has_personal_number, is_in_contact
from tests.conftest import BASE
from tests.support.http_visitor import Visitor, loopback_client
from tests.support.serving import environment, flask, running

IS_ROOT = os.geteuid() == 0
NOBODY = 65534


def modes(data: Path) -> dict[str, int]:
    return {str(p.relative_to(data)): stat.S_IMODE(p.stat().st_mode) for p in data.rglob("*")}


def test_a_folder_that_was_open_to_others_is_closed_at_the_next_start(
    shown: Path, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    subprocess.run(["cp", "-r", str(shown), str(data)], check=True)
    for path in (data, *data.rglob("*")):
        path.chmod(0o777 if path.is_dir() else 0o644)
    app = create_app({"DATA_DIR": data})
    app.extensions["store"].close()
    assert stat.S_IMODE(data.stat().st_mode) == 0o700
    assert {mode & 0o077 for mode in modes(data).values()} == {0}


def test_what_a_server_writes_is_for_its_own_account(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with running(data, ASF_DEMO="1") as server:
        with loopback_client() as client:
            assert client.get(f"{server.base}/rapport/").status_code == 200
        assert len(modes(data)) > 10
        assert {mode & 0o077 for mode in modes(data).values()} == {0}


def read_as_nobody(path: Path) -> bytes:
    return subprocess.run(
        ["cat", str(path)], user=NOBODY, group=NOBODY, extra_groups=[],
        capture_output=True, check=False, cwd="/",
    ).stdout  # fmt: skip


@pytest.mark.skipif(not IS_ROOT, reason="only root can become another account")
def test_another_account_reads_nothing_and_is_refused_in_words(app: Flask) -> None:
    data = Path(app.config["DATA_DIR"])
    # So that only the folder itself stands between them.
    for parent in data.parents:
        if not parent.stat().st_mode & 0o001:
            parent.chmod(stat.S_IMODE(parent.stat().st_mode) | 0o011)
    beside = data.parent / "open.txt"
    beside.write_text("hello")
    beside.chmod(0o644)
    assert read_as_nobody(beside) == b"hello"
    assert [read_as_nobody(data / name) for name in ("survey.db", "secret_key")] == [b"", b""]
    os.chown(data / "survey.db", NOBODY, NOBODY)
    with pytest.raises(click.ClickException, match="ett annat konto"):
        data_folder.keep_private(data)


def test_a_folder_that_is_no_data_folder_keeps_the_modes_of_what_is_in_it(tmp_path: Path) -> None:
    other = tmp_path / "letter.txt"
    other.touch()
    other.chmod(0o644)
    data_folder.keep_private(tmp_path)
    assert stat.S_IMODE(other.stat().st_mode) == 0o644


# Keys


def test_every_purpose_has_a_key_of_its_own() -> None:
    keys = data_folder.keys_of(["a" * 64])
    flat = [
        key for found in keys.values() for key in ([found] if isinstance(found, str) else found)
    ]
    flat.remove("a" * 64)
    assert len(set(flat)) == len(flat) == 6
    assert not {"a" * 64} & set(flat)


def test_what_is_signed_is_signed_with_sha_256(app: Flask, visitor: Visitor) -> None:
    signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    form = visitor.open(f"{BASE}/ny-lank").form_with("csrf_token")
    assert form
    with app.app_context():
        link = board_mail.decline_link(7)
    for signed in (signer.dumps({"a": 1}), *form.fields["csrf_token"], link):
        assert len(signed.rsplit(".", 1)[1]) == 43, signed


ALIKE = 64 * "a"


def of_a_factor() -> tuple[bytes, Callable[[bytes], str]]:
    vault = second_factor._vault([data_folder.derived("a" * 64, "second factors")])
    return vault.encrypt(ALIKE.encode()), lambda token: vault.decrypt(token).decode()


def of_a_backup() -> tuple[bytes, Callable[[bytes], str]]:
    about = json.loads(backup_file.seal(ALIKE, "lösenfras"))
    return about["sealed"].encode(), lambda token: backup_file.unseal(
        json.dumps(about | {"sealed": token.decode()}).encode(), "lösenfras"
    )


@pytest.mark.parametrize("sealed", [of_a_factor, of_a_backup])
def test_what_is_encrypted_shows_no_likeness_and_opens_only_unchanged(
    monkeypatch: pytest.MonkeyPatch, sealed: Callable[[], tuple[bytes, Callable[[bytes], str]]]
) -> None:
    monkeypatch.setattr(backup_file, "COST", 2)
    token, opened = sealed()
    assert opened(token) == ALIKE
    body = base64.urlsafe_b64decode(token)
    # Behind version, time and vector, before the sum: a poor mode would make equal blocks of these.
    blocks = [body[place : place + 16] for place in range(25, len(body) - 32, 16)]
    assert len(set(blocks)) == len(blocks) == len(ALIKE) // 16 + 1
    for place in range(len(body)):
        changed = bytearray(body)
        changed[place] ^= 1
        with pytest.raises((InvalidToken, backup_file.WrongPassphrase)):
            opened(base64.urlsafe_b64encode(changed))


GUESSABLE = re.compile(r"^\s*(?:import|from) (?:random|uuid|numpy\.random)\b", re.MULTILINE)


def test_what_must_not_be_guessed_has_128_random_bits_of_the_system_s(
    app: Flask, db: Database, visitor: Visitor, tmp_path: Path
) -> None:
    folders = ("forms", "survey_data", "reports", "datasette")
    files = [Path("app.py"), *(file for name in folders for file in Path(name).rglob("*.py"))]
    assert not [file for file in files if GUESSABLE.search(file.read_text("utf-8"))]
    drawn: list[int] = []
    with pytest.MonkeyPatch.context() as patch:
        # Every function of `secrets` that makes a text ends here.
        patch.setattr(secrets, "token_bytes", lambda n: drawn.append(n) or os.urandom(n))
        who = staff.add(db, "samordnaren@example.org", "coordinator", "test")
        page = visitor.open(f"{BASE}/logga-in")
        visitor.submit(page, page.forms()[-1], {"email": "samordnaren@example.org"})
        page = visitor.open(f"{BASE}/logga-in/{new_sign_in_link(db, who.id, None)}")
        visitor.submit(page, page.forms()[-1])
        codes = second_factor.new_recovery_codes(db, who.id)
        data_folder.rotate_secret(Path(app.config["DATA_DIR"]))
    # The browser that asks, a link, a session, ten codes, the secret.
    assert len(drawn) > 13
    assert min(drawn) >= 16
    assert min(5 * len(code.replace("-", "")) for code in codes) >= 128


def test_an_open_form_is_saved_after_the_secret_was_changed(
    app: Flask, visitor: Visitor, link: str
) -> None:
    page = visitor.open(link)
    page = visitor.submit(page, page.forms()[-1])
    form = page.form_with("revision")
    assert form
    data = Path(app.config["DATA_DIR"])
    for _ in range(2):
        data_folder.rotate_secret(data)
        app.config |= data_folder.keys_of(data_folder.read_secrets(data))
    assert len(data_folder.read_secrets(data)) == 3
    filled = {"employees_total": "8", "employees_women": "5", "employees_men": "3",
              "placed_af": "4", "placed_kommun": "2", "placed_other_unpaid": "0"}  # fmt: skip
    assert visitor.submit(page, form, {**filled, "go": "next"}).path == "/svara/granska"
    # A fourth ends what the first signed.
    data_folder.rotate_secret(data)
    app.config |= data_folder.keys_of(data_folder.read_secrets(data))
    with httpx.Client(transport=httpx.WSGITransport(app=app), base_url=BASE) as stranger:
        assert stranger.get("/svara/anstallda").status_code != 200


def test_the_secret_is_changed_at_the_terminal(tmp_path: Path) -> None:
    data = tmp_path / "data"
    assert flask(data, "round", "--help").returncode == 0
    create_app({"DATA_DIR": data}).extensions["store"].close()
    before = (data / "secret_key").read_text()
    assert "Hemligheten är bytt" in flask(data, "rotate-secret").stdout
    assert (data / "secret_key").read_text().split()[1:] == [before]
    assert stat.S_IMODE((data / "secret_key").stat().st_mode) == 0o600


# The demonstration


@pytest.mark.parametrize(
    ("host", "given", "has_examples"),
    [
        ("127.0.0.1", {}, True),
        ("0.0.0.0", {}, False),
        ("127.0.0.1", {"ASF_BASE_URL": "http://asf.example.org"}, False),
        ("0.0.0.0", {"ASF_DEMO": "1"}, True),
        ("127.0.0.1", {"ASF_DEMO": "0"}, False),
    ],
)
def test_the_demonstration_begins_by_itself_only_where_no_one_else_comes(
    tmp_path: Path, host: str, given: dict[str, str], has_examples: bool
) -> None:
    with running(tmp_path / "data", "--host", host, **given) as server:
        [[count]] = server.query("SELECT count(*) FROM enterprise")
    assert bool(count) is has_examples
    assert ("demonstrationen" in server.printed) is has_examples


def test_a_number_of_proxies_that_is_none_is_refused(tmp_path: Path) -> None:
    done = flask(tmp_path / "data", "status", ASF_BEHIND_PROXY="ja")
    assert re.search(r"ASF_BEHIND_PROXY ska vara ett tal", done.stderr)
    assert "ASF_BEHIND_PROXY" not in environment(tmp_path, 1)


# Personal numbers

ARE_PERSONAL_NUMBERS = (
    "850709-9805", "8507099805", "19850709-9805", "198507099805", "850709+9805",
    "850709 9805", "850709 - 9805", "850709--9805", "850709 - - 9805", "850709\u20139805",
    "850709\u20149805", "850709\u22129805", "850709\u00a09805", "850709.9805", "850709/9805",
    "850709_9805", "85 07 09 9805", "85 07 09-9805", "85.07.09-9805", "85/07/09-9805",
    "1985-07-09-9805", "1985-07-09 - 9805", "1985.07.09-9805", "1985/07/09/9805",
    "1985 07 09 9805", "19 850709-9805", "850709\n9805", "850709\u200b9805",
    "\uff18\uff15\uff10\uff17\uff10\uff19\uff0d\uff19\uff18\uff10\uff15",
    "\u0668\u0665\u0660\u0667\u0660\u0669-\u0669\u0668\u0660\u0665",
    "1985-07-09 9805", "85-07-09 9805", "85 07 09 98 05", "850709-98 05", "850709-98-05",
    "850709 (9805)", "(850709)9805", "850709:9805", "850709\u00b79805", "[850709] [9805]",
    # A co-ordination number, and one behind another number.
    "850769-9802", "12 34 56 7890 850709-9805",
)  # fmt: skip
ARE_NONE = (
    # Organisation numbers.
    "556000-4615", "5560004615", "16556000-4615", "802002-4280", "SE556000461501",
    # Telephone numbers whose digits would pass for a birthday and a check digit.
    "070-123 45 69", "070-1234569", "070 123 45 69", "+46 70 123 45 69", "+46701234569",
    "026-12 34 56", "08-123 456 78", "0046701234569", "0701-23 45 69", "0701 23 45 69",
    # Days, years, sums and a wrong check digit.
    "2025-10-01 1204", "25-10-01 1204", "2025-10-01: 1204", "2025-10-01 (1204)",
    "2025.10.01 1204 timmar", "850709-9806", "851309-9805", "850700-9805",
    "1234 5678 9012", "2016–2020", "12 345 678 901", "2026",
)  # fmt: skip


@pytest.mark.parametrize("text", ARE_PERSONAL_NUMBERS)
def test_a_personal_number_is_found_in_every_common_writing(text: str) -> None:
    assert has_personal_number(text)
    assert has_personal_number(f"Kim ({text}) slutade.")


@pytest.mark.parametrize("text", ["0701234569", "0701-234569", "070-123 45 69", "+46701234569"])
def test_a_telephone_number_passes_where_one_belongs(text: str) -> None:
    assert not is_in_contact(text)


@pytest.mark.parametrize("text", ["070123-4569", "19070123-4569", "850709-9805", "8507099805"])
def test_a_personal_number_does_not_pass_as_a_telephone_number(text: str) -> None:
    assert is_in_contact(text)


@pytest.mark.parametrize("text", ARE_NONE)
def test_what_only_looks_like_one_passes(text: str) -> None:
    assert not has_personal_number(text)
    assert not has_personal_number(f"Ring {text}, tack.")

"""The association's logo: what is taken, what is refused in words, where it shows, what is kept."""

import struct
import zlib
from pathlib import Path

import pytest
from flask import Flask
from sqlite_utils import Database

from survey_data.database import rows
from survey_data.staff import logo
from tests.conftest import BASE
from tests.support.http_visitor import Page, Visitor

SETTINGS = f"{BASE}/samordna/installningar"


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width: int = 90, height: int = 60, *extra: bytes) -> bytes:
    """A real picture, one colour, with further parts before its end."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    lines = b"".join(b"\0" + b"\x12\x43\x6d" * width for _ in range(height))
    data = chunk(b"IDAT", zlib.compress(lines))
    return logo.SIGNATURE + head + data + b"".join(extra) + chunk(b"IEND", b"")


def send(coordinator: Visitor, content: bytes, name: str = "logo.png") -> Page:
    page = coordinator.open(SETTINGS)
    form = next(f for f in page.forms() if f.action.endswith("/logotyp"))
    reply = coordinator.client.post(
        f"{BASE}{form.action}",
        data={"csrf_token": form.fields["csrf_token"][0]},
        files={"logo": (name, content)},
    )
    return Page(reply.status_code, str(reply.url), reply.text)


def test_a_logo_shows_on_public_pages_and_in_the_form_and_can_be_removed(
    db: Database, coordinator: Visitor, visitor: Visitor, link: str
) -> None:
    assert "/logotyp" not in visitor.open(f"{BASE}/kontakt").text
    assert visitor.client.get(f"{BASE}/logotyp").status_code == 404
    assert "Logotypen syns nu" in send(coordinator, png()).text
    shown = 'width="60" height="40" alt="Samordningsförbund Gävleborg"'
    for address in (f"{BASE}/", f"{BASE}/kontakt", link):
        assert shown in visitor.open(address).text
    reply = visitor.client.get(f"{BASE}/logotyp")
    assert reply.content == png()
    assert reply.headers["content-type"] == "image/png"
    assert reply.headers["x-content-type-options"] == "nosniff"
    page = coordinator.open(SETTINGS)
    form = next(f for f in page.forms() if f.action.endswith("/logotyp/ta-bort"))
    assert "Logotypen är borttagen" in coordinator.submit(page, form).text
    assert "/logotyp" not in visitor.open(f"{BASE}/kontakt").text
    found = rows(db, "SELECT action FROM audit WHERE action LIKE 'logo %' ORDER BY id")
    assert [line["action"] for line in found] == ["logo changed", "logo removed"]


def test_only_what_draws_is_kept(app: Flask, coordinator: Visitor) -> None:
    comment = chunk(b"tEXt", b"Author\0Exempel Exempelsson")
    send(coordinator, png(90, 60, comment) + b"<script>alert(1)</script>")
    kept = (Path(app.config["DATA_DIR"]) / logo.NAME).read_bytes()
    assert kept == png()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "Välj en fil."),
        (b'<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>', "SVG-bild"),
        (b'<?xml version="1.0"?><!-- x -->', "SVG-bild"),
        (b"\xff\xd8\xff\xe0JFIF", "ingen PNG-bild"),
        (b"MZ", "ingen PNG-bild"),
        (png(90, 60, chunk(b"tEXt", b"x" * 200_000)), "större än 200 kB"),
        (png(2_001, 1), "2 000 punkter"),
        (png(0, 1), "2 000 punkter"),
        (png()[:-3], "skadad"),
        (png()[:30], "skadad"),
        (png().replace(b"IHDR", b"IDAT", 1), "skadad"),
        (logo.SIGNATURE, "skadad"),
        (logo.SIGNATURE + chunk(b"IEND", b""), "skadad"),
    ],
)
def test_what_cannot_be_a_logo_is_refused_in_words_and_the_one_before_stays(
    db: Database, coordinator: Visitor, content: bytes, words: str
) -> None:
    send(coordinator, png(40, 40))
    page = send(coordinator, content)
    assert page.status == 200
    assert page.title.startswith("Fel: ")
    assert page.text.count(words) == 2
    assert "Fyll i det här" not in page.text
    assert coordinator.client.get(f"{BASE}/logotyp").content == png(40, 40)
    assert len(rows(db, "SELECT 1 FROM audit WHERE action = 'logo changed'")) == 1


@pytest.mark.parametrize(
    ("size", "shown"), [((90, 60), (60, 40)), ((1800, 100), (180, 10)), ((10, 10), (40, 40))]
)
def test_it_is_as_high_as_the_mark_and_never_too_wide(
    app: Flask, db: Database, size: tuple[int, int], shown: tuple[int, int]
) -> None:
    folder = Path(app.config["DATA_DIR"])
    logo.keep(db, folder, png(*size), "test")
    found = logo.find(folder)
    assert found is not None
    assert (found.width, found.height) == shown

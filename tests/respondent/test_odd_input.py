"""What people and programs really type: kept as it was, refused with a reason, never half right."""

import io
from collections.abc import Callable

import openpyxl
from flask import Flask
from sqlite_utils import Database

from survey_data import outbox
from survey_data.database import scalar
from survey_data.responses import responses
from survey_data.typed_text import has_personal_number, visible
from tests.conftest import BASE, sign_in
from tests.support.answers import (
    COMPANY,
    EMPLOYED,
    PLACED,
    invitation_of,
    saved,
)
from tests.support.codes import compose
from tests.support.http_visitor import Visitor
from tests.support.mail_server import text_of
from tests.support.reader import Reader

# With no-break, narrow no-break, thin and zero-width spaces, other digits, and a stray tab.
NUMBERS = {
    "1\u00a0200": 1200, "1\u202f200": 1200, "1\u2009200": 1200, " 12 ": 12, "\t12\u00a0": 12,
    "-0": 0, "007": 7, "١٢": 12, "۱۲": 12, "\uff11\uff12": 12,
    "1\u200b2": 12,
}  # fmt: skip
NO_NUMBERS = (
    "1e3", "12,0", "1.200", "1,200", "0x1F", "½", "²", "1_000", "12 st", "tolv", "-3", "\u22123",
    "1 2", "99999", "+5", "Ⅻ", "👷👷", "NaN", "=1+1",
)  # fmt: skip
WORDS = (
    "Vi öppnade ett kafé 🎉👩‍🍳 i mars.", "فتحنا مقهى في مارس", "Vi \u202eedanppö\u202c ett kafé",
    '<script>alert(1)</script> & "citat" {{ 7*7 }} %(name)s #let x = 1', "=1+1", "Vi o\u0308ppnade",
)  # fmt: skip
PERSONAL_NUMBERS = (
    "850709-9805", "850709\u20139805", "850709 - 9805", "19850709\u20149805", "850709\u00a09805",
    "8507099805", "850709\u22129805", "850769-9802",
)  # fmt: skip


def test_a_number_is_read_as_it_was_meant(one: Reader, db: Database) -> None:
    read = {}
    for text in NUMBERS:
        one.open("/svara/placerade").press(placed_af=text)
        shown = one.open("/svara/placerade").value("placed_af")
        read[text] = saved(db)["placed_af"]
        assert shown == str(read[text])
    assert read == NUMBERS


def test_what_is_no_number_of_persons_is_told_so_and_stands_as_typed(
    one: Reader,
    db: Database,
) -> None:
    for text in NO_NUMBERS:
        one.open("/svara/placerade").press(placed_af=text)
        assert (one.path, one.value("placed_af")) == ("/svara/placerade", text)
        assert len(one.errors) > 2, text
        assert saved(db).get("placed_af") is None
        assert one.open("/svara/placerade").value("placed_af") == text
    one.open("/svara/granska").press("", certify="yes")
    assert one.path == "/svara/granska", "handed in without the number"


def test_any_words_go_whole_through_the_review_the_receipts_and_the_files(
    app: Flask,
    one: Reader,
    new_visitor: Callable[[], Visitor],
    db: Database,
) -> None:
    words = " ".join(WORDS)
    one.open("/svara/foretaget").press(**COMPANY | {"respondent_role": f"{words}\x07"})
    one.press(**EMPLOYED)
    one.press(**PLACED)
    one.press(support_needs=f"={words}")
    one.press("", certify="yes")
    assert one.path == "/svara/kvitto"
    response = responses.latest(db, invitation_of(db, "Ett"))
    assert response is not None
    assert response.answers["support_needs"] == f"={words}"
    # One line holds what can be seen; a comment may join its signs by unseen ones.
    assert response.answers["respondent_role"] == visible(words)
    assert "<script>alert" not in one.html
    for path in ("kvitto/1.pdf", "ert-foretag.pdf"):
        assert one.client.get(f"{BASE}/svara/{path}").content.startswith(b"%PDF")
    with app.app_context():
        [mail] = [m for m in outbox.newest(db) if m.response_id == response.id]
        assert f"={words}" in text_of(compose(db, mail))
    coordinator = sign_in(new_visitor(), db, "coordinator")
    file = coordinator.client.get(f"{BASE}/samordna/svar.xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(file.content)).worksheets[0]
    cells = {str(cell) for row in sheet.iter_rows(values_only=True) for cell in row}
    assert {visible(words), f"={words}"} <= cells
    newest = scalar(db, "SELECT max(id) FROM response")
    assert coordinator.open(f"{BASE}/samordna/granska/{newest}").status == 200


def test_words_that_are_too_many_are_told_so_and_none_is_lost(one: Reader, db: Database) -> None:
    words = "å" * 1001
    one.open("/svara/fler-fragor").press(support_needs=words)
    assert one.path == "/svara/fler-fragor"
    assert one.errors == ["Behov av stöd: Korta texten till högst 1000 tecken"]
    assert one.value("support_needs") == words
    assert saved(db)["support_needs"] is None
    one.open("/svara/fler-fragor")
    assert one.value("support_needs") == words
    one.press(support_needs=words[:1000])
    assert saved(db)["support_needs"] == words[:1000]


def test_a_personal_number_is_kept_in_no_text_however_it_is_written(
    one: Reader,
    db: Database,
) -> None:
    for written in PERSONAL_NUMBERS:
        assert has_personal_number(written), written
        for field in ("respondent_role", "respondent_name", "enterprise_name"):
            one.open("/svara/foretaget").press(**COMPANY | {field: f"Kim {written}"})
            assert one.path == "/svara/foretaget"
        one.open("/svara/fler-fragor").press(support_needs=f"Kim, {written}, behöver stöd.")
        assert one.path == "/svara/fler-fragor"
    everything = "\n".join(db.conn.iterdump())
    assert [each for each in PERSONAL_NUMBERS if each in everything] == []

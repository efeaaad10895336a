"""The office's tables: sorted by their heads, taken out as files, and followed while looked at."""

import csv
import io
import re
import zipfile
from datetime import UTC, datetime
from itertools import chain
from typing import Any

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlite_utils import Database

from survey_data.database import run, scalar
from survey_data.follow_up import progress
from survey_data.register import enterprises
from survey_data.register.enterprises import Contact
from survey_data.responses import responses
from survey_data.rounds import calls, invitations, rounds
from survey_data.rounds.rounds import Round
from survey_data.tables_to_files import (
    FOR_PROGRAMS,
    FOR_SPREADSHEETS,
    CsvRule,
    as_meant,
    csv_text,
    table_file,
    workbook,
)
from survey_data.typed_text import for_any_file
from tests.conftest import BASE
from tests.support.http_visitor import Visitor

DANGEROUS = ("=1+1", "+46 70", "-2", "@SUM(A1)", "\t1", "'=1")


def read(content: bytes, suffix: str) -> list[list[Any]]:
    """The rows of a file, the header first, as a program or a spreadsheet reads them."""
    if suffix == "csv":
        return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))
    sheet = load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    return [["" if c.value is None else c.value for c in row] for row in sheet.iter_rows()]


def as_text(text: str, suffix: str) -> str:
    """A text that could be worked out, as it stands in a file: in XLSX it is one by its type."""
    return text if suffix == "xlsx" else f"'{text}"


def fetch(visitor: Visitor, path: str, suffix: str) -> list[list[Any]]:
    name, _, query = path.partition("?")
    reply = visitor.client.get(f"{BASE}/samordna/lista/{name}.{suffix}?{query}")
    assert reply.status_code == 200
    assert reply.headers["content-disposition"].endswith(f".{suffix}")
    return read(reply.content, suffix)


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_no_cell_of_a_file_is_a_formula(suffix: Any) -> None:
    content = table_file(["a", "b"], [[text, 3] for text in DANGEROUS], suffix)
    [_, *lines] = read(content, suffix)
    assert [str(line[0]) for line in lines] == [as_text(text, suffix) for text in DANGEROUS]
    assert {line[1] for line in lines} == {"3" if suffix == "csv" else 3}


SPLITTING = (
    "a;=1+1;b",
    "a,=1+1,b",
    'a,"=1+1,b',
    "a;'=1;",
    "a\n=1+1,b",
    "a\r@b;",
    "ring,+46",
    '"=1',
)


@pytest.mark.parametrize("rule", [FOR_SPREADSHEETS, FOR_PROGRAMS])
def test_no_cell_is_a_formula_where_excel_has_another_sign_between_cells(rule: CsvRule) -> None:
    lines = [["a", text, text] for text in (*DANGEROUS, *SPLITTING)]
    content = csv_text(lines, rule)
    for sign in ",;\t":
        cells = chain(
            *csv.reader(io.StringIO(content.removeprefix(rule.begins), ""), delimiter=sign)
        )
        # What is no cell of its own goes on over the end of a line.
        assert not [cell for cell in cells if cell.strip("\r\n").startswith(tuple("=+-@\t"))], sign
    [*read_back] = csv.reader(
        io.StringIO(content.removeprefix(rule.begins), ""), delimiter=rule.separator
    )
    assert [[as_meant(cell) for cell in line] for line in read_back] == lines


ODD = "x\x01y\ufffe\uffff\ud800z"


def test_a_character_that_no_workbook_holds_does_not_damage_a_sheet() -> None:
    assert read(table_file(["a"], [[ODD]], "xlsx"), "xlsx") == [["a"], ["xyz"]]


def test_a_workbook_holds_every_row_as_it_was() -> None:
    rows: list[list[Any]] = [
        [f"{n}" for n in range(800)],
        ['å<&">\n x ', 1, 2.5, "", None, "a  b", "a\r\nb", True, 0.3, -123456789012345],
        ["_x41_", *[""] * 797, "last but one", 0],
    ]
    content = workbook([('A & "B"', rows), ("Två", [["x"]])], datetime(2026, 1, 2, tzinfo=UTC))
    book = load_workbook(io.BytesIO(content))
    assert book.sheetnames == ['A & "B"', "Två"]
    assert book.properties.created == datetime(2026, 1, 2)  # noqa: DTZ001
    sheet = book.worksheets[0]
    found = [["" if value is None else value for value in row] for row in sheet.values]
    for expected, row in zip(rows, found, strict=True):
        # In a cell a new line is one sign.
        wanted = [{"a\r\nb": "a\nb", None: ""}.get(value, value) for value in expected]
        assert row == wanted + [""] * (len(row) - len(wanted))
    assert [[cell.font.b for cell in row[:3]] for row in sheet.iter_rows()] == [
        [True] * 3, [False] * 3, [False] * 3
    ]  # fmt: skip
    assert sheet.freeze_panes == "A2"
    assert sheet.column_dimensions["A"].width > sheet.column_dimensions["B"].width
    # Only what is there: a cell that is empty is not written.
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.namelist()[0] == "[Content_Types].xml"
        assert archive.read("xl/worksheets/sheet1.xml").count(b"<c ") == 800 + 8 + 3


NAMES = ('=HYPERLINK("http://evil.example")', "\u202etsnejT", "<script>alert(1)</script>",
         "+1\x01\x0b\ufffe", "Å" * 200)  # fmt: skip


def test_no_name_breaks_or_does_anything_in_a_file_of_the_office(
    demonstration: Flask, db: Database, coordinator: Visitor
) -> None:
    for number, name in enumerate(NAMES, 1):
        run(db, "UPDATE enterprise SET name = ? WHERE id = ?", (name, number))
    for path in ("svar", "lista/foretagslista", "lista/oversikt"):
        for suffix in ("xlsx", "csv"):
            reply = coordinator.client.get(f"{BASE}/samordna/{path}.{suffix}")
            assert reply.status_code == 200, path
            assert len(read(reply.content, suffix)) > 1, path
    found = {str(line[0]) for line in fetch(coordinator, "foretagslista", "xlsx")}
    assert {for_any_file(name) for name in NAMES} <= found


def test_what_no_file_holds_is_never_kept_and_the_rest_of_the_name_is(
    demonstration: Flask, db: Database, coordinator: Visitor
) -> None:
    page = coordinator.open(f"{BASE}/samordna/foretag/1")
    form = page.form_with("name")
    assert form is not None
    coordinator.submit(page, form, {"name": "Exempel\x0bett\x01\uffff"})
    assert scalar(db, "SELECT name FROM enterprise WHERE id = 1") == "Exempel ett"


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_the_desk_is_taken_out_as_it_is_filtered_and_sorted(
    demonstration: Flask, db: Database, coordinator: Visitor, suffix: str
) -> None:
    run(db, "UPDATE enterprise SET name = '=cmd()' WHERE id = 1")
    survey_round = rounds.current(db)
    assert survey_round is not None
    [head, *lines] = fetch(coordinator, "oversikt", suffix)
    assert len(lines) == len(progress.standings(db, survey_round))
    assert head[:3] == ["Företag", "Kommun", "Status"]
    assert as_text("=cmd()", suffix) in {line[0] for line in lines}
    [_, *lines] = fetch(coordinator, "oversikt?status=handed_in&sortera=employees", suffix)
    before = [int(line[3]) for line in lines if line[3] != ""]
    assert before == sorted(before, reverse=True)
    assert {line[2] for line in lines} == {"Att granska"}
    page = coordinator.open(f"{BASE}/samordna/?status=handed_in&sortera=employees")
    assert "/samordna/lista/oversikt.xlsx?status=handed_in&amp;sortera=employees" in page.text


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_the_call_log_is_taken_out(
    open_round: Round, db: Database, coordinator: Visitor, suffix: str
) -> None:
    each = int(scalar(db, "SELECT min(id) FROM invitation"))
    calls.record(db, each, "no_answer", "staff 1", note="=HYPERLINK()")
    calls.record(db, each, "call_later", "test", try_again_at="2999-01-01T10:00:00.000+00:00")
    [_, newest, oldest] = fetch(coordinator, "samtal", suffix)
    assert newest[2:4] == ["Vill bli uppringda senare", "2999-01-01 11:00"], newest
    assert oldest[2:] == [
        "Inget svar",
        "",
        as_text("=HYPERLINK()", suffix),
        "coordinator@example.org",
    ]


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_the_outbox_and_the_register_are_taken_out(
    demonstration: Flask, db: Database, coordinator: Visitor, suffix: str
) -> None:
    [_, *mails] = fetch(coordinator, "utskick", suffix)
    assert len(mails) == scalar(db, "SELECT count(*) FROM outbox")
    known = enterprises.enterprises(db)[0]
    contact = Contact(email="one@example.org", name="=1", phone="+46 26 10 00")
    enterprises.save_enterprise(db, known, contact, "test")
    [_, *lines] = fetch(coordinator, "foretagslista", suffix)
    assert len(lines) == len(enterprises.enterprises(db))
    [_, *lines] = fetch(coordinator, f"foretagslista?sok={known.name}", suffix)
    [line] = [line for line in lines if line[2] == known.org_number]
    assert line[6:] == [as_text("=1", suffix), "one@example.org", as_text("+46 26 10 00", suffix)]


def heads(text: str) -> dict[str, tuple[str, str]]:
    """Each sorting head of the large table: where it leads, and how it is sorted now."""
    table = text.partition('id="oversikt"')[2]
    found = re.findall(
        r'<th scope="col"[^>]*?(?:aria-sort="(\w+)")?><a href="([^"]*)">(?:<svg.*?</svg>)?([^<]*)',
        table,
    )
    return {words: (address.replace("&amp;", "&"), sort) for sort, address, words in found}


def names(text: str) -> list[str]:
    table = text.partition('id="oversikt"')[2]
    return re.findall(r'<th scope="row"[^>]*><a [^>]*>([^<]*)</a>', table)


@pytest.mark.parametrize(
    ("head", "value"),
    [
        ("Företag", lambda s: s.name.casefold()),
        ("Kommun", lambda s: s.municipality.casefold()),
        ("Anställda 2020", lambda s: s.employees_before),
        ("Anställda 2021", lambda s: s.employees),
        ("Senast hänt", lambda s: s.last_happened),
    ],
)
def test_a_column_head_sorts_and_turns_the_order_round(
    demonstration: Flask, db: Database, coordinator: Visitor, head: str, value: Any
) -> None:
    survey_round = rounds.current(db)
    assert survey_round is not None
    known = {s.name: s for s in progress.standings(db, survey_round)}
    page = coordinator.open(f"{BASE}/samordna/?sortera=municipality&sok=Exempel")
    directions = []
    for _ in range(2):
        page = coordinator.open(BASE + heads(page.text)[head][0].partition("#")[0])
        assert "sok=Exempel" in page.url
        sort = heads(page.text)[head][1]
        directions.append(sort)
        found = [value(known[name]) for name in names(page.text)]
        there = [v for v in found if v is not None]
        assert there == sorted(there, reverse=sort == "descending")
        # What is not known stands last either way.
        assert found == there + [None] * (len(found) - len(there))
        assert page.text.count("aria-sort=") == 1
    assert set(directions) == {"ascending", "descending"}


def test_an_order_that_does_not_exist_means_by_name(
    demonstration: Flask, coordinator: Visitor
) -> None:
    page = coordinator.open(f"{BASE}/samordna/?sortera=--name")
    assert names(page.text) == sorted(names(page.text), key=str.casefold)


def test_the_state_is_sent_again_only_when_something_has_happened(
    open_round: Round, db: Database, coordinator: Visitor
) -> None:
    address = f"{BASE}/samordna/laget"
    one = coordinator.client.get(address)
    assert one.status_code == 200
    known = {"If-None-Match": one.headers["etag"]}
    again = coordinator.client.get(address, headers=known)
    assert (again.status_code, again.content) == (304, b"")
    each = int(scalar(db, "SELECT min(id) FROM invitation"))
    responses.hand_in(db, each, {"employees_total": 3}, "sv")
    changed = coordinator.client.get(address, headers=known)
    assert changed.status_code == 200
    name = invitations.by_id(db, each).enterprise.name
    assert f'data-id="{each}" data-now="handed_in" data-said="{name} lämnade in"' in changed.text
    assert "<html" not in changed.text


def test_the_state_says_nothing_of_what_others_did(
    open_round: Round, db: Database, coordinator: Visitor
) -> None:
    each = int(scalar(db, "SELECT min(id) FROM invitation"))
    calls.record(db, each, "refuses", "test")
    text = coordinator.client.get(f"{BASE}/samordna/laget").text
    assert "data-id" not in text
    assert "1 har avböjt" in text


def test_before_the_first_round_there_is_no_state(coordinator: Visitor) -> None:
    assert coordinator.client.get(f"{BASE}/samordna/laget").status_code == 404
    assert coordinator.client.get(f"{BASE}/samordna/lista/oversikt.csv").status_code == 404

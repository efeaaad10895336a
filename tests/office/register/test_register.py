"""The register: numbers that are let in, files in and out, and what is never kept."""

import csv
import io
import json
from contextlib import closing
from functools import cache
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import example, given
from hypothesis import strategies as st
from sqlite_utils import Database
from stdnum import luhn

from forms.archive import CLEAR, UnreadableFile, is_blank
from forms.archive.csv_text import TWICE
from survey_data.database import connect, rows, scalar
from survey_data.errors import (
    DuplicateEnterprise,
    InvalidOrgNumber,
    PersonalIdentityNumber,
)
from survey_data.migrations import bring_up_to_date
from survey_data.register import contacts, enterprises
from survey_data.register.enterprises import Contact, Enterprise
from survey_data.register.register_file import COLUMNS, register_rows
from survey_data.tables_to_files import table_file
from survey_data.typed_text import check_org_number, visible
from tests.conftest import BASE
from tests.support.files_from_people import looked_at, taken_in
from tests.support.http_visitor import Page, Visitor

PERSON = "811218-9876"
WRITTEN = (PERSON, "8112189876", "19811218-9876", "198112189876", "811218+9876", "811218 9876")


@st.composite
def org_numbers(draw: st.DrawFn) -> str:
    """Ten digits that the tax agency could have given an organisation."""
    start = f"{draw(st.integers(2, 9))}{draw(st.integers(0, 9))}{draw(st.integers(2, 9))}"
    start += f"{draw(st.integers(0, 999_999)):06}"
    return start + luhn.calc_check_digit(start)


@st.composite
def personal_numbers(draw: st.DrawFn) -> str:
    """Ten digits of a person or, with sixty added to the day, a coordination number."""
    day = draw(st.dates())
    extra = draw(st.sampled_from([0, 60]))
    start = f"{day.year % 100:02}{day.month:02}{day.day + extra:02}{draw(st.integers(0, 999)):03}"
    return start + luhn.calc_check_digit(start)


@given(org_numbers(), st.sampled_from(["", "-", " ", "–", " - "]), st.sampled_from(["", "16"]))
def test_every_valid_number_comes_out_in_one_form(number: str, mark: str, century: str) -> None:
    typed = f" {century}{number[:6]}{mark}{number[6:]}\t"
    assert check_org_number(typed) == f"{number[:6]}-{number[6:]}"


@given(
    personal_numbers(),
    st.sampled_from(["", "18", "19", "20"]),
    st.sampled_from(["", "-", "+", " ", "–"]),
)
def test_a_personal_identity_number_is_refused_however_it_is_written(
    number: str, century: str, mark: str
) -> None:
    with pytest.raises(PersonalIdentityNumber):
        check_org_number(f"{century}{number[:6]}{mark}{number[6:]}")


@given(org_numbers(), st.integers(1, 9))
def test_a_wrong_check_digit_is_refused(number: str, off: int) -> None:
    wrong = number[:9] + str((int(number[9]) + off) % 10)
    with pytest.raises(InvalidOrgNumber):
        check_org_number(wrong)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "556000",
        "5560004615x",
        "99556000-4615",
        "５５６０００-４６１５",
        "556000-46150",
        "x" * 10_000,
    ],
)
def test_what_is_no_number_is_refused(typed: str) -> None:
    with pytest.raises(InvalidOrgNumber):
        check_org_number(typed)


def fill_in(visitor: Visitor, **typed: str) -> Page:
    page = visitor.open(f"{BASE}/samordna/foretag/nytt")
    form = page.form_with("org_number")
    assert form
    known = {
        "name": "Exempelkooperativet Nytt",
        "municipality_code": "2180",
        "active_from": "2020-01-01",
        "contact_email": "nytt@example.org",
    }
    return visitor.submit(page, form, {**known, **typed})


def kept_anywhere(app: Flask, text: str) -> list[str]:
    """The files of the data folder in which a text is found."""
    folder = Path(app.config["DATA_DIR"])
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert files
    return [path.name for path in files if text.encode() in path.read_bytes()]


@pytest.mark.parametrize("written", WRITTEN)
def test_a_personal_number_typed_at_the_desk_is_neither_stored_nor_shown_back(
    app: Flask, db: Database, coordinator: Visitor, capfd: pytest.CaptureFixture[str], written: str
) -> None:
    page = fill_in(coordinator, org_number=written)
    assert page.path == "/samordna/foretag/nytt"
    assert "personnummer" in page.text
    assert written not in page.text
    assert scalar(db, "SELECT count(*) FROM enterprise") == 0
    assert not kept_anywhere(app, written)
    assert not kept_anywhere(app, "9876")
    said = capfd.readouterr()
    assert "9876" not in said.out + said.err


def test_a_personal_number_in_a_file_is_neither_stored_nor_repeated(
    app: Flask, db: Database, coordinator: Visitor, capfd: pytest.CaptureFixture[str]
) -> None:
    lines = [*(line(n) for n in range(1, 4)), line(4) | {"org_number": "19811218-9876"}]
    page = upload(coordinator, as_file(lines))
    assert "3 av 4 företag kan tas in" in page.text
    assert "Rad 5: " in page.text
    assert "personnummer" in page.text
    assert "9876" not in page.text
    assert scalar(db, "SELECT count(*) FROM enterprise") == 0
    assert not kept_anywhere(app, "9876")
    said = capfd.readouterr()
    assert "9876" not in said.out + said.err


def test_the_search_for_what_is_kept_finds_what_is_kept(
    app: Flask, db: Database, coordinator: Visitor
) -> None:
    page = fill_in(coordinator, org_number="556000-4615")
    assert page.path == "/samordna/foretag"
    assert kept_anywhere(app, "556000-4615")


@pytest.mark.parametrize(
    "email",
    ["anna", "anna@", "a@b.se och c@d.se", "a@b.se, c@d.se", "a@b.se\nBcc: c@d.se", "a,b@c.se",
     "Anna <a@b>", "ånna@exempel.se"],
)  # fmt: skip
def test_an_address_that_no_mail_can_go_to_is_refused_at_the_desk(
    db: Database, coordinator: Visitor, email: str
) -> None:
    page = fill_in(coordinator, org_number="556000-4615", contact_email=email)
    assert "Skriv hela e-postadressen." in page.text
    assert scalar(db, "SELECT count(*) FROM enterprise") == 0


def test_a_number_that_another_enterprise_has_asks_for_a_unit_name(
    db: Database, coordinator: Visitor
) -> None:
    fill_in(coordinator, org_number="5560004615")
    page = fill_in(coordinator, org_number="556000-4615")
    assert "Ett annat företag har redan det numret" in page.text
    page = fill_in(coordinator, org_number="556000-4615", unit_name="Kaféet")
    assert page.path == "/samordna/foretag"
    assert [r["unit_name"] for r in rows(db, "SELECT unit_name FROM enterprise ORDER BY id")] == [
        "",
        "Kaféet",
    ]


def test_a_last_day_before_the_first_is_refused(db: Database, coordinator: Visitor) -> None:
    page = fill_in(coordinator, org_number="5560004615", active_to="2019-12-31")
    assert "Sista dagen kan inte ligga före första dagen." in page.text
    assert scalar(db, "SELECT count(*) FROM enterprise") == 0


def test_a_change_leaves_before_and_after_in_the_trail(
    db: Database, coordinator: Visitor, examples: list[int]
) -> None:
    page = coordinator.open(f"{BASE}/samordna/foretag/{examples[0]}")
    form = page.form_with("org_number")
    assert form
    coordinator.submit(page, form, {"name": "Exempelkooperativet Omdöpt"})
    [change] = rows(db, "SELECT * FROM audit WHERE action = 'enterprise changed'")
    assert change["actor"].startswith("staff ")
    assert change["subject"] == f"enterprise {examples[0]}"
    assert json.loads(change["before"])["name"] == "Exempelkooperativet Ett"
    assert json.loads(change["after"])["name"] == "Exempelkooperativet Omdöpt"
    assert json.loads(change["after"])["is_example"], "changing an example leaves it an example"
    saved = enterprises.enterprise(db, examples[0])
    assert saved
    assert saved.is_example
    assert saved.name == "Exempelkooperativet Omdöpt"


def test_contacts_can_be_deleted_without_touching_an_answer(
    db: Database, examples: list[int]
) -> None:
    before = rows(db, "SELECT * FROM enterprise")
    db.conn.execute("DELETE FROM contact")
    assert rows(db, "SELECT * FROM enterprise") == before
    assert "@" not in json.dumps(before)


# Files


def number(place: int) -> str:
    start = f"40300{place:04}"
    return start + luhn.calc_check_digit(start)


def line(place: int) -> dict[str, str]:
    return {
        "org_number": number(place),
        "name": f"Exempelkooperativet Å {place}",
        "unit_name": "",
        "municipality_code": "2180",
        "legal_form": "",
        "active_from": "2020-01-01",
        "active_to": "",
        "contact_name": "Exempelperson Öst",
        "contact_role": "",
        "contact_email": f"fil-{place}@example.org",
        "contact_phone": "",
    }


def as_file(lines: list[dict[str, str]], delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(lines[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(lines)
    return out.getvalue().encode(encoding)


def upload(visitor: Visitor, content: bytes) -> Page:
    page = visitor.open(f"{BASE}/samordna/foretag")
    form = page.form_with("file")
    assert form
    reply = visitor.client.post(
        f"{BASE}/samordna/foretag/import",
        data=form.fields,
        files={"file": ("register.csv", content)},
    )
    return Page(reply.status_code, str(reply.url), reply.text)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";"])
def test_files_as_excel_writes_them_are_read(
    db: Database, coordinator: Visitor, encoding: str, delimiter: str
) -> None:
    page = upload(coordinator, as_file([line(1), line(2)], delimiter, encoding))
    assert scalar(db, "SELECT count(*) FROM enterprise") == 0, "a look imports nothing"
    confirm = page.form_with("key")
    assert confirm
    page = coordinator.submit(page, confirm)
    assert "2 företag importerades." in page.text
    found = enterprises.enterprises(db)
    assert [e.name for e in found] == ["Exempelkooperativet Å 1", "Exempelkooperativet Å 2"]
    assert contacts.of(db, found[0].id)[0].name == "Exempelperson Öst"


def faults_of(db: Database, content: bytes) -> list[tuple[int, str]]:
    """The lines and columns that are wrong; nothing is stored by looking."""
    found = looked_at(db, content)
    assert scalar(db, "SELECT count(*) FROM enterprise") == 0
    faults = [(fact, fault) for row in found.reading.bad for fact, fault in row.faults]
    assert all(fault.words for _fact, fault in faults)
    return [(fault.line, fact) for fact, fault in faults]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("org_number", "556000-4616"),
        ("org_number", ""),
        ("org_number", "4,03E+09"),
        ("name", ""),
        ("name", "x" * 201),
        ("name", "Exempelköket\nFyra"),
        ("municipality_code", "0180"),
        ("municipality_code", "Gävleborg"),
        ("contact_email", "anna"),
        ("contact_email", "a@b.se;c@d.se"),
        ("active_from", "03/04/2014"),
        ("active_from", "3 margarin 2014"),
        ("active_from", "3 maj 14"),
        ("active_from", "2020-02-30"),
        ("active_to", "2019-12-31"),
        ("legal_form", "aktiebolag & co"),
    ],
)
def test_a_bad_line_is_named_and_the_others_can_be_taken_in(
    db: Database, column: str, value: str
) -> None:
    lines = [line(n) for n in range(2, 21)]
    lines[15][column] = value
    assert faults_of(db, as_file(lines)) == [(17, column)]
    assert taken_in(db, as_file(lines)) == 18


def test_every_bad_line_is_named_at_once(db: Database) -> None:
    lines = [line(n) for n in range(2, 6)]
    lines[0]["name"] = ""
    lines[3]["municipality_code"] = "9999"
    assert faults_of(db, as_file(lines)) == [(2, "name"), (5, "municipality_code")]


def test_the_same_enterprise_twice_is_refused_also_when_written_differently(db: Database) -> None:
    twice = line(3) | {"org_number": f"{number(2)[:6]}-{number(2)[6:]}"}
    assert faults_of(db, as_file([line(2), twice])) == [(3, "org_number")]


@pytest.mark.parametrize("header", ["", "namn;ort", "org_number,name", "PK\x03\x04" + "\x00" * 90])
def test_what_is_no_list_is_refused_with_one_sentence(db: Database, header: str) -> None:
    with pytest.raises(UnreadableFile) as caught:
        looked_at(db, header.encode())
    assert len(caught.value.faults) == 1


@cache
def _empty() -> bytes:
    with closing(connect(Path(":memory:"))) as db:
        bring_up_to_date(db)
        enterprises.load_municipalities(db)
        return db.conn.serialize()


def empty_register() -> Database:
    """A register in memory with municipalities and no enterprise."""
    db = connect(Path(":memory:"))
    db.conn.deserialize(_empty())
    return db


@given(st.binary(max_size=400))
@example(b'org_number,name\n"' + b"x" * 200_000)
@example(b"\xff\xfeo\x00r\x00g\x00")
@example((",".join(COLUMNS) + '\n"' + "x" * 200_000).encode())
def test_no_file_at_all_brings_the_import_down(content: bytes) -> None:
    db = empty_register()
    try:
        stored = taken_in(db, content)
    except UnreadableFile:
        assert scalar(db, "SELECT count(*) FROM enterprise") == 0
    else:
        assert stored == 0
    finally:
        db.close()


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("20210101", "2021-01-01"),
        ("2021", "2021-01-01"),
        ("2021-05", "2021-05-01"),
        ("2021/05/03", "2021-05-03"),
    ],
)
def test_a_date_is_stored_so_that_it_compares_as_a_date(
    db: Database, written: str, day: str
) -> None:
    taken_in(db, as_file([line(1) | {"active_from": written, "active_to": "2023"}]))
    [stored] = enterprises.enterprises(db)
    assert (stored.active_from, stored.active_to) == (day, "2023-12-31")


def test_importing_again_changes_the_enterprise_and_keeps_its_id(db: Database) -> None:
    taken_in(db, as_file([line(1)]))
    [before] = enterprises.enterprises(db)
    changed = line(1) | {"name": "Exempelkooperativet Nytt", "contact_email": "ny@example.org"}
    taken_in(db, as_file([changed]))
    [after] = enterprises.enterprises(db)
    assert (after.id, after.name) == (before.id, "Exempelkooperativet Nytt")
    assert [c.email for c in contacts.of(db, after.id)] == ["ny@example.org"]


def test_what_a_file_lacks_and_an_empty_cell_change_nothing_and_a_word_takes_away(
    db: Database,
) -> None:
    whole = line(1) | {"contact_phone": "026-10 00 00", "active_to": "2030-12-31"}
    taken_in(db, as_file([whole | {"legal_form": "AB"}]))
    before = enterprises.enterprises(db), enterprises.main_contact(db, 1)
    short = {"Orgnr": number(1), "Företag": "", "Telefon": "", "Juridisk form": ""}
    assert taken_in(db, as_file([short])) == 0
    assert (enterprises.enterprises(db), enterprises.main_contact(db, 1)) == before
    short |= {"Telefon": "töm", "Verksamt till": "TÖM"}
    assert taken_in(db, as_file([short])) == 1
    [after], contact = enterprises.enterprises(db), enterprises.main_contact(db, 1)
    assert contact
    assert (contact.phone, contact.email) == ("", whole["contact_email"])
    assert (after.active_to, after.legal_form) == (None, "limited_company")


# Without what is taken out, what looks like letters that were read wrongly, and the words
# that say "nothing here" or "take this away" in a file.
TEXTS = (
    st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), max_size=20)
    .map(visible)
    .filter(lambda text: not TWICE.search(text))
    .filter(lambda text: not text or not (is_blank(text) or text.casefold() in CLEAR))
)


@given(TEXTS.filter(bool), TEXTS, TEXTS)
@example("=1+1", "+46 26 00 00 00", "@SUM(A1)")
@example("-2", "'+46", "'=cmd")
@example("'", "''=", "'-")
@example("a;=1", "a,'+46", 'a,"@b')
def test_what_is_exported_comes_back_the_same(name: str, phone: str, unit: str) -> None:
    db = empty_register()
    wanted = Enterprise("556000-4615", name, "2180", "2020-01-01", unit, "foundation", "2022-01-01")
    contact = Contact("a@example.org", name, "chef", phone)
    enterprises.save_enterprise(db, wanted, contact, "test")
    before = enterprises.enterprises(db), enterprises.main_contact(db, 1)
    # Nobody types an apostrophe before a sign in a workbook; a CSV opened there brings it.
    typed = not any("'" in text for text in (name, phone, unit))
    for suffix in ("csv", "xlsx") if typed else ("csv",):
        exported = table_file(COLUMNS, register_rows(db), suffix)  # type: ignore[arg-type]
        assert not looked_at(db, exported).reading.bad
        taken_in(db, exported)
        assert (enterprises.enterprises(db), enterprises.main_contact(db, 1)) == before
    db.close()


def test_the_exported_file_holds_nothing_that_a_spreadsheet_would_run(
    db: Database, coordinator: Visitor
) -> None:
    for place, start in enumerate("=+-@", 1):
        wanted = Enterprise(number(place), f"{start}HYPERLINK(1)", "2180", "2020-01-01")
        enterprises.save_enterprise(
            db, wanted, Contact(f"{place}@example.org", phone="+46"), "test"
        )
    page = coordinator.open(f"{BASE}/samordna/foretag.csv")
    lines = list(csv.DictReader(io.StringIO(page.text.removeprefix("\ufeff")), delimiter=";"))
    assert sorted(x["name"][1] for x in lines) == sorted("=+-@")
    cells = [cell for each in lines for cell in each.values()]
    assert not [cell for cell in cells if cell[:1] in tuple("=+-@\t\r")]


def test_two_enterprises_cannot_share_number_and_unit(db: Database) -> None:
    wanted = Enterprise("556000-4615", "Exempelkooperativet Ett", "2180", "2020-01-01")
    enterprises.save_enterprise(db, wanted, None, "test")
    with pytest.raises(DuplicateEnterprise):
        enterprises.save_enterprise(db, wanted, None, "test")
    assert scalar(db, "SELECT count(*) FROM enterprise") == 1

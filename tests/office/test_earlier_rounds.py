"""An earlier round from a file: mapped, looked at, stored with where it stood, undone."""

import hashlib
import io
import json
import sqlite3
import zipfile
from datetime import date

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from sqlite_utils import Database

import forms.archive
from forms.archive import UnreadableFile, csv_text, is_blank, workbooks
from forms.archive.answer_columns import asked, knows, propose, read_cell
from forms.archive.file_table import FileTable, read_file
from forms.archive.file_table import table as as_table
from forms.questionnaire.inventory import as_dicts
from survey_data.database import rows, scalar
from survey_data.history import stated_totals
from survey_data.history.stated_totals import Source, StatedYear, Total
from survey_data.publishing.publish import publish
from survey_data.register import enterprises
from survey_data.review import decisions, proposals
from survey_data.rounds import rounds
from survey_data.rounds.rounds import Round
from survey_data.typed_text import check_org_number
from tests.conftest import BASE
from tests.office.register.test_register import PERSON, kept_anywhere, number
from tests.support.http_visitor import Form, Page, Visitor

UPLOAD = f"{BASE}/samordna/tidigare/mikrodata"
HEADER = ("År", "Orgnr", "Företag", "Kommun", "Anställda totalt", "Varav kvinnor", "Varav män",
          "Placerade av AF", "Placerade av kommunen", "Övriga", "Anteckning")  # fmt: skip
OLD = number(901)


def lines(db: Database) -> list[list[str]]:
    """Three that the register knows, one of them silent, and one that it does not."""
    a, b, c = enterprises.enterprises(db)[:3]
    return [
        ["2015", a.org_number, a.name, "Gävle", "1 200", "700,0", "500", "3", "2", "0", "ej läst"],
        ["2015", "", b.name.upper(), "", "9", "5", "5", "vet ej", "2", "1", ""],
        ["2015", c.org_number, c.name, "", "", "-", "", "", "..", "", ""],
        ["2015", OLD, "Exempelkooperativet Borta", "Ovanåkers kommun", "4", "2", "2", "1", "1",
         "1", ""],
        ["2014", a.org_number, a.name, "Gävle", "7", "4", "3", "1", "1", "1", ""],
    ]  # fmt: skip


def more(db: Database) -> list[list[str]]:
    """Enough others that the county's figures are open."""
    known = [e for e in enterprises.enterprises(db) if e.is_example]
    return [["2015", e.org_number, "", "", "6", "3", "3", "2", "2", "2", ""] for e in known[3:25]]


def as_csv(table: list[list[str]], header: tuple[str, ...] = HEADER) -> bytes:
    return "\r\n".join(";".join(line) for line in [list(header), *table]).encode("cp1252")


def upload(coordinator: Visitor, content: bytes, **changed: str) -> Page:
    page = coordinator.open(UPLOAD)
    token = form_to(page, "/mikrodata").fields["csrf_token"][0]
    data = {"csrf_token": token, "year": "2015", "reference_date": "2015-10-01",
            "frame": "answered", **changed}  # fmt: skip
    reply = coordinator.client.post(UPLOAD, data=data, files={"file": ("gammal.csv", content)})
    return Page(reply.status_code, str(reply.url), reply.text)


def form_to(page: Page, end: str) -> Form:
    return next(form for form in page.forms() if form.action.endswith(end))


def previewed(coordinator: Visitor, content: bytes, **changed: str) -> Page:
    page = upload(coordinator, content)
    form = next(form for form in page.forms() if "column-0" in form.names)
    return coordinator.submit(page, form, changed)


def imported(coordinator: Visitor, content: bytes) -> Page:
    page = previewed(coordinator, content)
    return coordinator.submit(page, form_to(page, "/granska"), {"go": "import", "keep_faulty": "1"})


def test_a_header_far_down_stays_the_header(coordinator: Visitor) -> None:
    above = "".join(f"Anteckning {n}\n" for n in range(15))
    content = f"{above}Orgnr;Företag;Kommun;Antal anställda;Anm\n402009-2005;Ett;Gävle;5;\n"
    page = previewed(coordinator, content.encode())
    assert page.path.endswith("/granska")
    assert "1 företag, 1 svar" in page.text


def nothing_stored(db: Database) -> bool:
    tables = ("round", "response", "earlier_round", "earlier_line", "earlier_enterprise")
    return not any(scalar(db, f"SELECT count(*) FROM {table}") for table in tables)


def test_an_old_file_is_mapped_shown_and_stored_with_where_it_stood(
    app: Flask, db: Database, examples: list[int], coordinator: Visitor
) -> None:
    content = as_csv(lines(db))
    page = upload(coordinator, content)
    chosen = next(form for form in page.forms() if "column-0" in form.names).fields
    assert [chosen[f"column-{at}"][0] for at in range(len(HEADER))] == [
        "year", "org_number", "enterprise_name", "municipality_code", "employees_total",
        "employees_women", "employees_men", "placed_af", "placed_kommun", "placed_other_unpaid", "",
    ]  # fmt: skip
    page = coordinator.submit(page, next(f for f in page.forms() if "column-0" in f.names))
    for said in (
        "4 företag, 3 svar", "1 rad gäller ett annat år", "1 företag finns inte i registret",
        "Fyll i antalet placerade av Arbetsförmedlingen", "Kvinnor och män blir tillsammans 10",
        "Ta in svaren som de är",
    ):  # fmt: skip
        assert said in page.text, said
    assert nothing_stored(db)
    page = coordinator.submit(page, form_to(page, "/granska"), {"go": "import"})
    assert page.status == 422
    assert "Kryssa i att svaren ska tas in" in page.text
    assert nothing_stored(db)
    page = coordinator.submit(page, form_to(page, "/granska"), {"go": "import", "keep_faulty": "1"})
    assert "3 svar för 2015 är inlästa" in page.text
    assert scalar(db, "SELECT count(*) FROM earlier_draft") == 0


def test_what_is_stored_says_where_it_stood_and_flows_on(
    app: Flask, db: Database, examples: list[int], coordinator: Visitor
) -> None:
    content = as_csv([*lines(db), *more(db)])
    a, b, c = enterprises.enterprises(db)[:3]
    page = imported(coordinator, content)
    survey_round = rounds.find(db, 2015)
    assert not survey_round.is_open
    assert not survey_round.frame_is_known
    assert "placed_total" in {q["name"] for q in survey_round.questionnaire}
    assert not {"respondent_name", "turnover"} & {q["name"] for q in survey_round.questionnaire}
    answers = {
        each.response.answers["enterprise_name"]: each.response
        for each in decisions.responses_as_reviewed(db, 2015)
    }
    first = answers[a.name]
    assert (first.mode, first.answers["employees_total"], first.answers["employees_women"]) == (
        "import", 1200, 700,
    )  # fmt: skip
    assert answers[b.name.upper()].answers["placed_af"] is None
    assert scalar(db, "SELECT count(*) FROM check_run") == 3 + len(more(db))
    [source] = rows(db, "SELECT * FROM earlier_round")
    assert source["file_name"] == "gammal.csv"
    assert source["sha256"] == hashlib.sha256(content).hexdigest()
    assert source["actor"] == "staff 1"
    assert json.loads(source["mapping"])[4] == {
        "column": "Anställda totalt", "question": "employees_total",
    }  # fmt: skip
    kept = rows(db, "SELECT * FROM earlier_line ORDER BY line")
    assert [line["line"] for line in kept][:5] == [2, 3, 4, 5, 7]
    assert json.loads(kept[0]["cells"])["employees_total"] == "1 200"
    assert json.loads(kept[1]["cells"])["placed_af"] == "vet ej"
    # What no question was chosen for is not kept.
    assert not any("ej läst" in line["cells"] for line in kept)
    [old] = [e for e in enterprises.enterprises(db) if e.org_number == check_org_number(OLD)]
    assert (old.active_from, old.active_to) == ("2015-01-01", "2015-12-31")
    assert scalar(db, "SELECT count(*) FROM audit WHERE action = 'earlier round imported'") == 1
    assert proposals.waiting(db) == [], "an old file is no news to the register"
    assert c.id in {row["enterprise_id"] for row in rows(db, "SELECT * FROM invitation")}

    assert f"{3 + len(more(db))} svar väntar på granskning" in page.text
    page = coordinator.open(f"{BASE}/samordna/publicering")
    assert "Alla tillfrågade företag har svarat" not in page.text, "nobody knows that"
    assert '<a href="/samordna/tidigare/omgang/2015">' in page.text
    publish(db, app.extensions["places"], "test")
    check_published(app, source["sha256"])
    page = coordinator.open(f"{BASE}/samordna/tidigare/omgang/2015")
    page = coordinator.submit(page, form_to(page, "/angra"))
    assert "är med i en utgåva och kan inte ångras" in page.text
    assert rounds.find(db, 2015)


def check_published(app: Flask, sha256: str) -> None:
    analysts = Database(sqlite3.connect(app.extensions["places"].analysts))
    [line] = rows(analysts, "SELECT * FROM rounds")
    assert (line["import_file"], line["import_sha256"]) == ("gammal.csv", sha256)
    assert (line["due_date"], line["frame_is_known"]) == (None, 0)
    kept = rows(
        analysts, "SELECT municipality, import_line, mode FROM answers ORDER BY import_line"
    )
    assert [(t["import_line"], t["mode"]) for t in kept][:3] == [
        (2, "import"), (3, "import"), (5, "import"),
    ]  # fmt: skip
    assert kept[0]["municipality"] == "Gävle", "where the file says that it was"
    out = Database(sqlite3.connect(app.extensions["places"].open))
    total = "SELECT value FROM observations WHERE year = 2015 AND area_type = 'county'"
    # One of them has no answer, but it was there.
    assert scalar(out, f"{total} AND indicator = 'enterprises'") == len(kept) + 1
    assert scalar(out, f"{total} AND indicator = 'employees'") == 1200 + 10 + 4 + 6 * 22
    hidden = "SELECT count(*) FROM observations WHERE year = 2015 AND status = 'x'"
    assert scalar(out, hidden), "small areas are protected as in any round"
    assert rows(out, "SELECT asked, answered FROM coverage WHERE year = 2015") == [
        {"asked": None, "answered": None}
    ]


def test_undone_nothing_is_left_but_the_trail(
    db: Database, examples: list[int], coordinator: Visitor
) -> None:
    before = [*enterprises.enterprises(db)]
    imported(coordinator, as_csv(lines(db)))
    page = coordinator.open(f"{BASE}/samordna/tidigare/omgang/2015")
    page = coordinator.submit(page, form_to(page, "/godkann"))
    assert scalar(db, "SELECT count(*) FROM decision"), "and the review goes too"
    page = coordinator.submit(page, form_to(page, "/angra"))
    assert "Inläsningen av 2015 är ångrad" in page.text
    assert nothing_stored(db)
    assert enterprises.enterprises(db) == before
    for table in ("invitation", "decision", "fired_check", "receipt_reference"):
        assert scalar(db, f"SELECT count(*) FROM {table}") == 0, table
    assert scalar(db, "SELECT count(*) FROM audit WHERE action = 'earlier round undone'") == 1
    assert "3 svar för 2015 är inlästa" in imported(coordinator, as_csv(lines(db))).text


def test_answers_from_a_file_are_counted_and_found_where_answers_are_reviewed(
    db: Database, open_round: Round, coordinator: Visitor
) -> None:
    imported(coordinator, as_csv(lines(db)))
    page = coordinator.open(f"{BASE}/samordna/granska")
    assert "Granska (3)" in page.text
    assert "/samordna/tidigare/omgang/2015" in page.text
    page = coordinator.open(f"{BASE}/samordna/tidigare/omgang/2015")
    coordinator.submit(page, form_to(page, "/godkann"))
    left = scalar(db, "SELECT count(*) FROM response WHERE id NOT IN"
                      " (SELECT response_id FROM decision)")  # fmt: skip
    assert 0 < left < 3
    assert f"Granska ({left})" in coordinator.open(f"{BASE}/samordna/granska").text


def test_a_person_in_the_file_is_refused_and_kept_nowhere(
    app: Flask, db: Database, examples: list[int], coordinator: Visitor
) -> None:
    for place in (1, 2, 10):
        table = lines(db)
        table[1][place] = PERSON
        page = upload(coordinator, as_csv(table))
        assert page.status == 422
        assert f"Rad 3, {HEADER[place]}: Det här ser ut som ett personnummer" in page.text
        assert PERSON not in page.text
    # Not a number anyone has, but where an organisation number belongs it can only be a person's.
    table = lines(db)
    table[3][1] = "811218-9870"
    page = previewed(coordinator, as_csv(table))
    assert "Rad 5, Orgnr: Det här ser ut som ett personnummer" in page.text
    assert scalar(db, "SELECT count(*) FROM earlier_draft") == 0
    assert kept_anywhere(app, PERSON) == []


def test_every_bad_line_and_cell_is_named_and_nothing_is_stored(
    db: Database, examples: list[int], coordinator: Visitor
) -> None:
    table = lines(db)
    table[0][4] = "tolv"
    table[1][5] = "5,5"
    table[2][3] = "Kiruna"
    table[3][0] = "15"
    table.append(["2015", OLD[:-1] + str((int(OLD[-1]) + 1) % 10), "X", "Gävle", *["1"] * 6, ""])
    table.append([*lines(db)[0][:1], "", "", "", *["1"] * 6, ""])
    # The same enterprise once by its number and once by its name.
    table += [lines(db)[2], ["2015", "", lines(db)[2][2], "", *["1"] * 6, ""]]
    page = previewed(coordinator, as_csv(table))
    for said in (
        "Rad 2, Anställda totalt: Skriv ett heltal",
        "Rad 3, Varav kvinnor: Skriv ett helt antal utan decimaler",
        "Rad 4, Kommun: Skriv svaret som det heter",
        "Rad 5, År: Skriv årtalet med fyra siffror",
        "Rad 7, Orgnr: Kontrollera organisationsnumret",
        "Rad 8, Orgnr: Raden säger inte vilket företag",
        "Rad 10, Orgnr: Samma företag som på rad 9",
    ):
        assert said in page.text, said
    form = form_to(page, "/granska")
    page = coordinator.submit(page, form, {"go": "import", "keep_faulty": "1"})
    assert page.status == 422
    assert nothing_stored(db)


def test_a_round_of_the_year_is_never_written_over(
    db: Database, examples: list[int], coordinator: Visitor
) -> None:
    page = previewed(coordinator, as_csv(lines(db)))
    day = date(2015, 10, 1)
    rounds.open_round(db, 2015, day, date(2015, 11, 1), as_dicts(2015), "test")
    page = coordinator.submit(page, form_to(page, "/granska"), {"go": "import", "keep_faulty": "1"})
    assert "Det finns redan en omgång för 2015" in page.text
    assert scalar(db, "SELECT count(*) FROM response") == 0
    page = upload(coordinator, as_csv(lines(db)))
    assert "Det finns redan en omgång för 2015" in page.text
    assert scalar(db, "SELECT count(*) FROM earlier_draft") == 1


def test_whom_the_register_does_not_know_a_person_decides_about(
    db: Database, examples: list[int], coordinator: Visitor
) -> None:
    mine = enterprises.enterprises(db)[4]
    table = [lines(db)[0], ["2015", "", f"{mine.name}x", "", *["3"] * 6, ""]]
    page = previewed(coordinator, as_csv(table))
    assert "kan det inte läggas till" in page.text
    form = form_to(page, "/granska")
    page = coordinator.submit(page, form, {"go": "import", "keep_faulty": "1"})
    assert "Välj vad som ska göras med varje företag" in page.text
    # The same one twice is seen, and can be chosen otherwise.
    first = str(enterprises.enterprises(db)[0].id)
    page = coordinator.submit(page, form_to(page, "/granska"), {"match-3": first, "go": "update"})
    assert "Samma företag som på rad 2" in page.text
    page = coordinator.submit(
        page, form_to(page, "/granska"), {"match-3": str(mine.id), "go": "update"}
    )
    page = coordinator.submit(page, form_to(page, "/granska"), {"go": "import", "keep_faulty": "1"})
    assert "2 svar för 2015 är inlästa" in page.text
    asked_then = {row["enterprise_id"] for row in rows(db, "SELECT * FROM invitation")}
    assert asked_then == {int(first), mine.id}
    assert len(enterprises.enterprises(db)) == len(examples)


def test_a_printed_year_stays_as_printed_and_the_sums_are_compared(
    app: Flask, db: Database, examples: list[int], coordinator: Visitor
) -> None:
    totals = {("county", "21", "employees"): Total(1210), ("county", "21", "enterprises"): Total(4)}
    stated_totals.save(db, StatedYear(2015, Source("Exempel", "Exempel"), totals), "test")
    page = previewed(coordinator, as_csv(lines(db)))
    assert "Året är tryckt" in page.text
    assert "<b>+3</b>" in page.text, "1 213 in the file against 1 210"
    page = coordinator.submit(page, form_to(page, "/granska"), {"go": "import", "keep_faulty": "1"})
    publish(db, app.extensions["places"], "test")
    out = Database(sqlite3.connect(app.extensions["places"].open))
    found = rows(out, "SELECT indicator, value FROM observations WHERE year = 2015 ORDER BY 1")
    assert [(f["indicator"], f["value"]) for f in found] == [
        ("employees", 1210), ("enterprises", 4),
    ]  # fmt: skip
    analysts = Database(sqlite3.connect(app.extensions["places"].analysts))
    assert scalar(analysts, "SELECT count(*) FROM answers WHERE year = 2015") == 3


def workbook(table: list[list[str]]) -> bytes:
    book = Workbook()
    for line in [list(HEADER), *table]:
        book.worksheets[0].append([int(x) if x.isdecimal() else x for x in line])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def read(content: bytes) -> FileTable:
    return as_table(read_file(content), knows(2015))


def test_a_file_is_read_however_a_spreadsheet_wrote_it() -> None:
    table = [["2015", OLD, "Exempelkooperativet Åäö", "Gävle", *["12"] * 6, ""]]
    text = as_csv(table).decode("cp1252")
    ways = [text.encode(code) for code in ("cp1252", "utf-8", "utf-8-sig", "utf-16")]
    ways += [text.replace(";", mark).encode() for mark in "\t,"]
    for content in (*ways, workbook(table)):
        found = read(content)
        assert not found.faults
        assert found.header == HEADER
        assert found.lines == ((2, tuple(table[0])),)


def plain(table: list[list[str]]) -> bytes:
    book, out = Workbook(), io.BytesIO()
    for row in table:
        book.active.append(row)
    book.save(out)
    return out.getvalue()


def test_a_formula_that_nobody_worked_out_is_never_a_blank() -> None:
    faults = read(plain([["Företag", "Anställda totalt"], ["Ett", "7"], ["Två", "=3+4"]])).faults
    assert [(fault.line, "formel" in fault.words) for fault in faults] == [(3, True)]


def test_a_formula_worked_out_to_an_empty_text_is_a_blank() -> None:
    written, out = plain([["Företag", "Anställda totalt"], ["Ett", '=IF(1,"","")']]), io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(written)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b'<c r="B2">', b'<c r="B2" t="str">'))
    found = read(out.getvalue())
    assert (found.faults, found.lines) == ((), ((2, ("Ett", "")),))


def test_a_file_is_read_to_its_end_or_not_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (forms.archive, csv_text, workbooks):
        monkeypatch.setattr(module, "MOST_LINES", 3)
    table = [["Företag", "Anställda totalt"], *([f"Företag {n}", "7"] for n in range(3))]
    for written in (plain, lambda rows: as_csv(rows[1:], tuple(rows[0]))):
        found = read(written([*table[:3], ["", ""]]))
        assert (found.faults, len(found.lines)) == ((), 2)
        with pytest.raises(UnreadableFile, match="fler än 3 rader"):
            read(written(table))


@pytest.mark.parametrize("number", ["-5", "10000", "9223372036854775808", "99999999999999999999"])
def test_a_number_that_nobody_can_have_meant_is_not_taken_in_as_it_is(
    db: Database, examples: list[int], coordinator: Visitor, number: str
) -> None:
    [first, *_] = lines(db)
    page = imported(coordinator, as_csv([[*first[:4], number, *first[5:]]]))
    assert page.status == 422
    assert "Rad 2" in page.text
    assert nothing_stored(db)


def test_columns_are_known_by_name_label_and_what_people_call_them() -> None:
    names = [q.name for q in asked(2015).questions]
    assert propose(names, 2015) == names
    assert propose(["Anställda 2015", "Antal anställda personer", "nonsens"], 2015) == [
        "employees_total", "", "",
    ]  # fmt: skip
    # "Kvinnor" is a label among the placed too; the core goes before the modules.
    assert propose(["Kvinnor", "Kvinnor"], 2015) == ["employees_women", ""]
    for words in (
        ["Antal anställda personer", "varav av kommunen", "Kommun"],
        ["Number of employees", "of whom by a municipality", "Municipality"],
        ["ANSTÄLLDA", "Placerade_kommun", "kommunkod"],
    ):
        assert propose(words, 2015) == ["employees_total", "placed_kommun", "municipality_code"]


@given(st.integers(0, 9999), st.sampled_from(["{}", "{:,}", " {} ", "{},0", "{}.00"]))
def test_a_number_is_read_as_it_was_meant(value: int, shape: str) -> None:
    text = shape.format(value).replace(",", " ") if shape == "{:,}" else shape.format(value)
    question = asked(2015)["employees_total"]
    assert read_cell(question, text) == value
    assert not is_blank(text)


def test_no_answer_is_never_a_nought() -> None:
    question = asked(2015)["employees_total"]
    for text in ("", " ", "-", "–", "vet ej", "Vet ej.", "..", "uppgift saknas", "N/A", "?"):
        assert read_cell(question, text) is None, text
    assert read_cell(question, "0") == 0

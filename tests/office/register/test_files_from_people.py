"""Files as people have them: read whole, or refused with the line; never a part as the whole."""

import io
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlite_utils import Database

from forms.archive import UnreadableFile
from forms.archive.answer_columns import asked, knows, read_cell
from forms.archive.file_table import FileTable, found_notes, read_file, table
from forms.archive.register_lines import first_day, last_day
from survey_data.register import enterprises
from survey_data.tables_to_files import as_meant
from tests.office.register.test_register import line, number
from tests.support.files_from_people import (
    csv_of,
    looked_at,
    openpyxl_of,
    rewritten,
    taken_in,
    with_stated_range,
    xlsxwriter_of,
)

HEAD = ["org_number", "name", "municipality_code", "active_from", "contact_email", "contact_phone"]
FOUR, FIVE, SIX = (
    [number(n), f"Exempelköket {n}", "2180", "2020-01-01", f"kontakt{n}@example.org", ""]
    for n in (4, 5, 6)
)
ANSWERS = ["Orgnr", "Företag", "Kommun", "Antal anställda", "Placerade AF"]


def read(content: bytes) -> FileTable:
    return table(read_file(content), knows(2015))


def refusal(content: bytes) -> tuple[int, str]:
    with pytest.raises(UnreadableFile) as caught:
        read(content)
    return caught.value.faults[0].line, caught.value.faults[0].words


def names(db: Database) -> list[str]:
    return [each.name for each in enterprises.enterprises(db)]


# Never a part of a file as if it were the whole


@pytest.mark.parametrize(
    ("text", "at"),
    [
        # Never closed; closed some rows down; closed where the next row begins; doubled inside.
        ('a;b;c\n1;2;"3\n4;5;6\n7;8;9\n', 2),
        ('a;b;c\n1;2;"3\n4;5;6\n7;8;9"\n', 2),
        ('a;b;c\n1;2;3\n4;5;"6\n"7";8;9\n', 3),
        ('a;b;c;d\n1;2;"3\n4;5;6;7\n8";9;10;11\n', 2),
        ('a;b;c\n1;"Köket "Fyra" AB";3\n', 2),
        ('a,b,c\n1,"2,3\n4,5,6\n', 2),
        ('a\tb\tc\n1\t"2\t3\n4\t5\t6\n', 2),
        # What is hidden stands on the first line of the cell.
        ('a;b;c\n"1;2;3\n4";5;6\n', 2),
        ("a;b;c\n1;2;3\n" + '4;"5\n' + "6;7;8\n" * 40_000, 3),
    ],
)
def test_a_quotation_mark_that_hides_rows_is_refused_with_its_line(text: str, at: int) -> None:
    line_of, words = refusal(text.encode())
    assert line_of == at
    assert "itat" in words


def test_a_line_break_inside_a_long_text_is_read_and_inside_a_short_one_named(db: Database) -> None:
    rows = [[*HEAD, "Anm."], [*FOUR, "ring; helst\nefter lunch"], [*FIVE, ""]]
    rows[2][1] = "Exempel\nbageriet"
    found = looked_at(db, csv_of(rows))
    assert len(found.table.lines) == 2
    assert [(row.line, row.faults[0][0]) for row in found.reading.bad] == [(4, "name")]


@pytest.mark.parametrize("stated", ["A1", "A1:A2", "A1:F2", "A1:XFD1048576", "", "nonsense"])
def test_the_range_that_a_workbook_states_is_never_trusted(db: Database, stated: str) -> None:
    book = with_stated_range(xlsxwriter_of([HEAD, FOUR, FIVE]), stated)
    assert taken_in(db, book) == 2


def test_a_cell_far_away_is_refused_before_it_fills_the_memory() -> None:
    for far in ((1_048_575, 16_383), (30_000, 0), (0, 16_383)):
        book = xlsxwriter_of([["x"]], *far)
        with pytest.raises(UnreadableFile):
            read(book)


def test_a_workbook_that_points_at_a_file_of_ours_gets_nothing_of_it(tmp_path: Path) -> None:
    secret = tmp_path / "secret_key"
    secret.write_text("hemligheten")
    entity = f'?><!DOCTYPE x [<!ENTITY e SYSTEM "file://{secret}">]>'.encode()

    def pointing(name: str, part: bytes) -> bytes:
        if not name.endswith("sharedStrings.xml"):
            return part
        return part.replace(b"?>", entity, 1).replace(b"Exempel", b"&e;Exempel")

    book = rewritten(xlsxwriter_of([HEAD, FOUR]), pointing)
    with zipfile.ZipFile(io.BytesIO(book)) as packed:
        assert b"&e;" in packed.read("xl/sharedStrings.xml")
    try:
        found = repr(read(book))
    except UnreadableFile:
        found = ""
    assert "hemligheten" not in found


def test_a_row_with_more_cells_than_columns_is_named() -> None:
    faults = read(b"Orgnr,Namn,Kommun\n1,Ett,x\n2,K\xc3\xb6k, mat och kaffe,y\n").faults
    assert [(fault.line, fault.value) for fault in faults] == [(3, "y")]


def test_errors_and_formulas_that_nobody_worked_out_are_named() -> None:
    book = openpyxl_of([ANSWERS, ["1", "Ett", "", "=1/0", 2], ["2", "Två", "", 4, "=D3+1"]])
    shown = rewritten(book, lambda name, part: re.sub(
        rb'<c r="D2"><f>1/0</f><v ?/>', b'<c r="D2" t="e"><f>1/0</f><v>#DIV/0!</v>',
        part.replace(b"<v></v>", b"<v/>")))  # fmt: skip
    found = [(fault.line, fault.column, fault.words) for fault in read(shown).faults]
    assert [each[:2] for each in found] == [(2, "Antal anställda"), (3, "Placerade AF")]
    assert "#DIV/0!" in found[0][2]


# Letters


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be",
                                      "cp1252", "mac_roman", "cp850"])  # fmt: skip
@pytest.mark.parametrize("name", ["Exempelhälsan Åtta", "Örebro kök", "Kafé Gävle", "Ös"])
def test_the_encoding_is_found(db: Database, encoding: str, name: str) -> None:
    assert taken_in(db, csv_of([HEAD, [FOUR[0], name, *FOUR[2:]]], encoding=encoding)) == 1
    assert names(db) == [name]


@pytest.mark.parametrize(
    ("good", "bad", "at"),
    [("utf-8", "cp1252", 3), ("cp1252", "utf-8", 3), ("mac_roman", "cp1252", 3),
     ("utf-8", "mac_roman", 3), ("cp1252", "mac_roman", 3)],
)  # fmt: skip
def test_two_encodings_in_one_file_are_refused_with_the_line(good: str, bad: str, at: int) -> None:
    rows = "Orgnr;Namn\n1;Exempelköket Åtta för smågrisar\n".encode(good)
    rows += "2;Hälsan\n".encode(bad) + "3;Gågatans kök och vävstuga\n".encode(good)
    assert refusal(rows)[0] == at


@pytest.mark.parametrize(
    "wrong",
    ["GÃ¤vle", "kÃ¶k", "G√§vle", "K\ufffdket", "Kök â€“ Norr", "Kök ‚Äì Norr", "FÃ¼r", "G├ñvle",
     "G‰vle", "GŠvle", "Bolln„s", "S…der", "G?vle",
     "K?rlek & v?rme", "G&auml;vle", "Kök &amp; Co", "G&#228;vle"],
)  # fmt: skip
def test_letters_that_another_program_read_wrongly_are_refused(wrong: str) -> None:
    assert refusal(f"Orgnr;Namn\n1;Ett\n2;{wrong}\n".encode())[0] == 3


@pytest.mark.parametrize(
    "good",
    [
        "Exempel 24” – Norr",
        "”Köket”s vänner",
        "Łódź",
        "iMåla",
        "Håll’",
        "… och",
        "Kök†",
        "H&m",
        "Vad? Hur?",
        "https://example.org/a?sida",
        "example.org/?a=b",
    ],
)
def test_letters_that_people_do_write_are_read(good: str) -> None:
    assert read(f"Orgnr;Namn\n1;{good}\n".encode()).lines[0][1][1] == good


@pytest.mark.parametrize(("written", "cell"), [
    ('="0270-00 00"', "0270-00 00"), ('"=""0011"""', "0011"), ('\ufeff"Ett"', "Ett"),
])  # fmt: skip
def test_what_programs_put_about_a_text_is_taken_off(written: str, cell: str) -> None:
    assert read(f"Orgnr;Namn\n{written};Ett\n2;Två\n".encode()).lines[0][1][0] == cell


def test_letters_that_two_encodings_read_as_well_are_refused_with_the_line() -> None:
    assert refusal("Orgnr;Namn\n1;Ett\n2;Øst\n".encode("cp850"))[0] == 3
    tail = "3;Hälsan;Ockelbo\n".encode()
    assert refusal("Orgnr;Namn;Kommun\n1;Ett;Hofors\n".encode("utf-16") + tail)[0] == 3


def test_letters_are_composed_as_a_mac_does_not(db: Database) -> None:
    taken_in(db, csv_of([HEAD, [FOUR[0], "Exempelko\u0308ket A\u030atta", *FOUR[2:]]]))
    assert names(db) == ["Exempelköket Åtta"]


# The header in the shape people have it


@pytest.mark.parametrize(
    "before",
    ["sep=;\n", "\ufeffsep=;\n", '"sep=;"\n', "\n\n", ";;;;;\n", "Lista över ASF\n\n",
     "Lista över ASF, Gävleborg, 2026;;;;;\nUttag;2026-11-30;;;;\n"],
)  # fmt: skip
def test_what_stands_above_the_header_is_passed_over(db: Database, before: str) -> None:
    assert taken_in(db, before.encode() + csv_of([HEAD, FOUR, FIVE])) == 2


@pytest.mark.parametrize("first", ["sep=,", 'sep=";"', "SEP = ;"])
def test_a_separator_that_is_stated_and_not_there_is_not_believed(first: str, db: Database) -> None:
    assert taken_in(db, f"{first}\n".encode() + csv_of([HEAD, FOUR, FIVE])) == 2


def test_lines_that_a_program_put_in_quotation_marks_are_read(db: Database) -> None:
    wrapped = csv_of([[line] for line in csv_of([HEAD, FOUR, FIVE]).decode().splitlines()])
    assert taken_in(db, wrapped) == 2


def test_a_list_without_headings_is_refused_and_its_first_line_not_taken_for_them() -> None:
    for write in (csv_of, openpyxl_of):
        line_of, words = refusal(write([FOUR, FIVE]))
        assert line_of == 1
        assert "ser ut som ett företag" in words


def test_headings_merged_over_two_columns_do_not_make_a_line_the_header() -> None:
    def change(book: Any) -> None:
        book.worksheets[0].merge_cells("A1:B1")

    by_number = [["Orgnr", "", "Kommun", "E-post"], [*FOUR[:3], "a@example.org"]]
    by_name = [["Företag", "", "Kommun", "Antal anställda"], ["Ett", "Norr", "Gävle", 5]]
    for rows in (by_number, by_name):
        assert read(openpyxl_of([*rows, rows[1]], change)).header_line == 1


def test_a_group_s_heading_does_not_say_what_a_column_under_it_is(db: Database) -> None:
    rows = [["Företaget", "", "", "Kontakt", ""],
            ["Orgnr", "Namn", "Kommun", "E-post", "Telefon"],
            [*FOUR[:3], "a@example.org", "000-00 00 10"]]  # fmt: skip

    def change(book: Any) -> None:
        book.worksheets[0].merge_cells("A1:C1")
        book.worksheets[0].merge_cells("D1:E1")

    assert looked_at(db, openpyxl_of(rows, change)).columns[3:] == (
        "contact_email",
        "contact_phone",
    )


@pytest.mark.parametrize("change", [str.upper, str.title, lambda name: f" {name}\n",
                                    lambda name: name.replace("_", "\n")])  # fmt: skip
def test_headings_in_any_case_and_with_line_breaks(db: Database, change: Any) -> None:
    for write in (csv_of, openpyxl_of):
        assert len(looked_at(db, write([[*map(change, HEAD)], FOUR])).reading.changes) == 1


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_the_separator_is_the_one_that_the_records_have(
    db: Database, separator: str, end: str
) -> None:
    row = [FOUR[0], f"Exempel; kök, mat{separator}kaffe", *FOUR[2:]]
    content = csv_of([HEAD, row, FIVE], separator, lineterminator=end)
    assert taken_in(db, content) == 2
    assert names(db)[0] == " ".join(row[1].split())


def test_the_first_visible_sheet_is_read_and_what_else_there_is_is_said() -> None:
    def change(book: Any) -> None:
        hidden, sheet = book.create_sheet("Dold", 0), book.worksheets[0]
        hidden.append(["x"])
        hidden.sheet_state = "hidden"
        book.create_sheet("2014").append(["y"])
        sheet = book["Sheet"]
        sheet.row_dimensions[3].hidden = True
        sheet.column_dimensions["C"].hidden = True

    rows = read_file(
        openpyxl_of([ANSWERS, ["1", "Ett", "x", 1, 2], ["2", "Två", "x", 3, 4]], change)
    )
    notes = " ".join(found_notes(rows, table(rows, knows(2015))))
    assert rows.sheet == "Sheet"
    for said in ("2 rader, 5 kolumner", "”Dold”, ”2014”", "1 rad är dold", "1 kolumn är dold"):
        assert said in notes, notes


def test_merged_cells_are_named_and_grouped_headings_joined() -> None:
    rows = [["Orgnr", "Företag", "Anställda", "", "Placerade"], ["", "", "kvinnor", "män", "AF"],
            ["1", "Ett", 3, 2, 1], ["2", "Två", "", 4, 1]]  # fmt: skip

    def change(book: Any) -> None:
        for cells in ("A1:A2", "B1:B2", "C1:D1", "C3:C4"):
            book.worksheets[0].merge_cells(cells)

    found = read(openpyxl_of(rows, change))
    assert found.header == (
        "Orgnr",
        "Företag",
        "Anställda kvinnor",
        "Anställda män",
        "Placerade AF",
    )
    assert {fault.line for fault in found.faults} == {3, 4}
    assert all("C3:C4" in fault.words for fault in found.faults)


@pytest.mark.parametrize(
    "total",
    [["", "Summa", "", 10, 6], ["Totalt", "", "", 10, 6], ["SUMMA:", "", "", 10, 6],
     ["", "", "", 10, 6], ["", "Summa länet", "", "", 6], ["Total", "", "", 10, 6],
     ["", "", "", 10, ""], ["", "Gävle totalt", "", 10, 6], ["", "Länet", "", 10, 6],
     ["", "Snitt", "", 5, 3], ["", "Antal företag: 2", "", "", ""], ["", "Σ", "", 10, 6],
     ["1", "Tot.", "st", 10, 6], ["Kommentar: se bilaga", "", "", "", ""], ANSWERS,
     ["Gävleborg", "", "", "", ""], ["", "Hälsingland", "", 10, 6],
     ["Region Gävleborg", "", "", "", ""]],
)  # fmt: skip
def test_a_row_that_only_adds_up_others_is_proposed_to_be_left_out(total: list[Any]) -> None:
    rows = [ANSWERS, ["1", "Ett", "Hofors", 5, 3], ["2", "Två", "Gävle", 5, 3], total]
    for content in (csv_of(rows), openpyxl_of(rows)):
        assert read(content).sums == (4,)
    assert read(csv_of([*rows[:3], ["3", "Totalkök AB", "Gävle", 10, 6]])).sums == ()


@pytest.mark.parametrize("written", [
    "3 maj 2014", "den 3 maj 2014", "3:e maj 2014", "3 MAJ. 2014", "May 3, 2014", "3rd May 2014",
    "2014-5-3", "2014/5/3", "2014.05.03", "3/5 2014", "3.5. 2014", "20140503",
    "2014-05-03 00:00:00",
])  # fmt: skip
def test_a_day_that_can_be_meant_in_one_way_is_read(written: str) -> None:
    assert (first_day(written), last_day(written)) == ("2014-05-03", "2014-05-03")


@pytest.mark.parametrize(("written", "day"), [
    ("13/04/2014", "2014-04-13"), ("04/13/2014", "2014-04-13"), ("5.5.2014", "2014-05-05"),
    ("maj 2014", "2014-05-01"), ("2014-5", "2014-05-01"), ("31 oct 2014", "2014-10-31"),
])  # fmt: skip
def test_a_day_that_the_numbers_themselves_tell_is_read(written: str, day: str) -> None:
    assert first_day(written) == day


@pytest.mark.parametrize("name", ["Total Städ AB", "Summa Summarum", "Samtliga", "Mean Bean AB",
                                  "Hälsingland"])  # fmt: skip
def test_an_enterprise_is_never_a_sum_whatever_it_is_called(db: Database, name: str) -> None:
    rows = [["Företag", "Orgnr", "Kommun"], [FOUR[1], FOUR[0], "Gävle"], [name, FIVE[0], "Gävle"]]
    assert taken_in(db, csv_of(rows)) == 2


def test_what_is_wrong_in_a_column_that_is_not_read_stops_no_line(db: Database) -> None:
    rows = [[*HEAD, "Kommentar"], [*FOUR, "=NOW()"], [*FIVE, ""]]

    def change(book: Any) -> None:
        book.worksheets[0].merge_cells("G2:G3")
        book.worksheets[0].merge_cells("I2:J3")

    assert taken_in(db, openpyxl_of(rows, change)) == 2


def test_two_rows_with_one_number_are_refused_as_one_of_them_would_be_lost() -> None:
    book = rewritten(openpyxl_of([HEAD, FOUR, FIVE]), lambda name, part: re.sub(
        rb'"([A-F]?)3"', rb'"\g<1>2"', part) if "sheet1" in name else part)  # fmt: skip
    assert refusal(book)[0] == 2


# A municipality, a form and a number as people write them


@pytest.mark.parametrize(
    ("written", "code"),
    [("Gävle", "2180"), ("GÄVLE KOMMUN", "2180"), (" gävle ", "2180"), ("2180", "2180"),
     ("2180 Gävle", "2180"), ("Gävle (2180)", "2180"), ("Ovanåkers kommun", "2121"),
     ("Ovanåker", "2121"), ("Bollnäs kn", "2183"), ("Hofors ", "2104"), ("2180, Gävle", "2180"),
     ("2180.0", "2180"), ("Kommun: Gävle", "2180")],
)  # fmt: skip
def test_a_municipality_is_known_by_name_or_code(db: Database, written: str, code: str) -> None:
    assert read_cell(asked(2015)["municipality_code"], written.strip()) == code
    row = line(4) | {"municipality_code": written}
    taken_in(db, csv_of([[*row], [*row.values()]]))
    assert enterprises.enterprises(db)[0].municipality_code == code


def test_columns_without_known_headings_are_known_by_what_stands_in_them(db: Database) -> None:
    rows = [["Nr", "Enhetens benämning", "Säte", "Vem", "Nås på"],
            [FOUR[0], "Exempel Ett", "Gävle", "Person", "a@example.org"],
            [FIVE[0], "Exempel Två", "HOFORS", "", "b@example.org"]]  # fmt: skip
    columns = looked_at(db, csv_of(rows)).columns
    assert (columns[0], columns[2], columns[4]) == (
        "org_number", "municipality_code", "contact_email",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"%PDF-1.7 x", "PDF"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "XLS"),
        (b"<html><table><tr><td>Orgnr</td></tr></table>", "webbsida"),
        (b"PK\x03\x04" + b"Index/Document.iwa", "Numbers"),
        (b"PK\x03\x04 application/vnd.oasis.opendocument.spreadsheet", "ODF"),
        (b"PK\x03\x04 word/document.xml", "inget kalkylblad"),
        (b"PK\x03\x04 xl/workbook.xml", "skadad"),
        (b"", "tom"),
        (b"\xef\xbb\xbf", "tom"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "inget kalkylblad"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01", "inget kalkylblad"),
        (b'[{"Orgnr": "1", "Namn": "Ett"}]', "inget kalkylblad"),
        (
            openpyxl_of(
                [["x"]],
                lambda book: (
                    book.create_sheet("Tom"),
                    setattr(book.worksheets[0], "sheet_state", "hidden"),
                ),
            ),
            "dolda: ”Sheet”",
        ),
        (openpyxl_of([["x"]], lambda book: book.create_sheet("Data").append(["y"])), "”Data”"),
    ],
)
def test_what_is_said_of_a_file_is_true(content: bytes, says: str) -> None:
    line_of, words = refusal(content)
    assert says in words
    # It is about the whole, and no row of it.
    assert line_of == 0


def test_a_list_in_an_archive_is_to_be_unpacked() -> None:
    for name, content in (("lista.xlsx", openpyxl_of([HEAD, FOUR])), ("lista.csv", b"a;b")):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as packed:
            packed.writestr(name, content)
        assert "Packa upp" in refusal(out.getvalue())[1]


# Ten files as the programs that people have write them

LIST = ["Företag", "Orgnr", "Kommun", "E-post", "Startår"]
TWO = [["Exempelköket Åtta", number(8), "Gävle", "a@example.org", 2014],
       ["Exempelhälsan Nio", number(9), "HOFORS", "", 2015]]  # fmt: skip


def merged(*cells: str) -> Any:
    return lambda book: [book.worksheets[0].merge_cells(each) for each in cells]


def of_statistics_office() -> bytes:
    rows = [["Tabell 3. Arbetsintegrerande sociala företag", *[None] * 4], [None] * 5, LIST, *TWO,
            ["Samtliga", None, None, None, None], [None] * 5,
            ["Källa: Exempelbyrån", *[None] * 4], ["1) Preliminärt", *[None] * 4]]  # fmt: skip
    return openpyxl_of(rows, merged("A1:E1"))


def of_numbers() -> bytes:
    def change(book: Any) -> None:
        merged("A1:E1")(book)
        book.worksheets[0].title = "Blad 1 - Tabell 1"

    return openpyxl_of([["Tabell 1", *[None] * 4], LIST, *TWO], change)


FILES: dict[str, bytes] = {
    "old Excel, CSV": csv_of([[*LIST, "", ""], *[[*row, "", ""] for row in TWO]], ";", "cp1252"),
    "Excel on a Mac, CSV": csv_of([LIST, *TWO], ";", "mac_roman", lineterminator="\r"),
    "Excel, Unicode text": csv_of([LIST, *TWO], "\t", "utf-16"),
    "Excel, CSV UTF-8": csv_of([LIST, *TWO], ";", "utf-8-sig"),
    "LibreOffice, CSV": csv_of([LIST, *TWO], ",", quoting=2, lineterminator="\n"),
    "Google, CSV": csv_of([LIST, *TWO], ",", lineterminator="\n"),
    "Google, XLSX": rewritten(xlsxwriter_of([LIST, *TWO]), lambda _name, part: re.sub(
        rb'<dimension ref="[^"]*"/>', b"", part)),
    "WPS, XLSX": with_stated_range(openpyxl_of([LIST, *TWO, [None] * 5]), "A1:XFD1048576"),
    "Numbers, XLSX": of_numbers(),
    "a statistics office, XLSX": of_statistics_office(),
}  # fmt: skip


@pytest.mark.parametrize("program", FILES)
def test_a_list_is_taken_in_as_a_program_writes_it(db: Database, program: str) -> None:
    found = looked_at(db, FILES[program])
    assert not found.reading.bad
    assert not found.unread
    assert taken_in(db, FILES[program]) == 2
    stored = {e.name: e for e in enterprises.enterprises(db)}
    assert [*stored] == ["Exempelhälsan Nio", "Exempelköket Åtta"]
    eight, nine = stored["Exempelköket Åtta"], stored["Exempelhälsan Nio"]
    assert (eight.municipality_code, nine.municipality_code) == ("2180", "2104")
    assert (eight.active_from, nine.active_from) == ("2014-01-01", "2015-01-01")
    contact = enterprises.main_contact(db, eight.id)
    assert contact
    assert contact.email == "a@example.org"
    assert [change.wanted.name for change in found.reading.without_address] == [nine.name]


# Whole: rows and columns in the file are rows and columns read

CELL = st.one_of(
    st.integers(0, 99_999),
    st.builds(
        lambda first, rest: f"{first}{rest}x",
        st.sampled_from("ABÅÄÖ"),
        st.text("abcåäö xyz,;.|-'\"", max_size=12),
    ),
    st.floats(0.5, 99.5).map(lambda number: round(number, 1)),
)
TABLES = st.integers(2, 12).flatmap(
    lambda wide: st.lists(st.lists(CELL, min_size=wide, max_size=wide), min_size=1, max_size=25)
)
WRITERS: dict[str, Any] = {
    "csv ;": lambda rows: csv_of(rows, ";"),
    "csv , quoted": lambda rows: csv_of(rows, ",", quoting=1),
    "csv tab utf-16": lambda rows: csv_of(rows, "\t", "utf-16"),
    "csv ; mac": lambda rows: csv_of(rows, ";", "mac_roman", lineterminator="\r"),
    "csv ; windows": lambda rows: csv_of(rows, ";", "cp1252"),
    "openpyxl": openpyxl_of,
    "openpyxl, short range": lambda rows: with_stated_range(openpyxl_of(rows), "A1:A1"),
    "xlsxwriter": xlsxwriter_of,
    "xlsxwriter, shared off": lambda rows: xlsxwriter_of(rows, constant_memory=True),
    "xlsxwriter, further down": lambda rows: xlsxwriter_of(rows, 3, 0),
    "pandas with index": lambda rows: xlsxwriter_of(
        [["" if at == 0 else at - 1, *row] for at, row in enumerate(rows)]
    ),
}


@given(TABLES, st.sampled_from(sorted(WRITERS)))
def test_rows_and_columns_in_the_file_are_rows_and_columns_read(
    cells: list[list[Any]], way: str
) -> None:
    header = ["Orgnr", "Företag", *(f"Kolumn {n}" for n in range(len(cells[0]) - 2))]
    content = WRITERS[way]([header, *cells])
    found = table(read_file(content), knows(2015))
    extra = int("index" in way)
    assert len(found.lines) == len(cells)
    assert len(found.header) == len(header) + extra
    assert [len(row) for _line, row in found.lines] == [len(header) + extra] * len(cells)
    for (_line, got), given_row in zip(found.lines, cells, strict=True):
        for text, value in zip(got[extra:], given_row, strict=True):
            # An apostrophe that keeps a spreadsheet from calculating is no part of a text.
            plain = as_meant(" ".join(str(value).split()))
            assert " ".join(text.split()) == (plain.removesuffix(".0") if way.startswith(
                ("open", "xlsx", "pandas")) and isinstance(value, float) else plain)  # fmt: skip

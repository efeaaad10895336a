"""Totals of a year without answers: kept as stated, published as printed, never taken back."""

import io
import json
import sqlite3
from pathlib import Path
from typing import Any, cast

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from sqlite_utils import Database

from reports.data.reader import read
from reports.text.paragraph import paragraph
from survey_data.database import rows, scalar
from survey_data.history import printed_series, printed_years, stated_totals
from survey_data.history.printed_years import gaps
from survey_data.history.stated_totals import (
    Source,
    StatedYear,
    Total,
    TotalsReleased,
    YearTaken,
)
from survey_data.publishing import comments, proof
from survey_data.publishing.publish import publish
from survey_data.rounds import rounds
from survey_data.rounds.rounds import Round, TotalsStated
from tests.conftest import BASE
from tests.office.register.test_register import PERSON
from tests.support.http_visitor import Form, Page, Visitor

PAGE = f"{BASE}/samordna/tidigare/totaler"
SOURCE = Source("Exempelberättelsen 2022", "Exempelförbundet", page="14")
COUNTY, HALSINGLAND, GASTRIKLAND = (
    ("county", "21"), ("province", "HALSINGLAND"), ("province", "GASTRIKLAND"),
)  # fmt: skip
# 120 placed, but the parts make 110; and the provinces have one enterprise less.
FIGURES = {
    (*COUNTY, "enterprises"): 27, (*HALSINGLAND, "enterprises"): 16,
    (*GASTRIKLAND, "enterprises"): 10, (*COUNTY, "employees"): 1210, (*COUNTY, "placed"): 120,
    (*COUNTY, "placed_af"): 80, (*COUNTY, "placed_kommun"): 20, (*COUNTY, "placed_other"): 10,
}  # fmt: skip


def stated(year: int = 2022, **changed: Any) -> StatedYear:
    given = {"totals": {spot: Total(n) for spot, n in FIGURES.items()}, **changed}
    return StatedYear(year, changed.pop("source", SOURCE), **given)


def typed(**changed: str) -> dict[str, str]:
    boxes = {f"total_{area}_{name}": str(n) for (_, area, name), n in FIGURES.items()}
    facts = {"title_sv": SOURCE.title_sv, "publisher": SOURCE.publisher, "page": "14",
             "is_public": "y"}  # fmt: skip
    return {"year": "2022", **facts, **boxes, **changed}


def form_to(page: Page, end: str) -> Form:
    return next(form for form in page.forms() if form.action.endswith(end))


def save(coordinator: Visitor, **changed: str) -> Page:
    page = coordinator.open(PAGE)
    return coordinator.submit(page, form_to(page, "/totaler"), typed(**changed))


def published_figures(db: Database) -> list[dict[str, Any]]:
    return rows(db, "SELECT * FROM stated_total ORDER BY area_code, indicator")


def test_totals_are_kept_exactly_as_they_were_typed(db: Database, coordinator: Visitor) -> None:
    page = save(coordinator, total_21_employees="1 210")
    assert "Totalerna för 2022 är sparade" in page.text
    assert "2 summor stämmer inte med sina delar" in page.text
    kept = stated_totals.of_year(db, 2022)
    assert kept is not None
    assert {spot: total.value for spot, total in kept.totals.items()} == FIGURES
    assert kept.source == SOURCE
    assert scalar(db, "SELECT public_says FROM stated_year") == "staff 1"


REFUSED: tuple[tuple[dict[str, str], str], ...] = (
    ({"is_public": ""}, "Kryssa i att siffrorna är offentliga"),
    ({"title_sv": ""}, "Skriv vad källan heter"),
    ({"publisher": ""}, "Skriv vem som gav ut den"),
    ({"url": "javascript:alert(1)"}, "Skriv hela adressen"),
    ({"total_21_placed": "12,5"}, "Skriv ett heltal"),
    ({"total_21_placed": "-1"}, "Skriv ett antal mellan 0"),
    ({"year": "2018"}, "Siffrorna för 2018 finns redan"),
    ({"year": "2999"}, "Skriv ett år mellan"),
    ({"note_sv": f"Enligt {PERSON}"}, "ser ut som ett personnummer"),
    ({f"total_21_{name}": "" for (_, area, name) in FIGURES if area == "21"},
     "Skriv minst en siffra för länet"),
)  # fmt: skip


def test_what_cannot_be_stated_is_refused_and_nothing_is_kept(
    db: Database, coordinator: Visitor
) -> None:
    for changed, says in REFUSED:
        form = typed(**changed)
        if not form["is_public"]:
            del form["is_public"]
        page = coordinator.open(PAGE)
        page = coordinator.submit(page, form_to(page, "/totaler"), form)
        assert says in page.text, changed
        assert PERSON not in page.text
    assert published_figures(db) == []
    assert scalar(db, "SELECT count(*) FROM audit WHERE action LIKE 'totals%'") == 0


def test_a_year_with_answers_or_an_open_round_takes_no_totals(
    db: Database, coordinator: Visitor, open_round: Round
) -> None:
    assert "Omgången 2021 är öppen" in save(coordinator, year="2021").text
    rounds.close_round(db, 2021, "test")
    assert stated_totals.save(db, stated(2021), "test"), "nobody answered"
    stated_totals.remove(db, 2021, "test")
    db.conn.execute(
        "INSERT INTO response (invitation_id, version, reference, handed_in_at, mode, language)"
        " SELECT min(id), 1, 'X', '2021', 'example', 'sv' FROM invitation"
    )
    assert "Företagen har svarat för 2021" in save(coordinator, year="2021").text
    with pytest.raises(YearTaken):
        stated_totals.save(db, stated(2021), "test")


def test_no_round_is_opened_for_a_year_of_totals(db: Database, open_round: Round) -> None:
    rounds.close_round(db, 2021, "test")
    stated_totals.save(db, stated(2022), "test")
    day = open_round.reference_date.replace(year=2022)
    with pytest.raises(TotalsStated):
        rounds.open_round(db, 2022, day, day.replace(month=11), open_round.questionnaire, "test")


def test_a_changed_total_keeps_the_old_one_in_the_trail(db: Database, coordinator: Visitor) -> None:
    save(coordinator)
    save(coordinator, total_21_employees="1211")
    [line] = rows(db, "SELECT before, after FROM audit WHERE action = 'totals changed'")
    assert json.loads(line["before"]) == {"21 employees": {"value": 1210, "note_sv": "",
                                                           "note_en": ""}}  # fmt: skip
    assert json.loads(line["after"])["21 employees"]["value"] == 1211
    assert "Inget var ändrat" in save(coordinator, total_21_employees="1211").text
    assert scalar(db, "SELECT count(*) FROM audit WHERE action = 'totals changed'") == 1


def test_totals_can_be_removed_until_a_release_has_them(
    app: Flask, db: Database, coordinator: Visitor
) -> None:
    save(coordinator)
    page = coordinator.open(f"{PAGE}?ar=2022")
    coordinator.submit(page, form_to(page, "/ta-bort"))
    assert published_figures(db) == []
    assert json.loads(
        scalar(db, "SELECT before FROM audit WHERE action = 'totals removed'")
    )["21 placed"]["value"] == 120  # fmt: skip
    save(coordinator)
    publish(db, app.extensions["places"], "test")
    page = coordinator.open(f"{PAGE}?ar=2022")
    assert not [form for form in page.forms() if form.action.endswith("/ta-bort")]
    with pytest.raises(TotalsReleased):
        stated_totals.remove(db, 2022, "test")
    page = save(coordinator, total_21_employees="")
    assert "Siffran är publicerad" in page.text
    assert len(published_figures(db)) == len(FIGURES)
    assert "Totalerna för 2022 är sparade" in save(coordinator, total_21_employees="1 211").text


def opened(app: Flask) -> Database:
    path: Path = app.extensions["places"].open
    return Database(sqlite3.connect(path))


def test_a_year_of_totals_is_a_printed_year_everywhere(app: Flask, db: Database) -> None:
    before = proof.basis(db)
    stated_totals.save(db, stated(note_sv="Räknat i november."), "test")
    assert proof.basis(db) != before, "an approval must not cover it unseen"
    assert 2022 in printed_years.printed_years(db)
    assert 2022 in comments.years(db)
    release = publish(db, app.extensions["places"], "test")
    assert release.id == "2022-1"
    out = opened(app)
    [placed] = rows(out, "SELECT * FROM observations WHERE year = 2022 AND indicator = 'placed'")
    assert (placed["value"], placed["status"]) == (120, "s")
    assert placed["note"] == (
        "Källan anger 120, men delarna summerar till 110. Vi visar båda talen. Räknat i november."
    )
    [source] = rows(out, "SELECT * FROM sources WHERE key = ?", (placed["source"],))
    assert (source["title_sv"], source["page"]) == (SOURCE.title_sv, "14")
    off = rows(out, "SELECT * FROM discrepancies WHERE period LIKE '2022%' ORDER BY indicator")
    assert [(d["indicator"], d["period"], d["difference"]) for d in off] == [
        ("enterprises", "2022, Hälsingland + Gästrikland", 1), ("placed", "2022", 10),
    ]  # fmt: skip
    assert rows(out, "SELECT asked, answered, is_example FROM coverage WHERE year = 2022") == [
        {"asked": None, "answered": None, "is_example": 0}
    ]
    # The printed years are as they were.
    assert scalar(out, "SELECT count(*) FROM observations WHERE year < 2022") == len(
        printed_series.published()
    )
    assert scalar(out, "SELECT count(*) FROM discrepancies WHERE period NOT LIKE '2022%'") == 3


def test_the_report_tells_the_year_with_its_source(app: Flask, db: Database) -> None:
    stated_totals.save(db, stated(), "test")
    only = {(*COUNTY, "employees"): Total(199)}
    stated_totals.save(db, StatedYear(2023, SOURCE, only), "test")
    publish(db, app.extensions["places"], "test")
    data = read(app.extensions["places"].open)
    said = paragraph(data, 2022)
    assert "Hösten 2022 fanns 27 registrerade" in said.replace("\u00a0", " ")
    assert "(Källan anger 120, men delarna summerar till 110.)" in said
    assert "Källan säger inte hur många av företagen som svarade." in said
    assert "säger källan inte. Företagen hade 199" in paragraph(data, 2023).replace("\u00a0", " ")
    client = app.test_client()
    paths = (
        *("/rapport/", "/rapport/placed", "/rapport/enterprises", "/rapport/utforska", "/om"),
        *("/oppna-data/latest/kvalitet", "/rapport/rapport-2023-1-sv.pdf"),
    )
    for path in paths:
        assert client.get(path).status_code == 200, path
    shown = client.get("/rapport/placed").get_data(as_text=True)
    assert "Exempelberättelsen 2022, s. 14" in shown


def test_an_edited_total_is_told_as_a_revision(app: Flask, db: Database) -> None:
    stated_totals.save(db, stated(), "test")
    publish(db, app.extensions["places"], "test")
    renamed = Source("Exempelberättelsen 2022, rättad", "Exempelförbundet")
    totals = {**stated().totals, (*COUNTY, "employees"): Total(1211)}
    stated_totals.save(db, StatedYear(2022, renamed, totals), "test")
    publish(db, app.extensions["places"], "test", note_sv="Rättat.", note_en="Corrected.")
    out = opened(app)
    [line] = rows(out, "SELECT * FROM revisions WHERE year = 2022")
    assert (line["indicator"], line["value_before"], line["value"]) == ("employees", 1210, 1211)
    # The earlier release still finds the source that it named.
    assert scalar(out, "SELECT count(*) FROM sources WHERE key LIKE 'angiven-%'") == 2


def upload(coordinator: Visitor, content: bytes, **changed: str) -> Page:
    page = coordinator.open(f"{PAGE}/fil")
    form = form_to(page, "/fil")
    data = {**{n: v[0] for n, v in form.fields.items()}, "title_sv": SOURCE.title_sv,
            "publisher": SOURCE.publisher, "is_public": "y", **changed}  # fmt: skip
    reply = coordinator.client.post(f"{PAGE}/fil", data=data, files={"file": ("t.csv", content)})
    return Page(reply.status_code, str(reply.url), reply.text)


def test_a_file_of_totals_is_looked_at_before_it_is_kept(
    db: Database, coordinator: Visitor
) -> None:
    lines = "år;område;mått;värde;anmärkning\n2022;Länet;Företag;27;Enligt bilaga\n"
    lines += "2023;county;employees;1 199;\n2023;Hälsingland;Anställda;;\n"
    page = upload(coordinator, lines.encode("utf-8-sig"))
    assert "Inget är sparat ännu" in page.text
    assert published_figures(db) == []
    page = coordinator.submit(page, page.forms()[-1])
    assert "Totaler för 2 år är sparade" in page.text
    kept = [(t["year"], t["indicator"], t["value"], t["note_sv"]) for t in published_figures(db)]
    assert sorted(kept) == [
        (2022, "enterprises", 27, "Enligt bilaga"), (2023, "employees", 1199, ""),
    ]  # fmt: skip
    assert scalar(db, "SELECT count(*) FROM earlier_draft") == 0


def test_sum_rows_of_a_file_are_left_out_and_any_line_can_be(
    db: Database, coordinator: Visitor
) -> None:
    lines = "Totaler\n\når;område;mått;värde;källa\n2022;Hälsingland;Företag;17,0;x\n"
    lines += "2022;Gästrikland;Företag;10;\n2022.0;länet;Anställda;90;\nSumma;;;27;\n"
    page = upload(coordinator, f"{lines}2022;länet;Företag;;\n".encode())
    assert page.status == 200
    for said in ("1 rad saknar värde", "Kolumner som inte läses: källa", "1 rad läses inte"):
        assert said in page.text, said
    form = page.forms()[-1]
    assert form.fields["leave"] == ["7"]
    # Left out by hand, and pressed at once: shown first.
    page = coordinator.submit(page, form, {"leave": ["5", "7"]})
    assert published_figures(db) == []
    # The sum is no figure: read after all it is named, and the file is still there.
    page = coordinator.submit(page, page.forms()[-1], {"leave": [], "go": "update"})
    assert page.status == 422
    assert "Rad 7, år" in page.text
    page = coordinator.submit(page, page.forms()[-1], {"leave": ["5", "7"], "go": "update"})
    page = coordinator.submit(page, page.forms()[-1])
    assert "Totaler för 1 år är sparade" in page.text
    kept = {(t["area_code"], t["indicator"]): t["value"] for t in published_figures(db)}
    assert sorted(kept.values()) == [17, 90]


BAD_LINES = (
    ("2022;Bollnäs;Företag;2", "Rad 2, område: Området ska vara länet"),
    ("2022;länet;Kaniner;2", "Rad 2, mått: Måttet finns inte"),
    ("2022;länet;Företag;2,5", "Rad 2, värde: Skriv ett heltal"),
    ("2022;länet;Företag;99999999999999999999", "Rad 2, värde: Skriv ett antal mellan 0"),
    ("22;länet;Företag;2", "Rad 2, år: Skriv årtalet"),
    ("2022;Hälsingland;Nådda med information;2", "Måttet anges bara för länet"),
    ("2022;länet;Anställda;2\n2019;länet;Företag;2", "Rad 3, år: Siffrorna för 2019 finns redan"),
    (f"2022;länet;Företag;2;{PERSON}", "ser ut som ett personnummer"),
)


def test_a_file_of_totals_with_a_fault_is_not_taken_in(db: Database, coordinator: Visitor) -> None:
    for line, says in BAD_LINES:
        page = upload(coordinator, f"år;område;mått;värde;anmärkning\n{line}\n".encode())
        assert page.status == 422
        assert says in page.text
        assert "Spara totalerna" not in page.text
        assert PERSON not in page.text
    assert published_figures(db) == []
    assert PERSON not in str(rows(db, "SELECT * FROM earlier_draft"))


def test_the_lines_of_totals_that_are_right_are_taken_in_without_those_that_are_wrong(
    db: Database, coordinator: Visitor
) -> None:
    lines = "år;område;mått;värde\n2022;länet;Företag;27\n2022;Bollnäs;Företag;2\n"
    page = upload(coordinator, f"{lines}2019;länet;Företag;2\n".encode())
    assert page.status == 422
    assert "Rad 3, område" in page.text
    page = coordinator.submit(page, page.forms()[-1], {"leave": ["3"], "go": "update"})
    assert "Rad 4, år: Siffrorna för 2019 finns redan" in page.text
    page = coordinator.submit(page, page.forms()[-1], {"leave": ["3", "4"], "go": "update"})
    assert page.status == 200
    assert published_figures(db) == []
    assert "Totaler för 1 år är sparade" in coordinator.submit(page, page.forms()[-1]).text
    assert [(t["year"], t["value"]) for t in published_figures(db)] == [(2022, 27)]


def test_the_template_comes_back_as_it_went_out(db: Database, coordinator: Visitor) -> None:
    reply = coordinator.client.get(f"{PAGE}/mall.xlsx?ar=2022")
    book = load_workbook(io.BytesIO(reply.content))
    sheet = book.worksheets[0]
    for row, line in enumerate(sheet.iter_rows(min_row=2, values_only=True), 2):
        if line[1:3] == ("länet", "Placerade"):
            sheet.cell(row, 4, 120)
    out = io.BytesIO()
    book.save(out)
    page = upload(coordinator, out.getvalue())
    coordinator.submit(page, page.forms()[-1])
    assert [(t["indicator"], t["value"]) for t in published_figures(db)] == [("placed", 120)]


COUNTS = st.dictionaries(st.sampled_from(stated_totals.spots()), st.integers(0, 500), min_size=1)


@given(COUNTS)
def test_every_gap_is_a_total_that_its_parts_do_not_make(figures: dict[Any, int]) -> None:
    found = gaps(cast("dict[tuple[str, str, str], int]", figures))
    for gap in found:
        assert figures[gap.spot] != gap.parts_sum
    # With the totals put as their gaps say, one by one, fewer do not agree.
    whole = (*COUNTY, "enterprises")
    provinces = [(*HALSINGLAND, "enterprises"), (*GASTRIKLAND, "enterprises")]
    if whole in figures and all(p in figures for p in provinces):
        differs = figures[whole] != sum(figures[p] for p in provinces)
        assert differs == any(g.spot == whole and g.is_of_provinces for g in found)

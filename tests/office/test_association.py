"""The association's own series: entered at the office, told in the next release, never too much."""

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from flask import Flask
from sqlite_utils import Database

from app import create_app
from reports.charts.cards import card_of
from reports.data.chart_model import COUNTY
from reports.data.model import OpenData
from reports.data.reader import read
from reports.text.paragraph import leading, paragraph, paragraphs
from survey_data.association import entries, milestones, reach, supervised_places
from survey_data.association.entries import PLACES, REACHED, SOURCE, StillNeeded
from survey_data.association.supervised_places import Places
from survey_data.automation import fictitious_enterprises
from survey_data.database import connect, rows, scalar
from survey_data.history import stated_totals
from survey_data.history.stated_totals import Source, StatedYear, Total, YearTaken
from survey_data.publishing import proof
from survey_data.publishing.publish import publish
from tests.conftest import BASE, sign_in
from tests.support.association import fill_association
from tests.support.http_visitor import Page, Visitor

DESK = f"{BASE}/samordna/serier"
NEW = {
    "information": {"held_on": "2021-03-04", "kind": "meeting", "audience": "staff",
                    "municipality_code": "2183", "persons": "40", "note": "Exempel"},
    "platser": {"municipality_code": "2104", "year": "2021", "granted": "4", "used": "2",
                "individuals": "2", "to_work_women": "1", "returned_men": "1"},
    "handelser": {"kind": "policy", "municipality_code": "2101", "year": "2022",
                  "label_sv": "Policy antagen", "label_en": "Policy adopted",
                  "reference": "KF § 4 (exempel)"},
}  # fmt: skip
FIELD = {"information": "held_on", "platser": "granted", "handelser": "label_sv"}
TABLE = {"information": "reach_activity", "platser": "supervised_place", "handelser": "milestone"}


def enter(visitor: Visitor, series: str, **changed: str) -> Page:
    page = visitor.open(f"{DESK}/{series}/ny")
    return send(visitor, page, series, {**NEW[series], **changed})


def send(visitor: Visitor, page: Page, series: str, filled: dict[str, str]) -> Page:
    form = page.form_with(FIELD[series])
    assert form is not None, page.title
    return visitor.submit(page, form, filled)


def press(visitor: Visitor, path: str, ending: str, **filled: str) -> Page:
    page = visitor.open(f"{DESK}/{path}")
    form = next(f for f in page.forms() if f.action.endswith(ending))
    return visitor.submit(page, form, filled)


def count(db: Database, series: str) -> int:
    return int(scalar(db, f"SELECT count(*) FROM {TABLE[series]}"))


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, OpenData]]:
    """Two years entered at the office over HTTP and published; what follows only reads it."""
    folder = tmp_path_factory.mktemp("released")
    given = {"BASE_URL": BASE, "SMTP_URL": "", "TESTING": True, "PROOF_APART": False}
    app = create_app({"DATA_DIR": folder, **given})
    app.config["SECOND_FACTOR"] = False
    app.config["PROPAGATE_EXCEPTIONS"] = False
    db = app.extensions["store"].db
    fictitious_enterprises.add_to_register(db, "test")
    with Visitor(httpx.Client(transport=httpx.WSGITransport(app=app), base_url=BASE)) as visitor:
        fill_two_years(sign_in(visitor, db, "coordinator"))
    publish(db, app.extensions["places"], "test")
    yield app, read(app.config["OPEN_DB"])
    app.extensions["store"].close()


def fill_two_years(office: Visitor) -> None:
    enter(office, "information")
    enter(office, "information", held_on="2021-10-01", kind="podcast", persons="1 200")
    enter(office, "information", held_on="2022-02-02", persons="100")
    enter(office, "information", held_on="2022-11-02", persons="112")
    # Never marked as complete.
    enter(office, "information", held_on="2023-01-09", persons="7")
    enter(office, "platser", granted="7", used="5", individuals="5", returned_men="4")
    enter(office, "platser", municipality_code="2132", granted="8", used="6", individuals="6",
          to_work_women="", returned_men="6")  # fmt: skip
    enter(office, "handelser")
    enter(office, "handelser", kind="context", municipality_code="", label_sv="En lag ändras",
          label_en="A law changes", mark_sv="Ny lag i hela landet",
          mark_en="New law in the whole country")  # fmt: skip
    for year in ("2021", "2022"):
        assert "är klart" in press(office, "information", f"{year}/klart").text
    press(office, "platser", "2021/klart")


def values(app: Flask) -> dict[tuple[int, str, str], int]:
    found = rows(connect(app.config["OPEN_DB"]), "SELECT * FROM observations WHERE source = ?",
                 (SOURCE,))  # fmt: skip
    return {(r["year"], r["area_code"], r["indicator"]): r["value"] for r in found}


def test_what_is_entered_stands_in_the_open_file_and_a_year_not_complete_does_not(
    released: tuple[Flask, OpenData],
) -> None:
    assert values(released[0]) == {
        (2021, "21", "reached"): 40,
        (2022, "21", "reached"): 212,
        (2021, "2104", "places_granted"): 7,
        (2021, "2104", "places_used"): 5,
        (2021, "2132", "places_granted"): 8,
        (2021, "2132", "places_used"): 6,
        (2021, "21", "places_granted"): 15,
        (2021, "21", "places_used"): 11,
    }
    note = released[1].points[COUNTY, "reached"][5].note
    assert "1\u00a0200" in note.sv
    assert "1,200" in note.en


def test_the_charts_go_on_with_the_new_years(released: tuple[Flask, OpenData]) -> None:
    data = released[1]
    reached = card_of("reached", data, "sv")
    assert reached is not None
    assert reached.figure is not None
    [bars] = [trace for trace in reached.figure["data"] if trace["type"] == "bar"]
    assert dict(zip(bars["x"], bars["y"], strict=True)) | {2021: 40, 2022: 212} == dict(
        zip(bars["x"], bars["y"], strict=True)
    )
    assert 2023 not in bars["x"]
    spots = card_of("places", data, "sv")
    assert spots is not None
    assert spots.title == "22 av 38 beviljade platser användes 2016–2018 och 2021"
    table = {row.heading: [cell.text for cell in row.cells] for row in spots.table.rows}
    assert table["2021 Hofors"] == ["7", "5"]
    assert table["Utfall 2016–2018: Till arbete"][1] == "1"
    assert not any(heading.startswith("Utfall 2021") for heading in table)


def test_the_grid_and_the_marks_of_the_charts_have_the_new_milestones(
    released: tuple[Flask, OpenData],
) -> None:
    grid = card_of("steps", released[1], "en")
    assert grid is not None
    table = {row.heading: [cell.text for cell in row.cells] for row in grid.table.rows}
    assert table["Ockelbo"][0] == "2022"
    assert {source.key for source in grid.sources} == {"slutrapport-2016-2020", SOURCE}
    reached = card_of("reached", released[1], "sv")
    assert reached is not None
    named = [(event.year, event.label.sv) for event in reached.events]
    named += [(int(note.text[:4]), note.text[5:-1]) for note in reached.notes if note.mark]
    assert (2022, "Ny lag i hela landet") in named
    assert (2019, "Arbetsförmedlingen reformeras") in named


def test_the_paragraph_tells_a_year_that_has_no_inventory(released: tuple[Flask, OpenData]) -> None:
    data = released[1]
    assert paragraph(data, 2022) == (
        "Under 2022 nåddes 212\u00a0personer med information. Poddlyssnare är inte medräknade."
    )
    english = paragraph(data, 2021, "en")
    assert english.startswith("In 2021 40\u00a0people were reached with information.")
    assert "The association granted 15\u00a0supervised places; 11 were used" in english
    assert "Hofors 5 of 7" in english
    assert paragraph(data, 2023) == ""
    found = paragraphs(data, "sv")
    assert [year for year, _ in found][:3] == [2022, 2021, 2020]
    assert leading(data, found) == 3


def test_nobody_reads_an_outcome_by_place_or_gender_in_any_open_table(
    released: tuple[Flask, OpenData],
) -> None:
    app = released[0]
    open_db = connect(app.config["OPEN_DB"])
    assert rows(open_db, "SELECT * FROM place_outcomes_by_gender") == []
    assert {r["source"] for r in rows(open_db, "SELECT * FROM place_outcomes")} == {
        "slutrapport-2016-2020"
    }
    files = [p for p in Path(app.extensions["places"].releases).rglob("*") if p.is_file()]
    assert any(p.name == "place_outcomes_by_gender.csv" for p in files)
    assert not any(b"to_work,women" in p.read_bytes() for p in files)


def test_analysts_have_the_details_of_complete_years_but_no_free_text(
    released: tuple[Flask, OpenData],
) -> None:
    analysts = connect(released[0].config["ANALYSTS_DB"])
    survey_round = [r["held_on"] for r in rows(analysts, "SELECT * FROM reach_activities")]
    assert survey_round == ["2021-03-04", "2021-10-01", "2022-02-02", "2022-11-02"]
    cells = rows(analysts, "SELECT * FROM supervised_outcomes ORDER BY municipality_code, outcome")
    assert [(r["municipality_code"], r["outcome"], r["gender"], r["persons"]) for r in cells] == [
        ("2104", "returned", "men", 4),
        ("2104", "to_work", "women", 1),
        ("2132", "returned", "men", 6),
    ]
    for table in ("reach_activities", "supervised_places", "supervised_outcomes"):
        assert "note" not in analysts[table].columns_dict


WRONG = [
    ("information", {"held_on": "2999-01-01"}, "Dagen har inte varit än."),
    ("information", {"held_on": "2020-05-05"}, "Åren före 2021 är tryckta"),
    ("information", {"held_on": "5 maj"}, "Skriv datumet som ÅÅÅÅ-MM-DD."),
    ("information", {"persons": "tolv"}, "Skriv antalet med siffror, utan decimaler."),
    ("information", {"persons": ""}, "Skriv hur många som fick informationen."),
    ("information", {"persons": "-3"}, "Skriv ett antal från 0 till"),
    ("information", {"kind": ""}, "Välj vad det var för slags insats."),
    ("platser", {"granted": ""}, "Skriv hur många platser som beviljades, 0 om inga."),
    ("platser", {"granted": "1"}, "Fler platser används än som beviljats."),
    ("platser", {"to_work_women": "2"}, "Utfallen blir tillsammans 3, men personerna är 2."),
    ("platser", {"individuals": "0", "to_work_women": "", "returned_men": ""},
     "Skriv hur många personer som hade dem."),
    ("platser", {"used": "0"}, "Ingen plats används, så ingen kan ha haft den."),
    ("platser", {"returned_men": "x"}, "Skriv antalet med siffror"),
    ("platser", {"places_1": "3", "group_1": "sick_listed", "months_1": "6"},
     "blir tillsammans 3, men 4 beviljades."),
    ("platser", {"places_2": "4", "months_2": "6"}, "Välj för vem platserna beviljades."),
    ("platser", {"places_1": "4", "group_1": "other", "months_1": "48"}, "1 till 36."),
    ("platser", {"group_4": "other", "months_4": "6"}, "Skriv hur många platser raden gäller."),
    ("handelser", {"municipality_code": ""}, "Välj vilken kommun eller part som tog steget."),
    ("handelser", {"label_en": ""}, "Skriv samma sak på engelska"),
    ("handelser", {"reference": ""}, "Skriv var det står"),
    ("handelser", {"mark_sv": "Märke", "mark_en": "Mark"}, "Bara händelser i omvärlden"),
    ("handelser", {"kind": "context", "mark_sv": "Märke"}, "Skriv märket på båda språken"),
    ("handelser", {"year": "1999"}, "Skriv ett år från 2000 till"),
]  # fmt: skip


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Visitor, Database]]:
    """A coordinator at an empty office; what follows must leave nothing there."""
    folder = tmp_path_factory.mktemp("office")
    app = create_app({"DATA_DIR": folder, "BASE_URL": BASE, "SMTP_URL": "", "TESTING": True})
    app.config["SECOND_FACTOR"] = False
    app.config["PROPAGATE_EXCEPTIONS"] = False
    db = app.extensions["store"].db
    with Visitor(httpx.Client(transport=httpx.WSGITransport(app=app), base_url=BASE)) as visitor:
        yield sign_in(visitor, db, "coordinator"), db
    app.extensions["store"].close()


@pytest.mark.parametrize(("series", "changed", "said"), WRONG)
def test_what_is_wrong_stops_with_what_to_do_and_nothing_typed_is_lost(
    office: tuple[Visitor, Database], series: str, changed: dict[str, str], said: str
) -> None:
    visitor, db = office
    page = enter(visitor, series, **changed)
    assert page.path.endswith("/ny")
    assert page.title.startswith("Fel: ")
    assert said in page.text
    assert 'class="error-summary"' in page.text
    form = page.form_with(FIELD[series])
    assert form is not None
    for name, value in {**NEW[series], **changed}.items():
        assert form.fields[name] == [value], name
    assert count(db, series) == 0


def test_the_same_place_and_year_twice_and_a_personal_number_are_refused(
    coordinator: Visitor, db: Database
) -> None:
    enter(coordinator, "platser")
    assert "har redan uppgifter för det året" in enter(coordinator, "platser").text
    page = enter(coordinator, "information", note="Ring 811218-9876")
    assert "sparas inte" in page.text
    assert "811218-9876" not in page.text
    assert count(db, "platser") == 1
    assert count(db, "information") == 0


DOUBTS = [
    ("information", {}, {}, "redan en insats av samma slag den dagen"),
    ("information", {}, {"held_on": "2021-04-04", "persons": "121"}, "mer än tre gånger"),
    ("information", {}, {"held_on": "2021-04-04", "persons": "0"}, "Antalet är noll."),
    ("platser", None, {"individuals": "3", "returned_men": "2"}, "fler personer än nyttjade"),
    ("platser", None, {"individuals": "1", "returned_men": ""}, "färre personer än nyttjade"),
    ("handelser", None, {"municipality_code": "2183", "year": "2018"}, "redan en händelse"),
]


@pytest.mark.parametrize(("series", "first", "changed", "said"), DOUBTS)
def test_what_is_unusual_is_asked_once_and_kept_when_it_is_right(
    coordinator: Visitor,
    db: Database,
    series: str,
    first: dict[str, str] | None,
    changed: dict[str, str],
    said: str,
) -> None:
    if first is not None:
        enter(coordinator, series, **first)
    before = count(db, series)
    page = enter(coordinator, series, **changed)
    assert said in page.text
    assert count(db, series) == before
    # Sent again without a yes it is asked again; the box is outside the form it belongs to.
    page = send(coordinator, page, series, {})
    assert said in page.text
    [box] = [part.partition('"')[0] for part in page.text.split('name="confirmed" value="')[1:]]
    send(coordinator, page, series, {"confirmed": box})
    assert count(db, series) == before + 1


def test_a_change_needs_a_reason_and_the_trail_keeps_old_new_and_removed(
    coordinator: Visitor, db: Database
) -> None:
    enter(coordinator, "platser")
    page = coordinator.open(f"{DESK}/platser/1")
    refused = send(coordinator, page, "platser", {"granted": "5", "reason": ""})
    assert "Skriv varför uppgiften ändras." in refused.text
    assert scalar(db, "SELECT granted FROM supervised_place") == 4
    send(coordinator, refused, "platser", {"reason": "Beslutet lästes fel.", "to_work_women": "0",
                                           "extended_women": "1"})  # fmt: skip
    page = coordinator.open(f"{DESK}/platser/1")
    for said in ("Beviljade: 4 → 5", "Till arbete, kvinnor: 1 → 0", "Förlängd, kvinnor: 0 → 1",
                 "Beslutet lästes fel."):  # fmt: skip
        assert said in page.text
    [line] = rows(db, "SELECT * FROM audit WHERE action = 'place changed'")
    assert json.loads(line["before"])["granted"] == 4
    assert json.loads(line["after"])["granted"] == 5
    assert line["actor"] == f"staff {scalar(db, 'SELECT id FROM staff')}"
    away = press(coordinator, "platser/1", "/ta-bort", removal_reason="")
    assert "Skriv varför uppgiften tas bort." in away.text
    gone = press(coordinator, "platser/1", "/ta-bort", removal_reason="Dubbel rad.")
    assert count(db, "platser") == 0
    assert scalar(db, "SELECT count(*) FROM supervised_outcome") == 0
    assert "Dubbel rad." in gone.text
    assert "Hofors 2021" in gone.text


def test_what_the_report_says_of_an_activity_a_place_and_a_step_is_kept_and_listed(
    app: Flask, db: Database, coordinator: Visitor
) -> None:
    enter(coordinator, "information", kind="breakfast", audience="politicians",
          partner="Exempelpartnern")  # fmt: skip
    page = coordinator.open(f"{DESK}/information")
    for said in ("Frukostmöte", "Politiker", "Exempelpartnern"):
        assert said in page.text
    enter(coordinator, "platser", places_1="3", group_1="sick_listed", months_1="6",
          places_2="1", group_2="other", months_2="12")  # fmt: skip
    page = coordinator.open(f"{DESK}/platser/1")
    form = page.form_with("granted")
    assert form is not None
    assert [form.fields[f"{name}_2"] for name in ("group", "months", "places")] == [
        ["sick_listed"], ["6"], ["3"],
    ]  # fmt: skip
    send(coordinator, page, "platser", {"places_1": "", "group_1": "", "months_1": "",
                                        "places_2": "4", "reason": "Läst fel."})  # fmt: skip
    history = coordinator.open(f"{DESK}/platser/1").text
    assert "1 plats, en annan grupp, 12 månader; 3 platser, sjukskrivna, 6 månader →" in history
    assert [tuple(r.values()) for r in rows(db, "SELECT * FROM supervised_grant")] == [
        (1, "sick_listed", 6, 4)
    ]
    enter(coordinator, "handelser", municipality_code="af")
    assert "Arbetsförmedlingen" in coordinator.open(f"{DESK}/handelser").text
    press(coordinator, "information", "2021/klart")
    press(coordinator, "platser", "2021/klart")
    publish(db, app.extensions["places"], "test")
    open_db = connect(app.config["OPEN_DB"])
    [step] = rows(open_db, "SELECT * FROM milestones WHERE source = ?", (SOURCE,))
    assert (step["municipality_code"], step["party"]) == (None, "af")
    # For whom and how long is for the office alone, and so is with whom.
    files = [p for p in Path(app.extensions["places"].releases).rglob("*") if p.is_file()]
    for known in (*files, Path(app.config["OPEN_DB"]), Path(app.config["ANALYSTS_DB"])):
        assert b"sick_listed" not in known.read_bytes()
        assert b"Exempelpartnern" not in known.read_bytes()


@pytest.mark.parametrize("series", ["information", "platser", "handelser"])
def test_printed_lines_show_as_printed_and_cannot_be_opened(
    coordinator: Visitor, series: str
) -> None:
    page = coordinator.open(f"{DESK}/{series}")
    printed = {"information": "1\u00a0275", "platser": "Nordanstig", "handelser": "Pandemin"}
    assert f'href="/samordna/serier/{series}/' not in page.text.replace(f"{series}/ny", "")
    if series != "information":
        assert printed[series] in page.text
    else:
        assert all(f">{n}<" in page.text for n in (95, 586, 235, 183, 176))
    assert coordinator.open(f"{DESK}/{series}/1").status == 404


def test_a_year_is_a_gap_until_it_is_complete_and_can_wait_again(
    app: Flask, db: Database, coordinator: Visitor
) -> None:
    def open_years() -> set[int]:
        publish(db, app.extensions["places"], "test")
        return {year for year, *_ in values(app)}

    client = coordinator.client
    page = coordinator.open(f"{DESK}/information")
    assert "/klart" not in page.text
    enter(coordinator, "information")
    before = proof.basis(db)
    assert open_years() == set()
    press(coordinator, "information", "2021/klart")
    assert proof.basis(db) != before
    assert "utan personnummer" in press(coordinator, "information", "2021/oppna").text
    assert entries.complete_years(db, REACHED) == {2021}
    press(coordinator, "information", "2021/oppna", reopen_reason="En insats saknas.")
    assert open_years() == set()
    with pytest.raises(StopIteration):
        press(coordinator, "information", "2022/klart")
    press(coordinator, "information", "2021/klart")
    assert open_years() == {2021}
    assert "/oppna" not in coordinator.open(f"{DESK}/information").text
    assert client.get(f"{DESK}/information").status_code == 200


def test_a_told_year_is_revised_openly_and_never_taken_back(app: Flask, db: Database) -> None:
    fill_association(db)
    for series in (REACHED, PLACES):
        entries.mark_complete(db, series, 2021, "test")
    publish(db, app.extensions["places"], "test")
    activity = next(a for a in reach.everyone(db) if a.kind == "meeting")
    reach.save(db, reach.Activity(**vars(activity) | {"persons": 50}), "Räknat om.", "test")
    publish(db, app.extensions["places"], "test")
    [revised] = rows(connect(app.config["OPEN_DB"]), "SELECT * FROM revisions")
    assert (revised["value_before"], revised["value"]) == (40, 50)
    known = [each for each in supervised_places.everyone(db, with_grants=True) if each.year == 2021]
    for each in known:
        with pytest.raises(StillNeeded):
            supervised_places.remove(db, each.id, "Fel.", "test")
    nobody = Places(2021, known[0].municipality_code, 0, 0, 0, {}, "", known[0].id)
    supervised_places.save(db, nobody, "Beslutet drogs tillbaka.", "test")
    assert milestones.everyone(db)[0].year == 2022


def test_a_year_is_told_either_here_or_as_somebody_printed_it(
    db: Database, coordinator: Visitor
) -> None:
    enter(coordinator, "information")
    source = Source("Exempelrapporten", "Exempelförbundet")
    stated = StatedYear(2021, source, {("county", "21", "reached"): Total(90)})
    stated_totals.save(db, stated, "test")
    assert "redan angiven" in press(coordinator, "information", "2021/klart").text
    assert entries.complete_years(db, REACHED) == frozenset()
    stated_totals.remove(db, 2021, "test")
    press(coordinator, "information", "2021/klart")
    with pytest.raises(YearTaken):
        stated_totals.save(db, stated, "test")

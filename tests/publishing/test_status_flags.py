"""The signs beside the figures: preliminary, revised, and what they combine with."""

import csv
import io
import json
import re
import sqlite3
from contextlib import closing
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from sqlite_utils import Database

from reports.charts.card import table
from reports.charts.cards import charts_of
from reports.charts.figures.annotations import letter
from reports.charts.figures.axes import tentative
from reports.data.reader import read as read_charts
from survey_data.database import rows, run
from survey_data.history.printed_series import published
from survey_data.publishing import release_workflow
from survey_data.publishing.publish import Places, publish
from survey_data.releases import open_db
from survey_data.releases.archive import WITHDRAWN, Withdrawal
from survey_data.releases.open_db import Release
from survey_data.rounds.rounds import Round
from survey_data.statistics import published_tables
from survey_data.statistics.published_tables import read
from tests.conftest import BASE
from tests.support.closed_round import correct_enough, release, silent
from tests.support.http_visitor import Visitor

DOUBTFUL_FIRST = "xkpuesr"
Key = tuple[int, str, str]


def figures_in(path: Path, table: str = "observations") -> dict[Key, dict[str, Any]]:
    found = read(path).records(table)
    return {(row["year"], row["area_code"], row["indicator"]): row for row in found}


@pytest.fixture
def places(app: Flask) -> Places:
    kept: Places = app.extensions["places"]
    return kept


@pytest.fixture
def preliminary(db: Database, places: Places, two_silent: Round) -> str:
    """The number of a preliminary release with one enterprise estimated."""
    assert release_workflow.estimate(
        db, two_silent, {silent(db, two_silent)[0]}, "Svarar inte.", "staff 1"
    )
    return str(release(db, places, "preliminary").id)


def test_every_value_of_a_round_that_is_not_final_is_preliminary(
    preliminary: str,
    places: Places,
) -> None:
    found = figures_in(places.open)
    own = {key for key, row in found.items() if row["source"] == "inventering"}
    assert {key[0] for key in own} == {2021, 2022}
    for key, row in found.items():
        assert ("p" in row["signs"]) is (key in own), key
        assert row["status"] == row["signs"][0]
        assert (row["value"] is None) is (row["signs"] in ("x", "xp")), key
    # One of the two silent ones is estimated, so the county still lacks an answer.
    assert found[2022, "21", "employees"]["signs"] == "pue"
    assert found[2022, "21", "enterprises"]["signs"] == "p"
    assert found[2018, "21", "placed"]["signs"] == "s"
    assert {"p", "pe", "pu", "pue"} >= {found[key]["signs"] for key in own}
    # Such a point is drawn hollow and keeps its other letter.
    numbers = charts_of(read_charts(places.open))["employees"]
    assert numbers.total
    point = numbers.total.at(2022)
    assert point
    assert tentative(numbers, point)
    assert letter(point) == "ue"


def test_the_final_release_takes_the_sign_away_and_calls_nothing_else_a_change(
    preliminary: str,
    db: Database,
    places: Places,
    visitor: Visitor,
) -> None:
    final = release(db, places, note_sv="Slutlig.", note_en="Final.")
    found = figures_in(places.open)
    assert not [key for key, row in found.items() if "p" in row["signs"]]
    assert found[2022, "21", "employees"]["signs"] == "ue"
    assert not read(places.open).records("revisions")
    kept = rows(db, "SELECT DISTINCT signs FROM released_figure WHERE release_id = ?",
                (preliminary,))  # fmt: skip
    assert {"pue", "p"} <= {row["signs"] for row in kept}
    page = visitor.open(f"{BASE}/oppna-data/{final.id}/").text
    assert "Inget värde som var öppet förut har ändrats." in page


def test_a_value_that_was_told_otherwise_before_is_revised_from_then_on(
    db: Database,
    places: Places,
    two_silent: Round,
) -> None:
    release(db, places)
    before = figures_in(places.open)
    correct_enough(db, two_silent)
    for _ in range(2):
        release(db, places, note_sv="Rättat.", note_en="Corrected.")
        now = figures_in(places.open)
        changed = {
            key for key, row in now.items()
            if None not in (row["value"], before[key]["value"])
            and row["value"] != before[key]["value"]
        }  # fmt: skip
        assert (2022, "21", "employees") in changed
        assert {key for key, row in now.items() if "r" in row["signs"]} == changed
        assert {now[key]["signs"] for key in changed} == {"r", "ur"}
    # Which release did it is told by the view, once.
    found = read(places.open).records("revisions")
    assert {row["release"] for row in found} == {"2022-2"}
    assert {(r["year"], r["area_code"], r["indicator"]) for r in found} >= changed


def test_a_revised_sum_that_differs_from_its_parts_keeps_both_signs(
    db: Database, places: Places, visitor: Visitor
) -> None:
    publish(db, places, "test")
    history = tuple(
        replace(v, value=v.value + 1) if (v.year, v.indicator) == (2018, "placed") else v
        for v in published()
    )
    number = publish(db, places, "test", history=history, note_sv="Rättat.", note_en="Revised.").id
    row = figures_in(places.open)[2018, "21", "placed"]
    assert (row["value"], row["status"], row["signs"]) == (245, "s", "sr")
    assert places.releases
    folder = places.releases / number
    lines = csv.DictReader(io.StringIO((folder / "observations.csv").read_text(), newline=""))
    assert [line["signs"] for line in lines if line["value"] == "245"] == ["sr"]
    head, *cells = load_workbook(folder / "data.xlsx")["Data"].iter_rows(values_only=True)
    assert [c[head.index("signs")] for c in cells if c[head.index("value")] == 245] == ["sr"]
    cube = json.loads((folder / "observations.sv.json-stat.json").read_text())
    [place] = [place for place, value in cube["value"].items() if value == 245]
    assert (cube["status"][place], cube["extension"]["signs"]) == ("s", {place: "sr"})
    numbers = charts_of(read_charts(places.open))["placed"]
    assert numbers.total
    point = numbers.total.at(2018)
    assert point
    assert letter(point) == "sr"
    [cell] = [c for row in table(numbers).rows for c in row.cells if c.text == "245"]
    assert (cell.sign, cell.meaning) == ("sr", "summan avviker, rättad")
    assert "sr" in visitor.open(f"{BASE}/rapport/placed").text


def test_a_chart_is_shown_as_it_was_known_in_an_earlier_release(
    db: Database, places: Places, visitor: Visitor
) -> None:
    first = publish(db, places, "test")
    history = tuple(
        replace(v, value=v.value + 1) if (v.year, v.indicator) == (2018, "placed") else v
        for v in published()
    )
    number = publish(db, places, "test", history=history, note_sv="Rättat.", note_en="Revised.").id
    chart = f"{BASE}/rapport/placed"
    now = visitor.open(chart).text
    assert "Du ser siffrorna" not in now
    assert f'<option value="{number}" selected>' in now
    then = visitor.open(f"{chart}?fran=2017&till=2020&utgava={first.id}").text
    assert f"i utgåva {first.id}." in then
    assert f'<option value="{first.id}" selected>' in then
    body = then[then.index("<tbody>") : then.index("</tbody>")]
    assert "244<sup" in body
    assert "245" not in body
    changed = then[then.index('id="changed"') :]
    row = r'<th scope="row">2018</th><td>Totalt</td><td.*?>244 s</td><td.*?>245 sr</td>'
    assert re.search(row, changed)
    assert f"utgava={first.id}" in then[then.index("<svg") :], "what is taken home is of it too"
    asked = f"fran=2017&till=2020&utgava={first.id}"
    assert ";244;" in visitor.open(f"{chart}.csv?{asked}").text
    assert ";245;" in visitor.open(f"{chart}.csv").text
    for file in (f"{chart}.svg?{asked}", f"{chart}/badda-in?{asked}"):
        assert f"tgåva {first.id}" in visitor.open(file).text
    # A chart in which nothing was changed says so, and a current release needs no reminder.
    same = visitor.open(f"{BASE}/rapport/employees?utgava={first.id}").text
    assert "Inget i det här diagrammet har ändrats sedan dess." in same
    assert "Du ser siffrorna" not in visitor.open(f"{chart}?utgava={number}").text
    assert visitor.open(f"{chart}?utgava=1999-1").status == 404
    assert places.releases
    said = Withdrawal(first.id, "2021-01-01T00:00:00+00:00", "Fel.", "Wrong.")
    (places.releases / first.id / WITHDRAWN).write_text(json.dumps(asdict(said)))
    assert visitor.open(f"{chart}?utgava={first.id}").status == 410
    assert f'<option value="{first.id}"' not in visitor.open(chart).text


def test_a_total_that_lacks_answers_says_so_with_its_n_of_n_in_every_file(
    db: Database, places: Places, two_silent: Round, visitor: Visitor
) -> None:
    run(db, "UPDATE round SET is_example = 0")
    release(db, places)
    found = figures_in(places.open)
    lacking = {key for key, row in found.items() if "u" in row["signs"]}
    assert lacking
    for key, row in found.items():
        is_own = row["source"] == "inventering" and key[0] == 2022 and key[1] == "21"
        is_sum = row["value"] is not None and key[2] != "enterprises"
        assert (key in lacking) is (is_own and is_sum), key
        said = "10 av 12 företag svarade." in row["note"]
        assert said is (key in lacking), "never below the county, nor beside a hidden figure"
    assert places.releases
    [folder] = places.releases.glob("2022-1")
    value = found[2022, "21", "employees"]["value"]
    lines = csv.DictReader(io.StringIO((folder / "observations.csv").read_text(), newline=""))
    wanted = ("2022", "21", "employees")
    [line] = [r for r in lines if (r["year"], r["area_code"], r["indicator"]) == wanted]
    assert line["status"] == "u"
    assert line["note"].endswith("10 av 12 företag svarade.")
    book = load_workbook(folder / "data.xlsx")
    notes = {row[0]: row[1] for row in book["Noter"].iter_rows(values_only=True)}
    assert notes["Svar 2022"] == "10 av 12 företag svarade."
    assert "Alla företag i länet har inte svarat." in notes["Status u"]
    cube = json.loads((folder / "observations.en.json-stat.json").read_text())
    [place] = [p for p, v in cube["value"].items()
               if v == value and "10 of 12" in cube["extension"]["notes"].get(p, "")]  # fmt: skip
    assert cube["status"][place] == "u"
    assert "2022: 10 av 12 företag svarade." in (folder / "README.md").read_text()
    for path in ("/rapport/", "/rapport/employees", "/rapport/employees?lang=en"):
        page = visitor.open(f"{BASE}{path}").text
        assert "10 av 12" in page or "10 of 12" in page, path
        assert f"{value}<sup" in page or ">u<" in page or " u" in page


EDITION = st.tuples(
    st.one_of(st.none(), st.integers(0, 3)),
    st.sampled_from(["n", "e", "s", "u", "ue", "k", "ke"]),
    st.sampled_from(["preliminary", "final", "revised"]),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(EDITION, min_size=1, max_size=5), st.sampled_from(["inventering", "tryckt"]))
def test_signs_are_what_the_editions_say_whatever_they_are(
    history: list[tuple[int | None, str, str]], source: str
) -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        db = Database(connection, execute_plugins=False)
        published_tables.create(db, "releases", "editions")
        db.conn.execute(f"CREATE TABLE observations ({open_db.COLUMNS})")
        for number, (value, status, kind) in enumerate(history, 1):
            one_more(db, f"2030-{number}", value, "x" if value is None else status, kind, source)
        found = rows(db, "SELECT value, status, signs FROM editions ORDER BY release")
    for number, (edition, row) in enumerate(zip(history, found, strict=True)):
        value, status, kind = edition
        earlier = {e[0] for e in history[:number]} - {None}
        expected = {
            "x": value is None,
            "p": source == "inventering" and kind == "preliminary",
            **dict.fromkeys(status.replace("n", ""), value is not None),
            "r": value is not None and bool(earlier - {value}),
        }
        signs_of = "".join(sign for sign in DOUBTFUL_FIRST if expected.get(sign)) or "n"
        assert row == {"value": value, "status": signs_of[0], "signs": signs_of}


def one_more(
    db: Database, number: str, value: int | None, status: str, kind: str, source: str
) -> None:
    """One more edition of the only figure there is."""
    run(db, "DELETE FROM observations")
    figure = (2030, "county", "21", "placed", value, status[0], status, "", "", source)
    run(db, f"INSERT INTO observations VALUES ({', '.join('?' * 10)})", figure)
    run(db, "INSERT INTO releases VALUES (?, ?, '', ?, 0, '', '')",
        (number, int(number[-1]), kind))  # fmt: skip
    open_db.mark(db, Release(number, "", kind, includes_examples=False))
    run(db, f"INSERT INTO editions SELECT ?, {open_db.COLUMNS} FROM observations", (number,))


def test_the_trend_says_each_thing_once_and_in_both_languages() -> None:
    db = Database(memory=True)
    published_tables.create(db, "observations")
    said = [
        ("enterprises", "Påhittat.", "Made up."),
        ("employees", "Påhittat. 17 av 28.", "Made up. 17 of 28."),
        ("placed", "Påhittat. 17 av 28.", "Made up. 17 of 28."),
        ("reached", "Utan podd.", "No podcast."),
    ]
    for name, *notes in said:
        values = (2021, "county", "21", name, 1, "n", "n", *notes, "inventering")
        db.conn.execute(f"INSERT INTO observations VALUES ({', '.join('?' * 10)})", values)
    db.conn.execute(open_db._trend_view())
    [(sv, en)] = db.conn.execute("SELECT note, note_en FROM trend")
    assert sv == "Påhittat. 17 av 28. Utan podd."
    assert en == "Made up. 17 of 28. No podcast."

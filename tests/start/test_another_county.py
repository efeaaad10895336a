"""Another county's areas, declared as CONTRIBUTING.md says, are all that another county needs.

The declaration is replaced in a copy of this tree, and the `check_…` of this file run there: the
real server is started on an empty folder, a round is answered and published, and pages read.
"""

import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from reports.charts import cards
from reports.data.chart_model import ChartNumbers, Point, Series
from reports.text.what_happened import what_happened
from survey_data import geography
from survey_data.database import connect, scalar
from survey_data.geography import COUNTY, MUNICIPALITIES, PROVINCES
from survey_data.publishing.publish import Places, publish
from survey_data.rounds import invitations, rounds
from tests.conftest import BASE
from tests.support import serving
from tests.support.answers import COMPANY, EMPLOYED, PLACED
from tests.support.closed_round import hold, read, register_in
from tests.support.http_visitor import Visitor
from tests.support.reader import Reader
from tests.support.serving import Server
from tests.web.test_one_place import ROOT, copied

HERE = Path(__file__).relative_to(ROOT)
HEAD = "area_type,code,name,official_name,part_of,tile,uri,note"
# Official names and codes; none of them lies in two landskap, and there is no map of them here.
DALARNA = f"""{HEAD}
county,20,Dalarna,Dalarnas län,,,,
province,DALARNA,Dalarna,Dalarna,20,,,
municipality,2023,Malung-Sälen,Malung-Sälens kommun,DALARNA,,,
municipality,2039,Älvdalen,Älvdalens kommun,DALARNA,,,
municipality,2080,Falun,Falu kommun,DALARNA,,,
municipality,2084,Avesta,Avesta kommun,DALARNA,,,
"""
CODES = ("2023", "2039", "2080", "2084")
CATALOGUE = ("/oppna-data/", "/oppna-data/latest/", "/oppna-data/dcat.rdf")
PAGES = (
    "/", "/om", "/rapport/", "/rapport/fordjupning", "/rapport/hela", "/rapport/utforska",
    "/rapport/mote", "/rapport/tiles", "/rapport/enterprises", "/rapport/enterprises.svg",
    "/kommun/", *(f"/kommun/{area.slug}" for area in MUNICIPALITIES), *CATALOGUE,
    "/data/", "/data/open.json", "/data/open/trend", "/data/open/areas",
)  # fmt: skip
DOCUMENTS = ("pdf", "pptx", "docx")
# What is of the county of the printed years alone.
THEIRS = ("Gävleborg", "Hälsingland", "Gästrikland", "HALSINGLAND", "slutrapport-2016-2020")


def test_another_county_is_another_declaration(tmp_path: Path) -> None:
    tree = copied(tmp_path)
    (tree / "survey_data/published/areas.csv").write_text(DALARNA, "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-n0", "-o", "python_functions=check_*",
         "-p", "no:cacheprovider", HERE],
        cwd=tree, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert not done.returncode, done.stdout + done.stderr
    assert "4 passed" in done.stdout


def check_a_province_that_is_the_whole_county_is_drawn_once() -> None:
    chart = cards.CHARTS["enterprises"]
    assert [part.column for part in (*chart.parts, chart.total) if part] == ["enterprises"]
    points = Point(2021, 34), Point(2022, 28)
    numbers = ChartNumbers(chart, {"enterprises": Series(chart.parts[0], points)})
    assert "28" not in what_happened({"enterprises": numbers}, "sv").paragraph


def look_around(server: Server, release: str) -> None:
    """Open every kind of public page and file of a county with this release."""
    documents = [f"/rapport/rapport-{release}-sv.{kind}" for kind in DOCUMENTS]
    sheets = [f"/kommun/{MUNICIPALITIES[0].slug}-sv.{kind}" for kind in DOCUMENTS[:2]]
    with serving.visitor() as someone:
        for path in (*PAGES, *documents, *sheets, "/rapport/?lang=en", "/rapport/hela?lang=en"):
            page = someone.open(server.base + path)
            assert page.status == 200, path
            assert not [words for words in THEIRS if words in page.text], path
        assert "Karta:" not in someone.open(f"{server.base}/kommun/falun").text


def check_an_empty_start(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with serving.running(data, ASF_DEMO="0") as server, serving.visitor() as someone:
        for path in ("/", "/om", "/rapport/", "/kommun/falun"):
            assert someone.open(server.base + path).status == 200
        about = someone.open(f"{server.base}/om").text
        assert "finns inga tryckta siffror med" in about
        assert "2016–2020" not in about
        # A release before any answer has the country's figures alone.
        publish_in(server)
        for path in ("/rapport/", "/rapport/hela", *CATALOGUE, "/data/open.json"):
            assert someone.open(server.base + path).status == 200, path
        with closing(connect(data / "survey.db")) as db:
            register_in(db, CODES * 4)
            hold(db, 2021, silent=1)
            first = scalar(db, "SELECT min(id) FROM invitation")
            one = Reader(someone).open(f"{server.base}/s/{invitations.new_link(db, first)}")
            answer(one.press(""), server.base)
            rounds.close_round(db, 2021, "test")
        publish_in(server)
        look_around(server, "2021-1")
    trend = read(data / "open.db", "SELECT * FROM trend")
    assert [(row["year"], row["enterprises"], row["enterprises_dalarna"]) for row in trend] == [
        (2021, 16, 16)
    ]
    words = read(data / "open.db", "SELECT column_name FROM codebook WHERE table_name = 'trend'")
    assert {row["column_name"] for row in words} - {""} == set(trend[0])


def publish_in(server: Server) -> None:
    data = server.data
    places = Places(data / "analysts.db", data / "open.db", data / "releases", server.base)
    with closing(connect(data / "survey.db")) as db:
        publish(db, places, "test")


def answer(one: Reader, base: str) -> None:
    """Fill in the form and hand it in, with a municipality of this county to choose."""
    page = one.open(f"{base}/svara/foretaget")
    assert "Malung-Sälen" in page.html
    page.press(**COMPANY).press(**EMPLOYED).press(**PLACED)
    one.open(f"{base}/svara/granska").press("", certify="yes")
    assert one.path == "/svara/kvitto"


def check_a_demonstration(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with serving.running(data) as server:
        look_around(server, "2020-1")
        with serving.coordinator(server) as office:
            for path in ("", "foretag", "serier", "serier/platser", "tidigare", "publicering"):
                assert office.open(f"{server.base}/samordna/{path}").status == 200, path
    with closing(connect(data / "survey.db")) as db, db.conn:
        db.conn.execute("UPDATE municipality SET county_code = '21'")
    refused = serving.flask(data, "serve")
    assert refused.returncode == 1
    assert refused.stderr.startswith("Error: Datamappen är ett annat läns än det som areas.csv")
    found = read(data / "open.db", "SELECT year, enterprises FROM trend ORDER BY year")
    assert [tuple(row.values()) for row in found] == list(
        zip(range(2016, 2021), (34, 34, 30, 28, 28), strict=True)
    )
    places = read(data / "open.db", "SELECT DISTINCT area_code FROM observations")
    assert {row["area_code"] for row in places} == {"20", "DALARNA", *CODES}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"code": "GÄST"}, "koden GÄST"),
        ({"part_of": "22"}, "området 22"),
        ({"code": PROVINCES[-1].code}, "har samma kod"),
        ({"code": "NOTHING"}, "inget område ligger i det"),
    ],
)
def test_what_would_fail_later_is_said_at_the_start(change: dict[str, str], said: str) -> None:
    lines = (COUNTY, replace(PROVINCES[0], **change), *PROVINCES[1:], *MUNICIPALITIES)
    assert said in " ".join(geography.faults(lines))
    assert not [*geography.faults(geography.AREAS)]


def check_the_office_before_any_year(app: Flask, coordinator: Visitor) -> None:
    rules = [
        r.rule for r in app.url_map.iter_rules() if "GET" in (r.methods or ()) and not r.arguments
    ]
    opened = {rule: coordinator.open(BASE + rule).status for rule in rules
              if rule.startswith(("/samordna", "/kom-igang"))}  # fmt: skip
    assert len(opened) > 30
    assert not [rule for rule, status in opened.items() if status >= 500]
    page = coordinator.open(f"{BASE}/kom-igang/registret").text
    assert "Inga tryckta siffror för Dalarna följer med" in page
    assert "Publicera de tryckta åren" not in page

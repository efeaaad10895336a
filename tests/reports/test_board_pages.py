"""The board's pages over HTTP, from a small open file."""

import csv
import gzip
import io
import json
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import brotli
import pytest
from flask import Blueprint, Flask, request, template_rendered
from flask.testing import FlaskClient
from flask_babel import Babel
from fontTools.ttLib import TTFont

from forms.web import page_setup
from reports import assets
from reports.charts.cards import CHARTS, years_named
from reports.data.reader import read
from reports.pages.views import board
from survey_data import geography
from tests.support.open_example import build_open_db, published_rows

ROOT = Path(__file__).resolve().parents[2]
PAGES = ["/", "/rapport/", "/rapport/fordjupning", "/om"]
STUBS = {
    "answer": ["new_link"],
    "site": ["accessibility", "privacy", "contact"],
    "sign_in": ["leave"],
    "open_data": ["start", "one", "quality"],
}


def small_app(open_db: Path) -> Flask:
    """The board alone, with the frame that all pages share and stubs for its links."""
    app = Flask(
        "board_alone",
        template_folder=str(ROOT / "forms" / "templates"),
        static_folder=str(ROOT / "forms" / "static"),
    )
    app.config.update(OPEN_DB=str(open_db), RELEASES_DIR=open_db.parent / "releases", TESTING=True)
    app.jinja_env.add_extension("jinja2.ext.i18n")
    page_setup.install_icons(app)
    Babel(app, locale_selector=_language)
    app.context_processor(_frame)
    app.jinja_env.globals.update(geography.WORDS)
    app.register_blueprint(board)
    for name, endpoints in STUBS.items():
        stub = Blueprint(name, name)
        for endpoint in endpoints:
            stub.add_url_rule(f"/{name}/{endpoint}", endpoint, lambda: "")
        app.register_blueprint(stub)
    return app


def _language() -> str:
    return request.args.get("lang", "sv")


def _frame() -> dict[str, Any]:
    return {
        "language": _language(),
        "association": SimpleNamespace(name="Förbundet", county="Gävleborg"),
        "signed_in": None,
        "demo": False,
        "url_for_language": lambda code: f"?lang={code}",
    }


@pytest.fixture
def client(tmp_path: Path) -> Iterator[FlaskClient]:
    """A visitor to the pages with the published figures."""
    with small_app(build_open_db(tmp_path / "open.db")).test_client() as visitor:
        yield visitor


def page(client: FlaskClient, path: str) -> str:
    """The page's HTML with its white space evened out."""
    response = client.get(path)
    assert response.status_code == 200, path
    return re.sub(r"[ \n]+", " ", response.get_data(as_text=True))


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["sv", "en"])
def test_pages_are_free_of_inline_style_and_script(
    client: FlaskClient, path: str, language: str
) -> None:
    html = page(client, f"{path}?lang={language}")
    assert not re.search(r"\sstyle=|\son[a-z]+=|<style", html)
    scripts = re.findall(r"<script([^>]*)>", html)
    assert all("src=" in script or "application/json" in script for script in scripts)
    assert not re.search(r"(?:src|href)=\"https?://", html)


def test_the_start_page_shows_the_stated_total_with_a_footnote(client: FlaskClient) -> None:
    html = page(client, "/")
    assert "Läget 2020" in html
    assert re.search(r"123<sup><a href=\"#footnote-placed\"", html)
    assert "Källan anger 123 placerade, men delarna summerar till 117." in html
    assert "2020: 123" in html
    assert "2020: 117" not in html
    assert 'href="/answer/new_link"' in html


def test_the_report_shows_every_chart_with_finding_table_and_downloads(
    client: FlaskClient,
) -> None:
    html = page(client, "/rapport/fordjupning")
    for key in CHARTS:
        assert f'<figure class="chart-card" id="{key}"' in html
        assert f'href="/rapport/{key}.csv"' in html
    assert html.count('role="img"') >= 2 * len(CHARTS)
    assert "Sex färre företag än 2016 – mest i Hälsingland" in html
    assert "Utgåva 2020-1" in html


def test_the_figures_in_the_page_are_those_that_plotly_mounts(client: FlaskClient) -> None:
    html = client.get("/rapport/fordjupning").get_data(as_text=True)
    figures = re.findall(r"data-figure>(.*?)</script>", html, re.DOTALL)
    # Beside the charts over years, this file's national figures, which are a chart of rows.
    survey_round = [{"data", "layout", "narrow"}] * (len(CHARTS) + 1)
    assert [set(json.loads(figure)) for figure in figures] == survey_round


def test_discrepancies_are_explained_at_their_charts(client: FlaskClient) -> None:
    html = page(client, "/rapport/fordjupning")
    assert "2018: källan anger 244 placerade, men delarna summerar till 243." in html
    assert "Källan anger 1\u00a0257 nådda personer för hela perioden 2016–2020" in html
    assert "2020: Poddlyssnare är inte medräknade." in html


def test_a_marked_value_has_its_letter_and_its_words_in_the_table(client: FlaskClient) -> None:
    html = page(client, "/rapport/fordjupning")
    assert (
        '244<sup aria-hidden="true">s</sup>'
        '<span class="visually-hidden"> (summan avviker)</span>' in html
    )


def test_the_csv_has_a_status_beside_every_value(client: FlaskClient) -> None:
    response = client.get("/rapport/placed.csv")
    assert response.mimetype == "text/csv"
    assert response.data.startswith(b"\xef\xbb\xbf")
    assert "attachment" in response.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(response.data.decode("utf-8-sig")), delimiter=";"))
    assert [row["placed"] for row in rows] == ["156", "230", "244", "130", "123"]
    assert [row["placed_status"] for row in rows] == ["n", "n", "s", "n", "s"]
    assert {row["is_example"] for row in rows} == {"0"}
    # The other kind, for R and pandas, which read it without being told how it is written.
    text = client.get("/rapport/placed_per_enterprise.csv?csv=program").data.decode()
    plain = list(csv.DictReader(io.StringIO(text)))
    spreadsheet = client.get("/rapport/placed_per_enterprise.csv").data.decode("utf-8-sig")
    assert [row["placed_per_enterprise"] for row in plain] == [
        row["placed_per_enterprise"].replace(",", ".")
        for row in csv.DictReader(io.StringIO(spreadsheet), delimiter=";")
    ]
    assert not text.startswith("\ufeff")
    assert "csv=program" in client.get("/rapport/placed").text


def test_an_unknown_chart_is_not_found(client: FlaskClient) -> None:
    assert client.get("/rapport/persons.csv").status_code == 404


@pytest.mark.parametrize("path", [*PAGES, "/rapport/placed.csv"])
def test_a_page_that_has_not_changed_is_not_sent_again(client: FlaskClient, path: str) -> None:
    first = client.get(path)
    assert first.headers["Cache-Control"] == "no-cache"
    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert not again.data


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_made_once_for_each_release_and_language(tmp_path: Path, path: str) -> None:
    app, made = small_app(build_open_db(tmp_path / "open.db")), list[str]()
    client = app.test_client()

    def note(_: Flask, template: Any, **_context: Any) -> None:
        made.append(template.name)

    with template_rendered.connected_to(note, app):
        plain = client.get(path)
        once = len(made)
        for encoding, unpacked in (("gzip", gzip.decompress), ("br", brotli.decompress)):
            packed = client.get(path, headers={"Accept-Encoding": encoding})
            assert packed.headers["Content-Encoding"] == encoding
            assert unpacked(packed.data) == plain.data
            mark = {"Accept-Encoding": encoding, "If-None-Match": packed.headers["ETag"]}
            assert client.get(path, headers=mark).status_code == 304
            assert mark["If-None-Match"] != plain.headers["ETag"]
        assert len(made) == once
        assert client.get(f"{path}?lang=en").data != plain.data
        client.get(f"{path}?x=1")
        client.get(f"{path}?x=1")
        assert len(made) >= once + 3, "other arguments are never kept"
        rows = [row for row in published_rows() if row[0] < 2020]
        (tmp_path / "open.db").unlink()
        build_open_db(tmp_path / "open.db", rows)
        before = len(made)
        client.get(path)
        assert len(made) > before, "a new release is a new page"


def test_how_we_count_names_the_three_discrepancies_and_the_sources(client: FlaskClient) -> None:
    html = page(client, "/om")
    for stated in ("244 placerade", "123 placerade", "1\u00a0257 nådda"):
        assert stated in html
    assert "Slutrapport augusti 2016 – december 2020" in html
    assert "Policy antagen" in html
    assert "Bollnäs" in html
    assert "350" in html
    assert "SCB" in html


@pytest.mark.parametrize("path", PAGES)
def test_pages_live_without_an_open_file(tmp_path: Path, path: str) -> None:
    with small_app(tmp_path / "none.db").test_client() as visitor:
        html = page(visitor, path)
    assert "<h1>" in html
    assert not (tmp_path / "none.db").exists()


@pytest.mark.parametrize("path", PAGES)
def test_pages_live_with_an_open_file_without_data(tmp_path: Path, path: str) -> None:
    with small_app(build_open_db(tmp_path / "open.db", [])).test_client() as visitor:
        assert "<h1>" in page(visitor, path)


@pytest.mark.parametrize("path", PAGES)
def test_pages_live_with_one_year(tmp_path: Path, path: str) -> None:
    rows = [row for row in published_rows() if row[0] == 2020]
    with small_app(build_open_db(tmp_path / "open.db", rows)).test_client() as visitor:
        assert "2020" in page(visitor, path)


def test_a_csv_without_data_has_only_its_heading(tmp_path: Path) -> None:
    with small_app(tmp_path / "none.db").test_client() as visitor:
        assert visitor.get("/rapport/placed.csv").data.decode("utf-8-sig").count("\r\n") == 1


def test_hidden_values_leave_no_number_anywhere(tmp_path: Path) -> None:
    rows = [
        (*row[:4], None, "x", "", "") if row[1] == "province" else row for row in published_rows()
    ]
    with small_app(build_open_db(tmp_path / "open.db", rows)).test_client() as visitor:
        html, table = (
            page(visitor, "/rapport/fordjupning"),
            visitor.get("/rapport/enterprises.csv").data,
        )
    assert 'x<span class="visually-hidden"> (dold)</span>' in html
    assert b"2020;;x;;x;28;n;0;" in table


def test_example_years_are_marked_in_chart_table_and_csv(tmp_path: Path) -> None:
    rows = [*published_rows(), (2026, "county", "21", "reached", 300, "n", "", "")]
    coverage = [*((year, None, None, 0) for year in range(2016, 2021)), (2026, 30, 28, 1)]
    path = build_open_db(tmp_path / "open.db", rows, coverage=coverage)
    with small_app(path).test_client() as visitor:
        html, table = (
            page(visitor, "/rapport/fordjupning"),
            visitor.get("/rapport/reached.csv").data,
        )
    assert "2026 (exempel)" in html
    assert "2026: påhittade exempelsiffror" in html
    assert "Utvecklingen 2016–2020" in html
    assert b"2026;300;n;1;" in table


def test_the_open_file_is_read_only(tmp_path: Path) -> None:
    path = build_open_db(tmp_path / "open.db")
    path.chmod(0o444)
    before = path.read_bytes()
    assert years_named(read(path)) == "2016–2020"
    assert path.read_bytes() == before


RULES = "".join(f',"X .rule-{number}":"color:red;"' for number in range(20))
BUNDLE = 'var a=1,p={"X,X div":\'font-family:"Open Sans";\'' + RULES + ',"Y .b":"top:0;"};'


def test_the_style_sheet_is_taken_from_the_bundle() -> None:
    css = assets.plotly_css(BUNDLE)
    assert '.js-plotly-plot .plotly, .js-plotly-plot .plotly div{font-family:"Open Sans";}' in css
    assert ".plotly-notifier .b{top:0;}" in css


def test_a_bundle_without_style_rules_is_refused() -> None:
    with pytest.raises(assets.RulesNotFound):
        assets.plotly_css("var nothing={};")


def test_assets_are_copied_with_compressed_siblings(tmp_path: Path) -> None:
    modules, vendor = tmp_path / "node_modules", tmp_path / "vendor"
    typeface = (ROOT / "node_modules" / assets.FONT).read_bytes()
    for name, content in ((assets.PLOTLY, BUNDLE.encode()), (assets.FONT, typeface)):
        (modules / name).parent.mkdir(parents=True, exist_ok=True)
        (modules / name).write_bytes(content)
    assets.copy_assets(modules, vendor)
    assert {path.name for path in vendor.iterdir()} == {
        "plotly-basic.min.js",
        "plotly-basic.min.js.gz",
        "plotly.css",
        "plotly.css.gz",
        "source-sans-3.woff2",
    }
    lighter = (vendor / "source-sans-3.woff2").read_bytes()
    assert len(lighter) < 0.7 * len(typeface)
    drawn = set(TTFont(BytesIO(lighter)).getBestCmap())
    assert {ord(letter) for letter in "AzÅÄÖåäöé09–− "} <= drawn


def test_the_documents_typeface_is_copied_one_file_a_weight(tmp_path: Path) -> None:
    for name in assets.PRINTED:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("ttf")
    copied = assets.copy_fonts(tmp_path, tmp_path / "fonts")
    assert [path.name for path in copied] == ["SourceSans3-Regular.ttf", "SourceSans3-Semibold.ttf"]
    assert {path.name for path in (tmp_path / "fonts").iterdir()} == {p.name for p in copied}


def test_the_lock_file_pins_by_content_and_names_no_host() -> None:
    lock = (ROOT / "package-lock.json").read_text("utf-8")
    assert "://" not in lock
    assert '"resolved"' not in lock
    packages = json.loads(lock)["packages"]
    assert all("integrity" in package for name, package in packages.items() if name)


def test_years_and_parts_of_a_chart_are_chosen_on_its_page(tmp_path: Path) -> None:
    client = small_app(build_open_db(tmp_path / "open.db")).test_client()
    whole = client.get("/rapport/placed").text
    assert whole.count('type="checkbox" name="del"') == 3
    assert "Visa allt igen" not in whole
    years = client.get("/rapport/placed?fran=2017&till=2018").text
    table = years[years.index("<tbody>") : years.index("</tbody>")]
    assert "2017" in table
    assert "2016" not in table
    assert "2019" not in table
    asked = "fran=2018&till=2020&del=placed_af&del=placed_kommun"
    parts = client.get(f"/rapport/placed?{asked}").text
    assert "Placerade efter anvisare 2018–2020: Arbetsförmedlingen och kommunerna" in parts
    assert "Visa allt igen" in parts
    table = parts[parts.index("<thead>") : parts.index("</tbody>")]
    assert "Kommunerna" in table
    assert "Övriga" not in table
    assert "244" not in table, "the stated total is of all parts"
    lines = client.get(f"/rapport/placed.csv?{asked}").text.splitlines()
    assert [line.lstrip("\ufeff")[:4] for line in lines[1:]] == ["2018", "2019", "2020"]
    assert "other" not in lines[0]
    assert client.get(f"/rapport/placed.svg?{asked}").status_code == 200


def test_any_one_part_of_any_chart_can_be_chosen(tmp_path: Path) -> None:
    client = small_app(build_open_db(tmp_path / "open.db")).test_client()
    for key, chart in CHARTS.items():
        for part in chart.parts:
            address = f"/rapport/{key}?del={part.column}"
            assert client.get(address).status_code == 200, address


def test_the_year_of_a_chart_that_shows_one_is_chosen_on_its_page(
    demonstration: Flask,
) -> None:
    client = demonstration.test_client()
    # Places were granted from 2016 to 2018, and a change is from the year before.
    for key, year, other in (("tiles", 2017, 2018), ("change_placed", 2018, 2020)):
        whole = client.get(f"/rapport/{key}").text
        assert f"<option selected>{other}</option>" in whole
        assert 'name="fran"' not in whole
        chosen = client.get(f"/rapport/{key}?till={year}").text
        assert f"<option selected>{year}</option>" in chosen
        assert "Visa senaste året" in chosen
        assert f"{year}" in chosen.partition("<h1")[2].partition("</h1>")[0]
        lines = client.get(f"/rapport/{key}.csv?till={year}").text.splitlines()
        assert {line[:4] for line in lines[1:]} == {str(year)}
        assert client.get(f"/rapport/{key}.svg?till={year}").status_code == 200
        assert client.get(f"/rapport/{key}?till=1999").text.count("Visa senaste året") == 0
    places = client.get("/rapport/places.csv?fran=2017&till=2018").text.splitlines()
    assert [line[:4] for line in places[1:]] == ["2017", "2018", "2018", "2018"]
    assert client.get("/rapport/national").text.count("data-choice") == 0


def test_a_choice_that_makes_no_sense_shows_the_chart_as_it_is(tmp_path: Path) -> None:
    client = small_app(build_open_db(tmp_path / "open.db")).test_client()
    whole = client.get("/rapport/placed").text
    title = whole[whole.index('id="placed-title"') :].partition("</h1>")[0]
    for asked in ("fran=hej", "fran=1999&till=3000", "del=nothing", "fran=&till=&del="):
        assert title in client.get(f"/rapport/placed?{asked}").text, asked
    turned = client.get("/rapport/placed?fran=2020&till=2019").text
    assert "<option selected>2019</option>" in turned
    assert client.get("/rapport/tiles?fran=2018").status_code in (200, 404)

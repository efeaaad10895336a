"""The data browser: what it says, who may see what, and what it never tells."""

import asyncio
import io
import json
import re
import sqlite3
from datetime import date
from functools import cache
from html import unescape
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlencode

import pytest
import yaml
from datasette.app import Datasette
from datasette.database import Database
from datasette.plugins import pm
from datasette.version import __version__
from openpyxl import load_workbook

from forms.questionnaire.inventory import as_dicts
from forms.translations import __main__ as translations
from survey_data.automation import fictitious_enterprises
from survey_data.database import connect, rows
from survey_data.migrations import bring_up_to_date
from survey_data.publishing import publish
from survey_data.register import enterprises
from survey_data.releases import texts
from survey_data.responses import responses
from survey_data.rounds import rounds
from survey_data.staff import staff
from survey_data.statistics.published_tables import read
from tests.web.languages import words_of

CONFIG = Path(__file__).parents[2] / "datasette"
QUESTIONS = yaml.safe_load((CONFIG / "questions.yaml").read_text("utf-8"))
QUERIES = [(database, name) for database in ("open", "analysts") for name in QUESTIONS[database]]
ROLES = {"anonymous": None, "board": "board", "analyst": "analyst", "coordinator": "coordinator"}


def hold_round(db, year, skip):
    """Hold a round in which every enterprise but each `skip`-th answers."""
    rounds.open_round(db, year, date(year, 10, 1), date(year, 11, 1), as_dicts(year), "test")
    invited = rows(
        db,
        "SELECT i.id AS invitation, e.* FROM invitation i JOIN enterprise e"
        " ON e.id = i.enterprise_id JOIN round r ON r.id = i.round_id WHERE r.year = ?",
        (year,),
    )
    for place, row in enumerate(invited):
        if place % skip == 3:
            continue
        women, men, af = 4 + place % 5, 3 + (place * year) % 4, 5 + place % 3
        answers = {
            "enterprise_name": row["name"] if place else "=1+1",
            "municipality_code": row["municipality_code"],
            "status": "active",
            "employees_total": women + men,
            "employees_women": women,
            "employees_men": men,
            "placed_total": af + 4,
            "placed_af": af,
            "placed_kommun": 3,
            "placed_other_unpaid": 1,
        }
        responses.hand_in(db, row["invitation"], answers, "sv", "example")
    rounds.close_round(db, year, "test")


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """A folder with open.db and analysts.db as publish makes them, two rounds of examples in."""
    folder = tmp_path_factory.mktemp("published")
    db = connect(folder / "survey.db")
    bring_up_to_date(db)
    enterprises.load_municipalities(db)
    fictitious_enterprises.add_to_register(db, "test")
    hold_round(db, 2021, 50)
    hold_round(db, 2022, 9)
    publish.publish(
        db, publish.Places(folder / "analysts.db", folder / "open.db", folder / "releases"), "test"
    )
    db.close()
    return folder


@pytest.fixture(scope="module")
def browser(published):
    """Datasette as the app builds it."""
    settings = json.loads((CONFIG / "settings.json").read_text("utf-8"))
    files = [str(published / "open.db"), str(published / "analysts.db")]
    made = Datasette(
        files, config_dir=CONFIG, settings=settings | {"base_url": "/data/"}, secret="s" * 32
    )
    with pytest.MonkeyPatch.context() as patched:
        # As long as a busy machine may need.
        patched.setattr(pm.get_plugin("answer_bounds.py"), "SECONDS", 600.0)
        patched.setattr(pm.get_plugin("whole_csv.py"), "FILE_MS", 600_000)
        # Only some of its client's ways of asking do so.
        asyncio.run(made.invoke_startup())
        yield made


def get(browser, path, role=None, method="get", **more):
    """One request, with the actor that the app would set."""
    cookies = {}
    if role:
        may = [what for what in (staff.COORDINATE, staff.MICRODATA) if staff.may(role, what)]
        actor = {"id": "staff-1", "may": may, "email": "anna@exempel.se"}
        cookies = {"ds_actor": browser.sign({"a": actor}, "actor")}
    return asyncio.run(browser.client.request(method, path, cookies=cookies, **more))


def records(browser, database, name, **parameters):
    query = urlencode({"_shape": "objects", **parameters})
    answer = get(browser, f"/{database}/{name}.json?{query}", "analyst")
    assert answer.status_code == 200, answer.text
    return answer.json()["rows"]


def test_the_folder_is_never_a_package():
    assert not list(CONFIG.rglob("__init__.py"))


@pytest.mark.parametrize("database", ["open", "analysts"])
def test_every_table_and_column_has_a_description(browser, published, database):
    tables = browser.metadata("databases")[database]["tables"]
    with sqlite3.connect(published / f"{database}.db") as db:
        found = db.execute(
            "SELECT m.name, c.name FROM sqlite_master m, pragma_table_info(m.name) c"
            " WHERE m.type IN ('table', 'view')"
        ).fetchall()
    db.close()
    assert found
    for table, column in found:
        assert tables[table]["title"], table
        assert tables[table]["description"], table
        assert tables[table]["columns"].get(column), f"{table}.{column}"
        assert tables[table]["column_labels"].get(column), f"{table}.{column}"


@pytest.mark.parametrize(("database", "name"), QUERIES)
def test_every_ready_question_has_rows_at_the_first_click(browser, database, name):
    known = QUESTIONS[database][name]
    assert known["title"]
    assert known["description"]
    assert records(browser, database, name)
    assert get(browser, f"/{database}/{name}", "analyst").status_code == 200


@pytest.mark.parametrize(("database", "name"), QUERIES)
def test_every_choice_of_a_ready_question_runs(browser, published, database, name):
    known = QUESTIONS[database][name]
    assert set(known.get("params", ())) == set(re.findall(r":([a-z_]+)", known["sql"]))
    for parameter in known.get("params", ()):
        with sqlite3.connect(published / f"{database}.db") as db:
            choices = db.execute(known["parameters"][parameter]["options"]).fetchall()
        db.close()
        assert choices
        answers = [records(browser, database, name, **{parameter: c[0]}) for c in choices]
        # An area may lack the default indicator, and a first year has none before it.
        assert any(answers)


def test_the_trend_of_an_indicator_is_the_printed_one(browser):
    found = records(browser, "open", "utveckling", matt="placed")
    assert [r["Värde"] for r in found][:5] == [156, 230, 244, 130, 123]
    assert [r["Status"] for r in found][:5] == ["n", "n", "s", "n", "s"]


def test_municipalities_are_compared_by_what_is_open_only(browser, published):
    found = records(browser, "open", "kommuner", matt="employees", ar=2022)
    with sqlite3.connect(published / "open.db") as db:
        known = dict(db.execute(
            "SELECT a.name, o.value FROM observations o JOIN areas a USING (area_type, area_code)"
            " WHERE o.area_type = 'municipality' AND indicator = 'employees' AND year = 2022"
        ))  # fmt: skip
        [county] = db.execute(
            "SELECT value FROM observations WHERE area_type = 'county'"
            " AND indicator = 'employees' AND year = 2022"
        ).fetchone()
    db.close()
    assert {r["Kommun"]: r["Värde"] for r in found} == known
    assert None in known.values()
    for row in found:
        share = (
            None if row["Värde"] is None else pytest.approx(100 * row["Värde"] / county, abs=0.1)
        )
        assert row["Del av länet %"] == share
        assert row["Status"] == "x" or None not in (row["Värde"], row["Ändring"])


def test_the_largest_change_comes_first_and_nothing_hidden_is_compared(browser):
    found = records(browser, "open", "storst_andring", ar=2022)
    sizes = [abs(r["Ändring"]) for r in found]
    assert sizes == sorted(sizes, reverse=True)
    assert all(r["Året"] - r["Året före"] == r["Ändring"] for r in found)
    assert {r["År"] for r in found} == {2022}


def test_the_start_page_says_for_whom_and_how_to_cite(browser, published):
    page = unescape(get(browser, "/").text)
    assert "För dig som utreder" in page
    assert texts.citation(read(published / "open.db")) in page


def test_change_since_a_year_compares_it_with_the_latest(browser):
    found = records(browser, "open", "forandring", fran_ar=2016)
    employees = next(r for r in found if r["Mått"] == "Anställda")
    assert employees["Värde då"] == 179
    assert employees["Ändring"] == employees["Värde nu"] - 179
    assert "påhittade" in employees["Anmärkning"]


def test_share_of_women_leaves_out_those_of_unknown_gender(browser):
    found = records(browser, "open", "andel_kvinnor")
    first = next(r for r in found if r["År"] == 2016)
    assert first["Andel kvinnor %"] == round(100 * 113 / 179, 1)


def test_shares_of_referrers_rest_on_the_sum_of_the_parts(browser):
    found = records(browser, "open", "anvisare", ar=2020)
    assert {r["Delarnas summa"] for r in found} == {117}
    assert sum(r["Andel %"] for r in found) == pytest.approx(100, abs=0.2)


def test_one_municipality_shows_its_places_only(browser):
    found = records(browser, "open", "platser", kommun="2132")
    assert [(r["Beviljade"], r["Nyttjade"], r["Nyttjande %"]) for r in found] == [(7, 7, 100.0)]


def test_discrepancies_are_the_three_known_ones(browser):
    found = records(browser, "open", "avvikelser")
    known = [(r["Angivet"], r["Delarnas summa"]) for r in found]
    assert known == [(1257, 1275), (244, 243), (123, 117)]


def test_a_query_that_could_not_be_run_has_no_count_of_rows(browser):
    page = get(browser, "/open?sql=select+x+from+nowhere").text
    assert "Frågan gick inte att köra" in page
    assert "0 rader i svaret" not in page
    assert "0 rader i svaret" in get(browser, "/open?sql=select+year+from+trend+where+0").text


def test_same_enterprises_counts_only_those_in_both_years(browser, published):
    [found] = records(browser, "analysts", "samma_foretag")
    with sqlite3.connect(published / "analysts.db") as db:
        [(both,)] = db.execute(
            "SELECT count(*) FROM answers a JOIN answers b USING (enterprise_id)"
            " WHERE a.year = 2022 AND b.year = 2021"
        )
    db.close()
    assert found["Företag i båda"] == both


def test_enterprises_without_an_answer_are_those_who_did_not_hand_in(browser):
    [share] = [r for r in records(browser, "analysts", "svarsandel") if r["År"] == 2022]
    missing = records(browser, "analysts", "utan_svar")
    assert len(missing) == share["Inbjudna"] - share["Svarade"] > 0


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/answers",
        "/answers.csv",
        "/answers.json",
        "/utan_svar",
        "/answers/2021,1",
        ".json",
        "?sql=select+1",
        "/answers?_facet=year",
        "/utan_svar.csv",
        "/answers.xlsx",
        "/utan_svar.xlsx",
    ],
)
@pytest.mark.parametrize("who", ROLES)
def test_microdata_are_for_analysts_and_coordinators(browser, path, who):
    answer = get(browser, f"/analysts{path}", ROLES[who])
    allowed = who in {"analyst", "coordinator"}
    assert answer.status_code == (200 if allowed else 403)
    if allowed:
        assert "no-store" in answer.headers["cache-control"]
    else:
        assert "Exempelkooperativet" not in answer.text


@pytest.mark.parametrize("who", ROLES)
def test_open_data_are_for_everyone(browser, who):
    role = ROLES[who]
    for path in ("/", "/open", "/open/observations", "/open/utveckling", "/open/trend.csv"):
        assert get(browser, path, role).status_code == 200, path
    start = get(browser, "/", role).text
    assert ("Företag utan svar" in start) is (who in {"analyst", "coordinator"})
    assert ("Till samordnarens sidor" in start) is (who == "coordinator")


@pytest.mark.parametrize(
    "page",
    [
        "plugins",
        "threads",
        "settings",
        "config",
        "databases",
        "metadata",
        "permissions",
        "actor",
        "messages",
        "allow-debug",
        "logout",
        "auth-token",
        "create-token",
        "patterns",
        "VERSIONS",
        "versionsx",
        "static-plugins/x",
    ],
)
@pytest.mark.parametrize("ending", ["", ".json"])
def test_pages_about_the_machine_do_not_exist(browser, page, ending):
    for role in ROLES.values():
        assert get(browser, f"/-/{page}{ending}", role).status_code == 404
    assert get(browser, f"/-/{page}{ending}", "root").status_code == 404


def test_the_version_is_there_for_programs_that_ask_and_nothing_else(browser):
    for ending in ("", ".json"):
        assert get(browser, f"/-/versions{ending}").json() == {
            "datasette": {"version": __version__}
        }


ALLOW_ORIGIN = "access-control-allow-origin"


@pytest.mark.parametrize(
    "path",
    ["/", "/.json", "/open.json", "/open/observations.json", "/open/trend.csv", "/open.db",
     "/open/utveckling.xlsx", "/open.json?sql=select+1", "/open/nowhere.json", "/-/versions.json",
     "/static/data.css"],
)  # fmt: skip
def test_any_web_page_may_read_what_is_open(browser, path):
    assert get(browser, path).headers[ALLOW_ORIGIN] == "*"
    # A page made for someone signed in is not open, whatever it shows.
    assert ALLOW_ORIGIN not in get(browser, path, "analyst").headers or "static" in path


@pytest.mark.parametrize("role", ROLES.values())
def test_no_web_page_may_read_microdata(browser, role):
    for path in ("/analysts", "/analysts.json", "/analysts/answers.json", "/analysts.db"):
        for method in ("get", "options"):
            assert ALLOW_ORIGIN not in get(browser, path, role, method).headers


@pytest.mark.parametrize(
    "path",
    [*(f"/open/{table}{ending}?{odd}" for table in ("observations", "trend")
       for ending in ("", ".json", ".csv")
       for odd in ("_sort=x", "_sort_desc=x", "_sort=year&_sort_desc=year", "_through=x",
                   "_through={}", "_through=1", "_timelimit=x", "year__in=[")),
     "/open/trend?_next=x", "/open/observations/1", "/open.json?sql=select+1&_timelimit=x",
     "/open.csv", "/open/observations.json?_size=x"],
)  # fmt: skip
def test_an_address_that_cannot_be_read_is_said_to_be_so(browser, path):
    answer = get(browser, path)
    assert answer.status_code == 400
    assert "invalid literal" not in answer.text


def test_files_for_the_pages_are_left(browser):
    assert get(browser, "/static/data.css").status_code == 200
    assert get(browser, "/-/static/table.js").status_code == 200


@pytest.mark.parametrize(
    "sql",
    [
        "delete from observations",
        "insert into areas values (1,2,3,4)",
        "attach 'x.db' as x",
        "pragma database_list",
        "select 1; drop table areas",
        "vacuum",
        "select sqlite_version()",
        "select load_extension('x')",
        "select length(randomblob(900000000))",
    ],
)
def test_sql_only_reads(browser, published, sql):
    before = (published / "open.db").read_bytes()
    assert get(browser, f"/open?{urlencode({'sql': sql})}").status_code == 400
    assert (published / "open.db").read_bytes() == before


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "trace", "propfind"])
def test_nothing_takes_a_writing_request(browser, method):
    for path in ("/open", "/open/observations", "/open/observations/2016,county,21,placed",
                 "/open/utveckling.json", "/open.db", "/analysts", "/nowhere"):  # fmt: skip
        answer = get(browser, path, "coordinator", method)
        assert answer.status_code == 405
        assert answer.headers["allow"] == "GET, HEAD, OPTIONS"


def test_sql_cannot_ask_where_the_files_lie(browser, published):
    for sql in ("select * from pragma_database_list()", "select * from pragma_database_list"):
        answer = get(browser, f"/open.json?{urlencode({'sql': sql})}")
        assert str(published) not in answer.text


def test_open_database_can_be_taken_home_and_the_microdata_not(browser, tmp_path):
    answer = get(browser, "/open.db")
    (tmp_path / "copy.db").write_bytes(answer.content)
    with sqlite3.connect(tmp_path / "copy.db") as db:
        assert db.execute("SELECT count(*) FROM observations").fetchone()[0] > 70
    db.close()
    for role in ROLES.values():
        assert get(browser, "/analysts.db", role).status_code in {403, 404}


def test_csv_defuses_formulas_and_leaves_numbers(browser):
    text = get(browser, "/analysts/answers.csv?_sort=enterprise_id", "analyst").text
    assert "'=1+1" in text
    assert ",=1+1" not in text
    change = get(browser, "/open/ar_mot_ar.csv").text
    assert re.search(r",-\d+,", change)
    # A question names its columns itself.
    for more in ({}, {"_size": "5"}):
        named = urlencode({"sql": 'SELECT 1 AS "=1+1", 2 AS "@a"'} | more)
        assert get(browser, f"/open.csv?{named}").text.startswith("'=1+1,'@a\r\n"), more
    # Excel in Sweden begins a new cell at a semicolon.
    hostile = urlencode({"sql": "SELECT 'a;=1+1;b' AS x, 'a' || char(10) || '@b;' AS y"})
    for more in ("", "&_size=5"):
        text = get(browser, f"/open.csv?{hostile}{more}").text
        assert "a;'=1+1;b" in text
        assert "\n'@b;" in text


@pytest.fixture
def large(published, tmp_path):
    """The data pages with a table of 7,000 rows, whose first key has seven values."""
    copy = tmp_path / "open.db"
    copy.write_bytes((published / "open.db").read_bytes())
    with sqlite3.connect(copy) as db:
        db.execute("CREATE TABLE large (year INTEGER, code TEXT, PRIMARY KEY (year, code))")
        rows_of = [(2016 + n % 7, f"{n:05}") for n in range(7000)]
        db.executemany("INSERT INTO large VALUES (?, ?)", rows_of)
    db.close()
    return Datasette([str(copy)], config_dir=CONFIG, settings={}, secret="s" * 32)


@pytest.mark.parametrize("order", ["", "_sort=year", "_sort_desc=year", "_sort_desc=code"])
def test_no_row_is_lost_between_the_pages_of_a_table(large, order):
    path, found = f"/open/large.json?_shape=arrays&_size=max&{order}", []
    while path:
        page = get(large, path).json()
        found += map(tuple, page["rows"])
        path = "/open" + page["next_url"].partition("/open")[2] if page["next_url"] else ""
    assert len(found) == len(set(found)) == 7000
    years = [year for year, _ in found]
    assert "code" in order or years == sorted(years, reverse="desc" in order)


def test_a_csv_holds_every_row_of_a_table_in_every_order(large):
    other = large
    for order in ("", "_sort=year", "_sort_desc=year", "_stream=on&_sort_desc=year", "_size=max"):
        found = get(other, f"/open/large.csv?{order}").text.splitlines()
        assert found[0] == "year,code"
        assert len(found) == len(set(found)) == 7001, order
    years = [line[:4] for line in get(other, "/open/large.csv?_sort_desc=year").text.split()[1:]]
    assert years == sorted(years, reverse=True)
    chosen = get(other, "/open/large.csv?year=2016&code__startswith=000&_header=off").text.split()
    assert len(chosen) == 15
    assert len(get(other, "/open/large.csv?_size=5").text.split()) == 6


def test_a_csv_of_a_query_is_whole_or_says_that_it_is_cut(browser):
    sql = "with recursive n(i) as (select 1 union all select i+1 from n where i < {}) select i{}"
    whole = {"sql": sql.format(9000, ", '=1+1' as f from n")}
    lines = get(browser, f"/open.csv?{urlencode(whole)}").text.split()
    assert (len(lines), lines[0], lines[-1]) == (9001, "i,f", "9000,'=1+1")
    named = {"sql": "select :a as a", "a": "å, b"}
    assert get(browser, f"/open.csv?{urlencode(named)}").text == 'a\r\n"å, b"\r\n'
    cut = {"sql": sql.format(90000, ", hex(zeroblob(50)) as f from n"), "lang": "en"}
    answer = get(browser, f"/open.csv?{urlencode(cut)}")
    assert "There are more rows." in answer.text.splitlines()[-1]
    assert 5_000_000 < len(answer.content) < 6_000_000
    slow = {"sql": "with recursive n(i) as (select 1 union all select i+1 from n) select 1 from n"
            " where i < 0"}  # fmt: skip
    assert get(browser, f"/open.csv?{urlencode(slow)}").status_code == 400


@pytest.mark.parametrize(
    "path",
    ["/open.csv?sql=select+year+from+observations+--+once", "/open/utveckling.csv?matt=placed"],
)
def test_a_query_is_asked_once_for_its_csv(browser, monkeypatch, path):
    asked, execute = [], Database.execute

    async def noting(db, sql, *rest, **more):
        asked.append(sql)
        return await execute(db, sql, *rest, **more)

    monkeypatch.setattr(Database, "execute", noting)
    assert len(get(browser, path).text.splitlines()) > 1
    # What is left are Datasette's own questions about the file.
    assert not [sql for sql in asked if "observations" in sql]


def test_an_answer_that_takes_too_long_says_so_and_offers_the_whole_file(browser, monkeypatch):
    monkeypatch.setattr(pm.get_plugin("answer_bounds.py"), "SECONDS", 0.0)
    page = get(browser, "/open/observations?lang=en")
    assert (page.status_code, page.headers["retry-after"]) == (503, "10")
    assert 'href="/data/open.db"' in page.text
    answer = get(browser, "/open/observations.json")
    assert (answer.status_code, answer.json()["ok"]) == (503, False)


def test_a_page_of_many_cells_leaves_others_their_turn(browser, monkeypatch):
    plugin, drawn, seen = pm.get_plugin("tables_and_cells.py"), [], []
    amount = plugin._amount
    monkeypatch.setattr(plugin, "_amount", lambda *about: drawn.append(1) or amount(*about))
    sql = "with recursive n(i) as (select 1 union all select i+1 from n) select i, i, i from n"

    async def beside_another():
        asking = asyncio.ensure_future(
            browser.client.get(f"/open?{urlencode({'sql': f'{sql} limit 1500'})}")
        )
        while not asking.done():
            seen.append(len(drawn))
            await asyncio.sleep(0)
        return asking.result()

    assert asyncio.run(beside_another()).status_code == 200
    assert len(drawn) == 4500
    most = pm.get_plugin("answer_bounds.py").CELLS_AT_ONCE
    assert max(b - a for a, b in pairwise(seen)) <= most


def test_a_csv_has_labels_beside_keys_for_who_asks_and_no_other_name(browser):
    head, *lines = get(browser, "/open/observations.csv?_labels=on&_dl=on").text.splitlines()
    assert "indicator,indicator_label" in head
    assert any(",employees,Anställda," in line for line in lines)
    answer = get(browser, "/open/utveckling.csv?_dl=on")
    assert 'filename="asf-utveckling.csv"' in answer.headers["content-disposition"]
    assert get(browser, "/analysts/answers.whole_csv", "analyst").status_code == 404


@pytest.mark.parametrize(
    "path", ["/open/observations?year=2020", "/open/utveckling?matt=placed", "/open?sql=select+1"]
)
def test_a_view_can_be_copied_as_address_and_code_that_reads_all_of_it(browser, path):
    page = get(browser, path, headers=ENGLISH).text
    address, python, r = map(
        unescape, re.findall(r'<pre class="code"[^>]*><code>(.*?)</code>', page, re.S)
    )
    assert f'data = pd.read_csv("{address}")' in python
    assert r == f'data <- read.csv("{address}")'
    rows_of = get(browser, address.partition("/data")[2]).text.splitlines()
    shown = get(browser, path.replace("?", ".json?")).json()
    assert len(rows_of) == 1 + (shown.get("filtered_table_rows_count") or len(shown["rows"]))
    mine = unescape(get(browser, "/analysts/answers", "analyst").text)
    assert 'read.csv("asf-answers.csv")' in mine


def test_the_legend_of_signs_folds_beside_a_table(browser):
    for path in ("/open/observations", "/open/utveckling"):
        page = get(browser, path).text
        assert '<details class="card"><summary>Tecken</summary>' in page
        assert '<div class="columns">' not in page


PAGES = [
    "/", "/open", "/open/observations", "/open/observations?year=2020", "/open/trend",
    "/open/codebook", "/open/milestones", "/open/utveckling?matt=placed", "/open?sql=select+1",
    "/open?sql=nonsense", "/open/observations/2020,county,21,placed", "/open/nowhere",
    "/open/observations?nowhere=1", "/analysts", "/analysts/answers", "/analysts/utan_svar",
    "/analysts/enterprises/1",
]  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
def test_pages_hold_no_inline_script_or_style(browser, path):
    for role in (None, "coordinator"):
        answer = get(browser, path, role)
        assert answer.headers["content-type"].startswith("text/html")
        scripts = re.findall(r"<script[^>]*>[^<]*", answer.text)
        assert set(scripts) <= {'<script src="/data/static/data.js" defer>'}
        assert "<style" not in answer.text
        assert not re.search(r"<[^>]+\s(style|on[a-z]+)=", answer.text)
        assert '<html lang="sv">' in answer.text
        assert "'unsafe" not in answer.headers["content-security-policy"]
        assert "/data/data/" not in answer.text
        assert not re.search(r'(src|<link[^>]+href)="https?://(?!localhost)', answer.text)


ENGLISH = {"Cookie": "language=en"}


@cache
def swedish_words():
    """What the data pages say in Swedish, where the English differs."""
    words = yaml.safe_load((CONFIG / "words.yaml").read_text("utf-8"))
    found = {w[0]: w[1] for known in words.values() for w in known.values()}
    for question in (q for known in QUESTIONS.values() for q in known.values()):
        for known in (question, *question.get("parameters", {}).values()):
            found |= {known[n]: known[f"{n}_en"] for n in ("title", "description", "label", "empty")
                      if n in known}  # fmt: skip
    [po] = translations.catalogues()
    found |= {m.id: m.string for m in translations.read(po) if isinstance(m.id, str)}
    return {sv for sv, en in found.items() if sv != en and "%" not in sv}


@pytest.mark.parametrize("path", [*PAGES, *(f"/{d}/{name}" for d, name in QUERIES)])
def test_every_page_is_in_english_for_who_has_chosen_that(browser, path):
    swedish = swedish_words()
    for role in (None, "coordinator"):
        page = get(browser, path, role, headers=ENGLISH)
        assert '<html lang="en">' in page.text
        assert page.headers["content-language"] == "en"
        assert "Cookie" in page.headers["vary"]
        # Fictitious data are in Swedish, so what is the same word in both is looked past.
        assert not swedish & set(words_of(page.text).splitlines())
    assert swedish & set(words_of(get(browser, path).text).splitlines())


def test_a_language_asked_for_is_kept_and_is_no_column(browser):
    whole = get(browser, "/open/observations?year=2020")
    asked = get(browser, "/open/observations?year=2020&lang=en")
    assert asked.headers["set-cookie"].startswith("language=en; Max-Age=31536000; HttpOnly; Path=/")
    count = re.compile(r"(\d+) (?:rader i urvalet|rows selected)")
    assert count.findall(asked.text) == count.findall(whole.text) != []
    assert 'href="/data/open/observations?year=2020&amp;lang=sv"' in asked.text
    assert "set-cookie" not in get(browser, "/open/observations?lang=de").headers
    plain = get(browser, "/open/utveckling.json?_shape=objects&lang=sv", headers=ENGLISH)
    assert plain.json()["rows"][0]["Enhet"] == "personer"


@pytest.mark.parametrize(("database", "name"), QUERIES)
def test_a_ready_question_in_english_has_the_same_rows_under_the_same_keys(browser, database, name):
    swedish = records(browser, database, name)
    english = records(browser, database, name, lang="en")
    assert [r.keys() for r in english] == [r.keys() for r in swedish]
    same = [{k: v for k, v in r.items() if not isinstance(v, str)} for r in (*english, *swedish)]
    assert same[: len(english)] == same[len(english) :]


def test_errors_are_said_in_the_readers_language(browser):
    for path, status, title in (
        ("/open.json?sql=delete+from+areas", 400, "The query could not be run"),
        ("/analysts.json", 403, "You do not have access"),
        ("/nowhere.json", 404, "The page does not exist"),
        ("/open/observations.json?_sort=x", 400, "The query could not be run"),
    ):
        answer = get(browser, f"{path}{'&' if '?' in path else '?'}lang=en").json()
        assert (answer["status"], answer["title"], answer["ok"]) == (status, title, False)
    refused = get(browser, "/open", method="post", headers=ENGLISH)
    assert "Here you can only read." in refused.text
    for path in (
        "/open.csv?sql=select+zeroblob(1000000000)",
        "/open/quality?year__gt=1" + "0" * 30,
    ):
        too_big = get(browser, f"{path}&lang=en")
        assert (too_big.status_code, "could not be run" in too_big.text) == (400, True), path


def test_numbers_are_written_as_the_language_writes_them(browser):
    query = urlencode({"sql": "select 12345.5 as value, -3 as other"})
    for language, amounts in (("sv", ("12\u00a0345,5", "−3")), ("en", ("12,345.5", "−3"))):
        page = get(browser, f"/open?{query}&lang={language}").text
        assert all(f">{amount}</td>" in page for amount in amounts)


def test_an_answer_is_kept_in_one_language(browser):
    marks = {lang: get(browser, f"/open?lang={lang}").headers["etag"] for lang in ("sv", "en")}
    assert marks["sv"] != marks["en"] == get(browser, "/open", headers=ENGLISH).headers["etag"]
    for wanted, status in (("sv", 200), ("en", 304)):
        headers = {**ENGLISH, "If-None-Match": marks[wanted]}
        assert get(browser, "/open", headers=headers).status_code == status


def test_hidden_values_are_told_from_missing_ones(browser, published, tmp_path):
    copy = tmp_path / "open.db"
    copy.write_bytes((published / "open.db").read_bytes())
    with sqlite3.connect(copy) as db:
        db.execute(
            "UPDATE observations SET value = NULL, status = 'x' WHERE year = 2019"
            " AND area_code = '21' AND indicator = 'employees_women'"
        )
    db.close()
    other = Datasette([str(copy)], config_dir=CONFIG, settings={}, secret="s" * 32)
    hidden = '<b>x</b><span class="visually-hidden"> dolt</span>'
    for path in (
        "/open/observations?year=2019&indicator=employees_women",
        "/open/andel_kvinnor",
        "/open/trend?year=2019",
    ):
        assert hidden in get(other, path).text, path
    assert hidden not in get(other, "/open/svarslage").text


def test_pages_of_a_table_hold_each_row_once(browser):
    seen = []
    for page in ("", "?_sida=2", "?_sida=3", "?_sida=4"):
        text = get(browser, f"/open/observations{page}").text
        seen += re.findall(r'<a href="([^"]+)">Visa<span', text)
        if "Nästa" not in text:
            break
    total = get(browser, "/open/observations.json?_size=0").json()["filtered_table_rows_count"]
    assert len(seen) == len(set(seen)) == total


def test_redirects_stay_under_the_mount(browser):
    filtered = get(
        browser, "/open/observations?_filter_column=year&_filter_op=exact&_filter_value=2020"
    )
    assert filtered.headers["location"] == "/data/open/observations?year__exact=2020"
    assert get(browser, "/open/").headers["location"] == "/data/open"


def test_a_new_release_brings_its_words_at_once(published, tmp_path):
    copy = tmp_path / "open.db"
    copy.write_bytes((published / "open.db").read_bytes())
    other = Datasette([str(copy)], config_dir=CONFIG, settings={}, secret="s" * 32)
    assert other.metadata("databases")["open"]["tables"]["areas"]["title"] == "Områden"
    with sqlite3.connect(copy) as db:
        db.execute("UPDATE codebook SET label_sv = 'Platser' WHERE table_name = 'areas'")
    db.close()
    assert other.metadata("databases")["open"]["tables"]["areas"]["title"] == "Platser"


def test_before_the_first_release_the_pages_say_so(tmp_path):
    for name in ("open", "analysts"):
        sqlite3.connect(tmp_path / f"{name}.db").close()
    files = [str(tmp_path / "open.db"), str(tmp_path / "analysts.db")]
    empty = Datasette(files, config_dir=CONFIG, settings={}, secret="s" * 32)
    for path in ("/", "/open", "/analysts"):
        answer = get(empty, path, "analyst")
        assert answer.status_code == 200
        assert "Inget är publicerat ännu" in answer.text


def test_invented_enterprises_are_said_to_be_so(browser):
    assert "företagen är påhittade" in get(browser, "/analysts/answers", "analyst").text
    assert "påhittade företag" in get(browser, "/open/trend").text


def test_a_value_with_several_signs_shows_them_all(published, tmp_path):
    copy = tmp_path / "open.db"
    copy.write_bytes((published / "open.db").read_bytes())
    with sqlite3.connect(copy) as db:
        db.execute(
            "UPDATE observations SET status = 's', signs = 'sr' WHERE year = 2018"
            " AND area_code = '21' AND indicator = 'placed'"
        )
    db.close()
    other = Datasette([str(copy)], config_dir=CONFIG, settings={}, secret="s" * 32)
    page = get(other, "/open/observations?year=2018&indicator=placed").text
    cell = page.partition('data-label="Status"')[2].partition("</td>")[0]
    assert re.findall(r"</span> ([^<]+)</span>", cell) == ["summan avviker", "rättad"]
    assert "signs" not in page.partition("<thead")[2].partition("</thead>")[0]


def test_tables_and_answers_come_as_excel_with_every_row_and_no_formula(browser):
    def sheet(path):
        answer = get(browser, path, "analyst")
        assert answer.status_code == 200
        return load_workbook(io.BytesIO(answer.content)).active

    whole = sheet("/open/observations.xlsx?_size=5")
    total = get(browser, "/open/observations.json?_size=0").json()["filtered_table_rows_count"]
    assert whole.max_row == total + 1
    chosen = sheet("/open/observations.xlsx?year=2020&_sort=value")
    head, *rows_of = chosen.iter_rows(values_only=True)
    assert {row[head.index("year")] for row in rows_of} == {2020}
    cells = [cell for row in sheet("/analysts/answers.xlsx").iter_rows() for cell in row]
    assert [c.data_type for c in cells if c.value == "=1+1"] == ["s", "s"]
    assert "f" not in {cell.data_type for cell in cells}
    changes = [row[4] for row in sheet("/open/ar_mot_ar.xlsx").iter_rows(values_only=True)]
    assert any(isinstance(value, int) and value < 0 for value in changes)
    cut = sheet("/open.xlsx?sql=select+a.name+from+codebook+a2,areas+a,indicators+b")
    assert cut.max_row == 2002
    assert "Fler rader finns" in cut.cell(2002, 1).value
    odd = sheet("/open.xlsx?sql=select+'a'||char(65535)||char(11)||'b'+as+name")
    assert odd["A2"].value == "ab"
    for page in ("/open/observations", "/open/trend", "/open/utveckling", "/open?sql=select+1"):
        text = get(browser, page).text
        assert all(f">{kind}</a>" in text for kind in ("CSV", "XLSX", "JSON")), page


def test_a_question_that_failed_comes_back_to_be_put_right(browser):
    asked = "delete from observations where 'å' < \"b\""
    answer = get(browser, f"/open?{urlencode({'sql': asked})}")
    assert answer.status_code == 400
    assert "Frågan måste börja med SELECT" in answer.text
    [typed] = re.findall(r"<textarea[^>]*>(.*?)</textarea>", answer.text, re.DOTALL)
    assert unescape(typed) == asked
    assert 'action="/data/open"' in answer.text
    slow = "with recursive n(i) as (select 1 union all select i+1 from n) select count(*) from n"
    answer = get(browser, f"/open?{urlencode({'sql': slow})}")
    assert "tog för lång tid" in answer.text
    assert "union all" in answer.text


def test_a_row_leads_to_its_definition_and_its_chart(browser):
    page = unescape(get(browser, "/open/observations/2020,county,21,placed").text)
    assert 'href="/oppna-data/latest/kodbok#placed"' in page
    assert 'href="/rapport/utforska?matt=placed&omrade=21"' in page
    assert ".xlsx" in page
    assert "utforska" not in get(browser, "/open/areas/county,21").text
    assert "utforska" not in get(browser, "/analysts/enterprises/1", "analyst").text


def test_answers_come_before_how_they_came_in(browser):
    page = get(browser, "/analysts/answers", "analyst").text
    head = page.partition("<thead")[2].partition("</thead>")[0]
    names = re.findall(r"<small>(\w+)</small>", head)
    assert names.index("employees_total") < names.index("mode") < len(names)
    cells = re.findall(r'data-label="([^"]+)"', page.partition("<tbody")[2].partition("</tr>")[0])
    labels = re.findall(r'rel="nofollow"[^>]*>([^<]+?)\s*<', head)
    assert [unescape(c) for c in cells][:5] == [unescape(label) for label in labels][:5]


def test_what_is_the_same_for_a_whole_page_is_read_once_a_page(browser, monkeypatch):
    asked = []
    stat = Path.stat
    monkeypatch.setattr(Path, "stat", lambda p, **more: asked.append(p) or stat(p, **more))
    counts = []
    for size in (1, 40):
        asked.clear()
        assert get(browser, f"/open/observations?_size={size}").status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]


KEPT = ["/", "/open", "/open/observations", "/open/trend.csv", "/open.json", "/open.db"]


def test_an_open_answer_can_be_kept_until_the_next_release(published, tmp_path):
    copy = tmp_path / "open.db"
    copy.write_bytes((published / "open.db").read_bytes())
    one, two = (
        Datasette([str(copy)], config_dir=CONFIG, settings={}, secret=secret * 32)
        for secret in "st"
    )
    marks = {path: get(one, path).headers["etag"] for path in KEPT}
    for path, mark in marks.items():
        for server in (one, two):
            again = get(server, path, headers={"If-None-Match": mark})
            assert (again.status_code, again.content) == (304, b""), path
            assert again.headers["etag"] == mark, path
            assert "content-security-policy" in again.headers, path
    with sqlite3.connect(copy) as db:
        db.execute("UPDATE codebook SET label_sv = 'Platser' WHERE table_name = 'areas'")
    db.close()
    for path, mark in marks.items():
        changed = get(one, path, headers={"If-None-Match": mark})
        assert changed.status_code == 200, path
        assert changed.headers["etag"] != mark, path


def test_what_is_one_visitors_or_an_error_is_never_kept(browser):
    mark = get(browser, "/open").headers["etag"]
    for role in ("analyst", "coordinator"):
        for path in ("/open", "/analysts", "/analysts/answers.json"):
            answer = get(browser, path, role, headers={"If-None-Match": mark})
            assert answer.status_code == 200
            assert "etag" not in answer.headers
    assert "etag" not in get(browser, "/open/nowhere").headers
    assert get(browser, "/analysts", headers={"If-None-Match": mark}).status_code == 403


@pytest.mark.parametrize("path", KEPT)
def test_answers_are_compressed_for_who_can_read_that(browser, path):
    plain = get(browser, path, headers={"Accept-Encoding": "identity"})
    small = get(browser, path, headers={"Accept-Encoding": "gzip"})
    assert "content-encoding" not in plain.headers
    timed = rb'"query_ms": [0-9.]+'
    assert re.sub(timed, b"", small.content) == re.sub(timed, b"", plain.content)
    if len(plain.content) >= 1000:
        assert small.headers["content-encoding"] == "gzip"
        assert "Accept-Encoding" in small.headers["vary"]


def test_who_may_see_what_is_said_where_datasette_asks():
    tables = yaml.safe_load((CONFIG / "tables.yaml").read_text("utf-8"))
    assert not [t for known in tables.values() for t, said in known.items() if "allow" in said]


@pytest.mark.parametrize(
    "path", ["/", "/open", "/open/observations", "/open/utveckling", "/open/areas/county,21"]
)
def test_a_page_says_in_its_head_what_it_is_about(browser, path):
    page = get(browser, path).text
    [said] = re.findall(r'<meta name="description" content="([^"]{20,})">', page)
    assert said in page.partition("</head>")[2]


MANY = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) SELECT "


@pytest.mark.parametrize("ending", ["", ".json", ".xlsx"])
@pytest.mark.parametrize(
    "wanted",
    [
        ", ".join(f"i AS c{number}" for number in range(50)),
        ", ".join(f"i AS c{number}" for number in range(500)),
        "hex(zeroblob(5000)) AS a",
    ],
)
def test_an_answer_that_is_too_large_is_never_made(browser, capfd, wanted, ending):
    answer = get(browser, f"/open{ending}?{urlencode({'sql': f'{MANY} {wanted} FROM n'})}")
    assert answer.status_code == 400
    assert len(answer.content) < 20_000
    # What somebody asks is in no log.
    assert "zeroblob" not in capfd.readouterr().err


def test_an_address_has_two_answers_made_at_a_time_and_a_line_has_an_end(browser, monkeypatch):
    made, most = 0, 0

    async def slow(db, sql, *arguments, **more):
        nonlocal made, most
        made += 1
        most = max(most, made)
        await asyncio.sleep(0)
        try:
            return await execute(db, sql, *arguments, **more)
        finally:
            made -= 1

    execute = Database.execute
    monkeypatch.setattr(Database, "execute", slow)

    async def all_at_once():
        sql = urlencode({"sql": "SELECT 1"})
        asked = (browser.client.get(f"/open.json?{sql}&_n={n}") for n in range(60))
        return [reply.status_code for reply in await asyncio.gather(*asked)]

    statuses = asyncio.run(all_at_once())
    assert most == 2
    assert statuses.count(200) == 30
    assert statuses.count(429) == 30
    assert get(browser, "/open.json").status_code == 200

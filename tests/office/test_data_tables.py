"""Every declared table of the office: sorted, filtered, paged, and taken out as it is shown."""

import html
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlite_utils import Database

from app import create_app
from forms.office.data_table import alphabetical
from survey_data import clock, outbox
from survey_data.database import rows, run
from survey_data.register import enterprises
from survey_data.responses import responses
from survey_data.rounds import calls
from survey_data.staff import staff
from tests.conftest import BASE, sign_in
from tests.office.test_table_downloads import read
from tests.support.association import fill_association
from tests.support.http_visitor import Page, Visitor

# Each table: its page and its name in the addresses of its files.
LISTS = {
    "oversikt": "",
    "foretagslista": "foretag",
    "utskick": "utskick",
    "samtal": "samtal",
    "logg": "logg",
    "granska": "granska",
    "personal": "personal",
    "forslag": "forslag",
    "dubbletter": "foretag/dubbletter",
    "utgavor": "publicering",
    "information": "serier/information",
    "platser": "serier/platser",
    "handelser": "serier/handelser",
}
# Of the tables that go on over several pages here.
PAGE_SIZES = {"logg": 50}
each_list = pytest.mark.parametrize("name", LISTS)
FORMULA = "=cmd()"


@pytest.fixture(scope="module")
def office(shown: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visitor]:
    """A coordinator with several rows in every table; what follows only reads them."""
    folder = Path(shutil.copytree(shown, tmp_path_factory.mktemp("office") / "data"))
    app = create_app({"DATA_DIR": folder, "BASE_URL": BASE, "SMTP_URL": "", "TESTING": True})
    app.config["SECOND_FACTOR"] = False
    app.config["PROPAGATE_EXCEPTIONS"] = False
    db = app.extensions["store"].db
    # What else these tables hold is of later years.
    clock.inventory.set_to(None)
    fill(db)
    with Visitor(httpx.Client(transport=httpx.WSGITransport(app=app), base_url=BASE)) as visitor:
        yield sign_in(visitor, db, "coordinator")
    app.extensions["store"].close()


def fill(db: Database) -> None:
    """Something in every table, some of it a formula."""
    fill_association(db, FORMULA)
    run(db, "UPDATE enterprise SET name = ? WHERE id = 2", (FORMULA,))
    staff.add(db, "+analys@example.org", "analyst", "test")
    known = enterprises.enterprises(db)
    for one in known[:3]:
        unit = replace(one, id=0, unit_name="Sågen")
        enterprises.save_enterprise(db, unit, None, "test")
    opened = "SELECT i.id FROM invitation i JOIN round r ON r.id = i.round_id"
    for row in rows(db, f"{opened} WHERE r.closed_at IS NULL ORDER BY i.id LIMIT 3"):
        before = responses.latest(db, row["id"])
        answers = before.answers if before else {"employees_total": row["id"]}
        proposed = {"enterprise_name": f"={row['id']}", "municipality_code": "2180"}
        responses.hand_in(db, row["id"], answers | proposed, "sv")
        calls.record(db, row["id"], "call_later", "staff 1", note=FORMULA,
                     try_again_at=f"29{row['id'] % 90 + 10}-01-01T10:00:00.000+00:00")  # fmt: skip
        calls.record(db, row["id"], "no_answer", "command line")
    run(db, "INSERT INTO release (id, published_at, kind, includes_examples, note_sv, actor)"
        " VALUES ('2031-1', '2031-01-01T00:00:00.000+00:00', 'revised', 1, ?, 'test')",
        (FORMULA,))  # fmt: skip


def query_of(address: str) -> str:
    return html.unescape(address).partition("#")[0].partition("?")[2]


def page_of(office: Visitor, name: str, query: str = "") -> Page:
    page = office.open(f"{BASE}/samordna/{LISTS[name]}?{query}")
    assert page.status == 200
    return page


def table(page: Page, name: str) -> str:
    return page.text.partition(f'<h2 id="{name}">')[2].partition("</table>")[0]


def first_cells(page: Page, name: str) -> list[str]:
    """What stands first in each row, in words."""
    found = re.findall(r'<th scope="row"[^>]*>(.*?)</th>', table(page, name), re.DOTALL)
    linked = [re.search(r"<a [^>]*>(.*?)</a>", cell) for cell in found]
    return [
        html.unescape((link[1] if link else cell.partition("<")[0]).strip())
        for link, cell in zip(linked, found, strict=True)
    ]


def heads(page: Page, name: str) -> dict[str, tuple[str, str]]:
    """Each head that sorts: where it leads, and how it is sorted now."""
    found = re.findall(
        r'<th scope="col"[^>]*?(?:aria-sort="(\w+)")?><a href="([^"]*)">([^<]*)', table(page, name)
    )
    return {html.unescape(words): (query_of(href), sort) for sort, href, words in found}


def taken_out(office: Visitor, name: str, query: str = "", suffix: str = "csv") -> list[list[Any]]:
    reply = office.client.get(f"{BASE}/samordna/lista/{name}.{suffix}?{query}")
    assert reply.status_code == 200
    return read(reply.content, suffix)


def undefused(text: Any) -> str:
    return str(text).removeprefix("'")


def shown_as(name: str, line: list[Any]) -> str:
    """What the page shows first of a line of the file: the unit's name is a column there."""
    first = undefused(line[0])
    return f"{first} – {line[1]}" if name == "foretagslista" and line[1] else first


@each_list
def test_each_head_sorts_both_ways_and_the_file_is_what_is_shown(
    office: Visitor, name: str
) -> None:
    page = page_of(office, name)
    assert len(heads(page, name)) >= 2
    for head in heads(page, name):
        directions = set()
        for _ in range(2):
            page = page_of(office, name, heads(page, name)[head][0])
            sort = heads(page, name)[head][1]
            directions.add(sort)
            assert table(page, name).count("aria-sort=") == 1
            files = re.findall(rf'href="(/samordna/lista/{name}\.csv[^"]*)"', page.text)
            columns, *lines = taken_out(office, name, query_of(files[0]))
            whole = [shown_as(name, line) for line in lines]
            assert whole[: PAGE_SIZES.get(name)] == first_cells(page, name)
            if head in columns:
                assert_sorted([line[columns.index(head)] for line in lines], sort)
        assert directions == {"ascending", "descending"}, head


# States and outcomes stand in the order in which things happen, not in that of the alphabet.
BY_MEANING = {"Skickat", "Vill bli uppringda senare", "Att granska"}


def assert_sorted(values: list[str], sort: str) -> None:
    there = [undefused(value) for value in values if value != ""]
    # What is not known stands last, whichever way.
    assert values[len(there) :] == [""] * (len(values) - len(there))
    if BY_MEANING.isdisjoint(there):
        key: Callable[[str], Any] = float if all(map(is_number, there)) else alphabetical
        keys = [key(value) for value in there]
        assert keys == sorted(keys, reverse=sort == "descending")


def is_number(text: str) -> bool:
    return re.fullmatch(r"-?\d+(\.\d+)?", text) is not None


@each_list
def test_each_choice_of_each_filter_narrows_page_and_file_alike(office: Visitor, name: str) -> None:
    everything = taken_out(office, name)[1:]
    for field, choices in choices_of(page_of(office, name)).items():
        found = []
        for choice in choices:
            query = f"{field}={choice}"
            lines = taken_out(office, name, query)[1:]
            page = page_of(office, name, query)
            assert [shown_as(name, line) for line in lines] == first_cells(page, name)
            assert f'value="{choice}" selected' in page.text
            assert lines or "Ingenting i listan passar" in page.text
            assert all(line in everything for line in lines)
            found += lines
        if field != "kontroll":
            # Every row belongs to one choice of each filter, and to one only.
            assert sorted(found) == sorted(everything), field


def choices_of(page: Page) -> dict[str, list[str]]:
    """The values of each select in the filter bar but the order."""
    bar = page.text.partition('class="filter-bar"')[2].partition("</form>")[0]
    selects = re.findall(r'<select id="[^"]*" name="(\w+)">(.*?)</select>', bar)
    return {
        name: [v for v in re.findall(r'value="([^"]*)"', options) if v]
        for name, options in selects
        if name != "sortera"
    }


@each_list
def test_searching_finds_and_finds_nothing_in_words(office: Visitor, name: str) -> None:
    [_, first, *_] = taken_out(office, name)
    wanted = undefused(first[0])[:40]
    found = taken_out(office, name, f"sok={wanted.replace('+', '%2B')}")[1:]
    if name != "utskick":
        assert found
        assert len(found) <= len(taken_out(office, name)) - 1
    page = page_of(office, name, "sok=finns+inte+alls")
    assert "Ingenting i listan passar det ni har valt." in page.text
    assert 'value="finns inte alls"' in page.text
    assert f'href="/samordna/{LISTS[name]}#{name}">Visa allt</a>' in page.text
    assert len(taken_out(office, name, "sok=finns+inte+alls")) == 1


@each_list
@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_no_cell_of_any_file_is_a_formula(office: Visitor, name: str, suffix: str) -> None:
    lines = taken_out(office, name, suffix=suffix)
    texts = [cell for line in lines for cell in line if isinstance(cell, str)]
    # In XLSX each was read as a text by its type; in CSV only an apostrophe makes it one.
    if suffix == "csv":
        assert not [text for text in texts if text[:1] in tuple("=+@\t\r")]
    if name in ("foretagslista", "forslag", "samtal", "utgavor", "personal"):
        assert [text for text in map(undefused, texts) if text.startswith(("=", "+"))]


JUNK = (
    "sortera=--name", "sortera=%00", "sortera=act", "sida=-1", "sida=x", "sida=99999999999999999",
    f"sida={'9' * 5000}", "sok=%00%22%3E%3Cscript%3E", "kommun=%27%3B--", "status=x&roll=x&slag=x",
    "sok=a&sok=b&sortera=name&sortera=x", "%FF=%FF", "sok=%FF%FE", f"sok={'x' * 4000}",
)  # fmt: skip


@each_list
def test_junk_in_the_address_gives_a_plain_page(office: Visitor, name: str) -> None:
    columns = taken_out(office, name)[0]
    pages = {junk: page_of(office, name, junk) for junk in JUNK}
    for junk, page in pages.items():
        assert "<script>" not in page.text
        assert taken_out(office, name, junk)[0] == columns
    usual = first_cells(page_of(office, name), name)
    for junk in ("sortera=--name", "sida=x", "kommun=%27%3B--", "status=x&roll=x&slag=x"):
        assert first_cells(pages[junk], name) == usual
    assert office.client.get(f"{BASE}/samordna/lista/finns-inte.csv").status_code == 404


def test_what_is_chosen_survives_the_pages(coordinator: Visitor, db: Database) -> None:
    for number in range(130):
        address = f"{'b' if number % 2 else 'a'}{number:03}@example.org"
        outbox.queue(db, "sign_in", address, once=f"t {number}", staff_id=1)
    office = coordinator
    query = "sok=b&mejl=sign_in&sortera=to"
    whole = [line[1] for line in taken_out(office, "utskick", query)[1:]]
    assert len(whole) == 65
    assert whole == sorted(whole)
    seen: list[str] = []
    for place in (1, 2):
        page = page_of(office, "utskick", query)
        seen += re.findall(r'data-label="Till">([^<]*)</td>', table(page, "utskick"))
        assert f"Sida {place} av 2" in page.text
        assert 'value="b"' in page.text
        links = re.findall(r'href="([^"]*)">(Nästa|Föregående) sida', page.text)
        query = query_of(links[0][0])
    assert seen == whole
    # The last page leads back, and one that does not exist is the last.
    assert links[0][1] == "Föregående"
    beyond = page_of(office, "utskick", "sok=b&mejl=sign_in&sortera=to&sida=9")
    assert "Sida 2 av 2" in beyond.text


def test_the_order_of_a_file_and_a_page_is_swedish() -> None:
    names = ["Öst", "al", "Zon", "Ål", "Äng", "Berg"]
    assert sorted(names, key=alphabetical) == ["al", "Berg", "Zon", "Ål", "Äng", "Öst"]


EMPTY = {
    "foretagslista": "Registret är tomt. Lägg till ett företag",
    "utskick": "Inget har skickats ännu. Inbjudningarna skickas från översikten",
    "forslag": "Inga förslag väntar. De kommer när",
    "dubbletter": "Inga företag i registret liknar varandra.",
    "utgavor": "Ingen utgåva finns ännu. Publicera den första",
}


@pytest.mark.parametrize("name", EMPTY)
def test_an_empty_table_says_what_to_do_next(coordinator: Visitor, name: str) -> None:
    page = page_of(coordinator, name)
    assert EMPTY[name] in page.text
    assert f"/lista/{name}." not in page.text


@pytest.mark.parametrize(("name", "words"), [
    ("samtal", "Inga samtal är noterade. På översikten"),
    ("granska", "Nya svar hamnar här så snart de lämnas in."),
])  # fmt: skip
def test_an_empty_table_of_a_round_says_what_to_do_next(
    open_round: Any, coordinator: Visitor, name: str, words: str
) -> None:
    assert words in page_of(coordinator, name).text


@pytest.mark.parametrize("name", ["samtal", "granska"])
def test_before_the_first_round_there_is_no_file(coordinator: Visitor, name: str) -> None:
    reply = coordinator.client.get(f"{BASE}/samordna/lista/{name}.csv")
    assert reply.status_code == 404


def test_no_table_is_for_anyone_else(db: Database, visitor: Visitor) -> None:
    analyst = sign_in(visitor, db, "analyst")
    for name in LISTS:
        assert analyst.client.get(f"{BASE}/samordna/lista/{name}.csv").status_code == 403

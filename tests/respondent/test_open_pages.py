"""The open releases on the web: addresses that last, caches that may keep them, robots' limits."""

import json
import re
from collections.abc import Callable
from hashlib import sha256
from html import unescape
from urllib.robotparser import RobotFileParser

import httpx
import pytest
from flask import Flask
from rdflib import DCTERMS, RDF, Graph, Namespace, URIRef
from sqlite_utils import Database

from survey_data.publishing.publish import publish
from survey_data.releases import archive
from tests.conftest import BASE
from tests.support.http_visitor import Visitor

DCAT = Namespace("http://www.w3.org/ns/dcat#")


@pytest.fixture
def client(demonstration: Flask, new_visitor: Callable[[], Visitor]) -> httpx.Client:
    """A browser at the demonstration with one release."""
    return new_visitor().client


def test_a_numbered_file_is_kept_for_good_and_the_latest_shortly(client: httpx.Client) -> None:
    numbered = client.get(f"{BASE}/oppna-data/2020-1/observations.csv")
    assert numbered.status_code == 200
    assert "immutable" in numbered.headers["cache-control"]
    assert "max-age=31536000" in numbered.headers["cache-control"]
    latest = client.get(f"{BASE}/oppna-data/latest/observations.csv")
    assert latest.headers["cache-control"] == "public, max-age=300, must-revalidate"
    assert latest.headers["content-location"] == "/oppna-data/2020-1/observations.csv"
    assert latest.content == numbered.content
    assert latest.headers["content-type"] == "text/csv; charset=utf-8"


@pytest.mark.parametrize("name", ["data.json", "observations.csv", "open.db", "SHA256SUMS"])
@pytest.mark.parametrize("number", ["2020-1", "latest"])
def test_who_has_a_file_is_told_so(client: httpx.Client, number: str, name: str) -> None:
    first = client.get(f"{BASE}/oppna-data/{number}/{name}")
    tag = first.headers["etag"]
    again = client.get(f"{BASE}/oppna-data/{number}/{name}", headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    since = {"If-Modified-Since": first.headers["last-modified"]}
    assert client.get(f"{BASE}/oppna-data/{number}/{name}", headers=since).status_code == 304
    other = {"If-None-Match": '"other"'}
    assert client.get(f"{BASE}/oppna-data/{number}/{name}", headers=other).status_code == 200


def test_the_sums_are_of_what_is_served(client: httpx.Client) -> None:
    listed = client.get(f"{BASE}/oppna-data/latest/SHA256SUMS").text.splitlines()
    assert len(listed) > 30
    for line in listed:
        checksum, name = line.split("  ")
        body = client.get(f"{BASE}/oppna-data/2020-1/{name}").content
        assert sha256(body).hexdigest() == checksum, name


def test_a_later_release_moves_latest_and_leaves_the_numbered_one(
    client: httpx.Client, demonstration: Flask, db: Database
) -> None:
    before = client.get(f"{BASE}/oppna-data/2020-1/data.json")
    tag = client.get(f"{BASE}/oppna-data/latest/data.json").headers["etag"]
    publish(db, demonstration.extensions["places"], "test", note_sv="Nytt.", note_en="New.")
    assert client.get(f"{BASE}/oppna-data/2020-1/data.json").content == before.content
    moved = client.get(f"{BASE}/oppna-data/latest/data.json", headers={"If-None-Match": tag})
    assert moved.status_code == 200
    assert moved.json()["release"]["id"] == "2020-2"
    page = client.get(f"{BASE}/oppna-data/").text
    assert page.index("2020-2") < page.index("2020-1")
    assert "Nytt." in page
    assert "Det finns en senare utgåva." in client.get(f"{BASE}/oppna-data/2020-1/").text


def test_only_files_of_a_release_are_served(client: httpx.Client, demonstration: Flask) -> None:
    for path in ("..%2f..%2fsecret_key", "%2e%2e/secret_key", ".unfinished", "nothing.csv"):
        assert client.get(f"{BASE}/oppna-data/2020-1/{path}").status_code == 404, path
    folder = demonstration.extensions["places"].releases
    (folder / ".unfinished-2020-9").mkdir()
    for number in (".unfinished-2020-9", "..", "2020-9", "2020-01"):
        assert client.get(f"{BASE}/oppna-data/{number}/data.json").status_code == 404, number
    assert archive.numbers(folder) == ["2020-1"]


def test_before_the_first_release_the_page_says_so(visitor: Visitor) -> None:
    assert "Ingen utgåva finns att visa." in visitor.open(f"{BASE}/oppna-data/").text
    assert visitor.client.get(f"{BASE}/oppna-data/latest/").status_code == 404
    assert visitor.client.get(f"{BASE}/oppna-data/dcat.rdf").status_code == 200
    assert visitor.client.get(f"{BASE}/sitemap.xml").status_code == 200


def test_search_engines_are_told_of_the_data_set(client: httpx.Client) -> None:
    page = client.get(f"{BASE}/oppna-data/latest/").text
    [found] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    told = json.loads(found)
    assert (told["@type"], told["version"]) == ("Dataset", "2020-1")
    assert told["license"] == "https://creativecommons.org/publicdomain/zero/1.0/"
    for each in told["distribution"]:
        body = client.get(each["contentUrl"])
        assert sha256(body.content).hexdigest() == each["sha256"]


def test_robots_read_the_open_part_only(client: httpx.Client) -> None:
    robots = RobotFileParser()
    robots.parse(client.get(f"{BASE}/robots.txt").text.splitlines())
    for path in ("/oppna-data/", "/oppna-data/2020-1/data.csv", "/rapport/", "/data/open/trend"):
        assert robots.can_fetch("*", path), path
    for path in ("/samordna/", "/s/abc", "/svara/foretaget", "/logga-in", "/data/analysts",
                 "/data/-/versions", "/arsmejl/abc"):  # fmt: skip
        assert not robots.can_fetch("*", path), path


def test_every_page_of_the_sitemap_is_there_and_open_to_robots(client: httpx.Client) -> None:
    robots = client.get(f"{BASE}/robots.txt").text
    allowed = re.findall(r"^Allow: (\S+)$", robots, re.MULTILINE)
    pages = re.findall(r"<loc>([^<]+)</loc>", client.get(f"{BASE}/sitemap.xml").text)
    assert len(pages) > 10
    for page in pages:
        assert client.get(page).status_code == 200, page
        path = page.removeprefix(BASE)
        assert path == "/" or any(path.startswith(start) for start in allowed), path


def test_a_page_has_one_address_in_each_language_whatever_is_chosen(client: httpx.Client) -> None:
    for path, asked in (
        ("/", ""), ("/om", "?lang=en"), ("/rapport/placed", "?fran=2018&till=2020&lang=en"),
        ("/rapport/utforska", "?matt=placed"), ("/kommun/gavle", ""), ("/oppna-data/", ""),
    ):  # fmt: skip
        client.cookies.clear()
        page = client.get(f"{BASE}{path}{asked}").text
        bare = f"{BASE}{path}"
        own = f"{bare}?lang=en" if "lang=en" in asked else bare
        assert re.findall(r'<link rel="canonical" href="([^"]+)">', page) == [own]
        others = dict(re.findall(r'<link rel="alternate" hreflang="([^"]+)" href="([^"]+)">', page))
        assert others == {"sv": bare, "en": f"{bare}?lang=en", "x-default": bare}
    for path in ("/kommun/nowhere", "/rapport/nothing", "/logga-in"):
        assert "hreflang" not in client.get(f"{BASE}{path}").text.partition("<body")[0], path


def test_a_choice_in_explore_has_a_title_of_its_own(client: httpx.Client) -> None:
    asked = ("", "?matt=placed", "?matt=placed&visa=per", "?matt=employees&fran=2018")
    pages = (client.get(f"{BASE}/rapport/utforska{each}").text for each in asked)
    titles = [re.findall("<title>(.*?)</title>", page)[0] for page in pages]
    assert len(set(titles)) == len(asked), titles


def test_the_quality_page_and_codebook_say_what_the_data_say(client: httpx.Client) -> None:
    told = client.get(f"{BASE}/oppna-data/latest/quality.json").json()
    page = client.get(f"{BASE}/oppna-data/latest/kvalitet").text
    years = [year["year"] for year in told["years"]]
    assert years == sorted(years, reverse=True)
    assert all(f'id="year-{year}"' in page for year in years)
    assert told["disclosure_control"]["sv"] in page
    codes = client.get(f"{BASE}/oppna-data/latest/codebook.json").json()
    book = client.get(f"{BASE}/oppna-data/latest/kodbok?lang=en").text
    book = unescape(book)
    for variable in codes["variables"]:
        assert variable["definition_en"] in book
        assert variable["universe_sv"]
        assert variable["unit_sv"]
    reached = next(v for v in codes["variables"] if v["name"] == "reached")
    assert [b["year"] for b in reached["breaks"]] == [2020]


def test_the_catalogue_has_one_data_set_a_year_in_a_series(client: httpx.Client) -> None:
    reply = client.get(f"{BASE}/oppna-data/dcat.rdf")
    assert reply.headers["content-type"].startswith("application/rdf+xml")
    graph = Graph().parse(data=reply.content, format="xml")
    [dataset] = graph.subjects(RDF.type, DCAT.Dataset)
    assert graph.value(dataset, DCAT.inSeries) == URIRef(f"{BASE}/oppna-data/#serie")
    downloads = list(graph.objects(None, DCAT.downloadURL))
    assert len(downloads) == 8
    for download in downloads:
        assert client.get(str(download)).status_code == 200
    formats = set(graph.objects(None, DCTERMS["format"]))
    assert all(isinstance(each, URIRef) for each in formats)
    assert client.get(f"{BASE}/oppna-data/dcat.rdf").content == reply.content

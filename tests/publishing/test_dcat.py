"""The catalogue that the national portal harvests, held against the profile's demands."""

from pathlib import Path

import pytest
from flask import Flask
from pyshacl import validate
from rdflib import BNode, Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCTERMS, RDFS, SKOS

from reports.catalogue import release_folder
from reports.catalogue.dcat import catalogue

# pyshacl still uses names that rdflib is about to drop.
pytestmark = pytest.mark.filterwarnings("ignore:.*is deprecated:DeprecationWarning")

BASE = "https://asf.example.org"
DCAT = Namespace("http://www.w3.org/ns/dcat#")
SHAPES = Path(__file__).parents[1] / "support" / "data" / "dcat_ap_se.ttl"


@pytest.fixture
def releases(demonstration: Flask) -> list[release_folder.ReleaseFolder]:
    return release_folder.every(demonstration.extensions["places"].releases)


@pytest.fixture
def graph(releases: list[release_folder.ReleaseFolder]) -> Graph:
    return Graph().parse(data=catalogue(releases, BASE), format="xml")


def check(graph: Graph) -> tuple[bool, str]:
    conforms, _, text = validate(graph, shacl_graph=str(SHAPES), advanced=False)
    return bool(conforms), str(text)


def test_the_catalogue_is_as_the_profile_asks(graph: Graph) -> None:
    conforms, text = check(graph)
    assert conforms, text


@pytest.mark.parametrize(
    "lost",
    [
        DCTERMS.publisher, DCAT.contactPoint, DCAT.theme, DCAT.keyword, DCTERMS["format"],
        DCAT.mediaType, DCAT.accessURL, DCAT.byteSize, DCTERMS.license, DCTERMS.temporal,
        DCTERMS.spatial, DCAT.inSeries, DCTERMS.title, DCTERMS.description, DCAT.version,
        DCAT.distribution, RDFS.subClassOf, SKOS.inScheme,
    ],
)  # fmt: skip
def test_the_shapes_miss_what_is_lost(graph: Graph, lost: URIRef) -> None:
    graph.remove((None, lost, None))
    assert not check(graph)[0]


def test_every_node_has_an_absolute_address_and_every_format_is_one(graph: Graph) -> None:
    nodes = {node for triple in graph for node in (triple[0], triple[2])}
    assert not [node for node in nodes if isinstance(node, BNode)]
    addresses = [node for node in nodes if isinstance(node, URIRef)]
    assert all(str(a).startswith(("http://", "https://", "mailto:")) for a in addresses)
    assert not [o for o in graph.objects(None, DCTERMS["format"]) if isinstance(o, Literal)]


def test_the_same_releases_make_the_same_bytes(
    releases: list[release_folder.ReleaseFolder],
) -> None:
    assert catalogue(releases, BASE) == catalogue(releases, BASE)

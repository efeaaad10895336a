"""The catalogue as DCAT-AP-SE 3 in RDF/XML, for the national portal's nightly harvest.

Every node has an address of its own, so that the same releases always make the same bytes.
The inventory is a series; each year's newest release is a data set in it.
"""

import json
from pathlib import Path
from typing import Any

from rdflib import Graph
from rdflib.plugins.parsers.jsonld import to_rdf

from reports.catalogue.release_folder import ABOUT, TITLE, ReleaseFolder, described
from survey_data.geography import COUNTY
from survey_data.releases.archive import Kept
from survey_data.releases.files import media_type

Node = dict[str, Any]

FILE_TYPES = {
    "csv": "CSV", "json": "JSON", "parquet": "PARQUET", "xlsx": "XLSX", "db": "SQLITE",
    "zip": "ZIP",
}  # fmt: skip
LANGUAGES = {"sv": "SWE", "en": "ENG"}
KEYWORDS = {
    "sv": ["arbetsintegrerande sociala företag", "ASF", "sociala företag", COUNTY.name],
    "en": ["work-integrating social enterprises", "WISE", "social economy", COUNTY.name],
}
CATALOGUE = {
    "sv": ("Öppna data om arbetsintegrerande sociala företag",
           "Utgåvor av inventeringen av arbetsintegrerande sociala företag i"
           f" {COUNTY.official_name}."),
    "en": ("Open data on work-integrating social enterprises",
           "Releases of the inventory of work-integrating social enterprises in the county of"
           f" {COUNTY.name}."),
}  # fmt: skip
# What a file holds, by its name or its ending.
CONTENT = {
    "csv": ("Alla siffror, en rad för varje år, område och mått.",
            "Every figure, one row for each year, area and indicator."),
    "parquet": ("Alla siffror med datatyper, för DuckDB, Spark och pandas.",
                "Every figure with its type, for DuckDB, Spark and pandas."),
    "xlsx": ("Siffror, kolumner och noter på var sitt blad i Excel.",
             "Figures, columns and notes on a sheet each in Excel."),
    "json": ("Alla tabeller i en fil.", "Every table in one file."),
    "observations.sv.json-stat.json": ("Alla siffror som JSON-stat 2, på svenska.",
                                       "Every figure as JSON-stat 2, in Swedish."),
    "observations.en.json-stat.json": ("Alla siffror som JSON-stat 2, på engelska.",
                                       "Every figure as JSON-stat 2, in English."),
    "db": ("Alla tabeller som en SQLite-databas.", "Every table as an SQLite database."),
    "zip": ("CSV-filerna med kodbok, kvalitetsdeklaration och beskrivning.",
            "The CSV files with codebook, quality declaration and description."),
}  # fmt: skip
# The vocabularies, which of their predicates take an address or words in a language, and what the
# addresses of others mean: the European shapes want that stated, and look no further.
WITH_AUTHORITIES = json.loads((Path(__file__).parent / "dcat.jsonld").read_text("utf-8"))
# The European profile takes the list of algorithms from this address, which has an s.
SHA256 = "https://spdx.org/rdf/terms#checksumAlgorithm_sha256"
# What is true of the catalogue, the series and every data set alike.
SHARED: Node = {
    "dcterms:language": [f"eu:language/{code}" for code in LANGUAGES.values()],
    "dcterms:spatial": COUNTY.uri,
    "dcterms:publisher": "#utgivare",
}
# What is true of the series and every data set alike.
OF_DATA: Node = SHARED | {
    "dcat:keyword": KEYWORDS,
    "dcat:contactPoint": "#kontakt",
    "dcat:theme": "eu:data-theme/SOCI",
    "dcterms:accrualPeriodicity": "eu:frequency/ANNUAL",
    "dcterms:accessRights": "eu:access-right/PUBLIC",
}


def catalogue(releases: list[ReleaseFolder], base: str) -> bytes:
    """The whole catalogue of the site at `base` as RDF/XML; the releases come newest first."""
    home = f"{base}/oppna-data/"
    newest = _newest_of_each_year(releases)
    nodes = [
        *WITH_AUTHORITIES["@graph"],
        {"@id": COUNTY.uri, "@type": "dcterms:Location"},
        _catalogue(releases, newest),
    ]
    if releases:
        nodes += [*_publisher(releases[0], base), _series(releases, newest, home)]
    for number, release in enumerate(newest):
        nodes += _dataset(release, newest[number + 1 : number + 2], home)
    context = WITH_AUTHORITIES["@context"] | {"@base": home}
    # The usual store keeps its triples in sets, whose order is another in each process.
    graph = Graph(store="SimpleMemory")
    to_rdf({"@context": context, "@graph": nodes}, graph)
    return graph.serialize(format="xml", encoding="utf-8")


def _catalogue(releases: list[ReleaseFolder], newest: list[ReleaseFolder]) -> Node:
    node = {
        "@id": "#katalog",
        "@type": "dcat:Catalog",
        **SHARED,
        **_words(CATALOGUE),
        "dcat:themeTaxonomy": "eu:data-theme",
        "foaf:homepage": _document(""),
    }
    if releases:
        node |= _dates(releases[-1], releases[0])
        node["dcterms:license"] = releases[0].publisher["licence"]
        node["dcat:dataset"] = ["#serie", *map(_name, newest)]
    return node


def _words(words: dict[str, tuple[str, str]]) -> Node:
    titles = {language: title for language, (title, _) in words.items()}
    descriptions = {language: text for language, (_, text) in words.items()}
    return {"dcterms:title": titles, "dcterms:description": descriptions}


def _document(address: str) -> Node:
    return {"@id": address, "@type": "foaf:Document"}


def _dates(first: ReleaseFolder, last: ReleaseFolder) -> Node:
    moments = (release.about["published_at"] for release in (first, last))
    return dict(zip(("dcterms:issued", "dcterms:modified"), moments, strict=True))


def _years(node: str, release: ReleaseFolder) -> Node:
    first, last = release.years
    period = {
        "@id": f"{node}-tid",
        "@type": "dcterms:PeriodOfTime",
        "dcat:startDate": f"{first}-01-01",
        "dcat:endDate": f"{last}-12-31",
    }
    return {"dcterms:temporal": period}


def _publisher(release: ReleaseFolder, base: str) -> list[Node]:
    facts = release.publisher
    return [
        {
            "@id": "#utgivare",
            "@type": ["foaf:Agent", "foaf:Organization"],
            "foaf:name": {"sv": facts["name"]},
            "dcterms:type": "adms-list:publishertype/LocalAuthority",
            "foaf:homepage": _document(f"{base}/"),
        },
        {
            "@id": "#kontakt",
            "@type": ["vcard:Organization", "vcard:Kind"],
            "vcard:fn": {"sv": facts["name"]},
            "vcard:hasEmail": f"mailto:{facts['email']}",
        },
        {
            "@id": facts["licence"],
            "@type": "dcterms:LicenseDocument",
            "dcterms:type": {
                "@id": "adms-list:licencetype/PublicDomain",
                "@type": "skos:Concept",
                "skos:prefLabel": {"en": "Work in the public domain"},
                "skos:inScheme": "adms-list:licencetype/1.0",
            },
        },
    ]


def _series(releases: list[ReleaseFolder], newest: list[ReleaseFolder], home: str) -> Node:
    return {
        "@id": "#serie",
        "@type": "dcat:DatasetSeries",
        **OF_DATA,
        **_words({code: (TITLE[code], ABOUT[code]) for code in LANGUAGES}),
        **_dates(releases[-1], releases[0]),
        **_years("#serie", releases[0]),
        "dcterms:identifier": f"{home}#serie",
        "dcat:landingPage": "",
        "dcat:first": _name(newest[-1]),
        "dcat:last": _name(newest[0]),
    }


def _dataset(release: ReleaseFolder, earlier: list[ReleaseFolder], home: str) -> list[Node]:
    name, year, about = _name(release), release.id.partition("-")[0], release.about
    notes = {code: about[f"note_{code}"] for code in LANGUAGES if about[f"note_{code}"]}
    files = [_distribution(release, file) for file in release.first_files]
    titles = {code: (f"{TITLE[code]} {year}", described(release, code)) for code in LANGUAGES}
    node = {
        "@id": name,
        "@type": "dcat:Dataset",
        **OF_DATA,
        **_words(titles),
        **_dates(release, release),
        **_years(name, release),
        "dcterms:identifier": home + name,
        "dcat:landingPage": _document(f"{release.id}/"),
        "dcat:version": release.id,
        "adms:versionNotes": notes,
        "dcat:inSeries": "#serie",
        "dcat:prev": [_name(each) for each in earlier],
        "dcat:distribution": [file["@id"] for file in files],
    }
    return [node, *files]


def _distribution(release: ReleaseFolder, file: Kept) -> Node:
    address, ending = f"{_name(release)}-{file.name}", file.name.rpartition(".")[2]
    texts = CONTENT.get(file.name) or CONTENT[ending]
    return {
        "@id": address,
        "@type": "dcat:Distribution",
        "dcterms:title": dict.fromkeys(LANGUAGES, file.name),
        "dcterms:description": dict(zip(LANGUAGES, texts, strict=True)),
        "dcat:accessURL": f"{release.id}/",
        "dcat:downloadURL": {"@id": f"{release.id}/{file.name}", "@type": "owl:Thing"},
        "dcterms:license": release.publisher["licence"],
        "dcat:mediaType": {"@id": f"iana:{media_type(file.name)}", "@type": "dcterms:MediaType"},
        "dcterms:format": {
            "@id": f"eu:file-type/{FILE_TYPES[ending]}",
            "@type": "dcterms:MediaTypeOrExtent",
            "skos:inScheme": "eu:file-type",
        },
        "dcat:byteSize": str(file.size),
        "dcatap:availability": "eu:planned-availability/STABLE",
        "spdx:checksum": {
            "@id": f"{address}-sha256",
            "@type": "spdx:Checksum",
            "spdx:algorithm": SHA256,
            "spdx:checksumValue": file.checksum,
        },
        "dcterms:language": SHARED["dcterms:language"],
        "dcterms:issued": release.about["published_at"],
    }


def _newest_of_each_year(releases: list[ReleaseFolder]) -> list[ReleaseFolder]:
    """The newest release of each edition year; they come newest first."""
    found: dict[str, ReleaseFolder] = {}
    for release in releases:
        found.setdefault(release.id.partition("-")[0], release)
    return list(found.values())


def _name(release: ReleaseFolder) -> str:
    return f"#data-{release.id.partition('-')[0]}"

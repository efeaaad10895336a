"""The catalogue as DCAT-AP-SE 3 in RDF/XML, for the national portal's nightly harvest.

Every node has an address of its own, so that the same releases always make the same bytes.
The inventory is a series; each year's newest release is a data set in it.
"""

from collections.abc import Iterable

from rdflib import DCTERMS, FOAF, OWL, RDF, RDFS, SKOS, XSD, Graph, Literal, Namespace, URIRef
from rdflib.term import Node

from reports.catalogue.release_folder import ABOUT, TITLE, ReleaseFolder, described
from survey_data.geography import COUNTY
from survey_data.releases.archive import Kept
from survey_data.releases.files import media_type

DCAT = Namespace("http://www.w3.org/ns/dcat#")
ADMS = Namespace("http://www.w3.org/ns/adms#")
DCATAP = Namespace("http://data.europa.eu/r5r/")
SPDX = Namespace("http://spdx.org/rdf/terms#")
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
# The European profile takes the list of algorithms from this address, which has an s.
SHA256 = URIRef("https://spdx.org/rdf/terms#checksumAlgorithm_sha256")
ADMS_LISTS = "http://purl.org/adms/"
EU = "http://publications.europa.eu/resource/authority/"
IANA = "http://www.iana.org/assignments/media-types/"
FILE_TYPES = {
    "csv": "CSV", "json": "JSON", "parquet": "PARQUET", "xlsx": "XLSX", "db": "SQLITE",
    "zip": "ZIP",
}  # fmt: skip
LANGUAGES = {"sv": "SWE", "en": "ENG"}
# What each authority's address means, as the shapes of the European profile want it stated.
SOCIETY = (f"{EU}data-theme/SOCI", "Befolkning och samhälle", "Population and society")
PUBLISHER_TYPE = (f"{ADMS_LISTS}publishertype/LocalAuthority", "Local Authority")
KEYWORDS = {
    "sv": ("arbetsintegrerande sociala företag", "ASF", "sociala företag", COUNTY.name),
    "en": ("work-integrating social enterprises", "WISE", "social economy", COUNTY.name),
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


def catalogue(releases: list[ReleaseFolder], base: str) -> bytes:
    """The whole catalogue of the site at `base`, RDF/XML."""
    return CatalogueWriter(base).write(releases)


class CatalogueWriter:
    """A graph being filled, and the addresses that its nodes share."""

    def __init__(self, base: str) -> None:
        self.base = f"{base}/oppna-data/"
        self.graph = Graph()
        for prefix, space in (
            ("dcat", DCAT),
            ("adms", ADMS),
            ("dcatap", DCATAP),
            ("spdx", SPDX),
            ("vcard", VCARD),
        ):
            self.graph.bind(prefix, space)

    def write(self, releases: list[ReleaseFolder]) -> bytes:
        """The releases, newest first, as RDF/XML."""
        self._authorities()
        here = self._node("katalog", DCAT.Catalog)
        self._words(here, CATALOGUE)
        self._add(here, DCTERMS.publisher, self.node("utgivare"))
        self._shared(here)
        self._add(here, DCAT.themeTaxonomy, URIRef(f"{EU}data-theme"))
        self._add(here, FOAF.homepage, URIRef(self.base))
        self._type(URIRef(self.base), FOAF.Document)
        newest = _newest_of_each_year(releases)
        if releases:
            self._publisher(releases[0])
            self._series(releases, newest)
            self._dates(here, releases[-1], releases[0])
        for number, release in enumerate(newest):
            earlier = newest[number + 1] if number + 1 < len(newest) else None
            self._add(here, DCAT.dataset, self._dataset(release, earlier))
        return self.graph.serialize(format="xml", encoding="utf-8")

    def node(self, name: str) -> URIRef:
        """The address of a node of our own: the part of the catalogue's page with this name."""
        return URIRef(f"{self.base}#{name}")

    def _node(self, name: str, *types: Node) -> URIRef:
        return self._type(self.node(name), *types)

    def _type(self, node: URIRef, *types: Node) -> URIRef:
        for each in types:
            self._add(node, RDF.type, each)
        return node

    def _add(self, subject: Node, predicate: Node, *objects: Node) -> None:
        for each in objects:
            self.graph.add((subject, predicate, each))

    def _words(self, node: URIRef, words: dict[str, tuple[str, str]]) -> None:
        for language, (title, description) in words.items():
            self._add(node, DCTERMS.title, Literal(title, language))
            self._add(node, DCTERMS.description, Literal(description, language))

    def _authorities(self) -> None:
        """State what the addresses of others are: the European shapes look no further."""
        scheme = self._type(URIRef(f"{EU}data-theme"), SKOS.ConceptScheme)
        self._add(scheme, DCTERMS.title, Literal("Data theme", "en"))
        address, swedish, english = SOCIETY
        theme = self._type(URIRef(address), SKOS.Concept)
        self._add(theme, SKOS.prefLabel, Literal(swedish, "sv"), Literal(english, "en"))
        self._add(theme, SKOS.inScheme, scheme)
        kind = self._type(URIRef(PUBLISHER_TYPE[0]), SKOS.Concept)
        self._add(kind, SKOS.prefLabel, Literal(PUBLISHER_TYPE[1], "en"))
        self._add(kind, SKOS.inScheme, URIRef(f"{ADMS_LISTS}publishertype/1.0"))
        for code in LANGUAGES.values():
            self._listed(f"language/{code}", DCTERMS.LinguisticSystem)
        self._listed("frequency/ANNUAL", DCTERMS.Frequency)
        self._listed("access-right/PUBLIC", DCTERMS.RightsStatement)
        self._type(URIRef(COUNTY.uri), DCTERMS.Location)
        # So says DCAT 3 itself, which whoever checks a catalogue need not have at hand.
        self._add(DCAT.DatasetSeries, RDFS.subClassOf, DCAT.Dataset)
        self._type(SHA256, SPDX.ChecksumAlgorithm)
        for name, title in (("publishertype", "Publisher type"), ("licencetype", "Licence type")):
            scheme = self._type(URIRef(f"{ADMS_LISTS}{name}/1.0"), SKOS.ConceptScheme)
            self._add(scheme, DCTERMS.title, Literal(title, "en"))
        available = self._listed("planned-availability/STABLE", SKOS.Concept)
        self._add(available, SKOS.prefLabel, Literal("stable", "en"))

    def _listed(self, name: str, kind: Node) -> URIRef:
        """An entry in one of the EU's lists, with which list it is in."""
        node = self._type(URIRef(EU + name), kind)
        self._add(node, SKOS.inScheme, URIRef(EU + name.partition("/")[0]))
        return node

    def _shared(self, node: URIRef) -> None:
        """What is true of the catalogue, the series and every data set alike."""
        for code in LANGUAGES.values():
            self._add(node, DCTERMS.language, URIRef(f"{EU}language/{code}"))
        self._add(node, DCTERMS.spatial, URIRef(COUNTY.uri))

    def _publisher(self, release: ReleaseFolder) -> None:
        facts = release.publisher
        agent = self._node("utgivare", FOAF.Agent, FOAF.Organization)
        self._add(agent, FOAF.name, Literal(facts["name"], "sv"))
        self._add(agent, DCTERMS.type, URIRef(PUBLISHER_TYPE[0]))
        self._add(agent, FOAF.homepage, URIRef(self.base.removesuffix("oppna-data/")))
        self._type(URIRef(self.base.removesuffix("oppna-data/")), FOAF.Document)
        contact = self._node("kontakt", VCARD.Organization, VCARD.Kind)
        self._add(contact, VCARD.fn, Literal(facts["name"], "sv"))
        self._add(contact, VCARD.hasEmail, URIRef(f"mailto:{facts['email']}"))
        licence = self._type(URIRef(facts["licence"]), DCTERMS.LicenseDocument)
        self._add(licence, DCTERMS.type, URIRef(f"{ADMS_LISTS}licencetype/PublicDomain"))
        free = self._type(URIRef(f"{ADMS_LISTS}licencetype/PublicDomain"), SKOS.Concept)
        self._add(free, SKOS.prefLabel, Literal("Work in the public domain", "en"))
        self._add(free, SKOS.inScheme, URIRef(f"{ADMS_LISTS}licencetype/1.0"))
        self._add(self.node("katalog"), DCTERMS.license, licence)

    def _series(self, releases: list[ReleaseFolder], newest: list[ReleaseFolder]) -> None:
        series = self._node("serie", DCAT.DatasetSeries)
        self._words(series, {code: (TITLE[code], ABOUT[code]) for code in LANGUAGES})
        self._add(series, DCTERMS.publisher, self.node("utgivare"))
        self._about(series)
        self._add(series, DCTERMS.identifier, Literal(str(series)))
        self._add(series, DCAT.landingPage, URIRef(self.base))
        self._shared(series)
        self._dates(series, releases[-1], releases[0])
        self._years(series, "serie", releases[0])
        self._add(series, DCAT.first, self.node(_name(newest[-1])))
        self._add(series, DCAT.last, self.node(_name(newest[0])))
        self._add(self.node("katalog"), DCAT.dataset, series)

    def _about(self, node: URIRef) -> None:
        """What is true of the series and every data set alike."""
        for language, keywords in KEYWORDS.items():
            self._add(node, DCAT.keyword, *(Literal(word, language) for word in keywords))
        self._add(node, DCAT.contactPoint, self.node("kontakt"))
        self._add(node, DCAT.theme, URIRef(SOCIETY[0]))
        self._add(node, DCTERMS.accrualPeriodicity, URIRef(f"{EU}frequency/ANNUAL"))
        self._add(node, DCTERMS.accessRights, URIRef(f"{EU}access-right/PUBLIC"))

    def _dates(self, node: URIRef, first: ReleaseFolder, last: ReleaseFolder) -> None:
        for predicate, release in ((DCTERMS.issued, first), (DCTERMS.modified, last)):
            moment = release.about["published_at"]
            self._add(node, predicate, Literal(moment, datatype=XSD.dateTime))

    def _years(self, node: URIRef, name: str, release: ReleaseFolder) -> None:
        first, last = release.years
        period = self._node(f"{name}-tid", DCTERMS.PeriodOfTime)
        self._add(period, DCAT.startDate, Literal(f"{first}-01-01", datatype=XSD.date))
        self._add(period, DCAT.endDate, Literal(f"{last}-12-31", datatype=XSD.date))
        self._add(node, DCTERMS.temporal, period)

    def _dataset(self, release: ReleaseFolder, earlier: ReleaseFolder | None) -> URIRef:
        name = _name(release)
        node = self._node(name, DCAT.Dataset)
        page = self._type(URIRef(f"{self.base}{release.id}/"), FOAF.Document)
        year = release.id.partition("-")[0]
        titles = {code: (f"{TITLE[code]} {year}", described(release, code)) for code in LANGUAGES}
        self._words(node, titles)
        self._about(node)
        self._add(node, DCTERMS.identifier, Literal(str(node)))
        self._add(node, DCTERMS.publisher, self.node("utgivare"))
        self._add(node, DCAT.landingPage, page)
        self._add(node, DCAT.version, Literal(release.id))
        note = release.about
        said = {"sv": note["note_sv"], "en": note["note_en"]}
        notes = (Literal(text, code) for code, text in said.items() if text)
        self._add(node, ADMS.versionNotes, *notes)
        self._add(node, DCAT.inSeries, self.node("serie"))
        if earlier:
            self._add(node, DCAT.prev, self.node(_name(earlier)))
        self._shared(node)
        self._dates(node, release, release)
        self._years(node, name, release)
        for file in release.first_files:
            self._add(node, DCAT.distribution, self._distribution(release, name, file))
        return node

    def _distribution(self, release: ReleaseFolder, dataset: str, file: Kept) -> URIRef:
        node = self._node(f"{dataset}-{file.name}", DCAT.Distribution)
        download = URIRef(f"{self.base}{release.id}/{file.name}")
        self._add(node, DCTERMS.title, Literal(file.name, "sv"), Literal(file.name, "en"))
        texts = CONTENT.get(file.name) or CONTENT[file.name.rpartition(".")[2]]
        for language, text in zip(LANGUAGES, texts, strict=True):
            self._add(node, DCTERMS.description, Literal(text, language))
        self._add(node, DCAT.accessURL, URIRef(f"{self.base}{release.id}/"))
        self._add(node, DCAT.downloadURL, self._type(download, OWL.Thing))
        self._add(node, DCTERMS.license, URIRef(release.publisher["licence"]))
        media = self._type(URIRef(f"{IANA}{media_type(file.name)}"), DCTERMS.MediaType)
        self._add(node, DCAT.mediaType, media)
        kind = FILE_TYPES[file.name.rpartition(".")[2]]
        form = self._listed(f"file-type/{kind}", DCTERMS.MediaTypeOrExtent)
        self._add(node, DCTERMS.format, form)
        size = Literal(file.size, datatype=XSD.nonNegativeInteger)
        self._add(node, DCAT.byteSize, size)
        self._add(node, DCATAP.availability, URIRef(f"{EU}planned-availability/STABLE"))
        self._checksum(node, f"{dataset}-{file.name}-sha256", file.checksum)
        for code in LANGUAGES.values():
            self._add(node, DCTERMS.language, URIRef(f"{EU}language/{code}"))
        issued = Literal(release.about["published_at"], datatype=XSD.dateTime)
        self._add(node, DCTERMS.issued, issued)
        return node

    def _checksum(self, node: URIRef, name: str, value: str) -> None:
        checksum = self._node(name, SPDX.Checksum)
        self._add(checksum, SPDX.algorithm, SHA256)
        self._add(checksum, SPDX.checksumValue, Literal(value, datatype=XSD.hexBinary))
        self._add(node, SPDX.checksum, checksum)


def _newest_of_each_year(releases: Iterable[ReleaseFolder]) -> list[ReleaseFolder]:
    """The newest release of each edition year; they come newest first."""
    found: dict[str, ReleaseFolder] = {}
    for release in releases:
        found.setdefault(release.id.partition("-")[0], release)
    return list(found.values())


def _name(release: ReleaseFolder) -> str:
    return f"data-{release.id.partition('-')[0]}"

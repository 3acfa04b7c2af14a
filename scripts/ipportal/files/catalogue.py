"""The catalogue in DCAT 3, after the application profile DCAT-AP 3: `data/catalog.ttl` and `data/catalog.jsonld`.

The only module that knows rdflib. Every node has an IRI, so the graph has one serialisation. Without an address in
portal.toml the IRIs are written relative to the catalogue's own place; readers resolve them against the address they
fetched it from.

Terms come from the authority tables of the Publications Office of the EU (frequency, file-type, data-theme,
access-right, planned-availability) and from ADMS (publisher and licence types).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from rdflib import RDF, RDFS, XSD, Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCAT, DCTERMS, FOAF, SKOS

from ipportal.base.text import BCP47, LANGS, Text
from ipportal.data.model import Package, Portal, Release
from ipportal.files.headers import file_format, is_distribution, media_type
from ipportal.files.identity import OPENNESS, dataset_page, issued, keywords, licence, page, pair, sha256
from ipportal.files.plainfiles import json_bytes

#: Stands for the site's root inside the graph while the portal has no address (RFC 2606 reserves the name)
PLACEHOLDER: Final = "https://portal.invalid"

ADMS = Namespace("http://www.w3.org/ns/adms#")
DCATAP = Namespace("http://data.europa.eu/r5r/")
SPDX = Namespace("http://spdx.org/rdf/terms#")
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
AUTHORITY = Namespace("http://publications.europa.eu/resource/authority/")
#: New in DCAT 3
VERSION, HAS_VERSION, IS_VERSION_OF = (URIRef(f"{DCAT}{n}") for n in ("version", "hasVersion", "isVersionOf"))
IANA = Namespace("https://www.iana.org/assignments/media-types/")
DATA_THEMES = AUTHORITY["data-theme"]
LANGUAGES: Final = {"zh": AUTHORITY["language/ZHO"], "en": AUTHORITY["language/ENG"]}
_PREFIXES: Final = {
    "adms": ADMS,
    "dcat": DCAT,
    "dcatap": DCATAP,
    "dcterms": DCTERMS,
    "foaf": FOAF,
    "rdfs": RDFS,
    "skos": SKOS,
    "spdx": SPDX,
    "vcard": VCARD,
    "xsd": XSD,
}


def catalogue_files(portal: Portal, files: Mapping[str, Mapping[str, bytes]]) -> dict[str, bytes]:
    """The catalogue in both notations; `files` are the published files of each package."""
    graph = _Catalogue(portal).build(files)
    turtle = graph.serialize(format="turtle")
    expanded = graph.serialize(format="json-ld", context={k: str(v) for k, v in _PREFIXES.items()}, sort_keys=True)
    document = json.loads(expanded)
    document["@graph"] = sorted(document["@graph"], key=lambda node: str(node["@id"]))
    jsonld = json_bytes(_sorted(document)).decode()
    if not portal.settings.url:
        turtle = turtle.replace(f"<{PLACEHOLDER}/data/", "<").replace(f"<{PLACEHOLDER}/", "<../")
        jsonld = jsonld.replace(f'"{PLACEHOLDER}/data/', '"').replace(f'"{PLACEHOLDER}/', '"../')
    return {"data/catalog.ttl": turtle.encode(), "data/catalog.jsonld": jsonld.encode()}


def _sorted(value: Any) -> Any:
    """Lists of JSON-LD values have no order; give them one."""
    if isinstance(value, dict):
        return {key: _sorted(item) for key, item in sorted(value.items())}
    if isinstance(value, list):
        return sorted((_sorted(item) for item in value), key=lambda item: json.dumps(item, sort_keys=True))
    return value


@dataclass(frozen=True, slots=True)
class Copy:
    """A published file as the catalogue lists it; `path` is its site path."""

    path: str
    bytes: int
    sha256: str
    modified: str


class _Catalogue:
    """Builds the graph; methods return the IRI of the node they describe."""

    def __init__(self, portal: Portal) -> None:
        self.portal = portal
        self.settings = portal.settings
        self.graph = Graph(bind_namespaces="none")
        for prefix, namespace in _PREFIXES.items():
            self.graph.bind(prefix, namespace)

    def build(self, files: Mapping[str, Mapping[str, bytes]]) -> Graph:
        catalogue = self.local("catalog.ttl#catalog")
        self.node(catalogue, DCAT.Catalog)
        self.words(catalogue, DCTERMS.title, self.settings.name)
        self.words(catalogue, DCTERMS.description, self.settings.tagline)
        self.add(catalogue, DCTERMS.publisher, self.publisher())
        self.add(catalogue, DCAT.contactPoint, self.contact())
        home = self.site("")
        self.add(catalogue, FOAF.homepage, self.node(home, FOAF.Document))
        self.add(catalogue, DCAT.themeTaxonomy, self.themes())
        self.add(catalogue, DCAT.themeTaxonomy, self.european_themes())
        for language in LANGUAGES.values():
            self.add(catalogue, DCTERMS.language, self.node(language, DCTERMS.LinguisticSystem))
        packages = list(self.portal.packages.values())
        self.shared_licence(catalogue)
        for package in packages:
            self.add(catalogue, DCAT.dataset, self.dataset(package, files[package.name]))
            if place := self.place(package):
                self.add(catalogue, DCTERMS.spatial, place)
        if packages:
            self.date(catalogue, DCTERMS.issued, min(issued(self.portal, p) for p in packages))
            self.date(catalogue, DCTERMS.modified, max(p.modified for p in packages))
        self.add(catalogue, DCAT.service, self.service())
        return self.graph

    def dataset(self, package: Package, files: Mapping[str, bytes]) -> URIRef:
        node = self.described(self.dataset_iri(package), package, package.title, package.name)
        self.date(node, DCTERMS.modified, package.modified)
        self.add(node, VERSION, Literal(package.version))
        self.words(node, ADMS.versionNotes, package.changes[0].what)
        for path, data in files.items():
            if is_distribution(path):
                copy = Copy(path, len(data), sha256(data), package.modified)
                self.add(node, DCAT.distribution, self.distribution(package, copy))
        for release in self.portal.releases_of(package.name):
            frozen = self.release(package, release)
            self.add(node, HAS_VERSION, frozen)
            self.add(frozen, IS_VERSION_OF, node)
        return node

    def release(self, package: Package, release: Release) -> URIRef:
        """A frozen version of a package, as a data set of its own with the whole package as its distribution."""
        node = self.local(f"catalog.ttl#{package.name}-{release.version}")
        name = Text(f"{package.title.zh}（{release.version} 版）", f"{package.title.en} (version {release.version})")
        self.described(node, package, name, f"{package.name}-{release.version}")
        self.date(node, DCTERMS.modified, release.date)
        self.add(node, VERSION, Literal(release.version))
        self.words(node, ADMS.versionNotes, release.what)
        for file in release.files:
            if file.path.endswith(".zip"):
                path = f"data/{package.name}/{release.version}/{file.path}"
                copy = Copy(path, file.bytes, file.sha256, release.date)
                self.add(node, DCAT.distribution, self.distribution(package, copy))
        return node

    def described(self, node: URIRef, package: Package, title: Text, identifier: str) -> URIRef:
        """What a package and its frozen versions have in common."""
        source = package.descriptor
        self.node(node, DCAT.Dataset)
        self.words(node, DCTERMS.title, title)
        self.words(node, DCTERMS.description, package.description)
        self.add(node, DCTERMS.identifier, Literal(identifier))
        for lang, found in keywords(package).items():
            for word in found:
                self.add(node, DCAT.keyword, Literal(word, lang=BCP47[lang]))
        self.words(node, DCAT.keyword, pair(source["industry"]) if "industry" in source else None)
        for theme in self.package_themes(package):
            self.add(node, DCAT.theme, theme)
        self.add(node, DCTERMS.publisher, self.publisher())
        self.add(node, DCTERMS.creator, self.publisher())
        self.add(node, DCAT.contactPoint, self.contact())
        self.date(node, DCTERMS.issued, issued(self.portal, package))
        frequency = AUTHORITY[f"frequency/{FREQUENCY[package.update_frequency]}"]
        self.add(node, DCTERMS.accrualPeriodicity, self.node(frequency, DCTERMS.Frequency))
        access = self.node(AUTHORITY[PUBLIC], DCTERMS.RightsStatement)
        self.words(access, SKOS.prefLabel, OPENNESS[source["openness"]])
        self.add(node, DCTERMS.accessRights, access)
        standard = self.node(URIRef(STANDARD["Data Package"]), DCTERMS.Standard)
        self.add(node, DCTERMS.conformsTo, standard)
        for lang in LANGS:
            self.add(node, DCTERMS.language, LANGUAGES[lang])
            landing = self.node(self.site(dataset_page(self.settings, package, lang)), FOAF.Document)
            self.add(node, DCAT.landingPage, landing)
        if place := self.place(package):
            self.add(node, DCTERMS.spatial, place)
        if span := self.period(package):
            self.add(node, DCTERMS.temporal, span)
        provenance = self.node(self.site(page(self.settings, "methods/quality")), DCTERMS.ProvenanceStatement)
        self.words(provenance, DCTERMS.title, Text("数据检查规则", "What is checked"))
        self.add(node, DCTERMS.provenance, provenance)
        return node

    def distribution(self, package: Package, copy: Copy) -> URIRef:
        path = copy.path
        name, purpose = file_format(path)
        node = self.node(self.local(f"catalog.ttl#{path.removeprefix('data/').replace('/', '-')}"), DCAT.Distribution)
        table = package.tables.get(path.rsplit("/", 1)[-1].split(".", 1)[0])
        title = table.title if table else package.title
        self.words(node, DCTERMS.title, Text(f"{title.zh}（{name}）", f"{title.en} ({name})"))
        about = table.description if table else package.description
        self.words(node, DCTERMS.description, Text(f"{purpose.zh}。{about.zh}", f"{purpose.en}. {about.en}"))
        self.add(node, DCAT.accessURL, self.node(self.site(dataset_page(self.settings, package)), RDFS.Resource))
        self.add(node, DCAT.downloadURL, self.node(self.site(path), RDFS.Resource))
        self.add(node, DCTERMS.license, self.licence(package))
        kind = self.node(AUTHORITY[f"file-type/{FILE_TYPE[name]}"], DCTERMS.MediaTypeOrExtent)
        self.add(node, DCTERMS["format"], kind)
        media = self.node(IANA[media_type(path)], DCTERMS.MediaType)
        self.add(node, DCAT.mediaType, media)
        if name == "ZIP":
            self.add(node, DCAT.packageFormat, media)
        if name in STANDARD:
            self.add(node, DCTERMS.conformsTo, self.node(URIRef(STANDARD[name]), DCTERMS.Standard))
        self.add(node, DCAT.byteSize, Literal(str(copy.bytes), datatype=XSD.nonNegativeInteger))
        checksum = self.node(URIRef(f"{node}-sha256"), SPDX.Checksum)
        algorithm = self.node(SPDX.checksumAlgorithm_sha256, SPDX.ChecksumAlgorithm)
        self.add(checksum, SPDX.algorithm, algorithm)
        self.add(checksum, SPDX.checksumValue, Literal(copy.sha256, datatype=XSD.hexBinary, normalize=False))
        self.add(node, SPDX.checksum, checksum)
        availability = self.node(AUTHORITY[AVAILABILITY], SKOS.Concept)
        self.words(availability, SKOS.prefLabel, Text("长期提供", "stable"))
        self.add(node, DCATAP.availability, availability)
        for lang in LANGS:
            self.add(node, DCTERMS.language, LANGUAGES[lang])
        self.date(node, DCTERMS.issued, issued(self.portal, package))
        self.date(node, DCTERMS.modified, copy.modified)
        return node

    def service(self) -> URIRef:
        node = self.node(self.local("catalog.ttl#api"), DCAT.DataService)
        self.words(node, DCTERMS.title, Text("静态 JSON 接口", "Static JSON interface"))
        about = Text(
            "指标、措施、案件和事件，一次一个 JSON 文件。", "Indicators, measures, cases and events as JSON files."
        )
        self.words(node, DCTERMS.description, about)
        self.add(node, DCAT.endpointURL, self.node(self.site("data/api/v1/index.json"), RDFS.Resource))
        description = self.node(self.site("data/api/v1/openapi.json"), RDFS.Resource)
        self.add(node, DCAT.endpointDescription, description)
        self.add(node, DCTERMS.publisher, self.publisher())
        self.add(node, DCAT.contactPoint, self.contact())
        for package in self.portal.packages.values():
            self.add(node, DCAT.servesDataset, self.dataset_iri(package))
            for theme in self.package_themes(package):
                self.add(node, DCAT.theme, theme)
        for text in (Text("知识产权", "intellectual property"), Text("统计指标", "indicators")):
            self.words(node, DCAT.keyword, text)
        self.add(node, DCTERMS.conformsTo, self.node(URIRef(OPENAPI), DCTERMS.Standard))
        self.shared_licence(node)
        access = self.node(AUTHORITY[PUBLIC], DCTERMS.RightsStatement)
        self.add(node, DCTERMS.accessRights, access)
        landing = self.node(self.site(page(self.settings, "datasets/machines")), FOAF.Document)
        self.add(node, DCAT.landingPage, landing)
        return node

    def publisher(self) -> URIRef:
        node = self.node(self.local("catalog.ttl#publisher"), FOAF.Agent)
        self.words(node, FOAF.name, self.settings.organiser)
        if self.settings.demo:
            kind, word = self.local("catalog.ttl#demonstration"), Text("示例部署", "demonstration")
        else:
            kind, word = URIRef(LOCAL_AUTHORITY), Text("地方机关", "local authority")
        self.words(self.node(kind, SKOS.Concept), SKOS.prefLabel, word)
        self.add(node, DCTERMS.type, kind)
        return node

    def contact(self) -> URIRef:
        node = self.node(self.local("catalog.ttl#contact"), VCARD.Kind)
        self.add(node, RDF.type, VCARD.Organization)
        self.words(node, VCARD.fn, self.settings.organiser)
        self.words(node, VCARD.note, self.settings.contact)
        where = self.settings.contact_url
        self.add(node, VCARD.hasURL, URIRef(where) if where else self.site(page(self.settings, "about/contact")))
        return node

    def themes(self) -> URIRef:
        scheme = self.node(self.local("catalog.ttl#themes"), SKOS.ConceptScheme)
        self.words(scheme, DCTERMS.title, Text("数据领域", "Themes"))
        return scheme

    def european_themes(self) -> URIRef:
        scheme = self.node(DATA_THEMES, SKOS.ConceptScheme)
        self.words(scheme, DCTERMS.title, Text("欧盟数据主题", "Data theme"))
        return scheme

    def package_themes(self, package: Package) -> list[URIRef]:
        """The theme of a package in the portal's own list, and in the European one where it has a match."""
        entry = package.descriptor["theme"]
        own = self.node(self.local(f"catalog.ttl#theme-{entry['code']}"), SKOS.Concept)
        self.words(own, SKOS.prefLabel, pair(entry))
        self.add(own, SKOS.notation, Literal(entry["code"]))
        self.add(own, SKOS.inScheme, self.themes())
        if entry["code"] not in DATA_THEME:
            return [own]
        code, words = DATA_THEME[entry["code"]]
        european = self.node(AUTHORITY[f"data-theme/{code}"], SKOS.Concept)
        self.words(european, SKOS.prefLabel, words)
        self.add(european, SKOS.inScheme, self.european_themes())
        self.add(own, SKOS.broadMatch, european)
        return [own, european]

    def place(self, package: Package) -> URIRef | None:
        entry = package.descriptor.get("spatial")
        if not entry:
            return None
        node = self.node(self.local(f"catalog.ttl#{package.name}-place"), DCTERMS.Location)
        self.words(node, SKOS.prefLabel, pair(entry))
        if "code" in entry:
            self.add(node, DCTERMS.identifier, Literal(entry["code"]))
        return node

    def period(self, package: Package) -> URIRef | None:
        entry = package.descriptor.get("temporal")
        if not entry:
            return None
        node = self.node(self.local(f"catalog.ttl#{package.name}-period"), DCTERMS.PeriodOfTime)
        self.date(node, DCAT.startDate, entry["start"])
        self.date(node, DCAT.endDate, entry["end"])
        return node

    def licence(self, package: Package) -> URIRef:
        entry = licence(package)
        node = self.node(URIRef(entry["path"]), DCTERMS.LicenseDocument)
        self.add(node, DCTERMS.title, Literal(entry["title"], lang="en"))
        self.add(node, DCTERMS.identifier, Literal(entry["name"]))
        if entry["name"] in LICENCE_TYPE:
            address, words = LICENCE_TYPE[entry["name"]]
            kind = self.node(URIRef(address), SKOS.Concept)
            self.words(kind, SKOS.prefLabel, words)
            self.add(node, DCTERMS.type, kind)
        return node

    def shared_licence(self, node: URIRef) -> None:
        """Name a licence for the whole only where all packages have the same one."""
        found = {self.licence(package) for package in self.portal.packages.values()}
        if len(found) == 1:
            self.add(node, DCTERMS.license, found.pop())

    def dataset_iri(self, package: Package) -> URIRef:
        return self.site(f"{dataset_page(self.settings, package)}#dataset")

    def site(self, path: str) -> URIRef:
        return URIRef(f"{self.settings.url or PLACEHOLDER}/{path}")

    def local(self, name: str) -> URIRef:
        return self.site(f"data/{name}")

    def node(self, node: URIRef, kind: URIRef) -> URIRef:
        self.graph.add((node, RDF.type, kind))
        return node

    def add(self, node: URIRef, what: URIRef, value: URIRef | Literal) -> None:
        self.graph.add((node, what, value))

    def words(self, node: URIRef, what: URIRef, text: Text | None) -> None:
        for lang in LANGS if text else ():
            self.add(node, what, Literal(text[lang] if text else "", lang=BCP47[lang]))

    def date(self, node: URIRef, what: URIRef, day: str) -> None:
        self.add(node, what, Literal(day, datatype=XSD.date))


LOCAL_AUTHORITY: Final = "http://purl.org/adms/publishertype/LocalAuthority"
PUBLIC: Final = "access-right/PUBLIC"
AVAILABILITY: Final = "planned-availability/STABLE"

#: Table frequency, by the code of the update frequency
FREQUENCY: Final = {
    "realtime": "CONT",
    "daily": "DAILY",
    "weekly": "WEEKLY",
    "monthly": "MONTHLY",
    "quarterly": "QUARTERLY",
    "half-yearly": "ANNUAL_2",
    "yearly": "ANNUAL",
    "irregular": "IRREG",
    "never": "NEVER",
}

#: Table file-type, by the short name of the format
FILE_TYPE: Final = {
    "CSV": "CSV",
    "JSON": "JSON",
    "Parquet": "PARQUET",
    "XLSX": "XLSX",
    "ZIP": "ZIP",
    "Data Package": "JSON",
    "CSVW": "JSON_LD",
    "Croissant": "JSON_LD",
}

#: Table data-theme, by the code of the portal's own theme, with the table's wording
DATA_THEME: Final = {
    "science-technology": ("TECH", Text("科学与技术", "Science and technology")),
    "legal-services": ("JUST", Text("司法、法律制度和公共安全", "Justice, legal system and public safety")),
}

#: What a licence asks of readers, by its SPDX name
LICENCE_TYPE: Final = {
    "CC-BY-4.0": ("http://purl.org/adms/licencetype/Attribution", Text("署名", "Attribution")),
    "CC0-1.0": ("http://purl.org/adms/licencetype/PublicDomain", Text("公有领域", "Public domain")),
}

#: The specification a description follows, by the short name of its format
STANDARD: Final = {
    "CSVW": "https://www.w3.org/TR/tabular-metadata/",
    "Croissant": "http://mlcommons.org/croissant/1.1",
    "Data Package": "https://datapackage.org/profiles/2.0/datapackage.json",
}
OPENAPI: Final = "https://spec.openapis.org/oas/v3.1.0"

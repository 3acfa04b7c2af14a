"""The catalogue in DCAT 3, after the application profile DCAT-AP 3: `data/catalog.ttl` and `data/catalog.jsonld`.

The only module that knows rdflib. Every node has an IRI, so the graph has one serialisation. Without an address in
portal.toml the IRIs are written relative to the catalogue's own place; readers resolve them against the address they
fetched it from.

Terms come from the authority tables of the Publications Office of the EU (frequency, file-type, data-theme,
access-right, planned-availability) and from ADMS (publisher and licence types).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

from rdflib import RDF, RDFS, XSD, Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCAT, DCTERMS, FOAF, SKOS

from ipportal.base.addresses import page_path
from ipportal.base.text import BCP47, Lang, Text
from ipportal.data.model import Package, Portal, Release
from ipportal.files.headers import DATA_PACKAGE, file_format, is_distribution, media_type
from ipportal.files.identity import FREQUENCIES, OPENNESS, dataset_page, issued, keywords, licence, page, pair, sha256
from ipportal.files.plainfiles import json_bytes

#: Stands for the site's root inside the graph while the portal has no address (RFC 2606 reserves the name)
PLACEHOLDER: Final = "https://portal.invalid"

ADMS = Namespace("http://www.w3.org/ns/adms#")
DCATAP = Namespace("http://data.europa.eu/r5r/")
SPDX = Namespace("http://spdx.org/rdf/terms#")
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
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
AUTHORITY = Namespace("http://publications.europa.eu/resource/authority/")
IANA = Namespace("https://www.iana.org/assignments/media-types/")
#: New in DCAT 3
VERSION, HAS_VERSION, IS_VERSION_OF = (URIRef(f"{DCAT}{n}") for n in ("version", "hasVersion", "isVersionOf"))
LOCAL_AUTHORITY: Final = "http://purl.org/adms/publishertype/LocalAuthority"
OPENAPI: Final = "https://spec.openapis.org/oas/v3.1.0"
LANGUAGES: Final[Mapping[Lang, URIRef]] = {"zh": AUTHORITY["language/ZHO"], "en": AUTHORITY["language/ENG"]}
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

#: What is said of a node; a text gives two values, a list or tuple as many as it has, None none
About = dict[URIRef, Any]


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


class _Catalogue:
    """Builds the graph; methods return the IRI of the node they describe."""

    def __init__(self, portal: Portal) -> None:
        self.portal = portal
        self.settings = portal.settings
        self.langs = portal.settings.languages
        self.languages = [LANGUAGES[lang] for lang in self.langs]
        self.graph = Graph(bind_namespaces="none")
        for prefix, namespace in _PREFIXES.items():
            self.graph.bind(prefix, namespace)

    def build(self, files: Mapping[str, Mapping[str, bytes]]) -> Graph:
        packages = self.portal.packages.values()
        about: About = {
            DCTERMS.title: self.settings.name,
            DCTERMS.description: self.settings.tagline,
            FOAF.homepage: self.node(self.site(""), FOAF.Document),
            DCAT.themeTaxonomy: [self.themes(), self.european_themes()],
            DCTERMS.language: [self.node(language, DCTERMS.LinguisticSystem) for language in self.languages],
            DCAT.dataset: [self.dataset(package, files[package.name]) for package in packages],
            DCTERMS.spatial: [self.place(package) for package in packages],
            DCTERMS.issued: min((_day(issued(package)) for package in packages), default=None),
            DCTERMS.modified: max((_day(package.modified) for package in packages), default=None),
            DCAT.service: self.service(),
        }
        self.node(self.local("#catalog"), DCAT.Catalog, about | self.responsible() | self.shared_licence())
        return self.graph

    def dataset(self, package: Package, files: Mapping[str, bytes]) -> URIRef:
        day, node = package.modified, self.dataset_iri(package)
        copies = [
            self.distribution(package, path, len(data), sha256(data), day)
            for path, data in files.items()
            if is_distribution(path)
        ]
        frozen = [self.release(package, release, node) for release in self.portal.releases_of(package.name)]
        about = self.version(package, package.version, day, package.changes[0].what)
        about |= {DCTERMS.title: package.title, DCTERMS.identifier: package.name}
        return self.node(node, DCAT.Dataset, about | {DCAT.distribution: copies, HAS_VERSION: frozen})

    def release(self, package: Package, release: Release, whole: URIRef) -> URIRef:
        """A frozen version of a package, as a data set of its own with the whole package as its distribution."""
        name, number = f"{package.name}-{release.version}", release.version
        copies = [
            self.distribution(package, f"data/{package.name}/{number}/{f.path}", f.bytes, f.sha256, release.date)
            for f in release.files
            if f.path.endswith(".zip")
        ]
        about = self.version(package, number, release.date, release.what)
        about |= {
            DCTERMS.title: Text(f"{package.title.zh}（{number} 版）", f"{package.title.en} (version {number})"),
            DCTERMS.identifier: name,
            DCAT.distribution: copies,
            IS_VERSION_OF: whole,
        }
        return self.node(self.local(f"#{name}"), DCAT.Dataset, about)

    def version(self, package: Package, version: str, modified: str, notes: Text) -> About:
        """What a package and its frozen versions have in common."""
        source = package.descriptor
        frequency = AUTHORITY[f"frequency/{FREQUENCIES[package.update_frequency].code}"]
        landings = [self.site(dataset_page(self.settings, package, lang)) for lang in self.langs]
        provenance = self.page("quality")
        checked = {DCTERMS.title: Text("数据检查规则", "What is checked")}
        return {
            DCTERMS.description: package.description,
            DCAT.keyword: [self.words(package), pair(source["industry"]) if "industry" in source else None],
            DCAT.theme: self.package_themes(package),
            DCTERMS.creator: self.publisher(),
            DCTERMS.issued: _day(issued(package)),
            DCTERMS.accrualPeriodicity: self.node(frequency, DCTERMS.Frequency),
            DCTERMS.accessRights: self.public(OPENNESS[source["openness"]]),
            DCTERMS.conformsTo: self.node(URIRef(DATA_PACKAGE), DCTERMS.Standard),
            DCTERMS.language: self.languages,
            DCAT.landingPage: [self.node(landing, FOAF.Document) for landing in landings],
            DCTERMS.spatial: self.place(package),
            DCTERMS.temporal: self.period(package),
            DCTERMS.provenance: self.node(provenance, DCTERMS.ProvenanceStatement, checked),
            DCTERMS.modified: _day(modified),
            VERSION: version,
            ADMS.versionNotes: notes,
            **self.responsible(),
        }

    def distribution(self, package: Package, path: str, size: int, checksum: str, modified: str) -> URIRef:
        """A published file; `path` is its site path, `checksum` its SHA-256."""
        form = file_format(path)
        node = self.local(f"#{path.removeprefix('data/').replace('/', '-')}")
        described = package.tables.get(path.rsplit("/", 1)[-1].split(".", 1)[0]) or package
        media = self.node(IANA[media_type(path)], DCTERMS.MediaType)
        algorithm = self.node(SPDX.checksumAlgorithm_sha256, SPDX.ChecksumAlgorithm)
        total = Literal(checksum, datatype=XSD.hexBinary, normalize=False)
        about: About = {
            DCTERMS.title: Text("{title}（{form}）", "{title} ({form})").format(title=described.title, form=form.name),
            DCTERMS.description: Text("{form}。{about}", "{form}. {about}").format(
                form=form.purpose, about=described.description
            ),
            DCAT.accessURL: self.node(self.site(dataset_page(self.settings, package)), RDFS.Resource),
            DCAT.downloadURL: self.node(self.site(path), RDFS.Resource),
            DCTERMS.license: self.licence(package),
            DCTERMS["format"]: self.node(AUTHORITY[f"file-type/{form.file_type}"], DCTERMS.MediaTypeOrExtent),
            DCAT.mediaType: media,
            DCAT.packageFormat: media if form.name == "ZIP" else None,
            DCTERMS.conformsTo: self.node(URIRef(form.standard), DCTERMS.Standard) if form.standard else None,
            DCAT.byteSize: Literal(str(size), datatype=XSD.nonNegativeInteger),
            SPDX.checksum: self.node(
                URIRef(f"{node}-sha256"), SPDX.Checksum, {SPDX.algorithm: algorithm, SPDX.checksumValue: total}
            ),
            DCATAP.availability: self.concept(AUTHORITY["planned-availability/STABLE"], Text("长期提供", "stable")),
            DCTERMS.language: self.languages,
            DCTERMS.issued: _day(issued(package)),
            DCTERMS.modified: _day(modified),
        }
        return self.node(node, DCAT.Distribution, about)

    def service(self) -> URIRef:
        packages = self.portal.packages.values()
        about: About = {
            DCTERMS.title: Text("静态 JSON 接口", "Static JSON interface"),
            DCTERMS.description: Text("数据的 JSON 文件，一个主题一个。", "The data as JSON files, one a subject."),
            DCAT.endpointURL: self.node(self.site("data/api/v1/index.json"), RDFS.Resource),
            DCAT.endpointDescription: self.node(self.site("data/api/v1/openapi.json"), RDFS.Resource),
            DCAT.servesDataset: [self.dataset_iri(package) for package in packages],
            DCAT.theme: [self.package_themes(package) for package in packages],
            DCAT.keyword: [self.words(package) for package in packages],
            DCTERMS.conformsTo: self.node(URIRef(OPENAPI), DCTERMS.Standard),
            DCTERMS.accessRights: self.public(),
            DCAT.landingPage: self.node(
                self.page("machines", "datasets"),
                FOAF.Document,
            ),
        }
        return self.node(self.local("#api"), DCAT.DataService, about | self.responsible() | self.shared_licence())

    def responsible(self) -> About:
        """Who publishes and whom to ask."""
        return {DCTERMS.publisher: self.publisher(), DCAT.contactPoint: self.contact()}

    def publisher(self) -> URIRef:
        if self.settings.demo:
            kind = self.concept(self.local("#demonstration"), Text("示例部署", "demonstration"))
        else:
            kind = self.concept(URIRef(LOCAL_AUTHORITY), Text("地方机关", "local authority"))
        return self.node(self.local("#publisher"), FOAF.Agent, {FOAF.name: self.settings.organiser, DCTERMS.type: kind})

    def contact(self) -> URIRef:
        where = self.settings.contact_url
        about: About = {
            RDF.type: VCARD.Organization,
            VCARD.fn: self.settings.organiser,
            VCARD.note: self.settings.contact,
            VCARD.hasURL: URIRef(where) if where else self.page("contact"),
        }
        return self.node(self.local("#contact"), VCARD.Kind, about)

    def themes(self) -> URIRef:
        return self.node(self.local("#themes"), SKOS.ConceptScheme, {DCTERMS.title: Text("数据领域", "Themes")})

    def european_themes(self) -> URIRef:
        title = Text("欧盟数据主题", "Data theme")
        return self.node(AUTHORITY["data-theme"], SKOS.ConceptScheme, {DCTERMS.title: title})

    def package_themes(self, package: Package) -> list[URIRef]:
        """The theme of a package in the portal's own list, and in the European one where it has a match."""
        entry = package.descriptor["theme"]
        code = entry["code"]
        own = self.concept(self.local(f"#theme-{code}"), pair(entry))
        self.add(own, {SKOS.notation: code, SKOS.inScheme: self.themes()})
        if code not in DATA_THEME:
            return [own]
        european = self.concept(AUTHORITY[f"data-theme/{DATA_THEME[code][0]}"], DATA_THEME[code][1])
        self.add(european, {SKOS.inScheme: self.european_themes()})
        self.add(own, {SKOS.broadMatch: european})
        return [own, european]

    def place(self, package: Package) -> URIRef | None:
        entry = package.descriptor.get("spatial")
        if not entry:
            return None
        about: About = {SKOS.prefLabel: pair(entry), DCTERMS.identifier: entry.get("code")}
        return self.node(self.local(f"#{package.name}-place"), DCTERMS.Location, about)

    def period(self, package: Package) -> URIRef | None:
        entry = package.descriptor.get("temporal")
        if not entry:
            return None
        about: About = {DCAT.startDate: _day(entry["start"]), DCAT.endDate: _day(entry["end"])}
        return self.node(self.local(f"#{package.name}-period"), DCTERMS.PeriodOfTime, about)

    def licence(self, package: Package) -> URIRef:
        entry = licence(package)
        known = LICENCE_TYPE.get(entry["name"])
        about: About = {
            DCTERMS.title: Literal(entry["title"], lang="en"),
            DCTERMS.identifier: entry["name"],
            DCTERMS.type: self.concept(URIRef(known[0]), known[1]) if known else None,
        }
        return self.node(URIRef(entry["path"]), DCTERMS.LicenseDocument, about)

    def shared_licence(self) -> About:
        """A licence for the whole only where all packages have the same one."""
        found = {self.licence(package) for package in self.portal.packages.values()}
        return {DCTERMS.license: found.pop()} if len(found) == 1 else {}

    def public(self, openness: Text | None = None) -> URIRef:
        return self.node(AUTHORITY["access-right/PUBLIC"], DCTERMS.RightsStatement, {SKOS.prefLabel: openness})

    def concept(self, node: URIRef, label: Text) -> URIRef:
        return self.node(node, SKOS.Concept, {SKOS.prefLabel: label})

    def dataset_iri(self, package: Package) -> URIRef:
        return self.site(f"{dataset_page(self.settings, package)}#dataset")

    def site(self, path: str) -> URIRef:
        return URIRef(f"{self.settings.url or PLACEHOLDER}/{path}")

    def page(self, *kinds: str) -> URIRef:
        return self.site(page(self.settings, self.portal.first_page(*map(page_path, kinds))))

    def local(self, fragment: str) -> URIRef:
        return self.site(f"data/catalog.ttl{fragment}")

    def node(self, node: URIRef, kind: URIRef, about: About | None = None) -> URIRef:
        self.graph.add((node, RDF.type, kind))
        self.add(node, about or {})
        return node

    def add(self, node: URIRef, about: About) -> None:
        for what, said in about.items():
            for value in self.values(said):
                self.graph.add((node, what, value))

    def words(self, package: Package) -> list[Literal]:
        told = keywords(self.settings, package).items()
        return [Literal(word, lang=BCP47[lang]) for lang, found in told for word in found]

    def values(self, said: Any) -> Iterator[URIRef | Literal]:
        if isinstance(said, Text):
            yield from (Literal(said[lang], lang=BCP47[lang]) for lang in self.langs)
        elif isinstance(said, (URIRef, Literal)):
            yield said
        elif isinstance(said, (str, date)):
            yield Literal(said)
        else:
            for each in said or ():
                yield from self.values(each)


def _day(iso: str) -> date:
    return date.fromisoformat(iso)

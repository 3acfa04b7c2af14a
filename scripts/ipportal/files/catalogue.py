"""The catalogue in DCAT 3, after the application profile DCAT-AP 3: `data/catalog.ttl` and `data/catalog.jsonld`.

The only module that knows rdflib. What stands in it, the template `described/catalogue.ttl` says. Every node has an
IRI, so the graph has one serialisation. Without an address in portal.toml the IRIs are written relative to the
catalogue's own place; readers resolve them against the address they fetched it from.

Terms come from the authority tables of the Publications Office of the EU (frequency, file-type, data-theme,
access-right, planned-availability) and from ADMS (publisher and licence types).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, Final, NamedTuple

from rdflib import Graph, Literal, URIRef

from ipportal.base.addresses import page_path
from ipportal.base.templates import writing_environment
from ipportal.base.text import BCP47, Lang, Text
from ipportal.data.model import Package, Portal, Table
from ipportal.files import identity
from ipportal.files.headers import file_format, is_distribution, media_type
from ipportal.files.plainfiles import json_bytes

#: Stands for the site's root inside the graph while the portal has no address (RFC 2606 reserves the name)
PLACEHOLDER: Final = "https://portal.invalid"
_LANGUAGES: Final[Mapping[Lang, str]] = {"zh": "language/ZHO", "en": "language/ENG"}
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


class _File(NamedTuple):
    """A published file, and the table or package it holds."""

    path: str
    bytes: int
    sha256: str
    of: Table | Package


class _Version(NamedTuple):
    """A package as it stands, or frozen as it stood on a day."""

    package: Package
    node: URIRef
    name: str
    title: Text
    number: str
    day: str
    notes: Text
    files: Sequence[_File]


def catalogue_files(portal: Portal, files: Mapping[str, Mapping[str, bytes]]) -> dict[str, bytes]:
    """The catalogue in both notations; `files` are the published files of each package."""
    root = portal.settings.url or PLACEHOLDER
    graph = Graph(bind_namespaces="none")
    graph.parse(data=_statements(portal, files), format="turtle", publicID=f"{root}/data/catalog.ttl")
    turtle = graph.serialize(format="turtle")
    prefixes = {prefix: str(namespace) for prefix, namespace in graph.namespaces()}
    document = json.loads(graph.serialize(format="json-ld", context=prefixes, sort_keys=True))
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


def _statements(portal: Portal, files: Mapping[str, Mapping[str, bytes]]) -> str:
    """All that is said, with IRIs relative to the catalogue."""
    settings = portal.settings
    template = writing_environment(partial(_turtle, langs=settings.languages)).get_template("described/catalogue.ttl")
    return template.render(
        at=_Places(portal),
        settings=settings,
        packages=list(portal.packages.values()),
        versions=list(_versions(portal, files)),
        languages=[_authority(_LANGUAGES[lang]) for lang in settings.languages],
        licences=identity.licences(portal),
        frequencies=identity.FREQUENCIES,
        openness=identity.OPENNESS,
        licence_types=LICENCE_TYPE,
        european_themes=DATA_THEME,
        text=Text,
        iri=URIRef,
        authority=_authority,
        day=date.fromisoformat,
        issued=identity.issued,
        licence=identity.licence,
        pair=identity.pair,
        file_format=file_format,
        media_type=media_type,
    )


def _turtle(value: Any, langs: Sequence[Lang]) -> str:
    """A value as Turtle writes it."""
    if isinstance(value, Text):
        value = [Literal(value[lang], lang=BCP47[lang]) for lang in langs]
    if isinstance(value, list):
        return ", ".join(_turtle(each, langs) for each in value)
    found: str = (value if isinstance(value, (URIRef, Literal)) else Literal(value)).n3()
    return found


def _authority(code: str) -> URIRef:
    return URIRef(f"http://publications.europa.eu/resource/authority/{code}")


@dataclass(frozen=True)
class _Places:
    """The nodes that stand for a package and for pages, as IRIs relative to the catalogue; its themes and keywords."""

    portal: Portal

    def page(self, *kinds: str) -> URIRef:
        return URIRef(f"../{identity.page(self.portal.settings, self.portal.first_page(*map(page_path, kinds)))}")

    def landing(self, package: Package, lang: Lang | None = None) -> URIRef:
        return URIRef(f"../{identity.dataset_page(self.portal.settings, package, lang)}")

    def home(self, package: Package) -> URIRef:
        return URIRef(f"{self.landing(package)}#dataset")

    def themes(self, package: Package) -> list[URIRef]:
        code = package.descriptor["theme"]["code"]
        european = [_authority(f"data-theme/{DATA_THEME[code][0]}")] if code in DATA_THEME else []
        return [URIRef(f"#theme-{code}"), *european]

    def words(self, package: Package) -> list[Literal]:
        told = identity.keywords(self.portal.settings, package).items()
        return [Literal(word, lang=BCP47[lang]) for lang, found in told for word in found]


def _versions(portal: Portal, files: Mapping[str, Mapping[str, bytes]]) -> Iterator[_Version]:
    """Every package as it stands, then frozen, as a data set of its own with the whole package as its distribution."""
    for name, package in portal.packages.items():
        there = [
            _File(path, len(data), identity.sha256(data), _held(package, path))
            for path, data in files[name].items()
            if is_distribution(path)
        ]
        told = (package.title, package.version, package.modified, package.changes[0].what)
        yield _Version(package, _Places(portal).home(package), name, *told, there)
        for release in portal.releases_of(name):
            number, place = release.version, f"data/{name}/{release.version}"
            title = Text(f"{package.title.zh}（{number} 版）", f"{package.title.en} (version {number})")
            zips = [file for file in release.files if file.path.endswith(".zip")]
            copies = [_File(f"{place}/{file.path}", file.bytes, file.sha256, package) for file in zips]
            frozen = f"{name}-{number}"
            yield _Version(package, URIRef(f"#{frozen}"), frozen, title, number, release.date, release.what, copies)


def _held(package: Package, path: str) -> Table | Package:
    return package.tables.get(path.rsplit("/", 1)[-1].split(".", 1)[0]) or package

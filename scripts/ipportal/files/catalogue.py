"""The catalogue in DCAT 3, after the application profile DCAT-AP 3: `data/catalog.ttl` and `data/catalog.jsonld`, and
the frozen versions of its packages beside it: `data/versions.…`, since a harvester takes every data set it meets.

The only module that knows rdflib. What stands in it, the template `described/catalogue.ttl` says. Every node has an
IRI, so the graph has one serialisation. Without an address in portal.toml the IRIs are written relative to the
catalogue's own place; readers resolve them against the address they fetched it from.

Terms come from the authority tables of the Publications Office of the EU (frequency, file-type, data-theme,
access-right, planned-availability) and from ADMS (publisher and licence types).
"""

import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import PurePath
from typing import Any, Final, NamedTuple

from rdflib import Graph, Literal, URIRef
from rdflib.plugins.serializers.turtle import TurtleSerializer
from typing_extensions import override

from ipportal.base import Frozen
from ipportal.base.addresses import page_path
from ipportal.base.errors import catalogue_file
from ipportal.base.templates import writing_environment
from ipportal.base.text import BCP47, Lang, Text
from ipportal.data.model import FrozenFile, Package, Portal, Release, Table
from ipportal.files import headers, identity
from ipportal.files.analysis import NAME, published_packages
from ipportal.files.headers import is_citation, is_distribution
from ipportal.files.plainfiles import json_bytes

#: Stands for the site's root inside the graph while the portal has no address (RFC 2606 reserves the name)
PLACEHOLDER: Final = "https://portal.invalid"
_TERMS: Final = catalogue_file("ipportal.files", "terms")
#: Table data-theme, by the code of the portal's own theme, and what a licence asks of readers, by its SPDX name
DATA_THEME, LICENCE_TYPE = (
    {name: (each["term"], Text(each["zh"], each["en"])) for name, each in _TERMS[kind].items()}
    for kind in ("themes", "licences")
)


class _Version(NamedTuple):
    """A package as it stands, or frozen as it stood on a day; `documents` tell of it and hold none of its data."""

    package: Package
    name: str
    title: Text
    number: str
    day: str
    notes: Text | None
    files: Sequence[tuple[FrozenFile, Table | Package]]
    documents: Sequence[str] = ()
    release: Release | None = None


def catalogue_files(portal: Portal, files: Mapping[str, Mapping[str, bytes]]) -> dict[str, bytes]:
    """The catalogue, and beside it the frozen versions, in both notations; `files` are those of each package."""
    found: dict[str, bytes] = {}
    for place, versions in (("data/catalog", list(_current(portal, files))), ("data/versions", list(_frozen(portal)))):
        found |= _written(portal, place, versions) if versions else {}
    return found


class _Turtle(TurtleSerializer):
    """Writes texts of one language first: a harvester that knows neither tag takes the first text it meets."""

    first = ""

    @override  # named by the library, which asks for it
    def sortProperties(self, properties: Any) -> Any:
        order = super().sortProperties(properties)
        for objects in properties.values():
            objects.sort(key=lambda node: getattr(node, "language", self.first) != self.first)
        return order


def _written(portal: Portal, place: str, versions: Sequence[_Version]) -> dict[str, bytes]:
    root, first = portal.settings.url or PLACEHOLDER, BCP47[portal.settings.languages[0]]
    graph, sink = Graph(bind_namespaces="none"), io.BytesIO()
    graph.parse(data=_statements(portal, versions), format="turtle", publicID=f"{root}/data/catalog.ttl")
    writer = _Turtle(graph)
    writer.first = first
    writer.serialize(sink)
    turtle = sink.getvalue().decode()
    prefixes = {prefix: str(namespace) for prefix, namespace in graph.namespaces()}
    document = json.loads(graph.serialize(format="json-ld", context=prefixes, sort_keys=True))
    document["@graph"] = sorted(document["@graph"], key=lambda node: str(node["@id"]))
    jsonld = json_bytes(_sorted(document, first)).decode()
    if not portal.settings.url:
        turtle = turtle.replace(f"<{PLACEHOLDER}/data/", "<").replace(f"<{PLACEHOLDER}/", "<../")
        jsonld = jsonld.replace(f'"{PLACEHOLDER}/data/', '"').replace(f'"{PLACEHOLDER}/', '"../')
    return {f"{place}.ttl": turtle.encode(), f"{place}.jsonld": jsonld.encode()}


def _sorted(value: Any, first: str) -> Any:
    """Lists of JSON-LD values have no order; give them one, with texts of the `first` language in front."""
    if isinstance(value, dict):
        return {key: _sorted(item, first) for key, item in sorted(value.items())}
    if isinstance(value, list):
        items = sorted((_sorted(item, first) for item in value), key=lambda item: json.dumps(item, sort_keys=True))
        return sorted(items, key=lambda item: isinstance(item, dict) and item.get("@language", first) != first)
    return value


def _statements(portal: Portal, versions: Sequence[_Version]) -> str:
    """All that is said, with IRIs relative to the catalogue."""
    settings = portal.settings
    template = writing_environment(partial(_turtle, langs=settings.languages)).get_template("described/catalogue.ttl")
    languages = [_authority({"zh": "language/ZHO", "en": "language/ENG"}[lang]) for lang in settings.languages]
    facts = {"portal": portal, "settings": settings, "versions": versions, "languages": languages, "analysis": NAME}
    facts |= {"at": _Places(portal), "licence_types": LICENCE_TYPE, "european_themes": DATA_THEME, "text": Text}
    facts |= {"identity": identity, "headers": headers, "iri": URIRef, "authority": _authority}
    packages = list({each.package.name: each.package for each in versions}.values())
    return template.render(facts, packages=packages, day=date.fromisoformat)


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


class _Places(Frozen):
    """The nodes that stand for a package and for pages, as IRIs relative to the catalogue; its themes and keywords."""

    portal: Portal

    def page(self, *kinds: str) -> URIRef:
        return URIRef(f"../{identity.page(self.portal.settings, self.portal.first_page(*map(page_path, kinds)))}")

    def landing(self, package: Package, lang: Lang | None = None, release: Release | None = None) -> URIRef:
        shown = self.portal.first_page(identity.home(package, release)[1], page_path("datasets"))
        return URIRef(f"../{identity.page(self.portal.settings, shown, lang)}")

    def home(self, package: Package, release: Release | None = None) -> URIRef:
        return URIRef(f"../{identity.page(self.portal.settings, identity.home(package, release)[1])}#dataset")

    def themes(self, package: Package) -> list[URIRef]:
        code = package.descriptor["theme"]["code"]
        european = [_authority(f"data-theme/{DATA_THEME[code][0]}")] if code in DATA_THEME else []
        return [URIRef(f"#theme-{code}"), *european]

    def words(self, package: Package) -> list[Literal]:
        told = identity.keywords(self.portal.settings, package).items()
        return [Literal(word, lang=BCP47[lang]) for lang, found in told for word in found]


def _current(portal: Portal, files: Mapping[str, Mapping[str, bytes]]) -> Iterator[_Version]:
    """Every package as it stands, and the tables for analysis, which follow from one of them."""
    for name, package in published_packages(portal).items():
        there = [
            (FrozenFile(path, len(data), identity.sha256(data)), _held(package, PurePath(path).name))
            for path, data in files[name].items()
            if is_distribution(path)
        ]
        said = next((change.what for change in package.changes), None)
        told = (package.title, package.version, package.modified, said)
        documents = [path for path in files[name] if not is_distribution(path) and not is_citation(path)]
        yield _Version(package, name, *told, there, documents)


def _held(package: Package, name: str) -> Table | Package:
    """What a file of this name holds: one table, or the whole package, which may be called as a table is."""
    whole = name in (f"{package.name}.xlsx", f"{package.name}.zip")
    table = name.partition(".")[0].removeprefix(f"{package.name}-")
    return package if whole else package.tables.get(table, package)


def _frozen(portal: Portal) -> Iterator[_Version]:
    """Every release as a data set of its own, with the whole package as its distribution."""
    for release in portal.releases:
        package, number = portal.packages[release.package], release.version
        title = Text(f"{package.title.zh}（{number} 版）", f"{package.title.en} (version {number})")
        zips = [file for file in release.files if file.path.endswith(".zip")]
        copies = [(replace(file, path=f"data/{release.id}/{file.path}"), package) for file in zips]
        documents = [f"data/{release.id}/{name}.json" for name in ("datapackage", "croissant", "csv-metadata")]
        told = (title, number, release.date, release.what, copies, documents, release)
        yield _Version(package, f"{package.name}-{number}", *told)

"""Packages described for machines that know a format: Croissant 1.1, CSV on the Web, schema.org, and all of them in one
catalogue of DCAT 3.

What each says stands in a template of its own below `templates/described`. Croissant is for machine-learning tools: a
record set for each table and code list. CSVW follows the W3C Recommendations “Metadata Vocabulary for Tabular Data”
and “Model for Tabular Data” (2015): metadata beside every CSV, and one table group with the keys between tables.
schema.org takes what Google Dataset Search asks for.

The catalogue follows the application profile DCAT-AP 3; no other module knows rdflib. Every node has an IRI, so the
graph has one serialisation. Without an address in portal.toml the IRIs are written relative to the catalogue's own
place; readers resolve them against the address they fetched it from. Its terms come from the authority tables of the
Publications Office of the EU and from ADMS.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, Final, NamedTuple

from rdflib import Graph, Literal, URIRef

from ipportal.base.addresses import page_path
from ipportal.base.templates import writing_environment
from ipportal.base.text import BCP47, Lang, Text, in_languages
from ipportal.data.model import Field, ForeignKey, Package, Portal, Table
from ipportal.files import identity
from ipportal.files.citation import bibtex, package_citation
from ipportal.files.headers import file_format, is_distribution, media_type
from ipportal.files.plainfiles import from_template, json_bytes

_TYPES: Final = {"number": "sc:Float", "integer": "sc:Integer", "date": "sc:Date"}
_BASES: Final = {"number": "decimal", "integer": "integer", "date": "date"}
_CODES: Final = Text("{table.title.zh}“{field.title.zh}”的代码", "Codes of {table.name}.{field.name}")


def _read(name: str, portal: Portal, base: str, **facts: Any) -> Any:
    """What a template says of a portal, or of its `package`; addresses are as seen from the file at `base`."""
    settings = portal.settings
    if package := facts.get("package"):
        span = package.descriptor.get("temporal")
        facts |= {
            "tables": package.tables.values(),
            "keywords": identity.keywords(settings, package),
            "licence": identity.licence(package),
            "issued": identity.issued(package),
            "period": f"{span['start']}/{span['end']}" if span else "",
        }
    return from_template(
        name,
        **facts,
        settings=settings,
        tags=BCP47,
        first=sorted(settings.languages)[0],  # English where the portal has it
        languages=[BCP47[lang] for lang in settings.languages],
        author=identity.author(settings),
        catalogue=identity.CATALOGUE,
        at=partial(identity.address, settings, base=base),
        dataset_page=identity.dataset_page,
        page=identity.page,
        pair=identity.pair,
        csv_name=identity.csv_name,
        sha256=identity.sha256,
        file_format=file_format,
        media_type=media_type,
    )


def croissant_file(portal: Portal, package: Package) -> bytes:
    """`croissant.json` of a package."""
    langs = sorted(portal.settings.languages)  # in English first
    told = Text("{title}：{words}", "{title}: {words}")
    words = identity.keywords(portal.settings, package)
    return json_bytes(
        _read(
            "croissant",
            portal,
            f"data/{package.name}/croissant.json",
            package=package,
            langs=langs,
            titles=[package.title[lang] for lang in langs],
            words=[word for lang in langs for word in words[lang]],
            columns=["value", *(f"label_{lang}" for lang in langs)],
            cited=bibtex(package_citation(portal, package)),
            about=lambda of: told.format(title=of.title, words=of.description).among(langs, "\n"),
            code_title=_CODES,
            types=_TYPES,
            key=_key,
            reference=_reference,
        )
    )


def _key(table: Table) -> Any:
    key = [{"@id": f"{table.name}/{name}"} for name in table.primary_key]
    return key[0] if len(key) == 1 else key


def _reference(table: Table, field: Field) -> list[str]:
    """The field, if any, that holds what a column may contain."""
    found = [f"{table.name}-{field.name}-codes/value"] if field.categories else []
    filled = any(row[field.name] is not None for row in table.rows)
    for key in table.foreign_keys if filled else ():  # readers cannot join a column without any value
        # a record set that refers to itself would be a cycle
        if key.fields == (field.name,) and not key.package and key.resource not in ("", table.name):
            found = [f"{key.resource}/{key.reference[0]}"]
    return found


def csvw_files(portal: Portal, package: Package) -> dict[str, bytes]:
    """CSVW metadata of a package: one file for each table, and `csv-metadata.json` for all of them together."""
    group = _read("csvw", portal, "", package=package, datatype=_datatype, code_list=_code_list, links=_links)
    about = {key: said for key, said in group.items() if key not in ("dc:title", "dc:description", "tables")}
    files = {}
    for table in group["tables"]:
        alone = {key: said for key, said in table["tableSchema"].items() if key != "foreignKeys"}
        files[f"{table['url']}-metadata.json"] = about | table | {"tableSchema": alone}
    files["csv-metadata.json"] = group
    return {name: json_bytes(in_languages(said, portal.settings.languages)) for name, said in files.items()}


def _links(table: Table) -> Iterator[ForeignKey]:
    # a key that may be empty is left out: CSVW has no foreign key that is only checked where there is a value
    required = {field.name for field in table.fields if field.required}
    return (key for key in table.foreign_keys if not key.package and required.issuperset(key.fields))


def _code_list(field: Field) -> Text:
    return Text.joined((Text.same(f"{c.value} = ") + c.label for c in field.categories), "; ", "; ")


def _datatype(field: Field) -> Any:
    if field.type in _BASES:
        return _BASES[field.type]
    pattern = "|".join(re.escape(c.value) for c in field.categories) or (field.pattern or "").strip("^$")
    return {"base": "string", "format": f"^({pattern})$"} if pattern else "string"


def dataset_jsonld(portal: Portal, package: Package, files: Mapping[str, bytes], lang: Lang) -> dict[str, Any]:
    """The description of a package for its page in one language; addresses are relative to that page.

    `files` are the published files of the package.
    """
    here = identity.page_file(portal.settings, page_path("dataset", package.name), lang)
    others = [other for other in portal.settings.languages if other != lang]
    told = {path: data for path, data in files.items() if is_distribution(path)}
    found: dict[str, Any] = _read("dataset", portal, here, package=package, files=told, lang=lang, others=others)
    return found


def catalogue_jsonld(portal: Portal, lang: Lang) -> dict[str, Any]:
    """The description of the whole catalogue for the page that lists the packages."""
    path = page_path("datasets")
    here = identity.page_file(portal.settings, path, lang)
    packages = portal.packages.values()
    found: dict[str, Any] = _read(
        "catalogue", portal, here, packages=packages, path=path, lang=lang, licence=identity.licence
    )
    return found


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

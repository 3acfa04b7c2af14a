"""A package described for machines that know its format: Croissant 1.1, CSV on the Web, schema.org.

Croissant is for machine-learning tools: a record set for each table and code list. CSVW follows the W3C
Recommendations “Metadata Vocabulary for Tabular Data” and “Model for Tabular Data” (2015): metadata beside every CSV,
and one table group with the keys between tables. schema.org takes what Google Dataset Search asks for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from ipportal.base.addresses import page_path
from ipportal.base.text import BCP47, LANGS, Lang, Text, in_languages
from ipportal.data.model import Field, ForeignKey, Package, Portal, Table
from ipportal.files.citation import bibtex, package_citation
from ipportal.files.headers import file_format, is_distribution, media_type
from ipportal.files.identity import (
    CATALOGUE,
    address,
    author,
    both,
    csv_name,
    dataset_page,
    issued,
    keywords,
    licence,
    page,
    page_file,
    pair,
    sha256,
)
from ipportal.files.plainfiles import json_bytes

CONFORMS_TO: Final = "http://mlcommons.org/croissant/1.1"
#: Terms of Croissant that the context maps to its own namespace
_TERMS: Final = (
    *("arrayShape", "citeAs", "column", "containedIn", "dataBiases", "dataCollection", "equivalentProperty", "extract"),
    *("field", "fileObject", "fileProperty", "fileSet", "format", "includes", "isArray", "isLiveDataset", "jsonPath"),
    *("key", "md5", "parentField", "path", "personalSensitiveInformation", "recordSet", "references", "regex"),
    *("repeated", "replace", "samplingRate", "separator", "source", "subField", "transform"),
)
_CONTEXT: Final[dict[str, Any]] = {term: f"cr:{term}" for term in _TERMS} | {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "rai": "http://mlcommons.org/croissant/RAI/",
    "sc": "https://schema.org/",
}
#: The context the specification prescribes (Croissant 1.1, appendix 1)
CONTEXT: Final = dict(sorted(_CONTEXT.items()))
_TYPES: Final = {"number": "sc:Float", "integer": "sc:Integer", "date": "sc:Date"}


def croissant_file(portal: Portal, package: Package) -> bytes:
    """`croissant.json` of a package."""
    settings = portal.settings
    here = f"data/{package.name}/croissant.json"
    langs = sorted(settings.languages)  # in English first
    first, words = langs[0], keywords(settings, package)
    tables = package.tables.values()
    description = {
        "@context": CONTEXT | {"@language": BCP47[first]},
        "@type": "sc:Dataset",
        "conformsTo": CONFORMS_TO,
        "name": package.name,
        "alternateName": [package.title[lang] for lang in langs],
        "description": package.description.among(langs, "\n\n"),
        "url": address(settings, dataset_page(settings, package, first), here),
        "license": licence(package)["path"],
        "version": package.version,
        "datePublished": issued(package),
        "dateModified": package.modified,
        "creator": _organisation(*(author(settings)[lang] for lang in langs)),
        "publisher": _organisation(*(settings.organiser[lang] for lang in langs)),
        "inLanguage": [BCP47[lang] for lang in settings.languages],
        "keywords": [word for lang in langs for word in words[lang]],
        "citeAs": bibtex(package_citation(portal, package)),
        "isLiveDataset": False,
    }
    description |= _period(package)
    description["distribution"] = [_file(portal, table, f"data/{package.name}", here) for table in tables]
    description["recordSet"] = [
        record for table in tables for record in (*_code_lists(table, langs), _record_set(table, langs))
    ]
    return json_bytes(description)


def _file(portal: Portal, table: Table, folder: str, here: str) -> dict[str, Any]:
    name = csv_name(table)
    return {
        "@type": "cr:FileObject",
        "@id": name,
        "name": name,
        "description": table.title.among(("en", "zh"), " · "),
        "contentUrl": address(portal.settings, f"{folder}/{name}", here),
        "contentSize": f"{len(table.data)} B",
        "encodingFormat": "text/csv",
        "sha256": sha256(table.data),
    }


def _record_set(table: Table, langs: Sequence[Lang]) -> dict[str, Any]:
    key = [{"@id": f"{table.name}/{name}"} for name in table.primary_key]
    return {
        "@type": "cr:RecordSet",
        "@id": table.name,
        "name": table.name,
        "description": _described(table, langs),
        "key": key[0] if len(key) == 1 else key,
        "field": [_field(table, field, langs) for field in table.fields],
    }


def _described(what: Table | Field, langs: Sequence[Lang]) -> str:
    told = Text("{title}：{words}", "{title}: {words}").format(title=what.title, words=what.description)
    return told.among(langs, "\n")


def _field(table: Table, field: Field, langs: Sequence[Lang]) -> dict[str, Any]:
    source = {"fileObject": {"@id": csv_name(table)}, "extract": {"column": field.name}}
    entry = _named(table.name, field.name, _TYPES.get(field.type, "sc:Text"), description=_described(field, langs))
    entry["source"] = source
    if field.categories:
        entry["references"] = {"field": {"@id": f"{table.name}-{field.name}-codes/value"}}
    filled = any(row[field.name] is not None for row in table.rows)
    for key in table.foreign_keys if filled else ():  # readers cannot join a column without any value
        # a record set that refers to itself would be a cycle
        if key.fields == (field.name,) and not key.package and key.resource not in ("", table.name):
            entry["references"] = {"field": {"@id": f"{key.resource}/{key.reference[0]}"}}
    return entry


def _named(records: str, name: str, kind: str, **more: str) -> dict[str, Any]:
    return {"@type": "cr:Field", "@id": f"{records}/{name}", "name": name, **more, "dataType": kind}


def _code_lists(table: Table, langs: Sequence[Lang]) -> Iterator[dict[str, Any]]:
    """A record set with its records inside for each code list of a table."""
    for field in (field for field in table.fields if field.categories):
        name = f"{table.name}-{field.name}-codes"
        rows = [{"value": c.value} | {f"label_{lang}": c.label[lang] for lang in langs} for c in field.categories]
        told = Text("{table}“{column}”的代码", f"Codes of {table.name}.{field.name}")
        yield {
            "@type": "cr:RecordSet",
            "@id": name,
            "name": name,
            "description": told.format(table=table.title, column=field.title).among(langs, " · "),
            "dataType": "sc:Enumeration",
            "key": {"@id": f"{name}/value"},
            "field": [_named(name, column, "sc:Text") for column in rows[0]],
            "data": [{f"{name}/{column}": said for column, said in row.items()} for row in rows],
        }


_CSVW: Final = "http://www.w3.org/ns/csvw"
_BASES: Final = {"number": "decimal", "integer": "integer", "date": "date"}


def csvw_files(portal: Portal, package: Package) -> dict[str, bytes]:
    """CSVW metadata of a package: one file for each table, and `csv-metadata.json` for all of them together."""
    base = {"@language": BCP47[sorted(portal.settings.languages)[0]]}
    about = {"@context": [_CSVW, base], **_about(portal, package)}
    tables = package.tables.values()
    files = {f"{csv_name(table)}-metadata.json": about | _table(table) for table in tables}
    group = {"dc:title": both(package.title), "dc:description": both(package.description)}
    files["csv-metadata.json"] = about | group | {"tables": [_table(table, keys=True) for table in tables]}
    langs = portal.settings.languages
    return {name: json_bytes(in_languages(said, langs)) for name, said in files.items()}


def _about(portal: Portal, package: Package) -> dict[str, Any]:
    words = keywords(portal.settings, package)
    return {
        "dc:publisher": both(portal.settings.organiser),
        "dc:license": {"@id": licence(package)["path"]},
        "dc:modified": {"@value": package.modified, "@type": "xsd:date"},
        "schema:version": package.version,
        "dcat:keyword": [{"@value": word, "@language": BCP47[lang]} for lang in words for word in words[lang]],
    }


def _table(table: Table, *, keys: bool = False) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "columns": [_column(field) for field in table.fields],
        "primaryKey": list(table.primary_key),
    }
    required = {field.name for field in table.fields if field.required}
    # a key that may be empty is left out: CSVW has no foreign key that is only checked where there is a value
    links = [key for key in table.foreign_keys if not key.package and required.issuperset(key.fields)]
    if keys and links:
        schema["foreignKeys"] = [_foreign_key(table, key) for key in links]
    return {
        "url": csv_name(table),
        "dc:title": both(table.title),
        "dc:description": both(table.description),
        "dialect": {"encoding": "utf-8", "header": True, "delimiter": ",", "lineTerminators": ["\n"]},
        "tableSchema": schema,
    }


def _foreign_key(table: Table, key: ForeignKey) -> dict[str, Any]:
    target = {"resource": f"{key.resource or table.name}.csv", "columnReference": list(key.reference)}
    return {"columnReference": list(key.fields), "reference": target}


def _column(field: Field) -> dict[str, Any]:
    column: dict[str, Any] = {
        "name": field.name,
        "titles": {lang: [field.name, field.title[lang]] for lang in sorted(LANGS)},
        "dc:description": both(field.description),
        "datatype": _datatype(field),
    }
    if field.required:
        column["required"] = True
    if field.categories:
        codes = [Text.same(f"{c.value} = ") + c.label for c in field.categories]
        column["rdfs:comment"] = both(Text.joined(codes, "; ", "; "))
    return column


def _datatype(field: Field) -> Any:
    if field.type in _BASES:
        return _BASES[field.type]
    pattern = "|".join(re.escape(c.value) for c in field.categories) or (field.pattern or "").strip("^$")
    return {"base": "string", "format": f"^({pattern})$"} if pattern else "string"


def dataset_jsonld(portal: Portal, package: Package, files: Mapping[str, bytes], lang: Lang) -> dict[str, Any]:
    """The description of a package for its page in one language; addresses are relative to that page.

    `files` are the published files of the package.
    """
    settings = portal.settings
    here = page_file(settings, page_path("dataset", package.name), lang)
    source, others = package.descriptor, [other for other in settings.languages if other != lang]
    found: dict[str, Any] = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "@id": f"{address(settings, dataset_page(settings, package), here)}#dataset",
        "name": package.title[lang],
        **({"alternateName": package.title[others[0]]} if others else {}),
        "description": package.description[lang],
        "url": address(settings, dataset_page(settings, package, lang), here),
        "identifier": package.name,
        "version": package.version,
        "inLanguage": [BCP47[each] for each in settings.languages],
        "keywords": keywords(settings, package)[lang],
        "license": licence(package)["path"],
        "isAccessibleForFree": True,
        "datePublished": issued(package),
        "dateModified": package.modified,
        "creator": _organisation(author(settings)[lang]),
        "publisher": _organisation(settings.organiser[lang]),
        "includedInDataCatalog": {
            "@type": "DataCatalog",
            "name": settings.name[lang],
            "url": address(settings, CATALOGUE, here),
        },
    }
    found |= _period(package)
    if "spatial" in source:
        found["spatialCoverage"] = {"@type": "Place", "name": pair(source["spatial"])[lang]}
        if "code" in source["spatial"]:
            found["spatialCoverage"]["identifier"] = source["spatial"]["code"]
    found["variableMeasured"] = _variables(package, lang)
    found["distribution"] = [
        {
            "@type": "DataDownload",
            "name": f"{path.rsplit('/', 1)[-1]} ({file_format(path).name})",
            "contentUrl": address(settings, path, here),
            "encodingFormat": media_type(path),
            "contentSize": f"{len(data)} B",
            "sha256": sha256(data),
        }
        for path, data in files.items()
        if is_distribution(path)
    ]
    return found


def catalogue_jsonld(portal: Portal, lang: Lang) -> dict[str, Any]:
    """The description of the whole catalogue for the page that lists the packages."""
    settings = portal.settings
    here = page_file(settings, page_path("datasets"), lang)
    return {
        "@context": "https://schema.org/",
        "@type": "DataCatalog",
        "@id": f"{address(settings, CATALOGUE, here)}#catalog",
        "name": settings.name[lang],
        "description": settings.tagline[lang],
        "url": address(settings, page(settings, page_path("datasets"), lang), here),
        "inLanguage": [BCP47[each] for each in settings.languages],
        "publisher": _organisation(settings.organiser[lang]),
        "dataset": [
            {
                "@type": "Dataset",
                "@id": f"{address(settings, dataset_page(settings, package), here)}#dataset",
                "name": package.title[lang],
                "description": package.description[lang],
                "url": address(settings, dataset_page(settings, package, lang), here),
                "license": licence(package)["path"],
            }
            for package in portal.packages.values()
        ],
    }


def _period(package: Package) -> dict[str, str]:
    span = package.descriptor.get("temporal")
    return {"temporalCoverage": f"{span['start']}/{span['end']}"} if span else {}


def _organisation(name: str, *others: str) -> dict[str, str]:
    return {"@type": "Organization", "name": name} | ({"alternateName": others[0]} if others else {})


def _variables(package: Package, lang: Lang) -> list[dict[str, str]]:
    return [
        {
            "@type": "PropertyValue",
            "name": f"{table.name}.{field.name}",
            "alternateName": field.title[lang],
            "description": field.description[lang],
        }
        for table in package.tables.values()
        for field in table.fields
    ]

"""Croissant 1.1: the same packages for machine-learning tools, with a record set for each table and code list."""

from __future__ import annotations

from typing import Any, Final

from ipportal.data.model import Field, Package, Portal, Table
from ipportal.files import plainjson
from ipportal.files.citation import bibtex, package_citation
from ipportal.files.descriptor import csv_name, sha256
from ipportal.files.identity import address, author, dataset_page, issued, keywords, licence

CONFORMS_TO: Final = "http://mlcommons.org/croissant/1.1"
#: The context the specification prescribes (Croissant 1.1, appendix 1)
CONTEXT: Final[dict[str, Any]] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "arrayShape": "cr:arrayShape",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "containedIn": "cr:containedIn",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataBiases": "cr:dataBiases",
    "dataCollection": "cr:dataCollection",
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isArray": "cr:isArray",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "personalSensitiveInformation": "cr:personalSensitiveInformation",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
_TYPES: Final = {"number": "sc:Float", "integer": "sc:Integer", "date": "sc:Date"}


def croissant_file(portal: Portal, package: Package) -> bytes:
    """`croissant.json` of a package."""
    settings = portal.settings
    here = f"data/{package.name}/croissant.json"
    creator = {"@type": "Organization", "name": author(settings).en, "alternateName": author(settings).zh}
    words = keywords(package)
    span = package.descriptor.get("temporal")
    description = {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": CONFORMS_TO,
        "name": package.name,
        "alternateName": [package.title.en, package.title.zh],
        "description": f"{package.description.en}\n\n{package.description.zh}",
        "url": address(settings, dataset_page(settings, package, "en"), here),
        "license": licence(package)["path"],
        "version": package.version,
        "datePublished": issued(portal, package),
        "dateModified": package.modified,
        "creator": creator,
        "publisher": {"@type": "Organization", "name": settings.organiser.en, "alternateName": settings.organiser.zh},
        "inLanguage": ["zh-Hans", "en"],
        "keywords": words["en"] + words["zh"],
        "citeAs": bibtex(package_citation(portal, package)),
        "isLiveDataset": False,
    }
    if span:
        description["temporalCoverage"] = f"{span['start']}/{span['end']}"
    description["distribution"] = [_file(portal, package, table) for table in package.tables.values()]
    description["recordSet"] = [
        record for table in package.tables.values() for record in (*_code_lists(table), _record_set(table))
    ]
    return plainjson.dumps(description)


def _file(portal: Portal, package: Package, table: Table) -> dict[str, Any]:
    name = csv_name(table)
    here = f"data/{package.name}/croissant.json"
    return {
        "@type": "cr:FileObject",
        "@id": name,
        "name": name,
        "description": f"{table.title.en} · {table.title.zh}",
        "contentUrl": address(portal.settings, f"data/{package.name}/{name}", here),
        "contentSize": f"{len(table.data)} B",
        "encodingFormat": "text/csv",
        "sha256": sha256(table.data),
    }


def _record_set(table: Table) -> dict[str, Any]:
    key = [{"@id": f"{table.name}/{name}"} for name in table.primary_key]
    return {
        "@type": "cr:RecordSet",
        "@id": table.name,
        "name": table.name,
        "description": f"{table.title.en}: {table.description.en}\n{table.title.zh}：{table.description.zh}",
        "key": key[0] if len(key) == 1 else key,
        "field": [_field(table, field) for field in table.fields],
    }


def _field(table: Table, field: Field) -> dict[str, Any]:
    described = f"{field.title.en}: {field.description.en}\n{field.title.zh}：{field.description.zh}"
    entry: dict[str, Any] = {
        "@type": "cr:Field",
        "@id": f"{table.name}/{field.name}",
        "name": field.name,
        "description": described,
        "dataType": _TYPES.get(field.type, "sc:Text"),
        "source": {"fileObject": {"@id": csv_name(table)}, "extract": {"column": field.name}},
    }
    if field.categories:
        entry["references"] = {"field": {"@id": f"{table.name}-{field.name}-codes/value"}}
    for key in table.foreign_keys:
        # a record set that refers to itself would be a cycle
        if key.fields == (field.name,) and key.resource not in ("", table.name):
            entry["references"] = {"field": {"@id": f"{key.resource}/{key.reference[0]}"}}
    return entry


def _code_lists(table: Table) -> list[dict[str, Any]]:
    """A record set with its records inside for each code list of a table."""
    found = []
    for field in table.fields:
        if not field.categories:
            continue
        name = f"{table.name}-{field.name}-codes"
        columns = ("value", "label_en", "label_zh")
        found.append(
            {
                "@type": "cr:RecordSet",
                "@id": name,
                "name": name,
                "description": f"Codes of {table.name}.{field.name} · {table.title.zh}“{field.title.zh}”的代码",
                "dataType": "sc:Enumeration",
                "key": {"@id": f"{name}/value"},
                "field": [
                    {"@type": "cr:Field", "@id": f"{name}/{column}", "name": column, "dataType": "sc:Text"}
                    for column in columns
                ],
                "data": [
                    {f"{name}/value": c.value, f"{name}/label_en": c.label.en, f"{name}/label_zh": c.label.zh}
                    for c in field.categories
                ],
            }
        )
    return found
